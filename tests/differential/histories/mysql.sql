What MySQL and MariaDB are put through. `=== name` begins a history, `--- up` and `--- down` a migration of it.

=== tables and columns
--- up
CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(100) NOT NULL, age SMALLINT, note TEXT);
--- down
DROP TABLE users;
--- up
ALTER TABLE users ADD COLUMN active BOOLEAN NOT NULL DEFAULT TRUE AFTER email, ADD COLUMN first INT FIRST;
--- down
ALTER TABLE users DROP COLUMN active, DROP COLUMN first;
--- up
ALTER TABLE users RENAME COLUMN note TO remark;
--- down
ALTER TABLE users RENAME COLUMN remark TO note;
--- up
RENAME TABLE users TO people;
--- down
ALTER TABLE people RENAME TO users;

=== every type
--- up
CREATE TABLE t (a INT, b INTEGER, c INT UNSIGNED, d BIGINT(20), e TINYINT(1), f BOOL, g TINYINT, h MEDIUMINT UNSIGNED, i DECIMAL,
  j DECIMAL(10), k NUMERIC(10, 2), l FLOAT, m DOUBLE, n DOUBLE PRECISION, o CHAR, p CHAR(3), q VARCHAR(10), r TEXT, s MEDIUMTEXT,
  t BLOB, u LONGBLOB, v DATE, w DATETIME, x DATETIME(6), y TIMESTAMP NULL, z TIME, aa YEAR, ab JSON, ac ENUM('a', 'b'), ad SET('x', 'y'),
  ae BINARY(16), af VARBINARY(20), ag BIT, ah BIT(8), ai INT ZEROFILL, aj REAL, ak DEC(5), al CHARACTER VARYING(9), am INT SIGNED, an POINT);
--- down
DROP TABLE t;

=== defaults
--- up
CREATE TABLE t (a INT DEFAULT 1, b INT DEFAULT -1, c VARCHAR(10) DEFAULT 'x', d VARCHAR(10) DEFAULT 'it''s', e DATETIME DEFAULT CURRENT_TIMESTAMP,
  f TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE CURRENT_TIMESTAMP, g BOOL DEFAULT false, h INT DEFAULT NULL, i DECIMAL(5, 2) DEFAULT 1.50,
  j DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), k VARCHAR(36) DEFAULT (uuid()), l INT NOT NULL DEFAULT (1 + 2), m CHAR(1) NOT NULL DEFAULT '');
--- down
DROP TABLE t;
--- up
ALTER TABLE t ALTER COLUMN a SET DEFAULT 5, ALTER b DROP DEFAULT;
--- down
ALTER TABLE t ALTER a SET DEFAULT 1, ALTER b SET DEFAULT -1;

=== auto increment
--- up
CREATE TABLE t (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, x INT) AUTO_INCREMENT = 100;
CREATE TABLE u (id SERIAL, x INT);
--- down
DROP TABLE u, t;
--- up
ALTER TABLE t MODIFY id BIGINT UNSIGNED NOT NULL;
--- down
ALTER TABLE t MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT;

=== primary keys
--- up
CREATE TABLE t (a INT, b INT, c INT, PRIMARY KEY (a, b));
--- down
DROP TABLE t;
--- up
ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (c);
--- down
ALTER TABLE t DROP PRIMARY KEY, MODIFY c INT NULL, ADD PRIMARY KEY (a, b);
--- up
ALTER TABLE t DROP PRIMARY KEY;

=== unique keys
--- up
CREATE TABLE t (a INT UNIQUE, b INT, c INT, UNIQUE (b), UNIQUE KEY named (a, b), CONSTRAINT con UNIQUE (c), UNIQUE INDEX (b, c));
--- down
DROP TABLE t;
--- up
ALTER TABLE t ADD UNIQUE (a), ADD UNIQUE KEY more (c, a);
--- down
ALTER TABLE t DROP INDEX a_2, DROP KEY more;
--- up
ALTER TABLE t RENAME INDEX named TO renamed;
--- down
ALTER TABLE t RENAME KEY renamed TO named;
--- up
ALTER TABLE t DROP CONSTRAINT con;

