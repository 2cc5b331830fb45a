use super::dialog::{
    Compose, Confirm, Decline, Dialog, FindPerson, Help, Menu, Palette, PresenceDialog, Prompt, Purpose,
    Reject,
};
use crate::invitation::InvitationId;

/// The receiver of the keys: the lists, or the open dialog.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// The lists.
    #[default]
    Lists,
    /// The choice of the reason to decline invitations.
    Decline(Decline),
    /// The choice of the reason to reject calls to a bot.
    Reject(Reject),
    /// The choice of an action by its name.
    Palette(Palette),
    /// The confirmation of an answer to invitations that are not visible.
    Confirm(Confirm),
    /// A line of text that the user is asked for.
    Prompt(Prompt),
    /// The choice of a person.
    FindPerson(FindPerson),
    /// The first message of a conversation to start.
    Compose(Compose),
    /// The choice of one of a few things.
    Menu(Menu),
    /// The choice of the user's own presence.
    Presence(PresenceDialog),
    /// The help.
    Help(Help),
}

impl Mode {
    /// Returns whether the open dialog may answer an invitation.
    #[must_use]
    pub fn concerns(&self, id: InvitationId) -> bool {
        match self {
            Self::Decline(dialog) => dialog.targets.ids.contains(&id) || dialog.calls.ids.contains(&id),
            Self::Reject(dialog) => dialog.targets.ids.contains(&id),
            Self::Confirm(dialog) => dialog.targets.ids.contains(&id),
            Self::Palette(dialog) => {
                dialog.focus.invitation() == Some(id) || dialog.focus.marked.contains(&id)
            }
            Self::Prompt(dialog) => matches!(dialog.purpose, Purpose::Redirect(target) if target == id),
            Self::Lists
            | Self::FindPerson(_)
            | Self::Compose(_)
            | Self::Menu(_)
            | Self::Presence(_)
            | Self::Help(_) => false,
        }
    }

    /// Returns the open dialog, if any.
    pub(super) fn dialog(&mut self) -> Option<&mut dyn Dialog> {
        match self {
            Self::Lists => None,
            Self::Decline(dialog) => Some(dialog),
            Self::Reject(dialog) => Some(dialog),
            Self::Palette(dialog) => Some(dialog),
            Self::Confirm(dialog) => Some(dialog),
            Self::Prompt(dialog) => Some(dialog),
            Self::FindPerson(dialog) => Some(dialog),
            Self::Compose(dialog) => Some(dialog),
            Self::Menu(dialog) => Some(dialog),
            Self::Presence(dialog) => Some(dialog),
            Self::Help(dialog) => Some(dialog),
        }
    }
}
