//! One publisher in a room: each message goes to every other member.

use super::{Figures, Meter, WARM_UP, connect, figures, histogram, milliseconds, record, run_number, stamp};
use crate::{
    experiment::Experiment,
    system::{Account, Store, System},
    wire::{Arrival, Sender, is_success, read_stamp},
};
use hdrhistogram::Histogram;
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

/// Messages that one run may send.
const MOST: usize = 400_000;

/// Every how many members one writes down latencies.
const SAMPLE: usize = 16;

/// Frames that are written at once when the window allows it.
const BURST: usize = 64;

/// Members that a conversation can be made with over HTTP; more are written into the database.
const AT_ONCE: usize = 1000;

/// A room of this size, with so many messages on their way.
pub(crate) struct Busy {
    pub(crate) size: usize,
    pub(crate) window: usize,
    pub(crate) duration: Duration,
}

impl Experiment for Busy {
    type Stage = Room;

    async fn prepare(&self, system: &mut System) -> io::Result<Room> {
        prepare(system, self.size).await
    }

    async fn run(&self, system: &mut System, room: &Room) -> io::Result<Figures> {
        run(system, room, self.window, self.duration).await
    }
}

/// A room and who is in it; the first is the publisher.
pub(crate) struct Room {
    pub(crate) members: Vec<Account>,
    pub(crate) conversation: String,
}

/// Makes the accounts and the conversation.
pub(crate) async fn prepare(system: &mut System, size: usize) -> io::Result<Room> {
    let members = system.accounts(size).await?;
    let at_once = if system.kind.is_kith() { size.min(AT_ONCE) } else { size };
    let conversation = system.conversation(&members[..at_once].iter().collect::<Vec<_>>()).await?;
    if at_once < size {
        let ids: Vec<String> = members[at_once..].iter().map(|member| member.id.clone()).collect();
        let conversation = conversation.clone();
        system.fill(move |store| admit(store, &conversation, &ids)).await?;
        system.restart().await?;
    }
    Ok(Room { members, conversation })
}

/// Makes people members of a conversation of Kith's.
fn admit(store: &mut Store, conversation: &str, people: &[String]) -> io::Result<()> {
    let conversation = store.id(conversation);
    let rows: Vec<String> = people
        .iter()
        .map(|person| format!("({conversation}, {}, 'member', 0, 0, 0, 0)", store.id(person)))
        .collect();
    let columns = "conversation_id, user_id, role, joined_at, joined_version, delivered_seq, read_seq";
    store.insert(&format!("members ({columns})"), &rows)
}

struct Shared {
    begin: Instant,
    /// For each message, how many members have yet to get it.
    missing: Vec<AtomicU32>,
    window: Semaphore,
    deliveries: AtomicU64,
    acknowledged: AtomicU64,
    failures: AtomicU64,
    counting: AtomicBool,
    latencies: Mutex<(Histogram<u64>, Histogram<u64>)>,
}

