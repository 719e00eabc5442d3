//! People who go on talking while the server is killed under them.

use crate::{
    Account, TestServer,
    checker::{Observation, Record, Report, Seen, check},
};
use kith_api::{ConversationId, ErrorCode, command::SendMessage};
use kith_client::{Backoff, Device, Error, Transport};
use std::{
    fmt,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

/// How hard it is made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How often the process is killed.
    pub kills: usize,
    /// How long it lives between two kills; the moment is random.
    pub life: Range<Duration>,
    /// Messages a second that are asked for.
    pub rate: u32,
}

impl Default for Plan {
    /// Five kills, with 900 messages a second asked for.
    fn default() -> Self {
        Self { kills: 5, life: Duration::from_millis(400)..Duration::from_millis(1500), rate: 900 }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The checker's verdict.
    pub report: Report,
    /// How long the server took to be ready again, each time.
    pub recoveries: Vec<Duration>,
    /// Messages acknowledged a second, while the server was up.
    pub rate: f64,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slowest = self.recoveries.iter().max().copied().unwrap_or_default();
        write!(
            f,
            "{} kills at {:.0} messages/s, ready again in at most {} ms: {}",
            self.recoveries.len(),
            self.rate,
            slowest.as_millis(),
            self.report
        )
    }
}

/// People of the load; everybody is in the group, and each has a dm with the next.
const PEOPLE: usize = 6;

/// Sends that each person has under way at a time.
const SENDERS: usize = 5;

/// Longest wait for the devices to catch up when the load is over.
const PATIENCE: Duration = Duration::from_secs(60);

/// Kills the server at random moments while people send over every transport, then compares what was acknowledged with
/// what every device shows and what the server has kept.
///
/// # Panics
/// If the server does not come back, or a device does not catch up.
pub async fn crash(server: &mut TestServer, plan: &Plan) -> Outcome {
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(server.account(&format!("person{number}")).await);
    }
    let conversations = conversations(&people).await;
    let mut devices = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let transports = [Transport::ALL[number % 4], Transport::ALL[(number + 1) % 4]];
        for transport in transports {
            let rest = person.another_session().await.rest;
            let device = Device::connect(rest, transport, backoff()).await.expect("the device connects");
            devices.push((number, Arc::new(device)));
        }
    }

    let load =
        Load { record: Record::default(), stop: AtomicBool::new(false), acknowledged: AtomicU64::new(0) };
    let load = Arc::new(load);
    let mut senders = JoinSet::new();
    let pause = Duration::from_secs(1) * (PEOPLE * SENDERS) as u32 / plan.rate;
    for (number, person) in people.iter().enumerate() {
        let (_, device) = &devices[2 * number];
        for sender in 0..SENDERS {
            let habit = [Habit::Insist, Habit::Once, Habit::Rest][sender % 3];
            let talker = Talker {
                name: format!("{number}-{sender}"),
                account: person.clone(),
                device: device.clone(),
                conversations: conversations[number].clone(),
                habit,
            };
            senders.spawn(talker.talk(load.clone(), pause));
        }
    }

    let mut recoveries = Vec::new();
    let (mut up, mut acknowledged) = (Duration::ZERO, 0);
    for _ in 0..plan.kills {
        let (begin, before) = (Instant::now(), load.acknowledged.load(Ordering::Relaxed));
        sleep(random(&plan.life)).await;
        server.kill();
        up += begin.elapsed();
        acknowledged += load.acknowledged.load(Ordering::Relaxed) - before;
        recoveries.push(server.restart().await);
        // Clients come back within their backoff; the next life counts from then on.
        sleep(Duration::from_millis(300)).await;
    }
    load.stop.store(true, Ordering::Relaxed);
    timeout(PATIENCE, async { while senders.join_next().await.is_some() {} })
        .await
        .expect("the senders come to an end");

    let observations = observe(&people, &conversations, &devices).await;
    Outcome {
        report: check(&load.record.attempts(), &observations),
        recoveries,
        rate: acknowledged as f64 / up.as_secs_f64(),
    }
}

