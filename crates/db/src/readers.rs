//! A pool of threads that read, each with its own connection.

use crate::{Connection, Error, Options, Tx};
use parking_lot::{Condvar, Mutex};
use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(Result<&mut Connection, Error>) + Send>;

/// Runs reading closures on database threads: at least `pool.0` of them stay, at most `pool.1` run.
#[derive(Clone)]
pub struct Readers {
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl Readers {
    /// A pool without threads yet; the first read starts the first.
    pub fn new(options: Options) -> Self {
        Self { shared: Arc::new(Shared { options, queue: Mutex::default(), wake: Condvar::new() }) }
    }

    /// Runs `work` in a read-only transaction, so that its statements see one state of the store.
    pub async fn snapshot<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|connection| connection.transaction(work)).await
    }

    /// Runs `work` without a transaction: for one statement, or several that need not agree.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(|connection| connection.statements(work)).await
    }

    /// Lets the threads end once they have nothing to do.
    pub fn close(&self) {
        self.shared.queue.lock().closed = true;
        self.shared.wake.notify_all();
    }

    async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // The asker may have gone away; its answer goes with it.
            let _ = answer.send(connection.map_err(E::from).and_then(work));
        });
        self.enqueue(job);
        answered.await.unwrap_or_else(|_| Err(Error::Unavailable("the query was abandoned".into()).into()))
    }

    fn enqueue(&self, job: Job) {
        let mut queue = self.shared.queue.lock();
        queue.jobs.push_back(job);
        if queue.idle >= queue.jobs.len() {
            self.shared.wake.notify_one();
        } else if queue.threads < self.shared.options.pool.1 {
            queue.threads += 1;
            let shared = Arc::clone(&self.shared);
            let spawned = thread::Builder::new().name("kith-read".into()).spawn(move || shared.work());
            if let Err(error) = spawned {
                tracing::error!(%error, "starting a database thread");
                queue.threads -= 1;
            }
        }
    }
}

impl Shared {
    fn work(&self) {
        let mut connection = None;
        while let Some(job) = self.next() {
            if connection.is_none() {
                match Connection::open_read_only(&self.options) {
                    Ok(opened) => connection = Some(opened),
                    Err(error) => {
                        job(Err(error));
                        continue;
                    }
                }
            }
            if let Some(opened) = &mut connection
                && catch_unwind(AssertUnwindSafe(|| job(Ok(opened)))).is_err()
            {
                // Whoever asked is told by the lost answer. The connection may be inside a transaction.
                tracing::error!("a read panicked");
                connection = None;
            }
        }
    }

    /// The next job, or `None` when this thread shall end.
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.closed {
                queue.threads -= 1;
                return None;
            }
            queue.idle += 1;
            let timed_out = self.wake.wait_for(&mut queue, self.options.idle).timed_out();
            queue.idle -= 1;
            if timed_out && queue.jobs.is_empty() && queue.threads > self.options.pool.0 {
                queue.threads -= 1;
                return None;
            }
        }
    }
}