=== indexes
--- up
CREATE TABLE t (a INT, b VARCHAR(100), c TEXT, d POINT NOT NULL, KEY (a), INDEX named (a, b), INDEX (b(10)), FULLTEXT KEY words (c), SPATIAL INDEX place (d), KEY desc_key (a DESC));
--- down
DROP TABLE t;
--- up
CREATE INDEX i ON t (b, a);
CREATE UNIQUE INDEX u ON t (a) USING BTREE;
CREATE FULLTEXT INDEX f ON t (b);
--- down
DROP INDEX f ON t;
DROP INDEX u ON t;
ALTER TABLE t DROP INDEX i;
--- up
ALTER TABLE t ADD INDEX (a, b), ADD KEY other (c(20)) COMMENT 'x';
--- down
ALTER TABLE t DROP INDEX a_2, DROP INDEX other;
--- up
ALTER TABLE t DROP COLUMN a;

=== checks
--- up
CREATE TABLE t (a INT CHECK (a > 0), b VARCHAR(10), c INT, CONSTRAINT named CHECK (c < 10 AND b <> ''), CHECK (b IN ('x', 'y')));
--- down
DROP TABLE t;
--- up
ALTER TABLE t ADD CONSTRAINT more CHECK (c BETWEEN 1 AND 5);
--- down
ALTER TABLE t DROP CONSTRAINT more;
--- up
ALTER TABLE t ADD COLUMN d INT CHECK (d != 3);
--- down
ALTER TABLE t DROP COLUMN d;
--- up
ALTER TABLE t DROP CONSTRAINT named;

=== foreign keys
--- up
CREATE TABLE parent (id INT PRIMARY KEY, a INT, b INT, UNIQUE (a, b));
CREATE TABLE child (id INT PRIMARY KEY, parent_id INT, a INT, b INT, self INT,
  FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE,
  CONSTRAINT named FOREIGN KEY (a, b) REFERENCES parent (a, b) ON UPDATE SET NULL ON DELETE NO ACTION,
  CONSTRAINT itself FOREIGN KEY (self) REFERENCES child (id) ON DELETE RESTRICT);
--- down
DROP TABLE child;
DROP TABLE parent;
--- up
ALTER TABLE child ADD COLUMN other INT, ADD FOREIGN KEY (other) REFERENCES parent (id);
--- down
ALTER TABLE child DROP FOREIGN KEY child_ibfk_2, DROP COLUMN other;
--- up
ALTER TABLE child DROP FOREIGN KEY named, DROP KEY named;
--- up
RENAME TABLE parent TO elder;
--- down
RENAME TABLE elder TO parent;
--- up
ALTER TABLE elder CHANGE id pk INT;
--- down
ALTER TABLE elder CHANGE pk id INT;

=== an index that a foreign key needs
--- up
CREATE TABLE p (id INT PRIMARY KEY);
CREATE TABLE c (x INT, y INT, FOREIGN KEY (x) REFERENCES p (id));
--- down
DROP TABLE c;
DROP TABLE p;
--- up
CREATE INDEX own ON c (x);
--- down
ALTER TABLE c ADD INDEX x (x), DROP INDEX own;

=== modify and change
--- up
CREATE TABLE t (a INT NOT NULL DEFAULT 1 COMMENT 'first', b VARCHAR(10), c INT, KEY (b));
--- up
ALTER TABLE t MODIFY a BIGINT NULL, MODIFY COLUMN b VARCHAR(20) NOT NULL AFTER c;
--- down
ALTER TABLE t MODIFY a INT NOT NULL DEFAULT 1 COMMENT 'first', MODIFY b VARCHAR(10) AFTER a;
--- up
ALTER TABLE t CHANGE COLUMN b renamed VARCHAR(30) DEFAULT 'x' FIRST;
--- down
ALTER TABLE t CHANGE renamed b VARCHAR(10) AFTER a;

=== generated columns
--- up
CREATE TABLE t (a INT, b INT AS (a * 2) STORED, c INT GENERATED ALWAYS AS (a + 1) VIRTUAL, d VARCHAR(20) AS (concat('x', a)));
--- down
DROP TABLE t;
--- up
ALTER TABLE t ADD COLUMN e INT AS (a - 1) STORED;
--- down
ALTER TABLE t DROP COLUMN e;

=== comments
--- up
CREATE TABLE t (a INT COMMENT 'it''s the first', b INT) COMMENT = 'all of them';
--- up
ALTER TABLE t COMMENT = 'other';
--- down
ALTER TABLE t COMMENT = 'all of them';
--- up
ALTER TABLE t MODIFY a INT;

=== character sets
--- up
CREATE TABLE t (a VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL, b TEXT COLLATE utf8mb4_bin) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC;
--- up
ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

