CREATE TABLE jobs (
    name TEXT PRIMARY KEY,
    next_at BIGINT NOT NULL,
    holder UUID,
    leased_until BIGINT NOT NULL
);
