//! What we took over from the systems that came before, and what of theirs we do not repeat.
//!
//! `docs/seeds.md` is the list; its rows name tests, and here it is held to them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rungs_tests::conformance;

#[test]
fn every_row_is_there_once() {
    let page = page();
    let ids: Vec<&str> = rows(&page).map(|row| row[0]).collect();
    let last = [("P", 74, 2), ("C", 40, 2), ("M", 66, 2), ("B", 44, 1)];
    let expected = last
        .iter()
        .flat_map(|&(letter, last, width)| (1..=last).map(move |n| format!("{letter}{n:0width$}")));
    assert_eq!(ids, expected.collect::<Vec<_>>());
}

#[test]
fn every_row_is_shown_by_tests_that_exist() {
    let page = page();
    for row in rows(&page) {
        let named: Vec<&str> = quoted(row[row.len() - 1]).collect();
        assert_eq!(named.is_empty(), is_not_yet(&row), "{row:?}");
        for test in named {
            assert!(exists(test), "{}: there is no test `{test}`", row[0]);
        }
    }
}

#[test]
fn the_rows_are_counted() {
    let page = page();
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    for row in rows(&page).filter(|row| !is_bug(row)) {
        for flag in [row[1], "all"] {
            let (all, missing) = counts.entry(flag).or_default();
            *all += 1;
            *missing += usize::from(is_not_yet(&row));
        }
    }
    let bugs = rows(&page).filter(|row| is_bug(row));
    let missing = bugs.clone().filter(|row| is_not_yet(row)).count();
    counts.insert("bugs", (bugs.count(), missing));
    let (_, written) = page.split_once("| flag | rows | not yet |\n").unwrap();
    let written: BTreeMap<&str, (usize, usize)> = written
        .lines()
        .skip(1)
        .map_while(cells)
        .map(|row| (row[0], (row[1].parse().unwrap(), row[2].parse().unwrap())))
        .collect();
    assert_eq!(written, counts);
}

#[test]
fn p1_each_documented_feature_exists() {
    let read = |path| fs::read_to_string(workspace().join(path)).unwrap();
    let (readme, manifest) = (read("README.md"), read("runtime/Cargo.toml"));
    let (_, table) = readme
        .split_once("The feature names the driver:\n")
        .unwrap();
    let drivers = table
        .lines()
        .skip(3)
        .take_while(|line| line.starts_with('|'));
    let features: Vec<&str> = drivers.flat_map(quoted).collect();
    assert!(features.len() >= 12, "{features:?}");
    for feature in features {
        assert!(manifest.contains(&format!("\n{feature} = [")), "{feature}");
    }
}

fn page() -> String {
    fs::read_to_string(workspace().join("docs/seeds.md")).unwrap()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rows of all tables that begin with an id.
fn rows(page: &str) -> impl Iterator<Item = Vec<&str>> + Clone {
    let has_id = |row: &Vec<&str>| {
        let number = row[0].strip_prefix(['P', 'C', 'M', 'B']);
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    page.lines().filter_map(cells).filter(has_id)
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.strip_prefix("| ")?.strip_suffix(" |")?;
    Some(inside.split(" | ").map(str::trim).collect())
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_bug(row: &[&str]) -> bool {
    row[0].starts_with('B')
}

/// Whether it has no equivalent; a row of tests says so in place of them.
fn is_not_yet(row: &[&str]) -> bool {
    row[row.len() - 2..]
        .iter()
        .any(|cell| cell.starts_with("not yet"))
}

/// Whether there is a test `file::name`, a scenario of that name, or a case of the compiler's messages.
fn exists(test: &str) -> bool {
    let Some((path, name)) = test.split_once("::") else {
        return test.starts_with("tests/ui/") && workspace().join(test).is_file();
    };
    let source = fs::read_to_string(workspace().join(path)).unwrap_or_default();
    if path.starts_with("tests/src/conformance/") {
        return source.contains(&format!("\"{name}\"")) && scenarios().contains(name);
    }
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let function = format!("fn {name}(");
    let is_function = |line: &&str| line.trim_start_matches("async ").starts_with(&function);
    lines.iter().position(is_function).is_some_and(|at| {
        let mut attributes = lines[..at]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("#["));
        attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

fn scenarios() -> BTreeSet<&'static str> {
    let all = conformance::SCENARIOS.iter().copied().flatten();
    all.map(|scenario| scenario.name).collect()
}
