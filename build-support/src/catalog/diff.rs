//! How two states of an object differ, in lines for people.

use std::fmt::Write as _;

use super::{
    Column, Constraint, Expression, Index, Key, Name, Object, Rule, Space, Table, TypeKind, View,
};

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is there and should not be.
    Added(String),
    /// It should be there and is not.
    Missing(String),
    /// It is not what it should be: what it is now, and what it was.
    Changed(String, String, String),
}

impl Difference {
    /// What differs.
    pub fn what(&self) -> &str {
        match self {
            Self::Added(what) | Self::Missing(what) | Self::Changed(what, ..) => what,
        }
    }
}

/// How an object differs from what it was; the order of columns does not count.
pub fn diff(key: &Key, before: Option<&Object>, after: Option<&Object>) -> Vec<Difference> {
    let named = |object: &Object| format!("{} {}", object.kind().to_lowercase(), label(key));
    match (before, after) {
        (None, Some(after)) => vec![Difference::Added(named(after))],
        (Some(before), None) => vec![Difference::Missing(named(before))],
        (Some(Object::Table(before)), Some(Object::Table(after))) => tables(key, before, after),
        (Some(Object::View(one)), Some(Object::View(other))) => {
            let found = columns_of_views(key, one, other);
            // Their order, or the kind of view.
            let is_other = found.is_empty() && !one.is_like(other);
            let whole = before.zip(after).filter(|_| is_other);
            let whole = whole.map(|(before, after)| {
                changed(&named(after), &definition(before), &definition(after))
            });
            whole.unwrap_or(found)
        }
        (Some(before), Some(after)) if before != after => {
            changed(&named(after), &definition(before), &definition(after))
        }
        (None | Some(_), None | Some(_)) => Vec::new(),
    }
}

/// The columns that only one of two views has.
fn columns_of_views(key: &Key, before: &View, after: &View) -> Vec<Difference> {
    let (Some(old), Some(new)) = (&before.columns, &after.columns) else {
        return Vec::new();
    };
    let what = |name: &&Name| format!("view column {}.{name}", label(key));
    let gone = old.iter().filter(|name| !new.contains(name));
    let come = new.iter().filter(|name| !old.contains(name));
    let gone = gone.map(|name| Difference::Missing(what(&name)));
    gone.chain(come.map(|name| Difference::Added(what(&name))))
        .collect()
}

impl View {
    /// Whether the columns of two views are the same, as far as they are known: one query can be written
    /// in many ways.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let are_known = self.columns.is_some() && other.columns.is_some();
        self.is_materialized == other.is_materialized
            && (!are_known || self.columns == other.columns)
    }
}

/// A name as people know it.
fn label(key: &Key) -> String {
    match key.schema.as_str() {
        "" | "public" | "main" => key.name.to_string(),
        schema => format!("{schema}.{}", key.name),
    }
}

fn changed(what: &str, before: &str, after: &str) -> Vec<Difference> {
    if plain(before) == plain(after) {
        return Vec::new();
    }
    vec![Difference::Changed(
        what.to_owned(),
        after.to_owned(),
        before.to_owned(),
    )]
}

/// A text without what the server adds or leaves out by itself: casts, parentheses, `default null`.
fn plain(text: &str) -> String {
    let mut words = Vec::new();
    let mut tokens = text
        .split([' ', '(', ')'])
        .filter(|token| !token.is_empty())
        .peekable();
    while let Some(token) = tokens.next() {
        match token {
            // The type of a cast is a word or two.
            "::" => {
                let first = tokens.next().unwrap_or_default();
                let is_long = |next: &&str| {
                    matches!(
                        (first, *next),
                        ("character", "varying") | ("double", "precision")
                    )
                };
                tokens.next_if(is_long);
            }
            "public" if tokens.peek() == Some(&".") => drop(tokens.next()),
            // A number is one with quotes, too.
            _ => words.push(number(token).unwrap_or(token)),
        }
    }
    words
        .join(" ")
        .replace("default null", "")
        .replace("!=", "<>")
        .trim()
        .to_owned()
}

fn number(token: &str) -> Option<&str> {
    let text = token.strip_prefix('\'')?.strip_suffix('\'')?;
    text.parse::<f64>().ok().map(|_| text)
}

fn definition(object: &Object) -> String {
    match object {
        Object::Type(made) => match &made.kind {
            TypeKind::Enum(values) => format!("enum ({})", values.join(", ")),
            TypeKind::Other(text) => text.clone(),
        },
        Object::Other(other) => other.definition.clone(),
        Object::View(view) => {
            let columns = list(view.columns.as_deref().unwrap_or_default());
            format!("{} ({columns})", object.kind().to_lowercase())
        }
        Object::Table(_) | Object::Index(_) => object.kind().to_owned(),
    }
}

