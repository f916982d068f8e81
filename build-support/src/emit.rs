//! What the macro becomes, as Rust source.
//!
//! The table is one literal and a few words around it, because every further expression costs the
//! compiler time. Paths begin with `__rungs`, which the macro binds to the private module of the
//! runtime.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::dialect::Dialect;
use crate::encode::{Encoded, encode};
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
    let Encoded {
        data,
        len,
        state,
        placeholders,
    } = encode(table);
    let databases: Vec<&str> = table
        .dialects
        .iter()
        .map(|dialect| database(*dialect))
        .collect();
    let databases = databases.join(",");
    let table = format!("__rungs::Migrations::new({data:?},{len},&[{databases}],{state:?})");
    if placeholders.is_empty() {
        table
    } else {
        format!("{table}.with_placeholders({placeholders:?})")
    }
}

/// Constants of type `Version`, one for each migration, named after it.
pub(crate) fn versions(table: &Table) -> String {
    let mut out = String::new();
    for (migration, name) in table
        .migrations
        .iter()
        .zip(constant_names(&table.migrations))
    {
        let (path, version) = (&migration.up.file.path, migration.version);
        let doc = format!("`{path}`");
        put(
            &mut out,
            format_args!(
                "#[doc={doc:?}]pub const {name}:__rungs::Version=__rungs::Version::new({version});"
            ),
        );
    }
    out
}

/// A constant for each migration, no two the same: where names are, versions tell them apart.
fn constant_names(migrations: &[Migration]) -> Vec<String> {
    let names: Vec<String> = migrations
        .iter()
        .map(|migration| constant_name(&migration.name))
        .collect();
    let mut counts = HashMap::new();
    for name in &names {
        *counts.entry(name.as_str()).or_insert(0) += 1;
    }
    let is_unique = |name: &str| name != "V" && counts.get(name) == Some(&1);
    let mut taken: HashSet<String> = names
        .iter()
        .filter(|name| is_unique(name))
        .cloned()
        .collect();
    let constants = names.iter().zip(migrations).map(|(name, migration)| {
        if is_unique(name) {
            return name.clone();
        }
        let mut constant = format!("{name}_{}", migration.version);
        // Another migration may be called `name_2`.
        while !taken.insert(constant.clone()) {
            constant.push('_');
        }
        constant
    });
    constants.collect()
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
    use super::{constant_name, constant_names};
    use crate::placeholder::Names;
    use crate::script::{Directives, Script};
    use crate::source::SourceFile;
    use crate::table::Migration;

    #[test]
    fn constants_differ_where_names_do_not() {
        let migration = |(version, name): (i64, &str)| Migration {
            version,
            name: name.to_owned(),
            up: Script {
                file: SourceFile::new("up.sql", ""),
                statements: Vec::new(),
                directives: Directives::default(),
                replaces: None,
                names: Names::default(),
            },
            down: None,
        };
        let migrations = [
            (1, "a"),
            (2, "b"),
            (3, "b"),
            (4, "B 2"),
            (5, ""),
            (6, "v_5"),
        ];
        assert_eq!(
            constant_names(&migrations.map(migration)),
            ["A", "B_2_", "B_3", "B_2", "V_5_", "V_5"]
        );
    }

    #[test]
    fn names_become_constants() {
        assert_eq!(constant_name("create_users"), "CREATE_USERS");
        assert_eq!(constant_name("add-email 2"), "ADD_EMAIL_2");
        assert_eq!(constant_name("2fa"), "V_2FA");
        assert_eq!(constant_name("größe"), "GR_E");
        assert_eq!(constant_name(""), "V");
    }
}
