//! What the user is told, and for how long it is true.

use super::*;
use crate::invitation::Stage;

const JOE: &str = "sip:to@x.example";

/// Somebody is invited, which the server takes; then the invitation rings there.
fn inviting() -> Desk {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(1))));
    desk.press("3ito@x.example\n");
    desk.event(Event::Completed(Ticket(0)));
    assert_eq!(desk.notice(), format!("{JOE} was invited"));
    desk.see(invitation(5, Kind::Participant));
    assert_eq!(desk.notice(), format!("{JOE} was invited"), "it rings there");
    desk
}

#[test]
fn that_somebody_was_invited_is_not_said_after_that_was_taken_back() {
    let mut desk = inviting();
    desk.press("2c");
    desk.over(5, Outcome::Cancelled);
    assert_eq!(desk.notice(), format!("The invitation to {JOE} was cancelled"));
}

#[test]
fn how_our_invitation_ended_is_told_whichever_list_is_in_front() {
    for (outcome, words) in [
        (Outcome::Joined, format!("{JOE} joined")),
        (Outcome::DeclinedByThem, format!("{JOE} declined your invitation")),
        (Outcome::NoAnswer, format!("{JOE} did not answer your invitation")),
        (Outcome::Failed("busy".into()), format!("Your invitation to {JOE}: failed: busy")),
    ] {
        for list in ["1", "2", "3", "4"] {
            let mut desk = inviting();
            desk.press(list);
            desk.over(5, outcome.clone());
            assert_eq!(desk.notice(), words, "{list}");
        }
    }
}

#[test]
fn that_somebody_else_answered_for_whom_we_invited_is_told_with_both_names() {
    let mut desk = inviting();
    let kim = Party { name: "Kim".into(), uri: "sip:kim@x.example".into(), ..Party::default() };
    desk.see(Invitation { accepted_by: Some(kim), ..invitation(5, Kind::Participant) });
    desk.over(5, Outcome::Joined);
    assert_eq!(desk.notice(), format!("Kim answered for {JOE}"));
}

#[test]
fn why_an_answer_was_refused_is_said_for_as_long_as_nothing_better_is_known_of_the_end() {
    for (outcome, said) in [(Outcome::Lost, "Caller 1: no"), (Outcome::Missed, "")] {
        let mut desk = Desk::ringing(&[Kind::Message]);
        desk.press("a");
        desk.refused(0);
        desk.over(1, outcome.clone());
        assert_eq!(desk.notice(), said, "{outcome:?}");
    }
}

#[test]
fn somebody_can_be_invited_again_at_once() {
    let mut desk = inviting();
    desk.over(5, Outcome::NoAnswer);
    desk.press("3ito@x.example\n");
    desk.event(Event::Completed(Ticket(1)));
    assert_eq!(desk.notice(), format!("{JOE} was invited"), "the former one is still in the list");
    desk.see(invitation(6, Kind::Participant));
    assert_eq!(desk.notice(), format!("{JOE} was invited"));
    desk.over(6, Outcome::Joined);
    assert_eq!(desk.notice(), format!("{JOE} joined"));
}

#[test]
fn that_it_is_not_known_whether_somebody_was_invited_is_said_until_it_is() {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(1))));
    desk.press("3ito@x.example\n");
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
    assert!(desk.notice().contains("is not known"), "{}", desk.notice());
    desk.see(invitation(5, Kind::Participant));
    assert_eq!(desk.notice(), "");
}

#[test]
fn that_it_is_not_known_whether_somebody_was_invited_again_is_said_until_the_new_invitation_shows() {
    let mut desk = inviting();
    desk.over(5, Outcome::NoAnswer);
    desk.press("3ito@x.example\n");
    desk.event(Event::Uncertain { ticket: Ticket(1), problem: Problem::new("the line broke", "") });
    assert!(desk.notice().contains("is not known"), "the former invitation tells nothing: {}", desk.notice());
    desk.see(invitation(6, Kind::Participant));
    assert_eq!(desk.notice(), "");
}

#[test]
fn that_it_will_never_be_known_whether_somebody_was_invited_is_said() {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(1))));
    desk.press("3ito@x.example\n");
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
    desk.event(Event::Unsettled(Ticket(0)));
    assert_eq!(
        desk.notice(),
        format!("Whether {JOE} was invited was never confirmed: the session ended before that")
    );
    assert_eq!(desk.state.notice.as_ref().unwrap().tone, Tone::Problem);
    assert!(desk.state.flights.is_empty());
}

#[test]
fn what_became_of_a_message_is_told() {
    let problem = || Problem::new("the line broke", "try again");
    for (event, words) in [
        (Event::Completed(Ticket(0)), "The message was sent"),
        (
            Event::Refused { ticket: Ticket(0), problem: problem() },
            "The message was not sent: the line broke; try again",
        ),
        (
            Event::Uncertain { ticket: Ticket(0), problem: problem() },
            "Whether the message was sent is not known (the line broke)",
        ),
    ] {
        let mut desk = Desk::new();
        desk.event(Event::Conversation(Box::new(conversation(1))));
        desk.press("3mhello\n");
        desk.event(event);
        assert_eq!(desk.notice(), words);
        assert!(desk.state.flights.is_empty());
    }
}

#[test]
fn why_an_answer_was_refused_is_said_until_another_one_is_given() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.press("a");
    desk.refused(0);
    assert_eq!(desk.notice(), "Caller 1: no");
    desk.press("j");
    desk.see(invitation(2, Kind::Message));
    assert_eq!(desk.notice(), "Caller 1: no", "that is still so");
    desk.press("ka");
    assert_eq!(desk.notice(), "");
    desk.refused(1);
    desk.over(1, Outcome::CallerGaveUp);
    assert_eq!(desk.notice(), "");
}

#[test]
fn that_it_is_not_known_whether_an_answer_arrived_is_said_until_it_is() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
    assert!(desk.notice().contains("not known yet"), "{}", desk.notice());
    desk.over(1, Outcome::Accepted);
    assert_eq!(desk.notice(), "");
}

#[test]
fn that_a_call_goes_on_is_said_until_it_is_over() {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(2))));
    desk.press("3x");
    desk.refused(0);
    assert_eq!(desk.notice(), "The call with Caller 2 goes on: no");
    desk.event(Event::ConversationEnded(conversation_id(2)));
    assert_eq!(desk.notice(), "");
}

#[test]
fn reconnecting_is_said_until_that_is_done() {
    let mut desk = Desk::new();
    desk.press("r");
    assert_eq!(desk.notice(), "Reconnecting");
    desk.event(Event::Status(Status::Connecting("signing in")));
    assert_eq!(desk.notice(), "Reconnecting");
    desk.event(Event::Status(Status::Online { since: desk.moment.after(Duration::from_secs(1)) }));
    assert_eq!(desk.notice(), "");
}

#[test]
fn after_a_lost_answer_that_was_not_carried_out_nothing_is_connecting() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
    desk.see(Invitation { stage: Stage::Connecting, ..invitation(1, Kind::Message) });
    desk.refused(0);
    assert_eq!(desk.entry(1).invitation.stage, Stage::Ringing);
    assert_eq!(desk.entry(1).phase, Phase::Ringing);
}
