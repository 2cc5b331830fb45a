//! Invitations that arrive while another list is on the screen.

use super::*;

fn newcomers(app: &TestApp) -> Vec<u64> {
    app.state.newcomers.iter().map(|id| id.number).collect()
}

#[test]
fn an_invitation_is_new_until_its_row_is_shown() {
    // The keys that were pressed before it arrived and after it, and whether it is still new then.
    let cases = [
        ("", "", false),
        ("3", "", true),
        ("3", "2", true),
        ("3", "4j", true),
        ("3", "1", false),
        ("3", "13", false),
        ("2", "\u{1b}", true),
        ("3?", "", true),
    ];
    for (before, after, is_new) in cases {
        let mut app = TestApp::new();
        app.press(before);
        app.see(invitation(1, Kind::Message));
        app.press(after);
        assert_eq!(!newcomers(&app).is_empty(), is_new, "{before:?} {after:?}");
        assert_eq!(app.state.needs_tick(), is_new || app.state.tab == Tab::Incoming, "{before:?} {after:?}");
    }
}

#[test]
fn a_newcomer_that_is_over_or_answered_is_no_longer_announced() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("3");
    for number in 2..5 {
        app.see(invitation(number, Kind::Message));
    }
    app.see(invitation(1, Kind::Message));
    assert_eq!(newcomers(&app), [2, 3, 4], "what was there before is not new");
    app.over(3, Outcome::CallerGaveUp);
    assert_eq!(newcomers(&app), [2, 4]);
    app.see(invitation(10, Kind::Participant));
    assert_eq!(newcomers(&app), [2, 4], "the user's own is no news");
    app.over(2, Outcome::Missed);
    app.over(4, Outcome::AnsweredElsewhere);
    assert!(newcomers(&app).is_empty());
}
