use insta::assert_snapshot;

use crate::fixture::read;

#[test]
fn files_that_are_not_migrations_are_ignored() {
    assert_snapshot!(read("
        1_a.up.sql
        .gitkeep
        .DS_Store
        ._1_a.up.sql
        1_a.up.sql~
        #1_a.up.sql#
        1_a.up.sql.swp
        1_a.up.sql.orig
        1_a.up.sql.bak
        README.md
        LICENSE
        notes.txt
        mod.rs
        rungs.toml: # nothing
        1_a.csv
    "), @"1 a: 1_a.up.sql");
}

#[test]
fn a_directory_that_is_not_there() {
    assert_snapshot!(read("/src/lib.rs"), @"
    migrations: there is no directory `migrations` [missing-directory]
      help: write the first migration, `migrations/0001_create_users.up.sql`, or let `rungs new create_users` do it (the path starts at the directory of `Cargo.toml`)
    ");
    assert_snapshot!(read("/migration/1_a.sql"), @"
    migrations: there is no directory `migrations` [missing-directory]
      help: did you mean `migration`? (the path starts at the directory of `Cargo.toml`)
    ");
    assert_snapshot!(read("/migrations"), @"
    migrations: `migrations` is a file, not a directory [missing-directory]
      help: name the directory that holds the migrations
    ");
    assert_snapshot!(read("
        .gitkeep
    "), @"
    migrations: there are no migrations in `migrations` [empty-directory]
      help: write the first migration, `migrations/0001_create_users.up.sql`, or let `rungs new create_users` do it
    ");
}

#[test]
fn a_name_with_control_characters() {
    assert_snapshot!(read("
        1_a\u{1b}[31m.sql
        2_b\u{9b}31m.sql
    "), @"
    migrations/1_a�[31m.sql: this name has a control character, which a terminal would obey [bad-name]
      help: rename it
    migrations/2_b�31m.sql: this name has a control character, which a terminal would obey [bad-name]
      help: rename it
    ");
}

#[test]
fn text_with_a_nul_byte() {
    assert_snapshot!(read(r"
        1_a.sql: SELECT 1;\n-- \x00
        2_b.sql: S\x00E\x00L\x00
    "), @"
    migrations/1_a.sql:2:4: this file has a NUL byte, which no text has [not-utf8]
      migrations/1_a.sql:2:4: the first one is here
      help: remove it; if every other byte is one, the file is UTF-16: save it as UTF-8
    migrations/2_b.sql:1:2: this file has a NUL byte, which no text has [not-utf8]
      migrations/2_b.sql:1:2: the first one is here
      help: remove it; if every other byte is one, the file is UTF-16: save it as UTF-8
    ");
}

#[test]
fn text_that_is_not_utf8() {
    assert_snapshot!(read(r"
        1_a.sql: SELECT 1;\n-- caf\xE9 au lait
        2_b.sql: \xFF\xFES\x00E\x00
        3_c.sql: \xFE\xFF\x00S\x00E
        4_d.sql: \xEF\xBB\xBFSELECT 1;
    "), @"
    4 d: 4_d.sql
    migrations/1_a.sql:2:7: this file is not UTF-8 [not-utf8]
      migrations/1_a.sql:2:7: the byte 0xE9 is not UTF-8 here
      help: save it as UTF-8; it may be in an older encoding, such as Windows-1252
    migrations/2_b.sql:1:1: this file is UTF-16, not UTF-8 [not-utf8]
      help: save it as UTF-8
    migrations/3_c.sql:1:1: this file is UTF-16, not UTF-8 [not-utf8]
      help: save it as UTF-8
    ");
}

#[test]
#[cfg(target_os = "linux")]
fn links_are_followed() {
    assert_snapshot!(read("
        1_a.sql -> ../elsewhere/a.sql
        /elsewhere/a.sql
        2_b.sql -> ../gone.sql
        3_c.sql -> 3_c.sql
        README.md -> ../gone.md
    "), @"
    1 a: 1_a.sql
    migrations/2_b.sql: this link leads to `../gone.sql`, which does not exist [unreadable]
      help: let it lead to a file, or remove it
    migrations/3_c.sql: this cannot be read: Too many levels of symbolic links (os error 40) [unreadable]
      help: make it readable, or move it elsewhere
    ");
}

#[test]
#[cfg(unix)]
fn folders_may_be_links() {
    assert_snapshot!(read("
        /migrations -> db
        /db/1_a/up.sql
        /db/2_b -> ../elsewhere
        /elsewhere/up.sql
    "), @"
    1 a: 1_a/up.sql
    2 b: 2_b/up.sql
    ");
}

#[test]
#[cfg(unix)]
fn cycles_of_links_end() {
    assert_snapshot!(read("
        1_a.sql
        loop -> .
        seeds/loop -> ..
    "), @"
    1 a: 1_a.sql
    migrations/loop/1_a.sql:1:1: `loop/1_a.sql` is in a subfolder, which is not supported [unsupported-file]
      help: move it up to `1_a.sql` or out of the directory, or name the folder `loop` in a call of its own
    ");
}
