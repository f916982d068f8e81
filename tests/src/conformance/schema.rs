//! A set of migrations whose unqualified names are in a schema of its own.

use std::thread;

use rungs::{Error, Migrator};

use super::{
    Case, Scenario, THREE, assert_error, everywhere, mysql, postgres, servers, sqlite,
    statement_error, versions,
};

pub(super) const SCENARIOS: &[Scenario] = &[
    servers(
        "what is named without a schema is in that of the set, and so is the log",
        unqualified,
    ),
    servers(
        "tenants migrate at the same time, each in a schema",
        tenants,
    ),
    servers("a schema is made only when that is asked for", missing),
    servers(
        "a migration that fails leaves the session in the schema where it was",
        failure,
    ),
    servers("a function finds the schema of the set", function),
    everywhere(
        "a schema that is no name is refused before anything is sent",
        hostile,
    ),
    sqlite(
        "an attached database is the schema of those who write it",
        attached,
    ),
    sqlite(
        "foreign keys in an attached database are checked after a table was dropped",
        foreign_keys,
    ),
    postgres(
        "a set in a schema waits for nobody's lock but its own",
        locks,
    ),
    postgres(
        "an index is built concurrently in the schema of the set",
        index,
    ),
    postgres(
        "a migration that sets the search path leaves the next one in the schema of the set",
        search_path,
    ),
    postgres("a trial in a schema that is not there leaves none", trial),
    mysql(
        "a statement in doubt is looked for in the schema of the set",
        |case| {
            doubt(case, "CREATE TABLE tags (id INTEGER)");
        },
    ),
    postgres(
        "an index in doubt is looked for in the schema of the set",
        |case| {
            doubt(case, "CREATE INDEX CONCURRENTLY by_id ON posts (id)");
        },
    ),
];

/// A schema, which is dropped in the end: on MySQL it is a database beside that of the case.
struct Schema<'c, 'a> {
    case: &'c Case<'a>,
    name: String,
}

impl<'c, 'a> Schema<'c, 'a> {
    fn new(case: &'c Case<'a>, name: &str) -> Self {
        let name = format!("{}{name}", case.by_family("", "", "rungs_"));
        let name = case.by_family(name.clone(), name.clone(), format!("{}_{name}", here(case)));
        Self { case, name }
    }

    fn migrator(&self, files: &[(&str, &str)]) -> Migrator<'static> {
        let migrator = self.case.migrator(files).schema(&self.name);
        migrator.create_schema(true)
    }

    /// Makes it as somebody else does.
    fn create(&self) {
        self.query(&format!("CREATE SCHEMA {}", self.name));
    }

    fn tables(&self) -> Vec<String> {
        tables(self.case, &self.name)
    }

    fn rows(&self, table: &str) -> usize {
        let sql = format!("SELECT * FROM {}.{table}", self.name);
        self.case.observe().query(&sql).len()
    }

    fn query(&self, sql: &str) {
        self.case.observe().query(sql);
    }
}

impl Drop for Schema<'_, '_> {
    fn drop(&mut self) {
        let drop = format!(
            "DROP SCHEMA IF EXISTS {}{}",
            self.name,
            self.case.by_family("", " CASCADE", "")
        );
        self.query(&drop);
    }
}

/// The schema of who says nothing.
fn here(case: &Case<'_>) -> String {
    let sql = case.by_family("", "SELECT current_schema()", "SELECT DATABASE()");
    case.observe().value(sql).unwrap_or_default()
}

/// The question where a session is.
fn whereabouts(case: &Case<'_>) -> &'static str {
    case.by_family(
        "",
        "SELECT current_setting('search_path')",
        "SELECT DATABASE()",
    )
}

fn tables(case: &Case<'_>, schema: &str) -> Vec<String> {
    let sql = format!(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}' ORDER BY 1"
    );
    let rows = case.observe().query(&sql);
    rows.into_iter().flatten().flatten().collect()
}

