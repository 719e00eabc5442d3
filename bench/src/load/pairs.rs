//! People who write to each other in twos, each message stored before it is acknowledged.

use super::{Figures, Meter, WARM_UP, connect, figures, histogram, milliseconds, record, run_number, stamp};
use crate::{
    experiment::Experiment,
    system::{Account, System},
    wire::{Arrival, Receiver, Sender, is_success, read_stamp},
};
use hdrhistogram::Histogram;
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

/// Histograms that share the work of keeping latencies.
const SHARDS: usize = 8;

/// So many people in dms.
pub(crate) struct Pairs {
    pub(crate) people: usize,
    /// Messages a second in all; without it everybody sends the next message when the last is acknowledged.
    pub(crate) rate: Option<u32>,
    pub(crate) duration: Duration,
}

impl Experiment for Pairs {
    type Stage = Vec<Person>;

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        prepare(system, self.people).await
    }

    async fn run(&self, system: &mut System, people: &Self::Stage) -> io::Result<Figures> {
        run(system, people, self.rate, self.duration).await
    }
}

/// Somebody who is connected, and the conversations that they write to in turn; none if they only read.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) account: Account,
    pub(crate) conversations: Vec<String>,
}

/// Makes accounts and their dms.
pub(crate) async fn prepare(system: &System, people: usize) -> io::Result<Vec<Person>> {
    let accounts = system.accounts(people.next_multiple_of(2)).await?;
    let pairs = accounts.chunks(2).map(|pair| pair.iter().collect()).collect();
    let conversations = system.conversations(pairs).await?;
    let person = |(number, account): (usize, Account)| Person {
        account,
        conversations: vec![conversations[number / 2].clone()],
    };
    Ok(accounts.into_iter().enumerate().map(person).collect())
}

struct Shared {
    begin: Instant,
    run: u64,
    counting: AtomicBool,
    stopping: AtomicBool,
    acknowledged: AtomicU64,
    delivered: AtomicU64,
    failures: AtomicU64,
    latencies: Vec<Mutex<(Histogram<u64>, Histogram<u64>)>>,
}

/// Sends for `duration`; see [`run_beside`].
pub(crate) async fn run(
    system: &System,
    people: &[Person],
    rate: Option<u32>,
    duration: Duration,
) -> io::Result<Figures> {
    let wait = async {
        sleep(duration).await;
        Ok(())
    };
    Ok(run_beside(system, people, rate, wait).await?.0)
}

/// Sends for as long as `other` takes. Without a rate everybody sends the next message when the last is acknowledged;
/// with one, that many messages a second are sent in all, whether or not answers have come, and latency counts from when
/// each was due.
pub(crate) async fn run_beside<T>(
    system: &System,
    people: &[Person],
    rate: Option<u32>,
    other: impl Future<Output = io::Result<T>>,
) -> io::Result<(Figures, T)> {
    let shared = Arc::new(Shared {
        begin: Instant::now(),
        run: run_number(),
        counting: AtomicBool::new(false),
        stopping: AtomicBool::new(false),
        acknowledged: AtomicU64::new(0),
        delivered: AtomicU64::new(0),
        failures: AtomicU64::new(0),
        latencies: (0..SHARDS).map(|_| Mutex::new((histogram(), histogram()))).collect(),
    });
    let connections = connect(system, people.iter().map(|person| &person.account)).await?;
    let (mut tasks, mut senders) = (Vec::new(), Vec::new());
    for (number, (connection, person)) in connections.into_iter().zip(people).enumerate() {
        let writer = Writer {
            number,
            conversations: person.conversations.clone(),
            sender: connection.sender,
            shared: shared.clone(),
        };
        if !writer.conversations.is_empty() {
            senders.push((writer.sender.clone(), writer.conversations.clone()));
        }
        tasks.push(if rate.is_some() || writer.conversations.is_empty() {
            tokio::spawn(writer.listen(connection.receiver))
        } else {
            tokio::spawn(writer.converse(connection.receiver))
        });
    }
    let pacer = rate.map(|rate| {
        let shared = shared.clone();
        std::thread::spawn(move || pace(&shared, &senders, rate))
    });
    sleep(WARM_UP).await;
    shared.counting.store(true, Ordering::Relaxed);
    let (from, meter) = (shared.counts(), Meter::start(system)?);
    let result = other.await;
    let ((cpu, seconds), to) = (meter.read()?, shared.counts());
    let database = meter.read_database()?;
    shared.stopping.store(true, Ordering::Relaxed);
    let paced = pacer.map_or(Ok(Ok(())), std::thread::JoinHandle::join);
    let lost = tasks.iter().filter(|task| task.is_finished()).count();
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    let result = result?;
    paced.map_err(|_| io::Error::other("the pacer panicked"))??;
    if lost > 0 || to.2 > 0 {
        return Err(io::Error::other(format!("{lost} connections were lost, {} messages refused", to.2)));
    }
    let messages = (to.0 - from.0) as f64;
    let (mut acks, mut deliveries) = (histogram(), histogram());
    for shard in &shared.latencies {
        let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        acks.add(&shard.0).map_err(io::Error::other)?;
        deliveries.add(&shard.1).map_err(io::Error::other)?;
    }
    let mut figures = figures([
        ("CPU µs a message", cpu / messages),
        ("messages a second", messages / seconds),
        ("delivered a second", (to.1 - from.1) as f64 / seconds),
        ("ack p50 ms", milliseconds(&acks, 0.5)),
        ("ack p99 ms", milliseconds(&acks, 0.99)),
        ("delivery p50 ms", milliseconds(&deliveries, 0.5)),
        ("delivery p99 ms", milliseconds(&deliveries, 0.99)),
        ("CPU % of a core", cpu / seconds / 1e4),
    ]);
    if system.kind.has_cluster() {
        figures.insert("CPU µs a message, in the database".into(), database / messages);
    }
    Ok((figures, result))
}

