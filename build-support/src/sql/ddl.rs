//! A statement to the changes that it makes.
//!
//! They are read from tokens: statements without an AST need it too, and every name keeps its place.
//! The statement is known to be valid. What cannot be read leaves a doubt about what it mentions.

mod alter;
mod assembled;
mod body;
mod column;
mod create;
mod drop;
mod expressions;
mod index;
mod needs;
mod opaque;
mod program;
mod query;
mod table;
mod types;
mod view;

use super::kind::kind;
use super::reader::Reader;
use super::split::Phrase;
use crate::catalog::Space;
use crate::change::{Change, Doubt};
use crate::dialect::Dialect;
use crate::names::Query;

pub(crate) use body::program_of_routine;
pub(crate) use opaque::doubt_of_body;
pub(crate) use types::family;

/// What a statement changes, in order; an invalid one may have been meant to do anything with what it
/// mentions.
///
/// What it names is resolved before anything changes.
pub(crate) fn changes(
    phrase: &Phrase<'_>,
    dialect: Dialect,
    is_valid: bool,
    names: Option<Query>,
) -> Vec<Change> {
    let read = if is_valid {
        read(phrase, dialect)
    } else {
        None
    };
    let mut read = read.unwrap_or_else(|| vec![Change::Doubt(opaque::mentioned(phrase))]);
    if dialect == Dialect::Postgres && opaque::may_set_path(phrase) {
        read.push(Change::SearchPath(None));
    }
    let names = names.filter(|_| is_valid);
    let names = names.map(|names| Change::Names(Box::new(names)));
    names.into_iter().chain(read).collect()
}

/// `None` when it cannot be read.
fn read(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Vec<Change>> {
    let kind = kind(phrase);
    let (verb, object) = kind.split_once(' ').unwrap_or((kind.as_str(), ""));
    let one = |change: Option<Change>| change.map(|change| vec![change]);
    match (verb, object) {
        ("CREATE", "TABLE") => one(table::create(phrase, dialect)),
        ("CREATE", "VIRTUAL TABLE" | "FOREIGN TABLE") => one(table::opaque(phrase, dialect)),
        ("CREATE", "INDEX") => one(index::create(phrase, dialect)),
        ("CREATE", "VIEW" | "MATERIALIZED VIEW") => one(view::create(phrase, dialect)),
        ("CREATE", _) => create::object(phrase, object, dialect),
        ("DROP", "INDEX") => index::drop(phrase, dialect).map(|change| vec![change]),
        ("DROP", _) => one(drop::object(phrase, object, dialect)),
        ("ALTER", "TABLE" | "FOREIGN TABLE") => alter::table(phrase, dialect),
        ("ALTER", _) => alter::other(phrase, object, dialect),
        ("RENAME", _) => alter::rename(phrase, dialect),
        ("COMMENT", _) => Some(alter::comment(phrase, dialect).into_iter().collect()),
        ("INSERT" | "REPLACE", _) => Some(query::insert(phrase, dialect)),
        ("UPDATE", _) => Some(query::update(phrase, dialect)),
        ("DELETE" | "TRUNCATE", _) => Some(query::delete(phrase, dialect)),
        _ => Some(other(phrase, verb, dialect)),
    }
}

fn other(phrase: &Phrase<'_>, verb: &str, dialect: Dialect) -> Vec<Change> {
    match verb {
        "SET" | "USE" | "PRAGMA" | "RESET" => opaque::setting(phrase, dialect),
        "DO" | "BEGIN" => vec![Change::Doubt(opaque::block(phrase, dialect))],
        "CALL" if dialect == Dialect::Mysql => {
            let routine = Reader::at(phrase, 1).target(dialect);
            let calls = Change::Doubt(opaque::calls(phrase, dialect));
            routine
                .map(Change::Routine)
                .into_iter()
                .chain([calls])
                .collect()
        }
        "CALL" | "SELECT" | "WITH" | "VALUES" | "MERGE" | "COPY" | "EXPLAIN" => {
            vec![Change::Doubt(opaque::calls(phrase, dialect))]
        }
        // PostgreSQL prepares queries only.
        "EXECUTE" | "PREPARE" if dialect == Dialect::Postgres => Vec::new(),
        "EXECUTE" | "PREPARE" if dialect == Dialect::Mysql => {
            vec![Change::Doubt(program::doubt_of_prepared(phrase))]
        }
        "EXECUTE" | "PREPARE" | "LOAD" | "ATTACH" | "DETACH" | "IMPORT" => {
            vec![Change::Doubt(Doubt::everything())]
        }
        "LOCK" | "REFRESH" => query::tables(phrase, dialect),
        // Nothing that is modelled.
        "GRANT" | "REVOKE" | "ANALYZE" | "VACUUM" | "REINDEX" | "CLUSTER" | "UNLOCK"
        | "CHECKPOINT" | "DEALLOCATE" | "DISCARD" | "NOTIFY" | "LISTEN" | "OPTIMIZE" | "FLUSH"
        | "SHOW" | "REASSIGN" | "SECURITY" => Vec::new(),
        _ => vec![Change::Doubt(opaque::mentioned(phrase))],
    }
}

/// Where objects of a kind have their names; none for those that are not modelled.
fn space(kind: &str) -> Option<Space> {
    Some(match kind {
        "SCHEMA" => Space::Schema,
        "EXTENSION" => Space::Extension,
        "TYPE" | "DOMAIN" => Space::Type,
        "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "SEQUENCE" | "INDEX" | "FOREIGN TABLE"
        | "VIRTUAL TABLE" => Space::Relation,
        "FUNCTION" | "PROCEDURE" | "AGGREGATE" | "ROUTINE" => Space::Routine,
        "TRIGGER" => Space::Trigger,
        "POLICY" => Space::Policy,
        _ => return None,
    })
}

impl Doubt {
    fn everything() -> Self {
        Self {
            is_everything: true,
            ..Self::default()
        }
    }
}

/// After the first of a keyword, and after `IF EXISTS` or `IF NOT EXISTS`, which is told.
fn after<'p, 'a>(phrase: &'p Phrase<'a>, keyword: &str) -> (Reader<'p, 'a>, bool) {
    let mut reader = Reader::after(phrase, keyword);
    reader.eat("CONCURRENTLY");
    let is_optional = reader.eat_any(&["IF NOT EXISTS", "IF EXISTS"]);
    (reader, is_optional)
}
