//! The table as the text that the runtime reads; `runtime/src/table.rs` describes the format.

use std::fmt::Write as _;
use std::ops::Range;

use crate::checksum;
use crate::dialect::Dialect;
use crate::placeholder::Placeholder;
use crate::recovery::{Condition, Recovery, SessionEffect};
use crate::script::{InTransaction, Role, Script, Statement};
use crate::source::Position;
use crate::table::{Migration, Table};

/// A table as the arguments of the runtime's `Migrations::new`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The text.
    pub data: String,
    /// How many migrations it holds.
    pub len: usize,
    /// The digest of a database on which all of them are applied.
    pub state: String,
    /// The placeholders and the names that they stand in; empty without any.
    pub placeholders: String,
}

/// Encodes a table.
pub fn encode(table: &Table) -> Encoded {
    Encoded {
        data: Encoder::new(table).encode(table),
        len: table.migrations.len(),
        state: checksum::of_state(&table.migrations),
        placeholders: placeholders(table),
    }
}

/// A line for each placeholder as it is declared, an empty line, a line for each name that has one.
fn placeholders(table: &Table) -> String {
    let mut lines: Vec<String> = table
        .placeholders
        .iter()
        .map(Placeholder::declaration)
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    lines.push(String::new());
    let scripts = table.migrations.iter();
    let scripts = scripts.flat_map(|it| std::iter::once(&it.up).chain(&it.down));
    let mut names: Vec<&String> = scripts.flat_map(|script| &script.names.templates).collect();
    names.sort();
    names.dedup();
    // A quoted name may be anything.
    let names = names.into_iter().filter(|name| !name.contains('\n'));
    lines.extend(names.cloned());
    lines.join("\n")
}

const NUMBER: usize = 8;
const SCRIPT: usize = 9 * NUMBER;
const STATEMENT: usize = 11 * NUMBER;
const MIGRATION: usize = 16 + 5 * NUMBER + 2 * SCRIPT;

/// Bits of the options of a script.
const NO_TRANSACTION: usize = 1;
const SUSPENDS_FOREIGN_KEYS: usize = 2;

/// Bits of the options of a statement, above those of the databases.
const ONLY_SESSION: usize = 1 << 16;
const MAY_CHANGE_SESSION: usize = 1 << 17;
const REPEATABLE: usize = 1 << 18;
const VERIFIES: usize = 1 << 19;
const CALLS: usize = 1 << 20;

/// Writes the three parts of the table side by side: where the later ones begin is known beforehand.
struct Encoder {
    migrations: String,
    statements: String,
    texts: String,
    /// Where the statements begin.
    statements_at: usize,
    /// Where the texts begin.
    texts_at: usize,
}

impl Encoder {
    fn new(table: &Table) -> Self {
        let statements_at = table.migrations.len() * MIGRATION;
        let texts_at = statements_at + table.statement_count() * STATEMENT;
        let (migrations, statements, texts) = Default::default();
        Self {
            migrations,
            statements,
            texts,
            statements_at,
            texts_at,
        }
    }

    fn encode(mut self, table: &Table) -> String {
        for migration in &table.migrations {
            self.migration(migration, &table.dialects);
        }
        self.migrations + &self.statements + &self.texts
    }

    fn migration(&mut self, migration: &Migration, dialects: &[Dialect]) {
        put(
            &mut self.migrations,
            format_args!("{:016x}", migration.version),
        );
        self.text(&migration.name);
        number(
            &mut self.migrations,
            usize::from(migration.up.directives.irreversible),
        );
        let mut versions = String::new();
        let replaces = migration.up.replaces.iter();
        for version in replaces.flat_map(|replaces| &replaces.versions) {
            put(&mut versions, format_args!("{version:016x}"));
        }
        self.text(&versions);
        self.script(&migration.up, dialects);
        match &migration.down {
            Some(down) => self.script(down, dialects),
            None => self.migrations.push_str(&"0".repeat(SCRIPT)),
        }
    }

    fn script(&mut self, script: &Script, dialects: &[Dialect]) {
        self.text(&script.file.path);
        self.text(&script.file.text);
        self.text(&checksum::of_file(&script.file));
        number(
            &mut self.migrations,
            self.statements_at + self.statements.len(),
        );
        let mut positions = script.file.positions();
        let mut at = 0;
        for statement in &script.statements {
            if statement.range.start < at {
                // What is verified at the end stands anywhere.
                positions = script.file.positions();
            }
            at = statement.range.start;
            let position = positions.of(at);
            self.statement(script, statement, position, dialects);
        }
        number(
            &mut self.migrations,
            self.statements_at + self.statements.len(),
        );
        let no_transaction = usize::from(script.directives.no_transaction) * NO_TRANSACTION;
        let suspends = usize::from(script.suspends_foreign_keys(dialects)) * SUSPENDS_FOREIGN_KEYS;
        number(&mut self.migrations, no_transaction | suspends);
    }

    fn statement(
        &mut self,
        script: &Script,
        statement: &Statement,
        position: Position,
        dialects: &[Dialect],
    ) {
        let (refused, taken_over) = in_transaction(script, statement, dialects);
        let recovery = recovery(script, statement, dialects);
        let role = match statement.role {
            Role::Run => 0,
            Role::Verify => VERIFIES,
            Role::Call => CALLS,
        };
        let options = refused | taken_over << 8 | session(statement) | repeatable(recovery) | role;
        let conditions = match recovery {
            Recovery::Probe(conditions) => self.conditions(conditions),
            Recovery::Repeat | Recovery::Unknown => 0..0,
        };
        let when = statement.when.clone().unwrap_or_default();
        let batch = self.batch(&statement.batch);
        let fields = [
            statement.range.start,
            statement.range.end,
            position.line,
            position.column,
            options,
            conditions.start,
            conditions.end,
            when.start,
            when.end,
            batch.start,
            batch.end,
        ];
        for field in fields {
            number(&mut self.statements, field);
        }
    }

