//! Notifications of the desktop, with the answers that an invitation offers. Shown only with the feature `desktop`.

mod handle;
#[cfg(feature = "desktop")]
mod service;

pub use handle::{Choice, Desktop, DesktopBackend};

use crate::app::Notification;

/// Whether this program can show notifications of the desktop.
pub const IS_AVAILABLE: bool = cfg!(feature = "desktop");

/// Starts the thread that shows notifications; `None` if this program has none.
#[must_use]
pub fn start() -> Option<Desktop> {
    #[cfg(feature = "desktop")]
    {
        let (desktop, backend) = Desktop::new();
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