fn unqualified(case: &Case<'_>) {
    let schema = Schema::new(case, "app");
    let migrator = schema.migrator(THREE);
    let mut session = case.open();
    let before = session.ask(whereabouts(case));
    assert!(!session.is_up_to_date(&migrator).unwrap());
    assert_eq!(
        versions(&session.upgrade(&migrator).unwrap().ran),
        [1, 2, 3]
    );
    assert_eq!(schema.tables(), ["posts", "rungs_log", "tags", "users"]);
    assert_eq!(schema.rows("users"), 1);
    assert_eq!(tables(case, &here(case)), [] as [&str; 0]);
    assert_eq!(session.ask(whereabouts(case)), before);
    let (report, sent) = case.sent_by(|| session.upgrade(&migrator).unwrap());
    assert!(report.already_up_to_date());
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert_eq!(session.history(&migrator).unwrap().len(), 3);
    assert_eq!(versions(&session.redo(&migrator).unwrap().ran), [3, 3]);
    session.downgrade_to(&migrator, "base").unwrap();
    assert_eq!(schema.tables(), ["rungs_log"]);
    assert_eq!(session.ask(whereabouts(case)), before);
}

fn tenants(case: &Case<'_>) {
    let (a, b) = (Schema::new(case, "a"), Schema::new(case, "b"));
    let migrators = [a.migrator(THREE), b.migrator(THREE)];
    let others = migrators.iter().cycle().take(8);
    thread::scope(|scope| {
        for migrator in others {
            let elsewhere = case.elsewhere();
            scope.spawn(move || elsewhere.run(|session| session.upgrade(migrator).unwrap()));
        }
    });
    let mut session = case.open();
    for (tenant, migrator) in [&a, &b].into_iter().zip(&migrators) {
        assert_eq!(tenant.tables(), ["posts", "rungs_log", "tags", "users"]);
        assert_eq!(session.history(migrator).unwrap().len(), 3);
    }
    session.downgrade_to(&migrators[0], "1").unwrap();
    assert_eq!(a.tables(), ["rungs_log", "users"]);
    assert!(session.is_up_to_date(&migrators[1]).unwrap());
}

fn missing(case: &Case<'_>) {
    let schema = Schema::new(case, "app");
    let mut session = case.open();
    let migrator = case.migrator(THREE).schema(&schema.name);
    let error = session.upgrade(&migrator).unwrap_err();
    assert!(error.help().contains("create_schema"), "{error:?}");
    assert_eq!(schema.tables(), [] as [&str; 0]);
    schema.create();
    session.upgrade(&migrator).unwrap();
    assert_eq!(schema.tables(), ["posts", "rungs_log", "tags", "users"]);
    let again = schema.migrator(&THREE[..2]).ahead(rungs::Ahead::Tolerate);
    session.upgrade(&again).unwrap();
}

fn failure(case: &Case<'_>) {
    let bad = case.by_family("", "SELECT 1 / 0", "INSERT INTO users VALUES (1, 'Ada')");
    for mode in ["", "-- rungs: no-transaction\n"] {
        let schema = Schema::new(case, "app");
        let bad = format!("{mode}INSERT INTO users VALUES (2, 'Bob');\n{bad};\n");
        let files = [&THREE[..2], &[("2_bad.up.sql", &bad)]].concat();
        let migrator = schema.migrator(&files);
        let mut session = case.open();
        let before = session.ask(whereabouts(case));
        statement_error(session.upgrade(&migrator).unwrap_err());
        assert_eq!(session.ask(whereabouts(case)), before);
        assert_eq!(session.history(&migrator).unwrap().len(), 2);
        assert_eq!(schema.rows("users"), if mode.is_empty() { 1 } else { 2 });
    }
}

fn function(case: &Case<'_>) {
    let schema = Schema::new(case, "app");
    let files = [&THREE[..2], &[("2_call.up.sql", "-- rungs: call(bob)\n")]].concat();
    let mut session = case.open();
    let migrator = schema.migrator(&files);
    let migrator = session.with_function(migrator, "bob", "INSERT INTO users VALUES (2, 'Bob')");
    session.upgrade(&migrator).unwrap();
    assert_eq!(schema.rows("users"), 2);
}