/// Publishes for `duration` with at most `window` messages on their way: sent, but not yet with every member.
pub(crate) async fn run(
    system: &System,
    room: &Room,
    window: usize,
    duration: Duration,
) -> io::Result<Figures> {
    let readers = room.members.len() - 1;
    let shared = Arc::new(Shared {
        begin: Instant::now(),
        missing: (0..MOST).map(|_| AtomicU32::new(readers as u32)).collect(),
        window: Semaphore::new(window),
        deliveries: AtomicU64::new(0),
        acknowledged: AtomicU64::new(0),
        failures: AtomicU64::new(0),
        counting: AtomicBool::new(false),
        latencies: Mutex::new((histogram(), histogram())),
    });
    let mut connections = connect(system, &room.members).await?.into_iter();
    let publisher = connections.next().ok_or(io::ErrorKind::InvalidInput)?;
    let mut tasks = vec![tokio::spawn({
        let shared = shared.clone();
        publisher.receiver.run(move |arrival| shared.acknowledge(&arrival))
    })];
    for (number, connection) in connections.enumerate() {
        let shared = shared.clone();
        let reading = connection.receiver.run(move |arrival| shared.deliver(&arrival, number % SAMPLE == 0));
        tasks.push(tokio::spawn(reading));
    }
    let publishing = tokio::spawn(publish(shared.clone(), publisher.sender, room.conversation.clone()));
    // What servers do once after a sign-in, such as telling everybody who is there, is over by then.
    sleep(WARM_UP).await;
    shared.counting.store(true, Ordering::Relaxed);
    let (from, meter) = (shared.counts(), Meter::start(system)?);
    sleep(duration).await;
    let ((cpu, seconds), to) = (meter.read()?, shared.counts());
    shared.window.close();
    let published = publishing.await;
    let lost = tasks.iter().filter(|task| task.is_finished()).count();
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    published.map_err(io::Error::other)??;
    if lost > 0 || to.2 > 0 {
        return Err(io::Error::other(format!("{lost} connections were lost, {} messages refused", to.2)));
    }
    let (deliveries, messages) = ((to.0 - from.0) as f64, (to.1 - from.1) as f64);
    let latencies = shared.latencies.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(figures([
        ("CPU µs a delivery", cpu / deliveries),
        ("deliveries a second", deliveries / seconds),
        ("messages a second", messages / seconds),
        ("ack p50 ms", milliseconds(&latencies.0, 0.5)),
        ("ack p99 ms", milliseconds(&latencies.0, 0.99)),
        ("delivery p50 ms", milliseconds(&latencies.1, 0.5)),
        ("delivery p99 ms", milliseconds(&latencies.1, 0.99)),
        ("CPU % of a core", cpu / seconds / 1e4),
    ]))
}

async fn publish(shared: Arc<Shared>, publisher: Sender, conversation: String) -> io::Result<()> {
    let name = format!("{:x}", run_number());
    let mut frames = Vec::new();
    let mut next = 0;
    while next < MOST {
        // Closed when the time is up.
        let Ok(permit) = shared.window.acquire().await else { return Ok(()) };
        permit.forget();
        let mut count = 1;
        while count < BURST && next + count < MOST {
            let Ok(permit) = shared.window.try_acquire() else { break };
            permit.forget();
            count += 1;
        }
        frames.clear();
        for id in next..next + count {
            publisher.append_message(&mut frames, &conversation, &name, id as u64, stamp(shared.begin));
        }
        next += count;
        publisher.write(&frames).await?;
    }
    Err(io::Error::other("more messages than one run may send"))
}

impl Shared {
    fn counts(&self) -> (u64, u64, u64) {
        (
            self.deliveries.load(Ordering::Relaxed),
            self.acknowledged.load(Ordering::Relaxed),
            self.failures.load(Ordering::Relaxed),
        )
    }

    fn acknowledge(&self, arrival: &Arrival<'_>) -> bool {
        let Arrival::Ack(_, text) = arrival else { return true };
        if !is_success(text) {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        if let Some((_, stamped)) = read_stamp(text) {
            self.latency(stamped, |latencies| &mut latencies.0);
        }
        true
    }

    fn deliver(&self, arrival: &Arrival<'_>, sampled: bool) -> bool {
        let Arrival::Message(text) = arrival else { return true };
        let Some((id, stamped)) = read_stamp(text) else { return true };
        self.deliveries.fetch_add(1, Ordering::Relaxed);
        if sampled {
            self.latency(stamped, |latencies| &mut latencies.1);
        }
        let missing = usize::try_from(id).ok().and_then(|id| self.missing.get(id));
        if missing.is_some_and(|missing| missing.fetch_sub(1, Ordering::Relaxed) == 1) {
            self.window.add_permits(1);
        }
        true
    }

    fn latency(
        &self,
        stamped: u64,
        which: impl Fn(&mut (Histogram<u64>, Histogram<u64>)) -> &mut Histogram<u64>,
    ) {
        if self.counting.load(Ordering::Relaxed) {
            let mut latencies = self.latencies.lock().unwrap_or_else(PoisonError::into_inner);
            record(which(&mut latencies), self.begin, stamped);
        }
    }
}
