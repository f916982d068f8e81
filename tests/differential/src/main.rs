//! Puts a directory of migrations to a real server and to the replay, and says where they part.

mod copy;
mod findings;
mod trial;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use rungs_build::Dialect;
use rungs_differential::Server;

/// Applies migrations to a new database of the server that `cargo xtask servers up` has started, and
/// compares its schema with the replayed one
#[derive(Debug, Parser)]
struct Arguments {
    /// The directories of the migrations
    #[arg(required = true)]
    directories: Vec<PathBuf>,

    /// What the SQL is written for
    #[arg(long)]
    dialect: Dialect,

    /// The server to ask, such as `mysql-9.7`, when it is not the first of its dialect
    #[arg(long)]
    server: Option<String>,

    /// Tell every difference, not how many there are
    #[arg(long)]
    all: bool,

    /// One row of a Markdown table for each directory
    #[arg(long, conflicts_with = "all")]
    table: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let server = Server::of(arguments.dialect, arguments.server.as_deref())?;
    for directory in &arguments.directories {
        let findings = match trial::run(&server, directory) {
            Ok(findings) => findings,
            Err(error) => {
                let _ = writeln!(io::stderr(), "{}: {error}", directory.display());
                continue;
            }
        };
        let told = if arguments.table {
            findings::row(directory, &findings)
        } else {
            findings::tell(directory, &findings, arguments.all)
        };
        told.map_err(|error| error.to_string())?;
    }
    Ok(())
}
