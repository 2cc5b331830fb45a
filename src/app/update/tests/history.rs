//! The history, and what is stored of it.

use super::*;
use crate::app::key::Code;
use crate::history::{FIRST_NUMBER, HistoryEvent, PAGE, Record};
use crate::invitation::PastInvitation;

/// Returns an entry of an earlier run.
fn kept(name: &str, outcome: Outcome) -> Record {
    let invitation = Invitation { from: somebody(name), to: None, ..invitation(1, Kind::Message) };
    let at = jiff::civil::date(2026, 1, 4).at(9, 0, 0, 0);
    let id = crate::history::EntryId::new(uuid::Uuid::nil(), 1);
    Record { seen: true, ..Record::new(&PastInvitation::new(1, invitation, outcome, at), id) }
}

/// Returns entries of earlier runs, numbered from `first`.
fn numbered(first: u64, records: impl IntoIterator<Item = Record>) -> Vec<Record> {
    (first..).zip(records).map(|(number, record)| Record { number, ..record }).collect()
}

fn callers(app: &TestApp) -> Vec<&str> {
    app.state.history.page(0).map(|past| past.other_side().label()).collect()
}

#[test]
fn what_earlier_runs_have_left_is_shown_latest_first_and_after_what_ended_in_this_one() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.state.settings.history_limit = 4;
    app.over(1, Outcome::Missed);
    let loaded = numbered(1, ["Oldest", "Older", "Latest"].map(|name| kept(name, Outcome::Missed)));
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
    let loaded = numbered(1, ["A", "B", "C", "D", "E"].map(|name| kept(name, Outcome::Missed)));
    app.take(Message::History(HistoryEvent::Loaded(loaded)));
    assert_eq!(callers(&app), ["E", "D", "C"]);
}

/// Returns full pages of entries of earlier runs, of which the last comes last.
fn page(first: u64) -> Vec<Record> {
    numbered(first, (0..PAGE).map(|number| kept(&format!("Caller {number}"), Outcome::Missed)))
}

fn with_older_entries() -> TestApp {
    let mut app = TestApp::new();
    app.state.settings.history_limit = 10_000;
    app.take(Message::History(HistoryEvent::Loaded(page(2_000))));
    app.effects.clear();
    app
}

#[test]
fn a_missed_invitation_is_marked_until_the_list_was_in_front() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Phone, Kind::Participant]);
    app.state.settings.history_limit = 10;
    let earlier = Record { seen: false, ..kept("Lene", Outcome::Expired) };
    app.take(Message::History(HistoryEvent::Loaded(numbered(7, [earlier, kept("Kim", Outcome::Missed)]))));
    app.over(1, Outcome::CallerGaveUp);
    app.over(2, Outcome::AnsweredElsewhere);
    app.over(3, Outcome::NoAnswer);
    assert_eq!(app.state.unseen.iter().copied().collect::<Vec<_>>(), [7, FIRST_NUMBER]);
    app.effects.clear();
    app.press("4");
    assert_eq!(app.effects, [Effect::MarkHistorySeen(vec![7, FIRST_NUMBER])]);
    assert_eq!(app.state.unseen.len(), 2, "the marks stay while the list is in front");
    app.effects.clear();
    app.press("j1");
    assert!(app.effects.is_empty(), "that is stored once: {:?}", app.effects);
    assert!(app.state.unseen.is_empty());
    app.press("4");
    assert!(app.effects.is_empty() && app.state.unseen.is_empty());
}

#[test]
fn the_history_opens_at_the_latest_entry_unless_the_user_was_elsewhere_and_missed_nothing() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.state.settings.history_limit = 10;
    let selected = |app: &TestApp| app.state.history.selected().unwrap().other_side().label().to_owned();
    let loaded = numbered(1, ["Older", "Latest"].map(|name| kept(name, Outcome::Missed)));
    app.take(Message::History(HistoryEvent::Loaded(loaded)));
    assert_eq!(selected(&app), "Latest");
    app.over(1, Outcome::Accepted);
    app.press("4");
    assert_eq!(selected(&app), "Caller 1");
    app.press("G1");
    app.over(2, Outcome::Accepted);
    app.press("4");
    assert_eq!(selected(&app), "Older");
    app.press("1");
    app.over(3, Outcome::Missed);
    app.press("4");
    assert_eq!(selected(&app), "Caller 3");
}

