//! A catalog without what two descriptions of one database write differently.
//!
//! Servers print expressions anew, name what has no name and show defaults that nobody wrote. What is
//! left here is equal when the schemas are; `docs/drift.md` says what that leaves out.

mod default;
mod expression;
mod token;
pub(super) mod types;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) use self::default::UNKNOWN;
use self::expression::plain;
use super::{
    Catalog, Column, Constraint, Expression, Index, Key, Name, Object, Other, Rule, Space, Table,
    TypeKind, View,
};
use crate::dialect::Dialect;

/// The catalog in the form that is compared.
pub fn normal(catalog: &Catalog, dialect: Dialect) -> Catalog {
    let counted: BTreeSet<(&Key, &Name)> = catalog
        .objects
        .values()
        .filter_map(|object| match &**object {
            Object::Other(other) => Some((other.owner.as_ref()?, other.column.as_ref()?)),
            _ => None,
        })
        .collect();
    // It is there from the beginning.
    let is_public = |key: &Key| key.space == Space::Schema && key.name.as_str() == "public";
    let objects = catalog.objects.iter().filter(|(key, _)| !is_public(key));
    let objects = objects.map(|(key, object)| {
        let object = match &**object {
            Object::Table(table) => {
                let is_counted = |column: &Name| counted.contains(&(key, column));
                let mut table = self::table(table, dialect, &is_counted);
                say_keys(&mut table, catalog);
                Object::Table(table)
            }
            Object::View(view) => Object::View(self::view(view)),
            Object::Type(made) => {
                let mut made = made.clone();
                if let TypeKind::Other(text) = &mut made.kind {
                    *text = domain(text, dialect);
                }
                Object::Type(made)
            }
            Object::Other(other) => Object::Other(Other {
                definition: String::new(),
                ..other.clone()
            }),
            Object::Index(index) => Object::Index(index.clone()),
        };
        (key.clone(), Arc::new(object))
    });
    Catalog {
        objects: objects.collect(),
    }
}

/// One query can be written in many ways, so only its columns are compared.
fn view(view: &View) -> View {
    View {
        query: String::new(),
        reads: BTreeSet::new(),
        mentions: BTreeSet::new(),
        words: BTreeSet::new(),
        ..view.clone()
    }
}

/// PostgreSQL names the check of a domain.
fn domain(text: &str, dialect: Dialect) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut kept = Vec::new();
    let mut rest = words.into_iter().skip_while(|word| *word == "as");
    while let Some(word) = rest.next() {
        if word == "constraint" {
            rest.next();
        } else {
            kept.push(word);
        }
    }
    let text = plain(&kept.join(" "), dialect);
    types::inside(&text)
}

fn table(table: &Table, dialect: Dialect, is_counted: &dyn Fn(&Name) -> bool) -> Table {
    let mut table = table.clone();
    table.parents.clear();
    for column in &mut table.columns {
        self::column(column, dialect, is_counted);
    }
    if dialect == Dialect::Mysql {
        json(&mut table);
    }
    for constraint in &mut table.constraints {
        self::constraint(constraint, dialect);
    }
    for index in &mut table.indexes {
        self::index(index, &table.columns, dialect);
    }
    table.constraints.sort_by_key(|it| {
        let rule = it.rule.to_string();
        (it.name.clone(), rule)
    });
    table
        .indexes
        .sort_by(|one, other| one.name.cmp(&other.name));
    // The server says nothing of an empty one.
    table.comment = table.comment.filter(|comment| !comment.is_empty());
    table
}

/// A foreign key without columns means the primary key.
fn say_keys(table: &mut Table, catalog: &Catalog) {
    for constraint in &mut table.constraints {
        if let Rule::ForeignKey(key) = &mut constraint.rule
            && key.referenced.is_empty()
            && let Some(Object::Table(other)) = catalog.objects.get(&key.table).map(|it| &**it)
        {
            key.referenced = other.primary_key().unwrap_or_default().to_vec();
        }
    }
}

