//! What is sent, for people to read, and what it costs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;

use rungs::{Database, Migrations, Migrator};
use rungs_tests::{Adapter as _, Engine as _, Scratch, Session, Tape, adapters, engine, table};
use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

const TWO: &[(&str, &str)] = &[
    (
        "1_users.up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\nINSERT INTO users VALUES (1);\n",
    ),
    ("1_users.down.sql", "DROP TABLE users;\n"),
    ("2_outside.up.sql", "VACUUM;\n"),
    ("2_outside.down.sql", "DELETE FROM users;\n"),
];

const BAD: (&str, &str) = ("2_bad.up.sql", "INSERT INTO users VALUES (1);\n");

#[test]
fn a_first_run() {
    let shown = shown(&Migrations::EMPTY, |session| {
        session
            .upgrade(&Migrator::new(table(Database::Sqlite, TWO)))
            .unwrap();
    });
    insta::assert_snapshot!(shown, @r#"
    SELECT state FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq DESC LIMIT 1
    BEGIN IMMEDIATE
    CREATE TABLE IF NOT EXISTS "rungs_log" (set_key TEXT... WITHOUT ROWID
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    SAVEPOINT rungs_migration
    INSERT INTO "rungs_log" (set_key...) VALUES ('main', 1, 1, 'users', 'run', 'success', 'sha256:...', 2, NULL, 'sha256:...', NULL, NULL, NULL, 1, strftime(..., 'now'), NULL, '-- rungs 2 ...
    DROP TABLE users;
    ')
    CREATE TABLE users (id INTEGER PRIMARY KEY)
    INSERT INTO users VALUES (1)
    UPDATE "rungs_log" SET duration_ms = CAST(round(... WHERE set_key = 'main' AND seq = 1
    RELEASE rungs_migration
    COMMIT
    BEGIN IMMEDIATE
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    INSERT INTO "rungs_log" (set_key...) VALUES ('main', 2, 2, 'outside', 'run', 'started', 'sha256:...', 0, 'sha256:...', NULL, NULL, NULL, NULL, 1, strftime(..., 'now'), NULL, '-- rungs 2 ...
    DELETE FROM users;
    ')
    COMMIT
    VACUUM
    UPDATE "rungs_log" SET statements_done = 1, progress = 'sha256:...' WHERE set_key = 'main' AND seq = 2
    BEGIN IMMEDIATE
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq DESC LIMIT 1
    UPDATE "rungs_log" SET outcome = 'success', state = 'sha256:...', error = NULL, duration_ms = CAST(round(... WHERE set_key = 'main' AND seq = 2 AND outcome = 'started'
    COMMIT
    "#);
}

#[test]
fn nothing_to_do() {
    let shown = shown(table(Database::Sqlite, TWO), |session| {
        session
            .upgrade(&Migrator::new(table(Database::Sqlite, TWO)))
            .unwrap();
    });
    insta::assert_snapshot!(shown, @r#"SELECT state FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq DESC LIMIT 1"#);
}

#[test]
fn all_the_way_down() {
    let shown = shown(table(Database::Sqlite, TWO), |session| {
        session
            .downgrade_to(&Migrator::new(table(Database::Sqlite, TWO)), "base")
            .unwrap();
    });
    insta::assert_snapshot!(shown, @r#"
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    BEGIN IMMEDIATE
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    SAVEPOINT rungs_migration
    INSERT INTO "rungs_log" (set_key...) VALUES ('main', 3, 2, 'outside', 'rollback', 'success', 'sha256:...', 1, NULL, 'sha256:...', NULL, NULL, NULL, 1, strftime(..., 'now'), NULL, NULL)
    DELETE FROM users
    UPDATE "rungs_log" SET duration_ms = CAST(round(... WHERE set_key = 'main' AND seq = 3
    RELEASE rungs_migration
    COMMIT
    PRAGMA foreign_keys
    PRAGMA foreign_keys = OFF
    BEGIN IMMEDIATE
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    SELECT "table", "parent", CAST(count(*) AS TEXT) FROM pragma_foreign_key_check GROUP BY "table", "parent"
    SAVEPOINT rungs_migration
    INSERT INTO "rungs_log" (set_key...) VALUES ('main', 4, 1, 'users', 'rollback', 'success', 'sha256:...', 1, NULL, 'sha256:...', NULL, NULL, NULL, 1, strftime(..., 'now'), NULL, NULL)
    DROP TABLE users
    SELECT "table", "parent", CAST(count(*) AS TEXT) FROM pragma_foreign_key_check GROUP BY "table", "parent"
    UPDATE "rungs_log" SET duration_ms = CAST(round(... WHERE set_key = 'main' AND seq = 4
    RELEASE rungs_migration
    COMMIT
    PRAGMA foreign_keys = ON
    "#);
}

#[test]
fn a_failing_statement() {
    let shown = shown(table(Database::Sqlite, &TWO[..2]), |session| {
        session
            .upgrade(&Migrator::new(table(Database::Sqlite, &[TWO[0], BAD])))
            .unwrap_err();
    });
    insta::assert_snapshot!(shown, @r#"
    SELECT state FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq DESC LIMIT 1
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    BEGIN IMMEDIATE
    SELECT CAST(seq AS TEXT), ... FROM "rungs_log" AS entry WHERE set_key = 'main' ORDER BY entry.seq
    SAVEPOINT rungs_migration
    INSERT INTO "rungs_log" (set_key...) VALUES ('main', 2, 2, 'bad', 'run', 'success', 'sha256:...', 1, NULL, 'sha256:...', NULL, NULL, NULL, 1, strftime(..., 'now'), NULL, NULL)
    INSERT INTO users VALUES (1)
    ROLLBACK TO rungs_migration
    RELEASE rungs_migration
    INSERT INTO "rungs_log" (set_key...) VALUES ('main', 2, 2, 'bad', 'run', 'error', 'sha256:...', 0, NULL, 'sha256:...', NULL, NULL, NULL, 1, strftime(..., 'now'), 'migration 2 `bad` (up) failed at migrations/2_bad.up.sql:1:1: UNIQUE constraint failed: users.id (code 1555); in `INSERT INTO users VALUES (1)`; the migration was rolled back', NULL)
    COMMIT
    "#);
}

#[test]
fn nothing_to_do_costs_the_same_for_ten_and_for_a_thousand() {
    let (statements, steps) = cost_of_nothing(10);
    assert_eq!(statements, 1);
    assert_eq!((statements, steps), cost_of_nothing(1000));
}

/// How many statements SQLite runs, and the steps of its virtual machine for what was sent.
fn cost_of_nothing(count: usize) -> (usize, i32) {
    let names: Vec<_> = (1..=count)
        .map(|version| format!("{version}_m.up.sql"))
        .collect();
    let files: Vec<_> = names.iter().map(|name| (&**name, "SELECT 1;\n")).collect();
    let migrations = table(Database::Sqlite, &files);
    let scratch = engine::Sqlite.create();
    let mut connection = adapters::sqlite::rusqlite(scratch.url().as_ref());
    migrations.upgrade(&mut connection).unwrap();
    thread_local!(static RAN: Cell<usize> = const { Cell::new(0) });
    let count = |_: TraceEvent<'_>| RAN.set(RAN.get() + 1);
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count));
    RAN.set(0);
    migrations.upgrade(&mut connection).unwrap();
    connection.trace_v2(TraceEventCodes::empty(), None);
    let sent = sent(&*scratch, |session| {
        session.upgrade(&Migrator::new(migrations)).unwrap();
    });
    let steps = sent.iter().map(|sql| steps(&connection, sql)).sum();
    (RAN.get(), steps)
}

fn steps(connection: &rusqlite::Connection, sql: &str) -> i32 {
    let mut statement = connection.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    statement.get_status(StatementStatus::VmStep)
}

/// The commands of a run on a database with these migrations, as people want to read them.
fn shown(start: &Migrations, run: impl FnOnce(&mut dyn Session)) -> String {
    let scratch = engine::Sqlite.create();
    let mut connection = adapters::sqlite::rusqlite(scratch.url().as_ref());
    start.upgrade(&mut connection).unwrap();
    let lines = sent(&*scratch, run).into_iter().map(|sql| brief(&sql));
    lines.collect::<Vec<_>>().join("\n")
}

fn sent(scratch: &dyn Scratch, run: impl FnOnce(&mut dyn Session)) -> Vec<String> {
    let mut session = adapters::sqlite::Rusqlite.open(scratch.url(), Tape::default());
    run(&mut *session);
    session.tape().commands()
}

/// Without what is long and always the same.
fn brief(sql: &str) -> String {
    let mut brief = sql.to_owned();
    for (from, to) in [
        ("-- rungs 2 ", "\n"),
        ("SELECT CAST(seq AS TEXT), ", " FROM"),
        ("(set_key", ") VALUES"),
        ("(set_key TEXT", " WITHOUT"),
        ("CAST(round(", " WHERE"),
        ("strftime(", ", 'now')"),
        ("sha256:", "'"),
    ] {
        let mut done = 0;
        while let Some(start) = brief[done..].find(from).map(|at| done + at + from.len())
            && let Some(end) = brief[start..].find(to).map(|at| start + at)
        {
            brief.replace_range(start..end, "...");
            done = start;
        }
    }
    brief
}
