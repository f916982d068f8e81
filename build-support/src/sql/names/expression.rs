//! Expressions.

use sqlparser::ast::{
    AccessExpr, ArrayElemTypeDef, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArguments, Query, SelectItem, SetExpr, Subscript, Value,
    WindowSpec, WindowType,
};

use super::Translation;
use super::words::is_word;
use crate::change::Target;
use crate::dialect::Dialect;
use crate::names::{Label, Uses};

impl Translation<'_, '_> {
    /// What expressions of one scope name.
    ///
    /// What is still to be looked at is kept in a list: a condition may have thousands of parts.
    pub(super) fn uses<'e>(&self, expressions: impl IntoIterator<Item = &'e Expr>) -> Uses {
        let mut uses = Uses::default();
        for expression in expressions {
            let first = uses.columns.len();
            let is_alone = matches!(expression, Expr::Identifier(_));
            let mut pending = vec![expression];
            while let Some(expression) = pending.pop() {
                self.look(expression, &mut pending, &mut uses);
            }
            for path in uses.columns.iter_mut().skip(first) {
                path.is_alone = is_alone;
            }
        }
        uses
    }

    fn look<'e>(&self, expression: &'e Expr, pending: &mut Vec<&'e Expr>, uses: &mut Uses) {
        match expression {
            Expr::Identifier(ident) if !is_word(ident, self.dialect) => {
                uses.columns.extend(self.path(std::slice::from_ref(ident)));
            }
            Expr::CompoundIdentifier(idents) => uses.columns.extend(self.path(idents)),
            Expr::CompoundFieldAccess { root, access_chain } => {
                // `a.b[1]`: whatever `a` is.
                let is_path = matches!(**root, Expr::Identifier(_))
                    && matches!(access_chain.first(), Some(AccessExpr::Dot(_)));
                if !is_path {
                    pending.push(root);
                }
                pending.extend(access_chain.iter().flat_map(subscripts));
            }
            Expr::Subquery(query) => uses.queries.push(self.query(query)),
            Expr::Exists { subquery, .. } => uses.queries.push(self.query(subquery)),
            Expr::InSubquery { expr, subquery, .. } => {
                pending.push(expr);
                uses.queries.push(self.query(subquery));
            }
            Expr::Function(function) => self.look_at_call(function, pending, uses),
            Expr::MatchAgainst { columns, .. } => {
                uses.columns
                    .extend(columns.iter().filter_map(|column| self.path_of(column)));
            }
            Expr::QualifiedWildcard(name, _) => uses.tables.extend(self.path_of(name)),
            Expr::Cast {
                expr, data_type, ..
            } => {
                pending.push(expr);
                uses.types.extend(self.named_type(data_type));
            }
            _ => parts(expression, pending),
        }
    }

    /// A type that has a name of its own, or the one that its array is of.
    fn named_type(&self, data_type: &DataType) -> Option<Target> {
        let mut data_type = data_type;
        while let DataType::Array(
            ArrayElemTypeDef::SquareBracket(inner, _) | ArrayElemTypeDef::Qualified(inner, _),
        ) = data_type
        {
            data_type = inner;
        }
        match data_type {
            DataType::Custom(name, _) => self.target(name),
            _ => None,
        }
    }

    fn look_at_call<'e>(
        &self,
        function: &'e Function,
        pending: &mut Vec<&'e Expr>,
        uses: &mut Uses,
    ) {
        uses.calls.extend(self.target(&function.name));
        for arguments in [&function.parameters, &function.args] {
            match arguments {
                FunctionArguments::None => {}
                FunctionArguments::Subquery(query) => uses.queries.push(self.query(query)),
                FunctionArguments::List(list) => {
                    for argument in &list.args {
                        self.look_at_argument(argument, pending, uses);
                    }
                    pending.extend(list.clauses.iter().flat_map(of_clause));
                }
            }
        }
        pending.extend(function.within_group.iter().map(|order| &order.expr));
        pending.extend(function.filter.as_deref());
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            pending.extend(of_window(window));
        }
    }

    fn look_at_argument<'e>(
        &self,
        argument: &'e FunctionArg,
        pending: &mut Vec<&'e Expr>,
        uses: &mut Uses,
    ) {
        let (FunctionArg::Named { arg, .. }
        | FunctionArg::ExprNamed { arg, .. }
        | FunctionArg::Unnamed(arg)) = argument;
        if let FunctionArg::ExprNamed { name, .. } = argument
            && !matches!(name, Expr::Identifier(_))
        {
            pending.push(name);
        }
        match arg {
            FunctionArgExpr::Expr(expression) => pending.push(expression),
            FunctionArgExpr::QualifiedWildcard(name) => uses.tables.extend(self.path_of(name)),
            FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) => {}
        }
    }

    /// The name that the server gives to a column of a query.
    pub(super) fn label(&self, expression: &Expr) -> Label {
        let is_postgres = self.dialect == Dialect::Postgres;
        match expression {
            Expr::Identifier(ident) => Label::Named(self.named(ident)),
            Expr::CompoundIdentifier(idents) => match idents.last() {
                Some(last) => Label::Named(self.named(last)),
                None => Label::Unknown,
            },
            Expr::Function(function) if is_postgres => {
                let last = function.name.0.last().and_then(|part| part.as_ident());
                last.map_or(Label::Unknown, |ident| Label::Named(self.named(ident)))
            }
            Expr::Cast { expr, .. } if is_postgres => match self.label(expr) {
                Label::Named(name) => Label::Named(name),
                _ => Label::Unknown,
            },
            Expr::Subquery(query) if is_postgres => self.label_of_query(query),
            // The text of the expression, or `?column?`.
            Expr::BinaryOp { .. } | Expr::Function(_) => Label::Nameless,
            Expr::Value(value) => match (&value.value, self.dialect) {
                (Value::Number(..), _) | (_, Dialect::Postgres | Dialect::Sqlite) => {
                    Label::Nameless
                }
                (_, Dialect::Mysql) => Label::Unknown,
            },
            _ => Label::Unknown,
        }
    }

    /// PostgreSQL: what a subquery returns has the name that it has there.
    fn label_of_query(&self, query: &Query) -> Label {
        let item = match &*query.body {
            SetExpr::Select(select) => select.projection.first(),
            _ => None,
        };
        match item {
            Some(SelectItem::UnnamedExpr(inner)) => match self.label(inner) {
                Label::Named(name) => Label::Named(name),
                _ => Label::Unknown,
            },
            Some(SelectItem::ExprWithAlias { alias, .. }) => Label::Named(self.named(alias)),
            _ => Label::Unknown,
        }
    }
}

