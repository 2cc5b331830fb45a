//! The keys that edit a line of text, and those that move through a choice.

use super::*;
use crate::app::FindPerson;
use crate::invitation::FoundPerson;

fn with_ctrl(code: Code) -> Key {
    Key { ctrl: true, ..Key::plain(code) }
}

fn with_alt(code: Code) -> Key {
    Key { alt: true, ..Key::plain(code) }
}

/// Creates an app in which the user has typed a text to find somebody.
fn finding(text: &str) -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3i");
    app.press(text);
    app
}

fn dialog(app: &TestApp) -> &FindPerson {
    match &app.state.mode {
        Mode::FindPerson(dialog) => dialog,
        other => panic!("the dialog is closed: {other:?}"),
    }
}

#[test]
fn a_line_is_edited_as_in_a_shell() {
    let plain = Key::plain;
    let x = || Key::from('x');
    for (keys, text) in [
        (vec![Key::ctrl('a'), x()], "xjoe anna"),
        (vec![Key::ctrl('a'), Key::ctrl('e'), x()], "joe annax"),
        (vec![plain(Code::Home), x()], "xjoe anna"),
        (vec![plain(Code::Home), plain(Code::End), x()], "joe annax"),
        (vec![Key::ctrl('u')], ""),
        (vec![plain(Code::Left), Key::ctrl('k')], "joe ann"),
        (vec![Key::ctrl('w')], "joe "),
        (vec![plain(Code::Backspace)], "joe ann"),
        (vec![with_ctrl(Code::Backspace)], "joe "),
        (vec![with_alt(Code::Backspace)], "joe "),
        (vec![plain(Code::Home), plain(Code::Delete)], "oe anna"),
        (vec![plain(Code::Left), x()], "joe annxa"),
        (vec![plain(Code::Left), plain(Code::Right), x()], "joe annax"),
        (vec![with_ctrl(Code::Left), x()], "joe xanna"),
        (vec![plain(Code::Home), with_alt(Code::Right), x()], "joe xanna"),
    ] {
        let mut app = finding("joe anna");
        for key in &keys {
            app.key(*key);
        }
        assert_eq!(dialog(&app).line.text(), text, "{keys:?}");
    }
}

#[test]
fn a_letter_with_alt_edits_nothing() {
    for letter in ['a', 'e', 'u', 'k', 'w', 'x'] {
        let mut app = finding("joe anna");
        app.key(Key::plain(Code::Left));
        app.key(with_alt(Code::Char(letter)));
        app.press("!");
        assert_eq!(dialog(&app).line.text(), "joe ann!a", "{letter}");
    }
}

#[test]
fn the_people_found_are_reached_by_several_keys() {
    let mut app = finding("c");
    let people = (0..40)
        .map(|number| FoundPerson { party: somebody(&format!("C{number}")), ..FoundPerson::default() });
    app.event(Event::Found { ticket: Ticket(0), people: people.collect(), is_complete: true });
    let page = usize::try_from(app.state.viewport.page()).unwrap();
    assert!((2..39).contains(&page), "{page}");
    let shift_tab = Key { shift: true, ..Key::plain(Code::Tab) };
    for (key, highlighted) in [
        (Key::plain(Code::Down), 1),
        (Key::plain(Code::Tab), 2),
        (shift_tab, 1),
        (Key::ctrl('n'), 2),
        (Key::ctrl('p'), 1),
        (Key::plain(Code::Up), 0),
        (Key::plain(Code::PageDown), page),
        (Key::plain(Code::Down), page + 1),
        (Key::plain(Code::PageUp), 1),
        (Key::plain(Code::PageUp), 0),
    ] {
        app.key(key);
        assert_eq!(dialog(&app).highlighted, highlighted, "{key}");
    }
    assert_eq!(dialog(&app).line.text(), "c");
}

#[test]
fn the_items_of_a_menu_are_reached_by_several_keys() {
    let mut app = TestApp::new();
    let meeting = "sip:meet@x.example".into();
    app.see(Invitation { from: somebody("Ann"), meeting, ..invitation(1, Kind::Message) });
    app.press("y");
    let to_the_ends = [
        (Key::plain(Code::End), 2),
        (Key::plain(Code::Home), 0),
        (Key::plain(Code::PageDown), 2),
        (Key::plain(Code::Down), 2),
        (Key::plain(Code::PageUp), 0),
    ];
    for (key, highlighted) in down_and_up().into_iter().chain(to_the_ends) {
        app.key(key);
        let Mode::Menu(menu) = &app.state.mode else { panic!("no menu: {:?}", app.state.mode) };
        assert_eq!((menu.items.len(), menu.highlighted), (3, highlighted), "{key}");
    }
    app.press("\u{1b}");
    assert!(app.is_idle());
}
