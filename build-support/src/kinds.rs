//! The registry of diagnostics: one line each. The page is `docs/<id>.md` of this crate.

use std::fmt;

use crate::diagnostic::{Kind, Level, Severity, Weight};
use crate::nearest::nearest;

macro_rules! kinds {
    ($($name:ident = $id:literal, $weight:ident;)*) => {
        $(
            #[doc = include_str!(concat!("../docs/", $id, ".md"))]
            pub static $name: Kind = Kind {
                id: $id,
                weight: weight!($weight),
                page: include_str!(concat!("../docs/", $id, ".md")),
            };
        )*

        /// Every kind of diagnostic, in the order of this file.
        pub static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

/// `Error` and `Warning` stay what they are; `Deny`, `Warn` and `Allow` are what a project begins with.
macro_rules! weight {
    (Error) => {
        Weight::Fixed(Severity::Error)
    };
    (Warning) => {
        Weight::Fixed(Severity::Warning)
    };
    ($level:ident) => {
        Weight::Level(Level::$level)
    };
}

kinds! {
    // the call of the macro
    BAD_ARGUMENT = "bad-argument", Error;
    BAD_PATH = "bad-path", Error;
    // the directory
    MISSING_DIRECTORY = "missing-directory", Error;
    EMPTY_DIRECTORY = "empty-directory", Error;
    UNREADABLE = "unreadable", Error;
    NOT_UTF8 = "not-utf8", Error;
    BAD_CONFIG = "bad-config", Error;
    UNKNOWN_DIALECT = "unknown-dialect", Error;
    NOT_WATCHED = "not-watched", Warning;
    BAD_PLACEHOLDER = "bad-placeholder", Error;
    UNUSED_PLACEHOLDER = "unused-placeholder", Error;
    // file names
    BAD_NAME = "bad-name", Error;
    BAD_VERSION = "bad-version", Error;
    DUPLICATE_VERSION = "duplicate-version", Error;
    MISSING_UP = "missing-up", Error;
    MIXED_LAYOUTS = "mixed-layouts", Error;
    UNSUPPORTED_FILE = "unsupported-file", Error;
    // the text of a file
    EMPTY_FILE = "empty-file", Deny;
    INVALID_SQL = "invalid-sql", Error;
    UNTERMINATED = "unterminated", Error;
    UNSUPPORTED_CLIENT_COMMAND = "client-command", Error;
    COPY_DATA = "copy-data", Error;
    TRANSACTION_CONTROL = "transaction-control", Error;
    UNNAMED_INDEX = "unnamed-index", Error;
    UNKNOWN_DIRECTIVE = "unknown-directive", Error;
    BAD_DIRECTIVE = "bad-directive", Error;
    MISPLACED_DIRECTIVE = "misplaced-directive", Error;
    UNKNOWN_PLACEHOLDER = "unknown-placeholder", Error;
    MISSING_PLACEHOLDER = "missing-placeholder", Warn;
    UNUSED_ALLOW = "unused-allow", Warning;
    DIALECTS_DISAGREE = "dialects-disagree", Error;
    IRREVERSIBLE_WITH_DOWN = "irreversible-with-down", Error;
    REPLACED_FILE = "replaced-file", Error;
    // the history
    MISSING_BASELINE = "missing-baseline", Warn;
    UNKNOWN_TABLE = "unknown-table", Deny;
    UNKNOWN_COLUMN = "unknown-column", Deny;
    UNKNOWN_OBJECT = "unknown-object", Deny;
    AMBIGUOUS_COLUMN = "ambiguous-column", Deny;
    DUPLICATE_TABLE = "duplicate-table", Deny;
    DUPLICATE_COLUMN = "duplicate-column", Deny;
    DUPLICATE_OBJECT = "duplicate-object", Deny;
    STILL_NEEDED = "still-needed", Deny;
    BAD_FOREIGN_KEY = "bad-foreign-key", Deny;
    BAD_INSERT = "bad-insert", Deny;
    NEW_ENUM_VALUE = "new-enum-value", Deny;
    MISSPELT_NAME = "misspelt-name", Warn;
    HIDDEN_SHAPE = "hidden-shape", Warn;
    CASCADING_DROP = "cascading-drop", Warn;
    DOWN_DIFFERS = "down-differs", Warn;
}

/// The kind with this id.
pub fn find(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.id == id)
}

/// The kind with this id, if a project can choose its level.
pub fn adjustable(id: &str) -> Result<&'static Kind, NotAdjustable> {
    match find(id) {
        Some(kind) if matches!(kind.weight, Weight::Level(_)) => Ok(kind),
        Some(kind) => Err(NotAdjustable::Fixed(kind)),
        None => Err(NotAdjustable::Unknown(id.to_owned())),
    }
}

/// There is no level to choose.
#[derive(Clone, Debug)]
pub enum NotAdjustable {
    /// No kind has this id.
    Unknown(String),
    /// The kind weighs the same in every project.
    Fixed(&'static Kind),
}

impl NotAdjustable {
    /// What to write instead.
    pub fn help(&self) -> String {
        let with_level = KINDS
            .iter()
            .filter(|kind| matches!(kind.weight, Weight::Level(_)))
            .map(|kind| kind.id);
        let ids: Vec<&str> = with_level.collect();
        match self {
            Self::Unknown(id) => match nearest(&id.to_lowercase(), ids.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("with a level are: `{}`", ids.join("`, `")),
            },
            Self::Fixed(kind) => format!("`rungs explain {}` says why it is reported", kind.id),
        }
    }
}

impl std::error::Error for NotAdjustable {}

impl fmt::Display for NotAdjustable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(id) => write!(f, "no check is called `{id}`"),
            Self::Fixed(kind) => {
                let severity = kind.weight.name();
                let article = if severity == "error" { "an" } else { "a" };
                write!(f, "`{}` is {article} {severity} at any level", kind.id)
            }
        }
    }
}
