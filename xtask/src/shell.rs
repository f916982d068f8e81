//! Commands that are shown before they run and fail with their own text.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, bail};

/// A command of the gate.
pub(crate) struct Shell {
    command: Command,
    text: String,
}

/// The cargo that runs this program; tests find the servers that run in its environment.
pub(crate) fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Shell {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut shell = Shell::new("cargo", Path::new(&cargo));
    shell.command.envs(rungs_servers::environment());
    shell.args(arguments)
}

impl Shell {
    /// A program, and the name by which it is shown.
    pub(crate) fn new(name: &str, program: &Path) -> Self {
        Self {
            command: Command::new(program),
            text: name.to_owned(),
        }
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            let argument = argument.as_ref();
            self.text.push(' ');
            self.text.push_str(&argument.to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, key: &str, value: &str) -> Self {
        self.text = format!("{key}='{value}' {}", self.text);
        self.command.env(key, value);
        self
    }

    /// Runs it with the output of this program.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("$ {}", self.text);
        let status = self.command.status();
        self.judge(status.with_context(|| format!("cannot start `{}`", self.text))?)
    }

    /// Runs it, shows what it writes to its standard output, and returns that.
    pub(crate) fn read(mut self) -> Result<String> {
        println!("$ {}", self.text);
        let output = self.command.stderr(std::process::Stdio::inherit()).output();
        let output = output.with_context(|| format!("cannot start `{}`", self.text))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        print!("{text}");
        self.judge(output.status).map(|()| text)
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        if !status.success() {
            bail!("`{}` failed ({status})", self.text);
        }
        Ok(())
    }
}
