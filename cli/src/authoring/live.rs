//! The schema of the database that a command is told of.

use std::path::{Path, PathBuf};

use clap::Args;
use rungs_build::catalog::{Catalog, Key, Object};

use super::project::Options;
use super::settings::Settings;
use crate::connect::Address;
use crate::error::CommandError;
use crate::introspect::introspect;

/// Which database.
#[derive(Args, Debug)]
#[group(skip)]
pub(crate) struct Live {
    /// The URL of the database.
    #[arg(long, value_name = "URL")]
    #[arg(help = "The database [default: DATABASE_URL, see `rungs env --help`]")]
    database_url: Option<String>,

    /// The table of the log, which is left out.
    #[arg(long, value_name = "TABLE")]
    #[arg(help = "The table of the log, which is left out [default: rungs_log]")]
    log_table: Option<String>,
}

impl Live {
    /// The database that is typed, or else named by the environment or beside the migrations.
    pub(crate) fn address(&self, directory: &Path) -> Result<Address, CommandError> {
        let options = Options {
            dir: PathBuf::from(directory),
            database_url: self.database_url.clone(),
            ..Options::default()
        };
        Settings::read(&options)?.address().cloned()
    }
}

impl Live {
    /// Reads the schema of a database, all but the log.
    pub(crate) fn schema(&self, address: &Address) -> Result<Catalog, CommandError> {
        let mut connection = address.open(true)?;
        let mut schema = introspect(&mut *connection).map_err(|error| {
            let place = address.place();
            CommandError::failed(format!("cannot read the schema of {place}: {error}"))
        })?;
        let log = self.log_table.as_deref().unwrap_or(LOG_TABLE);
        schema.objects.retain(|key, object| match &**object {
            Object::Index(index) => !is_log(&index.table, log),
            Object::Other(other) => !other.owner.as_ref().is_some_and(|it| is_log(it, log)),
            _ => !is_log(key, log),
        });
        Ok(schema)
    }
}

const LOG_TABLE: &str = "rungs_log";

fn is_log(key: &Key, log: &str) -> bool {
    let (schema, name) = match log.rsplit_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, log),
    };
    key.name.as_str() == name && schema.is_none_or(|schema| key.schema.as_str() == schema)
}
