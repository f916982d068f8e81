//! Statements that change rows.

use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, Delete, Expr, FromTable, Insert, Merge,
    MergeAction, MergeInsertKind, MergeUpdateKind, ObjectName, OnConflictAction, OnInsert,
    OutputClause, SelectItem, Statement, TableFactor, TableObject, Update, UpdateTableFromKind,
};

use super::Translation;
use crate::catalog::Name;
use crate::change::Mention;
use crate::dialect::Dialect;
use crate::names::{Branch, Item, Query, Select, Source, Write};

impl Translation<'_, '_> {
    /// A statement that changes rows, as one branch of a query.
    pub(super) fn statement(&self, statement: &Statement) -> Query {
        let write = match statement {
            Statement::Query(query) => return self.query(query),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => Some(self.update(update)),
            Statement::Delete(delete) => Some(self.delete(delete)),
            Statement::Merge(merge) => self.merge(merge),
            _ => None,
        };
        let branch = write.map_or(Branch::Unknown, |write| Branch::Write(Box::new(write)));
        Query {
            branches: vec![branch],
            ..Query::default()
        }
    }

    fn insert(&self, insert: &Insert) -> Option<Write> {
        let TableObject::TableName(name) = &insert.table else {
            return None;
        };
        let table = self.target(name)?;
        let alias = insert.table_alias.as_ref();
        let target = Source {
            alias: alias.map(|alias| self.named(&alias.alias)),
            ..Source::table(table.clone())
        };
        let mut columns = self.mentions(&insert.columns);
        // Without a name that cannot be read the count would be another one.
        let is_whole = columns.len() == insert.columns.len();
        let is_plain = insert.after_columns.is_empty() && insert.partitioned.is_none();
        let filled = (is_whole && is_plain).then_some(columns.len());
        let mut values: Vec<&Expr> = Vec::new();
        self.assign(&insert.assignments, &mut columns, &mut values);
        self.on_conflict(insert.on.as_ref(), &mut columns, &mut values);
        // MySQL calls the new row by a name of its own.
        let proposed = Some(Name::exact("excluded".to_owned()))
            .filter(|_| !matches!(insert.on, Some(OnInsert::DuplicateKeyUpdate(_))));
        let mut scope = Select {
            sources: vec![target],
            uses: self.uses(values),
            items: self.returned(insert.returning.as_deref(), insert.output.as_ref()),
            is_merged: true,
            ..Select::default()
        };
        scope.sources.extend(proposed.map(|name| Source {
            alias: Some(name),
            ..Source::table(table)
        }));
        let rows = insert.source.as_ref().map(|query| self.query(query));
        if self.sees_new_row(insert, rows.as_ref()) {
            scope.sources.push(Source::unknown());
        }
        Some(Write {
            columns,
            rows,
            filled,
            scope,
        })
    }

