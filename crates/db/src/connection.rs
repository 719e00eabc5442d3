//! A connection and its transactions, on either engine.

use crate::{
    Engine, Error, Options, Tx,
    batch::Input,
    dialect::{Link, OnRow, Started},
    postgres::{Failure, Ticket},
};
use std::path::Path;

/// How often a transaction is run that others are in the way of.
const ATTEMPTS: u32 = 4;

/// One connection, owned by one thread.
pub struct Connection {
    link: Link,
    options: Options,
    read_only: bool,
    /// Whether another transaction was in the way of the present one.
    conflicted: bool,
    /// Whether a statement of the present transaction failed that was not undone since.
    failed: bool,
    /// Why the present transaction can only be rolled back: it could not be begun, divided or joined again. What was
    /// done in it may stand alone, or undone with what should have stood.
    broken: Option<Error>,
}

/// A statement that waits to be sent, or for its answer to be taken.
pub(crate) struct Pending(Ticket);

impl Connection {
    /// Opens a connection that may write.
    pub fn open(options: &Options) -> Result<Self, Error> {
        Self::new(options, false)
    }

    /// Opens a connection that only reads.
    pub fn open_read_only(options: &Options) -> Result<Self, Error> {
        Self::new(options, true)
    }

    fn new(options: &Options, read_only: bool) -> Result<Self, Error> {
        let link = Link::open(options, read_only)?;
        let options = options.clone();
        Ok(Self { link, options, read_only, conflicted: false, failed: false, broken: None })
    }

    /// Opens the connection anew if the server closed it.
    pub fn revive(&mut self) -> Result<(), Error> {
        if self.link.is_closed() {
            self.link = Link::open(&self.options, self.read_only)?;
        }
        (self.failed, self.broken) = (false, None);
        Ok(())
    }

