//! News of who is online: at most one a second of each person, to those who may know.

use super::encode::Encoded;
use super::roll::RollBook;
use super::{Client, Hub};
use crate::socket::Class;
use kith_api::event::PresenceChanged;
use kith_api::{ConversationId, Event, UserId, view::Presence};
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
    /// News that wait, with the conversations of those they are about.
    waiting: Mutex<HashMap<UserId, Vec<ConversationId>>>,
    /// People who went offline and are to be noted as last seen.
    gone: Mutex<Vec<UserId>>,
    watchers: Mutex<HashMap<UserId, Vec<Arc<Client>>>>,
    pub(super) roll: RollBook,
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
        let user = client.actor.user_id();
        let mut attached = client.attached.lock();
        if std::mem::replace(&mut attached, true) {
            return;
        }
        let moved = ctx.presence().connected(user, client.chosen());
        drop(attached);
        self.moved(user, moved);
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
        let user = client.actor.user_id();
        let mut attached = client.attached.lock();
        // Asked under the lock, so that a resumption comes wholly before or wholly after.
        if !still() || !std::mem::replace(&mut attached, false) {
            return;
        }
        let moved = ctx.presence().disconnected(user);
        drop(attached);
        if moved.here {
            kith_core::typing::end_all(ctx, user);
        }
        // Whoever chose to look offline is not seen to leave.
        if moved.shown {
            self.presence.gone.lock().push(user);
        }
        self.moved(user, moved);
    }

    fn moved(self: &Arc<Self>, user: UserId, moved: presence::Moved) {
        let rooms = self.people.rooms(user);
        if moved.here {
            self.enter_roll(user, rooms.clone());
        }
        if moved.shown {
            self.presence_changed(user, rooms);
        }
    }

    /// Somebody chose another thing to show.
    pub(super) fn chose(self: &Arc<Self>, user: UserId, status: Presence) {
        let Some(ctx) = self.ctx() else { return };
        ctx.presence().choose(user, status);
        for client in self.people.connections(user) {
            client.choose(status);
        }
        let rooms = self.people.rooms(user);
        self.enter_roll(user, rooms.clone());
        self.presence_changed(user, rooms);
    }

    /// Watches people beyond those of one's own conversations, and tells how they are now.
    pub fn watch(self: &Arc<Self>, client: &Arc<Client>, users: &[UserId]) {
        self.presence.watch(client, users);
        let Some(ctx) = self.ctx() else { return };
        for user in users {
            tell_one(client, *user, ctx.presence().of(*user));
        }
    }

    /// What others see of somebody in these conversations is another thing now.
    pub(super) fn presence_changed(self: &Arc<Self>, user: UserId, rooms: Vec<ConversationId>) {
        if self.presence.told.lock().insert(user) {
            self.tell_about(user, rooms);
        } else {
            self.presence.waiting.lock().insert(user, rooms);
        }
    }

    /// Tells what waited; called every second.
    pub(super) async fn tell_presence(self: &Arc<Self>) {
        let waiting = std::mem::take(&mut *self.presence.waiting.lock());
        *self.presence.told.lock() = waiting.keys().copied().collect();
        for (user, rooms) in waiting {
            self.tell_about(user, rooms);
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

    fn tell_about(self: &Arc<Self>, user: UserId, rooms: Vec<ConversationId>) {
        let Some(ctx) = self.ctx() else { return };
        let shown = presence::shown(ctx, user, Some(ctx.now()));
        let frames = Encoded::new(Event::Presence(shown));
        let mut told = HashSet::new();
        let watchers = self.presence.watchers.lock().get(&user).cloned().unwrap_or_default();
        let own = self.people.connections(user);
        let contacts = rooms.into_iter().flat_map(|id| self.rooms.subscribers(id, ROOM));
        for client in own.into_iter().chain(watchers).chain(contacts) {
            if told.insert(Arc::as_ptr(&client)) {
                frames.push(&client, Class::Ephemeral);
            }
        }
    }
}

/// Tells a new connection which of its contacts are online.
pub(super) fn greet(hub: &Arc<Hub>, client: &Arc<Client>) {
    let user = client.actor.user_id();
    let rooms = hub.people.rooms(user);
    for (contact, shown) in contacts(hub, user, &rooms) {
        tell_one(client, contact, shown);
    }
    hub.ask_who_is_there(user, rooms);
}

/// Those who are connected to this node and share one of these conversations with `user`, with what they show unless
/// that is nothing.
pub(super) fn contacts(hub: &Hub, user: UserId, rooms: &[ConversationId]) -> HashMap<UserId, Presence> {
    let Some(ctx) = hub.ctx() else { return HashMap::new() };
    let listeners = rooms.iter().flat_map(|id| hub.rooms.subscribers(*id, ROOM));
    let people: HashSet<_> =
        listeners.map(|client| client.actor.user_id()).filter(|one| *one != user).collect();
    let shown = people.into_iter().map(|one| (one, ctx.presence().of(one)));
    shown.filter(|(_, shown)| *shown != Presence::Offline).collect()
}

/// Tells a person's connections what these show, as the node to which they are connected says: this one may not have
/// heard of them yet.
pub(super) fn tell_all(hub: &Hub, user: UserId, contacts: &[(UserId, Presence)]) {
    for client in hub.people.connections(user) {
        for (contact, shown) in contacts {
            tell_one(&client, *contact, *shown);
        }
    }
}

fn tell_one(client: &Client, user: UserId, status: Presence) {
    let shown =
        PresenceChanged { user_id: user, status, is_online: status != Presence::Offline, last_seen: None };
    Encoded::new(Event::Presence(shown)).push(client, Class::Ephemeral);
}
