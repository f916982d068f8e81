//! `rungs new`

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use rungs_build::Dialect;

use crate::authoring::clock;
use crate::authoring::evolution::{self, Compared};
use crate::authoring::folder::{self, Scheme, Sections};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// Create the files of the next migration
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What the migration does; becomes a part of the file name
    name: String,

    /// The directory of the migrations
    #[arg(long, value_name = "DIR", default_value = "migrations")]
    dir: PathBuf,

    /// With a file for the way back
    #[arg(long, conflicts_with = "no_down")]
    down: bool,

    /// Without a file for the way back
    #[arg(long)]
    no_down: bool,

    /// With the time of day (UTC) as the version
    #[arg(long, conflicts_with = "sequence")]
    timestamp: bool,

    /// With the next number as the version
    #[arg(long)]
    sequence: bool,

    /// With the statements that lead to the schema that is wanted, as `rungs diff` shows them
    #[arg(long)]
    auto: bool,

    /// What these are written for [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT", requires = "auto")]
    dialect: Option<Dialect>,
}

const EXAMPLES: &str = "\
Examples:
  rungs new create_users
  rungs new \"add email to users\" --no-down
  rungs new create_users --dir db/migrations --timestamp
  rungs new --auto \"add orders\"

The files continue what the directory does: its layout, its numbers or timestamps, its ways back.
No file is ever overwritten.";

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let name = snake_case(&arguments.name);
    if name.is_empty() {
        let error = CommandError::usage("the name has no letters or digits");
        return Err(error.help("name what the migration does, such as `create_users`"));
    }
    let compared = if arguments.auto {
        let compared = evolution::compare(&arguments.dir, arguments.dialect, terminal)?;
        if compared.evolution.up.is_empty() {
            writeln!(terminal.out, "no changes")?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(compared)
    } else {
        None
    };
    let files = files(arguments, &name, compared.as_ref())?;
    for (path, text) in files {
        create(&path, &text)?;
        writeln!(terminal.out, "{}", path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Letters and digits in lower case with `_` between the words, however they were written.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small || !letter.is_alphanumeric() {
            snake.push('_');
        }
        if letter.is_alphanumeric() {
            snake.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase() || letter.is_numeric();
    }
    let words: Vec<_> = snake.split('_').filter(|word| !word.is_empty()).collect();
    words.join("_")
}

/// The files to create and what stands in them.
fn files(
    arguments: &Arguments,
    name: &str,
    compared: Option<&Compared>,
) -> Result<Vec<(PathBuf, String)>, CommandError> {
    let directory = &arguments.dir;
    let folder = folder::read(directory)?;
    let version = folder.next(scheme(arguments), clock::now());
    let version = version.ok_or_else(|| {
        CommandError::failed(format!("no version is left in `{}`", directory.display()))
    })?;
    let with_down = match (arguments.down, arguments.no_down) {
        (true, _) => true,
        (_, true) => false,
        _ => folder.has_down,
    };
    let (up, down) = folder.file_names(&version, name, with_down);
    let (up_text, down_text) = match compared {
        Some(compared) => (evolution::up_text(compared), evolution::down_text(compared)),
        None if folder.sections.is_some() => (up_text(directory), DOWN_SECTION.to_owned()),
        None => (up_text(directory), down_text(&up)),
    };
    if let Some(Sections {
        up: begins_up,
        down: begins_down,
    }) = folder.sections
    {
        let text = format!("{begins_up}\n{up_text}\n{begins_down}\n{down_text}");
        return Ok(vec![(directory.join(&up), text.trim_start().to_owned())]);
    }
    let mut files = vec![(directory.join(up), up_text)];
    files.extend(down.map(|down| (directory.join(down), down_text)));
    Ok(files)
}

fn scheme(arguments: &Arguments) -> Option<Scheme> {
    match (arguments.timestamp, arguments.sequence) {
        (true, _) => Some(Scheme::Timestamp),
        (_, true) => Some(Scheme::Sequence),
        _ => None,
    }
}

/// Comments alone do not pass the check, so an unfinished migration cannot be shipped.
fn up_text(directory: &Path) -> String {
    format!(
        "-- The way up: write the statements that make the change below this line.\n\
         -- Until there is one, `rungs check {}` and the build reject this file.\n",
        directory.display()
    )
}

fn down_text(up: &str) -> String {
    format!(
        "-- The way back: write the statements that undo `{up}` below this line.\n\
         -- Where there is no way back, delete this file.\n"
    )
}

/// Below the line that begins the way back in a file with both.
const DOWN_SECTION: &str =
    "-- The way back: write the statements that undo it below this line, or leave it empty.\n";

pub(super) fn create(path: &Path, text: &str) -> Result<(), CommandError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .map_err(|source| CommandError::io("create the directory", parent, source))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| CommandError::io("create", path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        for (typed, name) in [
            ("create_users", "create_users"),
            ("Add e-mail to users!", "add_e_mail_to_users"),
            ("AddEmailToUsers", "add_email_to_users"),
            ("addUTF8Name", "add_utf8_name"),
            ("../../etc/passwd", "etc_passwd"),
            ("größe", "größe"),
            ("__ -", ""),
            ("", ""),
        ] {
            assert_eq!(snake_case(typed), name);
        }
    }
}
