//! The notices that the user is told, and the time for which each stays.

use super::*;
use crate::invitation::Stage;

const JOE: &str = "sip:to@x.example";

/// Somebody is invited, which the server takes; then the invitation rings there.
fn inviting() -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3ito@x.example\n");
    app.event(Event::Completed(app.request()));
    assert_eq!(app.notice(), format!("{JOE} was invited"));
    app.see(invitation(5, Kind::Participant));
    assert_eq!(app.notice(), format!("{JOE} was invited"), "it rings there");
    app
}

#[test]
fn that_somebody_was_invited_is_not_said_after_that_was_taken_back() {
    let mut app = inviting();
    app.press("2c");
    app.over(5, Outcome::Cancelled);
    assert_eq!(app.notice(), format!("The invitation to {JOE} was cancelled"));
}

#[test]
fn how_our_invitation_ended_is_told_whichever_list_is_in_front() {
    for (outcome, words) in [
        (Outcome::Joined, format!("{JOE} joined")),
        (Outcome::DeclinedByThem, format!("{JOE} declined your invitation")),
        (Outcome::NoAnswer, format!("{JOE} did not answer your invitation")),
        (Outcome::Failed("busy".into()), format!("Your invitation to {JOE} failed: busy")),
        (Outcome::Failed("".into()), format!("Your invitation to {JOE}: failed")),
    ] {
        for list in ["1", "2", "3", "4"] {
            let mut app = inviting();
            app.press(list);
            app.over(5, outcome.clone());
            assert_eq!(app.notice(), words, "{list}");
        }
    }
}

#[test]
fn that_somebody_else_answered_for_whom_we_invited_is_told_with_both_names() {
    let mut app = inviting();
    let kim = Party { name: "Kim".into(), uri: "sip:kim@x.example".into(), ..Party::default() };
    app.see(Invitation { accepted_by: Some(kim), ..invitation(5, Kind::Participant) });
    app.over(5, Outcome::Joined);
    assert_eq!(app.notice(), format!("Kim answered for {JOE}"));
}

#[test]
fn why_an_answer_was_refused_is_said_for_as_long_as_nothing_better_is_known_of_the_end() {
    for (outcome, said) in [(Outcome::Lost, "Caller 1: no"), (Outcome::Missed, "")] {
        let mut app = TestApp::ringing(&[Kind::Message]);
        app.press("a");
        app.refused(0);
        app.over(1, outcome.clone());
        assert_eq!(app.notice(), said, "{outcome:?}");
    }
}

#[test]
fn of_a_message_that_ended_as_asked_nothing_is_said() {
    for (key, outcome) in [("a", Outcome::Accepted), ("d\n", Outcome::Declined(Reason::Global))] {
        let mut app = TestApp::ringing(&[Kind::Message]);
        app.press(key);
        assert_eq!(app.answers().len(), 1, "{key:?}");
        app.over(1, outcome);
        assert_eq!(app.notice(), "", "{key:?}");
    }
}

#[test]
fn who_leaves_a_lobby_is_not_told_that_the_invitation_was_declined() {
    let mut app = TestApp::ringing(&[Kind::Meeting]);
    app.press("a");
    app.over(1, Outcome::Declined(Reason::Local));
    assert_eq!(app.notice(), "");
}

#[test]
fn somebody_can_be_invited_again_at_once() {
    let mut app = inviting();
    app.over(5, Outcome::NoAnswer);
    app.press("3ito@x.example\n");
    app.event(Event::Completed(app.request()));
    assert_eq!(app.notice(), format!("{JOE} was invited"), "the former one is still in the list");
    app.see(invitation(6, Kind::Participant));
    assert_eq!(app.notice(), format!("{JOE} was invited"));
    app.over(6, Outcome::Joined);
    assert_eq!(app.notice(), format!("{JOE} joined"));
}

#[test]
fn that_it_is_not_known_whether_somebody_was_invited_is_said_until_it_is() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3ito@x.example\n");
    app.event(Event::Uncertain { ticket: app.request(), problem: Problem::new("the line broke", "") });
    assert!(app.notice().contains("not confirmed yet"), "{}", app.notice());
    app.see(invitation(5, Kind::Participant));
    assert_eq!(app.notice(), "");
}

#[test]
fn that_it_is_not_known_whether_somebody_was_invited_again_is_said_until_the_new_invitation_shows() {
    let mut app = inviting();
    app.over(5, Outcome::NoAnswer);
    app.press("3ito@x.example\n");
    app.event(Event::Uncertain { ticket: app.request(), problem: Problem::new("the line broke", "") });
    assert!(
        app.notice().contains("not confirmed yet"),
        "the former invitation tells nothing: {}",
        app.notice()
    );
    app.see(invitation(6, Kind::Participant));
    assert_eq!(app.notice(), "");
}

#[test]
fn that_it_will_never_be_known_whether_somebody_was_invited_is_said() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3ito@x.example\n");
    app.event(Event::Uncertain { ticket: app.request(), problem: Problem::new("the line broke", "") });
    app.event(Event::Unsettled(app.request()));
    assert_eq!(app.notice(), format!("The invitation to {JOE} was never confirmed"));
    assert_eq!(app.state.notice.as_ref().unwrap().tone, Tone::Problem);
    assert!(app.state.pending_requests.is_empty());
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
            "The message may not have been sent (the line broke)",
        ),
    ] {
        let mut app = TestApp::new();
        app.event(Event::Conversation(Box::new(conversation(1))));
        app.press("3mhello\n");
        app.event(event);
        assert_eq!(app.notice(), words);
        assert!(app.state.pending_requests.is_empty());
    }
}

#[test]
fn why_an_answer_was_refused_is_said_until_another_one_is_given() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.press("a");
    app.refused(0);
    assert_eq!(app.notice(), "Caller 1: no");
    app.press("j");
    app.see(invitation(2, Kind::Message));
    assert_eq!(app.notice(), "Caller 1: no", "that is still so");
    app.press("ka");
    assert_eq!(app.notice(), "");
    app.refused(1);
    app.over(1, Outcome::CallerGaveUp);
    assert_eq!(app.notice(), "");
}

#[test]
fn that_it_is_not_known_whether_an_answer_arrived_is_said_until_it_is() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
    assert!(app.notice().contains("not confirmed yet"), "{}", app.notice());
    app.over(1, Outcome::Accepted);
    assert_eq!(app.notice(), "");
}

#[test]
fn that_a_call_goes_on_is_said_until_it_is_over() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(2))));
    app.press("3x");
    app.refused(0);
    assert_eq!(app.notice(), "The call with Caller 2 continues: no");
    app.event(Event::ConversationEnded(conversation_id(2)));
    assert_eq!(app.notice(), "");
}

#[test]
fn reconnecting_is_said_until_that_is_done() {
    let mut app = TestApp::new();
    app.press("r");
    assert_eq!(app.notice(), "Reconnecting…");
    app.event(Event::Status(Status::Connecting("signing in")));
    assert_eq!(app.notice(), "Reconnecting…");
    app.event(Event::Status(Status::Online { since: app.moment.after(Duration::from_secs(1)) }));
    assert_eq!(app.notice(), "");
}

#[test]
fn after_a_lost_answer_that_was_not_carried_out_nothing_is_connecting() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
    app.see(Invitation { stage: Stage::Connecting, ..invitation(1, Kind::Message) });
    app.refused(0);
    assert_eq!(app.entry(1).invitation.stage, Stage::Ringing);
    assert_eq!(app.entry(1).phase, Phase::Ringing);
}
