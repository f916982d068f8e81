//! The catalog while it changes: what depends on what, what is certain, and the way back.
//!
//! Everything goes through [`Store::put`], which remembers what was there before, so that a down
//! script is replayed and taken back at the cost of what it touches.

mod needs;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::needs::needs;
pub(super) use self::words::{bare, find_word};
use self::words::{fits, has_name, words_of};
use crate::catalog::{Catalog, Key, Name, Object, Origin, Space};

#[derive(Debug, Default)]
pub(super) struct Store {
    entries: BTreeMap<Key, Entry>,
    /// Which objects need an object.
    users: BTreeMap<Key, BTreeSet<Key>>,
    /// Where what is gone was dropped, and when.
    graves: BTreeMap<Key, (Origin, u32)>,
    doubts: BTreeMap<String, u32>,
    /// By table: when a word may have changed its meaning within it.
    within: BTreeMap<String, BTreeMap<String, u32>>,
    /// When anything may have changed for the last time.
    all_doubted: u32,
    /// Names with gaps, of what may have been made, and when.
    made: Vec<(Vec<String>, u32)>,
    /// When something may have gone that nobody can name.
    any_dropped: u32,
    /// When triggers of any table may have changed for the last time.
    triggers_doubted: u32,
    log: Vec<Undo>,
    /// Counts what happened.
    pub(super) now: u32,
}

#[derive(Clone, Debug)]
struct Entry {
    object: Arc<Object>,
    /// When it was made for certain.
    since: u32,
}

/// An object as it was.
#[derive(Clone, Debug)]
pub(super) struct Was {
    pub(super) object: Arc<Object>,
    /// Whether it was there for certain.
    pub(super) is_certain: bool,
}

#[derive(Debug)]
enum Undo {
    Entry(Key, Option<Entry>),
    Grave(Key, Option<(Origin, u32)>),
    Doubt(String, Option<u32>),
    Within(String, String, Option<u32>),
    AllDoubted(u32),
    Made,
    AnyDropped(u32),
    TriggersDoubted(u32),
}

/// What became doubtful since a place in the log.
#[derive(Debug, Default)]
pub(super) struct DoubtsSince {
    words: BTreeSet<String>,
    has_made: bool,
    has_triggers: bool,
}

/// A place in the log to which everything can be taken back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

