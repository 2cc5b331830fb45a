//! Decoding the domain's types from resources.

use data_url::DataUrl;

use super::effects::ContactPart;
use crate::invitation::{
    Availability, Contact, Direction, Fact, Importance, Invitation, InvitationId, Kind, MeetingRole,
    MissedLog, Moment, Party, Presence, Stage,
};
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// The maximum length of a message that is decoded (bytes, before decoding). The rest is cut off.
const MAX_MESSAGE: usize = 64 * 1024;

/// Returns the kind of invitation that a rel names.
#[must_use]
pub fn kind(rel: &str) -> Option<Kind> {
    Some(match rel {
        "messagingInvitation" => Kind::Message,
        "phoneAudioInvitation" => Kind::Phone,
        "audioVideoInvitation" => Kind::AudioVideo,
        "onlineMeetingInvitation" => Kind::Meeting,
        "participantInvitation" => Kind::Participant,
        _ => return None,
    })
}

/// Creates an invitation that has not been read.
#[must_use]
pub fn new_invitation(id: InvitationId, kind: Kind, arrived: Moment, deadline: Moment) -> Invitation {
    // The UCWA reference knows no incoming participantInvitation.
    let direction = if kind == Kind::Participant { Direction::Outgoing } else { Direction::Incoming };
    Invitation::new(id, kind, direction, arrived, deadline)
}

/// Returns the stage of a pending invitation that a `state` names.
#[must_use]
pub fn stage(state: &str) -> Option<Stage> {
    Some(match state {
        "Connecting" | "Alerting" => Stage::Ringing,
        "TeamRing" => Stage::TeamRing,
        "Forwarded" => Stage::Forwarded,
        "Connected" => Stage::Connecting,
        _ => return None,
    })
}

/// Sets the properties of an invitation that a resource has, and keeps the others.
pub fn merge_invitation(invitation: &mut Invitation, resource: &Resource<'_>) {
    if invitation.kind != Kind::Participant {
        match resource.text("direction") {
            Some("Outgoing") => invitation.direction = Direction::Outgoing,
            Some("Incoming") => invitation.direction = Direction::Incoming,
            _ => {}
        }
    }
    match resource.text("importance") {
        Some("Urgent") => invitation.importance = Importance::Urgent,
        Some("Emergency") => invitation.importance = Importance::Emergency,
        Some("Normal") => invitation.importance = Importance::Normal,
        _ => {}
    }
    if let Some(subject) = resource.text("subject") {
        invitation.subject = DisplayText::new(subject);
    }
    if let Some(uri) = resource.text("onlineMeetingUri") {
        invitation.meeting = DisplayText::new(uri);
    }
    if let Some(text) = resource.href("message").or(resource.text("message")) {
        invitation.message = message_text(text);
    }
    merge_facts(invitation, resource);
}

/// Sets the facts of an invitation: the user's phone that rings, and whether it is their private line.
fn merge_facts(invitation: &mut Invitation, resource: &Resource<'_>) {
    let line = (resource.flag("privateLine") == Some(true)).then_some("your private line");
    for (label, value) in [(Invitation::PHONE, resource.text("phoneNumber")), (Invitation::LINE, line)] {
        if value.is_some() {
            set_fact(invitation, label, value);
        }
    }
}

/// Sets a fact of an invitation, or removes it if there is no value.
pub fn set_fact(invitation: &mut Invitation, label: &'static str, value: Option<&str>) {
    invitation.facts.retain(|fact| fact.label != label || value.is_some());
    let Some(value) = value.map(DisplayText::new) else { return };
    match invitation.facts.iter_mut().find(|fact| fact.label == label) {
        Some(fact) => fact.value = value,
        None => invitation.facts.push(Fact { label, value }),
    }
}

/// Returns whether two URIs name the same address. Of the rules of RFC 3261, section 19.1.4, only case matters in
/// practice.
#[must_use]
pub fn is_same_address(a: &DisplayText, b: &DisplayText) -> bool {
    !a.is_empty() && a.as_str().eq_ignore_ascii_case(b.as_str())
}

/// Decodes a person or a phone (`participant`, `contact`).
#[must_use]
pub fn party(resource: &Resource<'_>) -> Party {
    let numbers = ["uri", "workPhoneNumber", "otherPhoneNumber"];
    let uri = numbers.into_iter().find_map(|name| resource.text(name)).unwrap_or_default();
    let mut origin: Vec<&str> = network(resource).into_iter().collect();
    if resource.flag("anonymous") == Some(true) {
        origin.push("anonymous");
    }
    let name = resource.text("name").or_else(|| resource.link("self").and_then(|link| link.title.as_deref()));
    Party {
        name: DisplayText::new(name.unwrap_or_default()),
        uri: DisplayText::new(uri),
        origin: DisplayText::new(&origin.join(", ")),
    }
}

/// Decodes the role of a participant in a meeting; `None` if the server does not say.
#[must_use]
pub fn meeting_role(resource: &Resource<'_>) -> Option<MeetingRole> {
    match (resource.flag("organizer"), resource.text("role")) {
        (Some(true), _) => Some(MeetingRole::Organizer),
        (_, Some("Leader")) => Some(MeetingRole::Presenter),
        (_, Some("Attendee")) => Some(MeetingRole::Attendee),
        _ => None,
    }
}

