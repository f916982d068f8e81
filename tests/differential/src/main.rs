//! Puts a directory of migrations to a real server and to the replay, and says where they part; or counts
//! how many misspelt names are found, with `--mutate`.

mod copy;
mod findings;
mod mutants;
mod state;
mod trial;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rungs_build::Dialect;
use rungs_differential::Server;

use mutants::{Mutation, Tally};

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

    #[command(flatten)]
    mutation: Mutation,
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
    let told = if arguments.mutation.mutate {
        mutate(&server, arguments)
    } else {
        compare(&server, arguments)
    };
    told.map_err(|error| error.to_string())
}

fn compare(server: &Server, arguments: &Arguments) -> io::Result<()> {
    for directory in &arguments.directories {
        match trial::run(server, directory) {
            Ok(findings) if arguments.table => findings::row(directory, &findings)?,
            Ok(findings) => findings::tell(directory, &findings, arguments.all)?,
            Err(error) => complain(directory, &error),
        }
    }
    Ok(())
}

fn mutate(server: &Server, arguments: &Arguments) -> io::Result<()> {
    let &Mutation { seed, list, .. } = &arguments.mutation;
    let (mut sum, mut folders) = (Tally::default(), 0);
    for directory in &arguments.directories {
        match mutants::run(server, directory, &arguments.mutation) {
            Ok(tally) => {
                tally.tell(&directory.to_string_lossy(), seed, list)?;
                sum += tally;
                folders += 1;
            }
            Err(error) => complain(directory, &error),
        }
    }
    if folders > 1 {
        let of = format!("{}, {folders} directories", arguments.dialect);
        sum.tell(&of, seed, false)?;
    }
    Ok(())
}

fn complain(directory: &Path, error: &str) {
    let _ = writeln!(io::stderr(), "{}: {error}", directory.display());
}
