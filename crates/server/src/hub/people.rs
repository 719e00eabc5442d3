//! Accounts and their connections on this node.

use super::Client;
use kith_api::{ConversationId, UserId};
use kith_core::sync::Heads;
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
    /// Looks into the store that are under way, see [`People::begin_look`].
    looks: usize,
    /// Membership changes since the first of those began: where, whether in or out, at which version.
    changes: Vec<(ConversationId, bool, i64)>,
    /// Whether the account was told something while a connection was reading what was before.
    is_stirred: bool,
    /// How far its connections were told of the account's own log.
    told: i64,
    /// How far that was when the store was last asked.
    due: i64,
}

impl Person {
    /// Forgets connections that did not come about, and what was noted for them.
    fn prune(&mut self) {
        self.joining.retain(|client| client.strong_count() > 0);
        if !self.is_reading() {
            self.changes = Vec::new();
            self.is_stirred = false;
        }
    }

    /// Whether something of this account is being read, so that changes must be noted.
    fn is_reading(&self) -> bool {
        !self.joining.is_empty() || self.looks > 0
    }

    fn is_empty(&mut self) -> bool {
        self.prune();
        self.connections.is_empty() && !self.is_reading()
    }

    /// The last change of a membership since something began to be read, if it is newer than what was read.
    fn newer(&self, id: ConversationId, than: Option<i64>) -> Option<(bool, i64)> {
        let changes = self.changes.iter().rev();
        let mut of_it = changes.filter(|(changed, _, version)| *changed == id && Some(*version) > than);
        of_it.next().map(|(_, is_in, version)| (*is_in, *version))
    }
}

/// A connection that was set up.
pub(super) struct Joined {
    /// What to subscribe it to, each with the version it has seen.
    pub(super) rooms: Vec<(ConversationId, i64)>,
    /// Connections that are too many: first those whose client is away, then the oldest.
    pub(super) too_many: Vec<Arc<Client>>,
    /// Those of the rooms that the account's other connections were not told of.
    pub(super) missed: Vec<ConversationId>,
    /// Those connections.
    pub(super) behind: Vec<Arc<Client>>,
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

    /// Sets a connection up.
    pub(super) fn join(&self, client: &Arc<Client>, heads: Heads, most: usize) -> Joined {
        let user = client.actor.user_id();
        let mut shard = self.shard(user).lock();
        let person = shard.entry(user).or_default();
        if person.is_stirred || !person.changes.is_empty() {
            client.disturb();
        }
        if person.connections.is_empty() {
            person.told = heads.account;
        }
        let mut heads = heads.conversations;
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
        // What is not in the snapshot and was not left yet will be, by an event that is on its way.
        let missed: Vec<_> =
            heads.iter().map(|(id, _)| *id).filter(|id| !person.rooms.contains(id)).collect();
        person.rooms.extend(&missed);
        person.joining.retain(|joining| joining.as_ptr() != Arc::as_ptr(client));
        person.prune();
        let mut others: Vec<_> =
            person.connections.iter().filter(|it| it.session.is_open()).cloned().collect();
        others.sort_by_key(|other| !other.session.is_detached());
        others.truncate((others.len() + 1).saturating_sub(most.max(1)));
        let behind = if missed.is_empty() { Vec::new() } else { person.connections.clone() };
        person.connections.push(Arc::clone(client));
        Joined { rooms: heads, too_many: others, missed, behind }
    }

    /// Begins to look into the store for a membership of an account that is connected: changes meanwhile are noted.
    pub(super) fn begin_look(&self, user: UserId) -> bool {
        let mut shard = self.shard(user).lock();
        let Some(person) = shard.get_mut(&user) else { return false };
        person.looks += 1;
        true
    }

    /// What was found (the version of the conversation, if the account is in it) or has changed since; and the
    /// connections that are not yet as it says.
    pub(super) fn end_look(
        &self,
        user: UserId,
        id: ConversationId,
        found: Option<i64>,
    ) -> Option<(Option<i64>, Vec<Arc<Client>>)> {
        let mut shard = self.shard(user).lock();
        let person = shard.get_mut(&user)?;
        person.looks -= 1;
        let now = match person.newer(id, found) {
            Some((is_in, version)) => is_in.then_some(version),
            None => found,
        };
        person.prune();
        // Whoever is reading what was before it hears of it here alone.
        if let Some(version) = now.filter(|_| !person.joining.is_empty()) {
            person.changes.push((id, true, version));
        }
        let was_in = person.rooms.contains(&id);
        match (was_in, now) {
            (false, Some(_)) => person.rooms.push(id),
            (true, None) => person.rooms.retain(|room| *room != id),
            _ => return None,
        }
        Some((now, person.connections.clone()))
    }

    /// Gives up on a look.
    pub(super) fn forget_look(&self, user: UserId) {
        if let Some(person) = self.shard(user).lock().get_mut(&user) {
            person.looks -= 1;
            person.prune();
        }
    }

    /// Notes a change for connections that are reading what was before it.
    pub(super) fn note(&self, user: UserId, id: ConversationId, is_in: bool, version: i64) {
        if let Some(person) = self.shard(user).lock().get_mut(&user)
            && person.is_reading()
        {
            person.changes.push((id, is_in, version));
        }
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
        if person.is_reading() {
            person.changes.push((id, is_in, version));
        }
        person.rooms.retain(|room| *room != id);
        if is_in && !person.connections.is_empty() {
            person.rooms.push(id);
        }
        person.connections.clone()
    }

    /// Notes that an account is told something, with its number if it is of the account's log; its connections.
    pub(super) fn tell(&self, user: UserId, version: Option<i64>) -> Vec<Arc<Client>> {
        let mut shard = self.shard(user).lock();
        let Some(person) = shard.get_mut(&user) else { return Vec::new() };
        person.is_stirred |= person.is_reading();
        // What was lost before it is still to be told.
        if version == Some(person.told + 1) {
            person.told += 1;
        }
        person.connections.clone()
    }

    /// Compares what an account's connections were told of its log with the store; those connections, if they were not
    /// told by now what was there when the store was asked before.
    pub(super) fn compare(&self, user: UserId, stored: i64) -> Vec<Arc<Client>> {
        let mut shard = self.shard(user).lock();
        let Some(person) = shard.get_mut(&user) else { return Vec::new() };
        let is_behind = person.told < std::mem::replace(&mut person.due, stored);
        if !is_behind {
            return Vec::new();
        }
        person.told = stored;
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
