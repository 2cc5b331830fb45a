//! A line that is being written.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

use super::fit::{Cells, fit, wrap};
use super::{Look, popup, put, take_bottom, take_top};
use crate::app::{Prompt, Purpose, State};
use crate::invitation::{Conversation, ConversationId};
use crate::text::DisplayText;

/// Stands for what was typed or pasted and can't be shown.
const HIDDEN: &str = "?";

const INVITE: &str = "an address such as sip:dana@contoso.com or tel:+14255550100";
const REDIRECT: &str = "a user's id (GUID) or a phone number such as +14255550100";
const CALLBACK: &str =
    "where later notifications of this call go; https only; empty for the bot's usual address";

/// Draws the prompt. The filter's is the notice line, so that the list that it narrows stays in sight.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    prompt: &Prompt,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let conversation =
        |id: ConversationId| state.conversations.get(id).map_or("a conversation", Conversation::title);
    let (title, hint, left) = match &prompt.purpose {
        Purpose::Filter => {
            let mut rest = area;
            let line = take_bottom(&mut rest, 1);
            return input_line(buffer, line, "filter: ", &prompt.input, look);
        }
        Purpose::Message(id) => {
            (format!("Message to {}", conversation(*id)), "plain text; Enter sends it", None)
        }
        Purpose::Invite(id) => (format!("Invite into {}", conversation(*id)), INVITE, None),
        Purpose::Redirect(id) => {
            let entry = state.incoming.get(*id);
            let who = entry.map_or("the call", |entry| entry.invitation.from.label());
            (format!("Redirect {who} to whom?"), REDIRECT, Some(popup::left(*id, state)))
        }
        Purpose::Callback(rejecting) => {
            let whom = popup::whom(&rejecting.targets, "calls", state);
            let left = rejecting.targets.ids.first().map(|first| popup::left(*first, state));
            (format!("Callback address for {whom}"), CALLBACK, left)
        }
    };
    let width = area.width.min(76);
    let (text, style) = match &prompt.complaint {
        Some(complaint) => (format!("! {}", DisplayText::new(complaint)), look.theme.bad),
        None => (hint.to_owned(), look.theme.dim),
    };
    let below = wrap(&text, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(below.len()).unwrap_or(u16::MAX).saturating_add(3);
    let mut inner = popup::noted_frame(buffer, area, (width, height), (&title, left.as_deref()), look);
    let cursor = input_line(buffer, take_top(&mut inner, 1), "> ", &prompt.input, look);
    for text in below {
        let mut cells = Cells::default();
        cells.gap(1);
        cells.text(fit(&text, usize::from(inner.width.saturating_sub(2))).into_owned(), style);
        put(buffer, take_top(&mut inner, 1), &cells.line(None));
    }
    cursor
}

/// Draws an input after its sign, scrolled so that the cursor is in sight, and says where the cursor is.
pub(super) fn input_line(
    buffer: &mut Buffer,
    area: Rect,
    sign: &'static str,
    input: &Input,
    look: &Look,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let mut cells = Cells::default();
    cells.gap(1);
    cells.text(sign, look.theme.accent);
    let start = cells.used();
    // One column for the cursor behind the last character, one that stays free.
    let room = usize::from(area.width).saturating_sub(start + 2);
    let (graphemes, before) = typed(input);
    let columns = |part: &[String]| part.iter().map(|text| usize::from(text.cell_width())).sum::<usize>();
    let cursor_column = columns(graphemes.get(..before).unwrap_or_default());
    let mut scrolled = 0;
    let mut skipped = 0;
    while cursor_column.saturating_sub(skipped) > room {
        skipped += graphemes.get(scrolled).map_or(1, |text| usize::from(text.cell_width()));
        scrolled += 1;
    }
    let text = graphemes.get(scrolled..).unwrap_or_default().concat();
    cells.text(fit(&text, room + 1), Style::new());
    cells.up_to(usize::from(area.width));
    put(buffer, Rect { height: 1, ..area }, &cells.line(None));
    let offset = u16::try_from(start + cursor_column.saturating_sub(skipped)).unwrap_or(u16::MAX);
    let x = area.x.saturating_add(offset).min(area.right().saturating_sub(1));
    Some(Position { x, y: area.y })
}

/// What was typed, grapheme by grapheme and harmless, and how many of them are before the cursor.
fn typed(input: &Input) -> (Vec<String>, usize) {
    let mut graphemes = Vec::new();
    let mut before = 0;
    let mut characters = 0;
    for grapheme in input.value().graphemes(true) {
        characters += grapheme.chars().count();
        let shown = if grapheme == " " {
            grapheme.to_owned()
        } else {
            DisplayText::new(grapheme).as_str().to_owned()
        };
        let visible = !shown.is_empty() && shown.cell_width() > 0;
        graphemes.push(if visible { shown } else { HIDDEN.to_owned() });
        if characters <= input.cursor() {
            before = graphemes.len();
        }
    }
    (graphemes, before)
}
