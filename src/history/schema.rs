//! The tables of the database, and the changes that lead from one version of them to the next.

use rusqlite::{Connection, TransactionBehavior};

use super::error::HistoryError;

/// The changes of the schema, in order. A database whose `user_version` is N has had the first N of them; one that was
/// released is never edited.
const MIGRATIONS: [&str; 3] = [
    "
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        ended_at TEXT NOT NULL,
        ended_ms INTEGER NOT NULL,
        rang_ms INTEGER,
        account TEXT NOT NULL,
        kind TEXT NOT NULL,
        direction TEXT NOT NULL,
        from_name TEXT NOT NULL,
        from_uri TEXT NOT NULL,
        from_origin TEXT NOT NULL,
        to_name TEXT,
        to_uri TEXT,
        to_origin TEXT,
        accepted_name TEXT,
        accepted_uri TEXT,
        accepted_origin TEXT,
        subject TEXT NOT NULL,
        message TEXT NOT NULL,
        importance TEXT NOT NULL,
        decision TEXT NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT,
        seen INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX entry_ended ON entry (ended_ms);
",
    "
    CREATE TABLE told_log (
        id TEXT PRIMARY KEY,
        at_ms INTEGER NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE entry ADD COLUMN rule TEXT NOT NULL DEFAULT '';
",
];

/// Brings the schema up to date in one transaction. Does not write if it is.
///
/// # Errors
/// Returns an error if the schema is newer than this program, or the database can't be written.
pub fn migrate(connection: &mut Connection) -> Result<(), HistoryError> {
    if is_current(connection)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated it in the meantime.
    let done = usize::try_from(version(&transaction)?).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.get(done..).ok_or(HistoryError::Newer)? {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX))?;
    Ok(transaction.commit()?)
}

/// Returns whether the schema is up to date.
///
/// # Errors
/// Returns an error if the schema is newer than this program, or the database can't be read.
pub fn is_current(connection: &Connection) -> Result<bool, HistoryError> {
    match usize::try_from(version(connection)?) {
        Ok(version) if version <= MIGRATIONS.len() => Ok(version == MIGRATIONS.len()),
        _ => Err(HistoryError::Newer),
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
