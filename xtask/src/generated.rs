//! Files that are made from the code and committed.

use std::{fs, path::Path};

use crate::Outcome;

/// Writes every generated file.
pub(crate) fn write(root: &Path) -> Outcome<()> {
    for (path, text) in files()? {
        fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}

/// The generated files that differ from what would be written now.
pub(crate) fn stale(root: &Path) -> Outcome<Vec<String>> {
    let files = files()?.into_iter();
    let stale = files.filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text));
    Ok(stale.map(|(path, _)| format!("{path} is stale: run cargo xtask codegen")).collect())
}

/// Each generated file, by its path from the root.
fn files() -> Outcome<Vec<(&'static str, String)>> {
    Ok(vec![("docs/configuration.md", kith_server::config::reference())])
}
