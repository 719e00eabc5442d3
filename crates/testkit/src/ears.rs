//! One connection that remembers everything it heard.

use kith_client::{
    Error, Rest, Transport,
    realtime::{Closed, Connection},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection without reconnection, and the events it brought.
#[derive(Debug)]
pub struct Ears {
    connection: Connection,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
    changed: watch::Receiver<usize>,
}

impl Ears {
    /// Connects and waits for `connection:established`.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn open(rest: &Rest, transport: Transport) -> Self {
        Self::try_open(rest, transport).await.unwrap_or_else(|error| panic!("{transport:?}: {error}"))
    }

    /// Connects and waits for `connection:established`.
    ///
    /// # Errors
    /// What the server says, or that it closed the connection instead.
    pub async fn try_open(rest: &Rest, transport: Transport) -> Result<Self, Error> {
        let mut connection = Connection::open(rest, transport).await?;
        let mut events = connection.take_events();
        let heard: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let (tell, changed) = watch::channel(0);
        tokio::spawn({
            let heard = heard.clone();
            async move {
                while let Some(event) = events.recv().await {
                    heard.lock().unwrap_or_else(PoisonError::into_inner).push(event);
                    tell.send_modify(|count| *count += 1);
                }
            }
        });
        let ears = Self { connection, heard, changed };
        match timeout(PATIENCE, ears.wait_for("connection:established", |_| true)).await {
            Ok(Some(_)) => Ok(ears),
            Ok(None) => {
                let closed = ears.connection.closed().await;
                Err(Error::Unanswered(format!("closed with {:?}: {}", closed.code, closed.reason)))
            }
            Err(_) => Err(Error::Unanswered("the server does not greet".into())),
        }
    }

    /// Sends a command.
    ///
    /// # Errors
    /// What the server says.
    ///
    /// # Panics
    /// If it says nothing.
    pub async fn call(&self, name: &str, payload: &impl Serialize) -> Result<Value, Error> {
        let answer = timeout(PATIENCE, self.connection.call(name, payload)).await;
        answer.unwrap_or_else(|_| panic!("{name} was not answered"))
    }

    fn heard(&self) -> MutexGuard<'_, Vec<(String, Value)>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The payloads of all events of this name so far.
    pub fn all(&self, name: &str) -> Vec<Value> {
        self.heard().iter().filter(|(event, _)| event == name).map(|(_, data)| data.clone()).collect()
    }

    /// The first event of this name that fits, now or soon.
    ///
    /// # Panics
    /// With everything heard, if it does not come.
    pub async fn expect(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.expect_within(PATIENCE, name, fits).await
    }

    /// As [`Self::expect`], for what takes its time.
    ///
    /// # Panics
    /// With everything heard, if it does not come within `patience`.
    pub async fn expect_within(
        &self,
        patience: Duration,
        name: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        match timeout(patience, self.wait_for(name, fits)).await {
            Ok(Some(data)) => data,
            _ => panic!("{name} was not heard, but {:#?}", self.heard()),
        }
    }

    /// `None` if the connection ends first.
    async fn wait_for(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let mut changed = self.changed.clone();
        loop {
            changed.mark_unchanged();
            let found = self.heard().iter().find(|(event, data)| event == name && fits(data)).cloned();
            if let Some((_, data)) = found {
                return Some(data);
            }
            changed.changed().await.ok()?;
        }
    }

    /// # Panics
    /// If such an event came, or comes within `watch`.
    pub async fn expect_none(&self, watch: Duration, name: &str, fits: impl Fn(&Value) -> bool) {
        sleep(watch).await;
        let found = self.heard().iter().find(|(event, data)| event == name && fits(data)).cloned();
        assert!(found.is_none(), "heard what must not be heard: {found:?}");
    }

    /// Waits for the end of the connection.
    ///
    /// # Panics
    /// If it does not end within `patience`.
    pub async fn expect_closed(self, patience: Duration) -> Closed {
        timeout(patience, self.connection.closed()).await.expect("the connection is closed")
    }
}
