//! A message that is alone is stored by a statement of its own, or not at all.

use kith_api::view::{ConversationType, Encryption, MemberRole, Message, MessageStatus, MessageType};
use kith_api::{ConversationId, MessageId, Timestamp, UserId};
use kith_db::conversations::{self, Conversation};
use kith_db::messages::{self, Advanced, New};
use kith_db::{Connection, Engine, Error, Options, migrate, params};
use kith_testkit::postgres::{Cluster, Database};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

const PLACE: ConversationId = ConversationId(Uuid::from_u128(1));
const SENDER: UserId = UserId(Uuid::from_u128(2));
const NOW: Timestamp = Timestamp(1_800_000_000_000);
/// No clock has come so far.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// The next message's identifier.
static NEXT: AtomicU64 = AtomicU64::new(3);

struct Store {
    connection: Connection,
    _database: Database,
}

impl Store {
    /// With one conversation, in which one person is.
    fn open() -> Self {
        let database = Cluster::shared().database().unwrap();
        let options = Options {
            engine: Engine::Postgres(database.url()),
            statement_timeout: Duration::from_secs(5),
            pool: (1, 2),
            idle: Duration::from_secs(30),
        };
        migrate::up(&options, NOW).unwrap();
        let mut connection = Connection::open(&options).unwrap();
        connection
            .transaction(|tx| {
                tx.execute(
                    "INSERT INTO users (id, username, display_name, display_name_folded, role, account_status,
                                        password_hash, changed_at, created_at, updated_at)
                     VALUES ($1, 'ada', 'Ada', 'ada', 'user', 'active', '-', $2, $2, $2)",
                    params![SENDER, NOW],
                )?;
                let conversation = Conversation {
                    id: PLACE,
                    conversation_type: ConversationType::Group,
                    name: None,
                    topic: None,
                    encryption: Encryption::None,
                    seq: 0,
                    version: 0,
                    last_activity: NOW,
                    created_at: NOW,
                    member_count: 0,
                };
                conversations::insert(tx, &conversation, None)?;
                conversations::add_members(tx, PLACE, &[(SENDER, MemberRole::Owner)], NOW)
            })
            .unwrap();
        Self { connection, _database: database }
    }

    /// The conversation's roster, newest place and newest version, and how many messages and log entries it has.
    fn state(&mut self) -> [i64; 5] {
        let read = self.connection.transaction(|tx| {
            tx.one(
                "SELECT roster, seq, version, (SELECT COUNT(*) FROM messages), (SELECT COUNT(*) FROM log)
                 FROM conversations WHERE id = $1",
                params![PLACE],
                |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
            )
        });
        read.unwrap()
    }

    fn insert(&mut self, client_id: &str, roster: i64, until: Timestamp) -> Result<Option<Advanced>, Error> {
        let message = message(client_id);
        let new = New { message: &message, encryption: None, mentions: None, body_hash: 7, at: NOW };
        self.connection.statements(|tx| messages::insert_alone(tx, &new, roster, until))
    }
}

fn message(client_id: &str) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))),
        conversation_id: PLACE,
        chat_id: PLACE,
        seq: 0,
        version: 0,
        sender_id: SENDER,
        receiver_id: None,
        client_message_id: Some(client_id.into()),
        message_type: MessageType::Text,
        content: Some("words".into()),
        encrypted_text: None,
        encryption: None,
        reply_to: None,
        thread_root_id: None,
        thread_reply_count: 0,
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: Vec::new(),
        status: MessageStatus::Sent,
        edited_at: None,
        deleted_at: None,
        expires_at: None,
        pinned_at: None,
        created_at: NOW,
        timestamp: NOW,
        duplicate: false,
    }
}

#[test]
fn it_takes_the_next_place() {
    let mut store = Store::open();
    assert_eq!(store.state(), [1, 0, 0, 0, 0]);
    for place in 1..=2 {
        let stored = store.insert(&format!("message {place}"), 1, NEVER).unwrap().unwrap();
        assert_eq!((stored.conversation_id, stored.seq, stored.version), (PLACE, place, place));
    }
    assert_eq!(store.state(), [1, 2, 2, 2, 2]);
}

#[test]
fn another_roster_stores_nothing() {
    let mut store = Store::open();
    let changed =
        store.connection.transaction(|tx| conversations::set_role(tx, PLACE, SENDER, MemberRole::Admin));
    assert!(changed.unwrap());
    assert!(store.insert("late", 1, NEVER).unwrap().is_none());
    assert_eq!(store.state(), [2, 0, 0, 0, 0]);
    assert!(store.insert("again", 2, NEVER).unwrap().is_some());
}

#[test]
fn who_is_too_late_stores_nothing() {
    let mut store = Store::open();
    assert!(matches!(store.insert("late", 1, Timestamp(0)), Err(Error::Other(_))));
    assert_eq!(store.state(), [1, 0, 0, 0, 0]);
}

#[test]
fn a_client_identifier_is_used_once() {
    let mut store = Store::open();
    store.insert("one", 1, NEVER).unwrap().unwrap();
    assert!(matches!(store.insert("one", 1, NEVER), Err(Error::Unique(_))));
    assert_eq!(store.state(), [1, 1, 1, 1, 1]);
}
