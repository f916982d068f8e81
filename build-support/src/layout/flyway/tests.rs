use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn undo() {
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
fn unversioned() {
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
fn names() {
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
fn versions() {
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
fn conf() {
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
fn directions_written_as_elsewhere() {
    assert_snapshot!(read("
        V1__pets.up.sql
        V1__pets.down.sql
    "), @"
    migrations/V1__pets.down.sql:1:1: `V1__pets.down.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `U1__pets.sql`
    migrations/V1__pets.up.sql:1:1: `V1__pets.up.sql` is not named `V<version>__<name>.sql` or `U<version>__<name>.sql` [bad-name]
      help: rename it to `V1__pets.sql`
    ");
}
