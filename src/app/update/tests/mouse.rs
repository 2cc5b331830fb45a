//! The mouse.

use super::*;
use crate::app::{Item, KeyMap, Mouse, MouseAction, Subject, Target};

/// Returns a state with ringing invitations on a terminal that reports the mouse.
fn with_mouse(count: usize) -> TestApp {
    let mut app = TestApp::ringing(&vec![Kind::Message; count]);
    app.state.settings.mouse = true;
    app.take(Message::Tick);
    app
}

fn mouse(app: &mut TestApp, action: MouseAction, (column, row): (u16, u16)) {
    app.take(Message::Mouse(Mouse { column, row, action }));
}

/// Clicks what is shown somewhere on the screen.
fn click(app: &mut TestApp, target: Target) {
    let spot = app.state.viewport.spots.iter().find(|spot| spot.target == target);
    let spot = spot.unwrap_or_else(|| panic!("{target:?} is not on the screen"));
    let last = (spot.columns.end - 1, spot.rows.end - 1);
    mouse(app, MouseAction::Click, last);
}

fn item(number: u64) -> Target {
    Target::Item(Subject::Invitation(id(number)))
}

fn selected(app: &TestApp) -> u64 {
    app.state.selected_entry().unwrap().invitation.id.number
}

#[test]
fn a_click_on_a_row_selects_it_and_a_second_one_opens_it() {
    for size in [(40, 12), (80, 24), (160, 50)] {
        let mut app = with_mouse(4);
        app.resize(size.0, size.1);
        click(&mut app, item(3));
        assert_eq!((selected(&app), app.state.details.is_full()), (3, false));
        app.pass(Duration::from_secs(1));
        click(&mut app, item(3));
        assert!(!app.state.details.is_full(), "the clicks were too far apart");
        click(&mut app, item(2));
        assert!(!app.state.details.is_full(), "that was another one");
        click(&mut app, item(2));
        assert_eq!((selected(&app), app.state.details.is_full()), (2, true));
    }
}

#[test]
fn a_click_on_a_key_presses_it() {
    let mut app = with_mouse(2);
    click(&mut app, item(2));
    click(&mut app, Target::Key('a'.into()));
    assert_eq!(app.answers(), [(2, Decision::Accept)]);
    click(&mut app, Target::Key('a'.into()));
    assert_eq!(app.answers().len(), 1, "the selection has just moved");
    app.pass(Duration::from_millis(400));
    click(&mut app, Target::Key('d'.into()));
    assert!(app.state.viewport.spots.iter().all(|spot| matches!(spot.target, Target::Key(_))));
    click(&mut app, Target::Key(Key::plain(Code::Esc)));
    assert!(app.is_idle());
}

#[test]
fn a_click_on_a_tab_shows_the_list() {
    for size in [(40, 12), (80, 24)] {
        let mut app = with_mouse(2);
        app.resize(size.0, size.1);
        for tab in [Tab::History, Tab::Conversations, Tab::Incoming] {
            click(&mut app, Target::Tab(tab));
            assert_eq!(app.state.tab, tab);
        }
    }
}

#[test]
fn the_wheel_moves_through_the_list_and_scrolls_texts() {
    let mut app = with_mouse(4);
    mouse(&mut app, MouseAction::WheelDown, (0, 0));
    mouse(&mut app, MouseAction::WheelDown, (0, 0));
    mouse(&mut app, MouseAction::WheelUp, (0, 0));
    assert_eq!(selected(&app), 2);
    app.press("?");
    mouse(&mut app, MouseAction::WheelDown, (0, 0));
    let Mode::Help(help) = &app.state.mode else { panic!("no help") };
    assert_eq!(help.scrolled, 3);
    app.press("\u{1b}\n");
    app.resize(20, 5);
    mouse(&mut app, MouseAction::WheelDown, (0, 0));
    assert!(app.state.details_scrolled(u16::MAX) > 0 && selected(&app) == 2);
}

#[test]
fn a_click_on_what_may_have_moved_or_on_nothing_does_nothing() {
    let mut app = with_mouse(2);
    mouse(&mut app, MouseAction::Click, (79, 22));
    mouse(&mut app, MouseAction::Click, (500, 500));
    assert!(app.effects.is_empty() && app.is_idle());
    app.state.viewport.is_stale = true;
    click(&mut app, Target::Key('a'.into()));
    assert!(app.answers().is_empty());
    assert_eq!(app.notice(), "The screen was not up to date; click again");
    let mut app = with_mouse(2);
    app.press("q");
    app.effects.clear();
    mouse(&mut app, MouseAction::WheelDown, (0, 0));
    assert_eq!(selected(&app), 1);
}

