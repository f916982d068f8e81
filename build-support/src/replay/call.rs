//! What the routines may do that a statement calls.

use std::collections::BTreeSet;

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Object, Space};
use crate::change::{Doubt, Target};
use crate::dialect::Dialect;

impl Replay<'_> {
    /// Whether all is known that a call may do: it is a routine made here, or a function of the server.
    pub(super) fn is_known_call(&self, call: &str) -> bool {
        let name = call.strip_prefix("pg_catalog.").unwrap_or(call);
        self.is_made_here(name) || is_harmless(name)
    }

    /// Whether a call is that of a routine which the history created.
    pub(super) fn is_made_here(&self, call: &str) -> bool {
        self.routines.contains_key(without_schema(call))
    }

    /// A routine that a statement runs must have been created.
    pub(super) fn need_routine(&mut self, target: &Target) {
        const TRIGGERS: [&str; 4] = [
            "moddatetime",
            "suppress_redundant_updates_trigger",
            "tsvector_update_trigger",
            "tsvector_update_trigger_column",
        ];
        let name = target.name.key().to_lowercase();
        // One of the name was made and perhaps dropped: which one is meant depends on its arguments.
        let is_made = self.routines.contains_key(&name);
        let is_absent = matches!(self.find(Space::Routine, target), Found::Nowhere);
        if is_absent && !is_made && !TRIGGERS.contains(&&*name) {
            self.unknown_object(Space::Routine, "routine", target);
        }
    }

    /// A routine that is called, which may be one of the server.
    pub(super) fn suspect_routine(&mut self, target: &Target) {
        let name = target.name.key().to_lowercase();
        if self.dialect == Dialect::Postgres && !self.is_known_call(&name) {
            self.suspect(Space::Routine, target);
        }
    }

    /// The routines that a call may mean, whether they are there or not.
    pub(super) fn routines_of(&self, call: &str) -> impl Iterator<Item = &Key> {
        let known = self.routines.get(without_schema(call));
        known.into_iter().flatten()
    }

    /// What routines may do that are called, as far as they were created here.
    pub(super) fn follow(
        &self,
        calls: &BTreeSet<String>,
        doubt: &mut Doubt,
        seen: &mut BTreeSet<String>,
    ) {
        for call in calls {
            let name = without_schema(call);
            if !seen.insert(name.to_owned()) {
                continue;
            }
            for key in self.routines_of(name) {
                if let Some(Object::Other(routine)) = self.store.get(key).map(|it| &**it) {
                    let made = crate::sql::doubt_of_body(&routine.definition, self.dialect);
                    doubt.extend(&made);
                    self.follow(&made.calls, doubt, seen);
                }
            }
        }
    }
}

/// The name of a routine, as it is remembered.
fn without_schema(call: &str) -> &str {
    call.rsplit('.').next().unwrap_or(call)
}

/// Whether a call changes nothing: a function of the server, or a word that is none.
fn is_harmless(call: &str) -> bool {
    HARMLESS.contains(&call) || FAMILIES.iter().any(|family| call.starts_with(family))
}

/// How functions of the server begin.
const FAMILIES: [&str; 9] = [
    "array_", "current_", "date_", "json", "pg_get_", "quote_", "regexp_", "string_", "to_",
];

/// Functions of the server, and keywords that may stand before a bracket.
const HARMLESS: [&str; 83] = [
    "abs",
    "all",
    "and",
    "any",
    "array",
    "as",
    "avg",
    "btrim",
    "by",
    "cast",
    "ceil",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "currval",
    "date",
    "decode",
    "digest",
    "distinct",
    "encode",
    "enum",
    "exists",
    "extract",
    "floor",
    "format",
    "from",
    "gen_random_bytes",
    "gen_random_uuid",
    "generate_series",
    "greatest",
    "if",
    "ifnull",
    "iif",
    "in",
    "instr",
    "join",
    "key",
    "last_insert_rowid",
    "least",
    "left",
    "length",
    "lower",
    "ltrim",
    "max",
    "md5",
    "min",
    "nextval",
    "not",
    "now",
    "nullif",
    "on",
    "or",
    "over",
    "position",
    "printf",
    "quote",
    "random",
    "randomblob",
    "replace",
    "right",
    "round",
    "row",
    "row_number",
    "rtrim",
    "select",
    "set",
    "setval",
    "sha256",
    "split_part",
    "strftime",
    "substr",
    "substring",
    "sum",
    "then",
    "trim",
    "unnest",
    "upper",
    "using",
    "uuid_generate_v4",
    "values",
    "where",
];
