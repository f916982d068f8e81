//! A way up with one name misspelt.

use std::ops::Range;

use rungs_build::{Dialect, Position, Role, Script, SourceFile};

use super::names::Names;
use super::random::Random;
use super::words::words;

/// A valid way up, and the name that is misspelt in it.
#[derive(Debug)]
pub(super) struct Mutant<'t> {
    /// Which of the ways up that the server took.
    pub(super) way: usize,
    pub(super) script: &'t Script,
    /// Where the name begins.
    pub(super) start: usize,
    pub(super) word: &'t str,
    pub(super) misspelt: String,
}

impl<'t> Mutant<'t> {
    /// One for each place where a name stands, in any order, each with the name not yet misspelt.
    pub(super) fn all(
        ways: &[&'t Script],
        names: &Names,
        dialect: Dialect,
        random: &mut Random,
        most: usize,
    ) -> Vec<Self> {
        let mut places: Vec<(usize, Range<usize>)> = Vec::new();
        for (way, script) in ways.iter().enumerate() {
            let run = script.statements.iter().filter(|it| it.role == Role::Run);
            for statement in run {
                let text = script.file.slice(statement.range.clone());
                let mut found = words(text, dialect);
                found.retain(|word| names.has(&text[word.clone()]));
                let start = statement.range.start;
                let range = |word: Range<usize>| start + word.start..start + word.end;
                places.extend(found.into_iter().map(|word| (way, range(word))));
            }
        }
        random.shuffle(&mut places);
        places.truncate(most);
        let mutant = |(way, range): (usize, Range<usize>)| {
            let script: &'t Script = ways[way];
            let word = &script.file.text[range.clone()];
            Self {
                way,
                script,
                start: range.start,
                word,
                misspelt: names.misspell(word, random),
            }
        };
        places.into_iter().map(mutant).collect()
    }

    /// The text of its file.
    pub(super) fn text(&self) -> String {
        let (before, rest) = self.script.file.text.split_at(self.start);
        format!("{before}{}{}", self.misspelt, &rest[self.word.len()..])
    }

    /// What a server runs.
    pub(super) fn broken(&self) -> Script {
        let mut script = self.script.clone();
        script.file = SourceFile::new(&*script.file.path, &self.text());
        let moved = |at: &mut usize| {
            if *at > self.start {
                *at = *at + self.misspelt.len() - self.word.len();
            }
        };
        for statement in &mut script.statements {
            moved(&mut statement.range.start);
            moved(&mut statement.range.end);
        }
        script
    }

    /// Where the name is.
    pub(super) fn position(&self) -> Position {
        self.script.file.position(self.start)
    }

    /// For people.
    pub(super) fn show(&self) -> String {
        let file = &self.script.file;
        let Position { line, column } = self.position();
        let text = file.text.lines().nth(line - 1).unwrap_or_default().trim();
        format!(
            "{}:{line}:{column}: `{}` in {text}",
            file.path, self.misspelt
        )
    }
}