=== views
--- up
CREATE TABLE t (a INT, b INT);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE OR REPLACE ALGORITHM = MERGE VIEW w (x, y) AS SELECT a, b FROM v;
--- down
DROP VIEW w, v;
DROP TABLE t;
--- up
CREATE OR REPLACE VIEW v AS SELECT a, b, 1 AS c FROM t;
--- up
RENAME TABLE v TO v2;
--- down
RENAME TABLE v2 TO v;

=== triggers
--- up
CREATE TABLE t (a INT, b INT);
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 1;
--- down
DROP TRIGGER tr;
DROP TABLE t;
--- up
RENAME TABLE t TO u;
--- up
DROP TABLE u;

=== routines
--- up
CREATE PROCEDURE p(IN a INT) SELECT a;
CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1;
--- down
DROP FUNCTION f;
DROP PROCEDURE p;
--- up
DROP PROCEDURE IF EXISTS p;
DROP PROCEDURE IF EXISTS q;

=== partitions
--- up
CREATE TABLE t (id INT NOT NULL, y INT NOT NULL, PRIMARY KEY (id, y)) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE);
--- down
DROP TABLE t;
--- up
ALTER TABLE t REMOVE PARTITIONING;

=== quoted names
--- up
CREATE TABLE `order` (`select` INT, `a b` INT, `a``b` INT, KEY `my key` (`select`));
--- down
DROP TABLE `order`;
--- up
ALTER TABLE `order` RENAME COLUMN `select` TO picked;
--- down
ALTER TABLE `order` CHANGE picked `select` INT;

=== names without case
--- up
CREATE TABLE users (Id INT PRIMARY KEY, Name VARCHAR(10), KEY By_Name (NAME));
--- up
ALTER TABLE users ADD Age INT, DROP KEY by_name;
--- down
ALTER TABLE users DROP age, ADD KEY By_Name (name);

=== if exists @mariadb
--- up
CREATE TABLE IF NOT EXISTS t (a INT);
CREATE TABLE IF NOT EXISTS t (a INT);
ALTER TABLE t ADD COLUMN IF NOT EXISTS b INT;
ALTER TABLE t ADD COLUMN IF NOT EXISTS b INT;
CREATE INDEX IF NOT EXISTS i ON t (a);
CREATE INDEX IF NOT EXISTS i ON t (a);
--- down
ALTER TABLE t DROP COLUMN IF EXISTS b, DROP COLUMN IF EXISTS z;
DROP INDEX IF EXISTS i ON t;
DROP TABLE IF EXISTS t, nothing;

=== replaced @mariadb
--- up
CREATE TABLE t (a INT);
CREATE OR REPLACE TABLE t (b INT);
CREATE OR REPLACE INDEX i ON t (b);
--- down
DROP TABLE t;

=== a table like another
--- up
CREATE TABLE model (a INT NOT NULL DEFAULT 1, b VARCHAR(10), PRIMARY KEY (a), KEY k (b));
CREATE TABLE copy LIKE model;
--- down
DROP TABLE copy, model;

=== a table from a query
--- up
CREATE TABLE t (a INT, b INT);
CREATE TABLE u AS SELECT a, b FROM t;
--- down
DROP TABLE u, t;

=== temporary tables
--- up
CREATE TEMPORARY TABLE scratch (a INT);
CREATE TABLE t (a INT);
DROP TEMPORARY TABLE scratch;
--- down
DROP TABLE t;

=== sequences @mariadb
--- up
CREATE SEQUENCE s START WITH 10;
--- down
DROP SEQUENCE s;

=== invisible columns
--- up
CREATE TABLE t (a INT, b INT INVISIBLE);
--- down
DROP TABLE t;

=== versioned tables @mariadb
--- up
CREATE TABLE t (a INT) WITH SYSTEM VERSIONING;
--- down
DROP TABLE t;

=== rows do not count
--- up
CREATE TABLE t (a INT PRIMARY KEY, b VARCHAR(10));
INSERT INTO t VALUES (1, 'x');
INSERT INTO t SET a = 2;
INSERT IGNORE INTO t (a) VALUES (1);
REPLACE INTO t VALUES (1, 'z');
INSERT INTO t (a) VALUES (3) ON DUPLICATE KEY UPDATE b = 'y';
UPDATE t SET b = 'q' WHERE a = 1;
DELETE FROM t;
TRUNCATE TABLE t;
--- down
DROP TABLE t;

=== a column that goes from its indexes
--- up
CREATE TABLE t (a INT, b INT, c INT, KEY ab (a, b), KEY only_a (a), KEY ca (c, a));
--- up
ALTER TABLE t DROP COLUMN a;

