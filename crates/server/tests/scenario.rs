//! One story, told over every transport on both engines: what people do in conversations has the same effects and the
//! same answers, whichever way it is asked for.

use kith_api::{
    ConversationId, ErrorCode, MessageId,
    command::{
        AddParticipant, DeleteFor, DeleteMessage, EditMessage, Mark, React, ReactionAction, SendMessage,
        Sync, Typing, UpdatePresence,
    },
    view::{Conversation, Message, MessageStatus, Presence, SyncPage},
};
use kith_client::{Backoff, Device, Error, MessageQuery, Transport};
use kith_testkit::{Account, Ears, Engine, TestServer};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

/// How somebody asks for things. Events always come over a socket.
#[derive(Clone, Copy, Debug)]
enum Way {
    Rest,
    Realtime(Transport),
}

/// Somebody with a connection.
struct Person {
    account: Account,
    ears: Ears,
    way: Way,
}

fn take<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value)
        .unwrap_or_else(|error| panic!("the answer is not what the contract says: {error}"))
}

impl Person {
    async fn connect(account: Account, way: Way) -> Self {
        let transport = match way {
            Way::Rest => Transport::WebSocket,
            Way::Realtime(transport) => transport,
        };
        Self { ears: Ears::open(&account.rest, transport).await, account, way }
    }

    /// A second device of the same person.
    async fn another(&self) -> Self {
        Self::connect(self.account.another_session().await, self.way).await
    }

    async fn command<T: DeserializeOwned>(&self, name: &str, payload: &impl Serialize) -> Result<T, Error> {
        self.ears.call(name, payload).await.map(take)
    }

    async fn send(&self, message: &SendMessage) -> Result<Message, Error> {
        match self.way {
            Way::Rest => self.account.rest.send(message).await,
            Way::Realtime(_) => self.command("send_message", message).await,
        }
    }

    async fn say(&self, conversation: ConversationId, content: &str) -> Message {
        self.send(&to(conversation, content)).await.unwrap_or_else(|error| panic!("{content}: {error}"))
    }

    async fn edit(&self, message_id: MessageId, content: &str) -> Result<Message, Error> {
        match self.way {
            Way::Rest => self.account.rest.edit(message_id, content).await,
            Way::Realtime(_) => {
                let edit = EditMessage { message_id, content: content.to_owned() };
                self.command("edit_message", &edit).await
            }
        }
    }

    async fn delete(&self, message_id: MessageId, scope: DeleteFor) -> Result<(), Error> {
        match self.way {
            Way::Rest => self.account.rest.delete_message(message_id, scope).await,
            Way::Realtime(_) => {
                self.ears.call("delete_message", &DeleteMessage { message_id, scope }).await.map(drop)
            }
        }
    }

    async fn react(&self, message_id: MessageId, emoji: &str, action: ReactionAction) -> Result<(), Error> {
        let rest = &self.account.rest;
        match (self.way, action) {
            (Way::Rest, ReactionAction::Add) => rest.react(message_id, emoji).await.map(drop),
            (Way::Rest, ReactionAction::Remove) => rest.unreact(message_id, emoji).await,
            (Way::Realtime(_), _) => {
                let react = React { message_id, emoji: emoji.to_owned(), action };
                self.ears.call("reaction", &react).await.map(drop)
            }
        }
    }

    async fn mark_read(&self, id: ConversationId, seq: i64) -> Result<(), Error> {
        match self.way {
            Way::Rest => self.account.rest.mark_read(id, seq).await.map(drop),
            Way::Realtime(_) => {
                let mark = Mark { conversation_id: Some(id), seq: Some(seq), ..Mark::default() };
                self.ears.call("mark_read", &mark).await.map(drop)
            }
        }
    }

    async fn show(&self, status: Presence) {
        match self.way {
            Way::Rest => self.account.rest.update_presence(status).await,
            Way::Realtime(_) => self.ears.call("presence_update", &UpdatePresence { status }).await.map(drop),
        }
        .expect("presence is taken");
    }

