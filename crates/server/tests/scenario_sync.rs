//! What `sync` tells somebody who was away, and what is kept for them to be told.

use kith_api::{
    command::{AddParticipant, DeleteFor, PublishKey, SendMessage, UpdateConversation},
    event::Change,
};
use kith_testkit::{Account, Engine, TestServer};
use reqwest::Method;
use serde_json::json;

async fn cursor(account: &Account) -> String {
    account.rest.sync(None, None).await.expect("answers").cursor
}

/// All pages since `cursor`, with `limit` changes each, and how many pages there were.
async fn catch_up(account: &Account, cursor: &str, limit: u32) -> (Vec<Change>, usize) {
    let (mut changes, mut cursor, mut pages) = (Vec::new(), cursor.to_owned(), 0);
    loop {
        let page = account.rest.sync(Some(&cursor), Some(limit)).await.expect("answers");
        changes.extend(page.changes);
        (cursor, pages) = (page.cursor, pages + 1);
        if !page.has_more {
            return (changes, pages);
        }
    }
}

fn named<'c>(changes: &'c [Change], kind: &str) -> Vec<&'c Change> {
    changes.iter().filter(|change| change.kind == kind).collect()
}

async fn a_new_key_is_told_however_much_there_is_to_tell(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let dm = ada.dm(&ben).await.id;
    let before = cursor(&ben).await;
    let key = PublishKey { public_key: "a2V5".into(), algorithm: None };
    ada.rest.publish_key(&key).await.expect("stores the key");
    for number in 0..10 {
        ada.say(dm, &format!("line {number}")).await;
    }
    let (changes, pages) = catch_up(&ben, &before, 3).await;
    assert!(pages > 3, "{pages} pages");
    let told = named(&changes, "key_changed");
    assert!(!told.is_empty() && told.iter().all(|c| c.data["userId"] == json!(ada.id)), "{told:?}");
    assert_eq!(named(&changes, "new_message").len(), 10);
}

async fn what_is_gone_says_where_it_was(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let (dm, group) = (ada.dm(&ben).await.id, ada.group("Walks", &[&ben]).await.id);
    let unwanted = ada.say(dm, "too long to read").await;
    let before = cursor(&ben).await;
    ben.rest.delete_message(unwanted.id, DeleteFor::Me).await.expect("hides it");
    ada.rest.remove_participant(group, ben.id).await.expect("the owner removes");

    let (changes, _) = catch_up(&ben, &before, 100).await;
    for (kind, place) in [("message_hidden", dm), ("conversation_removed", group)] {
        let told = named(&changes, kind);
        assert_eq!(told.len(), 1, "{kind} in {changes:?}");
        assert_eq!((told[0].conversation_id, told[0].version), (Some(place), None), "{kind}");
    }
}

async fn a_page_is_bounded_in_bytes_and_repeats_nothing(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let (dm, group) = (ada.dm(&ben).await.id, ada.group("Walks", &[&ben]).await.id);
    let before = cursor(&ben).await;
    for name in ["Long walks", "Short walks", "No walks"] {
        let body = UpdateConversation { name: Some(name.into()), topic: None };
        ada.rest.update_conversation(group, &body).await.expect("renames");
    }
    let long = "wörds ".repeat(2000);
    for _ in 0..100 {
        ada.say(dm, &long).await;
    }
    let first = ben.rest.sync(Some(&before), Some(1000)).await.expect("answers");
    assert!(first.has_more, "a page of {} changes has no end", first.changes.len());
    let bytes = serde_json::to_vec(&first).expect("is JSON").len();
    assert!((400_000..1_000_000).contains(&bytes), "{bytes} bytes");
    let (changes, _) = catch_up(&ben, &before, 1000).await;
    assert_eq!(named(&changes, "new_message").len(), 100);
    let renamed = named(&changes, "conversation_updated");
    assert_eq!(renamed.len(), 1, "{renamed:?}");
    assert_eq!(renamed[0].data["name"], "No walks");
}

async fn earlier_texts_are_counted_and_paged(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let message = ada.say(ada.dm(&ben).await.id, "text 0").await;
    for number in 1..=105 {
        ada.rest.edit(message.id, &format!("text {number}")).await.expect("edits");
    }
    let version = ada.rest.message(message.id).await.expect("is there").version;
    let same = ada.rest.edit(message.id, "text 105").await.expect("is answered");
    assert_eq!(same.version, version, "an edit that changes nothing is one");

    let (mut texts, mut query) = (Vec::new(), String::from("limit=40"));
    loop {
        let path = format!("/api/messages/{}/history?{query}", message.id);
        let reply = ben.rest.raw(Method::GET, &path, None).await.expect("answers");
        let items = reply.body["data"].as_array().unwrap_or_else(|| panic!("{}", reply.body));
        assert!(items.len() <= 40, "{} on a page", items.len());
        texts.extend(items.iter().map(|edit| edit["content"].as_str().expect("text").to_owned()));
        match reply.body["page"]["nextCursor"].as_str() {
            Some(next) => query = format!("limit=40&cursor={next}"),
            None => break,
        }
    }
    let kept: Vec<String> = (5..105).map(|number| format!("text {number}")).collect();
    assert_eq!(texts, kept);
}

async fn hiding_is_not_the_end(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let dm = ada.dm(&ben).await.id;
    let message = ada.say(dm, "a slip").await;
    for _ in 0..2 {
        ada.rest.delete_message(message.id, DeleteFor::Me).await.expect("a repeat changes nothing");
    }
    ada.rest.delete_message(message.id, DeleteFor::Everyone).await.expect("the sender may still");
    let seen = ben.rest.message(message.id).await.expect("a tombstone stays");
    assert!(seen.deleted_at.is_some() && seen.content.is_none());

    // Unread and mentions leave out the same messages.
    let call = SendMessage {
        conversation_id: Some(dm),
        content: Some("ben!".into()),
        mentions: Some(vec![ben.id]),
        ..SendMessage::default()
    };
    let call = ada.rest.send(&call).await.expect("sends");
    let counts = async || {
        let conversation = ben.rest.conversation(dm).await.expect("is there");
        (conversation.unread_count, conversation.mention_count)
    };
    assert_eq!(counts().await, (1, 1));
    ben.rest.delete_message(call.id, DeleteFor::Me).await.expect("hides it");
    assert_eq!(counts().await, (0, 0));
}

async fn whoever_comes_back_sees_the_group_anew(engine: Engine) {
    let server = TestServer::start(engine).await;
    let [ada, ben] = [server.account("ada").await, server.account("ben").await];
    let group = ada.group("Walks", &[&ben]).await.id;
    let before = cursor(&ben).await;
    ada.rest.remove_participant(group, ben.id).await.expect("the owner removes");
    let body = AddParticipant { user_id: Some(ben.id), ..AddParticipant::default() };
    ada.rest.add_participant(group, &body).await.expect("the owner adds");
    let (changes, _) = catch_up(&ben, &before, 100).await;
    assert!(named(&changes, "conversation_removed").is_empty(), "{changes:?}");
    assert_eq!(named(&changes, "conversation_created").len(), 1);
}

kith_testkit::on_both_engines!(
    a_new_key_is_told_however_much_there_is_to_tell,
    what_is_gone_says_where_it_was,
    a_page_is_bounded_in_bytes_and_repeats_nothing,
    earlier_texts_are_counted_and_paged,
    hiding_is_not_the_end,
    whoever_comes_back_sees_the_group_anew,
);
