//! What a migration sets for its session ends with it.

use super::{Case, Scenario, mysql, postgres, servers, statement_error};

pub(super) const SCENARIOS: &[Scenario] = &[
    servers(
        "a setting holds for its migration and neither for the next nor for the connection",
        settings,
    ),
    servers(
        "a migration outside a transaction may go where the log is not seen",
        out_of_sight,
    ),
    postgres(
        "a migration outside a transaction may be another role, to which the log is closed",
        another_role,
    ),
    postgres(
        "a limit for locks that a migration sets is not left on the connection",
        lock_limit,
    ),
    mysql(
        "a migration that goes to another database leaves the next one where it was",
        another_database,
    ),
    mysql(
        "a connection commits by itself after a run that succeeds and one that fails",
        autocommit_stays_on,
    ),
    mysql(
        "a connection that does not commit by itself migrates like another",
        autocommit_off,
    ),
];

/// A statement, and an expression that shows what it has set.
type Setting = (&'static str, &'static str);

const POSTGRES: &[Setting] = &[
    (
        "SET search_path = pg_catalog",
        "current_setting('search_path')",
    ),
    (
        "SELECT set_config('search_path', 'pg_catalog', false)",
        "current_setting('search_path')",
    ),
    ("SET ROLE pg_monitor", "CAST(current_user AS text)"),
    (
        "SET SESSION AUTHORIZATION pg_monitor",
        "CAST(session_user AS text)",
    ),
    (
        "SET statement_timeout = '1h'",
        "current_setting('statement_timeout')",
    ),
    (
        "SET standard_conforming_strings = off",
        "current_setting('standard_conforming_strings')",
    ),
];

fn lock_limit(case: &Case<'_>) {
    let limit = "current_setting('lock_timeout')";
    let keep = |number: u8| format!("CREATE TABLE seen_{number} AS SELECT {limit} AS it;\n");
    let first = format!("SET lock_timeout = '7s';\n{}", keep(1));
    let files = [("1_sets.up.sql", &*first), ("2_next.up.sql", &*keep(2))];
    for is_atomic in [false, true] {
        let case = case.another();
        let mut session = case.open();
        session.ask("SELECT set_config('lock_timeout', '9s', false)");
        session
            .upgrade(&case.migrator(&files).atomic(is_atomic))
            .unwrap();
        let seen = |number: u8| {
            case.observe()
                .value(&format!("SELECT it FROM seen_{number}"))
        };
        assert_eq!(seen(1).as_deref(), Some("7s"));
        // The limit of the migrator.
        assert_eq!(seen(2).as_deref(), Some("100ms"));
        let after = session.ask(&format!("SELECT {limit}"));
        assert_eq!(after.as_deref(), Some("9s"), "atomic: {is_atomic}");
    }
}

const MYSQL: &[Setting] = &[
    ("SET sql_mode = 'ANSI_QUOTES'", "@@SESSION.sql_mode"),
    ("SET foreign_key_checks = 0", "@@SESSION.foreign_key_checks"),
    ("SET SESSION unique_checks = 0", "@@SESSION.unique_checks"),
    ("SET NAMES latin1", "@@SESSION.character_set_client"),
    ("SET time_zone = '+05:00'", "@@SESSION.time_zone"),
];

fn settings(case: &Case<'_>) {
    for (index, (statement, value)) in case.by_family(&[][..], POSTGRES, MYSQL).iter().enumerate() {
        let prepare = case.by_family("", "GRANT CREATE ON SCHEMA public TO pg_monitor;\n", "");
        let schema = case.by_family("", "public.", "");
        let show = |table: &str| {
            format!("CREATE TABLE {schema}{table}_{index} AS SELECT {value} AS it;\n")
        };
        let first = format!("{prepare}{statement};\n{}", show("held"));
        let second = show("next");
        let files = [("1_sets.up.sql", &*first), ("2_next.up.sql", &*second)];
        let mut session = case.open();
        let ask = format!("SELECT {value}");
        let before = session.ask(&ask);
        let migrator = case.migrator(&files).key(statement.to_string());
        session.upgrade(&migrator).unwrap();
        assert_eq!(session.ask(&ask), before, "after {statement}");
        let seen = |table: &str| {
            let row = format!("SELECT it FROM {table}_{index}");
            case.observe().value(&row)
        };
        assert_eq!(seen("next"), before, "in the next after {statement}");
        assert_ne!(seen("held"), before, "{statement}");
    }
}

