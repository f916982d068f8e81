//! A replay costs what the migrations cost, however many came before.
#![expect(
    clippy::disallowed_methods,
    reason = "what a thread has used of its processor is in a file"
)]

use std::fmt::Write;

use super::table;
use crate::diagnostic::Diagnostics;
use crate::dialect::Dialect;
use crate::replay::check;

/// What a history of so many migrations takes of the processor, each with a way down and with names
/// in queries: nanoseconds, which do not count the work of others.
fn time(count: usize) -> u64 {
    let mut text = String::new();
    for number in 1..=count {
        write!(
            text,
            "-- {number}_a.up.sql\nCREATE TABLE t{number} (id bigint PRIMARY KEY, a text NOT NULL);\n\
             CREATE INDEX i{number} ON t{number} (a);\n\
             UPDATE t{number} SET a = 'b' WHERE id IN (SELECT id FROM t1 WHERE a = 'c');\n\
             -- {number}_a.down.sql\nDROP TABLE t{number};\n"
        )
        .unwrap();
    }
    let table = table(&text, Dialect::Postgres);
    let start = used();
    let mut diagnostics = Diagnostics::default();
    check(&table, &[], &[], &mut diagnostics);
    assert!(diagnostics.is_empty());
    used() - start
}

fn used() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn ten_times_as_many_migrations_take_ten_times_as_long() {
    let (few, many) = (time(100), time(1_000));
    // Quadratic growth would be a hundred times.
    assert!(many < few * 40, "{few} ns for 100, {many} ns for 1,000");
}
