//! Files that are made from the code and committed.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::{fs, path::Path};

use crate::Outcome;

/// Writes every generated file.
pub(crate) fn write(root: &Path) -> Outcome<()> {
    for (path, text) in files(root)? {
        fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}

/// The generated files that differ from what would be written now.
pub(crate) fn stale(root: &Path) -> Outcome<Vec<String>> {
    let files = files(root)?.into_iter();
    let stale = files.filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text));
    Ok(stale.map(|(path, _)| format!("{path} is stale: run cargo xtask codegen")).collect())
}

/// Each generated file, by its path from the root.
fn files(root: &Path) -> Outcome<Vec<(&'static str, String)>> {
    let openapi = kith_server::openapi::openapi().to_pretty_json()? + "\n";
    Ok(vec![
        ("docs/configuration.md", kith_server::config::reference()),
        ("web/src/api/schema.ts", typescript(root, &openapi)?),
        ("docs/openapi.json", openapi),
    ])
}

/// The types of the API for the web client.
fn typescript(root: &Path, openapi: &str) -> Outcome<String> {
    let mut node = Command::new("node")
        .arg("generate.js")
        .current_dir(root.join("web/codegen"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("node: {error}"))?;
    let mut stdin = node.stdin.take().ok_or("node takes no input")?;
    stdin.write_all(openapi.as_bytes())?;
    drop(stdin);
    let output = node.wait_with_output()?;
    if !output.status.success() {
        return Err("web/codegen/generate.js failed; `make generate` installs what it needs".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
