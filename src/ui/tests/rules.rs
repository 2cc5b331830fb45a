//! The work of rules, on the screen.

use super::*;
use crate::app::Ruling;

#[test]
fn automatic_answers_that_are_off_are_told_on_screens_of_all_sizes() {
    for size in [(20, 5), (30, 6), (40, 12), (80, 3), (80, 24), (160, 50)] {
        let mut state = busy();
        assert!(!screen(&state, &plain(), size).contains("OFF"));
        state.rulings.are_off = true;
        let text = screen(&state, &plain(), size);
        let words = if size.0 < 30 { " OFF" } else { "RULES OFF" };
        assert!(text.lines().next().unwrap().contains(words), "{text}");
    }
}

#[test]
fn a_row_and_the_details_tell_what_a_rule_does_and_has_done() {
    let of = |phase, ruling| {
        let mut state = quiet();
        let invitation = invitation(1, Kind::Message, party("Lene", "sip:lene@contoso.com"));
        state.incoming.upsert(entry(invitation, phase));
        state.rulings.set(id(1), ruling);
        state.incoming.select(id(1));
        screen(&state, &plain(), (80, 24))
    };
    let answered = || Ruling::Answered { rule: "night".into() };
    for (phase, ruling, words) in [
        (Phase::Ringing, Ruling::Silenced { rule: "night".into() }, "silenced by rule “night”"),
        (answering(Decision::Decline(Reason::Local), Progress::Sending), answered(), "by rule “night”"),
        (over(Outcome::Declined(Reason::Local)), answered(), "by rule “night”"),
    ] {
        let text = of(phase, ruling);
        assert_eq!(text.matches(words).count(), 2, "the row and the details:\n{text}");
    }
    let other = of(over(Outcome::CallerGaveUp), answered());
    assert!(!other.contains("night"), "the caller was faster:\n{other}");
}
