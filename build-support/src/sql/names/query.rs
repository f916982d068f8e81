//! Queries and what they read from.

use std::ops::Range;

use sqlparser::ast::{
    Distinct, Expr, FunctionArg, FunctionArgExpr, GroupByExpr, JoinConstraint, JoinOperator,
    LimitClause, NamedWindowExpr, ObjectName, OrderByKind, Select as SelectAst, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
};

use super::Translation;
use super::expression::of_window;
use crate::catalog::Name;
use crate::names::{Branch, Common, Item, Join, Label, Query, Select, Source, Uses, What};

impl Translation<'_, '_> {
    pub(super) fn query(&self, query: &sqlparser::ast::Query) -> Query {
        let mut translated = Query::default();
        if let Some(with) = &query.with {
            translated.is_recursive = with.recursive;
            for common in &with.cte_tables {
                translated.with.push(Common {
                    name: self.named(&common.alias.name),
                    columns: self.columns_of(&common.alias),
                    query: self.query(&common.query),
                });
            }
        }
        self.branches(&query.body, &mut translated.branches);
        let mut last: Vec<&Expr> = Vec::new();
        if let Some(order) = &query.order_by
            && let OrderByKind::Expressions(orders) = &order.kind
        {
            last.extend(orders.iter().map(|order| &order.expr));
        }
        if let Some(LimitClause::LimitOffset {
            limit: Some(limit), ..
        }) = &query.limit_clause
            && !matches!(limit, Expr::Identifier(_))
        {
            last.push(limit);
        }
        translated.order = self.uses(last);
        translated
    }

    /// The parts of a `UNION` in order; there may be thousands.
    fn branches(&self, body: &SetExpr, branches: &mut Vec<Branch>) {
        let mut pending = vec![body];
        while let Some(body) = pending.pop() {
            branches.push(match body {
                SetExpr::SetOperation { left, right, .. } => {
                    pending.extend([&**right, &**left]);
                    continue;
                }
                SetExpr::Select(select) => Branch::Select(Box::new(self.select(select))),
                SetExpr::Query(query) => Branch::Query(Box::new(self.query(query))),
                SetExpr::Values(values) => {
                    let rows = values.rows.iter();
                    let count = values.rows.first().map_or(0, |row| row.content.len());
                    Branch::Rows(count, self.uses(rows.flat_map(|row| &row.content)))
                }
                SetExpr::Insert(statement)
                | SetExpr::Update(statement)
                | SetExpr::Delete(statement)
                | SetExpr::Merge(statement) => Branch::Query(Box::new(self.statement(statement))),
                SetExpr::Table(_) => Branch::Unknown,
            });
        }
    }

    fn select(&self, select: &SelectAst) -> Select {
        let mut scope = Select {
            at: self.items_at(select),
            ..Select::default()
        };
        self.from(&select.from, &mut scope);
        scope.items = self.items(&select.projection);
        let mut plain: Vec<&Expr> = select.selection.iter().collect();
        if let Some(Distinct::On(list)) = &select.distinct {
            plain.extend(list);
        }
        for window in &select.named_window {
            if let NamedWindowExpr::WindowSpec(window) = &window.1 {
                plain.extend(of_window(window));
            }
        }
        scope.uses = self.uses(plain);
        if let GroupByExpr::Expressions(groups, _) = &select.group_by {
            scope.groups = self.uses(groups);
        }
        scope.having = self.uses(&select.having);
        let is_other = !select.lateral_views.is_empty() || !select.connect_by.is_empty();
        if is_other || select.exclude.is_some() {
            // Of other databases.
            return Select {
                sources: vec![Source::unknown()],
                items: vec![Item::Unknown],
                ..Select::default()
            };
        }
        scope
    }

    /// From what follows `SELECT` to what ends the list of items.
    fn items_at(&self, select: &SelectAst) -> Range<usize> {
        const ENDS: [&str; 7] = [
            "FROM",
            "WHERE",
            "UNION",
            "ORDER",
            "LIMIT",
            "ON",
            "RETURNING",
        ];
        let offset = self.offset_of(select.select_token.0.span.start);
        let Some(index) = offset.and_then(|offset| self.phrase.index_at(offset)) else {
            return 0..0;
        };
        let tokens = self.phrase.tokens();
        let (mut end, mut depth) = (index + 1, 0_usize);
        while end < tokens.len() {
            match self.phrase.token(end) {
                "(" => depth += 1,
                ")" if depth == 0 => break,
                ")" => depth -= 1,
                _ if depth == 0 && ENDS.iter().any(|word| self.phrase.is(end, word)) => break,
                _ => {}
            }
            end += 1;
        }
        match (tokens.get(index + 1), tokens.get(end - 1)) {
            (Some(first), Some(last)) if first.start < last.end => first.start..last.end,
            _ => 0..0,
        }
    }

