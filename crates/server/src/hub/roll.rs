//! Who is connected to which node: every node keeps the whole roll, and tells the others how its own part changes.
//!
//! Changes are numbered, so that a node that missed one notices and asks for the whole part; a node that is silent
//! counts as gone with all its people. (After Phoenix Tracker, but each node speaks for itself alone, so that there is
//! nothing to merge.)

use super::cluster::Packet;
use super::{Hub, presence};
use crate::bus::{NodeId, Subject};
use crate::unpanicked::unpanicked;
use kith_api::{ConversationId, UserId, view::Presence};
use kith_core::sync;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// How long changes are collected before they are told.
const COLLECT: Duration = Duration::from_millis(100);
/// How often a node says that it is there.
const HERE: Duration = Duration::from_secs(3);
/// Silence after which a node counts as gone.
const GONE: Duration = Duration::from_secs(10);
/// People in one packet.
const PART: usize = 500;

/// One person's entry: who, what they show (`None`: no longer there), and the conversations in which it is of interest.
type Change = (UserId, Option<Presence>, Vec<ConversationId>);

/// What nodes tell each other of who is connected.
#[derive(Serialize, Deserialize)]
pub(super) enum Roll {
    /// Changes, with their number.
    Changes(u64, Vec<Change>),
    /// A part of everybody, as of this number: which of how many.
    Part(u64, Vec<(UserId, Presence)>, usize, usize),
    /// Nothing has changed since this number.
    Here(u64),
    /// A question for everybody of this node.
    Ask,
    /// This person is new here; who of those in their conversations is there?
    Who(UserId, Vec<ConversationId>),
    /// These, for that person, and what they show.
    These(UserId, Vec<(UserId, Presence)>),
    /// The node ends.
    Goodbye,
}

/// This node's part of the roll that was not told yet, and how far the parts of the others go.
#[derive(Default)]
pub(super) struct RollBook {
    changed: Mutex<HashMap<UserId, Vec<ConversationId>>>,
    wake: Notify,
    /// Number of the last changes that were told.
    number: Mutex<u64>,
    nodes: Mutex<HashMap<NodeId, Node>>,
}

struct Node {
    /// Of the last changes that were heard.
    number: u64,
    heard: Instant,
    /// What has arrived of everybody as of some number, by part.
    parts: (u64, HashMap<usize, Vec<(UserId, Presence)>>),
}

impl RollBook {
    /// From now on the silence of each node counts anew.
    pub(super) fn all_were_heard(&self) {
        self.nodes.lock().values_mut().for_each(|node| node.heard = Instant::now());
    }
}

impl Hub {
    /// Notes that somebody came to this node, left it, or shows another thing.
    pub(super) fn enter_roll(&self, user: UserId, rooms: Vec<ConversationId>) {
        if self.cluster.get().is_some() {
            self.presence.roll.changed.lock().insert(user, rooms);
            self.presence.roll.wake.notify_one();
        }
    }

    /// Asks every node for its people.
    pub(super) fn ask_the_roll(&self) {
        self.tell_nodes(Subject::Everyone, Roll::Ask);
    }

    /// Asks every node who in these conversations is there.
    pub(super) fn ask_who_is_there(&self, user: UserId, rooms: Vec<ConversationId>) {
        self.tell_nodes(Subject::Everyone, Roll::Who(user, rooms));
    }

    /// Tells the others that this node ends, so that they need not wait for its silence.
    pub fn leave_cluster(&self) {
        self.tell_nodes(Subject::Everyone, Roll::Goodbye);
    }

    fn tell_nodes(&self, subject: Subject, roll: Roll) {
        if let Some(cluster) = self.cluster.get() {
            cluster.publish(subject, &Packet::Roll(roll));
        }
    }

    /// Tells what has changed.
    fn tell_changes(&self) {
        let Some(ctx) = self.ctx() else { return };
        let changed: Vec<_> = std::mem::take(&mut *self.presence.roll.changed.lock()).into_iter().collect();
        let mut number = self.presence.roll.number.lock();
        for part in changed.chunks(PART) {
            *number += 1;
            let change =
                |(user, rooms): &(UserId, Vec<_>)| (*user, ctx.presence().here(*user), rooms.clone());
            self.tell_nodes(Subject::Everyone, Roll::Changes(*number, part.iter().map(change).collect()));
        }
    }

    /// Tells one node everybody.
    fn tell_everybody(&self, node: NodeId) {
        let Some(ctx) = self.ctx() else { return };
        // Held, so that what is told as a change afterwards has a higher number.
        let number = self.presence.roll.number.lock();
        let everybody = ctx.presence().all_here();
        let parts: Vec<_> = match everybody.is_empty() {
            true => vec![&[][..]],
            false => everybody.chunks(PART).collect(),
        };
        for (place, part) in parts.iter().enumerate() {
            self.tell_nodes(Subject::Node(node), Roll::Part(*number, part.to_vec(), place, parts.len()));
        }
    }

