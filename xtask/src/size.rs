//! How large programs become by their migrations.

use std::fs;

use anyhow::{Context as _, Result};
use cargo_metadata::camino::Utf8Path;

use crate::shell::cargo;
use crate::workspace::Workspace;

/// A program, and the one without migrations that it is compared with.
struct Program {
    name: &'static str,
    base: Option<&'static str>,
    about: &'static str,
}

const PROGRAMS: &[Program] = &[
    base("rusqlite_bare", "rusqlite"),
    over("rusqlite_bare", "rusqlite_rungs", "rusqlite, rungs"),
    over("rusqlite_bare", "rusqlite_refinery", "rusqlite, refinery"),
    base("rusqlite_clap", "rusqlite, clap"),
    over(
        "rusqlite_clap",
        "rusqlite_rungs_cli",
        "rusqlite, clap, rungs with its command line",
    ),
    base("sqlx_sqlite_bare", "sqlx on SQLite"),
    over(
        "sqlx_sqlite_bare",
        "sqlx_sqlite_rungs",
        "sqlx on SQLite, rungs",
    ),
    over(
        "sqlx_sqlite_bare",
        "sqlx_sqlite_migrate",
        "sqlx on SQLite, sqlx::migrate!",
    ),
    base("postgres_bare", "postgres"),
    over("postgres_bare", "postgres_rungs", "postgres, rungs"),
    over("postgres_bare", "postgres_refinery", "postgres, refinery"),
    base("sqlx_postgres_bare", "sqlx on PostgreSQL"),
    over(
        "sqlx_postgres_bare",
        "sqlx_postgres_rungs",
        "sqlx on PostgreSQL, rungs",
    ),
    over(
        "sqlx_postgres_bare",
        "sqlx_postgres_migrate",
        "sqlx on PostgreSQL, sqlx::migrate!",
    ),
];

const fn base(name: &'static str, about: &'static str) -> Program {
    Program {
        name,
        base: None,
        about,
    }
}

const fn over(base: &'static str, name: &'static str, about: &'static str) -> Program {
    Program {
        name,
        base: Some(base),
        about,
    }
}

/// Builds all of them at once, so that SQLite is compiled once and what they share has the same
/// features, and prints a table.
pub(crate) fn run(jobs: Option<u32>) -> Result<()> {
    let workspace = Workspace::load()?;
    let manifest = workspace.path("benches/size/Cargo.toml");
    let target = workspace.target("size");
    let mut build = vec![
        "build".to_owned(),
        "--release".to_owned(),
        format!("--manifest-path={manifest}"),
        format!("--target-dir={target}"),
    ];
    build.extend(jobs.map(|jobs| format!("--jobs={jobs}")));
    cargo(build).run()?;
    let folder = target.join("release");
    println!("\n| program | bytes | more than without migrations |\n|---|---:|---:|");
    for program in PROGRAMS {
        let bytes = size(&folder, program.name)?;
        let growth = match program.base {
            Some(base) => grouped(bytes.saturating_sub(size(&folder, base)?)),
            None => String::new(),
        };
        println!("| {} | {} | {growth} |", program.about, grouped(bytes));
    }
    Ok(())
}

fn size(folder: &Utf8Path, name: &str) -> Result<u64> {
    let file = folder
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    let metadata = fs::metadata(&file).with_context(|| format!("{file} was not built"))?;
    Ok(metadata.len())
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let all = [0, 999, 1000, 123_456, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "999", "1,000", "123,456", "1,234,567"]);
    }
}
