//! What the builder methods set.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::event::Event;
use crate::function::Functions;
use crate::plan::{Plan, Policy};

/// What the builder methods of [`Migrator`] set.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) key: String,
    pub(crate) log_table: String,
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
        validate_key(&self.key)
    }
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
