//! What to look at after a crash to know whether a statement took effect.
//!
//! It is read from the tokens: statements without an AST need it too, and only names count. Where
//! a statement is not what it is expected to be, nothing is known about it.

mod alter;
mod evidence;
mod index;

use super::kind::{is_temporary, kind};
use super::reader::Reader;
use super::split::Phrase;
use crate::dialect::Dialect;
use crate::recovery::{Object, Recovery};
use evidence::Evidence;
pub(super) use index::unnamed_concurrent;

/// What to do about a statement that may have taken effect without being recorded.
pub(crate) fn recovery(phrase: &Phrase<'_>, dialect: Dialect) -> Recovery {
    let kind = kind(phrase);
    let (verb, object) = kind.split_once(' ').unwrap_or((kind.as_str(), ""));
    match (verb, object) {
        // It is gone with the session, whether the statement took effect or not.
        _ if is_temporary(phrase) => Recovery::Unknown,
        ("CREATE", "INDEX") => index::create(phrase, dialect),
        ("CREATE", _) => create(phrase, object, dialect),
        ("DROP", "INDEX") => index::drop(phrase),
        ("DROP", _) => drop(phrase, object, dialect),
        ("ALTER", "TABLE") => alter::table(phrase, dialect),
        ("ALTER", _) => alter::other(phrase, object, dialect),
        ("RENAME", _) => rename(phrase),
        _ if is_repeatable(phrase, verb) => Recovery::Repeat,
        _ => Recovery::Unknown,
    }
}

/// Whether running it twice is harmless.
///
/// That includes `TRUNCATE`: whoever writes to a table meanwhile may lose a row, a little later as
/// well, and an empty table does not show whether it was emptied.
fn is_repeatable(phrase: &Phrase<'_>, verb: &str) -> bool {
    match verb {
        // It copies the database into a file that must not exist yet.
        "VACUUM" => !phrase.has("INTO"),
        // `LOAD INDEX INTO CACHE`, not the data.
        "LOAD" => phrase.is(1, "INDEX"),
        // MariaDB's `SET STATEMENT ... FOR` any statement.
        "SET" => !phrase.is(1, "STATEMENT"),
        "ANALYZE" | "ATTACH" | "CACHE" | "CHANGE" | "CHECK" | "CHECKPOINT" | "CLUSTER"
        | "COMMENT" | "DETACH" | "DISCARD" | "FLUSH" | "GRANT" | "LOCK" | "OPTIMIZE" | "PRAGMA"
        | "PURGE" | "REFRESH" | "REINDEX" | "REPAIR" | "RESET" | "REVOKE" | "STOP" | "TRUNCATE"
        | "UNLOCK" | "USE" => true,
        _ => false,
    }
}

/// The object that a `CREATE` or `DROP` without further rules speaks of.
fn plain_object(word: &str, dialect: Dialect) -> Option<Object> {
    let is_mysql = dialect == Dialect::Mysql;
    Some(match word {
        "TABLE" => Object::Table,
        "VIEW" => Object::View,
        "TRIGGER" => Object::Trigger,
        // Elsewhere functions of one name differ in their arguments.
        "FUNCTION" if is_mysql => Object::Function,
        "PROCEDURE" if is_mysql => Object::Procedure,
        "EVENT" => Object::Event,
        "SEQUENCE" => Object::Sequence,
        "DATABASE" => Object::Database,
        "SCHEMA" if is_mysql => Object::Database,
        "SCHEMA" => Object::Schema,
        "USER" if is_mysql => Object::User,
        "USER" | "ROLE" => Object::Role,
        "TABLESPACE" if !is_mysql => Object::Tablespace,
        "SUBSCRIPTION" => Object::Subscription,
        _ => return None,
    })
}

