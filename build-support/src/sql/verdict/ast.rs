//! Whether `sqlparser` has an AST for a statement; its verdict counts for nothing here.

use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::dialect::Dialect;

/// Whether it was parsed to its end.
pub(crate) fn is_modelled(code: &str, dialect: Dialect) -> bool {
    let grammar = grammar(dialect);
    let Ok(mut parser) = Parser::new(grammar).try_with_sql(code) else {
        return false;
    };
    // It stops without a word at a stray `END`, so ask where it stopped.
    parser.parse_statement().is_ok() && parser.peek_token().token == Token::EOF
}

fn grammar(dialect: Dialect) -> &'static dyn sqlparser::dialect::Dialect {
    match dialect {
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    }
}
