//! Sending: validated and resolved for itself, stored together with every other send that waits.

use crate::policy::{Action, Object, can};
use crate::validate::{CONTENT_CHARS, ENCRYPTED_BYTES, Problems};
use crate::write::{Job, Write};
use crate::{Actor, Ctx, Error, Result, accounts::profile, conversations::create::open_dm, ctx, view};
use kith_api::command::SendMessage;
use kith_api::view::{Encryption, Message as View, MessageStatus, MessageType};
use kith_api::{ConversationId, Envelope, ErrorCode, Event, MessageId, Scope, UserId};
use kith_db::messages::{self, Advanced, Message, New, Question, Situation};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Instant,
};
use tokio::sync::oneshot;

/// Sends a message. The answer comes after the commit, and for a repeated `clientMessageId` it is the first message.
pub async fn send(ctx: &Ctx, actor: &Actor, request: SendMessage) -> Result<Arc<View>> {
    let accepted = monotonic_now();
    validate(&request)?;
    let conversation_id = destination(ctx, actor, &request).await?;
    let body_hash = hash(&request);
    let (reply, answer) = oneshot::channel();
    let send =
        Send { actor: actor.clone(), conversation_id, request, body_hash, accepted, done: None, reply };
    ctx.submit(conversation_id.0, Job::Send(Box::new(send)))?;
    ctx::answered(answer).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "latency is measured on the monotonic clock, and decides nothing"
)]
fn monotonic_now() -> Instant {
    Instant::now()
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

/// What makes two sends with one client identifier the same: the body and where it was sent to.
fn hash(request: &SendMessage) -> i64 {
    let mut hasher = Sha256::new();
    for part in [&request.content, &request.encrypted_text] {
        hasher.update((part.as_ref().map_or(u64::MAX, |text| text.len() as u64)).to_le_bytes());
        hasher.update(part.as_deref().unwrap_or_default());
    }
    hasher.update(request.reply_to.map_or([0; 16], |id| id.0.into_bytes()));
    hasher.update(request.message_type.unwrap_or_default().as_str());
    for part in [as_json(request.encryption.as_ref()), as_json(mentions(request))] {
        hasher.update(part.unwrap_or_default());
        hasher.update([0]);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize()[..8]);
    i64::from_le_bytes(first)
}

/// A send on its way to a writing thread.
pub(crate) struct Send {
    actor: Actor,
    conversation_id: ConversationId,
    request: SendMessage,
    body_hash: i64,
    accepted: Instant,
    done: Option<Result<Arc<View>>>,
    reply: oneshot::Sender<Result<Arc<View>>>,
}

impl Send {
    /// Gives up on this one.
    pub(crate) fn refuse(&mut self, error: Error) {
        self.done = Some(Err(error));
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

    fn question(&self) -> Question<'_> {
        Question {
            conversation_id: self.conversation_id,
            sender_id: self.actor.user_id(),
            client_message_id: self.request.client_message_id.as_deref(),
            reply_to: self.request.reply_to,
        }
    }
}

/// What is to become of one send.
enum Verdict {
    Store {
        receiver: Option<UserId>,
    },
    Refuse(Error),
    /// It was stored before, at this place.
    Repeat(ConversationId, i64),
    /// It is stored by an earlier send of this very batch.
    RepeatOf(usize),
}

/// Stores a batch of sends with four statements: look, number, store, log. Answers stay in `sends` until the commit.
pub(crate) fn apply(w: &mut Write<'_, '_>, sends: &mut [Box<Send>]) -> Result<()> {
    let mut verdicts = judge(w, sends)?;

    let mut counts: BTreeMap<ConversationId, i64> = BTreeMap::new();
    for (send, verdict) in sends.iter().zip(&verdicts) {
        if matches!(verdict, Verdict::Store { .. }) {
            *counts.entry(send.conversation_id).or_default() += 1;
        }
    }
    let counts: Vec<_> = counts.into_iter().collect();
    let mut next: HashMap<ConversationId, Advanced> = messages::advance(w.tx, &counts, w.now, w.at)?
        .into_iter()
        .map(|last| {
            let id = last.conversation_id;
            let count = counts.iter().find(|(counted, _)| *counted == id).map_or(0, |(_, count)| *count);
            (id, Advanced { seq: last.seq - count, version: last.version - count, ..last })
        })
        .collect();

    let mut stored = Vec::new();
    for (index, (send, verdict)) in sends.iter().zip(&mut verdicts).enumerate() {
        let Verdict::Store { receiver } = *verdict else { continue };
        let Some(place) = next.get_mut(&send.conversation_id) else {
            *verdict = Verdict::Refuse(Error::not_found("conversation"));
            continue;
        };
        (place.seq, place.version) = (place.seq + 1, place.version + 1);
        stored.push((index, new_message(w, send, place), receiver));
    }
    messages::insert(w.tx, stored.iter().map(|(_, new, _)| new))?;

    for (index, New { message, .. }, receiver) in stored {
        let scope = Scope::Conversation(message.conversation_id);
        let version = Some(message.version);
        let view = Arc::new(view::message(message, receiver, MessageStatus::Sent, Vec::new()));
        sends[index].done = Some(Ok(Arc::clone(&view)));
        let event = Event::NewMessage(view);
        let accepted = Some(sends[index].accepted);
        w.announce(Envelope { scope, version, event, except: None, aside: None, accepted });
    }
    answer_the_rest(w, sends, verdicts)
}

fn judge(w: &mut Write<'_, '_>, sends: &[Box<Send>]) -> Result<Vec<Verdict>> {
    let questions: Vec<Question<'_>> = sends.iter().map(|send| send.question()).collect();
    let mut situations: Vec<Option<Situation>> = sends.iter().map(|_| None).collect();
    for situation in messages::situations(w.tx, &questions)? {
        let index = situation.index as usize;
        situations[index] = Some(situation);
    }
    let mut first_of: HashMap<(UserId, &str), usize> = HashMap::new();
    let mut verdicts = Vec::with_capacity(sends.len());
    for (index, (send, situation)) in sends.iter().zip(situations).enumerate() {
        let mut verdict = situation.map_or_else(
            || Verdict::Refuse(Error::not_found("conversation")),
            |situation| judge_one(send, &situation),
        );
        if let (Verdict::Store { .. }, Some(id)) = (&verdict, send.request.client_message_id.as_deref()) {
            let first = *first_of.entry((send.actor.user_id(), id)).or_insert(index);
            if first != index {
                verdict = match is_same(send, sends[first].conversation_id, sends[first].body_hash) {
                    Ok(()) => Verdict::RepeatOf(first),
                    Err(error) => Verdict::Refuse(error),
                };
            }
        }
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

fn judge_one(send: &Send, situation: &Situation) -> Verdict {
    let Some((kind, encryption, role)) = situation.membership else {
        return Verdict::Refuse(Error::not_found("conversation"));
    };
    if let Err(error) = can(&send.actor, Action::Send, Object::Conversation(kind, Some(role))) {
        return Verdict::Refuse(error);
    }
    if let Some((conversation, seq, hash)) = situation.earlier {
        return match is_same(send, conversation, hash) {
            Ok(()) => Verdict::Repeat(conversation, seq),
            Err(error) => Verdict::Refuse(error),
        };
    }
    if encryption != Encryption::None && send.request.encrypted_text.is_none() {
        return Verdict::Refuse(Error::field("content", "is not allowed: this conversation is encrypted"));
    }
    if send.request.reply_to.is_some() && !situation.reply_exists {
        return Verdict::Refuse(Error::field("replyTo", "is not a message of this conversation"));
    }
    Verdict::Store { receiver: situation.receiver_id }
}

fn is_same(send: &Send, conversation: ConversationId, hash: i64) -> Result<()> {
    if send.conversation_id == conversation && send.body_hash == hash {
        return Ok(());
    }
    Err(Error::new(ErrorCode::IdempotencyConflict, "This clientMessageId was used for another message."))
}

/// The request stays whole: the batch may have to be stored again.
fn new_message(w: &Write<'_, '_>, send: &Send, place: &Advanced) -> New {
    let request = &send.request;
    let message = Message {
        conversation_id: send.conversation_id,
        seq: place.seq,
        id: MessageId(w.new_id()),
        version: place.version,
        sender_id: send.actor.user_id(),
        client_message_id: request.client_message_id.clone(),
        message_type: request.message_type.unwrap_or_default(),
        content: request.content.clone(),
        encrypted_text: request.encrypted_text.clone(),
        encryption: as_json(request.encryption.as_ref()),
        reply_to: request.reply_to,
        mentions: as_json(mentions(request)),
        reaction_count: 0,
        edited_at: None,
        deleted_at: None,
        created_at: w.now,
    };
    New { message, body_hash: send.body_hash, at: place.at }
}

fn mentions(request: &SendMessage) -> Option<&Vec<UserId>> {
    request.mentions.as_ref().filter(|mentions| !mentions.is_empty())
}

fn as_json(value: Option<&impl Serialize>) -> Option<String> {
    value.and_then(|value| serde_json::to_string(value).ok())
}

/// Answers refusals, and repeats with what was stored first.
fn answer_the_rest(w: &mut Write<'_, '_>, sends: &mut [Box<Send>], verdicts: Vec<Verdict>) -> Result<()> {
    let repeated = |stored: &View| Arc::new(View { duplicate: true, ..stored.clone() });
    for (index, verdict) in verdicts.into_iter().enumerate() {
        let done = match verdict {
            Verdict::Store { .. } => continue,
            Verdict::Refuse(error) => Err(error),
            Verdict::RepeatOf(first) => match &sends[first].done {
                Some(Ok(stored)) => Ok(repeated(stored)),
                Some(Err(error)) => Err(error.clone()),
                None => Err(Error::internal("a repeat came before its first")),
            },
            Verdict::Repeat(conversation, seq) => {
                let stored = messages::at(w.tx, conversation, seq)?;
                let view = view::messages(w.tx, stored.into_iter().collect())?.pop();
                view.as_ref().map(repeated).ok_or_else(|| Error::not_found("message"))
            }
        };
        sends[index].done = Some(done);
    }
    Ok(())
}
