//! The actions that an invitation or a conversation offers, as the server's links allow them.

use std::borrow::Cow;

use super::Action;
use crate::invitation::{Conversation, Decision, Invitation, Kind, Moment, Offers, Stage};

/// The reason why an expired call takes no answer.
pub(super) const EXPIRED: &str = "too late: the call can no longer be answered";

/// Returns whether an invitation is a call to a bot whose time has expired. All other invitations end by an event
/// of the server.
pub(super) fn is_expired(invitation: &Invitation, now: Moment) -> bool {
    invitation.kind == Kind::Call && invitation.deadline <= now
}

/// Returns what an invitation offers now.
pub(super) fn offers(invitation: &Invitation, now: Moment) -> Offers {
    if is_expired(invitation, now) { Offers::default() } else { invitation.offers }
}

/// Returns `decision` if the invitation offers it, or else the reason why not.
pub(super) fn check_offered(
    invitation: &Invitation,
    now: Moment,
    decision: Decision,
) -> Result<Decision, Cow<'static, str>> {
    let offers = offers(invitation, now);
    let (is_offered, why_not) = match &decision {
        Decision::Accept => (offers.accept, "it can't be accepted now"),
        Decision::AcceptWithPhone => (offers.accept_with_phone, "it can't be accepted on the phone now"),
        Decision::Decline(_) => (offers.decline, "the server does not allow declining it now"),
        Decision::Cancel => (offers.cancel, "the server does not allow cancelling it now"),
        Decision::Reject { .. } => (offers.reject, "it can't be rejected now"),
        Decision::Redirect(_) => (offers.redirect, "it can't be redirected now"),
    };
    if is_offered {
        Ok(decision)
    } else if is_expired(invitation, now) {
        Err(EXPIRED.into())
    } else {
        Err(why_not.into())
    }
}

/// Returns the decision that accepts an invitation, or the reason why it cannot be accepted.
pub(super) fn accept_decision(invitation: &Invitation, now: Moment) -> Result<Decision, Cow<'static, str>> {
    let offers = offers(invitation, now);
    if offers.accept {
        return Ok(Decision::Accept);
    }
    if offers.accept_with_phone {
        return Ok(Decision::AcceptWithPhone);
    }
    let why = match (invitation.kind, invitation.stage) {
        _ if is_expired(invitation, now) => EXPIRED,
        (Kind::Participant, _) => "you sent this one; the other side accepts it",
        (_, Stage::Connecting) => "it is already being connected",
        (Kind::Phone, _) => return Err(answered_on_phone(invitation)),
        (Kind::AudioVideo, _) => "answering needs audio or video, which rsvp does not support",
        (Kind::Message | Kind::Meeting | Kind::Call, _) => "the server does not allow accepting it now",
    };
    Err(why.into())
}

/// Returns how a phone call is answered that the server does not let the program accept.
fn answered_on_phone(invitation: &Invitation) -> Cow<'static, str> {
    match invitation.phone_number() {
        Some(number) => {
            format!("pick up {number}: a phone call is answered on the phone; rsvp can only decline it")
                .into()
        }
        None => "a phone call is answered on the phone; rsvp can only decline it".into(),
    }
}

/// Returns whether a conversation offers an action now.
pub(super) fn allows(conversation: &Conversation, action: Action) -> bool {
    match action {
        Action::Invite => conversation.can_invite,
        Action::Message => conversation.can_send,
        Action::Redirect => conversation.can_transfer,
        Action::HangUp => conversation.can_leave || conversation.can_hang_up(),
        _ => false,
    }
}
