//! One change each, as the statements that come of it.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::listing::{self, COMMON, Case, MYSQL, POSTGRES, SQLITE};
use super::properties::is_shown_whole;
use super::show;
use crate::dialect::Dialect;

fn all(cases: &[Case], dialect: Dialect) -> String {
    let mut shown = String::new();
    for case in COMMON.iter().chain(cases) {
        let (title, history, _) = case;
        let wanted = listing::wanted(case, dialect != Dialect::Sqlite);
        is_shown_whole(history, dialect);
        is_shown_whole(&wanted, dialect);
        writeln!(shown, "# {title}\n{}", show(history, &wanted, dialect)).unwrap();
    }
    shown
}

#[test]
fn postgres() {
    assert_snapshot!(all(POSTGRES, Dialect::Postgres));
}

#[test]
fn sqlite() {
    assert_snapshot!(all(SQLITE, Dialect::Sqlite));
}

#[test]
fn mysql() {
    assert_snapshot!(all(MYSQL, Dialect::Mysql));
}
