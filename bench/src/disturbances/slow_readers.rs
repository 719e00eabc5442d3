//! A thousand members of a busy room never read.

use super::{PEOPLE, alone, beside, together};
use crate::{
    experiment::Experiment,
    load::{
        Figures, connect, connect_through,
        pairs::{self, Person},
        room::{self, Room},
        run_number,
    },
    process,
    system::System,
    wire::{Connection, Door, Sender},
};
use std::{io, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// Members who read.
const READING: usize = 100;

/// Members who don't.
const SLOW: usize = 1000;

/// Bytes that the kernel takes for each of them.
const RECEIVE_BUFFER: u32 = 4096;

/// Messages a second in the room.
const RATE: u64 = 300;

/// How often messages are sent and memory is looked at.
const TICK: Duration = Duration::from_millis(20);

/// Readers who never read.
pub(crate) struct SlowReaders {
    pub(crate) duration: Duration,
}

impl Experiment for SlowReaders {
    type Stage = (Vec<Person>, Room);

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        let people = pairs::prepare(system, PEOPLE).await?;
        Ok((people, room::prepare(system, READING + SLOW).await?))
    }

    async fn run(&self, system: &mut System, (people, room): &Self::Stage) -> io::Result<Figures> {
        let (reading, slow) = room.members.split_at(READING);
        let mut connections = connect(system, reading).await?.into_iter();
        let publisher = connections.next().ok_or(io::ErrorKind::InvalidInput)?;
        let mut tasks = vec![tokio::spawn(publisher.receiver.run(|_| true))];
        tasks.extend(connections.map(|connection| tokio::spawn(connection.receiver.run(|_| true))));
        let door = Door { receive_buffer: Some(RECEIVE_BUFFER), ..system.door() };
        let held: Vec<Connection> = connect_through(door, READING, system, slow).await?;
        let calm = alone(system, people, self.duration).await?;
        let before = process::resident(system.server_pid()?)?;
        let publishing = publish(system, &publisher.sender, &room.conversation, self.duration);
        let (disturbed, most) = beside(system, people, publishing).await?;
        drop(held);
        let lost = tasks.iter().filter(|task| task.is_finished()).count();
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        if lost > 0 {
            return Err(io::Error::other(format!("{lost} connections that read were lost")));
        }
        let mut figures = together(calm, disturbed);
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        figures.insert("MiB before".into(), mib(before));
        figures.insert("MiB more, at most".into(), mib(most.saturating_sub(before)));
        Ok(figures)
    }
}

/// Says something in the room at a fixed rate; the most memory that the server had meanwhile, in bytes.
async fn publish(
    system: &System,
    sender: &Sender,
    conversation: &str,
    duration: Duration,
) -> io::Result<u64> {
    let (pid, name, begin) = (system.server_pid()?, format!("{:x}", run_number()), Instant::now());
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut id, mut most, mut frames) = (0, 0, Vec::new());
    while begin.elapsed() < duration {
        ticks.tick().await;
        frames.clear();
        let due = begin.elapsed().as_micros() as u64 * RATE / 1_000_000;
        for id in id..due {
            sender.append_message(&mut frames, conversation, &name, id, 0);
        }
        id = due;
        sender.write(&frames).await?;
        most = most.max(process::resident(pid)?);
    }
    // What is on its way still counts.
    sleep(TICK * 10).await;
    Ok(most.max(process::resident(pid)?))
}
