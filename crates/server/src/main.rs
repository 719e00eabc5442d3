//! The `kith` program.
fn main() {}
