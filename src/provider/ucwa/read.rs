//! Reading the domain out of resources: which property of an invitation means what.

use std::time::Duration;

use data_url::DataUrl;

use super::events::Reason;
use super::resource::Resource;
use crate::invitation::{
    Decision, Direction, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party, Stage,
};
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
pub fn invitation(id: InvitationId, kind: Kind, now: Moment, ring: Duration) -> Invitation {
    // The reference: there is no incoming participantInvitation.
    let direction = if kind == Kind::Participant { Direction::Outgoing } else { Direction::Incoming };
    Invitation::new(id, kind, direction, now, now.after(ring))
}

/// Takes over what the resource says and keeps what it is silent about.
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
    match resource.text("state") {
        Some("TeamRing") => invitation.stage = Stage::TeamRing,
        Some("Forwarded") => invitation.stage = Stage::Forwarded,
        Some("Connected") => invitation.stage = Stage::Connecting,
        _ => {}
    }
    if let Some(subject) = resource.text("subject") {
        invitation.subject = DisplayText::new(subject);
    }
    if let Some(text) = resource.href("message").or(resource.text("message")) {
        invitation.message = message(text);
    }
    if let Some(from) = resource.embedded("from") {
        invitation.from = participant(from);
    } else if let Some(title) = resource.link("from").and_then(|link| link.title.as_deref())
        && invitation.from.name.is_empty()
    {
        invitation.from.name = DisplayText::new(title);
    }
    if invitation.from.uri.is_empty()
        && invitation.direction == Direction::Incoming
        && let Some(number) = resource.text("phoneNumber")
    {
        invitation.from.uri = DisplayText::new(number);
    }
    if let Some(to) = resource.text("to") {
        let name = resource.link("to").and_then(|link| link.title.as_deref()).unwrap_or_default();
        invitation.to = Some(Party { name: name.into(), uri: to.into(), origin: DisplayText::default() });
    }
    let routes = routes(resource);
    if !routes.is_empty() {
        invitation.routes = routes;
    }
}

/// Whose doing it is that it rings here.
fn routes(resource: &Resource<'_>) -> Vec<DisplayText> {
    const ROUTES: [(&str, &str); 5] = [
        ("forwardedBy", "forwarded by"),
        ("transferredBy", "transferred by"),
        ("onBehalfOf", "on behalf of"),
        ("delegator", "for"),
        ("derivedMessaging", "from a conversation with"),
    ];
    ROUTES
        .into_iter()
        .filter_map(|(rel, words)| {
            let embedded = resource.embedded(rel).map(|party| participant(party).full());
            let title = resource.link(rel).and_then(|link| link.title.as_deref()).map(str::to_owned);
            let who = embedded.or(title).filter(|who| !who.is_empty())?;
            Some(DisplayText::new(&format!("{words} {who}")))
        })
        .collect()
}

/// Somebody at the other end (`participant`).
#[must_use]
pub fn participant(resource: &Resource<'_>) -> Party {
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
    if resource.truth("anonymous") == Some(true) {
        origin.push("anonymous");
    }
    if resource.truth("inLobby") == Some(true) {
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
