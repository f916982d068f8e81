//! The `migrations!` macro of the `rungs` crate.
