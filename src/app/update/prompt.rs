//! Writing a line.

use tui_input::{Input, InputRequest};

use super::{dialog, keys, picker, requests};
use crate::app::key::{Code, Key};
use crate::app::mode::{Choice, Mode, Picker, Prompt, Purpose, Reject};
use crate::app::{Action, Effect, State};
use crate::invitation::{CallbackUri, ConversationId, Destination, InvitationId};
use crate::text::DisplayText;

pub(super) fn open(purpose: Purpose, former: String) -> Prompt {
    Prompt { purpose, input: Input::new(former.clone()), former, complaint: None }
}

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Prompt(prompt) = &mut state.mode else { return };
    match key.code {
        Code::Esc => leave(state),
        Code::Enter => submit(state, effects),
        _ => {
            if let Some(request) = request(key) {
                prompt.input.handle(request);
                prompt.complaint = None;
                follow(state);
            }
        }
    }
}

fn leave(state: &mut State) {
    let Mode::Prompt(prompt) = std::mem::take(&mut state.mode) else { return };
    match prompt.purpose {
        Purpose::Filter => keys::set_filter(state, &prompt.former),
        Purpose::Callback(rejecting) => state.mode = Mode::Reject(*rejecting),
        Purpose::Invite(_) | Purpose::Message(_) | Purpose::Redirect(_) => {}
    }
}

pub(super) fn paste(state: &mut State, text: &str) {
    // What is pasted came from somewhere else, too.
    let text = DisplayText::bounded(text, DisplayText::MESSAGE);
    let text = text.as_str();
    match &mut state.mode {
        Mode::Prompt(prompt) => {
            insert(&mut prompt.input, text);
            prompt.complaint = None;
        }
        Mode::Decline(declining) => paste_into(&mut declining.picker, text),
        Mode::Reject(rejecting) => paste_into(&mut rejecting.picker, text),
        Mode::Palette(palette) => paste_into(&mut palette.picker, text),
        Mode::Lists | Mode::Help(_) | Mode::Confirm(_) => {}
    }
    follow(state);
}

fn insert(input: &mut Input, text: &str) {
    for character in text.chars() {
        input.handle(InputRequest::InsertChar(character));
    }
}

fn paste_into<T: Choice>(picker: &mut Picker<T>, text: &str) {
    insert(&mut picker.input, text);
    picker::narrow(picker);
}

/// The filter follows each key.
fn follow(state: &mut State) {
    if let Mode::Prompt(Prompt { purpose: Purpose::Filter, input, .. }) = &state.mode {
        let filter = input.value().to_owned();
        keys::set_filter(state, &filter);
    }
}

fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::Prompt(prompt) = &state.mode else { return };
    let text = prompt.input.value().trim().to_owned();
    let submitted = match &prompt.purpose {
        Purpose::Filter => Ok(Submitted::Nothing),
        Purpose::Message(_) if text.is_empty() => Err("Write something, or press Esc"),
        Purpose::Message(conversation) => Ok(Submitted::Message(*conversation, text)),
        Purpose::Invite(conversation) => address(&text).map(|uri| Submitted::Invite(*conversation, uri)),
        Purpose::Redirect(id) => destination(&text).map(|to| Submitted::Redirect(*id, to)),
        Purpose::Callback(_) => callback(&text).map(Submitted::Callback),
    };
    let refused = match &submitted {
        Ok(Submitted::Message(id, _)) => dialog::refused(state, *id, Action::Message),
        Ok(Submitted::Invite(id, _)) => dialog::refused(state, *id, Action::Invite),
        _ => None,
    };
    let Mode::Prompt(prompt) = &mut state.mode else { return };
    let submitted = match refused.map_or(submitted, Err) {
        Ok(submitted) => submitted,
        Err(complaint) => return prompt.complaint = Some(complaint.into()),
    };
    let Mode::Prompt(prompt) = std::mem::take(&mut state.mode) else { return };
    match submitted {
        Submitted::Nothing => {}
        Submitted::Message(conversation, text) => requests::send(state, effects, conversation, text),
        Submitted::Invite(conversation, uri) => requests::invite(state, effects, conversation, uri),
        Submitted::Redirect(id, to) => requests::redirect(state, effects, id, &to),
        Submitted::Callback(callback) => {
            if let Purpose::Callback(rejecting) = prompt.purpose {
                state.mode = Mode::Reject(Reject { callback, ..*rejecting });
            }
        }
    }
}

