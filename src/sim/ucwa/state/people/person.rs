use serde::Deserialize;

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The display name; empty if it is unknown.
    pub name: String,
    /// The address, such as `sip:lene@contoso.example`.
    pub uri: String,
    /// The behavior when the user invites the person.
    #[serde(default)]
    pub answers: InviteeBehavior,
}

impl Person {
    /// Creates a person who ignores invitations.
    #[must_use]
    pub fn new(name: &str, uri: &str) -> Self {
        Self { name: name.into(), uri: uri.into(), answers: InviteeBehavior::default() }
    }

    /// Returns whether neither the name nor the address is known.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.name.is_empty() && self.uri.is_empty()
    }

    /// Returns the name, or the address if there is no name.
    pub(in crate::sim::ucwa) fn label(&self) -> &str {
        if self.name.is_empty() { &self.uri } else { &self.name }
    }
}

/// A person without an address.
impl From<&str> for Person {
    fn from(name: &str) -> Self {
        Self::new(name, "")
    }
}

/// The behavior of a person whom the user invites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InviteeBehavior {
    /// Joins after a few seconds.
    Joins,
    /// Declines after a few seconds.
    Declines,
    /// Does not answer.
    #[default]
    Ignores,
}
