//! The clauses of `ALTER TABLE`.

use crate::catalog::Extra;
use crate::change::{Action, Dropping, Mention, Target};
use crate::dialect::Dialect;
use crate::sql::ddl::column::{column, constraint, data_type, default, is_constraint};
use crate::sql::ddl::index;
use crate::sql::reader::Reader;

/// Clauses that change nothing that is modelled.
const HARMLESS: &[&str] = &[
    "OWNER",
    "VALIDATE CONSTRAINT",
    "CLUSTER ON",
    "REPLICA IDENTITY",
    "SET LOGGED",
    "SET UNLOGGED",
    "SET (",
    "RESET (",
    "SET TABLESPACE",
    "SET WITHOUT",
    "NO FORCE",
    "FORCE",
    "ENABLE",
    "DISABLE",
    "AUTO_INCREMENT",
    "ALGORITHM",
    "LOCK",
    "ORDER BY",
    "ALTER CONSTRAINT",
];

/// Options of a table that MySQL shows.
const OPTIONS: &[&str] = &[
    "CONVERT TO",
    "DEFAULT",
    "CHARACTER SET",
    "CHARSET",
    "COLLATE",
    "ENGINE",
    "COMMENT",
    "ROW_FORMAT",
];

pub(super) fn read(reader: &mut Reader<'_, '_>, table: &Target, dialect: Dialect) -> Vec<Action> {
    let mut actions = Vec::new();
    loop {
        let clause = clause(reader, table, dialect);
        actions.extend(clause.unwrap_or_else(|| vec![Action::Unknown]));
        if !reader.skip_past_comma() {
            return actions;
        }
    }
}

/// What one clause does; nothing when it cannot be read.
fn clause(reader: &mut Reader<'_, '_>, table: &Target, dialect: Dialect) -> Option<Vec<Action>> {
    let is_mysql = dialect == Dialect::Mysql;
    if reader.eat("ADD") {
        return add(reader, table, dialect);
    }
    let action = if reader.eat("DROP") {
        drop(reader, dialect)?
    } else if reader.eat("RENAME") {
        rename(reader, dialect)?
    } else if is_mysql && reader.eat_any(&["CHANGE", "MODIFY"]) {
        redefine(reader, dialect)?
    } else if reader.is("ALTER CONSTRAINT") {
        return Some(Vec::new());
    } else if reader.eat("ALTER") {
        alter(reader, dialect)?
    } else if reader.eat("SET SCHEMA") {
        Action::SetSchema(reader.mention(dialect)?)
    } else if reader.eat("ATTACH PARTITION") {
        Action::Attach(reader.target(dialect)?, true)
    } else if reader.eat("DETACH PARTITION") {
        Action::Attach(reader.target(dialect)?, false)
    } else if is_mysql && reader.is_any(OPTIONS) {
        let is_converted = reader.eat("CONVERT TO");
        Action::SetOptions(options(reader, dialect), is_converted)
    } else if reader.is_any(HARMLESS) || reader.is_followed_by("=") {
        return Some(Vec::new());
    } else {
        return None;
    };
    Some(vec![action])
}

