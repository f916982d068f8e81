//! Names that the server gives to what has none.

use super::Replay;
use super::constraint::Made;
use crate::catalog::{
    Expression, IndexOf, Key, Name, Object, Other, Rule, Space, Table, shortened,
};
use crate::change::NewIndex;
use crate::dialect::Dialect;

impl Replay<'_> {
    /// The name that the server gives to a constraint.
    pub(super) fn constraint_name(
        &self,
        key: &Key,
        table: &Table,
        rule: &Rule,
        made: &Made,
    ) -> Option<Name> {
        match self.dialect {
            Dialect::Sqlite => None,
            Dialect::Mysql => match rule {
                Rule::ForeignKey(_) => Some(mysql_foreign_key(table, &key.name)),
                // MySQL and MariaDB call checks differently.
                _ => None,
            },
            Dialect::Postgres => {
                let (columns, label) = postgres_parts(table, rule);
                let is_taken = |name: &str| {
                    let name = Name::exact(name.to_owned());
                    table.constraint(&name).is_some() || self.is_relation(key, &name, made)
                };
                Some(free(&key.name, &columns, label, is_taken))
            }
        }
    }

    /// Whether a name is that of a relation of the same schema, also of one that is being made.
    pub(super) fn is_relation(&self, key: &Key, name: &Name, made: &Made) -> bool {
        let entry = Key::new(Space::Relation, key.schema.clone(), name.clone());
        made.indexes.contains(name) || self.store.get(&entry).is_some()
    }

    /// The name that the server gives to an index.
    pub(super) fn index_name(&self, key: &Key, table: &Table, new: &NewIndex) -> Name {
        let first = new.parts.iter().find_map(|part| part.column.as_ref());
        let words = part_names(new);
        match (self.dialect, first) {
            (Dialect::Mysql, Some(first)) => mysql_index(table, &first.name),
            (Dialect::Mysql, None) => Name::exact("functional_index".to_owned()),
            _ => {
                let is_taken = |name: &str| {
                    self.is_relation(key, &Name::exact(name.to_owned()), &Made::default())
                };
                free(&key.name, &words.join("_"), "idx", is_taken)
            }
        }
    }

    /// Gives what a statement made its names among all relations.
    pub(super) fn make_parts(&mut self, table: &Key, made: Made) {
        if self.dialect == Dialect::Mysql {
            return;
        }
        for name in made.indexes {
            let key = Key::new(Space::Relation, table.schema.clone(), name);
            let index = IndexOf {
                table: table.clone(),
            };
            self.store.make(&key, Object::Index(index));
        }
        for (column, given) in made.sequences {
            let is_taken = |name: &str| {
                let key = Key::new(
                    Space::Relation,
                    table.schema.clone(),
                    Name::exact(name.to_owned()),
                );
                self.store.get(&key).is_some()
            };
            let name = given.unwrap_or_else(|| free(&table.name, column.as_str(), "seq", is_taken));
            let key = Key::new(Space::Relation, table.schema.clone(), name);
            let sequence = Other {
                kind: "SEQUENCE".to_owned(),
                definition: String::new(),
                owner: Some(table.clone()),
                column: Some(column),
                origin: self.origin(&(0..0)),
            };
            self.store.make(&key, Object::Other(sequence));
        }
    }
}

/// What PostgreSQL calls the parts of an index: its columns and functions, each but once.
fn part_names(new: &NewIndex) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let of_parts = new.parts.iter().map(|part| match &part.column {
        Some(column) => column.name.as_str(),
        None => called(&part.written.expression.text),
    });
    let included = new.include.iter().map(|column| column.name.as_str());
    for name in of_parts.chain(included) {
        let mut unique = name.to_owned();
        let mut number = 0;
        while names.contains(&unique) {
            number += 1;
            unique = format!("{name}{number}");
        }
        names.push(unique);
    }
    names
}

