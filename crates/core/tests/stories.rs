//! Stories at the level of actions, on each engine that is there: what is written is numbered, logged, announced,
//! and read back the same.

use kith_api::command::{
    CreateConversation, DeleteFor, Login, Mark, React, ReactionAction, ReceiptKind, Register, SendMessage,
    Sync,
};
use kith_api::view::{ConversationType, Message, MessageStatus, Role};
use kith_api::{ConversationId, Envelope, ErrorCode, Event, Scope, Timestamp};
use kith_core::accounts::role::{self, Administrator};
use kith_core::accounts::{Client, list as accounts, login, password, register};
use kith_core::conversations::{add_member, create, get, list, mark, remove_member};
use kith_core::messages::{delete, edit, list as messages, react, send};
use kith_core::{Actor, Clock, Ctx, Publisher, Registration, Settings, SystemClock, jobs, sync};
use kith_db::log::{Note, kind};
use kith_db::{Connection, Engine, Options, conversations, params};
use kith_testkit::postgres::Cluster;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

#[derive(Default)]
struct Heard(Mutex<Vec<Envelope>>);

impl Publisher for Heard {
    fn forget(&self, _account: kith_api::UserId) {}

    fn publish(&self, envelopes: Vec<Envelope>) {
        self.0.lock().unwrap().extend(envelopes);
    }
}

impl Heard {
    /// Numbered events of a conversation so far.
    fn of(&self, id: ConversationId) -> Vec<(i64, &'static str)> {
        let heard = self.0.lock().unwrap();
        let of_it = heard.iter().filter(|envelope| envelope.scope == Scope::Conversation(id));
        of_it.filter_map(|envelope| Some((envelope.version?, envelope.event.name()))).collect()
    }
}

/// The machine's clock, if it were set back by so many seconds.
struct SetBack(i64);

impl Clock for SetBack {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(-self.0)
    }
}

/// A clock on which work takes as long as it says.
#[derive(Clone, Default)]
struct Paced(Arc<Mutex<Duration>>);

impl Clock for Paced {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(self.elapsed().as_secs() as i64)
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

fn options(engine: &Engine) -> Options {
    Options {
        engine: engine.clone(),
        statement_timeout: Duration::from_secs(5),
        pool: (1, 4),
        idle: Duration::from_secs(30),
    }
}

struct World {
    ctx: Ctx,
    heard: Arc<Heard>,
    engine: Engine,
}

impl World {
    fn open(engine: Engine) -> Self {
        Self::open_with(engine, SetBack(0), (64, 1, 1))
    }

    fn open_with(engine: Engine, clock: impl Clock + 'static, argon2: (u32, u32, u32)) -> Self {
        let options = options(&engine);
        let settings = Settings {
            secret: vec![7; 32],
            access_ttl: Duration::from_secs(900),
            refresh_ttl: Duration::from_secs(7 * 24 * 3600),
            refresh_grace: Duration::from_secs(30),
            registration: Registration::Open,
            admin_email: None,
            lockout: (10, Duration::from_secs(900)),
            password: (8, 0),
            argon2,
            log_retention: Duration::from_secs(14 * 24 * 3600),
            writers: 2,
            replica: None,
        };
        let heard = Arc::new(Heard::default());
        let ctx = Ctx::open(&options, settings, Arc::new(clock), Arc::clone(&heard) as _).unwrap();
        Self { ctx, heard, engine }
    }

    async fn person(&self, username: &str) -> Actor {
        let request =
            Register { username: username.into(), password: "a password".into(), ..Default::default() };
        let signed_in = register::register(&self.ctx, &Client::default(), request).await.unwrap();
        self.ctx.authenticate(&signed_in.tokens.token).await.unwrap()
    }

    async fn group(&self, owner: &Actor, names: &[&str]) -> ConversationId {
        let request = CreateConversation {
            conversation_type: ConversationType::Group,
            participant_ids: None,
            usernames: Some(names.iter().map(|name| (*name).to_owned()).collect()),
            name: Some("Friends".into()),
            topic: None,
            encryption: None,
        };
        create::create(&self.ctx, owner, request).await.unwrap().0.id
    }