    async fn sync(&self, cursor: &str) -> SyncPage {
        let sync = Sync { cursor: Some(cursor.to_owned()), limit: None };
        match self.way {
            Way::Rest => self.account.rest.sync(Some(cursor), None).await,
            Way::Realtime(_) => self.command("sync", &sync).await,
        }
        .expect("sync answers")
    }

    async fn cursor(&self) -> String {
        let established = self.ears.expect("connection:established", |_| true).await;
        established["cursor"].as_str().expect("a cursor is given").to_owned()
    }

    /// Waits until this device has heard of the message, and takes its event.
    async fn hears(&self, name: &str, message: &Message) -> Message {
        let event = self.ears.expect(name, |data| data["id"] == json!(message.id)).await;
        take(event)
    }
}

fn to(conversation: ConversationId, content: &str) -> SendMessage {
    SendMessage {
        conversation_id: Some(conversation),
        content: Some(content.into()),
        ..SendMessage::default()
    }
}

fn assert_refused<T: std::fmt::Debug>(outcome: Result<T, Error>, code: ErrorCode) {
    match outcome {
        Err(Error::Api(error)) => assert_eq!(error.code, code, "{}", error.message),
        other => panic!("{code} was expected, not {other:?}"),
    }
}

async fn tell(way: Way, engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = Person::connect(server.account("ada").await, way).await;
    let ben = Person::connect(server.account("ben").await, way).await;
    let cyd = Person::connect(server.account("cyd").await, way).await;
    let tablet = ada.another().await;
    let begin = ben.cursor().await;

    let dm = a_dm_has_four_names(&ada, &ben, &tablet).await;
    a_repeat_is_the_same_message(&ada, &ben, dm).await;
    alternatives_exclude_each_other(&ada, &ben, dm).await;
    let group = a_group_is_announced(&ada, &[&ben, &cyd]).await;
    words_can_be_changed_and_taken_back(&ada, &ben, &tablet, group.id).await;
    reactions_come_and_go(&ada, &ben, group.id).await;
    receipts_only_go_forward(&ada, &ben, dm).await;
    typing_and_presence_are_seen(&ada, &ben, dm).await;
    history_can_be_read_from_any_place(&ada, group.id).await;
    sync_tells_what_happened(&ben, &begin).await;
    the_removed_hear_nothing_more(&ada, &ben, &cyd, group.id).await;
    a_view_kept_current_is_a_fresh_one(&ada, &ben, way, group.id).await;
}

async fn a_dm_has_four_names(ada: &Person, ben: &Person, tablet: &Person) -> ConversationId {
    let by_name = SendMessage {
        receiver_username: Some("Ben".into()),
        content: Some("by name".into()),
        ..SendMessage::default()
    };
    let first = ada.send(&by_name).await.expect("a dm is made by sending");
    assert_eq!((first.seq, first.receiver_id, first.status), (1, Some(ben.account.id), MessageStatus::Sent));
    let dm = first.conversation_id;
    let others = [
        SendMessage {
            receiver_id: Some(ben.account.id),
            content: Some("by id".into()),
            ..SendMessage::default()
        },
        to(dm, "by conversation"),
        SendMessage { chat_id: Some(dm), content: Some("by chat".into()), ..SendMessage::default() },
    ];
    for (message, seq) in others.iter().zip(2..) {
        let sent = ada.send(message).await.expect("a dm has four names");
        assert_eq!((sent.conversation_id, sent.chat_id, sent.seq), (dm, dm, seq));
        for device in [ben, tablet] {
            let heard = device.hears("new_message", &sent).await;
            assert_eq!(
                (heard.seq, heard.version, heard.content),
                (sent.seq, sent.version, sent.content.clone())
            );
        }
    }
    let created = ben.ears.expect("conversation_created", |data| data["id"] == json!(dm)).await;
    assert_eq!(created["conversationType"], "dm");
    let answer = ben.say(dm, "hello").await;
    assert_eq!(answer.receiver_id, Some(ada.account.id));
    ada.hears("new_message", &answer).await;
    dm
}