fn tables(key: &Key, before: &Table, after: &Table) -> Vec<Difference> {
    if before.is_partial || after.is_partial {
        return Vec::new();
    }
    let table = label(key);
    let columns = |table: &Table| -> Vec<(Name, String)> {
        let shown = |column: &Column| (column.name.clone(), show_column(column));
        table.columns.iter().map(shown).collect()
    };
    let indexes = |table: &Table| -> Vec<(Name, String)> {
        let shown = |index: &Index| (index.name.clone(), show_index(index));
        table.indexes.iter().map(shown).collect()
    };
    let mut found = parts(
        &format!("column {table}."),
        &columns(before),
        &columns(after),
    );
    found.extend(parts("index ", &indexes(before), &indexes(after)));
    found.extend(parts(
        "constraint ",
        &constraints(before),
        &constraints(after),
    ));
    found
}

/// Constraints by name; those without one by what they ask for.
fn constraints(table: &Table) -> Vec<(Name, String)> {
    let shown = |constraint: &Constraint| {
        let text = show_rule(&constraint.rule);
        match &constraint.name {
            Some(name) => (name.clone(), text),
            None => (Name::exact(text.clone()), text),
        }
    };
    table.constraints.iter().map(shown).collect()
}

fn parts(what: &str, before: &[(Name, String)], after: &[(Name, String)]) -> Vec<Difference> {
    let find = |list: &[(Name, String)], name: &Name| {
        list.iter()
            .find(|(other, _)| other == name)
            .map(|(_, text)| text.clone())
    };
    let mut found = Vec::new();
    for (name, now) in after {
        match find(before, name) {
            None => found.push(Difference::Added(format!("{what}{name}"))),
            Some(was) => found.extend(changed(&format!("{what}{name}"), &was, now)),
        }
    }
    for (name, _) in before {
        if find(after, name).is_none() {
            found.push(Difference::Missing(format!("{what}{name}")));
        }
    }
    found
}

/// A column without its name, as SQL.
pub(super) fn show_column(column: &Column) -> String {
    let mut text = column.data_type.clone();
    if let Some(collation) = &column.collation {
        let _ = write!(text, " collate {collation}");
    }
    if column.is_required {
        text += " not null";
    }
    if let Some(default) = &column.default {
        let _ = write!(text, " default {default}");
    }
    if let Some(generated) = &column.generated {
        let _ = write!(text, " generated {generated}");
    }
    if column.is_counted {
        text += " counted";
    }
    if let Some(comment) = &column.comment {
        let _ = write!(text, " comment '{comment}'");
    }
    text.trim_start().to_owned()
}

/// An index without its name, as SQL.
pub(super) fn show_index(index: &Index) -> String {
    let parts: Vec<&str> = index.parts.iter().map(|part| part.text.as_str()).collect();
    let unique = if index.is_unique { "unique " } else { "" };
    let mut text = unique.to_owned();
    if let Some(method) = &index.method {
        let _ = write!(text, "using {method} ");
    }
    let _ = write!(text, "({})", parts.join(", "));
    if !index.include.is_empty() {
        let _ = write!(text, " include ({})", list(&index.include));
    }
    if let Some(Expression { text: rows, .. }) = &index.predicate {
        let _ = write!(text, " where {rows}");
    }
    text
}

/// A constraint without its name, as SQL.
pub(super) fn show_rule(rule: &Rule) -> String {
    match rule {
        Rule::PrimaryKey(columns) => format!("primary key ({})", list(columns)),
        Rule::Unique(columns) => format!("unique ({})", list(columns)),
        Rule::Check(expression) => format!("check ({})", expression.text),
        Rule::Exclude(expression) => format!("exclude {}", expression.text),
        Rule::ForeignKey(key) => {
            let mut text = format!(
                "foreign key ({}) references {}",
                list(&key.columns),
                label(&key.table)
            );
            if !key.referenced.is_empty() {
                let _ = write!(text, " ({})", list(&key.referenced));
            }
            if !key.on_delete.is_empty() {
                let _ = write!(text, " on delete {}", key.on_delete.to_lowercase());
            }
            if !key.on_update.is_empty() {
                let _ = write!(text, " on update {}", key.on_update.to_lowercase());
            }
            text
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&show_rule(self))
    }
}

impl std::fmt::Display for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&show_index(self))
    }
}

fn list(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    names.join(", ")
}

impl Key {
    /// A name in a space.
    pub(crate) const fn new(space: Space, schema: Name, name: Name) -> Self {
        Self {
            space,
            schema,
            name,
        }
    }
}
