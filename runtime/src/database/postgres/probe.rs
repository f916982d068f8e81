//! Questions to the catalog of PostgreSQL.
//!
//! Names stay as they are written: the server itself takes off the quotes, folds and shortens them.

use super::Postgres;
use crate::database::Sql;
use crate::table::recovery::{Condition, Object};

pub(super) fn probe(sql: &Postgres, conditions: &[Condition]) -> Option<String> {
    let answers = conditions.iter().map(|condition| answer(sql, condition));
    let all = answers.collect::<Option<Vec<_>>>()?.join(" AND ");
    Some(format!("SELECT ({all})::integer::text"))
}

pub(super) fn index_validity(sql: &Postgres, condition: &Condition) -> Option<String> {
    if condition.object != Object::ValidIndex {
        return None;
    }
    let indexes = indexes(sql, condition)?;
    Some(format!(
        "SELECT (indisvalid AND indisready)::integer::text, \
         format('DROP INDEX CONCURRENTLY %I.%I', nspname, relname) {indexes}"
    ))
}

fn answer(sql: &Postgres, condition: &Condition) -> Option<String> {
    let rows = rows(sql, condition)?;
    let not = if condition.exists { "" } else { "NOT " };
    Some(format!("{not}EXISTS (SELECT {rows})"))
}

/// The part of a query behind `SELECT` that has rows when the object is there.
fn rows(sql: &Postgres, condition: &Condition) -> Option<String> {
    let in_catalog = |catalog: &str, column: &str| named(sql, catalog, column, &condition.name);
    match condition.object {
        Object::Table => relation(sql, condition, "'r', 'p', 'f'"),
        Object::View => relation(sql, condition, "'v', 'm'"),
        Object::Sequence => relation(sql, condition, "'S'"),
        Object::Column => of_table(
            sql,
            condition,
            "pg_attribute",
            "attrelid",
            "attname",
            "NOT attisdropped",
        ),
        Object::Constraint => of_table(
            sql,
            condition,
            "pg_constraint",
            "conrelid",
            "conname",
            "true",
        ),
        Object::Trigger => of_table(
            sql,
            condition,
            "pg_trigger",
            "tgrelid",
            "tgname",
            "NOT tgisinternal",
        ),
        Object::Index => indexes(sql, condition),
        Object::ValidIndex => Some(indexes(sql, condition)? + " AND indisvalid AND indisready"),
        Object::IndexOn => index_on(sql, condition, "NOT indisunique"),
        Object::UniqueIndexOn => index_on(sql, condition, "indisunique AND NOT indisprimary"),
        Object::PrimaryKey => key_on(sql, condition, "p"),
        Object::ForeignKeyOn => key_on(sql, condition, "f"),
        Object::Partition => partition(sql, condition),
        // There can be others of that name, so only that there is none says something.
        Object::Function | Object::Procedure if condition.exists => None,
        Object::Function => routine(sql, condition, "prokind <> 'p'"),
        Object::Procedure => routine(sql, condition, "prokind = 'p'"),
        Object::Schema => in_catalog("pg_namespace", "nspname"),
        Object::Database => in_catalog("pg_database", "datname"),
        Object::Role => in_catalog("pg_roles", "rolname"),
        Object::Tablespace => in_catalog("pg_tablespace", "spcname"),
        Object::Subscription => Some(
            // Everybody may read these columns, but not all.
            in_catalog("pg_subscription", "subname")?
                + " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ),
        Object::Event | Object::User => None,
    }
}

fn named(sql: &Postgres, catalog: &str, column: &str, name: &str) -> Option<String> {
    Some(format!(
        "FROM {catalog} WHERE {column} = {}",
        identifier(sql, name)?
    ))
}

fn relation(sql: &Postgres, condition: &Condition, kinds: &str) -> Option<String> {
    let relation = regclass(sql, condition.schema.as_deref(), &condition.name)?;
    Some(format!(
        "FROM pg_class WHERE oid = {relation} AND relkind IN ({kinds})"
    ))
}

/// What has a name within its table.
fn of_table(
    sql: &Postgres,
    condition: &Condition,
    catalog: &str,
    table: &str,
    name: &str,
    filter: &str,
) -> Option<String> {
    let rows = named(sql, catalog, name, &condition.name)?;
    Some(format!(
        "{rows} AND {table} = {} AND {filter}",
        table_of(sql, condition)?
    ))
}

/// An index is in the schema of its table, wherever else the search path leads.
fn indexes(sql: &Postgres, condition: &Condition) -> Option<String> {
    let which = match &condition.table {
        Some(_) => {
            let (table, name) = (table_of(sql, condition)?, identifier(sql, &condition.name)?);
            format!("indrelid = {table} AND relname = {name}")
        }
        None => format!(
            "indexrelid = {}",
            regclass(sql, condition.schema.as_deref(), &condition.name)?
        ),
    };
    Some(format!(
        "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid \
         JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE {which}"
    ))
}

/// What a failed build has left does not count: without a name, the next build is not in its way.
fn index_on(sql: &Postgres, condition: &Condition, filter: &str) -> Option<String> {
    let (table, columns) = (
        table_of(sql, condition)?,
        columns(sql, condition, "indkey", "indrelid")?,
    );
    Some(format!(
        "FROM pg_index WHERE indrelid = {table} AND {filter} AND indisvalid AND indisready \
         AND indpred IS NULL AND {columns}"
    ))
}

fn key_on(sql: &Postgres, condition: &Condition, kind: &str) -> Option<String> {
    let table = table_of(sql, condition)?;
    let rows = format!("FROM pg_constraint WHERE conrelid = {table} AND contype = '{kind}'");
    if condition.name.is_empty() {
        return Some(rows);
    }
    Some(format!(
        "{rows} AND {}",
        columns(sql, condition, "conkey", "conrelid")?
    ))
}

/// Whether the numbers are those of just these columns, in this order. An expression has the
/// number 0, and so no name.
fn columns(sql: &Postgres, condition: &Condition, numbers: &str, table: &str) -> Option<String> {
    let names: Vec<_> = condition
        .columns()
        .map(|name| identifier(sql, name))
        .collect::<Option<_>>()?;
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "ARRAY(SELECT attname FROM unnest({numbers}) WITH ORDINALITY AS part (number, place) \
         LEFT JOIN pg_attribute ON attrelid = {table} AND attnum = number ORDER BY place) = ARRAY[{}]",
        names.join(", ")
    ))
}

