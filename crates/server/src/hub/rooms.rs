//! Rooms by conversation, and the way of an event through one.

use super::delivery::{Delivery, Effect};
use super::encode::Encoded;
use super::room::{Room, Turn};
use super::{Client, Hub};
use crate::bus::Subject;
use crate::socket::Class;
use kith_api::event::{ConversationRemoved, Head, Heads};
use kith_api::{ConversationId, Envelope, Event, Scope, UserId};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

const SHARDS: usize = 64;

type Shard = HashMap<ConversationId, Room>;

/// Conversations that somebody on this node listens to.
pub(super) struct Rooms {
    shards: Vec<Mutex<Shard>>,
}

impl Default for Rooms {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Rooms {
    fn shard(&self, id: ConversationId) -> &Mutex<Shard> {
        // The last bytes of a UUIDv7 are random.
        &self.shards[usize::from(id.0.as_bytes()[15]) % SHARDS]
    }

    /// Adds a connection that has seen the conversation up to `version`; whether it is the first. If others have seen
    /// more, or will, there is something that it was not told.
    pub(super) fn subscribe(&self, id: ConversationId, version: i64, client: &Arc<Client>) -> bool {
        let mut shard = self.shard(id).lock();
        let room = shard.entry(id).or_insert_with(|| Room::new(version));
        let is_first = room.subscribers.is_empty();
        room.add(client);
        if room.version > version || !room.is_whole() {
            client.disturb();
        }
        is_first
    }

