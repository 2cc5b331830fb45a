//! The figures of `rsvp history --stats`.

use std::io::{IsTerminal, stdout};

use crate::commands::output::print_line;
use crate::history::{Day, Statistics};

/// The width of a day's figures, before its bar.
const FIGURES: usize = 34;

/// Prints the figures, with a bar for each day if the output is a terminal.
pub(super) fn print(statistics: &Statistics) -> anyhow::Result<()> {
    let width =
        stdout().is_terminal().then(|| crossterm::terminal::size().map_or(80, |(columns, _)| columns));
    print_line(&lines(statistics, width.map(usize::from)).join("\n"))
}

/// Returns the lines, with bars for a terminal of this width.
fn lines(statistics: &Statistics, width: Option<usize>) -> Vec<String> {
    let Statistics { incoming, outgoing, missed, answered, .. } = statistics;
    let median = statistics.median_time_to_answer.map_or("unknown".to_owned(), |median| {
        format!("{:.1} s ({answered} accepted here)", median.as_secs_f64())
    });
    let mut lines = vec![
        format!("Incoming               {incoming}"),
        format!("Outgoing               {outgoing}"),
        format!("Missed                 {missed} ({}% of incoming)", percent(*missed, *incoming)),
        format!("Median time to answer  {median}"),
    ];
    let section = |lines: &mut Vec<String>, title: &str| lines.extend([String::new(), title.to_owned()]);
    if !statistics.outcomes.is_empty() {
        section(&mut lines, "Outcomes");
    }
    let outcomes = statistics.outcomes.iter();
    lines.extend(outcomes.map(|(name, count)| format!("  {:<19}  {count:>6}", name.replace('-', " "))));
    if !statistics.days.is_empty() {
        section(&mut lines, "Missed per day");
    }
    lines.extend(statistics.days.iter().map(|day| day_line(day, width)));
    lines
}

fn day_line(Day { date, incoming, missed }: &Day, width: Option<usize>) -> String {
    let percent = percent(*missed, *incoming);
    let figures = format!("  {date}  {missed:>5} of {incoming:<5} {percent:>3}%");
    // The last column stays blank.
    let room = width.map_or(0, |width| width.saturating_sub(FIGURES + 1));
    let bar = "#".repeat((room * percent).div_ceil(100));
    format!("{figures:<FIGURES$}{bar}").trim_end().to_owned()
}

/// Returns a share in percent, rounded.
fn percent(part: usize, whole: usize) -> usize {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_has_a_bar_only_in_a_terminal_and_the_bar_fits() {
        let day = |day, incoming, missed| Day { date: date(2026, 1, day), incoming, missed };
        let statistics = Statistics {
            incoming: 13,
            outgoing: 2,
            outcomes: [("accepted", 9), ("caller-gave-up", 4)].into(),
            missed: 4,
            answered: 9,
            median_time_to_answer: Some(Duration::from_millis(4_240)),
            days: vec![day(5, 10, 1), day(6, 2, 2), day(7, 1, 0)],
        };
        let plain = lines(&statistics, None).join("\n");
        let expected = "Incoming               13\nOutgoing               2\nMissed                 4 (31% of incoming)\n\
            Median time to answer  4.2 s (9 accepted here)\n\nOutcomes\n  accepted                  9\n  \
            caller gave up            4\n\nMissed per day\n  2026-01-05      1 of 10     10%\n  \
            2026-01-06      2 of 2     100%\n  2026-01-07      0 of 1       0%";
        assert_eq!(plain, expected);
        let wide = lines(&statistics, Some(80));
        let bars: Vec<usize> = wide.iter().map(|line| line.matches('#').count()).collect();
        assert_eq!(bars[bars.len() - 3..], [5, 45, 0]);
        assert!(wide.iter().all(|line| line.len() < 80));
        assert_eq!(lines(&statistics, Some(10)), lines(&statistics, None));
        assert_eq!(lines(&Statistics::default(), None).len(), 4);
    }
}
