//! Hints from node to node: what happened, told at most once and in no order that anybody may rely on. The log is the
//! truth: a node finds in it what it was not told.
//!
//! A node subscribes to a conversation while somebody connected to it is a member, and to an account while one of its
//! devices is connected, so that a packet reaches the nodes that need it.

mod local;
mod nats;
mod redis;

pub use local::{Arrival, Exchange};
pub use redis::{Link, Servers};

use crate::config::{BusKind, BusUrl};
use bytes::Bytes;
use kith_api::{ConversationId, UserId};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use uuid::Uuid;

/// A process of the cluster, named anew at each start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct NodeId(pub Uuid);

impl NodeId {
    /// Of this process.
    ///
    /// # Errors
    /// If the operating system has no randomness.
    #[expect(clippy::disallowed_methods, reason = "made once, where the server is put together")]
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Uuid::from_bytes(bytes)))
    }
}

/// What packets are about, and so whom they reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// For nodes with a member.
    Conversation(ConversationId),
    /// For nodes with a device of the account.
    User(UserId),
    /// For one node.
    Node(NodeId),
    /// For every node.
    Everyone,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conversation(id) => write!(f, "c.{}", id.0.simple()),
            Self::User(id) => write!(f, "u.{}", id.0.simple()),
            Self::Node(id) => write!(f, "n.{}", id.0.simple()),
            Self::Everyone => f.write_str("all"),
        }
    }
}

impl Subject {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::Everyone);
        }
        let (kind, id) = text.split_once('.')?;
        let id = Uuid::try_parse(id).ok()?;
        Some(match kind {
            "c" => Self::Conversation(ConversationId(id)),
            "u" => Self::User(UserId(id)),
            "n" => Self::Node(NodeId(id)),
            _ => return None,
        })
    }
}

/// A way from node to node. Nothing waits for it: what cannot be told is not told.
pub trait Bus: fmt::Debug + Send + Sync {
    /// Tells whoever subscribes to the subject. The own node may be told as well.
    fn publish(&self, subject: Subject, packet: Bytes);
    /// Asks for packets about these, which [`News::Subscribed`] confirms.
    fn subscribe(&self, subjects: Vec<Subject>);
    /// Asks for no more of them.
    fn unsubscribe(&self, subjects: Vec<Subject>);
}

/// What a bus tells its node.
#[derive(Debug)]
pub enum News {
    /// Somebody published this.
    Heard(Subject, Bytes),
    /// From now on, packets about these arrive. Those from before may be missing.
    Subscribed(Vec<Subject>),
    /// The bus was away and is back with all subscriptions; packets are missing.
    Restored,
    /// The bus is away.
    Lost,
}

/// Where a bus puts its news.
pub type Inbox = mpsc::UnboundedSender<News>;

/// Connects to the bus of a configuration. `store` names what the nodes share: clusters that share a bus and no
/// database do not hear of each other. Must be called inside a Tokio runtime.
pub fn connect(url: &BusUrl, store: &str, inbox: Inbox) -> Arc<dyn Bus> {
    match url.kind {
        BusKind::Nats => Arc::new(nats::connect(url.clone(), store, inbox)),
        BusKind::Redis | BusKind::Sentinel | BusKind::Cluster => {
            Arc::new(redis::connect(Servers::new(url.clone()), store, inbox))
        }
    }
}

/// Something to be done by the task that holds the connection.
#[derive(Debug)]
enum Order {
    Publish(Subject, Bytes),
    Subscribe(Vec<Subject>),
    Unsubscribe(Vec<Subject>),
}

/// Packets that may wait for a bus that is slow or away; more would be told too late to be of use.
const WAITING: usize = 100_000;

/// The task that holds the connection, and the way to it.
#[derive(Debug)]
struct Driver {
    queue: mpsc::UnboundedSender<Order>,
    waiting: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl Driver {
    /// Starts the task that `run` makes of its orders. Dropped, it ends.
    fn start<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(Queue) -> F) -> Self {
        let (queue, orders) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(run(Queue { orders, waiting: Arc::clone(&waiting) })).abort_handle();
        Self { queue, waiting, task }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Bus for Driver {
    fn publish(&self, subject: Subject, packet: Bytes) {
        if self.waiting.load(Ordering::Relaxed) >= WAITING {
            crate::metrics::bus_dropped(1);
            return;
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // The task lives as long as this.
        let _ = self.queue.send(Order::Publish(subject, packet));
    }

    fn subscribe(&self, subjects: Vec<Subject>) {
        let _ = self.queue.send(Order::Subscribe(subjects));
    }

    fn unsubscribe(&self, subjects: Vec<Subject>) {
        let _ = self.queue.send(Order::Unsubscribe(subjects));
    }
}

/// Most orders that are carried out together.
const BATCH: usize = 512;

/// The task's end of a [`Driver`].
#[derive(Debug)]
struct Queue {
    orders: mpsc::UnboundedReceiver<Order>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// The next orders, at least one; empty when the bus is no longer wanted.
    async fn next(&mut self) -> Vec<Order> {
        let mut orders = Vec::new();
        self.orders.recv_many(&mut orders, BATCH).await;
        let packets = orders.iter().filter(|order| matches!(order, Order::Publish(..))).count();
        self.waiting.fetch_sub(packets, Ordering::Relaxed);
        orders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_have_names() {
        let id = Uuid::from_u128(7);
        let all = [
            Subject::Conversation(ConversationId(id)),
            Subject::User(UserId(id)),
            Subject::Node(NodeId(id)),
            Subject::Everyone,
        ];
        for subject in all {
            assert_eq!(Subject::parse(&subject.to_string()), Some(subject));
        }
        assert_eq!(Subject::parse("c.x"), None);
    }
}
