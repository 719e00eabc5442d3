//! Sending: validated and resolved for itself, stored together with every other send that waits.

use crate::policy::{Action, Object, can};
use crate::validate::{CONTENT_CHARS, ENCRYPTED_BYTES, Problems};
use crate::write::{Job, Write};
use crate::{Actor, Ctx, Error, Result, accounts::profile, clock, conversations::create::open_dm, ctx, view};
use kith_api::command::SendMessage;
use kith_api::view::{Encryption, Message as View, MessageStatus, MessageType};
use kith_api::{ConversationId, Envelope, ErrorCode, Event, MessageId, Scope, Timestamp, UserId};
use kith_db::Tx;
use kith_db::messages::{self, Advanced, New, Question, Situation, Standing};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc, time::Instant};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Sends a message. The answer comes after the commit, and for a repeated `clientMessageId` it is the first message.
pub async fn send(ctx: &Ctx, actor: &Actor, request: SendMessage) -> Result<Arc<View>> {
    let accepted = clock::instant();
    validate(&request)?;
    let conversation_id = destination(ctx, actor, &request).await?;
    let (reply, answer) = oneshot::channel();
    let send = Send::new(actor.clone(), conversation_id, request, accepted, reply);
    ctx.submit(conversation_id.0, Job::Send(Box::new(send)))?;
    ctx::answered(answer).await
}

fn validate(request: &SendMessage) -> Result<()> {
    let mut problems = Problems::default();
    let destinations = [
        request.conversation_id.is_some(),
        request.chat_id.is_some(),
        request.receiver_id.is_some(),
        request.receiver_username.is_some(),
    ];
    if destinations.iter().filter(|given| **given).count() != 1 {
        let rule = "exactly one of conversationId, chatId, receiverId, receiverUsername is needed";
        problems.add("conversationId", rule);
    }
    match (&request.content, &request.encrypted_text) {
        (Some(content), None) => problems.text("content", content, 1, CONTENT_CHARS),
        (None, Some(text)) => {
            problems.check(
                "encryptedText",
                text.len() <= ENCRYPTED_BYTES,
                "must be at most 256 KiB of base64",
            );
            problems.check("encryptedText", is_base64(text), "must be base64");
        }
        _ => problems.add("content", "exactly one of content, encryptedText is needed"),
    }
    if let Some(envelope) = &request.encryption {
        problems.check("encryption", request.encrypted_text.is_some(), "is only allowed with encryptedText");
        problems.line("encryption.scheme", &envelope.scheme, 1, 64);
        problems.optional_text("encryption.keyId", envelope.key_id.as_ref(), 256);
        problems.optional_text("encryption.iv", envelope.iv.as_ref(), 256);
        problems.optional_text("encryption.signature", envelope.signature.as_ref(), 4096);
    }
    let attachments =
        request.attachments.as_ref().filter(|given| !given.as_array().is_some_and(Vec::is_empty));
    for (field, given) in [
        ("sendAt", request.send_at.as_ref()),
        ("expiresInSeconds", request.expires_in_seconds.as_ref()),
        ("attachments", attachments),
        ("threadRootId", request.thread_root_id.as_ref()),
    ] {
        problems.check(field, given.is_none(), "is not supported by this server");
    }
    if let Some(id) = &request.client_message_id {
        problems.line("clientMessageId", id, 1, 128);
    }
    if matches!(request.message_type, Some(MessageType::System | MessageType::Call)) {
        problems.add("messageType", "must be one of text, image, file, voice");
    }
    problems.check(
        "mentions",
        request.mentions.iter().flatten().count() <= 50,
        "must name at most 50 people",
    );
    problems.finish()
}

/// Standard or URL-safe alphabet, padded or not: the ciphertext is opaque, only its form is checked.
fn is_base64(text: &str) -> bool {
    let data = text.trim_end_matches('=');
    !data.is_empty()
        && text.len() - data.len() <= 2
        && data.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_'))
}

