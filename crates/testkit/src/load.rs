//! People who go on talking through any fault, and the comparison of what they were told with what everybody sees.

use crate::{
    Account,
    checker::{Observation, Record, Report, Seen, check},
};
use kith_api::{ConversationId, ErrorCode, command::SendMessage};
use kith_client::{Backoff, Device, Error, Rest, Timeline, Transport};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

/// How many talk, and how much.
#[derive(Clone, Debug)]
pub struct Plan {
    /// People; everybody is in one group, and each has a dm with the next. At least three.
    pub people: usize,
    /// Sends that each person has under way at a time.
    pub senders: usize,
    /// Messages a second that are asked for.
    pub rate: u32,
    /// What they send over in turn. Each has a second device that listens, and every transport is listened on.
    pub transports: &'static [Transport],
}

impl Default for Plan {
    /// Six people who ask for 900 messages a second.
    fn default() -> Self {
        Self { people: 6, senders: 5, rate: 900, transports: &Transport::ALL }
    }
}

impl Plan {
    /// Six people who ask for this many messages a second.
    pub fn at(rate: u32) -> Self {
        Self { rate, ..Self::default() }
    }
}

/// Longest wait for anything that must come in the end.
const PATIENCE: Duration = Duration::from_secs(60);

/// People who talk over every transport until they are told to [end](Load::end).
#[derive(Debug)]
pub struct Load {
    people: Vec<Account>,
    /// For each person, the conversations that they are in.
    conversations: Vec<Vec<ConversationId>>,
    /// Whose, and which.
    devices: Vec<(usize, Arc<Device>)>,
    senders: JoinSet<()>,
    /// For each sender, when the newest of its acknowledged sends was asked for.
    answered: Vec<watch::Receiver<Option<Instant>>>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    record: Record,
    stop: AtomicBool,
    acknowledged: watch::Sender<u64>,
    refusals: Mutex<HashMap<ErrorCode, usize>>,
}

impl Load {
    /// Makes accounts, conversations and two devices for each person on the server at `rest`, and begins to talk.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn begin(rest: &Rest, plan: &Plan) -> Self {
        Self::begin_at(std::slice::from_ref(rest), plan).await
    }

    /// As [`Self::begin`], with people who come to these addresses of the server in turn.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn begin_at(rests: &[Rest], plan: &Plan) -> Self {
        let mut people = Vec::new();
        for (number, rest) in rests.iter().cycle().take(plan.people).enumerate() {
            people.push(Account::register(rest, &format!("person{number}")).await);
        }
        let conversations = conversations(&people).await;
        let mut devices = Vec::new();
        for (number, person) in people.iter().enumerate() {
            let speaks = plan.transports[number % plan.transports.len()];
            for transport in [speaks, Transport::ALL[(number + 1) % 4]] {
                let rest = person.another_session().await.rest;
                let device = Device::connect(rest, transport, backoff()).await.expect("the device connects");
                devices.push((number, Arc::new(device)));
            }
        }
        let shared = Arc::new(Shared::default());
        let (mut senders, mut answered) = (JoinSet::new(), Vec::new());
        let pause = Duration::from_secs(1) * (plan.people * plan.senders) as u32 / plan.rate;
        for (number, person) in people.iter().enumerate() {
            let (_, device) = &devices[2 * number];
            for sender in 0..plan.senders {
                let (tell, told) = watch::channel(None);
                answered.push(told);
                let talker = Talker {
                    name: format!("{number}-{sender}"),
                    account: person.clone(),
                    device: Arc::clone(device),
                    conversations: conversations[number].clone(),
                    habit: [Habit::Insist, Habit::Once, Habit::Rest][sender % 3],
                    answered: tell,
                    shared: Arc::clone(&shared),
                };
                senders.spawn(talker.talk(pause));
            }
        }
        Self { people, conversations, devices, senders, answered, shared }
    }

    /// Who talks.
    pub fn people(&self) -> &[Account] {
        &self.people
    }

    /// The conversation of everybody.
    pub fn group(&self) -> ConversationId {
        self.conversations[0][0]
    }

    /// Messages acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        *self.shared.acknowledged.borrow()
    }

    /// Waits until so many more messages are acknowledged; returns how long that took.
    ///
    /// # Panics
    /// If it takes a minute.
    pub async fn go_on(&self, messages: u64) -> Duration {
        let (begin, mut acknowledged) = (Instant::now(), self.shared.acknowledged.subscribe());
        let enough = *acknowledged.borrow() + messages;
        timeout(PATIENCE, acknowledged.wait_for(|now| *now >= enough))
            .await
            .expect("sends are acknowledged")
            .expect("the load goes on");
        begin.elapsed()
    }

    /// Waits until everybody has asked for something from now on and was acknowledged; how long each sender took, the
    /// fastest first.
    ///
    /// # Panics
    /// If somebody takes a minute.
    pub async fn recover(&self) -> Vec<Duration> {
        let begin = Instant::now();
        let mut waiting = JoinSet::new();
        for sender in &self.answered {
            let mut sender = sender.clone();
            waiting.spawn(async move {
                let after = sender.wait_for(|asked| asked.is_some_and(|asked| asked > begin));
                timeout(PATIENCE, after).await.map(|_| begin.elapsed())
            });
        }
        let recovered: Result<Vec<_>, _> = waiting.join_all().await.into_iter().collect();
        let mut recovered =
            recovered.unwrap_or_else(|_| panic!("not everybody came back: {:?}", self.refusals()));
        recovered.sort();
        recovered
    }

    /// Waits until every device shows all that the server has now; returns how long that took.
    ///
    /// # Panics
    /// If a device does not catch up.
    pub async fn catch_up(&self) -> Duration {
        let begin = Instant::now();
        for (number, person) in self.people.iter().enumerate() {
            for id in &self.conversations[number] {
                let version = person.rest.conversation(*id).await.expect("members see it").version;
                for (index, (owner, device)) in self.devices.iter().enumerate() {
                    if *owner == number {
                        arrive(device, *id, version, &format!("{}'s device {index}", person.username)).await;
                    }
                }
            }
        }
        begin.elapsed()
    }

    /// How often sends of those who do not insist were refused, and why.
    pub fn refusals(&self) -> HashMap<ErrorCode, usize> {
        self.shared.refusals().clone()
    }

    /// Ends the load and compares what was acknowledged with what every device shows and what the server has kept.
    ///
    /// # Panics
    /// If a device does not catch up.
    pub async fn end(mut self) -> Report {
        self.shared.stop.store(true, Ordering::Relaxed);
        timeout(PATIENCE, async { while self.senders.join_next().await.is_some() {} })
            .await
            .expect("the senders come to an end");
        check(&self.shared.record.attempts(), &self.observe().await)
    }

    /// What every device shows once it has caught up, and what everybody's history says.
    async fn observe(&self) -> Vec<Observation> {
        let mut observations = Vec::new();
        for (number, person) in self.people.iter().enumerate() {
            for id in &self.conversations[number] {
                let history = person.rest.history(*id).await.expect("members read");
                observations.push(Observation {
                    observer: format!("{}'s history", person.username),
                    conversation_id: *id,
                    seen: history.iter().map(Seen::from).collect(),
                });
                let version = person.rest.conversation(*id).await.expect("members see it").version;
                for (index, (owner, device)) in self.devices.iter().enumerate() {
                    if *owner == number {
                        let observer = format!("{}'s device {index}", person.username);
                        let seen = shown(device, *id, version, &observer).await;
                        observations.push(Observation { observer, conversation_id: *id, seen });
                    }
                }
            }
        }
        observations
    }
}

