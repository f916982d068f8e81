//! `rungs.toml`.
