//! After what cannot be followed nothing is said about what it may have touched, and no more.

use super::report;
use crate::dialect::Dialect::{Mysql, Postgres, Sqlite};

/// What is said about an unknown column of `t` after a statement.
fn after(statement: &str) -> String {
    let text = format!("CREATE TABLE t (id int);\nCREATE TABLE u (id int);\n{statement}\n");
    let of_t = report(&format!("{text}CREATE INDEX i ON t (x);"), Postgres);
    let of_u = report(&format!("{text}CREATE INDEX i ON u (x);"), Postgres);
    let told = |report: &str| if report.is_empty() { "silent" } else { "told" };
    format!("t {}, u {}", told(&of_t), told(&of_u))
}

#[test]
fn a_block_touches_what_it_mentions() {
    assert_eq!(
        after("DO $$ BEGIN ALTER TABLE t ADD x int; END $$;"),
        "t silent, u told"
    );
    assert_eq!(
        after("DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD x int'; END $$;"),
        "t silent, u told"
    );
    assert_eq!(
        after(
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE format('ALTER TABLE %I ADD x int', r.tablename); END LOOP; END $$;"
        ),
        "t silent, u silent"
    );
}

#[test]
fn a_routine_that_makes_triggers_may_have_made_any() {
    let text = "CREATE TABLE t (id int);\nCREATE FUNCTION f(name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TRIGGER tr BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION g()', name); END $$;\n";
    let drop = "DROP TRIGGER tr ON t;";
    let made = report(&format!("{text}SELECT f('t');\n{drop}"), Postgres);
    assert_eq!(made, "");
    assert_ne!(report(&format!("{text}{drop}"), Postgres), "");
}

#[test]
fn a_routine_touches_what_its_body_mentions_when_it_is_called() {
    let routine = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD x int; END $$;";
    assert_eq!(after(routine), "t told, u told");
    assert_eq!(after(&format!("{routine} SELECT f();")), "t silent, u told");
    let triggers = "CREATE FUNCTION f(name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TRIGGER %s BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION g()', name, name); END $$;";
    assert_eq!(
        after(&format!("{triggers} SELECT f('t');")),
        "t told, u told"
    );
    let given = "CREATE FUNCTION f(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE name; END $$;";
    assert_eq!(
        after(&format!("{given} SELECT f('ALTER TABLE t ADD x int');")),
        "t silent, u told"
    );
    let dynamic = "CREATE FUNCTION f(name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE %s ADD x int', name); END $$;";
    assert_eq!(
        after(&format!("{dynamic} SELECT f('t');")),
        "t silent, u told"
    );
    assert_eq!(
        after("SELECT create_hypertable('t', 'id');"),
        "t silent, u told"
    );
    assert_eq!(after("SELECT setval('t_id_seq', 1);"), "t told, u told");
}

#[test]
fn a_block_that_changes_rows_touches_nothing() {
    assert_eq!(
        after(
            "DO $$ BEGIN IF (SELECT count(*) FROM t) > 0 THEN UPDATE t SET id = 1; END IF; END $$;"
        ),
        "t told, u told"
    );
    assert_eq!(
        after(
            "WITH made AS (INSERT INTO t (id) VALUES (1) RETURNING id) UPDATE u SET id = (SELECT id FROM made);"
        ),
        "t told, u told"
    );
}

#[test]
fn a_text_that_is_put_together_touches_what_it_names() {
    let after_block = |body: &str| after(&format!("DO $$ {body} $$;"));
    let names = "FROM pg_tables LOOP";
    for (body, expected) in [
        // Nothing that is modelled.
        (
            format!("DECLARE r record; BEGIN FOR r IN SELECT tablename {names} EXECUTE format('ALTER TABLE %I REPLICA IDENTITY FULL', r.tablename); EXECUTE 'GRANT SELECT ON ' || r.tablename || ' TO a'; END LOOP; END"),
            "t told, u told",
        ),
        (
            "DECLARE low int; BEGIN SELECT min(id) INTO low FROM u; EXECUTE format('ALTER TABLE t ADD x int DEFAULT %L', low); END".to_owned(),
            "t silent, u told",
        ),
        (
            "DECLARE a text := 'ALTER TABLE t '; b text; BEGIN b := a || 'ADD x int'; EXECUTE b; END".to_owned(),
            "t silent, u told",
        ),
        // What is gone has no columns, what is there has those that it had.
        (
            format!("DECLARE r record; BEGIN FOR r IN SELECT tablename {names} EXECUTE format('DROP TABLE %I', r.tablename); END LOOP; END"),
            "t told, u told",
        ),
        (
            "DECLARE a text; BEGIN SELECT id INTO a FROM u; EXECUTE 'ALTER TABLE t' || a || ' ADD x int'; END".to_owned(),
            "t silent, u told",
        ),
        (
            "DECLARE a text; BEGIN SELECT id INTO a FROM u; EXECUTE format('ALTER INDEX log_%s_at RENAME TO log_%s_old', a, a); END".to_owned(),
            "t told, u told",
        ),
        (
            "DECLARE a text; BEGIN SELECT command INTO a FROM u; EXECUTE a; END".to_owned(),
            "t silent, u silent",
        ),
    ] {
        assert_eq!(after_block(&body), expected, "{body}");
    }
}

