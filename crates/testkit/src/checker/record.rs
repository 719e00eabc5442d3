//! What each client asked for, and what it was told.

use kith_api::{ConversationId, MessageId, UserId, view::Message};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How a send ended, as far as its sender knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Acknowledged: the server said under which name and place it is stored.
    Ok {
        /// Identifier in the acknowledgement.
        id: MessageId,
        /// Place in the acknowledgement.
        seq: i64,
    },
    /// Refused: it must not be there.
    Fail,
    /// No answer came: it may be there or not, but for everybody alike.
    Unknown,
}

/// One send.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Who sent it.
    pub sender: UserId,
    /// Where to.
    pub conversation_id: ConversationId,
    /// The sender's identifier for it.
    pub client_message_id: String,
    /// The text.
    pub content: String,
    /// When it was asked for, since the start of the record.
    pub invoked: Duration,
    /// When the outcome was known, since the start of the record.
    pub completed: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// The common notebook of all clients of a run.
#[derive(Clone, Debug)]
pub struct Record {
    start: Instant,
    attempts: Arc<Mutex<Vec<Attempt>>>,
}

impl Default for Record {
    fn default() -> Self {
        Self { start: Instant::now(), attempts: Arc::default() }
    }
}

impl Record {
    /// Notes that a send is about to be asked for. The ticket takes the outcome.
    pub fn invoke(
        &self,
        sender: UserId,
        conversation_id: ConversationId,
        client_message_id: &str,
        content: &str,
    ) -> Ticket {
        let invoked = self.start.elapsed();
        let attempt = Attempt {
            sender,
            conversation_id,
            client_message_id: client_message_id.to_owned(),
            content: content.to_owned(),
            invoked,
            completed: Duration::MAX,
            outcome: Outcome::Unknown,
        };
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.push(attempt);
        Ticket { record: self.clone(), index: attempts.len() - 1 }
    }

    /// Everything noted so far.
    pub fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn complete(&self, index: usize, outcome: Outcome) {
        let completed = self.start.elapsed();
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts[index].completed = completed;
        attempts[index].outcome = outcome;
    }
}

/// The open end of one send. Dropped without a word, the outcome stays unknown.
#[derive(Debug)]
#[must_use = "the outcome must be noted"]
pub struct Ticket {
    record: Record,
    index: usize,
}

impl Ticket {
    /// The server acknowledged it with this message.
    pub fn ok(self, message: &Message) {
        self.ok_as(message.id, message.seq);
    }

    /// The server acknowledged it under this name and place.
    pub fn ok_as(self, id: MessageId, seq: i64) {
        self.record.complete(self.index, Outcome::Ok { id, seq });
    }

    /// The server refused it.
    pub fn fail(self) {
        self.record.complete(self.index, Outcome::Fail);
    }
}
