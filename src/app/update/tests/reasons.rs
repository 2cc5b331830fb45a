//! The reasons why actions are not available, which the palette shows.

use super::*;
use crate::app::reason_against;

/// Asserts the reasons against actions on what is selected; an empty one stands for none.
fn assert_reasons(app: &TestApp, reasons: &[(Action, &str)]) {
    for (action, reason) in reasons {
        let against = reason_against(&app.state, &app.state.focus(), *action);
        assert_eq!(against.unwrap_or_default(), *reason, "{action:?}");
    }
}

const NOTHING: &str = "Nothing is selected";
const FORBIDDEN: &str = "The server does not allow that for this invitation now";

#[test]
fn an_incoming_invitation_is_neither_cancelled_nor_redirected() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    let reasons = [
        (Action::Accept, ""),
        (Action::Decline, ""),
        (Action::Mark, ""),
        (Action::Details, ""),
        (Action::Copy, ""),
        (Action::Redirect, "Only a call to the bot can be redirected"),
        (Action::Cancel, "Only invitations that you sent can be cancelled; decline this one instead"),
    ];
    assert_reasons(&app, &reasons);
    let all = Offers { cancel: true, ..Offers::default() };
    app.see(Invitation { offers: all, ..invitation(1, Kind::Message) });
    assert_reasons(&app, &[reasons[6], (Action::Decline, FORBIDDEN), (Action::DeclineNow, FORBIDDEN)]);
    app.see(Invitation { offers: Offers::default(), ..invitation(1, Kind::Call) });
    assert_reasons(&app, &[(Action::Redirect, FORBIDDEN)]);
}

#[test]
fn an_answered_invitation_can_no_longer_be_marked() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    let waiting = "Already answered; waiting for the server";
    assert_reasons(&app, &[(Action::Mark, waiting), (Action::Decline, waiting), (Action::Details, "")]);
}

#[test]
fn what_the_user_sent_is_cancelled_and_not_declined() {
    let mut app = TestApp::ringing(&[Kind::Participant]);
    app.press("2");
    let declines = "You sent this one; cancel it instead";
    assert_reasons(
        &app,
        &[
            (Action::Cancel, ""),
            (Action::Decline, declines),
            (Action::DeclineNow, declines),
            (Action::Mark, "Only incoming invitations can be marked; press 1"),
        ],
    );
    let offers = Offers::default();
    app.see(Invitation { offers, ..invitation(1, Kind::Participant) });
    assert_reasons(&app, &[(Action::Cancel, FORBIDDEN)]);
}

#[test]
fn in_an_empty_list_nothing_is_selected() {
    let mut app = TestApp::new();
    let nothing = [Action::Details, Action::Copy, Action::Accept, Action::Redirect, Action::Mark];
    assert_reasons(&app, &nothing.map(|action| (action, NOTHING)));
    app.press("3");
    let lobby = "Nobody waits in a lobby here; press 1 for the incoming invitations";
    let only = "This works on invitations only; press 1 for the incoming ones";
    assert_reasons(
        &app,
        &[
            (Action::Details, NOTHING),
            (Action::Accept, lobby),
            (Action::Decline, lobby),
            (Action::Redirect, "Only a call that the bot has answered can be transferred, once at a time"),
        ],
    );
    app.press("4");
    assert_reasons(&app, &[(Action::Accept, only), (Action::Redirect, only)]);
}

#[test]
fn reasons_name_the_key_that_is_bound_to_the_incoming_list() {
    let reasons = |keys: Vec<_>| {
        let mut app = TestApp::new();
        app.press("3");
        app.state.settings.keys = crate::app::KeyMap::with_overrides(&[(Action::Incoming, keys)]).unwrap();
        let against = |action| reason_against(&app.state, &app.state.focus(), action).unwrap_or_default();
        let mut reasons = vec![against(Action::Mark), against(Action::Accept)];
        app.press("4");
        reasons.push(reason_against(&app.state, &app.state.focus(), Action::Accept).unwrap_or_default());
        reasons
    };
    let bound = [
        "Only incoming invitations can be marked; press z",
        "Nobody waits in a lobby here; press z for the incoming invitations",
        "This works on invitations only; press z for the incoming ones",
    ];
    assert_eq!(reasons(vec!['z'.into()]), bound);
    assert_eq!(reasons(Vec::new()), bound.map(|reason| reason.split_once("; press").unwrap().0));
}
