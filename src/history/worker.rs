//! The work of the history's thread.

use std::collections::VecDeque;
use std::path::Path;

use tokio::sync::mpsc;

use super::database::Database;
use super::error::HistoryError;
use super::messages::{HistoryBackend, HistoryEvent, HistoryRequest, PAGE, Retention};
use super::opening::{Opened, open};
use super::record::Record;
use crate::invitation::AccountId;
use crate::text::DisplayText;

/// The number of entries after which the oldest are deleted.
const TRIM_INTERVAL: usize = 64;

/// The maximum number of entries that are held for a disk that can't be written now.
const BACKLOG: usize = 4_096;

/// Carries out requests until no more can come.
pub fn work(
    path: &Path,
    retention: Retention,
    HistoryBackend { mut requests, handled, events }: HistoryBackend,
) {
    let mut reporter = Reporter { events, has_failed: false };
    let mut database = reporter.open(path, retention);
    let mut backlog = Backlog { records: VecDeque::new(), stored: 0, retention };
    while let Some(first) = requests.blocking_recv() {
        let mut batch = vec![first];
        while let Ok(next) = requests.try_recv() {
            batch.push(next);
        }
        let mut stored = 0;
        let mut questions = Questions::default();
        let mut seen = (Vec::new(), Vec::new());
        let mut missed = Vec::new();
        for request in batch {
            match request {
                HistoryRequest::Store(record) => {
                    stored += 1;
                    backlog.push(*record);
                }
                HistoryRequest::Missed { account, entries } => missed.push((account, entries)),
                HistoryRequest::Older { before } => questions.older = Some(before),
                HistoryRequest::Search { text, before } => questions.search = Some((text, before)),
                HistoryRequest::Seen { numbers, ids } => {
                    seen.0.extend(numbers);
                    seen.1.extend(ids);
                }
            }
        }
        if let Some(database) = &mut database {
            reporter.check(backlog.flush(database));
            if !seen.0.is_empty() || !seen.1.is_empty() {
                reporter.check(database.mark_seen(&seen.0, &seen.1));
            }
        }
        if let Some(database) = &mut database {
            for (account, entries) in missed {
                reporter.add_missed(database, account, entries, retention);
            }
        }
        handled.send_modify(|count| *count += stored);
        if let Some(database) = &database {
            reporter.answer(database, questions);
        }
    }
    if let Some(mut database) = database {
        reporter.check(backlog.finish(&mut database));
    }
}

/// The latest questions of each kind; earlier ones need no answer.
#[derive(Default)]
struct Questions {
    older: Option<u64>,
    search: Option<(String, u64)>,
}

/// The entries that are not stored yet.
struct Backlog {
    records: VecDeque<Record>,
    /// The number of entries that were stored since the oldest were deleted.
    stored: usize,
    retention: Retention,
}

