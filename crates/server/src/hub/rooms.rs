//! Rooms by conversation, and the way of an event through one.

use super::encode::Encoded;
use super::room::{Room, Turn};
use super::{Client, Hub};
use crate::socket::Class;
use kith_api::event::Heads;
use kith_api::{ConversationId, Envelope, Event, UserId, event::Head};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

const SHARDS: usize = 64;

/// Conversations that somebody on this node listens to.
pub(super) struct Rooms {
    shards: Vec<Mutex<HashMap<ConversationId, Room>>>,
}

impl Default for Rooms {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Rooms {
    fn shard(&self, id: ConversationId) -> &Mutex<HashMap<ConversationId, Room>> {
        // The last bytes of a UUIDv7 are random.
        &self.shards[usize::from(id.0.as_bytes()[15]) % SHARDS]
    }

    /// Adds a connection that has seen the conversation up to `version`.
    pub(super) fn subscribe(&self, id: ConversationId, version: i64, client: &Arc<Client>) {
        let mut shard = self.shard(id).lock();
        let room = shard.entry(id).or_insert_with(|| Room::new(version));
        if !room.subscribers.iter().any(|subscriber| Arc::ptr_eq(subscriber, client)) {
            room.subscribers.push(Arc::clone(client));
        }
    }

    pub(super) fn unsubscribe(&self, id: ConversationId, client: &Arc<Client>) {
        let mut shard = self.shard(id).lock();
        let Some(room) = shard.get_mut(&id) else { return };
        room.remove(client);
        if room.subscribers.is_empty() {
            shard.remove(&id);
        }
    }

    pub(super) fn ids(&self) -> Vec<ConversationId> {
        self.shards.iter().flat_map(|shard| shard.lock().keys().copied().collect::<Vec<_>>()).collect()
    }

    /// Subscribers of a room, or none if they are more than `most`.
    pub(super) fn subscribers(&self, id: ConversationId, most: usize) -> Vec<Arc<Client>> {
        let shard = self.shard(id).lock();
        match shard.get(&id) {
            Some(room) if room.subscribers.len() <= most => room.subscribers.clone(),
            _ => Vec::new(),
        }
    }

    /// Tells a room's subscribers its newest version if it changed of late; where to read on if the room is behind.
    pub(super) fn tell_head(&self, head: Head) -> Option<i64> {
        let mut shard = self.shard(head.conversation_id).lock();
        let room = shard.get_mut(&head.conversation_id)?;
        let behind = room.version < head.version && !room.is_reading();
        if std::mem::take(&mut room.changed) || behind {
            room.push(&Encoded::of("heads", &Heads { heads: vec![head] }), Class::Ephemeral, None);
            room.changed = false;
        }
        match behind.then(|| room.read()) {
            Some(Turn::Read(after)) => Some(after),
            _ => None,
        }
    }
}

/// Brings an event to a conversation's subscribers, in its turn.
pub(super) fn deliver(hub: &Arc<Hub>, id: ConversationId, envelope: Envelope) {
    let _alone = is_about_members(&envelope.event).then(|| hub.membership.lock());
    let mut shard = hub.rooms.shard(id).lock();
    let Some(version) = envelope.version else {
        if let Some(room) = shard.get_mut(&id) {
            room.push(&Encoded::new(&envelope.event), class(&envelope.event), envelope.except);
        }
        if matches!(envelope.event, Event::ConversationRemoved(_)) {
            shard.remove(&id);
        }
        return;
    };
    // Nobody listens; but this event may bring somebody in, or tell somebody who is setting up that they are out.
    if !shard.contains_key(&id) && !is_about_members(&envelope.event) {
        return;
    }
    let room = shard.entry(id).or_insert_with(|| Room::new(version - 1));
    match room.turn(version, envelope) {
        Turn::Deliver(envelope) => fan_out(hub, id, room, *envelope),
        Turn::Read(after) => hub.catch_up(id, after),
        Turn::Drop | Turn::Wait => {}
    }
    if room.subscribers.is_empty() {
        shard.remove(&id);
    }
}

/// Delivers what was read from the log across a gap.
pub(super) fn caught_up(hub: &Arc<Hub>, id: ConversationId, missed: Vec<Envelope>, up_to: i64) {
    let _alone = hub.membership.lock();
    let mut shard = hub.rooms.shard(id).lock();
    let Some(room) = shard.get_mut(&id) else { return };
    let (next, again) = room.caught_up(missed, up_to);
    for envelope in next {
        fan_out(hub, id, room, envelope);
    }
    if let Some(after) = again {
        hub.catch_up(id, after);
    }
}

/// The log could not be read.
pub(super) fn gave_up(hub: &Arc<Hub>, id: ConversationId) {
    if let Some(room) = hub.rooms.shard(id).lock().get_mut(&id) {
        room.gave_up();
    }
}

/// Changes who listens as the event says, and pushes it to everyone who does. `membership` is held if it changes.
fn fan_out(hub: &Arc<Hub>, id: ConversationId, room: &mut Room, envelope: Envelope) {
    let version = envelope.version.unwrap_or_default();
    for user in arrivals(&envelope.event) {
        for client in hub.people.member_changed(user, id, true, version) {
            if !room.subscribers.iter().any(|subscriber| Arc::ptr_eq(subscriber, &client)) {
                room.subscribers.push(client);
            }
        }
    }
    if let Event::MemberLeft(left) = &envelope.event {
        for client in hub.people.member_changed(left.user_id, id, false, version) {
            room.remove(&client);
        }
    }
    if let Some(aside) = &envelope.aside {
        hub.deliver_to_person(aside.0, &aside.1);
    }
    room.push(&Encoded::new(&envelope.event), class(&envelope.event), envelope.except);
}

fn is_about_members(event: &Event) -> bool {
    matches!(event, Event::ConversationCreated(_) | Event::MemberJoined(_) | Event::MemberLeft(_))
}

/// Whom an event brings into the conversation.
fn arrivals(event: &Event) -> Vec<UserId> {
    match event {
        Event::ConversationCreated(conversation) => conversation.participant_ids.clone(),
        Event::MemberJoined(joined) => vec![joined.user_id],
        _ => Vec::new(),
    }
}

fn class(event: &Event) -> Class {
    match event {
        Event::UserTyping(_) | Event::Presence(_) => Class::Ephemeral,
        _ => Class::Durable,
    }
}
