//! Names in queries and expressions: what is told, and what is none of our business.

use super::report;
use crate::dialect::Dialect::{self, Mysql, Postgres, Sqlite};

const ALL: [Dialect; 3] = [Postgres, Sqlite, Mysql];

const TABLES: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99), team_id INTEGER);\n\
                      CREATE TABLE teams (id INTEGER PRIMARY KEY, title VARCHAR(99), owner_id INTEGER);\n";

fn told(statement: &str, dialect: Dialect) -> String {
    report(&format!("{TABLES}{statement};\n"), dialect)
}

/// The first line of what is said, without the place.
fn first(statement: &str, dialect: Dialect) -> String {
    let told = told(statement, dialect);
    let line = told.lines().next().unwrap_or_default();
    let (_, message) = line.split_once(' ').unwrap_or_default();
    message.to_owned()
}

#[test]
fn a_column_that_is_not_there_is_told_wherever_it_stands() {
    for statement in [
        "SELECT emial FROM users",
        "SELECT users.emial FROM users",
        "SELECT u.emial FROM users AS u",
        "SELECT id FROM users WHERE emial = 'a'",
        "SELECT id FROM users GROUP BY id, emial",
        "SELECT id FROM users ORDER BY emial",
        "SELECT count(*) FROM users HAVING max(emial) > 1",
        "SELECT lower(coalesce(emial, 'a')) FROM users",
        "SELECT CASE WHEN emial = 'a' THEN 1 ELSE 2 END FROM users",
        "SELECT id FROM teams WHERE id IN (SELECT emial FROM users)",
        "SELECT id FROM teams WHERE EXISTS (SELECT 1 FROM users WHERE users.id = teams.id AND emial = 'a')",
        "SELECT teams.id FROM teams JOIN users ON users.emial = teams.title",
        "WITH a AS (SELECT emial FROM users) SELECT 1 FROM a",
        "SELECT x.a FROM (SELECT emial AS a FROM users) AS x",
        "SELECT id FROM users UNION SELECT emial FROM users",
        "INSERT INTO teams (id, title) SELECT id, emial FROM users",
        "UPDATE users SET email = emial",
        "UPDATE users SET email = 'a' WHERE emial = 'b'",
        "UPDATE users SET email = (SELECT emial FROM teams WHERE teams.id = team_id)",
        "DELETE FROM users WHERE emial = 'a'",
        "CREATE TABLE t (a INTEGER, CHECK (emial > 0))",
    ] {
        for dialect in ALL {
            let told = first(statement, dialect);
            assert!(
                told.starts_with("unknown-column: there is no column `emial` in "),
                "{dialect:?} {statement}: {told}"
            );
        }
    }
}

#[test]
fn a_view_is_looked_into() {
    for statement in [
        "CREATE VIEW v AS SELECT emial FROM users",
        "CREATE VIEW v (a) AS SELECT emial FROM users",
        "CREATE VIEW v AS SELECT id, email FROM users; SELECT emial FROM v",
        "CREATE VIEW v (a, emil) AS SELECT id, email FROM users; SELECT v.emial FROM v",
        "CREATE TABLE t AS SELECT id, email FROM users; SELECT emial FROM t",
    ] {
        for dialect in ALL {
            let told = first(statement, dialect);
            assert!(told.contains("`emial`"), "{dialect:?} {statement}: {told}");
        }
    }
}

