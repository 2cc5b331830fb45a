//! The rows of conversations.

use ratatui::style::Style;

use super::invitation::{plain, warning};
use super::row::{Part, Row, Who};
use crate::app::State;
use crate::invitation::Conversation;
use crate::ui::look::Look;
use crate::ui::{account_sign, thread, words};

/// Returns the row of a conversation.
pub(in crate::ui) fn conversation<'a>(
    conversation: &'a Conversation,
    state: &'a State,
    look: &Look,
    is_selected: bool,
) -> Row<'a> {
    let unread = state.threads.get(&conversation.id).map_or(0, |thread| thread.unread);
    let time = if unread > 0 { (format!("{unread} ").into(), look.theme.waiting) } else { Part::default() };
    let mut about: Vec<Part<'a>> = Vec::new();
    about.extend(account_sign::sign(conversation.id.account, state).map(|sign| (sign, look.theme.dim)));
    about.extend(warning(conversation.participants.iter().any(words::suspicious), look));
    about.extend(status(conversation, look));
    about.extend(texts(conversation, state));
    let mut row =
        Row { is_selected, time, kind: conversation.word(), who: who(conversation), about, ..Row::default() };
    if unread > 0 {
        row.sign = Some(("+", look.theme.waiting));
    }
    row
}

/// Returns the first participant and the number of the others.
fn who(conversation: &Conversation) -> Who<'_> {
    let Some(first) = conversation.participants.first() else {
        return Who { name: "no one else yet".into(), ..Who::default() };
    };
    let who = Who::new(first);
    match conversation.participants.len() {
        0 | 1 => who,
        all => Who { name: format!("{} +{}", who.name, all - 1).into(), ..who },
    }
}

/// Returns the state of a conversation: who waits in a lobby, or what is missing.
fn status<'a>(conversation: &Conversation, look: &Look) -> Option<Part<'a>> {
    if conversation.is_waiting() {
        return Some((words::WAITING[0].into(), look.theme.waiting));
    }
    match conversation.lobby() {
        [] => {}
        [only] => return Some((format!("{} waits", only.party.label()).into(), look.theme.waiting)),
        several => return Some((format!("{} wait", several.len()).into(), look.theme.waiting)),
    }
    if conversation.can_join && !conversation.note.is_empty() {
        return Some(("not joined".into(), look.theme.bad));
    }
    conversation.is_on_phone.then_some(("on the phone".into(), look.theme.dim))
}

/// Returns the title and the last words of a conversation. A title that only repeats the name is left out.
fn texts<'a>(conversation: &'a Conversation, state: &State) -> impl Iterator<Item = Part<'a>> {
    let said = thread::last_words(conversation.id, state);
    let note = if said.is_empty() { conversation.note.as_str() } else { "" };
    let texts = [conversation.subject.as_str().into(), said.into(), note.into()];
    texts.into_iter().filter_map(plain).map(|(text, _)| (text, Style::new()))
}
