//! `BEGIN`, `COMMIT` and their like: taken off where they wrap a file, refused elsewhere.

use std::sync::Arc;

use super::in_transaction;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::kinds;
use crate::script::{Directives, InTransaction};
use crate::source::SourceFile;
use crate::sql::split::Phrase;

const WHY: &str = "rungs runs each migration in a transaction of its own";

/// The savepoint that the runtime sets before a migration and rolls back to when it fails.
const RESERVED: &str = "rungs_migration";

/// How a statement steers transactions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    /// A plain `BEGIN`.
    Begin,
    /// A plain `COMMIT`.
    Commit,
    /// `BEGIN` with modes, which would be lost with it.
    BeginWithModes,
    /// Whatever else would end or replace the transaction around it.
    Other,
}

/// Takes off the `BEGIN` and `COMMIT` that wrap a file; any other transaction control is reported.
pub(crate) fn unwrap<'a>(
    file: &Arc<SourceFile>,
    phrases: Vec<Phrase<'a>>,
    dialects: &[Dialect],
    directives: Directives,
    diagnostics: &mut Diagnostics,
) -> Vec<Phrase<'a>> {
    let reserved = phrases.iter().filter(|phrase| uses_reserved(phrase));
    diagnostics.extend(reserved.map(|phrase| refuse_reserved(file, phrase)));
    let controls: Vec<Option<Control>> = phrases
        .iter()
        .map(|phrase| control(phrase, dialects))
        .collect();
    if controls.iter().all(Option::is_none) {
        return phrases;
    }
    if let Some(begin) = wrapper(&phrases, &controls, dialects) {
        diagnostics.extend(contradiction(file, begin, &phrases, dialects, directives));
    } else {
        for (phrase, control) in phrases.iter().zip(&controls) {
            diagnostics.extend(control.map(|control| refusal(file, phrase, control)));
        }
    }
    let pairs = phrases.into_iter().zip(controls);
    pairs
        .filter(|(_, control)| control.is_none())
        .map(|(phrase, _)| phrase)
        .collect()
}

fn control(phrase: &Phrase<'_>, dialects: &[Dialect]) -> Option<Control> {
    let mysql = dialects.contains(&Dialect::Mysql);
    // MariaDB's anonymous block.
    if mysql && phrase.begins("BEGIN NOT ATOMIC") {
        return None;
    }
    let first = phrase.token(0).to_ascii_uppercase();
    let rest = phrase.tokens().len() - usize::from(!phrase.tokens().is_empty());
    let is_noise = |word: &str| phrase.is(1, word);
    let is_plain = rest == 0 || (rest == 1 && (is_noise("TRANSACTION") || is_noise("WORK")));
    match first.as_str() {
        "BEGIN" | "START" => {
            if first == "START" && !phrase.is(1, "TRANSACTION") {
                return None;
            }
            let lock = ["IMMEDIATE", "EXCLUSIVE", "DEFERRED"];
            let is_lock = lock.iter().any(|word| phrase.is(1, word)) && rest <= 2;
            let control = if is_plain || is_lock {
                Control::Begin
            } else {
                Control::BeginWithModes
            };
            Some(control)
        }
        "COMMIT" | "END" if is_plain => Some(Control::Commit),
        "COMMIT" | "END" | "ABORT" => Some(Control::Other),
        "ROLLBACK" => {
            let is_to_savepoint = phrase.is(1, "TO") || phrase.is(2, "TO");
            (!is_to_savepoint).then_some(Control::Other)
        }
        "PREPARE" if phrase.is(1, "TRANSACTION") => Some(Control::Other),
        "XA" if mysql => Some(Control::Other),
        "SET" if mysql && phrase.has("autocommit") => Some(Control::Other),
        _ => None,
    }
}

/// Whether a statement sets, releases or rolls back to the savepoint of the runtime.
fn uses_reserved(phrase: &Phrase<'_>) -> bool {
    let verbs = ["SAVEPOINT", "RELEASE", "ROLLBACK"];
    let is_reserved = |index| {
        let name = phrase.token(index);
        let name = name.trim_matches(['"', '\'', '`', '[', ']']);
        name.eq_ignore_ascii_case(RESERVED)
    };
    verbs.iter().any(|verb| phrase.is(0, verb)) && (1..phrase.tokens().len()).any(is_reserved)
}

