//! Decoding of the `call` resource.

use serde_json::{Map, Value, json};

use super::json::{member, text};
use crate::invitation::{Fact, Invitation, Party};
use crate::text::DisplayText;

/// The maximum number of routes that are shown.
const MAX_ROUTES: usize = 8;

/// The maximum number of modalities that are shown.
const MAX_MODALITIES: usize = 8;

/// The maximum number of participants that are shown.
const MAX_PARTICIPANTS: usize = 256;

/// Returns whether a call is incoming (`direction`), which is the default.
#[must_use]
pub fn is_incoming(data: &Map<String, Value>) -> bool {
    text(data, "direction").is_none_or(|direction| direction.eq_ignore_ascii_case("incoming"))
}

/// Returns the id of the tenant that a call belongs to: its own `tenantId`, or else that of its caller.
#[must_use]
pub fn tenant_id(data: &Map<String, Value>) -> Option<String> {
    let of_caller = || {
        let identity = identity(member(data, "source")?)?;
        identity.iter().find_map(|(_, value)| text(value.as_object()?, "tenantId"))
    };
    let id = text(data, "tenantId").or_else(of_caller)?;
    // Formatted again, so that all forms of an id share one token.
    uuid::Uuid::parse_str(id).ok().map(|id| id.to_string())
}

/// Returns whether a call is a group call: it has a chat or a meeting, which a call between two parties lacks.
#[must_use]
pub fn is_group(data: &Map<String, Value>) -> bool {
    ["chatInfo", "meetingInfo"].iter().any(|name| member(data, name).is_some_and(Value::is_object))
}

/// Returns the caller of a group call as a `participantInfo` for a request: the identity, and the id of the participant
/// if it is known.
#[must_use]
pub fn caller_info(data: &Map<String, Value>) -> Option<Value> {
    let identity = identity(member(data, "source")?)?;
    let (kind, id, caller) = identity.iter().find_map(|(kind, value)| {
        let caller = value.as_object()?;
        Some((kind, text(caller, "id").filter(|_| kind != ENCRYPTED)?, caller))
    })?;
    let mut info = json!({
        "@odata.type": "#microsoft.graph.participantInfo",
        "identity": {
            "@odata.type": "#microsoft.graph.identitySet",
            kind: { "@odata.type": "#microsoft.graph.identity", "id": id, "tenantId": text(caller, "tenantId") },
        },
    });
    let context = member(data, "incomingContext").and_then(Value::as_object);
    if let (Some(id), Some(info)) =
        (context.and_then(|context| text(context, "sourceParticipantId")), info.as_object_mut())
    {
        info.insert("participantId".into(), id.into());
    }
    Some(info)
}

/// A participant of a call.
#[derive(Clone, Debug)]
pub struct RosterEntry {
    /// The id of the participant; may be empty.
    pub id: String,
    /// The name and the address.
    pub party: Party,
}

/// Decodes the participants of a call (`participant`), of which the first [`MAX_PARTICIPANTS`] are read.
#[must_use]
pub fn roster(participants: &[Value]) -> Vec<RosterEntry> {
    let entry = |participant: &Value| {
        let participant = participant.as_object()?;
        let party = party(member(participant, "info")?)?;
        Some(RosterEntry { id: text(participant, "id").unwrap_or_default().to_owned(), party })
    };
    participants.iter().take(MAX_PARTICIPANTS).filter_map(entry).collect()
}

