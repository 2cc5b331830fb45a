use std::time::Duration;

use super::{Phase, State};
use crate::invitation::{ConversationId, InvitationId, Moment, Outcome};
use crate::provider::Status;
use crate::text::DisplayText;

/// What the user is being told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The words.
    pub text: DisplayText,
    /// How it is meant.
    pub tone: Tone,
    /// When it goes, however long it holds.
    pub until: Moment,
    /// What makes it untrue before that.
    pub holds: Until,
}

/// How a [`Notice`] is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something did not work.
    Problem,
}

/// Until when what a [`Notice`] says is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// For good: it tells what happened.
    #[default]
    Ever,
    /// Until the invitation is no longer in this phase.
    Phase(InvitationId, Phase),
    /// Until the invitation is answered again, or is over in a way that is known: why an answer was refused may be
    /// all that is known of its end.
    Refused(InvitationId),
    /// Until the conversation is over.
    Conversation(ConversationId),
    /// Until our invitation to that address is over.
    Invited {
        /// To whom.
        uri: String,
        /// The latest invitation to them that was over before.
        former: Option<InvitationId>,
    },
    /// Until an invitation to that address shows that the request was carried out.
    InviteSeen {
        /// To whom.
        uri: String,
        /// The latest invitation to them before.
        former: Option<InvitationId>,
    },
    /// Until an account's connection is in another state that lasts.
    Reconnected(Vec<Status>),
}

impl Until {
    /// Whether it is true now.
    #[must_use]
    pub fn is_so(&self, state: &State) -> bool {
        match self {
            Self::Ever => true,
            Self::Phase(id, phase) => state.entry(*id).is_some_and(|entry| entry.phase == *phase),
            Self::Refused(id) => state.entry(*id).is_none_or(|entry| match &entry.phase {
                Phase::Ringing => true,
                Phase::Answering { .. } => false,
                Phase::Over { outcome, .. } => *outcome == Outcome::Lost,
            }),
            Self::Conversation(id) => state.conversations.get(*id).is_some(),
            Self::Invited { uri, former } => match state.invited(uri) {
                Some(latest) if Some(latest) != *former => {
                    state.outgoing.get(latest).is_some_and(super::Entry::is_pending)
                }
                _ => true,
            },
            Self::InviteSeen { uri, former } => {
                state.invited(uri).is_none_or(|latest| Some(latest) == *former)
            }
            Self::Reconnected(before) => {
                let changed = |(account, before): (&super::Account, &Status)| {
                    account.status != *before && !matches!(account.status, Status::Connecting(_))
                };
                !state.accounts.iter().zip(before).any(changed)
            }
        }
    }
}

impl State {
    /// Tells the user something that stays true, for as long as it takes to read.
    pub fn tell(&mut self, text: &str, tone: Tone) {
        self.tell_until(text, tone, Until::Ever);
    }

    /// Tells the user something for as long as it takes to read, but no longer than it is true.
    pub fn tell_until(&mut self, text: &str, tone: Tone, holds: Until) {
        let text = DisplayText::new(text);
        let read = Duration::from_secs(if tone == Tone::Problem { 8 } else { 4 });
        self.notice = Some(Notice { text, tone, until: self.now.moment.after(read), holds });
    }

    /// Our latest invitation to an address.
    #[must_use]
    pub fn invited(&self, uri: &str) -> Option<InvitationId> {
        let to_them = |entry: &&super::Entry| {
            entry.invitation.to.as_ref().is_some_and(|to| to.uri.as_str().eq_ignore_ascii_case(uri))
        };
        self.outgoing.iter().filter(to_them).map(|entry| entry.invitation.id).max()
    }
}
