use std::path::PathBuf;

use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::entry_id::EntryId;
use super::messages::{HistoryBackend, HistoryEvent, HistoryRequest, Retention};
use super::record::{FIRST_NUMBER, Record};
use super::worker::work;
use crate::invitation::{AccountId, MissedLog, PastInvitation};
use crate::private_files::state_directory;
use crate::text::DisplayText;

/// The number of requests that may wait for a slow disk.
const QUEUE: usize = 4_096;

/// The number of events that may wait for the loop.
const EVENTS: usize = 16;

/// Returns the default path of the database, in the state directory.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    Some(state_directory()?.join("history.db"))
}

/// A handle to the history's thread.
#[derive(Debug)]
pub struct HistoryWriter {
    /// Distinguishes the entries of this run from those of others.
    run: Uuid,
    requests: Option<mpsc::Sender<HistoryRequest>>,
    /// The number of entries that were handed to the thread.
    sent: u64,
    /// The number of entries that the thread has stored or could not store.
    handled: watch::Receiver<u64>,
    events: mpsc::Receiver<HistoryEvent>,
}

impl HistoryWriter {
    /// Starts a thread that reads the latest entries from the database at `path` and adds new ones.
    #[must_use]
    pub fn start(path: PathBuf, retention: Retention) -> Self {
        let (writer, backend) = Self::new();
        let thread = std::thread::Builder::new().name("history".into());
        if let Err(error) = thread.spawn(move || work(&path, retention, backend)) {
            tracing::warn!(%error, "can't start the history's thread");
        }
        writer
    }

    /// Returns a writer and its other end.
    #[must_use]
    pub fn new() -> (Self, HistoryBackend) {
        let (request_sender, requests) = mpsc::channel(QUEUE);
        let (event_sender, events) = mpsc::channel(EVENTS);
        let (handled_sender, handled) = watch::channel(0);
        let writer = Self { run: Uuid::new_v4(), requests: Some(request_sender), sent: 0, handled, events };
        (writer, HistoryBackend { requests, handled: handled_sender, events: event_sender })
    }

    /// Waits for the next event. Returns `None` when the thread has ended.
    pub async fn next_event(&mut self) -> Option<HistoryEvent> {
        self.events.recv().await
    }

    /// Stores an entry, or the new state of one that was stored in this run.
    pub fn store(&mut self, past: &PastInvitation) {
        let record = Record::new(past, EntryId::new(self.run, past.number));
        if self.send(HistoryRequest::Store(Box::new(record))) {
            self.sent += 1;
        } else {
            tracing::warn!("an entry of the history could not be stored");
        }
    }

    /// Stores what was missed while no program ran. [`HistoryEvent::Missed`] brings what of it is new.
    pub fn add_missed(&self, account: AccountId, label: &DisplayText, logs: &[MissedLog]) {
        let entries = logs.iter().map(|log| (log.number, Record::of_missed(log, label))).collect();
        self.send(HistoryRequest::Missed { account, entries });
    }

    /// Marks entries as seen, by their numbers in the list.
    pub fn mark_seen(&self, entries: &[u64]) {
        let (own, numbers): (Vec<u64>, Vec<u64>) =
            entries.iter().partition(|number| **number >= FIRST_NUMBER);
        let ids = own.into_iter().map(|number| EntryId::new(self.run, number)).collect();
        self.send(HistoryRequest::Seen { numbers, ids });
    }

    /// Requests entries older than those with numbers from `before`. [`HistoryEvent::Older`] brings them.
    pub fn read_older(&self, before: u64) {
        self.send(HistoryRequest::Older { before });
    }

    /// Requests older entries that contain a text in lower case. [`HistoryEvent::Found`] brings them, unless another
    /// search follows.
    pub fn search(&self, text: String, before: u64) {
        self.send(HistoryRequest::Search { text, before });
    }

