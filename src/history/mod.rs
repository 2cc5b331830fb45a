//! What was answered and missed, kept over runs: a file in the state directory, private to the user, with one
//! JSON object in each line. It is read and written by a thread of its own, so that neither the start nor a
//! slow disk makes anybody wait; when it can't be written, the history goes on in memory, and the user is told
//! once.

mod entry_id;
mod journal;
mod record;

use std::path::PathBuf;

use tokio::sync::mpsc;
use uuid::Uuid;

pub use entry_id::EntryId;
pub use journal::Journal;
pub use record::Record;

use crate::invitation::PastInvitation;
use crate::logging::state_directory;

/// So many entries may wait for a slow disk.
const QUEUE: usize = 4_096;

/// What the history says to the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryEvent {
    /// What earlier runs have left, the oldest first.
    Loaded(Vec<Record>),
    /// It can't be kept on the disk, and why; said once.
    Lost(String),
}

/// The usual place of the file.
#[must_use]
pub fn usual_path() -> Option<PathBuf> {
    Some(state_directory()?.join("history.jsonl"))
}

/// The program's end of the history.
#[derive(Debug)]
pub struct HistoryWriter {
    /// Tells the entries of this run from those of others.
    run: Uuid,
    entries: Option<mpsc::Sender<Record>>,
    events: mpsc::Receiver<HistoryEvent>,
}

/// The other end of a [`HistoryWriter`]: what whoever keeps the entries holds, until there are no more.
#[derive(Debug)]
pub struct Archive {
    /// The entries to keep.
    pub entries: mpsc::Receiver<Record>,
    /// Where to say what was loaded, and one complaint: nobody waits to say them.
    pub events: mpsc::Sender<HistoryEvent>,
}

impl HistoryWriter {
    /// Starts to keep at most about `keep` entries there.
    #[must_use]
    pub fn start(path: PathBuf, keep: usize) -> Self {
        let (writer, archive) = Self::new();
        let thread = std::thread::Builder::new().name("history".into());
        if let Err(error) = thread.spawn(move || run(&path, keep, archive)) {
            tracing::warn!(%error, "the history can't be kept");
        }
        writer
    }

    /// Returns both ends of a history.
    #[must_use]
    pub fn new() -> (Self, Archive) {
        let (wanted, entries) = mpsc::channel(QUEUE);
        let (said, events) = mpsc::channel(2);
        (Self { run: Uuid::new_v4(), entries: Some(wanted), events }, Archive { entries, events: said })
    }

    /// What it has to say, when it has.
    pub async fn next_event(&mut self) -> Option<HistoryEvent> {
        self.events.recv().await
    }

    /// Keeps one more, or what is now known of one that is kept.
    pub fn keep(&self, past: &PastInvitation) {
        let record = Record::of(past, EntryId::new(self.run, past.number));
        if let Some(entries) = &self.entries
            && entries.try_send(record).is_err()
        {
            tracing::warn!("an entry of the history could not be kept");
        }
    }

    /// Backoff until all is written; gives why it can't be, if that was not said before.
    pub async fn finish(mut self) -> Option<String> {
        self.entries = None;
        let mut lost = None;
        while let Some(event) = self.events.recv().await {
            if let HistoryEvent::Lost(why) = event {
                lost = Some(why);
            }
        }
        lost
    }
}

fn run(path: &std::path::Path, keep: usize, Archive { mut entries, events }: Archive) {
    let mut journal = match Journal::open(path, keep) {
        Ok((journal, records)) => {
            let _ = events.try_send(HistoryEvent::Loaded(records));
            Some(journal)
        }
        Err(error) => {
            let _ = events.try_send(HistoryEvent::Lost(error.to_string()));
            None
        }
    };
    while let Some(record) = entries.blocking_recv() {
        if let Some(Err(error)) = journal.as_mut().map(|journal| journal.append(&record)) {
            let _ = events.try_send(HistoryEvent::Lost(error.to_string()));
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

    fn somebody(name: &str) -> Party {
        Party { name: name.into(), uri: "sip:x@x.example".into(), origin: "federated".into() }
    }

    fn past(number: u64) -> PastInvitation {
        let id = InvitationId { account: AccountId(0), number };
        let invitation = Invitation {
            from: somebody("Tosh"),
            to: Some(somebody("Dana")),
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

    async fn keep(path: &std::path::Path, all: &[PastInvitation]) {
        let writer = HistoryWriter::start(path.to_owned(), 10);
        for past in all {
            writer.keep(past);
        }
        writer.finish().await;
    }

    #[tokio::test]
    async fn whom_we_invited_and_who_accepted_it_come_back_in_the_next_run() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.jsonl");
        let mut kept = past(1);
        kept.invitation.accepted_by = Some(somebody("Kim"));
        keep(&path, std::slice::from_ref(&kept)).await;
        let mut writer = HistoryWriter::start(path, 10);
        let Some(HistoryEvent::Loaded(records)) = writer.next_event().await else {
            panic!("nothing was loaded")
        };
        let [record] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!(record.other_side(), &somebody("Dana"));
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
        amended.invitation.accepted_by = Some(somebody("Kim"));
        keep(&path, &[past(1)]).await;
        keep(&path, &[past(1), past(2), amended]).await;
        let who: Vec<_> =
            Journal::read(&path).unwrap().into_iter().map(|record| record.accepted_by).collect();
        assert_eq!(who, [None, Some(somebody("Kim")), None]);
    }
}