/// What was written, when it makes sense.
enum Submitted {
    Nothing,
    Message(ConversationId, String),
    Invite(ConversationId, String),
    Redirect(InvitationId, Destination),
    Callback(Option<CallbackUri>),
}

fn destination(text: &str) -> Result<Destination, &'static str> {
    Destination::parse(text).ok_or_else(|| {
        if text.is_empty() {
            "Write a user's id or a phone number, or press Esc"
        } else if text.contains('@') {
            "An address does not do; write the user's id in the directory, a GUID, or a phone number"
        } else if text.chars().all(|c| c.is_ascii_digit() || " -.()".contains(c)) {
            "A phone number starts with + and its country: +14255550100"
        } else {
            "Write a user's id such as 112f7296-5fa4-42ca-bae8-6a692b15d4b8 or a number such as +14255550100"
        }
    })
}

fn callback(text: &str) -> Result<Option<CallbackUri>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    CallbackUri::parse(text)
        .map(Some)
        .ok_or("Write an address that starts with https:// and holds no password, or nothing")
}

/// A SIP or tel URI out of what a person writes.
fn address(text: &str) -> Result<String, &'static str> {
    const HOW: &str = "Write an address like joe@contoso.com or a number like tel:+14255550100";
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None if text.starts_with('+') => ("tel".to_owned(), text),
        None => ("sip".to_owned(), text),
    };
    let fine = match scheme.as_str() {
        "sip" => rest.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && !user.contains(['@', '<', '>', '"'])
                && !host.is_empty()
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        }),
        "tel" => {
            let digits = rest.strip_prefix('+').unwrap_or(rest);
            let allowed = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')' | ' ');
            digits.chars().filter(char::is_ascii_digit).count() >= 3 && digits.chars().all(allowed)
        }
        _ => return Err(HOW),
    };
    if !fine || rest.contains(char::is_control) {
        return Err(HOW);
    }
    let rest: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(format!("{scheme}:{rest}"))
}

/// What a key does to a line that is being written.
pub(super) fn request(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl || key.alt) {
        (Code::Char('a'), true) if key.ctrl => InputRequest::GoToStart,
        (Code::Char('e'), true) if key.ctrl => InputRequest::GoToEnd,
        (Code::Char('u'), true) if key.ctrl => InputRequest::DeleteLine,
        (Code::Char('k'), true) if key.ctrl => InputRequest::DeleteTillEnd,
        (Code::Char('w'), true) if key.ctrl => InputRequest::DeletePrevWord,
        (Code::Char(character), false) => InputRequest::InsertChar(character),
        (Code::Backspace, false) => InputRequest::DeletePrevChar,
        (Code::Backspace, true) => InputRequest::DeletePrevWord,
        (Code::Delete, _) => InputRequest::DeleteNextChar,
        (Code::Left, false) => InputRequest::GoToPrevChar,
        (Code::Right, false) => InputRequest::GoToNextChar,
        (Code::Left, true) => InputRequest::GoToPrevWord,
        (Code::Right, true) => InputRequest::GoToNextWord,
        (Code::Home, _) => InputRequest::GoToStart,
        (Code::End, _) => InputRequest::GoToEnd,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for (text, uri) in [
            ("joe@contoso.com", "sip:joe@contoso.com"),
            ("SIP:joe@contoso.com", "sip:joe@contoso.com"),
            ("+1 425 555 0100", "tel:+14255550100"),
            ("tel:+14255550100", "tel:+14255550100"),
        ] {
            assert_eq!(address(text).as_deref(), Ok(uri), "{text}");
        }
        for text in
            ["", "joe", "joe@", "@contoso.com", "http://contoso.com", "tel:12", "sip:a@b@c", "a b@c\u{7}"]
        {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
