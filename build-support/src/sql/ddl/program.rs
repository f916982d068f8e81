//! What the statements of a routine or a block may do to the schema, whether they run or not.

use super::assembled::{Code, Variables};
use super::{needs, opaque, read};
use crate::catalog::Space;
use crate::change::{Action, Change, Doubt, GIVEN, Given, SOUGHT, Target};
use crate::dialect::Dialect;
use crate::sql::lex::lex;
use crate::sql::split::{Phrase, split};

/// What may come before a statement of a program.
const BEFORE_STATEMENT: [&str; 9] = [
    ";", "THEN", "ELSE", "LOOP", "BEGIN", "DO", "DECLARE", "ATOMIC", "REPEAT",
];

/// What begins a statement that can change the schema.
const CHANGING: [&str; 5] = ["CREATE", "ALTER", "DROP", "RENAME", "IMPORT"];

/// What begins a statement that changes rows.
const WRITING: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

/// What a program may do that is called with arguments of these names.
pub(super) fn doubt_of(body: &str, parameters: &[String], dialect: Dialect) -> Doubt {
    let tokens = lex(body, dialect).code();
    let code = Code {
        text: body,
        tokens: &tokens,
    };
    let statements = code.split(&BEFORE_STATEMENT);
    let mut variables = Variables::default();
    for parameter in parameters {
        variables.add_parameter(parameter);
    }
    for statement in &statements {
        assignments(*statement, &mut variables);
    }
    let mut doubt = Doubt::default();
    for statement in statements.into_iter().map(handled) {
        if let Some(text) = run_text(statement, dialect) {
            for text in variables.texts(text) {
                of_text(&text, dialect, &mut doubt);
            }
        } else {
            of_statement(statement, dialect, &mut doubt);
        }
    }
    opaque::called(&mut doubt, code, parameters);
    if is_handled(code) {
        doubt.needed.clear();
    }
    doubt
}

/// Whether a program goes on where one of its statements fails.
fn is_handled(code: Code<'_>) -> bool {
    (0..code.len()).any(|at| {
        code.is(at, "EXCEPTION") && code.is(at + 1, "WHEN")
            || code.is(at, "HANDLER") && code.is(at + 1, "FOR")
    })
}

