//! Which changes make cargo compile an application again, proven through cargo itself.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A package that prints its migrations, in a folder of its own.
struct Application {
    folder: tempfile::TempDir,
}

/// What cargo said and the application printed.
struct Run {
    printed: String,
    said: String,
}

const WATCHING: &str = "fn main() { rungs_build::watch(\"migrations\"); }\n";
const NOT_WATCHING: &str = "fn main() {}\n";

const MAIN: &str = r#"
static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");

fn main() {
    for migration in &MIGRATIONS {
        println!("{migration}: {}", migration.up().text().trim());
    }
}
"#;

#[test]
fn each_change_of_a_watched_directory_rebuilds() {
    let app = Application::new("watched", WATCHING);
    assert_eq!(
        app.run().printed,
        "1 users: CREATE TABLE users (id INTEGER);\n"
    );

    app.write("migrations/2_posts.sql", "CREATE TABLE posts (id INTEGER);");
    let added =
        "1 users: CREATE TABLE users (id INTEGER);\n2 posts: CREATE TABLE posts (id INTEGER);\n";
    assert_eq!(app.run().printed, added, "a file was added");

    app.write(
        "migrations/2_posts.sql",
        "CREATE TABLE posts (id INTEGER, title TEXT);",
    );
    assert!(
        app.run()
            .printed
            .ends_with("2 posts: CREATE TABLE posts (id INTEGER, title TEXT);\n"),
        "a file was edited"
    );

    fs::rename(
        app.path("migrations/2_posts.sql"),
        app.path("migrations/3_articles.sql"),
    )
    .unwrap();
    assert!(
        app.run().printed.contains("\n3 articles: "),
        "a file was renamed"
    );

    fs::remove_file(app.path("migrations/3_articles.sql")).unwrap();
    assert_eq!(
        app.run().printed,
        "1 users: CREATE TABLE users (id INTEGER);\n",
        "a file was deleted"
    );

    app.write(
        "migrations/2_broken.sql",
        "CREATE TABEL broken (id INTEGER);",
    );
    let said = app.build_fails();
    assert!(
        said.contains("migrations/2_broken.sql:1:8"),
        "a bad file was added: {said}"
    );

    fs::remove_file(app.path("migrations/2_broken.sql")).unwrap();
    assert_eq!(
        app.run().printed,
        "1 users: CREATE TABLE users (id INTEGER);\n",
        "it was removed again"
    );
}

#[test]
fn an_unrelated_change_does_not_check_again() {
    let app = Application::new("unrelated", WATCHING);
    app.run();

    app.write("README.md", "Nothing that matters.");
    assert!(
        app.run().said.contains("Fresh unrelated"),
        "a file outside was added"
    );

    // The verdict that is kept decides when nothing changed: give it a name of the same length, and
    // see that used.
    let kept = Application::kept_verdict();
    let verdict = fs::read_to_string(&kept).unwrap();
    let tampered = verdict.replace("usersmigrations/1_", "othermigrations/1_");
    assert_ne!(tampered, verdict);
    fs::write(&kept, tampered).unwrap();
    app.write(
        "src/main.rs",
        &format!("{MAIN}\n// An edit of the application.\n"),
    );
    assert!(
        app.run().printed.starts_with("1 other: "),
        "the application was edited"
    );

    app.write(
        "migrations/1_users.sql",
        "CREATE TABLE users (id INTEGER, name TEXT);",
    );
    assert!(
        app.run().printed.starts_with("1 users: "),
        "a migration was edited: the verdict no longer holds"
    );
}

#[test]
fn without_the_line_in_build_rs_the_compiler_warns_and_tracks_files() {
    let app = Application::new("unwatched", NOT_WATCHING);
    let said = app.run().said;
    for text in [
        "warning: use of deprecated constant",
        "[not-watched]",
        "rungs_build::watch(\"migrations\")",
    ] {
        assert!(said.contains(text), "`{text}` is missing: {said}");
    }

    app.write(
        "migrations/1_users.sql",
        "CREATE TABLE users (id INTEGER, name TEXT);",
    );
    assert_eq!(
        app.run().printed,
        "1 users: CREATE TABLE users (id INTEGER, name TEXT);\n",
        "a file was edited"
    );

    app.write("migrations/2_posts.sql", "CREATE TABLE posts (id INTEGER);");
    app.write(
        "src/main.rs",
        &format!("{MAIN}\n// So that it compiles again.\n"),
    );
    app.run();
    fs::remove_file(app.path("migrations/2_posts.sql")).unwrap();
    assert!(!app.run().printed.contains("posts"), "a file was deleted");
}

impl Application {
    fn new(name: &str, build_script: &str) -> Self {
        let app = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let root = workspace();
        app.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nrungs = {{ path = \"{}\", features = [\"sqlite\"] }}\n\n\
                 [build-dependencies]\nrungs-build = {{ path = \"{}\", default-features = false }}\n\n\
                 [workspace]\n",
                root.join("runtime").display(),
                root.join("build-support").display(),
            ),
        );
        fs::copy(root.join("Cargo.lock"), app.path("Cargo.lock")).unwrap();
        app.write("build.rs", build_script);
        app.write("src/main.rs", MAIN);
        app.write("migrations/1_users.sql", "CREATE TABLE users (id INTEGER);");
        app
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self) -> Run {
        let (succeeded, printed, said) = self.cargo();
        assert!(succeeded, "{said}");
        Run { printed, said }
    }

    fn build_fails(&self) -> String {
        let (succeeded, printed, said) = self.cargo();
        assert!(!succeeded, "it compiled and printed {printed}");
        said
    }

    fn cargo(&self) -> (bool, String, String) {
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["run", "--offline", "--verbose"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target())
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.success(),
            text(&output.stdout),
            text(&output.stderr),
        )
    }

    fn kept_verdict() -> PathBuf {
        let name = "RUNGS_WATCHED_MIGRATIONS";
        let builds = fs::read_dir(target().join("debug/build")).unwrap();
        let found = builds.map(|entry| entry.unwrap().path()).filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("unrelated-")
        });
        found
            .map(|path| path.join("out").join(name))
            .find(|path| path.exists())
            .expect("no verdict was kept")
    }
}

/// One for all tests, so that the dependencies are compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}
