use super::contract::{Context, Dialog, Operation, Step};
use crate::app::List;
use crate::app::key::{Code, Key};
use crate::invitation::{Conversation, ConversationId};

/// A choice of one of a few things that are known only when the dialog is opened.
#[derive(Clone, Debug)]
pub struct Menu {
    /// The question.
    pub title: String,
    /// The verb for the chosen item, such as “copy”.
    pub verb: &'static str,
    /// The items, of which there is at least one.
    pub items: Vec<MenuItem>,
    /// The index of the highlighted item.
    pub highlighted: usize,
    /// The conversation that the dialog needs, and what to tell the user should it end.
    pub needs: Option<(ConversationId, &'static str)>,
}

/// An item of a [`Menu`].
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// The name.
    pub name: String,
    /// The text beside the name; may be empty.
    pub text: String,
    /// The operation that it stands for.
    pub(in crate::app) operation: Operation,
}

impl MenuItem {
    /// Returns whether the item no longer applies: those whom it is about have left the lobby. It stays in its place, so
    /// that no other item takes the place under the cursor.
    #[must_use]
    pub fn is_over(&self, conversations: &List<Conversation>) -> bool {
        match &self.operation {
            Operation::AnswerLobby { participants, admission } => !participants.iter().any(|id| {
                let meeting = conversations.get(id.conversation).and_then(|it| it.meeting.as_ref());
                let waiting = meeting.and_then(|meeting| meeting.waiting(*id));
                waiting.is_some_and(|waiting| waiting.allows(*admission))
            }),
            _ => false,
        }
    }
}

impl Menu {
    fn choose(&mut self, index: usize, context: &Context<'_>) -> Step {
        let Some(item) = self.items.get(index) else { return Step::Stay };
        self.highlighted = index;
        if item.is_over(context.conversations) {
            return Step::Stay;
        }
        Step::Perform(item.operation.clone())
    }
}

impl Dialog for Menu {
    fn press(&mut self, key: Key, context: &Context<'_>) -> Step {
        let last = self.items.len().saturating_sub(1);
        match key.code {
            Code::Esc => return Step::Close,
            Code::Enter => return self.choose(self.highlighted, context),
            Code::Char(digit @ '1'..='9') => {
                let index = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok()).unwrap_or(1) - 1;
                return self.choose(index, context);
            }
            Code::Up | Code::Char('k') => self.highlighted = self.highlighted.saturating_sub(1),
            Code::Tab if key.shift => self.highlighted = self.highlighted.saturating_sub(1),
            Code::Down | Code::Tab | Code::Char('j') => self.highlighted = (self.highlighted + 1).min(last),
            Code::PageUp | Code::Home => self.highlighted = 0,
            Code::PageDown | Code::End => self.highlighted = last,
            _ => {}
        }
        Step::Stay
    }

    fn conversation(&self) -> Option<(ConversationId, &'static str)> {
        self.needs
    }
}
