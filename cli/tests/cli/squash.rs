//! `rungs squash`

use crate::sandbox::Sandbox;

const CONFIG: (&str, &str) = ("migrations/rungs.toml", "dialect = \"sqlite\"\n");
const USERS: (&str, &str) = (
    "migrations/0001_users.up.sql",
    "CREATE TABLE users (name TEXT);\r\n-- größer\r\nINSERT INTO users VALUES ('Zoë; -- x');\r\n",
);
const NO_USERS: (&str, &str) = ("migrations/0001_users.down.sql", "DROP TABLE users;\n");
const POSTS: (&str, &str) = (
    "migrations/0003_posts.up.sql",
    "-- rungs: allow-file(empty-file) because\nCREATE TABLE posts (id INTEGER) -- no delimiter",
);
const NO_POSTS: (&str, &str) = ("migrations/0003_posts.down.sql", "DROP TABLE posts");
const LAST: (&str, &str) = (
    "migrations/0004_tags.up.sql",
    "CREATE TABLE tags (id INTEGER);\n-- rungs: call(fill)\nCREATE TRIGGER t AFTER INSERT ON tags BEGIN\n  \
     DELETE FROM posts;\nEND;\n-- rungs: when(SELECT count(*) = 0 FROM tags)\nINSERT INTO tags VALUES (1);\n\
     -- rungs: verify(SELECT count(*) = 1 FROM tags)\n",
);
const NO_LAST: (&str, &str) = ("migrations/0004_tags.down.sql", "DROP TABLE tags;\n");

fn sandbox() -> Sandbox {
    Sandbox::new(&[CONFIG, USERS, NO_USERS, POSTS, NO_POSTS, LAST, NO_LAST])
}

/// What is in the directory of the migrations.
fn names(sandbox: &Sandbox, directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path().join(directory)).expect("a directory");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_ways_up_follow_each_other_and_the_ways_back_are_turned_round() {
    let sandbox = sandbox();
    let told = sandbox.run(&["squash", "4", "users", "--name", "Whole shop", "--remove"]);
    assert_eq!(
        told,
        "migrations/0004_whole_shop.up.sql\nmigrations/0004_whole_shop.down.sql\n--- stderr\n\
         3 migrations made one; the files of the parts are in `migrations-squashed`\n--- exit 0"
    );
    assert_eq!(
        sandbox.read("migrations/0004_whole_shop.up.sql"),
        format!(
            "-- rungs: replaces(1, 3, 4)\n-- rungs: allow-file(empty-file) because\n\n\
             -- from 0001_users.up.sql\r\n{}\r\n\
             -- from 0003_posts.up.sql\nCREATE TABLE posts (id INTEGER) -- no delimiter\n;\n\n\
             -- from 0004_tags.up.sql\n{}\n",
            USERS.1, LAST.1
        )
    );
    assert_eq!(
        sandbox.read("migrations/0004_whole_shop.down.sql"),
        "-- from 0004_tags.down.sql\nDROP TABLE tags;\n\n\
         -- from 0003_posts.down.sql\nDROP TABLE posts\n;\n\n\
         -- from 0001_users.down.sql\nDROP TABLE users;\n\n"
    );
    assert_eq!(names(&sandbox, "migrations").len(), 3);
    for (path, text) in [USERS, NO_USERS, POSTS, NO_POSTS, LAST, NO_LAST] {
        assert_eq!(sandbox.read(&path.replace('/', "-squashed/")), text);
    }
    assert!(
        sandbox
            .run(&["check", "migrations"])
            .ends_with("--- exit 0")
    );
}

#[test]
fn b34_a_migrated_database_does_not_run_it_again() {
    let sandbox = Sandbox::new(&[CONFIG, USERS, NO_USERS, POSTS, NO_POSTS]);
    let up = ["up", "--database-url", "sqlite:app.sqlite"];
    assert!(sandbox.run(&up).ends_with("--- exit 0"));
    assert!(
        sandbox
            .run(&["squash", "1", "3", "--remove"])
            .ends_with("--- exit 0")
    );
    let told = sandbox.run(&up);
    assert!(
        told.contains("= 3 squash_of_1_to_3 (recorded as applied, because its parts are)"),
        "{told}"
    );
    assert!(sandbox.run(&up).contains("nothing to do"));
    let anew = ["up", "--database-url", "sqlite:new.sqlite"];
    assert!(
        sandbox
            .run(&anew)
            .contains("+ 3 squash_of_1_to_3 (3 statements")
    );
    let down = [
        "down",
        "base",
        "--yes",
        "--database-url",
        "sqlite:app.sqlite",
    ];
    let told = sandbox.run(&down);
    assert!(told.ends_with("--- exit 0"), "{told}");
}

#[test]
fn without_remove_nothing_changes() {
    let sandbox = sandbox();
    let before = names(&sandbox, ".");
    let told = sandbox.run(&["squash", "1", "4"]);
    assert!(told.starts_with(
        "==> migrations/0004_squash_of_1_to_4.up.sql <==\n-- rungs: replaces(1, 3, 4)\n"
    ));
    assert!(
        told.contains("nothing was changed; with --remove"),
        "{told}"
    );
    assert_eq!(names(&sandbox, "migrations").len(), 7);
    assert_eq!(names(&sandbox, "."), before);
}

#[test]
fn nothing_is_overwritten() {
    let sandbox = sandbox();
    sandbox.write("migrations-squashed/0003_posts.down.sql", "kept");
    let told = sandbox.run(&["squash", "1", "4", "--remove"]);
    assert!(
        told.contains("error: `migrations-squashed/0003_posts.down.sql` is there already"),
        "{told}"
    );
    assert_eq!(names(&sandbox, "migrations").len(), 7);
    assert_eq!(
        sandbox.read("migrations-squashed/0003_posts.down.sql"),
        "kept"
    );
}

