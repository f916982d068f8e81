//! Compile-time proven SQL migrations, applied by your own binary.
