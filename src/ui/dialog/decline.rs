use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::choices::{Question, ask, wrapped};
use super::targets;
use crate::app::{Decline, Entry, State};
use crate::invitation::{Kind, Reason};
use crate::ui::Look;

/// Draws the reasons to decline invitations.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    decline: &Decline,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let question = Question {
        title: format!("Decline {}", targets::name(&decline.targets, "invitations", state)),
        time_left: targets::shortest_time_left(&decline.targets, state),
        names: targets::names(&decline.targets, state),
        default: Some(state.settings.default_reason),
        aside: Reason::on_other_devices,
        note: match decline.calls.ids.len() {
            0 if are_meetings(decline, state) => {
                wrapped("the meeting goes on without you; nobody else is affected", area)
            }
            0 => Vec::new(),
            1 => wrapped("next: 1 call to the bot, which takes different reasons", area),
            calls => wrapped(&format!("next: {calls} calls to the bot, which take different reasons"), area),
        },
    };
    ask(buffer, area, &decline.picker, &question, look)
}

/// Returns whether all targets are meetings.
fn are_meetings(decline: &Decline, state: &State) -> bool {
    let is_meeting = |entry: &Entry| entry.invitation.kind == Kind::Meeting;
    decline.targets.ids.iter().all(|id| state.entry(*id).is_some_and(is_meeting))
}
