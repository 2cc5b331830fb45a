//! The times that `rsvp history` takes on the command line.

use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use super::timestamp;

/// Returns the time that a text names, like `2026-01-31`, `2026-01-31T09:00`, `today`, `yesterday` or, before now, `7d`. A
/// day is named for its start.
///
/// # Errors
/// Returns an error if the text is none of these.
pub fn since(text: &str, now: &Zoned) -> Result<Timestamp, String> {
    match day(text, now) {
        Some(date) => start(date, now),
        None => exactly(text, now),
    }
}

/// Returns the time that a text names, as [`since`] does, but a day is named for its end.
///
/// # Errors
/// Returns an error if the text is none of these.
pub fn until(text: &str, now: &Zoned) -> Result<Timestamp, String> {
    match day(text, now) {
        Some(date) => start(date.tomorrow().map_err(|error| error.to_string())?, now),
        None => exactly(text, now),
    }
}

/// Returns the day that a text names, unless it names a time of the day as well.
fn day(text: &str, now: &Zoned) -> Option<Date> {
    match text {
        "today" => Some(now.date()),
        "yesterday" => now.date().yesterday().ok(),
        _ => {
            let pieces = Pieces::parse(text).ok()?;
            pieces.time().is_none().then_some(pieces.date())
        }
    }
}

fn start(date: Date, now: &Zoned) -> Result<Timestamp, String> {
    let zone: TimeZone = now.time_zone().clone();
    date.to_zoned(zone).map(|start| start.timestamp()).map_err(|error| error.to_string())
}

fn exactly(text: &str, now: &Zoned) -> Result<Timestamp, String> {
    if let Ok(time) = timestamp::parse_in(text, now.time_zone()) {
        return Ok(time.timestamp());
    }
    let span: Option<Span> = text.parse().ok();
    let before = span.and_then(|span| now.checked_sub(span.abs()).ok());
    before.map(|time| time.timestamp()).ok_or_else(|| {
        "write a day like 2026-01-31, a time like 2026-01-31T09:00, today, yesterday, or 7d for the last seven days".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_a_time_and_a_span_name_a_time() {
        let zone = jiff::tz::offset(1).to_time_zone();
        let now = jiff::civil::date(2026, 1, 31).at(12, 0, 0, 0).to_zoned(zone).unwrap();
        let cases = [
            ("2026-01-30", "2026-01-29T23:00:00Z", "2026-01-30T23:00:00Z"),
            ("today", "2026-01-30T23:00:00Z", "2026-01-31T23:00:00Z"),
            ("yesterday", "2026-01-29T23:00:00Z", "2026-01-30T23:00:00Z"),
            ("2026-01-30T09:30", "2026-01-30T08:30:00Z", "2026-01-30T08:30:00Z"),
            ("2026-01-30T09:30:00+02:00", "2026-01-30T07:30:00Z", "2026-01-30T07:30:00Z"),
            ("7d", "2026-01-24T11:00:00Z", "2026-01-24T11:00:00Z"),
            ("90m", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ];
        for (text, first, last) in cases {
            assert_eq!(since(text, &now).unwrap().to_string(), first, "{text}");
            assert_eq!(until(text, &now).unwrap().to_string(), last, "{text}");
        }
        for nonsense in ["", "soon", "31.01.2026", "2026-02-30"] {
            assert!(since(nonsense, &now).unwrap_err().contains("2026-01-31"), "{nonsense}");
        }
    }
}
