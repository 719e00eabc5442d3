//! Many connections that do nothing.

use super::{Figures, Meter, connect, figures};
use crate::{
    experiment::Experiment,
    process,
    system::{Account, System},
};
use std::{io, time::Duration};
use tokio::{task::JoinHandle, time::sleep};

/// Connections of one account: servers limit them.
const PER_ACCOUNT: usize = 10;

/// How long memory and timers are left to come to rest.
const SETTLE: Duration = Duration::from_secs(3);

/// How long idleness is watched.
const WATCH: Duration = Duration::from_secs(5);

/// So many connections, opened, watched and closed.
pub(crate) struct Idle {
    pub(crate) connections: usize,
}

/// Connections that are open and do nothing; closed when dropped.
pub(crate) struct Held {
    tasks: Vec<JoinHandle<io::Result<()>>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Held {
    /// Lets go of them; an error if any has ended before.
    pub(crate) async fn close(mut self) -> io::Result<()> {
        let tasks = std::mem::take(&mut self.tasks);
        let count = tasks.len();
        let (ended, open): (Vec<_>, Vec<_>) = tasks.into_iter().partition(JoinHandle::is_finished);
        open.iter().for_each(JoinHandle::abort);
        let lost = ended.len();
        if let Some(first) = ended.into_iter().next() {
            let why = first.await;
            return Err(io::Error::other(format!(
                "{lost} of {count} idle connections ended, one with {why:?}"
            )));
        }
        Ok(())
    }
}

/// Accounts for so many connections, in pairs, each with a dm.
pub(crate) async fn accounts(system: &System, connections: usize) -> io::Result<Vec<Account>> {
    let accounts = system.accounts(connections.div_ceil(PER_ACCOUNT).next_multiple_of(2)).await?;
    system.conversations(accounts.chunks(2).map(|pair| pair.iter().collect()).collect()).await?;
    Ok(accounts)
}

/// Opens connections of these accounts and leaves them alone until memory has come to rest.
pub(crate) async fn open(
    system: &System,
    accounts: &[Account],
    connections: usize,
) -> io::Result<(Figures, Held)> {
    let pid = system.server_pid()?;
    // The first connection brings in what every server needs once.
    drop(connect(system, &accounts[..1]).await?);
    sleep(SETTLE).await;
    let before = process::resident(pid)?;
    let meter = Meter::start(system)?;
    let opened = connect(system, accounts.iter().cycle().take(connections)).await?;
    let (cpu, seconds) = meter.read()?;
    let tasks = opened.into_iter().map(|opened| tokio::spawn(opened.receiver.run(|_| true))).collect();
    sleep(SETTLE).await;
    let resident = process::resident(pid)?.saturating_sub(before);
    let count = connections as f64;
    let figures = figures([
        ("bytes a connection", resident as f64 / count),
        ("CPU µs to connect", cpu / count),
        ("connects a second", count / seconds),
        ("MiB before", before as f64 / f64::from(1 << 20)),
    ]);
    Ok((figures, Held { tasks }))
}

impl Experiment for Idle {
    type Stage = Vec<Account>;

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        accounts(system, self.connections).await
    }

    async fn run(&self, system: &mut System, stage: &Self::Stage) -> io::Result<Figures> {
        let (mut figures, held) = open(system, stage, self.connections).await?;
        let idle = Meter::start(system)?;
        sleep(WATCH).await;
        let (cpu, seconds) = idle.read()?;
        held.close().await?;
        figures.insert("CPU % while idle".into(), cpu / seconds / 1e4);
        Ok(figures)
    }
}
