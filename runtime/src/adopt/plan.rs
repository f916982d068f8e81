//! From the rows of another tool to what is recorded of them.

use std::collections::{BTreeMap, BTreeSet};

use super::tool::{KEPT, Kept, Pair};
use super::{Adopted, Adoption, AdoptionError, Check, Source, Tool};
use crate::connection::Rows;
use crate::database::Sql;
use crate::error::Named;
use crate::log::{LogEntry, Outcome};
use crate::plan::{Ahead, Changed, Policy};
use crate::table::{Migration, Migrations};
use crate::version::Version;

/// A history that was found.
#[derive(Clone)]
pub(crate) struct History {
    kept: &'static Kept,
    table: String,
    /// The name of the database, from which locks are derived.
    pub(crate) database: String,
}

/// A row of it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// What the tool calls the migration by.
    pub(super) key: String,
    standing: Standing,
    pub(super) name: Option<String>,
    pub(super) checksum: Option<String>,
}

/// What a row says about its migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is applied.
    Applied,
    /// It and all before it count as applied; it need not be there.
    Baseline,
    /// It failed, or was not finished.
    Failed,
    /// It is no migration.
    Mark,
    /// It is something that rungs does not have, perhaps in several rows.
    Other,
    /// It and all before it are applied.
    Through,
    /// It is no longer applied.
    Undone,
}

/// The question which tables with a history there are; [`find`] reads the answer.
pub(crate) fn question(source: &Source, sql: &dyn Sql) -> String {
    sql.columns_of(&tables(source))
}

/// The tables that are looked for.
fn tables(source: &Source) -> Vec<&str> {
    if let Some(table) = &source.table {
        return vec![table];
    }
    let mut tables: Vec<&str> = sought(source)
        .flat_map(|kept| kept.tables.iter().copied())
        .collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

/// What is kept by the tools that are looked for.
fn sought(source: &Source) -> impl Iterator<Item = &'static Kept> {
    let tool = source.tool;
    KEPT.iter()
        .filter(move |kept| tool.is_none_or(|tool| tool == kept.tool))
}

