//! A migration in a transaction and one outside, each with a statement of some seconds.

use rungs::Database;

use super::Files;

pub(super) fn files(database: Database) -> Files {
    let (sleep, outside) = match database {
        // A script with `DO` gets no transaction of its own.
        Database::Mysql => ("SELECT SLEEP(4)", "CREATE TABLE made (id INTEGER)"),
        _ => (
            "SELECT pg_sleep(4)",
            "CREATE INDEX CONCURRENTLY entry_tag ON entry (tag)",
        ),
    };
    let texts = [
        "CREATE TABLE entry (id SERIAL PRIMARY KEY, tag VARCHAR(40) NOT NULL);\n".to_owned(),
        format!("INSERT INTO entry (tag) VALUES ('inside');\n{sleep};\n"),
        format!("{outside};\n{sleep};\nINSERT INTO entry (tag) VALUES ('outside');\n"),
    ];
    let file = |(index, text)| (format!("{:04}_step.sql", index + 1), text);
    texts.into_iter().enumerate().map(file).collect()
}
