//! The history of migrations, replayed without a database.
//!
//! Each migration's changes are applied to a catalog as the server would apply them. What the server
//! would refuse is an error, but only when it is certain: after something that cannot be followed,
//! and for what others create, nothing is said.

mod alter;
mod call;
mod column;
mod constraint;
mod create;
mod defaults;
mod doubt;
mod down;
mod drop;
mod history;
mod index;
mod inherit;
mod misspelt;
mod mutate;
mod names;
mod object;
mod options;
mod reference;
mod rename;
mod report;
mod resolve;
mod routine;
mod rows;
mod sequence;
mod store;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::catalog::{Catalog, Key, Name, Origin, Space};
use crate::change::Change;
use crate::diagnostic::{Diagnostic, Diagnostics, Kind};
use crate::dialect::Dialect;
use crate::kinds;
use crate::names::Query;
use crate::script::{Role, Script, Statement};
use crate::source::SourceFile;
use crate::table::Table;
use store::Store;

pub(crate) use defaults::sequence_name;
pub use history::{History, read_schema};

/// The kinds that this pass reports.
pub(crate) static KINDS: &[&Kind] = &[
    &kinds::MISSING_BASELINE,
    &kinds::UNKNOWN_TABLE,
    &kinds::UNKNOWN_COLUMN,
    &kinds::UNKNOWN_OBJECT,
    &kinds::AMBIGUOUS_COLUMN,
    &kinds::DUPLICATE_TABLE,
    &kinds::DUPLICATE_COLUMN,
    &kinds::DUPLICATE_OBJECT,
    &kinds::STILL_NEEDED,
    &kinds::BAD_FOREIGN_KEY,
    &kinds::BAD_INSERT,
    &kinds::NEW_ENUM_VALUE,
    &kinds::MISSPELT_NAME,
    &kinds::HIDDEN_SHAPE,
    &kinds::CASCADING_DROP,
    &kinds::DOWN_DIFFERS,
];

/// Replays all migrations for each dialect and reports what cannot work.
///
/// Nothing is said about what is in `external`, the names of what others create.
/// Placeholders were read as these words.
pub(crate) fn check(
    table: &Table,
    external: &[String],
    words: &[(String, String)],
    diagnostics: &mut Diagnostics,
) {
    for dialect in &table.dialects {
        let mut replay = Replay::new(*dialect, external);
        replay.words = words;
        for migration in &table.migrations {
            replay.up(&migration.up);
            match &migration.down {
                Some(down) => replay.down(down),
                None => replay.store.forget(),
            }
        }
        for diagnostic in replay.found {
            let diagnostic = unmasked(diagnostic, words);
            let is_known = diagnostics.has(&diagnostic);
            if !is_known {
                diagnostics.push(diagnostic);
            }
        }
    }
}

/// A diagnostic with placeholders as they are written.
fn unmasked(mut diagnostic: Diagnostic, words: &[(String, String)]) -> Diagnostic {
    for (word, written) in words {
        diagnostic.message = diagnostic.message.replace(word, written);
        diagnostic.help = diagnostic.help.map(|help| help.replace(word, written));
        for label in &mut diagnostic.labels {
            label.text = label.text.replace(word, written);
        }
    }
    diagnostic
}

/// The catalog after the migrations up to a version, as one dialect has it.
pub(crate) fn catalog(
    table: &Table,
    external: &[String],
    dialect: Dialect,
    at: Option<i64>,
) -> Catalog {
    let mut replay = Replay::new(dialect, external);
    for migration in &table.migrations {
        if at.is_none_or(|at| migration.version <= at) {
            replay.up(&migration.up);
            replay.store.forget();
        }
    }
    replay.store.catalog()
}

/// The catalog after one more script, and what the server would refuse of it.
pub(crate) fn apply(
    catalog: &Catalog,
    script: &Script,
    external: &[String],
    dialect: Dialect,
) -> (Catalog, Vec<Diagnostic>) {
    let mut replay = Replay::new(dialect, external);
    replay.ground.has_created = true;
    for (key, object) in &catalog.objects {
        replay.store.make(key, (**object).clone());
        if key.space == Space::Routine {
            replay.remember_routine(key);
        }
    }
    replay.up(script);
    (replay.store.catalog(), replay.found)
}

/// What the migrations stand on that is not theirs.
#[derive(Debug, Default)]
struct Ground {
    /// Whether the set builds on tables that it does not create, which was told.
    has_baseline: bool,
    /// Whether an extension was created that may bring tables.
    has_unknown_extension: bool,
    /// Whether any migration made anything.
    has_created: bool,
}

/// Which script of a migration is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

