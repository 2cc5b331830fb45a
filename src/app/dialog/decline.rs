use super::contract::{Context, Dialog, Operation, Remaining, Step};
use super::picker::{Picked, Picker};
use crate::app::Targets;
use crate::app::key::Key;
use crate::invitation::{InvitationId, Reason};

/// The choice of the reason to decline invitations.
#[derive(Clone, Debug)]
pub struct Decline {
    /// The choice.
    pub picker: Picker<Reason>,
    /// The invitations to decline.
    pub targets: Targets,
    /// Calls to a bot, which are asked about afterwards because they take other reasons.
    pub calls: Targets,
}

impl Dialog for Decline {
    fn press(&mut self, key: Key, _: &Context<'_>) -> Step {
        match self.picker.press(key) {
            None => Step::Stay,
            Some(Picked::Nothing) => Step::Close,
            Some(Picked::Choice(reason)) => {
                let (targets, calls) = (std::mem::take(&mut self.targets), std::mem::take(&mut self.calls));
                Step::Perform(Operation::Decline { targets, reason, calls })
            }
        }
    }

    fn paste(&mut self, text: &str) -> Step {
        self.picker.paste(text);
        Step::Stay
    }

    fn remove(&mut self, id: InvitationId) -> Remaining {
        let was_call = self.calls.remove(id);
        let was_target = self.targets.remove(id) || was_call;
        // If only calls are left the dialog closes: keys that were meant for its reasons must not answer them.
        match self.targets.ids.len() {
            _ if !was_target => Remaining::All,
            0 => Remaining::None("before you chose a reason"),
            left => Remaining::Some {
                left: left + self.calls.ids.len(),
                total: self.targets.total() + self.calls.total(),
            },
        }
    }
}
