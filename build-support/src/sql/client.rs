//! Lines meant for psql, the sqlite3 shell or the mysql client.

use std::sync::Arc;

use super::lex::Lexed;
use super::token::{Token, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::kinds;
use crate::source::SourceFile;

/// Refuses what no server would understand.
pub(crate) fn refuse(file: &Arc<SourceFile>, dialect: Dialect, lexed: &Lexed) -> Vec<Diagnostic> {
    let tokens = lexed.tokens.iter();
    tokens
        .filter_map(|token| match token.kind {
            TokenKind::ClientLine => Some(command(file, dialect, token)),
            TokenKind::CopyData => Some(copy_data(file, token)),
            _ => None,
        })
        .collect()
}

fn command(file: &Arc<SourceFile>, dialect: Dialect, token: &Token) -> Diagnostic {
    let line = token.text(&file.text);
    let name = line.split_whitespace().next().unwrap_or_default();
    let client = match dialect {
        _ if name.eq_ignore_ascii_case("delimiter") => "the mysql client",
        Dialect::Postgres => "psql",
        Dialect::Sqlite => "the sqlite3 shell",
        Dialect::Mysql => "the mysql client",
    };
    Diagnostic::new(
        &kinds::UNSUPPORTED_CLIENT_COMMAND,
        format!("`{name}` is a command of {client}, not SQL"),
    )
    .at(
        file,
        token.start..token.start + name.len(),
        "the database would not understand it",
    )
    .help(advice(dialect, name))
}

fn advice(dialect: Dialect, name: &str) -> &'static str {
    match name.to_ascii_lowercase().as_str() {
        "\\restrict" | "\\unrestrict" => "delete the line; pg_dump writes it for psql only",
        "\\connect" | "\\c" => "delete the line; a migration runs on the connection it is given",
        "\\i" | "\\ir" | "\\." | "source" | ".read" => {
            "copy the statements of that file here; a migration is one file"
        }
        "\\copy" | ".import" => "write the rows as `INSERT` statements",
        "delimiter" if dialect == Dialect::Mysql => "name a delimiter, such as `DELIMITER //`",
        "delimiter" => "delete the line",
        _ => "delete the line, or write what it does in SQL",
    }
}

fn copy_data(file: &Arc<SourceFile>, token: &Token) -> Diagnostic {
    let text = token.text(&file.text);
    // The data begins on the line after the statement.
    let skipped = text.len() - text.trim_start_matches('\n').len();
    let first = text.trim_start_matches('\n').split('\n').next();
    let start = token.start + skipped;
    Diagnostic::new(
        &kinds::COPY_DATA,
        "rows of `COPY ... FROM stdin` in a migration",
    )
    .at(
        file,
        start..start + first.map_or(0, str::len),
        "only psql sends these lines",
    )
    .help(
        "write the rows as `INSERT INTO ... VALUES (...), (...)`; pg_dump does so with `--inserts`",
    )
}
