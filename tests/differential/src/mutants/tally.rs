//! How many mutants are found.

use std::io::{self, Write};
use std::ops::AddAssign;
use std::path::Path;

use rungs_build::{Diagnostic, Severity};

use super::identity;
use super::mutant::Mutant;

/// What came of the mutants of a directory.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Those that were put to the server.
    pub(crate) put: usize,
    /// Those that it refuses for the name.
    pub(crate) refused: usize,
    /// Those of which something new is told.
    pub(crate) caught: usize,
    /// Those of them that are found for certain, as errors.
    pub(crate) certain: usize,
    /// Those that it takes.
    pub(crate) taken: usize,
    /// Those of them of which something is told in their file.
    pub(crate) alarms: Vec<String>,
    /// Those of which nothing is told, or only in another place.
    pub(crate) missed: Vec<String>,
    pub(crate) elsewhere: Vec<String>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.put += other.put;
        self.refused += other.refused;
        self.caught += other.caught;
        self.certain += other.certain;
        self.taken += other.taken;
        self.alarms.extend(other.alarms);
        self.missed.extend(other.missed);
        self.elsewhere.extend(other.elsewhere);
    }
}

impl Tally {
    /// Adds a mutant that the server takes, or refuses for the name.
    pub(super) fn add(&mut self, mutant: &Mutant<'_>, found: &[Diagnostic], is_taken: bool) {
        let show = |it: &Diagnostic| format!("{}: {}", mutant.show(), identity(it));
        if is_taken {
            self.taken += 1;
            let alarm = found.iter().find(|it| is_in_file_of(it, mutant));
            return self.alarms.extend(alarm.map(show));
        }
        self.refused += 1;
        match found.first() {
            None => self.missed.push(mutant.show()),
            Some(first) => {
                self.caught += 1;
                let is_error = |it: &Diagnostic| it.severity == Severity::Error;
                self.certain += usize::from(found.iter().any(is_error));
                let is_told_there = found.iter().any(|it| is_at(it, mutant));
                self.elsewhere
                    .extend(Some(first).filter(|_| !is_told_there).map(show));
            }
        }
    }

    /// Files are named as in the directory that was copied.
    pub(super) fn name_files_within(&mut self, copy: &Path) {
        let prefix = format!("{}/", copy.display());
        for line in self
            .missed
            .iter_mut()
            .chain(&mut self.elsewhere)
            .chain(&mut self.alarms)
        {
            *line = line.replace(&prefix, "");
        }
    }

    /// A line of counts, and what is not found where it is.
    pub(crate) fn tell(&self, of: &str, seed: u64, is_listing: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let (put, refused, caught) = (self.put, self.refused, self.caught);
        let elsewhere = self.elsewhere.len();
        let share = (caught * 1000 + refused / 2).checked_div(refused);
        let share = share.map_or_else(String::new, |thousandths| {
            format!(" ({}.{} %)", thousandths / 10, thousandths % 10)
        });
        writeln!(
            out,
            "{of}: seed {seed}, {put} mutants put to the server, {refused} refused for the name, \
             {caught} caught{share}, {} as errors, {elsewhere} elsewhere; {} taken, {} false alarms",
            self.certain,
            self.taken,
            self.alarms.len(),
        )?;
        let missed = self.missed.iter().map(|line| ("missed", line));
        let elsewhere = self.elsewhere.iter().map(|line| ("elsewhere", line));
        let alarms = self.alarms.iter().map(|line| ("false alarm", line));
        for (kind, line) in missed.chain(elsewhere).chain(alarms).filter(|_| is_listing) {
            writeln!(out, "  {kind}: {line}")?;
        }
        Ok(())
    }
}

/// Whether something is told at the misspelt name, or at the quote before it.
fn is_at(found: &Diagnostic, mutant: &Mutant<'_>) -> bool {
    let place = mutant.position();
    let is_there = found.position().is_some_and(|at| {
        at.line == place.line && (at.column == place.column || at.column + 1 == place.column)
    });
    is_there && is_in_file_of(found, mutant)
}

fn is_in_file_of(found: &Diagnostic, mutant: &Mutant<'_>) -> bool {
    found.path() == Some(&*mutant.script.file.path)
}
