//! What the tests share, and a suite that says whether a connection is a good one.
//!
//! [`conformance::SCENARIOS`] is one table for all adapters. To run it for an adapter of your own,
//! implement [`Adapter`] with [`Blocking`] or [`Awaited`] and call [`conformance::run`].

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

pub mod adapters;
pub mod conformance;
mod database;
mod recorder;
mod session;
mod table;

pub use database::{applied, dump, log, observer, query};
pub use recorder::{Fault, Recorder, Tape, is_crash};
pub use session::{Adapter, Awaited, Blocking, Session};
pub use table::{table, try_table};