/// The function of an expression that is one call.
fn called(text: &str) -> &str {
    const BEHIND: [&str; 5] = ["asc", "desc", "nulls", "first", "last"];
    let Some((name, rest)) = text.split_once(" ( ") else {
        return "expr";
    };
    let mut depth = 1_u32;
    let mut words = rest.split(' ');
    for word in words.by_ref() {
        match word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    let is_word = |name: &str| name.chars().all(|it| it.is_alphanumeric() || it == '_');
    let is_call = words.all(|word| BEHIND.contains(&word) || word.ends_with("_ops"));
    if is_call && is_word(name) {
        name
    } else {
        "expr"
    }
}

/// PostgreSQL's `table_column_key`: the parts are cut so that the whole has 63 bytes.
pub(super) fn postgres(table: &Name, columns: &str, label: &str) -> String {
    const LONGEST: usize = 63;
    let (mut first, mut second) = (table.as_str().to_owned(), shortened(columns.to_owned()));
    let joints = 1 + label.len() + usize::from(!second.is_empty());
    let available = LONGEST.saturating_sub(joints);
    while first.len() + second.len() > available {
        let longer = if first.len() > second.len() {
            &mut first
        } else {
            &mut second
        };
        if longer.pop().is_none() {
            break;
        }
    }
    if second.is_empty() {
        format!("{first}_{label}")
    } else {
        format!("{first}_{second}_{label}")
    }
}

/// A name that is not taken yet: PostgreSQL counts up behind the label, which is part of what is cut.
pub(super) fn free(
    table: &Name,
    columns: &str,
    label: &str,
    is_taken: impl Fn(&str) -> bool,
) -> Name {
    let mut name = postgres(table, columns, label);
    let mut number = 0;
    while is_taken(&name) {
        number += 1;
        name = postgres(table, columns, &format!("{label}{number}"));
    }
    Name::exact(name)
}

/// PostgreSQL's name of the sequence of a column.
pub(crate) fn sequence_name(table: &Name, column: &Name, is_taken: impl Fn(&str) -> bool) -> Name {
    free(table, column.as_str(), "seq", is_taken)
}

/// MySQL's name of an index: its first column, and a number when that is taken.
pub(super) fn mysql_index(table: &Table, first: &Name) -> Name {
    let mut name = first.clone();
    let mut number = 1;
    while table.index(&name).is_some() {
        number += 1;
        name = Name::of_key(format!("{first}_{number}"));
    }
    name
}

/// MySQL's name of a foreign key, `table_ibfk_1`: one more than the greatest that there is.
pub(super) fn mysql_foreign_key(table: &Table, name: &Name) -> Name {
    let prefix = format!("{}_ibfk_", name.key());
    let numbers = table.constraints.iter().filter_map(|it| {
        let name = it.name.as_ref()?;
        name.key().strip_prefix(&prefix)?.parse::<u32>().ok()
    });
    let next = numbers.max().unwrap_or(0) + 1;
    Name::of_key(format!("{name}_ibfk_{next}"))
}

/// PostgreSQL's parts of a name: the columns, and what follows them.
fn postgres_parts(table: &Table, rule: &Rule) -> (String, &'static str) {
    let list = |columns: &[Name]| {
        let words: Vec<&str> = columns.iter().map(Name::as_str).collect();
        words.join("_")
    };
    match rule {
        Rule::PrimaryKey(_) => (String::new(), "pkey"),
        Rule::Unique(columns) => (list(columns), "key"),
        Rule::ForeignKey(key) => (list(&key.columns), "fkey"),
        Rule::Check(expression) => (only_column(table, expression), "check"),
        Rule::Exclude(expression) => (only_column(table, expression), "excl"),
    }
}

/// The column that an expression uses, when it is one.
fn only_column(table: &Table, expression: &Expression) -> String {
    let mut used = table
        .columns
        .iter()
        .filter(|it| expression.words.contains(&it.name));
    match (used.next(), used.next()) {
        (Some(only), None) => only.name.as_str().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_in_the_longer_part() {
        let table = Name::exact("t".repeat(60));
        assert_eq!(postgres(&table, "a", "key").len(), 63);
        assert_eq!(postgres(&table, "", "pkey").len(), 63);
        let short = Name::exact("users".to_owned());
        assert_eq!(postgres(&short, "email", "key"), "users_email_key");
        assert_eq!(
            free(&short, "email", "key", |it| it == "users_email_key").as_str(),
            "users_email_key1"
        );
    }
}
