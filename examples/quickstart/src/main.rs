//! An example of rungs.

fn main() {}
