use crate::invitation::{Importance, Invitation, InvitationId};
use crate::text::DisplayText;

/// A notification for somebody who does not look at the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The title.
    pub title: DisplayText,
    /// The text; may be empty.
    pub text: DisplayText,
    /// The invitation that the notification is about, if it is about one.
    pub invitation: Option<InvitationId>,
    /// The answers that the invitation offers.
    pub choices: Vec<NotificationChoice>,
    /// Whether the invitation is more than normally important.
    pub is_urgent: bool,
}

/// The choice of the user in a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotificationChoice {
    /// Accept the invitation.
    Accept,
    /// Decline the invitation with the default reason.
    Decline,
}

/// The longest title of a notification, in characters.
const MAX_TITLE: usize = 80;

/// The longest text of a notification, in characters.
const MAX_TEXT: usize = 200;

impl Notification {
    /// Creates a notification that can't be answered.
    #[must_use]
    pub fn new(title: &str, text: &str) -> Self {
        Self {
            title: DisplayText::bounded(title, MAX_TITLE),
            text: DisplayText::bounded(text, MAX_TEXT),
            invitation: None,
            choices: Vec::new(),
            is_urgent: false,
        }
    }

    /// Creates the notification of an invitation, which can be answered with `choices`.
    #[must_use]
    pub fn of(invitation: &Invitation, choices: Vec<NotificationChoice>) -> Self {
        let from = invitation.other_side();
        let importance = match invitation.importance {
            Importance::Normal => "",
            Importance::Urgent => "Urgent: ",
            Importance::Emergency => "EMERGENCY: ",
        };
        let title = format!("{importance}{} from {}", invitation.kind.word(), from.label());
        // The name alone can be anybody's.
        let address = Some(from.uri.as_str()).filter(|_| !from.name.is_empty());
        let parts = [Some(invitation.subject.as_str()), Some(invitation.message.as_str()), address];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        Self {
            invitation: Some(invitation.id),
            choices,
            is_urgent: invitation.importance > Importance::Normal,
            ..Self::new(&title, &parts.join(" · "))
        }
    }
}
