//! The columns of an entry.

use std::borrow::Cow;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::entry_id::EntryId;
use super::record::Record;
use super::timestamp;
use crate::invitation::{Outcome, Party};
use crate::text::DisplayText;

/// The columns that [`decode`] expects, in its order.
pub const COLUMNS: &str = "number, id, ended_at, rang_ms, account, kind, direction, from_name, from_uri, from_origin, \
    to_name, to_uri, to_origin, accepted_name, accepted_uri, accepted_origin, subject, message, importance, decision, \
    outcome, detail, seen, rule";

/// Inserts an entry with the values of [`encode`], or replaces what may have become known since it was stored. The time
/// of the end stays: only the first record has the UTC offset of that time.
pub const UPSERT: &str = "INSERT INTO entry (id, ended_at, ended_ms, rang_ms, account, kind, direction, from_name, \
    from_uri, from_origin, to_name, to_uri, to_origin, accepted_name, accepted_uri, accepted_origin, subject, message, \
    importance, decision, outcome, detail, seen, rule) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT (id) DO UPDATE SET rang_ms = excluded.rang_ms, account = excluded.account, kind = excluded.kind, \
    direction = excluded.direction, from_name = excluded.from_name, from_uri = excluded.from_uri, \
    from_origin = excluded.from_origin, to_name = excluded.to_name, to_uri = excluded.to_uri, \
    to_origin = excluded.to_origin, accepted_name = excluded.accepted_name, accepted_uri = excluded.accepted_uri, \
    accepted_origin = excluded.accepted_origin, subject = excluded.subject, message = excluded.message, \
    importance = excluded.importance, decision = excluded.decision, outcome = excluded.outcome, \
    detail = excluded.detail, seen = max(seen, excluded.seen), \
    rule = excluded.rule";

/// Returns the values for [`UPSERT`].
pub fn encode(record: &Record) -> rusqlite::ParamsFromIter<Vec<Value>> {
    let outcome = serde_json::to_value(&record.outcome).unwrap_or_default();
    let text = |value: &DisplayText| Value::Text(value.as_str().to_owned());
    let party = |party: Option<&Party>| {
        let part = |part: fn(&Party) -> &DisplayText| party.map_or(Value::Null, |party| text(part(party)));
        [part(|party| &party.name), part(|party| &party.uri), part(|party| &party.origin)]
    };
    let mut values = vec![
        Value::Text(record.id.to_string()),
        Value::Text(timestamp::format(&record.at)),
        Value::Integer(record.at.timestamp().as_millisecond()),
        record
            .rang
            .map_or(Value::Null, |rang| Value::Integer(i64::try_from(rang.as_millis()).unwrap_or(i64::MAX))),
        text(&record.account),
        Value::Text(name_of(&record.kind)),
        Value::Text(name_of(&record.direction)),
    ];
    values.extend(party(Some(&record.from)));
    values.extend(party(record.to.as_ref()));
    values.extend(party(record.accepted_by.as_ref()));
    values.extend([
        text(&record.subject),
        text(&record.message),
        Value::Text(name_of(&record.importance)),
        text(&record.decision),
        Value::Text(member(&outcome, "outcome").unwrap_or_default()),
        member(&outcome, "detail").map_or(Value::Null, Value::Text),
        Value::Integer(record.seen.into()),
        text(&record.rule),
    ]);
    params_from_iter(values)
}

/// Returns the entry of a row with [`COLUMNS`]. All text is sanitized again. Returns `None` if the row is not one that
/// this program writes.
///
/// # Errors
/// Returns an error if a column has a value of another type.
pub fn decode(row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let text = |column: usize| row.get::<_, String>(column);
    let display = |column: usize| text(column).map(DisplayText::from);
    let party = |column: usize| -> rusqlite::Result<Option<Party>> {
        let part = |column| row.get::<_, Option<String>>(column).map(|text| text.map(DisplayText::from));
        let parts = (part(column)?, part(column + 1)?, part(column + 2)?);
        Ok(match parts {
            (Some(name), Some(uri), Some(origin)) => Some(Party { name, uri, origin }),
            _ => None,
        })
    };
    let outcome = match row.get::<_, Option<String>>(21)? {
        Some(detail) => json!({ "outcome": text(20)?, "detail": detail }),
        None => json!({ "outcome": text(20)? }),
    };
    let parsed = (
        EntryId::try_from(Cow::from(text(1)?)).ok(),
        timestamp::parse(&text(2)?).ok(),
        value_of(text(5)?),
        value_of(text(6)?),
        value_of(text(18)?),
        serde_json::from_value::<Outcome>(outcome).ok(),
    );
    let (Some(id), Some(at), Some(kind), Some(direction), Some(importance), Some(outcome)) = parsed else {
        return Ok(None);
    };
    let rang = row.get::<_, Option<i64>>(3)?.and_then(|rang| u64::try_from(rang).ok());
    Ok(Some(Record {
        number: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
        id,
        at,
        rang: rang.map(Duration::from_millis),
        account: display(4)?,
        kind,
        direction,
        from: party(7)?.unwrap_or_default(),
        to: party(10)?,
        accepted_by: party(13)?,
        subject: display(16)?,
        message: display(17)?,
        importance,
        decision: display(19)?,
        outcome,
        seen: row.get::<_, i64>(22)? != 0,
        rule: display(23)?,
    }))
}

fn member(value: &Json, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// Returns the name of an enum's value in JSON.
fn name_of(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Returns the enum's value with a name.
fn value_of<T: DeserializeOwned>(name: String) -> Option<T> {
    serde_json::from_value(Json::String(name)).ok()
}
