//! An event on its way through the hub, whether this node committed it or the bus brought it.

use super::encode::Encoded;
use crate::socket::Class;
use kith_api::event::SessionRevoked;
use kith_api::view::Presence;
use kith_api::{Envelope, Event, Scope, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// An event, what it means for who listens, and its frames.
pub(super) struct Delivery {
    /// Its number in its scope; `None` for ephemeral events.
    pub(super) version: Option<i64>,
    /// Not for the devices of this account.
    pub(super) except: Option<UserId>,
    /// Said first, to the devices of one account alone.
    pub(super) aside: Option<Box<(UserId, Delivery)>>,
    pub(super) effect: Effect,
    pub(super) encoded: Encoded,
}

/// What an event means for the hub itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// These are in the conversation.
    Arrival(Vec<UserId>),
    /// This one is no longer.
    Departure(UserId),
    /// This one has another role in it.
    Role(UserId),
    /// The conversation is gone.
    Removal,
    /// A session was ended.
    Revocation(SessionRevoked),
    /// An account chose to look like this.
    Choice(Presence),
}

impl Delivery {
    /// An event without a number.
    pub(super) fn new(event: Event) -> Self {
        let effect = Effect::of(&event);
        Self { version: None, except: None, aside: None, effect, encoded: Encoded::new(event) }
    }

    /// What this node committed or whispered.
    pub(super) fn of(envelope: Envelope) -> (Scope, Self) {
        let Envelope { scope, version, event, except, aside, accepted: _ } = envelope;
        let aside = aside.map(|aside| Box::new((aside.0, Self::new(aside.1))));
        (scope, Self { version, except, aside, ..Self::new(event) })
    }

    /// What events that nobody misses later are.
    pub(super) fn class(&self) -> Class {
        match &**self.encoded.name() {
            "user_typing" | "presence" => Class::Ephemeral,
            _ => Class::Durable,
        }
    }

    /// Whether it changes who is in a conversation.
    pub(super) fn is_about_members(&self) -> bool {
        matches!(self.effect, Effect::Arrival(_) | Effect::Departure(_))
    }

    /// As it travels to other nodes.
    pub(super) fn packed(&self) -> Packed<'_> {
        let aside = self.aside.as_ref().map(|aside| {
            let event = &aside.1.encoded;
            Aside { user: aside.0, name: Cow::Borrowed(event.name()), payload: event.payload() }
        });
        let event = &self.encoded;
        let (name, payload) = (Cow::Borrowed(&**event.name()), event.payload());
        Packed { version: self.version, except: self.except, aside, name, payload }
    }
}

/// An event as it travels to other nodes.
#[derive(Serialize, Deserialize)]
pub(super) struct Packed<'p> {
    #[serde(rename = "v", skip_serializing_if = "Option::is_none", default)]
    version: Option<i64>,
    #[serde(rename = "x", skip_serializing_if = "Option::is_none", default)]
    except: Option<UserId>,
    #[serde(rename = "a", borrow, skip_serializing_if = "Option::is_none", default)]
    aside: Option<Aside<'p>>,
    #[serde(rename = "n", borrow)]
    name: Cow<'p, str>,
    #[serde(rename = "p", borrow)]
    payload: &'p RawValue,
}

#[derive(Serialize, Deserialize)]
struct Aside<'p> {
    #[serde(rename = "u")]
    user: UserId,
    #[serde(rename = "n", borrow)]
    name: Cow<'p, str>,
    #[serde(rename = "p", borrow)]
    payload: &'p RawValue,
}

impl Packed<'_> {
    /// What another node packed.
    pub(super) fn unpacked(self) -> Delivery {
        let aside = self.aside.map(|Aside { user, name, payload }| Box::new((user, read(&name, payload))));
        let event = read(&self.name, self.payload);
        Delivery { version: self.version, except: self.except, aside, ..event }
    }
}

fn read(name: &str, payload: &RawValue) -> Delivery {
    Delivery {
        version: None,
        except: None,
        aside: None,
        effect: Effect::read(name, payload),
        encoded: Encoded::from_text(name.to_owned().into(), payload.to_owned()),
    }
}

impl Effect {
    fn of(event: &Event) -> Self {
        match event {
            Event::ConversationCreated(created) => Self::Arrival(created.participant_ids.clone()),
            Event::MemberJoined(joined) => Self::Arrival(vec![joined.user_id]),
            Event::MemberLeft(left) => Self::Departure(left.user_id),
            Event::MemberUpdated(updated) => Self::Role(updated.user_id),
            Event::ConversationRemoved(_) => Self::Removal,
            Event::SessionRevoked(revoked) => Self::Revocation(revoked.clone()),
            Event::Presence(changed) => Self::Choice(changed.status),
            _ => Self::None,
        }
    }

    /// As [`Self::of`], from an event's text: of most events it need not be read.
    fn read(name: &str, payload: &RawValue) -> Self {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Fields {
            user_id: Option<UserId>,
            participant_ids: Vec<UserId>,
            status: Option<Presence>,
        }
        let fields = || serde_json::from_str::<Fields>(payload.get()).unwrap_or_default();
        let effect = match name {
            "conversation_created" => Some(Self::Arrival(fields().participant_ids)),
            "member_joined" => fields().user_id.map(|user| Self::Arrival(vec![user])),
            "member_left" => fields().user_id.map(Self::Departure),
            "member_updated" => fields().user_id.map(Self::Role),
            "conversation_removed" => Some(Self::Removal),
            "session_revoked" => serde_json::from_str(payload.get()).ok().map(Self::Revocation),
            "presence" => fields().status.map(Self::Choice),
            _ => None,
        };
        effect.unwrap_or(Self::None)
    }
}
