//! Libraries that stand between a program and the C library.

use std::{path::Path, process::Command};

/// Compiles a shim of this package into `directory`; the path is for `LD_PRELOAD`.
///
/// # Panics
/// With the compiler's words, if it does not compile.
pub(crate) fn build(name: &str, directory: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).with_extension("c");
    let library = directory.join(name).with_extension("so");
    let output = Command::new("cc")
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-pthread", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .output()
        .expect("there is a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    library.display().to_string()
}
