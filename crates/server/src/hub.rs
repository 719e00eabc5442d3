//! Takes committed events to the sockets they concern.
//!
//! ```text
//! writing thread ─ publish ─▶ delivery tasks, one scope always on the same one
//!                                 │ encode once per framing
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
mod encode;
mod people;
mod presence;
mod room;
mod rooms;

pub use client::Client;

use crate::socket::{Class, CloseReason};
use encode::Encoded;
use kith_api::{ConversationId, Envelope, Event, Scope, UserId, event::Head};
use kith_core::{Ctx, Publisher, sync};
use parking_lot::Mutex;
use people::People;
use presence::PresenceNews;
use rooms::Rooms;
use std::{
    hash::{BuildHasher, RandomState},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};
use tokio::sync::mpsc;

/// How often heads are compared and told.
const HEADS: Duration = Duration::from_secs(30);

/// The registry of this node's connections and the way of events to them.
pub struct Hub {
    ctx: OnceLock<Ctx>,
    rooms: Rooms,
    people: People,
    presence: PresenceNews,
    /// Held while somebody's subscriptions change, and taken before any other lock: a connection that is being set
    /// up or torn down and a membership event never cross.
    membership: Mutex<()>,
    lanes: Vec<mpsc::UnboundedSender<Vec<Envelope>>>,
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

    /// Notes a connection that is being set up, so that it hears of membership changes while it reads its snapshot.
    pub fn announce(&self, client: &Arc<Client>) {
        self.people.announce(client);
    }

    /// Subscribes a connection to its conversations, given with the versions that it has seen of them.
    pub fn join(self: &Arc<Self>, client: &Arc<Client>, heads: Vec<(ConversationId, i64)>) {
        let too_many = {
            let _alone = self.membership.lock();
            let (rooms, too_many) = self.people.join(client, heads, self.connections_per_user);
            for (id, version) in rooms {
                self.rooms.subscribe(id, version, client);
            }
            too_many
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
        for id in self.people.leave(client) {
            self.rooms.unsubscribe(id, client);
        }
        self.presence.unwatch(client);
    }

    fn deliver(self: &Arc<Self>, envelope: Envelope) {
        let accepted = envelope.accepted;
        match envelope.scope {
            Scope::Conversation(id) => rooms::deliver(self, id, envelope),
            Scope::User(user) => self.deliver_to_person(user, &envelope.event),
        }
        if let Some(accepted) = accepted {
            crate::metrics::delivered(since(accepted));
        }
    }

    /// Tells all connections of one account, whatever the event means for the hub itself included.
    fn deliver_to_person(self: &Arc<Self>, user: UserId, event: &Event) {
        match event {
            Event::Presence(news) => {
                for client in self.people.connections(user) {
                    client.choose(news.status);
                }
                self.presence_changed(user);
            }
            Event::SessionRevoked(revoked) => {
                for client in self.people.connections(user) {
                    if client.actor.session_id() == revoked.session_id {
                        client.end(&revoked.reason, CloseReason::Revoked);
                    }
                }
            }
            event => {
                let frames = Encoded::new(event);
                let connections = self.people.connections(user);
                for client in &connections {
                    frames.push(client, Class::Durable);
                }
                crate::metrics::event(frames.name(), connections.len());
            }
        }
    }

    /// Reads what a room has missed and delivers it.
    fn catch_up(self: &Arc<Self>, id: ConversationId, after: i64) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            let Some(ctx) = hub.ctx() else { return };
            match sync::replay(ctx, id, after).await {
                Ok((missed, up_to)) => {
                    crate::metrics::gap_filled();
                    rooms::caught_up(&hub, id, missed, up_to);
                }
                Err(error) => {
                    tracing::warn!(conversation = %id, %error, "reading the log across a gap");
                    rooms::gave_up(&hub, id);
                }
            }
        });
    }

    /// Compares every room with the log, catches up where an event was lost, and tells subscribers of rooms that
    /// changed where they are.
    async fn compare_heads(self: &Arc<Self>) {
        let Some(ctx) = self.ctx() else { return };
        for ids in self.rooms.ids().chunks(500) {
            let heads = match sync::versions(ctx, ids.to_vec()).await {
                Ok(heads) => heads,
                Err(error) => {
                    tracing::warn!(%error, "comparing heads");
                    return;
                }
            };
            for (conversation_id, version) in heads {
                if let Some(behind) = self.rooms.tell_head(Head { conversation_id, version }) {
                    self.catch_up(conversation_id, behind);
                }
            }
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
            let _ = lane.send(envelopes);
            return;
        }
        let mut parts: Vec<Vec<Envelope>> = self.lanes.iter().map(|_| Vec::new()).collect();
        for envelope in envelopes {
            let lane = self.hasher.hash_one(envelope.scope) as usize % parts.len();
            parts[lane].push(envelope);
        }
        for (lane, part) in self.lanes.iter().zip(parts) {
            if !part.is_empty() {
                let _ = lane.send(part);
            }
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

async fn deliver_lane(hub: Weak<Hub>, mut batches: mpsc::UnboundedReceiver<Vec<Envelope>>) {
    while let Some(batch) = batches.recv().await {
        let Some(hub) = hub.upgrade() else { return };
        for envelope in batch {
            // A defect in one delivery must not end those of all other conversations; what it leaves out is read
            // from the log when heads are compared.
            if catch_unwind(AssertUnwindSafe(|| hub.deliver(envelope))).is_err() {
                crate::metrics::panicked("hub");
                tracing::error!("delivering an event panicked");
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
        hub.tell_presence().await;
        if let Some(ctx) = hub.ctx() {
            kith_core::typing::expire(ctx);
            if let Err(error) = kith_core::accounts::sessions::notice_ended(ctx).await {
                tracing::warn!(%error, "looking for sessions that were ended elsewhere");
            }
        }
        if passed.is_multiple_of(HEADS.as_secs()) {
            hub.compare_heads().await;
            hub.people.sweep();
        }
    }
}
