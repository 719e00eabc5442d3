//! What a device shows: every change once, in order, never past a hole.

use kith_api::{
    ConversationId, MessageId, UserId,
    command::{ReactionAction, ReceiptKind},
    event::{
        Change, Heads, MemberChanged, MemberLeft, MessageDeleted, MessageHidden, MessageStatusChanged,
        ReactionChanged,
    },
    view::{Conversation, Message, Reaction, ReadMarker},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The view shows it now.
    New,
    /// The view showed it already, or it is nothing that a view shows.
    Old,
    /// Changes before it are missing: `sync` first.
    Hole,
}

/// One conversation as a device shows it.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Its description.
    pub conversation: Conversation,
    /// The newest change that is shown.
    pub version: i64,
    /// Messages by place.
    pub messages: BTreeMap<i64, Message>,
    /// Messages in the order in which they came to be shown, as they were then.
    pub shown: Vec<Message>,
}

impl Timeline {
    fn new(conversation: Conversation) -> Self {
        Self { version: conversation.version, conversation, messages: BTreeMap::new(), shown: Vec::new() }
    }

    fn place_of(&self, id: MessageId) -> Option<i64> {
        self.messages.values().find(|message| message.id == id).map(|message| message.seq)
    }

    /// Shows a message; one that is shown already changes where it stands.
    fn put(&mut self, message: Message) {
        let shown = self.messages.get(&message.seq).is_some_and(|known| known.id == message.id);
        if !shown {
            self.shown.push(message.clone());
        }
        self.messages.insert(message.seq, message);
    }
}

/// All conversations of an account as a device shows them.
#[derive(Clone, Debug, Default)]
pub struct View {
    timelines: HashMap<ConversationId, Timeline>,
}

impl View {
    /// The conversations.
    pub fn timelines(&self) -> impl Iterator<Item = &Timeline> {
        self.timelines.values()
    }

    /// One conversation.
    pub fn timeline(&self, id: ConversationId) -> Option<&Timeline> {
        self.timelines.get(&id)
    }

    /// Starts from a snapshot: a conversation and messages of it, oldest first. What is shown already stays.
    pub fn load(&mut self, conversation: Conversation, messages: Vec<Message>) {
        let id = conversation.id;
        let timeline = self.timelines.entry(id).or_insert_with(|| Timeline::new(conversation.clone()));
        if conversation.version >= timeline.version {
            timeline.version = conversation.version;
            timeline.conversation = conversation;
        }
        for message in messages {
            let newer =
                timeline.messages.get(&message.seq).is_none_or(|known| known.version <= message.version);
            if newer {
                timeline.put(message);
            }
        }
    }

    /// Forgets conversations that are not in the snapshot.
    pub fn retain(&mut self, keep: impl Fn(ConversationId) -> bool) {
        self.timelines.retain(|id, _| keep(*id));
    }

    /// Takes an event that came over a socket.
    pub fn apply_event(&mut self, name: &str, data: &Value) -> Applied {
        let change = Change {
            kind: name.to_owned(),
            conversation_id: conversation_of(name, data),
            version: data["version"].as_i64(),
            data: data.clone(),
        };
        self.apply(&change, false)
    }

    /// Takes an entry of `sync`, which is complete: numbers that are missing there concern others.
    pub fn apply_synced(&mut self, change: &Change) -> Applied {
        self.apply(change, true)
    }

    /// Whether the server knows newer changes than are shown.
    pub fn is_behind(&self, heads: &Heads) -> bool {
        heads.heads.iter().any(|head| {
            self.timelines.get(&head.conversation_id).is_none_or(|timeline| timeline.version < head.version)
        })
    }

    /// After a `sync` that was asked for because of these heads: what it did not bring was not for this account.
    pub fn accept(&mut self, heads: &Heads) {
        for head in &heads.heads {
            if let Some(timeline) = self.timelines.get_mut(&head.conversation_id) {
                timeline.version = timeline.version.max(head.version);
            }
        }
    }