/// Waits until a device has come to a version of a conversation.
async fn arrive(device: &Device, id: ConversationId, version: i64, observer: &str) {
    let arrived = |timeline: &Timeline| timeline.version >= version;
    let current = device.wait_for(PATIENCE, |view| view.timeline(id).is_some_and(arrived)).await;
    assert!(current, "{observer} does not catch up with version {version}");
}

/// What a device shows of a conversation once it has come to `version`.
async fn shown(device: &Device, id: ConversationId, version: i64, observer: &str) -> Vec<Seen> {
    arrive(device, id, version, observer).await;
    let view = device.view();
    view.timeline(id).map(|timeline| timeline.shown.iter().map(Seen::from).collect()).unwrap_or_default()
}

/// Short, so that what is measured is the server.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(20), Duration::from_millis(200))
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

impl Shared {
    fn refusals(&self) -> MutexGuard<'_, HashMap<ErrorCode, usize>> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
    answered: watch::Sender<Option<Instant>>,
    shared: Arc<Shared>,
}

impl Talker {
    async fn talk(self, pause: Duration) {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for number in 0_usize.. {
            ticks.tick().await;
            if self.shared.stop.load(Ordering::Relaxed) {
                return;
            }
            self.say(number).await;
        }
    }

    async fn say(&self, number: usize) {
        let conversation = self.conversations[number % self.conversations.len()];
        let (id, content) = (format!("{}-{number}", self.name), format!("{} says {number}", self.name));
        let message = SendMessage {
            conversation_id: Some(conversation),
            client_message_id: Some(id.clone()),
            content: Some(content.clone()),
            ..SendMessage::default()
        };
        let asked = Instant::now();
        let ticket = self.shared.record.invoke(self.account.id, conversation, &id, &content);
        let outcome = match self.habit {
            Habit::Insist => self.device.send(&message).await,
            Habit::Once => self.device.try_send(&message).await,
            Habit::Rest => self.account.rest.send(&message).await,
        };
        match outcome {
            Ok(message) => {
                ticket.ok(&message);
                self.shared.acknowledged.send_modify(|count| *count += 1);
                self.answered.send_replace(Some(asked));
            }
            Err(Error::Api(error)) => {
                *self.shared.refusals().entry(error.code).or_default() += 1;
                // A server on its way out, or without its database, may not know whether the write became durable.
                if !matches!(error.code, ErrorCode::Unavailable | ErrorCode::Internal) {
                    ticket.fail();
                }
            }
            Err(Error::Unanswered(_) | Error::Protocol(_)) => drop(ticket),
        }
    }
}
