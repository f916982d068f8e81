//! Valid statements that other parsers reject in real projects, one a line.

use super::run;
use crate::dialect::Dialect;

#[test]
fn valid_statements_are_accepted() {
    accept(Dialect::Sqlite, SQLITE);
    accept(Dialect::Postgres, POSTGRES);
    accept(Dialect::Mysql, MYSQL);
}

fn accept(dialect: Dialect, valid: &[&str]) {
    let mut refused = String::new();
    for statement in valid {
        // As the last statement without its delimiter, and with another one after it.
        let (script, alone) = run(statement, &[dialect]);
        refused.push_str(&alone);
        assert_eq!(script.statements.len(), 1, "{statement}");
        let two = run(&format!("{statement};\nSELECT 1;\n"), &[dialect]).0;
        assert_eq!(two.statements.len(), 2, "{statement}");
        assert_eq!(two.statements.first(), script.statements.first());
    }
    assert_eq!(refused, "");
}

const SQLITE: &[&str] = &[
    "PRAGMA foreign_key_check",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA foreign_keys=on",
    "ALTER TABLE `performers` ADD COLUMN `circumcised` varchar[10]",
    "CREATE TABLE t (a INTEGER INTEGER, b BIGINT AUTO_INCREMENT)",
    "CREATE TABLE r (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL, UNIQUE (name) CHECK (id > 0))",
    "CREATE TRIGGER IF NOT EXISTS trg AFTER UPDATE ON drafts FOR EACH ROW BEGIN UPDATE drafts SET at = CASE WHEN 1 THEN 2 ELSE 3 END; END",
    "CREATE UNIQUE INDEX i ON river_job (unique_key) WHERE unique_key IS NOT NULL AND (states & (1 << 3)) >> 2",
    "ALTER TABLE studios ADD COLUMN parent_id INTEGER DEFAULT NULL CHECK (id IS NOT parent_id)",
    "CREATE VIRTUAL TABLE fts USING fts5 (Text01, content='executions', tokenize = 'porter ascii')",
    "DELETE FROM artifacts WHERE EXISTS (SELECT 1 FROM images i WHERE i.x NOT GLOB 'a*')",
    "CREATE TABLE [a;b] (\"c;d\" int, `e;f` int) STRICT, WITHOUT ROWID",
    "INSERT INTO t VALUES (1, 'it''s') ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING *",
    "ALTER TABLE t DROP COLUMN c",
    "ALTER TABLE t RENAME COLUMN a TO b",
    "CREATE TABLE t (a int, b int AS (a * 2) STORED)",
    "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
    "SELECT json_extract(a, '$.x') ->> '$.y' FROM t",
    "REPLACE INTO t VALUES (x'00ff')",
    "SAVEPOINT a",
    "EXPLAIN QUERY PLAN SELECT 1",
];

