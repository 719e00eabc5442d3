//! Who is connected, and what they choose to show.

use crate::{Actor, Ctx, Result};
use kith_api::event::PresenceChanged;
use kith_api::view::Presence;
use kith_api::{Event, Scope, Timestamp, UserId};
use kith_db::users;
use parking_lot::RwLock;
use std::collections::HashMap;
use uuid::Uuid;

/// Connections and choices of the accounts connected to this node, and what other nodes say of theirs.
#[derive(Default)]
pub struct PresenceBoard {
    people: RwLock<HashMap<UserId, Person>>,
}

#[derive(Clone)]
struct Person {
    /// To this node.
    connections: u32,
    chosen: Presence,
    /// Other nodes to which they are connected, and what those show.
    elsewhere: Vec<(Uuid, Presence)>,
}

impl Person {
    const fn new(chosen: Presence) -> Self {
        Self { connections: 0, chosen, elsewhere: Vec::new() }
    }

    fn shown(&self) -> Presence {
        match self.elsewhere.first() {
            _ if self.connections > 0 => self.chosen,
            Some((_, shown)) => *shown,
            None => Presence::Offline,
        }
    }

    fn is_gone(&self) -> bool {
        self.connections == 0 && self.elsewhere.is_empty()
    }
}

/// What came of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Somebody's first connection to this node began, or their last one ended.
    pub here: bool,
    /// What others see of them is another thing now.
    pub shown: bool,
}

impl PresenceBoard {
    /// Counts a new connection to this node of somebody who chose to look `chosen`.
    pub fn connected(&self, id: UserId, chosen: Presence) -> Moved {
        self.change(id, chosen, |person| {
            if person.connections == 0 {
                person.chosen = chosen;
            }
            person.connections += 1;
            person.connections == 1
        })
    }

    /// Counts a connection that ended.
    pub fn disconnected(&self, id: UserId) -> Moved {
        self.change(id, Presence::Offline, |person| {
            let was_here = person.connections > 0;
            person.connections = person.connections.saturating_sub(1);
            was_here && person.connections == 0
        })
    }

    /// Notes what another node says of somebody: what they show there, or that they are not connected to it.
    pub fn heard(&self, node: Uuid, id: UserId, shown: Option<Presence>) -> Moved {
        self.change(id, Presence::Offline, |person| {
            person.elsewhere.retain(|(other, _)| *other != node);
            person.elsewhere.extend(shown.map(|shown| (node, shown)));
            false
        })
    }

    /// Notes who is connected to another node, and that nobody else is; those of whom others see another thing now.
    pub fn heard_all(&self, node: Uuid, people: &HashMap<UserId, Presence>) -> Vec<UserId> {
        let known = self.people.read();
        let is_there = |person: &Person| person.elsewhere.iter().any(|(other, _)| *other == node);
        let gone = known.iter().filter(|(id, person)| is_there(person) && !people.contains_key(id));
        let gone: Vec<_> = gone.map(|(id, _)| (*id, None)).collect();
        drop(known);
        let there = people.iter().map(|(id, shown)| (*id, Some(*shown)));
        gone.into_iter()
            .chain(there)
            .filter(|(id, now)| self.heard(node, *id, *now).shown)
            .map(|(id, _)| id)
            .collect()
    }

    /// Changes what is known of somebody; `work` says whether it begins or ends their being here.
    fn change(&self, id: UserId, chosen: Presence, work: impl FnOnce(&mut Person) -> bool) -> Moved {
        let mut people = self.people.write();
        let person = people.entry(id).or_insert(Person::new(chosen));
        let before = person.shown();
        let here = work(person);
        let shown = person.shown() != before;
        if person.is_gone() {
            people.remove(&id);
        }
        Moved { here, shown }
    }

    /// What others see of somebody now.
    pub fn of(&self, id: UserId) -> Presence {
        self.people.read().get(&id).map_or(Presence::Offline, Person::shown)
    }

    /// What somebody who is connected to this node chose; `None` if they are not.
    pub fn here(&self, id: UserId) -> Option<Presence> {
        let people = self.people.read();
        people.get(&id).filter(|person| person.connections > 0).map(|person| person.chosen)
    }

    /// Everybody who is connected to this node, with what they chose.
    pub fn all_here(&self) -> Vec<(UserId, Presence)> {
        let people = self.people.read();
        let here = people.iter().filter(|(_, person)| person.connections > 0);
        here.map(|(id, person)| (*id, person.chosen)).collect()
    }

    /// How many people are connected, to whichever node.
    pub fn count(&self) -> usize {
        self.people.read().len()
    }

    /// People who are connected and show it, at most `limit`.
    pub fn visible(&self, limit: usize) -> Vec<UserId> {
        let people = self.people.read();
        let shown = people.iter().filter(|(_, person)| person.shown() != Presence::Offline);
        shown.map(|(id, _)| *id).take(limit).collect()
    }

    /// Notes what somebody chose, if they are connected to this node.
    pub fn choose(&self, id: UserId, chosen: Presence) {
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

/// What somebody who was just [authenticated](Ctx::authenticate) chose to look like when connected.
pub async fn chosen(ctx: &Ctx, actor: &Actor) -> Result<Presence> {
    if let Some(presence) = actor.chosen_presence() {
        return Ok(presence);
    }
    let id = actor.user_id();
    let account = ctx.read(move |tx| Ok(users::by_id(tx, id)?)).await?;
    Ok(account.map_or(Presence::Online, |account| account.presence))
}

/// Notes when people were last connected.
pub async fn note_last_seen(ctx: &Ctx, seen: Vec<(UserId, Timestamp)>) -> Result<()> {
    let users: Vec<_> = seen.iter().map(|(user, _)| *user).collect();
    ctx.write(Uuid::nil(), move |w| Ok(users::set_last_seen(w.tx, &seen)?)).await?;
    for user in users {
        ctx.forget_profile(user);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: Moved = Moved { here: false, shown: true };
    const BOTH: Moved = Moved { here: true, shown: true };

    #[test]
    fn somebody_on_two_nodes_is_online_until_both_say_goodbye() {
        let board = PresenceBoard::default();
        let (ada, node) = (UserId(Uuid::from_u128(1)), Uuid::from_u128(9));
        assert_eq!(board.connected(ada, Presence::Dnd), BOTH);
        assert_eq!(board.heard(node, ada, Some(Presence::Dnd)), Moved::default());
        assert_eq!(board.disconnected(ada), Moved { here: true, shown: false });
        assert_eq!((board.of(ada), board.here(ada)), (Presence::Dnd, None));
        assert_eq!(board.heard(node, ada, None), SHOWN);
        assert_eq!((board.of(ada), board.count()), (Presence::Offline, 0));
    }

    #[test]
    fn a_roll_replaces_what_was_known_of_its_node_alone() {
        let board = PresenceBoard::default();
        let [ada, ben, cem] = [1, 2, 3].map(|n| UserId(Uuid::from_u128(n)));
        let [one, two] = [8, 9].map(Uuid::from_u128);
        board.heard(one, ada, Some(Presence::Online));
        board.heard(two, ben, Some(Presence::Online));
        let changed = board.heard_all(one, &HashMap::from([(cem, Presence::Away), (ben, Presence::Online)]));
        assert_eq!(changed.len(), 2, "of ada and cem, but not of ben");
        assert_eq!(
            [ada, ben, cem].map(|id| board.of(id)),
            [Presence::Offline, Presence::Online, Presence::Away]
        );
        assert_eq!(board.heard_all(two, &HashMap::new()), []);
        assert_eq!(board.heard_all(one, &HashMap::new()).len(), 2);
    }
}
