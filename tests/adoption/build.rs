//! Lets cargo see new migrations; edited ones it sees without this.

fn main() {
    rungs_build::watch("migrations");
    rungs_build::watch("with-placeholder");
}
