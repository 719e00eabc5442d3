//! A conversation with somebody listening.

use super::Client;
use super::delivery::Delivery;
use crate::socket::Class;
use std::{collections::BTreeMap, sync::Arc};

/// Subscribers of one conversation, and where they are in its log.
pub(super) struct Room {
    /// Number of the last event that was delivered.
    pub(super) version: i64,
    pub(super) subscribers: Vec<Arc<Client>>,
    /// The newest number that is known to exist.
    known: i64,
    /// Events that came before one that is missing.
    waiting: BTreeMap<i64, Delivery>,
    gap: Gap,
    /// Something was delivered since heads were told.
    pub(super) changed: bool,
}

/// What is done about events that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// None are.
    None,
    /// They may be on their way: nodes do not tell each other in order.
    Noticed,
    /// The log is being read.
    Reading,
}

/// What becomes of an event.
pub(super) enum Turn {
    /// These are next.
    Deliver(Vec<Delivery>),
    /// It was delivered before.
    Drop,
    /// It waits for what is missing before it, of which nobody has taken notice yet.
    Notice,
    /// It waits for what is awaited already.
    Wait,
}

impl Room {
    pub(super) fn new(version: i64) -> Self {
        Self {
            version,
            subscribers: Vec::new(),
            known: version,
            waiting: BTreeMap::new(),
            gap: Gap::None,
            changed: false,
        }
    }

    /// Decides about an event with a number.
    pub(super) fn turn(&mut self, version: i64, delivery: Delivery) -> Turn {
        if version <= self.version {
            return Turn::Drop;
        }
        self.known = self.known.max(version);
        if version == self.version + 1 && self.gap != Gap::Reading {
            self.version = version;
            let mut next = vec![delivery];
            self.take_waiting(&mut next);
            return Turn::Deliver(next);
        }
        self.waiting.insert(version, delivery);
        self.notice()
    }

    /// Events up to this number exist.
    pub(super) fn exists(&mut self, version: i64) -> Turn {
        self.known = self.known.max(version);
        if self.version >= self.known { Turn::Drop } else { self.notice() }
    }

    fn notice(&mut self) -> Turn {
        if self.gap != Gap::None {
            return Turn::Wait;
        }
        self.gap = Gap::Noticed;
        Turn::Notice
    }

    /// What was missing had its time to arrive: where to read the log from, if it did not.
    pub(super) fn still_missing(&mut self) -> Option<i64> {
        if self.gap != Gap::Noticed {
            return None;
        }
        let is_missing = self.version < self.known;
        self.gap = if is_missing { Gap::Reading } else { Gap::None };
        is_missing.then_some(self.version)
    }

    /// Whether nothing is awaited.
    pub(super) fn is_whole(&self) -> bool {
        self.gap == Gap::None
    }

    /// The log was read up to `up_to`: the events that are next now, or where to read on.
    pub(super) fn caught_up(&mut self, missed: Vec<Delivery>, up_to: i64) -> (Vec<Delivery>, Option<i64>) {
        let mut next: Vec<Delivery> = missed
            .into_iter()
            .filter(|missed| missed.version.is_some_and(|version| version > self.version))
            .collect();
        let progressed = up_to > self.version;
        self.version = self.version.max(up_to);
        // Without progress reading again would find the same: the entries are gone, so the gap is passed over.
        if !progressed {
            self.version = self.waiting.first_key_value().map_or(self.known, |(version, _)| version - 1);
        }
        self.take_waiting(&mut next);
        let more = self.version < self.known;
        self.gap = if more { Gap::Reading } else { Gap::None };
        (next, more.then_some(self.version))
    }

    /// Takes the events that follow the last one.
    fn take_waiting(&mut self, next: &mut Vec<Delivery>) {
        while let Some(entry) = self.waiting.first_entry() {
            if *entry.key() > self.version + 1 {
                break;
            }
            let (version, delivery) = entry.remove_entry();
            if version > self.version {
                self.version = version;
                next.push(delivery);
            }
        }
    }

    /// The log cannot be read: the next event tries again.
    pub(super) fn gave_up(&mut self) {
        self.gap = Gap::None;
        self.known = self.version;
        self.waiting.clear();
    }

