//! The texts of several migrations become those of one.
//!
//! What was made is checked as the build would check it, and must have the statements of the parts and
//! no others; whatever cannot be told apart any more when it is joined is refused that way.

use rungs_build::{
    Dialect, Migration, Placeholder, Role, Script, SourceFile, Statement, Table, check_file,
};

use crate::error::CommandError;

/// The one that several became.
pub(crate) struct Whole {
    pub(crate) up: String,
    pub(crate) down: Option<String>,
    /// How many there were.
    pub(crate) parts: usize,
    /// What its author should know.
    pub(crate) notes: Vec<String>,
}

/// Joins migrations of a table, the texts of whose files are asked for by their names below the directory.
pub(crate) fn join(
    parts: &[Migration],
    of: &Table,
    directory: &std::path::Path,
    read: impl Fn(&str) -> Result<String, CommandError>,
) -> Result<Whole, CommandError> {
    let mut notes = Vec::new();
    let ups: Vec<&Script> = parts.iter().map(|part| &part.up).collect();
    let versions: Vec<String> = parts.iter().map(|part| part.version.to_string()).collect();
    let mut header = vec![format!("replaces({})", versions.join(", "))];
    let without = parts.iter().find(|part| part.down.is_none());
    let has_down = parts.iter().any(|part| part.down.is_some());
    let is_marked = ups.iter().any(|up| up.directives.irreversible);
    if let Some(part) = without.filter(|_| has_down || is_marked) {
        header.push("irreversible".to_owned());
        let path = &part.up.file.path;
        notes.push(format!(
            "`{path}` has no way back, so the new migration has none"
        ));
    }
    let joiner = Joiner {
        dialects: &of.dialects,
        placeholders: &of.placeholders,
        directory,
        read: &read,
    };
    let up = joiner.join(&ups, header)?;
    let mut downs: Vec<&Script> = parts.iter().filter_map(|part| part.down.as_ref()).collect();
    downs.reverse();
    let down = match without {
        Some(_) => None,
        None => Some(joiner.join(&downs, Vec::new())?),
    };
    if ups.iter().any(|up| up.replaces.is_some()) {
        notes.push(
            "one of the parts is a squash itself: every database must have passed the release that \
             has it before the one that has this"
                .to_owned(),
        );
    }
    Ok(Whole {
        up,
        down,
        parts: parts.len(),
        notes,
    })
}

struct Joiner<'a, R> {
    dialects: &'a [Dialect],
    placeholders: &'a [Placeholder],
    directory: &'a std::path::Path,
    read: &'a R,
}

impl<R: Fn(&str) -> Result<String, CommandError>> Joiner<'_, R> {
    /// The text of one direction, under a header of directives for the whole file.
    fn join(&self, scripts: &[&Script], mut header: Vec<String>) -> Result<String, CommandError> {
        refuse_verification_before_the_end(scripts)?;
        refuse_mixed_transactions(scripts, self.dialects)?;
        refuse_other_foreign_keys(scripts, self.dialects)?;
        if scripts
            .iter()
            .any(|script| script.directives.no_transaction)
        {
            header.push("no-transaction".to_owned());
        }
        let mut bodies = String::new();
        for script in scripts {
            let path = self.below(script);
            let text = (self.read)(path)?;
            let part = Part::of(script, &text);
            header.extend(part.allowances.iter().map(|it| (*it).to_owned()));
            bodies.push_str(&part.under(path));
        }
        let mut text = String::new();
        for directive in header {
            text.extend(["-- rungs: ", &directive, "\n"]);
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&bodies);
        self.prove(scripts, &text)?;
        Ok(text)
    }

    /// The path of a script below the directory.
    fn below<'s>(&self, script: &'s Script) -> &'s str {
        let directory = self.directory.to_string_lossy();
        let directory = directory.trim_start_matches("./").trim_end_matches('/');
        let path = script.file.path.as_str();
        let below = path.strip_prefix(directory).unwrap_or(path);
        below.trim_start_matches('/')
    }

    /// The new text must be right, and have the statements of the parts.
    fn prove(&self, scripts: &[&Script], text: &str) -> Result<(), CommandError> {
        let file = SourceFile::new("the new file", text);
        let (whole, found) = check_file(&file, self.placeholders, self.dialects);
        let errors = found
            .iter()
            .filter(|it| it.severity == rungs_build::Severity::Error);
        if let Some(error) = errors.into_iter().next() {
            let line = error.position().map_or(0, |at| at.line);
            let place = text
                .lines()
                .take(line)
                .filter(|line| line.starts_with(UNDER))
                .last();
            let place = place.map_or("the header", |line| &line[UNDER.len()..]);
            return Err(CommandError::failed(format!(
                "{place} cannot stand in one file with the others: {}",
                error.message
            ))
            .help("squash the migrations before it and after it apart"));
        }
        let parts: Vec<Said<'_>> = scripts.iter().flat_map(|script| said(script)).collect();
        let whole: Vec<Said<'_>> = said(&whole).collect();
        if parts == whole {
            return Ok(());
        }
        let differs = parts
            .iter()
            .zip(&whole)
            .position(|(part, whole)| part != whole);
        let at = differs.unwrap_or_else(|| parts.len().min(whole.len()));
        let path = path_of_statement(scripts, at);
        Err(CommandError::failed(format!(
            "in one file with the others `{path}` would have other statements"
        ))
        .help("squash the migrations before it and after it apart"))
    }
}

/// What a statement says, apart from where it stands.
type Said<'a> = (Role, &'a str, Option<&'a str>, &'a [(Dialect, String)]);

