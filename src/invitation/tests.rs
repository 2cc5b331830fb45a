use std::time::Duration;

use super::*;
use crate::text::DisplayText;

const ID: InvitationId = InvitationId { account: AccountId(0), number: 1 };

fn party(name: &str) -> Party {
    Party { name: DisplayText::new(name), ..Party::default() }
}

fn past(outcome: Outcome) -> PastInvitation {
    let times = (Moment::default(), Moment(Duration::from_secs(30)));
    let invitation = Invitation::new(ID, Kind::Message, Direction::Incoming, times.0, times.1);
    PastInvitation::new(1, invitation, outcome, jiff::civil::date(2026, 11, 2).at(9, 30, 0, 0))
}

#[test]
fn the_end_of_an_invitation_is_somebodys_doing() {
    for (outcome, alone, with_somebody_else) in [
        (Outcome::Accepted, Actor::User, Actor::SomebodyElse),
        (Outcome::Joined, Actor::OtherSide, Actor::SomebodyElse),
        (Outcome::AnsweredElsewhere, Actor::OtherDevice, Actor::SomebodyElse),
        (Outcome::DeclinedElsewhere, Actor::OtherDevice, Actor::OtherDevice),
        (Outcome::Missed, Actor::Nobody, Actor::Nobody),
        (Outcome::Lost, Actor::Unknown, Actor::Unknown),
    ] {
        let mut past = past(outcome);
        assert_eq!(Actor::of(&past), alone, "{:?}", past.outcome);
        std::sync::Arc::make_mut(&mut past.invitation).accepted_by = Some(party("Kim Akers"));
        assert_eq!(Actor::of(&past), with_somebody_else, "{:?}", past.outcome);
    }
    let mut forwarded = past(Outcome::Forwarded);
    assert_eq!(Actor::of(&forwarded), Actor::Unknown);
    forwarded.decision = DisplayText::new("redirect");
    assert_eq!(Actor::of(&forwarded), Actor::User);
}

#[test]
fn a_conversation_is_named_by_its_kind_and_its_subject_or_its_first_participant() {
    let id = ConversationId { account: AccountId(0), number: 1 };
    let mut conversation = Conversation::new(id);
    assert_eq!((conversation.word(), conversation.described()), ("IM", "the conversation".into()));
    conversation.participants = vec![party("Lene Aaling"), party("Kim Akers")];
    conversation.is_on_phone = true;
    let words = (conversation.word(), conversation.described());
    assert_eq!(words, ("Phone", "the conversation with Lene Aaling".into()));
    conversation.subject = DisplayText::new("Budget");
    conversation.meeting = Some(Box::default());
    assert_eq!((conversation.word(), conversation.described()), ("Meeting", "“Budget”".into()));
    conversation.hang_up = HangUp::Possible;
    assert_eq!(conversation.word(), "Call");
}

#[test]
fn what_was_done_is_told_as_a_verb() {
    assert_eq!(Outcome::Declined(Reason::Local).verb(), "declined");
    assert_eq!(Outcome::Rejected(Rejection::Busy).verb(), "rejected");
    assert_eq!(Outcome::Cancelled.verb(), Outcome::Cancelled.words());
}

#[test]
fn an_invitation_of_an_earlier_run_belongs_to_no_account_of_this_one() {
    assert!(AccountId(0).is_of_this_run() && !AccountId::EARLIER.is_of_this_run());
}
