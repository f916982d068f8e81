use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn committed_migrations_are_a_chain() {
    assert_snapshot!(read(r"
        committed/000001.sql: --! Previous: -\n--! Hash: sha1:aaa\n\nCREATE TABLE a (b int);
        committed/000002-add-users.sql: --! Previous: sha1:aaa\n--! Hash: sha1:bbb\n--! Message: add users\n\nSELECT 1;
        current.sql: -- Enter migration here
    "), @"
    1 : committed/000001.sql
    2 add_users: committed/000002-add-users.sql
    ");
    assert_snapshot!(read(r"
        000001.sql: --! Previous: -\n--! Hash: sha1:aaa\n\nCREATE TABLE a (b int);
        000002-add-users.sql: --! Previous: sha1:ccc\n--! Hash: sha1:bbb\n\nSELECT 1;
    "), @"
    1 : 000001.sql
    2 add_users: 000002-add-users.sql
    migrations/000002-add-users.sql:1:1: this does not follow `migrations/000001.sql`, whose hash is sha1:aaa [bad-directive]
      help: restore the file that is missing or was edited; after a merge run `graphile-migrate uncommit` and `commit` again
    ");
    assert_snapshot!(read(r"
        committed/000002.sql: --! Previous: sha1:aaa\n--! Hash: sha1:bbb\n\nSELECT 1;
        current/1-now.sql: SELECT 1;
        seed.sql
    "), @"
    2 : committed/000002.sql
    migrations/committed/000002.sql:1:1: this is not the first migration, but none stands before it [bad-directive]
      help: restore the file that is missing or was edited; after a merge run `graphile-migrate uncommit` and `commit` again
    migrations/current/1-now.sql:1:1: `current/1-now.sql` has not been committed, so it has no version [unsupported-file]
      help: run `graphile-migrate commit`, or name the folder `committed` instead of this one
    migrations/seed.sql:1:1: `seed.sql` is not named `committed/<version>-<message>.sql` [bad-name]
      help: rename it to `committed/0001-seed.sql` if it is a migration, or move it elsewhere
    ");
}
