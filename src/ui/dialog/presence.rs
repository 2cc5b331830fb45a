use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::choices::{Question, Row, ask, draw_row, wrapped};
use super::frame::frame;
use crate::app::{PresenceChoice, PresenceDialog, State};
use crate::invitation::AccountId;
use crate::ui::Look;
use crate::ui::geometry::take_top;

/// The maximum width of the list of accounts.
const MAX_WIDTH: u16 = 60;

/// Draws the presences to choose from, or first the accounts.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    dialog: &PresenceDialog,
    state: &State,
    look: &Look,
) -> Option<Position> {
    if dialog.asks_for_account {
        draw_accounts(buffer, area, dialog, state, look);
        return None;
    }
    let whose = dialog.account().map(|account| label(account, state)).unwrap_or_default();
    let has_bot = state.accounts.iter().any(|account| account.is_bot);
    let question = Question {
        title: format!("Presence of {whose}"),
        time_left: String::new(),
        names: None,
        default: None,
        aside: |_: PresenceChoice| None,
        note: if has_bot { wrapped("a bot has no presence", area) } else { Vec::new() },
    };
    ask(buffer, area, &dialog.picker, &question, look)
}

fn draw_accounts(buffer: &mut Buffer, area: Rect, dialog: &PresenceDialog, state: &State, look: &Look) {
    let rows = u16::try_from(dialog.accounts.len()).unwrap_or(u16::MAX);
    let size = (area.width.min(MAX_WIDTH), rows.saturating_add(2));
    let mut inner = frame(buffer, area, size, ("Presence of which account?", None), look);
    let room = usize::from(inner.width);
    let hidden = (dialog.highlighted + 1).saturating_sub(usize::from(inner.height));
    for (position, account) in dialog.accounts.iter().enumerate().skip(hidden).take(inner.height.into()) {
        let row = Row {
            lead: "".into(),
            name: label(*account, state).into(),
            name_room: room,
            more: "".into(),
            style: Style::new(),
            more_style: Style::new(),
        };
        draw_row(buffer, take_top(&mut inner, 1), &row, position == dialog.highlighted, look);
    }
}

/// Returns the name of an account.
fn label(id: AccountId, state: &State) -> String {
    let account = state.account(id);
    if let Some(account) = account.filter(|account| account.is_named) {
        return account.label.to_string();
    }
    let user = account.and_then(|account| account.me.as_ref()).map(|me| me.label().to_owned());
    user.or_else(|| account.map(|account| account.label.to_string())).unwrap_or_default()
}
