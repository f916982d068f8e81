//! Definitions of columns and constraints.

use super::types;
use crate::catalog::{Extra, Name};
use crate::change::{
    Counter, Mention, NewColumn, NewConstraint, NewForeignKey, NewRule, Place, Target, Written,
};
use crate::dialect::Dialect;
use crate::sql::reader::Reader;
use crate::sql::token::TokenKind;

/// First words of what may follow the type of a column, or the expression of its default.
const ATTRIBUTES: &[&str] = &[
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "GENERATED",
    "AS",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "COMMENT",
    "ON UPDATE",
    "ON CONFLICT",
    "KEY",
    "STORAGE",
    "COMPRESSION",
    "VISIBLE",
    "INVISIBLE",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
    "SRID",
    "CHARACTER SET",
    "CHARSET",
    "DEFERRABLE",
    "INITIALLY",
    "FIRST",
    "AFTER",
    "OPTIONS",
    "USING",
    "WITH OPTIONS",
    "WITHOUT SYSTEM",
    "REF_SYSTEM_ID",
];

/// A column and where it is put.
pub(super) fn column(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<(NewColumn, Place)> {
    let name = reader.mention(dialect)?;
    let (data_type, type_name) = data_type(reader, dialect);
    // Only PostgreSQL makes a sequence; to SQLite `serial` is a word like any other.
    let is_serial = dialect != Dialect::Sqlite
        && type_name
            .as_ref()
            .is_some_and(|name| name.name.as_str().to_ascii_lowercase().contains("serial"));
    let mut column = NewColumn {
        name,
        data_type,
        type_name,
        is_required: is_serial,
        default: None,
        generated: None,
        counter: match dialect {
            _ if !is_serial => Counter::None,
            Dialect::Postgres => Counter::Sequence,
            Dialect::Mysql | Dialect::Sqlite => Counter::Server,
        },
        is_invisible: false,
        collation: None,
        sequence: None,
        comment: None,
        extra: Extra::default(),
        constraints: Vec::new(),
    };
    let mut place = Place::Last;
    let mut constraint = None;
    while !reader.is_at_end() && !reader.is_any(&[",", ")"]) {
        attribute(reader, dialect, &mut column, &mut place, &mut constraint)?;
    }
    // MySQL's alias stands for a key, too.
    let is_unique = |it: &NewConstraint| matches!(it.rule, NewRule::Unique(_));
    if is_serial && dialect == Dialect::Mysql && !column.constraints.iter().any(is_unique) {
        column.constraints.push(NewConstraint {
            name: None,
            rule: NewRule::Unique(vec![column.name.clone()]),
            at: column.name.at.clone(),
            is_of_column: true,
            extra: Extra::default(),
        });
    }
    if dialect == Dialect::Postgres {
        let is_key = |it: &NewConstraint| matches!(it.rule, NewRule::PrimaryKey(_));
        column.is_required |= column.constraints.iter().any(is_key);
    }
    Some((column, place))
}

/// A type as the server shows it, and its name.
pub(super) fn data_type(reader: &mut Reader<'_, '_>, dialect: Dialect) -> (String, Option<Target>) {
    let start = reader.index();
    let mut ahead = *reader;
    let is_type = !reader.is_any(ATTRIBUTES) || reader.is("CHARACTER");
    let named = if is_type { ahead.target(dialect) } else { None };
    let mut is_first = true;
    while !reader.is_at_end() && !reader.is_any(&[",", ")"]) {
        let is_type_itself = is_first && reader.is("CHARACTER") && !reader.is("CHARACTER SET");
        if reader.is_any(ATTRIBUTES) && !is_type_itself {
            break;
        }
        reader.skip();
        is_first = false;
    }
    let text = reader.since(start, dialect).expression.text;
    (types::normal(&text, dialect), named)
}

fn attribute(
    reader: &mut Reader<'_, '_>,
    dialect: Dialect,
    column: &mut NewColumn,
    place: &mut Place,
    constraint: &mut Option<Mention>,
) -> Option<()> {
    if let Some(last) = column.constraints.last_mut()
        && let Some(option) = option(reader, dialect)
    {
        last.extra.options.push(option);
        return Some(());
    }
    let at = reader.range();
    let own = || vec![column.name.clone()];
    let mut extra = Extra::default();
    let rule = if reader.eat("CONSTRAINT") {
        *constraint = Some(reader.mention(dialect)?);
        return Some(());
    } else if reader.eat("PRIMARY KEY") || (dialect == Dialect::Mysql && reader.eat("KEY")) {
        Some(NewRule::PrimaryKey(own()))
    } else if reader.eat("UNIQUE") {
        reader.eat("KEY");
        Some(NewRule::Unique(own()))
    } else if reader.eat("CHECK") {
        Some(NewRule::Check(reader.parenthesised(dialect)?))
    } else if reader.eat("REFERENCES") {
        Some(NewRule::ForeignKey(references(
            reader,
            own(),
            dialect,
            &mut extra,
        )?))
    } else {
        setting(reader, dialect, column, place)?;
        // Before PostgreSQL 18 the name of `NOT NULL` is forgotten.
        *constraint = None;
        None
    };
    if let Some(rule) = rule {
        column.constraints.push(NewConstraint {
            name: constraint.take(),
            rule,
            at,
            is_of_column: true,
            extra,
        });
    }
    Some(())
}

fn setting(
    reader: &mut Reader<'_, '_>,
    dialect: Dialect,
    column: &mut NewColumn,
    place: &mut Place,
) -> Option<()> {
    let start = reader.index();
    if reader.eat("NOT NULL") {
        column.is_required = true;
    } else if reader.eat("NULL") {
        column.is_required = false;
    } else if reader.eat("DEFAULT") {
        column.default = Some(default(reader, dialect));
    } else if reader.eat("COLLATE") {
        column.collation = Some(reader.target(dialect)?.name);
    } else if reader.eat_any(&[
        "GENERATED ALWAYS AS IDENTITY",
        "GENERATED BY DEFAULT AS IDENTITY",
    ]) {
        column.counter = Counter::Sequence;
        column.is_required = true;
        column.sequence = sequence(*reader, dialect);
        let option = reader.since(start, dialect).expression.text;
        column.extra.options.push(option);
    } else if reader.eat_any(&["GENERATED ALWAYS AS", "AS"]) {
        column.generated = Some(generated(reader, dialect)?);
    } else if reader.eat_any(&["AUTO_INCREMENT", "AUTOINCREMENT"]) {
        column.counter = Counter::Server;
    } else if reader.eat("INVISIBLE") {
        column.is_invisible = true;
    } else if reader.eat("COMMENT") {
        column.comment = reader.text(dialect);
    } else if reader.eat("FIRST") {
        *place = Place::First;
    } else if reader.eat("AFTER") {
        *place = Place::After(reader.mention(dialect)?);
    } else {
        // A word that is not modelled, with a value or alone.
        reader.eat_any(&["CHARACTER SET", "CHARSET", "ON UPDATE", "ON CONFLICT"]);
        reader.skip();
        let option = reader.since(start, dialect).expression.text;
        column.extra.options.push(option);
    }
    Some(())
}

/// `(SEQUENCE NAME s START 5)`
fn sequence(mut reader: Reader<'_, '_>, dialect: Dialect) -> Option<Name> {
    let is_named = reader.eat("( SEQUENCE NAME");
    let name = is_named.then(|| reader.target(dialect))?;
    name.map(|target| target.name)
}

fn generated(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<String> {
    let expression = reader.parenthesised(dialect)?.expression.text;
    let is_stored = reader.eat_any(&["STORED", "PERSISTENT"]);
    reader.eat("VIRTUAL");
    let kind = if is_stored { "stored" } else { "virtual" };
    Some(format!("{kind} ({expression})"))
}

/// The expression of a default, which ends where an attribute begins.
pub(super) fn default(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Written {
    let start = reader.index();
    reader.skip();
    while !reader.is_at_end() && !reader.is_any(&[",", ")"]) && !reader.is_any(ATTRIBUTES) {
        reader.skip();
    }
    reader.since(start, dialect)
}

/// After `REFERENCES`.
fn references(
    reader: &mut Reader<'_, '_>,
    columns: Vec<Mention>,
    dialect: Dialect,
    extra: &mut Extra,
) -> Option<NewForeignKey> {
    let table = reader.target(dialect)?;
    let referenced = if reader.is("(") {
        reader.mentions(dialect)?
    } else {
        Vec::new()
    };
    let mut key = NewForeignKey {
        columns,
        table,
        referenced,
        on_delete: String::new(),
        on_update: String::new(),
    };
    loop {
        if reader.eat("ON DELETE") {
            key.on_delete = action(reader)?;
        } else if reader.eat("ON UPDATE") {
            key.on_update = action(reader)?;
        } else if reader.is("MATCH") {
            let start = reader.index();
            reader.skip_one();
            reader.skip();
            let option = reader.since(start, dialect).expression.text;
            extra.options.push(option);
        } else {
            return Some(key);
        }
    }
}

fn action(reader: &mut Reader<'_, '_>) -> Option<String> {
    const ACTIONS: [&str; 5] = [
        "CASCADE",
        "RESTRICT",
        "SET NULL",
        "SET DEFAULT",
        "NO ACTION",
    ];
    let action = ACTIONS.iter().find(|action| reader.eat(action))?;
    // PostgreSQL: `SET NULL (column)`.
    if reader.is("(") {
        reader.skip();
    }
    let is_default = *action == "NO ACTION";
    Some(if is_default {
        String::new()
    } else {
        (*action).to_owned()
    })
}

/// A constraint of a table, after `ADD` or among the columns. `None` when there is none.
pub(super) fn constraint(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<NewConstraint> {
    const KINDS: [&str; 6] = ["UNIQUE", "PRIMARY", "FOREIGN", "CHECK", "EXCLUDE", "NOT"];
    let mut ahead = *reader;
    let at = ahead.range();
    let mut name = None;
    if ahead.eat("CONSTRAINT") && !ahead.is_any(&KINDS) {
        // MariaDB: `ADD CONSTRAINT IF NOT EXISTS name`.
        ahead.eat("IF NOT EXISTS");
        name = Some(ahead.mention(dialect)?);
    }
    let mut extra = Extra::default();
    let rule = rule(&mut ahead, dialect, &mut name, &mut extra)?;
    options(&mut ahead, dialect, &mut extra);
    *reader = ahead;
    Some(NewConstraint {
        at: name.as_ref().map_or(at, |name| name.at.clone()),
        name,
        rule,
        is_of_column: false,
        extra,
    })
}

fn rule(
    reader: &mut Reader<'_, '_>,
    dialect: Dialect,
    name: &mut Option<Mention>,
    extra: &mut Extra,
) -> Option<NewRule> {
    if reader.eat("PRIMARY KEY") {
        if reader.eat("USING INDEX") {
            return Some(NewRule::UsingIndex(true, reader.mention(dialect)?));
        }
        own_name(reader, dialect, &mut None)?;
        return Some(NewRule::PrimaryKey(reader.mentions(dialect)?));
    }
    if reader.eat("UNIQUE") {
        if reader.eat("USING INDEX") {
            return Some(NewRule::UsingIndex(false, reader.mention(dialect)?));
        }
        reader.eat_any(&["KEY", "INDEX"]);
        if reader.eat("NULLS NOT DISTINCT") {
            extra.options.push("nulls not distinct".to_owned());
        }
        reader.eat("NULLS DISTINCT");
        own_name(reader, dialect, name)?;
        return Some(NewRule::Unique(reader.mentions(dialect)?));
    }
    if reader.eat("FOREIGN KEY") {
        if !reader.is("(") {
            // MariaDB takes the name of the index for one without a name.
            reader.eat("IF NOT EXISTS");
            let index = reader.mention(dialect)?;
            name.get_or_insert(index);
        }
        let columns = reader.mentions(dialect)?;
        if !reader.eat("REFERENCES") {
            return None;
        }
        return Some(NewRule::ForeignKey(references(
            reader, columns, dialect, extra,
        )?));
    }
    let is_expression = reader.is_followed_by("(") || reader.is_followed_by("USING");
    if reader.is("CHECK") && is_expression {
        reader.eat("CHECK");
        return Some(NewRule::Check(reader.parenthesised(dialect)?));
    }
    if dialect == Dialect::Postgres && reader.is("EXCLUDE") && is_expression {
        reader.eat("EXCLUDE");
        let start = reader.index();
        while !reader.is_at_end() && !reader.is_any(&[",", ")"]) {
            reader.skip();
        }
        return Some(NewRule::Exclude(reader.since(start, dialect)));
    }
    None
}

/// What may stand behind a constraint in the definition of its column.
fn option(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<String> {
    const OPTIONS: &[&str] = &[
        "NOT DEFERRABLE",
        "DEFERRABLE",
        "INITIALLY DEFERRED",
        "INITIALLY IMMEDIATE",
        "NULLS NOT DISTINCT",
        "NULLS DISTINCT",
        "NOT VALID",
        "NOT ENFORCED",
        "NO INHERIT",
    ];
    let start = reader.index();
    if reader.eat("ON CONFLICT") {
        reader.skip();
    } else if !reader.eat_any(OPTIONS) {
        return None;
    }
    Some(reader.since(start, dialect).expression.text)
}

/// What stands behind a constraint of a table. SQLite lets the comma before the next one be missing.
fn options(reader: &mut Reader<'_, '_>, dialect: Dialect, extra: &mut Extra) {
    loop {
        let is_next = dialect == Dialect::Sqlite && is_constraint(reader, dialect);
        if is_next || reader.is_at_end() || reader.is_any(&[",", ")"]) {
            return;
        }
        let start = reader.index();
        reader.skip();
        let option = reader.since(start, dialect).expression.text;
        extra.options.push(option);
    }
}

/// MySQL's name of an index and `USING BTREE`, before its columns.
fn own_name(
    reader: &mut Reader<'_, '_>,
    dialect: Dialect,
    name: &mut Option<Mention>,
) -> Option<()> {
    if dialect == Dialect::Mysql {
        reader.eat("IF NOT EXISTS");
        if !reader.is_any(&["(", "USING"]) {
            *name = Some(reader.mention(dialect)?);
        }
        if reader.eat("USING") {
            reader.skip();
        }
    }
    Some(())
}

/// Whether a table constraint is next, rather than a column.
pub(super) fn is_constraint(reader: &Reader<'_, '_>, dialect: Dialect) -> bool {
    if reader.is_kind(TokenKind::Quoted) {
        return false;
    }
    let is_call = reader.is_followed_by("(") || reader.is_followed_by("USING");
    reader.is("CONSTRAINT")
        || reader.is_any(&["PRIMARY KEY", "UNIQUE", "FOREIGN KEY"])
        || (reader.is("CHECK") && is_call)
        || (dialect == Dialect::Postgres && reader.is("EXCLUDE") && is_call)
}
