//! What is said when the server would refuse.

use std::ops::Range;
use std::sync::Arc;

use super::{Replay, Way};
use crate::catalog::{Key, Name, Object, Origin, Space, Table};
use crate::change::{Mention, Target};
use crate::diagnostic::{Diagnostic, Kind};
use crate::kinds;
use crate::nearest::nearest;

/// What to write when a name is that of somebody else's object.
fn made_by_others(target: &Target) -> String {
    format!(
        "if something else creates it, write `external = [\"{}\"]` into `rungs.toml`",
        shown(target)
    )
}

impl Replay<'_> {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_silent {
            self.found.push(diagnostic);
        }
    }

    pub(super) fn diagnostic(
        &self,
        kind: &'static Kind,
        message: impl Into<String>,
        at: &Range<usize>,
        label: &str,
    ) -> Diagnostic {
        Diagnostic::new(kind, message).at(&self.file, at.clone(), label)
    }

    /// Tells where something was made, as a second label.
    pub(super) fn made(diagnostic: Diagnostic, origin: Option<&Origin>, what: &str) -> Diagnostic {
        match origin {
            Some(origin) => diagnostic.at(&origin.file, origin.range.clone(), what),
            None => diagnostic,
        }
    }

    /// A table that is certainly not there: said once, then taken for granted.
    pub(super) fn unknown_table(&mut self, target: &Target) {
        if self.asks_for_baseline(target) {
            return;
        }
        let message = format!("there is no table `{}`", shown(target));
        let mut diagnostic =
            self.diagnostic(&kinds::UNKNOWN_TABLE, message, &target.at, "not found");
        let grave = self.key(Space::Relation, target, false);
        let grave = grave.and_then(|key| self.store.grave(&key).cloned());
        diagnostic = Self::made(diagnostic, grave.as_ref(), "dropped or renamed here");
        if let Some(meant) = self.similar(Space::Relation, target) {
            diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
        } else if grave.is_none() {
            diagnostic = diagnostic.help(made_by_others(target));
        }
        self.push(diagnostic);
        // Nothing that follows from it is said.
        self.store.doubt(&target.name.key().to_lowercase());
    }

    /// Asks once for the schema that the first migrations build on.
    fn asks_for_baseline(&mut self, target: &Target) -> bool {
        let is_first = !self.is_silent
            && !self.ground.has_created
            && !self.ground.has_baseline
            && self.way == Way::Up;
        if is_first {
            self.ground.has_baseline = true;
            let name = &target.name;
            let message = format!("no migration creates `{name}`, which the first ones need");
            let diagnostic = self
                .diagnostic(&kinds::MISSING_BASELINE, message, &target.at, "used here first")
                .help("is there a schema that these migrations build on? put it into a migration before them, or name what others create in `rungs.toml`: `external = [\"*\"]`");
            self.push(diagnostic);
        }
        is_first
    }

    /// Anything else that is certainly not there.
    pub(super) fn unknown_object(&mut self, space: Space, kind: &str, target: &Target) {
        if self.asks_for_baseline(target) {
            return;
        }
        let kind = kind.to_lowercase();
        let message = format!("there is no {kind} `{}`", shown(target));
        let mut diagnostic =
            self.diagnostic(&kinds::UNKNOWN_OBJECT, message, &target.at, "not found");
        let grave = self.key(space, target, false);
        let grave = grave.and_then(|key| self.store.grave(&key).cloned());
        diagnostic = Self::made(diagnostic, grave.as_ref(), "dropped or renamed here");
        if let Some(meant) = self.similar(space, target) {
            diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
        } else if grave.is_none() && matches!(space, Space::Type | Space::Routine) {
            diagnostic = diagnostic.help(made_by_others(target));
        }
        self.push(diagnostic);
        self.store.doubt(&target.name.key().to_lowercase());
    }

    pub(super) fn duplicate_object(&mut self, key: &Key, kind: &str, at: &Range<usize>) {
        let existing = self.store.get(key).cloned();
        let origin = existing
            .as_deref()
            .and_then(|it| self.origin_of(it, &key.name));
        let is_kind = existing.as_deref().map_or("", Object::kind).to_lowercase();
        let kind_of = if kind.eq_ignore_ascii_case("table") && is_kind == "table" {
            &kinds::DUPLICATE_TABLE
        } else {
            &kinds::DUPLICATE_OBJECT
        };
        let message = format!("there is already {} `{}`", article(&is_kind), key.name);
        let diagnostic = self.diagnostic(kind_of, message, at, "created again");
        let diagnostic = Self::made(diagnostic, origin.as_ref(), "created here first");
        self.push(diagnostic);
    }

    /// Where an object was made; an index is described by its table.
    pub(super) fn origin_of(&self, object: &Object, name: &Name) -> Option<Origin> {
        if let Object::Index(index) = object
            && let Some(Object::Table(table)) = self.store.get(&index.table).map(|it| &**it)
        {
            let index = table.index(name).map(|index| &index.origin);
            let constraint = table.constraint(name).map(|constraint| &constraint.origin);
            return index.or(constraint).cloned();
        }
        object.origin().cloned()
    }

    pub(super) fn unknown_column(&mut self, key: &Key, table: &Table, column: &Mention) {
        let message = format!("there is no column `{}` in `{}`", column.name, key.name);
        let mut diagnostic =
            self.diagnostic(&kinds::UNKNOWN_COLUMN, message, &column.at, "not found");
        let grave = self.store.grave(&column_key(key, &column.name)).cloned();
        let names = table.columns.iter().map(|column| column.name.as_str());
        let meant = nearest(column.name.as_str(), names).map(str::to_owned);
        if let Some(grave) = &grave {
            diagnostic = Self::made(diagnostic, Some(grave), "dropped or renamed here");
        } else if let Some(similar) = meant
            .as_ref()
            .and_then(|meant| table.columns.iter().find(|it| it.name.as_str() == meant))
        {
            diagnostic = Self::made(
                diagnostic,
                Some(&similar.origin),
                "a column with a similar name",
            );
        } else {
            diagnostic = Self::made(diagnostic, Some(&table.origin), "the table is created here");
        }
        if let Some(meant) = meant {
            diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
        }
        self.push(diagnostic);
    }

    pub(super) fn duplicate_column(&mut self, key: &Key, first: Option<&Origin>, column: &Mention) {
        let message = format!("`{}` already has a column `{}`", key.name, column.name);
        let diagnostic =
            self.diagnostic(&kinds::DUPLICATE_COLUMN, message, &column.at, "added again");
        let diagnostic = Self::made(diagnostic, first, "the first one is here");
        self.push(diagnostic);
    }

    /// A part of a table that is not there.
    pub(super) fn unknown_part<'n>(
        &mut self,
        kind: &str,
        key: &Key,
        name: &Mention,
        known: impl IntoIterator<Item = &'n Name>,
    ) {
        let message = format!("`{}` has no {kind} `{}`", key.name, name.name);
        let mut diagnostic =
            self.diagnostic(&kinds::UNKNOWN_OBJECT, message, &name.at, "not found");
        let known: Vec<&str> = known.into_iter().map(Name::as_str).collect();
        match nearest(name.name.as_str(), known.iter().copied()) {
            Some(meant) => diagnostic = diagnostic.help(format!("did you mean `{meant}`?")),
            None if !known.is_empty() && known.len() < 6 => {
                diagnostic = diagnostic.help(format!("there is `{}`", known.join("`, `")));
            }
            None => {}
        }
        self.push(diagnostic);
    }

    pub(super) fn duplicate_part(&mut self, kind: &str, key: &Key, name: &Mention, first: &Origin) {
        let message = format!(
            "`{}` already has {} `{}`",
            key.name,
            article(kind),
            name.name
        );
        let diagnostic =
            self.diagnostic(&kinds::DUPLICATE_OBJECT, message, &name.at, "added again");
        let diagnostic = Self::made(diagnostic, Some(first), "the first one is here");
        self.push(diagnostic);
    }

    /// Something that cannot go because others need it.
    pub(super) fn still_needed(
        &mut self,
        what: &str,
        at: &Range<usize>,
        by: &str,
        origin: Option<&Origin>,
        help: &str,
    ) {
        let message = format!("{what} cannot be dropped: {by} needs it");
        let diagnostic = self.diagnostic(&kinds::STILL_NEEDED, message, at, "dropped here");
        let diagnostic = Self::made(diagnostic, origin, "needed here").help(help);
        self.push(diagnostic);
    }

    pub(super) fn bury_column(&mut self, key: &Key, column: &Mention) {
        let origin = Origin {
            file: Arc::clone(&self.file),
            range: column.at.clone(),
        };
        self.store.bury(&column_key(key, &column.name), origin);
    }
}

/// Where a column that is gone is remembered.
pub(super) fn column_key(table: &Key, column: &Name) -> Key {
    let name = Name::exact(format!("{}.{}", table.name.key(), column.key()));
    Key::new(Space::Column, table.schema.clone(), name)
}

pub(super) fn shown(target: &Target) -> String {
    match target.schema_name() {
        Some(schema) => format!("{schema}.{}", target.name),
        None => target.name.to_string(),
    }
}

fn article(kind: &str) -> String {
    let is_vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if is_vowel { "an" } else { "a" })
}
