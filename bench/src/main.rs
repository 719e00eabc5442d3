//! Measures Kith beside its peers: processor time of each server's whole process tree for a unit of work, memory a
//! connection, rates and latencies. Everything stays on the loopback interface and is bounded in count and time.

mod load;
mod process;
mod report;
mod system;
mod wire;

use clap::{Parser, Subcommand, ValueEnum};
use load::Figures;
use report::{Run, Section};
use std::{fs, io, path::PathBuf, process::ExitCode, time::Duration};
use system::{Kind, System};

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
    Compare(Compare),
}

#[derive(clap::Args)]
struct Compare {
    /// Systems to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Kind::KithSqlite, Kind::KithPostgres, Kind::NodePostgres])]
    systems: Vec<Kind>,
    /// Loads to run.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Load::value_variants().to_vec())]
    loads: Vec<Load>,
    /// How often each system has its turn.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Seconds that each load runs.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections of the idle load.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=18_000))]
    idle: u32,
    /// Writes every run to this file as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// The loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Load {
    /// Connections that do nothing.
    Idle,
    /// A room of 100, sixteen messages on their way.
    Room100Open,
    /// A room of 100, one message on its way.
    Room100Single,
    /// A room of 1,000, two messages on their way.
    Room1000Two,
    /// A room of 1,000, flooded.
    Room1000Flooded,
    /// 256 people in dms, each sending the next message when the last is acknowledged.
    PairsSaturated,
    /// 256 people in dms, 1,000 messages a second in all.
    PairsPaced,
    /// A profile over HTTP.
    Profile,
    /// A page of fifty messages over HTTP.
    History,
}

/// People of the loads with dms.
const PEOPLE: usize = 256;

/// What a load needs before its first turn.
enum Stage {
    Idle(Vec<system::Account>),
    Room(load::room::Room),
    Pairs(load::pairs::Pairs),
    Http(load::http::Question),
}

impl Load {
    fn title(self, options: &Compare) -> String {
        match self {
            Self::Idle => format!("{} idle connections", options.idle),
            Self::Room100Open => "Room of 100, window open (16 messages on their way)".into(),
            Self::Room100Single => "Room of 100, one message at a time".into(),
            Self::Room1000Two => "Room of 1,000, two messages on their way".into(),
            Self::Room1000Flooded => "Room of 1,000, flooded (64 messages on their way)".into(),
            Self::PairsSaturated => format!("Durable 1:1 messages, {PEOPLE} people, saturated"),
            Self::PairsPaced => format!("Durable 1:1 messages, {PEOPLE} people, 1,000 a second offered"),
            Self::Profile => "A profile over HTTP, 16 connections".into(),
            Self::History => "The newest 50 of 1,000 messages over HTTP, 16 connections".into(),
        }
    }

    /// The Node peer has what chat needs and no more.
    fn is_offered_by(self, kind: Kind) -> bool {
        kind != Kind::NodePostgres || !matches!(self, Self::Profile | Self::History)
    }

    async fn prepare(self, system: &System, options: &Compare) -> io::Result<Stage> {
        Ok(match self {
            Self::Idle => Stage::Idle(load::idle::prepare(system, options.idle as usize).await?),
            Self::Room100Open | Self::Room100Single => Stage::Room(load::room::prepare(system, 100).await?),
            Self::Room1000Two | Self::Room1000Flooded => {
                Stage::Room(load::room::prepare(system, 1000).await?)
            }
            Self::PairsSaturated | Self::PairsPaced => {
                Stage::Pairs(load::pairs::prepare(system, PEOPLE).await?)
            }
            Self::Profile => Stage::Http(load::http::profile(system).await?),
            Self::History => Stage::Http(load::http::history(system).await?),
        })
    }

    async fn run(self, system: &System, stage: &Stage, options: &Compare) -> io::Result<Figures> {
        let duration = Duration::from_secs(options.seconds);
        match stage {
            Stage::Idle(accounts) => load::idle::run(system, accounts, options.idle as usize).await,
            Stage::Room(room) => {
                let window = match self {
                    Self::Room100Open => 16,
                    Self::Room1000Two => 2,
                    Self::Room1000Flooded => 64,
                    _ => 1,
                };
                load::room::run(system, room, window, duration).await
            }
            Stage::Pairs(pairs) => {
                let rate = (self == Self::PairsPaced).then_some(1000);
                load::pairs::run(system, pairs, rate, duration).await
            }
            Stage::Http(question) => load::http::run(system, question, duration).await,
        }
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let Task::Compare(options) = Arguments::parse().command;
    match compare(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Each load: all systems are started on fresh data, then take turns, each turn with a fresh process.
async fn compare(options: &Compare) -> io::Result<()> {
    let mut sections = Vec::new();
    for load in &options.loads {
        let mut section = Section { title: load.title(options), runs: Vec::new() };
        let mut systems = Vec::new();
        for kind in options.systems.iter().filter(|kind| load.is_offered_by(**kind)) {
            let system = System::start(*kind).await?;
            let stage = load.prepare(&system, options).await?;
            systems.push((system, stage));
        }
        for turn in 1..=options.turns {
            for (system, stage) in &mut systems {
                let ready = system.restart().await?;
                let mut figures = load
                    .run(system, stage, options)
                    .await
                    .map_err(|error| io::Error::other(format!("{}: {error}", system.kind.title())))?;
                figures.insert("ms from start to ready", ready.as_secs_f64() * 1e3);
                eprintln!("{}, {} ({turn}): {figures:.2?}", section.title, system.kind.title());
                section.runs.push(Run { system: system.kind, turn, figures });
            }
        }
        println!("{}", section.table());
        sections.push(section);
    }
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_vec_pretty(&sections)?)?;
    }
    Ok(())
}