async fn destination(ctx: &Ctx, actor: &Actor, request: &SendMessage) -> Result<ConversationId> {
    if let Some(id) = request.conversation_id.or(request.chat_id) {
        return Ok(id);
    }
    let receiver = match (&request.receiver_username, request.receiver_id) {
        (Some(name), _) => user_by_name(ctx, name).await?,
        (None, Some(id)) => {
            let pair = (actor.user_id().min(id), actor.user_id().max(id));
            if let Some(dm) = ctx.inner().dm_ids.get(&pair) {
                return Ok(dm);
            }
            profile::find(ctx, &id.to_string()).await?.id
        }
        (None, None) => return Err(Error::field("conversationId", "is needed")),
    };
    Ok(open_dm(ctx, actor.user_id(), receiver, Encryption::None).await?.0)
}

/// The account with this name; names are never given to another account, so they can be remembered.
pub(crate) async fn user_by_name(ctx: &Ctx, name: &str) -> Result<UserId> {
    let name = name.to_lowercase();
    if let Some(id) = ctx.inner().user_ids.get(&name) {
        return Ok(id);
    }
    let id = profile::find(ctx, &name).await?.id;
    ctx.inner().user_ids.insert(name, id);
    Ok(id)
}

/// A send on its way to a writing thread.
pub(crate) struct Send {
    actor: Actor,
    /// As it will be shown. Identifier, place and times are those of the last attempt to store it.
    view: Arc<View>,
    /// How its ciphertext was made, as JSON.
    encryption: Option<String>,
    /// Whom it names, as a JSON array.
    mentions: Option<String>,
    body_hash: i64,
    /// The time of its log entry, as of the last attempt.
    at: Timestamp,
    /// How its sender stood in the conversation when that was last asked.
    standing: Option<Standing>,
    accepted: Instant,
    done: Option<Result<Arc<View>>>,
    reply: oneshot::Sender<Result<Arc<View>>>,
}

impl Send {
    fn new(
        actor: Actor,
        conversation_id: ConversationId,
        request: SendMessage,
        accepted: Instant,
        reply: oneshot::Sender<Result<Arc<View>>>,
    ) -> Self {
        let mentions = request.mentions.filter(|named| !named.is_empty());
        let (encryption_json, mentions_json) =
            (as_json(request.encryption.as_ref()), as_json(mentions.as_ref()));
        let view = View {
            id: MessageId(Uuid::nil()),
            conversation_id,
            chat_id: conversation_id,
            seq: 0,
            version: 0,
            sender_id: actor.user_id(),
            receiver_id: None,
            client_message_id: request.client_message_id,
            message_type: request.message_type.unwrap_or_default(),
            content: request.content,
            encrypted_text: request.encrypted_text,
            encryption: request.encryption,
            reply_to: request.reply_to,
            thread_root_id: None,
            thread_reply_count: 0,
            attachments: Vec::new(),
            reactions: Vec::new(),
            mentions: mentions.unwrap_or_default(),
            status: MessageStatus::Sent,
            edited_at: None,
            deleted_at: None,
            expires_at: None,
            pinned_at: None,
            created_at: Timestamp(0),
            timestamp: Timestamp(0),
            duplicate: false,
        };
        Self {
            actor,
            body_hash: hash(&view, encryption_json.as_deref(), mentions_json.as_deref()),
            view: Arc::new(view),
            encryption: encryption_json,
            mentions: mentions_json,
            at: Timestamp(0),
            standing: None,
            accepted,
            done: None,
            reply,
        }
    }

    /// Whether it is still to be stored or refused.
    pub(crate) fn is_open(&self) -> bool {
        self.done.is_none()
    }

    /// Forgets the answer, because the transaction that it came from was undone.
    pub(crate) fn reopen(&mut self) {
        self.done = None;
    }

