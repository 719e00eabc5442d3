//! `[telemetry]`.

use super::{
    key::section,
    value::{Secret, choice},
};

section! {
    /// Logs and metrics.
    Telemetry = "telemetry" {
        /// How log lines are written.
        log_format: LogFormat = "text";
        /// The least important lines that are written.
        log_level: LogLevel = "info";
        /// Whether log lines contain the addresses of clients.
        log_addresses: bool = "false";
        /// Bearer token that may read `/metrics`. Empty: only this machine may.
        metrics_token: Option<Secret> = "";
    }
}

choice! {
    /// How log lines are written.
    LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

choice! {
    /// How important a log line is.
    LogLevel {
        /// Something is broken and needs the operator.
        Error = "error",
        /// Something is unusual and was dealt with.
        Warn = "warn",
        /// One line for what an operator wants to know of.
        Info = "info",
        /// Steps, for developers.
        Debug = "debug",
        /// Everything.
        Trace = "trace",
    }
}
