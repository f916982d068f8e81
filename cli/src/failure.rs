//! A run that failed, shown with the SQL.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use rungs::{Doubt, Error, RolledBack, Script, StatementError, Target};

use crate::error::CommandError;
use crate::verb::Session;

/// An error of a verb with what there is to show of it.
pub(crate) fn explained(error: CommandError, session: &Session<'_>) -> CommandError {
    match error {
        CommandError::Run(error) => explain(*error, session),
        error => error,
    }
}

/// What to show of an error, and what to type next.
fn explain(error: Error, session: &Session<'_>) -> CommandError {
    let help = help(&error);
    match error {
        Error::Statement(_) | Error::InDoubt(_) => CommandError::Framed {
            frame: frame_of(&error, session),
            help,
        },
        error => without_place(&error),
    }
}

/// An error that is about no statement.
pub(crate) fn without_place(error: &Error) -> CommandError {
    CommandError::failed(error.to_string()).help(help(error))
}

/// An error of which only the place is to be shown, and the statement there.
pub(crate) fn frame_of(error: &Error, session: &Session<'_>) -> String {
    match error {
        Error::Statement(error) => statement(error, session),
        Error::InDoubt(doubt) => in_doubt(doubt, session),
        error => {
            let title = harmless(&error.to_string());
            let group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
            Renderer::styled().render(&[group])
        }
    }
}

fn statement(error: &StatementError, session: &Session<'_>) -> String {
    let StatementError {
        migration,
        direction,
        source,
        ..
    } = error;
    let migration_in_table = session.migrations().get(migration.version);
    let script = migration_in_table.and_then(|it| match direction {
        rungs::Direction::Up => Some(it.up()),
        rungs::Direction::Down => it.down(),
    });
    let place = Place {
        path: error.path,
        line: error.line,
        column: error.column,
    };
    frame(
        &format!("migration {migration} ({direction}) failed: {source}"),
        place,
        script,
        &[rolled_back(error.rolled_back)],
    )
}

fn in_doubt(doubt: &Doubt, session: &Session<'_>) -> String {
    let migration = session.migrations().get(doubt.migration.version);
    let scripts = migration.map(|it| [Some(it.up()), it.down()]);
    let mut scripts = scripts.into_iter().flatten().flatten();
    let place = Place {
        path: doubt.path,
        line: doubt.line,
        column: doubt.column,
    };
    frame(
        &format!("a run ended while migration {} was here", doubt.migration),
        place,
        scripts.find(|script| script.path() == doubt.path),
        &["nothing in the catalog tells whether this statement took effect".to_owned()],
    )
}

fn rolled_back(what: RolledBack) -> String {
    match what {
        RolledBack::Migration => "the migration was rolled back".to_owned(),
        RolledBack::Run => "the whole run was rolled back".to_owned(),
        RolledBack::RunByDatabase => {
            "the database dropped the transaction, so the whole run was rolled back".to_owned()
        }
        RolledBack::Nothing { statements_done } => format!(
            "it runs without a transaction, so what ran before it stays (statements: {statements_done})"
        ),
        _ => String::new(),
    }
}

/// A place in a file.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) path: &'a str,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A frame as the compiler draws it; without the script there is only the place.
pub(crate) fn frame(
    title: &str,
    place: Place<'_>,
    script: Option<Script>,
    notes: &[String],
) -> String {
    let title = harmless(title);
    let mut group = Group::with_title(Level::ERROR.primary_title(title.as_str()));
    let found = script.and_then(|script| Some((script.text(), word_at(script.text(), place)?)));
    group = match found {
        Some((text, word)) => group.element(
            Snippet::source(text)
                .path(place.path)
                .annotation(AnnotationKind::Primary.span(word)),
        ),
        None => group.element(
            Origin::path(place.path)
                .line(place.line as usize)
                .char_column(place.column as usize),
        ),
    };
    let notes = notes.iter().map(|note| Level::NOTE.message(note.as_str()));
    Renderer::styled().render(&[group.elements(notes)])
}

/// The bytes of the word at a place, at least one character.
fn word_at(text: &str, place: Place<'_>) -> Option<std::ops::Range<usize>> {
    let line = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let line = text.get(before..)?.lines().next()?;
    let (at, first) = line.char_indices().nth(column)?;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let rest = line.get(at..)?;
    let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
    let start = before + at;
    Some(start..start + length.max(first.len_utf8()))
}

/// Without what a terminal would obey rather than show.
pub(crate) fn harmless(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// What to type next: in the words of the command line where the library speaks of code.
fn help(error: &Error) -> String {
    match error {
        Error::UnknownTarget { nearest: None, .. } => "`status` lists the migrations".to_owned(),
        Error::WrongDirection { .. } => "`to` goes either way".to_owned(),
        Error::WrongDatabase { .. } => {
            "connect to a database that the migrations are written for, or name its dialect".to_owned()
        }
        Error::Changed { .. } => "restore the file and put the change into a new migration; if the change \
            does not matter, accept it with `repair`, or go on once with `--allow-changed`"
            .to_owned(),
        Error::OutOfOrder { .. } => {
            "give it a version above those that are applied, or apply it with `--allow-out-of-order`".to_owned()
        }
        Error::Ahead { .. } => {
            "use the release that has them, go on without them with `--allow-ahead`, or roll them \
                back with `down --stored-downs`".to_owned()
        }
        Error::NotAtomic { .. } => "run it without `--atomic`".to_owned(),
        Error::NotFailed(_) => "`up` applies what is pending, `redo` runs the last one again".to_owned(),
        Error::NotInDoubt(_) => "run `up`: what is not known yet is looked up".to_owned(),
        Error::NoTrial { .. } => "`plan` shows what would run, and `status --exit-code` compares files, log and \
            checksums; try it on a copy of the database"
            .to_owned(),
        Error::Pending { .. } => "run `up` first".to_owned(),
        Error::Busy { .. } => "end what holds the database, or wait longer with `--wait SECONDS`".to_owned(),
        Error::InDoubt(doubt) => {
            let version = Target::from(doubt.migration.version);
            format!(
                "look at the database; if the statement took effect, run `settle {version} --done`, if it \
                 did not, `settle {version} --not-done`; then run `up` again"
            )
        }
        Error::Database {
            doing: "find the schema",
            ..
        } => "make it, or let the first run do so: with `--create-schema`, in an application with \
            `Migrator::create_schema`".to_owned(),
        Error::Statement(_) => format!("{}; `errors` lists what failed, and `trace ID` shows it again", error.help()),
        #[cfg(feature = "adopt")]
        Error::Adoption(source) => {
            crate::verb::adopt::help(source).unwrap_or_else(|| error.help())
        }
        error => error.help(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Place<'static> {
        Place {
            path: "1_a.sql",
            line,
            column,
        }
    }

    #[test]
    fn a_place_is_the_word_that_stands_there() {
        let text = "SELECT 1;\n  é FROM userz, b;\n;";
        let word = |place| word_at(text, place).map(|range| &text[range]);
        assert_eq!(word(at(1, 1)), Some("SELECT"));
        assert_eq!(word(at(2, 10)), Some("userz"));
        assert_eq!(word(at(2, 3)), Some("é"));
        assert_eq!(word(at(3, 1)), Some(";"));
        assert_eq!(word(at(2, 99)), None);
        assert_eq!(word(at(9, 1)), None);
    }
}