struct Replay<'s> {
    dialect: Dialect,
    /// Names of what others create, such as `auth.*`.
    external: &'s [String],
    /// What placeholders were read as, and how they are written.
    words: &'s [(String, String)],
    store: Store,
    found: Vec<Diagnostic>,
    /// The script that is being applied.
    file: Arc<SourceFile>,
    /// Where its statement begins that is being applied.
    statement_start: usize,
    /// Where names without a schema are looked up; none when that is not known.
    search_path: Option<Vec<Name>>,
    /// Whether the server looks at foreign keys when tables change.
    is_enforcing: bool,
    /// Whether the script is one transaction.
    is_transaction: bool,
    /// Values that enums got in this script: type, value, and where.
    new_values: Vec<(Key, String, Range<usize>)>,
    /// Tables that were dropped with rows of others, which is told when all are there in the end.
    cascades: Vec<(Key, Key, Diagnostic)>,
    /// Views of SQLite, which looks into them when they are used.
    views: Vec<(Key, Query)>,
    ground: Ground,
    /// Whether nothing is to be reported, because the statement may not run.
    is_silent: bool,
    way: Way,
    /// What this migration makes or drops and what may have been there before it.
    perhaps: BTreeSet<Key>,
    /// Routines that were ever created, by their names without arguments.
    routines: BTreeMap<String, Vec<Key>>,
}

impl<'s> Replay<'s> {
    fn new(dialect: Dialect, external: &'s [String]) -> Self {
        let mut store = Store::default();
        // Zero is before anything.
        store.now = 1;
        Self {
            dialect,
            external,
            words: &[],
            store,
            found: Vec::new(),
            file: SourceFile::new("", ""),
            statement_start: 0,
            search_path: None,
            is_enforcing: true,
            is_transaction: true,
            new_values: Vec::new(),
            cascades: Vec::new(),
            views: Vec::new(),
            ground: Ground::default(),
            is_silent: false,
            way: Way::Up,
            perhaps: BTreeSet::new(),
            routines: BTreeMap::new(),
        }
    }

    /// Applies a script that stays applied.
    fn up(&mut self, script: &Script) {
        self.way = Way::Up;
        self.perhaps.clear();
        self.apply(script);
    }

    fn apply(&mut self, script: &Script) {
        self.file = Arc::clone(&script.file);
        self.search_path = Some(self.default_path());
        self.is_transaction = script.is_transactional(self.dialect);
        self.new_values.clear();
        // The runtime carries it out around one migration.
        self.is_enforcing |= self.dialect == Dialect::Sqlite;
        for statement in &script.statements {
            self.store.now += 1;
            self.statement(statement);
        }
        self.tell_of_cascades();
        self.tell_of_views();
        self.end_session();
    }

    fn statement(&mut self, statement: &Statement) {
        match statement.role {
            Role::Run => {}
            // A function of the application, which may do anything.
            Role::Call => return self.store.doubt_all(),
            Role::Verify => return,
        }
        self.statement_start = statement.range.start;
        // What runs on a condition may not run at all.
        self.is_silent = statement.when.is_some();
        for change in statement.changes(self.dialect) {
            self.change(change);
        }
        if self.is_silent {
            self.doubt_statement(statement);
        }
        self.is_silent = false;
    }

    /// Whatever it did may as well not have happened.
    fn doubt_statement(&mut self, statement: &Statement) {
        let text = self.file.slice(statement.range.clone());
        let words = self.words.iter();
        let text = words.fold(text.to_owned(), |text, (word, written)| {
            text.replace(written, word)
        });
        let text = text.to_lowercase();
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        for word in text
            .split(|letter| !is_part(letter))
            .filter(|it| !it.is_empty())
        {
            self.store.doubt(word);
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::CreateTable(new) => self.create_table(new),
            Change::AlterTable(alter) => self.alter_table(alter),
            Change::CreateIndex(new) => self.create_index(new),
            Change::CreateView(new) => self.create_view(new),
            Change::Create(new) => self.create_object(new),
            Change::Drop(dropped) => self.drop_objects(dropped),
            Change::Rename(renamed) => self.rename_object(renamed),
            Change::AddValue(new) => self.add_value(new),
            Change::RenameValue(name, old, new) => self.rename_value(name, old, new),
            Change::Comment(table, column, text) => {
                self.comment(table, column.as_ref(), text.as_ref());
            }
            Change::Insert(insert) => self.insert(insert),
            Change::Update(update) => self.update(update),
            Change::Names(query) => drop(self.resolve(query)),
            Change::Read(table) => drop(self.table(table)),
            Change::Routine(name) => self.need_routine(name),
            Change::SearchPath(path) => self.search_path.clone_from(path),
            Change::Enforce(is_enforcing) => self.is_enforcing = *is_enforcing,
            Change::Own(owned) => self.own(owned),
            Change::Doubt(doubt) => self.doubt(doubt),
        }
    }

    /// Temporary tables are gone with the session; whether the next script has the same is not known.
    fn end_session(&mut self) {
        let temporary = Name::exact("temp".to_owned());
        let keys: Vec<Key> = self
            .store
            .names(Space::Relation, &temporary)
            .cloned()
            .collect();
        for key in keys {
            self.remove_relation(&key);
            self.store.doubt(&key.name.key().to_lowercase());
        }
    }

    fn origin(&self, range: &Range<usize>) -> Origin {
        Origin {
            file: Arc::clone(&self.file),
            range: range.clone(),
        }
    }
}
