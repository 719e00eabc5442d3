//! Sees to it that the web client inside the program is the one that was built last.

use std::{fs, path::Path};

fn main() {
    let dist = Path::new("../../web/dist");
    // An empty directory stands for a client that was not built: what is missing cannot be watched. If it cannot be
    // made (sources that are read-only), the compiler says that it is missing.
    let _ = fs::create_dir_all(dist);
    println!("cargo::rerun-if-changed={}", dist.display());
}
