use super::contract::{Context, Dialog, Operation, Remaining, Step};
use super::picker::{Picked, Picker};
use crate::app::key::Key;
use crate::app::{Action, Focus, Subject};
use crate::invitation::{ConversationId, InvitationId};

/// The command palette: the choice of an action by its name.
#[derive(Clone, Debug)]
pub struct Palette {
    /// The choice.
    pub picker: Picker<Action>,
    /// The items that were selected and marked when the palette was opened.
    pub focus: Focus,
}

impl Dialog for Palette {
    fn press(&mut self, key: Key, _: &Context<'_>) -> Step {
        match self.picker.press(key) {
            None => Step::Stay,
            Some(Picked::Nothing) => Step::Close,
            Some(Picked::Choice(action)) => {
                Step::Perform(Operation::Act { action, focus: std::mem::take(&mut self.focus) })
            }
        }
    }

    fn paste(&mut self, text: &str) -> Step {
        self.picker.paste(text);
        Step::Stay
    }

    fn remove(&mut self, id: InvitationId) -> Remaining {
        const BEFORE: &str = "before you chose an action";
        let marked = self.focus.marked.len();
        self.focus.marked.retain(|target| *target != id);
        match self.focus.marked.len() {
            _ if self.focus.invitation() == Some(id) => Remaining::None(BEFORE),
            left if left == marked => Remaining::All,
            0 => Remaining::None(BEFORE),
            left => Remaining::Some { left, total: marked },
        }
    }

    fn conversation(&self) -> Option<(ConversationId, &'static str)> {
        match self.focus.selected {
            Some(Subject::Conversation(id)) => Some((id, "choose another one")),
            _ => None,
        }
    }
}
