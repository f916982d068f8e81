//! The registry of diagnostics: one line each. The page is `docs/<id>.md` of this crate.

use crate::diagnostic::{Kind, Severity};

macro_rules! kinds {
    ($($name:ident = $id:literal, $severity:ident;)*) => {
        $(
            #[doc = include_str!(concat!("../docs/", $id, ".md"))]
            pub static $name: Kind = Kind {
                id: $id,
                severity: Severity::$severity,
                page: include_str!(concat!("../docs/", $id, ".md")),
            };
        )*

        /// Every kind of diagnostic, in the order of this file.
        pub static KINDS: &[&Kind] = &[$(&$name),*];
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
    // file names
    BAD_NAME = "bad-name", Error;
    BAD_VERSION = "bad-version", Error;
    DUPLICATE_VERSION = "duplicate-version", Error;
    MISSING_UP = "missing-up", Error;
    MIXED_LAYOUTS = "mixed-layouts", Error;
    UNSUPPORTED_FILE = "unsupported-file", Error;
    // the text of a file
    EMPTY_FILE = "empty-file", Error;
    INVALID_SQL = "invalid-sql", Error;
    UNTERMINATED = "unterminated", Error;
    UNSUPPORTED_CLIENT_COMMAND = "client-command", Error;
    COPY_DATA = "copy-data", Error;
    TRANSACTION_CONTROL = "transaction-control", Error;
    UNNAMED_INDEX = "unnamed-index", Error;
    UNKNOWN_DIRECTIVE = "unknown-directive", Error;
    BAD_DIRECTIVE = "bad-directive", Error;
    MISPLACED_DIRECTIVE = "misplaced-directive", Error;
    DIALECTS_DISAGREE = "dialects-disagree", Error;
    IRREVERSIBLE_WITH_DOWN = "irreversible-with-down", Error;
}

/// The kind with this id.
pub fn find(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.id == id)
}
