//! Answers to several invitations at once.

use super::*;
use crate::invitation::Rejection;

#[test]
fn an_answer_to_several_is_told_in_one_sentence_when_all_are_settled() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.press("   d");
    app.over(2, Outcome::CallerGaveUp);
    app.press("\n");
    app.over(1, Outcome::Declined(Reason::Local));
    assert!(!app.notice().contains("Declined"), "{}", app.notice());
    app.over(3, Outcome::Declined(Reason::Local));
    assert_eq!(app.notice(), "Declined 2 of 3, 1 had already ended");
    assert!(app.state.batches.is_empty());
}

#[test]
fn what_became_of_each_of_several_is_counted() {
    let mut app =
        TestApp::ringing(&[Kind::Message, Kind::Phone, Kind::Message, Kind::Message, Kind::Message]);
    app.press("     a");
    app.over(1, Outcome::Accepted);
    app.over(3, Outcome::CallerGaveUp);
    app.refused(2);
    app.over(5, Outcome::Lost);
    assert_eq!(
        app.notice(),
        "Accepted 1 of 5, 1 had already ended, 1 ended, outcome unknown, \
         2 failed (Caller 2: a phone call is answered on the phone; rsvp can only decline it; …)"
    );
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("  a");
    app.over(1, Outcome::Accepted);
    app.over(2, Outcome::Accepted);
    assert_eq!(app.notice(), "Accepted all 2");
    let mut app = TestApp::ringing(&[Kind::Phone; 2]);
    app.press("  a");
    assert!(app.notice().starts_with("Accepted none of 2, 2 failed (Caller 1: "), "{}", app.notice());
}

#[test]
fn a_lost_answer_to_one_of_several_is_settled_by_what_became_of_it() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("  a");
    app.over(1, Outcome::Accepted);
    app.event(Event::Uncertain { ticket: Ticket(1), problem: Problem::new("the line broke", "") });
    assert!(app.notice().contains("not confirmed yet"), "{}", app.notice());
    app.refused(1);
    assert_eq!(app.notice(), "Accepted 1 of 2, 1 failed (Caller 2: no)");
}

#[test]
fn calls_and_others_are_told_of_apart() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone, Kind::Call, Kind::Phone]);
    app.press("    d\n\n");
    for number in [1, 3] {
        app.over(number, Outcome::Rejected(Rejection::Busy));
    }
    assert_eq!(app.notice(), "Rejected all 2");
    for number in [2, 4] {
        app.over(number, Outcome::Declined(Reason::Local));
    }
    assert_eq!(app.notice(), "Declined all 2");
}

#[test]
fn one_of_several_that_failed_is_told_with_its_reason() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("  a");
    app.over(1, Outcome::Accepted);
    app.over(2, Outcome::Failed("no line".into()));
    assert_eq!(app.notice(), "Accepted 1 of 2, 1 failed (Caller 2: failed: no line)");
}
