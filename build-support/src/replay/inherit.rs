//! Tables that have the columns of others: `LIKE`, `INHERITS`, `PARTITION OF`.

use std::sync::Arc;

use super::Replay;
use super::constraint::Made;
use crate::catalog::{Column, Key, Name, Object, Origin, Rule, Table};
use crate::change::{Action, Counter, Mention, Model, ModelKind, NewColumn};
use crate::dialect::Dialect;

impl Replay<'_> {
    pub(super) fn add_model(
        &mut self,
        of: &Name,
        table: &mut Table,
        model: &Model,
        made: &mut Made,
    ) {
        let Some((key, other)) = self.table(&model.table) else {
            table.is_partial = true;
            table.has_other_columns = true;
            return;
        };
        table.has_other_columns |= other.has_other_columns;
        table.is_partial |= other.has_other_columns;
        match &model.kind {
            ModelKind::Parent => {
                table.is_partial = true;
                // A partition gets the indexes of its parent.
                self.doubt_names_of(of, "");
                table.parents.push(key);
                for column in &other.columns {
                    if table.column(&column.name).is_none() {
                        table.columns.push(inherited(column));
                    }
                }
            }
            ModelKind::Like(_) if self.dialect == Dialect::Mysql => copy_all(table, other),
            ModelKind::Like(included) => {
                let copies = other.columns.iter().map(|it| {
                    let mut copy = copied(it, included);
                    if copy.default.as_deref() == Some("nextval") {
                        copy.default = self.next_of(&key, &it.name);
                    }
                    copy
                });
                let copies: Vec<Column> = copies.collect();
                if included.iter().any(|it| it == "indexes") && !other.indexes.is_empty() {
                    self.doubt_names_of(of, "");
                }
                let counted = copies.iter().filter(|it| it.is_counted);
                made.sequences
                    .extend(counted.map(|it| (it.name.clone(), None)));
                table.columns.extend(copies);
            }
        }
    }

    /// Whether a column that is written is one of a parent, which then has what is written.
    pub(super) fn is_inherited(&self, table: &mut Table, new: &NewColumn) -> bool {
        if table.parents.is_empty() {
            return false;
        }
        let of_parent = table.columns.iter_mut();
        let Some(column) = of_parent.into_iter().find(|it| it.name == new.name.name) else {
            return false;
        };
        column.is_required |= new.is_required;
        if let Some(default) = &new.default {
            column.default = Some(default.expression.text.clone());
        }
        if new.generated.is_some() {
            column.generated.clone_from(&new.generated);
        }
        if new.counter != Counter::None {
            column.data_type.clear();
        }
        // It stays when that of the parent is dropped.
        if !new.data_type.is_empty() {
            column.origin = self.origin(&new.name.at);
        }
        true
    }

    /// What is said about columns holds for tables that inherit them.
    pub(super) fn pass_on(&mut self, key: &Key, before: &Table, table: &Table, actions: &[Action]) {
        for child in self.store.users(key) {
            let Some(Object::Table(old)) = self.store.get(&child).map(|it| (**it).clone()) else {
                continue;
            };
            if !old.parents.contains(key) {
                continue;
            }
            let mut heir = old.clone();
            for action in actions {
                match action {
                    Action::DropColumn { name, .. } => {
                        if !self.keeps(key, before, &heir, name) {
                            self.remove_column(&child, &mut heir, &name.name);
                        }
                    }
                    Action::RenameColumn { from, to, .. } => {
                        self.rename_column(&child, &mut heir, from, &to.name);
                    }
                    _ => inherit(table, &mut heir, action),
                }
            }
            self.store.put(&child, Some(Object::Table(heir.clone())));
            self.pass_on(&child, &old, &heir, actions);
        }
    }

    /// Whether a child has a column that its parent drops: it is its own, or of another parent.
    fn keeps(&self, key: &Key, before: &Table, heir: &Table, name: &Mention) -> bool {
        let is_of_another = heir.parents.iter().filter(|it| *it != key).any(|other| {
            let other = self.store.get(other).map(|it| &**it);
            matches!(other, Some(Object::Table(it)) if it.column(&name.name).is_some())
        });
        // A partition has no columns of its own.
        let is_partition = before.extra.options.iter().any(|it| it == "partition");
        let columns = (before.column(&name.name), heir.column(&name.name));
        let is_inherited = is_partition
            || matches!(columns, (Some(one), Some(other)) if is_same_place(&one.origin, &other.origin));
        is_of_another || !is_inherited
    }
}

fn is_same_place(one: &Origin, other: &Origin) -> bool {
    Arc::ptr_eq(&one.file, &other.file) && one.range == other.range
}

/// What a clause about a column of a table does to one that inherits from it.
fn inherit(table: &Table, heir: &mut Table, action: &Action) {
    match action {
        Action::AddColumn { column, .. } => {
            let name = &column.name.name;
            if let (Some(column), None) = (table.column(name), heir.column(name)) {
                heir.columns.push(inherited(column));
            }
        }
        Action::SetDefault(name, _)
        | Action::SetRequired(name, _)
        | Action::SetType(name, ..)
        | Action::SetGenerated(name, _)
        | Action::SetCounted(name, _) => {
            let column = heir.columns.iter_mut().find(|it| it.name == name.name);
            if let (Some(column), Some(parent)) = (column, table.column(&name.name)) {
                set_like(column, &inherited(parent), action);
            }
        }
        Action::Unknown => heir.has_other_columns = true,
        _ => {}
    }
}

/// MySQL's copy has all but the references.
fn copy_all(table: &mut Table, other: Table) {
    let is_reference = |rule: &Rule| matches!(rule, Rule::ForeignKey(_));
    table.columns = other.columns;
    table.indexes = other.indexes;
    table.constraints = other.constraints;
    table.constraints.retain(|it| !is_reference(&it.rule));
    table.comment = other.comment;
    table.extra = other.extra;
    table.is_partial |= other.is_partial;
}

/// A column as a child of its table has it.
fn inherited(column: &Column) -> Column {
    let mut column = Column {
        comment: None,
        ..column.clone()
    };
    if is_identity(&column) {
        // Before PostgreSQL 17 it is none there.
        column.data_type.clear();
    } else if column.is_counted {
        column.default = Some("nextval".to_owned());
    }
    column.is_counted = false;
    column
}

/// A column as a copy of its table has it.
fn copied(column: &Column, included: &[String]) -> Column {
    let has = |what: &str| included.iter().any(|it| it == what);
    let mut column = column.clone();
    let is_serial = column.is_counted && !is_identity(&column);
    column.is_counted &= !is_serial && has("identity");
    if is_serial {
        column.default = Some("nextval".to_owned());
    }
    if !has("defaults") {
        column.default = None;
    }
    if !has("generated") {
        column.generated = None;
    }
    if !has("comments") {
        column.comment = None;
    }
    column
}

fn is_identity(column: &Column) -> bool {
    let mut options = column.extra.options.iter();
    column.is_counted && options.any(|it| it.starts_with("generated"))
}

/// Takes over what was set.
fn set_like(column: &mut Column, parent: &Column, action: &Action) {
    match action {
        Action::SetDefault(..) => column.default.clone_from(&parent.default),
        Action::SetRequired(..) => column.is_required = parent.is_required,
        Action::SetGenerated(..) => column.generated.clone_from(&parent.generated),
        Action::SetCounted(..) => column.data_type.clear(),
        _ => {
            column.data_type.clone_from(&parent.data_type);
            column.made_type.clone_from(&parent.made_type);
            column.collation.clone_from(&parent.collation);
        }
    }
}
