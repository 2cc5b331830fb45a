//! The walk through the first answer in the demonstration.

use super::*;
use crate::app::{Walkthrough, advice};

fn advised(app: &TestApp) -> Option<Action> {
    advice(&app.state).map(|(action, _)| action)
}

#[test]
fn the_demonstration_leads_through_the_first_answer_and_then_is_quiet() {
    let mut app = TestApp::new();
    app.state.walkthrough = Walkthrough::Answer;
    assert_eq!(advised(&app), None, "nobody calls yet");
    app.see(invitation(1, Kind::Message));
    assert_eq!(advised(&app), Some(Action::Accept));
    app.press("2");
    assert_eq!(advised(&app), Some(Action::Incoming));
    app.press("1a");
    app.event(Event::Conversation(Box::new(conversation(1_001))));
    assert_eq!(advised(&app), Some(Action::Conversations));
    app.press("3");
    assert_eq!(advised(&app), Some(Action::Help));
    app.press("?");
    assert_eq!(advised(&app), None);
    app.press("\u{1b}1");
    app.see(invitation(2, Kind::Message));
    assert_eq!((advised(&app), app.state.walkthrough), (None, Walkthrough::Over));
}

#[test]
fn what_can_not_be_accepted_is_not_advised() {
    let mut app = TestApp::new();
    app.state.walkthrough = Walkthrough::Answer;
    app.see(invitation(1, Kind::Phone));
    assert_eq!(advised(&app), Some(Action::MostUrgent));
}

#[test]
fn only_the_demonstration_begins_with_advice() {
    let state =
        |demo| State::new(Settings { demo, ..Settings::default() }, Vec::new(), now(DEADLINE), (80, 24));
    assert_eq!(state(true).walkthrough, Walkthrough::Answer);
    assert_eq!(state(false).walkthrough, Walkthrough::Over);
}

#[test]
fn a_step_of_the_demonstration_stays_until_it_is_done() {
    for (walkthrough, advised_action, done) in
        [(Walkthrough::Converse, Action::Conversations, "3"), (Walkthrough::Ask, Action::Help, "?")]
    {
        let mut app = TestApp::new();
        app.state.walkthrough = walkthrough;
        app.press("2:\u{1b}");
        assert_eq!(advised(&app), Some(advised_action));
        app.press(done);
        assert_ne!(advised(&app), Some(advised_action));
    }
}
