//! The transcript in docs/command-line.md is what the program says.

#![expect(clippy::expect_used, reason = "a test may stop where it stands")]

#[path = "../../../cli/tests/cli/transcript.rs"]
mod transcript;

use std::path::Path;
use std::process::Command;

use transcript::Transcript;

#[test]
fn a_failing_migration_is_found_mended_and_rebuilt() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut transcript = Transcript::default();
    for line in [
        "shop migrate --help",
        "shop migrate status",
        "shop migrate up --operator ada",
        "shop migrate errors",
        "shop migrate trace 3",
        MEND,
        "shop migrate rebuild 3 --operator ada",
        "shop migrate status --exit-code",
        "shop migrate down",
        "shop migrate down --dry-run",
        "shop migrate down --yes --operator ada",
        "shop migrate log",
    ] {
        type_in(line, folder.path(), &mut transcript);
    }
    transcript.must_stand_in("docs/command-line.md", "embedded");
}

/// Several sets: one fails, and what comes before it stays.
#[test]
fn several_sets_are_planned_before_one_is_changed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut transcript = Transcript::default();
    let mut company = |line: &str| {
        let mut company = Command::new(env!("CARGO_BIN_EXE_company"));
        company
            .current_dir(folder.path())
            .args(line.split(' ').skip(1));
        transcript.add(line, &mut company);
    };
    for line in [
        "company migrate up --operator ada",
        "company migrate status --set billing",
        "company migrate down",
        "company migrate down --set billing --yes --operator ada",
        "company migrate to -1 --yes --operator ada",
        "company migrate to base --yes --operator ada",
        "company migrate up 2",
        "company migrate status --exit-code",
        "company migrate status --format json --set orders",
        "company migrate trace",
        "company migrate up --set nope",
    ] {
        company(line);
    }
    transcript.must_stand_in("docs/command-line.md", "sets");
}

const MEND: &str = "sqlite3 shop.sqlite 'DELETE FROM customers WHERE id = 3'";

fn type_in(line: &str, folder: &Path, transcript: &mut Transcript) {
    if line == MEND {
        let database = rusqlite::Connection::open(folder.join("shop.sqlite"));
        let delete = "DELETE FROM customers WHERE id = 3";
        database
            .and_then(|it| it.execute(delete, []))
            .expect("a customer less");
        transcript.note(line);
        return;
    }
    let mut shop = Command::new(env!("CARGO_BIN_EXE_shop"));
    shop.current_dir(folder).args(line.split(' ').skip(1));
    transcript.add(line, &mut shop);
}