/// Short, because there is one server and it is back soon.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(20), Duration::from_millis(200))
}

fn random(range: &Range<Duration>) -> Duration {
    let part = getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX));
    range.start + (range.end - range.start).mul_f64(part)
}

/// For each person, the conversations that they are in.
async fn conversations(people: &[Account]) -> Vec<Vec<ConversationId>> {
    let others: Vec<&Account> = people[1..].iter().collect();
    let group = people[0].group("Everybody", &others).await.id;
    let mut conversations = vec![vec![group]; people.len()];
    for (number, person) in people.iter().enumerate() {
        let next = (number + 1) % people.len();
        let dm = person.dm(&people[next]).await.id;
        conversations[number].push(dm);
        conversations[next].push(dm);
    }
    conversations
}

struct Load {
    record: Record,
    stop: AtomicBool,
    acknowledged: AtomicU64,
}

/// What somebody does when no answer comes.
#[derive(Clone, Copy)]
enum Habit {
    /// Sends again under the same name, over the socket, until there is an answer.
    Insist,
    /// Leaves it at that, over the socket.
    Once,
    /// Leaves it at that, over HTTP.
    Rest,
}

struct Talker {
    name: String,
    account: Account,
    device: Arc<Device>,
    conversations: Vec<ConversationId>,
    habit: Habit,
}

impl Talker {
    async fn talk(self, load: Arc<Load>, pause: Duration) {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for number in 0_usize.. {
            ticks.tick().await;
            if load.stop.load(Ordering::Relaxed) {
                return;
            }
            let conversation = self.conversations[number % self.conversations.len()];
            let (id, content) = (format!("{}-{number}", self.name), format!("{} says {number}", self.name));
            let message = SendMessage {
                conversation_id: Some(conversation),
                client_message_id: Some(id.clone()),
                content: Some(content.clone()),
                ..SendMessage::default()
            };
            let ticket = load.record.invoke(self.account.id, conversation, &id, &content);
            let outcome = match self.habit {
                Habit::Insist => self.device.send(&message).await,
                Habit::Once => self.device.try_send(&message).await,
                Habit::Rest => self.account.rest.send(&message).await,
            };
            match outcome {
                Ok(message) => {
                    ticket.ok(&message);
                    load.acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                // A server on its way out may not know whether the write became durable.
                Err(Error::Api(error))
                    if !matches!(error.code, ErrorCode::Unavailable | ErrorCode::Internal) =>
                {
                    ticket.fail();
                }
                Err(_) => drop(ticket),
            }
        }
    }
}

/// What every device shows once it has caught up, and what everybody's history says.
async fn observe(
    people: &[Account],
    conversations: &[Vec<ConversationId>],
    devices: &[(usize, Arc<Device>)],
) -> Vec<Observation> {
    let mut observations = Vec::new();
    for (number, person) in people.iter().enumerate() {
        for id in &conversations[number] {
            let history = person.rest.history(*id).await.expect("members read");
            observations.push(Observation {
                observer: format!("{}'s history", person.username),
                conversation_id: *id,
                seen: history.iter().map(Seen::from).collect(),
            });
            let version = person.rest.conversation(*id).await.expect("members see it").version;
            for (index, (_, device)) in devices.iter().enumerate().filter(|(_, (owner, _))| *owner == number)
            {
                let observer = format!("{}'s device {index}", person.username);
                let current = device
                    .wait_for(PATIENCE, |view| {
                        view.timeline(*id).is_some_and(|timeline| timeline.version >= version)
                    })
                    .await;
                assert!(current, "{observer} does not catch up with version {version}");
                let seen = match device.view().timeline(*id) {
                    Some(timeline) => timeline.shown.iter().map(Seen::from).collect(),
                    None => Vec::new(),
                };
                observations.push(Observation { observer, conversation_id: *id, seen });
            }
        }
    }
    observations
}
