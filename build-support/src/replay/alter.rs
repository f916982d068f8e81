//! `ALTER TABLE` and other changes of what exists.

use super::Replay;
use super::constraint::Made;
use super::options::set_options;
use super::rename::renamed;
use super::resolve::Found;
use crate::catalog::{Constraint, Key, Name, Object, Rule, Space, Table};
use crate::change::{Action, AlterTable, Target};
use crate::dialect::Dialect;

impl Replay<'_> {
    pub(super) fn alter_table(&mut self, alter: &AlterTable) {
        let key = match self.find(Space::Relation, &alter.table) {
            Found::Here(key) => key,
            Found::Unknown | Found::Nowhere if alter.is_optional => return,
            Found::Unknown => return self.suspect(Space::Relation, &alter.table),
            Found::Nowhere => return self.unknown_table(&alter.table),
        };
        let Some(Object::Table(table)) = self.store.get(&key).map(|it| (**it).clone()) else {
            return self.alter_other(&key, alter);
        };
        if has_swap(&alter.actions) {
            // MySQL: `CHANGE a b ..., CHANGE b a ...` happens at once.
            return self.store.doubt(key.name.key());
        }
        let before = table;
        let mut table = before.clone();
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
        self.store.put(&key, Some(Object::Table(table.clone())));
        self.make_parts(&key, made);
        if self.dialect == Dialect::Postgres && !alter.is_only {
            self.pass_on(&key, &before, &table, &alter.actions);
        }
        if let Some((to, mention)) = moved {
            self.rename_relation(&key, &to, &mention);
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
            Action::SetCounted(name, Some(extra)) => {
                self.set(key, table, name, action);
                let named = extra.options.iter().find_map(|it| named_sequence(it));
                made.sequences.push((name.name.clone(), named));
            }
            Action::SetDefault(name, _)
            | Action::SetRequired(name, _)
            | Action::SetType(name, ..)
            | Action::SetGenerated(name, _)
            | Action::SetCounted(name, _)
            | Action::TouchColumn(name) => self.set(key, table, name, action),
            Action::SetOptions(options, is_converted) => set_options(table, options, *is_converted),
            Action::Attach(partition, is_attached) => self.attach(key, partition, *is_attached),
            Action::Unknown => {
                table.is_partial = true;
                table.has_other_columns = true;
            }
            _ => self.take_away(key, table, action),
        }
    }

    fn attach(&mut self, key: &Key, partition: &Target, is_attached: bool) {
        let Some((child, mut table)) = self.table(partition) else {
            return;
        };
        table.parents.retain(|parent| parent != key);
        self.doubt_names_of(&child.name, "");
        if is_attached {
            table.parents.push(key.clone());
        }
        self.store.put(&child, Some(Object::Table(table)));
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
                    Some(index) => {
                        index.name = to.name.clone();
                        // From now on it is one of its own.
                        index.is_implicit = false;
                    }
                    None => self.unknown_index(key, table, from),
                }
            }
            _ => {}
        }
    }
}

/// Whether a column takes the name of another that gets another name as well.
fn has_swap(actions: &[Action]) -> bool {
    let renames = || {
        actions.iter().filter_map(|action| match action {
            Action::Redefine { name, column, .. } if name.name != column.name.name => {
                Some((&name.name, &column.name.name))
            }
            _ => None,
        })
    };
    renames().any(|(_, to)| renames().any(|(from, _)| from == to))
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

/// The name in `generated always as identity ( sequence name s ... )`.
fn named_sequence(options: &str) -> Option<Name> {
    let (_, tail) = options.split_once("sequence name ")?;
    // Its schema may stand before it.
    let mut words = tail.split([' ', ')', '.']).filter(|word| !word.is_empty());
    let is_qualified = tail.split(' ').nth(1) == Some(".") || tail.split(' ').next()?.contains('.');
    let name = words.nth(usize::from(is_qualified))?;
    Some(Name::exact(name.trim_matches('"').to_owned()))
}
