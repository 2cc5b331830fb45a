//! Answers to several invitations at once.

use super::*;
use crate::invitation::Rejection;

#[test]
fn an_answer_to_several_is_told_in_one_sentence_when_all_are_settled() {
    let mut desk = Desk::ringing(&[Kind::Message; 3]);
    desk.press("   d");
    desk.over(2, Outcome::CallerGaveUp);
    desk.press("\n");
    desk.over(1, Outcome::Declined(Reason::Local));
    assert!(!desk.notice().contains("Declined"), "{}", desk.notice());
    desk.over(3, Outcome::Declined(Reason::Local));
    assert_eq!(desk.notice(), "Declined 2 of 3, 1 had already ended");
    assert!(desk.state.batches.is_empty());
}

#[test]
fn what_became_of_each_of_several_is_counted() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Phone, Kind::Message, Kind::Message, Kind::Message]);
    desk.press("     a");
    desk.over(1, Outcome::Accepted);
    desk.over(3, Outcome::CallerGaveUp);
    desk.refused(2);
    desk.over(5, Outcome::Lost);
    assert_eq!(
        desk.notice(),
        "Accepted 1 of 5, 1 had already ended, 1 ended, outcome unknown, \
         2 failed (Caller 2: a phone call is answered on the phone; rsvp can only decline it; …)"
    );
    let mut desk = Desk::ringing(&[Kind::Message; 2]);
    desk.press("  a");
    desk.over(1, Outcome::Accepted);
    desk.over(2, Outcome::Accepted);
    assert_eq!(desk.notice(), "Accepted all 2");
    let mut desk = Desk::ringing(&[Kind::Phone; 2]);
    desk.press("  a");
    assert!(desk.notice().starts_with("Accepted none of 2, 2 failed (Caller 1: "), "{}", desk.notice());
}

#[test]
fn a_lost_answer_to_one_of_several_is_settled_by_what_became_of_it() {
    let mut desk = Desk::ringing(&[Kind::Message; 2]);
    desk.press("  a");
    desk.over(1, Outcome::Accepted);
    desk.event(Event::Uncertain { ticket: Ticket(1), problem: Problem::new("the line broke", "") });
    assert!(desk.notice().contains("not confirmed yet"), "{}", desk.notice());
    desk.refused(1);
    assert_eq!(desk.notice(), "Accepted 1 of 2, 1 failed (Caller 2: no)");
}

#[test]
fn calls_and_others_are_told_of_apart() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone, Kind::Call, Kind::Phone]);
    desk.press("    d\n\n");
    for number in [1, 3] {
        desk.over(number, Outcome::Rejected(Rejection::Busy));
    }
    assert_eq!(desk.notice(), "Rejected all 2");
    for number in [2, 4] {
        desk.over(number, Outcome::Declined(Reason::Local));
    }
    assert_eq!(desk.notice(), "Declined all 2");
}
