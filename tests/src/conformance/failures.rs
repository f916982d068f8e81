//! A statement fails, or something else does.

use rungs::RolledBack;

use super::{Case, Scenario, THREE, migrator, statement_error, versions};
use crate::recorder::Fault;
use crate::{applied, dump, log, observer};

pub(super) const SCENARIOS: &[Scenario] = &[
    (
        "a failing statement undoes its migration and no other",
        statement,
    ),
    (
        "a failing statement says where it is and what the database said",
        position,
    ),
    ("a failing way down leaves the migration applied", down),
    (
        "an error that drops the transaction undoes the run",
        dropped,
    ),
    (
        "an error that drops the transaction undoes an atomic run",
        dropped_atomic,
    ),
    (
        "a command that fails in an atomic run undoes it",
        atomic_command,
    ),
    (
        "what rungs itself cannot do says what to look at",
        own_commands,
    ),
    (
        "what a trigger says is not obeyed by a terminal",
        control_characters,
    ),
    (
        "the connection can begin a transaction after any failure",
        connection_stays_usable,
    ),
];

const BAD: (&str, &str) = (
    "2_bad.up.sql",
    "CREATE TABLE half (id INTEGER);\nINSERT INTO users VALUES (2, 'Bo');\n\n  INSERT INTO users\n  VALUES (1, 'é''\u{1f980}');\n",
);

fn statement(case: &Case<'_>) {
    let mut session = case.open();
    let files = [&THREE[..2], &[BAD], &THREE[4..]].concat();
    let error = statement_error(session.upgrade(&migrator(&files)).unwrap_err());
    assert_eq!(error.rolled_back, RolledBack::Migration);
    assert_eq!(versions(&error.ran), [1]);
    assert_eq!(log(&case.file()), ["1 run success 2", "2 run error 0"]);
    assert!(!dump(&case.file()).contains("half"));
    let entries = session.history(&migrator(&files)).unwrap();
    let logged = entries[1].error.as_deref().unwrap();
    assert!(
        logged.contains("UNIQUE constraint failed: users.id"),
        "{logged}"
    );
    session.upgrade(&migrator(THREE)).unwrap();
    assert_eq!(applied(&case.file()), [1, 2, 3]);
    assert!(session.is_up_to_date(&migrator(THREE)).unwrap());
}

fn position(case: &Case<'_>) {
    let files = [&THREE[..2], &[BAD]].concat();
    let error = case.open().upgrade(&migrator(&files)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 2 `bad` (up) failed at migrations/2_bad.up.sql:4:3: \
         UNIQUE constraint failed: users.id (code 1555); \
         in `INSERT INTO users VALUES (1, 'é''\u{1f980}')`; the migration was rolled back"
    );
    assert_eq!(
        error.help(),
        "correct migrations/2_bad.up.sql and start again"
    );
    let error = statement_error(error);
    assert_eq!((error.line, error.column), (4, 3));
    assert_eq!(error.source.code.as_deref(), Some("1555"));
}

fn down(case: &Case<'_>) {
    let mut session = case.open();
    let files = [
        ("1_a.up.sql", "CREATE TABLE a (b);"),
        ("1_a.down.sql", "DROP TABLE a;\nDROP TABLE a;\n"),
    ];
    session.upgrade(&migrator(&files)).unwrap();
    let error = statement_error(session.downgrade_to(&migrator(&files), "base").unwrap_err());
    assert_eq!(error.direction, rungs::Direction::Down);
    assert_eq!(error.path, "migrations/1_a.down.sql");
    assert_eq!(dump(&case.file()), "table a CREATE TABLE a (b)");
    assert_eq!(log(&case.file()), ["1 run success 1", "1 rollback error 0"]);
    assert!(session.is_up_to_date(&migrator(&files)).unwrap());
}

/// The second migration makes SQLite roll the whole transaction back.
fn dropping() -> Vec<(&'static str, &'static str)> {
    let drops = "CREATE TRIGGER refuse BEFORE INSERT ON users BEGIN SELECT RAISE(ROLLBACK, 'not today'); END;\n\
                 INSERT INTO users VALUES (7, 'x');\n";
    [&THREE[..2], &[("2_drops.up.sql", drops)]].concat()
}

