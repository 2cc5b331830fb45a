//! What keys and dialogs act on.

use super::*;
use crate::app::{Confirm, Palette};

fn confirming(desk: &Desk) -> &Confirm {
    match &desk.state.mode {
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
    let mut desk = Desk::new();
    desk.retitle(1, Kind::Message, "printer");
    desk.retitle(2, Kind::Message, "printer");
    desk.press("/printer\n:accept");
    desk.retitle(1, Kind::Message, "scanner");
    assert_eq!(
        desk.state.incoming.selected().unwrap().invitation.id,
        id(2),
        "the filter hides the first one"
    );
    desk.press("\n");
    assert_eq!(desk.answers(), accepted(&[1]));
}

#[test]
fn a_palette_opened_on_nothing_answers_nobody() {
    for keys in [":accept", ":decline_now", ":redirect"] {
        let mut desk = Desk::new();
        desk.press(keys);
        desk.see(invitation(1, if keys == ":redirect" { Kind::Call } else { Kind::Message }));
        desk.press("\n");
        assert!(desk.answers().is_empty() && desk.is_idle(), "{keys}");
        assert_eq!(desk.notice(), "Nothing is selected");
    }
}

#[test]
fn a_palette_opened_on_a_caller_who_hangs_up_closes_and_says_so() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.press(":accept");
    desk.over(2, Outcome::Missed);
    assert!(!desk.is_idle(), "that was another one");
    desk.over(1, Outcome::CallerGaveUp);
    assert!(desk.is_idle());
    assert_eq!(desk.notice(), "Caller 1: the caller gave up before you chose an action");
    desk.press("\n");
    assert!(desk.answers().is_empty());
}

#[test]
fn what_is_still_typed_into_a_dialog_that_closed_by_itself_means_nothing() {
    let mut desk = Desk::ringing(&[Kind::Phone, Kind::Message]);
    desk.press(" :dec");
    desk.over(1, Outcome::CallerGaveUp);
    assert!(desk.is_idle());
    for character in "lineaD".chars() {
        desk.moment = desk.moment.after(Duration::from_millis(300));
        desk.press(&character.to_string());
    }
    assert!(desk.is_idle() && desk.answers().is_empty());
    assert!(desk.notice().contains("the caller gave up"), "{}", desk.notice());
    desk.pass(Duration::from_millis(400));
    desk.press("a");
    assert_eq!(desk.answers(), accepted(&[2]));
}

#[test]
fn a_palette_for_the_marked_shrinks_and_closes_with_the_last() {
    let mut desk = Desk::ringing(&[Kind::Message; 4]);
    desk.press("   :accept");
    desk.over(1, Outcome::Missed);
    assert_eq!(desk.notice(), "Caller 1: missed; 2 of 3 left");
    let Mode::Palette(Palette { focus, .. }) = &desk.state.mode else { panic!("no palette") };
    assert_eq!(focus.marked, [id(2), id(3)]);
    desk.over(2, Outcome::Missed);
    desk.over(3, Outcome::Missed);
    assert!(desk.is_idle(), "what is selected was not meant");
}

#[test]
fn a_choice_shrinks_and_says_so_when_one_of_several_ends() {
    let mut desk = Desk::ringing(&[Kind::Phone, Kind::Phone, Kind::Phone]);
    desk.press("   d");
    desk.over(2, Outcome::CallerGaveUp);
    assert_eq!(desk.notice(), "Caller 2: the caller gave up; 2 of 3 left");
    desk.press("\n");
    let declined = Decision::Decline(Reason::Local);
    assert_eq!(desk.answers(), [(1, declined.clone()), (3, declined)]);
}

#[test]
fn a_line_for_a_conversation_closes_when_that_is_over() {
    for (keys, words) in [
        ("ijoe", "Talk: the conversation has ended; no one was invited"),
        ("mhello", "Talk: the conversation has ended; your message was not sent"),
        (":inv", "Talk: the conversation has ended; choose another one"),
    ] {
        for resync in [false, true] {
            let mut desk = Desk::new();
            desk.event(Event::Conversation(Box::new(conversation(1))));
            desk.event(Event::Conversation(Box::new(conversation(3))));
            desk.press("3");
            desk.press(keys);
            desk.event(Event::ConversationEnded(conversation_id(3)));
            assert!(!desk.is_idle(), "that was another one");
            if resync {
                desk.event(Event::Snapshot { invitations: Vec::new(), conversations: Vec::new() });
            } else {
                desk.event(Event::ConversationEnded(conversation_id(1)));
            }
            assert!(desk.is_idle(), "{keys}");
            assert_eq!(desk.notice(), words);
        }
    }
}

