//! `rungs touch`

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use rungs::{Migration, Migrations, State, Version};

use crate::authoring::project::Options;
use crate::authoring::settings::Settings;
use crate::authoring::{clock, folder};
use crate::blocking::{Blocking, finish};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// Give a pending migration the next version, so that it comes after all others
#[derive(Args, Debug)]
#[command(after_help = "\
For one that was merged late and is older than what is applied. Both of its files are renamed; their
text stays. What is applied keeps its version.

Examples:
  rungs touch 12
  rungs touch create_users")]
pub(crate) struct Arguments {
    /// Which: a version or a name
    #[arg(value_name = "MIGRATION")]
    migration: String,

    #[command(flatten)]
    options: Options,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let options = &arguments.options;
    let settings = Settings::read(options)?;
    let address = settings.address()?;
    let migrations = options.migrations(address.database, terminal)?;
    let migration = find(&migrations, &arguments.migration)?;
    let folder = folder::read(&options.dir)?;
    if folder.ends_with(migration.version().number()) {
        writeln!(terminal.out, "{migration} is the newest already")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut connection = Blocking(address.open(true)?);
    let status = finish(
        options
            .migrator(&migrations, &settings)
            .status_async(&mut connection),
    )?;
    if let Some(it) = status.iter().find(|it| it.version == migration.version()) {
        refuse_what_ran(migration, it.state)?;
    }
    let version = folder.next(None, clock::now()).ok_or_else(|| {
        CommandError::failed(format!("no version is left in `{}`", options.dir.display()))
    })?;
    for (from, to) in renames(migration, &version)? {
        rename(&options.dir, &from, &to)?;
        writeln!(terminal.out, "{from} is now {to}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn find(migrations: &Migrations, word: &str) -> Result<Migration, CommandError> {
    let version = word.parse().ok().map(Version::new);
    let by_version = version.and_then(|version| migrations.get(version));
    let by_name = || migrations.iter().find(|migration| migration.name() == word);
    by_version.or_else(by_name).ok_or_else(|| {
        CommandError::failed(format!("there is no migration `{word}`"))
            .help("`rungs status` lists the migrations")
    })
}

fn refuse_what_ran(migration: Migration, state: State) -> Result<(), CommandError> {
    match state {
        State::Pending | State::OutOfOrder => Ok(()),
        state => Err(CommandError::failed(format!(
            "migration {} `{}` is {state}, so it keeps its version",
            migration.version(),
            migration.name()
        ))
        .help("only what is pending can be given another one")),
    }
}

/// Old and new names of what the migration consists of: its files, or its directory.
fn renames(migration: Migration, version: &str) -> Result<Vec<(String, String)>, CommandError> {
    let scripts = std::iter::once(migration.up()).chain(migration.down());
    let names: BTreeSet<String> = scripts
        .filter_map(|script| folder::entry(Path::new(script.path())))
        .map(str::to_owned)
        .collect();
    let renames = names.into_iter().map(|name| {
        let to = folder::renumber(&name, version);
        to.map(|to| (name.clone(), to))
            .ok_or_else(|| CommandError::failed(format!("`{name}` does not begin with a version")))
    });
    renames.collect()
}

fn rename(directory: &Path, from: &str, to: &str) -> Result<(), CommandError> {
    let to = directory.join(to);
    if to.exists() {
        return Err(CommandError::failed(format!(
            "`{}` is there already",
            to.display()
        )));
    }
    let from = directory.join(from);
    fs::rename(&from, &to).map_err(|source| CommandError::io("rename", &from, source))
}
