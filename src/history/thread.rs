use std::path::{Path, PathBuf};

use tokio::sync::mpsc;
use uuid::Uuid;

use super::entry_id::EntryId;
use super::journal::Journal;
use super::record::Record;
use crate::invitation::PastInvitation;
use crate::private_files::state_directory;

/// The number of entries that may wait for a slow disk.
const QUEUE: usize = 4_096;

/// An event of the history's thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryEvent {
    /// The entries of earlier runs were loaded, the oldest first.
    Loaded(Vec<Record>),
    /// The file cannot be read or written, for the given reason. Sent at most once.
    Failed(String),
}

/// Returns the default path of the file, in the state directory.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    Some(state_directory()?.join("history.jsonl"))
}

/// A handle to the history's thread.
#[derive(Debug)]
pub struct HistoryWriter {
    /// Distinguishes the entries of this run from those of others.
    run: Uuid,
    entries: Option<mpsc::Sender<Record>>,
    events: mpsc::Receiver<HistoryEvent>,
}

/// The other end of a [`HistoryWriter`], for the thread that stores the entries. That thread ends when no more entries
/// can come.
#[derive(Debug)]
pub struct HistoryBackend {
    /// The entries to store.
    pub entries: mpsc::Receiver<Record>,
    /// The sender for one [`HistoryEvent::Loaded`] and one [`HistoryEvent::Failed`]; it has room for both.
    pub events: mpsc::Sender<HistoryEvent>,
}

impl HistoryWriter {
    /// Starts a thread that loads the latest `keep` entries from `path` and adds new ones.
    #[must_use]
    pub fn start(path: PathBuf, keep: usize) -> Self {
        let (writer, backend) = Self::new();
        let thread = std::thread::Builder::new().name("history".into());
        if let Err(error) = thread.spawn(move || store(&path, keep, backend)) {
            tracing::warn!(%error, "can't start the history's thread");
        }
        writer
    }

    /// Returns a writer and its other end.
    #[must_use]
    pub fn new() -> (Self, HistoryBackend) {
        let (entry_sender, entries) = mpsc::channel(QUEUE);
        let (event_sender, events) = mpsc::channel(2);
        let writer = Self { run: Uuid::new_v4(), entries: Some(entry_sender), events };
        (writer, HistoryBackend { entries, events: event_sender })
    }

    /// Waits for the next event. Returns `None` when the thread has ended.
    pub async fn next_event(&mut self) -> Option<HistoryEvent> {
        self.events.recv().await
    }

    /// Stores an entry, or the new state of one that was stored in this run.
    pub fn store(&self, past: &PastInvitation) {
        let record = Record::new(past, EntryId::new(self.run, past.number));
        if let Some(entries) = &self.entries
            && entries.try_send(record).is_err()
        {
            tracing::warn!("an entry of the history could not be stored");
        }
    }

    /// Waits until all entries are written. Returns the reason if that failed and was not reported before.
    pub async fn finish(mut self) -> Option<String> {
        self.entries = None;
        let mut failure = None;
        while let Some(event) = self.events.recv().await {
            if let HistoryEvent::Failed(reason) = event {
                failure = Some(reason);
            }
        }
        failure
    }
}

/// Stores entries in the file at `path` until no more can come.
fn store(path: &Path, keep: usize, HistoryBackend { mut entries, events }: HistoryBackend) {
    let mut journal = match Journal::open(path, keep) {
        Ok((journal, records)) => {
            let _ = events.try_send(HistoryEvent::Loaded(records));
            Some(journal)
        }
        Err(error) => {
            let _ = events.try_send(HistoryEvent::Failed(error.to_string()));
            None
        }
    };
    while let Some(record) = entries.blocking_recv() {
        if let Some(Err(error)) = journal.as_mut().map(|journal| journal.append(&record)) {
            let _ = events.try_send(HistoryEvent::Failed(error.to_string()));
            journal = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{
        AccountId, Direction, Importance, Invitation, InvitationId, Kind, Moment, Outcome, Party,
    };

    fn party(name: &str) -> Party {
        Party { name: name.into(), uri: "sip:x@x.example".into(), origin: "federated".into() }
    }

    fn past(number: u64) -> PastInvitation {
        let id = InvitationId { account: AccountId(0), number };
        let invitation = Invitation {
            from: party("Tosh"),
            to: Some(party("Dana")),
            subject: "Subject".into(),
            message: "Message".into(),
            importance: Importance::Emergency,
            ..Invitation::new(
                id,
                Kind::Participant,
                Direction::Outgoing,
                Moment::default(),
                Moment::default(),
            )
        };
        let at = jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0);
        PastInvitation { number, invitation, outcome: Outcome::Joined, at }
    }

    async fn store_all(path: &Path, all: &[PastInvitation]) {
        let writer = HistoryWriter::start(path.to_owned(), 10);
        for past in all {
            writer.store(past);
        }
        writer.finish().await;
    }

    #[tokio::test]
    async fn whom_we_invited_and_who_accepted_it_come_back_in_the_next_run() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let mut kept = past(1);
        kept.invitation.accepted_by = Some(party("Kim"));
        store_all(&path, std::slice::from_ref(&kept)).await;
        let mut writer = HistoryWriter::start(path, 10);
        let Some(HistoryEvent::Loaded(records)) = writer.next_event().await else {
            panic!("nothing was loaded")
        };
        let [record] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!(record.other_side(), &party("Dana"));
        let back = record.clone().into_past_invitation(7);
        assert_eq!(back.number, 7);
        assert_eq!((&back.outcome, back.at), (&kept.outcome, kept.at));
        let expected = Invitation { id: back.invitation.id, ..kept.invitation };
        assert_eq!(back.invitation, expected);
        assert!(back.invitation.id.account != AccountId(0), "it is of no account of this run");
    }

    #[tokio::test]
    async fn what_becomes_known_afterwards_amends_the_entry_of_its_own_run_and_no_other() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let mut amended = past(1);
        amended.invitation.accepted_by = Some(party("Kim"));
        store_all(&path, &[past(1)]).await;
        store_all(&path, &[past(1), past(2), amended]).await;
        let who: Vec<_> =
            Journal::read(&path).unwrap().into_iter().map(|record| record.accepted_by).collect();
        assert_eq!(who, [None, Some(party("Kim")), None]);
    }
}
