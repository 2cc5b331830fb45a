//! The requests of the bot.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::Method;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::json;
use tokio::time::Instant;

use super::super::reply::Reply;
use super::super::request::{Handled, ParsedRequest};
use super::bodies;
use super::call::{CallNumber, CallOutcome, CallState};
use super::error::{CLIENT_REQUEST_ID, OperationError, REQUEST_ID, error_reply, request_id};
use super::keys::metadata;
use super::route::{CallOperation, Route};
use super::state::GraphState;

fn empty_reply(status: u16) -> Reply {
    Reply::empty(status).with(REQUEST_ID, request_id())
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
                let mut handled = self.handle_operation(&id, operation, request);
                let mut complaints: Vec<String> = handled.complaint.into_iter().collect();
                complaints.extend(is_deprecated.then(|| "/app/calls is deprecated".to_owned()));
                complaints.extend(self.header_complaints(request));
                handled.complaint = (!complaints.is_empty()).then(|| complaints.join("; "));
                handled
            }
            Route::Check | Route::Unknown => {
                let reply = error_reply(request, 400, "BadRequest", "There is no such resource.");
                let complaint = "the calling service has no such endpoint";
                Handled::with_complaint(reply, "unknown endpoint", complaint)
            }
        }
    }

    /// Returns the rules that the header of a request breaks.
    fn header_complaints(&mut self, request: &ParsedRequest) -> Vec<String> {
        let mut complaints = Vec::new();
        let is_json = |kind: &str| {
            kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
        };
        if request.method == Method::POST && !request.header(CONTENT_TYPE.as_str()).is_some_and(is_json) {
            complaints.push("the Content-Type is not application/json".to_owned());
        }
        if let Some(id) = request.header(CLIENT_REQUEST_ID) {
            let mut hasher = DefaultHasher::new();
            (request.method.as_str(), request.target(), &request.body).hash(&mut hasher);
            let hash = hasher.finish();
            if *self.request_ids.get_or_insert(id.to_owned(), || hash) != hash {
                complaints.push("the client-request-id was used for another request".to_owned());
            }
        } else {
            complaints.push("there is no client-request-id".to_owned());
        }
        complaints
    }

    fn handle_operation(&mut self, id: &str, operation: CallOperation, request: &ParsedRequest) -> Handled {
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
        let summary =
            live.map(|live| format!("{name} of call {} from {}", live.number, live.call.caller.label()));
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

    /// Performs an operation; returns the response and the rule that the client broke nevertheless.
    fn perform(
        &mut self,
        number: CallNumber,
        operation: CallOperation,
        request: &ParsedRequest,
    ) -> Result<(Reply, Option<&'static str>), OperationError> {
        let state = self.live.get(&number).map(|live| live.state);
        let is_ringing = state == Some(CallState::Incoming);
        if operation.needs_ringing() && !is_ringing {
            return Err(OperationError::not_found());
        }
        match operation {
            CallOperation::Reject => {
                let (reject, complaint) = bodies::parse_reject(&request.body)?;
                self.reject(number, &reject.reason, reject.callback);
                Ok((empty_reply(202), complaint))
            }
            CallOperation::Answer => {
                let requested = self.live.get(&number).map(|live| live.call.modalities.clone());
                let answer = bodies::parse_answer(&request.body, &requested.unwrap_or_default())?;
                self.answer(number, answer.callback, answer.modalities);
                Ok((empty_reply(202), None))
            }
            CallOperation::Redirect if !self.options.may_redirect => Err(OperationError::lacks_permission()),
            CallOperation::Redirect => {
                let callback = bodies::parse_redirect(&request.body)?;
                self.redirect(number, callback);
                Ok((empty_reply(202), None))
            }
            CallOperation::KeepAlive if is_ringing => {
                Err(OperationError::bad_body("a call that rings needs no keep-alive"))
            }
            CallOperation::KeepAlive => {
                self.keep_alive(number);
                Ok((empty_reply(200), None))
            }
            CallOperation::HangUp => {
                self.hang_up(number);
                let complaint = "a call that rings is rejected, not hung up";
                Ok((empty_reply(204), is_ringing.then_some(complaint)))
            }
            CallOperation::Get => {
                let callback = self.webhook.as_ref().map(|webhook| webhook.url.as_str());
                let call = self.live.get(&number);
                let call = call.map(|live| live.document(&self.options.client_id, callback));
                Ok((Reply::json(200, call.unwrap_or_default()).with(REQUEST_ID, request_id()), None))
            }
        }
    }
}

fn refuse_token(name: &str, request: &ParsedRequest) -> Handled {
    let challenge = r#"Bearer realm="", client_id="00000003-0000-0000-c000-000000000000""#;
    let message = "Access token has expired or is invalid.";
    let reply = error_reply(request, 401, "InvalidAuthenticationToken", message)
        .with(WWW_AUTHENTICATE, challenge.into());
    if request.token.is_none() {
        Handled::with_complaint(reply, format!("{name} without a token"), "there was no token")
    } else {
        Handled::new(reply, format!("{name} with an invalid token"))
    }
}
