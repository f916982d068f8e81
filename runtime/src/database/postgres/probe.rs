//! Questions to the catalog of PostgreSQL.

use super::Postgres;
use crate::table::recovery::Condition;

pub(super) fn probe(_: &Postgres, _: &[Condition]) -> Option<String> {
    None
}

pub(super) fn index_validity(_: &Postgres, _: &Condition) -> Option<String> {
    None
}