fn out_of_sight(case: &Case<'_>) {
    let leave = case.by_family("", "SET search_path = pg_catalog", "USE information_schema");
    let text = format!("-- rungs: no-transaction\n{leave};\n");
    let files = [("1_goes.up.sql", &*text)];
    let mut session = case.open();
    session.upgrade(&case.migrator(&files)).unwrap();
    assert_eq!(case.applied(), [1]);
    assert!(session.is_up_to_date(&case.migrator(&files)).unwrap());
}

fn another_role(case: &Case<'_>) {
    const GRANT: (&str, &str) = (
        "1_grant.up.sql",
        "GRANT CREATE ON SCHEMA public TO pg_monitor;\n",
    );
    let owned = |last: &str| {
        format!(
            "-- rungs: no-transaction\nSET ROLE pg_monitor;\nCREATE TABLE owned (id INTEGER);\n\
             CREATE INDEX CONCURRENTLY owned_id ON owned (id);\nINSERT INTO {last} VALUES (1);\n"
        )
    };
    let (fails, works) = (owned("nowhere"), owned("owned"));
    let mut session = case.open();
    let before = session.ask("SELECT CAST(current_user AS text)");
    let migrator = case.migrator(&[GRANT, ("2_owned.up.sql", &fails)]);
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!((error.line, case.log().len()), (5, 2), "{error}");
    session
        .upgrade(&case.migrator(&[GRANT, ("2_owned.up.sql", &works)]))
        .unwrap();
    assert_eq!(session.ask("SELECT CAST(current_user AS text)"), before);
    let ask = "SELECT tableowner FROM pg_tables WHERE tablename = 'owned'";
    assert_eq!(case.observe().value(ask).as_deref(), Some("pg_monitor"));
    assert_eq!(case.observe().rows("owned"), ["1"]);
    assert_eq!(case.applied(), [1, 2]);
}

fn another_database(case: &Case<'_>) {
    let files = [
        ("1_goes.up.sql", "USE information_schema;\n"),
        ("2_makes.up.sql", "CREATE TABLE here (id INTEGER);\n"),
    ];
    let mut session = case.open();
    let before = session.ask("SELECT DATABASE()");
    session.upgrade(&case.migrator(&files)).unwrap();
    assert_eq!(case.observe().tables(), ["here", "rungs_log"]);
    assert_eq!(session.ask("SELECT DATABASE()"), before);
}

fn autocommit_off(case: &Case<'_>) {
    let files = [
        ("1_a.up.sql", "CREATE TABLE a (b INTEGER);\n"),
        ("2_rows.up.sql", "INSERT INTO a VALUES (1);\n"),
        (
            "3_rows.up.sql",
            "INSERT INTO a VALUES (2);\nDELETE FROM a WHERE b = 1;\n",
        ),
    ];
    let mut session = case.open();
    session.ask("SET autocommit = 0");
    session.upgrade(&case.migrator(&files)).unwrap();
    assert_eq!(case.observe().rows("a"), ["2"]);
    assert_eq!(case.applied(), [1, 2, 3]);
    assert!(session.is_up_to_date(&case.migrator(&files)).unwrap());
    assert_eq!(
        session.ask("SELECT @@SESSION.autocommit").as_deref(),
        Some("0")
    );
}

fn autocommit_stays_on(case: &Case<'_>) {
    const LIMITS: &str = "SELECT CONCAT_WS(' ', CAST(@@SESSION.autocommit AS UNSIGNED), \
                          @@SESSION.lock_wait_timeout, @@SESSION.innodb_lock_wait_timeout)";
    let table = ("1_a.up.sql", "CREATE TABLE a (b INTEGER PRIMARY KEY);\n");
    let twice = (
        "2_rows.up.sql",
        "SET sql_mode = 'ANSI_QUOTES';\nINSERT INTO a VALUES (1), (1);\n",
    );
    let mut session = case.open();
    let before = session.ask(LIMITS);
    session.upgrade(&case.migrator(&[table])).unwrap();
    assert_eq!(session.ask(LIMITS), before);
    session
        .upgrade(&case.migrator(&[table, twice]))
        .unwrap_err();
    assert_eq!(session.ask(LIMITS), before);
}