async fn a_repeat_is_the_same_message(ada: &Person, ben: &Person, dm: ConversationId) {
    let message = SendMessage { client_message_id: Some("once".into()), ..to(dm, "once") };
    let first = ada.send(&message).await.expect("sends");
    assert!(!first.duplicate);
    let again = ada.send(&message).await.expect("a repeat is answered");
    assert_eq!((again.id, again.seq, again.duplicate), (first.id, first.seq, true));
    let other = SendMessage { content: Some("twice".into()), ..message.clone() };
    assert_refused(ada.send(&other).await, ErrorCode::IdempotencyConflict);
    // The name is the sender's own: ben's message of the same name is another one.
    let bens = ben.send(&message).await.expect("sends");
    assert_ne!(bens.id, first.id);
    let fence = ada.say(dm, "after the repeats").await;
    ben.hears("new_message", &fence).await;
    let heard = ben.ears.all("new_message");
    let count = heard.iter().filter(|data| data["id"] == json!(first.id)).count();
    assert_eq!(count, 1, "a repeat was announced");
}

async fn alternatives_exclude_each_other(ada: &Person, ben: &Person, dm: ConversationId) {
    let two_destinations = SendMessage { receiver_id: Some(ben.account.id), ..to(dm, "where?") };
    let no_destination = SendMessage { content: Some("where?".into()), ..SendMessage::default() };
    let two_bodies = SendMessage { encrypted_text: Some("YQ==".into()), ..to(dm, "what?") };
    let no_body = SendMessage { conversation_id: Some(dm), ..SendMessage::default() };
    for (message, field) in [
        (two_destinations, "conversationId"),
        (no_destination, "conversationId"),
        (two_bodies, "content"),
        (no_body, "content"),
    ] {
        match ada.send(&message).await {
            Err(Error::Api(error)) => {
                assert_eq!(error.code, ErrorCode::ValidationFailed);
                assert!(error.details.iter().any(|detail| detail.field == field), "{field}: {error:?}");
            }
            other => panic!("{message:?} was taken: {other:?}"),
        }
    }
    let encrypted = SendMessage {
        conversation_id: Some(dm),
        encrypted_text: Some("b3BhcXVl".into()),
        ..SendMessage::default()
    };
    let sent = ada.send(&encrypted).await.expect("ciphertext is a body");
    let heard = ben.hears("new_message", &sent).await;
    assert_eq!((heard.content, heard.encrypted_text), (None, encrypted.encrypted_text));
}

async fn a_group_is_announced(owner: &Person, others: &[&Person]) -> Conversation {
    let accounts: Vec<&Account> = others.iter().map(|person| &person.account).collect();
    let group = owner.account.group("Walks", &accounts).await;
    assert_eq!(group.participants.len(), others.len() + 1);
    for person in others {
        let heard = person.ears.expect("conversation_created", |data| data["id"] == json!(group.id)).await;
        assert_eq!(heard["name"], "Walks");
    }
    group
}

async fn words_can_be_changed_and_taken_back(
    ada: &Person,
    ben: &Person,
    tablet: &Person,
    group: ConversationId,
) {
    let message = ada.say(group, "Thursdya").await;
    assert_refused(ben.edit(message.id, "never").await, ErrorCode::Forbidden);
    let edited = ada.edit(message.id, "Thursday").await.expect("the sender edits");
    assert!(edited.edited_at.is_some() && edited.version > message.version);
    for device in [ben, tablet] {
        let heard = device.hears("message_updated", &message).await;
        assert_eq!((heard.content.as_deref(), heard.version), (Some("Thursday"), edited.version));
    }
    let hidden = ada.say(group, "not for me").await;
    ada.delete(hidden.id, DeleteFor::Me).await.expect("anybody hides");
    tablet.ears.expect("message_hidden", |data| data["messageId"] == json!(hidden.id)).await;
    assert_refused(ada.account.rest.message(hidden.id).await, ErrorCode::NotFound);
    assert_eq!(ben.account.rest.message(hidden.id).await.expect("others see it").id, hidden.id);

    assert_refused(ben.delete(message.id, DeleteFor::Everyone).await, ErrorCode::Forbidden);
    ada.delete(message.id, DeleteFor::Everyone).await.expect("the sender deletes");
    for device in [ben, tablet] {
        let heard =
            device.ears.expect("message_deleted", |data| data["messageId"] == json!(message.id)).await;
        assert_eq!(heard["seq"], message.seq);
    }
    let tombstone = ben.account.rest.message(message.id).await.expect("a tombstone keeps the place");
    assert!(tombstone.content.is_none() && tombstone.deleted_at.is_some());
    assert_eq!(tombstone.seq, message.seq);
    assert_refused(ben.react(message.id, "👍", ReactionAction::Add).await, ErrorCode::Gone);
}