    /// Runs `work` in a transaction that is committed if it succeeds.
    pub fn transaction<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin()?;
        let done = work(&mut Tx { connection: self });
        self.end(done)
    }

    /// As [`Self::transaction`], but run again if another transaction was in the way, even if only of a part that was
    /// undone for itself in a savepoint. `work` must begin from nothing each time.
    pub fn repeatable_transaction<T, E: From<Error>>(
        &mut self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        for _ in 1..ATTEMPTS {
            self.begin()?;
            self.conflicted = false;
            let done = work(&mut Tx { connection: self });
            if self.conflicted {
                self.roll_back();
                continue;
            }
            let done = self.end(done);
            if !self.conflicted {
                return done;
            }
        }
        self.transaction(work)
    }

    /// Runs `work` outside a transaction, each statement for itself.
    pub fn statements<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.revive()?;
        let done = work(&mut Tx { connection: self });
        let settled = self.settle();
        self.link.forget();
        done.and_then(|value| {
            settled?;
            Ok(value)
        })
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.revive()?;
        self.control(self.link.begin(self.read_only))
    }

    /// Commits what was done, or undoes what failed.
    fn end<T, E: From<Error>>(&mut self, done: Result<T, E>) -> Result<T, E> {
        let ended = done.and_then(|value| {
            self.commit()?;
            Ok(value)
        });
        if ended.is_err() {
            self.roll_back();
        }
        self.link.forget();
        ended
    }

    /// PostgreSQL answers `COMMIT` with success even if a statement failed before it, and rolls back. So a failure
    /// since the beginning, known before or only now, is one of the commit.
    fn commit(&mut self) -> Result<(), Error> {
        self.check_whole()?;
        self.control("COMMIT")?;
        if self.read_only && !self.link.is_uncertain() {
            // Nothing depends on its answer, which is taken before the connection's next transaction.
            self.link.send();
            return Ok(());
        }
        self.settle()
    }

    fn roll_back(&mut self) {
        // What was asked fails here, if it does, and not in the next transaction.
        if self.link.is_uncertain()
            && let Err(error) = self.settle()
        {
            tracing::debug!(%error, "before rolling back");
        }
        if let Err(error) = self.link.control("ROLLBACK") {
            tracing::debug!(%error, "rolling back");
        }
        self.link.send();
    }

    /// Runs `work` so that its failure undoes only its own statements.
    pub(crate) fn savepoint<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.check_whole()?;
        self.control("SAVEPOINT work")?;
        let done = work(&mut Tx { connection: self }).and_then(|value| {
            self.conclude()?;
            Ok(value)
        });
        if done.is_err() {
            // Its statements that have not run yet fail here, if they do, and not in what comes after it.
            if let Err(error) = self.conclude() {
                tracing::debug!(%error, "undoing a part of a transaction");
            }
            self.failed = false;
            self.control("ROLLBACK TO SAVEPOINT work")?;
        }
        self.control("RELEASE SAVEPOINT work")?;
        done
    }

    /// Waits for statements whose outcome is not known; an error if any failed.
    fn conclude(&mut self) -> Result<(), Error> {
        if self.link.is_uncertain() {
            self.settle()?;
        }
        self.check_whole()
    }

    fn check_whole(&self) -> Result<(), Error> {
        match &self.broken {
            Some(error) => Err(error.clone()),
            None if self.failed => Err(Error::Other("a statement failed, and was passed over".into())),
            None => Ok(()),
        }
    }

    /// Begins, divides or ends the transaction.
    fn control(&mut self, sql: &'static str) -> Result<(), Error> {
        self.unbroken()?;
        let done = self.link.control(sql).map_err(|error| Failure { control: true, error });
        self.noted(done)
    }

    fn settle(&mut self) -> Result<(), Error> {
        let done = self.link.settle();
        self.noted(done)
    }

    /// Remembers what a failure means for the transaction.
    fn noted<T>(&mut self, done: Result<T, Failure>) -> Result<T, Error> {
        done.map_err(|Failure { control, error }| {
            self.failed = true;
            self.conflicted |= matches!(error, Error::Conflict(_));
            if control {
                self.broken = Some(error.clone());
            }
            error
        })
    }

    /// In a transaction that can only be rolled back nothing more is done: it might be done outside of it.
    fn unbroken(&self) -> Result<(), Error> {
        self.broken.as_ref().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Runs a statement, or queues it: then it is to be [finished](Self::finish), or runs with the commit.
    pub(crate) fn start(
        &mut self,
        sql: &'static str,
        input: Input<'_, '_>,
        on_row: OnRow<'_>,
    ) -> Result<Option<Pending>, Error> {
        self.unbroken()?;
        let started = self.link.start(sql, input, on_row);
        Ok(match self.noted(started)? {
            Started::Done(_) => None,
            Started::Asked(ticket) => Some(Pending(ticket)),
        })
    }

    /// Waits for a statement that was queued, and takes its rows; how many it changed.
    pub(crate) fn finish(&mut self, Pending(ticket): Pending, on_row: OnRow<'_>) -> Result<u64, Error> {
        if !self.link.is_answered(ticket) {
            self.settle()?;
        }
        let done = self.link.answer(ticket, on_row).map_err(|error| Failure { control: false, error });
        self.noted(done)
    }

    /// Runs a statement now; the number of rows it changed.
    pub(crate) fn run(
        &mut self,
        sql: &'static str,
        input: Input<'_, '_>,
        on_row: OnRow<'_>,
    ) -> Result<u64, Error> {
        self.unbroken()?;
        let started = self.link.start(sql, input, on_row);
        match self.noted(started)? {
            Started::Done(changed) => Ok(changed),
            Started::Asked(ticket) => self.finish(Pending(ticket), on_row),
        }
    }

    /// Whether there is a server, so that each statement whose answer is waited for costs a round trip.
    pub fn is_remote(&self) -> bool {
        self.link.server_clock().is_some()
    }

    /// What asks the database server for its time, in milliseconds, if there is one.
    pub(crate) fn server_clock(&self) -> Option<&'static str> {
        self.link.server_clock()
    }

    /// Runs several statements separated by `;`, without parameters.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.link.script(sql).map_err(|error| Failure { control: false, error });
        self.noted(done)
    }

    /// Writes a copy of an SQLite database beside it; nothing for PostgreSQL.
    pub(crate) fn snapshot(&mut self, path: &Path) -> Result<bool, Error> {
        self.link.snapshot(path)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.options.engine
    }
}
