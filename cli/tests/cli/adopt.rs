//! The histories of other tools.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const USERS: (&str, &str) = (
    "migrations/0001_users.up.sql",
    "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
);
const POSTS: (&str, &str) = (
    "migrations/0002_posts.up.sql",
    "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n",
);
const TAGS: (&str, &str) = (
    "migrations/0003_tags.up.sql",
    "CREATE TABLE tags (id INTEGER PRIMARY KEY);\n",
);

/// sqlx has applied the first two; of the second it knows another text.
const BY_SQLX: &str = "\
    CREATE TABLE users (id INTEGER PRIMARY KEY);
    CREATE TABLE posts (id INTEGER PRIMARY KEY);
    CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
        checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES \
        (1, 'users', TRUE, X'bf56d804b4fa9e24aa2a3c122aaf2a88eea1e9f13d33cb772d90e0e8fa668bdf\
8f1ebb8de95be124e4681305e616e8f7', 1), (2, 'posts', TRUE, X'00', 1)";

/// A directory with a database that has this in it.
fn sandbox(history: &str) -> Sandbox {
    let sandbox = Sandbox::new(&[USERS, POSTS, TAGS]);
    sandbox.write(".env", "DATABASE_URL=sqlite:app.sqlite\n");
    let database = rusqlite::Connection::open(sandbox.path().join("app.sqlite"));
    let database = database.expect("a new database");
    database.execute_batch(history).expect("a history");
    sandbox
}

#[test]
fn a_history_is_shown_recorded_and_gone_on_with() {
    let sandbox = sandbox(BY_SQLX);
    assert_snapshot!("adopt_edited", sandbox.run(&["adopt"]));
    assert_snapshot!(
        "adopt_dry",
        sandbox.run(&["adopt", "sqlx", "--allow-changed", "--dry-run"])
    );
    assert_snapshot!("adopt_unasked", sandbox.run(&["adopt", "--allow-changed"]));
    let json = ["adopt", "--allow-changed", "-n", "--format=json"];
    assert_snapshot!("adopt_json", sandbox.run(&json));
    assert_snapshot!(
        "adopt",
        sandbox.run(&["adopt", "--allow-changed", "--yes", "--operator=ada"])
    );
    assert_snapshot!("adopt_again", sandbox.run(&["adopt"]));
    assert_snapshot!("adopt_up", sandbox.run(&["up", "--operator=ada"]));
    assert_snapshot!("adopt_status", sandbox.run(&["status"]));
}

#[test]
fn one_history_must_be_meant() {
    let sandbox = sandbox(
        "CREATE TABLE seaql_migrations (version TEXT PRIMARY KEY, applied_at INTEGER); \
         CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, dirty INTEGER);",
    );
    assert_snapshot!("adopt_several", sandbox.run(&["adopt"]));
    assert_snapshot!("adopt_none", sandbox.run(&["adopt", "goose"]));
    assert_snapshot!("adopt_unknown_tool", sandbox.run(&["adopt", "sqlix"]));
}
