//! NATS as the bus: core publish/subscribe, without persistence.

use super::{Driver, Inbox, News, Order, Queue, Subject};
use crate::config::BusUrl;
use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, RequestErrorKind, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt as _;
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::AbortHandle;

/// Longest wait between two attempts to connect.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the server is asked whether it is still there.
const PING: Duration = Duration::from_secs(1);
/// Packets that may wait for this node in one subscription.
const WAITING: usize = 4096;

/// Connects; the library connects again whenever the connection is lost, and subscribes again.
pub(super) fn connect(url: BusUrl, store: &str, inbox: Inbox) -> Driver {
    let prefix = format!("kith.{store}.");
    Driver::start(|queue| run(url, prefix, queue, inbox))
}

async fn run(url: BusUrl, prefix: String, mut queue: Queue, inbox: Inbox) {
    let Some(client) = open(&url, &inbox).await else { return };
    let mut listeners: HashMap<Subject, Listener> = HashMap::new();
    loop {
        let orders = queue.next().await;
        if orders.is_empty() {
            return;
        }
        for order in orders {
            let done = match order {
                // What is told late is of no use, and the library would keep it.
                Order::Publish(..) if client.connection_state() != State::Connected => {
                    crate::metrics::bus_dropped(1);
                    Ok(())
                }
                Order::Publish(subject, packet) => client
                    .publish(format!("{prefix}{subject}"), packet)
                    .await
                    .map_err(|error| error.to_string()),
                Order::Subscribe(wanted) => {
                    let done = subscribe(&client, &prefix, &wanted, &mut listeners, &inbox).await;
                    if done.is_ok() {
                        let _ = inbox.send(News::Subscribed(wanted));
                    }
                    done
                }
                Order::Unsubscribe(unwanted) => {
                    for subject in unwanted {
                        listeners.remove(&subject);
                    }
                    Ok(())
                }
            };
            if let Err(error) = done {
                tracing::warn!(error, "telling the bus");
            }
        }
    }
}

/// Connects in the background if no server answers yet.
async fn open(url: &BusUrl, inbox: &Inbox) -> Option<Client> {
    let inbox = inbox.clone();
    let mut options = ConnectOptions::new()
        .name("kith")
        .no_echo()
        .retry_on_initial_connect()
        .ping_interval(PING)
        .request_timeout(Some(PING))
        .require_tls(url.tls)
        .subscription_capacity(WAITING)
        .reconnect_delay_callback(|attempts| {
            let doubled = 50u64.saturating_mul(1 << attempts.min(8));
            Duration::from_millis(doubled).min(PATIENCE)
        })
        .event_callback(move |event| {
            let news = match event {
                Event::Connected => {
                    crate::metrics::bus_connected();
                    Some(News::Restored)
                }
                Event::Disconnected => Some(News::Lost),
                // One for each packet that was dropped because they came faster than they were taken: the log is
                // compared soon enough, and asking others now would bring more.
                Event::SlowConsumer(_) => {
                    crate::metrics::bus_dropped(1);
                    None
                }
                _ => None,
            };
            if let Some(news) = news {
                let _ = inbox.send(news);
            }
            std::future::ready(())
        });
    match (&url.user, &url.password) {
        (Some(user), Some(password)) => {
            options = options.user_and_password(user.clone(), password.clone());
        }
        (Some(token), None) => options = options.token(token.clone()),
        _ => {}
    }
    let scheme = if url.tls { "tls" } else { "nats" };
    let servers: Vec<String> = url.servers.iter().map(|server| format!("{scheme}://{server}")).collect();
    match options.connect(servers).await {
        Ok(client) => Some(client),
        Err(error) => {
            tracing::error!(%error, "the bus cannot be used");
            None
        }
    }
}

/// Subscribes, and waits until the server knows.
async fn subscribe(
    client: &Client,
    prefix: &str,
    wanted: &[Subject],
    listeners: &mut HashMap<Subject, Listener>,
    inbox: &Inbox,
) -> Result<(), String> {
    for subject in wanted {
        if !listeners.contains_key(subject) {
            let subscriber =
                client.subscribe(format!("{prefix}{subject}")).await.map_err(|error| error.to_string())?;
            listeners.insert(*subject, Listener::start(*subject, subscriber, inbox.clone()));
        }
    }
    // Nobody answers this, and the server says so after it has read the subscriptions.
    match client.request(format!("{prefix}nobody"), Bytes::new()).await {
        Err(error) if error.kind() != RequestErrorKind::NoResponders => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The task that takes packets about one subject; dropped, it unsubscribes.
struct Listener(AbortHandle);

impl Listener {
    fn start(subject: Subject, mut subscriber: Subscriber, inbox: Inbox) -> Self {
        let listen = async move {
            while let Some(message) = subscriber.next().await {
                if inbox.send(News::Heard(subject, message.payload)).is_err() {
                    return;
                }
            }
        };
        Self(tokio::spawn(listen).abort_handle())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}
