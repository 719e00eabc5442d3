//! Millions of messages, written by SQL in the shape of `crates/db/migrations`: conversations of mixed size, one of them
//! with a tenth of everything, eight members each, and a log entry for each message.

use crate::system::Store;
use std::io;

/// Members of each conversation, beside the one who asks.
const MEMBERS: u64 = 8;

/// Conversations of the one who asks.
pub(super) const ASKED: u64 = 1000;

/// Messages in each of those that they have not read.
const UNREAD: u64 = 20;

/// Milliseconds over which the messages were sent: shorter than the log is kept.
const PERIOD: u64 = 10 * 24 * 3600 * 1000;

/// What is to be stored.
#[derive(Clone, Debug)]
pub(super) struct Filling {
    /// Messages of each conversation; the first is the largest.
    pub(super) sizes: Vec<u64>,
    /// People, beside the one who asks.
    pub(super) people: u64,
    /// Milliseconds since 1970 at which the last message was sent.
    pub(super) until: u64,
}

impl Filling {
    /// About so many messages: a tenth in one conversation, the others by Zipf's law in a hundredth as many.
    pub(super) fn of(messages: u64, until: u64) -> Self {
        let others = (messages / 100).max(ASKED);
        let share: f64 = (1..=others).map(|rank| 1.0 / rank as f64).sum();
        let left = (messages - messages / 10) as f64;
        let size = |rank: u64| (left / share / rank as f64).round().max(1.0) as u64;
        let sizes = [messages / 10].into_iter().chain((1..=others).map(size)).collect();
        Self { sizes, people: others, until }
    }

    /// The numbers of the conversations that the one who asks is in: the largest, and others of all sizes.
    fn asked(&self) -> impl Iterator<Item = u64> {
        let stride = ((self.sizes.len() as u64 - 1) / (ASKED - 1)).max(1);
        std::iter::once(0).chain((1..ASKED).map(move |number| 1 + (number - 1) * stride))
    }

    /// The identifier of the largest conversation.
    pub(super) fn largest() -> String {
        "01940000-0000-7002-8000-000000000000".to_owned()
    }

    /// Writes everything; `asking` is the account of the one who asks.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn write(&self, store: &mut Store, asking: &str) -> io::Result<()> {
        let sql = Sql::of(store);
        self.write_plan(store)?;
        let (people, until, begin) = (self.people, self.until, self.until - PERIOD);
        let numbered = sql.numbers(people);
        store.execute(&format!(
            "INSERT INTO users (id, username, display_name, display_name_folded, role, account_status, password_hash,
                                changed_at, created_at, updated_at)
             SELECT {id}, 'person' || n, 'Person ' || n, 'person ' || n, 'user', 'active', '-', {begin}, {begin}, {begin}
             FROM {numbered}",
            id = sql.id(1, "n"),
        ))?;
        store.execute(&format!(
            "INSERT INTO conversations (id, conversation_type, name, encryption, seq, version, last_activity,
                                        changed_at, created_at)
             SELECT {id}, 'group', 'Conversation ' || number, 'none', size, size, {until}, {until}, {begin}
             FROM bench_plan ORDER BY number",
            id = sql.id(2, "number"),
        ))?;
        self.write_members(store, asking)?;
        store.execute(
            "UPDATE conversations
             SET member_count = (SELECT COUNT(*) FROM members WHERE members.conversation_id = conversations.id)",
        )?;
        let messages = sql.messages();
        store.execute(&format!(
            "INSERT INTO messages (conversation_id, seq, id, version, sender_id, client_message_id, body_hash,
                                   message_type, content, created_at)
             SELECT {conversation}, n, {id}, n, {sender}, 'c' || (first + n), 0, 'text',
                    'message ' || (first + n) || ' of a conversation, about as long as people write',
                    {begin} + n * {PERIOD} / size
             FROM {messages}",
            conversation = sql.id(2, "number"),
            id = sql.id(3, "(first + n)"),
            sender = sql.id(1, &format!("((number * {MEMBERS} + n % {MEMBERS}) % {people} + 1)")),
        ))?;
        store.execute(&format!(
            "INSERT INTO log (scope_id, version, kind, seq, at)
             SELECT {conversation}, n, 'new', n, {begin} + n * {PERIOD} / size FROM {messages}",
            conversation = sql.id(2, "number"),
        ))?;
        store.execute(sql.clear())
    }

    /// The table that says how many messages each conversation has, and how many were stored before its first.
    fn write_plan(&self, store: &mut Store) -> io::Result<()> {
        store.execute("CREATE TABLE bench_plan (number BIGINT PRIMARY KEY, size BIGINT, first BIGINT)")?;
        let mut first = 0;
        let mut rows = Vec::with_capacity(self.sizes.len());
        for (number, size) in self.sizes.iter().enumerate() {
            rows.push(format!("({number}, {size}, {first})"));
            first += size;
        }
        store.insert("bench_plan (number, size, first)", &rows)?;
        let most = self.sizes.iter().copied().max().unwrap_or(0).max(self.people);
        Sql::of(store).prepare(most).map_or(Ok(()), |sql| store.execute(&sql))
    }

    fn write_members(&self, store: &mut Store, asking: &str) -> io::Result<()> {
        let sql = Sql::of(store);
        let columns = "conversation_id, user_id, role, joined_at, joined_version, delivered_seq, read_seq";
        let (people, begin) = (self.people, self.until - PERIOD);
        for member in 0..MEMBERS {
            let person = sql.id(1, &format!("((number * {MEMBERS} + {member}) % {people} + 1)"));
            store.execute(&format!(
                "INSERT INTO members ({columns})
                 SELECT {conversation}, {person}, 'member', {begin}, 0, size, size FROM bench_plan ORDER BY number",
                conversation = sql.id(2, "number"),
            ))?;
        }
        let asking = store.id(asking);
        let rows: Vec<String> = self
            .asked()
            .map(|number| {
                let size = self.sizes[number as usize];
                let conversation = store.id(&format!("01940000-0000-7002-8000-{number:012x}"));
                format!(
                    "({conversation}, {asking}, 'member', {begin}, 0, {size}, {})",
                    size.saturating_sub(UNREAD)
                )
            })
            .collect();
        store.insert(&format!("members ({columns})"), &rows)
    }
}

