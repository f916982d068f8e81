//! What a way down leaves of routines, triggers, policies and extensions, and what it loses.

use std::collections::BTreeMap;

use super::super::Replay;
use super::super::routine::bare_name;
use super::super::store::Was;
use crate::catalog::{Difference, Key, Object, Other, Space, diff, signature};
use crate::dialect::Dialect;
use crate::sql;

type Touched = BTreeMap<Key, Option<Was>>;

impl Replay<'_> {
    /// How such an object differs: it stays behind, it is gone, or a routine does something else.
    pub(super) fn differences_of_other(
        &self,
        key: &Key,
        was: Option<&Object>,
        touched: &Touched,
    ) -> Vec<Difference> {
        let now = self.store.get(key).map(|object| &**object);
        // Procedures that give something back are kept without what tells them apart.
        let is_one_of_many = self.dialect == Dialect::Postgres
            && key.space == Space::Routine
            && !key.name.as_str().contains('(');
        match (was, now) {
            _ if is_one_of_many => Vec::new(),
            (Some(Object::Other(was)), Some(Object::Other(now))) => {
                self.body_difference(key, was, now).into_iter().collect()
            }
            (Some(Object::Other(it)), None) | (None, Some(Object::Other(it))) => {
                let is_part = self.is_told_with_owner(it, touched);
                if is_part || self.is_another_spelling(key, was.is_none(), touched) {
                    return Vec::new();
                }
                diff(key, was, now)
            }
            _ => Vec::new(),
        }
    }

    /// Whether it came or went with its table.
    fn is_told_with_owner(&self, it: &Other, touched: &Touched) -> bool {
        it.owner.as_ref().is_some_and(|owner| {
            let was_there = touched.get(owner).is_none_or(Option::is_some);
            !was_there || self.store.get(owner).is_none()
        })
    }

    /// Whether a routine may be one that was there before, or is there now, with its types written in
    /// another way.
    fn is_another_spelling(&self, key: &Key, is_new: bool, touched: &Touched) -> bool {
        if key.space != Space::Routine {
            return false;
        }
        let was_there = |other: &Key| match touched.get(other) {
            Some(was) => was.is_some(),
            None => self.store.get(other).is_some(),
        };
        let is_there = |other: &Key| {
            if is_new {
                was_there(other)
            } else {
                self.store.get(other).is_some()
            }
        };
        let known = self.routines.get(&bare_name(&key.name));
        let mut others = known.into_iter().flatten().filter(|other| *other != key);
        others.any(|other| is_one_routine(key, other) && is_there(other))
    }

    /// A program that is more than the same with other white space and comments.
    fn body_difference(&self, key: &Key, was: &Other, now: &Other) -> Option<Difference> {
        if key.space != Space::Routine || was.kind != now.kind {
            return None;
        }
        let program = |it: &Other| sql::program_of_routine(&it.definition, self.dialect);
        let (was_program, now_program) = (program(was)?, program(now)?);
        if was_program == now_program {
            return None;
        }
        let pairs = was_program.iter().zip(&now_program);
        let same = pairs.take_while(|(was, now)| was == now).count();
        // A few words before it tell where in the program that is.
        let from = same.saturating_sub(3);
        let excerpt = |program: &[String]| program.get(from..).unwrap_or_default().join(" ");
        let object = Object::Other(now.clone());
        let named = diff(key, None, Some(&object)).into_iter().next()?;
        Some(Difference::Changed(
            named.what().to_owned(),
            excerpt(&now_program),
            excerpt(&was_program),
        ))
    }
}

/// Whether two keys may be those of one routine.
pub(super) fn is_one_routine(one: &Key, other: &Key) -> bool {
    one.space == other.space
        && one.schema == other.schema
        && bare_name(&one.name) == bare_name(&other.name)
        && signature::may_be_one(&one.name, &other.name)
}
