//! What a server has before a way up and after its way down.

use std::collections::{BTreeMap, BTreeSet};

use rungs::Command;
use rungs_build::catalog::{Catalog, Difference, compare};
use rungs_build::{Dialect, Script};
use rungs_cli::introspect;
use rungs_differential::{Database, line};

/// The programs of the routines that no extension made.
const BODIES: &str = "\
    SELECT p.oid::regprocedure::text, p.prosrc FROM pg_proc p \
    JOIN pg_namespace n ON n.oid = p.pronamespace \
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind <> 'a' \
    AND NOT EXISTS (SELECT FROM pg_depend d \
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')";

/// The schema of a database, and what its routines do.
pub(crate) struct State {
    pub(crate) catalog: Catalog,
    /// By name, word by word.
    bodies: BTreeMap<String, Vec<String>>,
}

impl State {
    pub(crate) fn of(database: &mut Database) -> Result<Self, String> {
        let connection = &mut *database.connection;
        let catalog = introspect(connection).map_err(|error| error.to_string())?;
        let mut bodies = BTreeMap::new();
        if connection.database() == rungs::Database::Postgres {
            let command = Command::of(&[BODIES]).with_answer(true);
            let rows = connection.run(&command).map_err(|error| error.message)?;
            for row in rows {
                if let [Some(name), Some(body)] = row.as_slice() {
                    let words = body.split_whitespace().map(str::to_lowercase);
                    bodies.insert(name.clone(), words.collect());
                }
            }
        }
        Ok(Self { catalog, bodies })
    }

    /// How it differs after a way up and its way down; the order of columns does not count, nor do
    /// extensions that may stay.
    pub(crate) fn differences(
        &self,
        after: &Self,
        dialect: Dialect,
        may_stay: &BTreeSet<String>,
    ) -> Vec<String> {
        let found = compare(&self.catalog, &after.catalog, dialect, &|_| true);
        let counts = |it: &&Difference| match it {
            Difference::Changed(what, ..) => !what.starts_with("table "),
            Difference::Added(what) => !may_stay.contains(what),
            Difference::Missing(_) => true,
        };
        let lines = found.iter().filter(counts).map(line);
        let changed = self.bodies.iter().filter(|(name, body)| {
            let now = after.bodies.get(*name);
            now.is_some_and(|now| now != *body)
        });
        let changed = changed.map(|(name, _)| format!("another program: {name}"));
        lines.chain(changed).collect()
    }
}

/// `CREATE EXTENSION IF NOT EXISTS` says that it may be there before, so that a way down may leave it.
pub(crate) fn extensions_that_may_stay(up: &Script) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in &up.statements {
        let text = up.file.slice(statement.range.clone()).to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        if let ["create", "extension", "if", "not", "exists", name, ..] = words.as_slice() {
            names.insert(format!("extension {}", name.trim_matches(['"', ';'])));
        }
    }
    names
}
