//! Everything but tables: what is made before them, what after them, and what goes last.

use super::enums;
use super::note::NoteWeight;
use super::plan::Plan;
use super::tables::{mentions, tables};
use crate::catalog::{Catalog, Key, Name, Object, Other, Rule, Space, TypeKind};
use crate::dialect::Dialect;

/// What tables need: schemas, extensions, types, sequences, and the routines that they call.
pub(super) fn make_first(plan: &mut Plan<'_>) {
    for (key, object) in plan.in_order(plan.to) {
        let is_new = !plan.stays(key);
        let is_early = match object {
            Object::Type(_) => true,
            Object::Other(other) => match other.kind.as_str() {
                "SCHEMA" | "EXTENSION" | "SEQUENCE" => true,
                _ => key.space == Space::Routine && is_called_by_tables(plan.to, key),
            },
            _ => false,
        };
        match object {
            _ if !is_early => {}
            _ if is_new => {
                let statement = create(plan, key, object);
                plan.statements.push(statement);
            }
            _ if key.space == Space::Routine => replace(plan, key, object),
            _ => change(plan, key, object),
        }
    }
}

/// What uses tables: owners of sequences, routines, views, triggers, policies.
pub(super) fn make_last(plan: &mut Plan<'_>) {
    for (key, object) in plan.in_order(plan.to) {
        let Object::Other(other) = object else {
            continue;
        };
        if other.kind == "SEQUENCE" {
            own(plan, key, other);
        } else if key.space == Space::Routine && !is_called_by_tables(plan.to, key) {
            if plan.stays(key) {
                replace(plan, key, object);
            } else {
                let statement = create(plan, key, object);
                plan.statements.push(statement);
            }
        }
    }
    for key in plan.views_in_order(plan.to) {
        make_again(plan, key);
    }
    for (key, _) in plan.in_order(plan.to) {
        if matches!(key.space, Space::Trigger | Space::Policy) {
            make_again(plan, key);
        }
    }
    tell_of_indexes_of_views(plan);
}

fn make_again(plan: &mut Plan<'_>, key: &Key) {
    if plan.stays(key) {
        return;
    }
    if let Some(object) = plan.to.objects.get(key) {
        let statement = create(plan, key, object);
        plan.statements.push(statement);
    }
}

