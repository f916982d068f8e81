//! `rungs version`

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use rungs_build::Dialect;

use crate::error::CommandError;
use crate::terminal::Terminal;

/// Say which version this is, and what it is built with
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

/// The drivers, with the features that they come with.
const DRIVERS: &[(bool, &str)] = &[
    (cfg!(feature = "sqlite"), "SQLite (rusqlite)"),
    (cfg!(feature = "postgres"), "PostgreSQL (postgres)"),
    (cfg!(feature = "mysql"), "MySQL and MariaDB (mysql)"),
];

pub(super) fn run(terminal: &mut Terminal) -> Result<ExitCode, CommandError> {
    let dialects: Vec<_> = Dialect::enabled()
        .iter()
        .map(|dialect| dialect.name())
        .collect();
    let drivers = DRIVERS.iter().filter(|(is_on, _)| *is_on);
    let drivers: Vec<_> = drivers.map(|(_, name)| *name).collect();
    writeln!(terminal.out, "rungs {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(terminal.out, "checks     {}", dialects.join(", "))?;
    writeln!(terminal.out, "connects   {}", drivers.join(", "))?;
    Ok(ExitCode::SUCCESS)
}
