//! The hub and the other nodes: what it tells them, and what it makes of what they tell.

use super::delivery::{Delivery, Effect, Packed};
use super::roll::{self, Roll};
use super::{Hub, Load, rooms};
use crate::bus::{Bus, News, NodeId, Subject};
use crate::unpanicked::unpanicked;
use bytes::Bytes;
use kith_api::event::SessionRevoked;
use kith_api::{ConversationId, Event, Scope, Timestamp, UserId};
use kith_core::sync;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long a connection that is being set up waits for the bus to confirm that this node hears of its account. Later,
/// what it did not hear is found in the store.
const CONFIRMATION: Duration = Duration::from_millis(500);
/// How long conversations that are newly heard of are collected before they are compared with the store.
const TOGETHER: Duration = Duration::from_millis(20);
/// How far back memberships are looked for that the bus did not tell of, beyond the last look, seconds: nodes whose
/// clocks differ by more need theirs set.
const LOOK_BACK: i64 = 300;

/// What one node tells others.
#[derive(Serialize, Deserialize)]
pub(super) enum Packet<'p> {
    /// Something happened.
    #[serde(rename = "e", borrow)]
    Event(Packed<'p>),
    /// The account of the subject is in this conversation since this version.
    #[serde(rename = "c")]
    Came(ConversationId, i64),
    /// Who is connected where.
    #[serde(rename = "r")]
    Roll(Roll),
    /// A session of this account was ended. For all nodes: those without a connection remember sessions, too.
    #[serde(rename = "s")]
    Revoked(UserId, SessionRevoked),
    /// What is remembered of this account is no longer so.
    #[serde(rename = "f")]
    Forget(UserId),
}

/// This node among the others.
pub(super) struct Cluster {
    node: NodeId,
    bus: Arc<dyn Bus>,
    /// Whether the bus is away.
    away: AtomicBool,
    /// Connections that wait to be told that this node hears of their account.
    waiting: Mutex<HashMap<UserId, Vec<oneshot::Sender<()>>>>,
    /// When memberships were last looked for, by the wall clock.
    looked: AtomicI64,
}

impl Cluster {
    /// Tells other nodes what this one committed or whispered.
    pub(super) fn tell(&self, scope: Scope, delivery: &Delivery) {
        match (scope, &delivery.effect) {
            (Scope::Conversation(id), effect) => {
                self.publish(Subject::Conversation(id), &Packet::Event(delivery.packed()));
                if let Some(version) = delivery.version {
                    self.tell_those_who_came(id, version, effect);
                }
            }
            (Scope::User(user), Effect::Revocation(revoked)) => {
                self.publish(Subject::Everyone, &Packet::Revoked(user, revoked.clone()));
            }
            (Scope::User(user), _) => {
                self.publish(Subject::User(user), &Packet::Event(delivery.packed()));
            }
        }
    }

    /// Their nodes may not hear of the conversation yet.
    fn tell_those_who_came(&self, id: ConversationId, version: i64, effect: &Effect) {
        let Effect::Arrival(users) = effect else { return };
        for user in users {
            self.publish(Subject::User(*user), &Packet::Came(id, version));
        }
    }

    /// Publishes a packet: the name of this node, and JSON.
    pub(super) fn publish(&self, subject: Subject, packet: &Packet<'_>) {
        let mut bytes = self.node.0.simple().to_string().into_bytes();
        match serde_json::to_writer(&mut bytes, packet) {
            Ok(()) => self.bus.publish(subject, bytes.into()),
            Err(error) => tracing::error!(%error, "encoding a packet"),
        }
    }

    /// Asks to be told of what concerns an account; what to wait for until that is so. `is_first`: it was not until now.
    pub(super) fn hear_of(
        &self,
        user: UserId,
        is_first: bool,
    ) -> Option<impl Future<Output = ()> + Send + use<>> {
        let confirmed = {
            let mut waiting = self.waiting.lock();
            if !is_first && !waiting.contains_key(&user) {
                return None;
            }
            let (confirm, confirmed) = oneshot::channel();
            waiting.entry(user).or_default().push(confirm);
            confirmed
        };
        if is_first {
            self.bus.subscribe(vec![Subject::User(user)]);
        }
        let is_away = self.away.load(Ordering::Relaxed);
        (!is_away).then_some(async move {
            let _ = tokio::time::timeout(CONFIRMATION, confirmed).await;
        })
    }
}

