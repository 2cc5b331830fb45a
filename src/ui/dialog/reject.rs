use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::choices::{Question, ask, inner_width};
use super::input::draw_boxed;
use super::targets;
use crate::app::{CALLBACK, Reject, State};
use crate::ui::Look;
use crate::ui::fit::{fit, fit_middle, width};

const HINT: &str =
    "the address for later notifications of this call; https only; leave empty for the bot's usual address";

/// Draws the reasons to reject calls to a bot, or the line for their callback address.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    reject: &Reject,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let calls = targets::name(&reject.targets, "calls", state);
    let time_left = targets::shortest_time_left(&reject.targets, state);
    if let Some(line) = &reject.editor {
        let title = format!("Callback address for {calls}");
        return draw_boxed(
            buffer,
            area,
            line,
            (&title, Some(time_left.as_str()).filter(|it| !it.is_empty())),
            HINT,
            look,
        );
    }
    let question = Question {
        title: format!("Reject {calls}"),
        time_left,
        names: targets::names(&reject.targets, state),
        default: Some(state.settings.default_rejection),
        aside: |_| None,
        note: note(reject, area),
    };
    ask(buffer, area, &reject.picker, &question, look)
}

/// Returns the lines that name the callback address and the key to change it.
fn note(reject: &Reject, area: Rect) -> Vec<String> {
    let address = reject.callback.as_ref().map_or("the bot's usual address", |it| it.as_str());
    let room = usize::from(inner_width(area).saturating_sub(3));
    let text = format!("{CALLBACK}: later notifications go to");
    if width(&text) + 1 + width(address) <= room {
        vec![format!("{text} {address}")]
    } else {
        vec![fit(&text, room).into_owned(), fit_middle(address, room).into_owned()]
    }
}
