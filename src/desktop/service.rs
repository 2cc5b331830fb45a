//! The desktop's notification service (`org.freedesktop.Notifications` on Linux).

use std::sync::Arc;

#[cfg(all(unix, not(target_os = "macos")))]
use notify_rust::Hint;
use notify_rust::error::Error;
use notify_rust::{NotificationHandle, Timeout};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::handle::{Choice, DesktopBackend};
use crate::app::{Notification, NotificationChoice};

/// The maximum number of notifications whose answers are waited for. Further ones are shown without answers.
const MOST: usize = 8;

/// The time for which a notification is shown, in milliseconds: about as long as an invitation rings.
const SHOWN_FOR: u32 = 30_000;

/// The names of the actions, with the words for the user.
const ACTIONS: [(NotificationChoice, &str, &str); 2] =
    [(NotificationChoice::Accept, "accept", "Accept"), (NotificationChoice::Decline, "decline", "Decline")];

/// Shows notifications until the program drops its end.
pub(super) fn run(DesktopBackend { mut notifications, choices }: DesktopBackend) {
    let threads = Arc::new(Semaphore::new(MOST));
    while let Some(notification) = notifications.blocking_recv() {
        let (notification, permit) = with_permit(notification, &threads);
        let handle = match show(&notification) {
            Ok(handle) => handle,
            Err(error) => {
                tracing::warn!(%error, "the desktop shows no notification");
                continue;
            }
        };
        let Some((id, permit)) = notification.invitation.zip(permit) else { continue };
        let choices = choices.clone();
        let wait = move || {
            handle.wait_for_action(|name| {
                if let Some((choice, ..)) = ACTIONS.iter().find(|(_, known, _)| *known == name) {
                    let chosen: Choice = (id, *choice);
                    let _ = choices.blocking_send(chosen);
                }
            });
            drop(permit);
        };
        if let Err(error) = std::thread::Builder::new().name("notification".into()).spawn(wait) {
            tracing::warn!(%error, "the answers of a notification have no effect");
        }
    }
}

/// Returns a notification with the permit to wait for its answer. Without a permit, it offers no answers.
fn with_permit(
    mut notification: Notification,
    threads: &Arc<Semaphore>,
) -> (Notification, Option<OwnedSemaphorePermit>) {
    let is_answerable = notification.invitation.is_some() && !notification.choices.is_empty();
    let permit = is_answerable.then(|| threads.clone().try_acquire_owned().ok()).flatten();
    if permit.is_none() {
        notification.choices.clear();
    }
    (notification, permit)
}

/// Shows a notification.
///
/// # Errors
/// Returns an error if the session has no service that shows it.
pub(super) fn show(notification: &Notification) -> Result<NotificationHandle, Error> {
    let mut shown = notify_rust::Notification::new();
    shown.appname("rsvp").summary(notification.title.as_str()).body(&body(notification.text.as_str()));
    shown.timeout(Timeout::Milliseconds(SHOWN_FOR));
    #[cfg(all(unix, not(target_os = "macos")))]
    shown.hint(Hint::Category("im.received".into()));
    for (_, name, label) in ACTIONS.iter().filter(|(choice, ..)| notification.choices.contains(choice)) {
        shown.action(name, label);
    }
    shown.show()
}

/// Returns the text of a notification as the desktop expects it.
fn body(text: &str) -> String {
    if cfg!(all(unix, not(target_os = "macos"))) { escaped(text) } else { text.to_owned() }
}

/// Returns a text without markup, which some desktops of freedesktop.org interpret in the text of a notification.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{AccountId, InvitationId};

    #[test]
    fn a_notification_whose_answer_nobody_would_wait_for_offers_none() {
        let threads = Arc::new(Semaphore::new(MOST));
        let choices = vec![NotificationChoice::Accept, NotificationChoice::Decline];
        let invitation = Some(InvitationId { account: AccountId(0), number: 1 });
        let call = Notification { invitation, choices, ..Notification::new("Call from Lene", "") };
        let mut shown: Vec<_> = (0..MOST).map(|_| with_permit(call.clone(), &threads)).collect();
        assert!(shown.iter().all(|(shown, permit)| shown == &call && permit.is_some()));
        let (beyond, permit) = with_permit(call.clone(), &threads);
        assert!(beyond.choices.is_empty() && permit.is_none(), "{beyond:?}");
        assert_eq!(beyond.title, call.title);
        shown.pop();
        let lobby = with_permit(Notification::new("Lene waits in the lobby", ""), &threads);
        assert!(lobby.1.is_none(), "it has no answer to wait for");
        let (next, permit) = with_permit(call.clone(), &threads);
        assert!(next == call && permit.is_some(), "{next:?}");
    }

    #[test]
    fn remote_text_has_no_markup() {
        assert_eq!(escaped("<b>a</b> & <img src=x>"), "&lt;b&gt;a&lt;/b&gt; &amp; &lt;img src=x&gt;");
    }
}
