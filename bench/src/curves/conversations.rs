//! 1:1 messages that go to many conversations in turn.

use crate::{
    experiment::Experiment,
    load::{
        Figures,
        pairs::{self, Person},
    },
    system::{Account, Kind, Store, System},
};
use std::{io, time::Duration};

/// People who write, each to all their conversations in turn.
const SENDERS: usize = 100;

/// People who read. Each sender has one conversation with each of them at most.
const READERS: usize = 1000;

/// So many conversations between two.
pub(super) struct Conversations {
    pub(super) count: usize,
    pub(super) duration: Duration,
}

impl Experiment for Conversations {
    type Stage = Vec<Person>;

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        let accounts = system.accounts(SENDERS + READERS).await?;
        let pairs: Vec<(usize, usize)> = (0..self.count).map(pair).collect();
        let dms: Vec<Dm> = pairs.iter().map(|pair| Dm::between(&accounts, *pair)).collect();
        let ids: Vec<String> = dms.iter().map(|dm| dm.id.clone()).collect();
        let kind = system.kind;
        system.fill(move |store| store_dms(store, kind, &dms)).await?;
        let mut people: Vec<Person> =
            accounts.into_iter().map(|account| Person { account, conversations: Vec::new() }).collect();
        for ((sender, _), id) in pairs.into_iter().zip(ids) {
            people[sender].conversations.push(id);
        }
        Ok(people)
    }

    async fn run(&self, system: &mut System, people: &Self::Stage) -> io::Result<Figures> {
        pairs::run(system, people, None, self.duration).await
    }
}

/// The sender and the reader of a conversation, as places among all people.
fn pair(number: usize) -> (usize, usize) {
    let (sender, round) = (number % SENDERS, number / SENDERS);
    (sender, SENDERS + (round + sender * (READERS / SENDERS)) % READERS)
}

struct Dm {
    id: String,
    members: [String; 2],
}

impl Dm {
    fn between(accounts: &[Account], (one, other): (usize, usize)) -> Self {
        let mut members = [accounts[one].id.clone(), accounts[other].id.clone()];
        // As the program orders them, so that it finds the dm by its people.
        members.sort();
        let id = format!("01940000-0000-7004-8000-{:012x}", one * (SENDERS + READERS) + other);
        Self { id, members }
    }
}

fn store_dms(store: &mut Store, kind: Kind, dms: &[Dm]) -> io::Result<()> {
    if kind == Kind::NodePostgres {
        let rows: Vec<String> = dms
            .iter()
            .flat_map(|dm| dm.members.iter().map(|member| format!("('{member}', '{}')", dm.id)))
            .collect();
        return store.insert("members (user_id, conversation_id)", &rows);
    }
    let conversations: Vec<String> = dms
        .iter()
        .map(|dm| {
            let [one, other] = &dm.members;
            format!("({}, 'dm', '{one}:{other}', 'none', 1, 1, 1)", store.id(&dm.id))
        })
        .collect();
    let columns = "id, conversation_type, dm_key, encryption, last_activity, changed_at, created_at";
    store.insert(&format!("conversations ({columns})"), &conversations)?;
    let members: Vec<String> = dms
        .iter()
        .flat_map(|dm| dm.members.iter().map(|member| (store.id(&dm.id), store.id(member))))
        .map(|(conversation, member)| format!("({conversation}, {member}, 'member', 0, 0, 0, 0)"))
        .collect();
    let columns = "conversation_id, user_id, role, joined_at, joined_version, delivered_seq, read_seq";
    store.insert(&format!("members ({columns})"), &members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_conversation_has_two_people_of_its_own() {
        let pairs: BTreeSet<_> = (0..SENDERS * READERS).map(pair).collect();
        assert_eq!(pairs.len(), SENDERS * READERS);
        assert!(
            pairs.iter().all(|(one, other)| *one < SENDERS && (SENDERS..SENDERS + READERS).contains(other))
        );
        let readers: BTreeSet<_> = (0..SENDERS).map(|number| pair(number).1).collect();
        assert_eq!(readers.len(), SENDERS, "the first conversations go to different readers");
    }
}
