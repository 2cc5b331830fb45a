use tui_input::Input;

use super::key::Key;
use super::{Action, Focus};
use crate::invitation::{CallbackUri, ConversationId, InvitationId, Reason, Rejection};

/// What the keys go to.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// The lists.
    #[default]
    Lists,
    /// Choosing why to decline.
    Decline(Decline),
    /// Choosing why to reject calls to a bot.
    Reject(Reject),
    /// Choosing an action by its name.
    Palette(Palette),
    /// Confirming an answer to invitations that are not in sight.
    Confirm(Confirm),
    /// Writing a line.
    Prompt(Prompt),
    /// Reading the help, scrolled by so many lines.
    Help(u16),
}

/// Something that a [`Picker`] lets choose from.
pub trait Choice: Copy + PartialEq + 'static {
    /// All that there is to choose from, in the order in which it is offered.
    fn all() -> impl Iterator<Item = Self>;

    /// Its name.
    fn name(self) -> &'static str;

    /// One line that tells a person what choosing it does.
    fn explanation(self) -> &'static str;
}

impl Choice for Reason {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn explanation(self) -> &'static str {
        self.explanation()
    }
}

impl Choice for Rejection {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn explanation(self) -> &'static str {
        self.explanation()
    }
}

impl Choice for Action {
    fn all() -> impl Iterator<Item = Self> {
        Self::all().filter(|action| *action != Self::Palette)
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn explanation(self) -> &'static str {
        self.description()
    }
}

/// Something to choose from, narrowed by typing.
#[derive(Clone, Debug)]
pub struct Picker<T> {
    /// What was typed.
    pub input: Input,
    /// What matches, the best first.
    pub choices: Vec<T>,
    /// The place of the highlighted one in `choices`.
    pub highlighted: usize,
}

impl<T: Choice> Picker<T> {
    /// All there is, with this one highlighted.
    #[must_use]
    pub fn at(highlighted: T) -> Self {
        let choices: Vec<T> = T::all().collect();
        let highlighted = choices.iter().position(|choice| *choice == highlighted).unwrap_or(0);
        Self { input: Input::default(), choices, highlighted }
    }
}

/// The invitations that an answer is meant for, from the key that asked for it on. Those that end before the answer
/// is given are taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Those that are left.
    pub ids: Vec<InvitationId>,
    /// How many ended.
    pub ended: usize,
}

impl Targets {
    /// How many there were at first.
    #[must_use]
    pub fn total(&self) -> usize {
        self.ids.len() + self.ended
    }

    /// Takes out one that ended; false if it was not among them.
    pub fn end(&mut self, id: InvitationId) -> bool {
        let before = self.ids.len();
        self.ids.retain(|target| *target != id);
        let ended = before - self.ids.len();
        self.ended += ended;
        ended > 0
    }
}

impl From<Vec<InvitationId>> for Targets {
    fn from(ids: Vec<InvitationId>) -> Self {
        Self { ids, ended: 0 }
    }
}

/// Choosing an action by its name, for what was selected and marked when the choice was opened.
#[derive(Clone, Debug)]
pub struct Palette {
    /// Which action.
    pub picker: Picker<Action>,
    /// What it acts on.
    pub focus: Focus,
}

/// An answer that marked invitations can be given together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accept.
    Accept,
    /// Decline, choosing a reason.
    Decline,
    /// Decline with the default reason.
    DeclineNow,
}

impl Answer {
    /// The action that asks for this answer.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Decline => Action::Decline,
            Self::DeclineNow => Action::DeclineNow,
        }
    }
}

/// An answer that waits for a confirmation, as some of the invitations that it is for are not in sight.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Which answer.
    pub answer: Answer,
    /// What it is for.
    pub targets: Targets,
    /// Those of them that were not in sight.
    pub unseen: Vec<InvitationId>,
    /// How far the names are scrolled, in lines.
    pub scrolled: u16,
}

/// Invitations that are to be declined, once it is chosen why. Those that end meanwhile are taken out.
#[derive(Clone, Debug)]
pub struct Decline {
    /// Why.
    pub picker: Picker<Reason>,
    /// Which.
    pub targets: Targets,
    /// The calls to a bot that it is asked about afterwards: they know other reasons.
    pub calls: Targets,
}

/// Opens, from the choice why to reject, the line for the callback address. It edits no line.
pub const CALLBACK: Key = Key::ctrl('t');

/// Calls to a bot that are to be rejected, once it is chosen why. Those that end meanwhile are taken out.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Why.
    pub picker: Picker<Rejection>,
    /// Which.
    pub targets: Targets,
    /// Where their later notifications go, if not to the bot's usual address.
    pub callback: Option<CallbackUri>,
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
#[derive(Clone, Debug)]
pub enum Purpose {
    /// The filter of the current list, which follows each key.
    Filter,
    /// The address of somebody to invite.
    Invite(ConversationId),
    /// A message.
    Message(ConversationId),
    /// To whom a call to a bot goes on.
    Redirect(InvitationId),
    /// Where the later notifications of calls go; then the choice goes on where it was left.
    Callback(Box<Reject>),
}
