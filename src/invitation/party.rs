use serde::{Deserialize, Serialize};

use crate::text::DisplayText;

/// A person or a phone at one end of an invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// The display name; may be empty. People choose their names freely, so a name is never shown without the address.
    pub name: DisplayText,
    /// The address, usually a SIP or tel URI; may be empty for an anonymous caller.
    pub uri: DisplayText,
    /// The relation to the user's organization, as the server states it: “your organization”, “federated” or “anonymous”.
    pub origin: DisplayText,
}

impl Party {
    /// Returns whether the name and the address are both unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.uri.is_empty()
    }

    /// Returns whether this is the address of the party. Of the rules of RFC 3261, section 19.1.4, only case matters in practice.
    #[must_use]
    pub fn has_address(&self, uri: &str) -> bool {
        self.uri.as_str().eq_ignore_ascii_case(uri)
    }

    /// Returns the name, or else the address, or else “unknown”.
    #[must_use]
    pub fn label(&self) -> &str {
        [&self.name, &self.uri]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("unknown", DisplayText::as_str)
    }

    /// Returns the name and the address, like `Dana Birkby <sip:dana@contoso.com>`.
    #[must_use]
    pub fn full(&self) -> String {
        if self.name.is_empty() || self.uri.is_empty() || self.name == self.uri {
            self.label().to_owned()
        } else {
            format!("{} <{}>", self.name, self.uri)
        }
    }
}
