//! `drift`, and `schema` of a database.

use insta::assert_snapshot;
use rungs_servers::Protocol;

use crate::sandbox::Sandbox;
use crate::servers::{Database, first};

const FILES: &[(&str, &str)] = &[
    (
        "migrations/0001_users.up.sql",
        "CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email VARCHAR(100) NOT NULL DEFAULT 'nobody',
    age INTEGER CHECK (age > 0)
);
CREATE INDEX users_email ON users (email);
CREATE VIEW adults AS SELECT id FROM users WHERE age > 17;
",
    ),
    (
        "migrations/0002_tags.up.sql",
        "CREATE TABLE tags (id INTEGER PRIMARY KEY, owner INTEGER, FOREIGN KEY (owner) REFERENCES users (id));\n",
    ),
];

/// By somebody who was in a hurry, as a migration of another set.
const BY_HAND: (&str, &str) = (
    "hurry/1_hurry.sql",
    "DROP INDEX users_email;
ALTER TABLE users ADD COLUMN phone VARCHAR(20);
DROP TABLE tags;
CREATE TABLE notes (id INTEGER PRIMARY KEY);
",
);

fn change(sandbox: &Sandbox) {
    let run = sandbox.run(&["up", "--dir", "hurry", "--key", "hurry"]);
    assert!(run.ends_with("--- exit 0"), "{run}");
}

#[test]
fn what_was_done_by_hand_is_found() {
    let sandbox = Sandbox::new(FILES);
    sandbox.write(".env", "DATABASE_URL=sqlite:app.sqlite\n");
    sandbox.write(BY_HAND.0, BY_HAND.1);
    assert!(sandbox.run(&["up"]).ends_with("--- exit 0"));
    assert_snapshot!(sandbox.run(&["drift", "migrations"]), @"
    --- stderr
    no difference
    --- exit 0
    ");
    assert_snapshot!("schema", sandbox.run(&["schema"]));
    assert_snapshot!("schema_json", sandbox.run(&["schema", "--format", "json"]));
    change(&sandbox);
    assert_snapshot!("drift", sandbox.run(&["drift", "migrations"]));
    sandbox.write("rungs.toml", "dialect = 'sqlite'\nexternal = ['notes']\n");
    let run = sandbox.run(&["drift", "migrations"]);
    assert!(!run.contains("notes"), "others create it: {run}");
    let run = sandbox.run(&["drift", "migrations", "--at", "1"]);
    assert!(!run.contains("tags"), "a later version makes it: {run}");
}

#[test]
fn servers_print_otherwise_what_is_the_same() {
    for (protocol, name) in [
        (Protocol::Postgres, "drift_postgres"),
        (Protocol::MySql, "drift_mariadb"),
    ] {
        let server = first(protocol);
        let database = Database::create(&server, name);
        let sandbox = database.sandbox(FILES);
        let by_hand = match protocol {
            Protocol::Postgres => BY_HAND.1.to_owned(),
            Protocol::MySql => BY_HAND.1.replace("users_email;", "users_email ON users;"),
        };
        sandbox.write(BY_HAND.0, &by_hand);
        assert!(sandbox.run(&["up"]).ends_with("--- exit 0"));
        let run = sandbox.run(&["drift", "migrations"]);
        assert!(run.ends_with("no difference\n--- exit 0"), "{run}");
        change(&sandbox);
        assert_snapshot!(name, sandbox.run(&["drift", "migrations"]));
    }
}

#[test]
fn migrations_that_are_wrong_are_not_compared() {
    let sandbox = Sandbox::new(&[("migrations/1.sql", "CREATE TABEL t (a INT);\n")]);
    let run = sandbox.run(&["drift", "migrations", "--database-url", "sqlite:a.sqlite"]);
    assert!(run.contains("so nothing was compared"), "{run}");
    assert!(run.ends_with("--- exit 1"), "{run}");
}
