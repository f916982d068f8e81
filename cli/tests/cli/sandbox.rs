//! A directory of its own for each test, and the command run in it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

pub(crate) struct Sandbox(TempDir);

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

    /// Runs `rungs` and shows all that can be seen of it.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the command runs");
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().expect("an exit status");
        let err = match err.as_ref() {
            "" => String::new(),
            err => format!("--- stderr\n{err}"),
        };
        format!("{out}{err}--- exit {code}")
    }

    /// What a run leaves on the standard output, which must be JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.command(arguments).output().expect("the command runs");
        serde_json::from_slice(&output.stdout).expect("JSON on the standard output")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rungs"));
        command.current_dir(self.path()).args(arguments);
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        command
    }
}
