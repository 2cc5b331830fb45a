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

    /// Creates the person with an address that may be short: a user name, a mail address, or a phone number that
    /// begins with `+`.
    pub(in crate::sim) fn at(word: &str) -> Self {
        let uri = complete_address(word);
        Self::new(&name_of(&uri), &uri)
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

/// Completes a user name, a mail address or a phone number to a URI.
pub(in crate::sim) fn complete_address(word: &str) -> String {
    if word.contains(':') {
        word.to_owned()
    } else if word.starts_with('+') {
        format!("tel:{word}")
    } else if word.contains('@') {
        format!("sip:{word}")
    } else {
        format!("sip:{word}@contoso.example")
    }
}

/// Derives a display name from an address: `sip:lene.aaling@…` becomes `Lene Aaling`.
fn name_of(address: &str) -> String {
    let Some(user) = address.strip_prefix("sip:").and_then(|rest| rest.split('@').next()) else {
        return String::new();
    };
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    user.split(['.', '-', '_']).map(capitalized).collect::<Vec<_>>().join(" ")
}