/// Sets what a `contact` says of a person.
pub fn merge_contact(contact: &mut Contact, resource: &Resource<'_>) {
    let text = |name| DisplayText::new(resource.text(name).unwrap_or_default());
    contact.origin = DisplayText::new(network(resource).unwrap_or_default());
    contact.title = text("title");
    contact.department = text("department");
    contact.company = text("company");
}

/// Sets what a part of a `contact` says of a person.
pub fn merge_contact_part(contact: &mut Contact, part: ContactPart, resource: &Resource<'_>) {
    let text = |name| DisplayText::new(resource.text(name).unwrap_or_default());
    match part {
        ContactPart::Presence => contact.presence = presence(resource),
        ContactPart::Note => {
            contact.note = text("message");
            contact.is_absent = resource.text("type") == Some("OutOfOffice");
        }
        ContactPart::Location => contact.location = text("location"),
    }
}

/// Returns the relation of a person to the user's organization in words, if the server names one that is known.
fn network(resource: &Resource<'_>) -> Option<&'static str> {
    match resource.text("sourceNetwork") {
        Some("SameEnterprise") => Some("your organization"),
        Some("Federated") => Some("federated"),
        Some("PublicCloud") => Some("public cloud"),
        Some("Everyone") => Some("external"),
        _ => None,
    }
}

/// Decodes a `conversationLog` of an incoming call or conversation that was missed; `None` if it is another one, or has no time.
#[must_use]
pub fn missed_log(resource: &Resource<'_>, number: u64) -> Option<MissedLog> {
    let is_missed =
        resource.text("status") == Some("Missed") && resource.text("direction") != Some("Outgoing");
    let at = resource.text("creationTime").filter(|_| is_missed).and_then(timestamp)?;
    let caller = resource.embedded("conversationLogRecipient");
    let of_caller = |name| DisplayText::new(caller.and_then(|it| it.text(name)).unwrap_or_default());
    let text = |name| DisplayText::new(resource.text(name).unwrap_or_default());
    Some(MissedLog {
        number,
        thread: text("threadId"),
        at,
        kind: match resource.text("type") {
            Some("AudioLog" | "VideoLog") => Kind::AudioVideo,
            Some("ConferenceLog") => Kind::Meeting,
            _ => Kind::Message,
        },
        from: Party {
            name: of_caller("displayName"),
            uri: of_caller("sipUri"),
            origin: DisplayText::default(),
        },
        subject: text("subject"),
        message: message_text(resource.text("previewMessage").unwrap_or_default()),
        importance: match resource.text("importance") {
            Some("Urgent") => Importance::Urgent,
            Some("Emergency") => Importance::Emergency,
            _ => Importance::Normal,
        },
    })
}

/// Decodes a time: milliseconds since 1970 like `/Date(1474932024587)/`, or ISO 8601.
fn timestamp(text: &str) -> Option<jiff::Timestamp> {
    let milliseconds = text.trim_matches('/').strip_prefix("Date(").and_then(|rest| rest.strip_suffix(')'));
    match milliseconds {
        Some(milliseconds) => jiff::Timestamp::from_millisecond(milliseconds.parse().ok()?).ok(),
        None => text.parse().ok(),
    }
}

/// Decodes a presence (`presence`, `contactPresence`).
#[must_use]
pub fn presence(resource: &Resource<'_>) -> Presence {
    Presence {
        availability: resource.text("availability").and_then(Availability::parse),
        activity: DisplayText::new(resource.text("activity").unwrap_or_default()),
    }
}

/// Decodes the text of a message: a `data:` URI (RFC 2397), in which servers write `+` for a space, or plain text.
#[must_use]
pub fn message_text(text: &str) -> DisplayText {
    DisplayText::bounded(&message_body(text), DisplayText::MESSAGE)
}

/// Decodes the text of a message with its line breaks: a `data:` URI (RFC 2397), in which servers write `+` for a space,
/// or plain text. HTML becomes text.
#[must_use]
pub fn message_body(text: &str) -> String {
    let end =
        (0..=MAX_MESSAGE.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let cut = text.get(..end).unwrap_or_default();
    let head = cut.split(',').next().unwrap_or_default();
    if !cut.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return cut.to_owned();
    }
    let base64 = head.to_ascii_lowercase().ends_with(";base64");
    let uri = if base64 { cut.to_owned() } else { cut.replace('+', "%20") };
    let Ok(data) = DataUrl::process(&uri) else { return String::new() };
    let Ok((body, _)) = data.decode_to_vec() else { return String::new() };
    let text = String::from_utf8_lossy(&body);
    if data.mime_type().matches("text", "html") {
        return plain_text(text.as_bytes());
    }
    text.into_owned()
}

/// Converts HTML to text, without breaking lines.
fn plain_text(html: &[u8]) -> String {
    html2text::config::plain_no_decorate().string_from_read(html, 10_000).unwrap_or_default()
}

#[cfg(test)]
mod tests;
