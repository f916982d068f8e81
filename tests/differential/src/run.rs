//! A script on a server, in a transaction where it can be in one.

use std::fmt;

use rungs::{Command, Connection, DriverError, Rows};
use rungs_build::{Dialect, InTransaction, Role, Script, Statement};

/// What the server said when it refused a script.
#[derive(Debug)]
pub struct Refusal {
    /// The file and the line of the statement, if it was one of the script.
    place: Option<String>,
    /// How many statements of the script it took before.
    pub taken: usize,
    /// What it said.
    pub error: Box<DriverError>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.error.message)
    }
}

impl From<DriverError> for Refusal {
    fn from(error: DriverError) -> Self {
        Self {
            place: None,
            taken: 0,
            error: Box::new(error),
        }
    }
}

/// Runs a script; what the server said where it refused a statement, with the place of that.
pub fn apply(
    connection: &mut (dyn Connection + Send),
    script: &Script,
    dialect: Dialect,
) -> Result<(), String> {
    run_all(connection, script, dialect, "COMMIT").map_err(|refusal| refusal.to_string())
}

/// Runs a script, and takes it back where it runs as one transaction.
pub fn attempt(
    connection: &mut (dyn Connection + Send),
    script: &Script,
    dialect: Dialect,
) -> Result<(), Refusal> {
    run_all(connection, script, dialect, "ROLLBACK")
}

/// Whether a script runs in a transaction: MySQL commits with each statement of this kind.
pub fn is_in_transaction(script: &Script, dialect: Dialect) -> bool {
    dialect != Dialect::Mysql && script.is_transactional(dialect)
}

fn run_all(
    connection: &mut (dyn Connection + Send),
    script: &Script,
    dialect: Dialect,
    end: &str,
) -> Result<(), Refusal> {
    let is_transaction = is_in_transaction(script, dialect);
    let is_suspended = script.suspends_foreign_keys(&[dialect]);
    if is_suspended {
        run(connection, "PRAGMA foreign_keys = OFF")?;
    }
    if is_transaction {
        run(connection, "BEGIN")?;
    }
    let mut outcome = script
        .statements
        .iter()
        .filter(|it| it.role == Role::Run && it.in_transaction(dialect) != InTransaction::TakenOver)
        .enumerate()
        .try_for_each(|(taken, statement)| run_one(connection, script, statement, taken));
    if is_transaction {
        let end = if outcome.is_ok() { end } else { "ROLLBACK" };
        let ended = run(connection, end);
        outcome = outcome.and_then(|()| ended.map(drop).map_err(Refusal::from));
    }
    if is_suspended {
        run(connection, "PRAGMA foreign_keys = ON")?;
    }
    // What a script set is not for the next one.
    match dialect {
        Dialect::Postgres => drop(run(connection, "RESET ALL")?),
        Dialect::Mysql => drop(run(connection, "SET FOREIGN_KEY_CHECKS = 1")?),
        Dialect::Sqlite => {}
    }
    outcome
}

fn run_one(
    connection: &mut (dyn Connection + Send),
    script: &Script,
    statement: &Statement,
    taken: usize,
) -> Result<(), Refusal> {
    // Why MySQL cannot create a table is in its warnings.
    const CANNOT_CREATE: &str = "1005";
    let file = &script.file;
    let done = run(connection, file.slice(statement.range.clone()));
    done.map(drop).map_err(|mut error| {
        if error.code.as_deref() == Some(CANNOT_CREATE) {
            let warnings = run(connection, "SHOW WARNINGS").unwrap_or_default();
            let texts = warnings.into_iter().filter_map(|mut row| row.pop()?);
            error.detail = Some(texts.collect::<Vec<_>>().join("\n"));
        }
        let position = file.position(statement.range.start);
        Refusal {
            place: Some(format!("{}:{}", file.path, position.line)),
            taken,
            error: Box::new(error),
        }
    })
}

fn run(connection: &mut (dyn Connection + Send), sql: &str) -> Result<Rows, DriverError> {
    connection.run(&Command::of(&[sql]))
}
