//! `rungs new`

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// Runs `rungs new` in a directory with these migrations.
fn new(migrations: &[&str], arguments: &[&str]) -> String {
    let files: Vec<_> = migrations
        .iter()
        .map(|path| (*path, "SELECT 1;\n"))
        .collect();
    let sandbox = Sandbox::new(&files);
    std::fs::create_dir_all(sandbox.path().join("migrations")).expect("a new directory");
    sandbox.run(&[&["new"], arguments].concat())
}

#[test]
fn an_empty_directory_begins_with_a_pair() {
    assert_snapshot!(new(&[], &["Create users"]), @"
    migrations/0001_create_users.up.sql
    migrations/0001_create_users.down.sql
    --- exit 0
    ");
    assert_snapshot!(new(&[], &["create_users", "--no-down"]), @"
    migrations/0001_create_users.up.sql
    --- exit 0
    ");
}

#[test]
fn the_files_say_what_belongs_in_them() {
    let sandbox = Sandbox::new(&[("db/0001_a.up.sql", ""), ("db/0001_a.down.sql", "")]);
    sandbox.run(&["new", "b", "--dir", "db"]);
    assert_snapshot!(sandbox.read("db/0002_b.up.sql"), @"
    -- The way up: write the statements that make the change below this line.
    -- Until there is one, `rungs check db` and the build reject this file.
    ");
    assert_snapshot!(sandbox.read("db/0002_b.down.sql"), @"
    -- The way back: write the statements that undo `0002_b.up.sql` below this line.
    -- Where there is no way back, delete this file.
    ");
}

#[test]
fn the_layout_is_continued() {
    let pairs = ["migrations/0007_a.up.sql", "migrations/0007_a.down.sql"];
    assert_snapshot!(new(&pairs, &["b"]), @"
    migrations/0008_b.up.sql
    migrations/0008_b.down.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/7_a.sql", "migrations/2023/notes.sql"], &["b"]), @"
    migrations/8_b.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/01_a/up.sql"], &["b"]), @"
    migrations/02_b/up.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/01_a/up.sql", "migrations/01_a/down.sql"], &["b"]), @"
    migrations/02_b/up.sql
    migrations/02_b/down.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/V9__a.sql", "migrations/V10__a.sql"], &["b"]), @"
    migrations/V11__b.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/V1__a.sql", "migrations/U2__b.sql"], &["c"]), @"
    migrations/V3__c.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/V1__a.sql", "migrations/U1__a.sql"], &["b"]), @"
    migrations/V2__b.sql
    migrations/U2__b.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/V1__a.sql"], &["b", "--down"]), @"
    migrations/V2__b.sql
    migrations/U2__b.sql
    --- exit 0
    ");
}

#[test]
fn ways_back_are_continued_unless_told_otherwise() {
    assert_snapshot!(new(&["migrations/1_a.up.sql"], &["b"]), @"
    migrations/2_b.up.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/1_a.up.sql"], &["b", "--down"]), @"
    migrations/2_b.up.sql
    migrations/2_b.down.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/1_a.sql"], &["b", "--down"]), @"
    migrations/2_b.up.sql
    migrations/2_b.down.sql
    --- exit 0
    ");
}

#[test]
fn versions_only_go_up() {
    assert_snapshot!(new(&["migrations/29990101000000_a.sql"], &["b"]), @"
    migrations/29990101000001_b.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/29990101000000_a.sql"], &["b", "--timestamp"]), @"
    migrations/29990101000001_b.sql
    --- exit 0
    ");
    assert_snapshot!(new(&["migrations/9223372036854775807_a.sql"], &["b"]), @"
    --- stderr
    error: no version is left in `migrations`
    --- exit 1
    ");
}

#[test]
fn a_timestamp_is_the_time_of_day() {
    let sandbox = Sandbox::new(&[("migrations/0001_a.sql", "")]);
    let run = sandbox.run(&["new", "b", "--timestamp"]);
    let version = run
        .strip_prefix("migrations/")
        .and_then(|rest| rest.split('_').next());
    let version = version.expect("a created path");
    assert_eq!(version.len(), 14);
    assert!(version > "20250101000000", "{version}");
}

#[test]
fn a_name_must_be_left() {
    assert_snapshot!(new(&[], &[""]), @"
    --- stderr
    error: the name has no letters or digits
    help: name what the migration does, such as `create_users`
    --- exit 2
    ");
    assert_snapshot!(new(&[], &["--dir", "migrations", "../.."]), @"
    --- stderr
    error: the name has no letters or digits
    help: name what the migration does, such as `create_users`
    --- exit 2
    ");
}

#[test]
fn a_directory_must_be_there() {
    assert_snapshot!(Sandbox::new(&[]).run(&["new", "a"]), @"
    --- stderr
    error: cannot read `migrations`: No such file or directory (os error 2)
    help: run `rungs init migrations` first
    --- exit 1
    ");
}

#[test]
fn b12_a_name_of_any_text_breaks_nothing() {
    let sandbox = Sandbox::new(&[]);
    sandbox.run(&["init", "--dialect=sqlite"]);
    let run = sandbox.run(&["new", "it's \"new\"\n'''\"\"\" */ -- DROP;\\", "--no-down"]);
    let path = "migrations/0001_it_s_new_drop.up.sql";
    assert!(run.starts_with(path), "{run}");
    sandbox.write(path, "SELECT 1;\n");
    let check = sandbox.run(&["check", "migrations"]);
    assert!(check.ends_with("--- exit 0"), "{check}");
}

#[test]
fn b39_a_new_migration_never_overwrites() {
    let sandbox = Sandbox::new(&[("migrations/0001_a.up.sql", "SELECT 1;\n")]);
    let run = sandbox.run(&["new", "a"]);
    assert!(run.starts_with("migrations/0002_a.up.sql\n"), "{run}");
    assert_eq!(sandbox.read("migrations/0001_a.up.sql"), "SELECT 1;\n");
}

#[test]
fn a_file_with_both_directions_is_continued_by_one() {
    let goose = "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n";
    let sandbox = Sandbox::new(&[("migrations/00001_a.sql", goose)]);
    assert_snapshot!(sandbox.run(&["new", "b"]), @"
    migrations/00002_b.sql
    --- exit 0
    ");
    assert_snapshot!(sandbox.read("migrations/00002_b.sql"), @"
    -- +goose Up
    -- The way up: write the statements that make the change below this line.
    -- Until there is one, `rungs check migrations` and the build reject this file.

    -- +goose Down
    -- The way back: write the statements that undo it below this line, or leave it empty.
    ");
    let check = sandbox.run(&["check", "migrations", "--dialect=sqlite"]);
    assert!(check.contains("migrations/00002_b.sql"), "{check}");
    assert!(check.contains("[empty-file]"), "{check}");
}

#[test]
fn tern_and_prisma_are_continued() {
    let tern = "SELECT 1;\n---- create above / drop below ----\nSELECT 2;\n";
    let sandbox = Sandbox::new(&[("migrations/001_a.sql", tern)]);
    sandbox.run(&["new", "b"]);
    let text = sandbox.read("migrations/002_b.sql");
    assert!(
        text.contains("\n---- create above / drop below ----\n"),
        "{text}"
    );
    let sandbox = Sandbox::new(&[("migrations/20240101120000_a/migration.sql", "SELECT 1;\n")]);
    let run = sandbox.run(&["new", "b", "--sequence"]);
    assert!(
        run.starts_with("migrations/20240101120001_b/migration.sql\n"),
        "{run}"
    );
}
