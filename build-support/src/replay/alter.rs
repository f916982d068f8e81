//! `ALTER TABLE` and other changes of what exists.

use super::Replay;
use super::constraint::Made;
use super::resolve::Found;
use crate::catalog::{Column, Constraint, Key, Name, Object, Origin, Rule, Space, Table};
use crate::change::{Action, AlterTable, Dropping, Mention, NewColumn, Place, Renamed, Target};
use crate::dialect::Dialect;

impl Replay<'_> {
    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let key = match self.find(Space::Relation, &alter.table) {
            Found::Here(key) => key,
            Found::Unknown => return,
            Found::Nowhere if alter.is_optional => return,
            Found::Nowhere => return self.unknown_table(&alter.table),
        };
        let Some(Object::Table(table)) = self.store.get(&key).map(|it| (**it).clone()) else {
            return self.alter_other(&key, alter);
        };
        let mut table = table;
        let mut made = Made::default();
        let mut actions: Vec<&Action> = alter.actions.iter().collect();
        // The server drops first and adds last, whatever the order in the statement.
        actions.sort_by_key(|action| rank(action));
        let mut moved = None;
        for action in actions {
            match action {
                Action::RenameTable(to) => moved = Some(renamed(&key, to)),
                Action::SetSchema(schema) => {
                    let to = Key::new(Space::Relation, schema.name.clone(), key.name.clone());
                    moved = Some((to, schema.clone()));
                }
                _ => self.act(&key, &mut table, action, &mut made),
            }
        }
        self.store.put(&key, Some(Object::Table(table)));
        self.make_parts(&key, made);
        if let Some((to, mention)) = moved {
            self.rename_relation(&key, &to, &mention);
        }
    }

    /// PostgreSQL also alters views, sequences and indexes this way.
    fn alter_other(&mut self, key: &Key, alter: &AlterTable) {
        for action in &alter.actions {
            if let Action::RenameTable(to) = action {
                let (to, mention) = renamed(key, to);
                return self.rename_relation(key, &to, &mention);
            }
        }
    }

    fn rename_relation(&mut self, from: &Key, to: &Key, mention: &Mention) {
        if from == to {
            return;
        }
        if self.store.get(to).is_some() {
            if self.store.is_certain(to) && self.store.is_certain(from) {
                let kind = self
                    .store
                    .get(from)
                    .map_or(String::new(), |it| it.kind().to_owned());
                self.duplicate_object(to, &kind, &mention.at);
                return;
            }
            self.remove_relation(to);
        }
        let is_index = match self.store.get(from).map(|it| (**it).clone()) {
            Some(Object::Index(index)) => Some(index.table),
            _ => None,
        };
        match is_index {
            Some(table) => self.rename_index(&table, from, to),
            None => self.move_relation(from, to),
        }
        let origin = self.origin(&mention.at);
        self.store.bury(from, origin);
    }

    fn rename_index(&mut self, table_key: &Key, from: &Key, to: &Key) {
        if let Some(Object::Table(mut table)) = self.store.get(table_key).map(|it| (**it).clone()) {
            for index in table.indexes.iter_mut().filter(|it| it.name == from.name) {
                index.name = to.name.clone();
            }
            for constraint in &mut table.constraints {
                if constraint.name.as_ref() == Some(&from.name) {
                    constraint.name = Some(to.name.clone());
                }
            }
            self.store.put(table_key, Some(Object::Table(table)));
        }
        let index = self.store.get(from).map(|it| (**it).clone());
        self.store.put(from, None);
        if let Some(index) = index {
            self.store.make(to, index);
        }
    }

    fn act(&mut self, key: &Key, table: &mut Table, action: &Action, made: &mut Made) {
        match action {
            Action::AddColumn {
                column,
                is_optional,
                place,
            } => self.add(key, table, column, *is_optional, place, made),
            Action::Redefine {
                name,
                column,
                is_optional,
                place,
            } => self.redefine(key, table, name, column, *is_optional, place, made),
            Action::AddConstraint(new) => self.add_constraint(key, table, new, made),
            Action::AddIndex(new) => self.add_index(key, table, new, made),
            Action::SetCounted(name, true) => {
                self.set(key, table, name, action);
                made.sequences.push(name.name.clone());
            }
            Action::SetDefault(name, _)
            | Action::SetRequired(name, _)
            | Action::SetType(name, ..)
            | Action::SetGenerated(name, _)
            | Action::SetCounted(name, _)
            | Action::TouchColumn(name) => self.set(key, table, name, action),
            Action::Unknown => table.is_partial = true,
            _ => self.take_away(key, table, action),
        }
    }

    /// What drops or renames a part of the table.
    fn take_away(&mut self, key: &Key, table: &mut Table, action: &Action) {
        match action {
            Action::DropColumn {
                name,
                is_optional,
                is_cascading,
            } => self.drop_column(key, table, name, *is_optional, *is_cascading),
            Action::RenameColumn {
                from,
                to,
                is_optional,
            } => self.change_name(key, table, from, to, *is_optional),
            Action::DropConstraint {
                name,
                kind,
                is_optional,
                is_cascading,
            } => self.drop_constraint(key, table, name, *kind, *is_optional, *is_cascading),
            Action::DropPrimaryKey(_) => {
                let is_key = |it: &Constraint| matches!(it.rule, Rule::PrimaryKey(_));
                table.constraints.retain(|it| !is_key(it));
            }
            Action::DropIndex { name, is_optional } => {
                self.drop_index_of(key, table, name, *is_optional);
            }
            Action::RenameConstraint(from, to) => self.rename_constraint(key, table, from, to),
            Action::RenameIndex(from, to) => {
                let mut indexes = table.indexes.iter_mut();
                match indexes.find(|index| index.name == from.name) {
                    Some(index) => index.name = to.name.clone(),
                    None => self.unknown_index(key, table, from),
                }
            }
            _ => {}
        }
    }

    /// A change of one column.
    fn set(&mut self, key: &Key, table: &mut Table, name: &Mention, action: &Action) {
        let made_type = match action {
            Action::SetType(_, _, Some(target)) => self.type_of(target),
            _ => None,
        };
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
            }
            Action::SetRequired(_, is_required) => column.is_required = *is_required,
            Action::SetType(_, data_type, _) => {
                column.data_type.clone_from(data_type);
                column.made_type = made_type;
            }
            Action::SetGenerated(_, generated) => column.generated.clone_from(generated),
            Action::SetCounted(_, is_counted) => column.is_counted = *is_counted,
            _ => {}
        }
    }

    fn add(
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

    #[expect(clippy::too_many_arguments, reason = "each is a part of the clause")]
    fn redefine(
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

    fn change_name(
        &mut self,
        key: &Key,
        table: &mut Table,
        from: &Mention,
        to: &Mention,
        is_optional: bool,
    ) {
        if table.column(&from.name).is_none() {
            return self.miss_column(key, table, from, is_optional);
        }
        if from.name != to.name
            && let Some(first) = table.column(&to.name)
        {
            let origin = first.origin.clone();
            if self.is_known_in_statement(key, table) {
                self.duplicate_column(key, Some(&origin), to);
            }
            return;
        }
        self.rename_column(key, table, from, &to.name);
        self.bury_column(key, from);
    }

    pub(super) fn miss_column(
        &mut self,
        key: &Key,
        table: &Table,
        name: &Mention,
        is_optional: bool,
    ) {
        if !is_optional && self.is_known_in_statement(key, table) {
            self.unknown_column(key, table, name);
        }
    }

    fn drop_column(
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
            Dialect::Postgres => self.who_refers_to(key, name),
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

    /// The foreign key of another table that refers to a column.
    fn who_refers_to(&self, key: &Key, name: &Name) -> Option<(String, Option<Origin>)> {
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            if let Some(Object::Table(other)) = self.store.get(&user).map(|it| &**it)
                && self.store.is_certain(&user)
            {
                let found = other.constraints.iter().find(|it| match &it.rule {
                    Rule::ForeignKey(foreign) => {
                        foreign.table == *key && foreign.referenced.contains(name)
                    }
                    _ => false,
                });
                if let Some(found) = found {
                    let by = format!("{} of `{}`", describe(found), user.name);
                    return Some((by, Some(found.origin.clone())));
                }
            }
        }
        None
    }

    fn remove_references_to(&mut self, key: &Key, name: &Name) {
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            if let Some(Object::Table(mut other)) = self.store.get(&user).map(|it| (**it).clone()) {
                let count = other.constraints.len();
                other.constraints.retain(|it| match &it.rule {
                    Rule::ForeignKey(foreign) => {
                        foreign.table != *key || !foreign.referenced.contains(name)
                    }
                    _ => true,
                });
                if other.constraints.len() < count {
                    self.store.put(&user, Some(Object::Table(other)));
                }
            }
        }
    }

    fn drop_constraint(
        &mut self,
        key: &Key,
        table: &mut Table,
        name: &Mention,
        kind: Dropping,
        is_optional: bool,
        is_cascading: bool,
    ) {
        let is_it = |it: &Constraint| {
            let is_kind = match kind {
                Dropping::Any => true,
                Dropping::ForeignKey => matches!(it.rule, Rule::ForeignKey(_)),
                Dropping::Check => matches!(it.rule, Rule::Check(_)),
            };
            is_kind && it.name.as_ref() == Some(&name.name)
        };
        if let Some(at) = table.constraints.iter().position(is_it) {
            let dropped = table.constraints.remove(at);
            self.free_index_name(key, &name.name);
            if is_cascading && matches!(dropped.rule, Rule::PrimaryKey(_) | Rule::Unique(_)) {
                for column in dropped.rule.columns() {
                    self.remove_references_to(key, column);
                }
            }
            return;
        }
        if self.dialect == Dialect::Mysql {
            let count = table.indexes.len();
            table.indexes.retain(|index| index.name != name.name);
            // Checks have names that MySQL and MariaDB make differently.
            let is_unclear = table.constraints.iter().any(|it| it.name.is_none());
            if table.indexes.len() < count || is_unclear {
                return;
            }
        }
        // PostgreSQL 18 has constraints for `NOT NULL`, too.
        let is_not_null = name.name.as_str().ends_with("_not_null");
        if !is_optional && !is_not_null && self.is_known_in_statement(key, table) {
            let known: Vec<Name> = table
                .constraints
                .iter()
                .filter_map(|it| it.name.clone())
                .collect();
            self.unknown_part("constraint", key, name, &known);
        }
    }

    pub(super) fn drop_index_of(
        &mut self,
        key: &Key,
        table: &mut Table,
        name: &Mention,
        is_optional: bool,
    ) {
        let count = table.indexes.len();
        table.indexes.retain(|index| index.name != name.name);
        if table.indexes.len() == count && !is_optional {
            self.unknown_index(key, table, name);
        }
    }

    fn unknown_index(&mut self, key: &Key, table: &Table, name: &Mention) {
        // MySQL makes an index for each foreign key, under a name of its own.
        let is_of_key = table.constraints.iter().any(|it| {
            matches!(it.rule, Rule::ForeignKey(_))
                && (it.name.as_ref() == Some(&name.name) || it.rule.uses(&name.name))
        });
        let is_primary = name.name.key().eq_ignore_ascii_case("primary");
        if is_of_key || is_primary || !self.is_known_in_statement(key, table) {
            return;
        }
        let known: Vec<Name> = table.indexes.iter().map(|it| it.name.clone()).collect();
        self.unknown_part("index", key, name, &known);
    }

    fn rename_constraint(&mut self, key: &Key, table: &mut Table, from: &Mention, to: &Mention) {
        let Some(at) = table
            .constraints
            .iter()
            .position(|it| it.name.as_ref() == Some(&from.name))
        else {
            let is_not_null = from.name.as_str().ends_with("_not_null");
            if self.is_known_in_statement(key, table) && !is_not_null {
                let known: Vec<Name> = table
                    .constraints
                    .iter()
                    .filter_map(|it| it.name.clone())
                    .collect();
                self.unknown_part("constraint", key, from, &known);
            }
            return;
        };
        if let Some(constraint) = table.constraints.get_mut(at) {
            constraint.name = Some(to.name.clone());
        }
        let old = Key::new(Space::Relation, key.schema.clone(), from.name.clone());
        let new = Key::new(Space::Relation, key.schema.clone(), to.name.clone());
        if matches!(self.store.get(&old).map(|it| &**it), Some(Object::Index(_))) {
            let index = self.store.get(&old).map(|it| (**it).clone());
            self.store.put(&old, None);
            if let Some(index) = index {
                self.store.make(&new, index);
            }
        }
    }

    /// A routine by its name: the arguments can be written in many ways, so all of that name are meant.
    fn rename_routine(&mut self, from: &Name, to: &Name) {
        let lower = |name: &Name| name.as_str().to_lowercase();
        let keys: Vec<Key> = self.routines.get(&lower(from)).cloned().unwrap_or_default();
        for key in keys {
            let Some(object) = self.store.get(&key).map(|it| (**it).clone()) else {
                continue;
            };
            let arguments = key
                .name
                .as_str()
                .find('(')
                .map(|at| key.name.as_str().split_at(at).1);
            let name = Name::exact(format!("{to}{}", arguments.unwrap_or_default()));
            let new = Key::new(Space::Routine, key.schema.clone(), name);
            self.store.relocate(&key, &new, object);
            self.routines.entry(lower(to)).or_default().push(new);
        }
        let calls = |definition: &str| {
            definition
                .split(' ')
                .any(|word| word.to_lowercase() == lower(from))
        };
        let triggers: Vec<Key> = self
            .store
            .all(Space::Trigger)
            .filter(|(_, object)| matches!(object, Object::Other(it) if calls(&it.definition)))
            .map(|(key, _)| key.clone())
            .collect();
        for key in triggers {
            if let Some(Object::Other(mut trigger)) = self.store.get(&key).map(|it| (**it).clone())
            {
                super::mutate::rename_word(&mut trigger.definition, from, to);
                self.store.put(&key, Some(Object::Other(trigger)));
            }
        }
    }

    pub(super) fn rename_object(&mut self, renamed: &Renamed) {
        if renamed.space == Space::Routine {
            return self.rename_routine(&renamed.from.name, &renamed.to.name);
        }
        let Renamed {
            space,
            kind,
            from,
            to,
            table,
            is_optional,
        } = renamed;
        let of = table.as_ref().and_then(|table| self.relation(table));
        if table.is_some() && of.is_none() {
            return;
        }
        let found = match of {
            Some(of) => {
                let Some(mut key) = self.key(*space, from, false) else {
                    return;
                };
                self.of_table(&mut key, Some(&of));
                match self.store.get(&key) {
                    Some(_) => Found::Here(key),
                    None => Found::Unknown,
                }
            }
            None => self.find(*space, from),
        };
        let key = match found {
            Found::Here(key) => key,
            Found::Nowhere if !is_optional => return self.unknown_object(*space, kind, from),
            Found::Nowhere | Found::Unknown => return,
        };
        let mut new = Key::new(key.space, key.schema.clone(), to.name.clone());
        if let (Some((first, _)), Space::Trigger | Space::Policy) =
            (key.name.as_str().split_once('.'), space)
        {
            new.name = Name::exact(format!("{first}.{}", to.name));
        }
        self.rename_relation(&key, &new, to);
    }
}

