//! The entries for what the server has logged as missed while no program ran.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rusqlite::{Connection, OptionalExtension};

use super::entry_id::EntryId;
use super::record::Record;
use super::row::{COLUMNS, UPSERT, decode, encode};
use crate::invitation::{Direction, MissedLog, Outcome};
use crate::text::DisplayText;

/// The age from which on nothing is told as missed.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The time between the end of an invitation here and the server's log of it within which both are the same.
const SAME: Duration = Duration::from_secs(90);

/// The number of logs that are remembered.
const REMEMBERED: i64 = 10_000;

impl Record {
    /// Creates the entry for a log of an account. Its id is the same each time.
    #[must_use]
    pub fn of_missed(log: &MissedLog, account: &DisplayText) -> Self {
        let identity = format!("{account}\0{}\0{}\0{}", log.thread, log.from.uri, log.at.as_millisecond());
        Self {
            number: 0,
            id: EntryId::of_line(identity.as_bytes(), 0),
            at: Zoned::new(log.at, TimeZone::system()),
            rang: None,
            account: account.clone(),
            kind: log.kind,
            direction: Direction::Incoming,
            from: log.from.clone(),
            to: None,
            accepted_by: None,
            subject: log.subject.clone(),
            message: log.message.clone(),
            importance: log.importance,
            decision: DisplayText::default(),
            rule: DisplayText::default(),
            outcome: Outcome::MissedWhileAway,
            seen: false,
        }
    }
}

/// Stores an entry for what was missed, unless it was told before, by this program or another, is too long ago, or is the end
/// of an invitation that is an entry already. Returns the entry as stored, or `None`.
pub(super) fn insert(
    connection: &Connection,
    record: &Record,
    now: Timestamp,
) -> rusqlite::Result<Option<Record>> {
    let (id, at) = (record.id.to_string(), record.at.timestamp());
    let new = connection
        .execute("INSERT OR IGNORE INTO told_log (id, at_ms) VALUES (?, ?)", (&id, at.as_millisecond()))?;
    let is_old = now.duration_since(at) > jiff::SignedDuration::try_from(MAX_AGE).unwrap_or_default();
    if new == 0 || is_old || is_known(connection, record)? {
        return Ok(None);
    }
    connection.execute(UPSERT, encode(record))?;
    let select = format!("SELECT {COLUMNS} FROM entry WHERE id = ?");
    let stored = connection.query_row(&select, [&id], decode).optional()?;
    Ok(stored.flatten())
}

/// Forgets all but the latest logs that were told.
pub(super) fn forget(connection: &Connection) -> rusqlite::Result<()> {
    let older = "SELECT id FROM told_log ORDER BY at_ms DESC LIMIT -1 OFFSET ?";
    connection.execute(&format!("DELETE FROM told_log WHERE id IN ({older})"), [REMEMBERED]).map(drop)
}

