//! `[database]`.

use std::time::Duration;

use super::{key::section, value::DatabaseUrl};

section! {
    /// Where messages and accounts are stored.
    Database = "database" {
        /// The embedded database in a file, or a PostgreSQL server. Unless it is set, the file is `kith.db` in
        /// `server.data_dir`.
        url: DatabaseUrl = "sqlite://kith-data/kith.db";
        /// A streaming replica of the PostgreSQL server, for reading history and searching people. It may be behind:
        /// then the server itself is asked. Empty: there is none.
        replica_url: Option<DatabaseUrl> = "";
        /// Connections that are kept open.
        pool_min: u32 = "2", of "connections", in "1"..="1000";
        /// Connections that may be open.
        pool_max: u32 = "10", of "connections", in "1"..="1000";
        /// How long a connection beyond `pool_min` stays open unused.
        idle: Duration = "30s", in "1s"..="1d";
        /// How long one statement may run before it is given up.
        statement_timeout: Duration = "5s", in "100ms"..="10m";
    }
}
