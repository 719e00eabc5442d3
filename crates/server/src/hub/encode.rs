//! An event as frames: encoded once for each framing, shared by all recipients.

use super::Client;
use crate::socket::{Class, Frame, Kind};
use kith_api::Event;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::cell::OnceCell;

/// The frames of one event, each made when the first recipient needs it.
pub(crate) struct Encoded {
    name: Cow<'static, str>,
    payload: OnceCell<Box<RawValue>>,
    /// What the payload is made from, unless it came as text.
    event: Option<Event>,
    socketio: OnceCell<Frame>,
    raw: OnceCell<Frame>,
}

impl Encoded {
    pub(crate) fn new(event: Event) -> Self {
        Self {
            name: event.name().into(),
            payload: OnceCell::new(),
            event: Some(event),
            socketio: OnceCell::new(),
            raw: OnceCell::new(),
        }
    }

    /// An event of the connection itself, which is not part of the log's vocabulary.
    pub(crate) fn of(name: &'static str, payload: &impl Serialize) -> Self {
        Self::from_text(name.into(), json(name, payload))
    }

    /// An event that another node encoded.
    pub(crate) fn from_text(name: Cow<'static, str>, payload: Box<RawValue>) -> Self {
        Self { name, payload: payload.into(), event: None, socketio: OnceCell::new(), raw: OnceCell::new() }
    }

    /// The event's name.
    pub(crate) fn name(&self) -> &Cow<'static, str> {
        &self.name
    }

    pub(crate) fn payload(&self) -> &RawValue {
        self.payload.get_or_init(|| json(&self.name, &self.event))
    }

    pub(crate) fn push(&self, client: &Client, class: Class) {
        let frame = match client.session.kind() {
            Kind::Raw => self.raw.get_or_init(|| Frame::raw_event(&self.name, self.payload().get())),
            Kind::SocketIo | Kind::EngineIo => {
                self.socketio.get_or_init(|| Frame::socketio_event(&self.name, self.payload().get()))
            }
        };
        client.session.push(frame.clone(), class);
    }
}

fn json(name: &str, payload: &impl Serialize) -> Box<RawValue> {
    to_raw_value(payload).unwrap_or_else(|error| {
        tracing::error!(%error, name, "encoding an event");
        RawValue::NULL.to_owned()
    })
}
