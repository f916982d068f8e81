//! Text in, text out: a history, what is wanted, and the migration between them.
#![cfg(all(feature = "mysql", feature = "postgres", feature = "sqlite"))]

use std::fmt::Write as _;

use super::{Evolution, NoteWeight, Refusal, evolve, schema, text};
use crate::dialect::Dialect;
use crate::replay::tests::{script, table};

mod cases;
mod listing;
mod properties;

fn difference(history: &str, wanted: &str, dialect: Dialect) -> Result<Evolution, Refusal> {
    let wanted = script("schema.sql", wanted, dialect);
    evolve(&table(history, dialect), &wanted, &[], dialect)
}

/// Both directions and what is said of them.
fn show(history: &str, wanted: &str, dialect: Dialect) -> String {
    let mut shown = String::new();
    match difference(history, wanted, dialect) {
        Ok(evolution) => {
            for note in &evolution.notes {
                writeln!(shown, "-- {:?} {note}", note.weight).unwrap();
            }
            writeln!(shown, "{}-- down", text(&evolution.up)).unwrap();
            for note in evolution
                .notes_down
                .iter()
                .filter(|it| it.weight != NoteWeight::Left)
            {
                writeln!(shown, "-- {:?} {note}", note.weight).unwrap();
            }
            shown += &text(&evolution.down);
        }
        Err(refusal) => {
            for note in &refusal.notes {
                writeln!(shown, "refused: {note}").unwrap();
            }
        }
    }
    shown
}
