//! One file from text to checked statements: lex, split, directives, transactions, verdict.

mod allowance;
mod batch;
mod body;
mod client;
mod ddl;
mod directive;
mod instruction;
mod kind;
mod lex;
mod names;
mod nesting;
mod placeholder;
mod reader;
mod recovery;
mod replaces;
mod session;
mod split;
#[cfg(test)]
mod tests;
mod tidy;
mod token;
mod transaction;
mod verdict;

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::{Dialect, Server};
use crate::kinds;
use crate::placeholder::{Names, Placeholder};
use crate::script::{Directives, Role, Script, Statement};
use crate::source::SourceFile;
pub(crate) use ddl::{doubt_of_body, family, program_of_routine};
use instruction::Instruction;
use lex::{Lexed, Unterminated};
pub(crate) use placeholder::words as placeholder_words;
use split::Phrase;
pub(crate) use tidy::tidy;
use token::TokenKind;

/// Splits and checks one file; what is wrong with it goes to `diagnostics`.
///
/// The statements that could be told apart are returned even when the file has errors.
///
/// Where placeholders are declared, the text is judged with a word in the place of each.
pub(crate) fn script(
    file: &Arc<SourceFile>,
    placeholders: &[Placeholder],
    dialects: &[Dialect],
    servers: &[Server],
    diagnostics: &mut Diagnostics,
) -> Script {
    if placeholders.is_empty() {
        let script = read(file, dialects, diagnostics);
        narrow(file, servers, diagnostics);
        return script;
    }
    let masked = placeholder::Masked::new(file, placeholders);
    let mut found = Diagnostics::default();
    let mut script = read(masked.file(), dialects, &mut found);
    narrow(masked.file(), servers, &mut found);
    masked.restore(&mut script, dialects, found, diagnostics);
    script
}

fn read(file: &Arc<SourceFile>, dialects: &[Dialect], diagnostics: &mut Diagnostics) -> Script {
    let readings = dialects.iter().map(|dialect| Reading::new(file, *dialect));
    let readings: Vec<Reading<'_>> = readings.collect();
    let mut script = Script {
        file: Arc::clone(file),
        statements: Vec::new(),
        directives: Directives::default(),
        replaces: None,
        names: Names::default(),
    };
    let Some(reading) = readings.first() else {
        return script;
    };
    let unreadable = unreadable(file, &readings);
    let judges = if unreadable.is_empty() && !agree(file, &readings, diagnostics) {
        dialects.get(..1).unwrap_or_default()
    } else {
        dialects
    };
    let (directives, instructions) =
        directive::read(file, &reading.lexed, &reading.phrases, diagnostics);
    script.directives = directives;
    let is_readable = unreadable.is_empty();
    let cut_off = unreadable
        .iter()
        .any(|found| found.kind.id == kinds::UNTERMINATED.id);
    let mut phrases = reading.phrases.clone();
    if cut_off {
        // What holds the rest of the file is no statement.
        phrases.pop();
    }
    diagnostics.extend(unreadable);
    let phrases = transaction::unwrap(file, phrases, judges, script.directives, diagnostics);
    // A `COMMIT` alone was reported for what it is.
    let does_nothing = phrases.is_empty() && !instructions.iter().any(Instruction::is_call);
    if does_nothing && is_readable && reading.phrases.len() != 1 {
        diagnostics.push(empty(file, reading));
    }
    let statements = phrases.iter();
    script.statements = statements
        .map(|phrase| statement(file, phrase, judges, diagnostics))
        .collect();
    instruction::follow(&instructions, &mut script, &phrases, judges, diagnostics);
    script
}

/// Reports what MySQL and MariaDB do not both accept, where the file is meant for one of them.
fn narrow(file: &Arc<SourceFile>, servers: &[Server], diagnostics: &mut Diagnostics) {
    if servers.is_empty() {
        return;
    }
    let reading = Reading::new(file, Dialect::Mysql);
    for phrase in &reading.phrases {
        // What neither accepts has been reported.
        if verdict::judge(phrase, Dialect::Mysql).fault.is_none() {
            let mut servers = servers.iter();
            diagnostics
                .extend(servers.find_map(|server| verdict::refused_by(phrase, file, *server)));
        }
    }
}

/// A file as one dialect reads it.
struct Reading<'a> {
    dialect: Dialect,
    lexed: Lexed,
    phrases: Vec<Phrase<'a>>,
}

impl<'a> Reading<'a> {
    fn new(file: &'a SourceFile, dialect: Dialect) -> Self {
        let lexed = lex::lex(&file.text, dialect);
        let phrases = split::split(&file.text, &lexed, dialect);
        Self {
            dialect,
            lexed,
            phrases,
        }
    }
}

