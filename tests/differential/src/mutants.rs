//! Misspells names in valid migrations, one at a time, and counts how many of the mistakes are found.
//!
//! A mutant is a way up that the server takes at its point of the history, in which one word that is a
//! name is misspelt: the name of anything that is there after any of the migrations. Where the word
//! stands does not matter, unless it is in a comment.
//!
//! The server decides which mutants are mistakes. Each is put to it in the state just before its
//! migration, and counts when the server refuses it because it does not know the misspelt word itself
//! (see [`verdict`]). So nothing counts that
//!
//! - is misspelt where it is defined, though the server then misses the right name further down;
//! - the server takes on trust, such as names in the bodies of routines that nothing calls, the tables
//!   of foreign keys on SQLite, and what stands behind `IF EXISTS`;
//! - is no name there, such as a keyword, a value, or a built-in type or function.
//!
//! Names in bodies that the migration itself runs, and in strings such as `'users'::regclass`, do count.
//! Only those between two migrations are known: not that of a table which one migration both creates
//! and renames.
//!
//! A mutant that the server takes is no mistake there, so that what is told in its file is a false alarm.
//!
//! A mutant is caught when anything is told of the directory with it that is not told without, and is
//! told elsewhere when none of that is at the misspelt name.

mod bench;
mod mutant;
mod names;
mod random;
mod tally;
mod verdict;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::Args;
use rungs_build::{Diagnostic, Dialect, compile};
use rungs_differential::Server;

use crate::copy;
use bench::Bench;
use mutant::Mutant;
use random::Random;
pub(crate) use tally::Tally;

/// Whether there are to be mutants, and which.
#[derive(Debug, Args)]
pub(crate) struct Mutation {
    /// Misspell names one at a time instead, and count how many of the mistakes are found
    #[arg(long, conflicts_with_all = ["all", "table"])]
    pub(crate) mutate: bool,

    /// How many names of each directory are misspelt that the server then does not know
    #[arg(long, requires = "mutate", default_value_t = 200)]
    count: usize,

    /// What decides which of them
    #[arg(long, requires = "mutate", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Tell what is missed, and what is told elsewhere
    #[arg(long, requires = "mutate")]
    pub(crate) list: bool,
}

/// Tries the mutants of a directory until there are enough.
pub(crate) fn run(server: &Server, directory: &Path, mutation: &Mutation) -> Result<Tally, String> {
    /// How many are put to the server at most, for each that is wanted; and how many at a time.
    const MOST: usize = 20;
    const AT_A_TIME: usize = 4;
    let place = tempfile::tempdir().map_err(|error| error.to_string())?;
    let directory = copy::copy_of(directory, place.path()).map_err(|error| error.to_string())?;
    let dialect = server.dialect;
    let (table, diagnostics, _) = copy::read(&directory, dialect)?;
    let (ways, names) = bench::ordinary(server, &table)?;
    let mut random = Random(mutation.seed);
    let most = MOST * mutation.count;
    let mutants = Mutant::all(&ways, &names, dialect, &mut random, most);
    let before: BTreeSet<String> = diagnostics.iter().map(identity).collect();
    let mut bench = Bench::new(server, &ways)?;
    let mut tally = Tally::default();
    'enough: for some in mutants.chunks(AT_A_TIME * mutation.count.max(1)) {
        for (mutant, said) in some.iter().zip(bench.put(some)?) {
            if tally.refused == mutation.count {
                break 'enough;
            }
            tally.put += 1;
            let is_taken = said.is_none();
            let is_unknown =
                said.is_some_and(|error| verdict::is_unknown(mutant, &error, &names, dialect));
            if is_taken || is_unknown {
                let found = told(mutant, &directory, dialect, &before)?;
                tally.add(mutant, &found, is_taken);
            }
        }
    }
    tally.name_files_within(&directory);
    Ok(tally)
}

/// What is told of the directory with the mutant in it, and not without.
fn told(
    mutant: &Mutant<'_>,
    directory: &Path,
    dialect: Dialect,
    before: &BTreeSet<String>,
) -> Result<Vec<Diagnostic>, String> {
    let file = &mutant.script.file;
    let write = |text: &str| {
        let written = fs::write(&file.path, text);
        written.map_err(|error| format!("{}: {error}", file.path))
    };
    write(&mutant.text())?;
    let mut found = compile(&copy::request(directory, dialect)).diagnostics;
    write(&file.text)?;
    found.retain(|it| !before.contains(&identity(it)));
    Ok(found)
}

fn identity(found: &Diagnostic) -> String {
    let line = found.position().map_or(0, |at| at.line);
    let path = found.path().unwrap_or_default();
    format!("{path}:{line}: {} [{}]", found.message, found.kind.id)
}
