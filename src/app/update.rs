use super::{Effect, Message, Now, State};

/// Takes in what happened: changes the state and says what is to be done outside.
pub fn update(state: &mut State, now: Now, message: Message) -> Vec<Effect> {
    state.now = now;
    let _ = message;
    Vec::new()
}