    /// Gives up on this one, unless it has its answer.
    pub(crate) fn refuse(&mut self, stop: Stop) {
        match stop {
            Stop::Again => {}
            other => self.done = Some(Err(other.into())),
        }
    }

    /// Answers whoever waits.
    pub(crate) fn finish(self, committed: Result<()>) {
        let done = match committed {
            Ok(()) => self.done.unwrap_or_else(|| Err(Error::internal("a send was not stored"))),
            Err(error) => Err(error),
        };
        // Whoever asked may have hung up; the message stands all the same.
        let _ = self.reply.send(done);
    }

    fn question(&self, index: usize) -> Question<'_> {
        Question {
            index: index as i64,
            conversation_id: self.view.conversation_id,
            sender_id: self.view.sender_id,
            client_message_id: self.view.client_message_id.as_deref(),
            reply_to: self.view.reply_to,
        }
    }

    /// Whom it is from, where.
    pub(crate) fn key(&self) -> (ConversationId, UserId) {
        (self.view.conversation_id, self.view.sender_id)
    }

    /// How its sender stands there, if it was asked and the message could be stored.
    pub(crate) fn standing(&self) -> Option<Standing> {
        self.standing.filter(|_| matches!(self.done, Some(Ok(_))))
    }

    /// Becomes this message at these times; its place is to come.
    fn become_message(&mut self, id: Uuid, now: Timestamp, at: Timestamp) {
        self.at = at;
        let view = Arc::make_mut(&mut self.view);
        view.id = MessageId(id);
        (view.created_at, view.timestamp) = (now, now);
    }

    fn put(&mut self, seq: i64, version: i64) {
        let view = Arc::make_mut(&mut self.view);
        (view.seq, view.version) = (seq, version);
    }

    /// It is stored as it is now. What to announce.
    fn stored(&mut self) -> Envelope {
        self.done = Some(Ok(Arc::clone(&self.view)));
        Envelope {
            scope: Scope::Conversation(self.view.conversation_id),
            version: Some(self.view.version),
            event: Event::NewMessage(Arc::clone(&self.view)),
            except: None,
            aside: None,
            accepted: Some(self.accepted),
        }
    }

    fn new_row(&self) -> New<'_> {
        New {
            message: &self.view,
            encryption: self.encryption.as_deref(),
            mentions: self.mentions.as_deref(),
            body_hash: self.body_hash,
            at: self.at,
        }
    }
}

fn as_json(value: Option<&impl Serialize>) -> Option<String> {
    value.and_then(|value| serde_json::to_string(value).ok())
}

/// What makes two sends with one client identifier the same: the body and where it was sent to.
fn hash(view: &View, encryption: Option<&str>, mentions: Option<&str>) -> i64 {
    let mut hasher = Sha256::new();
    for part in [&view.content, &view.encrypted_text] {
        hasher.update((part.as_ref().map_or(u64::MAX, |text| text.len() as u64)).to_le_bytes());
        hasher.update(part.as_deref().unwrap_or_default());
    }
    hasher.update(view.reply_to.map_or([0; 16], |id| id.0.into_bytes()));
    hasher.update(view.message_type.as_str());
    for part in [encryption, mentions] {
        hasher.update(part.unwrap_or_default());
        hasher.update([0]);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize()[..8]);
    i64::from_le_bytes(first)
}

/// Why sends were not stored together.
pub(crate) enum Stop {
    /// Some have their answer without being stored. The places that were reserved for them must be undone; the others
    /// are tried again.
    Again,
    /// A statement failed, perhaps because of one of them: a constraint, a text that the engine does not take.
    Tripped(kith_db::Error),
    /// It took too long for the time that it has.
    Late,
    /// Nothing can be stored now.
    Failed(Error),
}

impl Stop {
    /// Whether the others may be stored, if each is tried for itself.
    pub(crate) fn may_be_of_one(&self) -> bool {
        match self {
            Self::Tripped(_) => true,
            Self::Failed(error) => error.code == ErrorCode::Internal,
            Self::Again | Self::Late => false,
        }
    }
}

