//! The AST that `sqlparser` has for a statement; its verdict counts for nothing here.

use sqlparser::ast::Statement;
use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::dialect::Dialect;

/// Its AST, if it was parsed to its end.
pub(crate) fn parse(code: &str, dialect: Dialect) -> Option<Statement> {
    let mut parser = Parser::new(grammar(dialect)).try_with_sql(code).ok()?;
    // It stops without a word at a stray `END`, so ask where it stopped.
    let statement = parser.parse_statement().ok()?;
    (parser.peek_token_ref().token == Token::EOF).then_some(statement)
}

pub(crate) fn grammar(dialect: Dialect) -> &'static dyn sqlparser::dialect::Dialect {
    match dialect {
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    }
}
