What SQLite is put through. `=== name` begins a history, `--- up` and `--- down` a migration of it.

=== tables and columns
--- up
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, age INT, note);
--- down
DROP TABLE users;
--- up
ALTER TABLE users ADD COLUMN active BOOLEAN NOT NULL DEFAULT 1;
--- down
ALTER TABLE users DROP COLUMN active;
--- up
ALTER TABLE users RENAME COLUMN note TO remark;
--- down
ALTER TABLE users RENAME COLUMN remark TO note;
--- up
ALTER TABLE users RENAME TO people;
--- down
ALTER TABLE people RENAME TO users;

=== every type
--- up
CREATE TABLE t (a INT, b INTEGER, c VARCHAR(10), d DECIMAL(10, 5), e DOUBLE PRECISION, f, g UNSIGNED BIG INT, h BLOB, i DATETIME, j "odd type", k native character(70));
--- down
DROP TABLE t;

=== defaults
--- up
CREATE TABLE t (a INT DEFAULT 1, b INT DEFAULT -1, c TEXT DEFAULT 'x', d TEXT DEFAULT 'it''s', e TEXT DEFAULT CURRENT_TIMESTAMP,
  f INT DEFAULT (1 + 2), g TEXT DEFAULT (datetime('now')), h INT DEFAULT NULL, i BLOB DEFAULT x'00', j DEFAULT +1.5, k DEFAULT true);
--- down
DROP TABLE t;

=== primary keys
--- up
CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
CREATE TABLE b (x, y, PRIMARY KEY (x, y));
CREATE TABLE c (x TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE d (x INT CONSTRAINT named PRIMARY KEY DESC);
CREATE TABLE e (x INT NOT NULL, CONSTRAINT pk PRIMARY KEY (x)) STRICT;
--- down
DROP TABLE a; DROP TABLE b; DROP TABLE c; DROP TABLE d; DROP TABLE e;

=== unique
--- up
CREATE TABLE t (a INT UNIQUE, b INT, c INT, UNIQUE (a, b), CONSTRAINT named UNIQUE (c) ON CONFLICT REPLACE);
--- down
DROP TABLE t;
--- up
ALTER TABLE t RENAME COLUMN c TO renamed;
--- down
ALTER TABLE t RENAME COLUMN renamed TO c;

=== checks
--- up
CREATE TABLE t (a INT CHECK (a > 0), b TEXT CHECK (b IN ('x', 'y')), CONSTRAINT named CHECK (a < 10 AND length(b) > 0), CHECK (a <> 5));
--- down
DROP TABLE t;
--- up
ALTER TABLE t ADD COLUMN c INT CHECK (c BETWEEN 1 AND 2);
--- up
ALTER TABLE t RENAME COLUMN a TO first;
--- down
ALTER TABLE t RENAME COLUMN first TO a;

=== foreign keys
--- up
CREATE TABLE parent (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INT REFERENCES parent ON DELETE CASCADE, a, b,
  self INT CONSTRAINT itself REFERENCES child (id),
  FOREIGN KEY (a, b) REFERENCES parent (a, b) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED);
--- down
DROP TABLE child;
DROP TABLE parent;

=== a reference in a table
--- up
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE SET NULL);
--- down
DROP TABLE child;
DROP TABLE parent;
--- up
ALTER TABLE child ADD COLUMN q INT REFERENCES parent (id);
--- up
ALTER TABLE parent RENAME TO elder;
--- down
ALTER TABLE elder RENAME TO parent;
--- up
ALTER TABLE elder RENAME COLUMN id TO key;
--- down
ALTER TABLE elder RENAME COLUMN key TO id;

=== a reference to a table that comes later
--- up
CREATE TABLE child (p INT REFERENCES parent (id));
CREATE TABLE parent (id INTEGER PRIMARY KEY);
--- down
DROP TABLE parent;
DROP TABLE child;

=== indexes
--- up
CREATE TABLE t (a INT, b TEXT, c INT);
CREATE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (a, b DESC);
CREATE INDEX k ON t (lower(b));
CREATE INDEX l ON t (c) WHERE a > 0 AND b IS NOT NULL;
CREATE INDEX m ON t (b COLLATE NOCASE ASC);
CREATE INDEX n ON t (a + c);
--- down
DROP TABLE t;
--- up
DROP INDEX i;
--- down
CREATE INDEX i ON t (a);
--- up
ALTER TABLE t RENAME COLUMN b TO renamed;
--- down
ALTER TABLE t RENAME COLUMN renamed TO b;
--- up
ALTER TABLE t RENAME TO u;

=== a column that is dropped
--- up
CREATE TABLE t (a INT, b INT, c INT);
CREATE INDEX i ON t (a);
--- up
ALTER TABLE t DROP COLUMN b;
--- down
ALTER TABLE t ADD COLUMN b INT;
--- up
DROP INDEX i;
ALTER TABLE t DROP COLUMN a;

