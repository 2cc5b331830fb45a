//! The one place that decides what is announced to those who do not look at the screen: hooks and `rsvp watch`.

use std::sync::Arc;

use super::alerts::alert_of_news;
use crate::app::{Announcement, Effect, News, State};
use crate::invitation::{AccountId, Conversation, ConversationId, Invitation};
use crate::provider::Status;

/// Announces an event of an account, and alerts the user if it is one that the user has to notice.
pub(super) fn announce(state: &State, account: AccountId, news: News, effects: &mut Vec<Effect>) {
    alert_of_news(state, account, &news, effects);
    let (label, is_bot) =
        state.account(account).map(|account| (account.label.clone(), account.is_bot)).unwrap_or_default();
    effects.push(Effect::Announce(Box::new(Announcement { at: state.now, account, label, is_bot, news })));
}

/// Announces the state of an account's connection, unless the user would not notice a difference to the state announced
/// before.
pub(super) fn connection(state: &mut State, id: AccountId, effects: &mut Vec<Effect>) {
    let Some(account) = state.accounts.get_mut(usize::from(id.0)) else { return };
    let is_news = match (&account.announced, &account.status) {
        (_, Status::Idle) | (Status::Connecting(_) | Status::Retrying { .. }, Status::Connecting(_)) => false,
        (Status::Retrying { problem: before, .. }, Status::Retrying { problem, .. }) => before != problem,
        (before, status) => before != status,
    };
    if is_news {
        account.announced = account.status.clone();
        let news = News::Connection(account.status.clone());
        announce(state, id, news, effects);
    }
}

/// Announces an invitation that arrived or changed; `before` is its former state.
pub(super) fn invitation(
    state: &State,
    before: Option<Arc<Invitation>>,
    invitation: Arc<Invitation>,
    effects: &mut Vec<Effect>,
) {
    let account = invitation.id.account;
    let news = match before {
        None => News::Invitation(invitation),
        Some(before) if is_same(&before, &invitation) => return,
        Some(_) => News::InvitationChanged(invitation),
    };
    announce(state, account, news, effects);
}

/// Returns whether two states of an invitation differ at most in what only a screen shows: the time left, which is estimated
/// anew, and details.
fn is_same(before: &Invitation, after: &Invitation) -> bool {
    let before = Invitation {
        arrived: after.arrived,
        deadline: after.deadline,
        certainty: after.certainty,
        facts: after.facts.clone(),
        conversation: after.conversation,
        ..before.clone()
    };
    before == *after
}

/// The conversations that an event may change, as they were before it.
pub(super) struct Conversations(Vec<Conversation>);

impl Conversations {
    /// Returns those of an account.
    pub fn of(state: &State, account: AccountId) -> Self {
        Self(state.conversations.iter().filter(|it| it.id.account == account).cloned().collect())
    }

    /// Returns only the one that the event concerns.
    pub fn only(state: &State, id: ConversationId) -> Self {
        Self(state.conversations.get(id).cloned().into_iter().collect())
    }

    /// Announces which conversations have ended, and which of `after` have begun.
    pub fn announce_changes(self, state: &State, after: &[ConversationId], effects: &mut Vec<Effect>) {
        let began = after.iter().filter(|id| self.0.iter().all(|before| before.id != **id));
        for conversation in began.filter_map(|id| state.conversations.get(*id)) {
            let news = News::Conversation(Box::new(conversation.clone()));
            announce(state, conversation.id.account, news, effects);
        }
        for conversation in self.0 {
            if state.conversations.get(conversation.id).is_none() {
                let account = conversation.id.account;
                announce(state, account, News::ConversationEnded(Box::new(conversation)), effects);
            }
        }
    }
}