=== engines and options
--- up
CREATE TABLE t (a INT) ENGINE = MyISAM;
ALTER TABLE t ENGINE = InnoDB, ROW_FORMAT = COMPRESSED;
ALTER TABLE t AUTO_INCREMENT = 5;
ALTER TABLE t DISABLE KEYS;
ALTER TABLE t ENABLE KEYS;
OPTIMIZE TABLE t;
--- down
DROP TABLE t;

=== tables in a circle
--- up
SET FOREIGN_KEY_CHECKS = 0;
CREATE TABLE a (id INT PRIMARY KEY, b INT, CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id));
CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id));
SET FOREIGN_KEY_CHECKS = 1;
--- down
ALTER TABLE a DROP FOREIGN KEY to_b;
DROP TABLE b, a;

=== several renames in one statement
--- up
CREATE TABLE a (x INT);
CREATE TABLE b (y INT);
--- up
RENAME TABLE a TO tmp, b TO a, tmp TO b;
--- down
RENAME TABLE a TO tmp, b TO a, tmp TO b;

=== renamed keys of foreign keys
--- up
CREATE TABLE p (id INT PRIMARY KEY);
CREATE TABLE c (p_id INT, FOREIGN KEY (p_id) REFERENCES p (id));
--- up
RENAME TABLE c TO d;
--- down
RENAME TABLE d TO c;
--- up
ALTER TABLE d CHANGE p_id parent INT;

=== online options
--- up
CREATE TABLE t (a INT);
ALTER TABLE t ADD COLUMN b INT, ALGORITHM = INPLACE, LOCK = NONE;
CREATE INDEX i ON t (a) ALGORITHM = INPLACE LOCK = NONE;
--- down
DROP TABLE t;

=== conditional comments
--- up
/*!40101 SET NAMES utf8 */;
CREATE TABLE t (a INT /*!40000 NOT NULL */, b INT) /*!40100 DEFAULT CHARACTER SET utf8mb4 */;
--- down
DROP TABLE t;

=== a table with a primary key in its column and comments
--- up
CREATE TABLE t ( # the first
  a INT KEY, -- the second
  b INT /* with, a comma */ NOT NULL
);
--- down
DROP TABLE t;

=== enums that grow
--- up
CREATE TABLE t (s ENUM('a', 'b') NOT NULL DEFAULT 'a');
--- up
ALTER TABLE t MODIFY COLUMN s ENUM('a', 'b', 'c') NOT NULL DEFAULT 'b';
--- down
ALTER TABLE t MODIFY COLUMN s ENUM('a', 'b') NOT NULL DEFAULT 'a';

=== an index for several references
--- up
CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b), UNIQUE (b));
CREATE TABLE c (x INT, y INT, KEY xy (x, y), CONSTRAINT both_of FOREIGN KEY (x, y) REFERENCES p (a, b), FOREIGN KEY (y) REFERENCES p (b));
--- down
DROP TABLE c, p;
--- up
ALTER TABLE c DROP FOREIGN KEY both_of;
--- down
ALTER TABLE c ADD CONSTRAINT both_of FOREIGN KEY (x, y) REFERENCES p (a, b);

=== columns at their places
--- up
CREATE TABLE t (a INT, b INT, c INT);
--- up
ALTER TABLE t MODIFY c INT FIRST, ADD d INT AFTER a;
--- down
ALTER TABLE t MODIFY c INT AFTER b, DROP d;

=== if exists on tables
--- up
CREATE TABLE IF NOT EXISTS t (a INT);
CREATE TABLE IF NOT EXISTS t (a INT);
--- down
DROP TABLE IF EXISTS t, nothing;

=== stored columns in the words of MariaDB @mariadb
--- up
CREATE TABLE t (a INT, b INT AS (a * 2) PERSISTENT);
--- down
DROP TABLE t;

=== strings with escapes
--- up
CREATE TABLE t (a INT COMMENT 'it\'s \\ the\n first', b VARCHAR(20) DEFAULT 'it\'s', c VARCHAR(20) DEFAULT "a""b\"c", d ENUM('it''s', 'b'))
  COMMENT = 'it\'s a table';
--- down
DROP TABLE t;

=== strings that go on @mariadb
--- up
CREATE TABLE t (a VARCHAR(20) DEFAULT 'one ' 'two', b VARCHAR(20) CHECK (b <> 'x' 'y'));
--- down
DROP TABLE t;

