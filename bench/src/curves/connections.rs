//! A busy room beside connections that do nothing.

use crate::{
    experiment::Experiment,
    load::{
        Figures, idle,
        room::{self, Room},
    },
    system::{Account, System},
};
use std::{io, time::Duration};

/// Members of the room.
const MEMBERS: usize = 100;

/// Messages of the room that are on their way at any time.
const WINDOW: usize = 16;

/// So many idle connections.
pub(super) struct Connections {
    pub(super) count: usize,
    pub(super) duration: Duration,
}

impl Experiment for Connections {
    type Stage = (Vec<Account>, Room);

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        Ok((idle::accounts(system, self.count).await?, room::prepare(system, MEMBERS).await?))
    }

    async fn run(&self, system: &mut System, (accounts, room): &Self::Stage) -> io::Result<Figures> {
        let (mut figures, held) = idle::open(system, accounts, self.count).await?;
        let busy = room::run(system, room, WINDOW, self.duration).await?;
        held.close().await?;
        for name in ["CPU µs a delivery", "delivery p99 ms"] {
            figures.insert(name.to_owned(), busy[name]);
        }
        Ok(figures)
    }
}
