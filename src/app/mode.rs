use tui_input::Input;

use super::Action;
use crate::invitation::{ConversationId, InvitationId, Reason};

/// What the keys go to.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// The lists.
    #[default]
    Lists,
    /// Choosing why to decline.
    Picker(Picker<Reason>),
    /// Choosing an action by its name.
    Palette(Picker<Action>),
    /// Writing a line.
    Prompt(Prompt),
    /// Reading the help, scrolled by so many lines.
    Help(u16),
}

/// Something to choose from, narrowed by typing.
#[derive(Clone, Debug)]
pub struct Picker<T> {
    /// The invitations that the choice is for; those that end meanwhile are taken out.
    pub targets: Vec<InvitationId>,
    /// What was typed.
    pub input: Input,
    /// What matches, the best first.
    pub choices: Vec<T>,
    /// The place of the highlighted one in `choices`.
    pub highlighted: usize,
}

/// A line that is being written.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub purpose: Purpose,
    /// What was written so far.
    pub input: Input,
    /// What stood there before; Escape brings a filter back to it.
    pub former: String,
    /// Why it could not be sent as it is.
    pub complaint: Option<String>,
}

/// What a [`Prompt`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The filter of the current list, which follows each key.
    Filter,
    /// The address of somebody to invite.
    Invite(ConversationId),
    /// A message.
    Message(ConversationId),
}
