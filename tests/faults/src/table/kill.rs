//! Migrations of all kinds. What they do to data can be counted, so that a statement that ran twice,
//! or not at all, is found.

use rungs::Database;

use super::Files;

const GROUPS: usize = 2;

/// Tables that statements of each group touch in their own ways, and a large one. Group replication
/// wants a primary key in each.
const TABLES: &str = "\
CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE entry (id SERIAL PRIMARY KEY, tag VARCHAR(40) NOT NULL);
CREATE TABLE once (tag VARCHAR(40) PRIMARY KEY);
CREATE TABLE digit (d INTEGER PRIMARY KEY);
CREATE TABLE big (n INTEGER PRIMARY KEY);
INSERT INTO counter VALUES (1, 0);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
";
const FILL: &str = "\
INSERT INTO big SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d
FROM digit a, digit b, digit c, digit d, digit e;
";

pub(super) fn files(database: Database) -> Files {
    let group: fn(usize) -> Vec<String> = match database {
        Database::Mysql => mysql,
        _ => postgres,
    };
    let texts = [TABLES.to_owned(), FILL.to_owned()];
    let texts = texts.into_iter().chain((1..=GROUPS).flat_map(group));
    let file = |(index, text)| (format!("{:04}_step.sql", index + 1), text);
    texts.enumerate().map(file).collect()
}

/// Three statements that each show how often they ran.
fn count(tag: &str) -> String {
    format!(
        "UPDATE counter SET n = n + 1;\n\
         INSERT INTO entry (tag) VALUES ('{tag}');\n\
         INSERT INTO once VALUES ('{tag}');\n"
    )
}

fn postgres(group: usize) -> Vec<String> {
    let count = |what: &str| count(&format!("{what} {group}"));
    vec![
        count("quick"),
        format!(
            "CREATE TABLE made_{group} (id INTEGER PRIMARY KEY);\n{}",
            count("table")
        ),
        // It takes longer than the lease.
        format!("{}SELECT pg_sleep(1.2);\n", count("slow")),
        format!("CREATE INDEX CONCURRENTLY big_{group} ON big (n);\n"),
        format!(
            "{}CREATE UNIQUE INDEX CONCURRENTLY unique_{group} ON big (n);\n{}",
            count("before"),
            count("after")
        ),
        format!(
            "ALTER TABLE big ADD COLUMN c_{group} INTEGER;\nALTER TABLE big ALTER COLUMN n TYPE {};\n",
            if group.is_multiple_of(2) {
                "INTEGER"
            } else {
                "BIGINT"
            }
        ),
        format!(
            "CREATE INDEX CONCURRENTLY gone_{group} ON big (n);\nSELECT pg_sleep(1.2);\n{}\
             DROP INDEX CONCURRENTLY gone_{group};\n{}",
            count("between"),
            count("dropped")
        ),
        format!("VACUUM big;\n{}", count("vacuumed")),
        format!("DROP INDEX unique_{group};\n{}", count("last")),
    ]
}

fn mysql(group: usize) -> Vec<String> {
    let count = |what: &str| count(&format!("{what} {group}"));
    vec![
        count("quick"),
        format!(
            "CREATE TABLE made_{group} (id INTEGER PRIMARY KEY);\n{}",
            count("table")
        ),
        // It takes longer than the lease.
        format!("{}DO SLEEP(1.2);\n", count("slow")),
        format!(
            "ALTER TABLE big ADD COLUMN c_{group} INTEGER;\n{}CREATE INDEX big_{group} ON big (n);\n{}",
            count("before"),
            count("after")
        ),
        format!(
            "ALTER TABLE made_{group} ADD COLUMN a INTEGER;\n\
             ALTER TABLE made_{group} ADD COLUMN b INTEGER;\n\
             DO SLEEP(1.2);\n\
             ALTER TABLE made_{group} DROP COLUMN a;\n\
             ALTER TABLE made_{group} RENAME COLUMN b TO c;\n\
             CREATE VIEW seen_{group} AS SELECT c FROM made_{group};\n{}",
            count("columns")
        ),
        format!("ALTER TABLE big ADD COLUMN copied_{group} INTEGER, ALGORITHM = COPY;\n"),
        format!(
            "CREATE TABLE gone_{group} (id INTEGER);\n{}DROP TABLE gone_{group};\n{}",
            count("between"),
            count("dropped")
        ),
    ]
}
