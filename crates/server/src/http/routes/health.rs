//! `/health`: whether the server works, for balancers, orchestrators and people.

use crate::http::{Problem, Reply, State};
use axum::extract::State as From;
use kith_api::ErrorCode;
use kith_api::view::{Dependency, Health, HealthStatus};
use kith_core::{Error, health};
use std::time::Duration;
use tokio::{sync::Mutex, time::Instant};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(get_health))
        .routes(routes!(get_liveness))
        .routes(routes!(get_readiness))
        .routes(routes!(get_auth_health))
        .routes(routes!(get_users_health))
        .routes(routes!(get_messaging_health))
        .routes(routes!(get_realtime_health))
}

/// See how the server is
///
/// With each thing that it depends on; 503, with the same in `data`, if one is away.
#[utoipa::path(get, path = "/health", tag = "Operations", security(()),
    responses((status = 200, body = Reply<Health>), (status = 503)))]
async fn get_health(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, {
        let [read, write] = database(&state).await;
        vec![read, write, realtime(&state)]
    })
}

/// See whether the process answers
#[utoipa::path(get, path = "/health/live", tag = "Operations", security(()), responses((status = 200, body = Reply<Health>)))]
async fn get_liveness(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, Vec::new())
}

/// See whether to send people here
///
/// 503 while the database is away or the server is about to stop.
#[utoipa::path(get, path = "/health/ready", tag = "Operations", security(()),
    responses((status = 200, body = Reply<Health>), (status = 503)))]
async fn get_readiness(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, {
        let [read, write] = database(&state).await;
        vec![read, write, realtime(&state)]
    })
}

/// See whether signing in works
#[utoipa::path(get, path = "/health/auth", tag = "Operations", security(()),
    responses((status = 200, body = Reply<Health>), (status = 503)))]
async fn get_auth_health(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, database(&state).await.to_vec())
}

/// See whether people can be found
#[utoipa::path(get, path = "/health/users", tag = "Operations", security(()),
    responses((status = 200, body = Reply<Health>), (status = 503)))]
async fn get_users_health(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, database(&state).await[..1].to_vec())
}

/// See whether messages can be sent
#[utoipa::path(get, path = "/health/messaging", tag = "Operations", security(()),
    responses((status = 200, body = Reply<Health>), (status = 503)))]
async fn get_messaging_health(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, database(&state).await.to_vec())
}

/// See whether sockets are taken
#[utoipa::path(get, path = "/health/realtime", tag = "Operations", security(()),
    responses((status = 200, body = Reply<Health>), (status = 503)))]
async fn get_realtime_health(From(state): From<State>) -> Result<Reply<Health>, Problem> {
    report(&state, vec![realtime(&state)])
}

/// What reading and writing were like within the last second. Anybody may ask, as often as they like, and asks the
/// writer at most once a second in all.
#[derive(Default)]
pub(in crate::http) struct Vitals(Mutex<Option<(Instant, [Dependency; 2])>>);

/// How long an answer is repeated.
const REPEATED: Duration = Duration::from_secs(1);

async fn database(state: &State) -> [Dependency; 2] {
    let mut last = state.vitals.0.lock().await;
    if let Some((at, known)) = &*last
        && at.elapsed() < REPEATED
    {
        return known.clone();
    }
    let read = timed("database", health::can_read(&state.ctx)).await;
    let write = timed("writer", health::can_write(&state.ctx)).await;
    last.insert((Instant::now(), [read, write])).1.clone()
}

async fn timed(name: &str, check: impl Future<Output = Result<(), Error>>) -> Dependency {
    let started = Instant::now();
    let status = if check.await.is_ok() { HealthStatus::Ok } else { HealthStatus::Unavailable };
    Dependency { name: name.to_owned(), status, latency_ms: started.elapsed().as_millis() as u64 }
}

fn realtime(state: &State) -> Dependency {
    let status = if state.is_draining() { HealthStatus::Draining } else { HealthStatus::Ok };
    Dependency { name: "realtime".to_owned(), status, latency_ms: 0 }
}

fn report(state: &State, dependencies: Vec<Dependency>) -> Result<Reply<Health>, Problem> {
    let broken = dependencies.iter().find(|it| it.status != HealthStatus::Ok);
    let health = Health {
        status: broken.map_or(HealthStatus::Ok, |it| it.status),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime: state.uptime().as_secs(),
        dependencies,
    };
    match health.status {
        HealthStatus::Ok => Ok(Reply::ok("All is well.", health)),
        HealthStatus::Draining => Err(unavailable("The server is about to stop.", health)),
        HealthStatus::Unavailable => Err(unavailable("Something that the server needs is away.", health)),
    }
}

fn unavailable(message: &str, health: Health) -> Problem {
    Problem::with_data(Error::new(ErrorCode::Unavailable, message), health)
}
