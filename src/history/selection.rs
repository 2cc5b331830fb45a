//! The choice of entries for `rsvp history`.

use jiff::Timestamp;
use rusqlite::types::Value;

use super::record::Record;

/// The conditions that an entry has to meet. The default is met by all entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The earliest time of the end.
    pub since: Option<Timestamp>,
    /// The time before which the invitation ended.
    pub until: Option<Timestamp>,
    /// The names of the kinds; empty for all kinds.
    pub kinds: Vec<String>,
    /// The names of the outcomes; empty for all outcomes.
    pub outcomes: Vec<String>,
    /// A part of the remote party's name or address, in any case; empty for everybody.
    pub who: String,
    /// Whether only missed invitations are selected.
    pub missed: bool,
}

impl Selection {
    /// Returns the condition for the database and its values. [`Selection::matches`] checks the rest.
    pub(super) fn condition(&self) -> (String, Vec<Value>) {
        let mut terms = vec!["1".to_owned()];
        let mut values = Vec::new();
        let times = [("ended_ms >= ?", self.since), ("ended_ms < ?", self.until)];
        for (term, time) in times {
            if let Some(time) = time {
                terms.push(term.to_owned());
                values.push(Value::Integer(time.as_millisecond()));
            }
        }
        for (column, names) in [("kind", &self.kinds), ("outcome", &self.outcomes)] {
            if !names.is_empty() {
                terms.push(format!("{column} IN ({})", vec!["?"; names.len()].join(", ")));
                values.extend(names.iter().cloned().map(Value::Text));
            }
        }
        (terms.join(" AND "), values)
    }

    /// Returns whether an entry meets the conditions that the database can't check: letters are compared without regard
    /// to case in all languages.
    pub(super) fn matches(&self, record: &Record) -> bool {
        let who = self.who.to_lowercase();
        let party = record.other_side();
        (!self.missed || record.is_missed())
            && (who.is_empty()
                || [&party.name, &party.uri].iter().any(|text| text.as_str().to_lowercase().contains(&who)))
    }
}