fn create(phrase: &Phrase<'_>, word: &str, dialect: Dialect) -> Recovery {
    let mut reader = Reader::after(phrase, word);
    if reader.eat("IF NOT EXISTS") || phrase.begins("CREATE OR REPLACE") {
        return Recovery::Repeat;
    }
    let is_gone_by_itself = match word {
        // It may have happened and been dropped.
        "EVENT" => phrase.has("SCHEDULE") && phrase.has("AT"),
        // A loadable function is listed elsewhere.
        "FUNCTION" => phrase.has("SONAME"),
        _ => false,
    };
    let evidence = plain_object(word, dialect).filter(|_| !is_gone_by_itself);
    let evidence = evidence.and_then(|object| match object {
        Object::User | Object::Role => created_accounts(phrase, reader, object),
        Object::Trigger => created_trigger(reader),
        Object::Schema | Object::Database if reader.is("AUTHORIZATION") => None,
        _ => Some(Evidence::of(reader.qualified()?.condition(object, true))),
    });
    evidence.map_or(Recovery::Unknown, Evidence::conclude)
}

/// `CREATE USER a IDENTIFIED BY 'x', b`: MariaDB makes them one by one.
fn created_accounts(
    phrase: &Phrase<'_>,
    mut reader: Reader<'_, '_>,
    object: Object,
) -> Option<Evidence> {
    let mut evidence = Evidence::default();
    loop {
        evidence.show(reader.account()?.condition(object, true));
        // What follows `DEFAULT ROLE` are roles; only MySQL has it, which makes all or none.
        let is_last = phrase.has("DEFAULT") || !reader.skip_past_comma();
        if is_last {
            return Some(evidence);
        }
    }
}

fn created_trigger(mut reader: Reader<'_, '_>) -> Option<Evidence> {
    let name = reader.qualified()?;
    reader.skip_past("ON")?;
    let table = reader.qualified()?;
    let mut condition = name.condition(Object::Trigger, true);
    condition.schema = condition.schema.or(table.schema);
    condition.table = Some(table.name);
    Some(Evidence::of(condition))
}

fn drop(phrase: &Phrase<'_>, word: &str, dialect: Dialect) -> Recovery {
    let mut reader = Reader::after(phrase, word);
    if reader.eat("IF EXISTS") {
        return Recovery::Repeat;
    }
    let evidence = plain_object(word, dialect).and_then(|object| match object {
        Object::Trigger => dropped_trigger(reader),
        _ => dropped_list(reader, object),
    });
    evidence.map_or(Recovery::Unknown, Evidence::conclude)
}

fn dropped_list(mut reader: Reader<'_, '_>, object: Object) -> Option<Evidence> {
    let mut evidence = Evidence::default();
    loop {
        let name = match object {
            Object::User | Object::Role => reader.account()?,
            _ => reader.qualified()?,
        };
        evidence.show(name.condition(object, false));
        if !reader.eat(",") {
            break;
        }
    }
    // Any other end means that the names were misread.
    let ends = ["CASCADE", "RESTRICT", "WITH", "WAIT", "NOWAIT", "("];
    (reader.is_at_end() || ends.iter().any(|end| reader.is(end))).then_some(evidence)
}

/// `DROP TRIGGER name`, in PostgreSQL `ON table`.
fn dropped_trigger(mut reader: Reader<'_, '_>) -> Option<Evidence> {
    let mut condition = reader.qualified()?.condition(Object::Trigger, false);
    if reader.eat("ON") {
        let table = reader.qualified()?;
        condition.schema = table.schema;
        condition.table = Some(table.name);
    }
    Some(Evidence::of(condition))
}

/// MySQL's `RENAME TABLE a TO b, c TO d`, also of users.
fn rename(phrase: &Phrase<'_>) -> Recovery {
    let is_user = phrase.is(1, "USER");
    let mut reader = Reader::at(phrase, 2);
    // MariaDB's; a table that is missing is passed over.
    if reader.eat("IF EXISTS") {
        return Recovery::Unknown;
    }
    let mut evidence = Evidence::default();
    let name = |reader: &mut Reader<'_, '_>| {
        if is_user {
            Some((reader.account()?, Object::User))
        } else {
            Some((reader.qualified()?, Object::Table))
        }
    };
    loop {
        let Some((old, object)) = name(&mut reader) else {
            return Recovery::Unknown;
        };
        reader.skip_wait();
        if !reader.eat("TO") {
            return Recovery::Unknown;
        }
        let Some((new, _)) = name(&mut reader) else {
            return Recovery::Unknown;
        };
        evidence.rename(old.condition(object, false), new.condition(object, true));
        if !reader.eat(",") {
            return evidence.conclude();
        }
    }
}