/// Updates an invitation from a `call` resource, which may be partial: absent members leave the invitation as it is.
pub fn merge(invitation: &mut Invitation, data: &Map<String, Value>) {
    if let Some(from) = member(data, "source").and_then(party) {
        invitation.from = from;
    }
    let first = member(data, "targets").and_then(|targets| targets.as_array()?.first());
    if let Some(to) = first.and_then(party) {
        invitation.to = Some(to);
    }
    if let Some(subject) = text(data, "subject") {
        invitation.subject = DisplayText::new(subject);
    }
    if let Some(Value::Array(routes)) = member(data, "callRoutes") {
        invitation.routes = routes.iter().take(MAX_ROUTES).filter_map(route).collect();
    }
    let facts = [
        ("media", member(data, "requestedModalities").map(modalities)),
        ("group", group(data)),
        ("meeting", organizer(data)),
        (Invitation::TENANT, tenant_id(data)),
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
    words.take(MAX_MODALITIES).collect::<Vec<_>>().join(", ")
}

/// Describes a group call by its chat (`chatInfo`), which a call between two parties lacks.
fn group(data: &Map<String, Value>) -> Option<String> {
    let chat = member(data, "chatInfo")?.as_object()?;
    Some(text(chat, "threadId").map_or_else(|| "a group call".into(), |thread| format!("chat {thread}")))
}

/// Describes the meeting of a call by its organizer (`meetingInfo`).
fn organizer(data: &Map<String, Value>) -> Option<String> {
    let meeting = member(data, "meetingInfo")?.as_object()?;
    let organizer = member(meeting, "organizer").and_then(Value::as_object).map(decode_identity);
    Some(match organizer {
        Some(party) if !party.uri.is_empty() => format!("organized by {}", party.full()),
        _ => "of a meeting".into(),
    })
}

/// Describes a `callRoute`.
fn route(route: &Value) -> Option<DisplayText> {
    let route = route.as_object()?;
    let from = member(route, "original").and_then(Value::as_object).map(decode_identity)?;
    let kind = text(route, "routingType").unwrap_or_default().to_ascii_lowercase();
    let words = match kind.as_str() {
        "forwarded" => format!("forwarded from {}", from.full()),
        "lookup" => format!("called as {}", from.full()),
        "selffork" => format!("also rings {}", from.full()),
        _ => format!("via {}", from.full()),
    };
    Some(DisplayText::new(&words))
}

/// Decodes a `participantInfo`.
fn party(participant: &Value) -> Option<Party> {
    identity(participant).map(decode_identity)
}

fn identity(participant: &Value) -> Option<&Map<String, Value>> {
    member(participant.as_object()?, "identity")?.as_object()
}

/// The scheme of an encrypted identity.
const ENCRYPTED: &str = "encrypted";

/// The identities of an `identitySet`: the member, the scheme of the URI that is shown for it, and its description.
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
    ("encrypted", ENCRYPTED, "encrypted: the bot needs a Calls permission to see who it is"),
];

