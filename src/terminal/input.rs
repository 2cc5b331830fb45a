use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;

use crate::app::Message;
use crate::app::key::{Code, Key};

/// What came from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Something for the reducer.
    Message(Message),
    /// The terminal is closed.
    Closed,
}

/// Reads keys.
#[derive(Default)]
pub struct Keyboard(EventStream);

impl Keyboard {
    /// Starts reading.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next key press, paste or resize.
    pub async fn next(&mut self) -> Input {
        loop {
            let Some(Ok(event)) = self.0.next().await else { return Input::Closed };
            match event {
                Event::Key(event) => {
                    if let Some(key) = key(event) {
                        return Input::Message(Message::Key(key));
                    }
                }
                Event::Paste(text) => return Input::Message(Message::Paste(text)),
                Event::Resize(columns, rows) => return Input::Message(Message::Resize(columns, rows)),
                Event::FocusGained | Event::FocusLost | Event::Mouse(_) => {}
            }
        }
    }
}

/// The key that an event stands for; a release stands for none.
fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let code = match event.code {
        KeyCode::Char(character) => {
            let folded = if ctrl { character.to_ascii_lowercase() } else { character };
            shift = false;
            Code::Char(folded)
        }
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::F(number) => Code::F(number),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        _ => return None,
    };
    Some(Key { code, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_the_configuration_calls_it() {
        let cases = [
            (KeyCode::Char('D'), KeyModifiers::SHIFT, "D"),
            (KeyCode::Char('C'), KeyModifiers::CONTROL | KeyModifiers::SHIFT, "Ctrl-c"),
            (KeyCode::BackTab, KeyModifiers::SHIFT, "Shift-Tab"),
            (KeyCode::Char(' '), KeyModifiers::NONE, "Space"),
            (KeyCode::F(1), KeyModifiers::NONE, "F1"),
        ];
        for (code, modifiers, name) in cases {
            assert_eq!(key(KeyEvent::new(code, modifiers)), name.parse().ok(), "{name}");
        }
        let release = KeyEvent::new_with_kind(KeyCode::Char('a'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(key(release), None);
    }
}
