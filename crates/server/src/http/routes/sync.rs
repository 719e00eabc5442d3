//! `/api/sync`: catching up.

use crate::http::auth::Signed;
use crate::http::extract::Query;
use crate::http::{Problem, Reply, State};
use axum::extract::State as From;
use kith_api::command::Sync;
use kith_api::view::SyncPage;
use kith_core::{Ctx, sync};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(in crate::http) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(catch_up))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Since {
    /// `cursor` of the last answer; without one nothing is listed, and the answer tells where to begin.
    cursor: Option<String>,
    /// Changes a page; 500 if absent.
    #[param(minimum = 1, maximum = 1000, example = 500)]
    limit: Option<i64>,
}

/// See what changed
///
/// Everything that changed for this account since the cursor. 410 `resync` if that is longer ago than is kept: load
/// afresh.
#[utoipa::path(get, path = "/sync", tag = "Sync",
    responses((status = 200, body = Reply<SyncPage>), (status = 410)))]
async fn catch_up(
    From(ctx): From<Ctx>,
    Signed(actor): Signed,
    Query(Since { cursor, limit }): Query<Since>,
) -> Result<Reply<SyncPage>, Problem> {
    Ok(Reply::ok("What changed.", sync::page(&ctx, &actor, Sync { cursor, limit }).await?))
}
