//! Checks of how the user is alerted.

use super::error::{Diagnostics, Invalid};
use super::file::File;
use super::schema::{NotifyMethod, NotifyWhen};
use super::value::one_of;
use crate::app::Alerts;
use crate::desktop;
use crate::invitation::{Importance, Kind};

impl File {
    /// Returns whether the bell rings.
    pub(super) fn bell(&self) -> bool {
        self.root.ui.notify.as_ref().is_none_or(|methods| methods.get_ref().contains(&NotifyMethod::Bell))
    }

    /// Checks the other ways to alert the user. What has a mistake is left out.
    pub(super) fn alerts(&self, diagnostics: &mut Diagnostics) -> Alerts {
        let ui = &self.root.ui;
        let methods = ui.notify.as_ref().map(|methods| methods.get_ref().as_slice()).unwrap_or_default();
        let kinds = self
            .list("notify_kinds", ui.notify_kinds.as_ref(), |text| one_of(text, &Kind::NAMES, Kind::parse));
        let quiet_hours =
            self.list("quiet_hours", ui.quiet_hours.as_ref(), |text| text.parse().map_err(str::to_owned));
        Alerts {
            osc: methods.contains(&NotifyMethod::Osc),
            desktop: diagnostics.ok(self.desktop(methods)).unwrap_or_default(),
            only_unfocused: ui.notify_when == NotifyWhen::Unfocused,
            kinds: diagnostics.ok(kinds).flatten().unwrap_or_default(),
            importance: diagnostics.ok(self.notify_importance()).unwrap_or_default(),
            quiet_hours: diagnostics.ok(quiet_hours).flatten().unwrap_or_default(),
        }
    }

    fn desktop(&self, methods: &[NotifyMethod]) -> Result<bool, Invalid> {
        let is_wanted = methods.contains(&NotifyMethod::Desktop);
        match &self.root.ui.notify {
            Some(value) if is_wanted && !desktop::IS_AVAILABLE => Err(self.invalid(
                value,
                "`notify`: this rsvp was built without desktop notifications; install it with \
                 `cargo install rsvp --features desktop`, or remove \"desktop\"",
            )),
            _ => Ok(is_wanted),
        }
    }

    fn notify_importance(&self) -> Result<Importance, Invalid> {
        let Some(value) = &self.root.ui.notify_importance else { return Ok(Importance::default()) };
        one_of(value.get_ref(), &Importance::ALL.map(Importance::name), Importance::parse)
            .map_err(|why| self.invalid(value, format!("`notify_importance`: {why}")))
    }
}
