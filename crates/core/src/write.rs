//! The only way to change state: numbered, logged, committed in batches, announced afterwards.

use crate::clock::{Clock, StoreClock};
use crate::messages::send::{self, Send as SendMessage};
use crate::{Error, Publisher, Result};
use kith_api::{Envelope, Event, Scope, Timestamp, UserId};
use kith_db::{Connection, Tx, log};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::oneshot;
use uuid::Uuid;

/// One job for a writing thread.
pub(crate) enum Job {
    /// Sends are common, so all of a batch are stored by set-based statements.
    Send(Box<SendMessage>),
    /// Anything else.
    Work(Box<dyn Work>),
}

/// Work in two halves: inside the transaction, and after its end.
pub(crate) trait Work: std::marker::Send {
    /// Does it; an error undoes this work alone. Done again from the beginning if another transaction was in the way.
    fn run(&mut self, write: &mut Write<'_, '_>) -> Result<()>;
    /// Answers whoever waits, once the commit succeeded or failed.
    fn finish(self: Box<Self>, committed: Result<()>);
}

struct Closure<F, T> {
    work: F,
    done: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

/// Wraps a closure as a job.
pub(crate) fn job<T: std::marker::Send + 'static>(
    work: impl Fn(&mut Write<'_, '_>) -> Result<T> + std::marker::Send + 'static,
    reply: oneshot::Sender<Result<T>>,
) -> Job {
    Job::Work(Box::new(Closure { work, done: None, reply }))
}

impl<T, F> Work for Closure<F, T>
where
    T: std::marker::Send,
    F: Fn(&mut Write<'_, '_>) -> Result<T> + std::marker::Send,
{
    fn run(&mut self, write: &mut Write<'_, '_>) -> Result<()> {
        self.done = None;
        let done = (self.work)(write);
        let failed = done.as_ref().err().cloned();
        self.done = Some(done);
        failed.map_or(Ok(()), Err)
    }

    fn finish(self: Box<Self>, committed: Result<()>) {
        let done = match committed {
            Ok(()) => self.done.unwrap_or_else(|| Err(Error::internal("a write did not come to its end"))),
            Err(error) => Err(error),
        };
        // Whoever asked may have hung up; the change stands all the same.
        let _ = self.reply.send(done);
    }
}

/// A transaction under way.
pub struct Write<'w, 'c> {
    /// For statements.
    pub tx: &'w mut Tx<'c>,
    /// Wall-clock time.
    pub now: Timestamp,
    /// The store's time.
    pub(crate) at: Timestamp,
    envelopes: Vec<Envelope>,
}

impl Write<'_, '_> {
    /// Numbers a change in its scope, logs it, and announces `event(number)` after the commit. The number.
    pub fn emit(
        &mut self,
        scope: Scope,
        note: &log::Note<'_>,
        event: impl FnOnce(&mut Tx<'_>, i64) -> Result<Event>,
    ) -> Result<i64> {
        self.emit_with_aside(scope, note, |tx, version| Ok((event(tx, version)?, None)))
    }

    /// As [`Self::emit`], with something to say first to one account alone.
    pub fn emit_with_aside(
        &mut self,
        scope: Scope,
        note: &log::Note<'_>,
        event: impl FnOnce(&mut Tx<'_>, i64) -> Result<(Event, Option<(UserId, Event)>)>,
    ) -> Result<i64> {
        let version = self.log(scope, note)?;
        let (event, aside) = event(self.tx, version)?;
        let aside = aside.map(Box::new);
        self.announce(Envelope { scope, version: Some(version), event, except: None, aside, accepted: None });
        Ok(version)
    }

    /// Numbers a change in its scope and logs it, for whoever hears of it another way. The number.
    pub(crate) fn log(&mut self, scope: Scope, note: &log::Note<'_>) -> Result<i64> {
        let (version, at) = log::number(self.tx, scope, self.at)?;
        let scope_id = match scope {
            Scope::Conversation(id) => id.0,
            Scope::User(id) => id.0,
        };
        log::append(self.tx, scope_id, version, note, at)?;
        Ok(version)
    }

    /// Announces an event without a number after the commit.
    pub fn whisper(&mut self, scope: Scope, except: Option<UserId>, event: Event) {
        self.announce(Envelope { scope, version: None, event, except, aside: None, accepted: None });
    }

    pub(crate) fn announce(&mut self, envelope: Envelope) {
        self.envelopes.push(envelope);
    }

    /// A new identifier.
    pub(crate) fn new_id(&self) -> Uuid {
        crate::clock::new_id(self.now)
    }

    /// Runs `work` so that its failure, be it a panic, undoes only what it did and announced.
    fn isolated<T>(&mut self, work: impl FnOnce(&mut Write<'_, '_>) -> Result<T>) -> Result<T> {
        let announced = self.envelopes.len();
        let (now, at, envelopes) = (self.now, self.at, &mut self.envelopes);
        self.tx.savepoint(|tx| {
            let mut write = Write { tx, now, at, envelopes: std::mem::take(envelopes) };
            let result = unpanicked(|| work(&mut write));
            *envelopes = write.envelopes;
            if result.is_err() {
                envelopes.truncate(announced);
            }
            result
        })
    }
}

/// A panic is a failure like any other: the thread goes on with the work of others.
fn unpanicked<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::internal("a write panicked")))
}

/// Runs batches of jobs on a writing thread.
pub(crate) struct Batches {
    pub(crate) publisher: Arc<dyn Publisher>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store_clock: Arc<StoreClock>,
}

impl Batches {
    /// One transaction for all jobs; then announces what happened, then answers.
    pub(crate) fn run(&self, connection: &mut Connection, jobs: Vec<Job>) {
        let (mut sends, mut works) = (Vec::new(), Vec::new());
        for job in jobs {
            match job {
                Job::Send(send) => sends.push(send),
                Job::Work(work) => works.push(work),
            }
        }
        let committed = connection.repeatable_transaction(|tx| {
            // Read once the transaction has begun, each time: cursors allow only so long between this and the commit.
            let now = self.clock.now();
            let at = self.store_clock.at(now);
            let mut write = Write { tx, now, at, envelopes: Vec::new() };
            let alone = works.len() == 1 && sends.is_empty();
            for work in &mut works {
                // Work that is alone in its transaction needs no savepoint: its failure undoes the whole.
                if alone {
                    unpanicked(|| work.run(&mut write))?;
                } else {
                    // The work remembers its failure and answers with it.
                    let _ = write.isolated(|w| work.run(w));
                }
            }
            send_all(&mut write, &mut sends);
            Ok::<_, Error>(write.envelopes)
        });
        let committed = match committed {
            Ok(envelopes) => {
                if !envelopes.is_empty() {
                    self.publisher.publish(envelopes);
                }
                Ok(())
            }
            Err(error) => Err(error),
        };
        for work in works {
            work.finish(committed.clone());
        }
        for send in sends {
            send.finish(committed.clone());
        }
    }
}

/// Stores all sends together. If one of them trips a constraint (another node stored the same client identifier a
/// moment ago), each is tried for itself, and sees what is there now.
fn send_all(write: &mut Write<'_, '_>, sends: &mut [Box<SendMessage>]) {
    if sends.is_empty() {
        return;
    }
    if write.isolated(|w| send::apply(w, sends)).is_ok() {
        return;
    }
    for one in sends.chunks_mut(1) {
        if let Err(error) = write.isolated(|w| send::apply(w, one)) {
            one[0].refuse(error);
        }
    }
}
