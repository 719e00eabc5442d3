//! Threads that write, each owning a connection and taking many jobs into one transaction.

use crate::{Connection, Error, Options};
use parking_lot::{Mutex, RwLock};
use std::{
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

/// Most jobs that share a commit.
const BATCH: usize = 512;

/// The writing threads. A job goes to the one its key names, so jobs with equal keys never run at the same time; in
/// which order those of a batch do is for whoever runs the batch.
pub struct Writers<J> {
    /// Empty once closed.
    queues: RwLock<Vec<mpsc::Sender<J>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<J: Send + 'static> Writers<J> {
    /// Starts `count` threads (one on SQLite, which has one writer). Each takes all waiting jobs at once and
    /// hands them to `run`, which commits them together and answers them.
    pub fn start(
        options: &Options,
        count: usize,
        run: impl Fn(&mut Connection, Vec<J>) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let run = Arc::new(run);
        let writers = Self { queues: RwLock::default(), threads: Mutex::default() };
        for number in 0..count.max(1) {
            let mut connection = Connection::open(options)?;
            let (queue, jobs) = mpsc::channel::<J>();
            let run = Arc::clone(&run);
            let thread = thread::Builder::new().name(format!("kith-write-{number}")).spawn(move || {
                while let Ok(first) = jobs.recv() {
                    let mut batch = vec![first];
                    batch.extend(jobs.try_iter().take(BATCH - 1));
                    run(&mut connection, batch);
                }
            });
            let thread = thread.map_err(|error| Error::Unavailable(error.to_string()))?;
            writers.threads.lock().push(thread);
            writers.queues.write().push(queue);
        }
        Ok(writers)
    }

    /// Enqueues a job; given back if the writers have ended.
    pub fn submit(&self, key: u64, job: J) -> Result<(), J> {
        let queues = self.queues.read();
        let Some(place) = key.checked_rem(queues.len() as u64) else { return Err(job) };
        queues[place as usize].send(job).map_err(|mpsc::SendError(job)| job)
    }
}

impl<J> Writers<J> {
    /// Takes no more jobs, and waits until those that were enqueued are committed. Blocks.
    pub fn close(&self) {
        self.queues.write().clear();
        for thread in self.threads.lock().drain(..) {
            if thread.join().is_err() {
                tracing::error!("a writing thread panicked");
            }
        }
    }
}

impl<J> Drop for Writers<J> {
    fn drop(&mut self) {
        self.close();
    }
}
