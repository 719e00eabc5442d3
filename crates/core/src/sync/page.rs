//! `sync`: everything that changed for one account since a cursor.

use super::cursor::Cursor;
use super::events;
use crate::accounts::public_key::fingerprint;
use crate::{Actor, Ctx, Error, Result, view};
use kith_api::command::Sync;
use kith_api::event::{Change, KeyChanged};
use kith_api::view::SyncPage;
use kith_api::{ConversationId, Event, Timestamp, UserId};
use kith_db::log::{self, Entry, Position, kind};
use kith_db::{Tx, conversations, users};
use std::collections::HashMap;
use uuid::Uuid;

/// Changes a page, if the request does not say.
const LIMIT: i64 = 500;
/// Most changes a page.
const MOST: i64 = 1000;
/// About as many bytes fill a page, however few changes they are.
const BYTES: i64 = 512 * 1024;

/// The cursor of a client that has just loaded everything.
pub fn start_cursor(ctx: &Ctx) -> String {
    Cursor::at(ctx.shown_now()).write(&ctx.inner().epoch)
}

/// How long the calm before a connection is taken for the present, seconds.
const FRESH: i64 = 10;

/// A stretch of time in which nothing changed for somebody.
#[derive(Clone, Copy, Debug)]
pub struct Calm {
    /// When something last did.
    pub(super) since: Timestamp,
    /// When that was looked for.
    pub(super) until: Timestamp,
}

/// The answer to a request whose cursor lies within the calm: nothing, without asking the store. `None` if it does not.
pub fn calm_page(ctx: &Ctx, calm: Calm, request: &Sync) -> Option<SyncPage> {
    let now = ctx.shown_now();
    let epoch = &ctx.inner().epoch;
    let is_well_formed = request.limit.is_none_or(|limit| (1..=MOST).contains(&limit));
    let cursor = request.cursor.as_deref().filter(|_| is_well_formed)?;
    let cursor = Cursor::read(cursor, epoch, now, oldest(ctx, now)).ok()?;
    let is_within =
        is_first(&cursor) && calm.since < cursor.position.at && now <= calm.until.plus_seconds(FRESH);
    let cursor = Cursor::at(calm.until.max(cursor.until)).write(epoch);
    is_within.then_some(SyncPage { changes: Vec::new(), cursor, has_more: false })
}

/// The oldest time that a cursor may have.
fn oldest(ctx: &Ctx, now: Timestamp) -> Timestamp {
    now.plus_seconds(-(ctx.settings().log_retention.as_secs() as i64))
}

/// What changed since the request's cursor. Without a cursor nothing, and where to begin.
pub async fn page(ctx: &Ctx, actor: &Actor, request: Sync) -> Result<SyncPage> {
    let limit = request.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::field("limit", format!("must be 1 to {MOST}")));
    }
    // Read before the snapshot: what commits in between is seen now and, by the overlap, again.
    let now = ctx.shown_now();
    let Some(text) = request.cursor else {
        return Ok(SyncPage { changes: Vec::new(), cursor: start_cursor(ctx), has_more: false });
    };
    let epoch = ctx.inner().epoch.clone();
    let cursor = Cursor::read(&text, &epoch, now, oldest(ctx, now))?;
    let user = actor.user_id();
    let (changes, more) = ctx.snapshot(move |tx| changes(tx, user, cursor, limit)).await?;
    Ok(match more {
        Some(position) => {
            // Between pages `until` stays where the first page put it, so that no stretch is left out.
            let until = if is_first(&cursor) { now } else { cursor.until };
            SyncPage { changes, cursor: Cursor { position, until }.write(&epoch), has_more: true }
        }
        None => {
            let until = if is_first(&cursor) { now } else { cursor.until };
            SyncPage { changes, cursor: Cursor::at(until).write(&epoch), has_more: false }
        }
    })
}

fn is_first(cursor: &Cursor) -> bool {
    *cursor == Cursor::at(cursor.until)
}

