//! `-- rungs: when(SELECT ...)`, `-- rungs: batch(1000)`: comments about one statement; `-- rungs:
//! call(function)`, `-- rungs: verify(SELECT ...)`: something between the statements or after them;
//! `-- rungs: replaces(1, 2)`: what the file was made of.

use std::ops::Range;
use std::sync::Arc;

use super::batch;
use super::lex::lex;
use super::replaces;
use super::split::{Phrase, split};
use super::token::Token;
use super::verdict;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::kinds;
use crate::recovery::SessionEffect;
use crate::script::{Role, Script, Statement};
use crate::source::SourceFile;

/// What the name before the parenthesis can be.
pub(super) const NAMES: [&str; 5] = ["when", "verify", "batch", "call", "replaces"];

/// What stands in the parentheses, for people.
pub(super) const FORMS: [&str; 5] = [
    "when(SELECT ...)",
    "verify(SELECT ...)",
    "batch(1000)",
    "call(function)",
    "replaces(1, 2)",
];

/// A comment that says something about one statement, or asks something after all of them.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    name: &'static str,
    /// Where the comment stands.
    pub(super) comment: Range<usize>,
    /// What stands in the parentheses.
    pub(super) argument: Range<usize>,
}

impl Instruction {
    pub(super) fn is_call(&self) -> bool {
        self.name == "call"
    }

    /// Reads what follows `rungs:` in a comment; `None` if it has no name of an instruction and
    /// parenthesis, else the instruction, or what is wrong with it.
    pub(super) fn read(
        file: &Arc<SourceFile>,
        token: &Token,
        words: &str,
    ) -> Option<Result<Self, Diagnostic>> {
        let (name, argument) = words.split_once('(')?;
        let name = NAMES.into_iter().find(|known| *known == name.trim())?;
        let comment = token.start..token.end;
        let text = file.slice(comment.clone());
        if !text.starts_with("--") {
            return Some(Err(in_block(file, comment, name)));
        }
        let Some(argument) = argument.trim_end().strip_suffix(')') else {
            return Some(Err(unclosed(file, comment, name)));
        };
        // The words are a part of the comment, so the argument is found in it.
        let start = comment.start + text.find('(').unwrap_or_default() + 1;
        let argument = start..start + argument.len();
        Some(Ok(Self {
            name,
            comment,
            argument,
        }))
    }
}

