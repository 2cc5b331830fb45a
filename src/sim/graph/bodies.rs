//! The bodies of the operations that end the ringing of a call, as the documentation of Graph describes them,
//! and what they share with the others.

use serde_json::{Map, Value};
use url::Url;

use super::caller::CallModality;
use super::error::OperationError;
use super::leg::MediaConfig;
use crate::provider::origin::is_loopback;

/// The longest `clientContext` (characters).
const MAX_CLIENT_CONTEXT: usize = 256;

/// The values of `routingPolicies`, in lower case.
const ROUTING_POLICIES: [&str; 5] =
    ["none", "nomissedcall", "disableforwardingexceptphone", "disableforwarding", "preferskypeforbusiness"];

/// The body of `reject`.
pub(super) struct Reject {
    /// The reason, in lower case.
    pub reason: String,
    pub callback: Option<Url>,
}

/// The body of `answer`.
pub(super) struct Answer {
    pub callback: Option<Url>,
    pub modalities: Vec<CallModality>,
    pub media: MediaConfig,
}

/// Parses the body of `reject`.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_reject(body: &str) -> Result<Reject, OperationError> {
    let body = parse_object(body, &["reason", "callbackUri"])?;
    let reason = body.get("reason").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if !matches!(reason.as_str(), "none" | "busy" | "forbidden") {
        return Err(OperationError::bad_body("the reason is none of none, busy, forbidden"));
    }
    Ok(Reject { reason, callback: parse_callback(&body)? })
}

/// Parses the body of `answer` to a call with the modalities `requested`.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_answer(body: &str, requested: &[CallModality]) -> Result<Answer, OperationError> {
    let known = ["callbackUri", "acceptedModalities", "mediaConfig", "participantCapacity", "callOptions"];
    let body = parse_object(body, &known)?;
    // Every call can be answered with audio alone.
    let is_possible = |it: &CallModality| *it == CallModality::Audio || requested.contains(it);
    let modalities = parse_modalities(body.get("acceptedModalities"))
        .filter(|all| all.iter().all(is_possible))
        .ok_or_else(|| {
            OperationError::bad_body("acceptedModalities is not a selection of the requested modalities")
        })?;
    Ok(Answer { callback: parse_callback(&body)?, modalities, media: parse_media(&body)? })
}

/// Parses the body of `redirect` and returns the callback.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_redirect(body: &str) -> Result<Option<Url>, OperationError> {
    let known = [
        "targets",
        "targetDisposition",
        "timeout",
        "maskCallee",
        "maskCaller",
        "callbackUri",
        "routingPolicies",
    ];
    let body = parse_object(body, &known)?;
    parse_targets(body.get("targets"), 25, "targets")?;
    match body.get("timeout") {
        None | Some(Value::Null) => {}
        Some(timeout) if timeout.as_u64().is_some_and(|timeout| (15..=90).contains(&timeout)) => {}
        Some(_) => return Err(OperationError::bad_body("the timeout is not 15 to 90 s")),
    }
    let is_policy = |policy: &Value| {
        policy.as_str().is_some_and(|policy| ROUTING_POLICIES.contains(&&*policy.to_ascii_lowercase()))
    };
    match body.get("routingPolicies") {
        None | Some(Value::Null) => {}
        Some(Value::Array(policies)) if policies.iter().all(is_policy) => {}
        Some(_) => return Err(OperationError::bad_body("routingPolicies is not a list of routing policies")),
    }
    parse_callback(&body)
}

/// Returns the modalities in a list of at least one; `None` if it is not such a list.
pub(super) fn parse_modalities(list: Option<&Value>) -> Option<Vec<CallModality>> {
    let named =
        |name: &Value| CallModality::ALL.into_iter().find(|known| name.as_str() == Some(known.name()));
    let modalities: Option<Vec<_>> = list?.as_array()?.iter().map(named).collect();
    modalities.filter(|all| !all.is_empty())
}

/// Returns the `mediaConfig`.
pub(super) fn parse_media(body: &Map<String, Value>) -> Result<MediaConfig, OperationError> {
    body.get("mediaConfig").and_then(MediaConfig::parse).ok_or_else(|| {
        OperationError::bad_body("mediaConfig is neither service-hosted nor app-hosted with its blob")
    })
}

/// Returns the items of a list of 1 to `limit` values of the type `invitationParticipantInfo`.
pub(super) fn parse_targets<'a>(
    list: Option<&'a Value>,
    limit: usize,
    name: &str,
) -> Result<&'a [Value], OperationError> {
    let targets = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !(1..=limit).contains(&targets.len()) {
        return Err(OperationError::bad_body(format!("the number of {name} is not 1 to {limit}")));
    }
    if !targets.iter().all(is_target) {
        let message = format!(
            "one of the {name} is neither the id of a user or an application nor a phone number in E.164"
        );
        return Err(OperationError::bad_body(message));
    }
    Ok(targets)
}

/// Returns whether a value is an `invitationParticipantInfo` with one user, application or phone.
fn is_target(target: &Value) -> bool {
    let Some(Value::Object(identities)) = target.get("identity") else { return false };
    let mut identities = identities.iter().filter(|(name, value)| !name.contains('@') && !value.is_null());
    let (Some((kind, identity)), None) = (identities.next(), identities.next()) else { return false };
    let id = identity.get("id").and_then(Value::as_str).unwrap_or_default();
    match kind.as_str() {
        "user" | "application" | "applicationInstance" => uuid::Uuid::try_parse(id).is_ok(),
        "phone" => id.strip_prefix('+').is_some_and(|digits| {
            (3..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
        }),
        "azureCommunicationServicesUser" => !id.is_empty(),
        _ => false,
    }
}

/// Parses a JSON object that has only the members `known` and annotations.
pub(super) fn parse_object(body: &str, known: &[&str]) -> Result<Map<String, Value>, OperationError> {
    let Ok(Value::Object(object)) = serde_json::from_str(body) else {
        return Err(OperationError::bad_body("the body is not a JSON object"));
    };
    match object.keys().find(|name| !known.contains(&name.as_str()) && !name.contains('@')) {
        Some(unknown) => {
            Err(OperationError::bad_body(format!("`{unknown}` is not a parameter of this operation")))
        }
        None => Ok(object),
    }
}

/// Returns the `callbackUri`, which has to use HTTPS unless it is on this machine.
pub(super) fn parse_callback(body: &Map<String, Value>) -> Result<Option<Url>, OperationError> {
    let Some(callback) = body.get("callbackUri").filter(|callback| !callback.is_null()) else {
        return Ok(None);
    };
    let url = callback.as_str().and_then(|callback| Url::parse(callback).ok());
    url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        .map(Some)
        .ok_or_else(|| OperationError::bad_body("the callbackUri does not use HTTPS"))
}

/// Returns the `clientContext`, which is optional.
pub(super) fn parse_client_context(body: &Map<String, Value>) -> Result<Option<String>, OperationError> {
    match body.get("clientContext") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(context)) if context.chars().count() <= MAX_CLIENT_CONTEXT => {
            Ok(Some(context.clone()))
        }
        Some(_) => Err(OperationError::bad_body("clientContext is not a string of at most 256 characters")),
    }
}
