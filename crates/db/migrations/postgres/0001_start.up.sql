CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id UUID PRIMARY KEY,
    username TEXT COLLATE "C" NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    display_name_folded TEXT COLLATE "C" NOT NULL,
    email TEXT UNIQUE,
    bio TEXT,
    role TEXT NOT NULL,
    account_status TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    presence TEXT NOT NULL DEFAULT 'online',
    last_seen BIGINT,
    public_key TEXT,
    public_key_algorithm TEXT,
    public_key_updated_at BIGINT,
    version BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX users_display_name ON users (display_name_folded);
CREATE INDEX users_key_changes ON users (public_key_updated_at) WHERE public_key_updated_at IS NOT NULL;

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_generation BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    device_id TEXT,
    device_name TEXT,
    user_agent TEXT,
    ip TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoke_reason TEXT
);
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE sign_in_failures (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    since BIGINT NOT NULL
);

CREATE TABLE devices (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    device_name TEXT,
    platform TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, device_id)
);

CREATE TABLE conversations (
    id UUID PRIMARY KEY,
    conversation_type TEXT NOT NULL,
    dm_key TEXT UNIQUE,
    name TEXT,
    topic TEXT,
    encryption TEXT NOT NULL,
    seq BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 0,
    last_activity BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE members (
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    joined_version BIGINT NOT NULL,
    delivered_seq BIGINT NOT NULL,
    read_seq BIGINT NOT NULL,
    muted_until BIGINT,
    archived BOOLEAN NOT NULL DEFAULT FALSE,
    pinned BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (conversation_id, user_id)
) WITH (fillfactor = 80);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE messages (
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    id UUID NOT NULL,
    version BIGINT NOT NULL,
    sender_id UUID NOT NULL,
    client_message_id TEXT,
    body_hash BIGINT NOT NULL,
    message_type TEXT NOT NULL,
    content TEXT,
    encrypted_text TEXT,
    encryption TEXT,
    reply_to UUID,
    mentions TEXT,
    reaction_count BIGINT NOT NULL DEFAULT 0,
    edited_at BIGINT,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX messages_id ON messages (id);
CREATE UNIQUE INDEX messages_client ON messages (sender_id, client_message_id) WHERE client_message_id IS NOT NULL;
CREATE INDEX messages_sender ON messages (sender_id) WHERE client_message_id IS NULL;

CREATE TABLE message_edits (
    conversation_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    edited_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq, version),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq) ON DELETE CASCADE
);

CREATE TABLE reactions (
    conversation_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    emoji TEXT NOT NULL,
    user_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq, emoji, user_id),
    FOREIGN KEY (conversation_id, seq) REFERENCES messages (conversation_id, seq) ON DELETE CASCADE
);

CREATE TABLE hidden_messages (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (user_id, conversation_id, seq)
);

CREATE TABLE log (
    scope_id UUID NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject UUID,
    seq BIGINT,
    data TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (scope_id, version)
);
CREATE INDEX log_at ON log (scope_id, at);
