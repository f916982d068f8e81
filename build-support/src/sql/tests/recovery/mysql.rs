use super::all;
use crate::dialect::Dialect::Mysql;

#[test]
fn objects() {
    all(Mysql, OBJECTS);
}

#[test]
fn tables_are_altered() {
    all(Mysql, TABLES);
}

#[test]
fn keys_are_altered() {
    all(Mysql, KEYS);
}

#[test]
fn other_statements() {
    all(
        Mysql,
        &[
            ("GRANT SELECT ON d.* TO a", "repeat"),
            ("REVOKE SELECT ON d.* FROM a", "repeat"),
            ("ANALYZE TABLE t", "repeat"),
            ("OPTIMIZE TABLE t", "repeat"),
            ("FLUSH PRIVILEGES", "repeat"),
            ("SET @a = 1", "repeat"),
            (
                "SET STATEMENT max_statement_time = 1 FOR ALTER TABLE t ADD a int",
                "unknown",
            ),
            ("BEGIN NOT ATOMIC ALTER TABLE t ADD b int; END", "unknown"),
            ("SET PASSWORD FOR a = 'p'", "repeat"),
            ("LOCK TABLES t WRITE", "repeat"),
            ("UNLOCK TABLES", "repeat"),
            ("INSERT INTO t VALUES (1)", "unknown"),
            ("LOAD DATA INFILE 'x' INTO TABLE t", "unknown"),
            ("CALL p()", "unknown"),
            ("EXECUTE s", "unknown"),
            ("INSTALL PLUGIN p SONAME 'x.so'", "unknown"),
        ],
    );
}

const OBJECTS: &[(&str, &str)] = &[
    ("CREATE TABLE t (a int)", "+Table t"),
    ("CREATE TABLE `d`.`t` (a int)", "+Table `d`.`t`"),
    ("CREATE TABLE IF NOT EXISTS t (a int)", "repeat"),
    ("CREATE OR REPLACE TABLE t (a int)", "repeat"),
    ("CREATE TABLE t LIKE u", "+Table t"),
    ("CREATE TABLE t SELECT * FROM u", "+Table t"),
    ("CREATE TABLE 2fa (a int)", "+Table 2fa"),
    ("CREATE TABLE temp (a int)", "+Table temp"),
    ("CREATE TEMPORARY TABLE t (a int)", "unknown"),
    (
        "CREATE TABLE t (a int) /*!50100 PARTITION BY HASH (a) */",
        "+Table t",
    ),
    ("DROP TABLE t", "-Table t"),
    ("DROP TABLE a, `d`.b RESTRICT", "-Table a, -Table `d`.b"),
    ("DROP TABLE IF EXISTS t", "repeat"),
    ("DROP TEMPORARY TABLE t", "unknown"),
    ("RENAME TABLE a TO b", "-Table a, +Table b"),
    (
        "RENAME TABLE a TO d.b, c TO e",
        "-Table a, +Table d.b, -Table c, +Table e",
    ),
    // The table that is swapped in had another name before.
    ("RENAME TABLE t TO old, new TO t", "+Table old, -Table new"),
    ("RENAME TABLE a TO x, b TO a, x TO b", "unknown"),
    ("TRUNCATE TABLE t", "repeat"),
    ("CREATE VIEW v AS SELECT 1", "+View v"),
    (
        "CREATE ALGORITHM=MERGE DEFINER=`a`@`%` SQL SECURITY INVOKER VIEW d.v AS SELECT 1",
        "+View d.v",
    ),
    ("CREATE OR REPLACE VIEW v AS SELECT 1", "repeat"),
    ("/*!50001 CREATE VIEW v AS SELECT 1 */", "+View v"),
    ("ALTER VIEW v AS SELECT 1", "repeat"),
    ("DROP VIEW v, w", "-View v, -View w"),
    ("CREATE UNIQUE INDEX i ON t (a)", "+Index t.i"),
    ("CREATE INDEX `i` USING BTREE ON d.t (a)", "+Index d.t.`i`"),
    ("CREATE FULLTEXT INDEX i ON t (a)", "+Index t.i"),
    ("CREATE INDEX IF NOT EXISTS i ON t (a)", "repeat"),
    ("DROP INDEX i ON d.t", "-Index d.t.i"),
    ("DROP INDEX `PRIMARY` ON t", "-Index t.`PRIMARY`"),
    ("DROP INDEX IF EXISTS i ON t", "repeat"),
    (
        "CREATE TRIGGER g BEFORE INSERT ON d.t FOR EACH ROW SET NEW.a = 1",
        "+Trigger d.t.g",
    ),
    ("DROP TRIGGER d.g", "-Trigger d.g"),
    (
        "CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS t; END",
        "+Procedure p",
    ),
    (
        "CREATE DEFINER = CURRENT_USER FUNCTION f() RETURNS int RETURN 1",
        "+Function f",
    ),
    ("CREATE FUNCTION f RETURNS STRING SONAME 'x.so'", "unknown"),
    ("ALTER PROCEDURE p COMMENT 'a'", "repeat"),
    ("DROP PROCEDURE p", "-Procedure p"),
    ("DROP FUNCTION IF EXISTS f", "repeat"),
    (
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
        "+Event e",
    ),
    // It drops itself.
    (
        "CREATE EVENT e ON SCHEDULE AT NOW() DO DELETE FROM t",
        "unknown",
    ),
    ("ALTER EVENT e DISABLE", "repeat"),
    ("DROP EVENT e", "-Event e"),
    ("CREATE DATABASE d", "+Database d"),
    ("CREATE SCHEMA d", "+Database d"),
    ("ALTER DATABASE d CHARACTER SET utf8mb4", "repeat"),
    ("DROP DATABASE d", "-Database d"),
    ("CREATE SEQUENCE s START WITH 1", "+Sequence s"),
    ("DROP SEQUENCE s", "-Sequence s"),
    (
        "CREATE USER 'a'@'%' IDENTIFIED BY 'p', b",
        "+User 'a'@'%', +User b",
    ),
    ("CREATE USER IF NOT EXISTS a", "repeat"),
    ("DROP USER a, 'b'@localhost", "-User a, -User 'b'@localhost"),
    ("RENAME USER a TO b", "-User a, +User b"),
    ("ALTER USER a IDENTIFIED BY 'p'", "repeat"),
    (
        "ALTER USER a IDENTIFIED BY 'p' RETAIN CURRENT PASSWORD",
        "unknown",
    ),
    ("CREATE ROLE r, s", "+Role r, +Role s"),
];

