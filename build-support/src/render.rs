//! Diagnostics as text: one file per output.

mod frame;
mod github;

pub use frame::{Look, frame};
pub use github::github;
