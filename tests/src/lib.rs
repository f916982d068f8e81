//! What the tests share, and a suite that says whether a connection is a good one.
//!
//! [`conformance::SCENARIOS`] is one table for all adapters on all database systems. To run it for an
//! adapter of your own, implement [`Adapter`] with [`Blocking`] or [`Awaited`] and call
//! [`conformance::run`]; `docs/adapters.md` shows a whole one.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

pub mod adapters;
pub mod conformance;
pub mod engine;
pub mod proxy;
mod recorder;
mod session;
mod table;

pub use conformance::Case;
pub use engine::{Engine, Observer, Scratch};
pub use recorder::{Fault, Recorder, Tape, is_crash};
pub use session::{Adapter, Awaited, Blocking, Session, polled};
pub use table::{table, try_table};

/// The example of the documentation is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/adapters.md")]
struct Adapters;