impl Hub {
    /// Makes this hub one of several. Must be called inside a Tokio runtime, after [`Hub::attach`].
    pub fn join_cluster(
        self: &Arc<Self>,
        node: NodeId,
        bus: Arc<dyn Bus>,
        news: mpsc::UnboundedReceiver<News>,
    ) {
        bus.subscribe(vec![Subject::Everyone, Subject::Node(node)]);
        let looked = AtomicI64::new(self.ctx().map_or(0, |ctx| ctx.now().0));
        let (away, waiting) = (AtomicBool::new(true), Mutex::default());
        if self.cluster.set(Cluster { node, bus, away, waiting, looked }).is_ok() {
            tokio::spawn(hear(Arc::downgrade(self), node, news));
            tokio::spawn(roll::call(Arc::downgrade(self)));
        }
    }

    /// Whether there are other nodes and no way to them.
    pub(super) fn is_cut_off(&self) -> bool {
        self.cluster.get().is_some_and(|cluster| cluster.away.load(Ordering::Relaxed))
    }

    /// Asks other nodes to be told of these.
    pub(super) fn listen(&self, subjects: Vec<Subject>) {
        if let Some(cluster) = self.cluster.get().filter(|_| !subjects.is_empty()) {
            cluster.bus.subscribe(subjects);
        }
    }

    /// The opposite of [`Self::listen`].
    pub(super) fn stop_listening(&self, subjects: Vec<Subject>) {
        if let Some(cluster) = self.cluster.get().filter(|_| !subjects.is_empty()) {
            cluster.bus.unsubscribe(subjects);
        }
    }

    /// Hears of conversations of which it did not until now: what happened in them between the look into the store that
    /// subscribed to them and the subscription is found by a second look, once the bus has confirmed it.
    pub(super) fn hear_of_rooms(self: &Arc<Self>, ids: Vec<ConversationId>) {
        match self.cluster.get() {
            Some(_) => self.listen(ids.into_iter().map(Subject::Conversation).collect()),
            None => self.compare_soon(ids),
        }
    }

    /// Compares these with the store, together with what else is to be compared at about this time: many who come back
    /// at once are one question.
    fn compare_soon(self: &Arc<Self>, ids: Vec<ConversationId>) {
        let is_first = {
            let mut opened = self.opened.lock();
            let was_empty = opened.is_empty();
            opened.extend(ids);
            was_empty && !opened.is_empty()
        };
        if is_first {
            let hub = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(TOGETHER).await;
                let opened = std::mem::take(&mut *hub.opened.lock());
                hub.compare_heads(&opened, false).await;
            });
        }
    }

    /// Looks in the store for entries of accounts' own logs that the bus did not tell of, and lets their connections
    /// sync. An entry that nobody is told of, because its conversation tells it, asks for that once too often.
    pub(super) async fn compare_accounts(self: &Arc<Self>) {
        let (Some(_), Some(ctx)) = (self.cluster.get(), self.ctx()) else { return };
        for users in self.people.ids().chunks(500) {
            match sync::account_versions(ctx, users.to_vec()).await {
                Ok(versions) => {
                    for (user, version) in versions {
                        self.people
                            .compare(user, version)
                            .iter()
                            .for_each(|client| rooms::tell_missed(client));
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "comparing the logs of accounts");
                    return;
                }
            }
        }
    }

    /// Looks in the store for memberships that the bus did not tell of.
    pub(super) async fn find_arrivals(self: &Arc<Self>) {
        let (Some(cluster), Some(ctx)) = (self.cluster.get(), self.ctx()) else { return };
        let now = ctx.now();
        let since = Timestamp(cluster.looked.load(Ordering::Relaxed)).plus_seconds(-LOOK_BACK);
        for users in self.people.ids().chunks(500) {
            match sync::arrivals(ctx, users.to_vec(), since).await {
                Ok(arrivals) => {
                    for (user, id, version) in arrivals {
                        if !self.people.is_in(user, id) {
                            rooms::came(self, user, id, version);
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "looking for new memberships");
                    return;
                }
            }
        }
        cluster.looked.store(now.0, Ordering::Relaxed);
    }
}

