//! An event as frames: encoded once for each framing, shared by all recipients.

use super::Client;
use crate::socket::{Class, Frame, Kind};
use kith_api::Event;
use serde::Serialize;
use std::cell::OnceCell;

/// The frames of one event, each made when the first recipient needs it.
pub(crate) struct Encoded {
    name: &'static str,
    payload: String,
    socketio: OnceCell<Frame>,
    raw: OnceCell<Frame>,
}

impl Encoded {
    pub(crate) fn new(event: &Event) -> Self {
        Self::of(event.name(), event)
    }

    /// An event of the connection itself, which is not part of the log's vocabulary.
    pub(crate) fn of(name: &'static str, payload: &impl Serialize) -> Self {
        let payload = serde_json::to_string(payload).unwrap_or_else(|error| {
            tracing::error!(%error, name, "encoding an event");
            "null".to_owned()
        });
        Self { name, payload, socketio: OnceCell::new(), raw: OnceCell::new() }
    }

    /// The event's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn push(&self, client: &Client, class: Class) {
        let frame = match client.session.kind() {
            Kind::Raw => self.raw.get_or_init(|| Frame::raw_event(self.name, &self.payload)),
            Kind::SocketIo | Kind::EngineIo => {
                self.socketio.get_or_init(|| Frame::socketio_event(self.name, &self.payload))
            }
        };
        client.session.push(frame.clone(), class);
    }
}
