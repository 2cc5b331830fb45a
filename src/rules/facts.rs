use jiff::civil::DateTime;

use crate::invitation::{Importance, Invitation, Kind, Party};
use crate::text::DisplayText;

/// The facts about an invitation that rules can ask for, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The sender.
    pub from: Party,
    /// Whether a name or an address that `from` lacks may still become known.
    pub is_from_partial: bool,
    /// The kind.
    pub kind: Option<Kind>,
    /// The importance.
    pub importance: Option<Importance>,
    /// The network that the sender belongs to, as [`Party::origin`] has it.
    pub network: Option<DisplayText>,
    /// The local time of the arrival.
    pub at: DateTime,
    /// Whether the sender is in the user's contact list.
    pub in_contacts: Option<bool>,
    /// The id of the directory that the call belongs to. Empty for an invitation that has none.
    pub tenant: Option<DisplayText>,
}

impl Facts {
    /// Returns what an invitation itself tells; `at` is the local time of its arrival.
    ///
    /// A call to a bot comes whole, and a bot has no contact list. The person behind another invitation is read later.
    #[must_use]
    pub fn of(invitation: &Invitation, at: DateTime) -> Self {
        let is_call = invitation.kind == Kind::Call;
        let from = invitation.from.clone();
        let tenant = invitation.facts.iter().find(|fact| fact.label == Invitation::TENANT);
        let is_anonymous = from.origin.as_str().contains("anonymous");
        let is_sip = from.uri.is_empty() || from.uri.as_str().starts_with("sip:");
        Self {
            is_from_partial: !is_call
                && !is_anonymous
                && (from.name.is_empty() || from.uri.is_empty())
                && is_sip,
            kind: Some(invitation.kind),
            importance: Some(invitation.importance),
            network: (is_call || !from.origin.is_empty()).then(|| from.origin.clone()),
            at,
            in_contacts: is_call.then_some(false),
            tenant: Some(tenant.map(|fact| fact.value.clone()).unwrap_or_default()),
            from,
        }
    }
}
