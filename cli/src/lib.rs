//! The command line of rungs, as a library.