    /// `ON CONFLICT` and `ON DUPLICATE KEY UPDATE`.
    fn on_conflict<'e>(
        &self,
        on: Option<&'e OnInsert>,
        columns: &mut Vec<Mention>,
        values: &mut Vec<&'e Expr>,
    ) {
        match on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
                self.assign(assignments, columns, values);
            }
            Some(OnInsert::OnConflict(conflict)) => {
                if let Some(ConflictTarget::Columns(idents)) = &conflict.conflict_target {
                    columns.extend(idents.iter().filter_map(|ident| self.mention(ident)));
                }
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    self.assign(&update.assignments, columns, values);
                    values.extend(&update.selection);
                }
            }
            _ => {}
        }
    }

    /// Whether MySQL's `AS new (a, b)`, or the rows of the query, are seen by `ON DUPLICATE KEY UPDATE`.
    fn sees_new_row(&self, insert: &Insert, rows: Option<&Query>) -> bool {
        let is_rows = |branch: &Branch| matches!(branch, Branch::Rows(..));
        let is_query = rows.is_some_and(|rows| !rows.branches.iter().all(is_rows));
        self.dialect == Dialect::Mysql && (is_query || insert.insert_alias.is_some())
    }

    fn update(&self, update: &Update) -> Write {
        let mut scope = Select::default();
        self.joined(&update.table, &mut scope);
        let is_one = scope.sources.len() == 1;
        match &update.from {
            Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
                self.from(from, &mut scope);
            }
            None => {}
        }
        let mut columns = Vec::new();
        let mut values: Vec<&Expr> = update.selection.iter().collect();
        self.assign(&update.assignments, &mut columns, &mut values);
        values.extend(update.order_by.iter().map(|order| &order.expr));
        scope.uses = self.uses(values);
        if !is_one {
            // MySQL: of any of the tables.
            columns.clear();
            for assignment in &update.assignments {
                if let AssignmentTarget::ColumnName(name) = &assignment.target {
                    scope.uses.columns.extend(self.path_of(name));
                }
            }
        }
        scope.items = self.returned(update.returning.as_deref(), update.output.as_ref());
        Write {
            columns,
            rows: None,
            filled: None,
            scope,
        }
    }

    fn delete(&self, delete: &Delete) -> Write {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let mut scope = Select::default();
        let using = delete.using.as_deref();
        // MySQL: `DELETE FROM a USING t AS a`.
        if self.dialect != Dialect::Mysql || using.is_none() {
            self.from(from, &mut scope);
        }
        self.from(using.unwrap_or_default(), &mut scope);
        let mut values: Vec<&Expr> = delete.selection.iter().collect();
        values.extend(delete.order_by.iter().map(|order| &order.expr));
        scope.uses = self.uses(values);
        scope.items = self.returned(delete.returning.as_deref(), delete.output.as_ref());
        Write {
            columns: Vec::new(),
            rows: None,
            filled: None,
            scope,
        }
    }

    fn merge(&self, merge: &Merge) -> Option<Write> {
        let TableFactor::Table { .. } = &merge.table else {
            return None;
        };
        let mut scope = Select::default();
        self.source(&merge.table, &mut scope);
        self.source(&merge.source, &mut scope);
        let mut columns = Vec::new();
        let mut values: Vec<&Expr> = vec![&merge.on];
        for clause in &merge.clauses {
            values.extend(&clause.predicate);
            match &clause.action {
                MergeAction::Insert(insert) => {
                    columns.extend(self.mentions(&insert.columns));
                    if let MergeInsertKind::Values(rows) = &insert.kind {
                        values.extend(rows.rows.iter().flat_map(|row| &row.content));
                    }
                }
                MergeAction::Update(update) => {
                    if let MergeUpdateKind::Set(assignments) = &update.kind {
                        self.assign(assignments, &mut columns, &mut values);
                    }
                }
                MergeAction::Delete { .. } | MergeAction::DoNothing { .. } => {}
            }
        }
        scope.uses = self.uses(values);
        scope.items = self.returned(None, merge.output.as_ref());
        Some(Write {
            columns,
            rows: None,
            filled: None,
            scope,
        })
    }

    /// The columns and the values of `SET a = 1, (b, c) = (2, 3)`.
    fn assign<'e>(
        &self,
        assignments: &'e [Assignment],
        columns: &mut Vec<Mention>,
        values: &mut Vec<&'e Expr>,
    ) {
        for assignment in assignments {
            values.push(&assignment.value);
            match &assignment.target {
                AssignmentTarget::ColumnName(name) => columns.extend(self.assigned(name)),
                AssignmentTarget::Tuple(names) => {
                    columns.extend(names.iter().filter_map(|name| self.assigned(name)));
                }
            }
        }
    }

    /// The column that is set: in PostgreSQL a field of it may follow, elsewhere its table stands
    /// before it.
    fn assigned(&self, name: &ObjectName) -> Option<Mention> {
        let mut path = self.path_of(name)?;
        if self.dialect == Dialect::Postgres && !path.before.is_empty() {
            return Some(path.before.swap_remove(0));
        }
        Some(path.last)
    }

    fn mentions(&self, names: &[ObjectName]) -> Vec<Mention> {
        let paths = names.iter().filter_map(|name| self.assigned(name));
        paths.collect()
    }

    fn returned(&self, items: Option<&[SelectItem]>, output: Option<&OutputClause>) -> Vec<Item> {
        match (items, output) {
            (Some(items), _) => self.items(items),
            (None, Some(OutputClause::Returning { select_items, .. })) => self.items(select_items),
            (None, _) => Vec::new(),
        }
    }
}
