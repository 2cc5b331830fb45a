//! The hours of the day and the days of the week.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{DateTime, Time, Weekday};

/// The names of the days, from Monday.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The number of minutes in a day.
const DAY: u16 = 24 * 60;

/// A part of the day, like `18:00-08:00`, which may pass midnight. The end is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The start, in minutes since midnight.
    start: u16,
    /// The end, in minutes since midnight.
    end: u16,
}

impl Hours {
    /// Returns whether the hours contain a time, and if so, whether they began the day before.
    fn began_yesterday(self, time: Time) -> Option<bool> {
        let minute =
            u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or_default();
        match self.start < self.end {
            true => (self.start..self.end).contains(&minute).then_some(false),
            false if minute >= self.start => Some(false),
            false => (minute < self.end).then_some(true),
        }
    }
}

impl FromStr for Hours {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write hours like \"18:00-08:00\"";
        let minutes = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let is_number = |text: &str| text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
            if !is_number(hour) || !is_number(minute) {
                return None;
            }
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            let total = hour * 60 + minute;
            (minute < 60 && total <= DAY).then_some(total)
        };
        let (start, end) = text.split_once(['-', '–']).ok_or(FORM)?;
        let (start, end) = (minutes(start).ok_or(FORM)?, minutes(end).ok_or(FORM)?);
        match () {
            () if start == end => Err("these hours are empty; leave `hours` out for the whole day"),
            () if start == DAY => Err("write 00:00 for the start of the day"),
            () => Ok(Self { start, end }),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        write!(formatter, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

/// A set of days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// All days.
    pub const ALL: Self = Self(0b111_1111);

    fn of(day: Weekday) -> Self {
        Self(1 << day.to_monday_zero_offset())
    }

    /// Returns whether all days of `other` are in the set.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the days of both sets.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromStr for Days {
    type Err = &'static str;

    /// Parses a day like `Sat` or days like `Mon-Fri`, which may pass Sunday.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = |text: &str| {
            let text = text.trim().to_ascii_lowercase();
            DAYS.iter().position(|name| text.len() >= 3 && full_name(name).starts_with(&text))
        };
        let (first, last) = text.split_once(['-', '–']).unwrap_or((text, text));
        let (Some(first), Some(last)) = (day(first), day(last)) else {
            return Err("write days like \"Sat\" or \"Mon-Fri\"");
        };
        let count = (last + DAYS.len() - first) % DAYS.len() + 1;
        Ok((first..first + count).fold(Self(0), |days, day| days.with(Self(1 << (day % DAYS.len())))))
    }
}

fn full_name(short: &str) -> &'static str {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    names.into_iter().find(|name| name.starts_with(&short.to_ascii_lowercase())).unwrap_or_default()
}

impl fmt::Display for Days {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = DAYS.iter().enumerate().filter(|(number, _)| self.0 & (1 << number) != 0);
        formatter.write_str(&names.map(|(_, name)| *name).collect::<Vec<_>>().join(", "))
    }
}

/// Hours on some days. Hours that pass midnight belong to the day on which they begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The hours; none for the whole day.
    pub hours: Vec<Hours>,
    /// The days.
    pub days: Days,
}

impl Schedule {
    /// Returns whether a local time is in the schedule.
    #[must_use]
    pub fn contains(&self, at: DateTime) -> bool {
        let today = at.weekday();
        if self.hours.is_empty() {
            return self.days.contains(Days::of(today));
        }
        let mut starts = self.hours.iter().filter_map(|hours| hours.began_yesterday(at.time()));
        starts.any(|yesterday| {
            self.days.contains(Days::of(if yesterday { today.wrapping_sub(1) } else { today }))
        })
    }

    /// Returns whether the schedule contains every time of `other`, as far as that is plain.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let hours = self.hours.is_empty()
            || (!other.hours.is_empty() && other.hours.iter().all(|hours| self.hours.contains(hours)));
        // Without hours of its own, the schedule counts the hours after midnight to another day than `other`.
        let passes_midnight = other.hours.iter().any(|hours| hours.end < hours.start);
        let same_days = !self.hours.is_empty() || !passes_midnight || self.days == Days::ALL;
        hours && same_days && self.days.contains(other.days)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match (self.days == Days::ALL, hours.is_empty()) {
            (true, _) => formatter.write_str(&hours),
            (false, true) => self.days.fmt(formatter),
            (false, false) => write!(formatter, "{} {hours}", self.days),
        }
    }
}
