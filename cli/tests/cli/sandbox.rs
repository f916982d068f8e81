//! A directory of its own for each test, and the command run in it.

use std::path::Path;
use std::process::Command;

use regex::Regex;
use tempfile::TempDir;

pub(crate) struct Sandbox(TempDir);

/// Lets tables and columns that are not there be found by the database.
pub(crate) const UNKNOWN_NAMES_PASS: (&str, &str) = (
    "rungs.toml",
    "[levels]\nunknown-table = 'allow'\nunknown-column = 'allow'\n",
);

impl Sandbox {
    /// Makes a directory with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Self(tempfile::tempdir().expect("a temporary directory"));
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        let directory = path.parent().expect("a file in the sandbox");
        std::fs::create_dir_all(directory).expect("a new directory");
        std::fs::write(path, text).expect("a new file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).expect("a file that is there")
    }

    /// Runs `rungs` and shows all that can be seen of it, times and durations aside.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        Self::show(&mut self.command(arguments))
    }

    /// Runs a command and shows all that can be seen of it, times and durations aside.
    pub(crate) fn show(command: &mut Command) -> String {
        let output = command.output().expect("the command runs");
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().expect("an exit status");
        let err = match err.as_ref() {
            "" => String::new(),
            err => format!("--- stderr\n{err}"),
        };
        timeless(&format!("{out}{err}--- exit {code}"))
    }

    /// What a run leaves on the standard output, which must be JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.command(arguments).output().expect("the command runs");
        serde_json::from_slice(&output.stdout).expect("JSON on the standard output")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rungs"));
        command.current_dir(self.path()).args(arguments);
        // What the person who runs the tests has set must not count.
        command.env_clear();
        command
    }
}

/// A text without what differs from run to run, and without the spaces that depend on it.
fn timeless(text: &str) -> String {
    let patterns = [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \([^)]*\)", "[time]"),
        (r"( statements?), [^)\n]*\)", "$1, [took])"),
        (r" +(<1ms|\d+m?s( \d+ms)?)( +|\n)", "  [took]$3"),
        (r"\[took\] +", "[took]  "),
        (r"\[time\] +", "[time]  "),
        (r"STARTED +TOOK +BY", "STARTED  TOOK  BY"),
        (r#""duration_ms": \d+"#, r#""duration_ms": 0"#),
        (r"by [^\s@]+@[^\s@]+", "by [operator]"),
        (r"operator +[^\s@]+@\S+", "operator  [operator]"),
        (r"\[operator\] +", "[operator]  "),
        (r"127\.0\.0\.1:\d{4,}", "[server]"),
    ];
    let replace = |text: String, (pattern, by): (&str, &str)| {
        let pattern = Regex::new(pattern).expect("a pattern");
        pattern.replace_all(&text, by).into_owned()
    };
    patterns.into_iter().fold(text.to_owned(), replace)
}
