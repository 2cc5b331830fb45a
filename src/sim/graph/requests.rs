//! What each request to the calling service means: who may, what it does, what is said.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderName, Method};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::super::FaultKind;
use super::super::reply::Reply;
use super::super::requests::{Asked, Handled};
use super::calls::{CallNumber, CallOutcome, CallState};
use super::keys::metadata;
use super::{Graph, shapes};

/// What is done with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Action {
    Reject,
    Answer,
    Redirect,
    KeepAlive,
    HangUp,
    Get,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Answer => "answer",
            Self::Redirect => "redirect",
            Self::KeepAlive => "keepAlive",
            Self::HangUp => "hangUp",
            Self::Get => "call",
        }
    }
}

/// What a request is about, if it is one to the calling service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Route {
    Metadata,
    Keys,
    /// A token, for that tenant.
    Token(String),
    /// A notification, to see whether it gets there.
    Check,
    Call {
        id: String,
        action: Action,
        /// Whether the address is the one that is not to be used any more.
        deprecated: bool,
    },
    /// Nothing that there is.
    Nothing,
}

impl Route {
    pub fn of(asked: &Asked) -> Option<Self> {
        let path: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let (get, post) = (asked.method == Method::GET, asked.method == Method::POST);
        Some(match path.as_slice() {
            ["v1", ".well-known", "OpenIdConfiguration"] if get => Self::Metadata,
            ["v1", "keys"] if get => Self::Keys,
            [tenant, "oauth2", "v2.0", "token"] if post => Self::Token((*tenant).to_owned()),
            ["simulator", "notify"] if post => Self::Check,
            ["v1.0" | "beta", root @ ("communications" | "app"), "calls", id, rest @ ..]
                if !id.is_empty() =>
            {
                let action = match (rest, asked.method.as_str()) {
                    (["reject"], "POST") => Action::Reject,
                    (["answer"], "POST") => Action::Answer,
                    (["redirect"], "POST") => Action::Redirect,
                    (["keepAlive"], "POST") => Action::KeepAlive,
                    ([], "DELETE") => Action::HangUp,
                    ([], "GET") => Action::Get,
                    _ => return Some(Self::Nothing),
                };
                Self::Call { id: (*id).to_owned(), action, deprecated: *root == "app" }
            }
            ["v1.0" | "beta" | "v1" | "simulator", ..] | [_, "oauth2", ..] => Self::Nothing,
            _ => return None,
        })
    }

    /// What faults call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Keys => "keys",
            Self::Token(_) => "graphToken",
            Self::Check => "check",
            Self::Call { action, .. } => action.name(),
            Self::Nothing => "nothing",
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: &str = "client-request-id";

/// What an error was made up to be, in this service's words; nothing if it is for somebody else to word it.
pub(in super::super) fn refused(asked: &Asked, kind: &FaultKind) -> Option<Reply> {
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
    let mut reply = match Route::of(asked)? {
        Route::Token(_) => Reply::json(*status, json!({"error": code, "error_description": "Simulated."})),
        Route::Call { .. } => error(asked, *status, code, "Simulated."),
        _ => return None,
    };
    for (name, value) in headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            reply = reply.with(name, value.clone());
        }
    }
    Some(reply)
}

fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn error(asked: &Asked, status: u16, code: &str, message: &str) -> Reply {
    let id = request_id();
    let client = asked.header(CLIENT_REQUEST_ID).map_or_else(|| id.clone(), str::to_owned);
    let inner = json!({
        "date": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        "request-id": id, "client-request-id": client,
    });
    let body = json!({"error": {"code": code, "message": message, "innerError": inner}});
    Reply::json(status, body).with(REQUEST_ID, id)
}

fn fine(status: u16) -> Reply {
    Reply::empty(status).with(REQUEST_ID, request_id())
}

/// Why a request has no effect.
pub(super) struct Wrong {
    status: u16,
    code: &'static str,
    message: String,
}

impl Wrong {
    /// The body is not what the action takes.
    pub fn body(message: impl Into<String>) -> Self {
        Self { status: 400, code: "2203", message: message.into() }
    }

    fn not_found() -> Self {
        Self { status: 404, code: "8522", message: "Call not found.".into() }
    }
}

impl Graph {
    pub fn act(&mut self, route: Route, asked: &Asked) -> Handled {
        self.in_use = true;
        match route {
            Route::Metadata => Handled::fine(Reply::json(200, metadata(&asked.base)), "metadata"),
            Route::Keys => match self.keys.jwks() {
                Ok(keys) => Handled::fine(Reply::json(200, keys), "keys"),
                Err(why) => Handled::fine(Reply::json(500, json!({ "error": why })), "keys"),
            },
            Route::Token(tenant) => self.token(&tenant, asked),
            Route::Call { id, action, deprecated } => {
                let mut handled = self.act_on_call(&id, action, asked);
                let mut complaints: Vec<String> = handled.complaint.into_iter().collect();
                complaints.extend(deprecated.then(|| "/app/calls is not to be used any more".to_owned()));
                complaints.extend(self.header_complaints(asked));
                handled.complaint = (!complaints.is_empty()).then(|| complaints.join("; "));
                handled
            }
            Route::Check | Route::Nothing => {
                let reply = error(asked, 400, "BadRequest", "There is no such resource.");
                Handled::wrong(reply, "nothing", "this address means nothing to the calling service")
            }
        }
    }

