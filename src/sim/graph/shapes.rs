//! What the bodies of the actions have to look like.

use serde_json::{Map, Value};
use url::Url;

use super::caller::CallModality;
use super::requests::Wrong;
use crate::provider::origin::is_loopback;

pub(super) struct Reject {
    pub reason: String,
    pub callback: Option<Url>,
}

pub(super) struct Answer {
    pub callback: Option<Url>,
    pub modalities: Vec<CallModality>,
}

pub(super) struct Redirect {
    pub callback: Option<Url>,
}

/// The body of `reject`, and what is wrong with it although it is taken.
pub(super) fn reject(body: &str) -> Result<(Reject, Option<&'static str>), Wrong> {
    let body = object(body, &["reason", "callbackUri"])?;
    let written = body.get("reason").and_then(Value::as_str).unwrap_or_default();
    let reason = written.to_ascii_lowercase();
    if !matches!(reason.as_str(), "none" | "busy" | "forbidden") {
        return Err(Wrong::body("the reason is none of none, busy, forbidden"));
    }
    let complaint = (written != reason).then_some("the reason is to be in lower case");
    Ok((Reject { reason, callback: callback(&body)? }, complaint))
}

/// The body of `answer` to a call that asks for `requested`.
pub(super) fn answer(body: &str, requested: &[CallModality]) -> Result<Answer, Wrong> {
    let known = ["callbackUri", "acceptedModalities", "mediaConfig", "participantCapacity", "callOptions"];
    let body = object(body, &known)?;
    let Some(callback) = callback(&body)? else { return Err(Wrong::body("the callbackUri is required")) };
    let modalities: Option<Vec<CallModality>> =
        body.get("acceptedModalities").and_then(Value::as_array).and_then(|all| {
            all.iter()
                .map(|name| CallModality::ALL.into_iter().find(|known| name.as_str() == Some(known.name())))
                .collect()
        });
    // Any call can be taken with sound alone.
    let asked_for = |it: &CallModality| *it == CallModality::Audio || requested.contains(it);
    let modalities = modalities
        .filter(|all| !all.is_empty() && all.iter().all(asked_for))
        .ok_or_else(|| Wrong::body("acceptedModalities is not a choice of what the call asks for"))?;
    let config = body.get("mediaConfig").and_then(Value::as_object);
    let kind = config.and_then(|config| config.get("@odata.type")?.as_str()).unwrap_or_default();
    let blob = config.and_then(|config| config.get("blob")).is_some_and(Value::is_string);
    match kind.trim_start_matches('#') {
        "microsoft.graph.serviceHostedMediaConfig" => {}
        "microsoft.graph.appHostedMediaConfig" if blob => {}
        _ => return Err(Wrong::body("mediaConfig is neither service-hosted nor app-hosted with its blob")),
    }
    Ok(Answer { callback: Some(callback), modalities })
}

/// The body of `redirect`.
pub(super) fn redirect(body: &str) -> Result<Redirect, Wrong> {
    let known = ["targets", "targetDisposition", "timeout", "maskCallee", "maskCaller", "callbackUri"];
    let body = object(body, &known)?;
    let targets = body.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !(1..=25).contains(&targets.len()) {
        return Err(Wrong::body("there are to be 1 to 25 targets"));
    }
    if !targets.iter().all(is_target) {
        return Err(Wrong::body("a target is neither a user's id nor a phone number in E.164"));
    }
    match body.get("timeout") {
        None | Some(Value::Null) => {}
        Some(timeout) if timeout.as_u64().is_some_and(|timeout| (15..=90).contains(&timeout)) => {}
        Some(_) => return Err(Wrong::body("the timeout is not 15 to 90 s")),
    }
    Ok(Redirect { callback: callback(&body)? })
}

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

/// A JSON object with no members but these and annotations.
fn object(body: &str, known: &[&str]) -> Result<Map<String, Value>, Wrong> {
    let Ok(Value::Object(object)) = serde_json::from_str(body) else {
        return Err(Wrong::body("the body is no JSON object"));
    };
    match object.keys().find(|name| !known.contains(&name.as_str()) && !name.contains('@')) {
        Some(unknown) => Err(Wrong::body(format!("`{unknown}` is no parameter of this action"))),
        None => Ok(object),
    }
}

fn callback(body: &Map<String, Value>) -> Result<Option<Url>, Wrong> {
    let Some(callback) = body.get("callbackUri").filter(|callback| !callback.is_null()) else {
        return Ok(None);
    };
    let url = callback.as_str().and_then(|callback| Url::parse(callback).ok());
    url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        .map(Some)
        .ok_or_else(|| Wrong::body("the callbackUri is not one over HTTPS"))
}
