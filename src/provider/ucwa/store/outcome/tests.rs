use super::*;

#[test]
fn a_failure_is_told_by_who_did_it() {
    let reason = |subcode: &'static str| Reason { subcode: subcode.into(), ..Reason::default() };
    let decline = Decision::Decline(crate::invitation::Reason::Global);
    let incoming = |subcode, answer| failure_outcome(Some(&reason(subcode)), Direction::Incoming, answer);
    let outgoing = |subcode, answer| failure_outcome(Some(&reason(subcode)), Direction::Outgoing, answer);
    assert_eq!(incoming("Declined", Some(&decline)), Outcome::Declined(crate::invitation::Reason::Global));
    assert_eq!(incoming("Declined", None), Outcome::DeclinedElsewhere);
    assert_eq!(incoming("Canceled", Some(&Decision::Accept)), Outcome::CallerGaveUp);
    assert_eq!(incoming("Timeout", None), Outcome::Missed);
    assert_eq!(incoming("ConnectedElsewhere", None), Outcome::AnsweredElsewhere);
    assert_eq!(outgoing("Declined", None), Outcome::DeclinedByThem);
    assert_eq!(outgoing("Canceled", Some(&Decision::Cancel)), Outcome::Cancelled);
    assert_eq!(outgoing("", Some(&Decision::Cancel)), Outcome::Cancelled);
    assert_eq!(outgoing("Canceled", None), Outcome::Cancelled, "on another device of the user");
    assert_eq!(incoming("", Some(&decline)), Outcome::Declined(crate::invitation::Reason::Global));
    assert_eq!(incoming("AutoAccepted", None), Outcome::Accepted);
    assert_eq!(incoming("Redirected", None), Outcome::Forwarded);
    assert_eq!(outgoing("Timeout", None), Outcome::NoAnswer);
    assert_eq!(outgoing("Busy", None), Outcome::Failed("busy".into()));
    assert_eq!(outgoing("SomethingNew", None), Outcome::Failed("SomethingNew".into()));
}

#[test]
fn why_somebody_who_was_invited_did_not_come_is_told_in_words() {
    for subcode in [
        "Busy",
        "DoNotDisturb",
        "Unreachable",
        "DestinationNotFound",
        "NotAcceptable",
        "EscalationFailed",
        "InviteesOnly",
        "DialoutNotAllowed",
        "NormalizationFailed",
        "PhoneNumberConflict",
        "TooManyConversations",
        "TooManyParticipants",
        "FederationRequired",
        "Unavailable",
        "RepliedWithOtherModality",
        "NotAllowed",
        "Ended",
        "Ejected",
        "ModalityNotSupported",
        "MediaFallback",
        "TemporarilyUnavailable",
        "Denied",
    ] {
        let reason = Reason { subcode: subcode.into(), code: "RemoteFailure".into(), ..Reason::default() };
        let outcome = failure_outcome(Some(&reason), Direction::Outgoing, None);
        let Outcome::Failed(words) = &outcome else { panic!("{subcode}: {outcome:?}") };
        assert!(words.as_str().starts_with(char::is_lowercase), "{subcode}: {words}");
        assert!(!words.as_str().contains(subcode), "{subcode}: {words}");
    }
}