/// The rest of the clause, token by token.
fn options(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Vec<String> {
    let mut options = Vec::new();
    while !reader.is_at_end() && !reader.is(",") {
        let start = reader.index();
        reader.skip();
        options.push(reader.since(start, dialect).expression.text);
    }
    options
}

fn add(reader: &mut Reader<'_, '_>, table: &Target, dialect: Dialect) -> Option<Vec<Action>> {
    let is_mysql = dialect == Dialect::Mysql;
    if is_mysql && reader.is_any(&["PARTITION", "SYSTEM VERSIONING", "PERIOD FOR"]) {
        return None;
    }
    if is_mysql && reader.is("UNIQUE") && reader.item_has("IF NOT EXISTS") {
        reader.eat("UNIQUE");
        let mut index = index::in_table(reader, table, dialect)?;
        index.is_unique = true;
        return Some(vec![Action::AddIndex(Box::new(index))]);
    }
    if is_mysql && index::is_in_table(reader) {
        let index = index::in_table(reader, table, dialect)?;
        return Some(vec![Action::AddIndex(Box::new(index))]);
    }
    if is_constraint(reader, dialect) {
        return Some(vec![Action::AddConstraint(constraint(reader, dialect)?)]);
    }
    reader.eat("COLUMN");
    let is_optional = reader.eat("IF NOT EXISTS");
    let is_list = is_mysql && reader.eat("(");
    let mut actions = Vec::new();
    loop {
        if is_list && (index::is_in_table(reader) || is_constraint(reader, dialect)) {
            return None;
        }
        let (column, place) = column(reader, dialect)?;
        actions.push(Action::AddColumn {
            column: Box::new(column),
            is_optional,
            place,
        });
        if !is_list {
            return Some(actions);
        }
        if !reader.skip_past_comma() {
            return reader.eat(")").then_some(actions);
        }
    }
}

fn drop(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<Action> {
    let is_mysql = dialect == Dialect::Mysql;
    let kind = if is_mysql && reader.is("PRIMARY KEY") {
        return Some(Action::DropPrimaryKey(reader.range()));
    } else if is_mysql && reader.eat_any(&["INDEX", "KEY"]) {
        let is_optional = reader.eat("IF EXISTS");
        let name = reader.mention(dialect)?;
        return Some(Action::DropIndex { name, is_optional });
    } else if reader.eat("CONSTRAINT") {
        Some(Dropping::Any)
    } else if is_mysql && reader.eat("FOREIGN KEY") {
        Some(Dropping::ForeignKey)
    } else if is_mysql && reader.eat("CHECK") {
        Some(Dropping::Check)
    } else {
        None
    };
    if is_mysql && kind.is_none() && reader.is_any(&["PARTITION", "SYSTEM", "PERIOD"]) {
        return None;
    }
    reader.eat("COLUMN");
    let is_optional = reader.eat("IF EXISTS");
    let name = reader.mention(dialect)?;
    let is_cascading = reader.item_has("CASCADE");
    Some(match kind {
        Some(kind) => Action::DropConstraint {
            name,
            kind,
            is_optional,
            is_cascading,
        },
        None => Action::DropColumn {
            name,
            is_optional,
            is_cascading,
        },
    })
}

fn rename(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<Action> {
    let is_mysql = dialect == Dialect::Mysql;
    if reader.eat_any(&["TO", "="]) {
        return Some(Action::RenameTable(reader.target(dialect)?));
    }
    if reader.eat("CONSTRAINT") {
        let (from, to) = pair(reader, dialect)?;
        return Some(Action::RenameConstraint(from, to));
    }
    if is_mysql && reader.eat_any(&["INDEX", "KEY"]) {
        reader.eat("IF EXISTS");
        let (from, to) = pair(reader, dialect)?;
        return Some(Action::RenameIndex(from, to));
    }
    let is_column = reader.eat("COLUMN");
    let is_optional = reader.eat("IF EXISTS");
    let mut ahead = *reader;
    ahead.mention(dialect)?;
    if is_mysql && !is_column && !ahead.is("TO") {
        // `RENAME AS new`, or without a word between.
        reader.eat("AS");
        return Some(Action::RenameTable(reader.target(dialect)?));
    }
    let (from, to) = pair(reader, dialect)?;
    Some(Action::RenameColumn {
        from,
        to,
        is_optional,
    })
}

/// `a TO b`.
fn pair(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<(Mention, Mention)> {
    let from = reader.mention(dialect)?;
    reader.eat("TO").then_some(())?;
    Some((from, reader.mention(dialect)?))
}

/// MySQL's `CHANGE a b type` and `MODIFY a type`.
fn redefine(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<Action> {
    let is_modified = reader.is_after("MODIFY");
    reader.eat("COLUMN");
    let is_optional = reader.eat("IF EXISTS");
    let mut ahead = *reader;
    let name = ahead.mention(dialect)?;
    if !is_modified {
        *reader = ahead;
    }
    let (column, place) = column(reader, dialect)?;
    Some(Action::Redefine {
        name,
        column: Box::new(column),
        is_optional,
        place,
    })
}

/// `ALTER [COLUMN] name ...`.
fn alter(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<Action> {
    if dialect == Dialect::Mysql && reader.is_any(&["INDEX", "KEY", "CHECK", "CONSTRAINT"]) {
        // Whether it is used.
        return Some(Action::Unknown);
    }
    reader.eat("COLUMN");
    reader.eat("IF EXISTS");
    let name = reader.mention(dialect)?;
    Some(if reader.eat("SET DEFAULT") {
        Action::SetDefault(name, Some(default(reader, dialect)))
    } else if reader.eat("DROP DEFAULT") {
        Action::SetDefault(name, None)
    } else if reader.eat("SET NOT NULL") {
        Action::SetRequired(name, true)
    } else if reader.eat("DROP NOT NULL") {
        Action::SetRequired(name, false)
    } else if reader.eat_any(&["SET DATA TYPE", "TYPE"]) {
        let (data_type, named) = data_type(reader, dialect);
        let collation = if reader.eat("COLLATE") {
            Some(reader.target(dialect)?.name)
        } else {
            None
        };
        Action::SetType(name, data_type, named, collation)
    } else if reader.eat("DROP EXPRESSION") {
        Action::SetGenerated(name, None)
    } else if reader.eat("ADD GENERATED") {
        let start = reader.index() - 1;
        while !reader.is_at_end() && !reader.is(",") {
            reader.skip();
        }
        let options = vec![reader.since(start, dialect).expression.text];
        Action::SetCounted(name, Some(Extra { options }))
    } else if reader.eat("DROP IDENTITY") {
        Action::SetCounted(name, None)
    } else if reader.eat("SET EXPRESSION AS") {
        let text = reader.parenthesised(dialect)?.expression.text;
        Action::SetGenerated(name, Some(format!("stored ({text})")))
    } else {
        Action::TouchColumn(name)
    })
}