    fn apply(&mut self, change: &Change, complete: bool) -> Applied {
        let Some(id) = change.conversation_id else { return Applied::Old };
        let version = change.version;
        match change.kind.as_str() {
            "conversation_created" => return self.enter(&change.data, version),
            "conversation_removed" => {
                return if self.timelines.remove(&id).is_some() { Applied::New } else { Applied::Old };
            }
            _ => {}
        }
        let Some(timeline) = self.timelines.get_mut(&id) else {
            return if version.is_some() { Applied::Hole } else { Applied::Old };
        };
        if let Some(version) = version {
            if version <= timeline.version {
                return Applied::Old;
            }
            if version > timeline.version + 1 && !complete {
                return Applied::Hole;
            }
            timeline.version = version;
        }
        if timeline.change(&change.kind, &change.data) { Applied::New } else { Applied::Old }
    }

    fn enter(&mut self, data: &Value, version: Option<i64>) -> Applied {
        let Some(conversation) = read::<Conversation>(data) else { return Applied::Old };
        let version = version.unwrap_or(conversation.version);
        match self.timelines.get_mut(&conversation.id) {
            Some(timeline) if timeline.version >= version => Applied::Old,
            Some(timeline) => {
                timeline.version = version;
                timeline.conversation = conversation;
                Applied::New
            }
            None => {
                let mut timeline = Timeline::new(conversation);
                timeline.version = version;
                self.timelines.insert(timeline.conversation.id, timeline);
                Applied::New
            }
        }
    }
}

impl Timeline {
    /// Whether anything changed. Events of later servers are not known and change nothing.
    fn change(&mut self, name: &str, data: &Value) -> bool {
        self.change_known(name, data).is_some()
    }

    fn change_known(&mut self, name: &str, data: &Value) -> Option<()> {
        match name {
            "new_message" => self.put(read(data)?),
            "message_updated" => {
                let updated: Message = read(data)?;
                // It may be hidden, or older than what is shown.
                let known = self.messages.get_mut(&updated.seq)?;
                *known = updated;
            }
            "message_deleted" => {
                let deleted: MessageDeleted = read(data)?;
                let message = self.messages.get_mut(&deleted.seq)?;
                message.content = None;
                message.encrypted_text = None;
                message.encryption = None;
                message.reactions.clear();
                message.version = deleted.version;
                message.deleted_at = Some(deleted.deleted_at);
            }
            "message_hidden" => {
                let hidden: MessageHidden = read(data)?;
                self.messages.remove(&hidden.seq)?;
            }
            "reaction" => self.react(&read(data)?)?,
            "message_status" => self.mark(&read(data)?)?,
            "read_marker" => {
                let marker: ReadMarker = read(data)?;
                self.conversation.last_read_seq = self.conversation.last_read_seq.max(marker.seq);
                self.conversation.unread_count = marker.unread_count;
            }
            "conversation_updated" => {
                let updated: Conversation = read(data)?;
                let own = &mut self.conversation;
                (own.name, own.topic, own.avatar_url) = (updated.name, updated.topic, updated.avatar_url);
            }
            "member_joined" | "member_updated" => {
                let changed: MemberChanged = read(data)?;
                self.leave(changed.user_id);
                self.conversation.participant_ids.push(changed.user_id);
                self.conversation.participants.push(changed.participant);
            }
            "member_left" => {
                let left: MemberLeft = read(data)?;
                self.leave(left.user_id);
            }
            _ => return None,
        }
        Some(())
    }

    fn leave(&mut self, user: UserId) {
        self.conversation.participant_ids.retain(|id| *id != user);
        self.conversation.participants.retain(|participant| participant.user_id != user);
    }