#[test]
fn a_text_that_is_put_together_in_too_many_ways_can_be_any() {
    let parts = "a := a || b; b := b || a || 'x';".repeat(200);
    let block = format!(
        "DO $$ DECLARE a text := 'ALTER TABLE t '; b text; BEGIN {parts} EXECUTE a; END $$;"
    );
    assert_eq!(after(&block), "t silent, u silent");
    let deep = format!(
        "DO $$ BEGIN EXECUTE {}'x'{}; END $$;",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    assert_eq!(after(&deep), "t silent, u silent");
}

#[test]
fn only_the_columns_that_a_routine_may_add_are_in_doubt() {
    let text = |column: &str| {
        format!(
            "CREATE TABLE t (id int);\nCREATE TABLE u (id int);\n\
             CREATE FUNCTION f(name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', name); END $$;\n\
             SELECT f('t');\nUPDATE t SET {column} = 1;\nCREATE INDEX ON t ({column});"
        )
    };
    assert_eq!(report(&text("x"), Postgres), "");
    assert_eq!(
        report(&text("y"), Postgres)
            .matches("no column `y`")
            .count(),
        2
    );
    assert!(report(&text("x").replace("ON t", "ON u"), Postgres).contains("in `u`"));
}

#[test]
fn a_routine_may_be_called_by_another_one() {
    let adds = "CREATE FUNCTION g(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', name); END $$;";
    let after_call = |call: &str| after(&format!("{adds}\n{call}"));
    assert_eq!(
        after_call("DO $$ BEGIN PERFORM g('t'); END $$;"),
        "t silent, u told"
    );
    assert_eq!(
        after_call("SELECT g(tablename) FROM pg_tables;"),
        "t silent, u silent"
    );
    let by_another = |body: &str, call: &str| {
        let other = format!(
            "CREATE FUNCTION f(given text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN {body} END $$;"
        );
        after_call(&format!("{other}\n{call}"))
    };
    assert_eq!(
        by_another("PERFORM g(given);", "SELECT f('t');"),
        "t silent, u told"
    );
    assert_eq!(
        by_another("PERFORM g('t');", "SELECT f('');"),
        "t silent, u told"
    );
    let loops = "FOR r IN SELECT tablename FROM pg_tables LOOP PERFORM g(r.tablename); END LOOP;";
    assert_eq!(by_another(loops, "SELECT f('');"), "t silent, u silent");
}

#[test]
fn what_a_statement_makes_on_the_way_is_there() {
    let text = "CREATE TABLE t (id int);\nWITH a AS (SELECT id FROM t) SELECT id INTO kept FROM a;\nDROP TABLE kept;";
    assert_eq!(report(text, Postgres), "");
    let unknown = "DO $$ DECLARE a text := ''; BEGIN WITH b AS (SELECT 1) SELECT string_agg('x', '') INTO a FROM b; EXECUTE a; END $$;";
    assert_eq!(after(unknown), "t silent, u silent");
    let policy = "CREATE TABLE t (id int);\nDO $$ BEGIN CREATE POLICY p ON t USING (true); END $$;\nDROP POLICY p ON t;";
    assert_eq!(report(policy, Postgres), "");
    let index = "CREATE TABLE t (a INT, KEY i (a));\nCREATE PROCEDURE p() BEGIN DROP INDEX i ON t; END;\nCALL p();\nCREATE INDEX i ON t (a);";
    assert_eq!(report(index, Mysql), "");
}

#[test]
fn tables_of_a_routine_have_names_like_those_that_it_makes() {
    let text = |table: &str| {
        format!(
            "CREATE TABLE log (at date) PARTITION BY RANGE (at);\n\
             CREATE FUNCTION f(name text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE part text; BEGIN part := name || '_' || to_char(now(), 'YYYY'); EXECUTE format('CREATE TABLE %I PARTITION OF log FOR VALUES FROM (%L) TO (%L)', part, now(), now()); END $$;\n\
             SELECT f('log');\nDROP TABLE {table};"
        )
    };
    assert_eq!(report(&text("log_2026"), Postgres), "");
    assert!(report(&text("logs"), Postgres).contains("no table `logs`"));
}

#[test]
fn a_prepared_statement_of_mysql_touches_what_its_text_names() {
    let text = |set: &str| {
        format!(
            "CREATE TABLE t (a INT, KEY i (a));\nCREATE TABLE u (id INT);\n{set}\n\
             PREPARE s FROM @s;\nEXECUTE s;\nDEALLOCATE PREPARE s;\n\
             CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (b);\nCREATE INDEX k ON u (b);"
        )
    };
    let told = |set: &str| {
        let report = report(&text(set), Mysql);
        (report.contains("in `t`"), report.contains("in `u`"))
    };
    let drops = "SET @s = IF((SELECT COUNT(*) FROM information_schema.statistics) > 0, 'ALTER TABLE t DROP INDEX i', 'SELECT 1');";
    assert_eq!(told(drops), (true, true));
    assert!(!report(&text(drops), Mysql).contains("already"));
    assert!(report(&text("SET @s = 'SELECT 1';"), Mysql).contains("already"));
    let unknown = "SELECT id INTO @s FROM u;";
    assert_eq!(told(unknown), (false, false));
}

#[test]
fn a_routine_of_mysql_touches_what_its_body_mentions() {
    let text = |body: &str| {
        format!(
            "CREATE TABLE t (id INT, a INT);\nCREATE TABLE u (id INT);\n\
             CREATE PROCEDURE p() BEGIN {body} END;\nCALL p();\nDROP PROCEDURE p;\n\
             ALTER TABLE t CHANGE COLUMN b b BIGINT;\nALTER TABLE u DROP COLUMN b;"
        )
    };
    let told = |body: &str| {
        let report = report(&text(body), Mysql);
        (report.contains("in `t`"), report.contains("in `u`"))
    };
    let renames = "IF 1 THEN BEGIN ALTER TABLE t CHANGE COLUMN a b INT; END; END IF;";
    assert_eq!(told(renames), (false, true));
    assert_eq!(told("UPDATE t SET a = 1;"), (true, true));
    let handles = "DECLARE EXIT HANDLER FOR SQLEXCEPTION ALTER TABLE t ADD b INT; SELECT 1;";
    assert_eq!(told(handles), (false, true));
    let built = "SELECT CONCAT('ALTER TABLE ', table_name, ' ADD b INT') INTO @s \
                 FROM information_schema.tables LIMIT 1; PREPARE s FROM @s; EXECUTE s;";
    assert_eq!(told(built), (false, false));
}

#[test]
fn a_condition_leaves_both_open() {
    let text = "CREATE TABLE t (id INTEGER);\n\
                -- rungs: when(SELECT count(*) = 0 FROM pragma_table_info('t') WHERE name = 'a')\n\
                ALTER TABLE t ADD a TEXT;\n\
                ALTER TABLE t ADD a TEXT;\n\
                CREATE INDEX i ON t (b);\n";
    assert_eq!(report(text, Sqlite), "");
}

#[test]
fn a_baseline_is_asked_for_once() {
    let text =
        "ALTER TABLE users ADD a INT;\nALTER TABLE orders ADD b INT;\nDROP INDEX i ON users;";
    let told = report(text, Mysql);
    assert_eq!(
        told.lines().filter(|line| !line.starts_with(' ')).count(),
        1,
        "{told}"
    );
    assert!(told.contains("missing-baseline: no migration creates `users`"));
}

#[test]
fn what_the_server_brings_is_there() {
    for (statement, dialect) in [
        ("DELETE FROM sqlite_sequence;", Sqlite),
        ("UPDATE pg_class SET relname = 'a';", Postgres),
        ("UPDATE information_schema.tables SET a = 1;", Postgres),
        ("DELETE FROM mysql.user;", Mysql),
    ] {
        let text = format!("CREATE TABLE t (id INTEGER);\n{statement}");
        assert_eq!(report(&text, dialect), "", "{statement}");
    }
}

#[test]
fn order_within_a_statement_is_the_servers() {
    let text = "CREATE TABLE t (a INT, b INT, KEY k (a));\n\
                ALTER TABLE t ADD INDEX k (b), DROP INDEX k;\n\
                ALTER TABLE t ADD COLUMN a INT, DROP COLUMN a;\n\
                ALTER TABLE t ADD INDEX c (c), ADD COLUMN c INT;";
    assert_eq!(report(text, Mysql), "");
}
