use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::input::{draw_boxed, draw_input};
use super::targets::time_left;
use crate::app::{Prompt, Purpose, State};
use crate::invitation::{Conversation, ConversationId};
use crate::ui::Look;
use crate::ui::geometry::take_bottom;

const MESSAGE: &str = "Enter sends it, Alt-Enter begins a new line, Esc keeps it for later";
const REDIRECT: &str = "a user's ID (GUID) or a phone number such as +14255550100";

/// Draws a prompt. The filter's takes the message line, so that the filtered list stays visible.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    prompt: &Prompt,
    state: &State,
    look: &Look,
) -> Option<Position> {
    let (title, hint, left) = match prompt.purpose {
        Purpose::Filter => {
            let mut rest = area;
            let line = take_bottom(&mut rest, 1);
            return draw_input(buffer, line, "filter: ", &prompt.line.input, look);
        }
        Purpose::Message(id) => (format!("Message to {}", conversation(id, state)), MESSAGE, None),
        Purpose::Redirect(id) => {
            let entry = state.incoming.get(id);
            let who = entry.map_or("the call", |entry| entry.invitation.from.label());
            (format!("Redirect {who} to whom?"), REDIRECT, Some(time_left(id, state)))
        }
        Purpose::InviteToCall(id) => (format!("Invite whom to {}’s call?", call(id, state)), REDIRECT, None),
        Purpose::Transfer(id) => (format!("Transfer {} to whom?", call(id, state)), REDIRECT, None),
    };
    draw_boxed(buffer, area, &prompt.line, (&title, left.as_deref()), hint, look)
}

/// Returns words for a call: the person who called.
fn call(id: ConversationId, state: &State) -> String {
    let who = state.conversations.get(id).and_then(|call| call.participants.first());
    who.map_or_else(|| "the caller".to_owned(), |who| who.label().to_owned())
}

/// Returns words for a conversation.
fn conversation(id: ConversationId, state: &State) -> String {
    state.conversations.get(id).map_or_else(|| "the conversation".to_owned(), Conversation::described)
}
