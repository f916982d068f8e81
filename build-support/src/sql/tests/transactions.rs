//! What runs inside a transaction, and who begins it.

use insta::assert_snapshot;

use super::{behaviour, report, statements};
use crate::dialect::Dialect::{self, Mysql, Postgres, Sqlite};
use crate::script::InTransaction::{self, Refused, Runs, TakenOver};

#[test]
fn sqlite() {
    all(
        Sqlite,
        Refused,
        &[
            "VACUUM",
            "VACUUM INTO 'x'",
            "ATTACH 'x' AS y",
            "DETACH y",
            "PRAGMA journal_mode = WAL",
            "PRAGMA main.journal_mode(delete)",
            "PRAGMA synchronous = OFF",
            "PRAGMA page_size = 4096",
            "PRAGMA auto_vacuum = FULL",
            "PRAGMA wal_checkpoint(TRUNCATE)",
        ],
    );
    all(
        Sqlite,
        TakenOver,
        &[
            "PRAGMA foreign_keys = OFF",
            "pragma main.foreign_keys=1",
            "PRAGMA foreign_keys(0)",
        ],
    );
    all(
        Sqlite,
        Runs,
        &[
            "PRAGMA foreign_keys",
            "PRAGMA foreign_key_check",
            "PRAGMA defer_foreign_keys = ON",
            "PRAGMA journal_mode",
            "PRAGMA user_version = 1",
            "CREATE TABLE t (a)",
            "SAVEPOINT a",
            "ROLLBACK TO a",
            "RELEASE a",
            "ROLLBACK TRANSACTION TO SAVEPOINT a",
        ],
    );
}

#[test]
fn postgres() {
    all(
        Postgres,
        Refused,
        &[
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
            "DROP INDEX CONCURRENTLY i",
            "REINDEX INDEX CONCURRENTLY i",
            "REINDEX (CONCURRENTLY) TABLE t",
            "REINDEX SCHEMA s",
            "REINDEX DATABASE d",
            "VACUUM",
            "VACUUM ANALYZE t",
            "CLUSTER",
            "CLUSTER VERBOSE",
            "CREATE DATABASE d",
            "DROP DATABASE d",
            "ALTER DATABASE d SET TABLESPACE x",
            "CREATE TABLESPACE s LOCATION '/x'",
            "DROP TABLESPACE s",
            "ALTER SYSTEM SET a = 1",
            "ALTER TABLE a DETACH PARTITION b CONCURRENTLY",
            "DROP SUBSCRIPTION s",
            "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
            "DISCARD ALL",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
        ],
    );
    all(
        Postgres,
        Runs,
        &[
            "CREATE INDEX i ON t (a)",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "REINDEX TABLE t",
            "CLUSTER t USING i",
            "ALTER DATABASE d SET work_mem = 1",
            "ALTER DATABASE d SET search_path TO tablespace",
            "ALTER DATABASE d RENAME TO e",
            "CHECKPOINT",
            "DISCARD TEMP",
            "TRUNCATE t",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (create_slot = false)",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = 'off')",
            "ALTER TYPE m ADD VALUE 'x'",
            "CREATE EXTENSION x",
            "SET TRANSACTION READ ONLY",
            "ALTER TABLE a DETACH PARTITION b",
        ],
    );
}

#[test]
fn mysql() {
    all(
        Mysql,
        Refused,
        &[
            "CREATE TABLE t (a int)",
            "DROP TABLE t",
            "ALTER TABLE t ADD COLUMN a int",
            "CREATE UNIQUE INDEX i ON t (a)",
            "RENAME TABLE a TO b",
            "TRUNCATE TABLE t",
            "CREATE DEFINER=`a`@`b` VIEW v AS SELECT 1",
            "GRANT SELECT ON d.* TO 'u'",
            "ANALYZE TABLE t",
            "LOCK TABLES t WRITE",
            "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
            "ALTER TABLE t ADD INDEX (a)",
            "DROP TABLE IF EXISTS temporary_",
            "CREATE TEMPORARY SEQUENCE s",
            "SET PASSWORD FOR 'a'@'b' = 'c'",
            "SET DEFAULT ROLE NONE TO 'a'",
            "SET STATEMENT max_statement_time = 1 FOR ALTER TABLE t ADD b int",
            "RESET SLAVE",
            "CACHE INDEX t IN c",
            "LOAD INDEX INTO CACHE t",
            "CALL p()",
            "EXECUTE s",
            "EXECUTE IMMEDIATE 'ALTER TABLE t ADD b int'",
            "BEGIN NOT ATOMIC ALTER TABLE t ADD b int; END",
        ],
    );
    all(
        Mysql,
        Runs,
        &[
            "INSERT INTO t VALUES (1)",
            "UPDATE t SET a = 1",
            "SET @a = 1",
            "SELECT 1",
            "CREATE TEMPORARY TABLE t (a int)",
            "DROP TEMPORARY TABLE t",
            "PREPARE s FROM 'SELECT 1'",
            "LOAD DATA INFILE 'x' INTO TABLE t",
            "CREATE OR REPLACE TEMPORARY TABLE t (a int)",
            "SET ROLE NONE",
            "SET STATEMENT max_statement_time = 1 FOR SELECT 1",
            "CHECKSUM TABLE t",
        ],
    );
}

