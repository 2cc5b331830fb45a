use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of an entry, unique among all runs and processes that write the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct EntryId(Uuid);

impl EntryId {
    /// Returns the id of the entry with the given number in a run.
    #[must_use]
    pub fn new(run: Uuid, number: u64) -> Self {
        Self(Uuid::from_u128(run.as_u128() ^ u128::from(number)))
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
        id.0.to_string()
    }
}
