not Rust
