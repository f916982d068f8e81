use insta::assert_snapshot;

use super::*;
use crate::fixture;

/// What is read when no adapter says anything.
fn read(listing: &str) -> String {
    read_asking(listing, &[])
}

fn read_asking(listing: &str, dialects: &[Dialect]) -> String {
    let request = Request {
        dialects: dialects.to_vec(),
        databases: Vec::new(),
        ..fixture::request("migrations")
    };
    fixture::dialects(listing, request)
}

#[test]
fn one_database_decides_when_nothing_else_does() {
    assert_snapshot!(fixture::dialects("", fixture::request("migrations")), @"[sqlite]");
    assert_snapshot!(fixture::dialects("rungs.toml: # nothing", fixture::request("migrations")), @"[sqlite]");
}

#[test]
fn what_is_no_word_names_no_dialect() {
    assert_snapshot!(read("rungs.toml: dialect = 1"), @"
    []
    migrations/rungs.toml:1:11: expected the name of a dialect or a list of names, found integer [bad-config]
    ");
}

#[test]
#[cfg(not(feature = "postgres"))]
fn a_grammar_that_is_not_compiled_in() {
    assert_snapshot!(read_asking("", &[Dialect::Postgres]), @"
    []
    migrations: the grammar of PostgreSQL is not compiled in [unknown-dialect]
      help: enable it: `cargo add rungs --features postgres`
    ");
    assert_snapshot!(read("rungs.toml: dialect = 'postgres'"), @"
    []
    migrations/rungs.toml:1:11: the grammar of PostgreSQL is not compiled in [unknown-dialect]
      help: enable it: `cargo add rungs --features postgres`
    ");
}

#[cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod with_every_grammar {
    use super::*;

    #[test]
    fn the_request_comes_first() {
        use Dialect::{Mysql, Sqlite};
        let listing = "rungs.toml: dialect = 'postgres'";
        assert_snapshot!(read_asking(listing, &[Sqlite, Mysql, Sqlite]), @"[sqlite, mysql]");
    }

    #[test]
    fn the_file_beside_the_migrations_comes_before_that_of_the_package() {
        assert_snapshot!(read("/rungs.toml: dialect = 'mysql'"), @"[mysql]");
        assert_snapshot!(read("/rungs.toml: dialect = 'mysql'\nrungs.toml: dialect = ['sqlite3', 'PostgreSQL', 'sqlite']"), @"[sqlite, postgres]");
    }

    #[test]
    fn nothing_is_guessed() {
        assert_snapshot!(read(""), @r#"
    []
    migrations: it is not said which SQL dialect `migrations` is written in [unknown-dialect]
      help: write `migrations!("migrations", dialect = mysql)`, or `dialect = "mysql"` in `rungs.toml`, or enable the adapters of one database only (enabled: mysql, postgres, sqlite)
    "#);
    }

    #[test]
    fn mistakes_have_a_place() {
        assert_snapshot!(read("rungs.toml: dialects = 'sqlite'"), @"
    []
    migrations/rungs.toml:1:1: unknown key `dialects` [bad-config]
      help: did you mean `dialect`?
    ");
        assert_snapshot!(read("rungs.toml: colour = 1\\ndialect = 'sqlite'"), @"
        [sqlite]
        migrations/rungs.toml:1:1: unknown key `colour` [bad-config]
          help: known: `dialect`, `levels`, `since`, `external`, `database`, `sets`, `placeholders`, `schema-file`
        ");
        assert_snapshot!(read("rungs.toml: dialect = ['sqlite', 'postgre']"), @"
    [sqlite]
    migrations/rungs.toml:1:22: unknown dialect `postgre`; known are sqlite, postgres, mysql [bad-config]
      help: did you mean `postgres`?
    ");
        assert_snapshot!(read("rungs.toml: dialect = 'oracle'"), @r#"
    []
    migrations/rungs.toml:1:11: unknown dialect `oracle`; known are sqlite, postgres, mysql [bad-config]
      help: write `dialect = "sqlite"`, or another of them
    "#);
        assert_snapshot!(read("rungs.toml: dialect = 3"), @"
    []
    migrations/rungs.toml:1:11: expected the name of a dialect or a list of names, found integer [bad-config]
    ");
        assert_snapshot!(read("rungs.toml: dialect = []"), @"
    []
    migrations/rungs.toml:1:11: the list of dialects is empty [bad-config]
      help: name a dialect, or remove the key
    ");
        assert_snapshot!(read("/rungs.toml: dialect = sqlite"), @"
    []
    rungs.toml:1:11: this is not valid TOML [bad-config]
      rungs.toml:1:11: string values must be quoted, expected literal string
    ");
        assert_snapshot!(read(r"rungs.toml: dialect = '\xE9'"), @"
    []
    migrations/rungs.toml:1:12: this file is not UTF-8 [not-utf8]
      migrations/rungs.toml:1:12: the byte 0xE9 is not UTF-8 here
      help: save it as UTF-8; it may be in an older encoding, such as Windows-1252
    ");
    }
}

#[test]
#[cfg(feature = "mysql")]
fn a_server_is_a_narrower_mysql() {
    for (word, expected) in [
        ("mysql", Vec::new()),
        ("MariaDB", vec![Server::Mariadb]),
        ("mysql8", vec![Server::Mysql8]),
    ] {
        let file = SourceFile::new("rungs.toml", &format!("dialect = '{word}'"));
        let mut diagnostics = Diagnostics::default();
        let table = settings::read(&file, &[DIALECT], &mut diagnostics).unwrap();
        let asked = written(&file, table.get(DIALECT).unwrap(), &mut diagnostics);
        let chosen = compiled_in(asked, &mut diagnostics);
        assert_eq!(
            (chosen.dialects, chosen.servers),
            (vec![Dialect::Mysql], expected)
        );
    }
}
