//! The requests of the bot: their tokens, the calls that they are for, and the marks of broken rules.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::Method;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::json;
use tokio::time::Instant;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::call::CallOutcome;
use super::error::{CLIENT_REQUEST_ID, OperationError, REQUEST_ID, error_reply, request_id};
use super::keys::metadata;
use super::operation_bodies;
use super::perform::created_reply;
use super::route::{CREATE_PAGE, CallOperation, Route, Unsupported};
use super::state::GraphState;

/// The rules for the head of a request.
struct Rules {
    /// The title of the page that documents the request.
    page: &'static str,
    is_deprecated: bool,
    takes_body: bool,
}

impl GraphState {
    /// Handles a request, other than a check of the webhook.
    pub fn handle(&mut self, route: Route, request: &ParsedRequest) -> Handled {
        self.has_bot = true;
        match route {
            Route::Metadata => Handled::new(Reply::json(200, metadata(&request.base)), "metadata"),
            Route::Keys => match self.keys.jwks() {
                Ok(keys) => Handled::new(Reply::json(200, keys), "keys"),
                Err(why) => Handled::new(Reply::json(500, json!({ "error": why })), "keys"),
            },
            Route::Token(tenant) => self.issue_token(&tenant, request),
            Route::Call { id, operation, is_deprecated } => {
                let handled = self.handle_operation(&id, &operation, request);
                let takes_body = operation != CallOperation::KeepAlive;
                self.checked(handled, &Rules { page: operation.page(), is_deprecated, takes_body }, request)
            }
            Route::Create { is_deprecated } => {
                let handled = self.handle_creation(request);
                let rules = Rules { page: CREATE_PAGE, is_deprecated, takes_body: true };
                self.checked(handled, &rules, request)
            }
            Route::Unsupported(why) => refuse_unsupported(&why, request),
            Route::Check | Route::Unknown => {
                let reply = error_reply(request, 400, "BadRequest", "There is no such resource.");
                let complaint = "the calling service has no such endpoint";
                Handled::breaking_rule(reply, "unknown endpoint", complaint)
            }
        }
    }

    /// Adds the rules that the head of a request breaks, and the page that documents them.
    fn checked(&mut self, handled: Handled, rules: &Rules, request: &ParsedRequest) -> Handled {
        let mut complaints: Vec<String> = handled.complaint.into_iter().collect();
        complaints.extend(rules.is_deprecated.then(|| "/app/calls is deprecated".to_owned()));
        complaints.extend(self.header_complaints(rules, request));
        let complaint =
            (!complaints.is_empty()).then(|| format!("{} ({})", complaints.join("; "), rules.page));
        Handled { reply: identified(handled.reply, request), complaint, ..handled }
    }

    /// Returns the rules that the header of a request breaks.
    fn header_complaints(&mut self, rules: &Rules, request: &ParsedRequest) -> Vec<String> {
        let mut complaints = Vec::new();
        let is_json = |kind: &str| {
            kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
        };
        let has_body = request.method == Method::POST && !request.body.trim().is_empty();
        if rules.takes_body && has_body && !request.header(CONTENT_TYPE.as_str()).is_some_and(is_json) {
            complaints.push("the Content-Type is not application/json".to_owned());
        }
        if let Some(id) = request.header(CLIENT_REQUEST_ID.as_str()) {
            let mut hasher = DefaultHasher::new();
            (request.method.as_str(), request.target(), &request.body).hash(&mut hasher);
            let hash = hasher.finish();
            if *self.request_ids.get_or_insert(id.to_owned(), || hash) != hash {
                complaints.push("the client-request-id was used for another request".to_owned());
            }
        }
        complaints
    }

    fn handle_creation(&mut self, request: &ParsedRequest) -> Handled {
        let name = "creation of a call";
        let Some(tenant) = self.tenant_of_token(request) else {
            return refuse_token(name, request);
        };
        let created = match operation_bodies::parse_new_call(&request.body) {
            Ok(_) if !self.options.may_redirect => Err(OperationError::lacks_permission()),
            result => result,
        };
        match created {
            Ok(new) => {
                let number = self.create(&tenant, new);
                let reply =
                    self.live.get(&number).map(|live| created_reply(live, &self.options.client_id, request));
                let reply = reply.unwrap_or_else(|| OperationError::not_found().reply(request));
                Handled::new(reply, format!("creation of call {number}"))
            }
            Err(error) => Handled {
                reply: error.reply(request),
                summary: format!("{name}, refused"),
                complaint: error.complaint(),
            },
        }
    }

