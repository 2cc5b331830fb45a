//! The links of an invitation that carry out the user's answers.

use super::href::Href;
use crate::invitation::{Decision, Offers};
use crate::provider::ucwa::wire::resource::Resource;

/// The action links of an invitation. They are kept when an update comes without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionLinks {
    accept: Option<Href>,
    accept_with_phone: Option<Href>,
    decline: Option<Href>,
    cancel: Option<Href>,
}

impl ActionLinks {
    /// Returns the link that carries out a decision.
    #[must_use]
    pub fn get(&self, decision: &Decision) -> Option<&str> {
        match decision {
            Decision::Accept => self.accept.as_deref(),
            Decision::AcceptWithPhone => self.accept_with_phone.as_deref(),
            Decision::Decline(_) => self.decline.as_deref(),
            Decision::Cancel => self.cancel.as_deref(),
            // Only calls to a bot can be rejected or redirected.
            Decision::Reject { .. } | Decision::Redirect(_) => None,
        }
    }

    /// Adds the links of a resource, and replaces the ones that changed.
    pub(super) fn merge(&mut self, resource: &Resource<'_>) {
        for (slot, rel) in [
            (&mut self.accept, "accept"),
            (&mut self.accept_with_phone, "acceptWithPhoneAudio"),
            (&mut self.decline, "decline"),
            (&mut self.cancel, "cancel"),
        ] {
            if let Some(href) = resource.href(rel).filter(|href| slot.as_deref() != Some(*href)) {
                *slot = Some(href.into());
            }
        }
    }

    /// Returns the answers that the links allow.
    pub(super) fn offers(&self) -> Offers {
        Offers {
            accept: self.accept.is_some(),
            accept_with_phone: self.accept_with_phone.is_some(),
            decline: self.decline.is_some(),
            cancel: self.cancel.is_some(),
            ..Offers::default()
        }
    }
}
