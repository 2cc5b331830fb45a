use crate::invitation::{FoundPerson, Moment};
use crate::provider::Ticket;
use crate::text::DisplayText;

/// The maximum length of a text to search for, in characters (`search` in the UCWA reference).
pub(super) const MAX_QUERY: usize = 256;

/// The progress of the search for the text of a dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Search {
    /// There is nothing to search for.
    #[default]
    Idle,
    /// The answer to this request is outstanding.
    Waiting(Ticket),
    /// The search was answered.
    Found(Found),
    /// The search failed; in words.
    Failed(DisplayText),
}

/// The answer to a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number of the search.
    pub ticket: Ticket,
    /// The people.
    pub people: Vec<FoundPerson>,
    /// Whether the server has no more results.
    pub is_complete: bool,
    /// When the answer arrived.
    pub at: Moment,
}

impl Search {
    /// Returns the people who were found.
    #[must_use]
    pub fn people(&self) -> &[FoundPerson] {
        match self {
            Self::Found(found) => &found.people,
            Self::Idle | Self::Waiting(_) | Self::Failed(_) => &[],
        }
    }
}
