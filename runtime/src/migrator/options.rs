//! What the builder methods set.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::event::Event;
use crate::function::Functions;
use crate::placeholder::{self, Declared};
use crate::plan::{Plan, Policy};

/// What the builder methods of [`Migrator`] set.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) key: String,
    pub(crate) log_table: String,
    pub(crate) schema: Option<String>,
    pub(crate) creates_schema: bool,
    pub(crate) placeholders: BTreeMap<String, String>,
    pub(crate) policy: Policy,
    pub(crate) operator: Option<String>,
    pub(crate) wait_limit: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) lease: Duration,
    pub(crate) batch_pause: Duration,
    pub(crate) observer: Option<Arc<Observer>>,
    pub(crate) before_run: Option<Arc<BeforeRun>>,
    pub(crate) functions: Functions,
}

type Observer = dyn Fn(&Event<'_>) + Send + Sync;
type BeforeRun =
    dyn Fn(&Plan) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send + Sync;

impl Options {
    /// Checks what the builder took as it came.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let name = self.log_table.as_bytes();
        let is_identifier = name.first().is_some_and(|first| !first.is_ascii_digit())
            && name.len() <= 63
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !is_identifier {
            return Err(Error::InvalidOption {
                option: "log_table",
                value: self.log_table.clone(),
                expected: "1 to 63 letters, digits and underscores, and not begin with a digit",
            });
        }
        if let Some(schema) = self.schema.as_deref().filter(|schema| !is_schema(schema)) {
            return Err(Error::InvalidOption {
                option: "schema",
                value: schema.to_owned(),
                expected: "1 to 63 lower-case letters, digits and underscores, and not begin with a digit",
            });
        }
        validate_key(&self.key)
    }

    /// What the placeholders of a set stand for. One that is called like the option is the schema, unless
    /// something else was said.
    pub(crate) fn values(&self, declared: Declared) -> Cow<'_, BTreeMap<String, String>> {
        let mut declared = declared.placeholders().map(|(name, _)| name);
        match &self.schema {
            Some(schema) if declared.any(|name| name == SCHEMA) => {
                let mut values = self.placeholders.clone();
                values
                    .entry(SCHEMA.to_owned())
                    .or_insert_with(|| schema.clone());
                Cow::Owned(values)
            }
            _ => Cow::Borrowed(&self.placeholders),
        }
    }
}

/// The placeholder for the schema of a set.
pub(crate) const SCHEMA: &str = "schema";

/// Whether it is a name in every database, with quotes and without.
fn is_schema(text: &str) -> bool {
    let first = text.bytes().next();
    first.is_some_and(|first| !first.is_ascii_digit()) && placeholder::is_value(text)
}

/// Checks the key in the log, which the values of placeholders are a part of.
pub(crate) fn validate_key(key: &str) -> Result<(), Error> {
    if key.is_empty() || key.len() > 255 || key.contains('\0') {
        return Err(Error::InvalidOption {
            option: "key",
            value: key.to_owned(),
            expected: "1 to 255 bytes of text, with the values of placeholders",
        });
    }
    Ok(())
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key: "main".to_owned(),
            log_table: "rungs_log".to_owned(),
            schema: None,
            creates_schema: false,
            placeholders: BTreeMap::new(),
            policy: Policy::default(),
            operator: None,
            wait_limit: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(3),
            lease: Duration::from_secs(20),
            batch_pause: Duration::from_millis(10),
            observer: None,
            before_run: None,
            functions: Functions::new(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("key", &self.key)
            .field("log_table", &self.log_table)
            .field("schema", &self.schema)
            .field("placeholders", &self.placeholders)
            .field("policy", &self.policy)
            .field("operator", &self.operator)
            .field("wait_limit", &self.wait_limit)
            .field("lock_timeout", &self.lock_timeout)
            .field("lease", &self.lease)
            .field("batch_pause", &self.batch_pause)
            .finish_non_exhaustive()
    }
}