fn column(column: &mut Column, dialect: Dialect, is_counted: &dyn Fn(&Name) -> bool) {
    column.data_type = types::normal(&column.data_type, dialect);
    column.made_type = None;
    column.default = column
        .default
        .as_deref()
        .map(|default| plain(default, dialect))
        .filter(|default| default != "null");
    if let Some(default) = &mut column.default
        && let Some(shown) = default::constant(default, &column.data_type, dialect)
    {
        *default = shown;
    }
    let is_next = |default: &String| default.starts_with("nextval");
    if is_counted(&column.name) && column.default.as_ref().is_some_and(is_next) {
        column.is_counted = true;
        column.default = None;
    }
    if let Some(default) = column.default.as_mut().filter(|it| is_next(it)) {
        // It follows the sequence, whatever that is called by now.
        "nextval".clone_into(default);
    }
    column.generated = column.generated.as_deref().map(|it| plain(it, dialect));
    column.comment = column.comment.take().filter(|comment| !comment.is_empty());
    if dialect == Dialect::Mysql {
        // It is shown where it is not that of the table, which may be that of the database.
        column.collation = None;
        // What stands in a comment for some servers is not there for others.
        column.is_invisible = false;
    }
}

/// To MariaDB, `json` is a text with a check.
fn json(table: &mut Table) {
    let columns = &mut table.columns;
    table.constraints.retain(|it| {
        let Rule::Check(expression) = &it.rule else {
            return true;
        };
        let text = plain(&expression.text, Dialect::Mysql);
        let column = text
            .strip_prefix("json_valid ")
            .and_then(|name| columns.iter_mut().find(|it| it.name.key() == name));
        match column {
            Some(column) if column.data_type == "longtext" || column.data_type == "json" => {
                "json".clone_into(&mut column.data_type);
                false
            }
            _ => true,
        }
    });
}

fn constraint(constraint: &mut Constraint, dialect: Dialect) {
    constraint.is_inline = false;
    match &mut constraint.rule {
        Rule::Check(expression) => self::expression(expression, dialect),
        Rule::Exclude(expression) => {
            self::expression(expression, dialect);
            if !expression.text.starts_with("using ") {
                expression.text.insert_str(0, "using btree ");
            }
        }
        Rule::ForeignKey(key) if dialect == Dialect::Mysql => {
            // To InnoDB both are the default.
            for action in [&mut key.on_delete, &mut key.on_update] {
                if action == "RESTRICT" {
                    action.clear();
                }
            }
        }
        Rule::ForeignKey(_) | Rule::PrimaryKey(_) | Rule::Unique(_) => {}
    }
    if dialect == Dialect::Mysql && is_of_server(constraint) {
        constraint.name = None;
    }
}

/// MySQL and MariaDB name checks differently, and the primary key has but one name.
fn is_of_server(constraint: &Constraint) -> bool {
    let Some(name) = &constraint.name else {
        return true;
    };
    let name = name.key();
    match &constraint.rule {
        Rule::PrimaryKey(_) => true,
        Rule::Check(_) => name.starts_with("constraint_") || name.contains("_chk_"),
        _ => false,
    }
}

fn index(index: &mut Index, columns: &[Column], dialect: Dialect) {
    for expression in index.parts.iter_mut().chain(&mut index.predicate) {
        self::expression(expression, dialect);
    }
    for part in &mut index.parts {
        part.text = without_own_collation(&part.text, columns);
        // The default order.
        part.text = part.text.replace(" asc nulls first", " nulls first");
        for end in [" asc nulls last", " asc", " nulls last"] {
            if let Some(rest) = part.text.strip_suffix(end)
                && !rest.ends_with(" desc")
            {
                rest.to_owned().clone_into(&mut part.text);
            }
        }
        if let Some(rest) = part.text.strip_suffix(" desc nulls first") {
            part.text = format!("{rest} desc");
        }
    }
    index.is_implicit = false;
    index.method = index.method.take().filter(|method| method != "btree");
}

/// The collation of a column is that of an index, too.
fn without_own_collation(part: &str, columns: &[Column]) -> String {
    let words: Vec<&str> = part.splitn(4, ' ').collect();
    if let [name, "collate", collation, rest @ ..] = words.as_slice()
        && let Some(column) = columns.iter().find(|it| it.name.as_str() == *name)
        && column.collation.as_ref().map_or("default", Name::as_str) == *collation
    {
        let kept: Vec<&str> = std::iter::once(*name).chain(rest.iter().copied()).collect();
        return kept.join(" ");
    }
    part.to_owned()
}

fn expression(expression: &mut Expression, dialect: Dialect) {
    expression.text = plain(&expression.text, dialect);
    expression.words.clear();
}
