//! What is measured.

use crate::wire::Dialect;
use serde::{Deserialize, Serialize};

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Kith on the embedded database.
    KithSqlite,
    /// Kith on PostgreSQL.
    KithPostgres,
    /// Express, Socket.IO and `pg`, one insert a message.
    NodePostgres,
    /// Express and Socket.IO without a database.
    NodeRelay,
    /// socketioxide on axum, without a database.
    Socketioxide,
    /// FastAPI's WebSocket on uvicorn, one process, without a database.
    Fastapi,
    /// tokio-tungstenite, tuned, without a database: the limit of the machine.
    PlainWebsocket,
}

impl Kind {
    /// For the head of a table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::KithSqlite => "Kith, SQLite",
            Self::KithPostgres => "Kith, PostgreSQL",
            Self::NodePostgres => "Node, PostgreSQL",
            Self::NodeRelay => "Node, relay",
            Self::Socketioxide => "socketioxide, relay",
            Self::Fastapi => "FastAPI, relay",
            Self::PlainWebsocket => "plain WebSocket, relay",
        }
    }

    /// Whether this is what all are compared with.
    pub(crate) fn is_kith(self) -> bool {
        matches!(self, Self::KithSqlite | Self::KithPostgres)
    }

    /// Whether a message is stored before it is acknowledged.
    pub(crate) fn is_durable(self) -> bool {
        self.is_kith() || self == Self::NodePostgres
    }

    /// Whether it has a PostgreSQL cluster of its own.
    pub(crate) fn has_cluster(self) -> bool {
        matches!(self, Self::KithPostgres | Self::NodePostgres)
    }

    /// How it is spoken to.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Fastapi | Self::PlainWebsocket => Dialect::Raw,
            _ => Dialect::SocketIo,
        }
    }
}
