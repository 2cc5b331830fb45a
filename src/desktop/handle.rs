use tokio::sync::mpsc;

use crate::app::{Notification, NotificationChoice};
use crate::invitation::InvitationId;

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
