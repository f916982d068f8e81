//! `rungs env`

use std::process::ExitCode;

use clap::Args;
use rungs_build::Dialect;
use serde::Serialize;

use crate::authoring::config::Config;
use crate::authoring::project::Options;
use crate::authoring::settings::Settings;
use crate::error::CommandError;
use crate::format::{Format, write_json};
use crate::table::{Cell, write_titled};
use crate::terminal::Terminal;

/// Show each setting and where it comes from; passwords are never shown
#[derive(Args, Debug)]
#[command(after_help = ORDER)]
pub(crate) struct Arguments {
    /// How to tell: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    format: Format,

    #[command(flatten)]
    options: Options,
}

const ORDER: &str = "\
The database is named by the first of these that says something:
  1. --database-url URL
  2. DATABASE_URL, or else DB_URL, in the environment
  3. DB or DB_NAME in the environment, with HOST, PORT, UNIX_SOCKET, USERNAME and PASSWORD, each of
     which may begin with DB_; the dialect says which system it is
  4. the variable that rungs.toml names, in the environment or in .env:
       [database]
       variable = \"SHOP_DATABASE_URL\"
  5. the variables of 2 and 3 in the file .env

URLs:
  sqlite:app.sqlite
  postgres://user:password@host:port/name
  mysql://user:password@host:port/name

TLS, behind the `?` of a URL:
  sslmode=MODE         disable; prefer (PostgreSQL does unless told otherwise); require: nobody can
                       listen; verify-ca: the certificate is of an authority; verify-full: and for the host
  sslrootcert=FILE     The authorities, instead of those that browsers trust
MySQL's own words, ssl-mode=VERIFY_IDENTITY and ssl-ca=FILE, are understood as well.

These variables count in the environment, and else in .env:
  OPERATOR   Who is named in the log, unless --operator is given
  SAFE       Only 1: what a failure leaves is rolled back, or gone on with; 0 changes nothing
  FS         The folder that functions of an application find with `Cli::fs_root`

The schema is named by --schema, RUNGS_SCHEMA in the environment, `schema` below [database] in rungs.toml
or RUNGS_SCHEMA in .env, the first of them.

Nothing is rolled back or rewritten where rungs.toml says so:
  [database]
  production = [\"db.example.com/shop\"]";

/// A setting as it is shown.
#[derive(Serialize)]
struct Setting {
    name: &'static str,
    value: Option<String>,
    from: String,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let all = settings(&arguments.options)?;
    match arguments.format {
        Format::Json => write_json(&mut terminal.out, &all)?,
        Format::Text => {
            let rows = all.into_iter().map(|setting| {
                let value = setting.value.unwrap_or_else(|| "-".to_owned());
                [Cell::from(setting.name), value.into(), setting.from.into()]
            });
            write_titled(&mut terminal.out, ["SETTING", "VALUE", "FROM"], rows)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(options: &Options) -> Result<Vec<Setting>, CommandError> {
    let settings = Settings::read(options)?;
    let directory = options.dir.display().to_string();
    let directory = (directory != "migrations").then_some(directory);
    Ok(vec![
        database(&settings),
        production(&settings),
        by_flag("directory", directory, "migrations", "--dir"),
        dialect(options, &settings),
        by_flag("key", options.key.clone(), "main", "--key"),
        by_flag(
            "log table",
            options.log_table.clone(),
            "rungs_log",
            "--log-table",
        ),
        schema(&settings),
        operator(&settings),
        safe(&settings),
        fs_root(&settings),
    ])
}

fn schema(settings: &Settings) -> Setting {
    match &settings.schema {
        Some((schema, from)) => Setting::new("schema", Some(schema.clone()), from),
        None => Setting::new("schema", None, "where the connection leads"),
    }
}

fn operator(settings: &Settings) -> Setting {
    match &settings.operator {
        Some((operator, from)) => {
            let from = format!("{from}, unless --operator is given");
            Setting::new("operator", Some(operator.clone()), from)
        }
        None => Setting::new("operator", None, "only --operator says it"),
    }
}

/// What happens after a failure, whatever is asked for.
fn safe(settings: &Settings) -> Setting {
    let from = match &settings.safe {
        Some((true, from)) => from.clone(),
        Some((false, from)) => format!("the only way, although {from} says no"),
        None => DEFAULT.to_owned(),
    };
    Setting::new("safe", Some("yes".to_owned()), from)
}

fn fs_root(settings: &Settings) -> Setting {
    match &settings.fs_root {
        Some((root, from)) => {
            let from = format!("{from}, for functions of an application");
            Setting::new("fs root", Some(root.clone()), from)
        }
        None => Setting::new("fs root", None, DEFAULT),
    }
}

fn database(settings: &Settings) -> Setting {
    match &settings.database {
        Some((address, origin)) => Setting::new("database", Some(address.shown()), origin),
        None => Setting::new("database", None, "nothing names it"),
    }
}

fn production(settings: &Settings) -> Setting {
    let value = if settings.is_production() {
        "yes"
    } else {
        "no"
    };
    let from = match &settings.config.path {
        Some(path) if !settings.config.production.is_empty() => path.display().to_string(),
        _ => DEFAULT.to_owned(),
    };
    Setting::new("production", Some(value.to_owned()), from)
}

fn dialect(options: &Options, settings: &Settings) -> Setting {
    let join = |dialects: &[Dialect]| {
        let names: Vec<_> = dialects.iter().map(|dialect| dialect.name()).collect();
        Some(names.join(", "))
    };
    let Config { path, dialects, .. } = &settings.config;
    match (options.dialect.as_slice(), path) {
        ([], Some(path)) if !dialects.is_empty() => {
            Setting::new("dialect", join(dialects), path.display().to_string())
        }
        ([], _) => Setting::new("dialect", None, "that of the database"),
        (typed, _) => Setting::new("dialect", join(typed), "--dialect"),
    }
}

const DEFAULT: &str = "default";

fn by_flag(name: &'static str, typed: Option<String>, default: &str, flag: &str) -> Setting {
    let from = if typed.is_some() { flag } else { DEFAULT };
    Setting::new(name, typed.or_else(|| Some(default.to_owned())), from)
}

impl Setting {
    fn new(name: &'static str, value: Option<String>, from: impl Into<String>) -> Self {
        let from = from.into();
        Self { name, value, from }
    }
}
