//! How many misspelt names of small directories are found, as the tool tells it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

/// Every name of the migrations is misspelt once, and what is told comes without the directory.
fn mutate(dialect: &str, migrations: &[(&str, &str)]) -> String {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("migrations");
    fs::create_dir(&directory).unwrap();
    for (name, text) in migrations {
        fs::write(directory.join(name), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_rungs-differential"))
        .args(["--dialect", dialect, "--mutate", "--list", "--seed", "7"])
        .arg(&directory)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    told.replace(&format!("{}: ", directory.display()), "")
}

#[test]
fn mistakes_are_found_where_they_are() {
    let told = mutate(
        "sqlite",
        &[
            (
                "1_users.sql",
                "CREATE TABLE users (id INTEGER PRIMARY KEY, nick TEXT);\n\
             CREATE INDEX users_nick ON users (nick);\n",
            ),
            (
                "2_nobody.sql",
                "INSERT INTO users (nick) VALUES ('users');\n\
             UPDATE \"users\" SET nick = 'nobody' WHERE id = 1; -- the users\n",
            ),
        ],
    );
    // Of the first file `users` and `nick` in the index; of the second all but the value.
    assert_eq!(
        told,
        "seed 7, 12 mutants put to the server, 7 refused for the name, 7 caught (100.0 %), 7 as errors, 0 elsewhere; 3 taken, 0 false alarms\n"
    );
}

#[test]
fn names_count_where_the_server_looks_them_up() {
    let told = mutate(
        "sqlite",
        &[
            (
                "1_users.sql",
                "CREATE TABLE users (id INTEGER PRIMARY KEY, nick TEXT);\n\
             CREATE TABLE logins (login INTEGER REFERENCES users);\n",
            ),
            ("2_refused.sql", "INSERT INTO users (login) VALUES (1);\n"),
            (
                "3_never_fired.sql",
                "CREATE TRIGGER users_ad AFTER DELETE ON users BEGIN\n  \
             DELETE FROM logins WHERE login = old.id;\n\
             END;\n\
             DROP INDEX IF EXISTS logins;\n",
            ),
            (
                "4_fired.sql",
                "CREATE TRIGGER users_ai AFTER INSERT ON users BEGIN\n  \
             INSERT INTO logins (login) SELECT id FROM users;\n\
             END;\n\
             INSERT INTO users (nick) VALUES ('nobody');\n",
            ),
        ],
    );
    // Of the third file the table of the trigger; of the last all but the name of the trigger.
    assert_eq!(
        told,
        "seed 7, 20 mutants put to the server, 8 refused for the name, 4 caught (50.0 %), 4 as errors, 0 elsewhere; 12 taken, 0 false alarms\n  \
         missed: 4_fired.sql:2:23: `xlogin` in INSERT INTO logins (login) SELECT id FROM users;\n  \
         missed: 4_fired.sql:2:37: `ixd` in INSERT INTO logins (login) SELECT id FROM users;\n  \
         missed: 4_fired.sql:2:45: `xusers` in INSERT INTO logins (login) SELECT id FROM users;\n  \
         missed: 4_fired.sql:2:15: `lxogins` in INSERT INTO logins (login) SELECT id FROM users;\n"
    );
}

#[test]
fn what_is_built_in_is_no_name() {
    let told = mutate(
        "postgres",
        &[(
            "1_notes.sql",
            "CREATE TYPE mood AS ENUM ('good');\n\
         CREATE TABLE notes (text text, count int, mood mood);\n\
         DO $$ BEGIN UPDATE notes SET count = 0; END $$;\n\
         SELECT count(*) FROM notes;\n",
        )],
    );
    // The type of the last column, two names in the block, and the table of the query.
    assert_eq!(
        told,
        "seed 7, 11 mutants put to the server, 4 refused for the name, 4 caught (100.0 %), 2 as errors, 0 elsewhere; 2 taken, 0 false alarms\n"
    );
}

#[test]
fn the_reason_of_a_foreign_key_is_in_a_warning() {
    let told = mutate(
        "mysql",
        &[
            (
                "1_users.sql",
                "CREATE TABLE users (id INT PRIMARY KEY, boss INT, FOREIGN KEY (boss) REFERENCES users (id));\n",
            ),
            (
                "2_logins.sql",
                "CREATE TABLE logins (login INT, FOREIGN KEY (login) REFERENCES users (id));\n",
            ),
        ],
    );
    // In both the column and the table of the foreign key: MariaDB does not say what of the rest is
    // wrong.
    assert_eq!(
        told,
        "seed 7, 11 mutants put to the server, 4 refused for the name, 4 caught (100.0 %), 4 as errors, 0 elsewhere; 1 taken, 0 false alarms\n"
    );
}
