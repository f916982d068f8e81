use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn folders_with_both_ways() {
    assert_snapshot!(read("
        00000000000000_diesel_initial_setup/up.sql
        00000000000000_diesel_initial_setup/down.sql
        2019-12-05-103012_create_users/up.sql
        2019-12-05-103012_create_users/down.sql
        20200101/up.sql
    "), @"
    0 diesel_initial_setup: 00000000000000_diesel_initial_setup/up.sql, 00000000000000_diesel_initial_setup/down.sql
    201912051030120000 create_users: 2019-12-05-103012_create_users/up.sql, 2019-12-05-103012_create_users/down.sql
    202001010000000000 : 20200101/up.sql
    ");
}

#[test]
fn version_zero_is_a_time_of_zeros() {
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
fn times_of_different_length_keep_the_order_of_texts() {
    assert_snapshot!(read("
        2026-01-20-162913_second/up.sql
        2025-11-19-091444-0000_first/up.sql
        2026-03-01_third/up.sql
        2026-03-02-120000-0000_fifth/up.sql
        2026-03-02-120000_fourth/up.sql
    "), @"
    202511190914440001 first: 2025-11-19-091444-0000_first/up.sql
    202601201629130000 second: 2026-01-20-162913_second/up.sql
    202603010000000000 third: 2026-03-01_third/up.sql
    202603021200000000 fourth: 2026-03-02-120000_fourth/up.sql
    202603021200000001 fifth: 2026-03-02-120000-0000_fifth/up.sql
    ");
}

#[test]
fn metadata() {
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
fn files_with_wrong_names() {
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
fn a_folder_named_with_dashes_alone() {
    assert_snapshot!(read("
        2024-01-31-120000_pets/up.sql
        2024-02-01-0930-add-chips/up.sql
        2-fur/up.sql
    "), @"
    202401311200000000 pets: 2024-01-31-120000_pets/up.sql
    migrations/2-fur/up.sql:1:1: `2-fur/up.sql` is not named `<version>_<name>/up.sql` or `down.sql` [bad-name]
      help: rename the folder to `2_fur`
    migrations/2024-02-01-0930-add-chips/up.sql:1:1: `2024-02-01-0930-add-chips/up.sql` is not named `<version>_<name>/up.sql` or `down.sql` [bad-name]
      help: rename the folder to `20240201093000_add_chips`
    ");
}
