//! Files that hold both directions.

use std::fs;
use std::path::Path;

use super::{Layout, Name};

/// How a tool divides a file into its directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sections {
    /// Begins the way up; tern has no such line.
    pub(crate) up: &'static str,
    /// Begins the way back.
    pub(crate) down: &'static str,
}

/// goose, dbmate, sql-migrate and tern.
const SECTIONS: [Sections; 4] = [
    Sections {
        up: "-- +goose Up",
        down: "-- +goose Down",
    },
    Sections {
        up: "-- migrate:up",
        down: "-- migrate:down",
    },
    Sections {
        up: "-- +migrate Up",
        down: "-- +migrate Down",
    },
    Sections {
        up: "",
        down: "---- create above / drop below ----",
    },
];

/// The lines that divide a file, if it is divided.
pub(super) fn sections(directory: &Path, name: &Name) -> Option<Sections> {
    if name.layout != Layout::Single {
        return None;
    }
    // What cannot be read is for `rungs check` to report.
    let text = fs::read_to_string(directory.join(&name.file)).ok()?;
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim().to_lowercase())
        .collect();
    let has = |mark: &str| {
        !mark.is_empty()
            && lines
                .iter()
                .any(|line| line.starts_with(&mark.to_lowercase()))
    };
    SECTIONS
        .into_iter()
        .find(|sections| has(sections.up) || has(sections.down))
}
