//! The `kith` program.

mod cli;

use std::process::ExitCode;

/// Connections allocate and free many small pieces on many threads, for which the system's allocator is slow and keeps
/// memory that it cannot use again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn main() -> ExitCode {
    // The one cryptographic provider of the process; it fails if there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // What is not UTF-8 becomes a value that its key refuses, or a name that means nothing.
    let environment = std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .collect();
    cli::run(environment)
}