    /// Number, version, last activity and last change of a conversation, as stored.
    async fn row(&self, id: ConversationId) -> [i64; 4] {
        let read = self.ctx.read(move |tx| {
            Ok(tx.one(
                "SELECT seq, version, last_activity, changed_at FROM conversations WHERE id = $1",
                params![id],
                |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
            )?)
        });
        read.await.unwrap()
    }

    async fn say(&self, who: &Actor, id: ConversationId, text: &str) -> Arc<Message> {
        send::send(&self.ctx, who, to(id, text)).await.unwrap()
    }
}

fn to(id: ConversationId, text: &str) -> SendMessage {
    SendMessage { conversation_id: Some(id), content: Some(text.into()), ..Default::default() }
}

/// Runs a story on a fresh SQLite file and on a fresh database of PostgreSQL.
fn on_each_engine<F: Future<Output = ()>>(story: impl Fn(World) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    runtime.block_on(story(World::open(Engine::Sqlite(directory.path().join("kith.db")))));
    let database = Cluster::shared().database().unwrap();
    runtime.block_on(story(World::open(Engine::Postgres(database.url()))));
}

#[test]
fn the_first_account_is_the_administrator() {
    on_each_engine(|world| async move {
        let ada = world.person("ada").await;
        let bob = world.person("bob").await;
        assert_eq!(ada.role(), kith_api::view::Role::Admin);
        assert_eq!(bob.role(), kith_api::view::Role::User);
        let again = Register { username: "Ada".into(), password: "a password".into(), ..Default::default() };
        let refused = register::register(&world.ctx, &Client::default(), again).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::UsernameTaken);
    });
}

#[test]
fn numbers_have_no_gaps_however_many_send_at_once() {
    on_each_engine(|world| async move {
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let id = world.group(&ada, &["bob"]).await;
        let mut sends = Vec::new();
        for n in 0..200 {
            let (ctx, who) = (world.ctx.clone(), if n % 2 == 0 { ada.clone() } else { bob.clone() });
            sends.push(tokio::spawn(async move {
                send::send(&ctx, &who, to(id, &format!("{n}"))).await.unwrap()
            }));
        }
        let mut seqs = Vec::new();
        for send in sends {
            seqs.push(send.await.unwrap().seq);
        }
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=200).collect::<Vec<_>>());
        let versions: Vec<i64> = world.heard.of(id).into_iter().map(|(version, _)| version).collect();
        assert_eq!(versions, (1..=201).collect::<Vec<_>>(), "announced in the order of commits");
        let (page, _) = messages::list(&world.ctx, &bob, id, messages::Span::Before(101), 100).await.unwrap();
        assert_eq!(page.iter().map(|m| m.seq).collect::<Vec<_>>(), (1..=100).rev().collect::<Vec<_>>());
    });
}

#[test]
fn a_repeated_client_id_gives_the_first_message() {
    on_each_engine(|world| async move {
        let (ada, _bob) = (world.person("ada").await, world.person("bob").await);
        let request = |text: &str| SendMessage {
            receiver_username: Some("bob".into()),
            content: Some(text.into()),
            client_message_id: Some("one".into()),
            ..Default::default()
        };
        let mut racing = Vec::new();
        for _ in 0..20 {
            let (ctx, ada, request) = (world.ctx.clone(), ada.clone(), request("hello"));
            racing.push(tokio::spawn(async move { send::send(&ctx, &ada, request).await.unwrap() }));
        }
        let mut stored = Vec::new();
        for one in racing {
            stored.push(one.await.unwrap());
        }
        assert!(stored.iter().all(|message| message.id == stored[0].id && message.seq == 1));
        assert_eq!(stored.iter().filter(|message| !message.duplicate).count(), 1);
        let refused = send::send(&world.ctx, &ada, request("something else")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::IdempotencyConflict);
        let id = stored[0].conversation_id;
        assert_eq!(world.heard.of(id), [(1, "conversation_created"), (2, "new_message")]);
    });
}

