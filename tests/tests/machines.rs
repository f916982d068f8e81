//! What programs read: the feature `serde`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rungs::{Database, Goal, Migrations};
use serde_json::{Value, json};

const FILES: &[(&str, &str)] = &[
    (
        "1_users.up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\n\nINSERT INTO users VALUES (1);\n",
    ),
    ("1_users.down.sql", "DROP TABLE users;\n"),
];
const BAD: (&str, &str) = ("2_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n");

fn table(files: &[(&str, &str)]) -> &'static Migrations {
    rungs_tests::table(Database::Sqlite, files)
}

fn open() -> rusqlite::Connection {
    rusqlite::Connection::open_in_memory().unwrap()
}

/// As JSON, without what differs each time.
fn stable(value: &impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(value).unwrap();
    forget(&mut value);
    value
}

fn forget(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(forget),
        Value::Object(fields) => {
            for (name, value) in fields {
                let differs = ["started_at", "duration_ms", "checksum", "state_digest"];
                if differs.contains(&&**name) {
                    assert!(!value.is_null(), "{name}");
                    *value = Value::Null;
                }
                forget(value);
            }
        }
        _ => {}
    }
}

#[test]
fn a_plan_is_a_list_of_steps() {
    let plan = table(FILES).plan(&mut open(), "head").unwrap();
    let expected = json!([{
        "version": 1,
        "name": "users",
        "direction": "up",
        "action": "run",
        "operation": "run",
        "path": "migrations/1_users.up.sql",
        "in_transaction": true,
        "statements": [
            {
                "line": 1, "column": 1, "sql": "CREATE TABLE users (id INTEGER PRIMARY KEY)",
                "when": null, "verifies": false,
            },
            {
                "line": 3, "column": 1, "sql": "INSERT INTO users VALUES (1)",
                "when": null, "verifies": false,
            },
        ],
    }]);
    assert_eq!(stable(&plan), expected);
}

#[test]
fn a_report_says_what_was_done() {
    let report = table(FILES)
        .reach(&mut open(), Goal::Mark("1".into()))
        .unwrap();
    let ran = json!([{
        "version": 1, "name": "users", "direction": "up", "action": "skip", "statements": 0,
        "duration_ms": null,
    }]);
    assert_eq!(stable(&report), json!({ "ran": ran, "current": 1 }));
}

#[test]
fn a_status_has_the_newest_row_of_the_log() {
    let mut connection = open();
    table(FILES).upgrade(&mut connection).unwrap();
    let status = stable(
        &table(&[FILES, &[BAD]].concat())
            .status(&mut connection)
            .unwrap(),
    );
    assert_eq!(status[0]["state"], "applied");
    assert_eq!(status[0]["last"]["operation"], "run");
    assert_eq!(status[0]["last"]["outcome"], "success");
    let second = json!({ "version": 2, "name": "bad", "state": "pending", "last": null });
    assert_eq!(status[1], second);
}

#[test]
fn an_error_says_where_and_what_to_do() {
    let table = table(&[FILES, &[BAD]].concat());
    let error = stable(&table.upgrade(&mut open()).unwrap_err());
    assert_eq!(error["kind"], "upgrade");
    assert_eq!(error["version"], 2);
    let place = (&error["path"], &error["line"], &error["column"]);
    assert_eq!(
        place,
        (&json!("migrations/2_bad.up.sql"), &json!(1), &json!(1))
    );
    assert!(
        error["help"]
            .as_str()
            .unwrap()
            .starts_with("correct migrations/2_bad.up.sql")
    );
}
