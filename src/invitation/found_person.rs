use super::{Availability, Party};
use crate::text::DisplayText;

/// A person whom a search has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundPerson {
    /// The name and the address, which is a `sip:` or `tel:` URI.
    pub party: Party,
    /// The job title; may be empty.
    pub title: DisplayText,
    /// The department; may be empty.
    pub department: DisplayText,
    /// The presence, once it is known.
    pub availability: Option<Availability>,
}

impl FoundPerson {
    /// Returns the title and the department, as far as they are known, like `Engineer, Sales`.
    #[must_use]
    pub fn position(&self) -> String {
        let known = [&self.title, &self.department].into_iter().filter(|text| !text.is_empty());
        known.map(DisplayText::as_str).collect::<Vec<_>>().join(", ")
    }
}
