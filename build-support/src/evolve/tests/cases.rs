//! One change each, as the statements that come of it.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::listing::{self, COMMON, Case, MYSQL, POSTGRES, SQLITE};
use super::properties::is_shown_whole;
use super::{schema, show, table};
use crate::dialect::Dialect;
use crate::replay::catalog;

fn all(cases: &[Case], dialect: Dialect) -> String {
    let mut shown = String::new();
    for case in COMMON.iter().chain(cases) {
        let (title, history, _) = case;
        let wanted = listing::wanted(case, dialect != Dialect::Sqlite);
        is_shown_whole(history, dialect);
        is_shown_whole(&wanted, dialect);
        writeln!(shown, "# {title}\n{}", show(history, &wanted, dialect)).unwrap();
    }
    shown
}

#[test]
fn postgres() {
    assert_snapshot!(all(POSTGRES, Dialect::Postgres));
}

#[test]
fn sqlite() {
    assert_snapshot!(all(SQLITE, Dialect::Sqlite));
}

#[test]
fn mysql() {
    assert_snapshot!(all(MYSQL, Dialect::Mysql));
}

#[test]
fn what_was_renamed_is_shown_as_it_is_now() {
    let history = "CREATE TABLE t (id serial PRIMARY KEY, a integer);
        CREATE VIEW v AS SELECT id, a FROM t;
        ALTER TABLE t RENAME TO things;
        ALTER TABLE things RENAME a TO b;";
    let table = table(history, Dialect::Postgres);
    let catalog = catalog(&table, &[], Dialect::Postgres, None);
    let (shown, _) = schema(&catalog, &table.ways_up(), Dialect::Postgres);
    assert_snapshot!(shown, @"
    CREATE TABLE things (
        id serial,
        b integer,
        CONSTRAINT t_pkey PRIMARY KEY (id)
    );

    ALTER SEQUENCE things_id_seq RENAME TO t_id_seq;

    CREATE VIEW v (id, a) AS
    select id, b from things;
    ");
}

#[test]
fn a_sequence_that_gave_way_to_another_is_named_as_it_is() {
    let history = "CREATE TABLE users (id serial);
        ALTER TABLE users RENAME TO old_users;
        CREATE TABLE users (id serial);";
    let table = table(history, Dialect::Postgres);
    let catalog = catalog(&table, &[], Dialect::Postgres, None);
    let (shown, _) = schema(&catalog, &table.ways_up(), Dialect::Postgres);
    let renamed = shown.lines().filter(|line| line.starts_with("ALTER"));
    let renamed: Vec<&str> = renamed.collect();
    // The server gives the second one `users_id_seq1`, as it did before.
    assert_eq!(
        renamed,
        ["ALTER SEQUENCE old_users_id_seq RENAME TO users_id_seq;"]
    );
}

#[test]
fn a_word_of_a_view_that_may_mean_two_things_stays() {
    let history = "CREATE TABLE a (id integer, name text);
        CREATE TABLE b (id integer, name text);
        CREATE VIEW v AS SELECT a.name, b.name AS other FROM a JOIN b USING (id);
        ALTER TABLE a RENAME name TO title;";
    let table = table(history, Dialect::Postgres);
    let catalog = catalog(&table, &[], Dialect::Postgres, None);
    let (shown, _) = schema(&catalog, &table.ways_up(), Dialect::Postgres);
    assert!(shown.contains("b.name"), "{shown}");
}
