//! A replay costs what the migrations cost, however many came before.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::table;
use crate::diagnostic::Diagnostics;
use crate::dialect::Dialect;
use crate::replay::check;

/// The time that a history of so many migrations takes, each with a way down.
fn time(count: usize) -> Duration {
    let mut text = String::new();
    for number in 1..=count {
        write!(
            text,
            "-- {number}_a.up.sql\nCREATE TABLE t{number} (id bigint PRIMARY KEY, a text NOT NULL);\n\
             CREATE INDEX i{number} ON t{number} (a);\n\
             -- {number}_a.down.sql\nDROP TABLE t{number};\n"
        )
        .unwrap();
    }
    let table = table(&text, Dialect::Postgres);
    // The fastest of three, because the machine has other work.
    let times = (0..3).map(|_| {
        let mut diagnostics = Diagnostics::default();
        let start = Instant::now();
        check(&table, &[], &mut diagnostics);
        assert!(diagnostics.is_empty());
        start.elapsed()
    });
    times.min().unwrap()
}

#[test]
fn ten_times_as_many_migrations_take_ten_times_as_long() {
    let (few, many) = (time(40), time(400));
    // Quadratic growth would be a hundred times.
    assert!(many < few * 40, "{few:?} for 40, {many:?} for 400");
}
