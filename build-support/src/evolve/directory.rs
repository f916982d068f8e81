//! A directory of migrations, and the file that says what is wanted.

use std::sync::Arc;

use super::{Evolution, Note, NoteWeight, Refusal, evolve, schema};
use crate::catalog::Catalog;
use crate::compile::{self, Request, Sources};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Reader;
use crate::kinds::EMPTY_DIRECTORY;
use crate::source::SourceFile;
use crate::table::Table;
use crate::{replay, sql};

/// The wanted schema beside what a directory of migrations makes.
#[derive(Debug)]
pub struct Comparison {
    /// The path of the file with what is wanted, for people.
    pub wanted: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// What came of a comparison.
#[derive(Debug)]
pub enum Outcome {
    /// The migrations or the file are not right, which the diagnostics say.
    Wrong,
    /// There is no file with what is wanted.
    Missing,
    /// The difference cannot be written.
    Refused(Refusal),
    /// The difference; without statements there is none.
    Compared(Evolution),
}

/// Compares the migrations of a directory with the schema that is wanted.
///
/// That stands in the file that `schema-file` in `rungs.toml` names, else in `schema.sql` beside the
/// directory.
pub fn compare(request: &Request) -> Comparison {
    let mut diagnostics = Diagnostics::default();
    let mut reader = Reader::default();
    let mut comparison = Comparison {
        wanted: String::new(),
        outcome: Outcome::Wrong,
        diagnostics: Vec::new(),
    };
    if let Some(sources) = compile::read(request, &mut reader, &mut diagnostics) {
        comparison.wanted.clone_from(&sources.wanted.shown);
        // The first migration may be written this way, too.
        let is_empty = |it: &Diagnostic| it.kind.id == EMPTY_DIRECTORY.id;
        diagnostics.found.retain(|it| !is_empty(it));
        comparison.outcome = outcome(sources, &mut reader, &mut diagnostics);
    }
    comparison.diagnostics = diagnostics.into_sorted();
    comparison
}

fn outcome(sources: Sources, reader: &mut Reader, diagnostics: &mut Diagnostics) -> Outcome {
    if diagnostics.has_errors() || sources.dialects.is_empty() {
        return Outcome::Wrong;
    }
    let wanted = reader.optional(&sources.wanted.path, &sources.wanted.shown, diagnostics);
    let external = sources.external.clone();
    let table = compile::check(sources, diagnostics);
    let Some(wanted) = wanted.filter(|_| !diagnostics.has_errors()) else {
        let is_wrong = diagnostics.has_errors();
        return if is_wrong {
            Outcome::Wrong
        } else {
            Outcome::Missing
        };
    };
    for_each_dialect(&table, &wanted, &external, diagnostics)
}

/// One text has to be right for all dialects.
fn for_each_dialect(
    table: &Table,
    wanted: &Arc<SourceFile>,
    external: &[String],
    diagnostics: &mut Diagnostics,
) -> Outcome {
    if !table.placeholders.is_empty() {
        return refused("the names of migrations with placeholders are known at run time only");
    }
    let script = sql::script(wanted, &[], &table.dialects, &[], diagnostics);
    if diagnostics.has_errors() {
        return Outcome::Wrong;
    }
    let mut first: Option<Evolution> = None;
    for dialect in &table.dialects {
        let (_, found) = replay::apply(&Catalog::default(), &script, external, *dialect);
        for diagnostic in found {
            if !diagnostics.has(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
        let evolution = match evolve(table, &script, external, *dialect) {
            Ok(evolution) => evolution,
            Err(refusal) => return Outcome::Refused(refusal),
        };
        match &first {
            Some(first) if (&first.up, &first.down) != (&evolution.up, &evolution.down) => {
                return refused(
                    "the dialects of these migrations need different statements: ask for one of them",
                );
            }
            Some(_) => {}
            None => first = Some(evolution),
        }
    }
    first.map_or(Outcome::Wrong, Outcome::Compared)
}

fn refused(text: &str) -> Outcome {
    Outcome::Refused(Refusal {
        notes: vec![Note::new(NoteWeight::Refused, None, text)],
        is_unproven: false,
    })
}

/// The schema that a directory of migrations makes up to a version, as SQL that makes it again.
///
/// Nothing when the migrations cannot be read.
pub fn schema_sql(request: &Request, at: Option<i64>) -> (Option<String>, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let sources = compile::read(request, &mut Reader::default(), &mut diagnostics);
    let sql = sources
        .filter(|sources| !sources.dialects.is_empty())
        .and_then(|sources| {
            let external = sources.external.clone();
            let table = compile::check(sources, &mut diagnostics);
            let dialect = *table.dialects.first()?;
            let catalog = replay::catalog(&table, &external, dialect, at);
            let (mut sql, notes) = schema(&catalog, &table.ways_up(), dialect);
            for note in notes {
                sql.extend(["-- not whole: ", &note.to_string(), "\n"]);
            }
            Some(sql)
        });
    (sql, diagnostics.into_sorted())
}