#[test]
fn what_a_conversation_no_longer_takes_is_kept_and_not_sent() {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(1))));
    desk.press("3mhello");
    desk.event(Event::Conversation(Box::new(Conversation { can_send: false, ..conversation(1) })));
    desk.press("\n");
    let Mode::Prompt(prompt) = &desk.state.mode else { panic!("the line is gone") };
    assert_eq!(prompt.line.input.value(), "hello");
    assert!(prompt.line.complaint.unwrap().contains("accepts no messages"), "{prompt:?}");
    assert!(desk.effects.is_empty());
}

#[test]
fn a_row_that_the_filter_begins_to_hide_is_not_selected() {
    let mut desk = Desk::ringing(&[Kind::Message; 3]);
    desk.press("/caller\nj");
    desk.see(Invitation {
        from: Party { name: "Dana".into(), ..Party::default() },
        ..invitation(2, Kind::Message)
    });
    assert_eq!(desk.state.incoming.selected().unwrap().invitation.id, id(3));
    desk.press("a");
    assert!(desk.answers().is_empty(), "that key was meant for the one before");
    desk.pass(Duration::from_millis(400));
    desk.press("a");
    assert_eq!(desk.answers(), accepted(&[3]));
}

#[test]
fn the_last_row_that_the_filter_begins_to_hide_leaves_nothing_selected() {
    let mut desk = Desk::new();
    desk.retitle(1, Kind::Message, "printer");
    desk.press("/printer\n");
    desk.retitle(1, Kind::Message, "scanner");
    assert!(desk.state.incoming.selected().is_none());
    desk.pass(Duration::from_secs(1));
    desk.press("aD");
    assert!(desk.answers().is_empty());
}

#[test]
fn marked_rows_that_the_filter_hides_are_not_answered() {
    let mut desk = Desk::ringing(&[Kind::Message; 3]);
    desk.press("   /caller 3\na");
    assert_eq!(desk.answers(), accepted(&[3]));
    assert_eq!(desk.state.marked.len(), 2, "the others stay marked");
    desk.press("/\u{1b}\u{1b}");
    assert!(desk.state.marked.is_empty());
}

#[test]
fn marked_rows_that_are_scrolled_away_are_answered_only_after_a_confirmation_that_names_them() {
    for (key, decision) in [("a", Decision::Accept), ("D", Decision::Decline(Reason::Local))] {
        let mut desk = Desk::ringing(&[Kind::Message; 40]);
        desk.press("  G");
        desk.press(key);
        assert!(desk.answers().is_empty());
        assert_eq!(confirming(&desk).unseen, [id(1), id(2)]);
        desk.press("\u{1b}");
        assert!(desk.is_idle() && desk.answers().is_empty());
        desk.press(key);
        desk.press("\n");
        assert_eq!(desk.answers(), [(1, decision.clone()), (2, decision)]);
    }
}

#[test]
fn marked_rows_that_are_in_sight_need_no_confirmation() {
    let mut desk = Desk::ringing(&[Kind::Message; 40]);
    desk.press("  a");
    assert_eq!(desk.answers(), accepted(&[1, 2]));
    let mut desk = Desk::ringing(&[Kind::Message; 40]);
    desk.press(" ");
    for _ in 0..ROWS {
        desk.press("j");
    }
    desk.press("a");
    assert_eq!(confirming(&desk).unseen, [id(1)]);
}

#[test]
fn a_smaller_screen_a_longer_notice_and_full_details_take_rows_out_of_sight() {
    let mut small = Desk::ringing(&[Kind::Message; 4]);
    small.press("  ");
    small.resize(20, 5);
    let mut full = Desk::ringing(&[Kind::Message; 4]);
    full.press("  l");
    for mut desk in [small, full] {
        desk.press("a");
        assert!(confirming(&desk).unseen.contains(&id(1)), "{:?}", desk.state.mode);
    }
    let mut told = Desk::ringing(&[Kind::Message; 12]);
    told.resize(80, 18);
    told.press("jjjjjjjj  gG");
    let before = told.state.viewport.invitations.len();
    told.state.settings.bell = false;
    told.event(Event::Notice("many words ".repeat(30).as_str().into()));
    assert!(told.state.viewport.invitations.len() <= before);
}

#[test]
fn a_confirmation_shrinks_and_closes_with_what_it_is_for() {
    let mut desk = Desk::ringing(&[Kind::Message; 40]);
    desk.press("  Ga");
    desk.over(1, Outcome::CallerGaveUp);
    assert_eq!(confirming(&desk).unseen, [id(2)]);
    desk.over(2, Outcome::CallerGaveUp);
    assert!(desk.is_idle());
    assert_eq!(desk.notice(), "Caller 2: the caller gave up before you confirmed");
}