    pub(super) fn items(&self, items: &[SelectItem]) -> Vec<Item> {
        items.iter().map(|item| self.item(item)).collect()
    }

    fn item(&self, item: &SelectItem) -> Item {
        match item {
            SelectItem::UnnamedExpr(expression) => {
                Item::One(self.label(expression), self.uses([expression]))
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let label = Label::Aliased(self.named(alias));
                // `citext 'text'` is a value of a type.
                let is_name = matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
                let is_value = alias.quote_style == Some('\'') && is_name;
                let uses = if is_value {
                    Uses::default()
                } else {
                    self.uses([expr])
                };
                Item::One(label, uses)
            }
            SelectItem::Wildcard(options) if is_plain(options) => Item::All,
            SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(name),
                options,
            ) if is_plain(options) => self.path_of(name).map_or(Item::Unknown, Item::AllOf),
            _ => Item::Unknown,
        }
    }

    pub(super) fn from(&self, tables: &[TableWithJoins], scope: &mut Select) {
        for tables in tables {
            self.joined(tables, scope);
        }
    }

    pub(super) fn joined(&self, tables: &TableWithJoins, scope: &mut Select) {
        let first = scope.sources.len();
        self.source(&tables.relation, scope);
        for join in &tables.joins {
            self.source(&join.relation, scope);
            let Some(constraint) = constraint(&join.join_operator) else {
                continue;
            };
            let sources = first..scope.sources.len();
            let mut condition = Join {
                sources,
                on: Uses::default(),
                using: Vec::new(),
            };
            match constraint {
                JoinConstraint::On(expression) => condition.on = self.uses([expression]),
                JoinConstraint::Using(names) => {
                    let paths = names.iter().filter_map(|name| self.path_of(name));
                    condition.using = paths.map(|path| path.last).collect();
                    scope.is_merged = true;
                }
                JoinConstraint::Natural => scope.is_merged = true,
                JoinConstraint::None => continue,
            }
            scope.joins.push(condition);
        }
    }

    pub(super) fn source(&self, factor: &TableFactor, scope: &mut Select) {
        let source = match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                json_path: None,
                ..
            } => {
                let table = self.target(name).map(What::Table);
                self.named_source(
                    table.unwrap_or_else(|| What::Call(Uses::default())),
                    alias.as_ref(),
                )
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                ..
            } => {
                let query = What::Query(Box::new(self.query(subquery)), *lateral);
                self.named_source(query, alias.as_ref())
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => return self.joined(table_with_joins, scope),
            TableFactor::Function {
                name, alias, args, ..
            } => self.call(name, alias.as_ref(), args),
            TableFactor::Table {
                name,
                alias,
                args: Some(args),
                ..
            } => self.call(name, alias.as_ref(), &args.args),
            TableFactor::UNNEST {
                alias, array_exprs, ..
            } => self.named_source(What::Call(self.uses(array_exprs)), alias.as_ref()),
            TableFactor::TableFunction { alias, .. }
            | TableFactor::JsonTable { alias, .. }
            | TableFactor::XmlTable { alias, .. }
            | TableFactor::Table { alias, .. } => {
                self.named_source(What::Call(Uses::default()), alias.as_ref())
            }
            _ => Source::unknown(),
        };
        scope.sources.push(source);
    }

    /// A function in `FROM`.
    fn call(
        &self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        arguments: &[FunctionArg],
    ) -> Source {
        let mut uses = self.uses(arguments.iter().filter_map(of_argument));
        uses.calls.extend(self.target(name));
        self.named_source(What::Call(uses), alias)
    }

    fn named_source(&self, what: What, alias: Option<&TableAlias>) -> Source {
        Source {
            what,
            alias: alias.map(|alias| self.named(&alias.name)),
            columns: alias.map_or(Vec::new(), |alias| self.columns_of(alias)),
        }
    }

    fn columns_of(&self, alias: &TableAlias) -> Vec<Name> {
        let columns = alias.columns.iter();
        columns.map(|column| self.named(&column.name)).collect()
    }
}

fn is_plain(options: &sqlparser::ast::WildcardAdditionalOptions) -> bool {
    options.opt_ilike.is_none()
        && options.opt_exclude.is_none()
        && options.opt_except.is_none()
        && options.opt_replace.is_none()
        && options.opt_rename.is_none()
        && options.opt_alias.is_none()
}

const fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::CrossJoin(constraint)
        | JoinOperator::StraightJoin(constraint) => Some(constraint),
        _ => None,
    }
}

const fn of_argument(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(expression),
            ..
        } => Some(expression),
        _ => None,
    }
}