    /// Takes what another node tells.
    pub(super) fn take_roll(self: &Arc<Self>, from: NodeId, roll: Roll) {
        match roll {
            Roll::Ask => self.tell_everybody(from),
            Roll::Who(user, rooms) => {
                let there: Vec<_> = presence::contacts(self, user, &rooms).into_iter().collect();
                if !there.is_empty() {
                    self.tell_nodes(Subject::Node(from), Roll::These(user, there));
                }
            }
            Roll::These(user, contacts) => presence::tell_all(self, user, &contacts),
            Roll::Here(number) => {
                if !self.keeps_up(from, number, 0) {
                    self.tell_nodes(Subject::Node(from), Roll::Ask);
                }
            }
            Roll::Changes(number, changes) => {
                if self.keeps_up(from, number, 1) {
                    self.apply(from, changes);
                } else {
                    self.tell_nodes(Subject::Node(from), Roll::Ask);
                }
            }
            Roll::Part(number, part, place, count) => {
                if let Some(everybody) = self.collect(from, number, part, place, count) {
                    self.replace(from, &everybody);
                }
            }
            Roll::Goodbye => {
                if self.presence.roll.nodes.lock().remove(&from).is_some() {
                    self.replace(from, &HashMap::new());
                }
            }
        }
    }

    /// Whether a node's number is `step` above what was heard of it last; if so it is noted.
    fn keeps_up(&self, from: NodeId, number: u64, step: u64) -> bool {
        let mut nodes = self.presence.roll.nodes.lock();
        let Some(node) = nodes.get_mut(&from) else { return false };
        node.heard = Instant::now();
        let is_next = node.number + step == number;
        if is_next {
            node.number = number;
        }
        is_next
    }

    /// Puts the parts of everybody together; everybody, when they are complete.
    fn collect(
        &self,
        from: NodeId,
        number: u64,
        part: Vec<(UserId, Presence)>,
        place: usize,
        count: usize,
    ) -> Option<HashMap<UserId, Presence>> {
        let mut nodes = self.presence.roll.nodes.lock();
        let node = nodes.entry(from).or_insert_with(|| Node {
            // Not until everybody of it is known.
            number: u64::MAX,
            heard: Instant::now(),
            parts: Default::default(),
        });
        node.heard = Instant::now();
        let is_old = node.number != u64::MAX && number < node.number;
        if is_old {
            return None;
        }
        if node.parts.0 != number {
            node.parts = (number, HashMap::new());
        }
        node.parts.1.insert(place, part);
        if node.parts.1.len() < count {
            return None;
        }
        node.number = number;
        Some(std::mem::take(&mut node.parts.1).into_values().flatten().collect())
    }

    fn apply(self: &Arc<Self>, from: NodeId, changes: Vec<Change>) {
        let Some(ctx) = self.ctx() else { return };
        for (user, shown, rooms) in changes {
            if ctx.presence().heard(from.0, user, shown).shown {
                self.presence_changed(user, rooms);
            }
        }
    }

    fn replace(self: &Arc<Self>, from: NodeId, everybody: &HashMap<UserId, Presence>) {
        let Some(ctx) = self.ctx() else { return };
        let changed = ctx.presence().heard_all(from.0, everybody);
        if changed.is_empty() {
            return;
        }
        let hub = Arc::clone(self);
        tokio::spawn(async move { hub.find_rooms(changed).await });
    }

    /// Tells of people whose conversations nobody named: the store knows them.
    async fn find_rooms(self: &Arc<Self>, users: Vec<UserId>) {
        let Some(ctx) = self.ctx() else { return };
        for part in users.chunks(PART) {
            match sync::conversations_of(ctx, part.to_vec()).await {
                Ok(mut rooms) => {
                    for user in part {
                        self.presence_changed(*user, rooms.remove(user).unwrap_or_default());
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "looking for the conversations of people whose node is gone");
                    return;
                }
            }
        }
    }

    /// Forgets nodes that have been silent.
    fn forget_silent_nodes(self: &Arc<Self>) {
        let silent: Vec<_> = {
            let mut nodes = self.presence.roll.nodes.lock();
            nodes.extract_if(|_, node| node.heard.elapsed() >= GONE).map(|(id, _)| id).collect()
        };
        for node in silent {
            tracing::warn!(node = %node.0, "a node is gone");
            self.replace(node, &HashMap::new());
        }
    }
}

/// Tells changes soon after they happen, and says every few seconds that this node is there.
pub(super) async fn call(hub: Weak<Hub>) {
    let mut here = tokio::time::interval(HERE);
    here.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let Some(strong) = hub.upgrade() else { return };
        tokio::select! {
            () = strong.presence.roll.wake.notified() => {
                sleep(COLLECT).await;
                unpanicked("roll", || strong.tell_changes());
            }
            _ = here.tick() => {
                let number = *strong.presence.roll.number.lock();
                strong.tell_nodes(Subject::Everyone, Roll::Here(number));
                // While the bus is away everybody is silent, and nothing is known of them.
                if !strong.is_cut_off() {
                    unpanicked("roll", || strong.forget_silent_nodes());
                }
            }
        }
    }
}
