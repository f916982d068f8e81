//! A history for those who want to look in between: one script after the other, each to stay.

use std::sync::Arc;

use super::{Replay, Way};
use crate::catalog::{Catalog, Difference, Key, Object, compare};
use crate::change::{Mention, Target};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::levels::Levels;
use crate::script::Script;
use crate::source::SourceFile;
use crate::sql;

/// A catalog that scripts are applied to as a server would apply them.
///
/// ```
/// use rungs_build::{Dialect, History, SourceFile, check_file};
///
/// let mut history = History::new(Dialect::Sqlite, &[]);
/// let file = SourceFile::new("1_users.up.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY)");
/// let (script, _) = check_file(&file, &[], &[Dialect::Sqlite]);
/// history.apply(&script);
/// assert_eq!(history.catalog().objects.len(), 1);
/// ```
#[expect(missing_debug_implementations, reason = "nobody prints a replay")]
pub struct History<'s>(Replay<'s>);

impl<'s> History<'s> {
    /// An empty catalog; nothing is said about what is in `external`, the names of what others create.
    pub fn new(dialect: Dialect, external: &'s [String]) -> Self {
        Self(Replay::new(dialect, external))
    }

    /// Applies a script, whichever way it leads.
    pub fn apply(&mut self, script: &Script) {
        self.0.way = Way::Up;
        self.0.apply(script);
        self.0.store.forget();
    }

    /// Applies a way up, which stays, and tells what there is to tell of its way down.
    pub fn apply_both(&mut self, up: &Script, down: &Script) -> Vec<Diagnostic> {
        self.0.up(up);
        let count = self.0.found.len();
        self.0.down(down);
        self.0.found.split_off(count)
    }

    /// What there is now.
    pub fn catalog(&self) -> Catalog {
        self.0.store.catalog()
    }

    /// What the server would refuse, as far as it was applied.
    pub fn found(&self) -> &[Diagnostic] {
        &self.0.found
    }

    /// How a database differs from this, as far as that is certain: not in what others create, nor in
    /// what a statement may have touched that cannot be followed.
    pub fn differences(&self, real: &Catalog) -> Vec<Difference> {
        let ours = self.catalog();
        compare(&ours, real, self.0.dialect, &|key| {
            let objects = [&ours, real].map(|it| it.objects.get(key).map(|it| &**it));
            self.is_ours(key)
                && !objects
                    .into_iter()
                    .flatten()
                    .any(|it| self.is_part(it, real))
        })
    }

    fn is_ours(&self, key: &Key) -> bool {
        let target = Target {
            schema: Some(Mention {
                name: key.schema.clone(),
                at: 0..0,
            }),
            name: key.name.clone(),
            at: 0..0,
        };
        let is_there = self.0.store.get(key).is_some();
        let is_known = if is_there {
            self.0.store.is_certain(key)
        } else {
            self.0.store.is_absent(key) && !self.0.ground.has_baseline
        };
        is_known && !self.0.is_foreign(&target)
    }

    /// Whether something is told of with the table that it belongs to.
    fn is_part(&self, object: &Object, real: &Catalog) -> bool {
        let owner = match object {
            Object::Index(index) => return self.is_table(&index.table, real),
            Object::Other(other) => other.owner.as_ref(),
            _ => None,
        };
        owner.is_some_and(|owner| {
            let is_here = self.0.store.get(owner).is_some();
            is_here != real.objects.contains_key(owner) || !self.is_ours(owner)
        })
    }

    fn is_table(&self, key: &Key, real: &Catalog) -> bool {
        let objects = [self.0.store.get(key), real.objects.get(key)];
        let mut objects = objects.into_iter().flatten();
        objects.any(|object| matches!(**object, Object::Table(_)))
    }
}

/// The catalog that these statements make in an empty database; what cannot be read of them is told.
pub fn read_schema(file: &Arc<SourceFile>, dialect: Dialect) -> (Catalog, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let script = sql::script(file, &[], &[dialect], &[], &mut diagnostics);
    diagnostics.not_looked_for(super::KINDS);
    Levels::default().settle(&mut diagnostics, &[]);
    let mut history = History::new(dialect, &[]);
    history.apply(&script);
    (history.catalog(), diagnostics.into_sorted())
}
