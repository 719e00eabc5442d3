//! The loads side by side: what the summary is made from.

use crate::{
    experiment::take_turns,
    load::{
        http::{History, Profile},
        idle::Idle,
        pairs::Pairs,
        room::Busy,
    },
    report::{Results, Section},
    system::Kind,
};
use clap::ValueEnum;
use std::{io, path::PathBuf, time::Duration};

/// People of the loads with dms.
const PEOPLE: usize = 256;

#[derive(clap::Args)]
pub(crate) struct Compare {
    /// Systems to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Kind::value_variants().to_vec())]
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
pub(crate) enum Load {
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

impl Load {
    /// Names the load's section in a file of results.
    pub(crate) fn key(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn title(self, options: &Compare) -> String {
        match self {
            Self::Idle => format!("{} idle connections", options.idle),
            Self::Room100Open => "Room of 100, window open (16 messages on their way)".into(),
            Self::Room100Single => "Room of 100, one message at a time".into(),
            Self::Room1000Two => "Room of 1,000, two messages on their way".into(),
            Self::Room1000Flooded => "Room of 1,000, flooded (64 messages on their way)".into(),
            Self::PairsSaturated => format!("1:1 messages, {PEOPLE} people, saturated"),
            Self::PairsPaced => format!("1:1 messages, {PEOPLE} people, 1,000 a second offered"),
            Self::Profile => "A profile over HTTP, 16 connections".into(),
            Self::History => "The newest 50 of 1,000 messages over HTTP, 16 connections".into(),
        }
    }

    /// The peers have what chat needs and no more.
    fn is_offered_by(self, kind: Kind) -> bool {
        kind.is_kith() || !matches!(self, Self::Profile | Self::History)
    }

    async fn measure(self, options: &Compare) -> Section {
        let duration = Duration::from_secs(options.seconds);
        let mut section = Section::new(self.key(), self.title(options));
        let kinds: Vec<Kind> =
            options.systems.iter().copied().filter(|kind| self.is_offered_by(*kind)).collect();
        let turns = options.turns;
        let busy = |size, window| Busy { size, window, duration };
        let pairs = |rate| Pairs { people: PEOPLE, rate, duration };
        match self {
            Self::Idle => {
                let idle = Idle { connections: options.idle as usize };
                take_turns(&idle, &mut section, None, &kinds, turns).await;
            }
            Self::Room100Open => take_turns(&busy(100, 16), &mut section, None, &kinds, turns).await,
            Self::Room100Single => take_turns(&busy(100, 1), &mut section, None, &kinds, turns).await,
            Self::Room1000Two => take_turns(&busy(1000, 2), &mut section, None, &kinds, turns).await,
            Self::Room1000Flooded => take_turns(&busy(1000, 64), &mut section, None, &kinds, turns).await,
            Self::PairsSaturated => take_turns(&pairs(None), &mut section, None, &kinds, turns).await,
            Self::PairsPaced => take_turns(&pairs(Some(1000)), &mut section, None, &kinds, turns).await,
            Self::Profile => take_turns(&Profile { duration }, &mut section, None, &kinds, turns).await,
            Self::History => take_turns(&History { duration }, &mut section, None, &kinds, turns).await,
        }
        section
    }
}

/// Runs the loads and prints a table after each, and the summary at the end.
pub(crate) async fn compare(options: &Compare) -> io::Result<Results> {
    let mut results = Results::begin();
    for load in &options.loads {
        let section = load.measure(options).await;
        println!("{}", section.table());
        results.add(section, options.json.as_deref())?;
    }
    println!("{}", results.summary());
    Ok(results)
}