/// Decodes an `identitySet`.
fn decode_identity(set: &Map<String, Value>) -> Party {
    let known = IDENTITIES.iter().find_map(|(kind, scheme, origin)| {
        let identity = member(set, kind)?.as_object()?;
        Some((identity, *scheme, DisplayText::new(origin)))
    });
    // An identity that was added to the service later is described by the name of its member.
    let other = || {
        set.iter()
            .filter(|(kind, _)| !kind.starts_with('@'))
            .find_map(|(kind, identity)| Some((identity.as_object()?, kind.as_str(), DisplayText::new(kind))))
    };
    let Some((identity, scheme, origin)) = known.or_else(other) else { return Party::default() };
    let name = text(identity, "displayName").unwrap_or_default();
    // The id of an encrypted identity is not an address.
    let id = text(identity, "id").filter(|_| scheme != ENCRYPTED);
    let uri = id.map_or_else(String::new, |id| format!("{scheme}:{id}"));
    Party { name: DisplayText::new(name), uri: DisplayText::new(&uri), origin }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::invitation::{AccountId, Direction, InvitationId, Kind, Moment};

    const TENANT: &str = "4A1FD02F00004000800000000000000B";

    fn call() -> Invitation {
        let id = InvitationId { account: AccountId(0), number: 1 };
        Invitation::new(id, Kind::Call, Direction::Incoming, Moment::default(), Moment::default())
    }

    /// Returns an empty call after a resource was merged into it.
    fn merged(data: &Value) -> Invitation {
        let mut invitation = call();
        merge(&mut invitation, data.as_object().unwrap());
        invitation
    }

    fn fact(data: &Value, label: &str) -> Option<String> {
        merged(data).facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.to_string())
    }

    #[test]
    fn the_media_the_chat_and_the_meeting_of_a_call_are_described() {
        let lene = json!({ "user": { "id": "l", "displayName": "Lene" } });
        for (data, label, described) in [
            (
                json!({ "requestedModalities": ["Audio", "VideoBasedScreenSharing"] }),
                "media",
                Some("audio, screen sharing"),
            ),
            (json!({ "requestedModalities": [] }), "media", None),
            (json!({ "chatInfo": { "threadId": "19:x" } }), "group", Some("chat 19:x")),
            (json!({ "chatInfo": {} }), "group", Some("a group call")),
            (json!({ "chatInfo": null }), "group", None),
            (json!({ "meetingInfo": { "organizer": lene } }), "meeting", Some("organized by Lene <user:l>")),
            (json!({ "meetingInfo": { "organizer": { "user": {} } } }), "meeting", Some("of a meeting")),
            (json!({ "meetingInfo": {} }), "meeting", Some("of a meeting")),
            (json!({}), "meeting", None),
        ] {
            assert_eq!(fact(&data, label).as_deref(), described, "{data}");
        }
    }

    #[test]
    fn each_way_on_which_a_call_has_come_is_described() {
        let original = json!({ "user": { "id": "k", "displayName": "Kim" } });
        let routes = ["Forwarded", "lookup", "selfFork", "other"]
            .map(|kind| json!({ "routingType": kind, "original": original }));
        let call = merged(&json!({ "callRoutes": [routes[0], "nonsense", routes[1], routes[2], routes[3]] }));
        let words =
            ["forwarded from", "called as", "also rings", "via"].map(|it| format!("{it} Kim <user:k>"));
        assert_eq!(call.routes.iter().map(ToString::to_string).collect::<Vec<_>>(), words);
        let many = vec![routes[0].clone(); MAX_ROUTES + 1];
        assert_eq!(merged(&json!({ "callRoutes": many })).routes.len(), MAX_ROUTES);
    }

    #[test]
    fn the_tenant_is_that_of_the_call_or_else_of_the_caller_in_one_form() {
        let of_caller = |id: &str| json!({ "identity": { "user": { "id": "l", "tenantId": id } } });
        let other = "00000000-0000-0000-0000-000000000001";
        let expected = Some("4a1fd02f-0000-4000-8000-00000000000b");
        for (data, tenant) in [
            (json!({ "tenantId": TENANT, "source": of_caller(other) }), expected),
            (json!({ "source": of_caller(TENANT) }), expected),
            (json!({ "tenantId": "contoso" }), None),
            (json!({}), None),
        ] {
            assert_eq!(tenant_id(data.as_object().unwrap()).as_deref(), tenant, "{data}");
        }
    }

    #[test]
    fn an_identity_of_a_new_kind_is_described_by_the_name_of_its_kind() {
        let robot = json!({ "id": "r", "displayName": "R2" });
        let from = |identity: Value| merged(&json!({ "source": { "identity": identity } })).from;
        let party = from(json!({ "@odata.type": {}, "robot": robot, "tool": null }));
        let words = [&party.name, &party.uri, &party.origin].map(DisplayText::as_str);
        assert_eq!(words, ["R2", "robot:r", "robot"]);
        assert_eq!(from(json!({ "@odata.type": "#microsoft.graph.identitySet" })), Party::default());
    }

    #[test]
    fn only_a_call_that_says_so_is_not_incoming() {
        for (data, incoming) in [
            (json!({}), true),
            (json!({ "direction": "Incoming" }), true),
            (json!({ "direction": "outgoing" }), false),
        ] {
            assert_eq!(is_incoming(data.as_object().unwrap()), incoming, "{data}");
        }
    }

    #[test]
    fn what_a_later_resource_leaves_out_stays() {
        let mut call = merged(&json!({ "subject": "Budget", "requestedModalities": ["audio"],
            "source": { "identity": { "guest": { "id": "g", "displayName": "Gus" } } } }));
        merge(&mut call, json!({ "requestedModalities": ["video"] }).as_object().unwrap());
        assert_eq!((call.from.name.as_str(), call.subject.as_str()), ("Gus", "Budget"));
        let values: Vec<&str> = call.facts.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(values, ["video"], "one fact of each kind");
    }
}