#[test]
fn a_send_that_is_not_stored_does_not_touch_the_conversation() {
    on_each_engine(|world| async move {
        let (ada, bob, eve) =
            (world.person("ada").await, world.person("bob").await, world.person("eve").await);
        let (one, two) = (world.group(&ada, &["bob"]).await, world.group(&ada, &["bob"]).await);
        let named = |id, name: &str| SendMessage { client_message_id: Some(name.into()), ..to(id, "hello") };
        let first = send::send(&world.ctx, &ada, named(one, "first")).await.unwrap();
        let before = world.row(one).await;

        assert_eq!(
            send::send(&world.ctx, &eve, to(one, "let me in")).await.unwrap_err().code,
            ErrorCode::NotFound
        );
        let again = send::send(&world.ctx, &ada, named(one, "first")).await.unwrap();
        assert!(again.duplicate && again.id == first.id);
        assert_eq!(world.row(one).await, before);

        // Together with others, in whatever batches they come: these are stored, without gaps.
        let mut sends = tokio::task::JoinSet::new();
        for n in 0..60 {
            let (ctx, request) = (world.ctx.clone(), named(two, &format!("{}", n / 3)));
            let who = [&ada, &eve, &bob][n % 3].clone();
            sends.spawn(async move { send::send(&ctx, &who, request).await.map(|it| it.seq) });
            let (ctx, ada, request) = (world.ctx.clone(), ada.clone(), named(one, "first"));
            sends.spawn(async move { send::send(&ctx, &ada, request).await.map(|it| it.seq + 1000) });
        }
        let outcomes = sends.join_all().await;
        let mut seqs: Vec<i64> = outcomes.iter().flatten().copied().filter(|seq| *seq < 1000).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
        assert_eq!(outcomes.iter().filter(|it| it.is_err()).count(), 20, "the stranger's");
        assert_eq!(outcomes.iter().flatten().filter(|seq| **seq == 1001).count(), 60, "the repeated");
        assert_eq!(world.row(one).await, before);
        assert_eq!(world.row(two).await[..2], [40, 41]);
        let versions: Vec<i64> = world.heard.of(two).into_iter().map(|(version, _)| version).collect();
        assert_eq!(versions, (1..=41).collect::<Vec<_>>());
    });
}

#[test]
fn whoever_is_removed_while_they_send_has_sent_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let database = Cluster::shared().database().unwrap();
    let engine = Engine::Postgres(database.url());
    let world = World::open(engine.clone());
    let (bob, id) = runtime.block_on(async {
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let id = world.group(&ada, &["bob"]).await;
        world.say(&bob, id, "while I may").await;
        (bob, id)
    });
    // What another node does: it has the conversation's row when the send comes, and commits while the send waits for it.
    let mut other = Connection::open(&options(&engine)).unwrap();
    let sent = other.transaction(|tx| {
        kith_db::log::number(tx, Scope::Conversation(id), Timestamp(0))?;
        conversations::remove_member(tx, id, bob.user_id())?;
        let (ctx, bob) = (world.ctx.clone(), bob.clone());
        let sent = runtime.spawn(async move { send::send(&ctx, &bob, to(id, "one more")).await });
        let waiting = "SELECT COUNT(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                       WHERE NOT l.granted AND a.datname = current_database()";
        while tx.one(waiting, &[], |row| row.get::<i64>(0))? == 0 {}
        Ok::<_, kith_db::Error>(sent)
    });
    let refused = runtime.block_on(sent.unwrap()).unwrap().unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    assert_eq!(runtime.block_on(world.row(id))[..2], [1, 3]);
}