    fn react(&mut self, changed: &ReactionChanged) -> Option<()> {
        let place = self.place_of(changed.message_id)?;
        let message = self.messages.get_mut(&place)?;
        message.version = changed.version;
        let reactions = &mut message.reactions;
        let index =
            reactions.iter().position(|reaction| reaction.emoji == changed.emoji).unwrap_or_else(|| {
                reactions.push(Reaction { emoji: changed.emoji.clone(), count: 0, user_ids: Vec::new() });
                reactions.len() - 1
            });
        let reaction = &mut reactions[index];
        reaction.user_ids.retain(|id| *id != changed.user_id);
        if changed.action == ReactionAction::Add {
            reaction.user_ids.push(changed.user_id);
        }
        reaction.count = reaction.user_ids.len() as i64;
        reactions.retain(|reaction| reaction.count > 0);
        Some(())
    }

    fn mark(&mut self, changed: &MessageStatusChanged) -> Option<()> {
        let member = self
            .conversation
            .participants
            .iter_mut()
            .find(|participant| participant.user_id == changed.user_id)?;
        member.last_delivered_seq = member.last_delivered_seq.max(changed.seq);
        if changed.status == ReceiptKind::Read {
            member.last_read_seq = member.last_read_seq.max(changed.seq);
        }
        Some(())
    }
}

/// Which conversation an event is about.
pub(crate) fn conversation_of(name: &str, data: &Value) -> Option<ConversationId> {
    let field = match name {
        "conversation_created" | "conversation_updated" => "id",
        _ => "conversationId",
    };
    read(&data[field])
}

