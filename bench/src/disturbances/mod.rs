//! What others notice: 1:1 messages at a fixed rate, alone and beside something that could disturb them.

mod hot_room;
mod reconnect;
mod sign_in;
mod slow_readers;

pub(crate) use hot_room::HotRoom;
pub(crate) use reconnect::Reconnect;
pub(crate) use sign_in::SignIn;
pub(crate) use slow_readers::SlowReaders;

use crate::{
    load::{
        Figures,
        pairs::{self, Person},
    },
    system::System,
};
use std::{io, time::Duration};

/// People who write to each other.
const PEOPLE: usize = 256;

/// Messages a second that they write in all.
const RATE: u32 = 500;

/// The figures that are compared.
const COMPARED: [&str; 3] = ["ack p50 ms", "ack p99 ms", "delivery p99 ms"];

/// How the 1:1 messages fare when nothing else happens.
async fn alone(system: &System, people: &[Person], duration: Duration) -> io::Result<Figures> {
    let figures = pairs::run(system, people, Some(RATE), duration).await?;
    Ok(named(&figures, "alone"))
}

/// How they fare while `disturbance` runs, and what that gives.
async fn beside<T>(
    system: &System,
    people: &[Person],
    disturbance: impl Future<Output = io::Result<T>>,
) -> io::Result<(Figures, T)> {
    let (figures, result) = pairs::run_beside(system, people, Some(RATE), disturbance).await?;
    Ok((named(&figures, "disturbed"), result))
}

fn named(figures: &Figures, when: &str) -> Figures {
    let compared = COMPARED.into_iter().filter_map(|name| Some((name, figures.get(name)?)));
    compared.map(|(name, value)| (format!("1:1 {name}, {when}"), *value)).collect()
}

/// Both, and how many times longer the slowest hundredth waited.
fn together(mut alone: Figures, disturbed: Figures) -> Figures {
    let p99 = |figures: &Figures, when| figures.get(&format!("1:1 ack p99 ms, {when}")).copied();
    if let Some((before, during)) = p99(&alone, "alone").zip(p99(&disturbed, "disturbed")) {
        alone.insert("1:1 ack p99, disturbed ÷ alone".into(), during / before);
    }
    alone.extend(disturbed);
    alone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::figures;

    #[test]
    fn the_ratio_is_of_the_slowest_hundredth() {
        let alone = named(&figures([("ack p99 ms", 2.0), ("CPU µs a message", 9.0)]), "alone");
        let disturbed = named(&figures([("ack p99 ms", 5.0)]), "disturbed");
        let both = together(alone, disturbed);
        assert_eq!(both["1:1 ack p99, disturbed ÷ alone"], 2.5);
        assert_eq!(both.len(), 3, "{both:?}");
    }
}