/// Which clauses come first.
const fn rank(action: &Action) -> u8 {
    match action {
        Action::DropConstraint { .. } | Action::DropPrimaryKey(_) | Action::DropIndex { .. } => 0,
        Action::DropColumn { .. } => 1,
        Action::RenameColumn { .. } | Action::Redefine { .. } | Action::RenameIndex(..) => 2,
        Action::AddColumn { .. } => 3,
        Action::AddConstraint(_) | Action::AddIndex(_) => 5,
        _ => 4,
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

pub(super) fn describe(constraint: &Constraint) -> String {
    let kind = match constraint.rule {
        Rule::PrimaryKey(_) => "the primary key",
        Rule::Unique(_) => "a unique constraint",
        Rule::Check(_) => "a check",
        Rule::Exclude(_) => "an exclusion constraint",
        Rule::ForeignKey(_) => "a foreign key",
    };
    match &constraint.name {
        Some(name) => format!("{kind} `{name}`"),
        None => kind.to_owned(),
    }
}

/// The new key of a table; MySQL takes a name with a schema.
fn renamed(key: &Key, to: &Target) -> (Key, Mention) {
    let schema = to.schema.clone().unwrap_or_else(|| key.schema.clone());
    (
        Key::new(Space::Relation, schema, to.name.clone()),
        to.mention(),
    )
}
