//! Measures Kith beside its peers: processor time of each server's whole process tree for a unit of work, memory a
//! connection, rates and latencies. Everything stays on the loopback interface and is bounded in count and time.

mod compare;
mod curves;
mod disturbances;
mod experiment;
mod load;
mod machine;
mod placement;
mod process;
mod rendering;
mod report;
mod system;
mod wire;

use clap::{Parser, Subcommand};
use std::{io, process::ExitCode};
use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs the loads against all systems in turn and prints the medians.
    #[command(visible_alias = "all")]
    Compare(compare::Compare),
    /// Measures cost against size, and what disturbs whom.
    Curves(curves::Curves),
    /// Writes the tables and plots of files of results again.
    Report(rendering::Report),
    /// Computes what many people take, from measured costs.
    Placement(Box<placement::Placement>),
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let done = tokio::select! {
        done = run(Arguments::parse().command) => done,
        stopped = asked_to_stop() => stopped,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Waits for a signal to end. The measurement is dropped then, and takes its servers and their data with it.
async fn asked_to_stop() -> io::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = ctrl_c() => pressed?,
        _ = terminated.recv() => {}
    }
    Err(io::Error::other("stopped before the end"))
}

async fn run(task: Task) -> io::Result<()> {
    match task {
        Task::Compare(options) => compare::compare(&options).await?.verdict(),
        Task::Curves(options) => curves::curves(&options).await?.verdict(),
        Task::Report(options) => rendering::report(&options),
        Task::Placement(options) => placement::placement(&options),
    }
}
