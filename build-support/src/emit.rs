//! What the macro becomes, as Rust source.
//!
//! The table is one literal and a few words around it, because every further expression costs the
//! compiler time. Paths begin with `__rungs`, which the macro binds to the private module of the
//! runtime.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::dialect::Dialect;
use crate::encode::{Encoded, encode};
use crate::table::Table;

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
    let Encoded { data, len, state } = encode(table);
    let databases: Vec<&str> = table
        .dialects
        .iter()
        .map(|dialect| database(*dialect))
        .collect();
    let databases = databases.join(",");
    format!("__rungs::Migrations::new({data:?},{len},&[{databases}],{state:?})")
}

/// Constants of type `Version`, one for each migration, named after it.
pub(crate) fn versions(table: &Table) -> String {
    let mut out = String::new();
    let names: Vec<String> = table
        .migrations
        .iter()
        .map(|migration| constant_name(&migration.name))
        .collect();
    for (migration, name) in table.migrations.iter().zip(&names) {
        let is_unique = names.iter().filter(|other| *other == name).count() == 1;
        let (path, version) = (&migration.up.file.path, migration.version);
        let suffix = if is_unique && name != "V" {
            String::new()
        } else {
            format!("_{version}")
        };
        let doc = format!("`{path}`");
        put(
            &mut out,
            format_args!(
                "#[doc={doc:?}]pub const {name}{suffix}:__rungs::Version=__rungs::Version::new({version});"
            ),
        );
    }
    out
}

/// A name as that of a constant: `add-email 2` is `ADD_EMAIL_2`.
fn constant_name(name: &str) -> String {
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

fn database(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => "__rungs::Database::Mysql",
        Dialect::Postgres => "__rungs::Database::Postgres",
        Dialect::Sqlite => "__rungs::Database::Sqlite",
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::constant_name;

    #[test]
    fn names_become_constants() {
        assert_eq!(constant_name("create_users"), "CREATE_USERS");
        assert_eq!(constant_name("add-email 2"), "ADD_EMAIL_2");
        assert_eq!(constant_name("2fa"), "V_2FA");
        assert_eq!(constant_name("größe"), "GR_E");
        assert_eq!(constant_name(""), "V");
    }
}
