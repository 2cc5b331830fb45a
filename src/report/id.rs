//! The ids of invitations and conversations as texts, stable for a run of the program.

use crate::invitation::{AccountId, ConversationId, InvitationId};

/// The thing that a text names: `i1.3` is the third invitation of the first account, `c1.3` its third conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// An invitation, or a call to a bot.
    Invitation(InvitationId),
    /// A conversation.
    Conversation(ConversationId),
}

impl Id {
    /// Returns what a text names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.chars();
        let sign = rest.next()?;
        let (account, number) = rest.as_str().split_once('.')?;
        let account = AccountId(account.parse::<u8>().ok()?.checked_sub(1)?);
        let number = number.parse().ok()?;
        match sign {
            'i' => Some(Self::Invitation(InvitationId { account, number })),
            'c' => Some(Self::Conversation(ConversationId { account, number })),
            _ => None,
        }
    }
}

/// Returns the text for an invitation.
#[must_use]
pub fn text_of_invitation(id: InvitationId) -> String {
    format!("i{}.{}", u16::from(id.account.0) + 1, id.number)
}

/// Returns the text for a conversation.
#[must_use]
pub fn text_of_conversation(id: ConversationId) -> String {
    format!("c{}.{}", u16::from(id.account.0) + 1, id.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_what_it_was_made_of() {
        for (account, number) in [(0, 0), (0, 17), (3, u64::MAX)] {
            let account = AccountId(account);
            let (invitation, conversation) =
                (InvitationId { account, number }, ConversationId { account, number });
            assert_eq!(Id::parse(&text_of_invitation(invitation)), Some(Id::Invitation(invitation)));
            assert_eq!(Id::parse(&text_of_conversation(conversation)), Some(Id::Conversation(conversation)));
        }
        for text in ["", "i", "i1", "i0.3", "x1.3", "i1.-3", "i999.1", "é1.1", "i1.3 "] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }
}
