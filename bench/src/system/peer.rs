//! The servers under `bench/peers`: fetched and built when they are first needed, and started.

use super::Kind;
use std::{
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Where a peer is.
fn directory(kind: Kind) -> PathBuf {
    let name = match kind {
        Kind::Socketioxide => "socketioxide",
        Kind::Fastapi => "fastapi",
        Kind::PlainWebsocket => "plain-websocket",
        _ => "node-socketio",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}

/// Fetches and builds what the peer needs, as its lock file says, unless it is there.
///
/// # Errors
/// If that fails; the message says what was tried.
pub(super) fn install(kind: Kind) -> io::Result<()> {
    let dir = directory(kind);
    match kind {
        // Cargo itself knows whether there is something to do.
        Kind::Socketioxide | Kind::PlainWebsocket => run(Command::new("cargo")
            .args(["build", "--quiet", "--locked", "--release", "--target-dir", "target"])
            .current_dir(&dir)),
        Kind::Fastapi => {
            let wanted = dir.join("requirements.txt");
            let installed = dir.join(".venv/requirements.txt");
            if installed.exists() && std::fs::read(&wanted)? == std::fs::read(&installed)? {
                return Ok(());
            }
            run(Command::new("python3").args(["-m", "venv", "--clear", ".venv"]).current_dir(&dir))?;
            run(Command::new(".venv/bin/pip")
                .args([
                    "--quiet",
                    "--disable-pip-version-check",
                    "install",
                    "--requirement",
                    "requirements.txt",
                ])
                .current_dir(&dir))?;
            std::fs::copy(wanted, installed).map(drop)
        }
        _ if dir.join("node_modules").is_dir() => Ok(()),
        _ => run(Command::new("npm").args(["ci", "--omit=dev", "--no-audit", "--no-fund"]).current_dir(&dir)),
    }
}

fn run(command: &mut Command) -> io::Result<()> {
    eprintln!("{command:?}");
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| io::Error::other(format!("{command:?} cannot be run: {error}")))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}

/// Starts the peer on this port of the loopback interface; with a database, if it has one.
///
/// # Errors
/// If its program is not there.
pub(super) fn spawn(kind: Kind, port: u16, database: Option<&str>) -> io::Result<Child> {
    let dir = directory(kind);
    let port = port.to_string();
    let mut command = match kind {
        Kind::Socketioxide => Command::new(dir.join("target/release/bench-socketioxide")),
        Kind::PlainWebsocket => Command::new(dir.join("target/release/bench-plain-websocket")),
        Kind::Fastapi => {
            let mut command = Command::new(dir.join(".venv/bin/uvicorn"));
            command.args(["server:app", "--loop", "uvloop", "--http", "httptools"]);
            command.args(["--no-access-log", "--log-level", "warning", "--backlog", "4096", "--port", &port]);
            command
        }
        _ => {
            let mut command = Command::new("node");
            command.arg("server.js").env("NODE_ENV", "production").env_remove("DATABASE_URL");
            command
        }
    };
    command.current_dir(&dir).env("PORT", &port).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(database) = database {
        command.env("DATABASE_URL", database);
    }
    command.spawn().map_err(|error| io::Error::other(format!("{command:?}: {error}")))
}
