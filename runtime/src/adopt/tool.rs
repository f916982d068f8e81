//! What each tool keeps: its table, what a row says, which migration it is about, and how its
//! checksum is computed. [`KEPT`] is the list; its comments say where a tool leaves the usual.

mod find;

use super::checksum::{self, any_form};
use super::plan::Record;
use super::{Check, Tool};
use crate::database::Sql;
use crate::table::{Migration, Migrations};

/// What a tool keeps.
pub(super) struct Kept {
    pub(super) tool: Tool,
    /// The names that its table has by itself.
    pub(super) tables: &'static [&'static str],
    /// The columns that the table has ...
    pub(super) columns: &'static [&'static str],
    /// ... and those that only a table of the same name of another tool has.
    lacks: &'static [&'static str],
    /// The column with what the tool calls a migration by; `{set}` is the key of the set, here and below.
    key: &'static str,
    /// An expression for the word of [`Standing`](super::plan::Standing).
    standing: &'static str,
    /// The column with the name that is a part of the checksum or stands for the version.
    name: Option<&'static str>,
    checksum: Option<Column>,
    /// From the oldest row to the newest.
    order: &'static str,
    /// Which migration a row is about.
    pub(super) find: fn(&Record, &Migrations) -> Option<Migration>,
    /// What the checksums of rows say.
    pub(super) check: fn(&[Pair], &Migrations) -> Vec<Check>,
}

/// A migration, and the row that is about it.
pub(super) type Pair = (Migration, Record);

