//! What statements do inside a transaction, and the `BEGIN` and `COMMIT` that files bring along.

mod control;
mod rules;

pub(crate) use control::unwrap;
pub(crate) use rules::in_transaction;
