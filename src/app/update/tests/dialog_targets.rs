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
