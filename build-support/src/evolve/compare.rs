//! When two parts of a schema are the same, and how two schemas differ.

use std::borrow::Cow;

use crate::catalog::{
    Catalog, Column, Constraint, Expression, Extra, Index, Key, Object, Rule, Table, View,
};

/// Whether a column need not be changed.
pub(super) fn same_column(one: &Column, other: &Column) -> bool {
    one.name == other.name
        && same_type(one, other)
        && one.is_required == other.is_required
        && same_default(one, other)
        && same_option(one.generated.as_deref(), other.generated.as_deref())
        && one.is_counted == other.is_counted
        && one.is_invisible == other.is_invisible
        && one.comment == other.comment
}

/// Whether values and their order are the same.
pub(super) fn same_type(one: &Column, other: &Column) -> bool {
    let is_type = match (&one.made_type, &other.made_type) {
        (Some(one_type), Some(other_type)) => {
            one_type == other_type && is_array(one) == is_array(other)
        }
        _ => one.data_type == other.data_type,
    };
    is_type && one.collation == other.collation
}

fn is_array(column: &Column) -> bool {
    column.data_type.contains('[')
}

pub(super) fn same_default(one: &Column, other: &Column) -> bool {
    let given = |column: &Column| column.default.clone().filter(|text| text != "null");
    same_option(given(one).as_deref(), given(other).as_deref())
}

pub(super) fn same_option(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same_text(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// Whether two constraints ask for the same; their names are no part of that.
pub(super) fn same_rule(one: &Rule, other: &Rule) -> bool {
    match (one, other) {
        (Rule::Check(one), Rule::Check(other)) | (Rule::Exclude(one), Rule::Exclude(other)) => {
            same_expression(one, other)
        }
        _ => one == other,
    }
}

/// Whether two indexes hold the same; their names are no part of that.
pub(super) fn same_index(one: &Index, other: &Index) -> bool {
    let same_parts = one.parts.len() == other.parts.len()
        && (one.parts.iter().zip(&other.parts)).all(|(one, other)| same_expression(one, other));
    same_parts
        && one.is_unique == other.is_unique
        && one.method == other.method
        && one.include == other.include
        && match (&one.predicate, &other.predicate) {
            (Some(one), Some(other)) => same_expression(one, other),
            (None, None) => true,
            _ => false,
        }
}

pub(super) fn same_view(one: &View, other: &View) -> bool {
    one.is_materialized == other.is_materialized
        && same_text(&one.query, &other.query)
        && one.columns == other.columns
}

/// Whether options are the same as they are written.
pub(super) fn same_extra(one: &Extra, other: &Extra) -> bool {
    one.options.join(" ") == other.options.join(" ")
}

fn same_expression(one: &Expression, other: &Expression) -> bool {
    same_text(&one.text, &other.text)
}

/// Whether two texts differ at most in quotes around names and in parentheses around the whole.
pub(super) fn same_text(one: &str, other: &str) -> bool {
    let (one, other) = (without_parentheses(one), without_parentheses(other));
    let words = |text: &str| -> Vec<String> {
        text.split(' ')
            .map(|word| plain_word(word).into_owned())
            .collect()
    };
    // In a string every letter counts.
    let has_string = one.contains('\'') || other.contains('\'');
    one == other || !has_string && words(one) == words(other)
}

fn without_parentheses(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0_i32;
    for letter in inner.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            // A bracket in a string counts for nothing, but who knows.
            '\'' => return text,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    without_parentheses(inner)
}

/// A quoted name that needs no quotes, without them.
fn plain_word(word: &str) -> Cow<'_, str> {
    let is_plain = |text: &&str| {
        let is_part =
            |letter: char| letter == '_' || letter.is_ascii_lowercase() || letter.is_ascii_digit();
        !text.is_empty() && text.chars().all(is_part)
    };
    let inner = ['"', '`']
        .iter()
        .find_map(|quote| word.strip_prefix(*quote)?.strip_suffix(*quote))
        .filter(is_plain);
    match (inner, word) {
        (Some(inner), _) => Cow::Borrowed(inner),
        (None, "!=") => Cow::Borrowed("<>"),
        (None, word) => Cow::Borrowed(word),
    }
}

/// What two schemas do not have in common, a line each; nothing when one is as good as the other.
pub(super) fn differences(is: &Catalog, should_be: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, object) in &should_be.objects {
        match is.objects.get(key) {
            _ if is_part(object, should_be) => {}
            Some(found) => object_differences(key, found, object, &mut lines),
            None => lines.push(format!(
                "{} {} is missing",
                object.kind().to_lowercase(),
                key.name
            )),
        }
    }
    for (key, object) in &is.objects {
        if !should_be.objects.contains_key(key) && !is_part(object, is) {
            lines.push(format!(
                "{} {} is left",
                object.kind().to_lowercase(),
                key.name
            ));
        }
    }
    lines
}

