//! The table as Rust source: data only, built as one string, because handing it to the compiler
//! token by token is slow.
//!
//! Paths begin with `__rungs`, which the macro binds to the private module of the runtime.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::checksum;
use crate::dialect::Dialect;
use crate::script::{InTransaction, Script, Statement};
use crate::table::{Migration, Table};

/// An expression of type `Migrations` with no migrations.
pub(crate) const EMPTY: &str = "__rungs::Migrations::EMPTY";

/// A table as the end of a block: it is made at compile time, wherever the block stands.
pub(crate) fn constant(table: &str) -> String {
    format!("const TABLE:__rungs::Migrations={table};TABLE")
}

/// Items that make the compiler track files.
pub(crate) fn tracking(paths: &[PathBuf]) -> String {
    let mut out = String::new();
    for path in paths {
        let path = path.to_string_lossy();
        put(
            &mut out,
            format_args!("const _: &[u8] = __rungs::include_bytes!({path:?});"),
        );
    }
    out
}

/// An expression of type `Migrations`.
pub(crate) fn table(table: &Table) -> String {
    let mut out = String::from("__rungs::Migrations::new(&[");
    for item in &table.migrations {
        migration(&mut out, item, &table.dialects);
    }
    out.push_str("],&[");
    for dialect in &table.dialects {
        put(
            &mut out,
            format_args!("__rungs::Database::{},", variant(*dialect)),
        );
    }
    put(
        &mut out,
        format_args!("],{:?})", checksum::of_state(&table.migrations)),
    );
    out
}

/// Constants of type `Version`, one for each migration, named after it.
pub(crate) fn versions(table: &Table) -> String {
    let mut out = String::new();
    let names: Vec<String> = table
        .migrations
        .iter()
        .map(|migration| screaming(&migration.name))
        .collect();
    for (migration, name) in table.migrations.iter().zip(&names) {
        let is_unique = names.iter().filter(|other| *other == name).count() == 1;
        let (path, version) = (&migration.up.file.path, migration.version);
        put(
            &mut out,
            format_args!("#[doc={:?}]pub const {name}", format!("`{path}`")),
        );
        if !is_unique || name == "V" {
            put(&mut out, format_args!("_{version}"));
        }
        put(
            &mut out,
            format_args!(":__rungs::Version=__rungs::Version::new({version});"),
        );
    }
    out
}

/// A name as that of a constant: `add-email 2` is `ADD_EMAIL_2`.
fn screaming(name: &str) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric();
    let words: Vec<&str> = name
        .split(|letter| !is_word(letter))
        .filter(|word| !word.is_empty())
        .collect();
    let constant = words.join("_").to_ascii_uppercase();
    match constant.chars().next() {
        None => "V".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V_{constant}"),
        Some(_) => constant,
    }
}

fn migration(out: &mut String, migration: &Migration, dialects: &[Dialect]) {
    let Migration {
        version,
        name,
        up,
        down,
    } = migration;
    put(
        out,
        format_args!("__rungs::Migration::new({version},{name:?},"),
    );
    script(out, up, dialects);
    match down {
        Some(down) => {
            out.push_str(",__rungs::Some(");
            script(out, down, dialects);
            out.push(')');
        }
        None => out.push_str(",__rungs::None"),
    }
    put(out, format_args!(",{}),", up.directives.irreversible));
}

fn script(out: &mut String, script: &Script, dialects: &[Dialect]) {
    let (path, text) = (&script.file.path, &script.file.text);
    put(
        out,
        format_args!(
            "__rungs::Script::new({path:?},{text:?},{:?},&[",
            checksum::of_file(&script.file)
        ),
    );
    let mut positions = script.file.positions();
    for statement in &script.statements {
        let position = positions.of(statement.range.start);
        let (start, end) = (statement.range.start, statement.range.end);
        let (line, column) = (position.line, position.column);
        let (refused, taken_over) = in_transaction(script, statement, dialects);
        put(
            out,
            format_args!(
                "__rungs::Statement::new({start},{end},{line},{column},\
                 __rungs::InTransaction{{refused:{refused},taken_over:{taken_over}}}),"
            ),
        );
    }
    let no_transaction = script.directives.no_transaction;
    let suspends = suspends_foreign_keys(script, dialects);
    put(
        out,
        format_args!(
            "],__rungs::ScriptOptions{{no_transaction:{no_transaction},suspends_foreign_keys:{suspends}}})"
        ),
    );
}

/// Two sets of databases, a bit each: those that refuse the statement in a transaction, and those
/// whose engine does itself what it asks for.
fn in_transaction(script: &Script, statement: &Statement, dialects: &[Dialect]) -> (u8, u8) {
    let (mut refused, mut taken_over) = (0, 0);
    for dialect in dialects {
        match statement.in_transaction(*dialect) {
            InTransaction::Runs => {}
            InTransaction::TakenOver if script.is_transactional(*dialect) => {
                taken_over |= bit(*dialect);
            }
            // Without a transaction around it, what is taken over elsewhere does what it says.
            InTransaction::TakenOver | InTransaction::Refused => refused |= bit(*dialect),
        }
    }
    (refused, taken_over)
}

/// Whether SQLite must not enforce foreign keys while the script runs: because it says so, or
/// because it drops a table, which with enforcement deletes the rows that refer to it.
fn suspends_foreign_keys(script: &Script, dialects: &[Dialect]) -> bool {
    let asks = |statement: &Statement| {
        statement.kind == "DROP TABLE"
            || statement.in_transaction(Dialect::Sqlite) == InTransaction::TakenOver
    };
    dialects.contains(&Dialect::Sqlite)
        && script.is_transactional(Dialect::Sqlite)
        && script.statements.iter().any(asks)
}

/// The bits of the runtime's `Database`.
fn bit(dialect: Dialect) -> u8 {
    match dialect {
        Dialect::Mysql => 1,
        Dialect::Postgres => 2,
        Dialect::Sqlite => 4,
    }
}

fn variant(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => "Mysql",
        Dialect::Postgres => "Postgres",
        Dialect::Sqlite => "Sqlite",
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::screaming;

    #[test]
    fn names_become_constants() {
        assert_eq!(screaming("create_users"), "CREATE_USERS");
        assert_eq!(screaming("add-email 2"), "ADD_EMAIL_2");
        assert_eq!(screaming("2fa"), "V_2FA");
        assert_eq!(screaming("größe"), "GR_E");
        assert_eq!(screaming(""), "V");
    }
}
