use super::answer::Answer;
use super::contract::{Context, Dialog, Operation, Remaining, Step};
use super::scroll::scroll;
use crate::app::Targets;
use crate::app::key::{Code, Key};
use crate::invitation::InvitationId;

/// The confirmation of an answer to invitations of which some are not visible.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The answer.
    pub answer: Answer,
    /// The invitations to answer.
    pub targets: Targets,
    /// The targets that were not visible.
    pub unseen: Vec<InvitationId>,
    /// The scroll offset of their names, in lines.
    pub scrolled: u16,
}

impl Dialog for Confirm {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        match key.code {
            Code::Esc => Step::Close,
            Code::Enter => {
                let targets = std::mem::take(&mut self.targets);
                Step::Perform(Operation::Answer { answer: self.answer, targets })
            }
            _ => {
                if let Some(scrolled) = scroll(self.scrolled, key, context.viewport) {
                    self.scrolled = scrolled;
                }
                Step::Stay
            }
        }
    }

    fn remove(&mut self, id: InvitationId) -> Remaining {
        self.unseen.retain(|target| *target != id);
        Remaining::after(id, &mut self.targets, "before you confirmed")
    }
}
