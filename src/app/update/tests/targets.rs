//! The targets of keys and dialogs.

use super::*;
use crate::app::{Confirm, Palette};

fn confirming(app: &TestApp) -> &Confirm {
    match &app.state.mode {
        Mode::Confirm(confirm) => confirm,
        other => panic!("no confirmation: {other:?}"),
    }
}

fn accepted(numbers: &[u64]) -> Vec<(u64, Decision)> {
    numbers.iter().map(|number| (*number, Decision::Accept)).collect()
}

/// The entries of a screen of 80 by 24 that the list has room for.
const ROWS: usize = 12;

#[test]
fn a_palette_keeps_its_caller_when_another_one_is_selected() {
    let mut app = TestApp::new();
    app.retitle(1, Kind::Message, "printer");
    app.retitle(2, Kind::Message, "printer");
    app.press("/printer\n:accept");
    app.retitle(1, Kind::Message, "scanner");
    assert_eq!(app.state.incoming.selected().unwrap().invitation.id, id(2), "the filter hides the first one");
    app.press("\n");
    assert_eq!(app.answers(), accepted(&[1]));
}

#[test]
fn a_palette_opened_on_nothing_answers_nobody() {
    for keys in [":accept", ":decline_now", ":redirect"] {
        let mut app = TestApp::new();
        app.press(keys);
        app.see(invitation(1, if keys == ":redirect" { Kind::Call } else { Kind::Message }));
        app.press("\n");
        assert!(app.answers().is_empty() && app.is_idle(), "{keys}");
        assert_eq!(app.notice(), "Nothing is selected");
    }
}

#[test]
fn a_palette_opened_on_a_caller_who_hangs_up_closes_and_says_so() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.press(":accept");
    app.over(2, Outcome::Missed);
    assert!(!app.is_idle(), "that was another one");
    app.over(1, Outcome::CallerGaveUp);
    assert!(app.is_idle());
    assert_eq!(app.notice(), "Caller 1: the caller gave up before you chose an action");
    app.press("\n");
    assert!(app.answers().is_empty());
}

#[test]
fn what_is_still_typed_into_a_dialog_that_closed_by_itself_means_nothing() {
    let mut app = TestApp::ringing(&[Kind::Phone, Kind::Message]);
    app.press(" :dec");
    app.over(1, Outcome::CallerGaveUp);
    assert!(app.is_idle());
    for character in "lineaD".chars() {
        app.moment = app.moment.after(Duration::from_millis(300));
        app.press(&character.to_string());
    }
    assert!(app.is_idle() && app.answers().is_empty());
    assert!(app.notice().contains("the caller gave up"), "{}", app.notice());
    app.pass(Duration::from_millis(400));
    app.press("a");
    assert_eq!(app.answers(), accepted(&[2]));
}

#[test]
fn a_palette_for_the_marked_shrinks_and_closes_with_the_last() {
    let mut app = TestApp::ringing(&[Kind::Message; 4]);
    app.press("   :accept");
    app.over(1, Outcome::Missed);
    assert_eq!(app.notice(), "Caller 1: missed; 2 of 3 left");
    let Mode::Palette(Palette { focus, .. }) = &app.state.mode else { panic!("no palette") };
    assert_eq!(focus.marked, [id(2), id(3)]);
    app.over(2, Outcome::Missed);
    app.over(3, Outcome::Missed);
    assert!(app.is_idle(), "what is selected was not meant");
}

#[test]
fn a_choice_shrinks_and_says_so_when_one_of_several_ends() {
    let mut app = TestApp::ringing(&[Kind::Phone, Kind::Phone, Kind::Phone]);
    app.press("   d");
    app.over(2, Outcome::CallerGaveUp);
    assert_eq!(app.notice(), "Caller 2: the caller gave up; 2 of 3 left");
    app.press("\n");
    let declined = Decision::Decline(Reason::Local);
    assert_eq!(app.answers(), [(1, declined.clone()), (3, declined)]);
}

#[test]
fn a_line_for_a_conversation_closes_when_that_is_over() {
    for (keys, words) in [
        ("ijoe", "Talk: the conversation has ended; no one was invited"),
        ("mhello", "Talk: the conversation has ended; your message was not sent"),
        (":inv", "Talk: the conversation has ended; choose another one"),
    ] {
        for resync in [false, true] {
            let mut app = TestApp::new();
            app.event(Event::Conversation(Box::new(conversation(1))));
            app.event(Event::Conversation(Box::new(conversation(3))));
            app.press("3");
            app.press(keys);
            app.event(Event::ConversationEnded(conversation_id(3)));
            assert!(!app.is_idle(), "that was another one");
            if resync {
                app.event(Event::Snapshot { invitations: Vec::new(), conversations: Vec::new() });
            } else {
                app.event(Event::ConversationEnded(conversation_id(1)));
            }
            assert!(app.is_idle(), "{keys}");
            assert_eq!(app.notice(), words);
        }
    }
}

