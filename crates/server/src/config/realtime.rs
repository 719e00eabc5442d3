//! `[realtime]`.

use std::time::Duration;

use super::{key::section, value::ByteSize};

section! {
    /// Socket.IO and raw WebSocket connections.
    Realtime = "realtime" {
        /// How often a Socket.IO client is pinged.
        ping_interval: Duration = "25s", in "100ms"..="10m";
        /// How long its answer may take before the connection counts as lost.
        ping_timeout: Duration = "60s", in "100ms"..="10m";
        /// Silence on a raw WebSocket after which it is pinged.
        raw_ping: Duration = "30s", in "100ms"..="10m";
        /// Silence on a raw WebSocket after which it is closed.
        raw_timeout: Duration = "5m", in "200ms"..="1h";
        /// Largest message that a client may send.
        max_payload: ByteSize = "1MiB", in "1KiB"..="16MiB";
        /// What may wait for one slow client before its queue is dropped and it must synchronise.
        queue_bytes: ByteSize = "256KiB", in "16KiB"..="64MiB";
        /// Connections of one person; beyond it the oldest is closed.
        connections_per_user: u32 = "10", of "connections", in "1"..="10000";
        /// How long a broken Socket.IO connection can be taken up again without a new sign-in.
        recovery_window: Duration = "2m", in "0s"..="1h";
    }
}
