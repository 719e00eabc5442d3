//! Accounts and their connections on this node.

use super::Client;
use kith_api::{ConversationId, UserId};
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

const SHARDS: usize = 64;

/// Connections by account.
pub(super) struct People {
    shards: Vec<Mutex<HashMap<UserId, Person>>>,
}

#[derive(Default)]
struct Person {
    /// Connections that are set up, oldest first.
    connections: Vec<Arc<Client>>,
    /// What all of them are subscribed to.
    rooms: Vec<ConversationId>,
    /// Connections that are still reading their snapshot.
    joining: Vec<Weak<Client>>,
    /// Membership changes since the first of those began: where, whether in or out, at which version.
    changes: Vec<(ConversationId, bool, i64)>,
}

impl Person {
    /// Forgets connections that did not come about, and what was noted for them.
    fn prune(&mut self) {
        self.joining.retain(|client| client.strong_count() > 0);
        if self.joining.is_empty() {
            self.changes = Vec::new();
        }
    }

    fn is_empty(&mut self) -> bool {
        self.prune();
        self.connections.is_empty() && self.joining.is_empty()
    }
}

impl Default for People {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl People {
    fn shard(&self, user: UserId) -> &Mutex<HashMap<UserId, Person>> {
        // The last bytes of a UUIDv7 are random.
        &self.shards[usize::from(user.0.as_bytes()[15]) % SHARDS]
    }

    /// Notes a connection that is being set up; whether nothing was known of its account before.
    pub(super) fn announce(&self, client: &Arc<Client>) -> bool {
        let user = client.actor.user_id();
        let mut shard = self.shard(user).lock();
        let is_first = !shard.contains_key(&user);
        let person = shard.entry(user).or_default();
        person.prune();
        person.joining.push(Arc::downgrade(client));
        is_first
    }

    /// Sets a connection up: the rooms to subscribe it to, each with the version it has seen, and the connections that
    /// are too many: first those whose client is away, then the oldest.
    pub(super) fn join(
        &self,
        client: &Arc<Client>,
        mut heads: Vec<(ConversationId, i64)>,
        most: usize,
    ) -> (Vec<(ConversationId, i64)>, Vec<Arc<Client>>) {
        let user = client.actor.user_id();
        let mut shard = self.shard(user).lock();
        let person = shard.entry(user).or_default();
        // What changed after the snapshot was read wins over it.
        for (id, is_in, version) in &person.changes {
            if heads.iter().any(|(head, seen)| head == id && seen >= version) {
                continue;
            }
            heads.retain(|(head, _)| head != id);
            if *is_in {
                heads.push((*id, *version));
            }
        }
        person.rooms = heads.iter().map(|(id, _)| *id).collect();
        person.joining.retain(|joining| joining.as_ptr() != Arc::as_ptr(client));
        person.prune();
        let mut others: Vec<_> =
            person.connections.iter().filter(|it| it.session.is_open()).cloned().collect();
        others.sort_by_key(|other| !other.session.is_detached());
        others.truncate((others.len() + 1).saturating_sub(most.max(1)));
        person.connections.push(Arc::clone(client));
        (heads, others)
    }

    /// Takes a connection out: the rooms it was subscribed to, and whether nothing is left of its account.
    pub(super) fn leave(&self, client: &Arc<Client>) -> (Vec<ConversationId>, bool) {
        let user = client.actor.user_id();
        let mut shard = self.shard(user).lock();
        let Some(person) = shard.get_mut(&user) else { return (Vec::new(), false) };
        person.joining.retain(|joining| joining.as_ptr() != Arc::as_ptr(client));
        let before = person.connections.len();
        person.connections.retain(|connection| !Arc::ptr_eq(connection, client));
        let rooms = if person.connections.len() < before { person.rooms.clone() } else { Vec::new() };
        let is_empty = person.is_empty();
        if is_empty {
            shard.remove(&user);
        }
        (rooms, is_empty)
    }

    /// Notes that somebody came into a room or left it; their connections.
    pub(super) fn member_changed(
        &self,
        user: UserId,
        id: ConversationId,
        is_in: bool,
        version: i64,
    ) -> Vec<Arc<Client>> {
        let mut shard = self.shard(user).lock();
        let Some(person) = shard.get_mut(&user) else { return Vec::new() };
        person.prune();
        if !person.joining.is_empty() {
            person.changes.push((id, is_in, version));
        }
        person.rooms.retain(|room| *room != id);
        if is_in && !person.connections.is_empty() {
            person.rooms.push(id);
        }
        person.connections.clone()
    }

    pub(super) fn connections(&self, user: UserId) -> Vec<Arc<Client>> {
        self.shard(user).lock().get(&user).map(|person| person.connections.clone()).unwrap_or_default()
    }

    pub(super) fn rooms(&self, user: UserId) -> Vec<ConversationId> {
        self.shard(user).lock().get(&user).map(|person| person.rooms.clone()).unwrap_or_default()
    }

    /// Whether an account's connections are subscribed to a room.
    pub(super) fn is_in(&self, user: UserId, id: ConversationId) -> bool {
        self.shard(user).lock().get(&user).is_some_and(|person| person.rooms.contains(&id))
    }

    /// Accounts of which something is known.
    pub(super) fn ids(&self) -> Vec<UserId> {
        self.shards.iter().flat_map(|shard| shard.lock().keys().copied().collect::<Vec<_>>()).collect()
    }

    /// People with a connection that is set up.
    pub(super) fn count(&self) -> usize {
        let connected = |shard: &Mutex<HashMap<UserId, Person>>| {
            shard.lock().values().filter(|person| !person.connections.is_empty()).count()
        };
        self.shards.iter().map(connected).sum()
    }

    /// Forgets people of whom nothing is left.
    pub(super) fn sweep(&self) -> Vec<UserId> {
        let gone = |shard: &Mutex<HashMap<UserId, Person>>| {
            let mut shard = shard.lock();
            shard.extract_if(|_, person| person.is_empty()).map(|(user, _)| user).collect::<Vec<_>>()
        };
        self.shards.iter().flat_map(gone).collect()
    }
}