#[test]
fn what_a_conversation_no_longer_takes_is_kept_and_not_sent() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3mhello");
    app.effects.clear();
    app.event(Event::Conversation(Box::new(Conversation { can_send: false, ..conversation(1) })));
    app.press("\n");
    let Mode::Prompt(prompt) = &app.state.mode else { panic!("the line is gone") };
    assert_eq!(prompt.line.input.value(), "hello");
    assert!(prompt.line.complaint.unwrap().contains("accepts no messages"), "{prompt:?}");
    assert!(app.effects.is_empty());
}

#[test]
fn a_row_that_the_filter_begins_to_hide_is_not_selected() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.press("/caller\nj");
    app.see(Invitation {
        from: Party { name: "Dana".into(), ..Party::default() },
        ..invitation(2, Kind::Message)
    });
    assert_eq!(app.state.incoming.selected().unwrap().invitation.id, id(3));
    app.press("a");
    assert!(app.answers().is_empty(), "that key was meant for the one before");
    app.pass(Duration::from_millis(400));
    app.press("a");
    assert_eq!(app.answers(), accepted(&[3]));
}

#[test]
fn the_last_row_that_the_filter_begins_to_hide_leaves_nothing_selected() {
    let mut app = TestApp::new();
    app.retitle(1, Kind::Message, "printer");
    app.press("/printer\n");
    app.retitle(1, Kind::Message, "scanner");
    assert!(app.state.incoming.selected().is_none());
    app.pass(Duration::from_secs(1));
    app.press("aD");
    assert!(app.answers().is_empty());
}

#[test]
fn marked_rows_that_the_filter_hides_are_not_answered() {
    let mut app = TestApp::ringing(&[Kind::Message; 3]);
    app.press("   /caller 3\na");
    assert_eq!(app.answers(), accepted(&[3]));
    assert_eq!(app.state.marked.len(), 2, "the others stay marked");
    app.press("/\u{1b}\u{1b}");
    assert!(app.state.marked.is_empty());
}

#[test]
fn marked_rows_that_are_scrolled_away_are_answered_only_after_a_confirmation_that_names_them() {
    for (key, decision) in [("a", Decision::Accept), ("D", Decision::Decline(Reason::Local))] {
        let mut app = TestApp::ringing(&[Kind::Message; 40]);
        app.press("  G");
        app.press(key);
        assert!(app.answers().is_empty());
        assert_eq!(confirming(&app).unseen, [id(1), id(2)]);
        app.press("\u{1b}");
        assert!(app.is_idle() && app.answers().is_empty());
        app.press(key);
        app.press("\n");
        assert_eq!(app.answers(), [(1, decision.clone()), (2, decision)]);
    }
}

#[test]
fn marked_rows_that_are_in_sight_need_no_confirmation() {
    let mut app = TestApp::ringing(&[Kind::Message; 40]);
    app.press("  a");
    assert_eq!(app.answers(), accepted(&[1, 2]));
    let mut app = TestApp::ringing(&[Kind::Message; 40]);
    app.press(" ");
    for _ in 0..ROWS {
        app.press("j");
    }
    app.press("a");
    assert_eq!(confirming(&app).unseen, [id(1)]);
}

#[test]
fn a_smaller_screen_a_longer_notice_and_full_details_take_rows_out_of_sight() {
    let mut small = TestApp::ringing(&[Kind::Message; 4]);
    small.press("  ");
    small.resize(20, 5);
    let mut full = TestApp::ringing(&[Kind::Message; 4]);
    full.press("  l");
    for mut app in [small, full] {
        app.press("a");
        assert!(confirming(&app).unseen.contains(&id(1)), "{:?}", app.state.mode);
    }
    let mut told = TestApp::ringing(&[Kind::Message; 12]);
    told.resize(80, 18);
    told.press("jjjjjjjj  gG");
    let before = told.state.viewport.invitations.len();
    told.state.settings.bell = false;
    told.event(Event::Notice("many words ".repeat(30).as_str().into()));
    assert!(told.state.viewport.invitations.len() <= before);
}