#[test]
fn a_confirmed_decline_asks_why() {
    let mut desk = Desk::ringing(&[Kind::Message; 40]);
    desk.press("  Gd\n");
    assert!(matches!(&desk.state.mode, Mode::Decline(declining) if declining.targets.ids == [id(1), id(2)]));
}

#[test]
fn a_row_that_moves_in_another_list_blocks_no_key_of_the_list_in_front() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Participant, Kind::Participant]);
    desk.over(2, Outcome::Joined);
    desk.pass(Duration::from_secs(5));
    assert!(desk.state.outgoing.just_moved(desk.moment), "its row is gone");
    desk.press("a");
    assert_eq!(desk.answers(), accepted(&[1]));
    desk.press("2c");
    assert_eq!(desk.answers().len(), 1, "there the selection did move");
}

#[test]
fn what_the_footer_offers_for_the_marked_is_what_they_allow() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Phone]);
    desk.press(" ");
    assert_eq!(desk.state.incoming.selected().unwrap().invitation.kind, Kind::Phone);
    assert!(available(&desk.state).contains(&Action::Accept));
    desk.press("\u{1b}");
    assert!(!available(&desk.state).contains(&Action::Accept));
}

#[test]
fn the_key_for_the_background_works_in_every_dialog() {
    for open in ["", "d", "/", "?", ":", "   Ga", "f", "df"] {
        let mut desk = Desk::ringing(&[Kind::Call; 40]);
        desk.press(open);
        let mode = format!("{:?}", desk.state.mode);
        desk.key(Key::ctrl('z'));
        assert_eq!(desk.effects, [Effect::Suspend], "{open}");
        assert_eq!(format!("{:?}", desk.state.mode), mode, "{open}: it is still open afterwards");
    }
}

#[test]
fn a_letter_that_goes_to_the_background_is_typed_where_text_is() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.state.settings.keys =
        crate::app::KeyMap::with_overrides(&[(Action::Suspend, vec!['z'.into()])]).unwrap();
    desk.press("/z");
    desk.key(Key::ctrl('z'));
    assert!(desk.effects.is_empty());
    desk.press("\nz");
    assert_eq!(desk.effects, [Effect::Suspend]);
}

#[test]
fn details_over_the_whole_screen_do_not_become_those_of_somebody_else() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.press("\n");
    desk.over(1, Outcome::CallerGaveUp);
    assert!(desk.state.details.is_full(), "how it ended can be read");
    desk.pass(Duration::from_secs(6));
    assert!(!desk.state.details.is_full());
    assert_eq!(desk.notice(), "The entry you were viewing has left the list");
    desk.press("\n");
    desk.press("k");
    assert!(desk.state.details.is_full(), "they follow the user");
}

#[test]
fn that_open_details_are_gone_takes_no_message_of_the_same_moment_away() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.press("ja");
    desk.press("k\n");
    desk.over(1, Outcome::CallerGaveUp);
    desk.moment = desk.moment.after(Duration::from_secs(6));
    desk.refused(0);
    assert!(!desk.state.details.is_full());
    assert_eq!(desk.notice(), "Caller 2: no");
}

#[test]
fn what_is_over_cannot_be_marked_and_says_why() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.over(1, Outcome::Missed);
    desk.press("g ");
    assert!(desk.state.marked.is_empty());
    assert_eq!(desk.notice(), "Already over: missed");
    desk.press(" ");
    assert_eq!(desk.state.marked.len(), 1, "the next one is");
}

#[test]
fn keys_for_what_may_not_have_been_seen_yet_are_ignored_and_others_are_not() {
    for keys in ["a", "d", "D", " ", ":"] {
        let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
        desk.state.viewport.is_stale = true;
        desk.press(keys);
        assert!(desk.is_idle() && desk.effects.is_empty() && desk.state.marked.is_empty(), "{keys}");
        let notice = desk.state.notice.as_ref().unwrap().text.as_str();
        assert_eq!(notice, "The screen was not up to date; press again", "{keys}");
        desk.press(keys);
        let done = !desk.is_idle() || !desk.effects.is_empty() || !desk.state.marked.is_empty();
        assert!(done, "{keys}: the next frame was seen");
    }
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.state.viewport.is_stale = true;
    desk.press("j");
    assert_eq!(desk.state.incoming.position(), Some(1), "whoever looks around may");
}
