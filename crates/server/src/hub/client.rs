//! One connection as the hub knows it.

use super::encode::Encoded;
use crate::socket::{Class, CloseReason, Session};
use kith_api::{Event, UserId, event::SessionRevoked, view::Presence};
use kith_core::Actor;
use kith_core::sync::{Calm, Heads};
use parking_lot::Mutex;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// A signed-in connection.
pub struct Client {
    /// Where frames go.
    pub session: Arc<Session>,
    /// Who it is.
    pub actor: Actor,
    /// What this person chose to look like when connected.
    chosen: Mutex<Presence>,
    /// The people this connection watches.
    pub(super) watched: Mutex<Vec<UserId>>,
    /// What the connection had seen of its conversations when it was set up, and the time in which nothing had changed
    /// for its account then; taken when it joins.
    heads: Mutex<Option<Box<(Heads, Calm)>>>,
    /// The latter, if nothing came between the look and the joining; taken by the first `sync`.
    calm: Mutex<Option<Calm>>,
    /// Whether there may be something that it was not told.
    is_disturbed: AtomicBool,
    /// Whether a transport is there, which is what others see as online.
    pub(super) attached: Mutex<bool>,
    /// Refused commands in the current minute: the minute, then the count.
    refusals: AtomicU64,
}

/// Refusals within a minute after which a connection is closed.
const REFUSALS: u64 = 10;

impl Client {
    /// A connection that is being set up.
    pub fn new(session: Arc<Session>, actor: Actor, chosen: Presence) -> Self {
        Self {
            session,
            actor,
            chosen: Mutex::new(chosen),
            watched: Mutex::default(),
            heads: Mutex::default(),
            calm: Mutex::default(),
            is_disturbed: AtomicBool::new(false),
            attached: Mutex::new(false),
            refusals: AtomicU64::new(0),
        }
    }

    /// Keeps what was read for [`Self::take_heads`].
    pub fn keep_heads(&self, heads: Heads, calm: Calm) {
        *self.heads.lock() = Some(Box::new((heads, calm)));
    }

    /// What was kept, once.
    pub fn take_heads(&self) -> Option<(Heads, Calm)> {
        self.heads.lock().take().map(|kept| *kept)
    }

    /// The time in which nothing changed for the account before the connection was set up, if nothing has since: no
    /// event was brought to it, or dropped on the way. Once, because it is the present for a moment only.
    pub fn take_calm(&self) -> Option<Calm> {
        let calm = self.calm.lock().take();
        calm.filter(|_| !self.is_disturbed.load(Ordering::Acquire) && !self.session.had_events())
    }

    /// Whatever happens from now on is told to it.
    pub(super) fn settle(&self, calm: Calm) {
        *self.calm.lock() = Some(calm);
    }

    /// There may be something that it was not told.
    pub(super) fn disturb(&self) {
        self.is_disturbed.store(true, Ordering::Release);
    }

    pub(super) fn chosen(&self) -> Presence {
        *self.chosen.lock()
    }

    pub(super) fn choose(&self, chosen: Presence) {
        *self.chosen.lock() = chosen;
    }

    /// Counts a command refused by a limit at this minute; whether there were too many.
    pub fn refused(&self, minute: u64) -> bool {
        let next = |word: u64| if word >> 16 == minute { word + 1 } else { minute << 16 | 1 };
        let before = self.refusals.fetch_update(Ordering::AcqRel, Ordering::Acquire, |word| Some(next(word)));
        next(before.unwrap_or_default()) & 0xffff > REFUSALS
    }

    /// Says why, and closes.
    pub(super) fn end(&self, reason: &str, close: CloseReason) {
        let revoked = SessionRevoked { session_id: self.actor.session_id(), reason: reason.to_owned() };
        Encoded::new(Event::SessionRevoked(revoked)).push(self, Class::Durable);
        self.session.close(close);
    }
}