#[test]
fn a_confirmation_shrinks_and_closes_with_what_it_is_for() {
    let mut app = TestApp::ringing(&[Kind::Message; 40]);
    app.press("  Ga");
    app.over(1, Outcome::CallerGaveUp);
    assert_eq!(confirming(&app).unseen, [id(2)]);
    app.over(2, Outcome::CallerGaveUp);
    assert!(app.is_idle());
    assert_eq!(app.notice(), "Caller 2: the caller gave up before you confirmed");
}

#[test]
fn a_confirmed_decline_asks_why() {
    let mut app = TestApp::ringing(&[Kind::Message; 40]);
    app.press("  Gd\n");
    assert!(matches!(&app.state.mode, Mode::Decline(declining) if declining.targets.ids == [id(1), id(2)]));
}

#[test]
fn a_row_that_moves_in_another_list_blocks_no_key_of_the_list_in_front() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Participant, Kind::Participant]);
    app.over(2, Outcome::Joined);
    app.pass(Duration::from_secs(5));
    assert!(app.state.outgoing.just_moved(app.moment), "its row is gone");
    app.press("a");
    assert_eq!(app.answers(), accepted(&[1]));
    app.press("2c");
    assert_eq!(app.answers().len(), 1, "there the selection did move");
}

#[test]
fn what_the_footer_offers_for_the_marked_is_what_they_allow() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Phone]);
    app.press(" ");
    assert_eq!(app.state.incoming.selected().unwrap().invitation.kind, Kind::Phone);
    assert!(available(&app.state).contains(&Action::Accept));
    app.press("\u{1b}");
    assert!(!available(&app.state).contains(&Action::Accept));
}

#[test]
fn the_key_for_the_background_works_in_every_dialog() {
    for open in ["", "d", "/", "?", ":", "   Ga", "f", "df"] {
        let mut app = TestApp::ringing(&[Kind::Call; 40]);
        app.press(open);
        let mode = format!("{:?}", app.state.mode);
        app.key(Key::ctrl('z'));
        assert_eq!(app.effects, [Effect::Suspend], "{open}");
        assert_eq!(format!("{:?}", app.state.mode), mode, "{open}: it is still open afterwards");
    }
}

#[test]
fn a_letter_that_goes_to_the_background_is_typed_where_text_is() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.state.settings.keys =
        crate::app::KeyMap::with_overrides(&[(Action::Suspend, vec!['z'.into()])]).unwrap();
    app.press("/z");
    app.key(Key::ctrl('z'));
    assert!(app.effects.is_empty());
    app.press("\nz");
    assert_eq!(app.effects, [Effect::Suspend]);
}

#[test]
fn details_over_the_whole_screen_do_not_become_those_of_somebody_else() {
    let mut app = TestApp::new();
    app.retitle(1, Kind::Message, "printer");
    app.retitle(2, Kind::Message, "printer");
    app.press("/printer\n\n");
    app.retitle(1, Kind::Message, "scanner");
    assert!(!app.state.details.is_full());
    assert_eq!(app.notice(), "The entry you were viewing has left the list");
    app.retitle(1, Kind::Message, "printer");
    app.press("\n");
    app.press("k");
    assert!(app.state.details.is_full(), "they follow the user");
}

#[test]
fn that_open_details_are_gone_takes_no_message_of_the_same_moment_away() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.event(Event::Conversation(Box::new(conversation(3))));
    app.press("3\nmhello");
    app.event(Event::ConversationEnded(conversation_id(1)));
    assert!(!app.state.details.is_full());
    assert_eq!(app.notice(), "Talk: the conversation has ended; your message was not sent");
}

#[test]
fn what_is_over_cannot_be_marked_and_says_why() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.over(1, Outcome::Missed);
    app.press("g ");
    assert!(app.state.marked.is_empty());
    assert_eq!(app.notice(), "Already over: missed");
    app.press(" ");
    assert_eq!(app.state.marked.len(), 1, "the next one is");
}

#[test]
fn keys_for_what_may_not_have_been_seen_yet_are_ignored_and_others_are_not() {
    for keys in ["a", "d", "D", " ", ":"] {
        let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
        app.state.viewport.is_stale = true;
        app.press(keys);
        assert!(app.is_idle() && app.effects.is_empty() && app.state.marked.is_empty(), "{keys}");
        let notice = app.state.notice.as_ref().unwrap().text.as_str();
        assert_eq!(notice, "The screen was not up to date; press again", "{keys}");
        app.press(keys);
        let done = !app.is_idle() || !app.effects.is_empty() || !app.state.marked.is_empty();
        assert!(done, "{keys}: the next frame was seen");
    }
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message]);
    app.state.viewport.is_stale = true;
    app.press("j");
    assert_eq!(app.state.incoming.position(), Some(1), "whoever looks around may");
}