fn hostile(case: &Case<'_>) {
    let long = "x".repeat(64);
    for name in [
        "", "a.b", "a\"b", "a`", "a'", "App", "é", "1a", "a b", &long,
    ] {
        let migrator = case.migrator(THREE).schema(name);
        assert_error!(
            case.open().upgrade(&migrator),
            Error::InvalidOption {
                option: "schema",
                ..
            }
        );
    }
    assert_eq!(case.sent(), [] as [&str; 0]);
}

const DECLARED: (&str, &str) = ("rungs.toml", "placeholders = [\"schema\"]\n");

fn attached(case: &Case<'_>) {
    let plain = case.migrator(THREE).schema("app");
    let error = case.open().upgrade(&plain).unwrap_err();
    assert!(error.help().contains("{{schema}}"), "{error:?}");
    assert_eq!(case.sent(), [] as [&str; 0]);
    let files = [
        DECLARED,
        (
            "1_users.up.sql",
            "CREATE TABLE {{schema}}.users (id INTEGER PRIMARY KEY);\n",
        ),
        ("1_users.down.sql", "DROP TABLE {{schema}}.users;\n"),
    ];
    let migrator = case.migrator(&files).schema("app");
    let mut session = case.open();
    // Nobody has attached it.
    let error = session.upgrade(&migrator).unwrap_err();
    assert!(error.help().contains("attach"), "{error:?}");
    session.ask(&format!("ATTACH '{}-app' AS app", case.url()));
    session.upgrade(&migrator).unwrap();
    assert!(session.is_up_to_date(&migrator).unwrap());
    assert_eq!(case.observe().tables(), [] as [&str; 0]);
    let tables = "SELECT group_concat(name) FROM (SELECT name FROM app.sqlite_master \
                  WHERE type = 'table' ORDER BY name)";
    assert_eq!(session.ask(tables).as_deref(), Some("rungs_log,users"));
    session.downgrade_to(&migrator, "base").unwrap();
    assert_eq!(session.ask(tables).as_deref(), Some("rungs_log"));
}

fn foreign_keys(case: &Case<'_>) {
    let files = [
        DECLARED,
        (
            "1_tables.up.sql",
            "CREATE TABLE {{schema}}.users (id INTEGER PRIMARY KEY);\n\
             CREATE TABLE {{schema}}.posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id));\n\
             INSERT INTO {{schema}}.users VALUES (1);\n\
             INSERT INTO {{schema}}.posts VALUES (1, 1);\n",
        ),
        (
            "2_empty.up.sql",
            "DROP TABLE {{schema}}.users;\nCREATE TABLE {{schema}}.users (id INTEGER PRIMARY KEY);\n",
        ),
    ];
    let migrator = case.migrator(&files).schema("app");
    let mut session = case.open();
    session.ask(&format!("ATTACH '{}-app' AS app", case.url()));
    assert_error!(session.upgrade(&migrator), Error::ForeignKeys { .. });
    assert_eq!(
        session.ask("SELECT count(*) FROM app.users").as_deref(),
        Some("1")
    );
}

fn locks(case: &Case<'_>) {
    let (a, b) = (Schema::new(case, "a"), Schema::new(case, "b"));
    a.create();
    let mut holder = case.observe();
    holder.query("BEGIN");
    for set in ["main", ""] {
        holder.query(&format!(
            "SELECT pg_advisory_xact_lock(hashtextextended('a.rungs_log:{set}', 0))"
        ));
    }
    let (_, sent) = case.sent_by(|| case.open().upgrade(&b.migrator(THREE)).unwrap());
    assert!(!sent.iter().any(|command| command.contains("pg_locks")));
    holder.query("COMMIT");
    case.open().upgrade(&a.migrator(THREE)).unwrap();
}

