//! The face for `build.rs`: what cargo must watch, and where the macro may leave its verdict.

use std::path::Path;

use crate::directory::remove;

/// Tells cargo to compile the package again when a file is added to, edited in, renamed in or removed
/// from a directory of migrations. Call it in `build.rs`, once for each directory.
///
/// The path is the one given to `migrations!`, relative to the directory of `Cargo.toml`.
/// Without this line cargo notices edits and removals, but not new files; the macro warns then.
///
/// It checks nothing itself: it names a place in `OUT_DIR` where the macro keeps its verdict, so that
/// migrations that did not change are not checked again.
///
/// ```no_run
/// // build.rs
/// rungs_build::watch("migrations");
/// ```
#[expect(
    clippy::print_stdout,
    reason = "cargo reads what a build script prints"
)]
pub fn watch(directory: &str) {
    forget_verdict(directory);
    println!("cargo::rerun-if-changed={directory}");
    // Cargo runs a build script each time when a file that it is to watch does not exist.
    if Path::new("rungs.toml").exists() {
        println!("cargo::rerun-if-changed=rungs.toml");
    }
    let variable = watch_variable(directory);
    println!("cargo::rustc-env={variable}={variable}");
}

/// Cargo runs a build script again when this crate is another than before: then what it said before
/// does not count.
#[expect(
    clippy::disallowed_methods,
    reason = "only cargo can say where the verdict is"
)]
fn forget_verdict(directory: &str) {
    if let Some(folder) = std::env::var_os("OUT_DIR") {
        remove(&Path::new(&folder).join(watch_variable(directory)));
    }
}

/// The environment variable through which [`watch`](fn@watch) tells the macro that a directory is watched.
/// Its value is the name of the file in `OUT_DIR` that the macro may keep its verdict in.
pub fn watch_variable(directory: &str) -> String {
    let word = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let trimmed = directory.trim_start_matches("./").trim_end_matches('/');
    format!(
        "RUNGS_WATCHED_{}",
        trimmed.chars().map(word).collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::watch_variable;

    #[test]
    fn a_directory_has_one_variable_however_it_is_written() {
        assert_eq!(
            watch_variable("db/migrations"),
            "RUNGS_WATCHED_DB_MIGRATIONS"
        );
        assert_eq!(
            watch_variable("./db/migrations/"),
            "RUNGS_WATCHED_DB_MIGRATIONS"
        );
    }
}
