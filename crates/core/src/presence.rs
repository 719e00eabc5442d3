//! Who is connected, and what they choose to show.

use crate::{Actor, Ctx, Result};
use kith_api::event::PresenceChanged;
use kith_api::view::Presence;
use kith_api::{Event, Scope, Timestamp, UserId};
use kith_db::users;
use parking_lot::RwLock;
use std::collections::HashMap;

/// Connections and choices of the accounts connected to this process.
#[derive(Default)]
pub struct PresenceBoard {
    people: RwLock<HashMap<UserId, Person>>,
}

#[derive(Clone, Copy)]
struct Person {
    connections: u32,
    chosen: Presence,
}

impl PresenceBoard {
    /// Counts a new connection of somebody who chose to look `chosen`; whether it is their first.
    pub fn connected(&self, id: UserId, chosen: Presence) -> bool {
        let mut people = self.people.write();
        let person = people.entry(id).or_insert(Person { connections: 0, chosen });
        person.connections += 1;
        person.connections == 1
    }

    /// Counts a connection that ended; whether it was their last.
    pub fn disconnected(&self, id: UserId) -> bool {
        let mut people = self.people.write();
        let Some(person) = people.get_mut(&id) else { return false };
        person.connections = person.connections.saturating_sub(1);
        let last = person.connections == 0;
        if last {
            people.remove(&id);
        }
        last
    }

    /// What others see of somebody now.
    pub fn of(&self, id: UserId) -> Presence {
        self.people.read().get(&id).map_or(Presence::Offline, |person| person.chosen)
    }

    /// How many people are connected.
    pub fn count(&self) -> usize {
        self.people.read().len()
    }

    /// People who are connected and show it, at most `limit`.
    pub fn visible(&self, limit: usize) -> Vec<UserId> {
        let people = self.people.read();
        let shown = people.iter().filter(|(_, person)| person.chosen != Presence::Offline);
        shown.map(|(id, _)| *id).take(limit).collect()
    }

    fn choose(&self, id: UserId, chosen: Presence) {
        if let Some(person) = self.people.write().get_mut(&id) {
            person.chosen = chosen;
        }
    }
}

/// Chooses what others see while the caller is connected; kept for later connections.
pub async fn update(ctx: &Ctx, actor: &Actor, status: Presence) -> Result<PresenceChanged> {
    let id = actor.user_id();
    ctx.write(id.0, move |w| Ok(users::set_presence(w.tx, id, status)?)).await?;
    ctx.presence().choose(id, status);
    // What was chosen and not what is shown: connections that are away now come back with it.
    let chosen =
        PresenceChanged { user_id: id, status, is_online: status != Presence::Offline, last_seen: None };
    ctx.whisper(Scope::User(id), None, Event::Presence(chosen));
    Ok(shown(ctx, id, None))
}

/// What others see of somebody.
pub fn shown(ctx: &Ctx, id: UserId, last_seen: Option<Timestamp>) -> PresenceChanged {
    let status = ctx.presence().of(id);
    PresenceChanged { user_id: id, status, is_online: status != Presence::Offline, last_seen }
}

/// What somebody chose to look like when connected.
pub async fn chosen(ctx: &Ctx, id: UserId) -> Result<Presence> {
    let account = ctx.read(move |tx| Ok(users::by_id(tx, id)?)).await?;
    Ok(account.map_or(Presence::Online, |account| account.presence))
}

/// Notes when people were last connected.
pub async fn note_last_seen(ctx: &Ctx, seen: Vec<(UserId, Timestamp)>) -> Result<()> {
    ctx.write(uuid::Uuid::nil(), move |w| Ok(users::set_last_seen(w.tx, &seen)?)).await
}
