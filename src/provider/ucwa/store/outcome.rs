//! The outcome of an invitation that was not accepted.

use std::borrow::Cow;

use crate::invitation::{Decision, Direction, Outcome};
use crate::provider::ucwa::wire::events::Reason;
use crate::text::DisplayText;

/// Returns the outcome of an invitation that ended without success, from the server's reason, the invitation's
/// direction and the user's own answer.
pub(super) fn failure_outcome(
    reason: Option<&Reason<'_>>,
    direction: Direction,
    answer: Option<&Decision>,
) -> Outcome {
    let incoming = direction == Direction::Incoming;
    let subcode = reason.map(|reason| reason.subcode.as_ref()).unwrap_or_default();
    match (subcode, answer) {
        ("Declined" | "", Some(Decision::Decline(reason))) => Outcome::Declined(*reason),
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
        _ => Outcome::Failed(failure_description(reason)),
    }
}

/// Returns the reason that the `state` of an invitation stands for, if the invitation ended without success.
pub(super) fn reason_of_state(state: &str) -> Option<Reason<'static>> {
    let subcode = match state {
        "Cancelled" => "Canceled",
        "Declined" => "Declined",
        "Failed" => "",
        _ => return None,
    };
    Some(Reason { subcode: Cow::Borrowed(subcode), ..Reason::default() })
}

fn failure_description(reason: Option<&Reason<'_>>) -> DisplayText {
    let Some(reason) = reason else { return DisplayText::default() };
    let description = match reason.subcode.as_ref() {
        "Busy" => "busy",
        "DoNotDisturb" => "does not want to be disturbed",
        "Unreachable" => "can't be reached",
        "DestinationNotFound" => "no such address",
        "RepliedWithOtherModality" => "answered in another way",
        "NotAllowed" => "not allowed",
        "Ended" => "the conversation has ended",
        "Ejected" => "removed from the conversation",
        "TooManyParticipants" => "the conversation is full",
        "FederationRequired" => "the other organization is not federated with yours",
        "ModalityNotSupported" => "this kind of conversation is not supported there",
        "MediaFallback" => "continued in another way",
        "TemporarilyUnavailable" => "not available now",
        "NotAcceptable" => "can't take this now",
        "EscalationFailed" => "the conversation could not be extended to more people",
        "InviteesOnly" => "only invited people may join",
        "Denied" => "not admitted",
        "DialoutNotAllowed" => "phones can't be called from this conversation",
        "NormalizationFailed" => "this is not a phone number that the server knows how to call",
        "PhoneNumberConflict" => "several people have this phone number",
        "TooManyConversations" => "too many conversations at once",
        "Unavailable" => "the server has no conference service for it now",
        _ => "",
    };
    let texts = [description, &reason.message, &reason.subcode, &reason.code];
    DisplayText::new(texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default())
}

#[cfg(test)]
mod tests;
