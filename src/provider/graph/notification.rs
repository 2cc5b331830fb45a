//! The notifications of calls (`commsNotifications`). Unknown members and notifications about other resources are
//! ignored. No URL of a notification is ever requested.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::json::{member, text};

/// The id of a call in Microsoft Graph. Opaque.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(Box<str>);

impl CallId {
    /// The maximum length, in bytes.
    const MAX_LENGTH: usize = 512;

    /// Creates an id, unless the text cannot be a single segment of a path.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        // A segment of dots leads to another path, even if it is percent-encoded.
        let is_valid = !text.is_empty()
            && text.len() <= Self::MAX_LENGTH
            && !matches!(text, "." | "..")
            && !text.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | '?' | '#'));
        is_valid.then(|| Self(text.into()))
    }

    /// Returns the id in the URL of a resource, and whether the resource is the call itself: a roster, for example,
    /// has a longer path.
    #[must_use]
    pub fn from_resource_url(url: &str) -> Option<(Self, bool)> {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let mut segments = path.trim_end_matches('/').split('/');
        segments.by_ref().find(|segment| segment.eq_ignore_ascii_case("calls"))?;
        let id = percent_decode_str(segments.next()?).decode_utf8().ok()?;
        Some((Self::new(&id)?, segments.next().is_none()))
    }

    /// Returns the id as text.
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

/// The kind of a change (`changeType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeType {
    /// The resource was created.
    Created,
    /// The resource was updated.
    Updated,
    /// The resource was deleted.
    Deleted,
}

/// The state of a call (`callState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// The call is ringing.
    Incoming,
    /// The call is being connected.
    Establishing,
    /// The call is connected.
    Established,
    /// The call is connected and being transferred.
    Transferring,
    /// The call is connected, and the new party has accepted its transfer.
    TransferAccepted,
    /// The call is being redirected.
    Redirecting,
    /// The call is ending.
    Terminating,
    /// The call is over.
    Terminated,
    /// A state that this program does not know.
    Other,
}

impl CallState {
    /// Parses a state, ignoring ASCII case.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "incoming" | "ringing" => Self::Incoming,
            "establishing" => Self::Establishing,
            "established" | "hold" => Self::Established,
            "transferring" => Self::Transferring,
            "transferaccepted" => Self::TransferAccepted,
            "redirecting" => Self::Redirecting,
            "terminating" => Self::Terminating,
            "terminated" => Self::Terminated,
            _ => Self::Other,
        }
    }
}

/// A notification of a change of a call (`commsNotification`).
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// The kind of the change.
    pub change: ChangeType,
    /// The call that changed.
    pub call: CallId,
    /// The changed resource (`resourceData`).
    pub content: Content,
}

/// The resource in a notification.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The `call` resource, whole or in part; may be empty.
    Call(Map<String, Value>),
    /// The participants of the call.
    Roster(Vec<Value>),
    /// An operation on the call (`commsOperation`).
    Operation(Map<String, Value>),
}

impl Notification {
    /// Returns the state of the call, if the notification contains one.
    #[must_use]
    pub fn state(&self) -> Option<CallState> {
        match &self.content {
            Content::Call(data) => text(data, "state").map(CallState::parse),
            Content::Roster(_) | Content::Operation(_) => None,
        }
    }

    /// Returns an estimate of the memory that the notification occupies, in bytes. A few characters of JSON can
    /// occupy a hundred times as much.
    #[must_use]
    pub fn size(&self) -> usize {
        let content = match &self.content {
            Content::Call(data) | Content::Operation(data) => size_of_object(data),
            Content::Roster(items) => size_of_items(items),
        };
        size_of::<Self>() + self.call.as_str().len() + content
    }
}

/// The size of the node that an object allocates for several members at once, in bytes.
const NODE_SIZE: usize = 640;

fn size_of_object(object: &Map<String, Value>) -> usize {
    let member =
        |(name, value): (&String, &Value)| 2 * size_of::<Value>() + name.len() + size_of_contents(value);
    object.iter().map(member).sum::<usize>() + if object.is_empty() { 0 } else { NODE_SIZE }
}

fn size_of_items(items: &[Value]) -> usize {
    items.iter().map(|item| size_of::<Value>() + size_of_contents(item)).sum()
}

