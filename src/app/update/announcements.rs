//! The one place that decides what is announced to those who do not look at the screen, and what alerts the user by the
//! bell and by notifications.

use crate::app::offers::{accept_decision, offers};
use crate::app::{Announcement, Effect, News, Notification, NotificationChoice, Settings, State};
use crate::invitation::{AccountId, Conversation, ConversationId, Invitation, InvitationId, Moment};
use crate::provider::Status;

/// Announces an event of an account, and alerts the user if it is one that the user has to notice.
pub(super) fn announce(state: &State, account: AccountId, news: News, effects: &mut Vec<Effect>) {
    if let Some(notification) = notification(state, account, &news) {
        alert(state, effects, || notification);
    }
    let (label, is_bot) =
        state.account(account).map(|account| (account.label.clone(), account.is_bot)).unwrap_or_default();
    effects.push(Effect::Announce(Box::new(Announcement { at: state.now, account, label, is_bot, news })));
}

/// Returns the notification for an event that alerts the user. Do not disturb, as the user's own presence, silences calls
/// and messages.
fn notification(state: &State, account: AccountId, news: &News) -> Option<Notification> {
    match news {
        News::Message { message, title, is_visible } => {
            // Nobody looks at a terminal without the focus.
            let is_seen = *is_visible && state.has_focus != Some(false);
            let (from, text) = (message.from.label(), message.text.one_line());
            let title = if title.is_empty() { from.to_owned() } else { format!("{from} · {title}") };
            (!is_seen && !is_silent(state, account)).then(|| Notification::new(&title, &text))
        }
        News::Lobby { title, waiting, .. } => {
            let text = format!("{} waits in the lobby", waiting.party.label());
            Some(Notification::new(title, &text))
        }
        News::Admission { is_admitted: true, title, .. } => {
            Some(Notification::new(title, "You were admitted"))
        }
        // The user's rules decide about invitations; see `ring`.
        News::Invitation(_)
        | News::Admission { .. }
        | News::Connection(_)
        | News::InvitationChanged(_)
        | News::Outcome(_)
        | News::AcceptedBy { .. }
        | News::Conversation(_)
        | News::ConversationEnded(_)
        | News::Notice(_) => None,
    }
}

fn is_silent(state: &State, account: AccountId) -> bool {
    state.account(account).is_some_and(|account| account.presence.is_do_not_disturb())
}

/// Alerts the user in the configured ways, unless that would disturb now.
fn alert(state: &State, effects: &mut Vec<Effect>, notification: impl FnOnce() -> Notification) {
    let Settings { bell, alerts, .. } = &state.settings;
    if !alerts.may_disturb(state.now.wall, state.has_focus) {
        return;
    }
    // However many invitations one update brings, the bell rings once.
    if *bell && !effects.contains(&Effect::Bell) {
        effects.push(Effect::Bell);
    }
    if alerts.osc || alerts.desktop {
        effects.push(Effect::Notify(Box::new(notification())));
    }
}

/// Draws the user's attention to an incoming invitation: by the banner, and by the bell and notifications.
pub(super) fn ring(state: &mut State, id: InvitationId, effects: &mut Vec<Effect>) {
    if !state.newcomers.contains(&id) {
        state.newcomers.push(id);
    }
    let Some(invitation) = state.incoming.get(id).map(|entry| &entry.invitation) else { return };
    if is_silent(state, id.account) || !state.settings.alerts.concern(invitation) {
        return;
    }
    alert(state, effects, || Notification::of(invitation, choices(invitation, state.now.moment)));
}

/// Returns the answers that a notification of an invitation can offer.
fn choices(invitation: &Invitation, now: Moment) -> Vec<NotificationChoice> {
    let offers = offers(invitation, now);
    let accept = accept_decision(invitation, now).is_ok().then_some(NotificationChoice::Accept);
    let decline = (offers.decline || offers.reject).then_some(NotificationChoice::Decline);
    accept.into_iter().chain(decline).collect()
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
    before: Option<Invitation>,
    invitation: Invitation,
    effects: &mut Vec<Effect>,
) {
    let account = invitation.id.account;
    let news = match before {
        None => News::Invitation(Box::new(invitation)),
        Some(before) if is_same(&before, &invitation) => return,
        Some(_) => News::InvitationChanged(Box::new(invitation)),
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