fn read<T: DeserializeOwned>(data: &Value) -> Option<T> {
    T::deserialize(data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    const WHEN: &str = "2026-01-01T00:00:00.000Z";

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn conversation(version: i64) -> Value {
        json!({
            "id": id(1), "chatId": id(1), "conversationType": "group", "name": "Walks",
            "participants": [{
                "userId": id(7), "username": "ada", "displayName": "Ada", "role": "owner",
                "lastDeliveredSeq": 0, "lastReadSeq": 0,
            }],
            "participantIds": [id(7)], "lastActivity": WHEN, "messageCount": 0, "unreadCount": 0, "mentionCount": 0,
            "lastReadSeq": 0, "version": version, "encryption": "none", "archived": false, "pinned": false,
            "createdAt": WHEN,
        })
    }

    fn message(seq: i64, version: i64) -> Value {
        json!({
            "id": id(100 + seq as u128), "conversationId": id(1), "chatId": id(1), "seq": seq, "version": version,
            "senderId": id(7), "messageType": "text", "content": format!("text {seq}"), "threadReplyCount": 0,
            "attachments": [], "reactions": [], "mentions": [], "status": "sent", "createdAt": WHEN, "timestamp": WHEN,
        })
    }

    fn view() -> View {
        let mut view = View::default();
        assert_eq!(view.apply_event("conversation_created", &conversation(1)), Applied::New);
        view
    }

    fn timeline(view: &View) -> &Timeline {
        view.timeline(ConversationId(id(1))).expect("the conversation is shown")
    }

    fn shown(view: &View) -> Vec<i64> {
        timeline(view).shown.iter().map(|message| message.seq).collect()
    }

    fn synced(kind: &str, version: i64, data: Value) -> Change {
        Change {
            kind: kind.into(),
            conversation_id: Some(ConversationId(id(1))),
            version: Some(version),
            data,
        }
    }

    #[test]
    fn a_change_is_shown_once() {
        let mut view = view();
        assert_eq!(view.apply_event("new_message", &message(1, 2)), Applied::New);
        assert_eq!(view.apply_event("new_message", &message(1, 2)), Applied::Old);
        assert_eq!(view.apply_synced(&synced("new_message", 2, message(1, 2))), Applied::Old);
        assert_eq!(shown(&view), [1]);
    }

    #[test]
    fn nothing_is_shown_past_a_hole_until_sync_has_filled_it() {
        let mut view = view();
        assert_eq!(view.apply_event("new_message", &message(2, 3)), Applied::Hole);
        assert!(shown(&view).is_empty());
        for seq in 1..=2 {
            assert_eq!(
                view.apply_synced(&synced("new_message", seq + 1, message(seq, seq + 1))),
                Applied::New
            );
        }
        assert_eq!(view.apply_event("new_message", &message(2, 3)), Applied::Old);
        assert_eq!(shown(&view), [1, 2]);
    }

    #[test]
    fn changes_of_an_unknown_conversation_are_a_hole() {
        let mut view = View::default();
        assert_eq!(view.apply_event("new_message", &message(1, 2)), Applied::Hole);
    }

    #[test]
    fn a_snapshot_contains_the_events_before_it() {
        let mut view = View::default();
        let loaded = [message(1, 2), message(2, 3)].map(|message| read(&message).unwrap());
        view.load(read(&conversation(2)).unwrap(), loaded.to_vec());
        assert_eq!(view.apply_event("new_message", &message(1, 2)), Applied::Old);
        // The page was read after the description: its last message comes once more as an event.
        assert_eq!(view.apply_event("new_message", &message(2, 3)), Applied::New);
        assert_eq!(view.apply_event("new_message", &message(3, 4)), Applied::New);
        assert_eq!(shown(&view), [1, 2, 3]);
    }

    #[test]
    fn heads_tell_that_the_last_event_was_lost() {
        let mut view = view();
        let heads = |version| Heads {
            heads: vec![kith_api::event::Head { conversation_id: ConversationId(id(1)), version }],
        };
        assert!(!view.is_behind(&heads(1)));
        assert!(view.is_behind(&heads(2)));
        view.accept(&heads(2));
        assert!(!view.is_behind(&heads(2)));
        assert_eq!(view.apply_event("new_message", &message(1, 3)), Applied::New);
    }

    #[test]
    fn edits_reactions_receipts_and_deletions_change_what_is_shown() {
        let mut view = view();
        view.apply_event("new_message", &message(1, 2));
        let mut edited = message(1, 3);
        edited["content"] = "better".into();
        assert_eq!(view.apply_event("message_updated", &edited), Applied::New);
        let reaction = |action, version| {
            json!({
                "messageId": id(101), "conversationId": id(1), "emoji": "👍", "userId": id(7), "action": action,
                "version": version,
            })
        };
        assert_eq!(view.apply_event("reaction", &reaction("add", 4)), Applied::New);
        assert_eq!(timeline(&view).messages[&1].content.as_deref(), Some("better"));
        assert_eq!(timeline(&view).messages[&1].reactions[0].count, 1);
        assert_eq!(view.apply_event("reaction", &reaction("remove", 5)), Applied::New);
        assert!(timeline(&view).messages[&1].reactions.is_empty());
        let status = |status, seq, version| {
            json!({
                "messageId": id(101), "conversationId": id(1), "seq": seq, "userId": id(7), "status": status,
                "at": WHEN, "version": version,
            })
        };
        view.apply_event("message_status", &status("read", 1, 6));
        view.apply_event("message_status", &status("delivered", 0, 7));
        let member = &timeline(&view).conversation.participants[0];
        assert_eq!((member.last_delivered_seq, member.last_read_seq), (1, 1), "receipts went backwards");
        let deleted = json!({
            "messageId": id(101), "conversationId": id(1), "seq": 1, "version": 8, "deletedAt": WHEN,
        });
        assert_eq!(view.apply_event("message_deleted", &deleted), Applied::New);
        assert!(
            timeline(&view).messages[&1].content.is_none()
                && timeline(&view).messages[&1].deleted_at.is_some()
        );
        assert_eq!(shown(&view), [1]);
    }

    #[test]
    fn ephemeral_events_change_nothing() {
        let mut view = view();
        let typing = json!({ "conversationId": id(1), "userId": id(7), "username": "ada", "isTyping": true });
        assert_eq!(view.apply_event("user_typing", &typing), Applied::Old);
        assert_eq!(view.apply_event("something_of_tomorrow", &json!({ "x": 1 })), Applied::Old);
        assert_eq!(timeline(&view).version, 1);
    }

    #[test]
    fn a_conversation_that_one_has_left_is_gone() {
        let mut view = view();
        let removed = json!({ "conversationId": id(1), "version": 2 });
        assert_eq!(view.apply_event("conversation_removed", &removed), Applied::New);
        assert_eq!(view.timelines().count(), 0);
    }
}