    /// Takes a connection out; whether it was the last.
    pub(super) fn unsubscribe(&self, id: ConversationId, client: &Arc<Client>) -> bool {
        let mut shard = self.shard(id).lock();
        let Some(room) = shard.get_mut(&id) else { return false };
        let was_empty = room.subscribers.is_empty();
        room.remove(client);
        let is_empty = room.subscribers.is_empty();
        if is_empty && room.is_whole() {
            shard.remove(&id);
        }
        is_empty && !was_empty
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

    /// Notes that a conversation has come to this version; true if the room is behind. If `tell`, its subscribers are
    /// told so when it has changed of late or the room is behind.
    fn note_head(&self, head: Head, tell: bool) -> bool {
        let mut shard = self.shard(head.conversation_id).lock();
        let Some(room) = shard.get_mut(&head.conversation_id) else { return false };
        let is_behind = matches!(room.exists(head.version), Turn::Notice);
        if is_behind {
            room.subscribers.iter().for_each(|client| client.disturb());
        }
        if tell && (room.changed || is_behind) {
            let heads = Encoded::of("heads", &Heads { heads: vec![head] });
            for client in &room.subscribers {
                heads.push(client, Class::Ephemeral);
            }
            room.changed = false;
        }
        is_behind
    }
}

/// Compares rooms with what the store says of them: those that are behind read the log, those that are gone are
/// closed. Subscribers of rooms that changed are told where they are if `tell`.
pub(super) fn compare(hub: &Arc<Hub>, asked: &[ConversationId], heads: &[(ConversationId, i64)], tell: bool) {
    let heads: HashMap<ConversationId, i64> = heads.iter().copied().collect();
    for id in asked {
        match heads.get(id) {
            Some(version) => {
                if hub.rooms.note_head(Head { conversation_id: *id, version: *version }, tell) {
                    hub.catch_up(*id);
                }
            }
            None => deliver(hub, *id, removal(*id)),
        }
    }
}

/// What subscribers would have been told if the bus had not lost it.
fn removal(id: ConversationId) -> Delivery {
    let event = Event::ConversationRemoved(ConversationRemoved { conversation_id: id, version: 0 });
    let scope = Scope::Conversation(id);
    Delivery::of(Envelope { scope, version: None, event, except: None, aside: None, accepted: None }).1
}

/// Brings an event to a conversation's subscribers, in its turn.
pub(super) fn deliver(hub: &Arc<Hub>, id: ConversationId, delivery: Delivery) {
    let is_about_members = delivery.is_about_members();
    let is_about_members = is_about_members || delivery.effect == Effect::Removal;
    let mut _alone = is_about_members.then(|| hub.membership.lock());
    let mut shard = hub.rooms.shard(id).lock();
    if _alone.is_none() && shard.get(&id).is_some_and(|room| !room.is_whole()) {
        // What waits behind this event may be about members, too.
        drop(shard);
        _alone = Some(hub.membership.lock());
        shard = hub.rooms.shard(id).lock();
    }
    let Some(version) = delivery.version else {
        let Some(room) = shard.get_mut(&id) else { return };
        room.push(&delivery);
        if delivery.effect == Effect::Removal {
            shard.remove(&id);
            hub.stop_listening(vec![Subject::Conversation(id)]);
        }
        return;
    };
    // Nobody listens; but this event may bring somebody in, or tell somebody who is setting up that they are out.
    if !shard.contains_key(&id) && !is_about_members {
        return;
    }
    let room = shard.entry(id).or_insert_with(|| Room::new(version - 1));
    if version <= room.version {
        return pass_over(hub, id, version, &delivery.effect);
    }
    match room.turn(version, delivery) {
        Turn::Deliver(next) => fan_out_all(hub, id, &mut shard, next),
        Turn::Notice => hub.catch_up(id),
        Turn::Drop | Turn::Wait => {}
    }
}

/// An event that is not news to the room. The room may have begun with a snapshot that is newer, which told nobody else
/// who came or left: whoever is reading what was before must know, and who came must be let in.
fn pass_over(hub: &Arc<Hub>, id: ConversationId, version: i64, effect: &Effect) {
    match effect {
        Effect::Arrival(users) => {
            for user in users {
                hub.people.note(*user, id, true, version);
                if !hub.people.is_in(*user, id) {
                    hub.look(*user, id);
                }
            }
        }
        Effect::Departure(user) => hub.people.note(*user, id, false, version),
        _ => {}
    }
}

/// This account is in a conversation since this version, of which its connections may not have heard.
pub(super) fn came(hub: &Arc<Hub>, user: UserId, id: ConversationId, version: i64) {
    let _alone = hub.membership.lock();
    let mut shard = hub.rooms.shard(id).lock();
    let room = shard.entry(id).or_insert_with(|| Room::new(version - 1));
    if room.version < version {
        // The log tells who came, in its turn.
        if matches!(room.exists(version), Turn::Notice) {
            hub.catch_up(id);
        }
        return;
    }
    // Or they have left since, and this comes late: the store knows.
    if !hub.people.is_in(user, id) {
        hub.look(user, id);
    }
}

/// The store said whether an account is in a conversation, which its connections had not heard.
pub(super) fn found(hub: &Arc<Hub>, user: UserId, id: ConversationId, found: Option<i64>) {
    let _alone = hub.membership.lock();
    let Some((version, connections)) = hub.people.end_look(user, id, found) else { return };
    let mut changed = false;
    for client in &connections {
        match version {
            Some(version) => {
                changed |= hub.rooms.subscribe(id, version, client);
                tell_missed(client);
            }
            None => changed |= hub.rooms.unsubscribe(id, client),
        }
    }
    let subject = vec![Subject::Conversation(id)];
    match (changed, version) {
        (true, Some(_)) => hub.listen(subject),
        (true, None) => hub.stop_listening(subject),
        (false, _) => {}
    }
}

/// Tells a connection that it was not told something.
pub(super) fn tell_missed(client: &Client) {
    Encoded::of("sync_required", &serde_json::json!({ "reason": "missed" })).push(client, Class::Durable);
}

/// What was missing had its time to arrive: where to read the log from, if it did not.
pub(super) fn still_missing(hub: &Hub, id: ConversationId) -> Option<i64> {
    let mut shard = hub.rooms.shard(id).lock();
    let room = shard.get_mut(&id)?;
    let after = room.still_missing();
    // Nobody came after all.
    if after.is_none() && room.is_whole() && room.subscribers.is_empty() {
        shard.remove(&id);
    }
    after
}

/// Delivers what was read from the log across a gap; where to read on.
pub(super) fn caught_up(
    hub: &Arc<Hub>,
    id: ConversationId,
    missed: Vec<Delivery>,
    up_to: i64,
) -> Option<i64> {
    let _alone = hub.membership.lock();
    let mut shard = hub.rooms.shard(id).lock();
    let (next, again) = shard.get_mut(&id)?.caught_up(missed, up_to);
    fan_out_all(hub, id, &mut shard, next);
    again
}

/// The log could not be read.
pub(super) fn gave_up(hub: &Arc<Hub>, id: ConversationId) {
    let mut shard = hub.rooms.shard(id).lock();
    let Some(room) = shard.get_mut(&id) else { return };
    room.gave_up();
    if room.subscribers.is_empty() {
        shard.remove(&id);
    }
}

/// Delivers events that are in their turn, and forgets a room to which nobody listens any more. `membership` is held if
/// one of them is about members.
fn fan_out_all(hub: &Arc<Hub>, id: ConversationId, shard: &mut Shard, next: Vec<Delivery>) {
    let Some(room) = shard.get_mut(&id) else { return };
    let was_empty = room.subscribers.is_empty();
    for delivery in next {
        fan_out(hub, id, room, &delivery);
    }
    let is_empty = room.subscribers.is_empty();
    if is_empty && room.is_whole() {
        shard.remove(&id);
    }
    match (was_empty, is_empty) {
        (true, false) => hub.listen(vec![Subject::Conversation(id)]),
        (false, true) => hub.stop_listening(vec![Subject::Conversation(id)]),
        _ => {}
    }
}

/// Changes who listens as the event says, and pushes it to everyone who does.
fn fan_out(hub: &Arc<Hub>, id: ConversationId, room: &mut Room, delivery: &Delivery) {
    let version = delivery.version.unwrap_or_default();
    let users: &[UserId] = match &delivery.effect {
        Effect::Arrival(users) => users,
        Effect::Departure(user) | Effect::Role(user) => std::slice::from_ref(user),
        _ => &[],
    };
    for user in users {
        hub.forget_role(id, *user);
        match delivery.effect {
            Effect::Arrival(_) => {
                for client in hub.people.member_changed(*user, id, true, version) {
                    room.add(&client);
                }
            }
            Effect::Departure(_) => {
                for client in hub.people.member_changed(*user, id, false, version) {
                    room.remove(&client);
                }
            }
            _ => {}
        }
    }
    if let Some(aside) = &delivery.aside {
        hub.deliver_to_person(aside.0, &aside.1);
    }
    room.push(delivery);
}