#[test]
fn what_another_node_changed_holds_for_the_next_message() {
    on_each_engine(|world| async move {
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let id = world.group(&ada, &["bob"]).await;
        world.say(&bob, id, "one").await;
        world.say(&bob, id, "two").await;
        // Past everything that this node remembers.
        let (options, user) = (options(&world.engine), bob.user_id());
        let demote = move || {
            let subscriber = kith_api::view::MemberRole::Subscriber;
            Connection::open(&options)?.transaction(|tx| conversations::set_role(tx, id, user, subscriber))
        };
        assert!(tokio::task::spawn_blocking(demote).await.unwrap().unwrap());
        let refused = send::send(&world.ctx, &bob, to(id, "three")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert_eq!(world.say(&ada, id, "four").await.seq, 3);
        assert_eq!(world.row(id).await[..2], [3, 4]);
    });
}

#[test]
fn a_write_that_took_long_has_a_time_that_cursors_still_cover() {
    on_each_engine(|world| async move {
        let ada = world.person("ada").await;
        let id = world.group(&ada, &[]).await;
        let clock = Paced::default();
        let restart = {
            let clock = clock.clone();
            move || {
                world.ctx.close();
                World::open_with(world.engine, clock, (64, 1, 1))
            }
        };
        let world = tokio::task::spawn_blocking(restart).await.unwrap();
        let times = Arc::new(Mutex::new(0));
        let run = {
            let (clock, times) = (clock.clone(), Arc::clone(&times));
            move |w: &mut kith_core::Write<'_, '_>| {
                *times.lock().unwrap() += 1;
                let note = Note { kind: kind::UPDATED, ..Note::default() };
                w.emit(Scope::Conversation(id), &note, |_, _| {
                    // Longer than the ten seconds that cursors look back.
                    *clock.0.lock().unwrap() += Duration::from_secs(20);
                    let left = kith_api::event::ConversationRemoved { conversation_id: id, version: 0 };
                    Ok(Event::ConversationRemoved(left))
                })
            }
        };
        let version = world.ctx.write(id.0, run).await.unwrap();
        let committed = world.ctx.now();
        assert_eq!(
            *times.lock().unwrap(),
            2,
            "run again, because nobody could know before how long it takes"
        );
        let [_, stored, _, changed_at] = world.row(id).await;
        assert_eq!(stored, version, "the first attempt left no gap");
        assert!(changed_at > committed.plus_seconds(-10).0, "{changed_at} {committed:?}");
        assert_eq!(world.heard.of(id), [(version, "conversation_removed")]);
    });
}

#[test]
fn a_page_of_changes_tells_what_happened() {
    on_each_engine(|world| async move {
        let (ada, bob, eve) =
            (world.person("ada").await, world.person("bob").await, world.person("eve").await);
        let start = sync::page(&world.ctx, &bob, Sync::default()).await.unwrap().cursor;
        let id = world.group(&ada, &["bob"]).await;
        let first = world.say(&ada, id, "one").await;
        let second = world.say(&bob, id, "two").await;
        edit::edit(&world.ctx, &ada, first.id, "uno".into()).await.unwrap();
        let like = React { message_id: first.id, emoji: "👍".into(), action: ReactionAction::Add };
        react::react(&world.ctx, &bob, like).await.unwrap();
        let read = Mark { conversation_id: Some(id), seq: Some(2), ..Default::default() };
        mark::mark(&world.ctx, &ada, ReceiptKind::Read, read).await.unwrap();
        delete::delete(&world.ctx, &bob, second.id, DeleteFor::Everyone).await.unwrap();

        let mut changes = Vec::new();
        let mut cursor = start;
        loop {
            let request = Sync { cursor: Some(cursor), limit: Some(2) };
            let page = sync::page(&world.ctx, &bob, request).await.unwrap();
            changes.extend(page.changes);
            cursor = page.cursor;
            if !page.has_more {
                break;
            }
        }
        let told: Vec<_> =
            changes.iter().map(|change| (change.version.unwrap(), change.kind.as_str())).collect();
        assert_eq!(told, world.heard.of(id), "sync tells what the sockets were told");
        assert_eq!(told.len(), 7);
        let message = changes.iter().find(|change| change.kind == "new_message").unwrap();
        assert_eq!(message.data["content"], "uno", "as it is now");
        assert_eq!(message.data["reactions"][0]["count"], 1);

        let theirs = get::get(&world.ctx, &bob, id).await.unwrap();
        assert_eq!(theirs.version, 7);
        assert_eq!(get::get(&world.ctx, &eve, id).await.unwrap_err().code, ErrorCode::NotFound);
        let again = sync::page(&world.ctx, &eve, Sync { cursor: Some(cursor), limit: None }).await.unwrap();
        assert!(again.changes.is_empty(), "a stranger's page has nothing of it");
    });
}

#[test]
fn whoever_was_removed_hears_of_it_and_of_nothing_after() {
    on_each_engine(|world| async move {
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let id = world.group(&ada, &["bob"]).await;
        world.say(&ada, id, "before").await;
        let cursor = sync::page(&world.ctx, &bob, Sync::default()).await.unwrap().cursor;
        remove_member::remove_member(&world.ctx, &ada, id, bob.user_id()).await.unwrap();
        world.say(&ada, id, "after").await;
        let page =
            sync::page(&world.ctx, &bob, Sync { cursor: Some(cursor.clone()), limit: None }).await.unwrap();
        let kinds: Vec<_> = page.changes.iter().map(|change| change.kind.as_str()).collect();
        assert_eq!(kinds, ["conversation_removed"]);
        let refused = send::send(&world.ctx, &bob, to(id, "hello?")).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);

        let back = kith_api::command::AddParticipant { user_id: Some(bob.user_id()), ..Default::default() };
        add_member::add_member(&world.ctx, &ada, id, back).await.unwrap();
        let page = sync::page(&world.ctx, &bob, Sync { cursor: Some(cursor), limit: None }).await.unwrap();
        let kinds: Vec<_> = page.changes.iter().map(|change| change.kind.as_str()).collect();
        assert_eq!(kinds, ["conversation_created"], "who came back is told where they are now");
        let theirs = get::get(&world.ctx, &bob, id).await.unwrap();
        assert_eq!((theirs.unread_count, theirs.message_count), (0, 2));
    });
}