=== defaults that are computed
--- up
CREATE TABLE t (a DATETIME DEFAULT '2024-01-01', b TIMESTAMP NULL DEFAULT '2024-01-01 10:00:00', c DECIMAL(5, 2) DEFAULT 1,
  d DECIMAL(5, 2) DEFAULT 1.5, e FLOAT DEFAULT 1.0, f DATE DEFAULT '2024-01-01', g BIT(1) DEFAULT b'0', h DATETIME(3) DEFAULT '2024-01-01 10:00:00');
--- down
DROP TABLE t;

=== functions with two names
--- up
CREATE TABLE t (a VARCHAR(10), b VARCHAR(10) AS (lower(a)) STORED, c VARCHAR(10) AS (ucase(a)), d VARCHAR(10) AS (lcase(upper(a))) VIRTUAL);
--- down
DROP TABLE t;

=== references of the same columns
--- up
CREATE TABLE n (a INT, b INT, UNIQUE KEY u (a), UNIQUE KEY ab (a, b));
CREATE TABLE p (a INT, b INT, FOREIGN KEY (a) REFERENCES n (a));
--- down
DROP TABLE p, n;
--- up
ALTER TABLE p DROP FOREIGN KEY p_ibfk_1;
--- down
ALTER TABLE p ADD FOREIGN KEY (a) REFERENCES n (a);
--- up
ALTER TABLE p ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES n (a);
--- up
ALTER TABLE p ADD CONSTRAINT fk2 FOREIGN KEY (a) REFERENCES n (a);
--- up
ALTER TABLE p ADD CONSTRAINT fk3 FOREIGN KEY (a, b) REFERENCES n (a, b);
--- up
ALTER TABLE p ADD CONSTRAINT fk4 FOREIGN KEY (a) REFERENCES n (a);
--- up
CREATE TABLE q (a INT, b INT, CONSTRAINT x FOREIGN KEY (a) REFERENCES n (a), CONSTRAINT y FOREIGN KEY (a, b) REFERENCES n (a, b), CONSTRAINT z FOREIGN KEY (a) REFERENCES n (a));
CREATE TABLE r (a INT, b INT, CONSTRAINT rx FOREIGN KEY (a) REFERENCES n (a));
--- down
DROP TABLE r, q;
--- up
ALTER TABLE r ADD PRIMARY KEY (a, b);
--- up
CREATE TABLE s (a INT, b INT, FOREIGN KEY (a) REFERENCES n (a));
ALTER TABLE s RENAME INDEX a TO aa;
CREATE INDEX ab ON s (a, b);
--- up
CREATE TABLE v (a INT, b INT, FOREIGN KEY (a) REFERENCES n (a));
CREATE UNIQUE INDEX ab ON v (a, b);

=== references in columns
--- up
CREATE TABLE p (id INT PRIMARY KEY);
CREATE TABLE c (id INT PRIMARY KEY, p INT REFERENCES p (id), q INT, FOREIGN KEY (q) REFERENCES p (id));
--- up
ALTER TABLE c ADD COLUMN r INT REFERENCES p (id) ON DELETE CASCADE;

=== a column in the comment of some servers
--- up
CREATE TABLE t (a INT, b INT /*!80023 INVISIBLE */);
--- down
DROP TABLE t;

=== a key whose column goes
--- up
CREATE TABLE t (a INT, b INT UNIQUE, c INT, UNIQUE KEY named (c));
--- up
ALTER TABLE t DROP COLUMN b, DROP COLUMN c;

=== all that another table has
--- up
CREATE TABLE n (a INT PRIMARY KEY);
CREATE TABLE model (a INT NOT NULL AUTO_INCREMENT, b VARCHAR(10) DEFAULT 'x' COMMENT 'said', c INT, d INT AS (c + 1) STORED, PRIMARY KEY (a), UNIQUE (b), KEY k (c, b),
  FOREIGN KEY (c) REFERENCES n (a), CHECK (c > 0)) COMMENT = 'all';
CREATE TABLE copy LIKE model;
CREATE TABLE other (LIKE model);
--- down
DROP TABLE copy, other, model, n;
--- up
ALTER TABLE copy DROP COLUMN d, ADD KEY (a, b);

=== columns of a versioned table @mariadb
--- up
CREATE TABLE t (a INT, b VARCHAR(10) DEFAULT 'x', KEY (b)) WITH SYSTEM VERSIONING;
--- down
DROP TABLE t;
--- up
SELECT a, row_start FROM t;
