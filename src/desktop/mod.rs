//! Notifications of the desktop, with the answers that an invitation offers. Built only with the feature `desktop`.

#[cfg(feature = "desktop")]
mod service;

use tokio::sync::mpsc;

use crate::app::{Notification, NotificationChoice};
use crate::invitation::InvitationId;

/// Whether this program can show notifications of the desktop.
pub const IS_AVAILABLE: bool = cfg!(feature = "desktop");

/// The number of notifications that may wait for the desktop, and of choices that may wait for the program.
const CAPACITY: usize = 16;

/// A choice of the user in the notification of an invitation.
pub type Choice = (InvitationId, NotificationChoice);

/// A handle to the thread that shows notifications.
#[derive(Debug)]
pub struct Desktop {
    notifications: mpsc::Sender<Notification>,
    choices: mpsc::Receiver<Choice>,
}

/// The other end of a [`Desktop`].
#[derive(Debug)]
pub struct DesktopBackend {
    /// The notifications to show.
    pub notifications: mpsc::Receiver<Notification>,
    /// The sender of the user's choices.
    pub choices: mpsc::Sender<Choice>,
}

impl Desktop {
    /// Returns a handle and its other end.
    #[must_use]
    pub fn new() -> (Self, DesktopBackend) {
        let (notification_sender, notifications) = mpsc::channel(CAPACITY);
        let (choice_sender, choices) = mpsc::channel(CAPACITY);
        let desktop = Self { notifications: notification_sender, choices };
        (desktop, DesktopBackend { notifications, choices: choice_sender })
    }

    /// Starts the thread that shows notifications; `None` if this program has none.
    #[must_use]
    pub fn start() -> Option<Self> {
        #[cfg(feature = "desktop")]
        {
            let (desktop, backend) = Self::new();
            let thread = std::thread::Builder::new().name("desktop".into());
            if let Err(error) = thread.spawn(move || service::run(backend)) {
                tracing::warn!(%error, "can't start the thread of the notifications");
                return None;
            }
            Some(desktop)
        }
        #[cfg(not(feature = "desktop"))]
        None
    }

    /// Shows a notification. One that a slow desktop leaves no room for is dropped.
    pub fn show(&self, notification: Notification) {
        if self.notifications.try_send(notification).is_err() {
            tracing::warn!("a notification could not be shown");
        }
    }

    /// Waits for the user's next choice. Cancel safe.
    pub async fn next_choice(&mut self) -> Choice {
        match self.choices.recv().await {
            Some(choice) => choice,
            None => std::future::pending().await,
        }
    }
}

/// Shows a notification and returns after the desktop has taken it.
///
/// # Errors
/// Returns an error, in words for the user, if there is no desktop that shows it, or this program can't.
pub fn show_once(notification: &Notification) -> Result<(), String> {
    #[cfg(feature = "desktop")]
    {
        service::show(notification).map(drop).map_err(|error| error.to_string())
    }
    #[cfg(not(feature = "desktop"))]
    {
        let _ = notification;
        Err("this rsvp was built without the feature `desktop`".to_owned())
    }
}