#[test]
fn unread_counts_and_status_follow_the_watermarks() {
    on_each_engine(|world| async move {
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let hello = SendMessage {
            receiver_id: Some(bob.user_id()),
            content: Some("hello @bob".into()),
            mentions: Some(vec![bob.user_id()]),
            ..Default::default()
        };
        let message = send::send(&world.ctx, &ada, hello).await.unwrap();
        assert_eq!((message.status, message.receiver_id), (MessageStatus::Sent, Some(bob.user_id())));
        let filter = || list::Filter { limit: 50, ..Default::default() };
        let (theirs, _) = list::list(&world.ctx, &bob, filter()).await.unwrap();
        assert_eq!((theirs[0].unread_count, theirs[0].mention_count), (1, 1));
        assert_eq!(theirs[0].last_message_id, Some(message.id));
        let (own, _) = list::list(&world.ctx, &ada, filter()).await.unwrap();
        assert_eq!(own[0].unread_count, 0, "own messages are not unread");

        let one = |kind| {
            let (ctx, bob) = (world.ctx.clone(), bob.clone());
            let request = Mark { message_id: Some(message.id), ..Default::default() };
            async move { mark::mark(&ctx, &bob, kind, request).await.unwrap() }
        };
        one(ReceiptKind::Delivered).await;
        let status = |who: &Actor| {
            let (ctx, who, id) = (world.ctx.clone(), who.clone(), message.id);
            async move { kith_core::messages::get::get(&ctx, &who, id).await.unwrap().status }
        };
        assert_eq!(status(&ada).await, MessageStatus::Delivered);
        assert_eq!(one(ReceiptKind::Read).await[0].unread_count, 0);
        assert_eq!(status(&ada).await, MessageStatus::Read);
        one(ReceiptKind::Delivered).await;
        assert_eq!(status(&ada).await, MessageStatus::Read, "never backwards");
        let told = world.heard.of(message.conversation_id);
        assert_eq!(told.iter().filter(|(_, name)| *name == "message_status").count(), 2);
    });
}

