//! Reading the domain out of resources: which property of an invitation means what.

use data_url::DataUrl;

use super::people::{Mentions, People, Role};
use crate::invitation::{
    Decision, Direction, Fact, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party, Stage,
};
use crate::provider::ucwa::wire::events::Reason;
use crate::provider::ucwa::wire::resource::Resource;
use crate::text::DisplayText;

/// A message longer than this (bytes, as it came) is not decoded beyond.
const MESSAGE_BYTES: usize = 64 * 1024;

/// The kind of invitation that a rel stands for.
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

/// An invitation of which nothing is known yet but that it is there.
#[must_use]
pub fn invitation(id: InvitationId, kind: Kind, arrived: Moment, deadline: Moment) -> Invitation {
    // The reference: there is no incoming participantInvitation.
    let direction = if kind == Kind::Participant { Direction::Outgoing } else { Direction::Incoming };
    Invitation::new(id, kind, direction, arrived, deadline)
}

/// The stage that a `state` stands for.
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

/// Takes over what the resource says of the invitation itself and keeps what it is silent about.
pub fn merge(invitation: &mut Invitation, resource: &Resource<'_>) {
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
    if let Some(text) = resource.href("message").or(resource.text("message")) {
        invitation.message = message(text);
    }
    facts(invitation, resource);
}

/// Takes over what is known besides: which of the user's phones rings, and that it is her private line.
fn facts(invitation: &mut Invitation, resource: &Resource<'_>) {
    let line = (resource.flag("privateLine") == Some(true)).then_some("your private line");
    for (label, value) in [("phone", resource.text("phoneNumber")), ("line", line)] {
        if value.is_some() {
            set_fact(invitation, label, value);
        }
    }
}

/// Sets or removes a fact about an invitation.
pub fn set_fact(invitation: &mut Invitation, label: &'static str, value: Option<&str>) {
    invitation.facts.retain(|fact| fact.label != label || value.is_some());
    let Some(value) = value.map(DisplayText::new) else { return };
    match invitation.facts.iter_mut().find(|fact| fact.label == label) {
        Some(fact) => fact.value = value,
        None => invitation.facts.push(Fact { label, value }),
    }
}

/// Takes over who has which part in an invitation. `me` is the address of the user.
pub fn people(invitation: &mut Invitation, mentions: &Mentions, people: &People, me: &DisplayText) {
    let party = |role| mentions.party(role, people).filter(|party| !party.is_empty());
    let outgoing = invitation.direction == Direction::Outgoing;
    if let Some(from) = party(Role::From) {
        invitation.from = from;
    }
    if let Some(to) = party(Role::To) {
        // That an invitation to the user is to the user needs no words.
        let is_me = !outgoing && same_address(&to.uri, me);
        invitation.to = (!is_me).then_some(to);
    }
    let routes: Vec<DisplayText> = ROUTES
        .into_iter()
        .filter_map(|(role, before, after)| {
            Some(DisplayText::new(&format!("{before}{}{after}", party(role)?.full())))
        })
        .collect();
    if !routes.is_empty() {
        invitation.routes = routes;
    }
    if let Some(who) = party(Role::AcceptedBy) {
        // Whoever was invited or is the user is not somebody else.
        let expected = invitation.to.as_ref().filter(|_| outgoing).map_or(me, |to| &to.uri);
        invitation.accepted_by = (!same_address(&who.uri, expected)).then_some(who);
    }
}

/// The words around the name of somebody who had a part in the way of an invitation.
const ROUTES: [(Role, &str, &str); 4] = [
    (Role::ForwardedBy, "forwarded by ", ""),
    (Role::TransferredBy, "transferred by ", ""),
    (Role::OnBehalfOf, "for ", " (you are their delegate)"),
    (Role::Delegator, "on behalf of ", ""),
];

/// Whether two URIs name the same address (RFC 3261, 19.1.4, as far as servers make use of it).
#[must_use]
pub fn same_address(a: &DisplayText, b: &DisplayText) -> bool {
    !a.is_empty() && a.as_str().eq_ignore_ascii_case(b.as_str())
}

/// A person or a phone (`participant`, `contact`).
#[must_use]
pub fn person(resource: &Resource<'_>) -> Party {
    let numbers = ["uri", "workPhoneNumber", "otherPhoneNumber"];
    let uri = numbers.into_iter().find_map(|name| resource.text(name)).unwrap_or_default();
    let mut origin: Vec<&str> = Vec::new();
    match resource.text("sourceNetwork") {
        Some("SameEnterprise") => origin.push("same enterprise"),
        Some("Federated") => origin.push("federated"),
        Some("PublicCloud") => origin.push("public cloud"),
        Some("Everyone") => origin.push("outside"),
        _ => {}
    }
    if resource.flag("anonymous") == Some(true) {
        origin.push("anonymous");
    }
    if resource.flag("inLobby") == Some(true) {
        origin.push("in the lobby");
    }
    let name = resource.text("name").or_else(|| resource.link("self").and_then(|link| link.title.as_deref()));
    Party {
        name: DisplayText::new(name.unwrap_or_default()),
        uri: DisplayText::new(uri),
        origin: DisplayText::new(&origin.join(", ")),
    }
}

