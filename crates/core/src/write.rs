//! The only way to change state: numbered, logged, committed in batches, announced afterwards.

use crate::clock::{Clock, StoreClock};
use crate::messages::send::{self, Send, Stop};
use crate::{Error, Publisher, Result, sync};
use kith_api::{ConversationId, Envelope, Event, Scope, Timestamp, UserId};
use kith_db::messages::Standing;
use kith_db::{Connection, Tx, log};
use moka::sync::Cache;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::sync::oneshot;
use uuid::Uuid;

/// One job for a writing thread.
pub(crate) enum Job {
    /// Sends are common, so all of a batch are stored by set-based statements.
    Send(Box<Send>),
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
    fn isolated<T, E: From<kith_db::Error> + From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Write<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let announced = self.envelopes.len();
        let (now, at, envelopes) = (self.now, self.at, &mut self.envelopes);
        let done = self.tx.savepoint(|tx| {
            let mut write = Write { tx, now, at, envelopes: std::mem::take(envelopes) };
            let result = unpanicked(|| work(&mut write));
            *envelopes = write.envelopes;
            result
        });
        if done.is_err() {
            self.envelopes.truncate(announced);
        }
        done
    }
}

/// A panic is a failure like any other: the thread goes on with the work of others.
fn unpanicked<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::internal("a write panicked").into()))
}

/// How late a commit may be asked for, by the time that it gives its entries: the other half of what cursors allow is
/// for the commit itself.
const PATIENCE: Duration = Duration::from_secs(sync::OVERLAP_SECONDS as u64 / 2);
/// How often a transaction that took too long is run.
const ATTEMPTS: u32 = 4;

/// Runs batches of jobs on a writing thread.
pub(crate) struct Batches {
    pub(crate) publisher: Arc<dyn Publisher>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store_clock: Arc<StoreClock>,
    pub(crate) standings: Standings,
}