    /// Returns whether no entry waits to be stored.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        *self.handled.borrow() >= self.sent || self.handled.has_changed().is_err()
    }

    /// Waits until no entry that was handed over before waits to be stored.
    pub fn settled(&self) -> impl Future<Output = ()> + use<> {
        let (mut handled, sent) = (self.handled.clone(), self.sent);
        async move {
            // After an error the thread has ended.
            let _ = handled.wait_for(|count| *count >= sent).await;
        }
    }

    /// Waits until all entries are written. Returns the reason if that failed and was not reported before.
    pub async fn finish(mut self) -> Option<String> {
        self.requests = None;
        let mut failure = None;
        while let Some(event) = self.events.recv().await {
            if let HistoryEvent::Failed(reason) = event {
                failure = Some(reason);
            }
        }
        failure
    }

    /// Returns whether the thread takes the request.
    fn send(&self, request: HistoryRequest) -> bool {
        self.requests.as_ref().is_some_and(|requests| requests.try_send(request).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::history::{EntryId, HistoryEvent, PAGE, open};
    use crate::invitation::{
        AccountId, Direction, Importance, Invitation, InvitationId, Kind, MissedLog, Moment, Outcome, Party,
    };

    const ALL: Retention = Retention { keep: 2_000, messages: true };

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
        PastInvitation {
            rang: Some(Duration::from_millis(4_200)),
            account: "contoso.com".into(),
            decision: "accept".into(),
            ..PastInvitation::new(FIRST_NUMBER + number, invitation, Outcome::Joined, at)
        }
    }

    fn missed(number: u64, name: &str) -> PastInvitation {
        let mut past = past(number);
        let invitation = Arc::make_mut(&mut past.invitation);
        invitation.direction = Direction::Incoming;
        invitation.from = party(name);
        PastInvitation::new(past.number, past.invitation, Outcome::Missed, past.at)
    }

    async fn store_all(path: &Path, retention: Retention, all: &[PastInvitation]) {
        let mut writer = HistoryWriter::start(path.to_owned(), retention);
        for past in all {
            writer.store(past);
        }
        assert_eq!(writer.finish().await, None);
    }

    /// Returns what the next run loads.
    async fn loaded(path: &Path, retention: Retention) -> (HistoryWriter, Vec<Record>) {
        let mut writer = HistoryWriter::start(path.to_owned(), retention);
        match writer.next_event().await {
            Some(HistoryEvent::Loaded(records)) => (writer, records),
            other => panic!("{other:?}"),
        }
    }

    fn names(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.other_side().name.as_str()).collect()
    }

    #[tokio::test]
    async fn whom_we_invited_and_who_accepted_it_come_back_in_the_next_run() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/history.db");
        let mut kept = past(1);
        Arc::make_mut(&mut kept.invitation).accepted_by = Some(party("Kim"));
        store_all(&path, ALL, std::slice::from_ref(&kept)).await;
        let (_writer, records) = loaded(&path, ALL).await;
        let [record] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!(record.other_side(), &party("Dana"));
        let back = record.clone().into_past_invitation();
        assert!(back.number < FIRST_NUMBER, "it comes before those of this run");
        let id = back.invitation.id;
        assert!(id.account != AccountId(0), "it is of no account of this run");
        let invitation = Arc::new(Invitation { id, ..Invitation::clone(&kept.invitation) });
        assert_eq!(back, PastInvitation { number: back.number, invitation, ..kept });
    }

    #[tokio::test]
    async fn what_becomes_known_afterwards_amends_the_entry_of_its_own_run_and_no_other() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let mut amended = past(1);
        Arc::make_mut(&mut amended.invitation).accepted_by = Some(party("Kim"));
        store_all(&path, ALL, &[past(1)]).await;
        store_all(&path, ALL, &[past(1), past(2), amended]).await;
        let (_writer, records) = loaded(&path, ALL).await;
        let who: Vec<_> = records.into_iter().map(|record| record.accepted_by).collect();
        assert_eq!(who, [None, Some(party("Kim")), None]);
    }

    #[tokio::test]
    async fn no_more_than_the_latest_entries_are_kept() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let all: Vec<_> = (0..100).map(|number| missed(number, &format!("Caller {number}"))).collect();
        store_all(&path, Retention { keep: 3, ..ALL }, &all).await;
        let database = open(&path).unwrap().database;
        assert_eq!(names(&database.page(None, 100).unwrap()), ["Caller 97", "Caller 98", "Caller 99"]);
    }

    #[tokio::test]
    async fn the_texts_of_messages_are_kept_only_if_that_is_configured() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        store_all(&path, ALL, &[past(1)]).await;
        assert_eq!(loaded(&path, ALL).await.1[0].message.as_str(), "Message");
        let none = Retention { messages: false, ..ALL };
        store_all(&path, none, &[past(1)]).await;
        let texts: Vec<_> =
            loaded(&path, none).await.1.into_iter().map(|it| (it.message, it.subject)).collect();
        assert_eq!(texts, [("".into(), "Subject".into()), ("".into(), "Subject".into())], "the former, too");
    }

    #[tokio::test]
    async fn a_missed_invitation_is_unseen_in_the_next_runs_until_it_was_seen() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let mut writer = HistoryWriter::start(path.clone(), ALL);
        for number in 0..=1 {
            writer.store(&missed(number, "Lene"));
        }
        writer.store(&past(3));
        writer.mark_seen(&[FIRST_NUMBER]);
        writer.finish().await;
        let seen = |records: &[Record]| records.iter().map(|record| record.seen).collect::<Vec<_>>();
        let (writer, records) = loaded(&path, ALL).await;
        assert_eq!(seen(&records), [true, false, true]);
        writer.mark_seen(&[records[1].number]);
        writer.finish().await;
        assert_eq!(seen(&loaded(&path, ALL).await.1), [true; 3]);
    }

    #[tokio::test]
    async fn older_entries_are_read_in_pages_and_searched() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let page = u64::try_from(PAGE).unwrap();
        let mut all = vec![missed(0, "Zoë Ärlig")];
        all.extend((1..page + 5).map(|number| missed(number, "Lene")));
        store_all(&path, ALL, &all).await;
        let (mut writer, records) = loaded(&path, ALL).await;
        assert_eq!(records.len(), PAGE);
        writer.read_older(records[0].number);
        let Some(HistoryEvent::Older(older)) = writer.next_event().await else { panic!("nothing older") };
        assert_eq!(names(&older), ["Zoë Ärlig", "Lene", "Lene", "Lene", "Lene"]);
        writer.search("ärlig".into(), records[0].number);
        let Some(HistoryEvent::Found { text, records }) = writer.next_event().await else {
            panic!("nothing was found")
        };
        assert_eq!((text.as_str(), names(&records)), ("ärlig", vec!["Zoë Ärlig"]));
    }

    #[tokio::test]
    async fn a_thread_that_has_ended_is_not_waited_for() {
        let (mut writer, backend) = HistoryWriter::new();
        drop(backend);
        writer.store(&past(1));
        writer.settled().await;
        assert!(writer.is_settled());
        assert_eq!(writer.next_event().await, None);
    }

    /// Returns the log of a call of Lene that was missed at that second.
    fn missed_log(second: i64) -> MissedLog {
        MissedLog {
            number: 0,
            thread: "thread".into(),
            at: jiff::Timestamp::from_second(second).unwrap(),
            kind: Kind::Message,
            from: party("Lene"),
            subject: "Subject".into(),
            message: "Message".into(),
            importance: Importance::Normal,
        }
    }

    #[tokio::test]
    async fn the_texts_of_what_was_missed_are_kept_only_if_that_is_configured() {
        for messages in [true, false] {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("history.db");
            let (mut writer, _) = loaded(&path, Retention { messages, ..ALL }).await;
            let log = missed_log(jiff::Timestamp::now().as_second() - 60);
            writer.add_missed(AccountId(0), &"contoso".into(), &[log]);
            let Some(HistoryEvent::Missed { entries, .. }) = writer.next_event().await else { panic!() };
            let expected = if messages { "Message" } else { "" };
            assert_eq!(entries[0].1.message.as_str(), expected);
            writer.finish().await;
            let stored = open(&path).unwrap().database.page(None, 10).unwrap();
            assert_eq!(stored[0].message.as_str(), expected, "nor is it in the file");
        }
    }

    #[test]
    fn what_ended_here_is_not_missed_again_whichever_clock_is_ahead() {
        let own = "contoso";
        for (account, difference, is_new) in [
            (own, -95, true),
            (own, -60, false),
            (own, 0, false),
            (own, 60, false),
            (own, 95, true),
            ("another account of the same user", 0, true),
        ] {
            let home = tempfile::tempdir().unwrap();
            let mut database = open(&home.path().join("history.db")).unwrap().database;
            let now = jiff::Timestamp::now();
            let at = now.to_zoned(jiff::tz::TimeZone::UTC);
            let ended = Record::new(&missed(1, "Lene"), EntryId::of_line(b"own", 0));
            database.store([&Record { at, account: own.into(), ..ended }]).unwrap();
            let log = Record::of_missed(&missed_log(now.as_second() + difference), &account.into());
            let new = database.store_missed(&[(0, log)]).unwrap();
            assert_eq!(!new.is_empty(), is_new, "the log is {difference} s later");
        }
    }
}
