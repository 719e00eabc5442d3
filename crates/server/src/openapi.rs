//! The OpenAPI document of the HTTP API, generated from its routes and types.
//!
//! What holds for all routes alike, which errors they answer and what examples look like, is said here once.

use crate::http::{self, ProblemBody};
use kith_api::{Command, ErrorCode, Event};
use serde_json::{Map, Value};
use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{Ref, Schema};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, Info, License, OpenApi, RefOr};

/// Types that no route of the HTTP API refers to: the realtime commands and events.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Command, Event, ErrorCode, ProblemBody)))]
struct Components;

const ABOUT: &str = "Self-hosted messenger. Every answer is an envelope: `{success, message, data}`, for lists with \
    `page`, and `{success, error, code, details, requestId}` for errors. Realtime transports share the commands and \
    events under `Command` and `Event`.";

/// The document.
pub fn openapi() -> OpenApi {
    let mut document = Components::openapi();
    document.merge(http::documented().into_openapi());
    document.info = Info::new("Kith", env!("CARGO_PKG_VERSION"));
    document.info.description = Some(ABOUT.to_owned());
    document.info.license = Some(License::new("Apache-2.0"));
    let any_token = ["bearer", "accessCookie"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES));
    document.security = Some(any_token.into());
    if let Some(components) = &mut document.components {
        for (name, scheme) in security_schemes() {
            components.add_security_scheme(name, scheme);
        }
        components.responses.extend(REFUSALS.map(|(status, about)| (refusal_name(status), refusal(about))));
    }
    let schemas = serde_json::to_value(&document.components).unwrap_or_default();
    let examples = Examples { schemas: &schemas["schemas"] };
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                add_refusals(method, path, operation);
                describe_responses(operation);
                examples.add(operation);
            }
        }
    }
    document
}

const NO_SCOPES: [&str; 0] = [];

fn security_schemes() -> [(&'static str, SecurityScheme); 4] {
    let bearer = |about: &str| {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some(about.to_owned());
        SecurityScheme::Http(scheme)
    };
    let cookie = |name: &str, about: &str| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, about)))
    };
    let origin = "Requests that change something must come from the server's own pages or an allowed origin.";
    [
        ("bearer", bearer("The access token.")),
        ("accessCookie", cookie("kith_access", origin)),
        ("refreshCookie", cookie("kith_refresh", origin)),
        ("metricsToken", bearer("The token of `telemetry.metrics_token`.")),
    ]
}

/// Adds the errors that a route answers because of what it is.
fn add_refusals(method: &str, path: &str, operation: &mut Operation) {
    let parameters = operation.parameters.iter().flatten().count();
    let in_path = path.matches('{').count();
    let secured = operation.security.is_none();
    let mut statuses = vec![500];
    if path.starts_with("/api/") {
        statuses.extend([429, 503]);
    }
    if secured {
        statuses.push(401);
        if method != "get" {
            statuses.push(403);
        }
    }
    if in_path > 0 {
        statuses.push(404);
    }
    if parameters > in_path {
        statuses.push(422);
    }
    if operation.request_body.is_some() {
        statuses.extend([400, 413, 415, 422]);
    }
    for status in statuses {
        operation.responses.responses.entry(status.to_string()).or_insert(RefOr::T(Response::new("")));
    }
}

/// What an error's status means.
const REFUSALS: [(u16, &str); 13] = [
    (400, "The body is not JSON."),
    (401, "The credentials are missing, wrong, expired or revoked."),
    (403, "The caller may not do this, or a cookie came from a foreign page."),
    (404, "It does not exist, or the caller may not know that it does."),
    (409, "It contradicts the present state."),
    (410, "It was there and is no more."),
    (413, "The body is larger than 1 MiB."),
    (415, "The body is not `application/json`."),
    (422, "Something is missing or breaks a rule; `details` names it."),
    (423, "Too many failed sign-ins; see `Retry-After`."),
    (429, "Over a limit; see `Retry-After`."),
    (500, "A defect of the server."),
    (503, "Something that the server needs is away; see `Retry-After`."),
];

fn refusal_name(status: impl std::fmt::Display) -> String {
    format!("Error{status}")
}

fn refusal(about: &str) -> RefOr<Response> {
    let mut response = Response::new(about);
    let schema = RefOr::<Schema>::Ref(Ref::from_schema_name("Error"));
    response.content.insert("application/json".to_owned(), RefOr::T(Content::new(Some(schema))));
    RefOr::T(response)
}

