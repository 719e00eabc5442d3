//! Jobs that run by the clock, each on one process at a time however many there are.
//!
//! Whoever finds a job due takes a lease on it in the store, renews it while it runs, and notes when the job is due
//! again. A process that dies leaves its lease to run out; then another begins anew, so a job may be done in parts and
//! must not mind being done twice. (Leases after Gray and Cheriton 1989; the clock is the store's, which all processes
//! agree on.)

use crate::{Ctx, Result, accounts::sessions, sync};
use kith_db::jobs;
use std::pin::Pin;
use std::time::Duration;
use uuid::Uuid;

/// How long a process that says nothing keeps a job.
const LEASE: Duration = Duration::from_secs(60);
/// When a job that failed is tried again, unless it is due sooner.
const AGAIN: Duration = Duration::from_secs(300);
/// How long sessions that ended are kept, seconds.
const KEPT_SESSIONS: i64 = 30 * 24 * 3600;

type Running<'c> = Pin<Box<dyn Future<Output = Result<u64>> + Send + 'c>>;

struct Job {
    name: &'static str,
    every: Duration,
    /// Does it; how many things it did.
    run: for<'c> fn(&'c Ctx) -> Running<'c>,
}

const JOBS: &[Job] = &[
    Job { name: "trim_log", every: Duration::from_secs(3600), run: |ctx| Box::pin(sync::trim_log(ctx)) },
    Job {
        name: "sweep_sessions",
        every: Duration::from_secs(3600),
        run: |ctx| Box::pin(async { sessions::sweep(ctx, ctx.now().plus_seconds(-KEPT_SESSIONS)).await }),
    },
];

/// Makes the jobs of this version known to the store.
pub async fn prepare(ctx: &Ctx) -> Result<()> {
    ctx.write(Uuid::nil(), |w| {
        for job in JOBS {
            jobs::insert(w.tx, job.name)?;
        }
        Ok(())
    })
    .await
}

/// Runs the jobs that are due and that no other process is at; their names. To be called every few seconds.
pub async fn run_due(ctx: &Ctx) -> Result<Vec<&'static str>> {
    let now = ctx.store_now();
    let due = ctx.read(move |tx| Ok(jobs::due(tx, now)?)).await?;
    let mut ran = Vec::new();
    for job in JOBS.iter().filter(|job| due.iter().any(|name| name == job.name)) {
        if run(ctx, job).await? {
            ran.push(job.name);
        }
    }
    Ok(ran)
}

/// Runs a job if it can be had; whether it was.
async fn run(ctx: &Ctx, job: &'static Job) -> Result<bool> {
    let holder = ctx.new_id();
    let claim = move |w: &mut crate::Write<'_, '_>| {
        let now = w.at;
        Ok(jobs::claim(w.tx, job.name, holder, now, now.plus_seconds(LEASE.as_secs() as i64))?)
    };
    if !ctx.write(Uuid::nil(), claim).await? {
        return Ok(false);
    }
    let next = tokio::select! {
        done = (job.run)(ctx) => match done {
            Ok(count) => {
                tracing::debug!(job = job.name, count, "done");
                job.every
            }
            Err(error) => {
                tracing::warn!(job = job.name, %error, "a job failed");
                job.every.min(AGAIN)
            }
        },
        lost = keep(ctx, job, holder) => {
            match lost {
                Ok(()) => tracing::warn!(job = job.name, "another process took the job over"),
                Err(error) => tracing::warn!(job = job.name, %error, "a lease could not be renewed"),
            }
            return Ok(false);
        }
    };
    ctx.write(Uuid::nil(), move |w| {
        let next = w.at.plus_seconds(next.as_secs() as i64);
        Ok(jobs::finish(w.tx, job.name, holder, next)?)
    })
    .await?;
    Ok(true)
}

/// Renews a lease as long as that is possible.
async fn keep(ctx: &Ctx, job: &'static Job, holder: Uuid) -> Result<()> {
    loop {
        tokio::time::sleep(LEASE / 3).await;
        let renew = move |w: &mut crate::Write<'_, '_>| {
            let until = w.at.plus_seconds(LEASE.as_secs() as i64);
            Ok(jobs::renew(w.tx, job.name, holder, until)?)
        };
        if !ctx.write(Uuid::nil(), renew).await? {
            return Ok(());
        }
    }
}