/// Returns the memory that a value refers to. The recursion is bounded by the depth that the parser permits.
fn size_of_contents(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => size_of_items(items),
        Value::Object(object) => size_of_object(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// The decoded body of a request to the webhook.
#[derive(Clone, Debug, PartialEq)]
pub enum NotificationBody {
    /// The notifications about calls, in order, and the number of other notifications.
    Notifications(Vec<Notification>, usize),
    /// A JSON object of another format.
    Foreign,
    /// Anything else.
    DecodeError,
}

/// Decodes the body of a request to the webhook.
#[must_use]
pub fn decode(body: &[u8]) -> NotificationBody {
    let Ok(Value::Object(document)) = serde_json::from_slice(body) else {
        return NotificationBody::DecodeError;
    };
    let Some(Value::Array(items)) = member(&document, "value") else { return NotificationBody::Foreign };
    let about_calls: Vec<Notification> = items.iter().filter_map(decode_item).collect();
    let others = items.len() - about_calls.len();
    NotificationBody::Notifications(about_calls, others)
}

fn decode_item(item: &Value) -> Option<Notification> {
    let item = item.as_object()?;
    let change = match text(item, "changeType")?.to_ascii_lowercase().as_str() {
        "created" => ChangeType::Created,
        "updated" => ChangeType::Updated,
        "deleted" => ChangeType::Deleted,
        _ => return None,
    };
    let data = member(item, "resourceData");
    let own_url = data.and_then(Value::as_object).and_then(|data| text(data, "@odata.id"));
    let urls = [text(item, "resourceUrl"), own_url, text(item, "resource")];
    let (call, is_call) = urls.into_iter().flatten().find_map(CallId::from_resource_url)?;
    let content = match data {
        None | Some(Value::Null) if is_call => Content::Call(Map::new()),
        Some(Value::Object(data)) if is_call => Content::Call(data.clone()),
        Some(Value::Object(data)) if is_operation(data) => Content::Operation(data.clone()),
        Some(Value::Array(items)) if !is_call => Content::Roster(items.clone()),
        // The data of another resource.
        Some(_) | None => return None,
    };
    Some(Notification { change, call, content })
}

/// Returns whether an object is a `commsOperation`, of whatever kind.
fn is_operation(data: &Map<String, Value>) -> bool {
    text(data, "@odata.type").is_some_and(|kind| kind.to_ascii_lowercase().ends_with("operation"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_named_by_its_address_whatever_its_case() {
        let id = |url| CallId::from_resource_url(url).map(|(id, is_call)| (id.as_str().to_owned(), is_call));
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
            "/calls//participants",
            "/calls/..",
            "/calls/%2e%2e",
            "/calls/a%2Fb",
            "/chats/1",
            "/calls/%00",
        ] {
            assert_eq!(id(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_id_of_a_call_has_a_maximum_length() {
        for (length, is_id) in [(1, true), (512, true), (513, false)] {
            assert_eq!(CallId::new(&"x".repeat(length)).is_some(), is_id, "{length}");
        }
    }

    #[test]
    fn the_states_of_a_call_are_known_by_their_names() {
        for (name, state) in [
            ("incoming", CallState::Incoming),
            ("Ringing", CallState::Incoming),
            ("establishing", CallState::Establishing),
            ("established", CallState::Established),
            ("hold", CallState::Established),
            ("transferring", CallState::Transferring),
            ("transferAccepted", CallState::TransferAccepted),
            ("redirecting", CallState::Redirecting),
            ("terminating", CallState::Terminating),
            ("terminated", CallState::Terminated),
            ("undefined", CallState::Other),
        ] {
            assert_eq!(CallState::parse(name), state, "{name}");
        }
    }

    #[test]
    fn the_size_of_a_notification_grows_with_all_that_is_in_it() {
        let size = |id: &str, data: Value| {
            let content = match data {
                Value::Array(items) => Content::Roster(items),
                data => Content::Call(data.as_object().cloned().unwrap_or_default()),
            };
            let call = CallId::new(id).unwrap();
            Notification { change: ChangeType::Created, call, content }.size()
        };
        let least = size("1", serde_json::json!({}));
        assert!(least >= size_of::<Notification>());
        assert_eq!(size(&"1".repeat(500), serde_json::json!({})), least + 499);
        let long = "x".repeat(10_000);
        let members: Map<String, Value> = (0..100).map(|number| (number.to_string(), Value::Null)).collect();
        for (data, expected) in [
            (serde_json::json!({ "text": long }), 10_000),
            (serde_json::json!({ (long.as_str()): 1 }), 10_000),
            (serde_json::json!({ "list": [long, long] }), 20_000),
            (serde_json::json!([{}, {}, { "text": long }]), 10_000),
            (members.into(), 200 * size_of::<Value>()),
            (serde_json::json!({ "list": vec![0; 100] }), 100 * size_of::<Value>()),
        ] {
            let more = size("1", data) - least;
            assert!((expected..expected + 2_000).contains(&more), "{more} instead of {expected}");
        }
    }

    #[test]
    fn what_is_about_calls_is_told_from_what_is_not() {
        let body = r#"{"value": [
            {"changeType": "created", "resourceUrl": "/communications/calls/1"},
            {"changeType": "created", "resourceUrl": "/chats/1"}, 5,
            {"changeType": "renamed", "resourceUrl": "/communications/calls/1"}
        ]}"#;
        let NotificationBody::Notifications(about_calls, others) = decode(body.as_bytes()) else {
            panic!("{body}");
        };
        assert_eq!((about_calls.len(), others), (1, 3));
    }

    #[test]
    fn a_notification_is_about_the_call_its_roster_or_an_operation() {
        let decoded = |path: &str, data: Value| {
            let item = serde_json::json!({
                "changeType": "updated", "resourceUrl": format!("/communications/calls/57da{path}"),
                "resourceData": data,
            });
            decode_item(&item).map(|notification| notification.content)
        };
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let operation = json(r##"{"@odata.type": "#microsoft.graph.inviteParticipantsOperation"}"##);
        let roster = json(r#"[{"id": "1"}]"#);
        let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
        assert_eq!(decoded("", Value::Null), Some(Content::Call(Map::new())));
        assert_eq!(decoded("", operation.clone()), Some(Content::Call(object(&operation))));
        assert_eq!(decoded("/operations/7", operation.clone()), Some(Content::Operation(object(&operation))));
        let items = roster.as_array().cloned().unwrap_or_default();
        assert_eq!(decoded("/participants", roster.clone()), Some(Content::Roster(items)));
        for (path, data) in
            [("", roster), ("/participants/1", json(r#"{"id": "1"}"#)), ("/operations/7", Value::Null)]
        {
            assert_eq!(decoded(path, data), None, "{path}");
        }
    }
}
