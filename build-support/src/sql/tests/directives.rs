//! The header of a file.

use insta::assert_snapshot;

use super::{report, run};
use crate::dialect::Dialect::{Mysql, Postgres, Sqlite};
use crate::script::{Directives, Role};

#[test]
fn the_header_is_every_comment_before_the_first_statement() {
    let text = "-- A table\n\n-- rungs: no-transaction\n/* why */\n--rungs:irreversible\nSELECT 1;";
    let expected = Directives {
        no_transaction: true,
        irreversible: true,
    };
    assert_eq!(directives(text), expected);
}

#[test]
fn the_words_of_other_tools_are_understood() {
    for comment in [
        "-- no-transaction",
        "-- a comment\n-- no-transaction because of the index",
        "-- +goose NO TRANSACTION",
        "-- atlas:txmode none",
        "--! no-transaction",
        "---- tern: disable-tx ----",
        "-- migrate:up transaction:false",
    ] {
        assert!(
            directives(&format!("{comment}\nSELECT 1;")).no_transaction,
            "{comment}"
        );
    }
    assert!(!directives("SELECT 1;\n-- no-transaction\n").no_transaction);
}

#[test]
fn other_comments_and_strings_are_no_directives() {
    for text in [
        "-- rungs is a migrator; see rungs no-transaction in its book\nSELECT 1;",
        "-- rungs\nSELECT 1;",
        "-- runs once\nSELECT 1;",
        "-- irreversible\nSELECT 1;",
        "SELECT '\n-- rungs: irreversible\n';",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n-- rungs: irreversible\nDELETE FROM a; END;",
    ] {
        assert_eq!(directives(text), Directives::default(), "{text}");
    }
}