=== generated columns
--- up
CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c INT AS (a + 1), d TEXT AS (upper('x' || a)) VIRTUAL);
--- down
DROP TABLE t;
--- up
ALTER TABLE t ADD COLUMN e INT AS (a - 1) VIRTUAL;
--- down
ALTER TABLE t DROP COLUMN e;
--- up
ALTER TABLE t RENAME COLUMN a TO first;

=== collations
--- up
CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT NOT NULL COLLATE RTRIM DEFAULT '');
--- down
DROP TABLE t;

=== views
--- up
CREATE TABLE t (a INT, b TEXT);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w (x, y) AS SELECT a, b FROM v;
--- down
DROP VIEW w;
DROP VIEW v;
DROP TABLE t;
--- up
ALTER TABLE t RENAME TO u;
--- down
ALTER TABLE u RENAME TO t;
--- up
DROP VIEW IF EXISTS w;
ALTER TABLE u RENAME COLUMN b TO second;
DROP VIEW IF EXISTS nowhere;

=== triggers
--- up
CREATE TABLE t (a INT, b INT);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = 1 WHERE a = NEW.a; END;
CREATE TRIGGER IF NOT EXISTS old BEFORE UPDATE OF a ON t WHEN NEW.a > 1 BEGIN SELECT RAISE(ABORT, 'no'); END;
--- down
DROP TRIGGER old;
DROP TRIGGER tr;
DROP TABLE t;
--- up
ALTER TABLE t RENAME TO u;
--- down
ALTER TABLE u RENAME TO t;
--- up
DROP TABLE u;

=== a trigger of a view
--- up
CREATE TABLE t (a INT);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (NEW.a); END;
--- down
DROP TRIGGER tr;
DROP VIEW v;
DROP TABLE t;
--- up
DROP VIEW v;

=== a table made anew
--- up
CREATE TABLE t (a INT, b INT);
CREATE INDEX i ON t (a);
--- up
CREATE TABLE t_new (a INT NOT NULL, c TEXT);
INSERT INTO t_new (a) SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE INDEX i ON t (a);
--- down
CREATE TABLE t_old (a INT, b INT);
DROP TABLE t;
ALTER TABLE t_old RENAME TO t;
CREATE INDEX i ON t (a);

=== a table made anew that others refer to
--- up
CREATE TABLE p (id INTEGER PRIMARY KEY, x);
CREATE TABLE c (p INT REFERENCES p (id), q INT REFERENCES p);
--- up
PRAGMA foreign_keys = OFF;
CREATE TABLE p_new (id INTEGER PRIMARY KEY, x NOT NULL);
INSERT INTO p_new SELECT * FROM p;
DROP TABLE p;
ALTER TABLE p_new RENAME TO p;
PRAGMA foreign_keys = ON;

=== the old table is renamed first
--- up
CREATE TABLE p (id INTEGER PRIMARY KEY, x);
CREATE TABLE c (p INT REFERENCES p (id));
--- up
ALTER TABLE p RENAME TO p_old;
CREATE TABLE p (id INTEGER PRIMARY KEY, x NOT NULL);
INSERT INTO p SELECT * FROM p_old;
DROP TABLE p_old;

=== quoted names
--- up
CREATE TABLE "order" ("select" INT, [from] INT, `where` INT, "a b" INT, 'single' INT);
CREATE INDEX "my index" ON "order" ("select", [from]);
--- down
DROP TABLE "order";
--- up
ALTER TABLE "order" RENAME COLUMN "select" TO picked;
--- down
ALTER TABLE [order] RENAME picked TO "select";

=== names without case
--- up
CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT);
CREATE INDEX Users_Name ON USERS (NAME);
--- down
DROP TABLE users;
--- up
ALTER TABLE USERS ADD Age INT;
--- down
ALTER TABLE users DROP age;
--- up
ALTER TABLE users RENAME TO Users2;

=== if exists
--- up
CREATE TABLE IF NOT EXISTS t (a INT);
CREATE TABLE IF NOT EXISTS t (a INT);
CREATE INDEX IF NOT EXISTS i ON t (a);
CREATE INDEX IF NOT EXISTS i ON t (a);
CREATE VIEW IF NOT EXISTS v AS SELECT 1 AS x;
--- down
DROP VIEW IF EXISTS v;
DROP INDEX IF EXISTS i;
DROP TABLE IF EXISTS t;
DROP TABLE IF EXISTS nowhere;

=== temporary tables
--- up
CREATE TEMP TABLE scratch (a INT);
CREATE TABLE t (a INT);
DROP TABLE scratch;
--- down
DROP TABLE t;

=== a table from a query
--- up
CREATE TABLE t (a INT, b TEXT);
CREATE TABLE u AS SELECT a, b FROM t;
--- down
DROP TABLE u;
DROP TABLE t;