const POSTGRES: &[&str] = &[
    "do $$ begin raise 'This migration is irreversible'; end $$",
    "DROP INDEX CONCURRENTLY v1_filter_unique_idx",
    "ALTER SEQUENCE user_ids RENAME TO users_seq",
    "CREATE SEQUENCE users_seq INCREMENT BY 1 NO MAXVALUE NO MINVALUE CACHE 1",
    "create or replace procedure p(tablename regclass) language plpgsql as $$ begin end $$",
    "create function f() returns text as $$ select 'x' $$ language sql cost 10 rows 5",
    "ALTER TABLE host ALTER COLUMN id SET STORAGE PLAIN",
    "COMMENT ON FUNCTION random_string(int4) IS NULL",
    "ALTER TABLE community ALTER CONSTRAINT community_instance_id_fkey NOT DEFERRABLE",
    "comment on aggregate arg_max_int4(int4_and_value) is 'For ''select arg_max_int4'''",
    "CREATE EXTENSION IF NOT EXISTS ltree SCHEMA public",
    "ALTER TABLE message ALTER uid TYPE VARCHAR COLLATE \"C\"",
    "ANALYZE v1_runs_olap, v1_tasks_olap",
    "comment on table t is 'host_history_base is ' \n 'a table'",
    "create trigger x before update on server for each row execute procedure f('public_id')",
    "ALTER TABLE person ADD CONSTRAINT user__local_not_null NOT NULL local",
    "REINDEX TABLE post",
    "CREATE OR REPLACE AGGREGATE public.last (anyelement) (SFUNC = public.last_agg, STYPE = anyelement)",
    "alter domain wh_dim_id rename to wh_dim_key",
    "drop aggregate arg_min_text(text_and_value)",
    "create domain wh_timestamp as timestamp with time zone not null",
    "COMMENT ON COLUMN t.c IS $$The maximum$$",
    "CREATE INDEX i ON role USING gist (name gist_trgm_ops(siglen=256))",
    "create materialized view info.s as select *, 1 as total from a with no data",
    "CREATE statistics s ON (liked IS NULL), (vote IS NULL) FROM comment_actions",
    "ALTER TRIGGER a ON person RENAME TO b",
    "ALTER PUBLICATION p DROP TABLE public.blobs",
    "SELECT",
    "alter view a rename to b",
    "CREATE INDEX IF NOT EXISTS i ON ONLY t USING GIN (meta)",
    "ALTER INDEX IF EXISTS a RENAME TO b",
    "CREATE PUBLICATION p",
    "CREATE FUNCTION r.ids (path ltree) RETURNS SETOF int LANGUAGE sql IMMUTABLE RETURN 1",
    "DROP statistics a, b",
    "CREATE OR REPLACE RULE \"r\" AS ON INSERT TO events DO UPDATE events SET a = 1",
    "CREATE RULE r AS ON DELETE TO t DO ALSO (INSERT INTO l VALUES (1); DELETE FROM x)",
    "ALTER TABLE collections ALTER COLUMN collection_id RESTART WITH 101",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (lower(a)) INCLUDE (b) WHERE c",
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'meh' AFTER 'ok'",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END; SELECT 2; END",
    "INSERT INTO t VALUES (E'it\\'s; ok', U&'\\0041', $tag$a;$$;b$tag$)",
    "CREATE TABLE p PARTITION OF q FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    "ALTER TABLE q DETACH PARTITION p CONCURRENTLY",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    "CREATE POLICY p ON t USING (owner = current_user)",
    "SELECT set_config('search_path', '', false)",
    "SET lock_timeout = '2s'",
    "SELECT a$b$c FROM t",
];