async fn reactions_come_and_go(ada: &Person, ben: &Person, group: ConversationId) {
    let message = ada.say(group, "who comes along?").await;
    for (action, count) in [(ReactionAction::Add, 1), (ReactionAction::Add, 1), (ReactionAction::Remove, 0)] {
        ben.react(message.id, "👍", action).await.expect("members react");
        let name = if action == ReactionAction::Add { "add" } else { "remove" };
        let heard = ada
            .ears
            .expect("reaction", |data| data["messageId"] == json!(message.id) && data["action"] == name)
            .await;
        assert_eq!((&heard["emoji"], &heard["userId"]), (&json!("👍"), &json!(ben.account.id)));
        let shown = ada.account.rest.message(message.id).await.expect("it is there").reactions;
        assert_eq!(shown.iter().map(|reaction| reaction.count).sum::<i64>(), count);
    }
    assert_eq!(ada.ears.all("reaction").len(), 2, "a reaction that was there already was announced");
    assert_refused(
        ben.react(message.id, "not an emoji", ReactionAction::Add).await,
        ErrorCode::ValidationFailed,
    );
}

async fn receipts_only_go_forward(ada: &Person, ben: &Person, dm: ConversationId) {
    let first = ada.say(dm, "read this").await;
    let last = ada.say(dm, "and this").await;
    let is = |seq: i64| move |data: &Value| data["status"] == "read" && data["seq"] == seq;
    ben.mark_read(dm, last.seq).await.expect("marks");
    let heard = ada.ears.expect("message_status", is(last.seq)).await;
    assert_eq!(heard["userId"], json!(ben.account.id));
    // Backwards, and again: nothing changes and nothing is said.
    ben.mark_read(dm, first.seq).await.expect("is answered");
    ben.mark_read(dm, last.seq).await.expect("is answered");
    let receipts = ada.account.rest.receipts(dm).await.expect("members see receipts");
    let bens = receipts.iter().find(|receipt| receipt.user_id == ben.account.id).expect("ben is a member");
    assert_eq!((bens.read_seq, bens.delivered_seq), (last.seq, last.seq));
    let status = ada.account.rest.message(first.id).await.expect("it is there").status;
    assert_eq!(status, MessageStatus::Read);
    let fence = ben.say(dm, "read").await;
    ada.hears("new_message", &fence).await;
    let reads = ada.ears.all("message_status").iter().filter(|data| data["status"] == "read").count();
    assert_eq!(reads, 1, "a receipt that was known already was announced");
    let unread = ben.account.rest.conversation(dm).await.expect("it is there").unread_count;
    assert_eq!(unread, 0);
}

async fn typing_and_presence_are_seen(ada: &Person, ben: &Person, dm: ConversationId) {
    let typing = Typing { conversation_id: Some(dm), receiver_username: None };
    for (command, is_typing) in [("typing_start", true), ("typing_stop", false)] {
        ben.ears.call(command, &typing).await.expect("members type");
        let heard = ada.ears.expect("user_typing", |data| data["isTyping"] == is_typing).await;
        assert_eq!((&heard["conversationId"], &heard["username"]), (&json!(dm), &json!("ben")));
    }
    assert!(ben.ears.all("user_typing").is_empty(), "the typist hears of it");
    ben.show(Presence::Dnd).await;
    let is = |status: &'static str| {
        let id = json!(ben.account.id);
        move |data: &Value| data["userId"] == id && data["status"] == status
    };
    ada.ears.expect("presence", is("dnd")).await;
    let shown = ada.account.rest.user("ben").await.expect("profiles are seen");
    assert_eq!((shown.status, shown.is_online), (Presence::Dnd, true));
    ben.show(Presence::Online).await;
    ada.ears.expect("presence", is("online")).await;
}

