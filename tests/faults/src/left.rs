//! What migrations leave in a database, compared with what they should leave.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::place::Client;

/// What is there when all migrations are applied.
#[derive(Clone, Debug)]
pub struct Left {
    schema: Vec<String>,
    /// What statements did to data, and how often.
    effects: BTreeMap<String, usize>,
    /// How many rows of the log say that a version was applied, for each version.
    successes: BTreeMap<String, usize>,
    /// Which versions failed, and how.
    errors: Vec<String>,
    /// The newest row of the log.
    newest: usize,
}

/// How it differs from what should be there.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// How many effects of statements are missing.
    pub lost: usize,
    /// How many effects of statements are there more than once.
    pub doubled: usize,
    /// Everything that differs, a line each.
    pub lines: Vec<String>,
}

/// Effects that can be counted, where their tables are there.
const EFFECTS: &[(&str, &str)] = &[
    ("counter", "SELECT 'counter', n FROM counter"),
    ("big", "SELECT 'large table', count(*) FROM big"),
    (
        "entry",
        "SELECT concat('entry ', tag), count(*) FROM entry GROUP BY tag",
    ),
    (
        "once",
        "SELECT concat('once ', tag), count(*) FROM once GROUP BY tag",
    ),
];
const SUCCESSES: &str =
    "SELECT version, count(*) FROM rungs_log WHERE outcome = 'success' GROUP BY version";
const ERRORS: &str =
    "SELECT concat('version ', version, ' failed: ', error) FROM rungs_log WHERE outcome = 'error'";

impl Left {
    /// Looks.
    pub fn of(client: &mut Client) -> Result<Self> {
        let schema = client.schema()?;
        let mut effects = BTreeMap::new();
        for (table, sql) in EFFECTS {
            let column = format!("column {table} ");
            if schema.iter().any(|line| line.starts_with(&column)) {
                effects.extend(counts(client, sql)?);
            }
        }
        let errors = client.ask(ERRORS)?;
        Ok(Self {
            schema,
            effects,
            successes: counts(client, SUCCESSES)?,
            errors: errors.into_iter().flatten().flatten().collect(),
            newest: client.number("SELECT max(seq) FROM rungs_log")?,
        })
    }

    /// How often a migration was claimed by somebody who did not finish it.
    pub fn takeovers(&self) -> usize {
        self.newest - self.successes.values().sum::<usize>()
    }

    /// Compares it with what should be there.
    pub fn difference(&self, expected: &Self) -> Difference {
        let mut difference = Difference::default();
        for (effect, times) in &expected.effects {
            let happened = self.effects.get(effect).copied().unwrap_or_default();
            difference.lost += times.saturating_sub(happened);
            difference.doubled += happened.saturating_sub(*times);
            if happened != *times {
                let line = format!("{effect}: {happened} instead of {times}");
                difference.lines.push(line);
            }
        }
        let lines = &mut difference.lines;
        let missing = expected
            .schema
            .iter()
            .filter(|line| !self.schema.contains(line));
        lines.extend(missing.map(|line| format!("missing: {line}")));
        let strange = self
            .schema
            .iter()
            .filter(|line| !expected.schema.contains(line));
        lines.extend(strange.map(|line| format!("strange: {line}")));
        if self.successes != expected.successes {
            lines.push(format!("applied so often: {:?}", self.successes));
        }
        lines.extend(self.errors.iter().cloned());
        difference
    }
}

fn counts(client: &mut Client, sql: &str) -> Result<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for row in client.ask(sql)? {
        let mut columns = row.into_iter().flatten();
        if let (Some(what), Some(times)) = (columns.next(), columns.next()) {
            counts.insert(what, times.parse()?);
        }
    }
    Ok(counts)
}
