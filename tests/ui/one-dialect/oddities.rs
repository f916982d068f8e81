//! Hidden files, backups and other files are left alone; links, byte order marks and `\r\n` are fine.
#![deny(warnings)]

const MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/oddities");
const _: () = assert!(MIGRATIONS.len() == 2);

fn main() {}
