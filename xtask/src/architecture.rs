//! Invariants of docs/ARCHITECTURE.md that can be read off the manifests and the migrations.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::Outcome;

/// What a crate may use: of our own crates these and no others, and none of those from elsewhere.
struct Rule {
    ours: &'static [&'static str],
    not: &'static [&'static str],
    reason: &'static str,
}

const INPUT_AND_OUTPUT: &[&str] = &["tokio", "axum", "hyper", "tower", "reqwest", "rusqlite", "postgres"];
const TRANSPORTS: &[&str] = &["axum", "http", "hyper", "hyper-util", "tower", "tower-http"];

/// Dependencies point one way: api ← db ← core ← server.
fn rules() -> BTreeMap<&'static str, Rule> {
    let server_and_below =
        &["kith-api", "kith-wire", "kith-db", "kith-core", "kith-server", "kith-client", "kith-testkit"];
    BTreeMap::from([
        ("kith-api", Rule { ours: &[], not: INPUT_AND_OUTPUT, reason: "the contract does no I/O" }),
        ("kith-wire", Rule { ours: &[], not: INPUT_AND_OUTPUT, reason: "codecs do no I/O" }),
        ("kith-db", Rule { ours: &["kith-api"], not: TRANSPORTS, reason: "storage knows no transport" }),
        (
            "kith-core",
            Rule { ours: &["kith-api", "kith-db"], not: TRANSPORTS, reason: "the core knows no transport" },
        ),
        (
            "kith-server",
            Rule {
                ours: &["kith-api", "kith-wire", "kith-db", "kith-core"],
                not: &["rusqlite", "postgres", "tokio-postgres"],
                reason: "the edges run no SQL",
            },
        ),
        (
            "kith-client",
            Rule {
                ours: &["kith-api", "kith-wire"],
                not: &["rusqlite", "postgres"],
                reason: "clients have no database",
            },
        ),
        ("kith-testkit", Rule { ours: server_and_below, not: &[], reason: "" }),
        ("kith-faults", Rule { ours: server_and_below, not: &[], reason: "" }),
        ("kith-bench", Rule { ours: server_and_below, not: &[], reason: "" }),
        ("xtask", Rule { ours: &["kith-server", "kith-api"], not: &[], reason: "" }),
    ])
}

/// The dependencies that break a rule. Those for tests alone are free.
pub(crate) fn forbidden_dependencies(root: &Path) -> Outcome<Vec<String>> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--no-deps", "--format-version=1"])
        .current_dir(root)
        .output()?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
    let rules = rules();
    let mut problems = Vec::new();
    for package in array(&metadata["packages"]) {
        let name = text(&package["name"]);
        let Some(rule) = rules.get(name) else {
            problems.push(format!("{name} is new: say in xtask/src/architecture.rs what it may depend on"));
            continue;
        };
        for dependency in array(&package["dependencies"]).iter().filter(|it| it["kind"] != "dev") {
            let dependency = text(&dependency["name"]);
            if dependency.starts_with("kith-") && !rule.ours.contains(&dependency) {
                problems.push(format!("{name} must not depend on {dependency}: dependencies point one way"));
            } else if rule.not.contains(&dependency) {
                problems.push(format!("{name} must not depend on {dependency}: {}", rule.reason));
            }
        }
    }
    Ok(problems)
}

/// Migrations that one engine has and the other has not, by file name.
pub(crate) fn unpaired_migrations(root: &Path) -> Outcome<Vec<String>> {
    let names = |engine: &str| -> Outcome<BTreeSet<String>> {
        let directory = root.join("crates/db/migrations").join(engine);
        let entries =
            fs::read_dir(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    };
    let (sqlite, postgres) = (names("sqlite")?, names("postgres")?);
    let unpaired = sqlite.symmetric_difference(&postgres);
    Ok(unpaired.map(|name| format!("migration {name} exists for one engine only")).collect())
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
