use super::contract::{Context, Dialog, Operation, Step};
use super::picker::{Picked, Picker};
use crate::app::PresenceChoice;
use crate::app::key::{Code, Key};
use crate::invitation::AccountId;

/// The choice of the user's own presence, after the choice of an account if there are several.
#[derive(Clone, Debug)]
pub struct PresenceDialog {
    /// The accounts that have a presence; at least one.
    pub accounts: Vec<AccountId>,
    /// The index of the highlighted or chosen account.
    pub highlighted: usize,
    /// Whether the account is still to be chosen.
    pub asks_for_account: bool,
    /// The choice of the presence.
    pub picker: Picker<PresenceChoice>,
}

impl PresenceDialog {
    /// Returns the highlighted or chosen account.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.accounts.get(self.highlighted).copied()
    }

    fn press_account(&mut self, key: Key) -> Step {
        let last = self.accounts.len().saturating_sub(1);
        match key.code {
            Code::Esc => return Step::Close,
            Code::Enter => self.asks_for_account = false,
            Code::Down | Code::Char('j') | Code::Tab if !key.shift => {
                self.highlighted = (self.highlighted + 1).min(last);
            }
            Code::Up | Code::Char('k') | Code::Tab => self.highlighted = self.highlighted.saturating_sub(1),
            _ => {}
        }
        Step::Stay
    }
}

impl Dialog for PresenceDialog {
    fn press(&mut self, key: Key, _: &Context<'_>) -> Step {
        if self.asks_for_account {
            return self.press_account(key);
        }
        match (self.picker.press(key), self.account()) {
            (None, _) => Step::Stay,
            (Some(Picked::Choice(choice)), Some(account)) => {
                Step::Perform(Operation::SetPresence { account, choice })
            }
            (Some(_), _) => Step::Close,
        }
    }

    fn paste(&mut self, text: &str) -> Step {
        if !self.asks_for_account {
            self.picker.paste(text);
        }
        Step::Stay
    }
}
