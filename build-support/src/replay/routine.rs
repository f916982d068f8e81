//! Routines: which of them a name means, and what goes with them.

use super::Replay;
use crate::catalog::{Key, Name, Object, Other, Space, signature};
use crate::change::{Dropped, Target};

impl Replay<'_> {
    /// Calls name a routine without the types of its arguments.
    pub(super) fn remember_routine(&mut self, key: &Key) {
        let known = self.routines.entry(bare_name(&key.name)).or_default();
        if !known.contains(key) {
            known.push(key.clone());
        }
    }

    /// A routine that is dropped under another signature than it was created with.
    pub(super) fn forget_routine(&mut self, dropped: &Dropped, name: &Target) {
        let meant = self.meant(name);
        if meant.is_empty() {
            self.note_perhaps(Space::Routine, name, None);
        }
        if let [only] = meant.as_slice() {
            if dropped.is_cascading {
                self.remove_triggers_of(only);
            }
            return self.remove_relation(only);
        }
        for key in meant {
            self.store.doubt(&key.name.key().to_lowercase());
        }
    }

    /// Triggers that run a routine which is dropped with `CASCADE`.
    pub(super) fn remove_triggers_of(&mut self, key: &Key) {
        if key.space != Space::Routine {
            return;
        }
        for trigger in self.triggers_of(key) {
            self.store.put(&trigger, None);
        }
    }

    pub(super) fn rename_routine(&mut self, from: &Target, to: &Name) {
        for key in self.meant(from) {
            let Some(object) = self.store.get(&key).map(|it| (**it).clone()) else {
                continue;
            };
            let triggers = self.triggers_of(&key);
            let bare = Name::exact(bare_name(&key.name));
            let arguments = key.name.as_str().find('(');
            let arguments = arguments.and_then(|at| key.name.as_str().get(at..));
            let name = Name::exact(format!("{to}{}", arguments.unwrap_or_default()));
            let new = Key::new(Space::Routine, key.schema.clone(), name);
            self.store.relocate(&key, &new, object);
            self.remember_routine(&new);
            for key in triggers {
                let Some(Object::Other(mut it)) = self.store.get(&key).map(|it| (**it).clone())
                else {
                    continue;
                };
                super::mutate::rename_word(&mut it.definition, &bare, to);
                self.store.put(&key, Some(Object::Other(it)));
            }
        }
    }

    /// The routines that a name means: all of it when it stands without arguments, and their types can
    /// be written in many ways.
    fn meant(&self, target: &Target) -> Vec<Key> {
        let known = self.routines.get(&bare_name(&target.name));
        let (inside, outside): (Vec<&Key>, Vec<&Key>) = known
            .into_iter()
            .flatten()
            .filter(|key| self.store.get(key).is_some())
            .partition(|key| self.is_in_reach(key, target));
        if let Some(exact) = inside.iter().find(|key| key.name == target.name) {
            return vec![(*exact).clone()];
        }
        // It may have been moved to that schema.
        let moved = outside
            .into_iter()
            .filter(|key| !self.store.is_certain(key));
        let may_be_meant = |key: &&Key| signature::may_be_one(&key.name, &target.name);
        inside
            .into_iter()
            .chain(moved)
            .filter(may_be_meant)
            .cloned()
            .collect()
    }

    fn is_in_reach(&self, key: &Key, target: &Target) -> bool {
        match (&target.schema, &self.search_path) {
            (Some(schema), _) => key.schema == schema.name,
            (None, Some(path)) => path.contains(&key.schema),
            (None, None) => true,
        }
    }

    fn triggers_of(&self, routine: &Key) -> Vec<Key> {
        let name = (routine.schema.key(), bare_name(&routine.name));
        // A trigger gives no arguments that tell routines apart.
        if !routine.name.as_str().ends_with("()") {
            return Vec::new();
        }
        let triggers = self.store.all(Space::Trigger);
        let runs = |object: &Object| match object {
            Object::Other(trigger) => run_by(trigger).is_some_and(|(schema, bare)| {
                bare == name.1 && schema.is_none_or(|schema| schema == name.0)
            }),
            _ => false,
        };
        let calling = triggers.filter(|(_, object)| runs(object));
        calling.map(|(key, _)| key.clone()).collect()
    }
}

/// The routine that a trigger of PostgreSQL runs, and its schema where that is said.
fn run_by(trigger: &Other) -> Option<(Option<String>, String)> {
    let (_, tail) = trigger.definition.split_once("execute ")?;
    let tail = tail
        .trim_start_matches("function ")
        .trim_start_matches("procedure ");
    let called: String = tail.split('(').next()?.split(' ').collect();
    let plain = |name: &str| name.trim_matches('"').to_lowercase();
    Some(match called.rsplit_once('.') {
        Some((schema, name)) => (Some(plain(schema)), plain(name)),
        None => (None, plain(&called)),
    })
}

/// The name of a routine without its arguments, as calls are compared with it.
pub(super) fn bare_name(name: &Name) -> String {
    let bare = name.as_str().split('(').next();
    bare.unwrap_or_default().to_lowercase()
}
