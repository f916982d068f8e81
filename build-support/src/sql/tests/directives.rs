//! The header of a file.

use insta::assert_snapshot;

use super::{report, run};
use crate::dialect::Dialect::Sqlite;
use crate::script::Directives;

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
    assert_snapshot!(report("-- rungs: concurrent\nSELECT 1;", Sqlite), @r"
    1:1 `-- rungs: concurrent` unknown-directive: unknown directive `concurrent`
      help: known are `no-transaction` and `irreversible`
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

fn directives(text: &str) -> Directives {
    let (script, report) = run(text, &[Sqlite]);
    assert_eq!(report, "", "{text}");
    script.directives
}