/// Returns whether an invitation of the same caller to the same account ended here at that time without being accepted:
/// what is accepted is not logged as missed.
fn is_known(connection: &Connection, record: &Record) -> rusqlite::Result<bool> {
    let at = record.at.timestamp().as_millisecond();
    let same = i64::try_from(SAME.as_millis()).unwrap_or(i64::MAX);
    let query = "SELECT EXISTS (SELECT 1 FROM entry WHERE direction = 'incoming' AND outcome <> 'accepted' \
        AND outcome <> 'missed-while-away' AND account = ? AND from_uri <> '' AND lower(from_uri) = lower(?) \
        AND ended_ms BETWEEN ? AND ?)";
    let (account, caller) = (record.account.as_str(), record.from.uri.as_str());
    connection.query_row(query, (account, caller, at - same, at + same), |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::SignedDuration;

    use super::*;
    use crate::history::schema::migrate;
    use crate::history::{FIRST_NUMBER, HistoryEvent, HistoryWriter, Retention};
    use crate::invitation::{
        AccountId, Importance, Invitation, InvitationId, Kind, Moment, Party, PastInvitation,
    };

    const ACCOUNT: AccountId = AccountId(2);

    fn party(name: &str) -> Party {
        let uri = format!("sip:{}@x.example", name.to_lowercase());
        Party { name: name.into(), uri: uri.as_str().into(), ..Party::default() }
    }

    fn log(number: u64, name: &str, minutes_ago: i64) -> MissedLog {
        MissedLog {
            number,
            thread: name.into(),
            // Seconds, which are the same whenever the log is read.
            at: Timestamp::from_second(Timestamp::now().as_second() / 600 * 600 - minutes_ago * 60).unwrap(),
            kind: Kind::Message,
            from: party(name),
            subject: "Subject".into(),
            message: "Message".into(),
            importance: Importance::Normal,
        }
    }

    /// Begins a run of the program.
    async fn start(path: &Path, messages: bool) -> HistoryWriter {
        let mut writer = HistoryWriter::start(path.to_owned(), Retention { keep: 100, messages });
        assert!(matches!(writer.next_event().await, Some(HistoryEvent::Loaded(_))));
        writer
    }

    /// Stores logs. Returns the numbers, names and messages of those that are new.
    async fn new(writer: &mut HistoryWriter, logs: &[MissedLog]) -> Vec<(u64, String, String)> {
        writer.add_missed(ACCOUNT, &"contoso.com".into(), logs);
        // If nothing is new, nothing is told but this.
        writer.read_older(FIRST_NUMBER);
        let mut told = Vec::new();
        loop {
            match writer.next_event().await {
                Some(HistoryEvent::Missed { account, entries }) => {
                    assert_eq!(account, ACCOUNT);
                    told.extend(entries.into_iter().map(|(number, record)| {
                        assert_eq!((record.outcome, record.seen), (Outcome::MissedWhileAway, false));
                        (number, record.from.name.to_string(), record.message.to_string())
                    }));
                }
                Some(HistoryEvent::Older(_)) => return told,
                other => panic!("{other:?}"),
            }
        }
    }

    fn told(number: u64, name: &str, message: &str) -> (u64, String, String) {
        (number, name.to_owned(), message.to_owned())
    }

    #[tokio::test]
    async fn what_was_missed_is_told_once_in_all_runs() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("history.db");
        let mut writer = start(&path, true).await;
        assert_eq!(new(&mut writer, &[log(7, "Lene", 60)]).await, [told(7, "Lene", "Message")]);
        let logs = [log(8, "Lene", 60), log(9, "Kim", 60), log(10, "Lene", 120)];
        let more = [told(9, "Kim", "Message"), told(10, "Lene", "Message")];
        assert_eq!(new(&mut writer, &logs).await, more);
        assert_eq!(writer.finish().await, None);
        let mut writer = start(&path, true).await;
        assert_eq!(new(&mut writer, &logs).await, []);
    }

    #[tokio::test]
    async fn what_is_long_ago_or_ended_before_the_eyes_of_the_user_is_not_told() {
        let home = tempfile::tempdir().unwrap();
        let mut writer = start(&home.path().join("history.db"), true).await;
        let recent = log(1, "Lene", 60);
        let id = InvitationId { account: ACCOUNT, number: 1 };
        let (kind, from) = (Kind::Message, party("Lene"));
        let moment = Moment::default();
        let rang = Invitation { from, ..Invitation::new(id, kind, Direction::Incoming, moment, moment) };
        let ended = (recent.at + SignedDuration::from_secs(30)).to_zoned(TimeZone::system()).datetime();
        let past = PastInvitation::new(FIRST_NUMBER, rang, Outcome::Missed, ended);
        writer.store(&PastInvitation { account: "contoso.com".into(), ..past });
        let logs = [recent, log(2, "Lene", 65), log(3, "Kim", 31 * 24 * 60), log(4, "Kim", 29 * 24 * 60)];
        let expected = [told(2, "Lene", "Message"), told(4, "Kim", "Message")];
        assert_eq!(new(&mut writer, &logs).await, expected);
    }

    #[tokio::test]
    async fn the_messages_of_what_was_missed_are_kept_only_if_that_is_configured() {
        let home = tempfile::tempdir().unwrap();
        let mut writer = start(&home.path().join("history.db"), false).await;
        assert_eq!(new(&mut writer, &[log(1, "Lene", 60)]).await, [told(1, "Lene", "")]);
    }

    #[test]
    fn only_the_latest_logs_are_remembered() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let more = REMEMBERED + 5;
        let all = "WITH RECURSIVE log (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM log WHERE n < ?) \
            INSERT INTO told_log SELECT 'log ' || n, n FROM log";
        connection.execute(all, [more]).unwrap();
        forget(&connection).unwrap();
        let kept: (i64, i64) = connection
            .query_row("SELECT count(*), min(at_ms) FROM told_log", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!(kept, (REMEMBERED, 6));
    }
}
