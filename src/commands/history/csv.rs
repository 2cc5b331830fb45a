//! The history as comma-separated values (RFC 4180).

use std::borrow::Cow;

use crate::history::{Record, format_time};

/// A column: its name and the function that returns its value.
type Column = (&'static str, fn(&Record) -> Cow<'_, str>);

const COLUMNS: [Column; 16] = [
    ("at", |record| format_time(&record.at).into()),
    ("account", |record| record.account.as_str().into()),
    ("kind", |record| record.kind.name().into()),
    ("direction", |record| record.direction.name().into()),
    ("name", |record| record.other_side().name.as_str().into()),
    ("uri", |record| record.other_side().uri.as_str().into()),
    ("origin", |record| record.other_side().origin.as_str().into()),
    ("subject", |record| record.subject.as_str().into()),
    ("message", |record| record.message.as_str().into()),
    ("rang_seconds", |record| {
        record.rang.map_or("".into(), |rang| format!("{:.1}", rang.as_secs_f64()).into())
    }),
    ("decision", |record| record.decision.as_str().into()),
    ("outcome", |record| record.outcome.name().into()),
    ("description", |record| record.outcome.words_with(record.accepted_by.as_ref()).into()),
    ("accepted_by", |record| record.accepted_by.as_ref().map_or("".into(), |party| party.full().into())),
    ("seen", |record| record.seen.to_string().into()),
    ("rule", |record| record.rule.as_str().into()),
];

/// Returns the line with the names of the columns.
pub(super) fn header() -> String {
    COLUMNS.map(|(name, _)| name).join(",")
}

/// Returns the line of an entry.
pub(super) fn line(record: &Record) -> String {
    COLUMNS.map(|(_, value)| field(&value(record))).join(",")
}

/// Quotes a value where that is necessary. Spreadsheets take a text that begins like a formula for one, so it gets an
/// apostrophe.
fn field(value: &str) -> String {
    let value = match value.chars().next() {
        Some('=' | '+' | '-' | '@') => Cow::Owned(format!("'{value}")),
        _ => Cow::Borrowed(value),
    };
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_value_is_quoted_where_necessary_and_is_no_formula() {
        let cases = [
            ("plain text", "plain text"),
            ("Aaling, Lene", "\"Aaling, Lene\""),
            ("the \"big\" one", "\"the \"\"big\"\" one\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@SUM", "'@SUM"),
            ("", ""),
        ];
        for (value, expected) in cases {
            assert_eq!(field(value), expected);
        }
    }
}