/// What keeps a dialect from reading the file, once for all dialects.
fn unreadable(file: &Arc<SourceFile>, readings: &[Reading<'_>]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for reading in readings {
        let open = reading.lexed.unterminated.as_ref();
        let open = open.map(|open| unterminated(file, open));
        for diagnostic in client::refuse(file, reading.dialect, &reading.lexed)
            .into_iter()
            .chain(open)
        {
            let is_same = |other: &Diagnostic| {
                other.kind.id == diagnostic.kind.id && other.position() == diagnostic.position()
            };
            if !found.iter().any(is_same) {
                found.push(diagnostic);
            }
        }
    }
    found
}

fn unterminated(file: &Arc<SourceFile>, open: &Unterminated) -> Diagnostic {
    let Unterminated {
        what,
        opening,
        closing,
    } = open;
    // The label stands at the last quote, the mistake is often an earlier one.
    let within = match closing.as_str() {
        "'" => "; within a string it is written `''`",
        _ => "",
    };
    Diagnostic::new(&kinds::UNTERMINATED, format!("unterminated {what}"))
        .at(
            file,
            opening.start..opening.end,
            "opened here, never closed",
        )
        .help(format!("close it with `{closing}`{within}"))
}

fn agree(file: &Arc<SourceFile>, readings: &[Reading<'_>], diagnostics: &mut Diagnostics) -> bool {
    let Some((first, others)) = readings.split_first() else {
        return true;
    };
    for other in others {
        let count = first.phrases.len().max(other.phrases.len());
        for index in 0..count {
            let ours = first.phrases.get(index).map(Phrase::range);
            let theirs = other.phrases.get(index).map(Phrase::range);
            if ours == theirs {
                continue;
            }
            let (a, b) = (first.dialect.title(), other.dialect.title());
            let message = format!("{a} and {b} split the file into different statements");
            let range = ours.or(theirs).unwrap_or_default();
            diagnostics.push(
                Diagnostic::new(&kinds::DIALECTS_DISAGREE, message)
                    .at(file, range, "from here on")
                    .help("write it in a form that both read alike, or keep one directory for each dialect"),
            );
            return false;
        }
    }
    true
}

fn empty(file: &Arc<SourceFile>, reading: &Reading<'_>) -> Diagnostic {
    let mut tokens = reading.lexed.tokens.iter();
    let message = if !reading.phrases.is_empty() {
        "the file has no statement besides its transaction"
    } else if tokens.any(|token| token.kind == TokenKind::Comment) {
        "the file has only comments"
    } else {
        "the file is empty"
    };
    Diagnostic::new(&kinds::EMPTY_FILE, message)
        .at(file, 0..0, "no statement here")
        .help("write a statement or delete the file; where there is deliberately no way back, `-- rungs: irreversible` on top of the up file says so")
}

fn statement(
    file: &Arc<SourceFile>,
    phrase: &Phrase<'_>,
    dialects: &[Dialect],
    diagnostics: &mut Diagnostics,
) -> Statement {
    let mut modelled = !dialects.is_empty();
    let mut is_reported = false;
    let mut is_valid = true;
    let mut named = Vec::new();
    for dialect in dialects {
        let verdict = verdict::judge(phrase, *dialect);
        modelled &= verdict.is_modelled;
        is_valid &= verdict.fault.is_none();
        named.push((*dialect, verdict.names));
        if let Some(fault) = verdict.fault.filter(|_| !is_reported) {
            diagnostics.push(fault.diagnostic(file, dialect.title()));
            is_reported = true;
        }
    }
    let unnamed = dialects
        .iter()
        .find_map(|dialect| recovery::unnamed_concurrent(phrase, *dialect));
    diagnostics.extend(unnamed.map(|range| unnamed_index(file, range)));
    let transaction = dialects
        .iter()
        .map(|dialect| (*dialect, transaction::in_transaction(phrase, *dialect)))
        .collect();
    Statement {
        range: phrase.range(),
        kind: kind::kind(phrase),
        role: Role::Run,
        when: None,
        batch: Vec::new(),
        modelled,
        transaction,
        recovery: dialects
            .iter()
            .map(|dialect| (*dialect, recovery::recovery(phrase, *dialect)))
            .collect(),
        session: session::effect(phrase, dialects),
        changes: named
            .into_iter()
            .map(|(dialect, names)| (dialect, ddl::changes(phrase, dialect, is_valid, names)))
            .collect(),
    }
}

fn unnamed_index(file: &Arc<SourceFile>, range: Range<usize>) -> Diagnostic {
    let message = "an index that is built concurrently needs a name";
    Diagnostic::new(&kinds::UNNAMED_INDEX, message)
        .at(file, range, "no name after this")
        .help("write a name before `ON`, as in `CREATE INDEX CONCURRENTLY users_email_idx ON users (email)`")
}