async fn history_can_be_read_from_any_place(ada: &Person, group: ConversationId) {
    for n in 0..12 {
        ada.say(group, &format!("line {n}")).await;
    }
    let rest = &ada.account.rest;
    let seqs = |query: MessageQuery| async move {
        let listing = rest.messages(group, &query).await.expect("members read");
        (listing.items.iter().map(|message| message.seq).collect::<Vec<_>>(), listing.page)
    };
    let all: Vec<Message> = rest.history(group).await.expect("members read");
    let places: Vec<i64> = all.iter().map(|message| message.seq).collect();
    assert!(places.is_sorted() && places.len() > 12);
    let newest_first: Vec<i64> = places.iter().rev().copied().collect();

    let limit = Some(5);
    let (first, page) = seqs(MessageQuery { limit, ..MessageQuery::default() }).await;
    assert_eq!(first, newest_first[..5]);
    assert!(page.has_more);
    let (second, _) = seqs(MessageQuery { limit, cursor: page.next_cursor, ..MessageQuery::default() }).await;
    assert_eq!(second, newest_first[5..10]);
    let (skipped, _) = seqs(MessageQuery { limit, offset: Some(5), ..MessageQuery::default() }).await;
    assert_eq!(skipped, second);
    let (before, _) = seqs(MessageQuery { limit, before: Some(first[4]), ..MessageQuery::default() }).await;
    assert_eq!(before, second);
    let (after, _) = seqs(MessageQuery { limit, after: Some(first[4]), ..MessageQuery::default() }).await;
    assert_eq!(after, places[places.len() - 4..]);
    let middle = &all[places.len() - 6];
    let query = MessageQuery { anchor: Some(middle.id), around: Some(2), ..MessageQuery::default() };
    let (mut around, _) = seqs(query).await;
    around.sort_unstable();
    assert_eq!(around, places[places.len() - 8..places.len() - 3]);
}

async fn sync_tells_what_happened(ben: &Person, begin: &str) {
    let (mut told, mut cursor) = (Vec::new(), begin.to_owned());
    loop {
        let page = ben.sync(&cursor).await;
        told.extend(page.changes);
        cursor = page.cursor;
        if !page.has_more {
            break;
        }
    }
    for (name, data) in ["new_message", "message_deleted", "reaction", "message_status"]
        .into_iter()
        .flat_map(|name| ben.ears.all(name).into_iter().map(move |data| (name, data)))
    {
        let version = data["version"].as_i64();
        let found = told.iter().any(|change| {
            change.kind == name
                && change.version == version
                && json!(change.conversation_id) == data["conversationId"]
        });
        assert!(found, "{name} {version:?} came over the socket and is not in sync");
    }
    let mut newest = std::collections::HashMap::new();
    for change in &told {
        if let (Some(id), Some(version)) = (change.conversation_id, change.version) {
            let before = newest.insert(id, version).unwrap_or_default();
            assert!(before < version, "sync goes back from {before} to {version}");
        }
    }
}

