//! Many people sign in with their passwords at once, hashed with the parameters that the program has by default.

use super::{PEOPLE, alone, beside, together};
use crate::{
    experiment::{Experiment, Settings},
    load::{
        Figures,
        pairs::{self, Person},
    },
    system::{Account, PASSWORD, System},
};
use futures_util::future::try_join_all;
use std::{io, time::Duration};
use tokio::time::Instant;

/// People who sign in, one time after the other.
const STORMING: usize = 32;

/// A storm of sign-ins.
pub(crate) struct SignIn {
    pub(crate) duration: Duration,
}

impl Experiment for SignIn {
    type Stage = (Vec<Person>, Vec<Account>);

    fn settings(&self) -> Settings {
        vec![("KITH_AUTH__ARGON2_MEMORY", "19MiB".into()), ("KITH_AUTH__ARGON2_PASSES", "2".into())]
    }

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        Ok((pairs::prepare(system, PEOPLE).await?, system.accounts(STORMING).await?))
    }

    async fn run(&self, system: &mut System, (people, storming): &Self::Stage) -> io::Result<Figures> {
        let calm = alone(system, people, self.duration).await?;
        let begin = Instant::now();
        let storm =
            try_join_all(storming.iter().map(|account| sign_in(system, account, begin + self.duration)));
        let (disturbed, signed_in) = beside(system, people, storm).await?;
        let seconds = begin.elapsed().as_secs_f64();
        let mut figures = together(calm, disturbed);
        figures.insert("sign-ins a second".into(), signed_in.iter().sum::<u32>().into());
        figures.entry("sign-ins a second".into()).and_modify(|count| *count /= seconds);
        Ok(figures)
    }
}

/// Signs in again and again until then; how often.
async fn sign_in(system: &System, account: &Account, until: Instant) -> io::Result<u32> {
    let rest = system.rest();
    let mut count = 0;
    while Instant::now() < until {
        rest.login(&account.name, PASSWORD).await.map_err(io::Error::other)?;
        count += 1;
    }
    Ok(count)
}
