//! Several nodes are one server: whatever happens on one is seen on the others, over each kind of bus.

use kith_api::{
    ConversationId,
    command::{AddParticipant, SendMessage, UpdateProfile},
    view::{MemberRole, Presence},
};
use kith_client::Transport;
use kith_testkit::{
    Account, Ears, Nodes,
    broker::{Broker, BrokerKind},
};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// Long enough for what crosses the bus at once, too short for anything that is found by looking.
const SOON: Duration = Duration::from_secs(1);

/// Ada is at the first node and Ben at the second; neither knows the other yet.
struct Stage {
    nodes: Nodes,
    ada: Account,
    ben: Account,
    broker: Broker,
}

async fn stage(kind: BrokerKind, settings: &[(&str, &str)]) -> Stage {
    let broker = Broker::start(kind);
    let nodes = Nodes::start(2, &broker, settings).await;
    let (ada, ben) = (nodes.get(0).account("ada").await, nodes.get(1).account("ben").await);
    Stage { nodes, ada, ben, broker }
}

async fn send(ears: &Ears, conversation: ConversationId, content: &str) {
    let message = SendMessage {
        conversation_id: Some(conversation),
        content: Some(content.to_owned()),
        ..SendMessage::default()
    };
    ears.call("send_message", &message).await.expect("is sent");
}

fn contents(ears: &Ears) -> Vec<String> {
    let heard = ears.all("new_message").into_iter();
    heard.map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn people_on_two_nodes_talk(kind: BrokerKind) {
    let Stage { nodes: _nodes, ada, ben, broker: _broker } = stage(kind, &[]).await;
    let at_first = Ears::open(&ada.rest, Transport::WebSocket).await;
    let at_second = Ears::open(&ben.rest, Transport::Raw).await;

    let dm = ada.dm(&ben).await.id;
    at_second.expect("conversation_created", |created| created["id"] == json!(dm)).await;
    let lines: Vec<String> = (0..40).map(|number| format!("line {number}")).collect();
    for (number, line) in lines.iter().enumerate() {
        send(if number % 2 == 0 { &at_first } else { &at_second }, dm, line).await;
    }
    for ears in [&at_first, &at_second] {
        ears.expect("new_message", |message| message["content"] == "line 39").await;
        assert_eq!(contents(ears), lines, "each once, in order, on both nodes");
    }
    at_second.call("typing_start", &json!({ "conversationId": dm })).await.expect("types");
    at_first.expect("user_typing", |typing| typing["userId"] == json!(ben.id)).await;
    at_second.call("mark_read", &json!({ "conversationId": dm, "seq": 40 })).await.expect("reads");
    at_first.expect("message_status", |status| status["status"] == "read").await;
}

async fn presence_crosses_nodes(kind: BrokerKind) {
    let Stage { nodes, ada, ben, broker: _broker } = stage(kind, &[]).await;
    let _dm = ada.dm(&ben).await;
    let at_first = Ears::open(&ada.rest, Transport::WebSocket).await;
    let is_ben = |status: &'static str| {
        let id = json!(ben.id);
        move |news: &serde_json::Value| news["userId"] == id && news["status"] == status
    };
    let at_second = Ears::open(&ben.rest, Transport::WebSocket).await;
    at_first.expect("presence", is_ben("online")).await;
    // Whoever comes later is told who is there already.
    at_second.expect("presence", |news| news["userId"] == json!(ada.id) && news["status"] == "online").await;
    let online = ada.rest.online_users().await.expect("answers").items;
    assert_eq!(online.len(), 2, "{online:?}");

    at_second.call("presence_update", &json!({ "status": "dnd" })).await.expect("chooses");
    at_first.expect("presence", is_ben("dnd")).await;
    let also = Ears::open(&ben.at(nodes.get(0)).rest, Transport::Raw).await;
    drop(at_second);
    // Still there by way of the first node.
    at_first.expect_none(SOON, "presence", is_ben("offline")).await;
    assert_eq!(ada.rest.user("ben").await.expect("is there").status, Presence::Dnd);
    drop(also);
    at_first.expect("presence", is_ben("offline")).await;
}

async fn membership_crosses_nodes(kind: BrokerKind) {
    let Stage { nodes, ada, ben, broker: _broker } = stage(kind, &[]).await;
    let cem = nodes.get(1).account("cem").await;
    let group = ada.group("Walks", &[&ben]).await.id;
    let [bens, cems] =
        [Ears::open(&ben.rest, Transport::WebSocket).await, Ears::open(&cem.rest, Transport::Raw).await];
    ada.say(group, "before").await;
    let body = AddParticipant { user_id: Some(cem.id), username: None, role: Some(MemberRole::Member) };
    ada.rest.add_participant(group, &body).await.expect("the owner adds");
    cems.expect("conversation_created", |created| created["id"] == json!(group)).await;
    ada.say(group, "welcome").await;
    for ears in [&bens, &cems] {
        ears.expect("new_message", |message| message["content"] == "welcome").await;
    }
    assert_eq!(contents(&cems), ["welcome"], "nothing from before");

    ada.rest.remove_participant(group, cem.id).await.expect("the owner removes");
    cems.expect("conversation_removed", |removed| removed["conversationId"] == json!(group)).await;
    ada.say(group, "among us").await;
    bens.expect("new_message", |message| message["content"] == "among us").await;
    assert_eq!(contents(&cems), ["welcome"], "nothing from after");
    let refused = cems
        .call("send_message", &json!({ "conversationId": group, "content": "still here?" }))
        .await
        .expect_err("is refused");
    assert_eq!(refused.code().map(|code| code.as_str()), Some("not_found"));
}

