//! Takes committed events to the sockets they concern.
//!
//! ```text
//! writing thread ─ publish ─▶ delivery tasks, one scope always on the same one
//!         the bus ── packets ──▶  │ encode once per framing   ── packets ──▶ the bus
//!                                 ▼
//!                     rooms (conversation → subscribers)   people (account → connections)
//!                                 │ push: one shared frame into each bounded queue
//!                                 ▼
//!                              sessions
//! ```
//!
//! The bus is a hint, the log is the truth: a room knows the number of its last event, delivers in order, and reads
//! the log across any gap. Membership changes are events of the same sequence, so whoever was removed at number *n*
//! gets nothing after *n*, however much is in flight.

mod client;
mod cluster;
mod delivery;
mod encode;
mod people;
mod presence;
mod roll;
mod room;
mod rooms;

pub use client::Client;

use crate::bus::Subject;
use crate::socket::{Class, CloseReason};
use crate::unpanicked::{unpanicked, unpanicked_async};
use bytes::Bytes;
use cluster::{Cluster, Packet};
use delivery::{Delivery, Effect};
use encode::Encoded;
use kith_api::{ConversationId, Envelope, Scope, UserId};
use kith_core::{Ctx, Publisher, sync};
use parking_lot::Mutex;
use people::People;
use presence::PresenceNews;
use rooms::Rooms;
use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};
use tokio::sync::mpsc;

/// How often heads are compared and told.
const HEADS: Duration = Duration::from_secs(30);

/// How long events of one conversation that come out of order are waited for before the log is read: other nodes do
/// not tell theirs in step with this one.
const GRACE: Duration = Duration::from_millis(50);

/// What a delivery task is given.
enum Load {
    /// What this node committed or whispered.
    Own(Vec<Envelope>),
    /// What the bus brought.
    Heard(Subject, Bytes),
}

/// The registry of this node's connections and the way of events to them.
pub struct Hub {
    ctx: OnceLock<Ctx>,
    /// The other nodes, if there can be any.
    cluster: OnceLock<Cluster>,
    /// Conversations that this node hears of since a moment ago, to be compared with the store together.
    opened: Mutex<Vec<ConversationId>>,
    rooms: Rooms,
    people: People,
    presence: PresenceNews,
    /// Held while somebody's subscriptions change, and taken before any other lock: a connection that is being set
    /// up or torn down and a membership event never cross.
    membership: Mutex<()>,
    lanes: Vec<mpsc::UnboundedSender<Load>>,
    hasher: RandomState,
    connections_per_user: usize,
}

impl Hub {
    /// Starts the delivery tasks. Must be called inside a Tokio runtime.
    pub fn start(lanes: usize, connections_per_user: usize) -> Arc<Self> {
        Arc::new_cyclic(|hub: &Weak<Self>| {
            let lanes = (0..lanes.max(1)).map(|_| {
                let (sender, receiver) = mpsc::unbounded_channel();
                tokio::spawn(deliver_lane(hub.clone(), receiver));
                sender
            });
            Self {
                ctx: OnceLock::new(),
                cluster: OnceLock::new(),
                opened: Mutex::default(),
                rooms: Rooms::default(),
                people: People::default(),
                presence: PresenceNews::default(),
                membership: Mutex::default(),
                lanes: lanes.collect(),
                hasher: RandomState::new(),
                connections_per_user,
            }
        })
    }

    /// Gives the hub the log to read, and starts what it does by the clock.
    pub fn attach(self: &Arc<Self>, ctx: Ctx) {
        if self.ctx.set(ctx).is_ok() {
            tokio::spawn(by_the_clock(Arc::downgrade(self)));
        }
    }

    fn ctx(&self) -> Option<&Ctx> {
        self.ctx.get()
    }

    /// The delivery task of a scope.
    fn lane(&self, scope: Scope) -> usize {
        self.hasher.hash_one(scope) as usize % self.lanes.len()
    }

    /// Notes a connection that is being set up, so that it hears of membership changes while it reads its snapshot.
    /// Returns when this node is told of them.
    pub async fn announce(&self, client: &Arc<Client>) {
        let confirmed = {
            // The last connection of the same account may be about to end what this one begins.
            let _alone = self.membership.lock();
            let is_first = self.people.announce(client);
            self.cluster.get().and_then(|cluster| cluster.hear_of(client.actor.user_id(), is_first))
        };
        if let Some(confirmed) = confirmed {
            confirmed.await;
        }
    }

