//! A connection to PostgreSQL, driven by the database thread that owns it: what is asked is queued, and sent in one go
//! with the next question whose answer is waited for.

use crate::{Error, Options, batch::Input};
use futures_util::TryStreamExt;
use std::{
    collections::{HashMap, VecDeque},
    future::{Future, poll_fn, ready},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, Row, Socket, Statement, tls::NoTlsStream};

/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// How much longer than a statement may run its answer may take.
const MARGIN: Duration = Duration::from_secs(2);
/// Silence after which the kernel asks whether the server is still there.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// A `'static` text by address and length: cheaper to look up than by its characters.
pub(crate) type TextKey = (usize, usize);

pub(crate) fn key(sql: &'static str) -> TextKey {
    (sql.as_ptr() as usize, sql.len())
}

/// Those who write look up by keys, a few rows or a batch of them. PostgreSQL would plan the statements of a batch anew
/// each time, because arrays of one seem cheaper to it than the ten that it expects, and planning costs several times
/// what the statements cost. A plan that is kept must suit tables that grow, so it goes through indexes.
const LOOK_UP: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
                       SET enable_hashjoin = off; SET enable_mergejoin = off";

/// One connection, its prepared statements, and what was asked but not answered.
pub(crate) struct Postgres {
    runtime: Runtime,
    /// Writes what was asked and hands out answers, whenever it is polled. `None` once it has ended.
    wire: Option<tokio_postgres::Connection<Socket, NoTlsStream>>,
    client: Arc<Client>,
    statements: HashMap<TextKey, Statement>,
    asked: VecDeque<Asked>,
    answers: HashMap<Ticket, Answer>,
    last: Ticket,
    /// How long an answer may take; then the server or the way to it is gone.
    patience: Duration,
}

/// Names a statement whose answer is to come.
pub(crate) type Ticket = u64;

/// What a statement came to.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    pub(crate) changed: u64,
}

struct Asked {
    /// `None` for a statement that begins, divides or ends a transaction.
    ticket: Option<Ticket>,
    answer: Pin<Box<dyn Future<Output = Result<Answer, tokio_postgres::Error>> + Send>>,
}

/// A failed statement.
pub(crate) struct Failure {
    /// Whether it was one that begins, divides or ends a transaction.
    pub(crate) control: bool,
    pub(crate) error: Error,
}

impl Postgres {
    pub(crate) fn open(url: &str, options: &Options, read_only: bool) -> Result<Self, Error> {
        let mut config: tokio_postgres::Config = url.parse()?;
        let patience = options.statement_timeout + MARGIN;
        config
            .application_name("kith")
            .connect_timeout(options.statement_timeout.min(CONNECT))
            .keepalives_idle(KEEPALIVE)
            .keepalives_interval(KEEPALIVE)
            .tcp_user_timeout(patience);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        let (client, wire) = runtime.block_on(config.connect(NoTls))?;
        let mut postgres = Self {
            runtime,
            wire: Some(wire),
            client: Arc::new(client),
            statements: HashMap::new(),
            asked: VecDeque::new(),
            answers: HashMap::new(),
            last: 0,
            patience,
        };
        postgres.script(&format!(
            "SET statement_timeout = {}; SET synchronous_commit = on; SET default_transaction_read_only = {}",
            options.statement_timeout.as_millis(),
            read_only,
        ))?;
        if !read_only {
            postgres.script(LOOK_UP)?;
        }
        Ok(postgres)
    }

    /// Whether the server closed the connection, as far as is known.
    pub(crate) fn is_closed(&self) -> bool {
        self.wire.is_none() || self.client.is_closed()
    }

