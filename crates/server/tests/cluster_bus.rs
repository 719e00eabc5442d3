//! The bus is a hint, the log is the truth: two nodes of this process, and a bus between them that loses, repeats and
//! swaps what it carries.

use kith_api::{
    ConversationId,
    command::{AddParticipant, SendMessage},
};
use kith_client::{Rest, Transport};
use kith_server::{
    bus::{Arrival, Exchange, Subject},
    config::{Config, Sources},
    server::{self, Running},
};
use kith_testkit::{Account, Ears, PASSWORD, postgres::Cluster};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Nodes in this process.
struct Stage {
    exchange: Exchange,
    nodes: Vec<Running>,
    _dir: TempDir,
    _database: kith_testkit::postgres::Database,
}

impl Stage {
    async fn open() -> Self {
        let database = Cluster::shared().database().expect("a database is made");
        let dir = tempfile::tempdir().expect("a directory is made");
        let exchange = Exchange::default();
        let mut nodes = Vec::new();
        for _ in 0..2 {
            let settings = [
                ("KITH_SERVER__BIND", "127.0.0.1:0".to_owned()),
                ("KITH_SERVER__DATA_DIR", dir.path().display().to_string()),
                ("KITH_DATABASE__URL", database.url()),
                ("KITH_AUTH__JWT_SECRET", "one secret for all nodes of a cluster".to_owned()),
                ("KITH_AUTH__ARGON2_MEMORY", "7MiB".to_owned()),
                ("KITH_LIMITS__PRESET", "off".to_owned()),
            ];
            let environment = settings.map(|(name, value)| (name.to_owned(), value));
            let sources = Sources { environment: &environment, ..Sources::default() };
            let config = Config::load(&sources).expect("the configuration is right");
            nodes.push(server::start_in(config, &exchange).await.expect("a node starts"));
        }
        Self { exchange, nodes, _dir: dir, _database: database }
    }

    async fn account(&self, node: usize, username: &str) -> Account {
        let rest = Rest::new(&format!("http://{}", self.nodes[node].address)).expect("is an address");
        let body = kith_api::command::Register {
            username: username.to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        let signed_in = rest.register(&body).await.expect("registers");
        Account { rest, id: signed_in.user.user.id, username: username.to_owned() }
    }

    async fn close(self) {
        for node in self.nodes {
            node.shut_down().await;
        }
    }
}

async fn send(ears: &Ears, conversation: ConversationId, content: String) {
    let message =
        SendMessage { conversation_id: Some(conversation), content: Some(content), ..Default::default() };
    ears.call("send_message", &message).await.expect("is sent");
}

/// Repeatable disorder: a linear congruential generator (Knuth's MMIX constants).
fn disorder(seed: u64, arrivals: &'static [Arrival]) -> impl FnMut(Subject) -> Arrival + Send {
    let state = AtomicU64::new(seed);
    move |subject| {
        let next = state
            .load(Ordering::Relaxed)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.store(next, Ordering::Relaxed);
        match subject {
            Subject::Conversation(_) | Subject::User(_) => arrivals[(next >> 33) as usize % arrivals.len()],
            Subject::Node(_) | Subject::Everyone => Arrival::Once,
        }
    }
}

async fn talk_over(arrivals: &'static [Arrival]) {
    const LINES: usize = 200;
    let stage = Stage::open().await;
    let (ada, ben) = (stage.account(0, "ada").await, stage.account(1, "ben").await);
    let dm = ada.dm(&ben).await.id;
    let [at_first, at_second] = [
        Ears::open(&ada.rest, Transport::WebSocket).await,
        Ears::open(&ben.rest, Transport::WebSocket).await,
    ];
    stage.exchange.set_fate(disorder(7, arrivals));
    for number in 0..LINES {
        send(if number % 3 == 0 { &at_second } else { &at_first }, dm, format!("line {number}")).await;
    }
    // What comes last may be lost as well; it is noticed by the next event.
    stage.exchange.set_fate(|_| Arrival::Once);
    send(&at_first, dm, "over".into()).await;
    send(&at_second, dm, "and out".into()).await;
    let mut versions = Vec::new();
    for ears in [&at_first, &at_second] {
        ears.expect("new_message", |message| message["content"] == "and out").await;
        let heard = ears.all("new_message");
        assert_eq!(heard.len(), LINES + 2, "each message once");
        versions.push(heard.iter().map(|message| message["version"].as_i64()).collect::<Vec<_>>());
        assert!(versions[0].is_sorted(), "in order");
    }
    assert_eq!(versions[0], versions[1], "the same on both nodes");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_loses() {
    talk_over(&[Arrival::Once, Arrival::Never]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_repeats() {
    talk_over(&[Arrival::Once, Arrival::Twice]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_swaps() {
    talk_over(&[Arrival::Once, Arrival::Late]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_does_everything_wrong() {
    talk_over(&[Arrival::Once, Arrival::Never, Arrival::Twice, Arrival::Late]).await;
}

/// Who was removed is not let in again by a hint that they came, however late or often it arrives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hint_that_comes_late_lets_nobody_in() {
    let stage = Stage::open().await;
    let ada = stage.account(0, "ada").await;
    let (ben, cem) = (stage.account(1, "ben").await, stage.account(1, "cem").await);
    let group = ada.group("Walks", &[&ben]).await.id;
    let [bens, cems] = [
        Ears::open(&ben.rest, Transport::WebSocket).await,
        Ears::open(&cem.rest, Transport::WebSocket).await,
    ];
    // What concerns an account comes after what comes next.
    stage.exchange.set_fate(|subject| match subject {
        Subject::User(_) => Arrival::Late,
        _ => Arrival::Once,
    });
    let add = AddParticipant { user_id: Some(cem.id), username: None, role: None };
    for number in 0..20 {
        ada.rest.add_participant(group, &add).await.expect("the owner adds");
        ada.rest.remove_participant(group, cem.id).await.expect("the owner removes");
        ada.say(group, &format!("among us {number}")).await;
    }
    bens.expect("new_message", |message| message["content"] == "among us 19").await;
    ada.say(group, "and nobody else").await;
    bens.expect("new_message", |message| message["content"] == "and nobody else").await;
    // What is pushed to both is in both queues by now.
    cems.call("ping", &json!({})).await.expect("answers");
    assert_eq!(cems.all("new_message"), [json!(null); 0]);
    stage.close().await;
}

/// Nothing at all arrives: heads are compared with the store, and memberships looked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_says_nothing() {
    let stage = Stage::open().await;
    let (ada, ben) = (stage.account(0, "ada").await, stage.account(1, "ben").await);
    let at_second = Ears::open(&ben.rest, Transport::WebSocket).await;
    stage.exchange.set_fate(|_| Arrival::Never);
    let dm = ada.dm(&ben).await.id;
    ada.say(dm, "can you hear me?").await;
    let found =
        at_second.expect_within(Duration::from_secs(45), "conversation_created", |it| it["id"] == json!(dm));
    found.await;
    at_second.expect("new_message", |message| message["content"] == "can you hear me?").await;
    ada.say(dm, "and now?").await;
    let found = at_second
        .expect_within(Duration::from_secs(45), "new_message", |message| message["content"] == "and now?");
    found.await;
    stage.close().await;
}
