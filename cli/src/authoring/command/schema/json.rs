//! A schema as JSON.

use std::ops::Not;

use rungs_build::catalog::{
    Catalog, Column, Constraint, Index, Name, Object, Origin, Table, Type, TypeKind,
};
use serde::Serialize;

/// An object as JSON has it.
#[derive(Serialize)]
pub(super) struct JsonObject {
    kind: String,
    schema: String,
    name: String,
    /// Where it was made, as `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<String>,
    /// Those of a table, or of a view if they are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<JsonColumn>,
    /// Those of an enum, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    /// The query of a view, or what a type is.
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<String>,
    /// What a trigger, a policy or a sequence belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    constraints: Vec<JsonPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indexes: Vec<JsonPart>,
    /// Whether there may be more in it than is told.
    is_partial: bool,
}

/// A column; of one of a view only the name is known.
#[derive(Default, Serialize)]
struct JsonColumn {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
    /// Whether the server counts it up: serial, identity, auto increment.
    #[serde(skip_serializing_if = "Not::not")]
    counted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize)]
struct JsonPart {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    definition: String,
}

/// Every object but indexes, which their tables tell of.
pub(super) fn objects(schema: &Catalog) -> Vec<JsonObject> {
    let objects = schema.objects.iter();
    objects
        .filter(|(_, object)| !matches!(***object, Object::Index(_)))
        .map(|(key, object)| {
            let table = match &**object {
                Object::Table(table) => Some(table),
                _ => None,
            };
            JsonObject {
                kind: object.kind().to_lowercase(),
                schema: key.schema.to_string(),
                name: key.name.to_string(),
                made: object.origin().and_then(made),
                columns: columns(object),
                values: values(object),
                definition: definition(object),
                of: owner(object),
                comment: table.and_then(|table| table.comment.clone()),
                constraints: table.map(constraints).unwrap_or_default(),
                indexes: table.map(indexes).unwrap_or_default(),
                is_partial: table.is_some_and(|table| table.is_partial),
            }
        })
        .collect()
}

/// Nobody's file made what a database has.
fn made(origin: &Origin) -> Option<String> {
    (!origin.file.path.is_empty()).then(|| origin.place())
}

fn columns(object: &Object) -> Vec<JsonColumn> {
    let column = |column: &Column| JsonColumn {
        name: column.name.to_string(),
        data_type: Some(column.data_type.clone()),
        required: Some(column.is_required),
        counted: column.is_counted,
        default: column.default.clone(),
        generated: column.generated.clone(),
        collation: column.collation.as_ref().map(ToString::to_string),
        comment: column.comment.clone(),
    };
    let named = |name: &Name| JsonColumn {
        name: name.to_string(),
        ..JsonColumn::default()
    };
    match object {
        Object::Table(table) => table.columns.iter().map(column).collect(),
        Object::View(view) => view.columns.iter().flatten().map(named).collect(),
        _ => Vec::new(),
    }
}

fn values(object: &Object) -> Vec<String> {
    match object {
        Object::Type(Type {
            kind: TypeKind::Enum(values),
            ..
        }) => values.clone(),
        _ => Vec::new(),
    }
}

fn definition(object: &Object) -> Option<String> {
    match object {
        Object::View(view) => Some(view.query.clone()),
        Object::Type(Type {
            kind: TypeKind::Other(text),
            ..
        }) => Some(text.clone()),
        _ => None,
    }
}

fn owner(object: &Object) -> Option<String> {
    let Object::Other(other) = object else {
        return None;
    };
    let table = other.owner.as_ref()?;
    Some(match &other.column {
        Some(column) => format!("{}.{column}", table.name),
        None => table.name.to_string(),
    })
}

fn constraints(table: &Table) -> Vec<JsonPart> {
    let part = |constraint: &Constraint| JsonPart {
        name: constraint.name.as_ref().map(ToString::to_string),
        definition: constraint.rule.to_string(),
    };
    table.constraints.iter().map(part).collect()
}

fn indexes(table: &Table) -> Vec<JsonPart> {
    let part = |index: &Index| JsonPart {
        name: Some(index.name.to_string()),
        definition: index.to_string(),
    };
    table.indexes.iter().map(part).collect()
}
