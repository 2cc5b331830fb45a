//! The advice of the walkthrough.

use super::*;
use crate::app::Walkthrough;

fn lines(state: &State, size: (u16, u16)) -> Vec<String> {
    screen(state, &plain(), size).lines().map(str::to_owned).collect()
}

#[test]
fn advice_changes_nothing_but_the_row_above_the_keys() {
    let without = busy();
    let mut with = busy();
    with.walkthrough = Walkthrough::Ask;
    for size in [(120, 40), (80, 24), (40, 12), (20, 5), (1, 1)] {
        let (without, with) = (lines(&without, size), lines(&with, size));
        let changed: Vec<usize> = (0..with.len()).filter(|row| with[*row] != without[*row]).collect();
        match size {
            (120 | 80, _) => {
                assert_eq!(changed, [with.len() - 2]);
                assert!(with[with.len() - 2].starts_with("  ? shows all keys, q quits"), "{with:#?}");
            }
            _ => assert!(changed.is_empty() || changed == [with.len() - 2], "{with:#?}"),
        }
    }
}

#[test]
fn a_notice_takes_the_place_of_the_advice() {
    let mut state = busy();
    state.walkthrough = Walkthrough::Answer;
    let advised =
        |state: &State| lines(state, (80, 24)).iter().any(|line| line.contains("a accepts the selected"));
    assert!(advised(&state));
    state.notify("Something happened", Tone::Info);
    assert!(!advised(&state));
}
