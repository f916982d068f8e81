//! What a line says to one of the tools, if anything.

use super::Tool;

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    Up,
    Down,
    /// Of the whole file.
    NoTransaction,
    /// Of its section, which the directives of the section say again.
    Transaction,
    BlockBegin,
    BlockEnd,
    /// What it asks for cannot be done before the program runs, and what to write instead.
    Unsupported(&'static str, &'static str),
    Unknown(&'a str),
}

/// The tool that a line speaks to, and what it says.
pub(super) fn read(line: &str) -> Option<(Tool, Mark<'_>)> {
    let comment = line.trim_start().strip_prefix("--")?;
    goose(comment)
        .or_else(|| sql_migrate(comment))
        .or_else(|| dbmate(comment))
        .or_else(|| tern(comment))
}

/// The rest of a text after a word, whatever its case.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    start
        .eq_ignore_ascii_case(word)
        .then(|| text.get(word.len()..).unwrap_or_default())
}

fn goose(comment: &str) -> Option<(Tool, Mark<'_>)> {
    let command = after(comment.trim_start(), "+goose")?;
    if !command.starts_with(char::is_whitespace) {
        return None;
    }
    let words: Vec<&str> = command.split_whitespace().collect();
    let mark = match words.join(" ").to_ascii_uppercase().as_str() {
        "UP" => Mark::Up,
        "DOWN" => Mark::Down,
        "NO TRANSACTION" => Mark::NoTransaction,
        "STATEMENTBEGIN" => Mark::BlockBegin,
        "STATEMENTEND" => Mark::BlockEnd,
        "ENVSUB OFF" => Mark::Transaction,
        "ENVSUB ON" => Mark::Unsupported(
            "`ENVSUB` replaces parts of statements with variables of the environment",
            "write the values into the file; what a migration does must be known when the program is built",
        ),
        _ => Mark::Unknown(command.trim()),
    };
    Some((Tool::Goose, mark))
}

fn sql_migrate(comment: &str) -> Option<(Tool, Mark<'_>)> {
    let command = after(comment.trim_start(), "+migrate")?;
    if !command.starts_with(char::is_whitespace) {
        return None;
    }
    let mut words = command.split_whitespace();
    let name = words.next().unwrap_or_default();
    let options: Vec<&str> = words.collect();
    let mark = match (name.to_ascii_lowercase().as_str(), options.as_slice()) {
        ("up", [] | ["notransaction"]) => Mark::Up,
        ("down", [] | ["notransaction"]) => Mark::Down,
        ("statementbegin", []) => Mark::BlockBegin,
        ("statementend", []) => Mark::BlockEnd,
        _ => Mark::Unknown(command.trim()),
    };
    Some((Tool::SqlMigrate, mark))
}

fn dbmate(comment: &str) -> Option<(Tool, Mark<'_>)> {
    let command = comment.trim_start();
    let (mark, options) = after(command, "migrate:up")
        .map(|options| (Mark::Up, options))
        .or_else(|| Some((Mark::Down, after(command, "migrate:down")?)))?;
    if options.starts_with(|next: char| !next.is_whitespace()) {
        return None;
    }
    let unknown = options
        .split_whitespace()
        .find(|option| !["transaction:false", "transaction:true"].contains(option));
    let mark = unknown.map_or(mark, Mark::Unknown);
    Some((Tool::Dbmate, mark))
}

fn tern(comment: &str) -> Option<(Tool, Mark<'_>)> {
    let line = comment.strip_prefix("--")?.trim_end();
    let words = line.trim_matches(['-', ' ', '\t']);
    match words.to_ascii_lowercase().as_str() {
        "create above / drop below" => Some((Tool::Tern, Mark::Down)),
        "tern: disable-tx" => Some((Tool::Tern, Mark::NoTransaction)),
        _ => None,
    }
}
