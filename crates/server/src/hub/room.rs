//! A conversation with somebody listening.

use super::{Client, encode::Encoded};
use crate::socket::Class;
use kith_api::{Envelope, UserId};
use std::{collections::BTreeMap, sync::Arc};

/// Subscribers of one conversation, and where they are in its log.
pub(super) struct Room {
    /// Number of the last event that was delivered.
    pub(super) version: i64,
    pub(super) subscribers: Vec<Arc<Client>>,
    /// Events that came before one that is missing; empty unless the log is being read.
    waiting: BTreeMap<i64, Envelope>,
    /// The log is being read.
    reading: bool,
    /// Something was delivered since heads were told.
    pub(super) changed: bool,
}

/// What becomes of an event.
pub(super) enum Turn {
    /// It is the next.
    Deliver(Box<Envelope>),
    /// It was delivered before.
    Drop,
    /// It waits for what is missing before it; the log must be read after this version.
    Read(i64),
    /// It waits for what is being read already.
    Wait,
}

impl Room {
    pub(super) fn new(version: i64) -> Self {
        Self { version, subscribers: Vec::new(), waiting: BTreeMap::new(), reading: false, changed: false }
    }

    /// Decides about an event with a number.
    pub(super) fn turn(&mut self, version: i64, envelope: Envelope) -> Turn {
        if version <= self.version {
            return Turn::Drop;
        }
        if version == self.version + 1 && !self.reading {
            self.version = version;
            return Turn::Deliver(Box::new(envelope));
        }
        self.waiting.insert(version, envelope);
        if self.reading { Turn::Wait } else { self.read() }
    }

    /// Begins to read the log.
    pub(super) fn read(&mut self) -> Turn {
        self.reading = true;
        Turn::Read(self.version)
    }

    pub(super) fn is_reading(&self) -> bool {
        self.reading
    }

    /// The log was read up to `up_to`: the events that are next now, or where to read on.
    pub(super) fn caught_up(&mut self, missed: Vec<Envelope>, up_to: i64) -> (Vec<Envelope>, Option<i64>) {
        let mut next: Vec<Envelope> = missed
            .into_iter()
            .filter(|missed| missed.version.is_some_and(|version| version > self.version))
            .collect();
        let progressed = up_to > self.version;
        self.version = self.version.max(up_to);
        self.waiting.retain(|version, _| *version > up_to);
        while let Some(entry) = self.waiting.first_entry() {
            if *entry.key() != self.version + 1 {
                break;
            }
            self.version += 1;
            next.push(entry.remove());
        }
        // Without progress reading again would find the same: the entries are gone, so the gap is passed over.
        if !progressed && let Some((version, _)) = self.waiting.first_key_value() {
            self.version = version - 1;
            let (rest, again) = self.caught_up(Vec::new(), self.version);
            next.extend(rest);
            return (next, again);
        }
        self.reading = !self.waiting.is_empty();
        (next, self.reading.then_some(self.version))
    }

    /// The log cannot be read: the next event tries again.
    pub(super) fn gave_up(&mut self) {
        self.reading = false;
        self.waiting.clear();
    }

    pub(super) fn push(&mut self, frames: &Encoded, class: Class, except: Option<UserId>) {
        self.changed |= class == Class::Durable;
        let mut deliveries = 0;
        for client in &self.subscribers {
            if except != Some(client.actor.user_id()) {
                frames.push(client, class);
                deliveries += 1;
            }
        }
        crate::metrics::event(frames.name(), deliveries);
    }

    pub(super) fn remove(&mut self, client: &Arc<Client>) {
        if let Some(place) = self.subscribers.iter().position(|subscriber| Arc::ptr_eq(subscriber, client)) {
            self.subscribers.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kith_api::{ConversationId, Event, Scope, event::MemberLeft};
    use uuid::Uuid;

    fn event(version: i64) -> Envelope {
        let (id, user) = (ConversationId(Uuid::nil()), UserId(Uuid::nil()));
        let event = Event::MemberLeft(MemberLeft { conversation_id: id, user_id: user, by: user, version });
        let scope = Scope::Conversation(id);
        Envelope { scope, version: Some(version), event, except: None, aside: None, accepted: None }
    }

    fn versions(events: &[Envelope]) -> Vec<i64> {
        events.iter().filter_map(|event| event.version).collect()
    }

    #[test]
    fn a_repeat_is_dropped_and_a_gap_is_read() {
        let mut room = Room::new(4);
        assert!(matches!(room.turn(4, event(4)), Turn::Drop));
        assert!(matches!(room.turn(5, event(5)), Turn::Deliver(_)));
        assert!(matches!(room.turn(8, event(8)), Turn::Read(5)));
        assert!(matches!(room.turn(7, event(7)), Turn::Wait));
        let (next, again) = room.caught_up(vec![event(5), event(6)], 6);
        assert_eq!((versions(&next), again), (vec![6, 7, 8], None));
        assert_eq!(room.version, 8);
    }

    #[test]
    fn what_is_read_twice_is_delivered_once() {
        let mut room = Room::new(0);
        assert!(matches!(room.turn(3, event(3)), Turn::Read(0)));
        let (next, again) = room.caught_up(vec![event(1), event(2), event(3)], 3);
        assert_eq!((versions(&next), again), (vec![1, 2, 3], None));
        assert!(matches!(room.turn(2, event(2)), Turn::Drop));
    }

    #[test]
    fn a_log_that_was_trimmed_does_not_stop_the_room() {
        let mut room = Room::new(1);
        assert!(matches!(room.turn(9, event(9)), Turn::Read(1)));
        let (next, again) = room.caught_up(Vec::new(), 1);
        assert_eq!((versions(&next), again), (vec![9], None));
        assert!(!room.is_reading());
    }

    #[test]
    fn a_second_gap_is_read_in_turn() {
        let mut room = Room::new(0);
        assert!(matches!(room.turn(2, event(2)), Turn::Read(0)));
        assert!(matches!(room.turn(5, event(5)), Turn::Wait));
        let (next, again) = room.caught_up(vec![event(1), event(2)], 2);
        assert_eq!((versions(&next), again), (vec![1, 2], Some(2)));
    }
}