    /// What is missing in the header of a request, or was there before.
    fn header_complaints(&mut self, asked: &Asked) -> Vec<String> {
        let mut complaints = Vec::new();
        let json = |kind: &str| {
            kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
        };
        if asked.method == Method::POST && !asked.header(CONTENT_TYPE.as_str()).is_some_and(json) {
            complaints.push("the Content-Type is not application/json".to_owned());
        }
        if let Some(id) = asked.header(CLIENT_REQUEST_ID) {
            let mut hasher = DefaultHasher::new();
            (asked.method.as_str(), asked.target(), &asked.body).hash(&mut hasher);
            let request = hasher.finish();
            if *self.request_ids.get_or_insert(id.to_owned(), || request) != request {
                complaints.push("the client-request-id was used for another request".to_owned());
            }
        } else {
            complaints.push("there is no client-request-id".to_owned());
        }
        complaints
    }

    fn act_on_call(&mut self, id: &str, action: Action, asked: &Asked) -> Handled {
        let name = action.name();
        let now = Instant::now();
        let token = asked.token.as_ref().and_then(|token| self.tokens.get(token));
        let Some((tenant, _)) = token.filter(|(_, until)| *until > now).cloned() else {
            let reply =
                error(asked, 401, "InvalidAuthenticationToken", "Access token has expired or is invalid.")
                    .with(
                        WWW_AUTHENTICATE,
                        r#"Bearer realm="", client_id="00000003-0000-0000-c000-000000000000""#.into(),
                    );
            let what = format!("{name} with no good token");
            return if asked.token.is_none() {
                Handled::wrong(reply, what, "there was no token")
            } else {
                Handled::fine(reply, what)
            };
        };
        let number = self.number_of(id);
        let live = number.and_then(|number| self.live.get(&number));
        let over = self.over.get(&id.to_ascii_lowercase());
        let owner = live.map(|live| &live.tenant).or(over.map(|over| &over.tenant));
        if owner.is_some_and(|owner| !owner.eq_ignore_ascii_case(&tenant)) {
            let reply = error(asked, 403, "7505", "The call belongs to another tenant.");
            return Handled::fine(reply, format!("{name} of a call of another tenant"));
        }
        let who =
            live.map(|live| format!("{name} of call {} from {}", live.number, live.call.caller.label()));
        let (Some(number), Some(who)) = (number, who) else {
            // Where the request was in time and the network was not, the client did nothing wrong.
            let late = over.is_some_and(|over| over.how == CallOutcome::TimedOut && asked.arrived >= over.at)
                && matches!(action, Action::Reject | Action::Answer | Action::Redirect);
            let wrong = Wrong::not_found();
            return Handled {
                reply: error(asked, wrong.status, wrong.code, &wrong.message),
                what: format!("{name} of a call that is {}", if over.is_some() { "over" } else { "unknown" }),
                complaint: late.then(|| "the time for an answer was up".to_owned()),
            };
        };
        match self.apply(number, action, asked) {
            Ok((reply, complaint)) => Handled { reply, what: who, complaint: complaint.map(str::to_owned) },
            Err(wrong) => {
                let complaint = (wrong.code == "2203").then(|| wrong.message.clone());
                let reply = error(asked, wrong.status, wrong.code, &wrong.message);
                Handled { reply, what: format!("{who}, refused"), complaint }
            }
        }
    }

    fn apply(
        &mut self,
        number: CallNumber,
        action: Action,
        asked: &Asked,
    ) -> Result<(Reply, Option<&'static str>), Wrong> {
        let state = self.live.get(&number).map(|live| live.state);
        let rings = state == Some(CallState::Incoming);
        if matches!(action, Action::Reject | Action::Answer | Action::Redirect) && !rings {
            return Err(Wrong::not_found());
        }
        match action {
            Action::Reject => {
                let (reject, complaint) = shapes::reject(&asked.body)?;
                self.reject(number, &reject.reason, reject.callback);
                Ok((fine(202), complaint))
            }
            Action::Answer => {
                let requested = self.live.get(&number).map(|live| live.call.modalities.clone());
                let answer = shapes::answer(&asked.body, &requested.unwrap_or_default())?;
                self.answer(number, answer.callback, answer.modalities);
                Ok((fine(202), None))
            }
            Action::Redirect => {
                if !self.options.may_redirect {
                    let message = "The application lacks Calls.Initiate.All.".into();
                    return Err(Wrong { status: 403, code: "7504", message });
                }
                let redirect = shapes::redirect(&asked.body)?;
                self.redirect(number, redirect.callback);
                Ok((fine(202), None))
            }
            Action::KeepAlive if rings => Err(Wrong::body("a call that rings needs no keep-alive")),
            Action::KeepAlive => {
                self.keep_alive(number);
                Ok((fine(200), None))
            }
            Action::HangUp => {
                self.hang_up(number);
                Ok((fine(204), rings.then_some("a call that rings is rejected, not hung up")))
            }
            Action::Get => {
                let callback = self.webhook.as_ref().map(|webhook| webhook.url.as_str());
                let call =
                    self.live.get(&number).map(|live| live.resource(&self.options.client_id, callback));
                let body: Value = call.unwrap_or_default();
                Ok((Reply::json(200, body).with(REQUEST_ID, request_id()), None))
            }
        }
    }
}
