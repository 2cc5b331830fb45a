//! The bodies of the operations on an answered call, and of the creation of a call, as the documentation of
//! Graph describes them.

use serde_json::{Map, Value};
use url::Url;

use super::bodies::{
    parse_callback, parse_client_context, parse_media, parse_modalities, parse_object, parse_targets,
};
use super::call::Outgoing;
use super::caller::{Call, CallModality, Caller, CallerKind, guid_of};
use super::error::OperationError;
use super::leg::{MediaConfig, Participant};

/// The largest number of prompts in one operation.
const MAX_PROMPTS: usize = 20;
/// The largest number of participants in one invitation.
const MAX_INVITED: usize = 5;

/// The body of `POST /communications/calls`.
pub(super) struct NewCall {
    pub call: Call,
    pub outgoing: Outgoing,
    pub callback: Url,
    pub media: MediaConfig,
}

/// Parses a body with nothing but a `clientContext`; it may be empty.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_context_only(body: &str) -> Result<Option<String>, OperationError> {
    if body.trim().is_empty() {
        return Ok(None);
    }
    parse_client_context(&parse_object(body, &["clientContext"])?)
}

/// Parses the body of `playPrompt` and returns the number of prompts and the `clientContext`.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_prompts(body: &str) -> Result<(usize, Option<String>), OperationError> {
    let body = parse_object(body, &["prompts", "clientContext", "loop"])?;
    let prompts = body.get("prompts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !(1..=MAX_PROMPTS).contains(&prompts.len()) {
        return Err(OperationError::bad_body("the number of prompts is not 1 to 20"));
    }
    let has_address = |prompt: &Value| {
        let uri = prompt.pointer("/mediaInfo/uri").and_then(Value::as_str);
        uri.is_some_and(|uri| Url::parse(uri).is_ok())
    };
    if !prompts.iter().all(has_address) {
        return Err(OperationError::bad_body("a prompt has no mediaInfo with a uri"));
    }
    Ok((prompts.len(), parse_client_context(&body)?))
}

/// Parses the body of `invite` and returns the new participants and the `clientContext`.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_invite(body: &str) -> Result<(Vec<Participant>, Option<String>), OperationError> {
    let body = parse_object(body, &["participants", "clientContext"])?;
    let invited = parse_targets(body.get("participants"), MAX_INVITED, "participants")?;
    Ok((invited.iter().map(Participant::invited).collect(), parse_client_context(&body)?))
}

/// Checks the body of `transfer`. From a group call, it has to name whom it transfers.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_transfer(body: &str, is_group: bool) -> Result<(), OperationError> {
    let body = parse_object(body, &["transferTarget", "transferee", "clientContext"])?;
    let target: Value = body.get("transferTarget").into_iter().cloned().collect();
    parse_targets(Some(&target), 1, "transfer targets")?;
    let transferee = body.get("transferee").and_then(|transferee| transferee.get("identity"));
    if is_group && !transferee.is_some_and(Value::is_object) {
        return Err(OperationError::bad_body("a transfer from a group call names its transferee"));
    }
    parse_client_context(&body).map(drop)
}

/// Parses the body of `POST /communications/calls`.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_new_call(body: &str) -> Result<NewCall, OperationError> {
    let known = [
        "callbackUri",
        "callOptions",
        "chatInfo",
        "direction",
        "incomingContext",
        "mediaConfig",
        "meetingInfo",
        "requestedModalities",
        "ringingTimeoutInSeconds",
        "source",
        "subject",
        "targets",
        "tenantId",
    ];
    let body = parse_object(body, &known)?;
    let callback = parse_callback(&body)?;
    let callback = callback.ok_or_else(|| OperationError::bad_body("there is no callbackUri"))?;
    let modalities = parse_modalities(body.get("requestedModalities"));
    let modalities = modalities
        .ok_or_else(|| OperationError::bad_body("requestedModalities is not a list of modalities"))?;
    let media = parse_media(&body)?;
    let object = |name: &str| body.get(name).filter(|value| value.is_object()).cloned();
    let (chat, meeting) = (object("chatInfo"), object("meetingInfo"));
    let has_targets = body.get("targets").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    let targets = match &meeting {
        Some(_) if !has_targets => Vec::new(),
        _ => parse_targets(body.get("targets"), MAX_INVITED, "targets")?.to_vec(),
    };
    let call = other_party(&body, &targets, modalities, meeting.is_some());
    Ok(NewCall { call, outgoing: Outgoing { targets, chat, meeting }, callback, media })
}

/// Returns a call of the bot to the first of the targets, or to a meeting.
fn other_party(
    body: &Map<String, Value>,
    targets: &[Value],
    modalities: Vec<CallModality>,
    is_meeting: bool,
) -> Call {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let caller = targets.first().and_then(called).unwrap_or_else(|| Caller {
        kind: CallerKind::User,
        id: guid_of("meeting"),
        name: "a meeting".into(),
    });
    Call {
        modalities,
        group: is_meeting || targets.len() > 1,
        subject: text("subject").unwrap_or_default().to_owned(),
        tenant: text("tenantId").map(str::to_owned),
        ..Call::from(caller)
    }
}

/// Returns who an `invitationParticipantInfo` names.
fn called(target: &Value) -> Option<Caller> {
    let identities = target.get("identity")?.as_object()?;
    let (kind, identity) = identities.iter().find(|(_, identity)| identity.is_object())?;
    let text = |name: &str| identity.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = CallerKind::ALL.into_iter().find(|known| known.name() == kind).unwrap_or_default();
    Some(Caller { kind, id: text("id"), name: text("displayName") })
}