/// The one history that there is.
pub(crate) fn find(source: &Source, rows: Rows) -> Result<History, AdoptionError> {
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut database = String::new();
    for row in rows {
        let mut values = row.into_iter().flatten();
        match (values.next(), values.next()) {
            (Some(table), Some(column)) if !table.is_empty() => {
                columns.entry(table).or_default().push(column);
            }
            (Some(_), name) => database = name.unwrap_or_default(),
            _ => {}
        }
    }
    let mut found: Vec<(&'static Kept, String)> = Vec::new();
    for (table, columns) in columns {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let is_named = |kept: &&Kept| source.table.is_some() || kept.tables.contains(&&*table);
        let fitting = sought(source)
            .filter(is_named)
            .filter(|kept| kept.is_in(&columns));
        // The one of which most can be said.
        let kept = fitting.max_by_key(|kept| kept.columns.len());
        found.extend(kept.map(|kept| (kept, table)));
    }
    match found.len() {
        0 => Err(AdoptionError::NotFound {
            looked_for: tables(source).into_iter().map(str::to_owned).collect(),
        }),
        1 => Ok(found.remove(0)).map(|(kept, table)| History {
            kept,
            table,
            database,
        }),
        _ => Err(AdoptionError::Ambiguous {
            found: found
                .into_iter()
                .map(|(kept, table)| (kept.tool, table))
                .collect(),
        }),
    }
}

impl History {
    pub(crate) fn tool(&self) -> Tool {
        self.kept.tool
    }

    /// The question for its rows; [`plan`] reads the answer.
    pub(crate) fn query(&self, sql: &dyn Sql, set: &str) -> String {
        self.kept.query(sql, &self.table, set)
    }
}

/// What is to be recorded of a history.
pub(crate) fn plan(
    history: &History,
    rows: Rows,
    table: &Migrations,
    log: &[LogEntry],
    policy: Policy,
) -> Result<Adoption, AdoptionError> {
    let standing = Folded::of(rows.into_iter().filter_map(Record::read));
    let (tool, name) = (history.tool(), history.table.clone());
    if !standing.failed.is_empty() {
        return Err(AdoptionError::Unfinished {
            tool,
            table: name,
            migrations: standing.failed,
        });
    }
    let Matched {
        mut pairs,
        unknown,
        ahead,
    } = standing.matched(history.kept, table);
    let (unknown, ahead) = match policy.ahead {
        Ahead::Tolerate => (unknown, ahead),
        Ahead::Error => (unknown.into_iter().chain(ahead).collect(), Vec::new()),
    };
    if !unknown.is_empty() {
        return Err(AdoptionError::Unknown {
            tool,
            table: name,
            migrations: unknown,
        });
    }
    let all = pairs.len();
    // What this log tells of, be it that it was rolled back, is no longer for the other tool to say.
    let told = log.iter().filter(|entry| entry.outcome == Outcome::Success);
    let told: BTreeSet<Version> = told.map(|entry| entry.version).collect();
    pairs.retain(|(migration, _)| !told.contains(&migration.version()));
    let migrations = adopted(&pairs, (history.kept.check)(&pairs, table));
    if policy.changed == Changed::Error {
        refuse_changed(tool, &name, &migrations)?;
    }
    Ok(Adoption {
        tool,
        table: name,
        known: all - migrations.len(),
        migrations,
        left_out: standing.other.into_iter().chain(ahead).collect(),
    })
}

fn adopted(pairs: &[Pair], checks: Vec<Check>) -> Vec<Adopted> {
    let adopted = |((migration, record), check): (&Pair, Check)| Adopted {
        migration: Named::from(*migration),
        found_as: record.key.clone(),
        check,
    };
    pairs.iter().zip(checks).map(adopted).collect()
}

fn refuse_changed(tool: Tool, table: &str, adopted: &[Adopted]) -> Result<(), AdoptionError> {
    let changed = adopted
        .iter()
        .filter(|adopted| adopted.check == Check::Differs);
    let migrations: Vec<Named> = changed.map(|adopted| adopted.migration.clone()).collect();
    if migrations.is_empty() {
        return Ok(());
    }
    Err(AdoptionError::Changed {
        tool,
        table: table.to_owned(),
        migrations,
    })
}

/// What the rows of a history add up to.
#[derive(Default)]
struct Folded {
    applied: BTreeMap<String, Record>,
    failed: Vec<String>,
    other: BTreeSet<String>,
}

/// Rows beside the migrations that they are about.
struct Matched {
    /// By version.
    pairs: Vec<Pair>,
    /// What the tool calls those that the table does not have.
    unknown: Vec<String>,
    /// The same of those that are newer than all that it has.
    ahead: Vec<String>,
}

impl Folded {
    fn of(records: impl Iterator<Item = Record>) -> Self {
        let mut folded = Self::default();
        for record in records {
            match record.standing {
                Standing::Applied | Standing::Baseline | Standing::Through => {
                    folded.applied.insert(record.key.clone(), record);
                }
                Standing::Undone => drop(folded.applied.remove(&record.key)),
                Standing::Failed => folded.failed.push(record.key),
                Standing::Other => drop(folded.other.replace(record.key)),
                Standing::Mark => {}
            }
        }
        folded
    }

    fn matched(&self, kept: &Kept, table: &Migrations) -> Matched {
        let mut pairs: BTreeMap<Version, Pair> = BTreeMap::new();
        let (mut unknown, mut ahead) = (Vec::new(), Vec::new());
        for record in self.applied.values() {
            let found = (kept.find)(record, table);
            match found {
                Some(migration) => {
                    pairs.insert(migration.version(), (migration, record.clone()));
                }
                None if record.standing == Standing::Baseline => {}
                None if record.number() > table.head() => ahead.push(record.key.clone()),
                None => unknown.push(record.key.clone()),
            }
            let end = found
                .map(|migration| migration.version())
                .or_else(|| record.number());
            let before = table
                .iter()
                .filter(|migration| Some(migration.version()) < end);
            for migration in before.filter(|_| record.standing != Standing::Applied) {
                let pair = (migration, record.implied(migration));
                pairs.entry(migration.version()).or_insert(pair);
            }
        }
        Matched {
            pairs: pairs.into_values().collect(),
            unknown,
            ahead,
        }
    }
}

impl Record {
    /// Reads a row in the column order of [`Kept::query`].
    fn read(row: Vec<Option<String>>) -> Option<Self> {
        let mut columns = row.into_iter();
        Some(Self {
            key: columns.next()??,
            standing: Standing::from_word(columns.next()??.trim_end())?,
            name: columns.next()?,
            checksum: columns.next()?,
        })
    }

    /// The number that the tool's name for the migration begins with.
    pub(super) fn number(&self) -> Option<Version> {
        let end = self.key.find(|character: char| !character.is_ascii_digit());
        let digits = self.key.get(..end.unwrap_or(self.key.len()))?;
        Some(Version::new(digits.parse().ok()?))
    }

    /// Of a migration before it, which has no row of its own.
    fn implied(&self, migration: Migration) -> Self {
        Self {
            key: migration.version().to_string(),
            checksum: None,
            ..self.clone()
        }
    }
}

impl Standing {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "applied" => Self::Applied,
            "baseline" => Self::Baseline,
            "failed" => Self::Failed,
            "mark" => Self::Mark,
            "other" => Self::Other,
            "through" => Self::Through,
            "undone" => Self::Undone,
            _ => return None,
        })
    }
}
