//! `rungs schema`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use rungs_build::catalog::{self, Catalog, Column, Constraint, Object, Origin, Table};
use rungs_build::{Dialect, Request, evolve};
use serde::Serialize;

use crate::authoring::diagnostics::{exit_code, write_frames};
use crate::authoring::live::Live;
use crate::error::CommandError;
use crate::format::write_json;
use crate::terminal::Terminal;

/// Show the schema that a directory of migrations makes, or that of a database
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The directory of the migrations; without one, a database is asked
    #[arg(value_name = "DIR", conflicts_with = "database_url")]
    directory: Option<PathBuf>,

    /// The last version to apply [default: all]
    #[arg(long, value_name = "VERSION", requires = "directory")]
    at: Option<i64>,

    /// What the SQL is written for: sqlite, postgres, mysql [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,

    /// How to show it: sql, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Sql)]
    #[arg(hide_possible_values = true)]
    format: Format,

    #[command(flatten)]
    live: Live,
}

const EXAMPLES: &str = "\
Examples:
  rungs schema migrations
  rungs schema migrations --at 12 --format json
  rungs schema --database-url postgres://user:password@host/name

Without a database, what the server would show differently, such as the text of expressions, is shown as
it was written.";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Statements that make it again
    Sql,
    /// One object
    Json,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let Some(directory) = &arguments.directory else {
        let address = arguments.live.address(Path::new("migrations"))?;
        write(
            &arguments.live.schema(&address)?,
            arguments.format,
            terminal,
        )?;
        return Ok(ExitCode::SUCCESS);
    };
    let request = Request {
        directory: directory.to_string_lossy().into_owned(),
        dialects: arguments.dialect.into_iter().collect(),
        anywhere: true,
        ..Request::default()
    };
    let diagnostics = match arguments.format {
        Format::Sql => {
            let (sql, diagnostics) = evolve::schema_sql(&request, arguments.at);
            write!(terminal.out, "{}", sql.unwrap_or_default())?;
            diagnostics
        }
        Format::Json => {
            let (schema, diagnostics) = rungs_build::schema(&request, arguments.at);
            if let Some(schema) = schema {
                write_json(&mut terminal.out, &json(&schema))?;
            }
            diagnostics
        }
    };
    write_frames(&mut terminal.err, &diagnostics)?;
    Ok(exit_code(&diagnostics))
}

fn write(schema: &Catalog, format: Format, terminal: &mut Terminal) -> Result<(), CommandError> {
    match format {
        Format::Sql => Ok(write!(terminal.out, "{}", catalog::sql(schema))?),
        Format::Json => write_json(&mut terminal.out, &json(schema)),
    }
}

/// An object as JSON has it.
#[derive(Serialize)]
struct JsonObject {
    kind: String,
    schema: String,
    name: String,
    /// Where it was made, as `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<JsonColumn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    constraints: Vec<JsonPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indexes: Vec<JsonPart>,
    /// Whether there may be more in it than is told.
    is_partial: bool,
}

#[derive(Serialize)]
struct JsonColumn {
    name: String,
    data_type: String,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated: Option<String>,
}

#[derive(Serialize)]
struct JsonPart {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    definition: String,
}

fn json(schema: &Catalog) -> Vec<JsonObject> {
    let objects = schema.objects.iter();
    objects
        // Its table tells of it.
        .filter(|(_, object)| !matches!(***object, Object::Index(_)))
        .map(|(key, object)| {
            let table = match &**object {
                Object::Table(table) => Some(table),
                _ => None,
            };
            JsonObject {
                kind: object.kind().to_lowercase(),
                schema: key.schema.to_string(),
                name: key.name.to_string(),
                made: object.origin().and_then(made),
                columns: table.map(columns).unwrap_or_default(),
                constraints: table.map(constraints).unwrap_or_default(),
                indexes: table.map(indexes).unwrap_or_default(),
                is_partial: table.is_some_and(|table| table.is_partial),
            }
        })
        .collect()
}

/// Nobody's file made what a database has.
fn made(origin: &Origin) -> Option<String> {
    (!origin.file.path.is_empty()).then(|| origin.place())
}

fn columns(table: &Table) -> Vec<JsonColumn> {
    let column = |column: &Column| JsonColumn {
        name: column.name.to_string(),
        data_type: column.data_type.clone(),
        required: column.is_required,
        default: column.default.clone(),
        generated: column.generated.clone(),
    };
    table.columns.iter().map(column).collect()
}

fn constraints(table: &Table) -> Vec<JsonPart> {
    let part = |constraint: &Constraint| JsonPart {
        name: constraint.name.as_ref().map(ToString::to_string),
        definition: constraint.rule.to_string(),
    };
    table.constraints.iter().map(part).collect()
}

fn indexes(table: &Table) -> Vec<JsonPart> {
    let part = |index: &catalog::Index| JsonPart {
        name: Some(index.name.to_string()),
        definition: index.to_string(),
    };
    table.indexes.iter().map(part).collect()
}
