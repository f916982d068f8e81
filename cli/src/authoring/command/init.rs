//! `rungs init`

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rungs_build::Dialect;

use crate::authoring::driver::{self, Driver};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// Set up a package: the directory, rungs.toml, and what to paste where
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The directory of the migrations
    #[arg(value_name = "DIR", default_value = "migrations")]
    directory: PathBuf,

    /// What the SQL will be written for: sqlite, postgres, mysql [default: by the driver in Cargo.toml]
    #[arg(long, value_name = "DIALECT", value_delimiter = ',')]
    dialect: Vec<Dialect>,
}

const EXAMPLES: &str = "\
Examples:
  rungs init
  rungs init db/migrations --dialect postgres

Run it beside Cargo.toml. What is already there stays as it is.";

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    // No manifest, or one that cannot be read, only means that nothing is found in it.
    let manifest = fs::read_to_string("Cargo.toml").unwrap_or_default();
    let drivers = driver::of_manifest(&manifest);
    let dialects = choose(&arguments.dialect, &drivers);
    let out = &mut terminal.out;
    create_directory(&arguments.directory, out)?;
    create_config(&arguments.directory, &dialects, out)?;
    paste(&arguments.directory, &dialects, &drivers, out)?;
    Ok(ExitCode::SUCCESS)
}

/// The dialects asked for, or else that of the drivers if they agree; never a guess.
fn choose(asked: &[Dialect], drivers: &[&Driver]) -> Vec<Dialect> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    match driver::dialects(drivers) {
        dialects if dialects.len() == 1 => dialects,
        _ => Vec::new(),
    }
}

fn create_directory(directory: &Path, out: &mut dyn Write) -> Result<(), CommandError> {
    let shown = directory.display();
    if directory.is_dir() {
        writeln!(out, "{shown} is already there")?;
        return Ok(());
    }
    fs::create_dir_all(directory)
        .map_err(|source| CommandError::io("create the directory", directory, source))?;
    writeln!(out, "created {shown}")?;
    Ok(())
}

/// Writes `rungs.toml` beside `Cargo.toml`, unless it is there or among the migrations.
fn create_config(
    directory: &Path,
    dialects: &[Dialect],
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let path = PathBuf::from("rungs.toml");
    let mut places = [directory.join(&path), path.clone()].into_iter();
    if let Some(path) = places.find(|path| path.exists()) {
        writeln!(out, "{} is already there", path.display())?;
        return Ok(());
    }
    let text = match dialects {
        [] => {
            writeln!(out, "no rungs.toml: name the database with --dialect")?;
            return Ok(());
        }
        [dialect] => format!("dialect = \"{dialect}\"\n"),
        dialects => format!("dialect = [{}]\n", quoted(dialects)),
    };
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| CommandError::io("create", &path, source))?;
    writeln!(out, "created rungs.toml")?;
    Ok(())
}

fn quoted<T: ToString>(words: impl IntoIterator<Item = T>) -> String {
    let words = words.into_iter();
    let words: Vec<_> = words
        .map(|word| format!("\"{}\"", word.to_string()))
        .collect();
    words.join(", ")
}

/// Prints what to paste into which file.
fn paste(
    directory: &Path,
    dialects: &[Dialect],
    drivers: &[&Driver],
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let directory = directory.to_string_lossy().replace('\\', "/");
    let runtime = dependency(&features(dialects, drivers));
    writeln!(
        out,
        r#"
Cargo.toml:

    [dependencies]
    rungs = {runtime}

    [build-dependencies]
    rungs-build = {{ version = "{VERSION}", default-features = false }}

build.rs:

    fn main() {{
        rungs_build::watch("{directory}");
    }}

The program:

    static MIGRATIONS: rungs::Migrations = rungs::migrations!("{directory}");

Then create the first migration:

    rungs new create_users{dir}"#,
        dir = match directory.as_str() {
            "migrations" => String::new(),
            directory => format!(" --dir {directory}"),
        }
    )?;
    Ok(())
}

/// The features of rungs for these dialects: the adapters of the drivers in use, or else the dialect.
fn features(dialects: &[Dialect], drivers: &[&Driver]) -> BTreeSet<&'static str> {
    let adapters = |dialect: &Dialect| {
        let drivers = drivers.iter().filter(|driver| driver.dialect == *dialect);
        let adapters: Vec<_> = drivers.map(|driver| driver.feature).collect();
        if adapters.is_empty() {
            vec![dialect.name()]
        } else {
            adapters
        }
    };
    dialects.iter().flat_map(adapters).collect()
}

/// The version to depend on.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// The value of a dependency in `Cargo.toml`; without features only the version.
fn dependency(features: &BTreeSet<&str>) -> String {
    if features.is_empty() {
        return format!("\"{VERSION}\"");
    }
    let features = quoted(features);
    format!("{{ version = \"{VERSION}\", features = [{features}] }}")
}
