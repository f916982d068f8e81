//! What `rungs.toml` says about the database: its marks, and the variable that names it.
//!
//! ```toml
//! dialect = "postgres"
//!
//! [database]
//! variable = "SHOP_DATABASE_URL"          # a name, never the URL
//! schema = "shop"                         # of the migrations and of the log
//! production = ["db.example.com/shop"]    # nothing is rolled back or rewritten there
//!
//! [sets.billing]                          # the verbs are for each set, or for one with `--set`
//! dir = "billing/migrations"
//! key = "billing"                         # in the log; the name of the set unless said otherwise
//! schema = "billing"
//! variable = "BILLING_DATABASE_URL"       # unless all have the same database
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rungs_build::Dialect;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::error::CommandError;

/// What is written, if there is a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// The file.
    pub(crate) path: Option<PathBuf>,
    pub(crate) dialects: Vec<Dialect>,
    /// The variable that has the URL.
    pub(crate) variable: Option<String>,
    /// The schema of the migrations.
    pub(crate) schema: Option<String>,
    /// Hosts, databases on them, or files.
    pub(crate) production: Vec<String>,
}

/// One of several sets of migrations.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) directory: PathBuf,
    /// What it is called in the log, when that is not its name.
    pub(crate) key: Option<String>,
    pub(crate) schema: Option<String>,
    /// The variable that has the URL of its database.
    pub(crate) variable: Option<String>,
}

const FILE: &str = "rungs.toml";

/// Reads the file beside the migrations, or else the one in the working directory.
pub(crate) fn read(directory: &Path) -> Result<Config, CommandError> {
    for path in [directory.join(FILE), PathBuf::from(FILE)] {
        match fs::read_to_string(&path) {
            Ok(text) => {
                let config = parse(&text).map_err(|message| {
                    CommandError::failed(format!("{}: {message}", path.display()))
                })?;
                let path = Some(path);
                return Ok(Config { path, ..config });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(CommandError::io("read", &path, error)),
        }
    }
    Ok(Config::default())
}

/// The sets in the file of the working directory, in the order in which they are written.
pub(crate) fn sets() -> Result<Vec<Set>, CommandError> {
    let text = match fs::read_to_string(FILE) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(CommandError::io("read", Path::new(FILE), error)),
    };
    parse_sets(&text).map_err(|message| CommandError::failed(format!("{FILE}: {message}")))
}

fn parse_sets(text: &str) -> Result<Vec<Set>, String> {
    let table = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let Some(sets) = table.get_ref().get("sets") else {
        return Ok(Vec::new());
    };
    let expected = "`sets` is a table of tables: write `[sets.NAME]`";
    let sets = sets.get_ref().as_table().ok_or(expected)?;
    let mut sets: Vec<_> = sets.iter().collect();
    sets.sort_by_key(|(name, _)| name.span().start);
    let set = |(name, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
        let table = value.get_ref().as_table().ok_or(expected)?;
        set(name.get_ref(), table)
    };
    sets.into_iter().map(set).collect()
}

fn set(name: &str, table: &DeTable<'_>) -> Result<Set, String> {
    let mut set = Set {
        name: name.to_owned(),
        ..Set::default()
    };
    for (key, value) in table {
        let (key, value) = (key.get_ref(), value.get_ref().as_str());
        match (key.as_ref(), value) {
            ("dir", Some(directory)) => set.directory = PathBuf::from(directory),
            ("key", Some(key)) => set.key = Some(key.to_owned()),
            ("schema", Some(schema)) => set.schema = Some(schema.to_owned()),
            ("variable", Some(name)) => set.variable = Some(variable(name)?),
            ("dir" | "key" | "schema" | "variable", None) => {
                return Err(format!("`{key}` of the set `{name}` is a text"));
            }
            (key, _) => {
                return Err(format!(
                    "unknown key `{key}` in `[sets.{name}]`; known are `dir`, `key`, `schema`, `variable`"
                ));
            }
        }
    }
    if set.directory.as_os_str().is_empty() {
        return Err(format!("the set `{name}` has no `dir`"));
    }
    Ok(set)
}

