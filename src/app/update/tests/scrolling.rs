//! The help and the details move within what there is to see.

use super::*;

fn help(app: &TestApp) -> u16 {
    match &app.state.mode {
        Mode::Help(help) => help.scrolled,
        other => panic!("no help: {other:?}"),
    }
}

#[test]
fn the_help_stops_at_its_end_and_comes_back_at_once() {
    let mut app = TestApp::new();
    app.press("?");
    let end = app.state.viewport.scrollable;
    assert!(end > 0);
    for _ in 0..200 {
        app.key(Key::plain(Code::PageDown));
    }
    assert_eq!(help(&app), end);
    app.key(Key::plain(Code::Up));
    assert_eq!(help(&app), end - 1);
    app.key(Key::plain(Code::End));
    assert_eq!(help(&app), end);
    app.resize(80, 60);
    app.key(Key::plain(Code::Up));
    assert_eq!(help(&app), app.state.viewport.scrollable.saturating_sub(1), "a larger screen shows more");
}

#[test]
fn typing_searches_the_help_and_moving_does_not() {
    // The keys in the help, and the text that it is searched for; `None` if it is closed.
    let cases = [
        ("mark", Some("mark")),
        ("jk G", Some("jk G")),
        ("what?", Some("what?")),
        ("?", None),
        ("q", Some("q")),
        ("\n", None),
        ("mark\u{1b}", None),
    ];
    for (keys, text) in cases {
        let mut app = TestApp::ringing(&[Kind::Message]);
        app.press("?");
        app.key(Key::plain(Code::PageDown));
        app.press(keys);
        let typed = match &app.state.mode {
            Mode::Help(help) => Some(help.input.value()),
            _ => None,
        };
        assert_eq!(typed, text, "{keys:?}");
        assert_eq!(app.answers(), [], "{keys:?}");
    }
}

/// A caller with more to say than a screen shows.
fn reading() -> TestApp {
    let mut app = TestApp::new();
    app.see(Invitation { message: "words ".repeat(200).as_str().into(), ..invitation(1, Kind::Message) });
    app.see(invitation(2, Kind::Message));
    app.see(Invitation { message: "more ".repeat(200).as_str().into(), ..invitation(3, Kind::Message) });
    app.resize(40, 12);
    app.press("l");
    app
}

#[test]
fn details_over_the_whole_screen_are_scrolled_within_their_bounds() {
    let mut app = reading();
    let end = app.state.viewport.scrollable;
    assert!(end > 0);
    for _ in 0..50 {
        app.key(Key::plain(Code::PageDown));
    }
    assert_eq!(app.state.details_scrolled(u16::MAX), end);
    app.key(Key::plain(Code::PageUp));
    assert!(app.state.details_scrolled(u16::MAX) < end);
    assert_eq!(app.state.incoming.position(), Some(0), "the same caller is read about");
}

#[test]
fn the_details_of_another_caller_begin_at_their_top() {
    let mut app = reading();
    app.key(Key::plain(Code::PageDown));
    assert!(app.state.details_scrolled(u16::MAX) > 0);
    app.press("j");
    assert_eq!(app.state.details_scrolled(u16::MAX), 0);
    app.key(Key::plain(Code::PageDown));
    assert_eq!(app.state.details_scrolled(u16::MAX), 0, "there is no more to see of this one");
    app.press("k");
    app.key(Key::plain(Code::PageDown));
    assert!(app.state.details_scrolled(u16::MAX) > 0);
    app.press("jj");
    assert_eq!(app.state.details_scrolled(u16::MAX), 0, "nor of one with as much to read");
}

#[test]
fn a_page_is_what_the_screen_shows_of_the_list() {
    let mut app = TestApp::ringing(&[Kind::Message; 60]);
    app.key(Key::plain(Code::PageDown));
    assert_eq!(app.state.incoming.position(), Some(9));
    app.resize(40, 12);
    app.key(Key::plain(Code::PageUp));
    assert_eq!(app.state.incoming.position(), Some(6));
}

#[test]
fn home_shows_the_beginning_of_the_help() {
    let mut app = TestApp::new();
    app.press("?");
    app.key(Key::plain(Code::End));
    assert!(help(&app) > 0);
    app.key(Key::plain(Code::Home));
    assert_eq!(help(&app), 0);
}
