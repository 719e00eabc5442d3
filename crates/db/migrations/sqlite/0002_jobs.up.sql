CREATE TABLE jobs (
    name TEXT PRIMARY KEY,
    next_at BIGINT NOT NULL,
    holder BLOB,
    leased_until BIGINT NOT NULL
) WITHOUT ROWID;
