use serde::{Deserialize, Serialize};

use crate::text::DisplayText;

/// A person or a phone at one end of an invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// What they call themselves; may be empty. Never shown without the address: anybody can choose a name.
    pub name: DisplayText,
    /// The address: a SIP or tel URI, or what stands in for one; may be empty for an anonymous caller.
    pub uri: DisplayText,
    /// What the server says about where they are: “same enterprise”, “federated”, “anonymous”.
    pub origin: DisplayText,
}

impl Party {
    /// Whether neither a name nor an address is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.uri.is_empty()
    }

    /// The name, else the address, else a word for nobody.
    #[must_use]
    pub fn label(&self) -> &str {
        [&self.name, &self.uri]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("unknown", DisplayText::as_str)
    }

    /// The name and the address, for a line of prose.
    #[must_use]
    pub fn full(&self) -> String {
        if self.name.is_empty() || self.uri.is_empty() || self.name == self.uri {
            self.label().to_owned()
        } else {
            format!("{} <{}>", self.name, self.uri)
        }
    }
}
