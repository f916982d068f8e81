//! `rungs squash`

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rungs_build::{Dialect, Migration, Output, Severity, Table, compile};

use super::check;
use super::new::{create, snake_case};
use crate::authoring::diagnostics::write_frames;
use crate::authoring::folder;
use crate::authoring::squash::{self, Whole};
use crate::error::CommandError;
use crate::format::count;
use crate::terminal::Terminal;

/// Make one migration of several
#[derive(Args, Debug)]
#[command(after_help = "\
The ways up come one after the other, the ways back the other way round, every byte as it was. The new
migration has the version of the last part. A database that has all the parts counts it as applied, a
new one runs it, and one that has only some of them is an error: start the release from before the
squash there first.

Without --remove the new files are shown and nothing is changed. With it they take the place of the
parts, which are moved beside the directory, and nothing is deleted or overwritten.

Examples:
  rungs squash 1 12
  rungs squash create_users add_email --name users --remove")]
pub(crate) struct Arguments {
    /// The first part: a version or a name
    #[arg(value_name = "FIRST")]
    first: String,

    /// The last part: a version or a name
    #[arg(value_name = "LAST")]
    last: String,

    /// What the new migration is called [default: `squash_of_FIRST_to_LAST`]
    #[arg(long)]
    name: Option<String>,

    /// Put the new files in the place of the parts, which are moved to `DIR-squashed`
    #[arg(long)]
    remove: bool,

    /// The directory of the migrations
    #[arg(long, value_name = "DIR", default_value = "migrations")]
    dir: PathBuf,

    /// What the SQL is written for [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT", value_delimiter = ',')]
    dialect: Vec<Dialect>,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let table = table(arguments, terminal)?;
    let parts = parts(&table, arguments)?;
    let files = Files::of(arguments, parts)?;
    let texts = |path: &str| {
        let path = files.directory.join(path);
        fs::read_to_string(&path).map_err(|source| CommandError::io("read", &path, source))
    };
    let whole = squash::join(parts, &table, files.directory, texts)?;
    for note in &whole.notes {
        writeln!(terminal.err, "note: {note}")?;
    }
    if arguments.remove {
        files.check(&whole)?;
        files.replace(&whole)?;
        files.tell(&whole, terminal)?;
    } else {
        files.show(&whole, terminal)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The table of the directory, which must be right; what is wrong with it is told.
fn table(arguments: &Arguments, terminal: &mut Terminal) -> Result<Table, CommandError> {
    let request = check::request(&arguments.dir, &arguments.dialect);
    let Output {
        table, diagnostics, ..
    } = compile(&request);
    let (errors, _): (Vec<_>, Vec<_>) = diagnostics
        .into_iter()
        .partition(|found| found.severity == Severity::Error);
    table.filter(|_| errors.is_empty()).map_or_else(
        || {
            write_frames(&mut terminal.err, &errors)?;
            let message = "the migrations are not right, so nothing was done";
            Err(CommandError::failed(message))
        },
        Ok,
    )
}

/// The migrations from the first to the last, however the two were ordered.
fn parts<'t>(table: &'t Table, arguments: &Arguments) -> Result<&'t [Migration], CommandError> {
    let ends = [&arguments.first, &arguments.last].map(|word| find(table, word));
    let [first, last] = ends;
    let (first, last) = (first?, last?);
    let parts = table.migrations.get(first.min(last)..=first.max(last));
    parts.filter(|parts| parts.len() > 1).ok_or_else(|| {
        CommandError::usage("one migration alone is nothing to squash")
            .help("name the first and the last of several")
    })
}

fn find(table: &Table, word: &str) -> Result<usize, CommandError> {
    let version: Option<i64> = word.parse().ok();
    let by_version = |it: &Migration| Some(it.version) == version;
    let by_name = |it: &Migration| it.name == word;
    let migrations = &table.migrations;
    let found = migrations.iter().position(by_version);
    found
        .or_else(|| migrations.iter().position(by_name))
        .ok_or_else(|| {
            CommandError::failed(format!("there is no migration `{word}`"))
                .help("`rungs statements` lists what is in each")
        })
}

/// Where the parts are, and where they and the new files go.
struct Files<'a> {
    directory: &'a Path,
    /// Names in the directory: files, or directories with `up.sql` in them.
    old: BTreeSet<String>,
    aside: PathBuf,
    up: String,
    down: Option<String>,
}

