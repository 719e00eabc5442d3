//! Pages: cursors, offsets, stretches and windows.

use crate::server::{Person, Server};
use serde_json::{Value, json};

async fn seqs(person: &Person<'_>, path: &str) -> (Vec<i64>, Value) {
    let body = person.get(path).await.expect(200).json();
    let seqs = body["data"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap());
    (seqs.collect(), body["page"].clone())
}

#[tokio::test]
async fn messages_by_every_way() {
    let server = Server::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let dm = ada.dm_with(&bob).await;
    assert_eq!(seqs(&ada, "/api/messages?with=bob").await.0, [0; 0]);
    let mut ids = vec![String::new()];
    for n in 1..=7 {
        ids.push(ada.say(&dm, &n.to_string()).await["id"].as_str().unwrap().to_owned());
    }
    let list = format!("/api/conversations/{dm}/messages");

    let (first, page) = seqs(&bob, &format!("{list}?limit=3")).await;
    assert_eq!((first, &page["hasMore"]), (vec![7, 6, 5], &json!(true)));
    let cursor = page["nextCursor"].as_str().unwrap();
    let (second, page) = seqs(&bob, &format!("{list}?limit=3&cursor={cursor}")).await;
    assert_eq!(second, [4, 3, 2]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let (third, page) = seqs(&bob, &format!("{list}?limit=3&cursor={cursor}")).await;
    assert_eq!((third, page), (vec![1], json!({"nextCursor": null, "hasMore": false})));

    assert_eq!(seqs(&bob, &format!("{list}?limit=2&offset=2")).await.0, [5, 4]);
    assert_eq!(seqs(&bob, &format!("{list}?before=3")).await.0, [2, 1]);
    let (after, page) = seqs(&bob, &format!("{list}?after=2&limit=2")).await;
    assert_eq!(after, [3, 4]);
    let cursor = page["nextCursor"].as_str().unwrap();
    assert_eq!(seqs(&bob, &format!("{list}?cursor={cursor}")).await.0, [5, 6, 7]);
    assert_eq!(seqs(&bob, &format!("{list}?anchor={}&around=1", ids[4])).await.0, [3, 4, 5]);
    for same in [
        "/api/messages?with=ada&limit=1".to_owned(),
        format!("/api/messages?with={}&limit=1", ada.id),
        format!("/api/messages?conversationId={dm}&limit=1"),
        format!("/api/chats/{dm}/messages?limit=1"),
    ] {
        assert_eq!(seqs(&bob, &same).await.0, [7], "{same}");
    }
    ada.get("/api/messages?with=nobody").await.refused(404, "not_found");
}

#[tokio::test]
async fn two_people_who_never_spoke_have_an_empty_list() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    server.person("bob").await;
    let body = ada.get("/api/messages?with=bob").await.expect(200).json();
    assert_eq!((&body["data"], &body["page"]["hasMore"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn conversations_by_activity() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut groups = Vec::new();
    for _ in 0..3 {
        groups.push(ada.group_with(&[]).await);
    }
    let dm = ada.dm_with(&server.person("bob").await).await;
    ada.say(&groups[0], "first again").await;
    let ids = async |path: &str| -> (Vec<String>, Value) {
        let body = ada.get(path).await.expect(200).json();
        let ids = body["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        (ids.collect(), body["page"].clone())
    };
    let (all, _) = ids("/api/conversations").await;
    assert_eq!(all.len(), 4);
    assert_eq!(all[0], groups[0]);
    assert_eq!(ids("/api/chats").await.0, all);
    assert_eq!(ids("/api/conversations?type=dm").await.0, [dm]);
    assert_eq!(ids("/api/conversations?type=group&limit=2&offset=2").await.0.len(), 1);
    assert_eq!(ids("/api/conversations?archived=true").await.0.len(), 0);
    let (mut pages, mut page) = ids("/api/conversations?limit=3").await;
    while let Some(cursor) = page["nextCursor"].as_str() {
        let (more, next) = ids(&format!("/api/conversations?limit=3&cursor={cursor}")).await;
        pages.extend(more);
        page = next;
    }
    assert_eq!(pages, all);
}

#[tokio::test]
async fn people_by_the_beginning_of_their_names() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for name in ["adam", "adele", "bob", "ad_min"] {
        server.person(name).await;
    }
    let names = async |query: &str| -> Vec<String> {
        let data = ada.get(&format!("/api/users?{query}")).await.expect(200).data();
        data.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("search=AD").await, ["ad_min", "ada", "adam", "adele"]);
    assert_eq!(names("search=ad_").await, ["ad_min"]);
    assert_eq!(names("search=%25").await, [""; 0]);
    assert_eq!(names("search=ad&limit=2").await, ["ad_min", "ada"]);
    assert_eq!(names("search=ad&limit=2&cursor=ada").await, ["adam", "adele"]);
    assert_eq!(names("search=ad&limit=2&offset=3").await, ["adele"]);
}

#[tokio::test]
async fn people_who_only_show_a_name_come_after_those_who_have_it() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    for (name, shown) in
        [("zoe", "Ad Ö"), ("adam", "Zed"), ("carl", "ad ö"), ("dave", "Ad: A"), ("eve", "Eve")]
    {
        let person = server.person(name).await;
        person
            .call("PUT", &format!("/api/users/{}", person.id), json!({ "displayName": shown }))
            .await
            .expect(200);
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let body = ada.get(&format!("/api/users?search=Ad&limit=1{cursor}")).await.expect(200).json();
        found.push(body["data"][0]["username"].as_str().unwrap().to_owned());
        let Some(next) = body["page"]["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, ["ada", "adam", "carl", "zoe", "dave"]);
    let all = ada.get("/api/users?search=ad&limit=2&offset=3").await.expect(200).data();
    assert_eq!((&all[0]["username"], &all[1]["username"]), (&json!("zoe"), &json!("dave")));
    for cursor in ["adam:*", "adam:_w", "adam%00", "adam:AA"] {
        let path = format!("/api/users?search=ad&cursor={cursor}");
        ada.get(&path).await.refused(422, "validation_failed");
    }
}