/// Only what is said of the database is judged here; the rest is for the check of the directory.
fn parse(text: &str) -> Result<Config, String> {
    let table = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let table = table.get_ref();
    let mut config = Config {
        dialects: table
            .get("dialect")
            .map(|it| dialects(it.get_ref()))
            .unwrap_or_default(),
        ..Config::default()
    };
    let Some(database) = table.get("database") else {
        return Ok(config);
    };
    let database = database.get_ref().as_table();
    for (key, value) in database.ok_or("`database` is a table: write `[database]`")? {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("variable", DeValue::String(name)) => config.variable = Some(variable(name)?),
            ("variable", _) => return Err("`variable` is the name of a variable".to_owned()),
            ("schema", DeValue::String(name)) => config.schema = Some(name.to_string()),
            ("schema", _) => return Err("`schema` is the name of a schema".to_owned()),
            ("production", value) => config.production = production(value)?,
            (key, _) => {
                return Err(format!(
                    "unknown key `{key}` in `[database]`; known are `variable`, `schema`, `production`"
                ));
            }
        }
    }
    Ok(config)
}

fn dialects(value: &DeValue<'_>) -> Vec<Dialect> {
    let one = value.as_str().into_iter();
    let list = value.as_array().into_iter().flatten();
    let words = one.chain(list.filter_map(|word| word.get_ref().as_str()));
    words.filter_map(|word| word.parse().ok()).collect()
}

fn variable(name: &str) -> Result<String, String> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !name.is_empty() && name.chars().all(is_name) {
        return Ok(name.to_owned());
    }
    // What stands there may be the URL with its password, so it is not repeated.
    Err("`variable` is the name of a variable of the environment, not the URL itself".to_owned())
}

fn production(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let marks = value.as_array().ok_or(PRODUCTION)?;
    let marks = marks.iter().map(|mark| match mark.get_ref().as_str() {
        Some(mark) if !mark.contains("://") => Ok(mark.to_owned()),
        _ => Err(PRODUCTION.to_owned()),
    });
    marks.collect()
}

const PRODUCTION: &str = "`production` is a list of hosts, such as \"db.example.com\", of databases on them, \
    such as \"db.example.com/shop\", or of files; no URLs";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_variable_and_marks() {
        let text = "dialect = ['postgres', 'x']\n[database]\nvariable = 'URL_1'\nschema = 'shop'\nproduction = ['h/d']\n";
        let config = parse(text).unwrap();
        assert_eq!(config.dialects, [Dialect::Postgres]);
        assert_eq!(config.variable.as_deref(), Some("URL_1"));
        assert_eq!(config.schema.as_deref(), Some("shop"));
        assert_eq!(config.production, ["h/d"]);
        assert_eq!(parse("").unwrap(), Config::default());
    }

    #[test]
    fn sets_have_a_directory_and_come_as_they_are_written() {
        let text = "[sets.orders]\ndir = 'b'\n[sets.billing]\ndir = 'a'\nkey = 'k'\nschema = 's'\nvariable = 'V'\n";
        let [orders, billing] = &parse_sets(text).unwrap()[..] else {
            panic!("two sets");
        };
        assert_eq!((&*orders.name, &orders.key), ("orders", &None));
        assert_eq!(billing.directory, PathBuf::from("a"));
        assert_eq!(billing.key.as_deref(), Some("k"));
        assert_eq!(parse_sets("").unwrap(), []);
        for (text, wrong) in [
            ("sets = 1\n", "is a table of tables"),
            ("[sets]\na = 1\n", "is a table of tables"),
            ("[sets.a]\n", "has no `dir`"),
            ("[sets.a]\ndir = 1\n", "is a text"),
            ("[sets.a]\nurl = 'S3cret'\n", "unknown key `url`"),
            (
                "[sets.a]\nvariable = 'postgres://u:S3cret@h'\n",
                "not the URL itself",
            ),
        ] {
            let message = parse_sets(text).unwrap_err();
            assert!(
                message.contains(wrong) && !message.contains("S3cret"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_url_is_refused_without_being_repeated() {
        for text in [
            "[database]\nvariable = 'postgres://u:S3cret@h/d'\n",
            "[database]\nproduction = ['postgres://u:S3cret@h/d']\n",
            "[database]\nproduction = 'S3cret'\n",
            "[database]\nvariable = ['S3cret']\n",
            "[database]\nschema = ['S3cret']\n",
            "database = 'S3cret'\n",
        ] {
            let message = parse(text).unwrap_err();
            assert!(!message.contains("S3cret"), "{message}");
        }
        assert!(
            parse("[database]\nurl = 'S3cret'\n")
                .unwrap_err()
                .contains("unknown key `url`")
        );
    }
}