/// Whether an object comes and goes with a table that describes it: an index, the sequence of a column that
/// counts.
pub(super) fn is_part(object: &Object, catalog: &Catalog) -> bool {
    let table = |key: &Key| match catalog.objects.get(key).map(|it| &**it) {
        Some(Object::Table(table)) => Some(table),
        _ => None,
    };
    match object {
        Object::Index(index) => table(&index.table).is_some(),
        Object::Other(other) => match (&other.owner, &other.column) {
            (Some(owner), Some(column)) => {
                let column = table(owner).and_then(|table| table.column(column));
                column.is_some_and(|column| column.is_counted)
            }
            _ => false,
        },
        _ => false,
    }
}

fn object_differences(key: &Key, is: &Object, should_be: &Object, lines: &mut Vec<String>) {
    match (is, should_be) {
        (Object::Table(is), Object::Table(should_be)) => {
            table_differences(key, is, should_be, lines);
        }
        (Object::View(is), Object::View(should_be)) if same_view(is, should_be) => {}
        (is, should_be) if is == should_be => {}
        _ => lines.push(format!(
            "{} {} is another",
            should_be.kind().to_lowercase(),
            key.name
        )),
    }
}

fn table_differences(key: &Key, is: &Table, should_be: &Table, lines: &mut Vec<String>) {
    if is.is_partial || should_be.is_partial {
        return;
    }
    let table = &key.name;
    let mut say = |what: &str, name: &str, how: &str| {
        lines.push(format!("{what} {name} of table {table} {how}"));
    };
    for column in &should_be.columns {
        match is.column(&column.name) {
            Some(found) if same_column(found, column) => {}
            Some(_) => say("column", column.name.as_str(), "is another"),
            None => say("column", column.name.as_str(), "is missing"),
        }
    }
    for column in &is.columns {
        if should_be.column(&column.name).is_none() {
            say("column", column.name.as_str(), "is left");
        }
    }
    for index in &should_be.indexes {
        match is.index(&index.name) {
            Some(found) if same_index(found, index) => {}
            _ => say("index", index.name.as_str(), "is missing"),
        }
    }
    for index in &is.indexes {
        if should_be.index(&index.name).is_none() {
            say("index", index.name.as_str(), "is left");
        }
    }
    let has = |list: &[Constraint], one: &Constraint| {
        list.iter()
            .any(|it| it.name == one.name && same_rule(&it.rule, &one.rule))
    };
    for constraint in &should_be.constraints {
        if !has(&is.constraints, constraint) {
            say("constraint", &constraint.rule.to_string(), "is missing");
        }
    }
    for constraint in &is.constraints {
        if !has(&should_be.constraints, constraint) {
            say("constraint", &constraint.rule.to_string(), "is left");
        }
    }
    if is.comment != should_be.comment {
        lines.push(format!("the comment of table {table} is another"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_but_for_quotes_and_outer_parentheses() {
        assert!(same_text("( a > 0 )", "a > 0"));
        assert!(same_text("\"a\" != 1", "a <> 1"));
        assert!(!same_text("( a + b ) * ( c )", "a + b ) * ( c"));
        assert!(!same_text("( a + b ) * c", "a + b * c"));
        assert!(!same_text("\"A\"", "a"));
    }
}