fn refuse_reserved(file: &Arc<SourceFile>, phrase: &Phrase<'_>) -> Diagnostic {
    let message = format!("the savepoint `{RESERVED}` is the one that rungs itself sets");
    Diagnostic::new(&kinds::TRANSACTION_CONTROL, message)
        .at(
            file,
            phrase.range(),
            "a migration that fails is rolled back to it",
        )
        .help("give your savepoint another name")
}

/// The `BEGIN` of a file that is wrapped as a whole, `PRAGMA foreign_keys` aside.
fn wrapper<'p, 'a>(
    phrases: &'p [Phrase<'a>],
    controls: &[Option<Control>],
    dialects: &[Dialect],
) -> Option<&'p Phrase<'a>> {
    let found: Vec<Control> = controls.iter().copied().flatten().collect();
    if found != [Control::Begin, Control::Commit] {
        return None;
    }
    let begin = controls.iter().position(Option::is_some)?;
    let commit = controls.iter().rposition(Option::is_some)?;
    let outside = phrases
        .iter()
        .take(begin)
        .chain(phrases.iter().skip(commit + 1));
    let mut outside = outside.map(|phrase| behaviour(phrase, dialects));
    outside
        .all(|behaviour| behaviour == InTransaction::TakenOver)
        .then(|| phrases.get(begin))
        .flatten()
}

/// What a statement does in the strictest of the dialects.
fn behaviour(phrase: &Phrase<'_>, dialects: &[Dialect]) -> InTransaction {
    let mut each = dialects
        .iter()
        .map(|dialect| in_transaction(phrase, *dialect));
    each.find(|behaviour| *behaviour != InTransaction::Runs)
        .unwrap_or(InTransaction::Runs)
}

/// A file cannot ask for a transaction and also for none.
fn contradiction(
    file: &Arc<SourceFile>,
    begin: &Phrase<'_>,
    phrases: &[Phrase<'_>],
    dialects: &[Dialect],
    directives: Directives,
) -> Option<Diagnostic> {
    if directives.no_transaction {
        let message = "the file asks for a transaction and for none";
        return Some(
            Diagnostic::new(&kinds::TRANSACTION_CONTROL, message)
                .at(file, begin.range(), "here it begins a transaction")
                .help("remove either this statement with its `COMMIT`, or `no-transaction` above"),
        );
    }
    let refused = phrases.iter().find(|phrase| fails(phrase, dialects))?;
    let name = crate::sql::kind::kind(refused);
    Some(
        Diagnostic::new(
            &kinds::TRANSACTION_CONTROL,
            format!("`{name}` cannot run in a transaction, and the file begins one"),
        )
        .at(file, refused.range(), "the database refuses it there")
        .at(file, begin.range(), "the transaction begins here")
        .help("remove `BEGIN` and `COMMIT`: rungs runs the statements one by one and knows where to resume"),
    )
}

/// Whether a statement fails inside a transaction. MySQL refuses nothing there: it commits first.
fn fails(phrase: &Phrase<'_>, dialects: &[Dialect]) -> bool {
    let mut dialects = dialects
        .iter()
        .filter(|dialect| **dialect != Dialect::Mysql);
    dialects.any(|dialect| in_transaction(phrase, *dialect) == InTransaction::Refused)
}

fn refusal(file: &Arc<SourceFile>, phrase: &Phrase<'_>, control: Control) -> Diagnostic {
    let name = phrase.token(0).to_ascii_uppercase();
    let (message, help) = match control {
        Control::BeginWithModes => (
            format!("`{name}` with modes of its own"),
            "remove it and its `COMMIT`; write the modes as `SET TRANSACTION ...` in the first statement",
        ),
        _ => (
            format!("`{name}` interferes with the transaction of the migration"),
            "remove it; if the statements must not share a transaction, also write `-- rungs: no-transaction` on top",
        ),
    };
    Diagnostic::new(&kinds::TRANSACTION_CONTROL, message)
        .at(file, phrase.range(), WHY)
        .help(help)
}