    /// Subscribes a connection to its conversations, given with the versions that it has seen of them.
    pub fn join(self: &Arc<Self>, client: &Arc<Client>, heads: sync::Heads, calm: sync::Calm) {
        let too_many = {
            let _alone = self.membership.lock();
            let joined = self.people.join(client, heads, self.connections_per_user);
            let mut opened = Vec::new();
            for (id, version) in joined.rooms {
                if self.rooms.subscribe(id, version, client) {
                    opened.push(id);
                }
                if joined.missed.contains(&id) {
                    for other in &joined.behind {
                        self.rooms.subscribe(id, version, other);
                    }
                }
            }
            self.hear_of_rooms(opened);
            // Several nodes have more ways to miss something; there the store is asked.
            if self.cluster.get().is_none() {
                client.settle(calm);
            }
            joined.behind.iter().for_each(|other| rooms::tell_missed(other));
            joined.too_many
        };
        for other in too_many {
            // It may come back: whoever is signed in stays so.
            other.session.close(CloseReason::TooManyEvents);
        }
        self.attached(client);
        // It may have been signed out while it was being set up, when nobody could tell it.
        if self.ctx().is_some_and(|ctx| !ctx.is_live(&client.actor)) {
            client.end("signed_out", CloseReason::Revoked);
        }
        presence::greet(self, client);
    }

    /// Tells one connection something about itself.
    pub fn tell(&self, client: &Client, name: &'static str, payload: &impl serde::Serialize, class: Class) {
        Encoded::of(name, payload).push(client, class);
    }

    /// Forgets a connection that is gone for good.
    pub fn leave(self: &Arc<Self>, client: &Arc<Client>) {
        self.gone(client);
        let _alone = self.membership.lock();
        let (rooms, is_last) = self.people.leave(client);
        let closed = rooms.into_iter().filter(|id| self.rooms.unsubscribe(*id, client));
        let mut subjects: Vec<_> = closed.map(Subject::Conversation).collect();
        subjects.extend(is_last.then(|| Subject::User(client.actor.user_id())));
        self.stop_listening(subjects);
        self.presence.unwatch(client);
    }

    /// Delivers what this node committed or whispered, here and to the other nodes.
    fn deliver_own(self: &Arc<Self>, envelope: Envelope) {
        let accepted = envelope.accepted;
        let (scope, delivery) = Delivery::of(envelope);
        if let Some(cluster) = self.cluster.get() {
            cluster.tell(scope, &delivery);
        }
        self.deliver(scope, delivery);
        if let Some(accepted) = accepted {
            crate::metrics::delivered(since(accepted));
        }
    }

    fn deliver(self: &Arc<Self>, scope: Scope, delivery: Delivery) {
        match scope {
            Scope::Conversation(id) => rooms::deliver(self, id, delivery),
            Scope::User(user) => self.deliver_to_person(user, &delivery),
        }
    }

    /// Tells all connections of one account, whatever the event means for the hub itself included.
    fn deliver_to_person(self: &Arc<Self>, user: UserId, delivery: &Delivery) {
        match &delivery.effect {
            Effect::Choice(status) => self.chose(user, *status),
            Effect::Revocation(revoked) => {
                if let Some(ctx) = self.ctx() {
                    ctx.forget_session(revoked.session_id, user);
                }
                for client in self.people.connections(user) {
                    if client.actor.session_id() == revoked.session_id {
                        client.end(&revoked.reason, CloseReason::Revoked);
                    }
                }
            }
            _ => {
                let connections = self.people.tell(user, delivery.version);
                for client in &connections {
                    delivery.encoded.push(client, Class::Durable);
                }
                crate::metrics::event(delivery.encoded.name().clone(), connections.len());
            }
        }
    }

