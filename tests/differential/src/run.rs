//! A script on a server, in a transaction where it can be in one.

use rungs::{Command, Connection};
use rungs_build::{Dialect, InTransaction, Role, Script, Statement};

/// Runs a script; what the server said where it refused a statement, with the place of that.
pub fn apply(
    connection: &mut (dyn Connection + Send),
    script: &Script,
    dialect: Dialect,
) -> Result<(), String> {
    // MySQL commits with each statement of this kind.
    let is_transaction = dialect != Dialect::Mysql && script.is_transactional(dialect);
    let is_suspended = script.suspends_foreign_keys(&[dialect]);
    if is_suspended {
        run(connection, "PRAGMA foreign_keys = OFF")?;
    }
    if is_transaction {
        run(connection, "BEGIN")?;
    }
    let outcome = script
        .statements
        .iter()
        .filter(|it| it.role == Role::Run && it.in_transaction(dialect) != InTransaction::TakenOver)
        .try_for_each(|statement| run_one(connection, script, statement));
    if is_transaction {
        run(
            connection,
            if outcome.is_ok() {
                "COMMIT"
            } else {
                "ROLLBACK"
            },
        )?;
    }
    if is_suspended {
        run(connection, "PRAGMA foreign_keys = ON")?;
    }
    // What a script set is not for the next one.
    match dialect {
        Dialect::Postgres => run(connection, "RESET ALL")?,
        Dialect::Mysql => run(connection, "SET FOREIGN_KEY_CHECKS = 1")?,
        Dialect::Sqlite => {}
    }
    outcome
}

fn run_one(
    connection: &mut (dyn Connection + Send),
    script: &Script,
    statement: &Statement,
) -> Result<(), String> {
    let file = &script.file;
    run(connection, file.slice(statement.range.clone())).map_err(|message| {
        let position = file.position(statement.range.start);
        format!("{}:{}: {message}", file.path, position.line)
    })
}

fn run(connection: &mut (dyn Connection + Send), sql: &str) -> Result<(), String> {
    let done = connection.run(&Command::of(&[sql]));
    done.map(drop).map_err(|error| error.message)
}