/// How those who send stood in their conversations when they last did. Whether they still do is checked when it is
/// relied upon, so nothing invalidates it.
pub(crate) type Standings = Cache<(ConversationId, UserId), Standing>;

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
        let only_sends = if works.is_empty() { Some(self.store(connection, &mut sends)) } else { None };
        let committed = match only_sends {
            Some(Err(stop)) if stop.may_be_of_one() => self.run_apart(connection, &mut works, &mut sends),
            Some(stored) => stored,
            None => self.run_apart(connection, &mut works, &mut sends),
        };
        let committed = committed.map_err(Error::from).map(|envelopes| {
            if !envelopes.is_empty() {
                self.publisher.publish(envelopes);
            }
        });
        for work in works {
            work.finish(committed.clone());
        }
        for send in sends {
            send.finish(committed.clone());
        }
    }

    /// Stores sends that have the transaction for themselves; a failure undoes it as a whole.
    fn store(&self, connection: &mut Connection, sends: &mut [Box<Send>]) -> Result<Vec<Envelope>, Stop> {
        if let [send] = sends
            && let Some(envelope) = self.store_alone(connection, send)?
        {
            return Ok(vec![envelope]);
        }
        loop {
            let mut open = open(sends);
            if open.is_empty() {
                return Ok(Vec::new());
            }
            let stored = self.transaction(connection, |w| unpanicked(|| send::store(w, &mut open)));
            if !matches!(stored, Err(Stop::Again)) {
                if stored.is_ok() && connection.is_remote() {
                    self.remember(sends);
                }
                return stored;
            }
        }
    }

    /// Stores a send in one round trip, where there are any, and if it is known how its sender stood.
    fn store_alone(&self, connection: &mut Connection, send: &mut Send) -> Result<Option<Envelope>, Stop> {
        if !connection.is_remote() {
            return Ok(None);
        }
        let Some(standing) = self.standings.get(&send.key()) else { return Ok(None) };
        let (now, at) = (self.clock.now(), self.store_clock.now());
        let until = Timestamp(at.0 + PATIENCE.as_millis() as i64);
        connection.statements(|tx| {
            unpanicked(|| match send::store_alone(tx, send, standing, [now, at, until]) {
                Ok(envelope) => Ok(envelope),
                // It was sent before, or another transaction is in the way, or it took too long: that is told apart,
                // and done something about, on the common path.
                Err(kith_db::Error::Unique(_) | kith_db::Error::Conflict(_) | kith_db::Error::Other(_)) => {
                    Ok(None)
                }
                Err(error) => Err(Stop::from(error)),
            })
        })
    }

    fn remember(&self, sends: &[Box<Send>]) {
        for send in sends {
            if let Some(standing) = send.standing()
                && self.standings.get(&send.key()) != Some(standing)
            {
                self.standings.insert(send.key(), standing);
            }
        }
    }

    /// Runs works and sends so that the failure of one costs the others nothing.
    fn run_apart(
        &self,
        connection: &mut Connection,
        works: &mut [Box<dyn Work>],
        sends: &mut [Box<Send>],
    ) -> Result<Vec<Envelope>, Stop> {
        self.transaction(connection, |write| {
            if let ([work], []) = (&mut *works, &*sends) {
                // Work that is alone in its transaction needs no savepoint: its failure undoes the whole.
                return Ok(unpanicked(|| work.run(write))?);
            }
            for work in &mut *works {
                // The work remembers its failure and answers with it.
                let _ = write.isolated(|w| work.run(w));
            }
            store_apart(write, sends);
            Ok(())
        })
    }

    /// Runs `work` in a transaction, and again if others were in the way or it took too long: cursors allow only so
    /// long between the time of a change and its commit. What took long is given a time that is as far ahead.
    fn transaction(
        &self,
        connection: &mut Connection,
        mut work: impl FnMut(&mut Write<'_, '_>) -> Result<(), Stop>,
    ) -> Result<Vec<Envelope>, Stop> {
        let mut ahead = Duration::ZERO;
        for _ in 0..ATTEMPTS {
            let mut took = Duration::ZERO;
            let done = connection.repeatable_transaction(|tx| {
                let began = self.clock.elapsed();
                let now = self.clock.now();
                let at = Timestamp(self.store_clock.now().0 + ahead.as_millis() as i64);
                let mut write = Write { tx, now, at, envelopes: Vec::new() };
                work(&mut write)?;
                let envelopes = write.envelopes;
                took = self.clock.elapsed().saturating_sub(began);
                if took > ahead + PATIENCE {
                    return Err(Stop::Late);
                }
                Ok(envelopes)
            });
            if !matches!(done, Err(Stop::Late)) {
                return done;
            }
            tracing::warn!(?took, "a transaction took too long, and is run again");
            ahead = took * 2;
        }
        Err(kith_db::Error::Unavailable("a transaction took longer each time".into()).into())
    }
}

fn open(sends: &mut [Box<Send>]) -> Vec<&mut Send> {
    sends.iter_mut().map(|send| &mut **send).filter(|send| send.is_open()).collect()
}

/// Stores sends in a transaction with others: all together, or if one of them trips a constraint (another node stored
/// the same client identifier a moment ago), each for itself, which sees what is there now.
fn store_apart(write: &mut Write<'_, '_>, sends: &mut [Box<Send>]) {
    sends.iter_mut().for_each(|send| send.reopen());
    loop {
        let mut open = open(sends);
        if open.is_empty() {
            return;
        }
        match write.isolated(|w| send::store(w, &mut open)) {
            Ok(()) => return,
            Err(Stop::Again) => {}
            Err(_) => {
                open.iter_mut().for_each(|send| send.reopen());
                break;
            }
        }
    }
    for one in open(sends) {
        if let Err(stop) = write.isolated(|w| send::store(w, &mut [&mut *one])) {
            one.refuse(stop);
        }
    }
}