fn partition(sql: &Postgres, condition: &Condition) -> Option<String> {
    // The statement may name the schema of the partition too, and need not be in that of the table.
    let (table, partition) = (table_of(sql, condition)?, sql.text(&condition.name));
    Some(format!(
        "FROM pg_inherits WHERE inhparent = {table} AND inhrelid = to_regclass({partition})"
    ))
}

fn routine(sql: &Postgres, condition: &Condition, filter: &str) -> Option<String> {
    let rows = named(sql, "pg_proc", "proname", &condition.name)?;
    let schema = match condition.schema.as_deref() {
        Some(schema) => format!(
            "pronamespace = (SELECT oid {})",
            named(sql, "pg_namespace", "nspname", schema)?
        ),
        None => {
            "pronamespace <> 'pg_catalog'::regnamespace AND pg_function_is_visible(oid)".to_owned()
        }
    };
    Some(format!("{rows} AND {filter} AND {schema}"))
}

fn table_of(sql: &Postgres, condition: &Condition) -> Option<String> {
    regclass(
        sql,
        condition.schema.as_deref(),
        condition.table.as_deref()?,
    )
}

/// Without a schema, the first of that name in the search path.
fn regclass(sql: &Postgres, schema: Option<&str>, name: &str) -> Option<String> {
    let names: Vec<_> = schema.into_iter().chain([name]).collect();
    let is_plain = !names.iter().any(|name| has_escapes(name));
    is_plain.then(|| format!("to_regclass({})", sql.text(&names.join("."))))
}

fn identifier(sql: &Postgres, name: &str) -> Option<String> {
    // As a `name` it is as short as the server makes it.
    let is_plain = !has_escapes(name);
    is_plain.then(|| format!("(parse_ident({}))[1]::name", sql.text(name)))
}

/// Whether it is like `U&"\00e9"`, which the functions of the server do not read.
fn has_escapes(name: &str) -> bool {
    name.starts_with(['U', 'u']) && name.contains('"')
}
