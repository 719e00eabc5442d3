ALTER TABLE messages ADD CONSTRAINT messages_conversation_id_fkey
    FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE;
DROP INDEX users_display_name;
CREATE INDEX users_display_name ON users (display_name_folded);
CREATE INDEX log_at ON log (scope_id, at);
DROP INDEX messages_mentioning;
DROP INDEX messages_deleted;
DROP INDEX members_joined;
ALTER TABLE conversations DROP COLUMN roster;
ALTER TABLE conversations DROP COLUMN member_count;
