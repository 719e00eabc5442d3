//! From a configuration to a running server.

use crate::bus::{self, Bus, Exchange, Inbox, NodeId, Servers};
use crate::config::{BusKind, Config, DatabaseUrl, Registration, Role, Secret, generate_secret, kept_secret};
use crate::hub::Hub;
use crate::limits::Limiter;
use crate::listener;
use crate::realtime::Realtime;
use crate::socket::{self, Engine};
use crate::unpanicked::unpanicked_async;
use crate::{http, metrics};
use kith_api::view::{SocketFigures, TransportFigures};
use kith_core::{Ctx, Publisher, Settings, SystemClock};
use kith_db::Options;
use std::{
    fs::DirBuilder, net::SocketAddr, os::unix::fs::DirBuilderExt, path::Path, sync::Arc, thread,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

/// How long draining may take before what is left is cut off.
const DRAIN: Duration = Duration::from_secs(15);
/// Over how much of that time sockets are told to go, so that they do not all come back at once.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often a worker looks for jobs that are due.
const JOBS: Duration = Duration::from_secs(5);

/// Why a server does not start: one sentence that says the way out.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    ctx: Ctx,
    hub: Arc<Hub>,
    engine: Engine<Realtime>,
    state: http::State,
    /// Ends the listener by being used or dropped.
    stop: oneshot::Sender<()>,
    listening: JoinHandle<()>,
}

impl Running {
    /// The actions of this server, for administration from the same process.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Drains: readiness goes off, sockets are told to come back later, answers under way are finished, ≤15 s.
    pub async fn shut_down(self) {
        self.state.drain();
        let drained = async {
            self.engine.drain(FAREWELL).await;
            drop(self.stop);
            // A listener that panicked has ended as well.
            let _ = self.listening.await;
        };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        self.engine.shutdown();
        self.hub.leave_cluster();
        let ctx = self.ctx;
        // What waits longer for its commit was not acknowledged to anybody.
        let closed = tokio::task::spawn_blocking(move || ctx.close());
        if tokio::time::timeout(DRAIN, closed).await.is_err() {
            tracing::warn!("the database did not answer in time");
        }
    }
}

/// Starts a server. Must be called inside a Tokio runtime.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let url = config.bus.url.clone();
    start_with(config, |store, inbox| url.map(|url| bus::connect(&url, store, inbox))).await
}

/// Starts a server as one of several of this process, which tell each other by `exchange`.
pub async fn start_in(config: Config, exchange: &Exchange) -> Result<Running, StartError> {
    start_with(config, |_, inbox| Some(exchange.join(inbox))).await
}

