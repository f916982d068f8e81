//! What can be typed.

use std::ffi::OsString;
use std::path::Path;

use clap::{ColorChoice, Parser};

use super::command::Command;
use crate::verb::EXIT_STATUS;

/// SQL migrations, checked before they run
#[derive(Debug, Parser)]
#[command(name = "rungs", bin_name = "rungs", version)]
#[command(arg_required_else_help = true)]
#[command(disable_help_subcommand = true, after_help = format!("{FIRST_STEPS}\n\n{EXIT_STATUS}"))]
pub(crate) struct Arguments {
    /// When to use colour: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    #[arg(hide_possible_values = true, display_order = 99)]
    pub(crate) color: ColorChoice,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const FIRST_STEPS: &str = "\
From nothing to a migrated database:
  rungs init --dialect sqlite                 Set a directory up; postgres and mysql likewise
  rungs new create_users                      Make two files; write the SQL into them
  rungs check migrations                      Check all of it, without a database
  export DATABASE_URL=sqlite:app.sqlite       Or postgres://user:password@host/name, mysql://...
  rungs up --dry-run                          See what would run
  rungs up                                    Run it
  rungs status                                See what is applied and what is pending

When something fails:
  rungs errors                                List it
  rungs trace                                 See the statement, and what the database said
  rungs explain invalid-sql                   See what a diagnostic of the check means";

/// Cargo runs `cargo rungs check` as `cargo-rungs rungs check`.
pub(crate) fn without_cargo(
    command_line: impl IntoIterator<Item = OsString>,
) -> impl Iterator<Item = OsString> {
    let mut words = command_line.into_iter().peekable();
    let program = words.next();
    if program.as_deref().map(Path::new).and_then(Path::file_stem) == Some("cargo-rungs".as_ref()) {
        words.next_if(|word| word == "rungs");
    }
    program.into_iter().chain(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_word_that_cargo_adds_is_dropped() {
        assert_eq!(
            typed("/bin/cargo-rungs rungs check"),
            "/bin/cargo-rungs check"
        );
        assert_eq!(typed("cargo-rungs check"), "cargo-rungs check");
        assert_eq!(typed("rungs rungs"), "rungs rungs");
        assert_eq!(typed(""), "");
    }

    fn typed(line: &str) -> String {
        let words = without_cargo(line.split_whitespace().map(OsString::from));
        let words: Vec<_> = words.filter_map(|word| word.into_string().ok()).collect();
        words.join(" ")
    }
}
