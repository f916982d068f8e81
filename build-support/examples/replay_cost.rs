//! What a long history costs: the replay alone, and everything that the macro does.
//!
//! ```sh
//! cargo run -p rungs-build --example replay_cost
//! ```
//!
//! Each migration makes a table and an index, changes rows by a query over two tables, and has a way
//! down. Procedural macros are compiled like this example, without optimisation.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for those who work on rungs"
)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use rungs_build::{Dialect, History, Request, SourceFile, check_file, compile};

fn main() {
    println!("| migrations | statements | replay | statements a second | all of the macro |");
    println!("|---|---|---|---|---|");
    for count in [100, 1_000, 10_000] {
        row(count);
    }
}

fn row(count: usize) {
    let scripts: Vec<_> = (1..=count)
        .map(|number| {
            let file = SourceFile::new("1_a.up.sql", &up(number));
            check_file(&file, &[], &[Dialect::Postgres]).0
        })
        .collect();
    let statements: usize = scripts.iter().map(|it| it.statements.len()).sum();
    let start = Instant::now();
    let mut history = History::new(Dialect::Postgres, &[]);
    for script in &scripts {
        history.apply(script);
    }
    let replay = start.elapsed().as_secs_f64();
    assert!(history.found().is_empty());
    drop(history);
    let directory = tempfile::tempdir().unwrap();
    let all = whole(directory.path(), count);
    println!(
        "| {count} | {statements} | {replay:.3} s | {:.0} | {all:.2} s |",
        f64::from(u32::try_from(statements).unwrap()) / replay,
    );
}

/// Reading, parsing, replay and ways down of a directory.
fn whole(directory: &Path, count: usize) -> f64 {
    for number in 1..=count {
        let down = format!("DROP TABLE t{number};\n");
        fs::write(directory.join(format!("{number}_a.up.sql")), up(number)).unwrap();
        fs::write(directory.join(format!("{number}_a.down.sql")), down).unwrap();
    }
    let start = Instant::now();
    let output = compile(&Request {
        directory: directory.to_string_lossy().into_owned(),
        dialects: vec![Dialect::Postgres],
        anywhere: true,
        ..Request::default()
    });
    let all = start.elapsed().as_secs_f64();
    assert!(output.diagnostics.is_empty());
    all
}

fn up(number: usize) -> String {
    format!(
        "CREATE TABLE t{number} (id bigint PRIMARY KEY, a text NOT NULL);\n\
         CREATE INDEX i{number} ON t{number} (a);\n\
         UPDATE t{number} SET a = 'b' WHERE id IN (SELECT id FROM t1 WHERE a = 'c');\n"
    )
}
