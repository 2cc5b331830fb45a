//! The operations on a call that has not ended, each with its response.

use std::time::Duration;

use http::header::LOCATION;
use serde_json::Value;

use super::super::reply::Reply;
use super::super::request::ParsedRequest;
use super::bodies;
use super::call::{CallNumber, CallState, LiveCall};
use super::call_resource::CallAddress;
use super::error::OperationError;
use super::leg::{CommsOperation, MediaHost, OperationKind};
use super::operation_bodies::{parse_context_only, parse_invite, parse_prompts};
use super::route::CallOperation;
use super::state::GraphState;

/// The time after which people who are invited to a call join it.
const INVITE_DELAY: Duration = Duration::from_secs(2);

/// The response to an operation, and the rule that the client broke nevertheless.
type Performed = Result<(Reply, Option<&'static str>), OperationError>;

/// Returns the response to the request that created a call.
pub(super) fn created_reply(live: &LiveCall, bot: &str, request: &ParsedRequest) -> Reply {
    let address = CallAddress::new(request, &live.id);
    let call = address.whole(live.resource(bot, None));
    Reply::json(201, call).with(LOCATION, address.call())
}

impl GraphState {
    /// Performs an operation; returns the response and the rule that the client broke nevertheless.
    pub fn perform(
        &mut self,
        number: CallNumber,
        operation: &CallOperation,
        request: &ParsedRequest,
    ) -> Performed {
        let state = self.live.get(&number).map(|live| live.state);
        let is_ringing = state == Some(CallState::Incoming);
        if operation.needs_ringing() && !is_ringing {
            return Err(OperationError::not_found());
        }
        match operation {
            CallOperation::Reject => {
                let reject = bodies::parse_reject(&request.body)?;
                self.reject(number, &reject.reason, reject.callback);
                Ok((Reply::empty(202), None))
            }
            CallOperation::Answer => {
                let requested = self.live.get(&number).map(|live| live.call.modalities.clone());
                let answer = bodies::parse_answer(&request.body, &requested.unwrap_or_default())?;
                self.answer(number, answer);
                Ok((Reply::empty(202), None))
            }
            CallOperation::Redirect if !self.options.may_redirect => Err(OperationError::lacks_permission()),
            CallOperation::Redirect => {
                let callback = bodies::parse_redirect(&request.body)?;
                self.redirect(number, callback);
                Ok((Reply::empty(202), None))
            }
            CallOperation::KeepAlive if is_ringing => {
                Err(OperationError::bad_body("a call that rings needs no keep-alive"))
            }
            CallOperation::KeepAlive => {
                self.keep_alive(number);
                Ok((Reply::empty(200), None))
            }
            CallOperation::Transfer => {
                self.transfer(number, &request.body)?;
                Ok((Reply::empty(202), None))
            }
            CallOperation::HangUp => {
                self.hang_up(number);
                let complaint = "a call that rings is rejected, not hung up";
                Ok((Reply::empty(204), is_ringing.then_some(complaint)))
            }
            CallOperation::Get
            | CallOperation::ListParticipants
            | CallOperation::ListOperations
            | CallOperation::GetParticipant(_)
            | CallOperation::GetOperation(_) => {
                let live = self.live.get(&number).ok_or_else(OperationError::not_found)?;
                Ok((Reply::json(200, self.read(live, operation, request)?), None))
            }
            CallOperation::RemoveParticipant(id) if !self.remove_participant(number, id) => {
                Err(OperationError::no_such("Participant"))
            }
            CallOperation::RemoveParticipant(_) => Ok((Reply::empty(204), None)),
            _ => self.perform_in_leg(number, operation, request),
        }
    }

    /// Returns the document that an operation reads.
    fn read(
        &self,
        live: &LiveCall,
        operation: &CallOperation,
        request: &ParsedRequest,
    ) -> Result<Value, OperationError> {
        let bot = &self.options.client_id;
        let address = CallAddress::new(request, &live.id);
        let operations = live.leg.iter().flat_map(|leg| leg.operations.iter());
        match operation {
            CallOperation::ListParticipants => Ok(address.collection("participants", &live.roster(bot))),
            CallOperation::GetParticipant(id) => {
                let mut roster = live.roster(bot).into_iter();
                let is_named = |participant: &Value| {
                    let named = participant.get("id").and_then(Value::as_str);
                    named.is_some_and(|named| named.eq_ignore_ascii_case(id))
                };
                let participant = roster.find(is_named);
                let participant = participant.ok_or_else(|| OperationError::no_such("Participant"))?;
                Ok(address.item("participants", participant))
            }
            CallOperation::ListOperations => {
                let all: Vec<Value> = operations.map(CommsOperation::document).collect();
                Ok(address.collection("operations", &all))
            }
            CallOperation::GetOperation(id) => {
                let operation = live.operation(id).ok_or_else(|| OperationError::no_such("Operation"))?;
                Ok(address.item("operations", operation.document()))
            }
            _ => {
                let callback = self.webhook.as_ref().map(|webhook| webhook.url.as_str());
                address.selected(live.resource(bot, callback), request)
            }
        }
    }

    /// Performs an operation that needs the bot's part in the call.
    fn perform_in_leg(
        &mut self,
        number: CallNumber,
        operation: &CallOperation,
        request: &ParsedRequest,
    ) -> Performed {
        let live = self.live.get(&number).ok_or_else(OperationError::not_found)?;
        let not_answered = || OperationError::bad_body("the bot has not answered the call");
        let host = live.leg.as_ref().map(|leg| leg.media.host).ok_or_else(not_answered)?;
        let only_groups = (!live.call.group).then_some("the operation is for group calls only");
        let body = &request.body;
        let started = match operation {
            CallOperation::Mute | CallOperation::Unmute => {
                let context = parse_context_only(body)?;
                let is_muted = *operation == CallOperation::Mute;
                let kind = if is_muted { OperationKind::Mute } else { OperationKind::Unmute };
                let started = self.start_operation(number, kind, context, Duration::ZERO);
                self.set_muted(number, is_muted);
                started
            }
            CallOperation::PlayPrompt => {
                let (prompts, context) = parse_prompts(body)?;
                needs_service(host)?;
                self.play(number, prompts, context)
            }
            CallOperation::SubscribeToTone => {
                let context = parse_context_only(body)?;
                needs_service(host)?;
                self.subscribe_to_tones(number);
                self.start_operation(number, OperationKind::SubscribeToTone, context, Duration::ZERO)
            }
            CallOperation::CancelMediaProcessing => {
                let context = parse_context_only(body)?;
                self.cancel_prompts(number);
                self.start_operation(number, OperationKind::CancelMediaProcessing, context, Duration::ZERO)
            }
            CallOperation::Invite => {
                let (invited, context) = parse_invite(body)?;
                self.start_operation(number, OperationKind::Invite(invited), context, INVITE_DELAY)
            }
            CallOperation::MuteParticipant(id) => {
                let context = parse_context_only(body)?;
                if !self.mute_participant(number, id) {
                    return Err(OperationError::no_such("Participant"));
                }
                self.start_operation(number, OperationKind::Mute, context, Duration::ZERO)
            }
            _ => None,
        };
        let is_mute = matches!(
            operation,
            CallOperation::Mute | CallOperation::Unmute | CallOperation::MuteParticipant(_)
        );
        let reply = started.and_then(|started| self.started_reply(number, started, request));
        Ok((reply.ok_or_else(OperationError::not_found)?, only_groups.filter(|_| is_mute)))
    }

    /// Returns the response to the request that started an operation.
    fn started_reply(&self, number: CallNumber, started: usize, request: &ParsedRequest) -> Option<Reply> {
        let address = CallAddress::new(request, &self.live.get(&number)?.id);
        let operation = self.operation(number, started)?;
        let reply = Reply::json(200, address.started(operation.document()));
        Some(reply.with(LOCATION, address.operation(&operation.id)))
    }
}

fn needs_service(host: MediaHost) -> Result<(), OperationError> {
    match host {
        MediaHost::Service => Ok(()),
        MediaHost::Application => {
            Err(OperationError::bad_body("the operation is for calls with a serviceHostedMediaConfig only"))
        }
    }
}
