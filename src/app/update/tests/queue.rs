//! A queue of invitations: the selection after an answer, and the rows of what has ended.

use super::*;
use crate::app::key::STRAY_KEY_GUARD;

fn selected(app: &TestApp) -> u64 {
    app.state.selected_entry().unwrap().invitation.id.number
}

fn rows(app: &TestApp) -> Vec<u64> {
    app.state.incoming.page(0).map(|entry| entry.invitation.id.number).collect()
}

#[test]
fn a_queue_is_answered_by_the_same_key_again_and_again() {
    let mut app = TestApp::ringing(&[Kind::Message; 4]);
    for number in 1..=4 {
        assert_eq!(selected(&app), number);
        app.press("a");
        app.over(number, Outcome::Accepted);
        app.pass(STRAY_KEY_GUARD);
    }
    let answered: Vec<u64> = app.answers().into_iter().map(|(number, _)| number).collect();
    assert_eq!(answered, [1, 2, 3, 4]);
}

#[test]
fn what_cannot_be_given_the_same_answer_is_passed_over_as_long_as_something_can() {
    let mut app = TestApp::ringing(&[Kind::Message; 4]);
    for number in [2, 3] {
        let offers = Offers { decline: true, ..Offers::default() };
        app.see(Invitation { offers, ..invitation(number, Kind::Phone) });
    }
    app.press("a");
    assert_eq!(selected(&app), 4, "the next one that can be accepted");
    app.pass(STRAY_KEY_GUARD);
    app.press("a");
    assert_eq!(selected(&app), 2, "what is left");
}

#[test]
fn in_the_place_of_a_row_that_goes_the_next_one_that_rings_is_selected() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.over(1, Outcome::Missed);
    app.over(2, Outcome::Missed);
    app.pass(Duration::from_secs(6));
    assert_eq!((rows(&app), selected(&app)), (vec![3], 3));
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.over(1, Outcome::Missed);
    app.pass(Duration::from_secs(3));
    app.over(2, Outcome::Missed);
    app.pass(Duration::from_secs(3));
    assert_eq!((rows(&app), selected(&app)), (vec![2, 3], 3), "and not the one that has ended");
}

#[test]
fn a_key_that_is_held_down_answers_only_one() {
    let mut app = TestApp::ringing(&[Kind::Message; 4]);
    for _ in 0..50 {
        app.press("a");
        app.moment = app.moment.after(Duration::from_millis(50));
    }
    assert_eq!(app.answers().len(), 1);
    assert!(app.notice().contains("just moved"), "{}", app.notice());
}

#[test]
fn after_an_answer_the_cursor_goes_to_the_next_one_that_rings_and_from_the_end_to_the_first() {
    let mut app = TestApp::ringing(&[Kind::Message; 4]);
    app.over(3, Outcome::Missed);
    app.press("jD");
    assert_eq!(selected(&app), 4, "the third is over");
    app.pass(STRAY_KEY_GUARD);
    app.press("d\n");
    assert_eq!(selected(&app), 1);
}

#[test]
fn the_cursor_stays_where_an_answer_was_impossible_or_given_to_others() {
    let mut app = TestApp::ringing(&[Kind::Phone, Kind::Message, Kind::Message]);
    app.press("a");
    assert_eq!(selected(&app), 1, "it can't be accepted here");
    app.press("j  ga");
    assert_eq!(app.answers().len(), 2);
    assert_eq!(selected(&app), 1, "the marked ones were answered");
}

#[test]
fn what_the_user_has_answered_gives_the_cursor_to_the_next_one_that_arrives() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.over(1, Outcome::Accepted);
    assert_eq!(selected(&app), 1, "nothing else rings");
    app.see(invitation(2, Kind::Message));
    assert_eq!(selected(&app), 2);
    app.press("a");
    assert_eq!(app.answers().len(), 1, "that key may be meant for the one before");
    app.pass(STRAY_KEY_GUARD);
    app.press("a");
    assert_eq!(app.answers().len(), 2);
}

#[test]
fn what_the_user_went_back_to_keeps_the_cursor_when_another_arrives() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("a");
    app.press("k");
    app.over(1, Outcome::Accepted);
    app.see(invitation(3, Kind::Message));
    assert_eq!(selected(&app), 1);
}