#[test]
fn the_layout_is_continued() {
    for (files, up) in [
        (["1_a.sql", "2_b.sql"], "2_squash_of_1_to_2.sql"),
        (["01_a/up.sql", "02_b/up.sql"], "02_squash_of_1_to_2"),
        (["V1__a.sql", "V2__b.sql"], "V2__squash_of_1_to_2.sql"),
    ] {
        let paths = files.map(|file| format!("migrations/{file}"));
        let texts = [
            "CREATE TABLE a (id INTEGER);\n",
            "CREATE TABLE b (id INTEGER);\n",
        ];
        let sandbox = Sandbox::new(&[CONFIG, (&paths[0], texts[0]), (&paths[1], texts[1])]);
        let told = sandbox.run(&["squash", "1", "2", "--remove"]);
        assert!(told.ends_with("--- exit 0"), "{told}");
        assert_eq!(names(&sandbox, "migrations"), [up, "rungs.toml"], "{told}");
        assert!(
            sandbox
                .run(&["check", "migrations"])
                .ends_with("--- exit 0")
        );
    }
}

#[test]
fn without_one_way_back_there_is_none() {
    let sandbox = Sandbox::new(&[CONFIG, USERS, POSTS, NO_POSTS]);
    let told = sandbox.run(&["squash", "1", "3", "--remove"]);
    assert!(
        told.contains(
            "note: `migrations/0001_users.up.sql` has no way back, so the new migration has none"
        ),
        "{told}"
    );
    let up = sandbox.read("migrations/0003_squash_of_1_to_3.up.sql");
    assert!(
        up.starts_with("-- rungs: replaces(1, 3)\n-- rungs: irreversible\n"),
        "{up}"
    );
    assert_eq!(names(&sandbox, "migrations").len(), 2);
}

#[test]
fn what_would_mean_something_else_is_refused() {
    for (first, second, why) in [
        (
            "CREATE TABLE a (id INTEGER);\n-- rungs: verify(SELECT count(*) = 0 FROM a)\n",
            "INSERT INTO a VALUES (1);\n",
            "migrations/1_a.sql:2: what is verified there would be asked after the statements of the other parts",
        ),
        (
            "CREATE TABLE a (id INTEGER);\n",
            "-- rungs: no-transaction\nVACUUM;\n",
            "one of `migrations/1_a.sql` and `migrations/2_b.sql` runs in a transaction and the other without",
        ),
        (
            "DELETE FROM a;\n",
            "DROP TABLE b;\n",
            "migrations/1_a.sql:1: this DELETE runs with foreign keys enforced, which one file with `migrations/2_b.sql` would not",
        ),
        (
            "BEGIN;\nCREATE TABLE a (id INTEGER);\nCOMMIT;\n",
            "CREATE TABLE b (id INTEGER);\n",
            "cannot stand in one file with the others",
        ),
    ] {
        let files = [
            CONFIG,
            ("migrations/1_a.sql", first),
            ("migrations/2_b.sql", second),
        ];
        let sandbox = Sandbox::new(&files);
        let told = sandbox.run(&["squash", "1", "2", "--remove"]);
        assert!(told.contains(why), "{told}");
        assert!(told.ends_with("--- exit 1"), "{told}");
        assert_eq!(names(&sandbox, "migrations").len(), 3);
    }
    let told = sandbox().run(&["squash", "3", "3"]);
    assert!(
        told.contains("one migration alone is nothing to squash"),
        "{told}"
    );
    let told = sandbox().run(&["squash", "1", "99"]);
    assert!(told.contains("there is no migration `99`"), "{told}");
}

#[test]
fn placeholders_stay_as_they_are_written() {
    let users = "CREATE TABLE {{prefix}}users (id INTEGER PRIMARY KEY, name TEXT);\n";
    let index = "CREATE INDEX {{prefix}}by_name ON {{prefix}}users (name);\n";
    let sandbox = Sandbox::new(&[
        (
            "migrations/rungs.toml",
            "dialect = \"sqlite\"\nplaceholders = [\"prefix\"]\n",
        ),
        ("migrations/0001_users.up.sql", users),
        (
            "migrations/0001_users.down.sql",
            "DROP TABLE {{prefix}}users;\n",
        ),
        ("migrations/0002_index.up.sql", index),
        (
            "migrations/0002_index.down.sql",
            "DROP INDEX {{prefix}}by_name;\n",
        ),
    ]);
    let url = "--database-url=sqlite:app.sqlite";
    let of = |prefix: &str, verb: &str| {
        sandbox.run(&[verb, url, &format!("--placeholder=prefix={prefix}")])
    };
    let up = of("a_", "up");
    assert!(up.ends_with("--- exit 0"), "{up}");
    let told = sandbox.run(&["squash", "1", "2", "--name", "all", "--remove"]);
    assert!(told.ends_with("--- exit 0"), "{told}");
    assert_eq!(
        sandbox.read("migrations/0002_all.up.sql"),
        format!(
            "-- rungs: replaces(1, 2)\n\n-- from 0001_users.up.sql\n{users}\n\
             -- from 0002_index.up.sql\n{index}\n"
        )
    );
    // One prefix has the parts, the other has nothing yet.
    for prefix in ["a_", "b_"] {
        let up = of(prefix, "up");
        assert!(up.ends_with("--- exit 0"), "{up}");
        let status = of(prefix, "status");
        assert!(status.contains("1 migration: 1 applied"), "{status}");
    }
    let down = sandbox.run(&["down", url, "--placeholder=prefix=a_", "--yes"]);
    assert!(down.ends_with("--- exit 0"), "{down}");
}
