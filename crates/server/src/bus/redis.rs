//! Redis 7 as the bus: one server, one found by sentinels, or a cluster with sharded publish/subscribe.

mod link;

pub use link::{Link, Servers};

use super::{Driver, Inbox, News, Order, Queue, Subject};
use ::redis::{PushInfo, PushKind, RedisResult, Value};
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// Longest wait between two attempts to connect.
const PATIENCE: Duration = Duration::from_secs(1);
/// Silence after which Redis is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(1);
/// Subjects that are subscribed to at once.
const CHUNK: usize = 1000;

/// Connects, and connects again whenever the connection is lost.
pub(super) fn connect(servers: Servers, store: &str, inbox: Inbox) -> Driver {
    let names = Names(format!("kith.{store}."));
    Driver::start(|queue| run(servers, names, queue, inbox))
}

/// Subjects as channels: behind a prefix, so that several installations can share a Redis.
#[derive(Clone)]
struct Names(String);

impl Names {
    fn of(&self, subject: Subject) -> String {
        format!("{}{subject}", self.0)
    }

    fn all(&self, subjects: &[Subject]) -> Vec<String> {
        subjects.iter().map(|subject| self.of(*subject)).collect()
    }

    fn subject(&self, channel: &[u8]) -> Option<Subject> {
        Subject::parse(std::str::from_utf8(channel).ok()?.strip_prefix(&self.0)?)
    }
}

/// What is to be subscribed to, whether there is a connection or not.
type Wanted = Arc<Mutex<HashSet<Subject>>>;

/// Notes what orders want, before anything can fail.
fn note(orders: &[Order], wanted: &Wanted) {
    let mut wanted = wanted.lock();
    for order in orders {
        match order {
            Order::Publish(..) => {}
            Order::Subscribe(subjects) => wanted.extend(subjects),
            Order::Unsubscribe(subjects) => {
                for subject in subjects {
                    wanted.remove(subject);
                }
            }
        }
    }
}

async fn run(servers: Servers, names: Names, mut queue: Queue, inbox: Inbox) {
    let wanted = Wanted::default();
    let mut pause = Duration::ZERO;
    loop {
        match session(&servers, &names, &mut queue, &wanted, &inbox, &mut pause).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "the bus is away"),
        }
        let _ = inbox.send(News::Lost);
        pause = (pause * 2).clamp(Duration::from_millis(50), PATIENCE);
        wait(pause, &mut queue, &wanted).await;
    }
}

/// Serves one connection until it is lost (an error) or no longer wanted.
async fn session(
    servers: &Servers,
    names: &Names,
    queue: &mut Queue,
    wanted: &Wanted,
    inbox: &Inbox,
    pause: &mut Duration,
) -> RedisResult<()> {
    let broken = Arc::new(Notify::new());
    let listener = listen(names.clone(), inbox.clone(), Arc::clone(wanted), Arc::clone(&broken));
    let mut link = servers.connect(Some(listener)).await?;
    let subjects: Vec<_> = wanted.lock().iter().copied().collect();
    for chunk in subjects.chunks(CHUNK) {
        link.subscribe(&names.all(chunk)).await?;
    }
    let _ = inbox.send(News::Restored);
    crate::metrics::bus_connected();
    loop {
        tokio::select! {
            () = broken.notified() => return Err((::redis::ErrorKind::Io, "the connection was closed").into()),
            orders = timeout(SILENCE, queue.next()) => match orders {
                Ok(orders) if orders.is_empty() => return Ok(()),
                Ok(orders) => carry_out(orders, &mut link, names, wanted, inbox).await?,
                Err(_) => link.ping().await?,
            }
        }
        // It not only lets in, it also serves.
        *pause = Duration::ZERO;
    }
}

/// Takes what Redis sends of itself.
fn listen(
    names: Names,
    inbox: Inbox,
    wanted: Wanted,
    broken: Arc<Notify>,
) -> impl Fn(PushInfo) -> Result<(), ()> + Send + Sync {
    move |push| {
        match (&push.kind, &push.data[..]) {
            (
                PushKind::Message | PushKind::SMessage,
                [Value::BulkString(channel), Value::BulkString(packet)],
            ) => {
                if let Some(subject) = names.subject(channel) {
                    let _ = inbox.send(News::Heard(subject, Bytes::copy_from_slice(packet)));
                }
            }
            // A cluster's connection lost one of its nodes, which comes back by itself; but packets are missing. Or a
            // slot has moved to another node, and its subscriptions have ended.
            (PushKind::Disconnection, _) => broken.notify_one(),
            (PushKind::SUnsubscribe, [Value::BulkString(channel), ..]) => {
                let subject = names.subject(channel);
                if subject.is_some_and(|subject| wanted.lock().contains(&subject)) {
                    broken.notify_one();
                }
            }
            _ => {}
        }
        Ok(())
    }
}

async fn carry_out(
    orders: Vec<Order>,
    link: &mut Link,
    names: &Names,
    wanted: &Wanted,
    inbox: &Inbox,
) -> RedisResult<()> {
    note(&orders, wanted);
    let mut packets = Vec::new();
    for order in orders {
        if let Order::Publish(subject, packet) = order {
            packets.push((names.of(subject), packet));
            continue;
        }
        link.publish(&std::mem::take(&mut packets)).await?;
        match order {
            Order::Subscribe(subjects) => {
                for chunk in subjects.chunks(CHUNK) {
                    link.subscribe(&names.all(chunk)).await?;
                }
                let _ = inbox.send(News::Subscribed(subjects));
            }
            Order::Unsubscribe(subjects) => link.unsubscribe(&names.all(&subjects)).await?,
            Order::Publish(..) => {}
        }
    }
    link.publish(&packets).await
}

/// Without a connection: what is to be subscribed to is noted, and packets are dropped.
async fn wait(pause: Duration, queue: &mut Queue, wanted: &Wanted) {
    let over = sleep(pause);
    tokio::pin!(over);
    loop {
        tokio::select! {
            () = &mut over => return,
            orders = queue.next() => {
                if orders.is_empty() {
                    return;
                }
                note(&orders, wanted);
                let packets = orders.iter().filter(|order| matches!(order, Order::Publish(..))).count();
                crate::metrics::bus_dropped(packets);
            }
        }
    }
}
