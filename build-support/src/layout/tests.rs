use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn up_and_down_or_simple() {
    assert_snapshot!(read("
        0001_create_users.up.sql
        0001_create_users.down.sql
        0002_add_email.sql
        0010_backfill.up.sql
        9_early.up.sql
    "), @"
    1 create_users: 0001_create_users.up.sql, 0001_create_users.down.sql
    2 add_email: 0002_add_email.sql
    9 early: 9_early.up.sql
    10 backfill: 0010_backfill.up.sql
    ");
}

#[test]
fn timestamps_and_foreign_names_are_fine() {
    assert_snapshot!(read("
        20240101120000_create-users v1.2.up.sql
        20240101120001_.up.sql
        20240101120001_.down.sql
    "), @"
    20240101120000 create-users v1.2: 20240101120000_create-users v1.2.up.sql
    20240101120001 : 20240101120001_.up.sql, 20240101120001_.down.sql
    ");
}

#[test]
fn a_plain_file_may_have_a_way_back() {
    assert_snapshot!(read("
        1_users.sql
        1_users.down.sql
    "), @"1 users: 1_users.sql, 1_users.down.sql");
}

#[test]
fn a_name_without_version_gets_the_next_one() {
    assert_snapshot!(read("
        0001_a.up.sql
        0009_b.up.sql
        create users.sql
    "), @"
    1 a: 0001_a.up.sql
    9 b: 0009_b.up.sql
    migrations/create users.sql:1:1: `create users.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0010_create_users.up.sql` if it is a migration, or move it elsewhere
    ");
    assert_snapshot!(read("
        01_a.sql
        create-users.SQL
    "), @"
    1 a: 01_a.sql
    migrations/create-users.SQL:1:1: `create-users.SQL` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `02_create_users.sql` if it is a migration, or move it elsewhere
    ");
    assert_snapshot!(read("
        V1__a.sql
        V__add_users.sql
    "), @"
    1 a: V1__a.sql
    migrations/V__add_users.sql:1:1: `V__add_users.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V2__add_users.sql` if it is a migration, or move it elsewhere
    ");
    assert_snapshot!(read("
        1_a/up.sql
        add_users/up.sql
        add_users/down.sql
    "), @"
    1 a: 1_a/up.sql
    migrations/add_users/down.sql:1:1: `add_users/down.sql` is not named `<version>_<name>/up.sql` or `down.sql` [bad-name]
      help: rename the folder to `2_add_users`
    ");
    assert_snapshot!(read("schema.sql"), @"
    migrations/schema.sql:1:1: `schema.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0001_schema.up.sql` if it is a migration, or move it elsewhere
    ");
}

#[test]
fn near_misses_are_told_their_name() {
    assert_snapshot!(read("
        0001-create-users.sql
        0002 add email.sql
        0003_a.SQL
        0004_a.Up.sql
        0005_a.down.Sql
        0006_a.up.sq
        0007_a.sqll
        0008_a.up
        0009_a
        0010_a.psql
        0011_a.undo.sql
        0012_a.dwon.sql
        0013a_b.sql
    "), @"
    migrations/0001-create-users.sql:1:1: `0001-create-users.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0001_create_users.sql`
    migrations/0002 add email.sql:1:1: `0002 add email.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0002_add_email.sql`
    migrations/0003_a.SQL:1:1: `0003_a.SQL` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0003_a.sql`
    migrations/0004_a.Up.sql:1:1: `0004_a.Up.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0004_a.up.sql`
    migrations/0005_a.down.Sql:1:1: `0005_a.down.Sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0005_a.down.sql`
    migrations/0006_a.up.sq:1:1: `0006_a.up.sq` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0006_a.up.sql`
    migrations/0007_a.sqll:1:1: `0007_a.sqll` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0007_a.sql`
    migrations/0008_a.up:1:1: `0008_a.up` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0008_a.up.sql`
    migrations/0009_a:1:1: `0009_a` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0009_a.sql`
    migrations/0010_a.psql:1:1: `0010_a.psql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0010_a.sql`
    migrations/0011_a.undo.sql:1:1: `0011_a.undo.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0011_a.down.sql`
    migrations/0012_a.dwon.sql:1:1: `0012_a.dwon.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0012_a.down.sql`
    migrations/0013a_b.sql:1:1: `0013a_b.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `0013_a_b.sql`
    ");
}

#[test]
fn a_version_needs_a_name() {
    assert_snapshot!(read("
        0001.sql
        2.up.sql
    "), @"
    migrations/0001.sql:1:1: `0001.sql` has a version but no name [bad-name]
      help: say in the name what it does, such as `0001_create_users.sql`
    migrations/2.up.sql:1:1: `2.up.sql` has a version but no name [bad-name]
      help: say in the name what it does, such as `2_create_users.up.sql`
    ");
}

#[test]
fn versions_are_whole_numbers_from_one() {
    assert_snapshot!(read("
        0_a.sql
        000_b.up.sql
        9223372036854775807_c.sql
        9223372036854775808_d.sql
        1.2_e.sql
        2024-01-02_f.sql
    "), @"
    9223372036854775807 c: 9223372036854775807_c.sql
    migrations/000_b.up.sql:1:1: the version is 0, the smallest is 1 [bad-version]
      help: number the migrations from 1 on, or by time
    migrations/0_a.sql:1:1: the version is 0, the smallest is 1 [bad-version]
      help: number the migrations from 1 on, or by time
    migrations/1.2_e.sql:1:1: the version `1.2` is not a whole number [bad-version]
      help: number the migrations in the order in which they are to run: `1.1`, `1.2`, `2` become `1`, `2`, `3`
    migrations/2024-01-02_f.sql:1:1: the version `2024-01-02` is not a whole number [bad-version]
      help: rename it to `20240102_f.sql`
    migrations/9223372036854775808_d.sql:1:1: the version is 9223372036854775808, the largest is 9223372036854775807 [bad-version]
      help: number the migrations from 1 on, or by time
    ");
}

#[test]
fn one_version_twice() {
    assert_snapshot!(read("
        0001_a.up.sql
        0001_a.down.sql
        1_b.up.sql
        1_b.down.sql
        0002_c.sql
    "), @"
    2 c: 0002_c.sql
    migrations/1_b.up.sql:1:1: `1_b.up.sql` and `0001_a.up.sql` have the same version, 1 [duplicate-version]
      migrations/0001_a.up.sql:1:1: the other one
      help: renumber the one that no database has run yet, for instance to `0003_b.up.sql`
    ");
    assert_snapshot!(read("
        1_a.sql
        1_a.up.sql
    "), @"
    migrations/1_a.up.sql:1:1: `1_a.up.sql` and `1_a.sql` have the same version, 1 [duplicate-version]
      migrations/1_a.sql:1:1: the other one
      help: remove one of them
    ");
    assert_snapshot!(read("
        1_A.sql
        1_a.sql
    "), @"
    migrations/1_a.sql:1:1: `1_a.sql` and `1_A.sql` have the same version, 1 [duplicate-version]
      migrations/1_A.sql:1:1: the other one
      help: renumber the one that no database has run yet, for instance to `2_a.sql`
    ");
}

#[test]
fn a_way_back_needs_a_way_up() {
    assert_snapshot!(read("
        0001_a.up.sql
        0002_b.down.sql
    "), @"
    1 a: 0001_a.up.sql
    migrations/0002_b.down.sql:1:1: `0002_b.down.sql` undoes a migration that does not exist [missing-up]
      help: write `0002_b.up.sql`, or remove `0002_b.down.sql`
    ");
    assert_snapshot!(read("
        0001_users.up.sql
        0002_users.down.sql
    "), @"
    1 users: 0001_users.up.sql
    migrations/0002_users.down.sql:1:1: `0002_users.down.sql` undoes a migration that does not exist [missing-up]
      help: rename it to `0001_users.down.sql` if it undoes `0001_users.up.sql`
    ");
}

#[test]
fn both_ways_have_one_name() {
    assert_snapshot!(read("
        1_create_users.up.sql
        1_drop_users.down.sql
    "), @"
    migrations/1_drop_users.down.sql:1:1: `1_drop_users.down.sql` has the version of `1_create_users.up.sql` but another name [bad-name]
      help: rename it to `1_create_users.down.sql`
    ");
}

#[test]
fn diesel_folders() {
    assert_snapshot!(read("
        00000000000000_diesel_initial_setup/up.sql
        00000000000000_diesel_initial_setup/down.sql
        2019-12-05-103012_create_users/up.sql
        2019-12-05-103012_create_users/down.sql
        20200101/up.sql
    "), @"
    0 diesel_initial_setup: 00000000000000_diesel_initial_setup/up.sql, 00000000000000_diesel_initial_setup/down.sql
    20200101 : 20200101/up.sql
    20191205103012 create_users: 2019-12-05-103012_create_users/up.sql, 2019-12-05-103012_create_users/down.sql
    ");
}

#[test]
fn version_zero_is_diesels_alone() {
    assert_snapshot!(read("0_diesel_initial_setup.up.sql"), @"
    migrations/0_diesel_initial_setup.up.sql:1:1: the version is 0, the smallest is 1 [bad-version]
      help: number the migrations from 1 on, or by time
    ");
    assert_snapshot!(read("0_a/up.sql"), @"
    migrations/0_a/up.sql:1:1: the version is 0, the smallest is 1 [bad-version]
      help: number the migrations from 1 on, or by time
    ");
}

#[test]
fn diesel_metadata() {
    assert_snapshot!(read(r#"
        1_a/up.sql
        1_a/metadata.toml: run_in_transaction = false
        2_b/up.sql
        2_b/metadata.toml: # nothing
        3_c/up.sql
        3_c/metadata.toml: run_in_transaction = "false"
        4_d/up.sql
        4_d/metadata.toml: run_in_transactions = false
        5_e/up.sql
        5_e/metadata.toml: run_in_transaction =
    "#), @"
    1 a: 1_a/up.sql (no transaction)
    2 b: 2_b/up.sql
    3 c: 3_c/up.sql
    4 d: 4_d/up.sql
    5 e: 5_e/up.sql
    migrations/3_c/metadata.toml:1:22: expected `true` or `false`, found string [bad-config]
    migrations/4_d/metadata.toml:1:1: unknown key `run_in_transactions` [bad-config]
      help: did you mean `run_in_transaction`?
    migrations/5_e/metadata.toml:1:21: this is not valid TOML [bad-config]
      migrations/5_e/metadata.toml:1:21: string values must be quoted, expected literal string
    ");
}

#[test]
fn diesel_files_with_wrong_names() {
    assert_snapshot!(read("
        1_a/up.sql
        1_a/Down.sql
        2_b/down.sql
        3_c/up.sql
        3_c/seed.sql
        4_d/up.sq
        01_e/up.sql
    "), @"
    3 c: 3_c/up.sql
    migrations/1_a/Down.sql:1:1: `1_a/Down.sql` is not named `<version>_<name>/up.sql` or `down.sql` [bad-name]
      help: rename it to `1_a/down.sql`
    migrations/1_a/up.sql:1:1: `1_a/up.sql` and `01_e/up.sql` have the same version, 1 [duplicate-version]
      migrations/01_e/up.sql:1:1: the other one
      help: renumber the one that no database has run yet, for instance to `4_a/up.sql`
    migrations/2_b/down.sql:1:1: `2_b/down.sql` undoes a migration that does not exist [missing-up]
      help: write `2_b/up.sql`, or remove `2_b/down.sql`
    migrations/3_c/seed.sql:1:1: `3_c/seed.sql` is not named `<version>_<name>/up.sql` or `down.sql` [bad-name]
      help: move its SQL to `up.sql`, or the file out of the directory
    migrations/4_d/up.sq:1:1: `4_d/up.sq` is not named `<version>_<name>/up.sql` or `down.sql` [bad-name]
      help: rename it to `4_d/up.sql`
    ");
}

#[test]
fn flyway_undo() {
    assert_snapshot!(read("
        V1__create_users.sql
        U1__drop_users.sql
        V2__add_email.sql
        V10__last.sql
    "), @"
    1 create_users: V1__create_users.sql, U1__drop_users.sql
    2 add_email: V2__add_email.sql
    10 last: V10__last.sql
    ");
}

#[test]
fn refinery_unversioned() {
    assert_snapshot!(read("
        V1__create_users.sql
        U2__add_email.sql
        V3__last.sql
    "), @"
    1 create_users: V1__create_users.sql
    2 add_email: U2__add_email.sql
    3 last: V3__last.sql
    ");
}

#[test]
fn flyway_or_refinery() {
    assert_snapshot!(read("
        V1__a.sql
        U1__a.sql
        U2__b.sql
        V3__c.sql
    "), @"
    migrations/U2__b.sql:1:1: `U1__a.sql` undoes a migration as for Flyway, `U2__b.sql` has none to undo and is one itself as for refinery [mixed-layouts]
      migrations/U1__a.sql:1:1: the undo
      help: rename `U2__b.sql` to `V2__b.sql` if it is a migration; give it the version of its `V` if it is an undo
    ");
}

#[test]
fn an_undo_with_a_wrong_number() {
    assert_snapshot!(read("
        V1__a.sql
        V2__b.sql
        U3__b.sql
    "), @"
    1 a: V1__a.sql
    2 b: V2__b.sql
    migrations/U3__b.sql:1:1: `U3__b.sql` has the name of `V2__b.sql` but another version [missing-up]
      help: rename it to `U2__b.sql` if it undoes `V2__b.sql`
    ");
}

#[test]
fn flyway_names() {
    assert_snapshot!(read("
        V1_a.sql
        V2__add-users.sql
        v3__a.sql
        V4__.sql
        V5.sql
        V6__a.SQL
        V7__v1.2.sql
    "), @"
    migrations/V1_a.sql:1:1: `V1_a.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V1__a.sql`
    migrations/V2__add-users.sql:1:1: `V2__add-users.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V2__add_users.sql`
    migrations/V4__.sql:1:1: `V4__.sql` has a version but no name [bad-name]
      help: say in the name what it does, such as `V4__create_users.sql`
    migrations/V5.sql:1:1: `V5.sql` has a version but no name [bad-name]
      help: say in the name what it does, such as `V5__create_users.sql`
    migrations/V6__a.SQL:1:1: `V6__a.SQL` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V6__a.sql`
    migrations/V7__v1.2.sql:1:1: `V7__v1.2.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V7__v1_2.sql`
    migrations/v3__a.sql:1:1: `v3__a.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V3__a.sql`
    ");
}

#[test]
fn flyway_versions() {
    assert_snapshot!(read("
        V1.2__a.sql
        V1_3__b.sql
        V2.1_c.sql
        V0__d.sql
    "), @"
    migrations/V0__d.sql:1:1: the version is 0, the smallest is 1 [bad-version]
      help: number the migrations from 1 on, or by time
    migrations/V1.2__a.sql:1:1: the version `1.2` is not a whole number [bad-version]
      help: number the migrations in the order in which they are to run: `1.1`, `1.2`, `2` become `1`, `2`, `3`
    migrations/V1_3__b.sql:1:1: the version `1_3` is not a whole number [bad-version]
      help: number the migrations in the order in which they are to run: `1.1`, `1.2`, `2` become `1`, `2`, `3`
    migrations/V2.1_c.sql:1:1: the version `2.1` is not a whole number [bad-version]
      help: number the migrations in the order in which they are to run: `1.1`, `1.2`, `2` become `1`, `2`, `3`
    ");
}

#[test]
fn flyway_conf() {
    assert_snapshot!(read(r"
        V1__a.sql
        V1__a.sql.conf: executeInTransaction=false
        V2__b.sql
        V2__b.sql.conf: # a comment\nencoding=UTF-8\nexecuteInTransaction=no\nshouldExecute=false
        V3__c.sql.conf: executeInTransaction=false
    "), @"
    1 a: V1__a.sql (no transaction)
    2 b: V2__b.sql
    migrations/V2__b.sql.conf:3:1: `executeInTransaction` is `no`, neither `true` nor `false` [bad-config]
      help: the one setting that is read is `executeInTransaction=false`
    migrations/V2__b.sql.conf:4:1: the setting `shouldExecute` is not supported [bad-config]
      help: the one setting that is read is `executeInTransaction=false`
    migrations/V3__c.sql.conf:1:1: `V3__c.sql.conf` belongs to `V3__c.sql`, which does not exist [bad-name]
      help: rename or remove it
    ");
}

#[test]
fn flyway_files_that_nothing_would_run() {
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
fn layouts_do_not_mix() {
    assert_snapshot!(read("
        0001_a.up.sql
        0002_b.up.sql
        V3__c.sql
    "), @"
    migrations/V3__c.sql:1:1: two layouts in one directory: `V3__c.sql` is named `V<version>__<name>.sql` or `U<version>__<name>.sql`, `0001_a.up.sql` is named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [mixed-layouts]
      migrations/0001_a.up.sql:1:1: the other layout
      help: rename the files of one layout, or keep them in a directory of their own
    ");
    assert_snapshot!(read("
        0001_a/up.sql
        0002_b.sql
    "), @"
    migrations/0002_b.sql:1:1: two layouts in one directory: `0002_b.sql` is named `<version>_<name>.up.sql`, `.down.sql` or `.sql`, `0001_a/up.sql` is named `<version>_<name>/up.sql` or `down.sql` [mixed-layouts]
      migrations/0001_a/up.sql:1:1: the other layout
      help: rename the files of one layout, or keep them in a directory of their own
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
      help: move it up to `test.sql` if it is a migration, or out of the directory
    ");
    assert_snapshot!(read("
        V1__a.sql
        2024/V2__b.sql
    "), @"
    1 a: V1__a.sql
    migrations/2024/V2__b.sql:1:1: `2024/V2__b.sql` is in a subfolder, which is not supported [unsupported-file]
      help: move it up to `V2__b.sql` if it is a migration, or out of the directory
    ");
}

#[test]
fn both_directions_in_one_file() {
    assert_snapshot!(read(r"
        0001_a.sql: -- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;
        0002_b.sql: SELECT 1;\n  --+goose down
        0003_c.up.sql: -- +goose Up
    "), @"
    3 c: 0003_c.up.sql
    migrations/0001_a.sql:1:1: `0001_a.sql` is a file of goose, with both directions in one, which is not supported (and 1 more file) [unsupported-file]
      help: split it into `0001_a.up.sql` and `0001_a.down.sql`
    ");
    assert_snapshot!(read(r"1_a.sql: -- migrate:up\nSELECT 1;\n-- migrate:down"), @"
    migrations/1_a.sql:1:1: `1_a.sql` is a file of dbmate, with both directions in one, which is not supported [unsupported-file]
      help: split it into `1_a.up.sql` and `1_a.down.sql`
    ");
    assert_snapshot!(read("1_a.sql: -- +migrate Up"), @"
    migrations/1_a.sql:1:1: `1_a.sql` is a file of sql-migrate, with both directions in one, which is not supported [unsupported-file]
      help: split it into `1_a.up.sql` and `1_a.down.sql`
    ");
    assert_snapshot!(read(r"1_a.sql: CREATE TABLE a (b int);\n---- create above / drop below ----\nDROP TABLE a;"), @"
    migrations/1_a.sql:2:1: `1_a.sql` is a file of tern, with both directions in one, which is not supported [unsupported-file]
      help: split it into `1_a.up.sql` and `1_a.down.sql`
    ");
    assert_snapshot!(read("1_a.sql: --liquibase formatted sql"), @"
    migrations/1_a.sql:1:1: `1_a.sql` is a changelog of Liquibase, which is not supported [unsupported-file]
      help: split it into `1_a.up.sql` and `1_a.down.sql`
    ");
}

#[test]
fn prisma() {
    assert_snapshot!(read("
        migration_lock.toml
        20240101_init/migration.sql
        20240102_more/migration.sql
    "), @"
    migrations/20240101_init/migration.sql:1:1: `20240101_init/migration.sql` is a migration of Prisma, which is not supported (and 1 more file) [unsupported-file]
      help: move its SQL to `20240101_init.up.sql`, beside the folder
    ");
}

#[test]
fn settings_alone_are_no_migrations() {
    assert_snapshot!(read("1_a/metadata.toml: run_in_transaction = false"), @"
    migrations: there are no migrations in `migrations` [empty-directory]
      help: write the first one: `rungs new create_users`
    ");
}

#[test]
fn settings_of_another_layout_say_nothing_about_this_one() {
    assert_snapshot!(read("1_a/up.sql\n1_a.sql.conf: executeInTransaction=false"), @"1 a: 1_a/up.sql");
}
