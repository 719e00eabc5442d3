//! `kith serve`.

use std::{io, net::SocketAddr};

use clap::Args;
use kith_core::accounts::role::{self, Administrator};
use kith_server::{
    config::{Config, DatabaseUrl, LogFormat},
    server::{self, Running},
};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
};

use super::{
    VERSION,
    invocation::Invocation,
    output::{Failure, Outcome, note},
};

/// `kith serve`.
#[derive(Debug, Default, Args)]
pub(super) struct Serve {
    /// What this process does, of api, realtime and worker [server.roles]
    #[arg(long, value_name = "LIST")]
    roles: Option<String>,
    /// Threads that serve connections; 0 is one for each core [server.workers]
    #[arg(long, value_name = "COUNT")]
    workers: Option<String>,
}

impl Serve {
    /// The keys of the configuration that are given here.
    pub(super) fn keys(&self) -> impl Iterator<Item = (String, String)> {
        let keys = [("server.roles", &self.roles), ("server.workers", &self.workers)];
        keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)))
    }
}

pub(super) fn serve(invocation: &Invocation) -> Outcome {
    let config = invocation.config()?;
    let runtime = runtime(config.server.workers)
        .map_err(|error| Failure::while_doing("starting the server's threads", error))?;
    let outcome = runtime.block_on(until_told_to_stop(config));
    // After a second signal there may be work left that nobody shall wait for.
    runtime.shutdown_background();
    outcome
}

fn runtime(workers: u32) -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if workers > 0 {
        builder.worker_threads(workers as usize);
    }
    builder.thread_name("kith").enable_all().build()
}

/// Serves until a signal, then drains; a second signal ends that.
async fn until_told_to_stop(config: Config) -> Outcome {
    let mut signals = Signals::new().map_err(|error| Failure::while_doing("listening for signals", error))?;
    let running = tokio::select! {
        running = server::start(config.clone()) => running?,
        code = signals.next() => return Err(Failure::Told(code)),
    };
    announce(&config, &running).await?;
    signals.next().await;
    tracing::info!("shutting down; a second signal ends at once");
    tokio::select! {
        () = running.shut_down() => Ok(()),
        code = signals.next() => Err(Failure::Told(code)),
    }
}

/// Says where the server is, where its data is, and who administers it if nobody does yet.
async fn announce(config: &Config, running: &Running) -> Outcome {
    let (address, data) = (running.address, data(config));
    let url = url(config, address);
    match config.telemetry.log_format {
        LogFormat::Json => tracing::info!(url, %address, data, version = VERSION, "ready"),
        LogFormat::Text => note(&format!("Kith {VERSION} is ready at {url}; data is in {data}")),
    }
    match role::administrator(running.ctx()).await? {
        Administrator::Exists => {}
        Administrator::FirstAccount => tracing::info!("the first account becomes the administrator"),
        Administrator::AccountWith(address) => {
            tracing::info!("the account that registers with {address} becomes the administrator");
        }
        Administrator::Nobody => {
            tracing::warn!("there is no administrator; `kith user role NAME admin` makes one");
        }
    }
    Ok(())
}

/// What to open in a browser.
fn url(config: &Config, address: SocketAddr) -> String {
    match &config.server.public_url {
        Some(url) => url.as_str().to_owned(),
        None if address.ip().is_unspecified() => format!("http://localhost:{}", address.port()),
        None => format!("http://{address}"),
    }
}

/// Where the data is, without the password of a database server.
fn data(config: &Config) -> String {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) => path.display().to_string(),
        url @ DatabaseUrl::Postgres(_) => format!("{url:?}"),
    }
}

/// The signals that end the program.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for one; the exit code of a program that it ended.
    async fn next(&mut self) -> u8 {
        let ended_by = |kind: SignalKind| 128 + kind.as_raw_value() as u8;
        tokio::select! {
            _ = self.terminate.recv() => ended_by(SignalKind::terminate()),
            _ = self.interrupt.recv() => ended_by(SignalKind::interrupt()),
        }
    }
}
