//! A recording of a screen: what each row showed, and when.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;
use vt100::Screen;

use crate::drawing::{self, ROWS};

/// The time for which the last screen is shown before the picture starts again.
const LAST: Duration = Duration::from_secs(4);

/// What a row showed from some time on.
struct Change {
    at: Duration,
    drawing: String,
}

/// The changes of each row.
#[derive(Default)]
pub struct Recording {
    rows: BTreeMap<u16, Vec<Change>>,
    end: Duration,
}

impl Recording {
    /// Adds what `screen` shows `at` this time.
    pub fn add(&mut self, screen: &Screen, at: Duration) -> Result<()> {
        for row in 0..ROWS {
            let drawing = drawing::row(screen, row)?;
            let changes = self.rows.entry(row).or_default();
            if changes.last().is_none_or(|last| last.drawing != drawing) {
                changes.push(Change { at, drawing });
            }
        }
        self.end = at;
        Ok(())
    }

    /// Returns whether nothing has been recorded.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the last screen.
    pub fn still(&self) -> String {
        let last: String =
            self.rows.values().filter_map(|row| row.last()).map(|it| it.drawing.as_str()).collect();
        drawing::file(&last)
    }

    /// Returns a picture that repeats the recording. Where nothing may move, it is the last screen.
    pub fn animation(&self) -> Result<String> {
        let whole = (self.end + LAST).as_secs_f32();
        let percent = |at: Duration| 100.0 * at.as_secs_f32() / whole;
        let (mut styles, mut drawings) = (String::new(), String::new());
        let mut number = 0;
        for changes in self.rows.values() {
            for (index, Change { at, drawing }) in changes.iter().enumerate() {
                let next = changes.get(index + 1);
                if drawing.is_empty() {
                    continue;
                }
                if changes.len() == 1 {
                    drawings.push_str(drawing);
                    continue;
                }
                number += 1;
                let begins = if at.is_zero() { String::new() } else { "0%{visibility:hidden}".to_owned() };
                let ends = next.map(|next| format!("{:.2}%{{visibility:hidden}}", percent(next.at)));
                let ends = ends.unwrap_or_else(|| "to{visibility:visible}".to_owned());
                writeln!(
                    styles,
                    "#r{number}{{animation-name:k{number}}}@keyframes k{number}{{{begins}{:.2}%{{visibility:visible}}{ends}}}",
                    percent(*at)
                )?;
                let hidden = if next.is_some() { r#" visibility="hidden""# } else { "" };
                writeln!(drawings, r#"<g class="r" id="r{number}"{hidden}>"#)?;
                writeln!(drawings, "{drawing}</g>")?;
            }
        }
        let style = format!(
            "<style>@media (prefers-reduced-motion:no-preference){{\n.r{{animation:{whole:.1}s step-end infinite}}\n{styles}}}</style>\n"
        );
        Ok(drawing::file(&(style + &drawings)))
    }
}