fn dropped(case: &Case<'_>) {
    let mut session = case.open();
    let or_rollback = (
        "2_drops.up.sql",
        "INSERT OR ROLLBACK INTO users VALUES (1, 'again');\n",
    );
    for files in [dropping(), [&THREE[..2], &[or_rollback]].concat()] {
        let error = statement_error(session.upgrade(&migrator(&files)).unwrap_err());
        assert_eq!(error.rolled_back, RolledBack::RunByDatabase);
        assert!(error.ran.is_empty(), "{:?}", error.ran);
        assert_eq!(dump(&case.file()), "");
        assert_eq!(applied(&case.file()), [0_i64; 0]);
    }
    assert_eq!(log(&case.file()), ["2 run error 0", "2 run error 0"]);
    session.upgrade(&migrator(THREE)).unwrap();
    assert_eq!(applied(&case.file()), [1, 2, 3]);
}

fn dropped_atomic(case: &Case<'_>) {
    let mut session = case.open();
    session
        .upgrade(&migrator(&dropping()).atomic(true))
        .unwrap_err();
    assert_eq!(dump(&case.file()), "");
    assert_eq!(log(&case.file()), ["2 run error 0"]);
    session.upgrade(&migrator(THREE)).unwrap();
}

fn atomic_command(case: &Case<'_>) {
    let mut session = case.open();
    for command in 0.. {
        session.tape().fault(Some(Fault::Fail(command)));
        let result = session.upgrade(&migrator(THREE).atomic(true));
        if session.tape().is_armed() {
            break;
        }
        result.unwrap_err();
        assert_eq!(dump(&case.file()), "", "command {command}");
    }
    assert_eq!(applied(&case.file()), [1, 2, 3]);
}

fn own_commands(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&migrator(&THREE[..2])).unwrap();
    let change = |sql: &str| observer(&case.file()).execute_batch(sql).unwrap();
    change("UPDATE rungs_log SET seq = 9223372036854775807, state = NULL");
    let error = session.upgrade(&migrator(THREE)).unwrap_err();
    assert!(error.to_string().starts_with("cannot write to the log: "));
    assert!(error.help().contains("trigger"), "{}", error.help());
    change("UPDATE rungs_log SET seq = 7, operation = 'bake'");
    let error = session.upgrade(&migrator(THREE)).unwrap_err();
    assert!(error.to_string().contains("its row 7 "), "{error}");
    assert!(error.help().contains("log_table"), "{}", error.help());
    assert_eq!(log(&case.file()), ["1 bake success 2"]);
}

fn control_characters(case: &Case<'_>) {
    let says =
        "CREATE TRIGGER t BEFORE INSERT ON a BEGIN SELECT RAISE(ABORT, '\u{1b}[2J\u{7}'); END;";
    let table = format!("CREATE TABLE a (b);\n{says}\nINSERT INTO a VALUES ('\u{9b}2J');");
    let mut session = case.open();
    let files = [("1_a.up.sql", table.as_str())];
    let error = session.upgrade(&migrator(&files)).unwrap_err();
    assert!(error.to_string().contains("[2J"), "{error}");
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
}

fn connection_stays_usable(case: &Case<'_>) {
    let files = dropping();
    let migrators = [
        migrator(&files),
        migrator(&files).atomic(true),
        migrator(THREE),
    ];
    let mut session = case.open();
    for migrator in &migrators {
        for command in 0.. {
            session.tape().fault(Some(Fault::Fail(command)));
            let _ = session.upgrade(migrator);
            let sent = session.tape().commands();
            let is_over = session.tape().is_armed();
            session.tape().fault(None);
            if is_over {
                break;
            }
            if sent[command] == "ROLLBACK" {
                // It is still open: nothing on this connection could change that.
                session = case.open();
            }
            // Fails inside a transaction, and in a driver that still counts one.
            session
                .upgrade(&super::migrator(&[("1_v.up.sql", "VACUUM;")]).key(command.to_string()))
                .unwrap();
        }
        session
            .downgrade_to(&super::migrator(THREE), "base")
            .unwrap();
    }
    // What is left differs: only some drivers notice that a rollback did not arrive.
    session.tape().fault(None);
}