impl Store {
    pub(super) fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.entries.get(key).map(|entry| &entry.object)
    }

    /// Makes, replaces or removes an object.
    pub(super) fn put(&mut self, key: &Key, object: Option<Object>) {
        let since = match self.entries.get(key) {
            Some(entry) => entry.since,
            None => self.now,
        };
        let entry = object.map(|object| Entry {
            object: Arc::new(object),
            since,
        });
        self.replace(key.clone(), entry, true);
    }

    /// Makes an object that is certain from now on.
    pub(super) fn make(&mut self, key: &Key, object: Object) {
        self.put(key, None);
        self.put(key, Some(object));
    }

    /// Gives an object another key; it is as certain as before.
    pub(super) fn relocate(&mut self, from: &Key, to: &Key, object: Object) {
        let is_certain = self.is_certain(from);
        self.put(from, None);
        let since = if is_certain { self.now } else { 0 };
        let entry = Entry {
            object: Arc::new(object),
            since,
        };
        self.replace(to.clone(), Some(entry), true);
    }

    fn replace(&mut self, key: Key, entry: Option<Entry>, is_logged: bool) {
        let before = self.entries.get(&key).cloned();
        if let Some(before) = &before {
            for needed in needs(&before.object) {
                if let Some(users) = self.users.get_mut(&needed) {
                    users.remove(&key);
                }
            }
        }
        match entry {
            Some(entry) => {
                for needed in needs(&entry.object) {
                    self.users.entry(needed).or_default().insert(key.clone());
                }
                self.entries.insert(key.clone(), entry);
            }
            None => drop(self.entries.remove(&key)),
        }
        if is_logged {
            self.log.push(Undo::Entry(key, before));
        }
    }

    /// What needs an object, by key.
    pub(super) fn users(&self, key: &Key) -> Vec<Key> {
        self.users.get(key).into_iter().flatten().cloned().collect()
    }

    /// Remembers where something was dropped.
    pub(super) fn bury(&mut self, key: &Key, origin: Origin) {
        let before = self.graves.insert(key.clone(), (origin, self.now));
        self.log.push(Undo::Grave(key.clone(), before));
    }

    pub(super) fn grave(&self, key: &Key) -> Option<&Origin> {
        self.graves.get(key).map(|(origin, _)| origin)
    }

    /// A name may mean something else from now on.
    pub(super) fn doubt(&mut self, name: &str) {
        let name = name.to_lowercase();
        let before = self.doubts.insert(name.clone(), self.now);
        self.log.push(Undo::Doubt(name, before));
    }

    /// Anything may have changed.
    pub(super) fn doubt_all(&mut self) {
        self.log.push(Undo::AllDoubted(self.all_doubted));
        self.all_doubted = self.now;
    }

    /// A word may mean something else within a table.
    pub(super) fn doubt_within(&mut self, table: &str, word: &str) {
        let words = self.within.entry(table.to_owned()).or_default();
        let before = words.insert(word.to_owned(), self.now);
        let undo = Undo::Within(table.to_owned(), word.to_owned(), before);
        self.log.push(undo);
    }

    /// Something may have been made whose name has these parts, with anything between them.
    pub(super) fn doubt_absence(&mut self, parts: Vec<String>) {
        self.made.push((parts, self.now));
        self.log.push(Undo::Made);
    }

    /// Whatever has a name of these parts, with anything between them, may be something else.
    pub(super) fn doubt_like(&mut self, parts: &[String]) {
        let is_like = |key: &&Key| fits(bare(key.space, &key.name.key().to_lowercase()), parts);
        let like = self.entries.keys().filter(is_like);
        let like: BTreeSet<String> = like.map(|key| key.name.key().to_lowercase()).collect();
        for name in like {
            self.doubt(&name);
        }
    }

    /// Anything may have been dropped.
    pub(super) fn doubt_presence(&mut self) {
        self.log.push(Undo::AnyDropped(self.any_dropped));
        self.any_dropped = self.now;
    }

    /// When something of a name may have been made for the last time.
    fn may_be_made(&self, key: &Key) -> u32 {
        let name = key.name.key().to_lowercase();
        self.may_be_named(bare(key.space, &name))
    }

    fn may_be_named(&self, name: &str) -> u32 {
        let fitting = self.made.iter().filter(|(parts, _)| fits(name, parts));
        fitting.map(|(_, when)| *when).max().unwrap_or(0)
    }

    /// Words that may mean something else within an object, and when that began.
    fn words_within(&self, name: &Name) -> impl Iterator<Item = (&String, u32)> {
        let words = self.within.get(&name.key().to_lowercase());
        words
            .into_iter()
            .flatten()
            .map(|(word, when)| (word, *when))
    }

    /// Any trigger may have been made or dropped.
    pub(super) fn doubt_triggers(&mut self) {
        self.log.push(Undo::TriggersDoubted(self.triggers_doubted));
        self.triggers_doubted = self.now;
    }

    /// When a name became doubtful for the last time.
    fn doubted(&self, key: &Key) -> u32 {
        let of_space = match key.space {
            Space::Trigger => self.triggers_doubted,
            _ => 0,
        };
        let lower = key.name.key().to_lowercase();
        let when = |word: &str| self.doubts.get(word).copied().unwrap_or(0);
        let words = words_of(key.space, &lower).map(when).max().unwrap_or(0);
        words.max(of_space).max(self.all_doubted)
    }

    /// Whether an object is what is known about it.
    pub(super) fn is_certain(&self, key: &Key) -> bool {
        let since = self.entries.get(key).map_or(0, |entry| entry.since);
        since > self.any_dropped
            && self.is_certain_but_for_words(key)
            && self.doubtful_words(key).next().is_none()
    }

    /// Whether an object is what is known about it, except for its doubtful words.
    pub(super) fn is_certain_but_for_words(&self, key: &Key) -> bool {
        let since = self.entries.get(key).map_or(0, |entry| entry.since);
        since > self.doubted(key)
    }

    /// Words that may mean something else within an object, or nothing.
    pub(super) fn doubtful_words(&self, key: &Key) -> impl Iterator<Item = &str> {
        let since = self.entries.get(key).map_or(0, |entry| entry.since);
        let words = self.words_within(&key.name);
        words
            .filter(move |(_, when)| *when >= since)
            .map(|(word, _)| word.as_str())
    }

    /// Whether it is certain what a word means within an object.
    pub(super) fn is_word_certain(&self, key: &Key, word: &Name) -> bool {
        let word = word.key().to_lowercase();
        self.is_certain_but_for_words(key) && self.doubtful_words(key).all(|it| it != word)
    }

    /// Whether a word in lower case is, was or may be the name of anything.
    pub(super) fn has_heard(&self, word: &str) -> bool {
        let is_it = |name: &str| name.to_lowercase() == word;
        let is_part = |key: &Key| key.name.key().split('.').any(is_it);
        let key = |space| Key::new(space, Name::default(), Name::exact(word.to_owned()));
        self.doubts.contains_key(word)
            || self.within.values().any(|words| words.contains_key(word))
            || self.may_be_made(&key(Space::Relation)) > 0
            || self.graves.keys().any(is_part)
            || self
                .entries
                .iter()
                .any(|(key, entry)| has_name(key, &entry.object, is_it))
    }

    /// Whether it is certain that there is no such object.
    pub(super) fn is_absent(&self, key: &Key) -> bool {
        let doubted = self.doubted(key).max(self.may_be_made(key));
        let is_dropped_since = || {
            self.graves
                .get(key)
                .is_some_and(|(_, when)| *when > doubted)
        };
        !self.entries.contains_key(key) && (doubted == 0 || is_dropped_since())
    }

    /// The names in a space and schema.
    pub(super) fn names(&self, space: Space, schema: &Name) -> impl Iterator<Item = &Key> {
        let first = Key::new(space, schema.clone(), Name::exact(String::new()));
        self.entries
            .range(first..)
            .map(|(key, _)| key)
            .take_while(move |key| key.space == space && key.schema == *schema)
    }

    /// Every object of a space.
    pub(super) fn all(&self, space: Space) -> impl Iterator<Item = (&Key, &Object)> {
        let empty = || Name::exact(String::new());
        self.entries
            .range(Key::new(space, empty(), empty())..)
            .take_while(move |(key, _)| key.space == space)
            .map(|(key, entry)| (key, &*entry.object))
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.log.len())
    }

    /// The oldest place that can be gone back to.
    pub(super) const START: Mark = Mark(0);

    /// What was touched since a mark, as it was then; each key once.
    pub(super) fn touched_since(&self, mark: Mark) -> BTreeMap<Key, Option<Was>> {
        let mut touched = BTreeMap::new();
        for undo in self.log.get(mark.0..).unwrap_or_default() {
            if let Undo::Entry(key, before) = undo {
                touched.entry(key.clone()).or_insert_with(|| {
                    before.as_ref().map(|entry| Was {
                        object: Arc::clone(&entry.object),
                        is_certain: entry.since > self.doubted(key).max(self.any_dropped),
                    })
                });
            }
        }
        touched
    }

    /// Whether anything may have become something else since a mark.
    pub(super) fn is_doubted_since(&self, mark: Mark) -> bool {
        let since = self.log.get(mark.0..).unwrap_or_default();
        let is_about_all = |undo: &Undo| matches!(undo, Undo::AllDoubted(_) | Undo::AnyDropped(_));
        since.iter().any(is_about_all)
    }

    /// What became doubtful since a mark.
    pub(super) fn doubts_since(&self, mark: Mark) -> DoubtsSince {
        let mut doubts = DoubtsSince::default();
        for undo in self.log.get(mark.0..).unwrap_or_default() {
            match undo {
                Undo::Doubt(name, _) | Undo::Within(name, ..) => {
                    doubts.words.insert(name.clone());
                }
                Undo::Made => doubts.has_made = true,
                Undo::TriggersDoubted(_) => doubts.has_triggers = true,
                _ => {}
            }
        }
        doubts
    }

    /// Whether an object is one of those that became doubtful, or may have been made.
    pub(super) fn is_doubted(&self, key: &Key, since: &DoubtsSince) -> bool {
        let lower = key.name.key().to_lowercase();
        let mut words = words_of(key.space, &lower);
        // A table may have got other parts.
        let has_parts = key.space != Space::Routine;
        let may_be_made = since.has_made && (has_parts || self.may_be_made(key) > 0);
        may_be_made
            || since.has_triggers && key.space == Space::Trigger
            || words.any(|word| since.words.contains(word))
    }

    /// Takes back everything since a mark.
    pub(super) fn roll_back(&mut self, mark: Mark) {
        while self.log.len() > mark.0 {
            match self.log.pop() {
                Some(Undo::Entry(key, entry)) => self.replace(key, entry, false),
                Some(Undo::Grave(key, Some(grave))) => drop(self.graves.insert(key, grave)),
                Some(Undo::Grave(key, None)) => drop(self.graves.remove(&key)),
                Some(Undo::Doubt(name, Some(when))) => drop(self.doubts.insert(name, when)),
                Some(Undo::Doubt(name, None)) => drop(self.doubts.remove(&name)),
                Some(Undo::AllDoubted(when)) => self.all_doubted = when,
                Some(Undo::Made) => drop(self.made.pop()),
                Some(Undo::AnyDropped(when)) => self.any_dropped = when,
                Some(Undo::Within(table, word, before)) => {
                    let words = self.within.entry(table).or_default();
                    match before {
                        Some(when) => drop(words.insert(word, when)),
                        None => drop(words.remove(&word)),
                    }
                }
                Some(Undo::TriggersDoubted(when)) => self.triggers_doubted = when,
                None => return,
            }
        }
    }

    /// Forgets the way back: what is done is done.
    pub(super) fn forget(&mut self) {
        self.log.clear();
    }

    pub(super) fn catalog(&self) -> Catalog {
        let entries = self.entries.iter();
        let objects = entries.map(|(key, entry)| (key.clone(), Arc::clone(&entry.object)));
        Catalog {
            objects: objects.collect(),
        }
    }
}