/// Sends at a fixed rate from a thread of its own, because timers of the runtime have a resolution of a millisecond.
fn pace(shared: &Shared, senders: &[(Sender, Vec<String>)], rate: u32) -> io::Result<()> {
    let start = shared.begin.elapsed();
    let mut frame = Vec::new();
    for id in 0_u32.. {
        if shared.stopping.load(Ordering::Relaxed) {
            break;
        }
        let due = start + Duration::from_secs(1) * id / rate;
        if let Some(wait) = due.checked_sub(shared.begin.elapsed()) {
            std::thread::sleep(wait);
        }
        let (number, round) = (id as usize % senders.len(), id as usize / senders.len());
        let (sender, conversations) = &senders[number];
        let conversation = &conversations[round % conversations.len()];
        frame.clear();
        let name = format!("{:x}-{number}", shared.run);
        sender.append_message(&mut frame, conversation, &name, u64::from(id), due.as_micros() as u64);
        sender.write_now(&frame)?;
    }
    Ok(())
}

/// The connection of one person.
struct Writer {
    number: usize,
    conversations: Vec<String>,
    sender: Sender,
    shared: Arc<Shared>,
}

impl Writer {
    /// Notes what arrives.
    async fn listen(self, receiver: Receiver) -> io::Result<()> {
        receiver.run(|arrival| self.note(&arrival)).await
    }

    /// Answers each acknowledgement with the next message.
    async fn converse(self, receiver: Receiver) -> io::Result<()> {
        let (next, mut due) = mpsc::unbounded_channel();
        let (sender, conversations, shared) =
            (self.sender.clone(), self.conversations.clone(), self.shared.clone());
        let name = format!("{:x}-{}", shared.run, self.number);
        // The first; afterwards the acknowledgements say when.
        let _ = next.send(());
        let sending = async move {
            let mut frame = Vec::new();
            for (id, conversation) in (0..).zip(conversations.iter().cycle()) {
                if due.recv().await.is_none() || shared.stopping.load(Ordering::Relaxed) {
                    break;
                }
                frame.clear();
                sender.append_message(&mut frame, conversation, &name, id, stamp(shared.begin));
                sender.write(&frame).await?;
            }
            std::future::pending::<io::Result<()>>().await
        };
        let receiving = receiver.run(|arrival| {
            if matches!(arrival, Arrival::Ack(..)) {
                let _ = next.send(());
            }
            self.note(&arrival)
        });
        tokio::select! {
            ended = sending => ended,
            ended = receiving => ended,
        }
    }

    fn note(&self, arrival: &Arrival<'_>) -> bool {
        let shared = &self.shared;
        let (text, is_ack) = match arrival {
            Arrival::Ack(_, text) => (text, true),
            Arrival::Message(text) => (text, false),
        };
        if is_ack {
            shared.acknowledged.fetch_add(1, Ordering::Relaxed);
            if !is_success(text) {
                shared.failures.fetch_add(1, Ordering::Relaxed);
            }
        } else {
            shared.delivered.fetch_add(1, Ordering::Relaxed);
        }
        if shared.counting.load(Ordering::Relaxed)
            && let Some((_, stamped)) = read_stamp(text)
        {
            let shard = &shared.latencies[self.number % SHARDS];
            let mut latencies = shard.lock().unwrap_or_else(PoisonError::into_inner);
            record(if is_ack { &mut latencies.0 } else { &mut latencies.1 }, shared.begin, stamped);
        }
        true
    }
}

impl Shared {
    fn counts(&self) -> (u64, u64, u64) {
        (
            self.acknowledged.load(Ordering::Relaxed),
            self.delivered.load(Ordering::Relaxed),
            self.failures.load(Ordering::Relaxed),
        )
    }
}