    /// Reads what a room has missed, unless it arrives meanwhile, and delivers it.
    fn catch_up(self: &Arc<Self>, id: ConversationId) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            if hub.cluster.get().is_some() {
                tokio::time::sleep(GRACE).await;
            }
            let mut after = rooms::still_missing(&hub, id);
            while let (Some(version), Some(ctx)) = (after, hub.ctx()) {
                after = match sync::replay(ctx, id, version).await {
                    Ok((missed, up_to)) => {
                        crate::metrics::gap_filled();
                        let missed = missed.into_iter().map(|envelope| Delivery::of(envelope).1).collect();
                        let mut again = None;
                        if !unpanicked("hub", || again = rooms::caught_up(&hub, id, missed, up_to)) {
                            rooms::gave_up(&hub, id);
                        }
                        again
                    }
                    Err(error) => {
                        tracing::warn!(conversation = %id, %error, "reading the log across a gap");
                        rooms::gave_up(&hub, id);
                        None
                    }
                };
            }
        });
    }

    /// Compares these rooms with the log, and catches up where an event was lost. If `tell`, subscribers of rooms that
    /// changed are told where they are.
    async fn compare_heads(self: &Arc<Self>, ids: &[ConversationId], tell: bool) {
        let Some(ctx) = self.ctx() else { return };
        for ids in ids.chunks(500) {
            match sync::versions(ctx, ids.to_vec()).await {
                Ok(heads) => rooms::compare(self, ids, &heads, tell),
                Err(error) => {
                    tracing::warn!(%error, "comparing heads");
                    return;
                }
            }
        }
    }

    /// Forgets accounts of which nothing is left.
    fn sweep(&self) {
        let _alone = self.membership.lock();
        let gone = self.people.sweep();
        self.stop_listening(gone.into_iter().map(Subject::User).collect());
    }

    /// Looks into the store whether an account is in a conversation, and does as it says.
    fn look(self: &Arc<Self>, user: UserId, id: ConversationId) {
        if !self.people.begin_look(user) {
            return;
        }
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            let found = match hub.ctx() {
                Some(ctx) => sync::membership(ctx, user, id).await,
                None => Ok(None),
            };
            match found {
                Ok(found) => rooms::found(&hub, user, id, found),
                Err(error) => {
                    tracing::warn!(conversation = %id, %error, "looking for a membership");
                    hub.people.forget_look(user);
                }
            }
        });
    }

    /// Ends what ended by itself: people who typed, sessions that another node ended.
    async fn expire(&self) {
        let Some(ctx) = self.ctx() else { return };
        kith_core::typing::expire(ctx);
        if let Err(error) = kith_core::accounts::sessions::notice_ended(ctx).await {
            tracing::warn!(%error, "looking for sessions that were ended elsewhere");
        }
    }

    /// Looks in the store for what the bus lost.
    async fn compare(self: &Arc<Self>, passed: u64) {
        let is_due = passed.is_multiple_of(HEADS.as_secs());
        if is_due || self.is_cut_off() {
            self.compare_heads(&self.rooms.ids(), is_due).await;
        }
        if is_due {
            self.sweep();
            self.find_arrivals().await;
            self.compare_accounts().await;
        }
    }

    fn forget_role(&self, id: ConversationId, user: UserId) {
        if let Some(ctx) = self.ctx() {
            ctx.forget_role(id, user);
        }
    }

    /// People connected to this node.
    pub fn people_count(&self) -> usize {
        self.people.count()
    }
}

impl Publisher for Hub {
    fn publish(&self, envelopes: Vec<Envelope>) {
        crate::metrics::batch(envelopes.len());
        if let [lane] = &self.lanes[..] {
            // The receiver lives as long as the hub.
            let _ = lane.send(Load::Own(envelopes));
            return;
        }
        let mut parts: Vec<Vec<Envelope>> = self.lanes.iter().map(|_| Vec::new()).collect();
        for envelope in envelopes {
            parts[self.lane(envelope.scope)].push(envelope);
        }
        for (lane, part) in self.lanes.iter().zip(parts) {
            if !part.is_empty() {
                let _ = lane.send(Load::Own(part));
            }
        }
    }

    fn forget(&self, account: UserId) {
        if let Some(cluster) = self.cluster.get() {
            cluster.publish(Subject::Everyone, &Packet::Forget(account));
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "latency is measured on the monotonic clock, and decides nothing"
)]
fn since(accepted: std::time::Instant) -> Duration {
    accepted.elapsed()
}

async fn deliver_lane(hub: Weak<Hub>, mut loads: mpsc::UnboundedReceiver<Load>) {
    while let Some(load) = loads.recv().await {
        let Some(hub) = hub.upgrade() else { return };
        match load {
            Load::Own(envelopes) => {
                for envelope in envelopes {
                    unpanicked("hub", || hub.deliver_own(envelope));
                }
            }
            Load::Heard(subject, packet) => {
                unpanicked("hub", || cluster::deliver(&hub, subject, &packet));
            }
        }
    }
}

async fn by_the_clock(hub: Weak<Hub>) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut passed = 0u64;
    loop {
        seconds.tick().await;
        passed += 1;
        let Some(hub) = hub.upgrade() else { return };
        unpanicked_async("presence", hub.tell_presence()).await;
        unpanicked_async("hub", hub.expire()).await;
        unpanicked_async("hub", hub.compare(passed)).await;
    }
}
