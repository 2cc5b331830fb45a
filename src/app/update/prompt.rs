//! Writing a line.

use tui_input::{Input, InputRequest};

use super::{keys, requests};
use crate::app::key::{Code, Key};
use crate::app::mode::{Mode, Prompt, Purpose};
use crate::app::{Effect, State};
use crate::text::DisplayText;

pub(super) fn open(purpose: Purpose, former: String) -> Prompt {
    Prompt { purpose, input: Input::new(former.clone()), former, complaint: None }
}

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Mode::Prompt(prompt) = &mut state.mode else { return };
    match key.code {
        Code::Esc => {
            let (purpose, former) = (prompt.purpose, std::mem::take(&mut prompt.former));
            state.mode = Mode::Lists;
            if purpose == Purpose::Filter {
                keys::set_filter(state, &former);
            }
        }
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

pub(super) fn paste(state: &mut State, text: &str) {
    // What is pasted came from somewhere else, too.
    let text = DisplayText::bounded(text, DisplayText::MESSAGE);
    let input = match &mut state.mode {
        Mode::Prompt(prompt) => &mut prompt.input,
        Mode::Picker(picker) => &mut picker.input,
        Mode::Palette(picker) => &mut picker.input,
        Mode::Lists | Mode::Help(_) => return,
    };
    for character in text.as_str().chars() {
        input.handle(InputRequest::InsertChar(character));
    }
    super::picker::narrow(state);
    follow(state);
}

/// The filter follows each key.
fn follow(state: &mut State) {
    if let Mode::Prompt(Prompt { purpose: Purpose::Filter, input, .. }) = &state.mode {
        let filter = input.value().to_owned();
        keys::set_filter(state, &filter);
    }
}

fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    let Mode::Prompt(prompt) = &mut state.mode else { return };
    let text = prompt.input.value().trim().to_owned();
    match prompt.purpose {
        Purpose::Filter => state.mode = Mode::Lists,
        Purpose::Message(_) if text.is_empty() => {
            prompt.complaint = Some("Write something, or press Esc".into());
        }
        Purpose::Message(conversation) => {
            state.mode = Mode::Lists;
            requests::send(state, effects, conversation, text);
        }
        Purpose::Invite(conversation) => match address(&text) {
            Ok(uri) => {
                state.mode = Mode::Lists;
                requests::invite(state, effects, conversation, uri);
            }
            Err(complaint) => prompt.complaint = Some(complaint.into()),
        },
    }
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