    fn handle_operation(&mut self, id: &str, operation: &CallOperation, request: &ParsedRequest) -> Handled {
        let name = operation.name();
        let Some(tenant) = self.tenant_of_token(request) else {
            return refuse_token(name, request);
        };
        let number = self.number_of(id);
        let live = number.and_then(|number| self.live.get(&number));
        let finished = self.finished.get(&id.to_ascii_lowercase());
        let owner = live.map(|live| &live.tenant).or(finished.map(|finished| &finished.tenant));
        if owner.is_some_and(|owner| !owner.eq_ignore_ascii_case(&tenant)) {
            let reply = error_reply(request, 403, "7505", "The call belongs to another tenant.");
            return Handled::new(reply, format!("{name} of a call of another tenant"));
        }
        let summary = live.map(|live| {
            let preposition = if live.outgoing.is_some() { "to" } else { "from" };
            format!("{name} of call {} {preposition} {}", live.number, live.call.caller.label())
        });
        let (Some(number), Some(summary)) = (number, summary) else {
            // A request that arrived in time and was delayed afterwards is no fault of the client.
            let is_late = finished.is_some_and(|finished| {
                finished.outcome == CallOutcome::TimedOut && request.arrived >= finished.ended_at
            });
            let state = if finished.is_some() { "has ended" } else { "is unknown" };
            return Handled {
                reply: OperationError::not_found().reply(request),
                summary: format!("{name} of a call that {state}"),
                complaint: (is_late && operation.needs_ringing())
                    .then(|| "the time to answer was over".to_owned()),
            };
        };
        match self.perform(number, operation, request) {
            Ok((reply, complaint)) => Handled { reply, summary, complaint: complaint.map(str::to_owned) },
            Err(error) => Handled {
                reply: error.reply(request),
                summary: format!("{summary}, refused"),
                complaint: error.complaint(),
            },
        }
    }

    /// Returns the tenant for which the token of a request was issued, if the token is valid.
    fn tenant_of_token(&self, request: &ParsedRequest) -> Option<String> {
        let (tenant, expires) = self.tokens.get(request.token.as_ref()?)?;
        (*expires > Instant::now()).then(|| tenant.clone())
    }
}

/// Adds the fields that identify a request to its reply, unless they are there.
fn identified(reply: Reply, request: &ParsedRequest) -> Reply {
    let reply = if reply.has(&REQUEST_ID) { reply } else { reply.with(REQUEST_ID, request_id()) };
    match request.header(CLIENT_REQUEST_ID.as_str()) {
        Some(id) => reply.with(CLIENT_REQUEST_ID, id.to_owned()),
        None => reply,
    }
}

fn refuse_unsupported(why: &Unsupported, request: &ParsedRequest) -> Handled {
    let error = OperationError::unsupported(why);
    let (summary, page) = match why {
        Unsupported::Segment(_) => ("unknown resource", None),
        Unsupported::Method(page) => ("method that the resource does not have", Some(page)),
        Unsupported::Feature => ("operation that is not simulated", None),
    };
    let complaint = error.complaint().map(|rule| match page {
        Some(page) => format!("{rule} ({page})"),
        None => rule,
    });
    Handled { reply: identified(error.reply(request), request), summary: summary.into(), complaint }
}

fn refuse_token(name: &str, request: &ParsedRequest) -> Handled {
    let challenge = r#"Bearer realm="", client_id="00000003-0000-0000-c000-000000000000""#;
    let message = "Access token has expired or is invalid.";
    let reply = error_reply(request, 401, "InvalidAuthenticationToken", message)
        .with(WWW_AUTHENTICATE, challenge.into());
    if request.token.is_none() {
        Handled::breaking_rule(reply, format!("{name} without a token"), "there was no token")
    } else {
        Handled::new(reply, format!("{name} with an invalid token"))
    }
}
