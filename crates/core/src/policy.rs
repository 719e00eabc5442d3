//! Who may do what: one pure function for every transport.

use crate::{Actor, Error, Result};
use kith_api::UserId;
use kith_api::view::{ConversationType, MemberRole, Role};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See a conversation, its members and its messages.
    Read,
    /// Say something.
    Send,
    /// Change name and topic.
    Update,
    /// Delete the conversation.
    Delete,
    /// Bring somebody in with this role.
    AddMember(MemberRole),
    /// Take somebody with this role out.
    RemoveMember(MemberRole),
    /// Leave.
    Leave,
    /// Change somebody's role from the first to the second.
    ChangeRole(MemberRole, MemberRole),
    /// Change a message's text.
    EditMessage,
    /// Delete a message for everyone.
    DeleteMessage,
    /// React to a message.
    React,
}

/// To what.
#[derive(Clone, Copy, Debug)]
pub enum Object {
    /// A conversation in which the actor has this role, if any.
    Conversation(ConversationType, Option<MemberRole>),
    /// A message by this sender in such a conversation.
    Message(ConversationType, Option<MemberRole>, UserId),
}

/// Allows or refuses. What the actor may not know of is refused as not found.
pub fn can(actor: &Actor, action: Action, object: Object) -> Result<()> {
    use ConversationType as Type;
    use MemberRole::{Admin, Member, Owner, Subscriber};
    let (kind, role, sender) = match object {
        Object::Conversation(kind, role) => (kind, role, None),
        Object::Message(kind, role, sender) => (kind, role, Some(sender)),
    };
    let Some(role) = role else {
        return Err(Error::not_found(if sender.is_some() { "message" } else { "conversation" }));
    };
    let mine = sender == Some(actor.user_id());
    let allowed = match action {
        Action::Read | Action::React => true,
        Action::Send => match kind {
            Type::Dm => true,
            Type::Group => role > Subscriber,
            Type::Channel => role >= Admin,
        },
        Action::Leave => kind != Type::Dm,
        Action::Update => kind != Type::Dm && role >= Admin,
        Action::Delete => kind != Type::Dm && role == Owner,
        Action::AddMember(new) => kind != Type::Dm && role >= Admin && new < role,
        Action::RemoveMember(theirs) => kind != Type::Dm && role >= Admin && theirs < role,
        Action::ChangeRole(from, to) => {
            kind != Type::Dm && (role == Owner || role == Admin && from < Admin && to <= Member)
        }
        Action::EditMessage => mine,
        Action::DeleteMessage => {
            mine || kind != Type::Dm && role >= Admin
                || kind == Type::Channel && actor.role() >= Role::Moderator
        }
    };
    if allowed { Ok(()) } else { Err(Error::forbidden(refusal(action, kind))) }
}

fn refusal(action: Action, kind: ConversationType) -> &'static str {
    if kind == ConversationType::Dm
        && !matches!(action, Action::EditMessage | Action::DeleteMessage | Action::Send)
    {
        return "A direct conversation always has the same two people and no name of its own.";
    }
    match action {
        Action::EditMessage => "Only the sender can edit a message.",
        Action::DeleteMessage => "Only the sender and admins of the conversation can delete a message.",
        Action::Delete => "Only the owner can delete a conversation.",
        Action::Send => "You cannot write in this conversation.",
        _ => "Only admins of the conversation can do this.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::SessionState;
    use kith_api::SessionId;
    use std::sync::Arc;
    use uuid::Uuid;

    fn actor() -> Actor {
        let (session, user) = (SessionId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        Actor::new(Arc::new(SessionState::new(session, user, "ada", Role::User)), None)
    }

    #[test]
    fn strangers_find_nothing() {
        for action in [Action::Read, Action::Send, Action::Update, Action::Leave] {
            let refused =
                can(&actor(), action, Object::Conversation(ConversationType::Group, None)).unwrap_err();
            assert_eq!(refused.code, kith_api::ErrorCode::NotFound);
        }
    }

    #[test]
    fn admins_do_not_reach_above_themselves() {
        let admin = Object::Conversation(ConversationType::Group, Some(MemberRole::Admin));
        assert!(can(&actor(), Action::RemoveMember(MemberRole::Member), admin).is_ok());
        for action in [
            Action::RemoveMember(MemberRole::Owner),
            Action::RemoveMember(MemberRole::Admin),
            Action::AddMember(MemberRole::Owner),
            Action::ChangeRole(MemberRole::Owner, MemberRole::Member),
            Action::ChangeRole(MemberRole::Member, MemberRole::Admin),
            Action::Delete,
        ] {
            assert!(can(&actor(), action, admin).is_err(), "{action:?}");
        }
    }

    #[test]
    fn subscribers_of_a_channel_read() {
        let object = Object::Conversation(ConversationType::Channel, Some(MemberRole::Subscriber));
        assert!(can(&actor(), Action::Read, object).is_ok());
        assert!(can(&actor(), Action::Send, object).is_err());
    }

    #[test]
    fn only_the_sender_edits() {
        let other = UserId(Uuid::from_u128(3));
        let message = |sender| Object::Message(ConversationType::Group, Some(MemberRole::Owner), sender);
        assert!(can(&actor(), Action::EditMessage, message(actor().user_id())).is_ok());
        assert!(can(&actor(), Action::EditMessage, message(other)).is_err());
        assert!(can(&actor(), Action::DeleteMessage, message(other)).is_ok());
    }
}