    /// Runs several statements separated by `;`.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.settle().map_err(|failure| failure.error)?;
        let client = Arc::clone(&self.client);
        Ok(self.wait(pin!(client.batch_execute(sql)))?)
    }

    /// Queues a statement without parameters that begins, divides or ends a transaction.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<(), Error> {
        let client = Arc::clone(&self.client);
        let answer = async move {
            client.batch_execute(sql).await?;
            Ok(Answer::default())
        };
        self.ask(None, Box::pin(answer))
    }

    /// Queues a statement. `text` makes PostgreSQL's text of it the first time.
    pub(crate) fn statement(
        &mut self,
        sql: &'static str,
        text: impl FnOnce() -> String,
        input: Input<'_, '_>,
    ) -> Result<Ticket, Failure> {
        let failed = |error: Error| Failure { control: false, error };
        let statement = match self.statements.get(&key(sql)) {
            Some(statement) => statement.clone(),
            None => self.prepare(sql, &text())?,
        };
        let params =
            input.encoded(statement.params()).map_err(|error| failed(Error::Other(error.to_string())))?;
        let client = Arc::clone(&self.client);
        let answer = async move {
            let mut stream = pin!(client.query_raw(&statement, params).await?);
            let mut rows = Vec::new();
            while let Some(row) = stream.try_next().await? {
                rows.push(row);
            }
            Ok(Answer { rows, changed: stream.rows_affected().unwrap_or(0) })
        };
        self.last += 1;
        self.ask(Some(self.last), Box::pin(answer)).map_err(failed)?;
        Ok(self.last)
    }

    fn prepare(&mut self, sql: &'static str, text: &str) -> Result<Statement, Failure> {
        // Answers come in the order of the questions, and these are not taken while something else is waited for.
        self.settle()?;
        let client = Arc::clone(&self.client);
        let statement = self.wait(pin!(client.prepare(text)));
        let statement = statement.map_err(|error| Failure { control: false, error: error.into() })?;
        self.statements.insert(key(sql), statement.clone());
        Ok(statement)
    }

    /// Polled once, a question is queued behind those before it; what cannot be asked at all fails here.
    fn ask(
        &mut self,
        ticket: Option<Ticket>,
        mut answer: Pin<Box<dyn Future<Output = Result<Answer, tokio_postgres::Error>> + Send>>,
    ) -> Result<(), Error> {
        if let Poll::Ready(done) = answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            answer = Box::pin(ready(Ok(done?)));
        }
        self.asked.push_back(Asked { ticket, answer });
        Ok(())
    }

    /// Whether a statement was asked whose outcome is not known, apart from those that divide the transaction.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.asked.iter().any(|asked| asked.ticket.is_some())
    }

    /// Sends what was asked and takes all answers. The first failure counts: what follows one in a transaction fails
    /// because of it.
    pub(crate) fn settle(&mut self) -> Result<(), Failure> {
        let mut first = Ok(());
        while let Some(Asked { ticket, mut answer }) = self.asked.pop_front() {
            match (self.wait(answer.as_mut()), ticket) {
                (Ok(answer), Some(ticket)) => drop(self.answers.insert(ticket, answer)),
                (Err(error), _) if first.is_ok() => {
                    first = Err(Failure { control: ticket.is_none(), error: error.into() });
                }
                _ => {}
            }
        }
        first
    }

    pub(crate) fn is_answered(&self, ticket: Ticket) -> bool {
        self.answers.contains_key(&ticket)
    }

    /// The answer of a statement, after [`Self::settle`].
    pub(crate) fn answer(&mut self, ticket: Ticket) -> Option<Answer> {
        self.answers.remove(&ticket)
    }

    /// Forgets answers that nobody came for.
    pub(crate) fn forget(&mut self) {
        self.answers.clear();
    }

    /// Sends what was asked, without waiting for answers.
    pub(crate) fn send(&mut self) {
        let Self { runtime, wire, .. } = self;
        runtime.block_on(poll_fn(|cx| {
            drive(wire, cx);
            Poll::Ready(())
        }));
    }

    fn wait<F: Future + ?Sized>(&mut self, mut question: Pin<&mut F>) -> F::Output {
        let Self { runtime, wire, patience, .. } = self;
        let answered = runtime.block_on(async {
            let answer = poll_fn(|cx| {
                drive(wire, cx);
                question.as_mut().poll(cx)
            });
            tokio::time::timeout(*patience, answer).await
        });
        match answered {
            Ok(answer) => answer,
            Err(_) => {
                tracing::warn!("PostgreSQL did not answer in time; the connection is given up");
                // With it goes what was asked: it is answered with an error.
                *wire = None;
                runtime.block_on(question)
            }
        }
    }
}

/// Writes and reads what can be without waiting.
fn drive(wire: &mut Option<tokio_postgres::Connection<Socket, NoTlsStream>>, cx: &mut Context<'_>) {
    let Some(open) = wire else { return };
    if let Poll::Ready(ended) = Pin::new(open).poll(cx) {
        if let Err(error) = ended {
            tracing::debug!(%error, "the connection to PostgreSQL ended");
        }
        // With it go the questions that wait: they are answered with an error.
        *wire = None;
    }
}