/// The expressions that an expression of one scope is made of; none of what is not known here.
fn parts<'e>(expression: &'e Expr, pending: &mut Vec<&'e Expr>) {
    match expression {
        Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner)
        | Expr::Nested(inner)
        | Expr::IsJson { expr: inner, .. }
        | Expr::IsNormalized { expr: inner, .. }
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Convert { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::Collate { expr: inner, .. }
        | Expr::Named { expr: inner, .. } => pending.push(inner),
        Expr::IsDistinctFrom(left, right)
        | Expr::IsNotDistinctFrom(left, right)
        | Expr::BinaryOp { left, right, .. }
        | Expr::AnyOp { left, right, .. }
        | Expr::AllOp { left, right, .. }
        | Expr::InUnnest {
            expr: left,
            array_expr: right,
            ..
        }
        | Expr::AtTimeZone {
            timestamp: left,
            time_zone: right,
        }
        | Expr::Position {
            expr: left,
            r#in: right,
        }
        | Expr::RLike {
            expr: left,
            pattern: right,
            ..
        } => pending.extend([&**left, &**right]),
        Expr::Interval(interval) => pending.push(&interval.value),
        Expr::MemberOf(member) => pending.extend([&*member.value, &*member.array]),
        _ => clauses(expression, pending),
    }
}

/// Those of conditions with clauses.
fn clauses<'e>(expression: &'e Expr, pending: &mut Vec<&'e Expr>) {
    match expression {
        Expr::Between {
            expr, low, high, ..
        } => pending.extend([&**expr, &**low, &**high]),
        Expr::InList { expr, list, .. } => {
            pending.push(expr);
            pending.extend(list);
        }
        Expr::Like {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::ILike {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::SimilarTo {
            expr,
            pattern,
            escape_char,
            ..
        } => {
            pending.extend([&**expr, &**pattern]);
            pending.extend(escape_char.as_deref());
        }
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            pending.extend(operand.as_deref());
            for case in conditions {
                pending.extend([&case.condition, &case.result]);
            }
            pending.extend(else_result.as_deref());
        }
        _ => pieces(expression, pending),
    }
}

/// Those of calls with a syntax of their own, and of lists.
fn pieces<'e>(expression: &'e Expr, pending: &mut Vec<&'e Expr>) {
    match expression {
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            pending.push(expr);
            pending.extend(substring_from.as_deref());
            pending.extend(substring_for.as_deref());
        }
        Expr::Trim {
            expr,
            trim_what,
            trim_characters,
            ..
        } => {
            pending.push(expr);
            pending.extend(trim_what.as_deref());
            pending.extend(trim_characters.iter().flatten());
        }
        Expr::Overlay {
            expr,
            overlay_what,
            overlay_from,
            overlay_for,
        } => {
            pending.extend([&**expr, &**overlay_what, &**overlay_from]);
            pending.extend(overlay_for.as_deref());
        }
        Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
            pending.extend(sets.iter().flatten());
        }
        Expr::Tuple(list) => pending.extend(list),
        Expr::Array(array) => pending.extend(&array.elem),
        _ => {}
    }
}

fn subscripts(access: &AccessExpr) -> Vec<&Expr> {
    match access {
        AccessExpr::Dot(_) => Vec::new(),
        AccessExpr::Subscript(Subscript::Index { index }) => vec![index],
        AccessExpr::Subscript(Subscript::Slice {
            lower_bound,
            upper_bound,
            stride,
        }) => [lower_bound, upper_bound, stride]
            .into_iter()
            .flatten()
            .collect(),
    }
}

fn of_clause(clause: &FunctionArgumentClause) -> Vec<&Expr> {
    match clause {
        FunctionArgumentClause::OrderBy(orders) => orders.iter().map(|it| &it.expr).collect(),
        FunctionArgumentClause::Where(expression) | FunctionArgumentClause::Limit(expression) => {
            vec![expression]
        }
        _ => Vec::new(),
    }
}

pub(super) fn of_window(window: &WindowSpec) -> impl Iterator<Item = &Expr> {
    let orders = window.order_by.iter().map(|order| &order.expr);
    window.partition_by.iter().chain(orders)
}
