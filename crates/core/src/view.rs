//! From what is stored to what is shown.

use crate::{Ctx, Result};
use kith_api::view::{
    Conversation, ConversationType, MemberRole, Message, MessageStatus, Participant, Reaction, User,
};
use kith_api::{ConversationId, Timestamp, UserId};
use kith_db::receipts::Watermark;
use kith_db::{Tx, conversations, messages, receipts, users};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Most participants that lists show of each conversation.
pub(crate) const LISTED_PARTICIPANTS: i64 = 200;
/// Above so many members a receipt is kept but neither announced nor part of a message's status: each would go to
/// everybody, everybody reads, and somebody never does.
pub(crate) const RECEIPTS_UP_TO: i64 = 100;

/// An account; `private` shows what only itself and administrators see.
pub(crate) fn user(ctx: &Ctx, account: &users::Account, private: bool) -> User {
    let status = ctx.presence().of(account.id);
    User {
        id: account.id,
        username: account.username.clone(),
        display_name: account.display_name.clone(),
        email: account.email.clone().filter(|_| private),
        bio: account.bio.clone(),
        avatar_url: None,
        role: account.role,
        status,
        is_online: status != kith_api::view::Presence::Offline,
        last_seen: account.last_seen,
        public_key: account.public_key.clone(),
        created_at: account.created_at,
        updated_at: account.updated_at,
    }
}

/// Who is in a conversation and how far they have come: what a message's status is made of.
#[derive(Default)]
pub(crate) struct Audience {
    dm: bool,
    watermarks: Vec<Watermark>,
}

impl Audience {
    fn receiver(&self, sender: UserId) -> Option<UserId> {
        self.watermarks.iter().find(|mark| self.dm && mark.user_id != sender).map(|mark| mark.user_id)
    }

    fn status(&self, sender: UserId, seq: i64) -> MessageStatus {
        let mut others = self.watermarks.iter().filter(|mark| mark.user_id != sender).peekable();
        if others.peek().is_none() {
            return MessageStatus::Sent;
        }
        let slowest = others.fold((i64::MAX, i64::MAX), |(delivered, read), mark| {
            (delivered.min(mark.delivered_seq), read.min(mark.read_seq))
        });
        match slowest {
            (_, read) if read >= seq => MessageStatus::Read,
            (delivered, _) if delivered >= seq => MessageStatus::Delivered,
            _ => MessageStatus::Sent,
        }
    }
}

/// Views of messages, with reactions and status; at most two statements however many there are.
pub(crate) fn messages(tx: &mut Tx<'_>, stored: Vec<messages::Message>) -> Result<Vec<Message>> {
    let conversations: HashSet<Uuid> = stored.iter().map(|m| m.conversation_id.0).collect();
    let reacted: Vec<_> =
        stored.iter().filter(|m| m.reaction_count > 0).map(|m| (m.conversation_id, m.seq)).collect();
    let mut reactions: HashMap<(ConversationId, i64), Vec<Reaction>> = HashMap::new();
    for (id, one) in messages::reactions(tx, &reacted)? {
        let kinds = reactions.entry((id, one.seq)).or_default();
        match kinds.iter_mut().find(|kind| kind.emoji == one.emoji) {
            Some(kind) => {
                kind.count += 1;
                kind.user_ids.push(one.user_id);
            }
            None => kinds.push(Reaction { emoji: one.emoji, count: 1, user_ids: vec![one.user_id] }),
        }
    }
    let audiences = audiences(tx, conversations)?;
    let nobody = Audience::default();
    Ok(stored
        .into_iter()
        .map(|m| {
            let audience = audiences.get(&m.conversation_id).unwrap_or(&nobody);
            let (receiver, status) = (audience.receiver(m.sender_id), audience.status(m.sender_id, m.seq));
            let reactions = reactions.remove(&(m.conversation_id, m.seq)).unwrap_or_default();
            message(m, receiver, status, reactions)
        })
        .collect())
}

fn audiences(tx: &mut Tx<'_>, ids: HashSet<Uuid>) -> Result<HashMap<ConversationId, Audience>> {
    let mut audiences: HashMap<ConversationId, Audience> = HashMap::new();
    if ids.is_empty() {
        return Ok(audiences);
    }
    for (id, kind, mark) in receipts::watermarks(tx, ids.into_iter().collect(), RECEIPTS_UP_TO)? {
        let audience = audiences.entry(id).or_default();
        audience.dm = kind == ConversationType::Dm;
        audience.watermarks.push(mark);
    }
    Ok(audiences)
}

