//! Transcripts that stand in the documentation.

use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use regex::Regex;

/// What was typed and what was seen, one after the other.
#[derive(Default)]
pub(crate) struct Transcript(String);

/// Set it to write what is seen into the documentation.
const BLESS: &str = "RUNGS_BLESS";

impl Transcript {
    /// Shows a line and what the command for it prints, and its exit status unless that is 0.
    pub(crate) fn add(&mut self, line: &str, command: &mut Command) {
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        let (mut reader, writer) = io::pipe().expect("a pipe");
        // Both streams go to one place, as on a terminal, and so keep their order.
        let copy = writer.try_clone().expect("another end of the pipe");
        let process = command.stdout(writer).stderr(copy).spawn();
        let mut process = process.expect("the command runs");
        // Only the process may hold the pipe open now.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut seen = String::new();
        reader.read_to_string(&mut seen).expect("text");
        self.note(line);
        self.0.push_str(&seen);
        let status = process.wait().expect("an end");
        match status.code() {
            Some(0) => {}
            code => {
                let code = code.expect("an exit status");
                let _ = writeln!(self.0, "[exit status {code}]");
            }
        }
        self.0.push('\n');
    }

    /// Shows a line.
    pub(crate) fn note(&mut self, line: &str) {
        let _ = writeln!(self.0, "$ {line}");
    }

    /// Compares it with the block behind `<!-- name -->` in a file of this repository, times and
    /// durations aside.
    pub(crate) fn must_stand_in(&self, file: &str, name: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let path = root
            .map(|folder| folder.join(file))
            .find(|path| path.exists());
        let path = path.expect("the file is in the repository");
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        let begin = format!("<!-- {name} -->\n```console\n");
        let (before, rest) = text.split_once(&begin).expect("the mark is in the file");
        let (block, after) = rest.split_once("```\n").expect("the block ends");
        let seen = format!("{}\n", self.0.trim_end());
        if std::env::var_os(BLESS).is_some() {
            let blessed = format!("{before}{begin}{seen}```\n{after}");
            std::fs::write(&path, blessed).expect("the file can be written");
            return;
        }
        let told = format!("{file} shows something else; {BLESS}=1 writes what is seen now");
        assert_eq!(timeless(block), timeless(&seen), "{told}");
    }
}

/// A text without its times, and without the spaces that depend on them.
fn timeless(text: &str) -> String {
    let patterns = [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \([^)]*\)", "TIME"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME"),
        (r"(\d+(\.\d+)?(ms|µs|s)|<1ms)( \d+ms)?", "TOOK"),
        (" +", " "),
        (" \n", "\n"),
    ];
    let replace = |text: String, (pattern, by): (&str, &str)| {
        let pattern = Regex::new(pattern).expect("a pattern");
        pattern.replace_all(&text, by).into_owned()
    };
    patterns.into_iter().fold(text.to_owned(), replace)
}
