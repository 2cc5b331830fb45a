//! Invitations that were missed before signing in.

use super::*;
use crate::history::{HistoryEvent, Record};
use crate::invitation::{Importance, MissedLog};

fn log(number: u64) -> MissedLog {
    MissedLog {
        number,
        thread: "thread".into(),
        at: jiff::Timestamp::UNIX_EPOCH,
        kind: Kind::Message,
        from: somebody("Lene"),
        subject: "Subject".into(),
        message: "".into(),
        importance: Importance::Normal,
    }
}

fn stored(log_number: u64) -> (u64, Record) {
    let record = Record::of_missed(&log(log_number), &"contoso".into());
    (log_number, Record { number: 100 + log_number, ..record })
}

#[test]
fn what_the_server_has_logged_is_sorted_out_by_the_history_and_told_once() {
    let mut app = TestApp::new();
    app.state.settings.history_limit = 10;
    app.event(Event::MissedWhileAway(vec![log(0), log(1)]));
    assert!(
        matches!(app.effects.as_slice(), [Effect::AddMissed { account: ACCOUNT, logs, .. }] if logs.len() == 2)
    );
    assert_eq!((app.notice().as_str(), app.state.history.len()), ("", 0), "some may be known");
    app.take(Message::History(HistoryEvent::Missed {
        account: ACCOUNT,
        entries: vec![stored(0), stored(1)],
    }));
    assert_eq!(app.notice(), "2 missed while you were away (4 shows them)");
    assert_eq!(app.outcomes(), [Outcome::MissedWhileAway, Outcome::MissedWhileAway]);
    assert_eq!(app.state.unseen.len(), 2);
}

#[test]
fn the_server_learns_what_the_user_has_looked_at() {
    let mut app = TestApp::new();
    app.state.settings.history_limit = 10;
    app.take(Message::History(HistoryEvent::Missed {
        account: ACCOUNT,
        entries: vec![stored(0), stored(1)],
    }));
    app.press("4");
    let seen = Effect::Provider(ACCOUNT, Command::MissedSeen(vec![0, 1]));
    assert_eq!(app.effects, [seen, Effect::MarkHistorySeen(vec![100, 101])]);
    app.press("14");
    assert_eq!(app.effects.len(), 2, "once");
}

#[test]
fn what_was_missed_is_marked_as_read_after_signing_in_again() {
    let mut app = TestApp::new();
    app.state.settings.history_limit = 10;
    app.take(Message::History(HistoryEvent::Missed { account: ACCOUNT, entries: vec![stored(7)] }));
    app.event(Event::SignedIn { me: somebody("Tosh") });
    app.press("4");
    let seen = Effect::Provider(ACCOUNT, Command::MissedSeen(vec![7]));
    assert!(app.effects.contains(&seen), "{:?}", app.effects);
}

#[test]
fn each_server_learns_only_of_its_own_logs() {
    let mut app = TestApp::new();
    app.state.settings.history_limit = 10;
    app.state.accounts.push(Account::default());
    let logs = [(ACCOUNT, 0), (AccountId(1), 1)];
    for (account, number) in logs {
        app.take(Message::History(HistoryEvent::Missed { account, entries: vec![stored(number)] }));
    }
    app.press("4");
    for (account, number) in logs {
        let seen = Effect::Provider(account, Command::MissedSeen(vec![number]));
        assert!(app.effects.contains(&seen), "{:?}", app.effects);
    }
}
