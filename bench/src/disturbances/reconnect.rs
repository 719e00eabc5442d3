//! All idle connections are closed at once and come back at once, as after a failure of the network.

use super::{PEOPLE, alone, beside, together};
use crate::{
    experiment::Experiment,
    load::{
        Figures, Meter, connect, histogram, idle, milliseconds,
        pairs::{self, Person},
    },
    system::{Account, System},
    wire::{self, Arrival, Connection, Door, Hello, is_success},
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::{io, time::Duration};
use tokio::time::{Instant, timeout};

/// Connections that are being opened at any time; more than this a listening socket does not hold back.
const AT_ONCE: usize = 512;

/// For one to come back.
const PATIENCE: Duration = Duration::from_secs(60);

/// A storm of so many connections.
pub(crate) struct Reconnect {
    pub(crate) connections: usize,
    pub(crate) duration: Duration,
}

/// What a storm gave: seconds, and how long each waited.
struct Storm {
    connections: Vec<Connection>,
    waits: Vec<Duration>,
    seconds: f64,
}

impl Experiment for Reconnect {
    type Stage = (Vec<Person>, Vec<Account>);

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        let people = pairs::prepare(system, PEOPLE).await?;
        Ok((people, idle::accounts(system, self.connections).await?))
    }

    async fn run(&self, system: &mut System, (people, accounts): &Self::Stage) -> io::Result<Figures> {
        let everybody = || accounts.iter().cycle().take(self.connections);
        let open = connect(system, everybody()).await?;
        let calm = alone(system, people, self.duration).await?;
        let returning =
            everybody().zip(&open).map(|(account, was)| (system.hello(account), was.cursor.clone()));
        let returning: Vec<_> = returning.collect();
        let meter = Meter::start(system)?;
        let storm = async {
            drop(open);
            storm(system.door(), returning).await
        };
        let (disturbed, Storm { connections, waits, seconds }) = beside(system, people, storm).await?;
        let (cpu, _) = meter.read()?;
        drop(connections);
        let mut latencies = histogram();
        waits.iter().for_each(|wait| latencies.saturating_record(wait.as_micros() as u64));
        let mut figures = together(calm, disturbed);
        figures.insert("seconds until all are back and have caught up".into(), seconds);
        figures.insert("CPU µs a connection, with the 1:1 messages".into(), cpu / self.connections as f64);
        figures.insert("p99 ms of one, from its first packet on".into(), milliseconds(&latencies, 0.99));
        Ok(figures)
    }
}

async fn storm(door: Door, returning: Vec<(Hello, Option<String>)>) -> io::Result<Storm> {
    let begin = Instant::now();
    let back: Vec<(Connection, Duration)> = stream::iter(returning)
        .map(|(hello, cursor)| async move {
            timeout(PATIENCE, come_back(door, hello, cursor)).await.map_err(io::Error::other)?
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let seconds = begin.elapsed().as_secs_f64();
    let (connections, waits) = back.into_iter().unzip();
    Ok(Storm { connections, waits, seconds })
}

/// Connects, and asks for what happened since the cursor, if the server gave one.
async fn come_back(door: Door, hello: Hello, cursor: Option<String>) -> io::Result<(Connection, Duration)> {
    let begin = Instant::now();
    let mut connection = wire::open(door, &hello).await?;
    if let Some(cursor) = cursor {
        connection.sender.ask(1, "sync", &format!(r#"{{"cursor":"{cursor}"}}"#)).await?;
        let mut done = false;
        connection
            .receiver
            .run_until(|arrival| match arrival {
                Arrival::Ack(1, text) => {
                    done = is_success(text);
                    false
                }
                _ => true,
            })
            .await?;
        if !done {
            return Err(io::Error::other("a sync was refused"));
        }
    }
    Ok((connection, begin.elapsed()))
}
