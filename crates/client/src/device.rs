//! A device: a socket and a view that is kept current.

use crate::{
    Applied, Backoff, Error, Incoming, MessageQuery, Rest, Socket, Transport, View, view::conversation_of,
};
use kith_api::{
    ConversationId, ErrorCode,
    command::{SendMessage, Sync},
    event::{Head, Heads},
    view::{Message, SyncPage},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
    time::timeout,
};

/// Changes asked for at once.
const SYNC_PAGE: i64 = 500;

/// A signed-in device. Its view holds every change of its conversations from the moment it was loaded, each once and in
/// order, whatever becomes of the connections.
#[derive(Debug)]
pub struct Device {
    rest: Rest,
    socket: Socket,
    view: Arc<Mutex<View>>,
    changed: watch::Receiver<Progress>,
    backoff: Backoff,
    keeper: AbortHandle,
}

/// How far a device has come.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// Goes up with every change of the view.
    changes: u64,
    /// Whether the view has been loaded and the connection stands.
    current: bool,
    /// How often that has come about.
    returns: u64,
    /// Why nothing more comes.
    refused: Option<Error>,
}

impl Drop for Device {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Device {
    /// Connects and loads what there is. `backoff` is for connecting and for sending again.
    ///
    /// # Errors
    /// When the server refuses, or does not let the device in within 30 s.
    pub async fn connect(rest: Rest, transport: Transport, backoff: Backoff) -> Result<Self, Error> {
        let (socket, incoming) = Socket::connect(rest.clone(), transport, backoff.clone());
        let (progress, changed) = watch::channel(Progress::default());
        let view = Arc::new(Mutex::new(View::default()));
        let keeper =
            Keeper { rest: rest.clone(), socket: socket.clone(), view: view.clone(), progress, cursor: None };
        let keeper = tokio::spawn(keeper.run(incoming)).abort_handle();
        let mut device = Self { rest, socket, view, changed, backoff, keeper };
        device.until_current(Duration::from_secs(30)).await?;
        Ok(device)
    }

    /// Waits until the connection stands and the view holds everything up to it.
    ///
    /// # Errors
    /// When the server refuses the device, or after `patience`.
    pub async fn until_current(&mut self, patience: Duration) -> Result<(), Error> {
        let ready = self.changed.wait_for(|progress| progress.current || progress.refused.is_some());
        let progress =
            timeout(patience, ready).await.map_err(|_| Error::unanswered("not connected in time"))?;
        let progress = progress.map_err(|_| Error::unanswered("the device has ended"))?;
        progress.refused.clone().map_or(Ok(()), Err)
    }

    /// How often the connection has come about and the view held everything up to it, the first time included.
    pub fn returns(&self) -> u64 {
        self.changed.borrow().returns
    }

    /// Waits until that has been so often; `false` after `patience`.
    pub async fn until_returned(&self, times: u64, patience: Duration) -> bool {
        let mut changed = self.changed.clone();
        let returned = changed.wait_for(|progress| progress.returns >= times);
        timeout(patience, returned).await.is_ok_and(|returned| returned.is_ok())
    }

    /// Waits until the view is as `expected` says; `false` after `patience`.
    pub async fn wait_for(&self, patience: Duration, expected: impl Fn(&View) -> bool) -> bool {
        let mut changed = self.changed.clone();
        let waiting = async {
            while !expected(&self.view()) {
                if changed.changed().await.is_err() {
                    return false;
                }
            }
            true
        };
        timeout(patience, waiting).await.unwrap_or(false)
    }

    /// What the device shows.
    pub fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The HTTP API with this device's session.
    pub fn rest(&self) -> &Rest {
        &self.rest
    }

    /// Sends a command once.
    ///
    /// # Errors
    /// [`Error::Unanswered`] when the connection ends first.
    pub async fn call(&self, name: &str, payload: &impl Serialize) -> Result<Value, Error> {
        self.socket.call(name, payload).await
    }

    /// Sends once; the message gets a `clientMessageId` if it has none.
    ///
    /// # Errors
    /// [`Error::Unanswered`] leaves it open whether the message is stored.
    pub async fn try_send(&self, message: &SendMessage) -> Result<Message, Error> {
        let stored = self.call("send_message", &identified(message)).await?;
        serde_json::from_value(stored).map_err(Error::protocol)
    }

    /// Sends, again and again under the same `clientMessageId`, until the server has said yes or no.
    ///
    /// # Errors
    /// Only a lasting refusal.
    pub async fn send(&self, message: &SendMessage) -> Result<Message, Error> {
        let message = identified(message);
        let mut backoff = self.backoff.clone();
        loop {
            match self.try_send(&message).await {
                Err(error) if error.is_transient() => {
                    if let Some(refused) = &self.changed.borrow().refused {
                        return Err(refused.clone());
                    }
                    let asked = match &error {
                        Error::Api(error) => error.retry_after.unwrap_or_default(),
                        Error::Unanswered(_) | Error::Protocol(_) => Duration::ZERO,
                    };
                    tokio::time::sleep(asked + backoff.next_wait()).await;
                }
                outcome => return outcome,
            }
        }
    }
}

fn identified(message: &SendMessage) -> SendMessage {
    let mut message = message.clone();
    message.client_message_id.get_or_insert_with(|| uuid::Uuid::now_v7().to_string());
    message
}

/// Keeps the view current.
struct Keeper {
    rest: Rest,
    socket: Socket,
    view: Arc<Mutex<View>>,
    progress: watch::Sender<Progress>,
    cursor: Option<String>,
}

impl Keeper {
    async fn run(mut self, mut incoming: mpsc::UnboundedReceiver<Incoming>) {
        while let Some(incoming) = incoming.recv().await {
            match incoming {
                Incoming::Connected(established) => {
                    let caught_up = match self.cursor {
                        Some(_) => self.catch_up().await,
                        None => self.load(established.cursor).await,
                    };
                    self.progress.send_modify(|progress| {
                        progress.current = caught_up.is_ok();
                        progress.returns += u64::from(caught_up.is_ok());
                    });
                }
                Incoming::Disconnected(_) => self.progress.send_modify(|progress| progress.current = false),
                Incoming::Refused(error) => {
                    self.progress.send_modify(|progress| progress.refused = Some(error));
                    return;
                }
                Incoming::Event(name, data) => self.event(&name, &data).await,
            }
        }
    }

