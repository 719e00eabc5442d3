//! Storage on SQLite and PostgreSQL through one SQL text.