#[test]
fn a_wrapped_file_is_its_content() {
    for (begin, commit) in [
        ("BEGIN", "COMMIT"),
        ("BEGIN TRANSACTION", "END TRANSACTION"),
        ("BEGIN IMMEDIATE", "COMMIT TRANSACTION"),
        ("BEGIN", "END"),
    ] {
        let text = format!("-- why\n{begin};\nSELECT 1;\nSELECT 2;\n{commit};\n");
        assert_eq!(statements(&text, Sqlite), ["SELECT 1", "SELECT 2"]);
    }
    let text = "START TRANSACTION; SELECT 1; COMMIT WORK";
    assert_eq!(statements(text, Postgres), ["SELECT 1"]);
    assert_eq!(statements(text, Mysql), ["SELECT 1"]);
}

#[test]
fn the_recipe_of_sqlite_for_rebuilding_a_table_is_wrapped() {
    let text = "PRAGMA foreign_keys=OFF; BEGIN; CREATE TABLE n (a); DROP TABLE t; ALTER TABLE n RENAME TO t; PRAGMA foreign_key_check; COMMIT; PRAGMA foreign_keys=ON;";
    assert_eq!(statements(text, Sqlite).len(), 6);
}

#[test]
fn other_transaction_control_is_refused() {
    assert_snapshot!(report("SELECT 1;\nCOMMIT;\nSELECT 2;", Sqlite), @r"
    2:1 `COMMIT` transaction-control: `COMMIT` interferes with the transaction of the migration
      help: remove it; if the statements must not share a transaction, also write `-- rungs: no-transaction` on top
    ");
    for (text, dialect) in [
        ("BEGIN; SELECT 1", Sqlite),
        ("SELECT 1; ROLLBACK", Sqlite),
        ("BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT", Sqlite),
        ("SELECT 1; ABORT", Postgres),
        ("SELECT 1; PREPARE TRANSACTION 'x'", Postgres),
        ("SELECT 1; COMMIT PREPARED 'x'", Postgres),
        ("BEGIN; SELECT 1; COMMIT AND CHAIN", Postgres),
        ("SET autocommit = 0; SELECT 1", Mysql),
        ("SELECT 1; XA START 'x'", Mysql),
    ] {
        let report = report(text, dialect);
        assert!(report.contains("transaction-control"), "{text}: {report}");
        assert!(!report.contains("invalid-sql"), "{text}: {report}");
    }
}

#[test]
fn the_savepoint_of_the_runtime_is_reserved() {
    assert_snapshot!(report("SAVEPOINT mine;\nRELEASE \"Rungs_Migration\";", Sqlite), @r#"
    2:1 `RELEASE "Rungs_Migration"` transaction-control: the savepoint `rungs_migration` is the one that rungs itself sets
      help: give your savepoint another name
    "#);
    for text in [
        "SAVEPOINT rungs_migration",
        "RELEASE SAVEPOINT 'rungs_migration'",
        "ROLLBACK TO [rungs_migration]",
        "ROLLBACK TRANSACTION TO SAVEPOINT `RUNGS_MIGRATION`",
        "BEGIN; SAVEPOINT rungs_migration; COMMIT",
    ] {
        let report = report(text, Sqlite);
        assert_eq!(
            report.matches("transaction-control").count(),
            1,
            "{text}: {report}"
        );
    }
}

#[test]
fn modes_of_a_transaction_are_not_lost() {
    assert_snapshot!(report("BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;", Postgres), @r"
    1:1 `BEGIN ISOLATION LEVEL SERIALIZABLE` transaction-control: `BEGIN` with modes of its own
      help: remove it and its `COMMIT`; write the modes as `SET TRANSACTION ...` in the first statement
    3:1 `COMMIT` transaction-control: `COMMIT` interferes with the transaction of the migration
      help: remove it; if the statements must not share a transaction, also write `-- rungs: no-transaction` on top
    ");
}

#[test]
fn a_transaction_and_none_contradict() {
    assert_snapshot!(report("BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;", Postgres), @r"
    2:1 `CREATE INDEX CONCURRENTLY i ON t (a)` transaction-control: `CREATE INDEX` cannot run in a transaction, and the file begins one
      help: remove `BEGIN` and `COMMIT`: rungs runs the statements one by one and knows where to resume
    ");
    assert_snapshot!(report("-- rungs: no-transaction\nBEGIN;\nSELECT 1;\nCOMMIT;", Postgres), @r"
    2:1 `BEGIN` transaction-control: the file asks for a transaction and for none
      help: remove either this statement with its `COMMIT`, or `no-transaction` above
    ");
}

#[track_caller]
fn all(dialect: Dialect, expected: InTransaction, statements: &[&str]) {
    for statement in statements {
        assert_eq!(behaviour(statement, dialect), expected, "{statement}");
    }
}
