//! Lets cargo notice new migrations.

fn main() {
    rungs_build::watch("migrations");
}
