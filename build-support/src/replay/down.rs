//! Whether a way down leads back to where the way up began.

mod other;

use std::sync::Arc;

use self::other::is_one_routine;
use super::store::{Mark, Store, Was};
use super::{Replay, Way};
use crate::catalog::{Catalog, Difference, Key, Object, Rule, Space, diff, normal};
use crate::diagnostic::Diagnostic;
use crate::kinds;
use crate::script::Script;

impl Replay<'_> {
    /// Applies a way down after its way up, compares, and takes it back.
    pub(super) fn down(&mut self, script: &Script) {
        if script.statements.is_empty() {
            // That was told.
            return self.store.forget();
        }
        // The log holds what the way up did, and nothing else.
        let before = Store::START;
        let after = self.store.mark();
        let had_baseline = self.ground.has_baseline;
        let count = self.found.len();
        self.way = Way::Down;
        self.apply(script);
        // A doubt about a name is none about the rest.
        let is_doubt = |found: &Diagnostic| found.kind.id == kinds::MISSPELT_NAME.id;
        let is_sound = self.found.iter().skip(count).all(is_doubt);
        if is_sound && !self.ground.has_baseline {
            self.compare(before, script);
        }
        self.ground.has_baseline = had_baseline;
        self.store.roll_back(after);
        self.store.forget();
    }

    fn compare(&mut self, before: Mark, script: &Script) {
        if self.store.is_doubted_since(before) {
            return;
        }
        let touched = self.store.touched_since(before);
        let doubts = self.store.doubts_since(before);
        let mut lines = Vec::new();
        for (key, was) in &touched {
            if !self.store.is_doubted(key, &doubts) && self.is_certain_of(key, was.as_ref()) {
                let was = was.as_ref().map(|was| Arc::clone(&was.object));
                lines.extend(match key.space {
                    Space::Relation | Space::Type | Space::Schema => self.differences(key, was),
                    _ => self.differences_of_other(key, was.as_deref(), &touched),
                });
            }
        }
        if !lines.is_empty() {
            self.push_difference(&lines, script);
        }
    }

    /// Whether it is certain what an object was before the way up and is now.
    fn is_certain_of(&self, key: &Key, was: Option<&Was>) -> bool {
        let is_here = self.store.get(key).is_some();
        let has_parts = matches!(key.space, Space::Relation | Space::Type);
        match was {
            // What was not known before of a part is not known now.
            Some(was) => was.is_certain || has_parts && is_here,
            None => !is_here || !self.may_have_been(key),
        }
    }

    /// Whether something that the migration makes may have been there before it.
    fn may_have_been(&self, key: &Key) -> bool {
        let is_it = |other: &Key| match key.space {
            Space::Routine => is_one_routine(key, other),
            _ => other == key,
        };
        self.perhaps.iter().any(is_it)
    }

    /// How a table with its indexes, a view, a type or a schema differs. Sequences of columns go with these.
    fn differences(&self, key: &Key, was: Option<Arc<Object>>) -> Vec<Difference> {
        let now = self.store.get(key).cloned();
        let is_part = |object: &Object| matches!(object, Object::Index(_) | Object::Other(_));
        let has_part = was.as_deref().is_some_and(is_part) || now.as_deref().is_some_and(is_part);
        if has_part && key.space == Space::Relation {
            return Vec::new();
        }
        let mut differing = diff(key, was.as_deref(), now.as_deref());
        if !differing.is_empty() {
            let [was, now] = [was, now].map(|object| self.normal(key, object));
            let certain = diff(key, was.as_deref(), now.as_deref());
            // Those that are more than two ways to write one thing.
            differing.retain(|line| certain.iter().any(|it| it.what() == line.what()));
        }
        differing
    }

    /// An object in the form that is compared.
    fn normal(&self, key: &Key, object: Option<Arc<Object>>) -> Option<Arc<Object>> {
        let object = object?;
        let mut catalog = Catalog::default();
        if let Object::Table(table) = &*object {
            // What is referred to says which columns are meant.
            for constraint in &table.constraints {
                if let Rule::ForeignKey(reference) = &constraint.rule
                    && let Some(referred) = self.store.get(&reference.table)
                {
                    let referred = Arc::clone(referred);
                    catalog.objects.insert(reference.table.clone(), referred);
                }
            }
        }
        catalog.objects.insert(key.clone(), object);
        normal(&catalog, self.dialect).objects.remove(key)
    }

    fn push_difference(&mut self, lines: &[Difference], script: &Script) {
        const MOST: usize = 12;
        let mut text = String::new();
        for line in lines.iter().take(MOST) {
            text.push('\n');
            text.push_str(&told(line));
        }
        if lines.len() > MOST {
            text.push_str("\n  and ");
            text.push_str(&(lines.len() - MOST).to_string());
            text.push_str(" more");
        }
        // What was dropped cannot be had back with its rows; what was added was forgotten.
        let has_no_rows = |what: &str| WITHOUT_ROWS.iter().any(|kind| what.starts_with(kind));
        let is_loss = lines
            .iter()
            .all(|line| matches!(line, Difference::Missing(what) if !has_no_rows(what)));
        let (message, help) = if is_loss {
            (
                "this way down does not bring back what its way up drops",
                "create it again without its rows; where there is no way back at all, delete this file and write `-- rungs: irreversible` on top of the up file:",
            )
        } else {
            (
                "this way down does not undo its way up",
                "undo what is left:",
            )
        };
        let diagnostic = Diagnostic::new(&kinds::DOWN_DIFFERS, message)
            .at(&script.file, 0..0, "after both, this differs")
            .help(format!("{help}{text}"));
        self.push(diagnostic);
    }
}

/// What can be made again as it was.
const WITHOUT_ROWS: [&str; 7] = [
    "aggregate ",
    "extension ",
    "function ",
    "policy ",
    "procedure ",
    "trigger ",
    "view ",
];

fn told(line: &Difference) -> String {
    match line {
        Difference::Added(what) => format!("+ {what} stays behind"),
        Difference::Missing(what) => format!("- {what} is gone"),
        Difference::Changed(what, now, was) => {
            format!("~ {what}: was {}, is {}", short(was), short(now))
        }
    }
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.is_empty() {
        return "nothing".to_owned();
    }
    if text.chars().count() <= LONGEST {
        return format!("`{text}`");
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("`{start}...`")
}
