use super::contract::{Context, Dialog, Operation, Step};
use super::line::Line;
use crate::app::NewConversation;
use crate::app::key::{Code, Key, STRAY_KEY_GUARD};
use crate::invitation::{AccountId, Moment, Party};

/// The maximum length of a subject, in characters (`startMessaging` in the UCWA reference).
const MAX_SUBJECT: usize = 250;

/// The first message and the subject of a conversation to start.
#[derive(Clone, Debug)]
pub struct Compose {
    /// The account to start it from.
    pub account: AccountId,
    /// The person to talk to.
    pub to: Party,
    /// The first message as edited so far.
    pub message: Line,
    /// The subject as edited so far.
    pub subject: Line,
    /// The line that takes the keys.
    pub field: Field,
    /// When the dialog was opened.
    pub opened: Moment,
}

/// A line of [`Compose`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The first message.
    Message,
    /// The subject.
    Subject,
}

impl Compose {
    /// Creates the dialog for a conversation, with what was already written.
    #[must_use]
    pub fn new(conversation: NewConversation, opened: Moment) -> Self {
        let NewConversation { account, to, subject, message } = conversation;
        let (message, subject) = (Line::new(message), Line::new(subject));
        Self { account, to, message, subject, field: Field::Message, opened }
    }

    /// Returns the line that takes the keys.
    #[must_use]
    pub fn line(&self) -> &Line {
        match self.field {
            Field::Message => &self.message,
            Field::Subject => &self.subject,
        }
    }

    fn line_mut(&mut self) -> &mut Line {
        match self.field {
            Field::Message => &mut self.message,
            Field::Subject => &mut self.subject,
        }
    }

    /// Returns what was written.
    fn conversation(&self) -> NewConversation {
        let text = |line: &Line| line.text().trim().to_owned();
        let (subject, message) = (text(&self.subject), text(&self.message));
        NewConversation { account: self.account, to: self.to.clone(), subject, message }
    }

    fn submit(&mut self, context: &Context<'_>) -> Step {
        // The key that chose the person may still be down.
        if context.now < self.opened.after(STRAY_KEY_GUARD) && self.message.text().is_empty() {
            return Step::Stay;
        }
        let conversation = self.conversation();
        if conversation.subject.chars().count() > MAX_SUBJECT {
            self.field = Field::Subject;
            self.subject.complaint = Some("A subject has at most 250 characters");
            return Step::Stay;
        }
        Step::Perform(Operation::Start(conversation))
    }
}

impl Dialog for Compose {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        match key.code {
            Code::Esc => return Step::Perform(Operation::Keep(self.conversation())),
            Code::Enter if key.alt && self.field == Field::Message => self.message.paste("\n"),
            Code::Enter => return self.submit(context),
            Code::Tab | Code::Up | Code::Down => {
                self.field = match self.field {
                    Field::Message => Field::Subject,
                    Field::Subject => Field::Message,
                };
            }
            _ => {
                self.line_mut().press(key);
            }
        }
        Step::Stay
    }

    fn paste(&mut self, text: &str) -> Step {
        self.line_mut().paste(text);
        Step::Stay
    }
}