/// `connect` makes the bus, given what names the store and where its news go.
async fn start_with(
    config: Config,
    connect: impl FnOnce(&str, Inbox) -> Option<Arc<dyn Bus>>,
) -> Result<Running, StartError> {
    let config = Arc::new(config);
    let lanes = workers(&config);
    let hub = Hub::start(lanes, config.realtime.connections_per_user as usize);
    let ctx = {
        let (config, publisher) = (Arc::clone(&config), Arc::clone(&hub) as Arc<dyn Publisher>);
        let opened = tokio::task::spawn_blocking(move || open(&config, publisher));
        opened.await.map_err(|error| StartError(error.to_string()))??
    };
    hub.attach(ctx.clone());
    let (inbox, news) = mpsc::unbounded_channel();
    if let Some(bus) = connect(ctx.epoch(), inbox) {
        let node = NodeId::random().map_err(|error| StartError(format!("no name for this node: {error}")))?;
        hub.join_cluster(node, bus, news);
    }
    let mut limiter = Limiter::new(&config.limits);
    if let Some(url) = config.bus.url.clone().filter(|url| url.kind != BusKind::Nats) {
        limiter.share(Servers::new(url), ctx.epoch());
    }
    let limiter = Arc::new(limiter);
    let realtime = Realtime::new(ctx.clone(), Arc::clone(&hub), Arc::clone(&limiter), Arc::clone(&config));
    let engine = Engine::new(Arc::new(realtime), engine_config(&config));
    let sockets = Arc::new(Sockets { engine: engine.clone(), hub: Arc::clone(&hub) });
    let exporter = metrics::Exporter::install();
    let state = http::State::new(
        ctx.clone(),
        Arc::clone(&config),
        limiter,
        Arc::clone(&sockets) as _,
        exporter.clone(),
    );
    let mut routes = match config.server.has(Role::Api) {
        true => http::routes(&state),
        false => http::operations_only(&state),
    };
    if config.server.has(Role::Realtime) {
        routes = routes.merge(http::sockets(engine.router(), &state));
    }
    let router = http::wrap(routes, &state);
    let listener =
        TcpListener::bind(config.server.bind).await.map_err(|error| cannot_listen(&config, &error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(&config, &error))?;
    let (stop, stopped) = oneshot::channel::<()>();
    let limits = listener::Limits { per_address: connections_per_address(&config), ..Default::default() };
    let listening = tokio::spawn(listener::serve(listener, router, limits, async {
        let _ = stopped.await;
    }));
    if config.server.has(Role::Worker) {
        tokio::spawn(work(ctx.clone()));
    }
    tokio::spawn(keep_time(ctx.clone()));
    tokio::spawn(upkeep(ctx.clone(), exporter, sockets));
    Ok(Running { address, ctx, hub, engine, state, stop, listening })
}

fn cannot_listen(config: &Config, error: &std::io::Error) -> StartError {
    let bind = config.server.bind;
    StartError(format!("cannot listen on {bind}: {error}; choose another address with server.bind or PORT"))
}

/// Without rate limits (benchmarks, trusted networks) addresses are not limited either.
fn connections_per_address(config: &Config) -> usize {
    match config.limits.api() {
        Some(_) => listener::Limits::default().per_address,
        None => 0,
    }
}

/// Who is connected, for figures and metrics.
struct Sockets {
    engine: Engine<Realtime>,
    hub: Arc<Hub>,
}

impl http::SocketStats for Sockets {
    fn stats(&self) -> SocketFigures {
        let sockets = self.engine.stats();
        SocketFigures {
            connections: (sockets.websocket + sockets.polling + sockets.raw) as u64,
            transports: TransportFigures {
                websocket: sockets.websocket as u64,
                polling: sockets.polling as u64,
                raw: sockets.raw as u64,
            },
            users_online: self.hub.people_count() as u64,
        }
    }
}

/// Opens the database alone, for commands that need no server. What changes is announced to nobody.
pub fn open_ctx(config: &Config) -> Result<Ctx, StartError> {
    struct Nobody;
    impl Publisher for Nobody {
        fn forget(&self, _account: kith_api::UserId) {}

        fn publish(&self, _envelopes: Vec<kith_api::Envelope>) {}
    }
    open(config, Arc::new(Nobody))
}

fn open(config: &Config, publisher: Arc<dyn Publisher>) -> Result<Ctx, StartError> {
    let options = options(config)?;
    let settings = settings(config)?;
    Ctx::open(&options, settings, Arc::new(SystemClock), publisher)
        .map_err(|error| StartError(format!("cannot use the database {:?}: {error}", config.database.url)))
}

/// How the configured database is reached. The directory of an embedded one is made.
pub fn options(config: &Config) -> Result<Options, StartError> {
    let database = &config.database;
    if let DatabaseUrl::Sqlite(path) = &database.url {
        make_directory(path.parent().unwrap_or(Path::new(".")))?;
    }
    let engine = engine(&database.url);
    Ok(Options {
        engine,
        statement_timeout: database.statement_timeout,
        pool: (database.pool_min as usize, database.pool_max as usize),
        idle: database.idle,
    })
}

fn engine(url: &DatabaseUrl) -> kith_db::Engine {
    match url {
        DatabaseUrl::Sqlite(path) => kith_db::Engine::Sqlite(path.clone()),
        DatabaseUrl::Postgres(url) => kith_db::Engine::Postgres(url.clone()),
    }
}

fn settings(config: &Config) -> Result<Settings, StartError> {
    let auth = &config.auth;
    let secret = match &auth.jwt_secret {
        Some(secret) => secret.expose().as_bytes().to_vec(),
        None => {
            make_directory(&config.server.data_dir)?;
            let kept = kept_secret(&config.server.data_dir, "jwt_secret", random);
            let kept = kept
                .map_err(|error| StartError(format!("cannot keep a secret in server.data_dir: {error}")))?;
            kept.expose().as_bytes().to_vec()
        }
    };
    Ok(Settings {
        secret,
        access_ttl: auth.access_ttl,
        refresh_ttl: auth.refresh_ttl,
        refresh_grace: auth.refresh_grace,
        registration: match auth.registration {
            Registration::Open => kith_core::Registration::Open,
            Registration::Closed => kith_core::Registration::Closed,
        },
        admin_email: auth.admin_email.as_ref().map(|email| email.0.to_lowercase()),
        lockout: (auth.lockout_attempts, auth.lockout_window),
        password: (auth.password_min_length as usize, auth.password_min_score as u8),
        argon2: ((auth.argon2_memory.0 / 1024) as u32, auth.argon2_passes, auth.argon2_lanes),
        log_retention: Duration::from_secs(u64::from(config.retention.log_days) * 24 * 3600),
        // Each conversation has its writer; a few keep PostgreSQL busy while one waits for its commit.
        writers: (config.database.pool_max as usize / 3).clamp(1, 4),
        replica: config.database.replica_url.as_ref().map(engine),
    })
}

#[expect(clippy::disallowed_methods, reason = "secrets are made where the server is put together")]
fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system provides randomness");
}

