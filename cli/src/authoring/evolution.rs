//! What the migrations make beside what is wanted, as the commands tell of it.

use std::io::Write as _;
use std::path::Path;

use rungs_build::evolve::{self, Comparison, Evolution, Note, NoteWeight, Outcome, Refusal};
use rungs_build::{Dialect, Request, Severity};

use super::diagnostics::write_frames;
use crate::error::CommandError;
use crate::terminal::Terminal;

/// A difference, and the file with what is wanted.
pub(crate) struct Compared {
    pub(crate) evolution: Evolution,
    pub(crate) wanted: String,
}

/// Compares; what is to be known is told.
pub(crate) fn compare(
    directory: &Path,
    dialect: Option<Dialect>,
    terminal: &mut Terminal,
) -> Result<Compared, CommandError> {
    let Comparison {
        wanted,
        outcome,
        mut diagnostics,
    } = evolve::compare(&Request {
        directory: directory.to_string_lossy().into_owned(),
        dialects: dialect.into_iter().collect(),
        anywhere: true,
        ..Request::default()
    });
    // What is only a warning in the migrations is for `rungs check` to tell.
    diagnostics.retain(|it| it.severity == Severity::Error || it.path() == Some(&wanted));
    write_frames(&mut terminal.err, &diagnostics)?;
    let shown = directory.display();
    match outcome {
        Outcome::Wrong => Err(CommandError::failed(
            "the migrations or the wanted schema are not right, so they cannot be compared",
        )),
        Outcome::Missing => Err(CommandError::failed(format!(
            "there is no `{wanted}` that says what is wanted"
        ))
        .help(format!(
            "begin with what there is: `rungs schema {shown} > {wanted}`; \
                     another file is named in `rungs.toml`: `schema-file = \"schema.sql\"`"
        ))),
        Outcome::Refused(refusal) => Err(refused(&refusal, terminal)?),
        Outcome::Compared(evolution) => {
            for note in &evolution.notes {
                tell(note, terminal)?;
            }
            Ok(Compared { evolution, wanted })
        }
    }
}

fn tell(note: &Note, terminal: &mut Terminal) -> Result<(), CommandError> {
    let word = match note.weight {
        NoteWeight::Left => "note",
        NoteWeight::Risk | NoteWeight::Loss => "warning",
        NoteWeight::Refused => "error",
    };
    writeln!(terminal.err, "{word}: {note}")?;
    Ok(())
}

fn refused(refusal: &Refusal, terminal: &mut Terminal) -> Result<CommandError, CommandError> {
    for note in &refusal.notes {
        tell(note, terminal)?;
    }
    let error = CommandError::failed("the difference cannot be written, so nothing was");
    Ok(if refusal.is_unproven {
        error.help(
            "the statements that were found do not lead from one to the other: \
             write the migration by hand, and report what is told above",
        )
    } else {
        error.help("write a migration by hand for what is told above, and ask again for the rest")
    })
}

/// The text of the way up under what its author should know.
pub(crate) fn up_text(compared: &Compared) -> String {
    let notes = &compared.evolution.notes;
    let mut text = format!(
        "-- Written from the difference to `{}`: read it before it runs.\n",
        compared.wanted
    );
    text.push_str(&comments(notes, NoteWeight::Loss, "Loses rows or values"));
    text.push_str(&comments(notes, NoteWeight::Risk, "May fail"));
    text.push('\n');
    text.push_str(&evolve::text(&compared.evolution.up));
    text
}

/// The text of the way back, which brings no rows back.
pub(crate) fn down_text(compared: &Compared) -> String {
    let Evolution {
        notes,
        notes_down,
        down,
        ..
    } = &compared.evolution;
    let mut text = String::new();
    text.push_str(&comments(
        notes,
        NoteWeight::Loss,
        "Does not bring back what was lost",
    ));
    text.push_str(&comments(
        notes_down,
        NoteWeight::Loss,
        "Loses rows or values",
    ));
    text.push_str(&comments(notes_down, NoteWeight::Risk, "May fail"));
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&evolve::text(down));
    text
}

fn comments(notes: &[Note], weight: NoteWeight, what: &str) -> String {
    let mut text = String::new();
    for note in notes.iter().filter(|note| note.weight == weight) {
        text.extend(["-- ", what, ": ", &note.text, ".\n"]);
    }
    text
}
