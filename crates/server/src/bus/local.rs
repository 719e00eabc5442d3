//! The nodes of one process: tests put several into one, and let the bus lose, repeat and swap what it carries.

use super::{Bus, Inbox, News, Subject};
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// Decides what becomes of a packet to one node: how often it arrives, and whether after the one that follows it.
type Fate = dyn FnMut(Subject) -> Arrival + Send;

/// How a packet arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Once, in order.
    Once,
    /// Twice.
    Twice,
    /// Not at all.
    Never,
    /// After the next one.
    Late,
}

/// What nodes of one process publish to each other through. Cheap to clone.
#[derive(Clone, Default)]
pub struct Exchange {
    nodes: Arc<Mutex<Vec<Node>>>,
    fate: Arc<Mutex<Option<Box<Fate>>>>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

struct Node {
    subjects: HashSet<Subject>,
    inbox: Inbox,
    late: Option<News>,
}

impl Exchange {
    /// A node that takes part.
    pub fn join(&self, inbox: Inbox) -> Arc<dyn Bus> {
        let mut nodes = self.nodes.lock();
        nodes.push(Node { subjects: HashSet::new(), inbox, late: None });
        Arc::new(Port { exchange: self.clone(), place: nodes.len() - 1 })
    }

    /// From now on, packets arrive as `fate` says.
    pub fn set_fate(&self, fate: impl FnMut(Subject) -> Arrival + Send + 'static) {
        *self.fate.lock() = Some(Box::new(fate));
    }

    fn arrival(&self, subject: Subject) -> Arrival {
        self.fate.lock().as_mut().map_or(Arrival::Once, |fate| fate(subject))
    }
}

/// One node's end.
#[derive(Debug)]
struct Port {
    exchange: Exchange,
    place: usize,
}

impl Bus for Port {
    fn publish(&self, subject: Subject, packet: Bytes) {
        for (place, node) in self.exchange.nodes.lock().iter_mut().enumerate() {
            if place == self.place || !node.subjects.contains(&subject) {
                continue;
            }
            let news = || News::Heard(subject, packet.clone());
            // A node that has ended hears nothing.
            let late = node.late.take();
            match self.exchange.arrival(subject) {
                Arrival::Once => drop(node.inbox.send(news())),
                Arrival::Twice => (0..2).for_each(|_| drop(node.inbox.send(news()))),
                Arrival::Never => {}
                Arrival::Late => node.late = Some(news()),
            }
            if let Some(late) = late {
                let _ = node.inbox.send(late);
            }
        }
    }

    fn subscribe(&self, subjects: Vec<Subject>) {
        let mut nodes = self.exchange.nodes.lock();
        let node = &mut nodes[self.place];
        node.subjects.extend(&subjects);
        let _ = node.inbox.send(News::Subscribed(subjects));
    }

    fn unsubscribe(&self, subjects: Vec<Subject>) {
        let mut nodes = self.exchange.nodes.lock();
        for subject in subjects {
            nodes[self.place].subjects.remove(&subject);
        }
    }
}
