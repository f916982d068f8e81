//! A shop whose program migrates its database when it is asked to: `shop migrate up`.

#![expect(clippy::print_stdout, reason = "this program talks to a person")]

use std::process::ExitCode;

static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");

fn main() -> ExitCode {
    let migrate = rungs_cli::Cli::new(&MIGRATIONS);
    let matches = migrate.mount(clap::Command::new("shop")).get_matches();
    let open = || rusqlite::Connection::open("shop.sqlite");
    if let Some(status) = migrate.run_with(&matches, open) {
        return status;
    }
    println!("the shop is open");
    ExitCode::SUCCESS
}