const MYSQL: &[&str] = &[
    "SELECT 1 /*M!999999\\- enable the sandbox mode */ + 1",
    "CREATE OR REPLACE INDEX by_owner ON pets (owner)",
    "CREATE OR REPLACE UNIQUE INDEX by_chip ON pets (chip(12))",
    "CREATE OR REPLACE FULLTEXT INDEX by_story ON pets (story)",
    "CREATE OR REPLACE DATABASE shelter CHARACTER SET utf8mb4",
    "CREATE OR REPLACE ROLE keeper",
    "CREATE OR REPLACE USER 'vet'@'%' IDENTIFIED BY 'x'",
    "CREATE OR REPLACE TABLE pets (chip char(12), at date) WITH SYSTEM VERSIONING",
    "ALTER IGNORE TABLE pets CHANGE chip tag INT UNSIGNED NOT NULL, ENGINE=InnoDB",
    "ALTER ONLINE IGNORE TABLE pets ADD COLUMN fur text",
    "CREATE PROCEDURE IF NOT EXISTS `p`() BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; SELECT 1; END",
    "alter table t_ds_k8s CONVERT TO CHARACTER SET utf8 COLLATE utf8_bin",
    "ALTER TABLE filter ENGINE=InnoDB",
    "ALTER TABLE `users` DROP KEY `nodeid`",
    "ALTER TABLE `users` ROW_FORMAT=DYNAMIC",
    "ALTER TABLE `users` CHANGE `alias` `alias` varchar(128) BINARY NOT NULL",
    "CREATE TABLE users (alias varchar(128) BINARY NOT NULL) ENGINE=InnoDB",
    "ALTER TABLE authz2 DROP INDEX IF EXISTS token",
    "ALTER TABLE authz2 ADD COLUMN IF NOT EXISTS token int NOT NULL, DROP COLUMN IF EXISTS x",
    "PREPARE stmt FROM @sqlstmt",
    "EXECUTE stmt",
    "DEALLOCATE PREPARE stmt",
    "ALTER TABLE u2f_devices RENAME _bkp_UP_V0002_u2f_devices",
    "ALTER TABLE authz2 REMOVE PARTITIONING",
    "ALTER TABLE t PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    "ALTER TABLE t REORGANIZE PARTITION p0, p1 INTO (PARTITION p VALUES LESS THAN MAXVALUE)",
    "CREATE TABLE t (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))",
    "ALTER TABLE t MODIFY COLUMN `version` int NOT NULL DEFAULT 1 COMMENT \"a; b\"",
    "SET @sqlstmt := IF(@exist > 0, 'ALTER TABLE `w` DROP INDEX `i`', 'SELECT 1')",
    "UPDATE filter AS f, user_x_property AS p SET f.user_id = p.user_id WHERE p.property_id = f.id",
    "CREATE FULLTEXT INDEX by_text_01 ON custom_search_attributes (Text01)",
    "DROP INDEX idx_user_lookup on tuple LOCK = NONE",
    "alter table user_collections add column (total_bytes bigint, count int)",
    "ALTER TABLE t ENGINE=InnoDB, ADD COLUMN x int NOT NULL, ROW_FORMAT=DYNAMIC, ADD COLUMN y int",
    "ALTER TABLE t ADD UNIQUE KEY u (a(10), b DESC), ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id) ON DELETE CASCADE",
    "CREATE TABLE t (id bigint unsigned NOT NULL AUTO_INCREMENT, j json, at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), e enum('a','b') DEFAULT 'a', PRIMARY KEY (id), KEY k (e), UNIQUE KEY u (at), FULLTEXT KEY f (j)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='x'",
    "INSERT INTO t (a, b) VALUES (1, 'it\\'s; ok') ON DUPLICATE KEY UPDATE b = VALUES(b)",
    "INSERT IGNORE INTO t SELECT 5--1 FROM u",
    "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.a IS NULL THEN SET NEW.a = IF(1, 2, 3); ELSEIF NEW.b THEN SET NEW.a = 1; END IF; END",
    "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
    "CREATE DEFINER=`root`@`localhost` FUNCTION f(a int) RETURNS int DETERMINISTIC BEGIN CASE a WHEN 1 THEN RETURN 2; ELSE RETURN CASE WHEN a THEN 1 ELSE IF(a, 1, 2) END; END CASE; END",
    "CREATE PROCEDURE p() BEGIN l: LOOP LEAVE l; END LOOP; WHILE 1 DO SELECT 1; END WHILE; REPEAT SELECT 1; UNTIL 1 END REPEAT; DROP TABLE IF EXISTS x; END",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; END",
    "/*!40101 SET NAMES utf8 */",
    "SET FOREIGN_KEY_CHECKS = 0",
    "LOCK TABLES `t` WRITE",
    "UNLOCK TABLES",
    "DROP PROCEDURE IF EXISTS p",
    "RENAME TABLE a TO b, c TO d",
    "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY DEFINER VIEW v AS SELECT 1",
    "TRUNCATE TABLE t",
    "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1, ALTER INDEX i INVISIBLE",
    "ALTER DATABASE CHARACTER SET utf8mb4",
    "ALTER TABLE t ADD INDEX i ((lower(a))), ALGORITHM=INPLACE, LOCK=NONE",
    "CREATE INDEX i ON t ((CAST(a->>'$.x' AS CHAR(10))))",
    "DELETE a FROM t a JOIN u b ON a.id = b.id WHERE b.x = 1",
    "GRANT SELECT ON db.* TO 'u'@'%'",
    "CALL p()",
];