#[test]
fn more_than_a_thousand_unread_are_told_by_distance() {
    on_each_engine(|world| async move {
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let id = world.group(&ada, &["bob"]).await;
        let unread = async |who: &Actor| get::get(&world.ctx, who, id).await.unwrap().unread_count;
        for (until, count) in [(999, 999), (1000, 1000), (1003, 1003)] {
            let already = world.row(id).await[0];
            let sends = (already..until).map(|n| {
                let (ctx, ada) = (world.ctx.clone(), ada.clone());
                tokio::spawn(async move { send::send(&ctx, &ada, to(id, &format!("{n}"))).await.unwrap() })
            });
            for sent in sends.collect::<Vec<_>>() {
                sent.await.unwrap();
            }
            assert_eq!(unread(&bob).await, count);
        }
        assert_eq!(unread(&ada).await, 0, "own messages are not unread, however many");
        let span = messages::Span::Newest { offset: 0 };
        let (newest, _) = messages::list(&world.ctx, &ada, id, span, 2).await.unwrap();
        delete::delete(&world.ctx, &ada, newest[0].id, DeleteFor::Everyone).await.unwrap();
        delete::delete(&world.ctx, &bob, newest[1].id, DeleteFor::Me).await.unwrap();
        assert_eq!(unread(&bob).await, 1001);
    });
}

#[test]
fn events_from_the_log_are_those_that_were_announced() {
    on_each_engine(|world| async move {
        let (ada, _bob) = (world.person("ada").await, world.person("bob").await);
        let id = world.group(&ada, &["bob"]).await;
        for n in 0..5 {
            world.say(&ada, id, &format!("{n}")).await;
        }
        let (missed, up_to) = sync::replay(&world.ctx, id, 3).await.unwrap();
        let live: Vec<Event> = world
            .heard
            .0
            .lock()
            .unwrap()
            .iter()
            .filter(|e| e.version > Some(3))
            .map(|e| e.event.clone())
            .collect();
        assert_eq!(missed.iter().map(|e| e.event.clone()).collect::<Vec<_>>(), live);
        assert_eq!(up_to, 6);
    });
}

#[test]
fn a_new_password_ends_every_session() {
    on_each_engine(|world| async move {
        let ada = world.person("ada").await;
        let sign_in = |password: &str| {
            let request =
                Login { username: Some("ada".into()), password: password.into(), ..Default::default() };
            let ctx = world.ctx.clone();
            async move { login::login(&ctx, &Client::default(), request).await }
        };
        let second = sign_in("a password").await.unwrap().tokens.token;
        for _ in 0..10 {
            assert_eq!(sign_in("a guess").await.unwrap_err().code, ErrorCode::InvalidCredentials);
        }
        assert_eq!(sign_in("a password").await.unwrap_err().code, ErrorCode::AccountLocked);

        let weak = password::set(&world.ctx, "ada", "short".into()).await.unwrap_err();
        assert_eq!(weak.code, ErrorCode::ValidationFailed);
        assert!(ada.is_live());
        password::set(&world.ctx, "Ada", "another password".into()).await.unwrap();

        assert!(!ada.is_live());
        let refused = world.ctx.authenticate(&second).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::SessionRevoked);
        assert_eq!(sign_in("a password").await.unwrap_err().code, ErrorCode::InvalidCredentials);
        sign_in("another password").await.unwrap();
        let heard = world.heard.0.lock().unwrap();
        let ended = heard.iter().filter(|it| matches!(it.event, Event::SessionRevoked(_)));
        assert_eq!(ended.count(), 2);
    });
}

