//! The body of a list without rows: why there are none, and what to do about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::cells::{Cells, draw_line};
use super::fit::wrap;
use super::look::Look;
use super::{header, words};
use crate::app::current_list::with_list;
use crate::app::{Account, State, Tab};
use crate::provider::{Problem, Status};
use crate::text::DisplayText;

/// The maximum width of the text.
const MAX_WIDTH: usize = 70;
/// The columns before the text.
const INDENT: usize = 3;
/// The width of a label.
const LABEL: usize = 9;
/// The label of what went wrong.
const PROBLEM: &str = "problem";
/// The command that finds out more.
const CHECK: &str = "`rsvp check` tests each step";

/// A paragraph, which may have a label.
struct Paragraph {
    label: &'static str,
    text: String,
    style: Style,
}

/// Draws why the current list is empty. Where there is little room the problem is left out, which the header shows.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, look: &Look) {
    let top = area.y + u16::from(area.height > 3);
    let room = usize::from(area.width).saturating_sub(2 * INDENT).min(MAX_WIDTH);
    let mut paragraphs = paragraphs(state, look);
    let height = |paragraphs: &[Paragraph]| paragraphs.iter().map(|it| it.lines(room).len()).sum::<usize>();
    if height(&paragraphs) > usize::from(area.bottom() - top) {
        paragraphs.retain(|paragraph| paragraph.label != PROBLEM && !paragraph.text.is_empty());
    }
    let lines = paragraphs.iter().flat_map(|it| it.lines(room).into_iter().map(|line| (line, it.style)));
    for (((label, text), style), y) in lines.zip(top..area.bottom()) {
        let mut cells = Cells::default();
        cells.gap(INDENT);
        if let Some(label) = label {
            cells.filled(label.into(), LABEL, look.theme.dim);
            cells.gap(1);
        }
        cells.text(text, style);
        draw_line(buffer, Rect { y, height: 1, ..area }, &cells.line(None));
    }
}

impl Paragraph {
    /// Returns the lines of the text, each with its label: `None` for text without any, empty after the first line.
    fn lines(&self, room: usize) -> Vec<(Option<&'static str>, String)> {
        if self.label.is_empty() {
            return wrap(&self.text, room).into_iter().map(|text| (None, text)).collect();
        }
        let texts = wrap(&self.text, room.saturating_sub(LABEL + 1)).into_iter().enumerate();
        texts.map(|(number, text)| (Some(if number == 0 { self.label } else { "" }), text)).collect()
    }
}

/// Returns the paragraphs on the current list.
fn paragraphs(state: &State, look: &Look) -> Vec<Paragraph> {
    let (filter, count) = with_list!(&state, list => (list.filter(), list.unfiltered()));
    let plain = |text: String| Paragraph { label: "", text, style: look.theme.dim };
    if !filter.is_empty() && count > 0 {
        return vec![plain(format!("No matches for “{}”. Esc clears the filter.", DisplayText::new(filter)))];
    }
    let online = state.accounts.iter().any(|account| account.status.is_online());
    let mut paragraphs = vec![plain(words::empty_list(state.tab, online).to_owned())];
    if state.tab == Tab::Incoming {
        for account in state.accounts.iter().filter(|account| account.status.is_online()) {
            let Some(problem) = &account.unheard else { continue };
            paragraphs.push(plain(String::new()));
            paragraphs.push(Paragraph {
                label: "",
                text: format!("{}: {}", header::name(account), problem.message),
                style: look.theme.waiting,
            });
            paragraphs.push(Paragraph {
                label: "hint",
                text: format!("{} · {CHECK}", problem.remedy),
                style: Style::new(),
            });
        }
    }
    if matches!(state.tab, Tab::Incoming | Tab::Conversations) {
        for account in state.accounts.iter().filter(|account| !account.status.is_online()) {
            paragraphs.push(plain(String::new()));
            if state.accounts.len() > 1 {
                let text = format!("{} is offline", header::name(account));
                paragraphs.push(Paragraph { label: "", text, style: look.theme.title });
            }
            paragraphs.extend(diagnosis(account, state, look));
        }
    }
    paragraphs
}

/// Returns the state of a connection that is not online: the problem, what to check, and the next step.
fn diagnosis(account: &Account, state: &State, look: &Look) -> Vec<Paragraph> {
    let key = header::reconnect_key(state);
    let labelled = |label, text: String, style| Paragraph { label, text, style };
    let explained = |problem: &Problem, next: String| {
        let mut paragraphs = vec![labelled(PROBLEM, problem.message.to_string(), look.theme.bad)];
        if !problem.remedy.is_empty() {
            paragraphs.push(labelled("hint", problem.remedy.to_string(), Style::new()));
        }
        paragraphs.push(labelled("next", format!("{next} · {CHECK}"), Style::new()));
        paragraphs
    };
    match &account.status {
        Status::Online { .. } => Vec::new(),
        Status::Idle => vec![labelled("state", "not connected yet".into(), Style::new())],
        Status::SignedOut => vec![labelled("state", "signed out".into(), Style::new())],
        Status::Connecting(step) => vec![labelled("state", format!("{step}…"), look.theme.waiting)],
        Status::Retrying { at, problem } => {
            let next = match words::ceil_seconds(at.left(state.now.moment)) {
                0 => "retrying now".to_owned(),
                left => format!("{key} retries now, or wait {left} s"),
            };
            explained(problem, next)
        }
        Status::Replaced => vec![
            labelled(PROBLEM, "another client of yours has taken over".into(), look.theme.bad),
            labelled("next", format!("{key} takes over here"), Style::new()),
        ],
        Status::Stopped(problem) => explained(problem, format!("{key} retries")),
    }
}
