use std::fs::File;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};

use super::entry_id::EntryId;
use super::error::HistoryError;
use super::missed_while_away;
use super::record::Record;
use super::row::{COLUMNS, UPSERT, decode, encode};
use super::selection::Selection;

/// The open database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    /// A shared lock, which tells other processes that the file is in use.
    _in_use: Option<File>,
}

impl Database {
    /// Takes a connection whose schema is up to date.
    #[must_use]
    pub(super) fn new(connection: Connection, in_use: Option<File>) -> Self {
        Self { connection, _in_use: in_use }
    }

    /// Inserts entries, or replaces those with the same ids, in one transaction.
    ///
    /// # Errors
    /// Returns an error if the database can't be written; then none is stored.
    pub fn store<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) -> Result<(), HistoryError> {
        self.change(|transaction| {
            let mut upsert = transaction.prepare(UPSERT)?;
            for record in records {
                upsert.execute(encode(record))?;
            }
            Ok(())
        })
    }

    /// Inserts entries of what was missed while no program ran, unless they were told before. Returns the new ones with their
    /// numbers.
    ///
    /// # Errors
    /// Returns an error if the database can't be written; then none is stored.
    pub fn store_missed(&mut self, entries: &[(u64, Record)]) -> Result<Vec<(u64, Record)>, HistoryError> {
        let now = Timestamp::now();
        self.change(|transaction| {
            let mut new = Vec::new();
            for (number, record) in entries {
                new.extend(
                    missed_while_away::insert(transaction, record, now)?.map(|stored| (*number, stored)),
                );
            }
            missed_while_away::forget(transaction)?;
            Ok(new)
        })
    }

    /// Returns the latest `limit` entries with numbers below `before`, the oldest first.
    ///
    /// # Errors
    /// Returns an error if the database can't be read.
    pub fn page(&self, before: Option<u64>, limit: usize) -> Result<Vec<Record>, HistoryError> {
        self.find(before, limit, |_| true)
    }

    /// Returns the latest `limit` entries with numbers below `before` for which `matches` returns true, the oldest first.
    ///
    /// # Errors
    /// Returns an error if the database can't be read.
    pub fn find(
        &self,
        before: Option<u64>,
        limit: usize,
        matches: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Record>, HistoryError> {
        let before = before.and_then(|number| i64::try_from(number).ok()).unwrap_or(i64::MAX);
        let tail = "number < ? ORDER BY number DESC";
        self.rows(tail, vec![Value::Integer(before)], limit, matches)
    }

    /// Returns the latest `limit` entries that a selection matches, the oldest first.
    ///
    /// # Errors
    /// Returns an error if the database can't be read.
    pub fn select(&self, selection: &Selection, limit: usize) -> Result<Vec<Record>, HistoryError> {
        let (condition, values) = selection.condition();
        let tail = format!("{condition} ORDER BY ended_ms DESC, number DESC");
        self.rows(&tail, values, limit, |record| selection.matches(record))
    }

    /// Marks entries as seen, by the numbers of their rows and by their ids.
    ///
    /// # Errors
    /// Returns an error if the database can't be written.
    pub fn mark_seen(&mut self, numbers: &[u64], ids: &[EntryId]) -> Result<(), HistoryError> {
        self.change(|transaction| {
            let mut by_number = transaction.prepare("UPDATE entry SET seen = 1 WHERE number = ?")?;
            for number in numbers {
                by_number.execute([i64::try_from(*number).unwrap_or(i64::MAX)])?;
            }
            let mut by_id = transaction.prepare("UPDATE entry SET seen = 1 WHERE id = ?")?;
            for id in ids {
                by_id.execute([id.to_string()])?;
            }
            Ok(())
        })
    }

    /// Deletes all but the latest `keep` entries.
    ///
    /// # Errors
    /// Returns an error if the database can't be written.
    pub fn delete_oldest(&mut self, keep: usize) -> Result<(), HistoryError> {
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        let last: Result<i64, _> = self.connection.query_row(
            "SELECT number FROM entry ORDER BY number DESC LIMIT 1 OFFSET ?",
            [keep],
            |row| row.get(0),
        );
        match last {
            Ok(last) => self.change(|it| it.execute("DELETE FROM entry WHERE number <= ?", [last]).map(drop)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes the texts of all messages.
    ///
    /// # Errors
    /// Returns an error if the database can't be written.
    pub fn strip_messages(&mut self) -> Result<(), HistoryError> {
        let kept = "SELECT EXISTS (SELECT 1 FROM entry WHERE message <> '')";
        if self.connection.query_row(kept, [], |row| row.get(0))? {
            self.change(|it| it.execute("UPDATE entry SET message = '' WHERE message <> ''", []).map(drop))?;
        }
        Ok(())
    }

    /// Deletes the entries that ended before a time, or all entries, and returns their number. Nothing of them stays in
    /// the file.
    ///
    /// # Errors
    /// Returns an error if the database can't be written.
    pub fn purge(&mut self, before: Option<Timestamp>) -> Result<usize, HistoryError> {
        let before = before.map_or(i64::MAX, Timestamp::as_millisecond);
        let deleted = self.change(|it| it.execute("DELETE FROM entry WHERE ended_ms < ?", [before]))?;
        // Another process may be reading; then the log is emptied later.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(deleted)
    }

    /// Makes a change in a short transaction of its own.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, HistoryError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Returns the first `limit` entries for which `matches` returns true, in reverse order.
    fn rows(
        &self,
        tail: &str,
        values: Vec<Value>,
        limit: usize,
        matches: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Record>, HistoryError> {
        let mut statement = self.connection.prepare(&format!("SELECT {COLUMNS} FROM entry WHERE {tail}"))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut records = Vec::new();
        while records.len() < limit
            && let Some(row) = rows.next()?
        {
            records.extend(decode(row)?.filter(&matches));
        }
        records.reverse();
        Ok(records)
    }

    /// Limits the size of the file, as a full disk does.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: u32) {
        self.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    }
}
