//! Hours of the day and days of the week.

use jiff::civil::date;

use super::{Condition, time};
use crate::rules::{Days, Hours};

#[test]
fn hours_may_pass_midnight_and_then_belong_to_the_day_on_which_they_begin() {
    let (monday, saturday) = (date(2026, 1, 5), date(2026, 1, 10));
    for (hours, days, at, contains) in [
        (&["09:00-17:00"][..], "Mon-Sun", monday.at(9, 0, 0, 0), true),
        (&["09:00-17:00"], "Mon-Sun", monday.at(17, 0, 0, 0), false),
        (&["09:00-12:00", "13:00-17:00"], "Mon-Sun", monday.at(12, 30, 0, 0), false),
        (&["18:00-08:00"], "Mon-Sun", monday.at(7, 59, 59, 0), true),
        (&["18:00-08:00"], "Mon-Sun", monday.at(8, 0, 0, 0), false),
        (&["18:00-08:00"], "Mon-Sun", monday.at(23, 0, 0, 0), true),
        (&["18:00-08:00"], "Mon-Sun", monday.at(18, 0, 0, 0), true),
        (&["18:00-08:00"], "Mon-Sun", monday.at(17, 59, 59, 0), false),
        (&["09:30-09:45"], "Mon-Sun", monday.at(9, 40, 0, 0), true),
        (&["09:30-09:45"], "Mon-Sun", monday.at(9, 20, 0, 0), false),
        (&["18:00-08:00"], "Fri", saturday.at(2, 0, 0, 0), true),
        (&["18:00-08:00"], "Sat", saturday.at(2, 0, 0, 0), false),
        (&["18:00-08:00"], "Sun", monday.at(2, 0, 0, 0), true),
        (&["00:00-24:00"], "Mon", monday.at(23, 59, 0, 0), true),
        (&[], "Sat-Mon", monday.at(0, 0, 0, 0), true),
        (&[], "Sat-Mon", saturday.at(0, 0, 0, 0), true),
        (&[], "Tue-Fri", monday.at(0, 0, 0, 0), false),
    ] {
        let Condition::Time(schedule) = time(hours, days) else { panic!("no schedule") };
        assert_eq!(schedule.contains(at), contains, "{schedule} at {at}");
    }
}

#[test]
fn hours_and_days_are_read_as_people_write_them_and_nothing_else() {
    for (text, read) in [("18:00-08:00", true), ("18:00–08:00", true), (" 09:00 - 17:00 ", true)] {
        assert_eq!(text.parse::<Hours>().is_ok(), read, "{text}");
    }
    for text in
        ["", "9-17", "9:00-17:00", "09:00", "09:00-09:00", "25:00-26:00", "09:60-11:00", "24:00-08:00"]
    {
        assert!(text.parse::<Hours>().is_err(), "{text}");
    }
    let shown = |text: &str| text.parse::<Days>().map(|days| days.to_string()).unwrap_or_default();
    for (text, days) in [
        ("Sat", "Sat"),
        ("saturday", "Sat"),
        ("Mon-Fri", "Mon, Tue, Wed, Thu, Fri"),
        ("Sat-Mon", "Mon, Sat, Sun"),
        ("Mon-Mon", "Mon"),
        ("Sun-Sat", "Mon, Tue, Wed, Thu, Fri, Sat, Sun"),
        ("", ""),
        ("S", ""),
        ("Saturnday", ""),
        ("Mon-", ""),
    ] {
        assert_eq!(shown(text), days, "{text}");
    }
}
