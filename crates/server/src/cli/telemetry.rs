//! Logging, from the configuration.

use std::{backtrace::Backtrace, io, panic};

use kith_server::config::{LogFormat, LogLevel, Telemetry};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Writes log lines to standard error from now on, and panics as log lines.
pub(super) fn start(telemetry: &Telemetry, colour: bool) {
    let level = match telemetry.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // Libraries log headers and statements at their lower levels, and know of no secrets in them.
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("kith", level);
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(colour);
    let registry = tracing_subscriber::registry().with(filter);
    match telemetry.log_format {
        LogFormat::Text => registry.with(lines).init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true).with_span_list(false)).init(),
    }
    log_panics();
}

fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        tracing::error!(
            thread = std::thread::current().name(),
            place = panic.location().map(tracing::field::display),
            backtrace = %Backtrace::capture(),
            "panic: {}",
            panic.payload_as_str().unwrap_or("without a message"),
        );
    }));
}