fn said(script: &Script) -> impl Iterator<Item = Said<'_>> {
    script.statements.iter().map(|statement| {
        let slice = |range: &std::ops::Range<usize>| script.file.slice(range.clone());
        let when = statement.when.as_ref().map(slice);
        (
            statement.role,
            slice(&statement.range),
            when,
            &*statement.batch,
        )
    })
}

fn path_of_statement<'s>(scripts: &[&'s Script], mut at: usize) -> &'s str {
    for script in scripts {
        match at.checked_sub(script.statements.len()) {
            None => return &script.file.path,
            Some(rest) => at = rest,
        }
    }
    scripts.last().map_or("", |script| &script.file.path)
}

/// What the comment above each part begins with.
const UNDER: &str = "-- from ";

/// A file apart from what is said of it as a whole.
struct Part<'t> {
    /// The lines, without those.
    lines: Vec<&'t str>,
    /// What its header allows.
    allowances: Vec<&'t str>,
    /// Whether its last statement is still to be ended.
    is_open: bool,
}

impl<'t> Part<'t> {
    fn of(script: &Script, text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut runs = script.statements.iter().filter(|it| it.role == Role::Run);
        let first = runs.next();
        let last = runs.next_back().or(first);
        let begins = |statement: &Statement| script.file.position(statement.range.start).line;
        let header = first.map_or(usize::MAX, begins);
        let ends = |statement: &Statement| {
            let rest = script.file.text.get(statement.range.end..);
            !rest.unwrap_or_default().trim_start().starts_with(';')
        };
        let (mut lines, mut allowances) = (Vec::new(), Vec::new());
        for (index, line) in text.split_inclusive('\n').enumerate() {
            match line.trim().strip_prefix("-- rungs:").map(str::trim) {
                Some(words) if index + 1 < header && is_of_file(words) => {
                    allowances.extend(words.starts_with("allow-file").then_some(words));
                }
                _ => lines.push(line),
            }
        }
        Self {
            lines,
            allowances,
            is_open: last.is_some_and(ends),
        }
    }

    /// Its text under a comment that names the file.
    fn under(&self, path: &str) -> String {
        let text = self.lines.concat();
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut under = format!("{UNDER}{path}{end}{text}");
        if !under.ends_with('\n') {
            under.push_str(end);
        }
        if self.is_open {
            under.push(';');
            under.push_str(end);
        }
        under.push_str(end);
        under
    }
}

/// Whether a directive is about a file, so that it is said at the top.
fn is_of_file(words: &str) -> bool {
    let name = words
        .split(['(', ',', ' ', '\t'])
        .next()
        .unwrap_or_default();
    ["no-transaction", "irreversible", "replaces", "allow-file"].contains(&name)
}

fn refuse_verification_before_the_end(scripts: &[&Script]) -> Result<(), CommandError> {
    let before = scripts.split_last().map_or(&[][..], |(_, before)| before);
    for script in before {
        let verifies = |it: &&Statement| it.role == Role::Verify;
        if let Some(statement) = script.statements.iter().find(verifies) {
            let line = script.file.position(statement.range.start).line;
            return Err(CommandError::failed(format!(
                "{}:{line}: what is verified there would be asked after the statements of the other parts",
                script.file.path
            ))
            .help("delete the `verify` if it has done its service, or squash so that its migration is the last part"));
        }
    }
    Ok(())
}

fn refuse_mixed_transactions(
    scripts: &[&Script],
    dialects: &[Dialect],
) -> Result<(), CommandError> {
    let Some((first, others)) = scripts.split_first() else {
        return Ok(());
    };
    // MySQL commits before and after each change of a schema, whatever the file says.
    let others_than_mysql = || dialects.iter().filter(|it| **it != Dialect::Mysql);
    let differs = |other: &&&Script| {
        other.directives.no_transaction != first.directives.no_transaction
            || others_than_mysql()
                .any(|it| other.is_transactional(*it) != first.is_transactional(*it))
    };
    let Some(other) = others.iter().find(differs) else {
        return Ok(());
    };
    Err(CommandError::failed(format!(
        "one of `{}` and `{}` runs in a transaction and the other without, which one file cannot",
        first.file.path, other.file.path
    ))
    .help(format!(
        "squash up to the migration before `{}`, and from it on, apart",
        other.file.path
    )))
}

/// SQLite does not enforce foreign keys while a file runs that drops a table, so what deletes or updates
/// rows in another part would no longer reach those that refer to them.
fn refuse_other_foreign_keys(
    scripts: &[&Script],
    dialects: &[Dialect],
) -> Result<(), CommandError> {
    if !dialects.contains(&Dialect::Sqlite) {
        return Ok(());
    }
    let suspends = |script: &&&Script| script.suspends_foreign_keys(dialects);
    let Some(suspending) = scripts.iter().find(suspends) else {
        return Ok(());
    };
    let changes_rows = |it: &Statement| ["DELETE", "UPDATE", "REPLACE"].contains(&it.kind.as_str());
    let relies = scripts.iter().filter(|script| !suspends(script));
    let relies = relies.flat_map(|script| script.statements.iter().map(move |it| (script, it)));
    match relies.into_iter().find(|(_, it)| changes_rows(it)) {
        Some((script, statement)) => Err(CommandError::failed(format!(
            "{}:{}: this {} runs with foreign keys enforced, which one file with `{}` would not",
            script.file.path,
            script.file.position(statement.range.start).line,
            statement.kind,
            suspending.file.path
        ))
        .help("squash the migrations before it and after it apart")),
        None => Ok(()),
    }
}
