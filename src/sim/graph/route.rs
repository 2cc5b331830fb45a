use http::Method;

use super::super::request::ParsedRequest;

/// An operation on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum CallOperation {
    Reject,
    Answer,
    Redirect,
    KeepAlive,
    HangUp,
    Get,
}

impl CallOperation {
    /// Returns the name for faults and the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Answer => "answer",
            Self::Redirect => "redirect",
            Self::KeepAlive => "keepAlive",
            Self::HangUp => "hangUp",
            Self::Get => "call",
        }
    }

    /// Returns whether the operation is possible only while the call rings.
    pub fn needs_ringing(self) -> bool {
        matches!(self, Self::Reject | Self::Answer | Self::Redirect)
    }
}

/// The endpoint of the calling service that a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Route {
    /// The `OpenID` metadata of the Bot Framework.
    Metadata,
    /// The keys that sign notifications.
    Keys,
    /// The token endpoint of that tenant.
    Token(String),
    /// The simulator's own endpoint that sends a test notification.
    Check,
    /// An operation on a call.
    Call {
        id: String,
        operation: CallOperation,
        /// Whether the path begins with `/app/calls`, which is deprecated.
        is_deprecated: bool,
    },
    /// A path of the service without an endpoint.
    Unknown,
}

impl Route {
    /// Returns the endpoint of a request, or `None` if the request is not for the calling service.
    pub fn of(request: &ParsedRequest) -> Option<Self> {
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let (is_get, is_post) = (request.method == Method::GET, request.method == Method::POST);
        Some(match path.as_slice() {
            ["v1", ".well-known", "OpenIdConfiguration"] if is_get => Self::Metadata,
            ["v1", "keys"] if is_get => Self::Keys,
            [tenant, "oauth2", "v2.0", "token"] if is_post => Self::Token((*tenant).to_owned()),
            ["simulator", "notify"] if is_post => Self::Check,
            ["v1.0" | "beta", root @ ("communications" | "app"), "calls", id, rest @ ..]
                if !id.is_empty() =>
            {
                let operation = match (rest, request.method.as_str()) {
                    (["reject"], "POST") => CallOperation::Reject,
                    (["answer"], "POST") => CallOperation::Answer,
                    (["redirect"], "POST") => CallOperation::Redirect,
                    (["keepAlive"], "POST") => CallOperation::KeepAlive,
                    ([], "DELETE") => CallOperation::HangUp,
                    ([], "GET") => CallOperation::Get,
                    _ => return Some(Self::Unknown),
                };
                Self::Call { id: (*id).to_owned(), operation, is_deprecated: *root == "app" }
            }
            ["v1.0" | "beta" | "v1" | "simulator", ..] | [_, "oauth2", ..] => Self::Unknown,
            _ => return None,
        })
    }

    /// Returns the name of the request for faults.
    pub fn fault_target(&self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Keys => "keys",
            Self::Token(_) => "graphToken",
            Self::Check => "check",
            Self::Call { operation, .. } => operation.name(),
            Self::Unknown => "nothing",
        }
    }
}