#[test]
fn whatever_is_clicked_on_a_screen_that_is_not_up_to_date_the_click_only_says_so() {
    for target in [item(2), Target::Tab(Tab::History), Target::Key('d'.into())] {
        let mut app = with_mouse(2);
        app.state.viewport.is_stale = true;
        click(&mut app, target);
        assert_eq!((selected(&app), app.state.tab, app.is_idle()), (1, Tab::Incoming, true), "{target:?}");
        assert_eq!(app.notice(), "The screen was not up to date; click again", "{target:?}");
        click(&mut app, target);
        assert!(!app.state.details.is_full(), "{target:?}");
    }
}

#[test]
fn a_click_on_a_screen_that_is_not_up_to_date_is_not_the_first_of_a_double_click() {
    let mut app = with_mouse(2);
    click(&mut app, item(2));
    app.state.viewport.is_stale = true;
    click(&mut app, item(2));
    app.pass(Duration::from_millis(100));
    click(&mut app, item(2));
    assert!(!app.state.details.is_full());
    click(&mut app, item(2));
    assert!(app.state.details.is_full());
}

#[test]
fn a_click_while_the_program_quits_does_nothing() {
    let mut app = with_mouse(2);
    let spots = app.state.viewport.spots.clone();
    app.press("q");
    assert!(app.state.quitting);
    for target in [Target::Tab(Tab::History), item(2)] {
        app.state.viewport.spots.clone_from(&spots);
        click(&mut app, target);
        assert_eq!((selected(&app), app.state.tab), (1, Tab::Incoming), "{target:?}");
    }
}

#[test]
fn without_the_mouse_nothing_can_be_clicked() {
    let app = TestApp::ringing(&[Kind::Message; 2]);
    assert!(app.state.viewport.spots.is_empty());
}

#[test]
fn the_second_click_of_a_double_click_comes_within_less_than_four_tenths_of_a_second() {
    for (milliseconds, is_double) in [(399, true), (400, false)] {
        let mut app = with_mouse(2);
        click(&mut app, item(2));
        app.pass(Duration::from_millis(milliseconds));
        click(&mut app, item(2));
        assert_eq!(app.state.details.is_full(), is_double, "{milliseconds}");
    }
}

#[test]
fn the_wheel_scrolls_the_targets_of_a_confirmation_by_lines() {
    let mut app = with_mouse(60);
    app.press(&" ".repeat(40));
    app.press("Ga");
    let Mode::Confirm(confirm) = &app.state.mode else { panic!("{:?}", app.state.mode) };
    let before = confirm.scrolled;
    mouse(&mut app, MouseAction::WheelDown, (0, 0));
    let Mode::Confirm(confirm) = &app.state.mode else { panic!("{:?}", app.state.mode) };
    assert_eq!(confirm.scrolled, before + 3);
}

#[test]
fn a_click_selects_a_row_of_each_list() {
    let mut app = with_mouse(2);
    for number in [1, 2] {
        app.over(number, Outcome::Missed);
    }
    for number in [3, 4] {
        app.see(invitation(number, Kind::Participant));
        app.event(Event::Conversation(Box::new(conversation(number))));
    }
    let past = app.state.history.page(1).next().unwrap().id();
    for (list, subject) in [
        ("2", Subject::Invitation(id(4))),
        ("3", Subject::Conversation(conversation_id(4))),
        ("4", Subject::Past(past)),
    ] {
        app.press(list);
        assert_ne!(app.state.selected(), Some(subject));
        click(&mut app, Target::Item(subject));
        assert_eq!(app.state.selected(), Some(subject));
    }
}

#[test]
fn the_wheel_moves_the_selection_whatever_the_arrows_are_bound_to() {
    let mut app = with_mouse(4);
    let arrows = [Code::Down, Code::Up].map(Key::plain).to_vec();
    let changes = [(Action::Accept, arrows), (Action::Down, Vec::new()), (Action::Up, Vec::new())];
    app.state.settings.keys = KeyMap::with_overrides(&changes).unwrap();
    for (action, number) in
        [(MouseAction::WheelDown, 2), (MouseAction::WheelDown, 3), (MouseAction::WheelUp, 2)]
    {
        mouse(&mut app, action, (0, 0));
        assert_eq!(selected(&app), number);
    }
    assert_eq!(app.answers(), []);
}

#[test]
fn a_click_on_a_tab_does_nothing_while_signing_out() {
    let mut app = with_mouse(2);
    app.press("q");
    click(&mut app, Target::Tab(Tab::History));
    assert_eq!(app.state.tab, Tab::Incoming);
}

#[test]
fn the_wheel_scrolls_no_details_where_nothing_is_selected() {
    let mut app = with_mouse(0);
    app.press("3l");
    mouse(&mut app, MouseAction::WheelUp, (0, 0));
    assert_eq!(app.state.details, crate::app::Details::FULL);
}