async fn the_removed_hear_nothing_more(ada: &Person, ben: &Person, cyd: &Person, group: ConversationId) {
    let before = ada.say(group, "still all together").await;
    cyd.hears("new_message", &before).await;
    ada.account.rest.remove_participant(group, cyd.account.id).await.expect("the owner removes");
    cyd.ears.expect("conversation_removed", |data| data["conversationId"] == json!(group)).await;
    ben.ears.expect("member_left", |data| data["userId"] == json!(cyd.account.id)).await;
    let after = ada.say(group, "only the two of us").await;
    ben.hears("new_message", &after).await;
    assert_refused(cyd.send(&to(group, "let me in")).await, ErrorCode::NotFound);
    assert_refused(cyd.account.rest.history(group).await, ErrorCode::NotFound);
    assert_refused(cyd.account.rest.message(after.id).await, ErrorCode::NotFound);
    assert_refused(cyd.account.rest.conversation(group).await, ErrorCode::NotFound);
    // Something that cyd may hear, behind everything that must not be heard.
    let elsewhere = SendMessage {
        receiver_id: Some(cyd.account.id),
        content: Some("sorry".into()),
        ..SendMessage::default()
    };
    let fence = ada.send(&elsewhere).await.expect("a dm is possible");
    cyd.hears("new_message", &fence).await;
    let leaked = cyd.ears.all("new_message").into_iter().find(|data| data["id"] == json!(after.id));
    assert!(leaked.is_none(), "heard after removal: {leaked:?}");

    let back = AddParticipant { user_id: Some(cyd.account.id), ..AddParticipant::default() };
    ada.account.rest.add_participant(group, &back).await.expect("the owner adds");
    ben.ears.expect("member_joined", |data| data["userId"] == json!(cyd.account.id)).await;
    let welcome = ada.say(group, "welcome back").await;
    cyd.hears("new_message", &welcome).await;
}

async fn a_view_kept_current_is_a_fresh_one(ada: &Person, ben: &Person, way: Way, group: ConversationId) {
    let transport = match way {
        Way::Rest => Transport::WebSocket,
        Way::Realtime(transport) => transport,
    };
    let rest = ben.account.another_session().await.rest;
    let kept = Device::connect(rest, transport, Backoff::default()).await.expect("the device connects");
    let said = ada.say(group, "watch this").await;
    ada.edit(said.id, "watch that").await.expect("edits");
    ben.react(said.id, "🎉", ReactionAction::Add).await.expect("reacts");
    ben.mark_read(group, said.seq).await.expect("marks");
    let gone = ada.say(group, "gone").await;
    ada.delete(gone.id, DeleteFor::Everyone).await.expect("deletes");
    let fresh = ben.account.rest.conversation(group).await.expect("it is there");
    let current = kept
        .wait_for(Duration::from_secs(10), |view| {
            view.timeline(group).is_some_and(|timeline| timeline.version >= fresh.version)
        })
        .await;
    assert!(current, "the view stayed behind version {}", fresh.version);
    let view = kept.view().timeline(group).expect("it is shown").clone();
    for message in view.messages.values() {
        let stored = ben.account.rest.message(message.id).await.expect("what is shown is there");
        let shown = (&message.content, message.deleted_at, &message.reactions, message.version);
        assert_eq!(shown, (&stored.content, stored.deleted_at, &stored.reactions, stored.version));
    }
    let place = |participants: &[kith_api::view::Participant]| {
        let ben = participants.iter().find(|participant| participant.user_id == ben.account.id);
        ben.map(|participant| (participant.last_delivered_seq, participant.last_read_seq))
    };
    assert_eq!(place(&view.conversation.participants), place(&fresh.participants));
}

async fn over_rest(engine: Engine) {
    tell(Way::Rest, engine).await;
}

async fn over_socket_io(engine: Engine) {
    tell(Way::Realtime(Transport::WebSocket), engine).await;
}

async fn over_socket_io_polling(engine: Engine) {
    tell(Way::Realtime(Transport::Polling), engine).await;
}

async fn over_socket_io_after_an_upgrade(engine: Engine) {
    tell(Way::Realtime(Transport::Upgrade), engine).await;
}

async fn over_raw_websocket(engine: Engine) {
    tell(Way::Realtime(Transport::Raw), engine).await;
}

kith_testkit::on_both_engines!(
    over_rest,
    over_socket_io,
    over_socket_io_polling,
    over_socket_io_after_an_upgrade,
    over_raw_websocket,
);
