//! What reading costs when much is stored.

use super::filling::{ASKED, Filling};
use crate::{
    experiment::Experiment,
    load::{Figures, http, run_number},
    system::{Account, System},
};
use std::{io, time::Duration};

/// Messages that somebody who was away has missed.
const MISSED: usize = 50;

/// The figures that are drawn.
pub(super) const PLOTTED: [&str; 5] = [
    "newest page of 50, CPU µs",
    "page of 50 in the middle, CPU µs",
    "100 of 1,000 conversations with unread counts, CPU µs",
    "sync after 50 missed messages, CPU µs",
    "user search, CPU µs",
];

/// So many messages.
pub(super) struct Stored {
    pub(super) messages: u64,
    pub(super) duration: Duration,
}

/// Who asks, and the size of the largest conversation.
pub(super) struct Stage {
    account: Account,
    largest: u64,
    bytes: f64,
}

impl Experiment for Stored {
    type Stage = Stage;

    async fn prepare(&self, system: &mut System) -> io::Result<Stage> {
        let accounts = system.accounts(1).await?;
        let account = accounts.into_iter().next().ok_or(io::ErrorKind::InvalidInput)?;
        // A day ago, so that what is asked for does not overlap with what is catching up.
        let until = run_number() / 1000 - 24 * 3600 * 1000;
        let filling = Filling::of(self.messages, until);
        let (largest, asking) = (filling.sizes[0], account.id.clone());
        system.fill(move |store| filling.write(store, &asking)).await?;
        let bytes = system.stored_bytes()? as f64 / self.messages as f64;
        Ok(Stage { account, largest, bytes })
    }

    async fn run(&self, system: &mut System, stage: &Stage) -> io::Result<Figures> {
        let largest = Filling::largest();
        let cursor =
            system.get(&stage.account, "/api/sync").await?["cursor"].as_str().unwrap_or_default().to_owned();
        for number in 0..MISSED {
            system.say(&stage.account, &largest, &format!("missed {number}")).await?;
        }
        let middle = stage.largest / 2;
        let questions = [
            (50, format!("/api/conversations/{largest}/messages?limit=50")),
            (50, format!("/api/conversations/{largest}/messages?limit=50&before={middle}")),
            (ASKED.min(100), "/api/conversations?limit=100".to_owned()),
            (MISSED as u64, format!("/api/sync?cursor={cursor}")),
            (11, "/api/users?search=person12&limit=11".to_owned()),
        ];
        let mut figures = Figures::new();
        for ((least, path), name) in questions.into_iter().zip(PLOTTED) {
            let answer = system.get(&stage.account, &path).await?;
            let items = answer["changes"].as_array().or(answer.as_array()).map_or(0, Vec::len) as u64;
            if items < least {
                return Err(io::Error::other(format!("{path} has {items} items instead of {least}")));
            }
            let measured = http::run(system, &stage.account, &path, self.duration).await?;
            let question = name.trim_end_matches(", CPU µs");
            figures.insert(name.to_owned(), measured["CPU µs a request"]);
            figures.insert(format!("{question}, p99 ms"), measured["p99 ms"]);
        }
        figures.insert("bytes a stored message".into(), stage.bytes);
        Ok(figures)
    }
}
