use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn flyway_and_refinery() {
    assert_snapshot!(read("
        V1__a.sql
        R__views.sql
        R__grants.sql
        B7__base.sql
        beforeMigrate.sql
        afterEachMigrate__log.sql
        V8__seed.rs
    "), @"
    1 a: V1__a.sql
    migrations/B7__base.sql:1:1: `B7__base.sql` is a baseline of Flyway, which is not supported [unsupported-file]
      help: rename it to `V7__base.sql` if no migration comes before it; otherwise remove it
    migrations/R__grants.sql:1:1: `R__grants.sql` is a repeatable migration of Flyway, which is not supported (and 1 more file) [unsupported-file]
      help: rename it to `V9__grants.sql`, and write a new migration for each later change
    migrations/V8__seed.rs:1:1: `V8__seed.rs` is a migration of refinery in Rust, which is not supported [unsupported-file]
      help: write its SQL to `V8__seed.sql`
    migrations/afterEachMigrate__log.sql:1:1: `afterEachMigrate__log.sql` is a callback of Flyway, which is not supported (and 1 more file) [unsupported-file]
      help: rename it to `V9__afterEachMigrate_log.sql` if it is to run once, or move it elsewhere
    ");
}

#[test]
fn subfolders_are_not_skipped_in_silence() {
    assert_snapshot!(read("
        0001_a.sql
        seeds/dev.sql
        seeds/2024/test.sql
        empty/
        notes/plan.md
        .git/x.sql
    "), @"
    1 a: 0001_a.sql
    migrations/seeds/2024/test.sql:1:1: `seeds/2024/test.sql` is in a subfolder, which is not supported (and 1 more file) [unsupported-file]
      help: move it up to `test.sql` or out of the directory, or name the folder `seeds/2024` in a call of its own
    ");
    assert_snapshot!(read("
        V1__a.sql
        2024/V2__b.sql
    "), @"
    1 a: V1__a.sql
    migrations/2024/V2__b.sql:1:1: `2024/V2__b.sql` is in a subfolder, which is not supported [unsupported-file]
      help: move it up to `V2__b.sql` or out of the directory, or name the folder `2024` in a call of its own
    ");
}

#[test]
fn other_kinds_of_files() {
    assert_snapshot!(read("1_a.sql: --liquibase formatted sql"), @"
    migrations/1_a.sql:1:1: `1_a.sql` is a changelog of Liquibase, which is not supported [unsupported-file]
      help: split it into `1_a.up.sql` and `1_a.down.sql`
    ");
}
