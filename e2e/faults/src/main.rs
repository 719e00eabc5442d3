//! `make soak`: the fault table in its long form.

use clap::{Args, Parser, Subcommand, ValueEnum};
use kith_faults::{
    Finding, bus, clock, crash, database, descriptors, disk, node_kill, partition, poison, power, rolling,
    slow, storm, table,
};
use kith_testkit::Engine;
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(about = "Injects every failure that Kith must survive, and prints the table of what came of it")]
#[command(args_conflicts_with_subcommands = true)]
struct Soak {
    #[command(flatten)]
    plan: Plan,
    #[command(subcommand)]
    inner: Option<Inner>,
}

#[derive(Args)]
struct Plan {
    /// How much of the claim: 1 injects each fault as often as releases claim, which takes hours.
    #[arg(long, default_value_t = 1.0, value_name = "PART")]
    share: f64,
    /// Only these faults.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FAULT")]
    only: Vec<Fault>,
    /// Sockets of the reconnect storm.
    #[arg(long, default_value_t = 10_000)]
    sockets: usize,
    /// Print the table as Markdown.
    #[arg(long)]
    markdown: bool,
}

#[derive(Subcommand)]
enum Inner {
    /// Commits rows until it is killed; the tests cut its power.
    #[command(hide = true)]
    WriteRows {
        /// The SQLite file.
        store: PathBuf,
        /// The `synchronous` pragma.
        synchronous: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fault {
    CrashSqlite,
    CrashPostgres,
    PowerLoss,
    DiskFull,
    Descriptors,
    Redis,
    Postgres,
    PostgresNodes,
    NodeKill,
    Partition,
    Storm,
    RollingRestart,
    ClockSqlite,
    ClockPostgres,
    PoisonSqlite,
    PoisonPostgres,
    SlowReaders,
}

impl Fault {
    /// How often the claim of a release has it injected.
    fn claim(self) -> usize {
        match self {
            Self::CrashSqlite | Self::CrashPostgres => 500,
            Self::PowerLoss => 300,
            Self::NodeKill => 100,
            Self::Redis | Self::Partition | Self::RollingRestart => 30,
            Self::ClockSqlite | Self::ClockPostgres | Self::PoisonSqlite | Self::PoisonPostgres => 30,
            Self::DiskFull | Self::Descriptors | Self::Postgres | Self::PostgresNodes => 10,
            Self::Storm | Self::SlowReaders => 3,
        }
    }

    /// Injects it some times, at most `times` where that can be chosen. Rounds are short, because the checker keeps all
    /// that was said in one.
    async fn round(self, times: usize, sockets: usize) -> Finding {
        match self {
            Self::CrashSqlite => crash::round(Engine::Sqlite, times.min(20)).await,
            Self::CrashPostgres => crash::round(Engine::Postgres, times.min(20)).await,
            Self::PowerLoss => power::round(times.min(20), times as u64).await,
            Self::DiskFull => disk::round().await,
            Self::Descriptors => descriptors::round(Engine::Sqlite).await,
            Self::Redis => bus::round().await,
            Self::Postgres => database::round().await,
            Self::PostgresNodes => database::site_round().await,
            Self::NodeKill => node_kill::round(times.min(20)).await,
            Self::Partition => partition::round().await,
            Self::Storm => storm::round(sockets).await,
            Self::RollingRestart => rolling::round().await,
            Self::ClockSqlite => clock::round(Engine::Sqlite).await,
            Self::ClockPostgres => clock::round(Engine::Postgres).await,
            Self::PoisonSqlite => poison::round(Engine::Sqlite).await,
            Self::PoisonPostgres => poison::round(Engine::Postgres).await,
            Self::SlowReaders => slow::round(Engine::Sqlite, 1000).await,
        }
    }

    /// Rounds until it was injected so often. A round that cannot be finished is a promise that was not kept.
    async fn rounds(self, times: usize, sockets: usize) -> Finding {
        let mut sum: Option<Finding> = None;
        loop {
            let injected = sum.as_ref().map_or(0, |sum| sum.injected);
            if injected >= times {
                return sum.unwrap_or_default();
            }
            eprintln!("{self:?}: {injected} of {times}");
            match tokio::spawn(self.round(times - injected, sockets)).await {
                Ok(finding) => match &mut sum {
                    Some(sum) => sum.add(finding),
                    None => sum = Some(finding),
                },
                Err(panic) => {
                    let mut sum = sum.unwrap_or_else(|| Finding::about(format!("{self:?}")));
                    sum.broken.push(format!("a round comes to its end: {panic}"));
                    return sum;
                }
            }
        }
    }
}

fn main() -> ExitCode {
    let Soak { plan, inner } = Soak::parse();
    if let Some(Inner::WriteRows { store, synchronous }) = inner {
        power::write_rows(&store, &synchronous).expect("rows are written");
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("threads start").block_on(soak(&plan))
}

async fn soak(plan: &Plan) -> ExitCode {
    let mut findings = Vec::new();
    for fault in Fault::value_variants() {
        if plan.only.is_empty() || plan.only.contains(fault) {
            let times = (fault.claim() as f64 * plan.share).ceil() as usize;
            findings.push(fault.rounds(times, plan.sockets).await);
        }
    }
    print!("{}", table(&findings, plan.markdown));
    let broken: Vec<&Finding> = findings.iter().filter(|finding| !finding.holds()).collect();
    for finding in &broken {
        println!("\n{}: {}", finding.fault, finding.report);
        finding.broken.iter().for_each(|promise| println!("  not kept: {promise}"));
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
