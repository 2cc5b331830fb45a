//! The bodies of the operations on a call, as the documentation of Graph describes them.

use serde_json::{Map, Value};
use url::Url;

use super::caller::CallModality;
use super::error::OperationError;
use crate::provider::origin::is_loopback;

/// The body of `reject`.
pub(super) struct Reject {
    /// The reason, in lower case.
    pub reason: String,
    pub callback: Option<Url>,
}

/// The body of `answer`.
pub(super) struct Answer {
    pub callback: Url,
    pub modalities: Vec<CallModality>,
}

/// Parses the body of `reject`. Returns it with the rule that it breaks although it is accepted.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_reject(body: &str) -> Result<(Reject, Option<&'static str>), OperationError> {
    let body = parse_object(body, &["reason", "callbackUri"])?;
    let written = body.get("reason").and_then(Value::as_str).unwrap_or_default();
    let reason = written.to_ascii_lowercase();
    if !matches!(reason.as_str(), "none" | "busy" | "forbidden") {
        return Err(OperationError::bad_body("the reason is none of none, busy, forbidden"));
    }
    let complaint = (written != reason).then_some("the reason is not in lower case");
    Ok((Reject { reason, callback: parse_callback(&body)? }, complaint))
}

/// Parses the body of `answer` to a call with the modalities `requested`.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_answer(body: &str, requested: &[CallModality]) -> Result<Answer, OperationError> {
    let known = ["callbackUri", "acceptedModalities", "mediaConfig", "participantCapacity", "callOptions"];
    let body = parse_object(body, &known)?;
    let callback = parse_callback(&body)?;
    let callback = callback.ok_or_else(|| OperationError::bad_body("the callbackUri is required"))?;
    let modalities: Option<Vec<CallModality>> =
        body.get("acceptedModalities").and_then(Value::as_array).and_then(|all| {
            all.iter()
                .map(|name| CallModality::ALL.into_iter().find(|known| name.as_str() == Some(known.name())))
                .collect()
        });
    // Every call can be answered with audio alone.
    let is_possible = |it: &CallModality| *it == CallModality::Audio || requested.contains(it);
    let modalities =
        modalities.filter(|all| !all.is_empty() && all.iter().all(is_possible)).ok_or_else(|| {
            OperationError::bad_body("acceptedModalities is not a selection of the requested modalities")
        })?;
    let config = body.get("mediaConfig").and_then(Value::as_object);
    let kind = config.and_then(|config| config.get("@odata.type")?.as_str()).unwrap_or_default();
    let has_blob = config.and_then(|config| config.get("blob")).is_some_and(Value::is_string);
    match kind.trim_start_matches('#') {
        "microsoft.graph.serviceHostedMediaConfig" => {}
        "microsoft.graph.appHostedMediaConfig" if has_blob => {}
        _ => {
            let message = "mediaConfig is neither service-hosted nor app-hosted with its blob";
            return Err(OperationError::bad_body(message));
        }
    }
    Ok(Answer { callback, modalities })
}

/// Parses the body of `redirect` and returns the callback.
///
/// # Errors
/// Returns an error if the service would refuse the body.
pub(super) fn parse_redirect(body: &str) -> Result<Option<Url>, OperationError> {
    let known = ["targets", "targetDisposition", "timeout", "maskCallee", "maskCaller", "callbackUri"];
    let body = parse_object(body, &known)?;
    let targets = body.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !(1..=25).contains(&targets.len()) {
        return Err(OperationError::bad_body("the number of targets is not 1 to 25"));
    }
    if !targets.iter().all(is_target) {
        let message = "a target is neither the id of a user nor a phone number in E.164";
        return Err(OperationError::bad_body(message));
    }
    match body.get("timeout") {
        None | Some(Value::Null) => {}
        Some(timeout) if timeout.as_u64().is_some_and(|timeout| (15..=90).contains(&timeout)) => {}
        Some(_) => return Err(OperationError::bad_body("the timeout is not 15 to 90 s")),
    }
    parse_callback(&body)
}

/// Returns whether a value is an `invitationParticipantInfo` with a user or a phone.
fn is_target(target: &Value) -> bool {
    let id = |pointer: &str| target.pointer(pointer).and_then(Value::as_str);
    match (id("/identity/user/id"), id("/identity/phone/id")) {
        (Some(user), None) => uuid::Uuid::try_parse(user).is_ok(),
        (None, Some(phone)) => phone.strip_prefix('+').is_some_and(|digits| {
            (3..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
        }),
        _ => false,
    }
}

/// Parses a JSON object that has only the members `known` and annotations.
fn parse_object(body: &str, known: &[&str]) -> Result<Map<String, Value>, OperationError> {
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
fn parse_callback(body: &Map<String, Value>) -> Result<Option<Url>, OperationError> {
    let Some(callback) = body.get("callbackUri").filter(|callback| !callback.is_null()) else {
        return Ok(None);
    };
    let url = callback.as_str().and_then(|callback| Url::parse(callback).ok());
    url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        .map(Some)
        .ok_or_else(|| OperationError::bad_body("the callbackUri does not use HTTPS"))
}
