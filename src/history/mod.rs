//! The history of ended invitations, kept over runs: a file in the state directory with one JSON object per line. A
//! thread of its own reads and writes the file, so that a slow disk delays neither the start nor the loop.

mod entry_id;
mod journal;
mod record;
mod thread;

pub use entry_id::EntryId;
pub use journal::Journal;
pub use record::Record;
pub use thread::{HistoryBackend, HistoryEvent, HistoryWriter, default_path};
