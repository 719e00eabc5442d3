-- How many are in a conversation, so that nothing has to count them.
ALTER TABLE conversations ADD COLUMN member_count BIGINT NOT NULL DEFAULT 0;
-- Changes whenever somebody comes in, goes or gets another role: what was judged by it still holds while it is the same.
ALTER TABLE conversations ADD COLUMN roster BIGINT NOT NULL DEFAULT 0;
UPDATE conversations
SET member_count = (SELECT COUNT(*) FROM members WHERE members.conversation_id = conversations.id);

-- The first members of a large conversation.
CREATE INDEX members_joined ON members (conversation_id, joined_at, user_id);

-- What does not count as unread, and what counts as a mention.
CREATE INDEX messages_deleted ON messages (conversation_id, seq, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_mentioning ON messages (conversation_id, seq) WHERE mentions IS NOT NULL;

-- Times of a log never run against its numbers, so numbers find them.
DROP INDEX log_at;

-- Pages of people found by the name they show, if it is another than the one they have.
DROP INDEX users_display_name;
CREATE INDEX users_display_name ON users (display_name_folded, username) WHERE display_name_folded <> username;
