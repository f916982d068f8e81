//! Diagnostics as text: one file per output.

mod frame;
mod github;

pub use frame::{Look, frame, frames};
pub use github::github;