fn index(case: &Case<'_>) {
    let schema = Schema::new(case, "app");
    // A table of the same name where the session is by itself.
    case.observe()
        .query("CREATE TABLE users (id integer, name text)");
    let files = [
        &THREE[..2],
        &[
            (
                "2_index.up.sql",
                "CREATE UNIQUE INDEX CONCURRENTLY by_name ON users (name);\n",
            ),
            ("2_index.down.sql", "DROP INDEX CONCURRENTLY by_name;\n"),
        ],
    ]
    .concat();
    let migrator = schema.migrator(&files);
    let mut session = case.open();
    let before = session.ask(whereabouts(case));
    let indexes = || {
        let sql = "SELECT indexrelid::regclass || ' ' || indisvalid FROM pg_index \
                   WHERE indrelid IN ('users'::regclass, 'app.users'::regclass) AND NOT indisprimary";
        let rows = case.observe().query(sql).into_iter();
        rows.flatten().flatten().collect::<Vec<_>>()
    };
    session.upgrade_to(&migrator, "1").unwrap();
    schema.query("INSERT INTO app.users VALUES (2, 'Ada')");
    statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!(session.ask(whereabouts(case)), before);
    assert_eq!(indexes(), ["app.by_name false"]);
    schema.query("DELETE FROM app.users WHERE id = 2");
    session.upgrade(&migrator).unwrap();
    assert_eq!(indexes(), ["app.by_name true"]);
    assert_eq!(session.ask(whereabouts(case)), before);
    session.downgrade_to(&migrator, "1").unwrap();
    assert_eq!(indexes(), [] as [&str; 0]);
    assert_eq!(session.ask(whereabouts(case)), before);
}

fn search_path(case: &Case<'_>) {
    for atomic in [false, true] {
        let schema = Schema::new(case, "app");
        let files = [
            ("1_a.up.sql", "CREATE TABLE a (id integer);\n"),
            (
                "2_b.up.sql",
                "SET search_path = pg_temp;\nCREATE TABLE app.b (id integer);\n",
            ),
            ("3_c.up.sql", "CREATE TABLE c (id integer);\n"),
        ];
        let migrator = schema.migrator(&files).atomic(atomic);
        let mut session = case.open();
        let before = session.ask(whereabouts(case));
        session.upgrade(&migrator).unwrap();
        assert_eq!(schema.tables(), ["a", "b", "c", "rungs_log"]);
        assert_eq!(session.ask(whereabouts(case)), before);
    }
}

fn trial(case: &Case<'_>) {
    let schema = Schema::new(case, "app");
    let trial = case
        .open()
        .check_live(&schema.migrator(THREE), "head")
        .unwrap();
    assert!(trial.passed(), "{trial}");
    let made = "SELECT to_regnamespace('app')::text";
    assert_eq!(case.observe().value(made), None);
}

/// What a run leaves that ends between a statement and its record.
fn doubt(case: &Case<'_>, statement: &str) {
    let schema = Schema::new(case, "app");
    let text =
        format!("-- rungs: no-transaction\nINSERT INTO users VALUES (2, 'Bob');\n{statement};\n");
    let files = [&THREE[..4], &[("3_doubt.up.sql", &text)]].concat();
    let migrator = schema.migrator(&files);
    let mut session = case.open();
    session.upgrade_to(&migrator, "2").unwrap();
    let name = &schema.name;
    let made = statement
        .replace("TABLE tags", &format!("TABLE {name}.tags"))
        .replace("ON posts", &format!("ON {name}.posts"));
    schema.query(&made);
    statement_error(session.upgrade(&migrator).unwrap_err());
    schema.query(&format!(
        "UPDATE {name}.rungs_log SET outcome = 'started', session = NULL, error = NULL WHERE version = 3"
    ));
    session.upgrade(&migrator).unwrap();
    assert!(session.is_up_to_date(&migrator).unwrap());
    assert_eq!(schema.rows("users"), 2);
}