/// Takes what the bus tells.
async fn hear(hub: Weak<Hub>, node: NodeId, mut news: mpsc::UnboundedReceiver<News>) {
    let own = node.0.simple().to_string();
    while let Some(news) = news.recv().await {
        let Some(hub) = hub.upgrade() else { return };
        unpanicked("bus", || hub.take_news(news, &own));
    }
}

impl Hub {
    fn take_news(self: &Arc<Self>, news: News, own: &str) {
        let hub = self;
        let Some(cluster) = self.cluster.get() else { return };
        match news {
            News::Heard(subject, packet) => {
                if packet.starts_with(own.as_bytes()) {
                    return;
                }
                let scope = match subject {
                    Subject::Conversation(id) => Scope::Conversation(id),
                    Subject::User(id) => Scope::User(id),
                    // What nodes tell each other of themselves stays in order.
                    Subject::Node(_) | Subject::Everyone => Scope::User(UserId(cluster.node.0)),
                };
                // The receiver lives as long as the hub.
                let _ = hub.lanes[hub.lane(scope)].send(Load::Heard(subject, packet));
            }
            News::Subscribed(subjects) => {
                let mut ids = Vec::new();
                for subject in subjects {
                    match subject {
                        Subject::Conversation(id) => ids.push(id),
                        Subject::User(user) => drop(cluster.waiting.lock().remove(&user)),
                        Subject::Node(_) | Subject::Everyone => {}
                    }
                }
                hub.compare_soon(ids);
            }
            News::Restored => {
                cluster.away.store(false, Ordering::Relaxed);
                // Nobody could be heard, or told that an account has changed.
                hub.presence.roll.all_were_heard();
                if let Some(ctx) = hub.ctx() {
                    ctx.forget_accounts();
                }
                hub.ask_the_roll();
                let hub = Arc::clone(hub);
                tokio::spawn(async move {
                    hub.compare_heads(&hub.rooms.ids(), false).await;
                    hub.find_arrivals().await;
                });
            }
            News::Lost => {
                cluster.away.store(true, Ordering::Relaxed);
                // Whoever waits to be told goes on without.
                cluster.waiting.lock().clear();
            }
        }
    }
}

/// Delivers a packet of another node.
pub(super) fn deliver(hub: &Arc<Hub>, subject: Subject, packet: &Bytes) {
    let Some((from, text)) = packet.split_at_checked(uuid::fmt::Simple::LENGTH) else { return };
    let from = uuid::Uuid::try_parse_ascii(from).map(NodeId);
    let (Ok(from), Ok(packet)) = (from, serde_json::from_slice::<Packet<'_>>(text)) else {
        // Of a newer version; the log says the same in words that every version knows.
        tracing::debug!(%subject, "an unreadable packet");
        return;
    };
    match (packet, subject) {
        (Packet::Event(event), Subject::Conversation(id)) => {
            hub.deliver(Scope::Conversation(id), event.unpacked());
        }
        (Packet::Event(event), Subject::User(user)) => hub.deliver(Scope::User(user), event.unpacked()),
        (Packet::Revoked(user, revoked), _) => {
            hub.deliver_to_person(user, &Delivery::new(Event::SessionRevoked(revoked)));
        }
        (Packet::Came(id, version), Subject::User(user)) => {
            if !hub.people.is_in(user, id) {
                rooms::came(hub, user, id, version);
            }
        }
        (Packet::Roll(roll), _) => hub.take_roll(from, roll),
        (Packet::Forget(user), _) => {
            if let Some(ctx) = hub.ctx() {
                ctx.forget_account(user);
            }
        }
        (Packet::Event(_) | Packet::Came(..), _) => {}
    }
}
