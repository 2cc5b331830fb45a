//! The desktop's notification service (`org.freedesktop.Notifications` on Linux).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use notify_rust::error::Error;
use notify_rust::{Hint, NotificationHandle, Timeout};

use super::handle::{Choice, DesktopBackend};
use crate::app::{Notification, NotificationChoice};

/// The maximum number of notifications whose answers are waited for.
const MOST: usize = 8;

/// The time for which a notification is shown, in milliseconds: about as long as an invitation rings.
const SHOWN_FOR: u32 = 30_000;

/// The names of the actions, with the words for the user.
const ACTIONS: [(NotificationChoice, &str, &str); 2] =
    [(NotificationChoice::Accept, "accept", "Accept"), (NotificationChoice::Decline, "decline", "Decline")];

/// Shows notifications until the program drops its end.
pub(super) fn run(DesktopBackend { mut notifications, choices }: DesktopBackend) {
    let waiting = Arc::new(AtomicUsize::new(0));
    while let Some(notification) = notifications.blocking_recv() {
        let handle = match show(&notification) {
            Ok(handle) => handle,
            Err(error) => {
                tracing::warn!(%error, "the desktop shows no notification");
                continue;
            }
        };
        let Some(id) = notification.invitation.filter(|_| !notification.choices.is_empty()) else { continue };
        if waiting.load(Ordering::Relaxed) >= MOST {
            continue;
        }
        waiting.fetch_add(1, Ordering::Relaxed);
        let (choices, counter) = (choices.clone(), waiting.clone());
        let wait = move || {
            handle.wait_for_action(|name| {
                if let Some((choice, ..)) = ACTIONS.iter().find(|(_, known, _)| *known == name) {
                    let chosen: Choice = (id, *choice);
                    let _ = choices.blocking_send(chosen);
                }
            });
            counter.fetch_sub(1, Ordering::Relaxed);
        };
        if std::thread::Builder::new().name("notification".into()).spawn(wait).is_err() {
            waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Shows a notification.
///
/// # Errors
/// Returns an error if the session has no service that shows it.
pub(super) fn show(notification: &Notification) -> Result<NotificationHandle, Error> {
    let mut shown = notify_rust::Notification::new();
    shown.appname("rsvp").summary(notification.title.as_str()).body(&escaped(notification.text.as_str()));
    shown.hint(Hint::Category("im.received".into())).timeout(Timeout::Milliseconds(SHOWN_FOR));
    for (_, name, label) in ACTIONS.iter().filter(|(choice, ..)| notification.choices.contains(choice)) {
        shown.action(name, label);
    }
    shown.show()
}

/// Returns a text without markup, which some desktops interpret in the text of a notification.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn remote_text_has_no_markup() {
        assert_eq!(escaped("<b>a</b> & <img src=x>"), "&lt;b&gt;a&lt;/b&gt; &amp; &lt;img src=x&gt;");
    }
}
