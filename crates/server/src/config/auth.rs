//! `[auth]`.

use std::time::Duration;

use super::{
    key::section,
    value::{ByteSize, EmailAddress, Secret, choice},
};

section! {
    /// Accounts, passwords and how long a sign-in lasts.
    Auth = "auth" {
        /// Whether people may make accounts for themselves. The first account of a fresh server, its administrator,
        /// can be made either way.
        registration: Registration = "open";
        /// While there is no administrator, only an account with this address becomes one. Empty: the first account.
        admin_email: Option<EmailAddress> = "";
        /// Life of an access token.
        access_ttl: Duration = "15m", in "10s"..="7d";
        /// Life of a refresh token, and so of a sign-in that is not used.
        refresh_ttl: Duration = "7d", in "1m"..="366d";
        /// For how long a refresh token that was just used answers with its successor again, for two tabs that race.
        refresh_grace: Duration = "30s", in "0s"..="5m";
        /// Signs the tokens; several nodes need the same. Empty: made at the first start and kept in
        /// `server.data_dir`.
        jwt_secret: Option<Secret> = "";
        /// Failed sign-ins to one account within `lockout_window` that lock it.
        lockout_attempts: u32 = "10", of "failures", in "1"..="1000";
        /// How long failures count, and how long a locked account stays so.
        lockout_window: Duration = "15m", in "1s"..="7d";
        /// Shortest password.
        password_min_length: u32 = "8", of "characters", in "8"..="128";
        /// Least strength of a password, as zxcvbn estimates it.
        password_min_score: u32 = "2", in "0"..="4";
        /// Memory that one password hash takes (Argon2id m).
        argon2_memory: ByteSize = "19MiB", in "7MiB"..="1GiB";
        /// Passes over that memory (Argon2id t).
        argon2_passes: u32 = "2", of "passes", in "1"..="100";
        /// Lanes of a hash (Argon2id p).
        argon2_lanes: u32 = "1", of "lanes", in "1"..="16";
    }
}

choice! {
    /// Who may make an account.
    Registration {
        /// Everybody.
        Open = "open",
        /// Only administrators, for others.
        Closed = "closed",
    }
}
