//! The messages of a conversation, in words.

use ratatui::style::Style;

use super::look::Look;
use crate::app::{Delivery, Mode, Post, PostKind, State, Thread};
use crate::invitation::{ConversationId, MessageText, Party};

/// A line of a conversation: the time in the first line of a message, and the text.
pub(super) struct ThreadLine {
    pub time: String,
    pub text: String,
    pub style: Style,
}

/// Returns the lines of a conversation's messages, the oldest first, and of those who type.
pub(super) fn lines(id: ConversationId, state: &State, look: &Look) -> Vec<ThreadLine> {
    let Some(thread) = state.threads.get(&id) else { return Vec::new() };
    let first_new = thread.posts.len().saturating_sub(thread.new);
    let mut lines = Vec::new();
    for (index, post) in thread.posts.iter().enumerate() {
        if index == first_new && thread.new > 0 && index > 0 {
            lines.push(remark("new", look.theme.waiting));
        }
        lines.extend(post_lines(post, look));
    }
    if !thread.draft.is_empty() && matches!(state.mode, Mode::Lists) {
        lines.push(remark("you have begun to write a message", look.theme.dim));
    }
    if let Some(text) = typing(thread) {
        lines.push(remark(&text, look.theme.dim));
    }
    lines
}

/// Returns the latest words of a conversation, such as `Lene: Hello`; empty if there are none.
pub(super) fn last_words(id: ConversationId, state: &State) -> String {
    let thread = state.threads.get(&id);
    if let Some(text) = thread.and_then(typing) {
        return text;
    }
    match thread.and_then(Thread::last_words) {
        Some((Some(from), text)) => format!("{}: {text}", first_name(from)),
        Some((None, text)) => format!("You: {text}"),
        None => String::new(),
    }
}

/// Returns the first of a person's names, or whatever else is known of the person.
fn first_name(party: &Party) -> &str {
    party.label().split(' ').next().unwrap_or_default()
}

fn typing(thread: &Thread) -> Option<String> {
    match thread.typing.as_slice() {
        [] => None,
        [(who, _)] => Some(format!("{} is typing…", who.label())),
        several => Some(format!("{} people are typing…", several.len())),
    }
}

fn remark(text: &str, style: Style) -> ThreadLine {
    ThreadLine { time: String::new(), text: format!("— {text} —"), style }
}

fn post_lines(post: &Post, look: &Look) -> Vec<ThreadLine> {
    let time = post.at.strftime("%H:%M:%S").to_string();
    match &post.kind {
        PostKind::Preview(from, text) | PostKind::Received(from, text) => {
            message(&time, from.label(), text, Style::new())
        }
        PostKind::Sent { text, delivery, .. } => {
            let mut lines = message(&time, "You", text, look.theme.dim);
            lines.extend(delivery_line(delivery, look));
            lines
        }
        PostKind::Gap => vec![remark("messages may be missing here", look.theme.waiting)],
    }
}

/// Returns the remark on the delivery of a message, unless it was delivered.
fn delivery_line(delivery: &Delivery, look: &Look) -> Option<ThreadLine> {
    let line = |text: String, style| Some(ThreadLine { time: String::new(), text, style });
    match delivery {
        Delivery::Delivered | Delivery::Accepted => None,
        Delivery::Sending => line("… sending".into(), look.theme.waiting),
        Delivery::Failed(why) => line(format!("! not delivered: {why}"), look.theme.bad),
        Delivery::Unknown => line("! it may not have been sent".into(), look.theme.bad),
    }
}

fn message(time: &str, who: &str, text: &MessageText, style: Style) -> Vec<ThreadLine> {
    let mut lines: Vec<ThreadLine> =
        text.lines().map(|line| ThreadLine { time: String::new(), text: line.to_owned(), style }).collect();
    if let Some(first) = lines.first_mut() {
        time.clone_into(&mut first.time);
        first.text = format!("{who}: {}", first.text);
    }
    lines
}
