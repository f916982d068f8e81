//! How many mutants are found.

use std::io::{self, Write};
use std::ops::AddAssign;
use std::path::Path;

/// What came of the mutants of a directory.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Those that were put to the server.
    pub(crate) put: usize,
    /// Those that it refuses for the name.
    pub(crate) refused: usize,
    /// Those of which something new is told.
    pub(crate) caught: usize,
    /// Those of which nothing is told, or only in another place.
    pub(crate) missed: Vec<String>,
    pub(crate) elsewhere: Vec<String>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.put += other.put;
        self.refused += other.refused;
        self.caught += other.caught;
        self.missed.extend(other.missed);
        self.elsewhere.extend(other.elsewhere);
    }
}

impl Tally {
    /// Files are named as in the directory that was copied.
    pub(super) fn name_files_within(&mut self, copy: &Path) {
        let prefix = format!("{}/", copy.display());
        for line in self.missed.iter_mut().chain(&mut self.elsewhere) {
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
             {caught} caught{share}, {elsewhere} elsewhere",
        )?;
        let missed = self.missed.iter().map(|line| ("missed", line));
        let elsewhere = self.elsewhere.iter().map(|line| ("elsewhere", line));
        for (kind, line) in missed.chain(elsewhere).filter(|_| is_listing) {
            writeln!(out, "  {kind}: {line}")?;
        }
        Ok(())
    }
}
