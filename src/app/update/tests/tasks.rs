//! What a person does under time pressure, in as few keys as promised.

use super::*;
use crate::invitation::Importance;
use crate::ui::Look;
use crate::ui::fixtures::screen;

/// Returns a state in which forty invitations ring. The 31st is an emergency, and three are from Kaya Demir.
fn busy() -> TestApp {
    let mut app = TestApp::new();
    for number in 1..=40 {
        let name = if number % 13 == 0 { "Kaya Demir".to_owned() } else { format!("Olga {number}") };
        let importance = if number == 31 { Importance::Emergency } else { Importance::Normal };
        let deadline = Moment(Duration::from_secs(100 - number));
        app.see(Invitation {
            from: somebody(&name),
            importance,
            deadline,
            ..invitation(number, Kind::Message)
        });
    }
    app.press("G");
    app.effects.clear();
    app
}

#[test]
fn the_most_urgent_of_forty_is_accepted_with_two_keys() {
    for size in [(20, 5), (80, 24)] {
        let mut app = busy();
        app.resize(size.0, size.1);
        app.press("!a");
        assert_eq!(app.answers(), [(31, Decision::Accept)]);
    }
}

#[test]
fn three_from_one_person_are_declined_with_eight_keys() {
    let declined = |app: &TestApp| {
        let mut answers = app.answers();
        answers.sort_by_key(|(number, _)| *number);
        answers
    };
    let expected = [13, 26, 39].map(|number| (number, Decision::Decline(Reason::Local)));
    let mut app = busy();
    app.over(31, Outcome::Missed);
    app.pass(Duration::from_secs(5));
    // Marked and declined at once.
    app.press("/ka\n");
    app.press("   D");
    assert_eq!(declined(&app), expected);
    // One after the other, without marks.
    let mut app = busy();
    app.over(31, Outcome::Missed);
    app.pass(Duration::from_secs(5));
    app.press("/ka\n");
    for _ in 0..3 {
        app.press("D");
        app.pass(Duration::from_millis(400));
    }
    assert_eq!(declined(&app), expected);
}

#[test]
fn why_the_last_call_was_lost_is_seen_with_one_key() {
    for size in [(40, 12), (80, 24)] {
        let mut app = busy();
        app.resize(size.0, size.1);
        app.over(7, Outcome::Missed);
        app.over(8, Outcome::CallerGaveUp);
        app.pass(Duration::from_secs(30));
        app.press("4");
        let text = screen(&app.state, &Look::default(), size);
        assert!(text.contains("Olga 8") && text.contains("the caller gave up"), "{size:?}\n{text}");
    }
}