impl<'a> Files<'a> {
    fn of(arguments: &'a Arguments, parts: &[Migration]) -> Result<Self, CommandError> {
        let directory = &arguments.dir;
        let [first, .., last] = parts else {
            return Err(CommandError::usage("there is nothing to squash"));
        };
        let name = arguments.name.as_ref().map_or_else(
            || format!("squash_of_{}_to_{}", first.version, last.version),
            |name| snake_case(name),
        );
        if name.is_empty() {
            return Err(CommandError::usage("the name has no letters or digits"));
        }
        let scripts = parts.iter().flat_map(|it| [Some(&it.up), it.down.as_ref()]);
        let mut old = BTreeSet::new();
        for script in scripts.flatten() {
            let path = Path::new(&script.file.path);
            old.extend(folder::entry(path).map(str::to_owned));
        }
        let up = folder::entry(Path::new(&last.up.file.path)).unwrap_or_default();
        let version = folder::version(up).filter(|(_, number)| *number == last.version);
        let (version, _) = version.ok_or_else(|| {
            let message = format!("`{up}` has a version that `rungs squash` cannot write again");
            CommandError::failed(message)
        })?;
        let has_down = parts.iter().all(|part| part.down.is_some());
        let (up, down) = folder::read(directory)?.file_names(&version, &name, has_down);
        let shown = directory.file_name().unwrap_or_default().to_string_lossy();
        let aside = directory.with_file_name(format!("{shown}-squashed"));
        Ok(Self {
            directory,
            old,
            aside,
            up,
            down,
        })
    }

    /// The new files: where each goes, and its text.
    fn written<'w>(&self, whole: &'w Whole) -> Vec<(PathBuf, &'w str)> {
        let mut files = vec![(self.directory.join(&self.up), whole.up.as_str())];
        let down = self.down.as_ref().zip(whole.down.as_ref());
        files.extend(down.map(|(path, text)| (self.directory.join(path), text.as_str())));
        files
    }

    /// An error when something is where something is to go.
    fn check(&self, whole: &Whole) -> Result<(), CommandError> {
        let aside = self.old.iter().map(|name| self.aside.join(name));
        let new = self.written(whole).into_iter().map(|(path, _)| path);
        match aside.chain(new).find(|path| path.exists()) {
            Some(path) => Err(taken(&path)),
            None => Ok(()),
        }
    }

    /// Moves the parts aside and writes the new files; what was moved is moved back when that fails.
    fn replace(&self, whole: &Whole) -> Result<(), CommandError> {
        fs::create_dir_all(&self.aside)
            .map_err(|source| CommandError::io("create the directory", &self.aside, source))?;
        let mut moved = Vec::new();
        let outcome = self.swap(whole, &mut moved);
        if outcome.is_err() {
            for name in moved.into_iter().rev() {
                // What keeps it from going back is not what went wrong first, and that is told.
                let _ = fs::rename(self.aside.join(name), self.directory.join(name));
            }
        }
        outcome
    }

    fn swap<'s>(&'s self, whole: &Whole, moved: &mut Vec<&'s str>) -> Result<(), CommandError> {
        for name in &self.old {
            let from = self.directory.join(name);
            fs::rename(&from, self.aside.join(name))
                .map_err(|source| CommandError::io("move", &from, source))?;
            moved.push(name);
        }
        let mut written: Vec<PathBuf> = Vec::new();
        for (path, text) in self.written(whole) {
            if let Err(error) = create(&path, text) {
                for path in written {
                    let _ = fs::remove_file(path);
                }
                return Err(error);
            }
            written.push(path);
        }
        Ok(())
    }

    fn tell(&self, whole: &Whole, terminal: &mut Terminal) -> Result<(), CommandError> {
        for (path, _) in self.written(whole) {
            writeln!(terminal.out, "{}", path.display())?;
        }
        let aside = self.aside.display();
        writeln!(
            terminal.err,
            "{} made one; the files of the parts are in `{aside}`",
            count(whole.parts, "migration")
        )?;
        Ok(())
    }

    fn show(&self, whole: &Whole, terminal: &mut Terminal) -> Result<(), CommandError> {
        for (path, text) in self.written(whole) {
            writeln!(terminal.out, "==> {} <==", path.display())?;
            write!(terminal.out, "{text}")?;
        }
        writeln!(
            terminal.err,
            "nothing was changed; with --remove these files are written, and moved to `{}` are {}",
            self.aside.display(),
            self.old
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        )?;
        Ok(())
    }
}

fn taken(path: &Path) -> CommandError {
    CommandError::failed(format!("`{}` is there already", path.display()))
        .help("move it away; nothing is ever overwritten")
}