#[test]
fn an_answer_that_was_refused_keeps_the_cursor() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.refused(0);
    app.see(invitation(2, Kind::Message));
    assert_eq!(selected(&app), 1);
}

#[test]
fn an_answer_that_was_refused_takes_the_cursor_back_unless_the_user_went_on() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.press("a");
    app.pass(Duration::from_millis(100));
    assert_eq!(selected(&app), 2);
    app.refused(0);
    assert_eq!(selected(&app), 1);
    app.press("a");
    assert_eq!(app.answers().len(), 1, "the selection has moved");
    app.pass(STRAY_KEY_GUARD);
    app.press("a");
    app.pass(STRAY_KEY_GUARD);
    app.press("a");
    app.refused(1);
    assert_eq!(selected(&app), 3, "the user is elsewhere by now");
    let answered: Vec<u64> = app.answers().into_iter().map(|(number, _)| number).collect();
    assert_eq!(answered, [1, 1, 2]);
}

#[test]
fn an_answer_that_was_refused_at_once_is_repeated_by_the_same_key() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("a");
    app.refused(0);
    app.press("a");
    let answered: Vec<u64> = app.answers().into_iter().map(|(number, _)| number).collect();
    assert_eq!(answered, [1, 1]);
}

#[test]
fn an_answer_from_the_whole_screen_moves_on_when_the_details_are_closed() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("la");
    assert_eq!((selected(&app), app.state.details.is_full()), (1, true));
    app.press("\u{1b}");
    assert_eq!((selected(&app), app.state.details.is_full()), (2, false));
}

#[test]
fn at_most_three_rows_of_what_is_over_are_shown_and_all_are_kept_for_a_moment() {
    let mut app = TestApp::ringing(&[Kind::Message; 8]);
    app.state.settings.history_limit = 100;
    app.press("G");
    for number in 1..=6 {
        app.over(number, Outcome::Missed);
    }
    assert_eq!(rows(&app), [4, 5, 6, 7, 8]);
    assert_eq!(selected(&app), 8, "the cursor stays on its entry");
    assert_eq!(app.state.incoming.len(), 8);
    assert_eq!(app.outcomes().len(), 6);
    app.press("s/caller\n");
    assert_eq!(app.state.incoming.shown(), 5, "what is folded stays so");
    app.pass(Duration::from_secs(5));
    assert_eq!(rows(&app), [7, 8]);
    assert_eq!(app.state.incoming.len(), 2);
}

#[test]
fn what_the_user_looks_at_is_not_taken_away_when_it_is_over() {
    for keys in ["j", "jk", "l"] {
        let mut app = TestApp::ringing(&[Kind::Message; 6]);
        app.press(keys);
        let looked_at = selected(&app);
        for number in [1, 2, 3, 4, 5] {
            app.over(number, Outcome::CallerGaveUp);
        }
        assert!(rows(&app).contains(&looked_at), "{keys:?}");
        for _ in 0..20 {
            app.pass(Duration::from_secs(1));
        }
        assert_eq!(selected(&app), looked_at, "{keys:?}");
        app.press("\u{1b}G");
        app.pass(Duration::from_secs(5));
        assert_eq!(rows(&app), [6], "{keys:?}");
    }
}

#[test]
fn what_is_over_does_not_hold_the_cursor_for_ever_in_the_list() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("j");
    app.over(2, Outcome::CallerGaveUp);
    app.pass(Duration::from_secs(59));
    assert_eq!(selected(&app), 2);
    app.pass(Duration::from_secs(5));
    assert_eq!(selected(&app), 1);
}

#[test]
fn an_invitation_whose_time_is_up_is_selected_only_if_there_is_no_other() {
    let mut app = TestApp::new();
    let (earlier, later) = (Moment(Duration::from_secs(29)), Moment(Duration::from_secs(31)));
    for (number, deadline) in [(1, earlier), (2, DEADLINE), (3, later)] {
        app.see(Invitation { deadline, ..invitation(number, Kind::Message) });
    }
    app.pass(DEADLINE.left(app.moment));
    app.press("a");
    assert_eq!(selected(&app), 3);
}

#[test]
fn after_declining_what_offers_no_decline_is_passed_over() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    let offers = Offers { accept: true, ..Offers::default() };
    app.see(Invitation { offers, ..invitation(2, Kind::Message) });
    app.press("D");
    assert_eq!(selected(&app), 3);
}
