use tokio::sync::{mpsc, watch};

use super::entry_id::EntryId;
use super::record::Record;
use crate::invitation::AccountId;

/// The maximum number of entries that are read at once.
pub const PAGE: usize = 500;

/// The extent of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The number of entries to keep.
    pub keep: usize,
    /// Whether the texts of messages are kept.
    pub messages: bool,
}

/// A request to the history's thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryRequest {
    /// Store an entry, or the new state of one.
    Store(Box<Record>),
    /// Store what was missed while no program ran, unless that was told before. Holds numbers of the caller's besides.
    Missed {
        /// The account.
        account: AccountId,
        /// The entries with the numbers of their logs.
        entries: Vec<(u64, Record)>,
    },
    /// Read the latest entries with numbers below `before`.
    Older {
        /// The number of the oldest entry that was read so far.
        before: u64,
    },
    /// Read the latest entries with numbers below `before` that contain a text.
    Search {
        /// The text in lower case.
        text: String,
        /// The number of the oldest entry that was read so far.
        before: u64,
    },
    /// Mark entries as seen: those of earlier runs by number, those of this run by id.
    Seen {
        /// The numbers.
        numbers: Vec<u64>,
        /// The ids.
        ids: Vec<EntryId>,
    },
}

/// An event of the history's thread. Records come in pages of at most [`PAGE`], the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryEvent {
    /// The latest entries of earlier runs were read.
    Loaded(Vec<Record>),
    /// Entries of what was missed while no program ran were stored, as requested.
    Missed {
        /// The account.
        account: AccountId,
        /// The entries that are new, with the numbers of their logs.
        entries: Vec<(u64, Record)>,
    },
    /// Older entries were read, as requested.
    Older(Vec<Record>),
    /// Older entries that contain a text were read, as requested.
    Found {
        /// The text.
        text: String,
        /// The entries.
        records: Vec<Record>,
    },
    /// The user should know this of the file.
    Notice(String),
    /// The database cannot be read or written, for the given reason. Sent at most once.
    Failed(String),
}

/// The end of the channels that the thread has. That thread ends when no more requests
/// can come.
#[derive(Debug)]
pub struct HistoryBackend {
    /// The requests.
    pub requests: mpsc::Receiver<HistoryRequest>,
    /// The number of entries that were stored or could not be stored.
    pub handled: watch::Sender<u64>,
    /// The sender of events.
    pub events: mpsc::Sender<HistoryEvent>,
}
