//! The invitations that a dialog was opened on, when others end.

use super::*;

#[test]
fn the_end_of_an_invitation_that_a_dialog_is_not_about_is_no_word_of_the_dialog() {
    for (keys, kind) in [("d", Kind::Message), ("d", Kind::Call)] {
        let mut app = TestApp::ringing(&[kind, kind]);
        app.press(keys);
        assert!(!app.is_idle());
        app.over(2, Outcome::CallerGaveUp);
        assert_eq!(app.notice(), "", "{kind:?}");
        assert!(!app.is_idle(), "{kind:?}");
        app.over(1, Outcome::CallerGaveUp);
        assert_eq!(app.notice(), "Caller 1: the caller gave up before you chose a reason", "{kind:?}");
        assert!(app.is_idle(), "{kind:?}");
    }
}

#[test]
fn calls_that_are_asked_about_later_count_among_those_that_are_left() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message, Kind::Call]);
    app.press("   d");
    app.over(1, Outcome::CallerGaveUp);
    assert_eq!(app.notice(), "Caller 1: the caller gave up; 2 of 3 left");
}

#[test]
fn an_invitation_whose_outcome_is_not_known_is_told_to_be_over() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("d");
    app.over(1, Outcome::Lost);
    assert_eq!(app.notice(), "Caller 1: over before you chose a reason");
}
