//! Lets cargo see new migrations; edited ones it sees without this.

fn main() {
    rungs_build::watch("migrations");
    rungs_build::watch("sets/orders");
    rungs_build::watch("sets/billing");
}
