//! Columns that are added, changed and dropped.

use super::Replay;
use super::constraint::{Made, describe};
use super::doubt::PROGRAMS;
use crate::catalog::{Column, Key, Name, Origin, Rule, Table};
use crate::change::{Action, Counter, Mention, NewColumn, Place};
use crate::dialect::Dialect;

impl Replay<'_> {
    /// A change of one column.
    pub(super) fn set(&mut self, key: &Key, table: &mut Table, name: &Mention, action: &Action) {
        let made_type = match action {
            Action::SetType(_, _, Some(target), _) => self.type_of(target),
            _ => None,
        };
        if matches!(action, Action::SetType(..)) {
            self.check_retyped(key, table, name);
        }
        let Some(column) = table
            .columns
            .iter_mut()
            .find(|column| column.name == name.name)
        else {
            return self.miss_column(key, table, name, false);
        };
        match action {
            Action::SetDefault(_, default) => {
                column.default = default.as_ref().map(|it| it.expression.text.clone());
                // A serial column is one by its default.
                column.is_counted &= self.dialect != Dialect::Postgres;
            }
            Action::SetRequired(_, is_required) => column.is_required = *is_required,
            Action::SetType(_, data_type, _, collation) => {
                column.data_type.clone_from(data_type);
                column.made_type = made_type;
                column.collation.clone_from(collation);
                self.drop_casts(table);
            }
            Action::SetGenerated(_, generated) => column.generated.clone_from(generated),
            Action::SetCounted(_, counter) => {
                column.is_counted = counter.is_some();
                column.extra = counter.clone().unwrap_or_default();
                if counter.is_none() {
                    self.remove_sequences_of(key, &name.name);
                }
            }
            _ => {}
        }
    }

    pub(super) fn add(
        &mut self,
        key: &Key,
        table: &mut Table,
        column: &NewColumn,
        is_optional: bool,
        place: &Place,
        made: &mut Made,
    ) {
        if is_optional && table.column(&column.name.name).is_some() {
            return;
        }
        if let Place::After(other) = place
            && table.column(&other.name).is_none()
        {
            self.miss_column(key, table, other, false);
        }
        let at = index_of(table, place);
        self.add_column(key, table, column, made, at);
        for constraint in &column.constraints {
            self.add_constraint(key, table, constraint, made);
        }
    }

    /// Adds a column at its place; what belongs to it is made with the others of the statement.
    pub(super) fn add_column(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewColumn,
        made: &mut Made,
        at: Option<usize>,
    ) {
        if let Some(first) = table.column(&new.name.name) {
            let origin = first.origin.clone();
            let is_of_model = origin.file.path == self.file.path || !table.is_partial;
            if is_of_model && (self.store.get(key).is_none() || self.store.is_certain(key)) {
                self.duplicate_column(key, Some(&origin), &new.name);
            }
            return;
        }
        let column = self.column(new);
        let index = at.unwrap_or(table.columns.len()).min(table.columns.len());
        table.columns.insert(index, column);
        if new.counter == Counter::Sequence {
            made.sequences
                .push((new.name.name.clone(), new.sequence.clone()));
        }
    }

    pub(super) fn column(&mut self, new: &NewColumn) -> Column {
        let made_type = new.type_name.as_ref().and_then(|it| self.type_of(it));
        Column {
            name: new.name.name.clone(),
            data_type: new.data_type.clone(),
            made_type,
            is_required: new.is_required,
            default: new.default.as_ref().map(|it| it.expression.text.clone()),
            generated: new.generated.clone(),
            is_counted: new.counter != Counter::None,
            is_invisible: new.is_invisible,
            collation: new.collation.clone(),
            comment: new.comment.clone(),
            extra: new.extra.clone(),
            origin: self.origin(&new.name.at),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the clause")]
    pub(super) fn redefine(
        &mut self,
        key: &Key,
        table: &mut Table,
        name: &Mention,
        new: &NewColumn,
        is_optional: bool,
        place: &Place,
        made: &mut Made,
    ) {
        let Some(at) = table
            .columns
            .iter()
            .position(|column| column.name == name.name)
        else {
            return self.miss_column(key, table, name, is_optional);
        };
        if name.name != new.name.name {
            self.change_name(key, table, name, &new.name, false);
        }
        let mut column = self.column(new);
        let is_key = table
            .primary_key()
            .is_some_and(|key| key.contains(&column.name));
        column.is_required |= is_key;
        table.columns.remove(at);
        let same = if *place == Place::Last {
            at
        } else {
            table.columns.len()
        };
        let at = index_of(table, place).unwrap_or(same);
        table.columns.insert(at, column);
        for constraint in &new.constraints {
            self.add_constraint(key, table, constraint, made);
        }
    }

    pub(super) fn change_name(
        &mut self,
        key: &Key,
        table: &mut Table,
        from: &Mention,
        to: &Mention,
        is_optional: bool,
    ) {
        if table.column(&from.name).is_none() {
            // Where it is not certain, it may have been done already.
            let may_be_done = table.column(&to.name).is_some();
            if !may_be_done || self.is_name_known(key, table, &from.name) {
                self.miss_column(key, table, from, is_optional);
            }
            return;
        }
        if from.name != to.name
            && let Some(first) = table.column(&to.name)
        {
            let origin = first.origin.clone();
            if self.is_name_known(key, table, &to.name) {
                self.duplicate_column(key, Some(&origin), to);
            }
            return;
        }
        self.rename_column(key, table, from, &to.name);
        self.bury_column(key, from);
    }

    /// A column that the table does not have, as far as it is known.
    pub(super) fn miss_column(
        &mut self,
        key: &Key,
        table: &Table,
        name: &Mention,
        is_optional: bool,
    ) {
        if is_optional {
            return;
        }
        if self.is_name_known(key, table, &name.name) {
            self.unknown_column(key, table, name);
        } else {
            self.suspect_column(name, &[table]);
        }
    }

    pub(super) fn drop_column(
        &mut self,
        key: &Key,
        table: &mut Table,
        name: &Mention,
        is_optional: bool,
        is_cascading: bool,
    ) {
        if table.column(&name.name).is_none() {
            return self.miss_column(key, table, name, is_optional);
        }
        if let Some((by, origin)) = self.who_needs(key, table, &name.name, is_cascading) {
            let what = format!("column `{}`", name.name);
            let help = match self.dialect {
                Dialect::Postgres => "drop what needs it first, or add `CASCADE`",
                Dialect::Sqlite | Dialect::Mysql => "drop what needs it first",
            };
            if self.is_known_in_statement(key, table) {
                self.still_needed(&what, &name.at, &by, origin.as_ref(), help);
            }
        }
        if is_cascading || self.dialect == Dialect::Postgres {
            self.remove_references_to(key, &name.name);
        }
        if is_cascading && self.dialect == Dialect::Postgres {
            self.remove_views_of_column(key, &name.name);
            self.doubt_mentioning(&name.name, &PROGRAMS);
        }
        self.remove_column(key, table, &name.name);
        self.bury_column(key, name);
    }

    /// What the server would not let a column be dropped for.
    fn who_needs(
        &self,
        key: &Key,
        table: &Table,
        name: &Name,
        is_cascading: bool,
    ) -> Option<(String, Option<Origin>)> {
        match self.dialect {
            Dialect::Postgres if is_cascading => None,
            Dialect::Postgres => self
                .who_refers_to(key, name)
                .or_else(|| self.view_of(key, name)),
            Dialect::Sqlite => {
                let index = table.indexes.iter().find(|index| {
                    index
                        .parts
                        .iter()
                        .chain(&index.predicate)
                        .any(|part| part.words.contains(name))
                });
                // What is written at the column goes with it, but for keys.
                let constraint = table.constraints.iter().find(|it| {
                    let goes_along = it.is_inline && matches!(it.rule, Rule::ForeignKey(_));
                    !goes_along && it.rule.columns().contains(name)
                });
                let index =
                    index.map(|it| (format!("index `{}`", it.name), Some(it.origin.clone())));
                index.or_else(|| constraint.map(|it| (describe(it), Some(it.origin.clone()))))
            }
            Dialect::Mysql => {
                let foreign = table
                    .constraints
                    .iter()
                    .find(|it| matches!(it.rule, Rule::ForeignKey(_)) && it.rule.uses(name));
                let own = foreign.map(|it| (describe(it), Some(it.origin.clone())));
                own.filter(|_| self.is_enforcing)
                    .or_else(|| self.who_refers_to(key, name))
            }
        }
    }
}

fn index_of(table: &Table, place: &Place) -> Option<usize> {
    match place {
        Place::Last => None,
        Place::First => Some(0),
        Place::After(other) => {
            let is_it = |column: &Column| column.name == other.name;
            table.columns.iter().position(is_it).map(|index| index + 1)
        }
    }
}
