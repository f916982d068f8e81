use std::sync::Arc;

use insta::assert_snapshot;

use super::{Sections, Tool};
use crate::diagnostic::Diagnostics;
use crate::fixture::read;
use crate::layout::MigrationFiles;
use crate::source::SourceFile;

/// What a file becomes: its lines with their numbers, by direction.
fn divided(text: &str, tool: Tool) -> String {
    let file = SourceFile::new("1_a.sql", text);
    let files = MigrationFiles {
        version: 1,
        name: "a".to_owned(),
        up: Arc::clone(&file),
        down: None,
        no_transaction: false,
    };
    let mut diagnostics = Diagnostics::default();
    let Some(sections) = Sections::read(&file, tool, &mut diagnostics) else {
        let found = diagnostics.into_sorted();
        let told = found.iter().map(|found| {
            let at = found.position().unwrap();
            let help = found.help.as_deref().unwrap_or_default();
            format!(
                "{}:{} {} [{}]\n  help: {help}\n",
                at.line, at.column, found.message, found.kind.id
            )
        });
        return told.collect::<Vec<_>>().concat();
    };
    let files = sections.apply(files);
    let numbered = |direction: &str, file: &SourceFile| -> String {
        let lines = file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let told = lines.map(|(number, line)| format!("{direction} {}: {line}\n", number + 1));
        told.collect::<Vec<_>>().concat()
    };
    let mut told = numbered("up", &files.up);
    told.extend(files.down.as_deref().map(|down| numbered("down", down)));
    if files.no_transaction {
        told.push_str("no transaction\n");
    }
    told
}

