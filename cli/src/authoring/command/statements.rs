//! `rungs statements`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rungs_build::{
    Diagnostic, Dialect, Migration, Script, SourceFile, Statement, Table, check_file, compile,
};
use serde::Serialize;

use crate::authoring::diagnostics::{exit_code, write_frames};
use crate::error::CommandError;
use crate::format::{Format, write_json};
use crate::table::{self, Cell};
use crate::terminal::Terminal;

/// List the statements of a file or of a directory of migrations
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A file of SQL, or the directory of the migrations
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,

    /// What the SQL is written for: sqlite, postgres, mysql [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT", value_delimiter = ',')]
    dialect: Vec<Dialect>,

    /// How to list: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  rungs statements migrations
  rungs statements dump.sql --dialect postgres --format json

Each line tells where a statement is, its kind, whether it runs inside a transaction, and whether
rungs knows what it does (modelled) or only that it is valid (opaque).";

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let path = &arguments.path;
    let about = std::fs::metadata(path).map_err(|source| CommandError::io("read", path, source))?;
    let (rows, diagnostics) = if about.is_dir() {
        of_directory(path, &arguments.dialect)
    } else {
        of_file(path, &arguments.dialect)?
    };
    write_frames(&mut terminal.err, &diagnostics)?;
    match arguments.format {
        Format::Text => text(&rows, &mut terminal.out)?,
        Format::Json => write_json(&mut terminal.out, &rows)?,
    }
    Ok(exit_code(&diagnostics))
}

fn of_directory(directory: &Path, dialects: &[Dialect]) -> (Vec<Row>, Vec<Diagnostic>) {
    let output = compile(&super::check::request(directory, dialects));
    let rows = output.table.as_ref().map(of_table).unwrap_or_default();
    (rows, output.diagnostics)
}

fn of_table(table: &Table) -> Vec<Row> {
    let mut rows = Vec::new();
    for migration in &table.migrations {
        let up = ("up", Some(&migration.up));
        let down = ("down", migration.down.as_ref());
        for (direction, script) in [up, down] {
            let part = Part::new(migration, direction);
            rows.extend(
                script
                    .iter()
                    .flat_map(|script| of_script(script, &table.dialects, Some(&part))),
            );
        }
    }
    rows
}

fn of_file(path: &Path, dialects: &[Dialect]) -> Result<(Vec<Row>, Vec<Diagnostic>), CommandError> {
    if dialects.is_empty() {
        let error = CommandError::usage("the dialect of a single file is not known");
        return Err(error.help("add --dialect sqlite, --dialect postgres or --dialect mysql"));
    }
    let text =
        std::fs::read_to_string(path).map_err(|source| CommandError::io("read", path, source))?;
    let file = SourceFile::new(path.to_string_lossy(), &text);
    let (script, diagnostics) = check_file(&file, &[], dialects);
    Ok((of_script(&script, dialects, None), diagnostics))
}

fn of_script(script: &Script, dialects: &[Dialect], part: Option<&Part>) -> Vec<Row> {
    let in_transaction = dialects
        .iter()
        .all(|dialect| script.is_transactional(*dialect));
    let statements = script.statements.iter();
    statements
        .map(|statement| Row::new(&script.file, statement, in_transaction, part.cloned()))
        .collect()
}

/// Which part of which migration a statement belongs to.
#[derive(Clone, Serialize)]
struct Part {
    version: i64,
    name: String,
    direction: &'static str,
}

impl Part {
    fn new(migration: &Migration, direction: &'static str) -> Self {
        Self {
            version: migration.version,
            name: migration.name.clone(),
            direction,
        }
    }
}

/// A statement in the list.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    part: Option<Part>,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    kind: String,
    /// On every dialect of the list.
    in_transaction: bool,
    modelled: bool,
}

impl Row {
    fn new(
        file: &SourceFile,
        statement: &Statement,
        in_transaction: bool,
        part: Option<Part>,
    ) -> Self {
        let start = file.position(statement.range.start);
        Self {
            part,
            file: file.path.clone(),
            line: start.line,
            column: start.column,
            end_line: file.position(statement.range.end).line,
            kind: statement.kind.clone(),
            in_transaction,
            modelled: statement.modelled,
        }
    }
}

fn text(rows: &[Row], out: &mut dyn Write) -> Result<(), CommandError> {
    let choose = |condition: bool, yes: &str, no: &str| if condition { yes } else { no }.to_owned();
    let lines = rows.iter().map(|row| {
        let cells = [
            format!("{}:{}:{}", row.file, row.line, row.column),
            row.kind.clone(),
            choose(row.in_transaction, "in transaction", "on its own"),
            choose(row.modelled, "modelled", "opaque"),
        ];
        cells.map(Cell::from)
    });
    table::write(out, &lines.collect::<Vec<_>>())?;
    Ok(())
}