    /// Adds conditions to the texts: first what they name, then their records, which stand side by
    /// side. Gives the place of the records.
    fn conditions(&mut self, conditions: &[Condition]) -> Range<usize> {
        let mut records = String::new();
        for condition in conditions {
            number(&mut records, usize::from(condition.object as u8));
            number(&mut records, usize::from(condition.exists));
            let names = [&condition.schema, &condition.table];
            let names = names.map(|name| name.as_deref().unwrap_or_default());
            for name in names.into_iter().chain([condition.name.as_str()]) {
                let place = self.append(name);
                number(&mut records, place.start);
                number(&mut records, place.end);
            }
        }
        self.append(&records)
    }

    /// Adds the texts of one batch, then where each begins and ends, in the order of the databases.
    fn batch(&mut self, texts: &[(Dialect, String)]) -> Range<usize> {
        if texts.is_empty() {
            return 0..0;
        }
        let mut record = String::new();
        for database in [Dialect::Mysql, Dialect::Postgres, Dialect::Sqlite] {
            let text = texts.iter().find(|(dialect, _)| *dialect == database);
            let place = self.append(text.map_or("", |(_, text)| text));
            number(&mut record, place.start);
            number(&mut record, place.end);
        }
        self.append(&record)
    }

    /// Adds a text, and its start and end to the record.
    fn text(&mut self, text: &str) {
        let place = self.append(text);
        number(&mut self.migrations, place.start);
        number(&mut self.migrations, place.end);
    }

    /// Adds a text and gives its place.
    fn append(&mut self, text: &str) -> Range<usize> {
        let start = self.texts_at + self.texts.len();
        self.texts.push_str(text);
        start..start + text.len()
    }
}

/// What is known about a statement where it shares no transaction with the log.
///
/// There is one record for all dialects, so where they differ nothing is known.
fn recovery<'a>(script: &Script, statement: &'a Statement, dialects: &[Dialect]) -> &'a Recovery {
    let alone = dialects
        .iter()
        .filter(|dialect| !script.is_transactional(**dialect));
    let mut known = alone.map(|dialect| statement.recovery(*dialect));
    let first = known.next().unwrap_or(&Recovery::Unknown);
    if known.all(|other| other == first) {
        first
    } else {
        &Recovery::Unknown
    }
}

fn repeatable(recovery: &Recovery) -> usize {
    usize::from(*recovery == Recovery::Repeat) * REPEATABLE
}

fn session(statement: &Statement) -> usize {
    match statement.session {
        SessionEffect::None => 0,
        SessionEffect::Possible => MAY_CHANGE_SESSION,
        SessionEffect::Only => MAY_CHANGE_SESSION | ONLY_SESSION,
    }
}

/// Two sets of databases, a bit each: those that refuse the statement in a transaction, and those
/// whose engine does itself what it asks for.
fn in_transaction(script: &Script, statement: &Statement, dialects: &[Dialect]) -> (usize, usize) {
    let (mut refused, mut taken_over) = (0, 0);
    for dialect in dialects {
        match statement.in_transaction(*dialect) {
            InTransaction::Runs => {}
            InTransaction::TakenOver if script.is_transactional(*dialect) => {
                taken_over |= bit(*dialect);
            }
            // Without a transaction around it, what is taken over elsewhere does what it says.
            InTransaction::TakenOver | InTransaction::Refused => refused |= bit(*dialect),
        }
    }
    (refused, taken_over)
}

/// The bits of the runtime's `Database`.
fn bit(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Mysql => 1,
        Dialect::Postgres => 2,
        Dialect::Sqlite => 4,
    }
}

/// A field of fixed width; a table of 4 GiB, which would not fit, does not compile anyway.
fn number(out: &mut String, number: usize) {
    put(out, format_args!("{number:08x}"));
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::check_file;
    use crate::source::SourceFile;

    #[test]
    fn a_statement_that_runs_on_its_own_carries_its_conditions() {
        let concurrent = "CREATE INDEX CONCURRENTLY i ON s.\"T\" (a)";
        assert_eq!(conditions(concurrent, Dialect::Postgres), ["5 1 s \"T\" i"]);
        let renamed = "ALTER TABLE t CHANGE a b int";
        assert_eq!(
            conditions(renamed, Dialect::Mysql),
            ["3 0  t a", "3 1  t b"]
        );
        let transactional = "CREATE TABLE t (a int)";
        assert!(conditions(transactional, Dialect::Postgres).is_empty());
    }

    /// The conditions of the only statement of a table.
    fn conditions(text: &str, dialect: Dialect) -> Vec<String> {
        let dialects = vec![dialect];
        let (up, found) = check_file(&SourceFile::new("1_a.sql", text), &[], &dialects);
        assert!(found.is_empty(), "{found:?}");
        let migration = Migration {
            version: 1,
            name: "a".to_owned(),
            up,
            down: None,
        };
        let migrations = vec![migration];
        let data = encode(&Table {
            dialects,
            placeholders: Vec::new(),
            migrations,
        })
        .data;
        let number = |at: usize| usize::from_str_radix(&data[at..at + NUMBER], 16).unwrap();
        let text = |at| &data[number(at)..number(at + NUMBER)];
        let statement = MIGRATION;
        let records = number(statement + 5 * NUMBER)..number(statement + 6 * NUMBER);
        let show = |at| {
            let names = [2, 4, 6].map(|field| text(at + field * NUMBER));
            format!("{} {} {}", number(at), number(at + NUMBER), names.join(" "))
        };
        records.step_by(8 * NUMBER).map(show).collect()
    }
}
