//! The user's own presence.

use std::sync::Arc;

use super::*;
use crate::app::OwnPresence;
use crate::invitation::{Availability, PreferredAvailability, Presence};

const BOT: AccountId = AccountId(1);

fn presence(availability: Availability) -> Event {
    Event::Presence(Some(Presence { availability: Some(availability), activity: "".into() }))
}

fn with_bot() -> TestApp {
    let mut app = TestApp::new();
    app.state.accounts.push(Account {
        status: Status::Online { since: Moment::default() },
        is_bot: true,
        ..Account::default()
    });
    app
}

/// Returns the presences that were sent, with their accounts.
fn sent(app: &TestApp) -> Vec<(AccountId, Option<PreferredAvailability>)> {
    let set = |effect: &Effect| match effect {
        Effect::Provider(account, Command::SetPresence { presence, .. }) => Some((*account, *presence)),
        _ => None,
    };
    app.effects.iter().filter_map(set).collect()
}

#[test]
fn the_bell_is_silent_while_the_account_is_not_to_be_disturbed() {
    let mut app = with_bot();
    app.event(presence(Availability::DoNotDisturb));
    app.see(invitation(1, Kind::Message));
    assert!(!app.effects.contains(&Effect::Bell));
    app.take(Message::Provider(
        BOT,
        Event::Invitation(Arc::new(Invitation {
            id: InvitationId { account: BOT, number: 2 },
            ..invitation(2, Kind::Call)
        })),
    ));
    assert!(app.effects.contains(&Effect::Bell), "a call of the bot rings");
    app.effects.clear();
    app.event(presence(Availability::Busy));
    app.see(invitation(3, Kind::Message));
    assert!(app.effects.contains(&Effect::Bell));
}

#[test]
fn messages_are_silent_too_while_the_account_is_not_to_be_disturbed() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.event(presence(Availability::DoNotDisturb));
    let message = || {
        Event::Message(Box::new(crate::invitation::ChatMessage {
            conversation: conversation_id(1),
            from: somebody("Lene"),
            text: crate::invitation::MessageText::from(&crate::text::DisplayText::new("Hi")),
        }))
    };
    app.event(message());
    assert!(!app.effects.contains(&Effect::Bell));
    app.event(Event::Presence(None));
    app.event(message());
    assert!(app.effects.contains(&Effect::Bell), "a presence that is not known silences nothing");
}

#[test]
fn a_presence_is_set_for_the_only_account_that_has_one() {
    let mut app = with_bot();
    app.press("pbusy\n");
    assert_eq!(sent(&app), [(ACCOUNT, Some(PreferredAvailability::Busy))]);
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(app.notice(), "Your presence was set to “Busy”");
    app.press("preset\n");
    assert_eq!(sent(&app)[1], (ACCOUNT, None));
    app.refused(1);
    assert_eq!(app.notice(), "Your presence was not reset: no");
    app.press("poff\n");
    app.event(Event::Uncertain { ticket: Ticket(2), problem: Problem::new("the connection broke", "") });
    assert!(app.notice().contains("“Off work” is not confirmed (the connection broke)"), "{}", app.notice());
    assert!(app.state.pending_requests.is_empty());
}

#[test]
fn of_several_accounts_that_of_the_selected_entry_is_meant_or_the_user_is_asked() {
    let mut app = with_bot();
    app.state.accounts[1].is_bot = false;
    app.press("pj\nbusy\n");
    assert_eq!(sent(&app), [(BOT, Some(PreferredAvailability::Busy))]);
    app.see(invitation(1, Kind::Message));
    app.effects.clear();
    app.press("pbusy\n");
    assert_eq!(sent(&app), [(ACCOUNT, Some(PreferredAvailability::Busy))]);
    app.over(1, Outcome::Missed);
    app.pass(Duration::from_secs(10));
    app.press("p\u{1b}");
    assert!(app.is_idle());
    assert_eq!(sent(&app).len(), 1);
}

#[test]
fn a_bot_has_no_presence_and_the_screen_says_so() {
    let mut app = with_bot();
    app.state.accounts.remove(0);
    app.press("p");
    assert!(app.is_idle());
    assert_eq!(app.notice(), "A bot’s account has no presence");
    app.event(presence(Availability::DoNotDisturb));
    assert_eq!(app.state.accounts[0].presence, OwnPresence::Unknown);
}

#[test]
fn a_new_session_has_to_tell_the_presence_again() {
    let mut app = TestApp::new();
    app.event(presence(Availability::DoNotDisturb));
    app.event(Event::SignedIn { me: somebody("Tosh") });
    assert_eq!(app.state.accounts[0].presence, OwnPresence::Unknown);
}

#[test]
fn the_accounts_to_choose_from_are_reached_by_several_keys() {
    let mut app = with_bot();
    app.state.accounts[1].is_bot = false;
    app.press("p");
    for (key, highlighted) in down_and_up() {
        app.key(key);
        let Mode::Presence(dialog) = &app.state.mode else { panic!("{:?}", app.state.mode) };
        assert_eq!(dialog.highlighted, highlighted, "{key}");
    }
}