/// The text of a message: a `data:` URI, in which servers write `+` for a space, or plain text.
#[must_use]
pub fn message(text: &str) -> DisplayText {
    let end =
        (0..=MESSAGE_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let cut = text.get(..end).unwrap_or_default();
    let head = cut.split(',').next().unwrap_or_default();
    if !cut.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return DisplayText::bounded(cut, DisplayText::MESSAGE);
    }
    let base64 = head.to_ascii_lowercase().ends_with(";base64");
    let uri = if base64 { cut.to_owned() } else { cut.replace('+', "%20") };
    let Ok(data) = DataUrl::process(&uri) else { return DisplayText::default() };
    let Ok((body, _)) = data.decode_to_vec() else { return DisplayText::default() };
    let text = String::from_utf8_lossy(&body);
    if data.mime_type().matches("text", "html") {
        return DisplayText::bounded(&plain(text.as_bytes()), DisplayText::MESSAGE);
    }
    DisplayText::bounded(&text, DisplayText::MESSAGE)
}

/// The text of an HTML message; wide enough that no line of its own is broken.
fn plain(html: &[u8]) -> String {
    html2text::config::plain_no_decorate().string_from_read(html, 10_000).unwrap_or_default()
}

/// How an invitation that had no success ended, from the server's reason, whose it is, and what we asked.
#[must_use]
pub fn outcome(reason: Option<&Reason<'_>>, direction: Direction, asked: Option<&Decision>) -> Outcome {
    let incoming = direction == Direction::Incoming;
    let subcode = reason.map(|reason| reason.subcode.as_ref()).unwrap_or_default();
    match (subcode, asked) {
        ("Declined" | "", Some(Decision::Decline(why))) => Outcome::Declined(*why),
        ("Declined", _) if incoming => Outcome::DeclinedElsewhere,
        ("Declined", _) => Outcome::DeclinedByThem,
        ("Canceled" | "Cancelled" | "", Some(Decision::Cancel)) => Outcome::Cancelled,
        ("Canceled" | "Cancelled", _) if incoming => Outcome::CallerGaveUp,
        ("Canceled" | "Cancelled", _) => Outcome::Cancelled,
        ("Missed" | "Timeout", _) if incoming => Outcome::Missed,
        ("Missed" | "Timeout", _) => Outcome::NoAnswer,
        ("ConnectedElsewhere", _) => Outcome::AnsweredElsewhere,
        ("Forwarded" | "Redirected" | "Replaced", _) => Outcome::Forwarded,
        ("AutoAccepted", _) => Outcome::Accepted,
        _ => Outcome::Failed(failure_words(reason)),
    }
}

fn failure_words(reason: Option<&Reason<'_>>) -> DisplayText {
    let Some(reason) = reason else { return DisplayText::default() };
    let words = match reason.subcode.as_ref() {
        "Busy" => "busy",
        "DoNotDisturb" => "does not want to be disturbed",
        "Unreachable" => "can't be reached",
        "DestinationNotFound" => "there is nobody at that address",
        "RepliedWithOtherModality" => "answered in another way",
        "NotAllowed" => "not allowed",
        "Ended" => "the conversation has ended",
        "Ejected" => "removed from the conversation",
        "TooManyParticipants" => "the conversation is full",
        "FederationRequired" => "the other organisation is not connected with yours",
        "ModalityNotSupported" => "this kind of conversation is not supported there",
        "MediaFallback" => "continued in another way",
        "TemporarilyUnavailable" => "not available now",
        _ => "",
    };
    let said = [words, &reason.message, &reason.subcode, &reason.code];
    DisplayText::new(said.into_iter().find(|text| !text.is_empty()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_in_every_form_that_servers_send() {
        let cases = [
            ("data:text/plain;charset=utf-8,Hi+Tosh%0d%0a", "Hi Tosh"),
            ("data:text/plain;base64,SGkgVG9zaA==", "Hi Tosh"),
            ("data:text/plain,1%2B1", "1+1"),
            ("data:text/html;charset=utf-8,%3Cb%3EHi%3C%2Fb%3E+Tosh", "Hi Tosh"),
            ("plain words", "plain words"),
            ("data:text/plain;base64,!!!", ""),
            ("data:", ""),
        ];
        for (uri, text) in cases {
            assert_eq!(message(uri).as_str(), text, "{uri}");
        }
    }

    #[test]
    fn a_failure_is_told_by_who_did_it() {
        let reason = |subcode: &'static str| Reason { subcode: subcode.into(), ..Reason::default() };
        let decline = Decision::Decline(crate::invitation::Reason::Global);
        let incoming = |subcode, asked| outcome(Some(&reason(subcode)), Direction::Incoming, asked);
        let outgoing = |subcode, asked| outcome(Some(&reason(subcode)), Direction::Outgoing, asked);
        assert_eq!(
            incoming("Declined", Some(&decline)),
            Outcome::Declined(crate::invitation::Reason::Global)
        );
        assert_eq!(incoming("Declined", None), Outcome::DeclinedElsewhere);
        assert_eq!(incoming("Canceled", Some(&Decision::Accept)), Outcome::CallerGaveUp);
        assert_eq!(incoming("Timeout", None), Outcome::Missed);
        assert_eq!(incoming("ConnectedElsewhere", None), Outcome::AnsweredElsewhere);
        assert_eq!(outgoing("Declined", None), Outcome::DeclinedByThem);
        assert_eq!(outgoing("Canceled", Some(&Decision::Cancel)), Outcome::Cancelled);
        assert_eq!(outgoing("Timeout", None), Outcome::NoAnswer);
        assert_eq!(outgoing("Busy", None), Outcome::Failed("busy".into()));
        assert_eq!(outgoing("SomethingNew", None), Outcome::Failed("SomethingNew".into()));
    }
}
