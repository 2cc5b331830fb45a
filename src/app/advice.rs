//! The advice of the walkthrough.

use super::{Action, Mode, State, Tab, Walkthrough, available};

/// Returns the step that follows once what the current one asks for was done.
pub(super) fn next_step(state: &State) -> Walkthrough {
    match state.walkthrough {
        Walkthrough::Answer if !state.conversations.is_empty() => Walkthrough::Converse,
        Walkthrough::Converse if state.tab == Tab::Conversations => Walkthrough::Ask,
        Walkthrough::Ask if matches!(state.mode, Mode::Help(_)) => Walkthrough::Over,
        same => same,
    }
}

/// Returns the action to advise, and what it does; `None` if there is nothing to advise now.
#[must_use]
pub fn advice(state: &State) -> Option<(Action, &'static str)> {
    let advice = match state.walkthrough {
        Walkthrough::Answer if state.tab != Tab::Incoming => (Action::Incoming, "shows who is calling"),
        Walkthrough::Answer if available(state).contains(&Action::Accept) => {
            (Action::Accept, "accepts the selected invitation")
        }
        Walkthrough::Answer if state.incoming.is_empty() => return None,
        Walkthrough::Answer => (Action::MostUrgent, "selects the most urgent invitation that rings"),
        Walkthrough::Converse => (Action::Conversations, "shows the conversation that you have joined"),
        Walkthrough::Ask => (Action::Help, "shows all keys"),
        Walkthrough::Over => return None,
    };
    Some(advice)
}
