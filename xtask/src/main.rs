//! `cargo xtask test` runs everything that must pass.

fn main() {}