    pub(super) fn push(&mut self, delivery: &Delivery) {
        let class = delivery.class();
        self.changed |= class == Class::Durable;
        let mut deliveries = 0;
        for client in &self.subscribers {
            if delivery.except != Some(client.actor.user_id()) {
                delivery.encoded.push(client, class);
                deliveries += 1;
            }
        }
        crate::metrics::event(delivery.encoded.name().clone(), deliveries);
    }

    pub(super) fn add(&mut self, client: &Arc<Client>) {
        if !self.subscribers.iter().any(|subscriber| Arc::ptr_eq(subscriber, client)) {
            self.subscribers.push(Arc::clone(client));
        }
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
    use kith_api::{ConversationId, Envelope, Event, Scope, UserId, event::MemberLeft};
    use uuid::Uuid;

    fn event(version: i64) -> Delivery {
        let (id, user) = (ConversationId(Uuid::nil()), UserId(Uuid::nil()));
        let event = Event::MemberLeft(MemberLeft { conversation_id: id, user_id: user, by: user, version });
        let scope = Scope::Conversation(id);
        let version = Some(version);
        Delivery::of(Envelope { scope, version, event, except: None, aside: None, accepted: None }).1
    }

    fn versions(events: &[Delivery]) -> Vec<i64> {
        events.iter().filter_map(|event| event.version).collect()
    }

    fn delivered(turn: Turn) -> Vec<i64> {
        match turn {
            Turn::Deliver(next) => versions(&next),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_repeat_is_dropped_and_a_gap_is_read() {
        let mut room = Room::new(4);
        assert!(matches!(room.turn(4, event(4)), Turn::Drop));
        assert_eq!(delivered(room.turn(5, event(5))), [5]);
        assert!(matches!(room.turn(8, event(8)), Turn::Notice));
        assert!(matches!(room.turn(7, event(7)), Turn::Wait));
        assert_eq!(room.still_missing(), Some(5));
        let (next, again) = room.caught_up(vec![event(5), event(6)], 6);
        assert_eq!((versions(&next), again), (vec![6, 7, 8], None));
        assert_eq!(room.version, 8);
    }

    #[test]
    fn what_comes_out_of_order_is_put_in_order_without_the_log() {
        let mut room = Room::new(0);
        assert!(matches!(room.turn(3, event(3)), Turn::Notice));
        assert!(matches!(room.turn(2, event(2)), Turn::Wait));
        assert_eq!(delivered(room.turn(1, event(1))), [1, 2, 3]);
        assert_eq!(room.still_missing(), None);
        assert!(room.is_whole());
    }

    #[test]
    fn what_comes_while_the_log_is_read_waits() {
        let mut room = Room::new(0);
        assert!(matches!(room.turn(2, event(2)), Turn::Notice));
        assert_eq!(room.still_missing(), Some(0));
        assert!(matches!(room.turn(1, event(1)), Turn::Wait));
        let (next, again) = room.caught_up(vec![event(1), event(2), event(3)], 3);
        assert_eq!((versions(&next), again), (vec![1, 2, 3], None));
        assert!(matches!(room.turn(2, event(2)), Turn::Drop));
    }

    #[test]
    fn a_log_that_was_trimmed_does_not_stop_the_room() {
        let mut room = Room::new(1);
        assert!(matches!(room.turn(9, event(9)), Turn::Notice));
        assert_eq!(room.still_missing(), Some(1));
        let (next, again) = room.caught_up(Vec::new(), 1);
        assert_eq!((versions(&next), again), (vec![9], None));
        assert!(room.is_whole());
    }

    #[test]
    fn a_second_gap_is_read_in_turn() {
        let mut room = Room::new(0);
        assert!(matches!(room.turn(2, event(2)), Turn::Notice));
        assert_eq!(room.still_missing(), Some(0));
        assert!(matches!(room.turn(5, event(5)), Turn::Wait));
        let (next, again) = room.caught_up(vec![event(1), event(2)], 2);
        assert_eq!((versions(&next), again), (vec![1, 2], Some(2)));
    }

    #[test]
    fn what_is_only_known_to_exist_is_read() {
        let mut room = Room::new(3);
        assert!(matches!(room.exists(3), Turn::Drop));
        assert!(matches!(room.exists(5), Turn::Notice));
        assert_eq!(room.still_missing(), Some(3));
        let (next, again) = room.caught_up(vec![event(4), event(5)], 5);
        assert_eq!((versions(&next), again), (vec![4, 5], None));
    }
}
