//! Alerts the user by the bell and by notifications, as far as the settings ([`crate::app::Alerts`]) allow it.

use crate::app::offers::{accept_decision, offers};
use crate::app::{Effect, News, Notification, NotificationChoice, Settings, State};
use crate::invitation::{AccountId, Invitation, InvitationId, Moment};

/// Alerts the user to an event of an account, if it is one that the user has to notice. About invitations the user's rules
/// decide; see [`alert_of_invitation`].
pub(super) fn alert_of_news(state: &State, account: AccountId, news: &News, effects: &mut Vec<Effect>) {
    if let Some(notification) = notification(state, account, news) {
        alert(state, effects, || notification);
    }
}

/// Alerts the user to an incoming invitation: by the banner, and by the bell and notifications.
pub(super) fn alert_of_invitation(state: &mut State, id: InvitationId, effects: &mut Vec<Effect>) {
    if !state.newcomers.contains(&id) {
        state.newcomers.push(id);
    }
    let Some(invitation) = state.incoming.get(id).map(|entry| &entry.invitation) else { return };
    if is_silent(state, id.account) || !state.settings.alerts.cover(invitation) {
        return;
    }
    alert(state, effects, || Notification::of(invitation, choices(invitation, state.now.moment)));
}

/// Alerts the user in the configured ways, unless that would disturb now.
fn alert(state: &State, effects: &mut Vec<Effect>, notification: impl FnOnce() -> Notification) {
    let Settings { bell, alerts, .. } = &state.settings;
    if !alerts.allow_at(state.now.wall, state.has_focus) {
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

/// Returns the answers that a notification of an invitation can offer.
fn choices(invitation: &Invitation, now: Moment) -> Vec<NotificationChoice> {
    let offers = offers(invitation, now);
    let accept = accept_decision(invitation, now).is_ok().then_some(NotificationChoice::Accept);
    let decline = (offers.decline || offers.reject).then_some(NotificationChoice::Decline);
    accept.into_iter().chain(decline).collect()
}

fn is_silent(state: &State, account: AccountId) -> bool {
    state.account(account).is_some_and(|account| account.presence.is_do_not_disturb())
}
