//! The text forms of times and durations.

use jiff::Zoned;
use jiff::civil::Time;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

/// Returns the RFC 3339 form of a time, like `2026-01-05T09:00:00+01:00`.
#[must_use]
pub fn format(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

/// Parses an RFC 3339 time. Times without an offset, which earlier versions wrote, are in the time zone of this machine.
///
/// # Errors
/// Returns an error if the text is not a time.
pub fn parse(text: &str) -> Result<Zoned, jiff::Error> {
    parse_in(text, &TimeZone::system())
}

/// Parses an RFC 3339 time. Times without an offset are in the time zone `zone`.
///
/// # Errors
/// Returns an error if the text is not a time.
pub fn parse_in(text: &str, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    let pieces = Pieces::parse(text)?;
    let wall = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
    wall.to_zoned(pieces.to_numeric_offset().map_or_else(|| zone.clone(), TimeZone::fixed))
}

/// A time in its RFC 3339 form, for serde.
pub mod offset_time {
    use std::borrow::Cow;

    use jiff::Zoned;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::history) fn serialize<S: Serializer>(at: &Zoned, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::format(at))
    }

    pub(in crate::history) fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Zoned, D::Error> {
        super::parse(&Cow::<str>::deserialize(source)?).map_err(D::Error::custom)
    }
}

/// A duration in whole milliseconds, for serde.
pub mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(in crate::history) fn serialize<S: Serializer>(
        time: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)).serialize(serializer)
    }

    pub(in crate::history) fn deserialize<'de, D: Deserializer<'de>>(
        source: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(source)?.map(Duration::from_millis))
    }
}
