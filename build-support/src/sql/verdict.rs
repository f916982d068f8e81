//! Whether a statement is valid, by the exact grammar of each dialect.

mod advice;
mod ast;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::ops::Range;
use std::sync::Arc;

use super::lex::lex;
use super::names;
use super::nesting::{Nesting, nesting};
use super::split::{Phrase, split};
use super::token::TokenKind;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Server};
use crate::kinds;
use crate::names::Query;
use crate::source::SourceFile;

pub(crate) use ast::grammar;

/// What a dialect says about a statement.
pub(crate) struct Verdict {
    /// What is wrong with it, if anything.
    pub(crate) fault: Option<Fault>,
    /// Whether there is an AST for it.
    pub(crate) is_modelled: bool,
    /// What it names, when it reads or changes rows and there is an AST for it.
    pub(crate) names: Option<Query>,
}

/// Why a statement is invalid.
pub(crate) struct Fault {
    range: Range<usize>,
    message: String,
    help: Option<String>,
}

/// What a grammar objects to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Objection {
    /// Where, as an offset in the code of the statement.
    offset: usize,
    /// What it says about it, if that is more than "syntax error".
    reason: Option<String>,
}

/// Judges a statement; a grammar that was not compiled in accepts everything.
pub(crate) fn judge(phrase: &Phrase<'_>, dialect: Dialect) -> Verdict {
    judge_for(phrase, dialect, Server::Any)
}

/// What is wrong with a statement that MySQL or MariaDB accepts, for the one that it is meant for.
pub(crate) fn refused_by(
    phrase: &Phrase<'_>,
    file: &Arc<SourceFile>,
    server: Server,
) -> Option<Diagnostic> {
    let fault = judge_for(phrase, Dialect::Mysql, server).fault?;
    let other = match server {
        Server::Mariadb => Server::Mysql8,
        Server::Any | Server::Mysql8 => Server::Mariadb,
    };
    let help = format!(
        "{} accepts it; write it in a form that both have, or check for `mysql`, which is either",
        other.title()
    );
    Some(fault.diagnostic(file, server.title()).help(help))
}

fn judge_for(phrase: &Phrase<'_>, dialect: Dialect, server: Server) -> Verdict {
    match nesting(phrase, dialect) {
        Nesting::Shallow => check(phrase, dialect, server),
        Nesting::Deep => on_a_large_stack(|| check(phrase, dialect, server)).unwrap_or(Verdict {
            fault: None,
            is_modelled: false,
            names: None,
        }),
        Nesting::TooDeep(token) => Verdict {
            fault: Some(Fault {
                range: token.start..token.end,
                message: "nested too deeply to be checked".to_owned(),
                help: Some("split the statement, or name parts of it with `WITH`".to_owned()),
            }),
            is_modelled: false,
            names: None,
        },
    }
}

/// `None` if the system has no thread for it or a grammar gave up; then there is no verdict.
pub(super) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    // Only what is touched of it becomes memory.
    const STACK: usize = 64 << 20;
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, work).ok()?.join().ok()
    })
}

fn check(phrase: &Phrase<'_>, dialect: Dialect, server: Server) -> Verdict {
    let code = phrase.code();
    let objection = object(phrase, &code, dialect, server);
    let ast = match objection {
        None => ast::parse(&code, dialect),
        Some(_) => None,
    };
    Verdict {
        is_modelled: ast.is_some(),
        names: ast.and_then(|ast| names::of_statement(&ast, phrase, &code, dialect)),
        fault: objection.map(|objection| Fault::new(phrase, &objection, dialect)),
    }
}

/// Whether code is one statement of a dialect beyond doubt.
fn is_plainly_valid(code: &str, dialect: Dialect) -> bool {
    let lexed = lex(code, dialect);
    let phrases = split(code, &lexed, dialect);
    let [phrase] = phrases.as_slice() else {
        return false;
    };
    nesting(phrase, dialect) == Nesting::Shallow
        && object(phrase, &phrase.code(), dialect, Server::Any).is_none()
        && ast::parse(&phrase.code(), dialect).is_some()
}

#[cfg_attr(
    not(all(feature = "mysql", any(feature = "postgres", feature = "sqlite"))),
    expect(unused_variables, reason = "each grammar looks at something else")
)]
fn object(phrase: &Phrase<'_>, code: &str, dialect: Dialect, server: Server) -> Option<Objection> {
    match dialect {
        #[cfg(feature = "mysql")]
        Dialect::Mysql => mysql::object(phrase, server),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => postgres::object(code),
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => sqlite::object(phrase, code),
        #[cfg(not(all(feature = "mysql", feature = "postgres", feature = "sqlite")))]
        _ => None,
    }
}

impl Fault {
    fn new(phrase: &Phrase<'_>, objection: &Objection, dialect: Dialect) -> Self {
        let offset = phrase.range().start + objection.offset;
        let index = phrase.index_at(offset).map(|index| blamed(phrase, index));
        let last = phrase.tokens().len().saturating_sub(1);
        let token = phrase.tokens().get(index.unwrap_or(last));
        let range = token.map_or_else(
            || phrase.range(),
            |token| {
                if token.kind == TokenKind::String && token.start < offset {
                    phrase.word_at(offset)
                } else {
                    token.start..token.end
                }
            },
        );
        let place = match index {
            Some(_) => format!("syntax error near `{}`", shortened(phrase.slice(&range))),
            None => "the statement ends too early".to_owned(),
        };
        let message = match &objection.reason {
            Some(reason) => format!("{place}: {reason}"),
            None => place,
        };
        Self {
            range,
            message,
            help: advice::advise(phrase, index, dialect),
        }
    }

    /// As it is reported.
    pub(crate) fn diagnostic(self, file: &Arc<SourceFile>, title: &str) -> Diagnostic {
        let message = format!("invalid {title}: {}", self.message);
        let mut diagnostic = Diagnostic::new(&kinds::INVALID_SQL, message).at(file, self.range, "");
        diagnostic.help = self.help;
        diagnostic
    }
}

/// Some grammars blame the verb for the unknown word after it.
fn blamed(phrase: &Phrase<'_>, index: usize) -> usize {
    let is_verb = index == 0 && advice::VERBS.iter().any(|verb| phrase.is(0, verb));
    usize::from(is_verb && phrase.tokens().len() > 1).max(index)
}

/// The first line of a token, which may be a long string.
fn shortened(token: &str) -> String {
    const LONGEST: usize = 40;
    let line = token.lines().next().unwrap_or_default();
    if line.chars().count() > LONGEST || line.len() < token.len() {
        let start: String = line.chars().take(LONGEST).collect();
        format!("{start}...")
    } else {
        line.to_owned()
    }
}