=== rows do not count
--- up
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
INSERT INTO t VALUES (1, 'x'), (2, 'y');
INSERT OR IGNORE INTO t (a) VALUES (1);
REPLACE INTO t VALUES (1, 'z');
UPDATE t SET b = 'q' WHERE a = 1;
DELETE FROM t;
--- down
DROP TABLE t;

=== with main before names
--- up
CREATE TABLE main.t (a INT);
CREATE INDEX main.i ON t (a);
ALTER TABLE main.t ADD COLUMN b INT;
--- down
ALTER TABLE main.t DROP COLUMN b;
DROP INDEX main.i;
DROP TABLE main.t;

=== columns with several constraints
--- up
CREATE TABLE t (a INT NOT NULL UNIQUE DEFAULT 1 CHECK (a > 0) REFERENCES t (a) ON DELETE RESTRICT, b TEXT NULL DEFAULT 'x' COLLATE BINARY UNIQUE);
--- down
DROP TABLE t;

=== names of constraints
--- up
CREATE TABLE t (a INT CONSTRAINT n1 NOT NULL CONSTRAINT n2 UNIQUE CONSTRAINT n3 CHECK (a > 1), b INT CONSTRAINT n4 REFERENCES t (a), CONSTRAINT n5 FOREIGN KEY (b) REFERENCES t (a));
--- down
DROP TABLE t;

=== a table with comments in it
--- up
CREATE TABLE t ( -- the first
  a INT, /* the second, with a comma */
  b TEXT DEFAULT '-- no comment' -- the last
);
--- up
ALTER TABLE t ADD COLUMN c INT; -- added
--- down
ALTER TABLE t DROP COLUMN c;

=== strict and typed
--- up
CREATE TABLE t (a INTEGER NOT NULL, b ANY, c REAL, d BLOB, e TEXT) STRICT;
--- up
ALTER TABLE t ADD f INT;
--- down
ALTER TABLE t DROP f;

=== several renames in one migration
--- up
CREATE TABLE a (x INT);
CREATE TABLE b (y INT);
--- up
ALTER TABLE a RENAME TO tmp;
ALTER TABLE b RENAME TO a;
ALTER TABLE tmp RENAME TO b;
--- down
ALTER TABLE a RENAME TO tmp;
ALTER TABLE b RENAME TO a;
ALTER TABLE tmp RENAME TO b;

=== an index on a renamed table
--- up
CREATE TABLE t (a INT);
CREATE UNIQUE INDEX i ON t (a) WHERE a IS NOT NULL;
--- up
ALTER TABLE t RENAME TO u;
DROP INDEX i;
--- down
CREATE UNIQUE INDEX i ON u (a) WHERE a IS NOT NULL;
ALTER TABLE u RENAME TO t;

=== a column renamed in a check and a key
--- up
CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b), CHECK (a > b), UNIQUE (b));
CREATE TABLE c (x INT, y INT, FOREIGN KEY (x, y) REFERENCES t (a, b));
--- up
ALTER TABLE t RENAME COLUMN a TO z;
--- down
ALTER TABLE t RENAME COLUMN z TO a;

=== a virtual table
--- up
CREATE TABLE t (a INT);
CREATE VIRTUAL TABLE search USING fts5(body);
--- down
DROP TABLE search;
DROP TABLE t;

=== savepoints
--- up
CREATE TABLE t (a INT);
ALTER TABLE t ADD COLUMN b INT DEFAULT 0;
ALTER TABLE t ADD COLUMN c INT DEFAULT 0;
--- down
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t DROP COLUMN b;
DROP TABLE t;

=== a default that is an expression with commas
--- up
CREATE TABLE t (a TEXT DEFAULT (printf('%s,%s', 'x', 'y')), b INT DEFAULT (max(1, 2)), c INT);
--- down
DROP TABLE t;

=== words of the language as names
--- up
CREATE TABLE t (key INT, "index" INT, value INT, action TEXT, comment TEXT, type TEXT, date TEXT);
CREATE INDEX key ON t (key, value);
--- down
DROP TABLE t;

=== a partial unique index and expressions
--- up
CREATE TABLE t (a INT, b TEXT);
CREATE UNIQUE INDEX u ON t (coalesce(a, 0), b) WHERE b LIKE 'x%' OR a IN (1, 2);
--- down
DROP INDEX u;
DROP TABLE t;

=== a table that is dropped with its parts
--- up
CREATE TABLE t (a INT);
CREATE INDEX i ON t (a);
CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;
--- up
DROP TABLE t;
--- down
CREATE TABLE t (a INT);
CREATE INDEX i ON t (a);
CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;

=== without rowid and a key of several
--- up
CREATE TABLE t (a TEXT NOT NULL, b TEXT NOT NULL, c BLOB, PRIMARY KEY (a, b DESC)) WITHOUT ROWID, STRICT;
--- down
DROP TABLE t;