impl Backlog {
    fn push(&mut self, mut record: Record) {
        if !self.retention.messages {
            record.message = DisplayText::default();
        }
        if self.records.len() == BACKLOG {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// Stores all entries. After an error they are tried again with the next ones.
    fn flush(&mut self, database: &mut Database) -> Result<(), HistoryError> {
        if self.records.is_empty() {
            return Ok(());
        }
        database.store(&self.records)?;
        self.stored += self.records.len();
        self.records.clear();
        if self.stored >= TRIM_INTERVAL { self.trim(database) } else { Ok(()) }
    }

    fn finish(&mut self, database: &mut Database) -> Result<(), HistoryError> {
        self.flush(database)?;
        if self.stored > 0 { self.trim(database) } else { Ok(()) }
    }

    fn trim(&mut self, database: &mut Database) -> Result<(), HistoryError> {
        self.stored = 0;
        database.delete_oldest(self.retention.keep)
    }
}

/// The sender of events.
struct Reporter {
    events: mpsc::Sender<HistoryEvent>,
    has_failed: bool,
}

impl Reporter {
    /// Opens the database and reports its latest entries.
    fn open(&mut self, path: &Path, retention: Retention) -> Option<Database> {
        let Opened { mut database, read_only, notices } = match open(path) {
            Ok(opened) => opened,
            Err(error) => {
                self.check(Err(error));
                return None;
            }
        };
        let is_writable = read_only.is_none();
        self.check(read_only.map_or(Ok(()), Err));
        for notice in notices {
            tracing::warn!("{notice}");
            self.send(HistoryEvent::Notice(notice));
        }
        if is_writable {
            self.check(database.delete_oldest(retention.keep));
            if !retention.messages {
                self.check(database.strip_messages());
            }
        }
        match database.page(None, PAGE.min(retention.keep)) {
            Ok(records) => self.send(HistoryEvent::Loaded(records)),
            Err(error) => self.check(Err(error)),
        }
        Some(database)
    }

    /// Stores what was missed, and reports what of it is new.
    fn add_missed(
        &mut self,
        database: &mut Database,
        account: AccountId,
        mut entries: Vec<(u64, Record)>,
        retention: Retention,
    ) {
        if !retention.messages {
            for (_, record) in &mut entries {
                record.message = DisplayText::default();
            }
        }
        match database.store_missed(&entries) {
            Ok(entries) if entries.is_empty() => {}
            Ok(entries) => self.send(HistoryEvent::Missed { account, entries }),
            Err(error) => self.check(Err(error)),
        }
    }

    fn answer(&mut self, database: &Database, Questions { older, search }: Questions) {
        if let Some(before) = older {
            match database.page(Some(before), PAGE) {
                Ok(records) => self.send(HistoryEvent::Older(records)),
                Err(error) => self.check(Err(error)),
            }
        }
        if let Some((text, before)) = search {
            let matches = |record: &Record| record.clone().into_past_invitation().matches(&text);
            match database.find(Some(before), PAGE, matches) {
                Ok(records) => self.send(HistoryEvent::Found { text, records }),
                Err(error) => self.check(Err(error)),
            }
        }
    }

    /// Reports the first error.
    fn check(&mut self, result: Result<(), HistoryError>) {
        if let Err(error) = result {
            tracing::warn!(%error, "the history");
            if !std::mem::replace(&mut self.has_failed, true) {
                self.send(HistoryEvent::Failed(error.to_string()));
            }
        }
    }

    /// Sends an event. Nothing is lost if the loop has ended: it takes the last events when it finishes the history.
    fn send(&self, event: HistoryEvent) {
        let _ = self.events.blocking_send(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{EntryId, FIRST_NUMBER, HistoryWriter};
    use crate::invitation::{
        AccountId, Direction, Invitation, InvitationId, Kind, Moment, Outcome, PastInvitation,
    };

    fn record(number: u64) -> Record {
        let id = InvitationId { account: AccountId(0), number };
        let start = Moment::default();
        let invitation = Invitation::new(id, Kind::Phone, Direction::Incoming, start, start);
        let invitation = Invitation { message: "Hello".into(), ..invitation };
        let at = jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0);
        let past = PastInvitation::new(number, invitation, Outcome::Missed, at);
        Record::new(&past, EntryId::new(uuid::Uuid::nil(), number))
    }

    #[test]
    fn what_a_full_disk_refuses_is_stored_when_there_is_room_again() {
        let home = tempfile::tempdir().unwrap();
        let mut database = open(&home.path().join("history.db")).unwrap().database;
        let retention = Retention { keep: 1_000, messages: false };
        let mut backlog = Backlog { records: VecDeque::new(), stored: 0, retention };
        database.limit_pages(1);
        (0..300).for_each(|number| backlog.push(record(number)));
        assert!(backlog.flush(&mut database).is_err());
        database.limit_pages(10_000);
        backlog.push(record(300));
        backlog.flush(&mut database).unwrap();
        let stored = database.page(None, 1_000).unwrap();
        assert_eq!(stored.len(), 301);
        assert!(stored.iter().all(|record| record.message.is_empty()));
        assert!(backlog.records.is_empty());
    }

    #[test]
    fn a_disk_that_stays_full_does_not_fill_the_memory() {
        let retention = Retention { keep: 1_000, messages: false };
        let mut backlog = Backlog { records: VecDeque::new(), stored: 0, retention };
        let count = u64::try_from(BACKLOG).unwrap() + 5;
        (0..count).for_each(|number| backlog.push(record(number)));
        assert_eq!(backlog.records.len(), BACKLOG);
        assert_eq!(backlog.records.back().unwrap().id, record(count - 1).id);
    }

    fn past(number: u64) -> PastInvitation {
        let past = record(number).into_past_invitation();
        PastInvitation { number: FIRST_NUMBER + number, ..past }
    }

    #[tokio::test]
    async fn what_the_disk_refuses_is_told_once_and_stored_as_soon_as_possible() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        drop(open(&path).unwrap());
        let other = rusqlite::Connection::open(&path).unwrap();
        let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON entry BEGIN SELECT RAISE(FAIL, 'no'); END";
        other.execute_batch(refuse).unwrap();
        let mut writer = HistoryWriter::start(path.clone(), Retention { keep: 100, messages: true });
        assert!(matches!(writer.next_event().await, Some(HistoryEvent::Loaded(_))));
        for number in 1..=2 {
            writer.store(&past(number));
            writer.settled().await;
        }
        writer.read_older(FIRST_NUMBER);
        let failed = writer.next_event().await;
        assert!(matches!(failed, Some(HistoryEvent::Failed(_))), "{failed:?}");
        let next = writer.next_event().await;
        assert!(matches!(next, Some(HistoryEvent::Older(_))), "it is told once: {next:?}");
        other.execute_batch("DROP TRIGGER refuse").unwrap();
        writer.store(&past(3));
        assert_eq!(writer.finish().await, None);
        assert_eq!(open(&path).unwrap().database.page(None, 10).unwrap().len(), 3);
    }

    #[tokio::test]
    async fn the_oldest_entries_are_deleted_now_and_then_and_at_the_end() {
        const KEEP: usize = 3;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let stored = || open(&path).unwrap().database.page(None, 1_000).unwrap().len();
        let mut writer = HistoryWriter::start(path.clone(), Retention { keep: KEEP, messages: true });
        for number in 0..=u64::try_from(TRIM_INTERVAL).unwrap() {
            writer.store(&past(number));
            writer.settled().await;
        }
        assert_eq!(stored(), KEEP + 1, "one has come since");
        assert_eq!(writer.finish().await, None);
        assert_eq!(stored(), KEEP);
    }
}
