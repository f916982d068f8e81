//! What is certain is told, with the place where it comes from.

use super::{report, report_with};
use crate::dialect::Dialect::{Mysql, Postgres, Sqlite};

#[test]
fn a_missing_table_names_its_grave_and_the_nearest() {
    let text = "CREATE TABLE users (id INTEGER);\nDROP TABLE users;\n-- 2_b.sql\nALTER TABLE users ADD a INT;";
    insta::assert_snapshot!(report(text, Sqlite), @"
    2_b.sql:1:13 unknown-table: there is no table `users`
      1_first.sql:2: dropped or renamed here
    ");
}

#[test]
fn a_dropped_column_is_told_where_it_was_dropped() {
    let text = "CREATE TABLE users (id int, email text);\nALTER TABLE users DROP COLUMN email;\nCREATE INDEX i ON users (email);";
    insta::assert_snapshot!(report(text, Postgres), @"
    1_first.sql:3:26 unknown-column: there is no column `email` in `users`
      1_first.sql:2: dropped or renamed here
    ");
}

#[test]
fn a_missing_table_is_told_once() {
    let text = "CREATE TABLE a (id int);\nALTER TABLE b ADD c int;\nALTER TABLE b ADD d int;\nCREATE INDEX i ON b (c);";
    assert_eq!(report(text, Postgres).matches("unknown-table").count(), 1);
}

#[test]
fn names_of_the_server_count() {
    let made = "CREATE TABLE users (id bigserial PRIMARY KEY, email text UNIQUE, age int CHECK (age > 0));\n\
                CREATE TABLE orders (id int, user_id bigint REFERENCES users);\n";
    let dropped = "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;\n\
                   ALTER TABLE users DROP CONSTRAINT users_email_key;\n\
                   ALTER TABLE users DROP CONSTRAINT users_age_check;\n\
                   ALTER TABLE users DROP CONSTRAINT users_pkey;\n";
    assert_eq!(report(&format!("{made}{dropped}"), Postgres), "");
    let wrong = format!("{made}ALTER TABLE users DROP CONSTRAINT users_email_unique;");
    assert!(report(&wrong, Postgres).contains("`users` has no constraint `users_email_unique`"));
    let mysql = "CREATE TABLE a (id INT PRIMARY KEY);\n\
                 CREATE TABLE b (a_id INT, c INT, KEY (c), UNIQUE KEY (c), FOREIGN KEY (a_id) REFERENCES a (id));\n\
                 ALTER TABLE b DROP FOREIGN KEY b_ibfk_1;\n\
                 ALTER TABLE b DROP INDEX c, DROP INDEX c_2;\n";
    assert_eq!(report(mysql, Mysql), "");
}

#[test]
fn a_foreign_key_of_mysql_is_known_by_its_name() {
    let made = "CREATE TABLE a (id INT PRIMARY KEY);\n\
                CREATE TABLE b (id INT PRIMARY KEY, c INT, d INT, CONSTRAINT b_ibfk_1 FOREIGN KEY (c) REFERENCES a (id), FOREIGN KEY own (d) REFERENCES a (id));\n";
    let wrong = format!("{made}ALTER TABLE b DROP FOREIGN KEY bb_ibfk_1;");
    assert!(report(&wrong, Mysql).contains("`b` has no constraint `bb_ibfk_1`"));
    // MySQL and MariaDB give the second one different names.
    let unclear = format!("{made}ALTER TABLE b DROP FOREIGN KEY b_ibfk_2;");
    assert_eq!(report(&unclear, Mysql), "");
    // Its index stays.
    let index = format!("{made}ALTER TABLE b DROP FOREIGN KEY own;\nALTER TABLE b DROP INDEX own;");
    assert_eq!(report(&index, Mysql), "");
}

#[test]
fn an_index_is_gone_with_its_column() {
    let text = "CREATE TABLE t (a int, b int);\nCREATE INDEX i ON t (a);\nALTER TABLE t DROP COLUMN a;\nDROP INDEX i;";
    assert!(report(text, Postgres).contains("there is no index `i`"));
    assert!(report(text, Sqlite).contains("column `a` cannot be dropped: index `i` needs it"));
}

#[test]
fn what_others_create_is_nobodys_business() {
    let text = "CREATE TABLE a (id int);\nALTER TABLE auth.users ADD b int;\nALTER TABLE spatial ADD b int;";
    // Who creates the schema is not known, so what is in it is not either.
    assert_eq!(report(text, Postgres).matches("unknown-table").count(), 1);
    let external = ["spatial".to_owned()];
    assert_eq!(report_with(text, Postgres, &external), "");
    let trigger = "CREATE TABLE a (id INTEGER);\nCREATE TRIGGER x AFTER INSERT ON spatial BEGIN SELECT 1; END;\nDROP TRIGGER x;";
    assert_eq!(report_with(trigger, Sqlite, &external), "");
}

#[test]
fn rows_must_fit() {
    let made = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT);\n";
    let told = |statement: &str| report(&format!("{made}{statement}"), Sqlite);
    assert!(told("INSERT INTO t VALUES (1, 'a');").contains("2 values, but `t` has 3 columns"));
    assert!(
        told("INSERT INTO t (a, b) VALUES ('a', 'b', 'c');").contains("3 values for 2 columns")
    );
    assert!(told("INSERT INTO t (b) VALUES ('b');").contains("`t.a` needs a value"));
    assert!(told("UPDATE t SET c = 1;").contains("there is no column `c` in `t`"));
    assert_eq!(told("INSERT OR IGNORE INTO t (b) VALUES ('b');"), "");
    assert_eq!(told("INSERT INTO t (rowid, a) VALUES (1, 'a');"), "");
    assert_eq!(
        told("UPDATE t SET a = (SELECT max(b) FROM t), b = 'x' WHERE id IN (1, 2);"),
        ""
    );
}

#[test]
fn a_way_down_is_compared() {
    let text = "CREATE TABLE t (id int);\n-- 2_b.up.sql\nALTER TABLE t ADD a text;\nALTER TABLE t ALTER id SET NOT NULL;\nCREATE INDEX i ON t (a);\n-- 2_b.down.sql\nDROP INDEX i;\n";
    insta::assert_snapshot!(report(text, Postgres), @"
    2_b.down.sql:1:1 down-differs: this way down does not undo its way up
      undo what is left:
      ~ column t.id: was `integer`, is `integer not null`
      + column t.a stays behind
    ");
}

#[test]
fn a_type_must_be_there() {
    let told = |text: &str| report(text, Postgres);
    assert!(
        told("CREATE TYPE mood AS ENUM ('ok');\nCREATE TABLE t (a moood);")
            .contains("no type `moood`")
    );
    assert!(
        told("CREATE TABLE t (a int);\nALTER TABLE t ADD b moood, ALTER a TYPE mod;")
            .contains("no type `mod`")
    );
    assert!(
        told("CREATE TABLE t (a int);\nALTER TYPE mood RENAME VALUE 'a' TO 'b';")
            .contains("no type `mood`")
    );
    let known = "CREATE TABLE u (id int);\nCREATE TABLE t (a INT8, b double precision, c character varying(3)[], \
                 d timestamp(3) with time zone, e \"char\", f citext, g u, h national character(2), i bigserial, \
                 j pg_catalog.text, k int4 ARRAY, l interval day to second, m auth.kind, n bit varying(2), \
                 o public.citext, p _u, q float_multirange, r public.geometry(point, 4326));";
    assert_eq!(told(known), "");
    assert_eq!(
        told("CREATE EXTENSION postgis;\nCREATE TABLE t (a geometry);"),
        ""
    );
}

#[test]
fn a_routine_that_is_run_must_be_there() {
    let trigger = |routine: &str| {
        format!(
            "CREATE TABLE t (a int);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION {routine}();"
        )
    };
    assert_eq!(report(&trigger("f"), Postgres), "");
    assert_eq!(
        report(&trigger("suppress_redundant_updates_trigger"), Postgres),
        ""
    );
    assert!(report(&trigger("g"), Postgres).contains("no routine `g`"));
    let call = |name: &str| {
        format!(
            "CREATE TABLE t (a INT);\nCREATE PROCEDURE Fill() BEGIN INSERT INTO t VALUES (1); END;\nCALL {name}();"
        )
    };
    assert_eq!(report(&call("fill"), Mysql), "");
    assert_eq!(report(&call("sys.fill"), Mysql), "");
    assert!(report(&call("fil"), Mysql).contains("no routine `fil`"));
}

#[test]
fn one_thing_written_in_two_ways_is_one() {
    let text = "CREATE TABLE t (a text CHECK (a IN ('x', 'y')), b int REFERENCES t2 (id));\n-- 2_b.up.sql\nDROP TABLE t;\n-- 2_b.down.sql\nCREATE TABLE t (a text CONSTRAINT t_a_check CHECK ((a = ANY (ARRAY['x'::text, 'y'::text]))), b integer REFERENCES t2);\n";
    let text = format!("CREATE TABLE t2 (id int PRIMARY KEY);\n{text}");
    assert_eq!(report(&text, Postgres), "");
    let other = report(&text.replace("'y'::text", "'z'::text"), Postgres);
    assert!(other.contains("down-differs"), "{other}");
}

#[test]
fn a_view_must_have_its_columns_again() {
    let text = "CREATE TABLE t (a int, b int);\nCREATE VIEW v AS SELECT a, b FROM t;\n-- 2_b.up.sql\nDROP VIEW v;\nCREATE VIEW v AS SELECT a FROM t;\n-- 2_b.down.sql\nDROP VIEW v;\nCREATE VIEW v AS SELECT t.a, t.b FROM t;\n";
    assert_eq!(report(text, Postgres), "");
    insta::assert_snapshot!(report(&text.replace("t.a, t.b", "b"), Postgres), @"
    2_b.down.sql:1:1 down-differs: this way down does not undo its way up
      undo what is left:
      - view column v.a is gone
    ");
}

#[test]
fn after_a_way_down_the_history_goes_on_as_if_it_had_not_been() {
    let text = "CREATE TABLE t (id int);\n-- 2_b.up.sql\nCREATE TABLE u (id int);\n-- 2_b.down.sql\nDROP TABLE u;\n-- 3_c.sql\nALTER TABLE u ADD a int;";
    assert_eq!(report(text, Postgres), "");
}

#[test]
fn tables_that_are_only_named_must_be_there() {
    let made = "CREATE TABLE a (id int);\nCREATE MATERIALIZED VIEW m AS SELECT id FROM a;\nCREATE SEQUENCE s;\n";
    let told = |text: &str| report(&format!("{made}{text}"), Postgres);
    for (text, message) in [
        ("LOCK TABLE a, ONLY b IN EXCLUSIVE MODE;", "no table `b`"),
        ("TRUNCATE a, b CASCADE;", "no table `b`"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY n;", "no table `n`"),
        ("ALTER SEQUENCE t OWNED BY a.id;", "no sequence `t`"),
        ("ALTER SEQUENCE s OWNED BY a.ix;", "no column `ix` in `a`"),
        (
            "CREATE TABLE c () INHERITS (a, public.b);",
            "no table `public.b`",
        ),
        ("SELECT 'x'::text::state;", "no type `state`"),
        ("SELECT CAST(id AS states[]) FROM a;", "no type `states`"),
    ] {
        assert!(told(text).contains(message), "{text}: {}", told(text));
    }
    for text in [
        "LOCK a IN SHARE MODE NOWAIT;",
        "TRUNCATE TABLE ONLY a RESTART IDENTITY;",
        "REFRESH MATERIALIZED VIEW m WITH NO DATA;",
        "ALTER SEQUENCE IF EXISTS t OWNED BY a.ix;",
        "ALTER SEQUENCE s OWNED BY NONE;",
        "CREATE TABLE c (x int) INHERITS (public.a);",
        "SELECT 'a'::a, '{}'::a[], '1'::varchar(10), 'x'::\"char\", 1::pg_catalog.int4;",
    ] {
        assert_eq!(told(text), "", "{text}");
    }
    let mysql = "CREATE TABLE a (id INT);\nLOCK TABLES a WRITE, b AS c READ;";
    assert!(report(mysql, Mysql).contains("no table `b`"));
    assert_eq!(report("LOCK INSTANCE FOR BACKUP;", Mysql), "");
}

#[test]
fn a_trigger_goes_with_the_function_of_its_schema() {
    let made = "CREATE SCHEMA a;\nCREATE TABLE t (id int);\n\
                CREATE FUNCTION a.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n\
                CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n\
                CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION a.touch();\n\
                CREATE TRIGGER two BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION public.touch();\n\
                DROP FUNCTION a.touch() CASCADE;\n";
    assert_eq!(
        report(&format!("{made}DROP TRIGGER two ON t;"), Postgres),
        ""
    );
    let gone = format!("{made}DROP TRIGGER one ON t;");
    assert!(report(&gone, Postgres).contains("no trigger `one`"));
}

#[test]
fn what_goes_with_cascade_may_be_made_again() {
    for text in [
        "CREATE TYPE m AS ENUM ('a');\nCREATE TABLE t (y int, x m);\nCREATE VIEW v AS SELECT x FROM t;\n\
         DROP TYPE m CASCADE;\nCREATE VIEW v AS SELECT y FROM t;",
        "CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select 1';\nCREATE TABLE t (b int);\n\
         CREATE INDEX gi ON t (g(b));\nDROP FUNCTION g(int) CASCADE;\nCREATE INDEX gi ON t (b);",
        "CREATE TABLE p (id int PRIMARY KEY, n text);\nCREATE VIEW v AS SELECT id, n FROM p GROUP BY id;\n\
         ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE;\nCREATE VIEW v AS SELECT id FROM p;",
        "CREATE SEQUENCE s;\nCREATE VIEW v AS SELECT nextval('s') AS n;\nDROP SEQUENCE s CASCADE;\n\
         CREATE VIEW v AS SELECT 1 AS a;",
        "CREATE TABLE t (a int);\nCREATE TABLE u (z t);\nDROP TABLE t CASCADE;\nALTER TABLE u ADD z int;",
    ] {
        assert_eq!(report(text, Postgres), "", "{text}");
    }
}

#[test]
fn names_that_the_server_makes_are_known_or_in_doubt() {
    let made = "CREATE TABLE t (a text, b int);\n";
    for text in [
        "CREATE INDEX ON t ((lower(a)));\nDROP INDEX t_lower_idx;",
        "CREATE INDEX ON t ((coalesce(a, 'x')));\nDROP INDEX t_coalesce_idx;",
        "CREATE INDEX ON t (a) INCLUDE (b);\nDROP INDEX t_a_b_idx;",
        "CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;\nCREATE INDEX ON m (a, b);\nDROP INDEX m_a_b_idx;",
        "CREATE INDEX ON t ((b + 1));\nCREATE TABLE u (LIKE t INCLUDING INDEXES);\nDROP INDEX u_expr_idx;",
        "ALTER TABLE t ALTER b SET NOT NULL, ALTER b ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME foo);\nSELECT last_value FROM foo;",
        "ALTER TABLE t ALTER b SET NOT NULL, ALTER b ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public.foo START 5);\nSELECT last_value FROM foo;",
        "CREATE TYPE a;\nCREATE TYPE a AS (b int);",
        "CREATE TYPE mood AS ENUM ('x');\nSELECT public.mood 'x', pg_catalog.int4 '4';",
    ] {
        assert_eq!(report(&format!("{made}{text}"), Postgres), "", "{text}");
    }
    let wrong = format!("{made}CREATE INDEX ON t (a);\nDROP INDEX t_b_idx;");
    assert!(report(&wrong, Postgres).contains("no index `t_b_idx`"));
}

#[test]
fn a_search_path_that_a_program_sets_is_not_known() {
    let made = "CREATE SCHEMA s;\nCREATE TABLE s.t (a int);\n\
                CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT set_config('search_path', 's', false) $$;\n";
    for set in [
        "SELECT pg_catalog.set_config('search_path', 's', false);",
        "DO $$ BEGIN SET LOCAL search_path TO s; END $$;",
        "SELECT f();",
        "SET SESSION SCHEMA 's';",
    ] {
        let text = format!("{made}{set}\nSELECT a FROM t;");
        assert_eq!(report(&text, Postgres), "", "{set}");
    }
}

#[test]
fn what_mysql_takes_of_keys_and_columns() {
    for text in [
        "CREATE TABLE p (id INT PRIMARY KEY);\nCREATE TABLE c (a INT, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id));\nCREATE INDEX fk ON c (a);",
        "CREATE TABLE t (a INT NOT NULL PRIMARY KEY);\nALTER TABLE t DROP CONSTRAINT `PRIMARY`;",
        "CREATE TABLE t (a INT, b INT);\nALTER TABLE t CHANGE a b INT, CHANGE b a INT;",
        "CREATE TABLE t (a INT, UNIQUE KEY u1 (a));\nALTER TABLE t ADD UNIQUE INDEX IF NOT EXISTS u1 (a);",
    ] {
        assert_eq!(report(text, Mysql), "", "{text}");
    }
}
