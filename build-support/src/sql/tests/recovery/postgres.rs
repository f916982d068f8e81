use super::all;
use crate::dialect::Dialect::Postgres;
use crate::sql::tests::report;

#[test]
fn statements_that_no_transaction_can_hold() {
    all(
        Postgres,
        &[
            ("CREATE INDEX CONCURRENTLY i ON t (a)", "+ValidIndex t.i"),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY \"I\" ON ONLY s.\"T\" (a)",
                "+ValidIndex s.\"T\".\"I\"",
            ),
            // What a crash left invalid would be passed over.
            (
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
                "+ValidIndex t.i",
            ),
            (
                "create index /* a */ concurrently größe -- b\n on \"naïve\" (a)",
                "+ValidIndex \"naïve\".größe",
            ),
            ("DROP INDEX CONCURRENTLY i", "-Index i"),
            ("DROP INDEX CONCURRENTLY s.i CASCADE", "-Index s.i"),
            ("DROP INDEX CONCURRENTLY IF EXISTS i", "repeat"),
            ("CREATE DATABASE d", "+Database d"),
            ("CREATE DATABASE \"D\" WITH OWNER = o", "+Database \"D\""),
            ("DROP DATABASE d", "-Database d"),
            ("DROP DATABASE d WITH (FORCE)", "-Database d"),
            ("DROP DATABASE IF EXISTS d", "repeat"),
            ("ALTER DATABASE d SET TABLESPACE x", "repeat"),
            ("CREATE TABLESPACE s LOCATION '/x'", "+Tablespace s"),
            ("DROP TABLESPACE s", "-Tablespace s"),
            (
                "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
                "+Subscription s",
            ),
            ("DROP SUBSCRIPTION s", "-Subscription s"),
            ("ALTER SUBSCRIPTION s REFRESH PUBLICATION", "repeat"),
            ("ALTER SUBSCRIPTION s ADD PUBLICATION p", "unknown"),
            ("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "unknown"),
            ("ALTER SYSTEM SET work_mem = '1MB'", "repeat"),
            ("VACUUM FULL t", "repeat"),
            ("REINDEX INDEX CONCURRENTLY i", "repeat"),
            ("REINDEX (CONCURRENTLY) TABLE t", "repeat"),
            ("CLUSTER", "repeat"),
            ("DISCARD ALL", "repeat"),
        ],
    );
}

#[test]
fn statements_of_files_without_a_transaction() {
    all(
        Postgres,
        &[
            ("CREATE TABLE s.t (a int)", "+Table s.t"),
            ("CREATE TEMP TABLE t (a int)", "unknown"),
            // The name is not what it seems.
            ("DROP TABLE U&\"d\\0061ta\"", "unknown"),
            ("DROP TABLE a, s.b CASCADE", "-Table a, -Table s.b"),
            ("CREATE SCHEMA s", "+Schema s"),
            ("CREATE SCHEMA AUTHORIZATION o", "unknown"),
            (
                "CREATE TRIGGER g AFTER UPDATE OF a ON s.t EXECUTE FUNCTION f()",
                "+Trigger s.t.g",
            ),
            ("DROP TRIGGER g ON s.t", "-Trigger s.t.g"),
            (
                "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "unknown",
            ),
            (
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "repeat",
            ),
            ("DROP FUNCTION f(int)", "unknown"),
            ("CREATE ROLE r", "+Role r"),
            ("ALTER TYPE m ADD VALUE 'x'", "unknown"),
            ("ALTER TABLE ONLY t ADD COLUMN key text", "+Column t.key"),
            (
                "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
                "+Constraint t.c",
            ),
            ("ALTER TABLE t VALIDATE CONSTRAINT c", "repeat"),
            ("ALTER TABLE t ADD CHECK (a > 0)", "unknown"),
            ("ALTER TABLE t ADD UNIQUE (a)", "unknown"),
            ("ALTER TABLE s.t RENAME TO u", "-Table s.t, +Table s.u"),
            ("ALTER TABLE t RENAME a TO b", "-Column t.a, +Column t.b"),
            (
                "ALTER TABLE t RENAME CONSTRAINT a TO b",
                "-Constraint t.a, +Constraint t.b",
            ),
            ("ALTER TABLE t ALTER a TYPE int USING a * 2", "unknown"),
            (
                "ALTER TABLE t ALTER a SET NOT NULL, ALTER b DROP DEFAULT",
                "repeat",
            ),
            ("ALTER TABLE t SET SCHEMA s", "unknown"),
            ("INSERT INTO t VALUES (1)", "unknown"),
            ("CALL p()", "unknown"),
            ("DO $$ BEGIN END $$", "unknown"),
        ],
    );
}

#[test]
fn an_index_built_concurrently_has_a_name() {
    for text in [
        "CREATE INDEX CONCURRENTLY ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY ON ONLY t (a)",
    ] {
        let report = report(text, Postgres);
        assert!(
            report.contains("`CONCURRENTLY` unnamed-index: "),
            "{report}"
        );
    }
    for text in [
        "CREATE INDEX ON t (a)",
        "CREATE INDEX CONCURRENTLY \"on\" ON t (a)",
    ] {
        assert_eq!(report(text, Postgres), "");
    }
}
