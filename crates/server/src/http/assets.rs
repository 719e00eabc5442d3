//! The web client, from inside the program.

use super::{Problem, State, etag};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use http::{HeaderMap, Method, StatusCode};
use kith_core::Error;
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `npm run build` left in `web/dist`; empty if it has not run.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[exclude = "*.map"]
struct Files;

/// Shown in place of a client that was not built.
const NOT_BUILT: &str = "This program was built without its web client.\n\
    Run `make build` (or `npm ci && npm run build` in web/) and build it again. The API is at /api.\n";

/// The page of the client, whatever it shows.
pub(super) fn routes() -> Router<State> {
    Router::new().route("/", get(page)).route("/app", get(page)).route("/app/{*view}", get(page))
}

async fn page(headers: HeaderMap) -> Response {
    let text = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    file("index.html", &headers)
        .unwrap_or_else(|| (StatusCode::SERVICE_UNAVAILABLE, text, NOT_BUILT).into_response())
}

/// A file of the client, or the answer that there is nothing.
pub(super) async fn serve(request: Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path().trim_start_matches('/');
    let found = if reads { file(path, request.headers()) } else { None };
    found.unwrap_or_else(|| Problem::from(Error::not_found("path")).into_response())
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Files::get(path)?;
    let (encoding, content) = compressed(path, headers).map_or((None, plain), |(e, file)| (Some(e), file));
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    // Vite puts a hash of the content into the names of everything under assets/.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = etag::tag(&content.metadata.sha256_hash());
    let mut response = if etag::matches(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, kind.as_ref())], content.data).into_response()
    };
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, http::HeaderValue::from_static(cache));
    out.insert(VARY, http::HeaderValue::from_static("accept-encoding"));
    out.insert(ETAG, tag.parse().ok()?);
    if let Some(encoding) = encoding {
        out.insert(CONTENT_ENCODING, http::HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// The file as the build compressed it, if the client takes that.
fn compressed(path: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |encoding: &str| {
        accepted.split(',').any(|one| one.split(';').next().is_some_and(|name| name.trim() == encoding))
    };
    [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, suffix)| {
        let file = takes(encoding).then(|| Files::get(&format!("{path}.{suffix}")))??;
        Some((encoding, file))
    })
}
