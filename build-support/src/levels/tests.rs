use insta::assert_snapshot;

use crate::fixture;

const EMPTY: &str = "2_b.sql: -- nothing";

#[test]
fn a_check_weighs_what_the_project_says() {
    let found = |levels: &str| fixture::compile(&format!("1_a.sql\n{EMPTY}\n{levels}"));
    assert_snapshot!(found(""), @"
    error migrations/2_b.sql:1:1: the file has only comments [empty-file]
      migrations/2_b.sql:1:1: no statement here
      help: write a statement or delete the file; where there is deliberately no way back, `-- rungs: irreversible` on top of the up file says so
    ");
    assert_snapshot!(found(r"rungs.toml: [levels]\nempty-file = 'warn'"), @"
    warning migrations/2_b.sql:1:1: the file has only comments [empty-file]
      migrations/2_b.sql:1:1: no statement here
      help: write a statement or delete the file; where there is deliberately no way back, `-- rungs: irreversible` on top of the up file says so
    ");
    assert_snapshot!(found(r"rungs.toml: [levels]\nempty-file = 'allow'"), @"");
    assert_snapshot!(found(r"rungs.toml: since = 2"), @"
    error migrations/2_b.sql:1:1: the file has only comments [empty-file]
      migrations/2_b.sql:1:1: no statement here
      help: write a statement or delete the file; where there is deliberately no way back, `-- rungs: irreversible` on top of the up file says so
    ");
    assert_snapshot!(found(r"rungs.toml: since = 3"), @"");
}

#[test]
fn a_level_that_is_none_is_reported() {
    let found = |levels: &str| fixture::compile(&format!("1_a.sql\nrungs.toml: {levels}"));
    assert_snapshot!(found(r"[levels]\nempty-fil = 'warn'"), @"
    error migrations/rungs.toml:2:1: no check is called `empty-fil` [bad-config]
      help: did you mean `empty-file`?
    ");
    assert_snapshot!(found(r"[levels]\ninvalid-sql = 'allow'"), @"
    error migrations/rungs.toml:2:1: `invalid-sql` is an error at any level [bad-config]
      help: `rungs explain invalid-sql` says why it is reported
    ");
    assert_snapshot!(found(r"[levels]\nempty-file = 'forbid'"), @r#"
    error migrations/rungs.toml:2:14: there is no level `forbid` [bad-config]
      help: write `"allow"`, `"warn"` or `"deny"`
    "#);
    assert_snapshot!(found(r"[levels]\nempty-file = 1"), @r#"error migrations/rungs.toml:2:14: expected `"allow"`, `"warn"` or `"deny"`, found integer [bad-config]"#);
    assert_snapshot!(found(r"levels = 'warn'"), @"error migrations/rungs.toml:1:10: expected a table of checks, found string [bad-config]");
    assert_snapshot!(found(r"since = 'two'"), @"error migrations/rungs.toml:1:9: expected a version, found string [bad-config]");
}

#[test]
fn a_comment_allows_what_is_found_and_nothing_else() {
    let found = |text: &str| fixture::compile(&format!("1_a.sql: {text}"));
    assert_snapshot!(found("-- rungs: allow-file(empty-file) only the number counts"), @"");
    assert_snapshot!(found(r"-- rungs: allow(empty-file) why\nSELECT 1;"), @"
    warning migrations/1_a.sql:1:1: `empty-file` is not found here [unused-allow]
      migrations/1_a.sql:1:1: allows nothing
      help: delete this comment
    ");
    assert_snapshot!(found(r"-- rungs: allow-file(empty-file) why\nSELEC 1;"), @"
    error migrations/1_a.sql:2:1: invalid SQLite: syntax error near `SELEC` [invalid-sql]
      help: did you mean `SELECT` instead of `SELEC`?
    ");
    assert_snapshot!(found(r"-- rungs: allow-file(unused-allow) why\n-- rungs: allow(empty-file) why\nSELECT 1;"), @"
    error migrations/1_a.sql:1:22: `unused-allow` is a warning at any level [bad-directive]
      migrations/1_a.sql:1:22: cannot be allowed
      help: `rungs explain unused-allow` says why it is reported
    ");
}

#[test]
fn a_comment_that_allows_nothing_is_refused() {
    let found = |text: &str| fixture::compile(&format!("1_a.sql: {text}"));
    assert_snapshot!(found(r"-- rungs: allow(empty-file)\nSELECT 1;"), @"
    error migrations/1_a.sql:1:1: `allow` needs a reason [bad-directive]
      migrations/1_a.sql:1:1: says nothing after the `)`
      help: say why it is right here: `-- rungs: allow(empty-file) reason`
    ");
    assert_snapshot!(found(r"-- rungs: allow(empty-file why\nSELECT 1;"), @"
    error migrations/1_a.sql:1:1: `allow` is not closed [bad-directive]
      migrations/1_a.sql:1:1: there is no `)`
      help: write the id of a check in parentheses, then the reason: `-- rungs: allow(id) reason`
    ");
    assert_snapshot!(found(r"-- rungs: allow(empty-flie) why\nSELECT 1;"), @"
    error migrations/1_a.sql:1:17: no check is called `empty-flie` [bad-directive]
      migrations/1_a.sql:1:17: cannot be allowed
      help: did you mean `empty-file`?
    ");
    assert_snapshot!(found(r"-- rungs: allow(invalid-sql) why\nSELEC 1;"), @"
    error migrations/1_a.sql:1:17: `invalid-sql` is an error at any level [bad-directive]
      migrations/1_a.sql:1:17: cannot be allowed
      help: `rungs explain invalid-sql` says why it is reported
    error migrations/1_a.sql:2:1: invalid SQLite: syntax error near `SELEC` [invalid-sql]
      help: did you mean `SELECT` instead of `SELEC`?
    ");
    assert_snapshot!(found(r"SELECT 1;\n-- rungs: allow(empty-file) why"), @"
    error migrations/1_a.sql:2:1: directive `allow` has no effect here [misplaced-directive]
      migrations/1_a.sql:2:1: no statement begins after this
      help: move it above the statement that it is about, or write `-- rungs: allow-file(empty-file) reason`
    ");
    assert_snapshot!(found(r"/* rungs: allow(empty-file) why */ SELECT 1;"), @"
    error migrations/1_a.sql:1:1: directive `allow` has no effect here [misplaced-directive]
      migrations/1_a.sql:1:1: a block comment is no directive
      help: write `-- rungs: allow(...) reason` in a line of its own
    ");
    assert_snapshot!(found(r"-- rungs: alow(empty-file) why\nSELECT 1;"), @"
    error migrations/1_a.sql:1:1: unknown directive `alow` [unknown-directive]
      migrations/1_a.sql:1:1: not known to rungs
      help: did you mean `-- rungs: allow(id) reason`?
    ");
}
