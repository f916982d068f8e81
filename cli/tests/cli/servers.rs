//! The verbs on database servers.

use insta::assert_snapshot;
use rungs_servers::{Protocol, Role, Running, require};

use crate::sandbox::{Sandbox, UNKNOWN_NAMES_PASS};

/// A database of a server, for one test.
pub(crate) struct Database<'s> {
    server: &'s Running,
    name: String,
}

impl<'s> Database<'s> {
    pub(crate) fn create(server: &'s Running, purpose: &str) -> Self {
        let name = format!("rungs_cli_{purpose}");
        let database = Self { server, name };
        database.ask("DROP DATABASE IF EXISTS");
        database.ask("CREATE DATABASE");
        database
    }

    fn ask(&self, what: &str) {
        let asked = self.server.ask(&format!("{what} {}", self.name));
        asked.expect("the server does as it is told");
    }

    /// A directory whose `.env` names it.
    pub(crate) fn sandbox(&self, files: &[(&str, &str)]) -> Sandbox {
        let sandbox = Sandbox::new(files);
        let url = self.server.url(&self.name);
        sandbox.write(".env", &format!("DATABASE_URL={url}\n"));
        sandbox
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        self.ask("DROP DATABASE");
    }
}

const UP: (&str, &str) = (
    "migrations/0001_create_users.up.sql",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(100));\n",
);
const DOWN: (&str, &str) = (
    "migrations/0001_create_users.down.sql",
    "DROP TABLE users;\n",
);

/// The first server of its own: poolers and clusters are for the tests of the library.
pub(crate) fn first(protocol: Protocol) -> Running {
    let mut servers = require(protocol).into_iter();
    let own = servers.find(|server| *server.role() == Role::Single);
    own.expect("a server of its own")
}

#[test]
fn a_schema_is_that_of_the_flag_the_environment_or_rungs_toml() {
    for (protocol, purpose) in [
        (Protocol::Postgres, "of_schemas"),
        (Protocol::MySql, "schemas"),
    ] {
        let server = first(protocol);
        let database = Database::create(&server, purpose);
        let sandbox = database.sandbox(&[UP, DOWN]);
        // On MySQL it is a database beside the first, which an earlier test may have left.
        let schemas = ["a", "b"].map(|tenant| format!("{}_{tenant}", database.name));
        let drop = || {
            for schema in &schemas {
                let dropped = server.ask(&format!("DROP SCHEMA IF EXISTS {schema}"));
                dropped.expect("the server does as it is told");
            }
        };
        drop();
        let [a, b] = &schemas;
        let missing = sandbox.run(&["up", "--schema", a]);
        assert!(missing.contains("--create-schema"), "{missing}");
        let up = sandbox.run(&["up", "--schema", a, "--create-schema"]);
        assert!(up.contains("--- exit 0"), "{up}");
        sandbox.write("rungs.toml", &format!("[database]\nschema = '{b}'\n"));
        let of_file = sandbox.run(&["status", "--exit-code"]);
        assert!(of_file.contains("--- exit 3"), "{of_file}");
        let mut of_variable = sandbox.command(&["status", "--exit-code"]);
        let of_variable = of_variable.env("RUNGS_SCHEMA", a).status();
        assert_eq!(of_variable.expect("the command runs").code(), Some(0));
        let env = sandbox.run(&["env", "--schema", a]);
        let shown = env
            .lines()
            .any(|line| line.contains(a) && line.ends_with(" --schema"));
        assert!(shown, "{env}");
        drop();
    }
}

#[test]
fn postgres_says_where_and_why() {
    let server = first(Protocol::Postgres);
    let database = Database::create(&server, "postgres");
    let wrong = "INSERT INTO users (id) VALUES (1);\nSELECT emial\nFROM users;\n";
    let sandbox = database.sandbox(&[
        UNKNOWN_NAMES_PASS,
        UP,
        DOWN,
        ("migrations/0002_mail.up.sql", wrong),
    ]);
    assert_snapshot!("postgres_up", sandbox.run(&["up", "--operator=ada"]));
    assert_snapshot!("postgres_trace", without_session(&sandbox.run(&["trace"])));
    sandbox.write(
        "migrations/0002_mail.up.sql",
        "INSERT INTO users (id) VALUES (1);\n",
    );
    assert_snapshot!(
        "postgres_rebuild",
        sandbox.run(&["rebuild", "mail", "--operator=ada"])
    );
    assert_snapshot!("postgres_status", sandbox.run(&["status", "--exit-code"]));
    assert_snapshot!("postgres_down", sandbox.run(&["down", "1", "--yes"]));
    assert_snapshot!("postgres_wait", sandbox.run(&["wait"]));
}