/// Says what a status means; errors are described once for all routes.
fn describe_responses(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let about = match status.as_str() {
            "200" => "Done.",
            "201" => "Made.",
            "304" => "Nothing changed.",
            status => {
                *response = RefOr::Ref(Ref::from_response_name(refusal_name(status)));
                continue;
            }
        };
        if let RefOr::T(response) = response {
            response.description = about.to_owned();
        }
    }
}

/// Makes examples from the examples of the fields.
struct Examples<'a> {
    schemas: &'a Value,
}

/// Deeper than any type here refers to others.
const DEPTH: usize = 24;

impl Examples<'_> {
    fn add(&self, operation: &mut Operation) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            for content in body.content.values_mut() {
                self.fill(content, true);
            }
        }
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                response.content.values_mut().for_each(|content| self.fill(content, false));
            }
        }
    }

    fn fill(&self, content: &mut RefOr<Content>, sent: bool) {
        let RefOr::T(content) = content else { return };
        if content.example.is_none() {
            let schema = serde_json::to_value(&content.schema).unwrap_or_default();
            content.example = Some(self.of(&schema, sent, DEPTH));
        }
    }

    /// A value of this type. What is `sent` leaves away what need not be said, so that alternatives exclude each other.
    fn of(&self, schema: &Value, sent: bool, depth: usize) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        if let Some(value) = own_example(schema) {
            return value;
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.of(&self.schemas[name], sent, depth - 1);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let objects = parts.iter().map(|part| self.of(part, sent, depth - 1));
            return objects
                .filter_map(|part| part.as_object().cloned())
                .flatten()
                .collect::<Map<_, _>>()
                .into();
        }
        let alternatives = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        if let Some(first) = alternatives.and_then(|all| all.iter().find(|one| one["type"] != "null")) {
            return self.of(first, sent, depth - 1);
        }
        match kind(schema) {
            "object" => self.object(schema, sent, depth),
            "array" => vec![self.of(&schema["items"], sent, depth - 1)].into(),
            "string" => "text".into(),
            "integer" | "number" => 1.into(),
            "boolean" => false.into(),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, sent: bool, depth: usize) -> Value {
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields.filter(|(name, field)| {
            !sent || own_example(field).is_some() || required.iter().any(|one| one == *name)
        });
        fields
            .map(|(name, field)| (name.clone(), self.of(field, sent, depth - 1)))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// What the schema itself gives as an example, or the first value that it allows.
fn own_example(schema: &Value) -> Option<Value> {
    let given = schema.get("example").or_else(|| schema["examples"].get(0));
    given.or_else(|| schema["enum"].get(0)).cloned()
}

/// The type of a schema; of several, the one that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = serde_json::to_value(openapi()).unwrap();
        let mut missing = Vec::new();
        visit(&document, &mut |node| {
            if let Some(path) = node["$ref"].as_str()
                && document.pointer(path.trim_start_matches('#')).is_none()
            {
                missing.push(path.to_owned());
            }
        });
        assert!(missing.is_empty(), "{missing:?}");
    }

    fn visit(node: &Value, seen: &mut impl FnMut(&Value)) {
        seen(node);
        match node {
            Value::Array(items) => items.iter().for_each(|item| visit(item, seen)),
            Value::Object(fields) => fields.values().for_each(|field| visit(field, seen)),
            _ => {}
        }
    }

    #[test]
    fn every_operation_is_explained() {
        let document = serde_json::to_value(openapi()).unwrap();
        let mut names = std::collections::HashSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let place = format!("{method} {path}");
                assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{place}");
                assert!(names.insert(operation["operationId"].clone()), "{place}: the name is in use");
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.keys().any(|status| status.starts_with('2')), "{place}");
                for (status, response) in responses.iter().filter(|(status, _)| status.starts_with('2')) {
                    let content = response["content"].as_object();
                    let content = content.unwrap_or_else(|| panic!("{place} {status}"));
                    assert!(
                        content.values().all(|content| !content["example"].is_null()),
                        "{place} {status}"
                    );
                }
                if let Some(body) = operation["requestBody"].as_object() {
                    assert!(!body["content"]["application/json"]["example"].is_null(), "{place}");
                }
            }
        }
    }
}
