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
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(task: Task) -> io::Result<()> {
    match task {
        Task::Compare(options) => compare::compare(&options).await?.verdict(),
        Task::Curves(options) => curves::curves(&options).await?.verdict(),
        Task::Report(options) => rendering::report(&options),
        Task::Placement(options) => placement::placement(&options),
    }
}
