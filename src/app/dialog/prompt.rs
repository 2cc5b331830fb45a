use super::contract::{Context, Dialog, Operation, Remaining, Step};
use super::line::Line;
use crate::app::key::{Code, Key};
use crate::app::{Action, PeopleInvolved, PickPurpose, address, obstacle, offers};
use crate::invitation::{ConversationId, InvitationId, Party};
use crate::text::DisplayText;

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
    /// The filter of the current list, applied with each key.
    Filter,
    /// A message.
    Message(ConversationId),
    /// The destination that a call to a bot is redirected to.
    Redirect(InvitationId),
    /// The destination that a call is transferred to that a bot has answered.
    Transfer(ConversationId),
    /// The person who is invited to a call that a bot has answered.
    InviteToCall(ConversationId),
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
            Purpose::Redirect(_) | Purpose::Transfer(_) | Purpose::InviteToCall(_) => Step::Stay,
        }
    }

    /// Returns what to do with the text, or why it is refused.
    fn submit(&self, context: &Context<'_>) -> Result<Step, &'static str> {
        let text = self.line.text().trim();
        let operation = match self.purpose {
            Purpose::Filter => return Ok(Step::Close),
            Purpose::Message(_) if text.is_empty() => return Err("Write something, or press Esc"),
            Purpose::Message(conversation) => {
                if !allows(context, conversation, Action::Message) {
                    return Err("This conversation accepts no messages right now; wait, or press Esc");
                }
                Operation::Send { conversation, text: text.to_owned() }
            }
            Purpose::Redirect(call) => Operation::Redirect { call, to: address::destination(text)? },
            Purpose::Transfer(conversation) => {
                let to = address::destination(text)?;
                if !allows(context, conversation, Action::Redirect) {
                    return Err("This call can't be transferred right now; wait, or press Esc");
                }
                Operation::Transfer { conversation, to }
            }
            Purpose::InviteToCall(conversation) => {
                let uri = address::destination(text)?.uri();
                if !allows(context, conversation, Action::Invite) {
                    return Err("Nobody can be invited to this call right now; wait, or press Esc");
                }
                if let Some(obstacle) = obstacle(&involved(context), PickPurpose::Invite(conversation), &uri)
                {
                    return Err(obstacle.complaint());
                }
                let to = Party { uri: DisplayText::new(&uri), ..Party::default() };
                Operation::Invite { conversation, to }
            }
        };
        Ok(Step::Perform(operation))
    }
}

/// Returns the people who are in conversations. A bot has no address that somebody could mean by mistake.
fn involved<'a>(context: &Context<'a>) -> PeopleInvolved<'a> {
    PeopleInvolved {
        me: None,
        conversations: context.conversations,
        outgoing: context.outgoing,
        pending_requests: context.pending_requests,
    }
}

/// Returns whether a conversation still offers an action.
fn allows(context: &Context<'_>, id: ConversationId, action: Action) -> bool {
    context.conversations.get(id).is_some_and(|conversation| offers::allows(conversation, action))
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
            Purpose::Redirect(_)
            | Purpose::Transfer(_)
            | Purpose::InviteToCall(_)
            | Purpose::Filter
            | Purpose::Message(_) => Remaining::All,
        }
    }

    fn conversation(&self) -> Option<(ConversationId, &'static str)> {
        match self.purpose {
            Purpose::Message(id) => Some((id, "your message was not sent")),
            Purpose::Transfer(id) => Some((id, "it was not transferred")),
            Purpose::InviteToCall(id) => Some((id, "no one was invited")),
            Purpose::Filter | Purpose::Redirect(_) => None,
        }
    }
}
