//! The history of ended invitations, kept over runs in an `SQLite` database in the state directory. A thread of its own reads
//! and writes it, so that a slow disk delays neither the start nor the loop.

mod database;
mod entry_id;
mod error;
mod import;
mod json_lines;
mod messages;
mod missed_while_away;
mod naming;
mod opening;
mod record;
mod row;
mod schema;
mod selection;
mod statistics;
mod thread;
mod timestamp;
mod when;
mod worker;

pub use database::Database;
pub use entry_id::EntryId;
pub use error::HistoryError;
pub use import::{imported, journal_path};
pub use messages::{HistoryBackend, HistoryEvent, HistoryRequest, PAGE, Retention};
pub use opening::{Opened, open};
pub use record::{FIRST_NUMBER, Record, with_current_offset};
pub use selection::Selection;
pub use statistics::{Day, Statistics};
pub use thread::{HistoryWriter, default_path};
pub use timestamp::format as format_time;
pub use when::{since, until};
