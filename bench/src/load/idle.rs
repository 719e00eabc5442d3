//! Many connections that do nothing.

use super::{Figures, Meter, connect};
use crate::{
    process,
    system::{Account, System},
};
use std::{io, time::Duration};
use tokio::time::sleep;

/// Connections of one account: servers limit them.
const PER_ACCOUNT: usize = 10;

/// How long memory and timers are left to come to rest.
const SETTLE: Duration = Duration::from_secs(3);

/// How long idleness is watched.
const WATCH: Duration = Duration::from_secs(5);

/// What the load needs: accounts in pairs, each with a dm.
pub(crate) async fn prepare(system: &System, connections: usize) -> io::Result<Vec<Account>> {
    let accounts = system.accounts(connections.div_ceil(PER_ACCOUNT).next_multiple_of(2)).await?;
    for pair in accounts.chunks(2) {
        system.conversation(&[&pair[0], &pair[1]]).await?;
    }
    Ok(accounts)
}

/// Opens the connections, waits, and closes them.
pub(crate) async fn run(system: &System, accounts: &[Account], connections: usize) -> io::Result<Figures> {
    let pid = system.server_pid()?;
    // The first connection brings in what every server needs once.
    drop(connect(system, vec![accounts[0].token.clone()]).await?);
    sleep(SETTLE).await;
    let before = process::resident(pid)?;
    let meter = Meter::start(system)?;
    let tokens = accounts.iter().cycle().take(connections).map(|account| account.token.clone()).collect();
    let opened = connect(system, tokens).await?;
    let (cpu, seconds) = meter.read()?;
    let tasks: Vec<_> =
        opened.into_iter().map(|(_, receiver)| tokio::spawn(receiver.run(|_| true))).collect();
    sleep(SETTLE).await;
    let resident = process::resident(pid)?.saturating_sub(before);
    let idle = Meter::start(system)?;
    sleep(WATCH).await;
    let (idle_cpu, idle_seconds) = idle.read()?;
    let (ended, open): (Vec<_>, Vec<_>) = tasks.into_iter().partition(tokio::task::JoinHandle::is_finished);
    open.iter().for_each(tokio::task::JoinHandle::abort);
    let lost = ended.len();
    if let Some(first) = ended.into_iter().next() {
        let why = first.await;
        return Err(io::Error::other(format!(
            "{lost} of {connections} idle connections ended, one with {why:?}"
        )));
    }
    let count = connections as f64;
    Ok(Figures::from([
        ("bytes a connection", resident as f64 / count),
        ("CPU µs to connect", cpu / count),
        ("connects a second", count / seconds),
        ("CPU % while idle", idle_cpu / idle_seconds / 1e4),
        ("MiB before", before as f64 / f64::from(1 << 20)),
    ]))
}