/// MySQL: the statement after `DECLARE EXIT HANDLER FOR SQLEXCEPTION`, and any other as it is.
fn handled(statement: Code<'_>) -> Code<'_> {
    if !statement.is(1, "HANDLER") {
        return statement;
    }
    let start = (0..statement.len()).find(|at| statement.is_any(*at, &CHANGING));
    statement.part(start.unwrap_or(0), statement.len())
}

/// MySQL: what a statement may do that was prepared from a text, or runs a text at once.
pub(super) fn doubt_of_prepared(phrase: &Phrase<'_>) -> Doubt {
    let dialect = Dialect::Mysql;
    let range = phrase.range();
    let before = phrase.slice(&(0..range.start));
    let tokens = lex(before, dialect).code();
    let code = Code {
        text: before,
        tokens: &tokens,
    };
    let statement = Code {
        text: phrase.slice(&(0..range.end)),
        tokens: phrase.tokens(),
    };
    let mut doubt = Doubt::default();
    let mut variables = Variables::default();
    let before = code.split(&[";"]);
    for statement in &before {
        assignments(*statement, &mut variables);
    }
    if let Some(text) = run_text(statement, dialect) {
        for text in variables.texts(text) {
            of_text(&text, dialect, &mut doubt);
        }
    } else {
        // What it may do was said where it was prepared.
        let is_it = |it: &Code<'_>| it.is(0, "PREPARE") && it.is(1, statement.word(1));
        doubt.is_everything = !before.iter().any(is_it);
    }
    doubt
}

/// What a statement may do that stands in the program as it runs.
fn of_statement(statement: Code<'_>, dialect: Dialect, doubt: &mut Doubt) {
    if statement.is_any(0, &CHANGING) || statement.is_any(0, &WRITING) {
        return of_text(statement.written(), dialect, doubt);
    }
    // A condition or a loop may read tables, too.
    let text = statement.written();
    let lexed = lex(text, dialect);
    for phrase in split(text, &lexed, dialect) {
        needs::add_reads(&phrase, dialect, doubt);
    }
}

/// The text that a statement of a program runs.
fn run_text(statement: Code<'_>, dialect: Dialect) -> Option<Code<'_>> {
    let start = match dialect {
        Dialect::Mysql if statement.is(0, "PREPARE") => 3,
        Dialect::Mysql if statement.is(0, "EXECUTE") && statement.is(1, "IMMEDIATE") => 2,
        Dialect::Postgres if statement.is(0, "EXECUTE") => 1,
        _ => return None,
    };
    let rest = statement.part(start, statement.len());
    rest.split(&["INTO", "USING"]).first().copied()
}

/// `x := ...`, `SET x = ...`, `x text DEFAULT ...`, `SELECT ... INTO x`.
fn assignments<'t>(statement: Code<'t>, variables: &mut Variables<'t>) {
    let is_set = statement.is(0, "SET");
    for part in statement.split(&[","]) {
        let end = part.len();
        let start = usize::from(part.is(0, "SET"));
        let name_end = start + length_of_variable(part, start);
        let name = part.part(start, name_end).written();
        let sign = (name_end..end).find(|at| {
            part.word(*at) == ":" && part.word(at + 1) == "="
                || part.is(*at, "DEFAULT")
                || part.word(*at) == "=" && (is_set || *at == name_end)
        });
        if let Some(sign) = sign {
            let value = sign + 1 + usize::from(part.word(sign) == ":");
            variables.assign(name, part.part(value, end));
        }
    }
    if statement.is(0, "FOR") {
        variables.assign_unknown(statement.word(1));
    }
    let parts = statement.split(&["INTO"]);
    for into in parts.iter().skip(1) {
        for variable in into.split(&[","]) {
            let name = variable.part(0, length_of_variable(variable, 0)).written();
            if statement.is(0, "SELECT") && parts.len() == 2 {
                variables.assign(name, statement);
            } else {
                variables.assign_unknown(name);
            }
        }
    }
}

/// A variable of MySQL may have an `@` before it.
fn length_of_variable(code: Code<'_>, start: usize) -> usize {
    1 + usize::from(code.word(start) == "@")
}

/// What a text may do that is run.
fn of_text(text: &str, dialect: Dialect, doubt: &mut Doubt) {
    let lexed = lex(text, dialect);
    for phrase in split(text, &lexed, dialect) {
        needs::add_reads(&phrase, dialect, doubt);
        let first = phrase.token(0);
        if first.contains(SOUGHT) {
            doubt.is_everything = true;
        } else if first.contains(GIVEN) {
            doubt.given = Given::Whole;
        } else if let Some(changes) = read(&phrase, dialect) {
            for change in changes {
                needs::add(&change, doubt);
                of_change(&change, &phrase, doubt);
            }
        } else {
            whole(opaque::mentioned(&phrase).names, doubt);
        }
    }
}

fn of_change(change: &Change, phrase: &Phrase<'_>, doubt: &mut Doubt) {
    match change {
        Change::CreateTable(new) => made(&new.name, doubt),
        Change::CreateView(new) => made(&new.name, doubt),
        Change::Create(new) if new.space == Space::Trigger => doubt.has_triggers = true,
        Change::Create(new) => made(&new.name, doubt),
        Change::CreateIndex(new) => {
            if let Some(name) = &new.name {
                doubt.names.insert(name.name.key().to_lowercase());
            }
            if new.is_unique || !is_open(&new.table) {
                within(&new.table, phrase, doubt);
            }
        }
        Change::AlterTable(alter) if alter.actions.is_empty() => {}
        Change::AlterTable(alter) => {
            let is_moved = |it: &Action| {
                matches!(
                    it,
                    Action::RenameTable(_) | Action::SetSchema(_) | Action::Unknown
                )
            };
            if alter.actions.iter().any(is_moved) {
                whole(opaque::mentioned(phrase).names, doubt);
            } else {
                within(&alter.table, phrase, doubt);
            }
        }
        Change::Drop(dropped) if dropped.space == Space::Trigger => doubt.has_triggers = true,
        Change::Drop(dropped) if dropped.names.iter().all(is_unknowable) => {
            doubt.has_dropped = true;
        }
        Change::Drop(_) | Change::Rename(_) | Change::AddValue(_) | Change::RenameValue(..) => {
            whole(opaque::mentioned(phrase).names, doubt);
        }
        Change::Own(owned) => {
            let sequence = owned.sequence.name.key();
            doubt.names.insert(sequence.to_lowercase());
        }
        Change::Doubt(other) => doubt.extend(other),
        Change::Comment(..)
        | Change::Insert(_)
        | Change::Update(_)
        | Change::Names(_)
        | Change::Read(_)
        | Change::Routine(_)
        | Change::SearchPath(_)
        | Change::Enforce(_) => {}
    }
}

/// Something of this name may have been made.
fn made(name: &Target, doubt: &mut Doubt) {
    // A routine is called without the types of its arguments.
    let key = name.name.key().to_lowercase();
    let key = key.split('(').next().unwrap_or_default().to_owned();
    if is_open(name) {
        doubt.made.insert(key);
    } else {
        doubt.names.insert(key);
    }
}

/// What a statement names may be in a table, or no longer.
fn within(table: &Target, phrase: &Phrase<'_>, doubt: &mut Doubt) {
    let words = opaque::mentioned(phrase).names;
    let key = table.name.key().to_lowercase();
    let is_sought = words.iter().any(|word| word.contains(SOUGHT));
    if key == GIVEN && !is_sought {
        doubt.given = std::mem::take(&mut doubt.given).and(&Given::Within(words));
    } else if is_open(table) || is_sought {
        whole([key], doubt);
    } else {
        doubt.within.entry(key).or_default().extend(words);
    }
}

/// Any of these may mean something else.
fn whole(words: impl IntoIterator<Item = String>, doubt: &mut Doubt) {
    for word in words {
        if word == GIVEN {
            doubt.given = Given::Whole;
        } else if word == SOUGHT {
            doubt.is_everything = true;
        } else if word.contains(SOUGHT) || word.contains(GIVEN) {
            doubt.changed.insert(word);
        } else {
            doubt.names.insert(word);
        }
    }
}

/// Whether no part of the name is said by a caller.
fn is_unknowable(target: &Target) -> bool {
    target.name.key().to_lowercase().contains(SOUGHT)
}

/// Whether the program makes up the name.
fn is_open(target: &Target) -> bool {
    let name = target.name.key().to_lowercase();
    name.contains(SOUGHT) || name.contains(GIVEN)
}