#[test]
fn mariadb_goes_on_at_the_statement_that_failed() {
    let server = first(Protocol::MySql);
    let database = Database::create(&server, "mariadb");
    let path = "migrations/0002_mail.up.sql";
    let begin = "CREATE TABLE mails (id INTEGER PRIMARY KEY);\nINSERT INTO mails VALUES (1);\n";
    let wrong = format!("{begin}ALTER TABLE nowhere ADD COLUMN x INTEGER;\n");
    let sandbox = database.sandbox(&[UNKNOWN_NAMES_PASS, UP, DOWN, (path, &wrong)]);
    assert_snapshot!("mariadb_up", sandbox.run(&["up", "--operator=ada"]));
    assert_snapshot!("mariadb_status", sandbox.run(&["status", "--exit-code"]));
    assert_snapshot!("mariadb_trace", without_session(&sandbox.run(&["trace"])));
    sandbox.write(
        path,
        &format!("{begin}ALTER TABLE mails ADD COLUMN x INTEGER;\n"),
    );
    assert_snapshot!(
        "mariadb_rebuild",
        sandbox.run(&["rebuild", "2", "--operator=ada"])
    );
    assert_snapshot!(
        "mariadb_status_after",
        sandbox.run(&["status", "--exit-code"])
    );
    assert_snapshot!("mariadb_log", sandbox.run(&["log"]));
}

/// What a procedure does cannot be seen in a catalog.
#[test]
fn a_statement_in_doubt_is_shown_and_settled() {
    let server = first(Protocol::MySql);
    let database = Database::create(&server, "doubt");
    let sandbox = database.sandbox(&[
        (
            "migrations/1_a.sql",
            "CREATE TABLE a (b INTEGER);\nCREATE PROCEDURE p() INSERT INTO nowhere VALUES (2);\n",
        ),
        (
            "migrations/2_calls.sql",
            "INSERT INTO a VALUES (1);\nCALL p();\n",
        ),
    ]);
    assert!(sandbox.run(&["up"]).ends_with("--- exit 1"));
    // As a run leaves it that ends between the statement and its record.
    let leave = "UPDATE rungs_cli_doubt.rungs_log SET outcome = 'started', session = NULL, error = NULL \
                 WHERE version = 2";
    server.ask(leave).expect("the log can be changed");
    assert_snapshot!("doubt_status", sandbox.run(&["status", "--exit-code"]));
    assert_snapshot!("doubt_up", sandbox.run(&["up"]));
    assert_snapshot!(
        "doubt_settle",
        sandbox.run(&["settle", "2", "--done", "--yes"])
    );
    assert_snapshot!("doubt_settle_usage", sandbox.run(&["settle", "2"]));
    assert!(sandbox.run(&["up"]).ends_with("--- exit 0"));
    assert!(sandbox.run(&["status"]).contains("2 applied"));
}

#[test]
fn a_password_that_is_wrong_is_not_shown() {
    for protocol in [Protocol::Postgres, Protocol::MySql] {
        let server = first(protocol);
        let url = server.url("rungs_cli_nowhere");
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (_, rest) = rest.split_once('@').expect("a user");
        let url = format!("{scheme}://nobody_here:S3cret@{rest}");
        let sandbox = Sandbox::new(&[UP]);
        let run = sandbox.run(&["status", "--database-url", &url]);
        assert!(run.contains("cannot connect to "), "{run}");
        assert!(!run.contains("S3cret"), "{run}");
    }
}

/// Without the session, which differs from run to run.
fn without_session(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("session "));
    lines.collect::<Vec<_>>().join("\n")
}
