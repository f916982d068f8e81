//! What each statement makes of the schema.

use super::{report, schema};
use crate::dialect::Dialect::{Mysql, Postgres, Sqlite};

#[test]
fn renaming_reaches_everything() {
    let text = "CREATE TABLE a (id int PRIMARY KEY, b text, CHECK (b <> ''));\n\
                CREATE INDEX i ON a (lower(b)) WHERE b IS NOT NULL;\n\
                CREATE TABLE c (a_id int REFERENCES a (id));\n\
                ALTER TABLE a RENAME COLUMN b TO bee;\n\
                ALTER TABLE a RENAME COLUMN id TO key;\n\
                ALTER TABLE a RENAME TO z;\n";
    insta::assert_snapshot!(schema(text, Postgres), @"
    CREATE TABLE c (
        a_id integer,
        CONSTRAINT c_a_id_fkey foreign key (a_id) references z (key)
    );

    CREATE TABLE z (
        key integer not null,
        bee text,
        CONSTRAINT a_pkey primary key (key),
        CONSTRAINT a_b_check check (bee <> '')
    );
    CREATE INDEX i ON z (lower ( bee )) where bee is not null;
    ");
}

#[test]
fn columns_have_places_in_mysql() {
    let text = "CREATE TABLE t (a INT, b INT);\n\
                ALTER TABLE t ADD c INT FIRST, ADD d INT AFTER a, CHANGE b e VARCHAR(10) NOT NULL;";
    insta::assert_snapshot!(schema(text, Mysql), @"
    CREATE TABLE t (
        c int,
        a int,
        d int,
        e varchar(10) not null
    );
    ");
}

#[test]
fn what_depends_goes_along() {
    let text = "CREATE TYPE mood AS ENUM ('a');\n\
                CREATE TABLE t (id serial PRIMARY KEY, m mood);\n\
                CREATE VIEW v AS SELECT id FROM t;\n\
                CREATE VIEW w AS SELECT id FROM v;\n\
                CREATE TABLE u (t_id int REFERENCES t);\n\
                DROP TYPE mood CASCADE;\n\
                DROP TABLE t CASCADE;\n";
    insta::assert_snapshot!(schema(text, Postgres), @"
    CREATE TABLE u (
        t_id integer
    );
    ");
}

#[test]
fn a_table_can_be_made_anew() {
    let text = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n\
                CREATE INDEX i ON t (a);\n\
                CREATE TABLE t_new (id INTEGER PRIMARY KEY, b TEXT);\n\
                INSERT INTO t_new (id, b) SELECT id, a FROM t;\n\
                DROP TABLE t;\n\
                ALTER TABLE t_new RENAME TO t;\n\
                CREATE INDEX i ON t (b);\n";
    assert_eq!(report(text, Sqlite), "");
}

#[test]
fn the_search_path_is_followed() {
    let text = "CREATE SCHEMA app;\nSET search_path TO app, public;\nCREATE TABLE t (id int);\n\
                ALTER TABLE app.t ADD a int;\nALTER TABLE t ADD b int;\n\
                -- 2_b.sql\nALTER TABLE t ADD c int;";
    assert_eq!(
        report(text, Postgres),
        "2_b.sql:1:13 unknown-table: there is no table `t`\n  \
         if something else creates it, write `external = [\"t\"]` into `rungs.toml`\n"
    );
}

#[test]
fn a_routine_that_was_renamed_is_dropped_by_its_name_alone() {
    let text = "CREATE TABLE t (id int);\n\
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n\
                CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();\n\
                ALTER FUNCTION f() RENAME TO g;\nALTER FUNCTION g() RENAME TO f;\nALTER FUNCTION f RENAME TO g;\n\
                DROP FUNCTION g CASCADE;\n";
    insta::assert_snapshot!(schema(text, Postgres), @r"
    CREATE TABLE t (
        id integer
    );
    ");
}

#[test]
fn a_sequence_takes_defaults_along() {
    let text = "CREATE SEQUENCE s;\n\
                CREATE TABLE t (id serial PRIMARY KEY, a int DEFAULT nextval('s'), s serial, c int DEFAULT 1);\n\
                DROP SEQUENCE t_id_seq CASCADE;\nDROP SEQUENCE s CASCADE;\n";
    insta::assert_snapshot!(schema(text, Postgres), @"
    CREATE TABLE t (
        id integer not null,
        a integer,
        s integer not null counted,
        c integer default 1,
        CONSTRAINT t_pkey primary key (id)
    );
    ");
}
