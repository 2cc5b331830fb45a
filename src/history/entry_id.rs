use std::borrow::Cow;
use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of an entry, unique among all runs and processes that write the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct EntryId(Uuid);

impl EntryId {
    /// Returns the id of the entry with the given number in a run.
    #[must_use]
    pub fn new(run: Uuid, number: u64) -> Self {
        Self(Uuid::from_u128(run.as_u128() ^ u128::from(number)))
    }

    /// Returns an id for a line of a file that has no ids: the same each time that the file is read. `occurrence` is the
    /// number of equal lines before it.
    #[must_use]
    pub fn of_line(line: &[u8], occurrence: u64) -> Self {
        let hash = digest(&SHA256, line);
        let half = hash.as_ref().first_chunk().copied().unwrap_or_default();
        Self(Uuid::from_u128(u128::from_be_bytes(half) ^ u128::from(occurrence)))
    }
}

impl TryFrom<Cow<'_, str>> for EntryId {
    type Error = uuid::Error;

    fn try_from(text: Cow<'_, str>) -> Result<Self, Self::Error> {
        Uuid::parse_str(&text).map(Self)
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