/// Gives each statement its condition and its batches, and adds the queries that must be true at the
/// end.
pub(super) fn follow(
    instructions: &[Instruction],
    script: &mut Script,
    phrases: &[Phrase<'_>],
    dialects: &[Dialect],
    diagnostics: &mut Diagnostics,
) {
    let file = Arc::clone(&script.file);
    let (mut calls, mut verified) = (Vec::new(), Vec::new());
    for instruction in instructions {
        match instruction.name {
            "when" => check_query(&file, instruction, dialects, diagnostics),
            "verify" => {
                check_query(&file, instruction, dialects, diagnostics);
                verified.push(beside(instruction, Role::Verify));
                continue;
            }
            "call" => {
                check_name(&file, instruction, phrases, diagnostics);
                calls.push(beside(instruction, Role::Call));
                continue;
            }
            "replaces" => {
                replaces::follow(&file, instruction, script, phrases, diagnostics);
                continue;
            }
            _ => {}
        }
        let end = instruction.comment.end;
        let next = phrases.partition_point(|phrase| phrase.range().end <= end);
        let is_called_first = |start| {
            let mut others = instructions.iter().filter(|it| it.name == "call");
            others.any(|it| (end..start).contains(&it.comment.start))
        };
        let phrase = phrases.get(next).filter(|it| {
            let start = it.range().start;
            start >= end && !is_called_first(start)
        });
        let (Some(phrase), Some(statement)) = (phrase, script.statements.get_mut(next)) else {
            diagnostics.push(misplaced(&file, instruction));
            continue;
        };
        if instruction.name == "batch" {
            // A transaction around all batches would be one big change again.
            script.directives.no_transaction = true;
            in_batches(&file, instruction, statement, phrase, dialects, diagnostics);
        } else if let Some(_first) = statement.when.replace(instruction.argument.clone()) {
            diagnostics.push(repeated(&file, instruction));
        }
    }
    script.statements.extend(calls);
    script.statements.sort_by_key(|it| it.range.start);
    script.statements.extend(verified);
}

/// What stands among the statements and is none.
fn beside(instruction: &Instruction, role: Role) -> Statement {
    Statement {
        range: instruction.argument.clone(),
        kind: instruction.name.to_ascii_uppercase(),
        role,
        when: None,
        batch: Vec::new(),
        modelled: true,
        transaction: Vec::new(),
        recovery: Vec::new(),
        session: SessionEffect::None,
        changes: Vec::new(),
    }
}

fn in_batches(
    file: &Arc<SourceFile>,
    instruction: &Instruction,
    statement: &mut Statement,
    phrase: &Phrase<'_>,
    dialects: &[Dialect],
    diagnostics: &mut Diagnostics,
) {
    let size = file.slice(instruction.argument.clone()).trim().parse();
    let Some(size) = size.ok().filter(|size| (1..=1_000_000).contains(size)) else {
        diagnostics.push(not_a_size(file, instruction));
        return;
    };
    for dialect in dialects {
        match batch::rewrite(phrase, *dialect, size) {
            Ok(text) => statement.batch.push((*dialect, text)),
            Err(refusal) => {
                let message = "this cannot be done in batches";
                let diagnostic = Diagnostic::new(&kinds::BAD_DIRECTIVE, message)
                    .at(file, refusal.range, refusal.label)
                    .help(refusal.help);
                diagnostics.push(diagnostic);
                return;
            }
        }
    }
}

fn check_name(
    file: &Arc<SourceFile>,
    instruction: &Instruction,
    phrases: &[Phrase<'_>],
    diagnostics: &mut Diagnostics,
) {
    let name = file.slice(instruction.argument.clone());
    let mut letters = name.chars();
    let is_first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let is_name = letters.next().is_some_and(is_first)
        && letters.all(|letter| is_first(letter) || letter.is_ascii_digit());
    let at = instruction.comment.start;
    if phrases.iter().any(|phrase| phrase.range().contains(&at)) {
        diagnostics.push(misplaced(file, instruction));
    } else if !is_name {
        diagnostics.push(not_a_name(file, instruction));
    }
}

/// Judges the query of an instruction as if it stood alone in the file.
fn check_query(
    file: &Arc<SourceFile>,
    instruction: &Instruction,
    dialects: &[Dialect],
    diagnostics: &mut Diagnostics,
) {
    let text = alone(&file.text, &instruction.argument);
    for dialect in dialects {
        let lexed = lex(&text, *dialect);
        let phrases = split(&text, &lexed, *dialect);
        let [query] = &phrases[..] else {
            diagnostics.push(not_a_query(file, instruction));
            return;
        };
        if !is_query(query) || lexed.unterminated.is_some() {
            diagnostics.push(not_a_query(file, instruction));
            return;
        }
        if let Some(fault) = verdict::judge(query, *dialect).fault {
            diagnostics.push(fault.diagnostic(file, dialect.title()));
            return;
        }
    }
}

/// A text of the same length with spaces for everything else, so that each position stays what it is.
fn alone(text: &str, range: &Range<usize>) -> String {
    let blank = |text: &str| -> String {
        text.bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect()
    };
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    blank(part(0..range.start)) + part(range.clone()) + &blank(part(range.end..text.len()))
}

fn is_query(phrase: &Phrase<'_>) -> bool {
    let first = phrase.token(0).to_ascii_lowercase();
    ["select", "with", "values"].contains(&&*first)
}

fn not_a_query(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    let name = instruction.name;
    Diagnostic::new(
        &kinds::BAD_DIRECTIVE,
        format!("`{name}` needs one query in its parentheses"),
    )
    .at(file, instruction.argument.clone(), "not a query")
    .help(format!(
        "write a query that answers true or false, as in `-- rungs: {name}(SELECT count(*) = 0 FROM users)`"
    ))
}

fn not_a_name(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    Diagnostic::new(&kinds::BAD_DIRECTIVE, "`call` needs the name of a function")
        .at(file, instruction.argument.clone(), "not a name")
        .help(
            "write the name that the application registers, as in `-- rungs: call(hash_passwords)`",
        )
}

fn not_a_size(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    Diagnostic::new(&kinds::BAD_DIRECTIVE, "`batch` needs a number of rows")
        .at(
            file,
            instruction.argument.clone(),
            "not a number from 1 to 1000000",
        )
        .help("write how many rows are changed at a time, as in `-- rungs: batch(1000)`")
}

fn unclosed(file: &Arc<SourceFile>, comment: Range<usize>, name: &str) -> Diagnostic {
    let message = format!("`{name}` is not closed");
    Diagnostic::new(&kinds::BAD_DIRECTIVE, message)
        .at(file, comment, "does not end with `)`")
        .help("write it in one line that ends with `)`")
}

fn repeated(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    let message = "a second condition for the same statement";
    Diagnostic::new(&kinds::BAD_DIRECTIVE, message)
        .at(file, instruction.comment.clone(), "there is one already")
        .help("join both with `AND` in one query")
}

fn in_block(file: &Arc<SourceFile>, comment: Range<usize>, name: &str) -> Diagnostic {
    let message = format!("directive `{name}` has no effect here");
    Diagnostic::new(&kinds::MISPLACED_DIRECTIVE, message)
        .at(file, comment, "a block comment is no directive")
        .help(format!(
            "write `-- rungs: {name}(...)` in a line of its own"
        ))
}

fn misplaced(file: &Arc<SourceFile>, instruction: &Instruction) -> Diagnostic {
    let name = instruction.name;
    let message = format!("directive `{name}` has no effect here");
    Diagnostic::new(&kinds::MISPLACED_DIRECTIVE, message)
        .at(
            file,
            instruction.comment.clone(),
            "no statement begins after this",
        )
        .help(format!(
            "move `-- rungs: {name}(...)` above the statement that it is about"
        ))
}
