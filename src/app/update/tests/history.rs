//! The history, and what is stored of it.

use super::*;
use crate::history::{HistoryEvent, Record};
use crate::invitation::PastInvitation;

/// Returns an entry of an earlier run.
fn kept(name: &str, outcome: Outcome) -> Record {
    let invitation = Invitation { from: somebody(name), to: None, ..invitation(1, Kind::Message) };
    let at = jiff::civil::date(2026, 1, 4).at(9, 0, 0, 0);
    let id = crate::history::EntryId::new(uuid::Uuid::nil(), 1);
    Record::new(&PastInvitation { number: 1, invitation, outcome, at }, id)
}

fn callers(app: &TestApp) -> Vec<&str> {
    app.state.history.page(0).map(|past| past.other_side().label()).collect()
}

#[test]
fn what_earlier_runs_have_left_is_shown_latest_first_and_after_what_ended_in_this_one() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.state.settings.history_limit = 4;
    app.over(1, Outcome::Missed);
    let loaded = ["Oldest", "Older", "Latest"].map(|name| kept(name, Outcome::Missed)).to_vec();
    app.take(Message::History(HistoryEvent::Loaded(loaded)));
    assert_eq!(callers(&app), ["Caller 1", "Latest", "Older", "Oldest"]);
    app.over(2, Outcome::Missed);
    assert_eq!(callers(&app), ["Caller 2", "Caller 1", "Latest", "Older"], "the oldest goes first");
}

#[test]
fn an_end_is_kept_with_the_time_that_the_wall_clock_shows() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.over(1, Outcome::Missed);
    assert_eq!(app.state.history.selected().unwrap().at, now(app.moment).wall);
}

#[test]
fn that_the_history_can_not_be_written_is_told_with_the_reason() {
    let mut app = TestApp::new();
    app.take(Message::History(HistoryEvent::Failed("the disk is full".into())));
    assert!(app.notice().contains("only until you quit"), "{}", app.notice());
    assert!(app.notice().contains("the disk is full"), "{}", app.notice());
    assert_eq!(app.state.notice.as_ref().unwrap().tone, Tone::Problem);
}

#[test]
fn what_ends_while_the_user_leaves_is_kept() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("aq");
    app.effects.clear();
    app.over(1, Outcome::Accepted);
    let [Effect::StoreHistoryEntry(past)] = app.effects.as_slice() else { panic!("{:?}", app.effects) };
    assert_eq!(past.outcome, Outcome::Accepted);
    assert_eq!(past.other_side().name.as_str(), "Caller 1");
}

#[test]
fn who_accepted_it_is_kept_with_its_end_or_amends_what_was_kept_once() {
    let accepted = |app: &mut TestApp, name: &str| {
        app.effects.clear();
        app.event(Event::AcceptedBy { id: id(1), party: Box::new(somebody(name)) });
    };
    let kept = |app: &TestApp| match app.effects.as_slice() {
        [Effect::StoreHistoryEntry(past)] => (past.number, past.invitation.accepted_by.clone()),
        other => panic!("{other:?}"),
    };
    let mut app = TestApp::ringing(&[Kind::Phone]);
    accepted(&mut app, "Kim");
    assert!(app.effects.is_empty(), "it is not over");
    app.over(1, Outcome::AnsweredElsewhere);
    assert_eq!(kept(&app).1, Some(somebody("Kim")));
    let mut app = TestApp::ringing(&[Kind::Phone]);
    app.over(1, Outcome::AnsweredElsewhere);
    let (number, unknown) = kept(&app);
    assert_eq!(unknown, None);
    accepted(&mut app, "Kim");
    assert_eq!(kept(&app), (number, Some(somebody("Kim"))), "the same entry");
    assert_eq!(app.state.history.len(), 1);
    let shown = app.state.history.selected().unwrap();
    assert_eq!(shown.invitation.accepted_by, Some(somebody("Kim")));
    accepted(&mut app, "Kim");
    assert!(app.effects.is_empty(), "that was known");
    app.press("4/kim\n");
    assert_eq!(app.state.history.shown(), 1, "what is shown is found");
}

#[test]
fn no_more_of_earlier_runs_is_shown_than_the_history_keeps() {
    let mut app = TestApp::new();
    let loaded = ["A", "B", "C", "D", "E"].map(|name| kept(name, Outcome::Missed)).to_vec();
    app.take(Message::History(HistoryEvent::Loaded(loaded)));
    assert_eq!(callers(&app), ["E", "D", "C"]);
}
