use super::contract::{Context, Dialog, Operation, Remaining, Step};
use super::line::Line;
use super::picker::{Picked, Picker};
use crate::app::key::{Code, Key};
use crate::app::{Targets, address};
use crate::invitation::{CallbackUri, InvitationId, Rejection};

/// The key that opens the line for the callback address. It has no meaning while text is edited.
pub const CALLBACK: Key = Key::ctrl('t');

/// The choice of the reason to reject calls to a bot.
#[derive(Clone, Debug)]
pub struct Reject {
    /// The choice.
    pub picker: Picker<Rejection>,
    /// The calls to reject.
    pub targets: Targets,
    /// The address for later notifications of the calls, if not the bot's usual one.
    pub callback: Option<CallbackUri>,
    /// The line in which the callback address is edited, while it is open.
    pub editor: Option<Line>,
}

impl Dialog for Reject {
    fn press(&mut self, key: Key, _: &Context<'_>) -> Step {
        if let Some(line) = &mut self.editor {
            match key.code {
                Code::Esc => self.editor = None,
                Code::Enter => match address::callback(line.text().trim()) {
                    Ok(callback) => (self.callback, self.editor) = (callback, None),
                    Err(complaint) => line.complaint = Some(complaint),
                },
                _ => {
                    line.press(key);
                }
            }
            return Step::Stay;
        }
        if key == CALLBACK {
            let address = self.callback.as_ref().map_or("", |address| address.as_str());
            self.editor = Some(Line::new(address.to_owned()));
            return Step::Stay;
        }
        match self.picker.press(key) {
            None => Step::Stay,
            Some(Picked::Nothing) => Step::Close,
            Some(Picked::Choice(reason)) => {
                let (targets, callback) = (std::mem::take(&mut self.targets), self.callback.take());
                Step::Perform(Operation::Reject { targets, reason, callback })
            }
        }
    }

    fn paste(&mut self, text: &str) -> Step {
        match &mut self.editor {
            Some(line) => line.paste(text),
            None => self.picker.paste(text),
        }
        Step::Stay
    }

    fn remove(&mut self, id: InvitationId) -> Remaining {
        Remaining::after(id, &mut self.targets, "before you chose a reason")
    }
}
