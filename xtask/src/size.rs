//! How large programs become by their migrations.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use cargo_metadata::camino::Utf8Path;

use crate::shell::cargo;
use crate::workspace::Workspace;

/// Programs with the same features, the first of which has no migrations.
struct Group {
    features: &'static str,
    programs: &'static [(&'static str, &'static str)],
}

const GROUPS: &[Group] = &[
    Group {
        features: "rusqlite",
        programs: &[
            ("rusqlite_bare", "rusqlite"),
            ("rusqlite_rungs", "rusqlite, rungs"),
            ("rusqlite_refinery", "rusqlite, refinery"),
        ],
    },
    Group {
        features: "rusqlite,cli",
        programs: &[
            ("rusqlite_clap", "rusqlite, clap"),
            (
                "rusqlite_rungs_cli",
                "rusqlite, clap, rungs with its command line",
            ),
        ],
    },
    Group {
        features: "sqlx-sqlite",
        programs: &[
            ("sqlx_sqlite_bare", "sqlx on SQLite"),
            ("sqlx_sqlite_rungs", "sqlx on SQLite, rungs"),
            ("sqlx_sqlite_migrate", "sqlx on SQLite, `sqlx::migrate!`"),
        ],
    },
    Group {
        features: "postgres",
        programs: &[
            ("postgres_bare", "postgres"),
            ("postgres_rungs", "postgres, rungs"),
            ("postgres_refinery", "postgres, refinery"),
        ],
    },
    Group {
        features: "sqlx-postgres",
        programs: &[
            ("sqlx_postgres_bare", "sqlx on PostgreSQL"),
            ("sqlx_postgres_rungs", "sqlx on PostgreSQL, rungs"),
            (
                "sqlx_postgres_migrate",
                "sqlx on PostgreSQL, `sqlx::migrate!`",
            ),
        ],
    },
];

/// Builds all of them into one directory and prints a table.
pub(crate) fn run(jobs: Option<u32>) -> Result<()> {
    let workspace = Workspace::load()?;
    let target = workspace.target("size");
    let folder = target.join("release");
    let mut table =
        String::from("\n| program | bytes | more than without migrations |\n|---|---:|---:|\n");
    for group in GROUPS {
        build(&workspace, &target, group, jobs)?;
        let mut base = None;
        for (name, about) in group.programs {
            let bytes = size(&folder, name)?;
            let growth = base.map(|base| grouped(bytes.saturating_sub(base)));
            base = base.or(Some(bytes));
            let (bytes, growth) = (grouped(bytes), growth.unwrap_or_default());
            let _ = writeln!(table, "| {about} | {bytes} | {growth} |");
        }
    }
    print!("{table}");
    Ok(())
}

fn build(workspace: &Workspace, target: &Utf8Path, group: &Group, jobs: Option<u32>) -> Result<()> {
    let manifest = workspace.path("benches/size/Cargo.toml");
    let mut arguments = vec![
        "build".to_owned(),
        "--release".to_owned(),
        format!("--manifest-path={manifest}"),
        format!("--target-dir={target}"),
        format!("--features={}", group.features),
    ];
    let programs = group.programs.iter();
    arguments.extend(programs.map(|(name, _)| format!("--bin={name}")));
    arguments.extend(jobs.map(|jobs| format!("--jobs={jobs}")));
    cargo(arguments).run()
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