/// What nothing uses any more.
pub(super) fn drop_last(plan: &mut Plan<'_>) {
    let gone = plan.in_order(plan.from).into_iter().rev();
    let gone: Vec<_> = gone.filter(|(key, _)| !plan.stays(key)).collect();
    let rank = |(key, object): &(&Key, &Object)| match object {
        Object::Other(_) if matches!(key.space, Space::Trigger | Space::Policy) => None,
        Object::Other(_) if key.space == Space::Routine => Some(0),
        Object::Other(other) if other.kind == "SEQUENCE" && goes_along(plan, other) => None,
        Object::Other(other) if other.kind == "EXTENSION" => Some(3),
        Object::Other(other) if other.kind == "SCHEMA" => Some(4),
        Object::Other(_) => Some(1),
        Object::Type(_) => Some(2),
        _ => None,
    };
    let mut ranked: Vec<_> = gone
        .iter()
        .filter_map(|it| Some((rank(it)?, *it)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    for (_, (key, object)) in ranked {
        let statement = drop(plan, key, object);
        plan.statements.extend(statement);
    }
    let last = std::mem::take(&mut plan.last);
    plan.statements.extend(last);
}

/// Whether a sequence goes with the column that owns it.
fn goes_along(plan: &Plan<'_>, sequence: &Other) -> bool {
    let (Some(owner), Some(column)) = (&sequence.owner, &sequence.column) else {
        return false;
    };
    let is_there = match plan.to.objects.get(owner).map(|it| &**it) {
        Some(Object::Table(table)) => table.column(column).is_some(),
        _ => false,
    };
    !is_there
}

/// A type or the like that stays, as something else.
fn change(plan: &mut Plan<'_>, key: &Key, object: &Object) {
    let Some(before) = plan.from.objects.get(key).filter(|it| ***it != *object) else {
        return;
    };
    let is_enum = |object: &Object| matches!(object, Object::Type(it) if matches!(it.kind, TypeKind::Enum(_)));
    if is_enum(object) && is_enum(before) {
        let last = enums::change_enum(plan, key);
        return plan.last.extend(last);
    }
    if let (Object::Other(before), Object::Other(after)) = (&**before, object)
        && before.definition == after.definition
    {
        // Only its owner is another.
        return;
    }
    let kind = object.kind().to_lowercase();
    let text = format!(
        "{kind} `{}` cannot be changed into another: write it by hand",
        key.name
    );
    plan.note(NoteWeight::Refused, Some(object), text);
}

/// PostgreSQL puts a routine in the place of another.
fn replace(plan: &mut Plan<'_>, key: &Key, object: &Object) {
    if plan.from.objects.get(key).is_some_and(|it| **it == *object) {
        return;
    }
    let statement = create(plan, key, object);
    let words: Vec<&str> = statement.splitn(3, char::is_whitespace).collect();
    let statement = match words.as_slice() {
        [create, next, rest] if !next.eq_ignore_ascii_case("or") => {
            format!("{create} OR REPLACE {next} {rest}")
        }
        _ => statement.clone(),
    };
    plan.statements.push(statement);
}

/// A sequence that gets another owner, or its first.
fn own(plan: &mut Plan<'_>, key: &Key, sequence: &Other) {
    let owner = |it: &Other| (it.owner.clone(), it.column.clone());
    let before = match plan.from.objects.get(key).map(|it| &**it) {
        Some(Object::Other(before)) => owner(before),
        _ => (None, None),
    };
    if before == owner(sequence) {
        return;
    }
    let column = match (&sequence.owner, &sequence.column) {
        (Some(table), Some(column)) => {
            format!("{}.{}", plan.writer.key(table), plan.writer.name(column))
        }
        _ => "NONE".to_owned(),
    };
    let name = plan.writer.key(key);
    plan.statements
        .push(format!("ALTER SEQUENCE {name} OWNED BY {column}"));
}

/// As somebody wrote it, or else from what is known of it.
pub(super) fn create(plan: &Plan<'_>, key: &Key, object: &Object) -> String {
    if let Some(statement) = plan.sources.statement(key, object) {
        return statement.to_owned();
    }
    let writer = plan.writer;
    let name = match key.space {
        Space::Trigger | Space::Policy => writer.name(&own_name(key, plan.dialect())),
        Space::Routine => key
            .name
            .as_str()
            .split('(')
            .next()
            .unwrap_or_default()
            .to_owned(),
        _ => writer.key(key),
    };
    match object {
        Object::View(view) => {
            let kind = object.kind().to_uppercase();
            let columns = match &view.columns {
                Some(columns) => format!(" {}", writer.list(columns)),
                None => String::new(),
            };
            format!(
                "CREATE {kind} {name}{columns} AS\n{}",
                writer.text(&view.query)
            )
        }
        Object::Type(made) => match &made.kind {
            TypeKind::Enum(values) => enums::create_enum(writer, key, values),
            TypeKind::Other(text) => {
                format!("CREATE {} {name} {}", kind_of_type(text), writer.text(text))
            }
        },
        Object::Other(other) => {
            let text = format!(
                "CREATE {} {name} {}",
                other.kind,
                writer.text(&other.definition)
            );
            text.trim_end().to_owned()
        }
        Object::Table(_) | Object::Index(_) => String::new(),
    }
}

/// `DROP` of an object; nothing for what goes with others.
pub(super) fn drop(plan: &Plan<'_>, key: &Key, object: &Object) -> Option<String> {
    let writer = plan.writer;
    let name = writer.key(key);
    Some(match object {
        Object::View(_) => format!("DROP {} {name}", object.kind().to_uppercase()),
        Object::Type(made) => match &made.kind {
            TypeKind::Other(text) => format!("DROP {} {name}", kind_of_type(text)),
            TypeKind::Enum(_) => format!("DROP TYPE {name}"),
        },
        Object::Other(other) if matches!(key.space, Space::Trigger | Space::Policy) => {
            let table = other
                .owner
                .as_ref()
                .filter(|_| plan.dialect() == Dialect::Postgres);
            let table = table.map_or(String::new(), |table| format!(" ON {}", writer.key(table)));
            let name = own_name(key, plan.dialect());
            format!("DROP {} {}{table}", other.kind, writer.name(&name))
        }
        Object::Other(other) if key.space == Space::Routine => {
            format!("DROP {} {}", other.kind, routine(plan, key))
        }
        Object::Other(other) => format!("DROP {} {name}", other.kind),
        Object::Table(_) | Object::Index(_) => return None,
    })
}

/// A routine by its name, and by its arguments where others have that name.
fn routine(plan: &Plan<'_>, key: &Key) -> String {
    let bare = |key: &Key| {
        key.name
            .as_str()
            .split('(')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let name = bare(key);
    let is_other =
        |other: &&Key| other.space == Space::Routine && *other != key && bare(other) == name;
    let others = plan.from.objects.keys().chain(plan.to.objects.keys());
    let is_shared = others.into_iter().any(|other| is_other(&other));
    let written = if is_shared {
        key.name.as_str().to_owned()
    } else {
        name
    };
    match key.schema.as_str() {
        "" | "public" | "main" => written,
        schema => format!("{schema}.{written}"),
    }
}

/// The name of a trigger without that of its table.
fn own_name(key: &Key, dialect: Dialect) -> Name {
    match key.name.as_str().split_once('.') {
        Some((_, name)) if dialect == Dialect::Postgres => Name::exact(name.to_owned()),
        _ => key.name.clone(),
    }
}

fn kind_of_type(definition: &str) -> &'static str {
    let is_type = ["", "("].contains(&definition)
        || ["as (", "as range", "( "]
            .iter()
            .any(|start| definition.starts_with(start));
    if is_type { "TYPE" } else { "DOMAIN" }
}

/// Whether a table computes or checks something with a routine.
fn is_called_by_tables(catalog: &Catalog, key: &Key) -> bool {
    let bare = key
        .name
        .as_str()
        .split('(')
        .next()
        .unwrap_or_default()
        .to_owned();
    let name = Name::exact(bare);
    tables(catalog).any(|(_, table)| {
        let of_columns = table
            .columns
            .iter()
            .flat_map(|it| it.default.iter().chain(&it.generated));
        let mut rules = table.constraints.iter().map(|it| &it.rule);
        let of_rule = |rule: &Rule| match rule {
            Rule::Check(expression) | Rule::Exclude(expression) => {
                mentions(&expression.text, &name)
            }
            _ => false,
        };
        let mut indexes = table
            .indexes
            .iter()
            .flat_map(|it| it.parts.iter().chain(&it.predicate));
        of_columns.into_iter().any(|text| mentions(text, &name))
            || rules.any(of_rule)
            || indexes.any(|it| mentions(&it.text, &name))
    })
}

/// Of an index of a materialized view only the name is known.
fn tell_of_indexes_of_views(plan: &mut Plan<'_>) {
    let is_of_view = |object: &Object| match object {
        Object::Index(index) => {
            matches!(
                plan.to.objects.get(&index.table).map(|it| &**it),
                Some(Object::View(_))
            )
        }
        _ => false,
    };
    let objects = plan.to.objects.iter();
    let indexes =
        objects.filter(|(key, object)| is_of_view(object) && !plan.from.objects.contains_key(*key));
    let names: Vec<String> = indexes.map(|(key, _)| key.name.to_string()).collect();
    for name in names {
        let text =
            format!("index `{name}` of a materialized view cannot be written: write it by hand");
        plan.note(NoteWeight::Refused, None, text);
    }
}
