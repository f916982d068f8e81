//! Questions to the catalog of MySQL.

use super::Mysql;
use crate::database::Sql;
use crate::table::recovery::{Condition, Object};

const IS_PRIMARY: &str = "index_name = 'PRIMARY'";

/// In a literal any quote can stand for a name; each is doubled within.
const QUOTES: [char; 3] = ['`', '"', '\''];

pub(super) fn probe(sql: &Mysql, conditions: &[Condition]) -> Option<String> {
    let answers = conditions.iter().map(|condition| answer(sql, condition));
    let all = answers.collect::<Option<Vec<_>>>()?.join(" AND ");
    Some(format!("SELECT {}", sql.as_text(&all)))
}

fn answer(sql: &Mysql, condition: &Condition) -> Option<String> {
    let rows = rows(sql, condition)?;
    let exists = format!("EXISTS (SELECT 1 FROM information_schema.{rows})");
    Some(match (condition.object, condition.exists) {
        (_, true) => exists,
        // Who may see no account but the own one does not know of others.
        (Object::User, false) => format!(
            "NOT {exists} AND (SELECT COUNT(DISTINCT grantee) FROM information_schema.user_privileges) > 1"
        ),
        (_, false) => format!("NOT {exists}"),
    })
}

/// A view of `information_schema`, and what its rows must be like to be about the object.
#[expect(clippy::too_many_lines, reason = "one arm for each object")]
fn rows(sql: &Mysql, condition: &Condition) -> Option<String> {
    let of_table = |view: &str, filter: &str| Some(of_table(sql, condition, view, filter));
    let in_schema = |view: &str, kind: &str, filter: &str| {
        let schema = in_schema(sql, condition, &format!("{kind}_schema"));
        Some(format!("{view} WHERE {schema} AND {filter}"))
    };
    let name = sql.text(&unquote(&condition.name));
    let named = |column: &str| same(column, &name);
    let table = |kinds: &str| {
        let named = same_file("table_name", &name);
        in_schema(
            "tables",
            "table",
            &format!("{named} AND table_type IN ({kinds})"),
        )
    };
    let routine = |kind: &str| {
        let named = named("routine_name");
        in_schema(
            "routines",
            "routine",
            &format!("{named} AND routine_type = '{kind}'"),
        )
    };
    match condition.object {
        Object::Table => table("'BASE TABLE', 'SYSTEM VERSIONED'"),
        Object::View => table("'VIEW'"),
        Object::Sequence => table("'SEQUENCE'"),
        Object::Column => of_table("columns", &named("column_name")),
        Object::Index | Object::ValidIndex => of_table("statistics", &named("index_name")),
        Object::Constraint => of_table("table_constraints", &named("constraint_name")),
        Object::PrimaryKey if condition.name.is_empty() => of_table("statistics", IS_PRIMARY),
        Object::PrimaryKey => index_on(sql, condition, IS_PRIMARY),
        Object::IndexOn => index_on(sql, condition, "non_unique = 1"),
        Object::UniqueIndexOn => index_on(
            sql,
            condition,
            &format!("non_unique = 0 AND NOT {IS_PRIMARY}"),
        ),
        Object::ForeignKeyOn => foreign_key_on(sql, condition),
        Object::Partition => {
            let either = format!(
                "({} OR {})",
                named("partition_name"),
                named("subpartition_name")
            );
            of_table("partitions", &either)
        }
        // Case matters to MariaDB, not to MySQL: one that goes by any spelling is not gone.
        Object::Trigger if condition.exists => {
            in_schema("triggers", "trigger", &same_file("trigger_name", &name))
        }
        Object::Trigger => in_schema("triggers", "trigger", &named("trigger_name")),
        Object::Function => routine("FUNCTION"),
        Object::Procedure => routine("PROCEDURE"),
        Object::Event => in_schema("events", "event", &named("event_name")),
        Object::Schema | Object::Database => Some(format!(
            "schemata WHERE {}",
            same_file("schema_name", &name)
        )),
        Object::User => {
            let account = sql.text(&account(&condition.name)?);
            Some(format!(
                "user_privileges WHERE {}",
                exact("grantee", &account)
            ))
        }
        Object::Role | Object::Tablespace | Object::Subscription => None,
    }
}

fn of_table(sql: &Mysql, condition: &Condition, view: &str, filter: &str) -> String {
    let schema = in_schema(sql, condition, "table_schema");
    let table = condition
        .table
        .as_deref()
        .map(|table| same_file("table_name", &sql.text(&unquote(table))));
    let table = table.map_or_else(String::new, |table| format!(" AND {table}"));
    format!("{view} WHERE {schema}{table} AND {filter}")
}