/// One page, and where the next begins if there is one.
fn changes(
    tx: &mut Tx<'_>,
    user: UserId,
    cursor: Cursor,
    limit: i64,
) -> Result<(Vec<Change>, Option<Position>)> {
    // Keys have no place in the log. The first page has them all: later ones do not look back as far.
    let keys = match is_first(&cursor) {
        true => Some(users::changed_keys(tx, user, cursor.position.at)?),
        false => None,
    };
    let mut entries = log::since(tx, user, cursor.position, limit + 1)?;
    let mut more = entries.len() as i64 > limit;
    entries.truncate(limit as usize);
    more |= events::cut(&mut entries, BYTES);

    let mut changes = Vec::with_capacity(entries.len());
    if let Some(keys) = keys {
        for account in keys.take(tx)? {
            changes.extend(key_change(account)?);
        }
    }
    let messages = events::messages(tx, &entries)?;
    let last_updates = last_updates(&entries);
    let (mut end, mut bytes) = (None, 0);
    for entry in &entries {
        if bytes >= BYTES {
            more = true;
            break;
        }
        end = Some(Position { at: entry.at, scope_id: entry.scope_id, version: entry.version });
        let event = match entry.joined {
            Some(joined) if entry.version < joined => None,
            Some(_) if is_arrival(entry, user) => arrival(tx, entry, user)?,
            // All would tell the same, what is so now.
            Some(_) if is_update(entry) && last_updates.get(&entry.scope_id) != Some(&entry.version) => None,
            // Whoever came back need not hear that they once left.
            None if entry.kind == kind::REMOVED && is_back(tx, entry, user)? => None,
            _ => events::event(tx, entry, &messages)?,
        };
        if let Some(event) = event {
            bytes += events::weight(&event);
            changes.push(change(entry, &event)?);
        }
    }
    Ok((changes, end.filter(|_| more)))
}

/// The last of the entries that tell of a conversation's name, topic or policy, for each that has one.
fn last_updates(entries: &[Entry]) -> HashMap<Uuid, i64> {
    entries.iter().filter(|entry| is_update(entry)).map(|entry| (entry.scope_id, entry.version)).collect()
}

fn is_update(entry: &Entry) -> bool {
    entry.kind == kind::UPDATED
}

/// The conversation that the viewer came into, as they have it.
fn arrival(tx: &mut Tx<'_>, entry: &Entry, user: UserId) -> Result<Option<Event>> {
    let membership = conversations::membership_of(tx, ConversationId(entry.scope_id), user)?;
    let views = view::conversations(tx, user, membership.into_iter().collect(), view::LISTED_PARTICIPANTS)?;
    Ok(views.into_iter().next().map(|view| Event::ConversationCreated(Box::new(view))))
}

fn is_arrival(entry: &Entry, user: UserId) -> bool {
    entry.kind == kind::CREATED || entry.kind == kind::JOINED && entry.subject == Some(user.0)
}

fn is_back(tx: &mut Tx<'_>, entry: &Entry, user: UserId) -> Result<bool> {
    let Some(id) = entry.subject else { return Ok(false) };
    Ok(conversations::role(tx, ConversationId(id), user)?.is_some())
}

fn change(entry: &Entry, event: &Event) -> Result<Change> {
    let (place, version) = match entry.kind.as_str() {
        // In the viewer's own log, whose numbers are nobody's business, and about a conversation.
        kind::HIDDEN | kind::REMOVED => (entry.subject, None),
        _ => (Some(entry.scope_id), Some(entry.version)),
    };
    Ok(Change {
        kind: event.name().into(),
        conversation_id: place.map(ConversationId),
        version,
        data: serde_json::to_value(event).map_err(Error::internal)?,
    })
}

fn key_change(account: users::Account) -> Result<Option<Change>> {
    let Some((key, updated_at)) = account.public_key.zip(account.public_key_updated_at) else {
        return Ok(None);
    };
    let changed = KeyChanged { user_id: account.id, fingerprint: fingerprint(&key), updated_at };
    let event = Event::KeyChanged(changed);
    let data = serde_json::to_value(&event).map_err(Error::internal)?;
    Ok(Some(Change { kind: event.name().into(), conversation_id: None, version: None, data }))
}
