use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::record::Record;
use super::timestamp::milliseconds;
use crate::invitation::{Direction, Outcome};

/// Figures of a number of entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// The number of invitations that the user received.
    pub incoming: usize,
    /// The number of invitations that the user sent.
    pub outgoing: usize,
    /// The number of invitations with each outcome, by the names of the outcomes.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// The number of incoming invitations that nobody answered.
    pub missed: usize,
    /// The number of incoming invitations that the user accepted here and whose ringing time is known.
    pub answered: usize,
    /// The median of the times that these rang, in milliseconds.
    #[serde(rename = "median_time_to_answer_ms", with = "milliseconds")]
    pub median_time_to_answer: Option<Duration>,
    /// The days with incoming invitations, in order.
    pub days: Vec<Day>,
}

/// The figures of a day in local time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// The number of incoming invitations that ended on the day.
    pub incoming: usize,
    /// The number of those that nobody answered.
    pub missed: usize,
}

impl Statistics {
    /// Computes the figures of entries.
    #[must_use]
    pub fn new(records: &[Record], zone: &TimeZone) -> Self {
        let mut statistics = Self::default();
        let mut times = Vec::new();
        let mut days: BTreeMap<Date, (usize, usize)> = BTreeMap::new();
        for record in records {
            *statistics.outcomes.entry(record.outcome.name()).or_default() += 1;
            if record.direction == Direction::Outgoing {
                statistics.outgoing += 1;
                continue;
            }
            let missed = usize::from(record.is_missed());
            statistics.incoming += 1;
            statistics.missed += missed;
            let day = days.entry(record.at.with_time_zone(zone.clone()).date()).or_default();
            *day = (day.0 + 1, day.1 + missed);
            times.extend(record.rang.filter(|_| record.outcome == Outcome::Accepted));
        }
        statistics.answered = times.len();
        statistics.median_time_to_answer = median(times);
        statistics.days =
            days.into_iter().map(|(date, (incoming, missed))| Day { date, incoming, missed }).collect();
        statistics
    }
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    let (low, high) = (times.get(times.len().checked_sub(1)? / 2)?, times.get(times.len() / 2)?);
    Some((*low + *high) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_in_the_middle() {
        let of = |times: &[u64]| median(times.iter().copied().map(Duration::from_millis).collect());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7_000]), Some(Duration::from_secs(7)));
        assert_eq!(of(&[9_000, 1_000, 4_000]), Some(Duration::from_secs(4)));
        assert_eq!(of(&[1_000, 2_000, 4_000, 100_000]), Some(Duration::from_secs(3)));
    }
}