/// The view of one message.
pub(crate) fn message(
    m: messages::Message,
    receiver_id: Option<UserId>,
    status: MessageStatus,
    reactions: Vec<Reaction>,
) -> Message {
    Message {
        id: m.id,
        conversation_id: m.conversation_id,
        chat_id: m.conversation_id,
        seq: m.seq,
        version: m.version,
        sender_id: m.sender_id,
        receiver_id,
        client_message_id: m.client_message_id,
        message_type: m.message_type,
        content: m.content,
        encrypted_text: m.encrypted_text,
        encryption: m.encryption.and_then(|json| serde_json::from_str(&json).ok()),
        reply_to: m.reply_to,
        thread_root_id: None,
        thread_reply_count: 0,
        attachments: Vec::new(),
        reactions,
        mentions: m.mentions.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
        status,
        edited_at: m.edited_at,
        deleted_at: m.deleted_at,
        expires_at: None,
        pinned_at: None,
        created_at: m.created_at,
        timestamp: m.created_at,
        duplicate: false,
    }
}

/// A member.
pub(crate) fn participant(member: conversations::Member) -> Participant {
    Participant {
        user_id: member.user_id,
        username: member.username,
        display_name: member.display_name,
        role: member.role,
        last_delivered_seq: member.delivered_seq,
        last_read_seq: member.read_seq,
    }
}

/// Views of conversations as their member has them, with participants and newest messages: four statements,
/// and one for each that has more members than `participants`.
pub(crate) fn conversations(
    tx: &mut Tx<'_>,
    viewer: UserId,
    memberships: Vec<conversations::Membership>,
    participants: i64,
) -> Result<Vec<Conversation>> {
    if memberships.is_empty() {
        return Ok(Vec::new());
    }
    let counts: Vec<_> =
        memberships.iter().map(|m| (m.conversation.id, m.conversation.member_count)).collect();
    let heads: Vec<_> = memberships
        .iter()
        .filter(|m| m.conversation.seq > 0)
        .map(|m| (m.conversation.id, m.conversation.seq))
        .collect();
    let newest = messages::newest(tx, &heads, viewer)?;
    let mut newest: HashMap<_, _> =
        messages(tx, newest)?.into_iter().map(|message| (message.conversation_id, message)).collect();
    let mut members: HashMap<ConversationId, Vec<Participant>> = HashMap::new();
    for member in conversations::members(tx, &counts, participants)? {
        members.entry(member.conversation_id).or_default().push(participant(member));
    }
    Ok(memberships
        .into_iter()
        .map(|membership| {
            let id = membership.conversation.id;
            conversation(membership, members.remove(&id).unwrap_or_default(), newest.remove(&id))
        })
        .collect())
}

fn conversation(
    m: conversations::Membership,
    participants: Vec<Participant>,
    last_message: Option<Message>,
) -> Conversation {
    let c = m.conversation;
    Conversation {
        id: c.id,
        chat_id: c.id,
        conversation_type: c.conversation_type,
        name: c.name,
        topic: c.topic,
        avatar_url: None,
        participant_ids: participants.iter().map(|participant| participant.user_id).collect(),
        participants,
        last_message_id: last_message.as_ref().map(|message| message.id),
        last_message: last_message.map(Box::new),
        last_activity: c.last_activity,
        message_count: c.seq,
        unread_count: m.unread,
        mention_count: m.mentions,
        last_read_seq: m.read_seq,
        version: c.version,
        encryption: c.encryption,
        retention_days: None,
        disappearing_seconds: None,
        slow_mode_seconds: None,
        muted_until: m.muted_until,
        archived: m.archived,
        pinned: m.pinned,
        created_at: c.created_at,
    }
}

/// A conversation as somebody sees it who has read everything: for events that go to all members alike. At most
/// `participants` of its members are listed.
pub(crate) fn shared_conversation(
    tx: &mut Tx<'_>,
    id: ConversationId,
    participants: i64,
) -> Result<Option<Conversation>> {
    let Some(stored) = conversations::by_id(tx, id)? else { return Ok(None) };
    let members = conversations::members(tx, &[(id, stored.member_count)], participants)?;
    let last = match stored.seq {
        0 => None,
        seq => messages::at(tx, id, seq)?,
    };
    let last = messages(tx, last.into_iter().collect())?.pop();
    let membership = conversations::Membership {
        read_seq: stored.seq,
        conversation: stored,
        role: MemberRole::Member,
        unread: 0,
        mentions: 0,
        muted_until: None::<Timestamp>,
        archived: false,
        pinned: false,
    };
    Ok(Some(conversation(membership, members.into_iter().map(participant).collect(), last)))
}