async fn what_is_ended_or_changed_on_one_node_is_so_on_all(kind: BrokerKind) {
    let Stage { nodes, ada, ben, broker: _broker } = stage(kind, &[]).await;
    let elsewhere = ada.at(nodes.get(1));
    let ears = Ears::open(&elsewhere.rest, Transport::WebSocket).await;
    assert_eq!(elsewhere.rest.user("ben").await.expect("is there").display_name, "ben");
    let body = UpdateProfile { display_name: Some("Benedikt".into()), ..UpdateProfile::default() };
    ben.at(nodes.get(0)).rest.update_profile(ben.id, &body).await.expect("renames");
    let renamed = async {
        while elsewhere.rest.user("ben").await.expect("is there").display_name != "Benedikt" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, renamed).await.expect("no node remembers the old name");

    ada.rest.logout().await.expect("signs out");
    let closed = ears.expect_closed(SOON).await;
    assert_eq!(closed.code.unwrap_or(4409), 4409, "{closed:?}");
    let reply = elsewhere.rest.raw(Method::GET, "/api/auth/me", None).await.expect("answers");
    assert_eq!(reply.status, 401, "{}", reply.body);
}

async fn limits_are_one_for_all_nodes(kind: BrokerKind) {
    let Stage { nodes, ada, ben, mut broker } = stage(kind, &[("KITH_LIMITS__MESSAGES", "6/1h")]).await;
    let dm = ada.dm(&ben).await.id;
    let at = [ada.clone(), ada.at(nodes.get(1))];
    let message = |content: String| SendMessage {
        conversation_id: Some(dm),
        content: Some(content),
        ..SendMessage::default()
    };
    for number in 0..6 {
        at[number % 2].rest.send(&message(format!("line {number}"))).await.expect("is within the limit");
    }
    for one in &at {
        let refused = one.rest.send(&message("one too many".into())).await.expect_err("is refused");
        assert_eq!(refused.code().map(|code| code.as_str()), Some("rate_limited"));
    }
    // Whoever has not been limited is limited by each node alone while Redis is away.
    (0..broker.addresses().len()).for_each(|place| broker.kill(place));
    for number in 0..6 {
        ben.rest.send(&message(format!("answer {number}"))).await.expect("is within the limit");
    }
    ben.rest.send(&message("one too many".into())).await.expect_err("is refused");
}

/// Each part of the server as a process of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_parts_run_as_processes_of_their_own() {
    let broker = Broker::start(BrokerKind::Redis);
    let nodes = Nodes::start_each(
        &broker,
        &[
            &[("KITH_SERVER__ROLES", "api")],
            &[("KITH_SERVER__ROLES", "realtime")],
            &[("KITH_SERVER__ROLES", "worker")],
        ],
    )
    .await;
    let [api, realtime, worker] = [0, 1, 2].map(|place| nodes.get(place));
    let (ada, ben) = (api.account("ada").await, api.account("ben").await);
    let ears = Ears::open(&ben.at(realtime).rest, Transport::WebSocket).await;
    let dm = ada.dm(&ben).await.id;
    ears.expect("conversation_created", |created| created["id"] == json!(dm)).await;
    ada.say(dm, "by way of the api").await;
    ears.expect("new_message", |message| message["content"] == "by way of the api").await;
    send(&ears, dm, "and back").await;
    let history = ada.rest.history(dm).await.expect("answers");
    assert_eq!(history.len(), 2, "{history:?}");

    let status = async |node: &kith_testkit::TestServer, path: &str| {
        node.rest().raw(Method::GET, path, None).await.expect("answers").status
    };
    let polling = "/socket.io/?EIO=4&transport=polling";
    assert_eq!((status(api, "/api/server").await, status(api, polling).await), (200, 404));
    assert_eq!((status(realtime, "/api/server").await, status(realtime, polling).await), (404, 200));
    assert_eq!((status(worker, "/api/server").await, status(worker, polling).await), (404, 404));
    for node in [api, realtime, worker] {
        assert_eq!(status(node, "/health/ready").await, 200);
        assert_eq!(status(node, "/metrics").await, 200);
    }
}

macro_rules! over_each_bus {
    ($($bus:ident = $Kind:ident),*) => {$(
        mod $bus {
            use kith_testkit::broker::BrokerKind;
            over_each_bus!(@ BrokerKind::$Kind,
                people_on_two_nodes_talk,
                presence_crosses_nodes,
                membership_crosses_nodes,
                what_is_ended_or_changed_on_one_node_is_so_on_all
            );
        }
    )*};
    (@ $kind:expr, $($story:ident),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $story() {
            super::$story($kind).await;
        }
    )*};
}
over_each_bus!(redis = Redis, sentinel = Sentinel, cluster = Cluster, nats = Nats);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_one_for_all_nodes_with_redis() {
    limits_are_one_for_all_nodes(BrokerKind::Redis).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_one_for_all_nodes_with_a_redis_cluster() {
    limits_are_one_for_all_nodes(BrokerKind::Cluster).await;
}
