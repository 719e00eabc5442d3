//! News of who is online: at most one a second of each person, to those who may know.

use super::encode::Encoded;
use super::{Client, Hub};
use crate::socket::Class;
use kith_api::{Event, UserId, view::Presence};
use kith_core::presence;
use parking_lot::Mutex;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// In conversations with more listeners than this, presence is only told to those who asked for it: everybody's
/// coming and going, told to everybody, would grow with the square of the room.
const ROOM: usize = 200;

/// What waits to be told, and who asked.
#[derive(Default)]
pub(super) struct PresenceNews {
    /// Told within this second: further news of them wait for the next.
    told: Mutex<HashSet<UserId>>,
    waiting: Mutex<HashSet<UserId>>,
    /// People who went offline and are to be noted as last seen.
    gone: Mutex<Vec<UserId>>,
    watchers: Mutex<HashMap<UserId, Vec<Arc<Client>>>>,
}

impl PresenceNews {
    /// Watches these people instead of those watched before.
    fn watch(&self, client: &Arc<Client>, users: &[UserId]) {
        let users: Vec<UserId> = users.iter().copied().collect::<HashSet<_>>().into_iter().collect();
        let mut watchers = self.watchers.lock();
        forget(&mut watchers, client);
        for user in &users {
            watchers.entry(*user).or_default().push(Arc::clone(client));
        }
        *client.watched.lock() = users;
    }

    pub(super) fn unwatch(&self, client: &Arc<Client>) {
        forget(&mut self.watchers.lock(), client);
    }
}

fn forget(watchers: &mut HashMap<UserId, Vec<Arc<Client>>>, client: &Arc<Client>) {
    for user in std::mem::take(&mut *client.watched.lock()) {
        let Some(clients) = watchers.get_mut(&user) else { continue };
        clients.retain(|watcher| !Arc::ptr_eq(watcher, client));
        if clients.is_empty() {
            watchers.remove(&user);
        }
    }
}

impl Hub {
    /// A connection has its transport (again).
    pub fn attached(self: &Arc<Self>, client: &Arc<Client>) {
        let Some(ctx) = self.ctx() else { return };
        let (user, chosen) = (client.actor.user_id(), client.chosen());
        let mut attached = client.attached.lock();
        let first = !std::mem::replace(&mut attached, true) && ctx.presence().connected(user, chosen);
        drop(attached);
        if first && chosen != Presence::Offline {
            self.presence_changed(user);
        }
    }

    /// A connection lost its transport; it may come back, and may have done so since.
    pub fn detached(self: &Arc<Self>, client: &Arc<Client>) {
        self.no_longer_here(client, || client.session.is_detached());
    }

    /// A connection is over.
    pub(super) fn gone(self: &Arc<Self>, client: &Arc<Client>) {
        self.no_longer_here(client, || true);
    }

    fn no_longer_here(self: &Arc<Self>, client: &Arc<Client>, still: impl FnOnce() -> bool) {
        let Some(ctx) = self.ctx() else { return };
        let (user, chosen) = (client.actor.user_id(), client.chosen());
        let mut attached = client.attached.lock();
        // Asked under the lock, so that a resumption comes wholly before or wholly after.
        if !still() || !std::mem::replace(&mut attached, false) {
            return;
        }
        let last = ctx.presence().disconnected(user);
        drop(attached);
        if last {
            kith_core::typing::end_all(ctx, user);
            // Whoever chose to look offline is not seen to leave.
            if chosen != Presence::Offline {
                self.presence.gone.lock().push(user);
                self.presence_changed(user);
            }
        }
    }

    /// Watches people beyond those of one's own conversations, and tells how they are now.
    pub fn watch(self: &Arc<Self>, client: &Arc<Client>, users: &[UserId]) {
        self.presence.watch(client, users);
        for user in users {
            self.tell_one(client, *user);
        }
    }

    pub(super) fn presence_changed(self: &Arc<Self>, user: UserId) {
        if self.presence.told.lock().insert(user) {
            self.tell_about(user);
        } else {
            self.presence.waiting.lock().insert(user);
        }
    }

    /// Tells what waited; called every second.
    pub(super) async fn tell_presence(self: &Arc<Self>) {
        let waiting = std::mem::take(&mut *self.presence.waiting.lock());
        *self.presence.told.lock() = waiting.clone();
        for user in waiting {
            self.tell_about(user);
        }
        let gone = std::mem::take(&mut *self.presence.gone.lock());
        let Some(ctx) = self.ctx() else { return };
        if !gone.is_empty() {
            let now = ctx.now();
            let seen =
                gone.into_iter().map(|user| (user, now)).collect::<HashMap<_, _>>().into_iter().collect();
            if let Err(error) = presence::note_last_seen(ctx, seen).await {
                tracing::warn!(%error, "noting who was last seen");
            }
        }
    }

    fn tell_about(self: &Arc<Self>, user: UserId) {
        let Some(ctx) = self.ctx() else { return };
        let now = ctx.now();
        let shown = presence::shown(ctx, user, Some(now));
        let frames = Encoded::new(&Event::Presence(shown));
        let mut told = HashSet::new();
        let watchers = self.presence.watchers.lock().get(&user).cloned().unwrap_or_default();
        let own = self.people.connections(user);
        let rooms = self.people.rooms(user);
        let contacts = rooms.into_iter().flat_map(|id| self.rooms.subscribers(id, ROOM));
        for client in own.into_iter().chain(watchers).chain(contacts) {
            if told.insert(Arc::as_ptr(&client)) {
                frames.push(&client, Class::Ephemeral);
            }
        }
    }

    fn tell_one(&self, client: &Arc<Client>, user: UserId) {
        let Some(ctx) = self.ctx() else { return };
        let shown = presence::shown(ctx, user, None);
        Encoded::new(&Event::Presence(shown)).push(client, Class::Ephemeral);
    }
}

/// Tells a new connection which of its contacts are online.
pub(super) fn greet(hub: &Arc<Hub>, client: &Arc<Client>) {
    let Some(ctx) = hub.ctx() else { return };
    let user = client.actor.user_id();
    let contacts: HashSet<UserId> = hub
        .people
        .rooms(user)
        .into_iter()
        .flat_map(|id| hub.rooms.subscribers(id, ROOM))
        .map(|contact| contact.actor.user_id())
        .filter(|contact| *contact != user && ctx.presence().of(*contact) != Presence::Offline)
        .collect();
    for contact in contacts {
        hub.tell_one(client, contact);
    }
}