const TABLES: &[(&str, &str)] = &[
    ("ALTER TABLE t ADD COLUMN a int", "+Column t.a"),
    (
        "ALTER TABLE `d` . `t` ADD `a` int AFTER `b`",
        "+Column `d`.`t`.`a`",
    ),
    (
        "ALTER TABLE t ADD (a int, b decimal(5, 2))",
        "+Column t.a, +Column t.b",
    ),
    (
        "ALTER TABLE t ADD (a int, KEY k (a))",
        "+Column t.a, +Index t.k",
    ),
    ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int", "repeat"),
    (
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int, ADD b int",
        "+Column t.b",
    ),
    (
        "ALTER TABLE t DROP a, DROP COLUMN b",
        "-Column t.a, -Column t.b",
    ),
    ("ALTER TABLE t DROP COLUMN a, ADD COLUMN a int", "unknown"),
    ("ALTER TABLE t MODIFY a bigint NOT NULL", "repeat"),
    (
        "ALTER TABLE t MODIFY a enum('x', 'y (z'), ADD b int",
        "+Column t.b",
    ),
    ("ALTER TABLE t MODIFY a int UNIQUE", "+UniqueIndexOn t.(a)"),
    (
        "ALTER TABLE t MODIFY COLUMN id int AUTO_INCREMENT PRIMARY KEY",
        "+PrimaryKey t.(id)",
    ),
    ("ALTER TABLE t CHANGE a `A` int", "repeat"),
    (
        "ALTER TABLE t CHANGE COLUMN a b int",
        "-Column t.a, +Column t.b",
    ),
    (
        "ALTER TABLE t RENAME COLUMN a TO b",
        "-Column t.a, +Column t.b",
    ),
    (
        "ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a",
        "unknown",
    ),
    (
        "ALTER TABLE t RENAME INDEX i TO j",
        "-Index t.i, +Index t.j",
    ),
    ("ALTER TABLE t RENAME TO u", "-Table t, +Table u"),
    ("ALTER TABLE d.t RENAME e.u", "-Table d.t, +Table e.u"),
    ("ALTER TABLE t ADD a int, RENAME AS u", "-Table t, +Table u"),
    ("ALTER TABLE t ALTER a SET DEFAULT 1", "repeat"),
    ("ALTER TABLE t ALTER COLUMN a DROP DEFAULT", "repeat"),
    ("ALTER TABLE t ENGINE=InnoDB ROW_FORMAT = DYNAMIC", "repeat"),
    ("ALTER TABLE t COMMENT 'a, b', AUTO_INCREMENT 5", "repeat"),
    ("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", "repeat"),
    ("ALTER TABLE t DEFAULT CHARSET utf8mb4, FORCE", "repeat"),
    (
        "ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE, ADD a int",
        "+Column t.a",
    ),
    ("ALTER TABLE t DISABLE KEYS", "repeat"),
    ("ALTER TABLE t /*!80000 ADD a int */", "+Column t.a"),
];