#[test]
fn what_is_missed_while_the_list_is_in_front_is_seen_at_once() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("4");
    app.effects.clear();
    app.over(1, Outcome::Missed);
    let [Effect::StoreHistoryEntry(past), Effect::MarkHistorySeen(seen)] = app.effects.as_slice() else {
        panic!("{:?}", app.effects)
    };
    assert_eq!(*seen, [past.number]);
    assert!(app.state.unseen.contains(&past.number), "it is marked until the list is left");
}

#[test]
fn older_entries_are_read_when_the_selection_comes_near_the_end() {
    let mut app = with_older_entries();
    app.press("4");
    assert!(app.effects.is_empty(), "the latest are in front: {:?}", app.effects);
    app.press("G");
    assert_eq!(app.effects, [Effect::ReadOlderHistory(2_000)]);
    app.press("k");
    assert_eq!(app.effects.len(), 1, "they are requested once");
    app.take(Message::History(HistoryEvent::Older(page(1_000))));
    assert_eq!(app.state.history.len(), 2 * PAGE);
    app.effects.clear();
    app.press("G");
    assert_eq!(app.effects, [Effect::ReadOlderHistory(1_000)]);
    app.take(Message::History(HistoryEvent::Older(numbered(1, [kept("First", Outcome::Missed)]))));
    app.effects.clear();
    app.press("G");
    assert!(app.effects.is_empty(), "there are no older ones");
    assert_eq!(app.state.history.selected().unwrap().other_side().name.as_str(), "First");
}

#[test]
fn a_filter_searches_older_entries_too_and_forgets_them_when_it_is_cleared() {
    let mut app = with_older_entries();
    app.press("4/Zo");
    let search = |text: &str| Effect::SearchHistory { text: text.into(), before: 2_000 };
    assert_eq!(app.effects, [search("z"), search("zo")]);
    let found = |text: &str, name| HistoryEvent::Found {
        text: text.into(),
        records: numbered(5, [kept(name, Outcome::Missed)]),
    };
    app.take(Message::History(found("z", "Zed")));
    assert_eq!(app.state.history.len(), PAGE, "that was the answer to an earlier question");
    app.take(Message::History(found("zo", "Zoë")));
    assert_eq!(callers(&app), ["Zoë"]);
    app.key(Key::plain(Code::Esc));
    assert_eq!((app.state.history.shown(), app.state.history.len()), (PAGE, PAGE));
}

#[test]
fn nothing_older_is_read_than_the_list_may_hold() {
    let mut app = TestApp::new();
    app.state.settings.history_limit = PAGE;
    app.take(Message::History(HistoryEvent::Loaded(page(2_000))));
    app.press("4G");
    assert!(app.effects.is_empty(), "{:?}", app.effects);
}

#[test]
fn an_entry_has_how_long_it_rang_what_was_done_and_whose_account_it_was() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.state.accounts[0].label = "contoso.com".into();
    app.press("a");
    app.over(1, Outcome::CallerGaveUp);
    app.over(2, Outcome::Missed);
    let kept: Vec<_> = app
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StoreHistoryEntry(past) => Some((past.decision.as_str(), past.account.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(kept, [("accept", "contoso.com"), ("", "contoso.com")]);
    let rang = app.state.history.selected().unwrap().rang;
    assert!(rang.is_some(), "{rang:?}");
}

#[test]
fn what_the_limit_has_removed_no_longer_counts_as_missed() {
    let mut app = TestApp::ringing(&[Kind::Message; 4]);
    for number in 1..=4 {
        app.over(number, Outcome::CallerGaveUp);
    }
    assert_eq!((app.state.history.len(), app.state.unseen.len()), (3, 3));
}

#[test]
fn older_entries_are_read_once_the_last_one_is_at_most_a_screen_away() {
    let mut app = with_older_entries();
    app.press("4");
    let nearest = PAGE - 1 - usize::from(app.state.viewport.rows);
    app.state.history.select_at(nearest - 2);
    app.press("j");
    assert_eq!(app.state.history.position(), Some(nearest - 1));
    assert_eq!(app.effects, []);
    app.press("j");
    assert_eq!(app.effects, [Effect::ReadOlderHistory(2_000)]);
}
