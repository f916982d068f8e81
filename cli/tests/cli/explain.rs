//! `rungs explain`

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn shows_the_page() {
    let run = Sandbox::new(&[]).run(&["explain", "invalid-sql"]);
    assert!(run.starts_with("# invalid-sql\n"));
    assert!(run.ends_with("\n--- exit 0"));
}

#[test]
fn knows_what_was_meant() {
    let sandbox = Sandbox::new(&[]);
    assert_snapshot!(sandbox.run(&["explain", "invalid-slq"]), @"
    --- stderr
    error: no diagnostic is called `invalid-slq`
    help: did you mean `invalid-sql`?
    --- exit 2
    ");
    assert_snapshot!(sandbox.run(&["explain", "spaghetti"]), @"
    --- stderr
    error: no diagnostic is called `spaghetti`
    help: run `rungs explain` for the list
    --- exit 2
    ");
}

#[test]
fn lists_every_kind() {
    let run = Sandbox::new(&[]).run(&["explain"]);
    let listed: Vec<_> = run
        .lines()
        .map_while(|line| line.split(' ').next())
        .collect();
    let known = rungs_build::kinds::KINDS.iter().map(|kind| kind.id);
    assert_eq!(listed, known.chain(["---"]).collect::<Vec<_>>());
}
