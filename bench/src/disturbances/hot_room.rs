//! One room of 1,000 is flooded while others talk elsewhere.

use super::{PEOPLE, alone, beside, together};
use crate::{
    experiment::Experiment,
    load::{
        Figures,
        pairs::{self, Person},
        room::{self, Room},
    },
    system::System,
};
use std::{io, time::Duration};

/// Members of the room.
const MEMBERS: usize = 1000;

/// Messages of the room that are on their way at any time.
const WINDOW: usize = 64;

/// A flooded room.
pub(crate) struct HotRoom {
    pub(crate) duration: Duration,
}

impl Experiment for HotRoom {
    type Stage = (Vec<Person>, Room);

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        Ok((pairs::prepare(system, PEOPLE).await?, room::prepare(system, MEMBERS).await?))
    }

    async fn run(&self, system: &mut System, (people, room): &Self::Stage) -> io::Result<Figures> {
        let calm = alone(system, people, self.duration).await?;
        let flood = room::run(system, room, WINDOW, self.duration);
        let (disturbed, flooded) = beside(system, people, flood).await?;
        let mut figures = together(calm, disturbed);
        let room = ["deliveries a second", "messages a second"];
        figures.extend(room.into_iter().map(|name| (format!("room: {name}"), flooded[name])));
        Ok(figures)
    }
}