/// What the two engines write differently.
#[derive(Clone, Copy)]
enum Sql {
    Sqlite,
    Postgres,
}

impl Sql {
    fn of(store: &Store) -> Self {
        match store {
            Store::Sqlite(_) => Self::Sqlite,
            Store::Postgres(_) => Self::Postgres,
        }
    }

    /// The identifier of the `number`th thing of a sort.
    fn id(self, sort: u8, number: &str) -> String {
        match self {
            Self::Sqlite => format!("unhex(printf('019400000000700{sort}8000%012x', {number}))"),
            Self::Postgres => {
                format!("('019400000000700{sort}8000' || lpad(to_hex({number}::bigint), 12, '0'))::uuid")
            }
        }
    }

    /// SQLite has no series of numbers of its own.
    fn prepare(self, most: u64) -> Option<String> {
        matches!(self, Self::Sqlite).then(|| {
            format!(
                "CREATE TABLE bench_numbers (n INTEGER PRIMARY KEY);
                 WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {most})
                 INSERT INTO bench_numbers SELECT n FROM s"
            )
        })
    }

    /// A table of the numbers from 1 to `count`.
    fn numbers(self, count: u64) -> String {
        match self {
            Self::Sqlite => format!("bench_numbers WHERE n <= {count}"),
            Self::Postgres => format!("generate_series(1, {count}) AS s(n)"),
        }
    }

    /// A row for each message, in the order of conversations.
    fn messages(self) -> &'static str {
        match self {
            // CROSS JOIN keeps SQLite from turning the loops around.
            Self::Sqlite => "bench_plan CROSS JOIN bench_numbers WHERE n <= size ORDER BY number, n",
            Self::Postgres => {
                "(SELECT * FROM bench_plan ORDER BY number) AS p CROSS JOIN LATERAL generate_series(1, size) AS s(n)"
            }
        }
    }

    fn clear(self) -> &'static str {
        match self {
            Self::Sqlite => "DROP TABLE bench_plan; DROP TABLE bench_numbers",
            Self::Postgres => "DROP TABLE bench_plan",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sizes_are_mixed_and_come_to_the_sum() {
        for messages in [100_000, 1_000_000] {
            let filling = Filling::of(messages, PERIOD);
            let sum: u64 = filling.sizes.iter().sum();
            assert!(sum.abs_diff(messages) < messages / 100, "{sum} instead of {messages}");
            assert_eq!(filling.sizes[0], messages / 10);
            assert!(filling.sizes.iter().min() < Some(&50));
            let asked: BTreeSet<u64> = filling.asked().collect();
            assert_eq!(asked.len() as u64, ASKED);
            assert!(asked.iter().all(|number| (*number as usize) < filling.sizes.len()));
        }
    }
}