#[test]
fn goose_as_its_documentation_writes() {
    assert_snapshot!(divided("-- +goose Up
CREATE TABLE post (id int NOT NULL);

-- +goose Down
DROP TABLE post;
", Tool::Goose), @"
    up 1: -- +goose Up
    up 2: CREATE TABLE post (id int NOT NULL);
    down 4: -- +goose Down
    down 5: DROP TABLE post;
    ");
    assert_snapshot!(divided("-- +goose no transaction
-- +goose up
-- +goose statementbegin
CREATE FUNCTION f() RETURNS void AS $$ BEGIN a; END; $$ LANGUAGE plpgsql;
-- +goose statementend
", Tool::Goose), @"
    up 2: -- +goose up
    up 3: -- +goose statementbegin
    up 4: CREATE FUNCTION f() RETURNS void AS $$ BEGIN a; END; $$ LANGUAGE plpgsql;
    up 5: -- +goose statementend
    no transaction
    ");
    // What `goose create` writes for the way back says nothing.
    assert_snapshot!(divided("-- +goose Up
SELECT 1;
-- +goose Down
-- +goose StatementBegin
-- +goose StatementEnd
", Tool::Goose), @"
    up 1: -- +goose Up
    up 2: SELECT 1;
    ");
}

#[test]
fn goose_when_something_is_wrong() {
    let cases = [
        "SELECT 0;\n-- +goose Up\nSELECT 1;\n",
        "-- +goose Down\nSELECT 1;\n",
        "-- +goose Up\nSELECT 1;\n-- +goose Up\nSELECT 2;\n",
        "-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose Down\nSELECT 2;\n",
        "-- +goose Up\nSELECT 1;\n-- +goose StatementEnd\n",
        "-- +goose Up\n  -- +goose ENVSUB ON\nSELECT ${X};\n",
        "-- +goose Upp\nSELECT 1;\n",
        "-- nothing\n",
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|text| divided(text, Tool::Goose))
        .collect();
    assert_snapshot!(told.join("\n"), @"
    1:1 this stands above `-- +goose Up`, where goose does not run it [bad-directive]
      help: move it below `-- +goose Up`

    1:1 this file of goose has no `-- +goose Up` [missing-up]
      help: write `-- +goose Up` above its statements

    3:1 `-- +goose Up` stands a second time [bad-directive]
      help: keep one section a direction in a file

    2:1 this `StatementBegin` has no `StatementEnd` [bad-directive]
      help: write `StatementEnd` below the statement, or remove this line

    3:1 `StatementEnd` without a `StatementBegin` [bad-directive]
      help: write `StatementBegin` above the statement, or remove this line

    2:1 `ENVSUB` replaces parts of statements with variables of the environment, which is not supported [unsupported-file]
      help: write the values into the file; what a migration does must be known when the program is built

    1:1 this file of goose has no `-- +goose Up` [missing-up]
      help: write `-- +goose Up` above its statements

    1:1 this file of goose has no `-- +goose Up` [missing-up]
      help: write `-- +goose Up` above its statements
    ");
}

#[test]
fn sql_migrate_as_its_documentation_writes() {
    assert_snapshot!(divided("-- +migrate Up
-- SQL in section 'Up' is executed when this migration is applied
CREATE TABLE people (id int);

-- +migrate Down
-- SQL section 'Down' is executed when this migration is rolled back
DROP TABLE people;
", Tool::SqlMigrate), @"
    up 1: -- +migrate Up
    up 2: -- SQL in section 'Up' is executed when this migration is applied
    up 3: CREATE TABLE people (id int);
    down 5: -- +migrate Down
    down 6: -- SQL section 'Down' is executed when this migration is rolled back
    down 7: DROP TABLE people;
    ");
    assert_snapshot!(divided("-- +migrate Up notransaction
CREATE UNIQUE INDEX CONCURRENTLY i ON people (id);
-- +migrate Down
DROP INDEX i;
-- +migrate Up whatever
", Tool::SqlMigrate), @"
    5:1 sql-migrate knows no `Up whatever` [bad-directive]
      help: known are `-- +migrate Up` and `-- +migrate Down`; remove the line if it is a comment
    ");
}

#[test]
fn dbmate_as_its_documentation_writes() {
    assert_snapshot!(divided("-- a header
-- migrate:up transaction:false
ALTER TYPE colors ADD VALUE 'orange' AFTER 'red';

-- migrate:down
DROP TABLE a;
-- migrate:up
SELECT 2;
--migrate:down
SELECT 3;
", Tool::Dbmate), @"
    up 2: -- migrate:up transaction:false
    up 3: ALTER TYPE colors ADD VALUE 'orange' AFTER 'red';
    up 7: -- migrate:up
    up 8: SELECT 2;
    down 5: -- migrate:down
    down 6: DROP TABLE a;
    down 9: --migrate:down
    down 10: SELECT 3;
    ");
    assert_snapshot!(divided("-- migrate:up transactions:false\nSELECT 1;\n", Tool::Dbmate), @"
    1:1 this file of dbmate has no `-- migrate:up` [missing-up]
      help: write `-- migrate:up` above its statements
    ");
    assert_snapshot!(divided("CREATE TABLE a (b int);\n-- migrate:up\n-- migrate:down\n", Tool::Dbmate), @"
    1:1 this stands above `-- migrate:up`, where dbmate does not run it [bad-directive]
      help: move it below `-- migrate:up`
    ");
}

#[test]
fn tern_as_its_documentation_writes() {
    assert_snapshot!(divided("create table t1 (id serial primary key);

---- create above / drop below ----

drop table t1;
", Tool::Tern), @"
    up 1: create table t1 (id serial primary key);
    down 3: ---- create above / drop below ----
    down 5: drop table t1;
    ");
    assert_snapshot!(divided("---- tern: disable-tx ----
create index concurrently i on t1 (id);
", Tool::Tern), @"
    up 1: ---- tern: disable-tx ----
    up 2: create index concurrently i on t1 (id);
    no transaction
    ");
    assert_snapshot!(divided("select {{.answer}};\n", Tool::Tern), @"
    1:1 a template of tern is filled in at run time, which is not supported [unsupported-file]
      help: write what it becomes; what a migration does must be known when the program is built
    ");
}

#[test]
fn a_directory_is_of_one_tool() {
    assert_snapshot!(read(r"
        00001_a.sql: -- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;
        00002_b.sql: -- +goose Up\nSELECT 1;
    "), @"
    1 a: 00001_a.sql, 00001_a.sql
    2 b: 00002_b.sql
    ");
    assert_snapshot!(read(r"
        00001_a.sql: -- +goose Up\nSELECT 1;
        00002_b.sql: SELECT 1;
        00003_c.go: package migrations
        00003_c_test.go: package migrations
    "), @"
    1 a: 00001_a.sql
    migrations/00002_b.sql:1:1: this file of goose has no `-- +goose Up` [missing-up]
      help: write `-- +goose Up` above its statements
    migrations/00003_c.go:1:1: `00003_c.go` is a migration of goose in Go, which is not supported [unsupported-file]
      help: write its SQL to `00003_c.sql`, or call a function of the application from it
    ");
    assert_snapshot!(read(r"
        1_a.sql: -- +goose Up\nSELECT 1;
        2_b.sql: -- migrate:up\nSELECT 1;
    "), @"
    1 a: 1_a.sql
    2 b: 2_b.sql
    migrations/2_b.sql:1:1: `1_a.sql` is a file of goose, `2_b.sql` is one of dbmate [mixed-layouts]
      help: write all files for one tool, or keep them in directories of their own
    ");
    assert_snapshot!(read(r"
        20240101120000-first.sql: -- +migrate Up\nSELECT 1;
        2_second.sql: -- +migrate Up\nSELECT 1;
    "), @"
    2 second: 2_second.sql
    20240101120000 first: 20240101120000-first.sql
    ");
    assert_snapshot!(read(r"
        001_a.sql: select 1;\n---- create above / drop below ----\nselect 2;
        002_b.sql: select 1;
    "), @"
    1 a: 001_a.sql, 001_a.sql
    2 b: 002_b.sql
    ");
}