fn in_schema(sql: &Mysql, condition: &Condition, column: &str) -> String {
    match condition.schema.as_deref() {
        Some(schema) => same_file(column, &sql.text(&unquote(schema))),
        None => format!("{column} = DATABASE()"),
    }
}

fn index_on(sql: &Mysql, condition: &Condition, filter: &str) -> Option<String> {
    let rows = of_table(sql, condition, "statistics", filter);
    let columns = just_columns(sql, condition, "seq_in_index")?;
    Some(format!("{rows} GROUP BY index_name HAVING {columns}"))
}

fn foreign_key_on(sql: &Mysql, condition: &Condition) -> Option<String> {
    let rows = of_table(
        sql,
        condition,
        "key_column_usage",
        "referenced_table_name IS NOT NULL",
    );
    let columns = just_columns(sql, condition, "ordinal_position")?;
    Some(format!("{rows} GROUP BY constraint_name HAVING {columns}"))
}

/// Whether a group has just these columns, in this order. A text of them all could be cut by a
/// setting.
fn just_columns(sql: &Mysql, condition: &Condition, place: &str) -> Option<String> {
    let column = |(at, name)| {
        format!(
            "WHEN {} THEN {}",
            at + 1,
            same("column_name", &sql.text(&unquote(name)))
        )
    };
    let columns: Vec<String> = condition.columns().enumerate().map(column).collect();
    let count = columns.len();
    let is_each = format!("SUM(CASE {place} {} END)", columns.join(" "));
    (count > 0).then(|| format!("COUNT(*) = {count} AND {is_each} = {count}"))
}

/// Case does not matter in most names. The collation of the catalog would also let accents pass.
fn same(column: &str, text: &str) -> String {
    exact(&format!("LOWER({column})"), &format!("LOWER({text})"))
}

/// In the names of what was a file of its own once, case matters where it does in names of files.
/// The plain comparison lets the server look at that file only.
fn same_file(column: &str, text: &str) -> String {
    let fold = |name: &str| format!("IF(@@lower_case_table_names = 0, {name}, LOWER({name}))");
    format!(
        "{column} = {text} AND {}",
        exact(&fold(column), &fold(text))
    )
}

fn exact(left: &str, right: &str) -> String {
    let binary = |name: &str| format!("CONVERT({name} USING utf8mb4) COLLATE utf8mb4_bin");
    format!("{} = {}", binary(left), binary(right))
}

fn unquote(name: &str) -> String {
    quoted(name).map_or_else(|| name.to_owned(), |(name, _)| name)
}

/// A quoted name, and what is behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|first| QUOTES.contains(first))?;
    let mut rest = text.get(1..)?;
    let mut name = String::new();
    loop {
        let (part, behind) = rest.split_once(quote)?;
        name += part;
        match behind.strip_prefix(quote) {
            Some(more) => {
                name.push(quote);
                rest = more;
            }
            None => return Some((name, behind)),
        }
    }
}

/// `'name'@'host'` as the catalog has it, which does not double quotes.
fn account(account: &str) -> Option<String> {
    // What a backslash means is a setting, and who runs this may be somebody else by now.
    let is_own = account
        .trim_end_matches("()")
        .eq_ignore_ascii_case("current_user");
    if is_own || account.contains('\\') {
        return None;
    }
    let (user, rest) = quoted(account).unwrap_or_else(|| {
        let (user, rest) = account.split_at(account.find('@').unwrap_or(account.len()));
        (user.trim_end().to_owned(), rest)
    });
    let host = match rest.trim_start().strip_prefix('@') {
        Some(host) => unquote(host.trim_start()).to_lowercase(),
        None => "%".to_owned(),
    };
    Some(format!("'{user}'@'{host}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_quotes() {
        assert_eq!(unquote("Plain"), "Plain");
        assert_eq!(unquote("`a``\"\\b`"), "a`\"\\b");
        assert_eq!(unquote("\"a\"\"`é\""), "a\"`é");
        assert_eq!(unquote("``"), "");
    }

    #[test]
    fn accounts_are_written_as_in_the_catalog() {
        let written = |name| account(name).unwrap_or_default();
        assert_eq!(written("app"), "'app'@'%'");
        assert_eq!(written("App @ `LocalHost`"), "'App'@'localhost'");
        assert_eq!(written("'a''@b'@\"10.0.0.%\""), "'a'@b'@'10.0.0.%'");
        assert_eq!(account("'a\\'b'@x"), None);
        assert_eq!(account("CURRENT_USER()"), None);
    }
}
