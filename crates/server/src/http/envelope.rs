//! What success looks like.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kith_api::view::Page;
use serde::Serialize;
use utoipa::ToSchema;

/// One thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reply<T> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// One sentence for people.
    #[schema(value_type = String, example = "Done.")]
    message: &'static str,
    /// What was asked for.
    data: T,
    #[serde(skip)]
    #[schema(ignore)]
    status: StatusCode,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// One sentence for people.
    #[schema(value_type = String, example = "Done.")]
    message: &'static str,
    /// The page.
    data: Vec<T>,
    /// Where it goes on.
    page: Page,
}

/// Done, and nothing to show for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// One sentence for people.
    #[schema(value_type = String, example = "Done.")]
    message: &'static str,
    /// Always `null`.
    #[schema(value_type = Option<Object>)]
    data: (),
}

impl Done {
    /// 200.
    pub fn new(message: &'static str) -> Self {
        Self { success: true, message, data: () }
    }
}

impl<T> Reply<T> {
    /// 200.
    pub fn ok(message: &'static str, data: T) -> Self {
        Self { success: true, message, data, status: StatusCode::OK }
    }

    /// 201, for what is new.
    pub fn created(message: &'static str, data: T) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(message, data) }
    }
}

impl<T> List<T> {
    /// A page.
    pub fn page(message: &'static str, (data, page): (Vec<T>, Page)) -> Self {
        Self { success: true, message, data, page }
    }

    /// Everything there is.
    pub fn whole(message: &'static str, data: Vec<T>) -> Self {
        Self::page(message, (data, Page::default()))
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
