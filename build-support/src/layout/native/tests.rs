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
fn a_time_with_a_dash_is_a_version_without_a_name() {
    assert_snapshot!(read("20240131-120000.sql"), @"
    migrations/20240131-120000.sql:1:1: `20240131-120000.sql` has a version but no name [bad-name]
      help: say in the name what it does, such as `20240131120000_create_users.sql`
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
      help: number the migrations from 1 on, or by time to the second: `20240131120000`
    ");
}