#[test]
fn a_table_that_is_not_there_is_told() {
    for statement in [
        "SELECT 1 FROM usres",
        "SELECT u.id FROM users AS u JOIN team ON team.id = u.team_id",
        "INSERT INTO users (id) SELECT id FROM usres",
        "UPDATE users SET id = 1 WHERE id IN (SELECT id FROM usres)",
        "DELETE FROM users WHERE id IN (SELECT id FROM usres)",
    ] {
        for dialect in ALL {
            let told = first(statement, dialect);
            assert!(
                told.starts_with("unknown-table: there is no table"),
                "{dialect:?} {statement}: {told}"
            );
        }
    }
    insta::assert_snapshot!(told("SELECT usres.id FROM users AS u", Postgres), @"
    1_first.sql:3:8 unknown-table: nothing is called `usres` in this statement
      it reads from `u`
    ");
}

#[test]
fn the_place_is_that_of_the_name() {
    let dropped =
        "ALTER TABLE users DROP COLUMN email;\n/* é */ SELECT u.id,\n  'é', u.email FROM users u";
    insta::assert_snapshot!(told(dropped, Postgres), @"
    1_first.sql:5:10 unknown-column: there is no column `email` in `u`
      1_first.sql:3: dropped or renamed here
    ");
    let misspelt = "SELECT emial, title FROM users CROSS JOIN teams";
    insta::assert_snapshot!(told(misspelt, Postgres), @"
    1_first.sql:3:8 unknown-column: there is no column `emial` in `users` or `teams`
      1_first.sql:1: a column with a similar name
      did you mean `email`?
    ");
}

#[test]
fn a_column_of_two_tables_is_told() {
    for dialect in ALL {
        let told = first(
            "SELECT id FROM users JOIN teams ON teams.id = users.team_id",
            dialect,
        );
        assert_eq!(told, "ambiguous-column: the column `id` is ambiguous");
        let told = first(
            "SELECT users.id FROM users JOIN teams ON teams.id = team_id WHERE id = 1",
            dialect,
        );
        assert_eq!(told, "ambiguous-column: the column `id` is ambiguous");
    }
}

#[test]
fn an_insert_from_a_query_has_the_right_count() {
    for dialect in ALL {
        for (statement, message) in [
            (
                "INSERT INTO users (id, email) SELECT id FROM teams",
                "bad-insert: 1 values for 2 columns",
            ),
            (
                "INSERT INTO users (id, email) SELECT * FROM teams",
                "bad-insert: 3 values for 2 columns",
            ),
            (
                "INSERT INTO users SELECT id, id, id, id FROM teams",
                "bad-insert: 4 values, but `users` has 3 columns",
            ),
        ] {
            assert_eq!(
                first(statement, dialect),
                message,
                "{dialect:?} {statement}"
            );
        }
    }
}

#[test]
fn what_every_server_takes_is_not_told() {
    for statement in [
        "SELECT id, email FROM users WHERE team_id = 1 ORDER BY email",
        "SELECT u.id, t.id FROM users u JOIN teams t ON t.id = u.team_id",
        "SELECT email AS e FROM users ORDER BY e",
        "SELECT count(*) AS n FROM users GROUP BY team_id ORDER BY n",
        "SELECT email AS e, count(*) FROM users GROUP BY e",
        "SELECT id FROM users UNION ALL SELECT id FROM teams ORDER BY id",
        "WITH a AS (SELECT id AS x FROM users) SELECT x FROM a",
        "WITH a (x) AS (SELECT id FROM users), b AS (SELECT x FROM a) SELECT a.x FROM a JOIN b ON a.x = b.x",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n",
        "WITH users AS (SELECT 1 AS x) SELECT x FROM users",
        "SELECT id FROM users AS u WHERE EXISTS (SELECT 1 FROM teams WHERE owner_id = u.id AND title = email)",
        "SELECT (SELECT title FROM teams WHERE teams.id = team_id) FROM users",
        "SELECT x.a FROM (SELECT email AS a FROM users) x",
        "SELECT id, title FROM users JOIN teams USING (id)",
        "SELECT id, title FROM users NATURAL JOIN teams",
        "SELECT current_date, current_timestamp FROM users",
        "UPDATE users SET email = lower(email), team_id = (SELECT max(id) FROM teams)",
        "UPDATE users SET team_id = NULL WHERE team_id NOT IN (SELECT id FROM teams)",
        "DELETE FROM users WHERE team_id IN (SELECT id FROM teams WHERE owner_id = users.id)",
        "INSERT INTO users (id, email) SELECT id, title FROM teams WHERE title <> ''",
        "INSERT INTO users SELECT * FROM teams",
        "INSERT INTO users (id) VALUES (1), ((SELECT max(id) FROM teams))",
        "CREATE TABLE t (a INTEGER, b INTEGER, CHECK (a > b))",
        "CREATE TABLE t AS SELECT * FROM users; SELECT email FROM t",
        "CREATE VIEW v AS SELECT u.*, title FROM users u, teams t WHERE u.team_id = t.id; SELECT email, title FROM v",
        "CREATE VIEW v AS SELECT count(*) AS n, max(id) FROM users; SELECT n FROM v",
        "ALTER TABLE users ADD COLUMN name VARCHAR(9); UPDATE users SET name = email",
        "SELECT row_number() OVER (PARTITION BY team_id ORDER BY email) FROM users",
        "SELECT sum(id) OVER w FROM users WINDOW w AS (PARTITION BY team_id)",
    ] {
        for dialect in ALL {
            assert_eq!(told(statement, dialect), "", "{dialect:?} {statement}");
        }
    }
}

#[test]
fn what_postgresql_takes_is_not_told() {
    for statement in [
        "SELECT u FROM users u",
        "SELECT u.ctid, xmin, u.tableoid::regclass FROM users u",
        "SELECT to_jsonb(u) - 'id', (u).email FROM users u",
        "SELECT g FROM generate_series(1, 10) g",
        "SELECT users.id, g.n FROM users, generate_series(1, users.id) AS g(n)",
        "SELECT u.id, x.title FROM users u, LATERAL (SELECT title FROM teams WHERE teams.id = u.team_id) x",
        "SELECT v.a FROM (VALUES (1, 2)) AS v (a, b)",
        "SELECT column1 FROM (VALUES (1, 2)) AS v",
        "UPDATE users SET email = v.e FROM (VALUES (1, 'a')) AS v (i, e) WHERE v.i = users.id",
        "UPDATE users u SET email = t.title FROM teams t WHERE t.id = u.team_id",
        "DELETE FROM users USING teams WHERE teams.id = users.team_id",
        "INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET email = excluded.email WHERE users.email <> excluded.email RETURNING id",
        "INSERT INTO users AS u (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET email = u.email",
        "WITH gone AS (DELETE FROM users RETURNING id, email) INSERT INTO teams (id, title) SELECT id, email FROM gone",
        "WITH made AS (INSERT INTO users (id) VALUES (1) RETURNING *) SELECT email FROM made",
        "MERGE INTO users u USING teams t ON u.team_id = t.id WHEN MATCHED THEN UPDATE SET email = t.title WHEN NOT MATCHED THEN INSERT (id, email) VALUES (t.id, title)",
        "SELECT table_name, nonsense FROM information_schema.tables",
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
        "SELECT extract(year FROM now()), interval '1 day', date '2020-01-01' FROM users",
        "SELECT array_agg(email ORDER BY id) FILTER (WHERE team_id > 1) FROM users",
        "SELECT DISTINCT ON (team_id) email FROM users ORDER BY team_id, id",
        "CREATE FUNCTION loud(users) RETURNS text LANGUAGE sql AS $$ SELECT 1 $$; SELECT u.loud FROM users u",
        "CREATE INDEX i ON users (lower(email) text_pattern_ops) WHERE team_id IS NOT NULL",
        "CREATE POLICY p ON users USING (email = current_user AND EXISTS (SELECT 1 FROM teams WHERE owner_id = users.id)) WITH CHECK (team_id > 0)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE UPDATE OF email ON users FOR EACH ROW WHEN (OLD.email IS DISTINCT FROM NEW.email) EXECUTE FUNCTION f()",
        "ALTER TABLE users ALTER COLUMN email TYPE integer USING email::integer",
        "ALTER TABLE users ADD COLUMN a text GENERATED ALWAYS AS (lower(email)) STORED, ADD CHECK (team_id > id)",
        "ALTER TABLE users ADD EXCLUDE USING gist (team_id WITH =, int4range(id, team_id) WITH &&)",
        "CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); CREATE TABLE q PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); SELECT id FROM q",
        "CREATE MATERIALIZED VIEW m AS SELECT id, lower(email) FROM users WITH NO DATA; SELECT lower FROM m",
        "SELECT x.id FROM users x JOIN LATERAL jsonb_array_elements(to_jsonb(x)) AS e ON true WHERE e ->> 'a' = 'b'",
        "SELECT unnest(ARRAY[email]) FROM users",
        "SELECT email FROM users ORDER BY users",
        "SELECT a.id FROM users a WHERE (a.id, a.team_id) IN (SELECT id, owner_id FROM teams)",
    ] {
        assert_eq!(told(statement, Postgres), "", "{statement}");
    }
}

#[test]
fn what_sqlite_takes_is_not_told() {
    for statement in [
        "SELECT rowid, oid, _rowid_, users.rowid FROM users",
        "SELECT id FROM users WHERE email = \"text\"",
        "SELECT name FROM sqlite_master",
        "SELECT value FROM json_each('[1]')",
        "SELECT name FROM pragma_table_info('users')",
        "SELECT email AS e FROM users WHERE e = 'a'",
        "CREATE VIEW v AS SELECT a FROM later; CREATE TABLE later (a INTEGER)",
        "INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET email = excluded.email, team_id = team_id + 1",
        "INSERT INTO users (rowid, email) SELECT rowid, title FROM teams",
        "CREATE INDEX i ON users (lower(email)) WHERE team_id > 1",
        "CREATE TABLE t (a INTEGER, b INTEGER AS (a + 1))",
        "CREATE TRIGGER t AFTER UPDATE OF email ON users WHEN new.email <> old.email BEGIN UPDATE teams SET title = new.email; END",
        "CREATE VIRTUAL TABLE f USING fts5(a); SELECT * FROM f WHERE f MATCH 'x'",
        "UPDATE users SET email = t.title FROM teams AS t WHERE t.id = users.team_id",
        "CREATE TABLE n (id INTEGER, email TEXT); INSERT INTO n SELECT id, email FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users",
    ] {
        assert_eq!(told(statement, Sqlite), "", "{statement}");
    }
}

#[test]
fn what_mysql_takes_is_not_told() {
    for statement in [
        "SELECT count(*) AS n FROM users GROUP BY team_id HAVING n > 1",
        "SELECT id FROM users WHERE email = \"text\"",
        "SELECT @a, @@version FROM users",
        "UPDATE users u JOIN teams t ON t.id = u.team_id SET u.email = t.title, u.team_id = NULL WHERE t.title = 'a'",
        "DELETE u FROM users u JOIN teams t ON t.id = u.team_id WHERE t.title = 'a'",
        "DELETE FROM u USING users u JOIN teams t ON t.id = u.team_id",
        "INSERT INTO users (id, email) VALUES (1, 'a') ON DUPLICATE KEY UPDATE email = VALUES(email), team_id = team_id + 1",
        "INSERT INTO users (id, email) VALUES (1, 'a') AS new ON DUPLICATE KEY UPDATE email = new.email",
        "INSERT INTO users (id, email, team_id) SELECT t.id, t.title, t.owner_id FROM teams t ON DUPLICATE KEY UPDATE email = t.title",
        "INSERT INTO users (id, team_id) VALUES (1, id + 1)",
        "SELECT TIMESTAMPDIFF(MONTH, email, now()) FROM users",
        "SELECT DATE_ADD(email, INTERVAL 1 DAY), GROUP_CONCAT(DISTINCT email ORDER BY id SEPARATOR ',') FROM users",
        "SELECT CONVERT(email USING utf8mb4), CAST(id AS CHAR) FROM users",
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE nonsense = 1",
        "SELECT 1 FROM dual",
        "SELECT USERS.ID, Users.Email FROM users",
        "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a + 1) STORED, KEY ((a + b)))",
        "CREATE TABLE t (a INT, b VARCHAR(9)) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10))",
        "CREATE TABLE t (x INT) SELECT id, email FROM users; SELECT x, email FROM t",
        "SELECT email FROM users WHERE MATCH (email) AGAINST ('a' IN BOOLEAN MODE)",
        "SELECT IF(id > 1, email, team_id), IFNULL(email, '') FROM users LIMIT 1",
    ] {
        assert_eq!(told(statement, Mysql), "", "{statement}");
    }
}

#[test]
fn what_a_view_uses_stays_as_it_is_in_postgresql() {
    let view = "CREATE VIEW v AS SELECT u.id, lower(email) AS mail FROM users u";
    let after = |statement: &str| told(&format!("{view};\n{statement}"), Postgres);
    insta::assert_snapshot!(after("ALTER TABLE users DROP COLUMN email"), @"
    1_first.sql:4:31 still-needed: column `email` cannot be dropped: view `v` needs it
      1_first.sql:3: needed here
      drop what needs it first, or add `CASCADE`
    ");
    insta::assert_snapshot!(after("ALTER TABLE users ALTER email TYPE text"), @"
    1_first.sql:4:25 still-needed: the type of `email` cannot change: view `v` uses it
      1_first.sql:3: used here
      drop the view before, and create it again after
    ");
    for statement in [
        "ALTER TABLE users DROP COLUMN team_id",
        "ALTER TABLE users DROP COLUMN email CASCADE; CREATE VIEW v AS SELECT 1 AS a",
        "DROP VIEW v; ALTER TABLE users DROP COLUMN email",
        "ALTER TABLE users RENAME COLUMN email TO mail; SELECT mail FROM v",
        "CREATE OR REPLACE VIEW v AS SELECT id, 'a' AS mail FROM users; ALTER TABLE users DROP COLUMN email",
    ] {
        assert_eq!(after(statement), "", "{statement}");
    }
    let renamed = "ALTER TABLE users RENAME COLUMN email TO post; ALTER TABLE users RENAME TO people; ALTER TABLE people DROP COLUMN post";
    assert!(after(renamed).contains("still-needed"));
}

#[test]
fn names_are_looked_up_however_deep_they_stand() {
    let made = "CREATE TABLE t (id int, state text);\n";
    let check = format!("{made}CREATE TABLE u (a int, CHECK ((((((((stat = 1)))))))));");
    assert!(report(&check, Postgres).contains("no column `stat` in `u`"));
    let nests = [
        (
            "SELECT * FROM (",
            "SELECT * FROM (",
            "SELECT sate FROM t",
            ") a",
        ),
        ("SELECT (", "SELECT (", "SELECT sate FROM t", ")"),
        (
            "SELECT 1 WHERE EXISTS (",
            "SELECT 1 WHERE EXISTS (",
            "SELECT sate FROM t",
            ")",
        ),
        (
            "WITH a AS (",
            "WITH a AS (",
            "SELECT sate FROM t",
            ") SELECT * FROM a",
        ),
        (
            "CREATE VIEW v AS SELECT * FROM (",
            "SELECT * FROM (",
            "SELECT sate FROM t",
            ") a",
        ),
    ];
    // As small as the stack of any thread that a macro may run on.
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            for (start, nest, inner, end) in nests {
                let (nest, ends) = (nest.repeat(19), end.repeat(20));
                let text = format!("{made}{start}{nest}{inner}{ends};");
                let told = report(&text, Postgres);
                assert!(told.contains("no column `sate` in `t`"), "{start}: {told}");
            }
        });
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn a_subquery_gives_its_column_a_name() {
    let made = "CREATE TABLE t (id int, a int);\nCREATE VIEW v AS SELECT id, (SELECT a FROM t), (SELECT max(a) AS top FROM t), (SELECT count(*) FROM t) FROM t;\n";
    assert_eq!(
        report(&format!("{made}SELECT a, top, count FROM v;"), Postgres),
        ""
    );
    let wrong = format!("{made}SELECT v.b FROM v;");
    assert!(report(&wrong, Postgres).contains("no column `b` in `v`"));
}
