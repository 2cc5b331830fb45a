use super::contract::{Context, Dialog, Operation, Remaining, Step};
use super::line::Line;
use crate::app::key::{Code, Key};
use crate::app::{Action, address, offers};
use crate::invitation::{ConversationId, InvitationId};

/// A line of text that the user is asked for.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The purpose of the text.
    pub purpose: Purpose,
    /// The text as edited so far.
    pub line: Line,
    /// The text before editing; Escape restores a filter to it.
    pub former: String,
}

/// The purpose of a [`Prompt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The filter of the list in front, applied with each key.
    Filter,
    /// A message.
    Message(ConversationId),
    /// The destination that a call to a bot is redirected to.
    Redirect(InvitationId),
}

impl Prompt {
    /// Creates a prompt with an initial text.
    #[must_use]
    pub fn new(purpose: Purpose, text: String) -> Self {
        Self { purpose, line: Line::new(text.clone()), former: text }
    }

    /// Returns what follows from a change of the text.
    fn changed(&self) -> Step {
        match self.purpose {
            Purpose::Filter => Step::Filter(self.line.text().to_owned()),
            Purpose::Message(conversation) => Step::Write { conversation, text: self.line.text().to_owned() },
            Purpose::Redirect(_) => Step::Stay,
        }
    }

    /// Returns what to do with the text, or why it is refused.
    fn submit(&self, context: &Context<'_>) -> Result<Step, &'static str> {
        let text = self.line.text().trim();
        let operation = match self.purpose {
            Purpose::Filter => return Ok(Step::Close),
            Purpose::Message(_) if text.is_empty() => return Err("Write something, or press Esc"),
            Purpose::Message(conversation) => {
                check_open(context, conversation)?;
                Operation::Send { conversation, text: text.to_owned() }
            }
            Purpose::Redirect(call) => Operation::Redirect { call, to: address::destination(text)? },
        };
        Ok(Step::Perform(operation))
    }
}

/// Checks that a conversation accepts messages; otherwise returns a complaint.
fn check_open(context: &Context<'_>, id: ConversationId) -> Result<(), &'static str> {
    let conversation = context.conversations.get(id);
    let is_open = conversation.is_some_and(|conversation| offers::allows(conversation, Action::Message));
    is_open.then_some(()).ok_or("This conversation accepts no messages right now; wait, or press Esc")
}

impl Dialog for Prompt {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        match key.code {
            Code::Esc if self.purpose == Purpose::Filter => {
                Step::Perform(Operation::Filter(std::mem::take(&mut self.former)))
            }
            Code::Esc => Step::Close,
            Code::Enter if key.alt && matches!(self.purpose, Purpose::Message(_)) => {
                self.line.paste("\n");
                self.changed()
            }
            Code::Enter => self.submit(context).unwrap_or_else(|complaint| {
                self.line.complaint = Some(complaint);
                Step::Stay
            }),
            _ if self.line.press(key) => self.changed(),
            _ => Step::Stay,
        }
    }

    fn paste(&mut self, text: &str) -> Step {
        self.line.paste(text);
        self.changed()
    }

    fn remove(&mut self, id: InvitationId) -> Remaining {
        match self.purpose {
            Purpose::Redirect(target) if target == id => {
                Remaining::None("before you chose where to redirect it")
            }
            Purpose::Redirect(_) | Purpose::Filter | Purpose::Message(_) => Remaining::All,
        }
    }

    fn conversation(&self) -> Option<(ConversationId, &'static str)> {
        match self.purpose {
            Purpose::Message(id) => Some((id, "your message was not sent")),
            Purpose::Filter | Purpose::Redirect(_) => None,
        }
    }
}