const KEYS: &[(&str, &str)] = &[
    ("ALTER TABLE t ADD INDEX i (a)", "+Index t.i"),
    ("ALTER TABLE t ADD KEY `i` USING BTREE (a)", "+Index t.`i`"),
    (
        "ALTER TABLE t ADD INDEX (a, `b`(10) DESC)",
        "+IndexOn t.(a `b`)",
    ),
    ("ALTER TABLE t ADD INDEX ((a + 1))", "unknown"),
    ("ALTER TABLE t ADD FULLTEXT (a)", "unknown"),
    ("ALTER TABLE t ADD FULLTEXT INDEX i (a)", "+Index t.i"),
    ("ALTER TABLE t ADD UNIQUE (a)", "+UniqueIndexOn t.(a)"),
    ("ALTER TABLE t ADD UNIQUE KEY i (a)", "+Index t.i"),
    ("ALTER TABLE t ADD UNIQUE i (a)", "+Index t.i"),
    (
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)",
        "+Constraint t.c",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE KEY i (a)",
        "+Index t.i",
    ),
    (
        "ALTER TABLE t ADD PRIMARY KEY (a, b)",
        "+PrimaryKey t.(a b)",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY (a)",
        "+PrimaryKey t.(a)",
    ),
    ("ALTER TABLE t DROP PRIMARY KEY", "-PrimaryKey t."),
    (
        "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a)",
        "repeat",
    ),
    ("ALTER TABLE t DROP INDEX i", "-Index t.i"),
    ("ALTER TABLE t DROP INDEX i, ADD INDEX i (a, b)", "repeat"),
    (
        "ALTER TABLE t DROP KEY i, ADD KEY j (a)",
        "-Index t.i, +Index t.j",
    ),
    ("ALTER TABLE t DROP FOREIGN KEY f", "-Constraint t.f"),
    ("ALTER TABLE t DROP CHECK c", "-Constraint t.c"),
    ("ALTER TABLE t DROP CONSTRAINT c", "-Constraint t.c"),
    (
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE",
        "+Constraint t.f",
    ),
    (
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)",
        "+ForeignKeyOn t.(a)",
    ),
    (
        "ALTER TABLE t ADD FOREIGN KEY i (a, b) REFERENCES p (c, d)",
        "+ForeignKeyOn t.(a b)",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT FOREIGN KEY (a) REFERENCES p (id)",
        "+ForeignKeyOn t.(a)",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "+Constraint t.c",
    ),
    ("ALTER TABLE t ADD CHECK (a > 0)", "unknown"),
    ("ALTER TABLE t ADD CHECK (a > 0), ADD b int", "+Column t.b"),
    ("ALTER TABLE t ALTER INDEX i INVISIBLE", "repeat"),
    (
        "ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (5), PARTITION q VALUES LESS THAN (6))",
        "+Partition t.p, +Partition t.q",
    ),
    ("ALTER TABLE t ADD PARTITION PARTITIONS 4", "unknown"),
    (
        "ALTER TABLE t DROP PARTITION p, q",
        "-Partition t.p, -Partition t.q",
    ),
    (
        "ALTER TABLE t REORGANIZE PARTITION p INTO (PARTITION q VALUES LESS THAN (5))",
        "-Partition t.p, +Partition t.q",
    ),
    ("ALTER TABLE t TRUNCATE PARTITION p", "repeat"),
    ("ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u", "unknown"),
    ("ALTER TABLE t COALESCE PARTITION 2", "unknown"),
    ("ALTER TABLE t REMOVE PARTITIONING", "unknown"),
    ("ALTER TABLE t DISCARD TABLESPACE", "unknown"),
];
