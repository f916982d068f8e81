//! What a project makes of the checks that have a level.
//!
//! The most particular of these decides:
//! 1. a comment in the file, `-- rungs: allow(id) reason` or `-- rungs: allow-file(id) reason`;
//! 2. the request, which is the arguments of the macro or of the command line;
//! 3. `[levels]` in `rungs.toml`;
//! 4. what the kind weighs by itself.
//!
//! With `since`, what is found in migrations before that version is left alone.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Kind, Level, Severity, Weight};
use crate::kinds::UNUSED_ALLOW;
use crate::layout::MigrationFiles;
use crate::source::SourceFile;

/// A comment that allows what a check finds.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    pub(crate) kind: &'static Kind,
    pub(crate) file: Arc<SourceFile>,
    /// Where the comment stands.
    pub(crate) comment: Range<usize>,
    /// The statement that it is about; `None` is the whole file.
    pub(crate) statement: Option<Range<usize>>,
}

/// The levels that a project has chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    by_id: BTreeMap<&'static str, Level>,
    since: Option<i64>,
}

impl Levels {
    /// Chooses the level of a kind; the last choice counts.
    pub(crate) fn choose(&mut self, kind: &'static Kind, level: Level) {
        self.by_id.insert(kind.id, level);
    }

    /// Leaves migrations before a version alone.
    pub(crate) fn begin_at(&mut self, version: i64) {
        self.since = Some(version);
    }

    /// Gives everything that was found the severity that it has in this project, and drops what the
    /// project allows.
    pub(crate) fn settle(&self, diagnostics: &mut Diagnostics, migrations: &[MigrationFiles]) {
        let taken = std::mem::take(diagnostics);
        let (mut found, allowances) = (taken.found, taken.allowances);
        let mut is_used = vec![false; allowances.len()];
        found.retain(|it| !is_allowed(it, &allowances, &mut is_used));
        let mut unused = Vec::new();
        for (allowance, is_used) in allowances.iter().zip(is_used) {
            if !is_used && !is_broken(&allowance.file, &found) {
                unused.push(allowance.unused());
            }
        }
        let found = found.into_iter().chain(unused);
        diagnostics.extend(found.filter_map(|it| self.weigh(it, migrations)));
    }

    fn weigh(&self, diagnostic: Diagnostic, migrations: &[MigrationFiles]) -> Option<Diagnostic> {
        let Weight::Level(default) = diagnostic.kind.weight else {
            return Some(diagnostic);
        };
        let level = self.by_id.get(diagnostic.kind.id).copied();
        let severity = match level.unwrap_or(default) {
            Level::Allow => return None,
            Level::Warn => Severity::Warning,
            Level::Deny => Severity::Error,
        };
        let is_old = self
            .since
            .zip(version(&diagnostic, migrations))
            .is_some_and(|(since, version)| version < since);
        (!is_old).then_some(Diagnostic {
            severity,
            ..diagnostic
        })
    }

    /// What is chosen, for the key of a verdict that is kept.
    pub(crate) fn describe(&self) -> String {
        format!("{:?} {:?}", self.by_id, self.since)
    }
}

/// Whether a comment allows what was found, which it is then used for.
fn is_allowed(found: &Diagnostic, allowances: &[Allowance], is_used: &mut [bool]) -> bool {
    let covering = allowances.iter().position(|it| it.covers(found));
    if let Some(is_used) = covering.and_then(|index| is_used.get_mut(index)) {
        *is_used = true;
    }
    covering.is_some()
}

/// Whether an error in this file may have kept a check from finding what is allowed.
fn is_broken(file: &Arc<SourceFile>, found: &[Diagnostic]) -> bool {
    found.iter().any(|found| {
        matches!(found.kind.weight, Weight::Fixed(Severity::Error))
            && found.path() == Some(file.path.as_str())
    })
}

/// The version of the migration in whose files the primary label stands.
fn version(diagnostic: &Diagnostic, migrations: &[MigrationFiles]) -> Option<i64> {
    let file = &diagnostic.labels.first()?.file;
    let is_of = |files: &&MigrationFiles| {
        let mut all = std::iter::once(&files.up).chain(&files.down);
        all.any(|other| Arc::ptr_eq(other, file))
    };
    migrations.iter().find(is_of).map(|files| files.version)
}

impl Allowance {
    fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let Some(label) = diagnostic.labels.first() else {
            return false;
        };
        let is_near = match &self.statement {
            Some(statement) => statement.contains(&label.range.start) && !label.is_of_file(),
            None => true,
        };
        is_near && self.kind.id == diagnostic.kind.id && Arc::ptr_eq(&self.file, &label.file)
    }

    fn unused(&self) -> Diagnostic {
        let id = self.kind.id;
        Diagnostic::new(&UNUSED_ALLOW, format!("`{id}` is not found here"))
            .at(&self.file, self.comment.clone(), "allows nothing")
            .help("delete this comment")
    }
}

#[cfg(test)]
mod tests;