impl From<kith_db::Error> for Stop {
    fn from(error: kith_db::Error) -> Self {
        match error {
            kith_db::Error::Unique(_) | kith_db::Error::Other(_) => Self::Tripped(error),
            other => Self::Failed(other.into()),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Stop> for Error {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Again | Stop::Late => Self::internal("a transaction was not run again"),
            Stop::Tripped(error) => error.into(),
            Stop::Failed(error) => error,
        }
    }
}

/// Stores a send that is alone in one statement, if its sender stands in the conversation as they last did: a
/// compare-and-set of the conversation's row, in which the database need not be asked anything first. What to announce;
/// `None` if it is to be stored as any other.
///
/// It must not be stored later than `until`.
pub(crate) fn store_alone(
    tx: &mut Tx<'_>,
    send: &mut Send,
    standing: Standing,
    [now, at, until]: [Timestamp; 3],
) -> Result<Option<Envelope>, kith_db::Error> {
    let situation = Situation { index: 0, standing: Some(standing), earlier: None, reply_exists: false };
    if !matches!(verdict(send, &situation), Ok(Verdict::Store)) {
        return Ok(None);
    }
    send.become_message(clock::new_id(now), now, at);
    Arc::make_mut(&mut send.view).receiver_id = standing.receiver_id;
    let place = messages::insert_alone(tx, &send.new_row(), standing.roster, until)?;
    Ok(place.map(|place| {
        send.put(place.seq, place.version);
        send.stored()
    }))
}

/// Stores sends with four statements: number, look, store, log. With the beginning and the end of a transaction these
/// are two round trips, because only the answers of the first two are waited for.
///
/// Numbers are reserved first. That locks the conversations, so what is seen afterwards stays so until the commit:
/// whoever is a member then, is one when the message is stored. If not all can be stored, none is, so that numbers have
/// no gaps and a conversation in which nothing was said does not look as if something was.
pub(crate) fn store(w: &mut Write<'_, '_>, sends: &mut [&mut Send]) -> Result<(), Stop> {
    sends.iter_mut().for_each(|send| send.reopen());
    let repeats = repeats(sends);
    let is_first = |index: &usize| repeats.iter().all(|(repeat, _)| repeat != index);
    let firsts: Vec<usize> = (0..sends.len()).filter(is_first).collect();

    let counts = counts(firsts.iter().map(|index| sends[*index].view.conversation_id));
    let questions: Vec<Question<'_>> = firsts.iter().map(|index| sends[*index].question(*index)).collect();
    let advanced = messages::advance(w.tx, &counts, w.now, w.at)?;
    let situations = messages::situations(w.tx, &questions)?.take(w.tx)?;
    let mut places = before(&counts, advanced.take(w.tx)?);
    for situation in situations {
        judge(w, sends[situation.index as usize], &situation)?;
    }
    if sends.iter().any(|send| !send.is_open()) {
        return Err(Stop::Again);
    }

    for index in &firsts {
        let send = &mut sends[*index];
        let found = places.binary_search_by_key(&send.view.conversation_id, |place| place.conversation_id);
        let found = found.map_err(|_| Error::internal("members of a conversation that is not there"))?;
        let place = &mut places[found];
        (place.seq, place.version) = (place.seq + 1, place.version + 1);
        send.become_message(w.new_id(), w.now, place.at);
        send.put(place.seq, place.version);
    }
    let rows: Vec<New<'_>> = firsts.iter().map(|index| sends[*index].new_row()).collect();
    messages::insert(w.tx, &rows)?;

    for index in firsts {
        let envelope = sends[index].stored();
        w.announce(envelope);
    }
    for (repeat, first) in repeats {
        let first = &sends[first];
        let same = is_same(sends[repeat], first.view.conversation_id, first.body_hash);
        sends[repeat].done = Some(same.map(|()| repeated(&first.view)));
    }
    Ok(())
}

/// Sends with the client identifier of an earlier one of these, each with the place of that one.
fn repeats(sends: &[&mut Send]) -> Vec<(usize, usize)> {
    if sends.len() < 2 {
        return Vec::new();
    }
    let mut first_of: HashMap<(UserId, &str), usize> = HashMap::with_capacity(sends.len());
    let mut repeats = Vec::new();
    for (index, send) in sends.iter().enumerate() {
        let Some(id) = send.view.client_message_id.as_deref() else { continue };
        let first = *first_of.entry((send.view.sender_id, id)).or_insert(index);
        if first != index {
            repeats.push((index, first));
        }
    }
    repeats
}

/// How often each conversation comes, in their order: everybody locks them in the same one.
fn counts(conversations: impl Iterator<Item = ConversationId>) -> Vec<(ConversationId, i64)> {
    let mut ids: Vec<_> = conversations.collect();
    ids.sort_unstable();
    ids.chunk_by(|one, next| one == next).map(|same| (same[0], same.len() as i64)).collect()
}

/// The places before those that were reserved, in the order of their conversations.
fn before(counts: &[(ConversationId, i64)], mut advanced: Vec<Advanced>) -> Vec<Advanced> {
    advanced.sort_unstable_by_key(|place| place.conversation_id);
    for place in &mut advanced {
        let counted = counts.binary_search_by_key(&place.conversation_id, |(id, _)| *id);
        let count = counted.map_or(0, |index| counts[index].1);
        (place.seq, place.version) = (place.seq - count, place.version - count);
    }
    advanced
}

/// Leaves a send open if it may be stored, and otherwise answers it.
fn judge(w: &mut Write<'_, '_>, send: &mut Send, situation: &Situation) -> Result<()> {
    send.standing = situation.standing;
    match verdict(send, situation) {
        Ok(Verdict::Store) => {
            Arc::make_mut(&mut send.view).receiver_id =
                situation.standing.and_then(|standing| standing.receiver_id);
        }
        Ok(Verdict::Repeat(conversation, seq)) => {
            let stored = messages::at(w.tx, conversation, seq)?;
            let view = view::messages(w.tx, stored.into_iter().collect())?.pop();
            send.done = Some(view.as_ref().map(repeated).ok_or_else(|| Error::not_found("message")));
        }
        Err(refusal) => send.done = Some(Err(refusal)),
    }
    Ok(())
}

/// What is to become of a send that is not refused.
enum Verdict {
    Store,
    /// It was stored before, at this place.
    Repeat(ConversationId, i64),
}

fn verdict(send: &Send, situation: &Situation) -> Result<Verdict> {
    let standing = situation.standing.ok_or_else(|| Error::not_found("conversation"))?;
    let object = Object::Conversation(standing.conversation_type, Some(standing.role));
    can(&send.actor, Action::Send, object)?;
    if let Some((conversation, seq, hash)) = situation.earlier {
        return is_same(send, conversation, hash).map(|()| Verdict::Repeat(conversation, seq));
    }
    if standing.encryption != Encryption::None && send.view.encrypted_text.is_none() {
        return Err(Error::field("content", "is not allowed: this conversation is encrypted"));
    }
    if send.view.reply_to.is_some() && !situation.reply_exists {
        return Err(Error::field("replyTo", "is not a message of this conversation"));
    }
    Ok(Verdict::Store)
}

fn is_same(send: &Send, conversation: ConversationId, hash: i64) -> Result<()> {
    if send.view.conversation_id == conversation && send.body_hash == hash {
        return Ok(());
    }
    Err(Error::new(ErrorCode::IdempotencyConflict, "This clientMessageId was used for another message."))
}

fn repeated(stored: &View) -> Arc<View> {
    Arc::new(View { duplicate: true, ..stored.clone() })
}
