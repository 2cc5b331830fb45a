use super::Presence;
use crate::text::DisplayText;

/// A person or a phone, as the address book and the server describe it beyond the name and the address. Unknown parts are
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The relation to the user's organization, like “federated”; see [`Party::origin`](super::Party::origin).
    pub origin: DisplayText,
    /// The title, like “Engineer”.
    pub title: DisplayText,
    /// The department.
    pub department: DisplayText,
    /// The company.
    pub company: DisplayText,
    /// The presence.
    pub presence: Presence,
    /// The note that the person has published.
    pub note: DisplayText,
    /// Whether the note is about an absence (out of office).
    pub is_absent: bool,
    /// The location.
    pub location: DisplayText,
}

impl Contact {
    /// Returns what the person does where, like “Engineer · Sales · Contoso”; empty if nothing of that is known.
    #[must_use]
    pub fn job(&self) -> String {
        let parts = [&self.title, &self.department, &self.company];
        let known: Vec<&str> =
            parts.into_iter().map(DisplayText::as_str).filter(|it| !it.is_empty()).collect();
        known.join(" · ")
    }
}
