//! The server on one processor, and on two.

use crate::{
    experiment::{Experiment, Settings},
    load::{
        Figures,
        pairs::{self, Person},
        room::{self, Room},
    },
    system::System,
};
use std::{io, time::Duration};

/// People in dms.
const PEOPLE: usize = 256;

/// Members of the room.
const MEMBERS: usize = 1000;

/// Messages of the room that are on their way at any time.
const WINDOW: usize = 64;

/// So many processors, and as many threads that serve connections.
pub(super) struct Cores {
    pub(super) count: usize,
    pub(super) duration: Duration,
}

impl Experiment for Cores {
    type Stage = (Vec<Person>, Room);

    fn settings(&self) -> Settings {
        vec![("KITH_SERVER__WORKERS", self.count.to_string())]
    }

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        Ok((pairs::prepare(system, PEOPLE).await?, room::prepare(system, MEMBERS).await?))
    }

    async fn run(&self, system: &mut System, (people, room): &Self::Stage) -> io::Result<Figures> {
        system.pin(&format!("0-{}", self.count - 1))?;
        let flooded = room::run(system, room, WINDOW, self.duration).await?;
        let talked = pairs::run(system, people, None, self.duration).await?;
        let mut figures = Figures::new();
        for name in ["CPU µs a delivery", "deliveries a second"] {
            figures.insert(name.to_owned(), flooded[name]);
        }
        for name in ["CPU µs a message", "messages a second"] {
            figures.insert(name.to_owned(), talked[name]);
        }
        // What both processors would do if the load tool had a machine of its own.
        let whole = self.count as f64 * 1e6;
        figures.insert(
            "deliveries a second of processor time × processors".into(),
            whole / flooded["CPU µs a delivery"],
        );
        Ok(figures)
    }
}
