//! Which migration of the table a row of another tool is about.

use super::super::plan::Record;
use crate::table::{Migration, Migrations};
use crate::version::Version;

/// By the number that the tool's name for it begins with, as most do.
pub(super) fn by_number(record: &Record, table: &Migrations) -> Option<Migration> {
    table.get(record.number()?)
}

/// Flyway's versions may have several parts, for which the table has new numbers: then by what it
/// calls a description, if only one migration is called so.
pub(super) fn by_number_or_name(record: &Record, table: &Migrations) -> Option<Migration> {
    if record.key.bytes().all(|byte| byte.is_ascii_digit()) {
        return by_number(record, table);
    }
    let name = record.name.as_deref()?;
    let mut named = table
        .iter()
        .filter(|migration| words(migration.name()).eq(words(name)));
    named.next().filter(|_| named.next().is_none())
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split([' ', '_']).filter(|word| !word.is_empty())
}

/// chancy counts the migrations of a set: 3 is the third of them, whatever its number.
pub(super) fn by_position(record: &Record, table: &Migrations) -> Option<Migration> {
    let position: usize = record.key.parse().ok()?;
    table.iter().nth(position.checked_sub(1)?)
}

/// diesel's versions are texts, made of the names of folders; where these are gone, the number counts.
pub(super) fn by_folder(record: &Record, table: &Migrations) -> Option<Migration> {
    let is_it = |version: String| version == record.key;
    let written = table
        .iter()
        .find(|migration| migration.diesel_version().is_some_and(is_it));
    written.or_else(|| by_number(record, table))
}

/// sea-orm's names begin with a time: `m20220101_000001_create_users` has the number 20220101000001.
pub(super) fn by_time(record: &Record, table: &Migrations) -> Option<Migration> {
    let parts = record.key.strip_prefix('m').unwrap_or(&record.key);
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let digits: String = parts.split('_').take(2).take_while(is_number).collect();
    table.get(Version::new(digits.parse().ok()?))
}

/// The name of the file.
pub(super) fn file_name(migration: &Migration) -> &'static str {
    let path = migration.up().path();
    path.rsplit('/').next().unwrap_or(path)
}