    /// Failures here mean that the connection is gone; the next one begins with a `sync`.
    async fn event(&mut self, name: &str, data: &Value) {
        match name {
            "sync_required" => drop(self.catch_up().await),
            "heads" => {
                let Ok(heads) = serde_json::from_value::<Heads>(data.clone()) else { return };
                let behind = self.view().is_behind(&heads);
                if behind && self.catch_up().await.is_ok() {
                    self.view().accept(&heads);
                }
            }
            _ => {
                let applied = self.view().apply_event(name, data);
                match applied {
                    Applied::New => self.tell(),
                    Applied::Old => {}
                    Applied::Hole => {
                        if self.catch_up().await.is_ok() {
                            self.after_hole(name, data);
                        }
                    }
                }
            }
        }
    }

    /// What `sync` did not bring before this event was not for this account.
    fn after_hole(&self, name: &str, data: &Value) {
        let mut view = self.view();
        if view.apply_event(name, data) == Applied::Hole
            && let (Some(version), Some(conversation_id)) =
                (data["version"].as_i64(), conversation_of(name, data))
        {
            let before = Head { conversation_id, version: version - 1 };
            view.accept(&Heads { heads: vec![before] });
            view.apply_event(name, data);
        }
        drop(view);
        self.tell();
    }

    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.progress.send_modify(|progress| progress.changes += 1);
    }

    /// Takes everything since the cursor.
    async fn catch_up(&mut self) -> Result<(), Error> {
        loop {
            let request = Sync { cursor: self.cursor.clone(), limit: Some(SYNC_PAGE) };
            let page: SyncPage = match self.socket.call("sync", &request).await {
                Ok(page) => serde_json::from_value(page).map_err(Error::protocol)?,
                Err(error) if error.code() == Some(ErrorCode::Resync) => {
                    let cursor = self.rest.sync(None, None).await?.cursor;
                    return self.load(cursor).await;
                }
                Err(error) => return Err(error),
            };
            let mut unknown = HashSet::new();
            for change in &page.changes {
                if self.view().apply_synced(change) == Applied::Hole {
                    unknown.extend(change.conversation_id);
                }
            }
            for id in unknown {
                self.load_one(id).await?;
            }
            self.cursor = Some(page.cursor);
            self.tell();
            if !page.has_more {
                return Ok(());
            }
        }
    }

    /// Loads afresh; changes since then follow from `cursor`, which must not be newer than the request.
    async fn load(&mut self, cursor: String) -> Result<(), Error> {
        let mut page_cursor = None;
        let mut present = HashSet::new();
        loop {
            let listing = self.rest.conversations(page_cursor.as_deref()).await?;
            for conversation in listing.items {
                present.insert(conversation.id);
                let messages = self.messages(conversation.id).await?;
                self.view().load(conversation, messages);
            }
            page_cursor = listing.page.next_cursor;
            if !listing.page.has_more {
                break;
            }
        }
        self.view().retain(|id| present.contains(&id));
        self.cursor = Some(cursor);
        self.tell();
        Ok(())
    }

    /// A conversation that the view has not heard of; one that is not to be seen any more is left out.
    async fn load_one(&self, id: ConversationId) -> Result<(), Error> {
        let conversation = match self.rest.conversation(id).await {
            Err(error) if error.code() == Some(ErrorCode::NotFound) => return Ok(()),
            conversation => conversation?,
        };
        let messages = self.messages(id).await?;
        self.view().load(conversation, messages);
        Ok(())
    }

    /// What a timeline shows, oldest first: everything from the oldest message that it has already, or the newest ones.
    async fn messages(&self, id: ConversationId) -> Result<Vec<Message>, Error> {
        let oldest = self.view().timeline(id).and_then(|known| known.messages.keys().next().copied());
        let Some(oldest) = oldest else {
            let mut newest = self.rest.messages(id, &MessageQuery::default()).await?.items;
            newest.reverse();
            return Ok(newest);
        };
        let mut messages: Vec<Message> = Vec::new();
        loop {
            let after = messages.last().map_or(oldest - 1, |last| last.seq);
            let query = MessageQuery { after: Some(after), limit: Some(100), ..MessageQuery::default() };
            let page = self.rest.messages(id, &query).await?;
            messages.extend(page.items);
            if !page.page.has_more {
                return Ok(messages);
            }
        }
    }
}
