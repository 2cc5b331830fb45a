//! From what a `call` says to what an invitation is.

use serde_json::{Map, Value};

use super::notification::{get, text};
use crate::invitation::{Fact, Invitation, Party};
use crate::text::DisplayText;

/// More routes than a person reads.
const ROUTES: usize = 8;

/// Whether a call comes to the bot; one that says nothing of it does.
#[must_use]
pub fn is_incoming(data: &Map<String, Value>) -> bool {
    text(data, "direction").is_none_or(|direction| direction.eq_ignore_ascii_case("incoming"))
}

/// The tenant that a call belongs to, if what it says is the id of one.
#[must_use]
pub fn tenant(data: &Map<String, Value>) -> Option<String> {
    let of_caller = || {
        let identity = identity(get(data, "source")?)?;
        identity.iter().find_map(|(_, value)| text(value.as_object()?, "tenantId"))
    };
    let said = text(data, "tenantId").or_else(of_caller)?;
    // In one form, so that it has one token.
    uuid::Uuid::parse_str(said).ok().map(|id| id.to_string())
}

/// Takes over what a call says and keeps what it is silent about.
pub fn merge(invitation: &mut Invitation, data: &Map<String, Value>) {
    if let Some(from) = get(data, "source").and_then(party) {
        invitation.from = from;
    }
    let first = get(data, "targets").and_then(|targets| targets.as_array()?.first());
    if let Some(to) = first.and_then(party) {
        invitation.to = Some(to);
    }
    if let Some(subject) = text(data, "subject") {
        invitation.subject = DisplayText::new(subject);
    }
    if let Some(Value::Array(routes)) = get(data, "callRoutes") {
        invitation.routes = routes.iter().take(ROUTES).filter_map(route).collect();
    }
    let facts = [
        ("media", get(data, "requestedModalities").map(modalities)),
        ("group", group(data)),
        ("meeting", organizer(data)),
        ("tenant", tenant(data)),
    ];
    for (label, value) in facts {
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        let value = DisplayText::new(&value);
        match invitation.facts.iter_mut().find(|fact| fact.label == label) {
            Some(fact) => fact.value = value,
            None => invitation.facts.push(Fact { label, value }),
        }
    }
}

fn modalities(value: &Value) -> String {
    let words = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(|word| {
        match word.to_ascii_lowercase().as_str() {
            "videobasedscreensharing" => "screen sharing".to_owned(),
            word => word.to_owned(),
        }
    });
    words.take(8).collect::<Vec<_>>().join(", ")
}

/// An invitation into a group call tells of its chat; a call between two does not.
fn group(data: &Map<String, Value>) -> Option<String> {
    let chat = get(data, "chatInfo")?.as_object()?;
    Some(text(chat, "threadId").map_or_else(|| "a group call".into(), |thread| format!("chat {thread}")))
}

fn organizer(data: &Map<String, Value>) -> Option<String> {
    let meeting = get(data, "meetingInfo")?.as_object()?;
    let who = get(meeting, "organizer").and_then(Value::as_object).map(of_identity);
    Some(match who {
        Some(who) if !who.uri.is_empty() => format!("organised by {}", who.full()),
        _ => "of a meeting".into(),
    })
}

fn route(route: &Value) -> Option<DisplayText> {
    let route = route.as_object()?;
    let from = get(route, "original").and_then(Value::as_object).map(of_identity)?;
    let kind = text(route, "routingType").unwrap_or_default().to_ascii_lowercase();
    let words = match kind.as_str() {
        "forwarded" => format!("forwarded from {}", from.full()),
        "lookup" => format!("called as {}", from.full()),
        "selffork" => format!("rings at {}, too", from.full()),
        _ => format!("by way of {}", from.full()),
    };
    Some(DisplayText::new(&words))
}

/// A participant: somebody with an identity.
fn party(participant: &Value) -> Option<Party> {
    identity(participant).map(of_identity)
}

fn identity(participant: &Value) -> Option<&Map<String, Value>> {
    get(participant.as_object()?, "identity")?.as_object()
}

const ENCRYPTED: &str = "encrypted";

/// The kinds of identity, how an address of each begins, and what is said of it.
const IDENTITIES: [(&str, &str, &str); 11] = [
    ("user", "user", "user"),
    ("phone", "tel", "phone"),
    ("guest", "guest", "guest"),
    ("application", "app", "application"),
    ("applicationInstance", "app", "application instance"),
    ("azureCommunicationServicesUser", "acs", "Azure Communication Services"),
    ("communicationsUser", "acs", "Azure Communication Services"),
    ("onPremises", "onpremises", "on premises"),
    ("device", "device", "device"),
    ("assertedIdentity", "asserted", "asserted by the network"),
    ("encrypted", ENCRYPTED, "encrypted: a Calls permission would tell who it is"),
];

fn of_identity(set: &Map<String, Value>) -> Party {
    let known = IDENTITIES.iter().find_map(|(kind, scheme, origin)| {
        let identity = get(set, kind)?.as_object()?;
        Some((identity, *scheme, DisplayText::new(origin)))
    });
    // Kinds of identity are added now and then: what is not known is named as the service names it.
    let other = || {
        set.iter()
            .filter(|(kind, _)| !kind.starts_with('@'))
            .find_map(|(kind, identity)| Some((identity.as_object()?, kind.as_str(), DisplayText::new(kind))))
    };
    let Some((identity, scheme, origin)) = known.or_else(other) else { return Party::default() };
    let name = text(identity, "displayName").unwrap_or_default();
    // The id of somebody encrypted is no address of anybody.
    let id = text(identity, "id").filter(|_| scheme != ENCRYPTED);
    let uri = id.map_or_else(String::new, |id| format!("{scheme}:{id}"));
    Party { name: DisplayText::new(name), uri: DisplayText::new(&uri), origin }
}
