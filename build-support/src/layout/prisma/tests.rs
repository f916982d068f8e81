use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn folders_with_one_file() {
    assert_snapshot!(read("
        migration_lock.toml
        0_init/migration.sql
        20240101120000_users/migration.sql
        20240102120000_add-more/migration.sql
    "), @"
    0 init: 0_init/migration.sql
    20240101120000 users: 20240101120000_users/migration.sql
    20240102120000 add-more: 20240102120000_add-more/migration.sql
    ");
}

#[test]
fn folders_with_wrong_names() {
    assert_snapshot!(read("
        init/migration.sql
        20240101120000/migration.sql
        20240102_/migration.sql
        20240103_a/migrations.sql
    "), @"
    migrations/20240103_a/migrations.sql:1:1: two layouts in one directory: `20240103_a/migrations.sql` is named `<version>_<name>/up.sql` or `down.sql`, `20240101120000/migration.sql` is named `<version>_<name>/migration.sql` [mixed-layouts]
      migrations/20240101120000/migration.sql:1:1: the other layout
      help: rename the files of one layout, or keep them in a directory of their own
    ");
    assert_snapshot!(read("
        20240101120000_users/migration.sql
        20240101120000_users/down.sql
    "), @"
    migrations/20240101120000_users/down.sql:1:1: two layouts in one directory: `20240101120000_users/down.sql` is named `<version>_<name>/up.sql` or `down.sql`, `20240101120000_users/migration.sql` is named `<version>_<name>/migration.sql` [mixed-layouts]
      migrations/20240101120000_users/migration.sql:1:1: the other layout
      help: rename the files of one layout, or keep them in a directory of their own
    ");
}
