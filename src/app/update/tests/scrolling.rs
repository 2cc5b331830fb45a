//! The help and the details move within what there is to see.

use super::*;

fn help(desk: &Desk) -> u16 {
    match desk.state.mode {
        Mode::Help(help) => help.scrolled,
        ref other => panic!("no help: {other:?}"),
    }
}

#[test]
fn the_help_stops_at_its_end_and_comes_back_at_once() {
    let mut desk = Desk::new();
    desk.press("?");
    let end = desk.state.viewport.scrollable;
    assert!(end > 0);
    for _ in 0..200 {
        desk.key(Key::plain(Code::PageDown));
    }
    assert_eq!(help(&desk), end);
    desk.press("k");
    assert_eq!(help(&desk), end - 1);
    desk.press("G");
    assert_eq!(help(&desk), end);
    desk.resize(80, 60);
    desk.press("k");
    assert_eq!(help(&desk), desk.state.viewport.scrollable.saturating_sub(1), "a larger screen shows more");
}

/// A caller with more to say than a screen shows.
fn reading() -> Desk {
    let mut desk = Desk::new();
    desk.see(Invitation { message: "words ".repeat(200).as_str().into(), ..invitation(1, Kind::Message) });
    desk.see(invitation(2, Kind::Message));
    desk.see(Invitation { message: "more ".repeat(200).as_str().into(), ..invitation(3, Kind::Message) });
    desk.resize(40, 12);
    desk.press("l");
    desk
}

#[test]
fn details_over_the_whole_screen_are_scrolled_within_their_bounds() {
    let mut desk = reading();
    let end = desk.state.viewport.scrollable;
    assert!(end > 0);
    for _ in 0..50 {
        desk.key(Key::plain(Code::PageDown));
    }
    assert_eq!(desk.state.details_scrolled(), end);
    desk.key(Key::plain(Code::PageUp));
    assert!(desk.state.details_scrolled() < end);
    assert_eq!(desk.state.incoming.position(), Some(0), "the same caller is read about");
}

#[test]
fn the_details_of_another_caller_begin_at_their_top() {
    let mut desk = reading();
    desk.key(Key::plain(Code::PageDown));
    assert!(desk.state.details_scrolled() > 0);
    desk.press("j");
    assert_eq!(desk.state.details_scrolled(), 0);
    desk.key(Key::plain(Code::PageDown));
    assert_eq!(desk.state.details_scrolled(), 0, "there is no more to see of this one");
    desk.press("k");
    desk.key(Key::plain(Code::PageDown));
    assert!(desk.state.details_scrolled() > 0);
    desk.press("jj");
    assert_eq!(desk.state.details_scrolled(), 0, "nor of one with as much to read");
}

#[test]
fn a_page_is_what_the_screen_shows_of_the_list() {
    let mut desk = Desk::ringing(&[Kind::Message; 60]);
    desk.key(Key::plain(Code::PageDown));
    assert_eq!(desk.state.incoming.position(), Some(11));
    desk.resize(40, 12);
    desk.key(Key::plain(Code::PageUp));
    assert_eq!(desk.state.incoming.position(), Some(8));
}
