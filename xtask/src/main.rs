//! Development tasks: `cargo xtask codegen` writes the generated files, `cargo xtask check` says which of them are stale
//! and whether the crates keep to the architecture.

mod architecture;
mod generated;

use std::{env, error::Error, path::Path, process::ExitCode};

/// What a task returns: its result, or a sentence for the developer.
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let outcome = match env::args().nth(1).as_deref() {
        Some("codegen") => generated::write(root()),
        Some("check") => check(root()),
        _ => Err("usage: cargo xtask codegen | check".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn check(root: &Path) -> Outcome<()> {
    let mut problems = generated::stale(root)?;
    problems.extend(architecture::forbidden_dependencies(root)?);
    problems.extend(architecture::unpaired_migrations(root)?);
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n").into()) }
}
