//! What handlers work with.

use super::routes::health::Vitals;
use crate::config::Config;
use crate::limits::Limiter;
use crate::metrics::Exporter;
use axum::extract::FromRef;
use kith_api::view::SocketFigures;
use kith_core::Ctx;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;
use tokio::time::Instant;

/// Tells how many are connected.
pub trait SocketStats: Send + Sync {
    /// The figures now.
    fn stats(&self) -> SocketFigures;
}

/// Everything that handlers need. Cheap to clone.
#[derive(Clone)]
pub struct State {
    /// Actions.
    pub ctx: Ctx,
    /// How the server is set up.
    pub config: Arc<Config>,
    /// Rate limits, shared with the realtime transports.
    pub limiter: Arc<Limiter>,
    /// Who is connected.
    pub sockets: Arc<dyn SocketStats>,
    /// What was counted.
    pub metrics: Exporter,
    /// What `/health` found out last.
    pub(super) vitals: Arc<Vitals>,
    started: Instant,
    draining: Arc<AtomicBool>,
}

impl State {
    /// The state of a server that starts now.
    pub fn new(
        ctx: Ctx,
        config: Arc<Config>,
        limiter: Arc<Limiter>,
        sockets: Arc<dyn SocketStats>,
        metrics: Exporter,
    ) -> Self {
        Self {
            ctx,
            config,
            limiter,
            sockets,
            metrics,
            vitals: Arc::default(),
            started: Instant::now(),
            draining: Arc::default(),
        }
    }

    /// From now on the server counts as not ready, so that balancers send nobody new.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Whether the server is about to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// Time since the start.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl FromRef<State> for Ctx {
    fn from_ref(state: &State) -> Self {
        state.ctx.clone()
    }
}
