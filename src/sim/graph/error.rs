//! The error responses of the calling service, as the documentation of Graph describes them.

use http::HeaderName;
use serde_json::json;

use super::super::fault::FaultKind;
use super::super::reply::Reply;
use super::super::request::ParsedRequest;
use super::route::{Route, Unsupported};

/// The header field that identifies a request in a response.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The header field by which a client identifies its request.
pub(super) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// The code of an error in the body of a request.
const BAD_BODY: &str = "2203";

/// The reason why an operation is refused.
pub(super) struct OperationError {
    status: u16,
    code: &'static str,
    message: String,
}

impl OperationError {
    /// Creates the error of a body that the operation does not accept.
    pub fn bad_body(message: impl Into<String>) -> Self {
        Self { status: 400, code: BAD_BODY, message: message.into() }
    }

    /// Creates the error of a call that does not exist or no longer rings.
    pub fn not_found() -> Self {
        Self { status: 404, code: "8522", message: "Call not found.".into() }
    }

    /// Creates the error of a redirect without the permission for it.
    pub fn lacks_permission() -> Self {
        Self { status: 403, code: "7504", message: "The application lacks Calls.Initiate.All.".into() }
    }

    /// Creates the error of a participant or an operation that a call does not have.
    pub fn no_such(resource: &str) -> Self {
        Self { status: 404, code: "NotFound", message: format!("{resource} not found.") }
    }

    /// Creates the error of a query option that names no property of a resource.
    pub fn no_property(name: &str, kind: &str) -> Self {
        let message = format!("Could not find a property named '{name}' on type 'microsoft.graph.{kind}'.");
        Self { status: 400, code: "BadRequest", message }
    }

    /// Creates the error of a path that has no operation.
    pub fn unsupported(why: &Unsupported) -> Self {
        let (status, code, message) = match why {
            Unsupported::Segment(segment) => {
                (400, "BadRequest", format!("Resource not found for the segment '{segment}'."))
            }
            Unsupported::Method(_) => {
                (405, "Request_BadRequest", "The method is not allowed for this resource.".to_owned())
            }
            Unsupported::Feature => (501, "NotImplemented", "The operation is not implemented.".to_owned()),
        };
        Self { status, code, message }
    }

    /// Returns the rule that the client broke, if it is to blame.
    pub fn complaint(&self) -> Option<String> {
        matches!(self.status, 400 | 405).then(|| self.message.clone())
    }

    /// Returns the response.
    pub fn reply(&self, request: &ParsedRequest) -> Reply {
        error_reply(request, self.status, self.code, &self.message)
    }
}

/// Returns a new value of `request-id`.
pub(super) fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Returns an error response.
pub(super) fn error_reply(request: &ParsedRequest, status: u16, code: &str, message: &str) -> Reply {
    let id = request_id();
    let client = request.header(CLIENT_REQUEST_ID.as_str()).map_or_else(|| id.clone(), str::to_owned);
    let inner = json!({
        "date": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        "request-id": id, "client-request-id": client,
    });
    let body = json!({"error": {"code": code, "message": message, "innerError": inner}});
    Reply::json(status, body).with(REQUEST_ID, id)
}

/// Returns the error response that a [`FaultKind::Answer`] describes; `None` if it is not an error, or the
/// request is not for an endpoint with error documents of its own.
pub(in super::super) fn fault_reply(request: &ParsedRequest, kind: &FaultKind) -> Option<Reply> {
    let FaultKind::Answer { status, subcode, content_type, headers, .. } = kind else { return None };
    if *status < 400 || !content_type.is_empty() {
        return None;
    }
    let code = match (subcode.as_str(), *status) {
        ("", 401) => "InvalidAuthenticationToken",
        ("", 403) => "Forbidden",
        ("", 404) => "8522",
        ("", 429) => "TooManyRequests",
        ("", 503) => "ServiceUnavailable",
        ("", 504) => "GatewayTimeout",
        ("", _) => "InternalServerError",
        (code, _) => code,
    };
    let mut reply = match Route::of(request)? {
        Route::Token(_) => Reply::json(*status, json!({"error": code, "error_description": "Simulated."})),
        Route::Call { .. } | Route::Create { .. } => error_reply(request, *status, code, "Simulated."),
        _ => return None,
    };
    for (name, value) in headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            reply = reply.with(name, value.clone());
        }
    }
    Some(reply)
}