/// A column with a checksum.
#[derive(Clone, Copy)]
enum Column {
    Text(&'static str),
    Bytes(&'static str),
}

/// What most tools do.
const USUAL: Kept = Kept {
    tool: Tool::Dbmate,
    tables: &["schema_migrations"],
    columns: &["version"],
    lacks: &["dirty", "inserted_at"],
    key: "version",
    standing: "'applied'",
    name: None,
    checksum: None,
    order: "version",
    find: find::by_number,
    check: none,
};

pub(super) static KEPT: &[Kept] = &[
    Kept {
        tool: Tool::Atlas,
        // On a server that is not bound to one schema it makes a schema for its table.
        tables: &[
            "atlas_schema_revisions",
            "atlas_schema_revisions.atlas_schema_revisions",
        ],
        columns: &["version", "type", "applied", "total", "error", "hash"],
        lacks: &[],
        // The type is a set of bits: 1 baseline, 2 executed, 4 resolved by a person. What begins with
        // a dot is about Atlas itself.
        standing: "CASE WHEN version LIKE '.%' THEN 'mark' WHEN type = 1 THEN 'baseline' \
                   WHEN type < 4 AND (applied < total OR error <> '') THEN 'failed' ELSE 'applied' END",
        checksum: Some(Column::Text("hash")),
        check: atlas,
        ..USUAL
    },
    Kept {
        tool: Tool::Chancy,
        // Its name begins with a prefix, which is this one by itself.
        tables: &["chancy_schema_version"],
        columns: &["version_of", "version"],
        lacks: &[],
        // A row for each set: how many of its migrations are applied.
        key: "CASE WHEN version_of = {set} THEN CAST(version AS CHAR(20)) ELSE version_of END",
        standing: "CASE WHEN version_of <> {set} THEN 'other' WHEN version < 1 THEN 'mark' ELSE 'through' END",
        order: "version_of",
        find: find::by_position,
        ..USUAL
    },
    USUAL,
    Kept {
        tool: Tool::Diesel,
        tables: &["__diesel_schema_migrations"],
        columns: &["version", "run_on"],
        find: find::by_folder,
        ..USUAL
    },
    Kept {
        tool: Tool::Flyway,
        tables: &["flyway_schema_history"],
        columns: &["installed_rank", "version", "script", "checksum", "success"],
        // A row without version is a repeatable migration, or says who made the schema.
        key: "COALESCE(version, script)",
        standing: "CASE WHEN NOT success THEN 'failed' WHEN type = 'SCHEMA' THEN 'mark' \
                   WHEN version IS NULL THEN 'other' \
                   WHEN type = 'DELETE' OR type LIKE 'UNDO%' THEN 'undone' \
                   WHEN type LIKE '%BASELINE' THEN 'baseline' ELSE 'applied' END",
        name: Some("description"),
        checksum: Some(Column::Text("checksum")),
        order: "installed_rank",
        find: find::by_number_or_name,
        check: |pairs, _| each(pairs, flyway),
        ..USUAL
    },
    Kept {
        tool: Tool::GolangMigrate,
        columns: &["version", "dirty"],
        lacks: &[],
        // One row stands for all up to it; none is written -1.
        standing: "CASE WHEN dirty THEN 'failed' WHEN version < 0 THEN 'mark' ELSE 'through' END",
        ..USUAL
    },
    Kept {
        tool: Tool::Goose,
        tables: &["goose_db_version"],
        columns: &["id", "version_id", "is_applied"],
        key: "version_id",
        // The newest row of a version decides; version 0 marks the table.
        standing: "CASE WHEN version_id = 0 THEN 'mark' WHEN is_applied THEN 'applied' ELSE 'undone' END",
        order: "id",
        ..USUAL
    },
    Kept {
        tool: Tool::Prisma,
        tables: &["_prisma_migrations"],
        columns: &[
            "migration_name",
            "finished_at",
            "rolled_back_at",
            "checksum",
        ],
        key: "migration_name",
        // One that failed blocks until it is resolved, which dates its end or its way back.
        standing: "CASE WHEN rolled_back_at IS NOT NULL THEN 'undone' \
                   WHEN finished_at IS NULL THEN 'failed' ELSE 'applied' END",
        checksum: Some(Column::Text("checksum")),
        order: "started_at",
        check: |pairs, _| each(pairs, prisma),
        ..USUAL
    },
    Kept {
        tool: Tool::Refinery,
        tables: &["refinery_schema_history"],
        columns: &["version", "name", "applied_on", "checksum"],
        name: Some("name"),
        checksum: Some(Column::Text("checksum")),
        check: |pairs, _| each(pairs, refinery),
        ..USUAL
    },
    Kept {
        tool: Tool::SeaOrm,
        tables: &["seaql_migrations"],
        columns: &["version", "applied_at"],
        find: find::by_time,
        ..USUAL
    },
    Kept {
        tool: Tool::Sqlx,
        tables: &["_sqlx_migrations"],
        columns: &["version", "description", "success", "checksum"],
        standing: "CASE WHEN success THEN 'applied' ELSE 'failed' END",
        checksum: Some(Column::Bytes("checksum")),
        check: |pairs, _| each(pairs, sqlx),
        ..USUAL
    },
];

impl Kept {
    /// Whether a table with these columns can be the one.
    pub(super) fn is_in(&self, columns: &[&str]) -> bool {
        let has = |column: &&str| {
            columns
                .iter()
                .any(|other| other.eq_ignore_ascii_case(column))
        };
        self.columns.iter().all(has) && !self.lacks.iter().any(has)
    }

    /// The rows of a table that are about a set, in the column order of [`Record`].
    pub(super) fn query(&self, sql: &dyn Sql, table: &str, set: &str) -> String {
        let of_set = |expression: &str| expression.replace("{set}", &sql.text(set));
        let name = self
            .name
            .map_or_else(|| "NULL".to_owned(), |name| sql.as_text(name));
        let checksum = match self.checksum {
            Some(Column::Text(column)) => sql.as_text(column),
            Some(Column::Bytes(column)) => sql.hexadecimal(column),
            None => "NULL".to_owned(),
        };
        let (key, standing) = (sql.as_text(&of_set(self.key)), of_set(self.standing));
        let order = self.order;
        // Qualified, the order is that of the column and not of its text.
        format!(
            "SELECT {key}, {standing}, {name}, {checksum} FROM {} AS entry ORDER BY entry.{order}",
            sql.path(table)
        )
    }
}

fn none(pairs: &[Pair], _: &Migrations) -> Vec<Check> {
    pairs.iter().map(|_| Check::None).collect()
}

/// Compares each checksum for itself.
fn each(pairs: &[Pair], matches: fn(Migration, &Record, &str) -> bool) -> Vec<Check> {
    let check = |(migration, record): &Pair| match record.checksum.as_deref() {
        None | Some("") => Check::None,
        Some(checksum) if matches(*migration, record, checksum) => Check::Matches,
        Some(_) => Check::Differs,
    };
    pairs.iter().map(check).collect()
}

fn sqlx(migration: Migration, _: &Record, expected: &str) -> bool {
    let text = migration.up().text();
    let is_it = |found: String| found.eq_ignore_ascii_case(expected);
    any_form(text, |text| is_it(checksum::sqlx(text))) || is_it(checksum::sqlx_without_space(text))
}

fn prisma(migration: Migration, _: &Record, expected: &str) -> bool {
    any_form(migration.up().text(), |text| {
        checksum::prisma(text) == expected
    })
}

fn refinery(migration: Migration, record: &Record, expected: &str) -> bool {
    let version = migration.version().number();
    let name = record.name.as_deref().unwrap_or_else(|| migration.name());
    let Ok(expected) = expected.parse() else {
        return false;
    };
    any_form(migration.up().text(), |text| {
        checksum::refinery(name, version, text).contains(&Some(expected))
    })
}

fn flyway(migration: Migration, _: &Record, expected: &str) -> bool {
    any_form(migration.up().text(), |text| {
        checksum::flyway(text).to_string() == expected
    })
}

/// The checksum of a file includes those before it.
fn atlas(pairs: &[Pair], table: &Migrations) -> Vec<Check> {
    let mut files: Vec<Migration> = table.iter().collect();
    files.sort_by_key(find::file_name);
    let sums = |form: fn(&str) -> String| {
        let files = files
            .iter()
            .map(|file| (find::file_name(file), form(file.up().text()).into()));
        checksum::atlas(files)
    };
    let forms = [sums(str::to_owned), sums(|text| text.replace('\n', "\r\n"))];
    let check = |(migration, record): &Pair| {
        let place = files
            .iter()
            .position(|file| file.version() == migration.version());
        let sums = forms.iter().filter_map(|sums| sums.get(place?)?.as_deref());
        let sums: Vec<&str> = sums.collect();
        match record.checksum.as_deref() {
            None | Some("") => Check::None,
            Some(_) if sums.is_empty() => Check::None,
            Some(sum) if sums.contains(&sum.trim_start_matches("h1:")) => Check::Matches,
            Some(_) => Check::Differs,
        }
    };
    pairs.iter().map(check).collect()
}
