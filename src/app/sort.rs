/// The sort order of a list. Emergencies come first in each; ties are broken by order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The least time left first.
    #[default]
    Deadline,
    /// The oldest first.
    Arrival,
    /// The most important first.
    Importance,
    /// Alphabetically by name.
    Name,
}

impl Sort {
    /// Returns the next order; the last one is followed by the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Deadline => Self::Arrival,
            Self::Arrival => Self::Importance,
            Self::Importance => Self::Name,
            Self::Name => Self::Deadline,
        }
    }

    /// Returns the name that the screen shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Deadline => "time left",
            Self::Importance => "importance",
            Self::Name => "name",
        }
    }
}