/// A fresh secret for a configuration file.
pub fn fresh_secret() -> Secret {
    generate_secret(random)
}

/// Makes a directory that its owner alone can enter: what is in it is readable to more people.
fn make_directory(path: &Path) -> Result<(), StartError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| StartError(format!("cannot make the directory {}: {error}", path.display())))
}

fn engine_config(config: &Config) -> socket::Config {
    let realtime = &config.realtime;
    socket::Config {
        ping_interval: realtime.ping_interval,
        ping_timeout: realtime.ping_timeout,
        max_payload: realtime.max_payload.0 as usize,
        queue_bytes: realtime.queue_bytes.0 as usize,
        recovery_window: realtime.recovery_window,
        raw_ping: realtime.raw_ping,
        raw_timeout: realtime.raw_timeout,
        ..socket::Config::default()
    }
}

/// Threads that serve connections.
pub fn workers(config: &Config) -> usize {
    match config.server.workers {
        0 => thread::available_parallelism().map_or(1, usize::from),
        count => count as usize,
    }
}

/// Measures what is there, and folds what histograms collected, so that they do not grow between two scrapes.
async fn upkeep(ctx: Ctx, exporter: metrics::Exporter, sockets: Arc<Sockets>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        let stats = sockets.engine.stats();
        metrics::connections("websocket", stats.websocket);
        metrics::connections("polling", stats.polling);
        metrics::connections("raw", stats.raw);
        metrics::sockets(&stats);
        metrics::users_online(sockets.hub.people_count());
        metrics::replica(ctx.replica_reads());
        exporter.upkeep();
    }
}

/// See [`kith_core::sync::keep_time`].
async fn keep_time(ctx: Ctx) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        if let Err(error) = kith_core::sync::keep_time(&ctx).await {
            tracing::warn!(%error, "noting how far cursors have gone");
        }
    }
}

/// Runs the jobs that are due, as long as the server runs.
async fn work(ctx: Ctx) {
    let mut ticks = tokio::time::interval(JOBS);
    let mut is_prepared = false;
    loop {
        ticks.tick().await;
        unpanicked_async("jobs", async {
            if !is_prepared {
                is_prepared = kith_core::jobs::prepare(&ctx).await.is_ok();
            }
            if let Err(error) = kith_core::jobs::run_due(&ctx).await {
                tracing::warn!(%error, "looking for jobs");
            }
        })
        .await;
    }
}
