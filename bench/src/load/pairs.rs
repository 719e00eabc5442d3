//! People who write to each other in twos, each message stored before it is acknowledged.

use super::{Figures, Meter, connect, histogram, milliseconds, record, stamp};
use crate::{
    system::{Account, System},
    wire::{Arrival, Receiver, Sender, is_success, read_stamp, write_send},
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

/// How long the load runs before the figures count.
const WARM_UP: Duration = Duration::from_secs(1);

/// The first stretch of latencies that are left out, after the warm-up.
const SHARDS: usize = 8;

/// People in twos, with the conversation of each.
pub(crate) struct Pairs {
    people: Vec<(Account, String)>,
}

/// Makes accounts and their dms.
pub(crate) async fn prepare(system: &System, connections: usize) -> io::Result<Pairs> {
    let accounts = system.accounts(connections.next_multiple_of(2)).await?;
    let mut people = Vec::with_capacity(accounts.len());
    for pair in accounts.chunks(2) {
        let conversation = system.conversation(&[&pair[0], &pair[1]]).await?;
        people.extend(pair.iter().map(|account| (account.clone(), conversation.clone())));
    }
    Ok(Pairs { people })
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

/// Sends for `duration`. Without a rate everybody sends the next message when the last is acknowledged; with one, that
/// many messages a second are sent in all, whether or not answers have come, and latency counts from when each was due.
pub(crate) async fn run(
    system: &System,
    pairs: &Pairs,
    rate: Option<u32>,
    duration: Duration,
) -> io::Result<Figures> {
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
    let tokens = pairs.people.iter().map(|(account, _)| account.token.clone()).collect();
    let connections = connect(system, tokens).await?;
    let (mut tasks, mut senders) = (Vec::new(), Vec::new());
    for (number, ((sender, receiver), (_, conversation))) in
        connections.into_iter().zip(&pairs.people).enumerate()
    {
        let person = Person { number, conversation: conversation.clone(), sender, shared: shared.clone() };
        senders.push((person.sender.clone(), conversation.clone()));
        tasks.push(if rate.is_some() {
            tokio::spawn(person.listen(receiver))
        } else {
            tokio::spawn(person.converse(receiver))
        });
    }
    let pacer = rate.map(|rate| {
        let shared = shared.clone();
        std::thread::spawn(move || pace(&shared, &senders, rate))
    });
    sleep(WARM_UP).await;
    shared.counting.store(true, Ordering::Relaxed);
    let (from, meter) = (shared.counts(), Meter::start(system)?);
    sleep(duration).await;
    let ((cpu, seconds), to) = (meter.read()?, shared.counts());
    shared.stopping.store(true, Ordering::Relaxed);
    let paced = pacer.map_or(Ok(Ok(())), std::thread::JoinHandle::join);
    let lost = tasks.iter().filter(|task| task.is_finished()).count();
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
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
    Ok(Figures::from([
        ("CPU µs a message", cpu / messages),
        ("messages a second", messages / seconds),
        ("delivered a second", (to.1 - from.1) as f64 / seconds),
        ("ack p50 ms", milliseconds(&acks, 0.5)),
        ("ack p99 ms", milliseconds(&acks, 0.99)),
        ("delivery p50 ms", milliseconds(&deliveries, 0.5)),
        ("delivery p99 ms", milliseconds(&deliveries, 0.99)),
        ("CPU % of a core", cpu / seconds / 1e4),
    ]))
}

/// Distinguishes the `clientMessageId`s of runs on the same data.
fn run_number() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros() as u64)
}

/// Sends at a fixed rate from a thread of its own, because timers of the runtime have a resolution of a millisecond.
fn pace(shared: &Shared, senders: &[(Sender, String)], rate: u32) -> io::Result<()> {
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
        let number = id as usize % senders.len();
        let (sender, conversation) = &senders[number];
        frame.clear();
        let name = format!("{:x}-{number}", shared.run);
        write_send(&mut frame, conversation, &name, u64::from(id), due.as_micros() as u64);
        sender.write_now(&frame)?;
    }
    Ok(())
}

struct Person {
    number: usize,
    conversation: String,
    sender: Sender,
    shared: Arc<Shared>,
}

impl Person {
    /// Notes what arrives.
    async fn listen(self, receiver: Receiver) -> io::Result<()> {
        receiver.run(|arrival| self.note(&arrival)).await
    }

    /// Answers each acknowledgement with the next message.
    async fn converse(self, receiver: Receiver) -> io::Result<()> {
        let (next, mut due) = mpsc::unbounded_channel();
        let (sender, conversation, shared) =
            (self.sender.clone(), self.conversation.clone(), self.shared.clone());
        let name = format!("{:x}-{}", shared.run, self.number);
        // The first; afterwards the acknowledgements say when.
        let _ = next.send(());
        let sending = async move {
            let mut frame = Vec::new();
            let mut id = 0;
            while due.recv().await.is_some() && !shared.stopping.load(Ordering::Relaxed) {
                frame.clear();
                write_send(&mut frame, &conversation, &name, id, stamp(shared.begin));
                id += 1;
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
