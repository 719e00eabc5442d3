//! Cost against size, and what disturbs whom.

mod connections;
mod conversations;
mod cores;
mod filling;
mod stored;

use crate::{
    disturbances::{HotRoom, Reconnect, SignIn, SlowReaders},
    experiment::{Experiment, take_turns},
    load::room::Busy,
    report::{Results, Section},
    system::Kind,
};
use clap::ValueEnum;
use std::{io, path::PathBuf, time::Duration};

#[derive(clap::Args)]
pub(crate) struct Curves {
    /// What to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Part::value_variants().to_vec())]
    parts: Vec<Part>,
    /// Systems to measure; each part leaves out those that cannot take part.
    #[arg(long, value_enum, value_delimiter = ',',
          default_values_t = [Kind::KithSqlite, Kind::KithPostgres, Kind::NodePostgres])]
    systems: Vec<Kind>,
    /// How often each system has its turn.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Seconds that each load runs.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Leaves out sizes above this.
    #[arg(long, default_value_t = 10_000_000)]
    most: u64,
    /// Writes every run to this file as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Connections that are open while a room of 100 is busy.
    Connections,
    /// Members of a busy room.
    Rooms,
    /// Members of a flooded room.
    RoomsFlooded,
    /// Conversations that 1:1 messages go to.
    Conversations,
    /// Messages that are stored.
    Stored,
    /// Processors that the server may use.
    Cores,
    /// All connections are closed at once and come back.
    ReconnectStorm,
    /// A thousand members of a busy room never read.
    SlowReaders,
    /// Many sign in with their passwords.
    SignInStorm,
    /// One room is flooded while others talk elsewhere.
    HotRoom,
}

impl Part {
    fn key(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn title(self) -> &'static str {
        match self {
            Self::Connections => "Idle connections, and a room of 100 beside them",
            Self::Rooms => "Rooms, two messages on their way",
            Self::RoomsFlooded => "Rooms, flooded (64 messages on their way)",
            Self::Conversations => "Durable 1:1 messages over all conversations, 100 senders",
            Self::Stored => "Reading, with so many messages stored",
            Self::Cores => "Processors for the server",
            Self::ReconnectStorm => "10,000 connections come back at once",
            Self::SlowReaders => "1,000 of 1,100 members of a busy room never read",
            Self::SignInStorm => "32 people sign in with their passwords, again and again",
            Self::HotRoom => "A room of 1,000 is flooded",
        }
    }

    /// What grows, how, and what is drawn of it.
    fn axis(self) -> Option<(&'static str, &'static [u64], &'static [&'static str])> {
        Some(match self {
            Self::Connections => (
                "connections",
                &[1000, 5000, 10_000],
                &["bytes a connection", "CPU µs to connect", "CPU µs a delivery"],
            ),
            Self::Rooms | Self::RoomsFlooded => ("members", &[10, 100, 1000, 10_000], &["CPU µs a delivery"]),
            Self::Conversations => {
                ("conversations", &[100, 1000, 10_000, 100_000], &["CPU µs a message", "messages a second"])
            }
            Self::Stored => ("messages stored", &[100_000, 1_000_000, 10_000_000], &stored::PLOTTED),
            Self::Cores => ("processors", &[1, 2], &["deliveries a second", "messages a second"]),
            _ => return None,
        })
    }

    fn is_offered_by(self, kind: Kind) -> bool {
        match self {
            Self::Conversations => kind.is_durable(),
            Self::Stored | Self::Cores | Self::SignInStorm => kind.is_kith(),
            _ => true,
        }
    }

    /// One point, or all there is if there is no axis.
    async fn measure(self, options: &Curves, section: &mut Section, at: Option<u64>) {
        let duration = Duration::from_secs(options.seconds);
        let size = at.unwrap_or_default() as usize;
        let busy = |window| Busy { size, window, duration };
        match self {
            Self::Connections => {
                self.turns(&connections::Connections { count: size, duration }, options, section, at).await;
            }
            Self::Rooms => self.turns(&busy(2), options, section, at).await,
            Self::RoomsFlooded => self.turns(&busy(64), options, section, at).await,
            Self::Conversations => {
                self.turns(&conversations::Conversations { count: size, duration }, options, section, at)
                    .await;
            }
            Self::Stored => {
                self.turns(&stored::Stored { messages: size as u64, duration }, options, section, at).await;
            }
            Self::Cores => self.turns(&cores::Cores { count: size, duration }, options, section, at).await,
            Self::ReconnectStorm => {
                self.turns(&Reconnect { connections: 10_000, duration }, options, section, at).await;
            }
            Self::SlowReaders => {
                self.turns(&SlowReaders { duration: duration * 2 }, options, section, at).await
            }
            Self::SignInStorm => self.turns(&SignIn { duration }, options, section, at).await,
            Self::HotRoom => self.turns(&HotRoom { duration }, options, section, at).await,
        }
    }

    async fn turns<E: Experiment>(
        self,
        experiment: &E,
        options: &Curves,
        section: &mut Section,
        at: Option<u64>,
    ) {
        let kinds: Vec<Kind> =
            options.systems.iter().copied().filter(|kind| self.is_offered_by(*kind)).collect();
        take_turns(experiment, section, at, &kinds, options.turns).await;
    }
}

/// Measures all parts and prints a table after each.
pub(crate) async fn curves(options: &Curves) -> io::Result<Results> {
    let mut results = Results::begin();
    for part in &options.parts {
        let mut section = Section::new(part.key(), part.title());
        match part.axis() {
            Some((axis, sizes, plotted)) => {
                section.axis = Some(axis.to_owned());
                section.plotted = plotted.iter().map(|figure| (*figure).to_owned()).collect();
                for size in sizes.iter().filter(|size| **size <= options.most) {
                    part.measure(options, &mut section, Some(*size)).await;
                }
            }
            None => part.measure(options, &mut section, None).await,
        }
        println!("{}", section.table());
        results.add(section, options.json.as_deref())?;
    }
    Ok(results)
}
