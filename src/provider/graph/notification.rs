//! What a notification says (`commsNotifications`): which call changed, and how. All that is unknown is passed
//! over; nothing in it is ever used as a host.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Names a call at Microsoft Graph; opaque.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(Box<str>);

impl CallId {
    const LONGEST: usize = 512;

    /// The name, unless it can't be one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        // A path that is made of dots leads elsewhere, however it is encoded.
        let fine = !text.is_empty()
            && text.len() <= Self::LONGEST
            && !matches!(text, "." | "..")
            && !text.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | '?' | '#'));
        fine.then(|| Self(text.into()))
    }

    /// The call that a resource's address names, and whether the address is the call's own: that of its
    /// participants, for example, goes on.
    #[must_use]
    pub fn of_resource(address: &str) -> Option<(Self, bool)> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let mut segments = path.trim_end_matches('/').split('/');
        segments.by_ref().find(|segment| segment.eq_ignore_ascii_case("calls"))?;
        let id = percent_decode_str(segments.next()?).decode_utf8().ok()?;
        Some((Self::new(&id)?, segments.next().is_none()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, formatter)
    }
}

/// What happened to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is there.
    Created,
    /// Some of it is different.
    Updated,
    /// It is over.
    Deleted,
}

/// How far a call is (`callState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// It waits for an answer.
    Incoming,
    /// It is being set up.
    Establishing,
    /// Somebody talks.
    Established,
    /// It goes to somebody else.
    Redirecting,
    /// It ends.
    Terminating,
    /// It is over.
    Terminated,
    /// Something else.
    Other,
}

impl CallState {
    /// The state of that name, whatever its case.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "incoming" | "ringing" => Self::Incoming,
            "establishing" => Self::Establishing,
            "established" | "hold" | "transferring" | "transferaccepted" => Self::Established,
            "redirecting" => Self::Redirecting,
            "terminating" => Self::Terminating,
            "terminated" => Self::Terminated,
            _ => Self::Other,
        }
    }
}

/// One notification about one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// What happened.
    pub change: Change,
    /// To which call.
    pub call: CallId,
    /// What is said of the call; empty where nothing is.
    pub data: Map<String, Value>,
}

impl Notification {
    /// How far the call is, if that is said.
    #[must_use]
    pub fn state(&self) -> Option<CallState> {
        text(&self.data, "state").map(CallState::parse)
    }

    /// The memory that it takes (bytes), roughly: a few characters of JSON can take a hundred times as much.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.call.as_str().len() + size_of_object(&self.data)
    }
}

/// An object allots memory for several members at once.
const NODE: usize = 640;

fn size_of_object(object: &Map<String, Value>) -> usize {
    let member =
        |(name, value): (&String, &Value)| 2 * size_of::<Value>() + name.len() + size_of_value(value);
    object.iter().map(member).sum::<usize>() + if object.is_empty() { 0 } else { NODE }
}

/// What a value takes beyond its own place. Never deep: the parser sees to that.
fn size_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| size_of::<Value>() + size_of_value(item)).sum(),
        Value::Object(object) => size_of_object(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// What a body is.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Notifications; those about calls, in order, and how many others there were.
    Notifications(Vec<Notification>, usize),
    /// A document of another format.
    Foreign,
    /// No JSON.
    DecodeError,
}

/// Reads a body.
#[must_use]
pub fn read(body: &[u8]) -> Body {
    let Ok(Value::Object(document)) = serde_json::from_slice(body) else { return Body::DecodeError };
    let Some(Value::Array(items)) = get(&document, "value") else { return Body::Foreign };
    let about_calls: Vec<Notification> = items.iter().filter_map(notification).collect();
    let others = items.len() - about_calls.len();
    Body::Notifications(about_calls, others)
}

fn notification(item: &Value) -> Option<Notification> {
    let item = item.as_object()?;
    let change = match text(item, "changeType")?.to_ascii_lowercase().as_str() {
        "created" => Change::Created,
        "updated" => Change::Updated,
        "deleted" => Change::Deleted,
        _ => return None,
    };
    let data = match get(item, "resourceData") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(data)) => data.clone(),
        // A roster, or something else that is not the call.
        Some(_) => return None,
    };
    let addresses = [text(item, "resourceUrl"), text(&data, "@odata.id"), text(item, "resource")];
    let (call, own) = addresses.into_iter().flatten().find_map(CallId::of_resource)?;
    own.then_some(Notification { change, call, data })
}

/// A member of an object, whatever the case of its name.
#[must_use]
pub fn get<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// A member that is text and not empty.
#[must_use]
pub fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    get(object, name)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_named_by_its_address_whatever_its_case() {
        let id = |address| CallId::of_resource(address).map(|(id, own)| (id.as_str().to_owned(), own));
        assert_eq!(id("/communications/calls/57da-b1"), Some(("57da-b1".into(), true)));
        assert_eq!(id("/app/Calls/57DA/"), Some(("57DA".into(), true)));
        assert_eq!(
            id("https://evil.example/v1.0/communications/calls/57da?x=/calls/2"),
            Some(("57da".into(), true))
        );
        assert_eq!(id("/communications/calls/57da/participants"), Some(("57da".into(), false)));
        assert_eq!(id("/communications/calls/a%20b"), Some(("a b".into(), true)));
        for nothing in [
            "",
            "/communications/calls/",
            "/calls/..",
            "/calls/%2e%2e",
            "/calls/a%2Fb",
            "/chats/1",
            "/calls/%00",
        ] {
            assert_eq!(id(nothing), None, "{nothing}");
        }
    }
}
