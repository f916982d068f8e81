use insta::assert_snapshot;

use crate::fixture::read;

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
}

#[test]
fn both_directions_without_a_dot() {
    assert_snapshot!(read("
        0001_pets_down.sql
        0001_pets_up.sql
    "), @"
    migrations/0001_pets_up.sql:1:1: `0001_pets_up.sql` and `0001_pets_down.sql` have the same version, 1 [duplicate-version]
      migrations/0001_pets_down.sql:1:1: the other one
      help: rename them to `0001_pets.up.sql` and `0001_pets.down.sql` if they are the two ways of one migration
    ");
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_differ_in_case() {
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
fn settings_alone_are_no_migrations() {
    assert_snapshot!(read("1_a/metadata.toml: run_in_transaction = false"), @"
    migrations: there are no migrations in `migrations` [empty-directory]
      help: write the first migration, `migrations/0001_create_users.up.sql`, or let `rungs new create_users` do it
    ");
}

#[test]
fn settings_of_another_layout_say_nothing_about_this_one() {
    assert_snapshot!(read("1_a/up.sql\n1_a.sql.conf: executeInTransaction=false"), @"1 a: 1_a/up.sql");
}