#[test]
fn there_is_always_an_administrator_and_who_steps_down_is_signed_out() {
    on_each_engine(|world| async move {
        assert_eq!(role::administrator(&world.ctx).await.unwrap(), Administrator::FirstAccount);
        let (ada, ben) = (world.person("ada").await, world.person("ben").await);
        assert_eq!(role::administrator(&world.ctx).await.unwrap(), Administrator::Exists);

        let refused = role::change(&world.ctx, "ada", Role::User).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Conflict);
        role::change(&world.ctx, &ben.user_id().to_string(), Role::Admin).await.unwrap();
        assert!(ben.is_live() && ada.is_live());
        role::change(&world.ctx, "ada", Role::Moderator).await.unwrap();
        assert!(ben.is_live() && !ada.is_live());

        let roles: Vec<_> = accounts::list(&world.ctx).await.unwrap().into_iter().map(|it| it.role).collect();
        assert_eq!(roles, [Role::Moderator, Role::Admin]);
    });
}

#[test]
fn a_clock_that_went_back_while_the_server_was_down_hides_nothing() {
    on_each_engine(|before| async move {
        let (ada, ben) = (before.person("ada").await, before.person("ben").await);
        let group = before.group(&ada, &["ben"]).await;
        let away_since = sync::start_cursor(&before.ctx);
        sync::keep_time(&before.ctx).await.unwrap();
        let restart = move || {
            before.ctx.close();
            World::open_with(before.engine, SetBack(3600), (64, 1, 1))
        };
        let after = tokio::task::spawn_blocking(restart).await.unwrap();
        after.say(&ada, group, "said an hour before it was").await;
        let request = Sync { cursor: Some(away_since), limit: None };
        let page = sync::page(&after.ctx, &ben, request).await.unwrap();
        assert!(page.changes.iter().any(|change| change.kind == "new_message"), "{page:?}");
    });
}

#[test]
fn sign_ins_at_once_succeed_also_while_the_hash_is_renewed() {
    on_each_engine(|before| async move {
        before.person("ada").await;
        let restart = move || {
            before.ctx.close();
            World::open_with(before.engine, SetBack(0), (128, 1, 1))
        };
        let after = tokio::task::spawn_blocking(restart).await.unwrap();
        let mut attempts = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let ctx = after.ctx.clone();
            let request =
                Login { username: Some("ada".into()), password: "a password".into(), ..Default::default() };
            attempts.spawn(async move { login::login(&ctx, &Client::default(), request).await.map(drop) });
        }
        for outcome in attempts.join_all().await {
            outcome.unwrap();
        }
    });
}

#[test]
fn a_job_runs_on_one_process_at_a_time() {
    on_each_engine(|one| async move {
        let engine = one.engine.clone();
        let other = tokio::task::spawn_blocking(|| World::open(engine)).await.unwrap();
        jobs::prepare(&one.ctx).await.unwrap();
        jobs::prepare(&other.ctx).await.unwrap();
        let (first, second) = tokio::join!(jobs::run_due(&one.ctx), jobs::run_due(&other.ctx));
        let mut ran = [first.unwrap(), second.unwrap()].concat();
        let count = ran.len();
        ran.sort_unstable();
        ran.dedup();
        assert_eq!((ran.len(), ran.contains(&"trim_log")), (count, true), "each once: {ran:?}");
        assert_eq!(jobs::run_due(&other.ctx).await.unwrap(), [""; 0], "none is due again so soon");
    });
}

#[test]
fn whoever_dies_at_a_job_leaves_it_to_another() {
    on_each_engine(|world| async move {
        jobs::prepare(&world.ctx).await.unwrap();
        let lease = |until: i64| {
            world.ctx.write(Uuid::nil(), move |w| {
                Ok(w.tx
                    .execute("UPDATE jobs SET holder = $1, leased_until = $2", params![Uuid::max(), until])?)
            })
        };
        lease(world.ctx.now().plus_seconds(30).0).await.unwrap();
        assert_eq!(jobs::run_due(&world.ctx).await.unwrap(), [""; 0], "somebody is at them");
        lease(world.ctx.now().plus_seconds(-1).0).await.unwrap();
        assert!(jobs::run_due(&world.ctx).await.unwrap().contains(&"trim_log"), "nobody is any more");
    });
}