#[test]
fn slips_are_reported() {
    assert_snapshot!(report("-- rungs: no-transactoin\nSELECT 1;", Sqlite), @r"
    1:1 `-- rungs: no-transactoin` unknown-directive: unknown directive `no-transactoin`
      help: did you mean `-- rungs: no-transaction`?
    ");
    assert_snapshot!(report("-- rungs: concurrent\nSELECT 1;", Sqlite), @"
    1:1 `-- rungs: concurrent` unknown-directive: unknown directive `concurrent`
      help: known are `no-transaction`, `irreversible`, `when(SELECT ...)`, `verify(SELECT ...)`, `batch(1000)`, `call(function)`, `replaces(1, 2)`, `allow(id) reason`, `allow-file(id) reason`
    ");
    assert_snapshot!(report("-- rung: no-transaction\nSELECT 1;", Sqlite), @r"
    1:1 `-- rung: no-transaction` unknown-directive: `rung: no-transaction` is not a directive
      help: write `-- rungs: no-transaction`
    ");
    assert_snapshot!(report("--rungs no transaction\nSELECT 1;", Sqlite), @r"
    1:1 `--rungs no transaction` unknown-directive: `rungs no transaction` is not a directive
      help: write `-- rungs: no-transaction`
    ");
}

#[test]
fn directives_elsewhere_are_reported() {
    assert_snapshot!(report("SELECT 1;\n-- rungs: irreversible\nSELECT 2;", Sqlite), @r"
    2:1 `-- rungs: irreversible` misplaced-directive: directive `irreversible` has no effect here
      help: move `-- rungs: irreversible` above the first statement of the file
    ");
    assert_snapshot!(report("/* rungs: irreversible */\nSELECT 1;", Sqlite), @r"
    1:1 `/* rungs: irreversible */` misplaced-directive: directive `irreversible` has no effect here
      help: write `-- rungs: irreversible` above the first statement
    ");
}

#[test]
fn a_condition_belongs_to_the_statement_below_it() {
    let text = "-- rungs: no-transaction\nSELECT 1;\n-- why\n-- rungs: when(SELECT (2) > 1)\n\nSELECT 3;\nSELECT 4;";
    let (script, found) = run(text, &[Sqlite]);
    assert_eq!(found, "");
    let conditions = script.statements.iter().map(|statement| {
        let condition = statement.when.clone();
        condition.map(|range| script.file.slice(range))
    });
    let conditions: Vec<_> = conditions.collect();
    assert_eq!(conditions, [None, Some("SELECT (2) > 1"), None]);
}

#[test]
fn what_is_verified_comes_after_all_statements() {
    let (script, found) = run(
        "-- rungs: verify(SELECT 1)\nSELECT 2;\n-- rungs: verify(SELECT 3)\nSELECT 4;",
        &[Sqlite],
    );
    assert_eq!(found, "");
    let statements = script.statements.iter();
    let texts: Vec<_> = statements
        .map(|statement| (statement.role, script.file.slice(statement.range.clone())))
        .collect();
    assert_eq!(
        texts,
        [
            (Role::Run, "SELECT 2"),
            (Role::Run, "SELECT 4"),
            (Role::Verify, "SELECT 1"),
            (Role::Verify, "SELECT 3"),
        ]
    );
}

#[test]
fn a_call_stands_among_the_statements() {
    let text = "-- rungs: call(one)\nSELECT 2;\n-- rungs: call(three)\n-- rungs: verify(SELECT 5)\nSELECT 4;";
    let (script, found) = run(text, &[Sqlite]);
    assert_eq!(found, "");
    let statements = script.statements.iter();
    let texts: Vec<_> = statements
        .map(|statement| (statement.role, script.file.slice(statement.range.clone())))
        .collect();
    assert_eq!(
        texts,
        [
            (Role::Call, "one"),
            (Role::Run, "SELECT 2"),
            (Role::Call, "three"),
            (Role::Run, "SELECT 4"),
            (Role::Verify, "SELECT 5"),
        ]
    );
    let (script, found) = run("-- rungs: call(alone)\n", &[Sqlite]);
    assert_eq!((script.statements.len(), &*found), (1, ""));
}

#[test]
fn what_cannot_be_called_is_reported() {
    assert_snapshot!(report("-- rungs: call(hash passwords)\nSELECT 1;", Sqlite), @"
    1:16 `hash passwords` bad-directive: `call` needs the name of a function
      help: write the name that the application registers, as in `-- rungs: call(hash_passwords)`
    ");
    assert_snapshot!(report("-- rungs: when(SELECT 1)\n-- rungs: call(f)\nSELECT 1;", Sqlite), @"
    1:1 `-- rungs: when(SELECT 1)` misplaced-directive: directive `when` has no effect here
      help: move `-- rungs: when(...)` above the statement that it is about
    ");
    assert_snapshot!(report("SELECT\n-- rungs: call(f)\n1;", Sqlite), @"
    2:1 `-- rungs: call(f)` misplaced-directive: directive `call` has no effect here
      help: move `-- rungs: call(...)` above the statement that it is about
    ");
}

#[test]
fn what_cannot_be_asked_is_reported() {
    assert_snapshot!(report("-- rungs: when(users is empty)\nSELECT 1;", Sqlite), @"
    1:16 `users is empty` bad-directive: `when` needs one query in its parentheses
      help: write a query that answers true or false, as in `-- rungs: when(SELECT count(*) = 0 FROM users)`
    ");
    assert_snapshot!(report("-- rungs: when(SELECT 1; SELECT 2)\nSELECT 1;", Sqlite), @"
    1:16 `SELECT 1; SELECT 2` bad-directive: `when` needs one query in its parentheses
      help: write a query that answers true or false, as in `-- rungs: when(SELECT count(*) = 0 FROM users)`
    ");
    assert_snapshot!(report("-- rungs: verify(SELECT 1\nSELECT 1;", Sqlite), @"
    1:1 `-- rungs: verify(SELECT 1` bad-directive: `verify` is not closed
      help: write it in one line that ends with `)`
    ");
    assert_snapshot!(report("-- rungs: verify(SELECT FROM WHERE)\nSELECT 1;", Sqlite), @"1:25 `FROM` invalid-sql: invalid SQLite: syntax error near `FROM`");
    assert_snapshot!(report("SELECT 1;\n-- rungs: when(SELECT 1)", Sqlite), @"
    2:1 `-- rungs: when(SELECT 1)` misplaced-directive: directive `when` has no effect here
      help: move `-- rungs: when(...)` above the statement that it is about
    ");
    assert_snapshot!(report("SELECT\n-- rungs: when(SELECT 1)\n1;", Sqlite), @"
    2:1 `-- rungs: when(SELECT 1)` misplaced-directive: directive `when` has no effect here
      help: move `-- rungs: when(...)` above the statement that it is about
    ");
    assert_snapshot!(report("/* rungs: when(SELECT 1) */ SELECT 1;", Sqlite), @"
    1:1 `/* rungs: when(SELECT 1) */` misplaced-directive: directive `when` has no effect here
      help: write `-- rungs: when(...)` in a line of its own
    ");
    assert_snapshot!(report("-- rungs: when(SELECT 1)\n-- rungs: when(SELECT 2)\nSELECT 1;", Sqlite), @"
    2:1 `-- rungs: when(SELECT 2)` bad-directive: a second condition for the same statement
      help: join both with `AND` in one query
    ");
    assert_snapshot!(report("-- rung: when(SELECT 1)\nSELECT 1;", Sqlite), @"
    1:1 `-- rung: when(SELECT 1)` unknown-directive: `rung: when(SELECT 1)` is not a directive
      help: write `-- rungs: when(SELECT ...)`
    ");
}

fn directives(text: &str) -> Directives {
    let (script, report) = run(text, &[Sqlite]);
    assert_eq!(report, "", "{text}");
    script.directives
}

#[test]
fn a_batch_changes_so_many_rows_at_most() {
    let text =
        "-- rungs: batch(10)\nUPDATE users AS u SET email = lower(name)\nWHERE (email IS NULL);";
    let (script, found) = run(text, &[Sqlite, Postgres, Mysql]);
    assert_eq!(found, "");
    assert!(script.directives.no_transaction);
    let batch = script.statements[0].batch.iter();
    let texts: Vec<_> = batch.map(|(_, text)| text.as_str()).collect();
    assert_snapshot!(texts.join("\n\n"), @"
    UPDATE users AS u SET email = lower(name) WHERE rowid IN (SELECT rowid FROM users AS u WHERE (email IS NULL) LIMIT 10) RETURNING 1

    WITH rungs_batch AS (UPDATE users AS u SET email = lower(name) WHERE ((email IS NULL)) AND ctid = ANY (ARRAY(SELECT ctid FROM users AS u WHERE (email IS NULL) LIMIT 10)) RETURNING 1) SELECT count(*)::text FROM rungs_batch

    UPDATE users AS u SET email = lower(name) WHERE (email IS NULL) LIMIT 10
    ");
}

#[test]
fn what_cannot_be_done_in_batches_is_reported() {
    let batch = |statement: &str| report(&format!("-- rungs: batch(10)\n{statement};"), Sqlite);
    assert_snapshot!(batch("INSERT INTO a VALUES (1)"), @"
    2:1 `INSERT` bad-directive: this cannot be done in batches
      help: batches are for changes of rows
    ");
    assert_snapshot!(batch("DELETE FROM a"), @"
    2:1 `DELETE` bad-directive: this cannot be done in batches
      help: add a `WHERE` that leaves out the rows which are done
    ");
    assert_snapshot!(batch("UPDATE a SET b = 1 FROM c WHERE a.b = c.b"), @"
    2:20 `FROM` bad-directive: this cannot be done in batches
      help: name one table, and other tables in a subquery of `WHERE`
    ");
    assert_snapshot!(batch("DELETE FROM a WHERE b = 1 RETURNING c"), @"
    2:27 `RETURNING` bad-directive: this cannot be done in batches
      help: name one table, and other tables in a subquery of `WHERE`
    ");
    assert_snapshot!(batch("UPDATE a SET b = 1 WHERE c = 2"), @"
    2:26 `c` bad-directive: this cannot be done in batches
      help: add what tells rows that are done from those that are not, as in `WHERE email IS NULL`
    ");
    assert_snapshot!(report("-- rungs: batch(0)\nDELETE FROM a WHERE b;", Sqlite), @"
    1:17 `0` bad-directive: `batch` needs a number of rows
      help: write how many rows are changed at a time, as in `-- rungs: batch(1000)`
    ");
    assert_snapshot!(report("-- rungs: batch(many)\nDELETE FROM a WHERE b;", Sqlite), @"
    1:17 `many` bad-directive: `batch` needs a number of rows
      help: write how many rows are changed at a time, as in `-- rungs: batch(1000)`
    ");
    assert_eq!(
        batch("UPDATE a SET \"b\" = 1, c = c + 1 WHERE B IS NULL"),
        ""
    );
}
