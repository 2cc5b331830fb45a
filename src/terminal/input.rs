//! The input of the terminal.

use std::io::{self, ErrorKind};
use std::thread;

use crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use tokio::sync::mpsc;

use super::hangup;
use crate::app::key::{Code, Key};
use crate::app::{Message, Mouse, MouseAction};

/// The capacity of the input queue. Further input waits in the terminal.
const QUEUE_CAPACITY: usize = 256;

/// An input from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key, pasted text, a new size, or a change of the focus.
    Message(Message),
    /// The terminal was closed. No input follows.
    Closed,
}

/// The inputs of the terminal in order.
///
/// A thread reads them, because crossterm's reader never returns once the terminal is closed. Another thread detects
/// that the terminal is closed.
#[derive(Debug)]
pub struct Keyboard(mpsc::Receiver<Input>);

impl Keyboard {
    /// Starts reading. The terminal must have been acquired.
    ///
    /// # Errors
    ///
    /// Returns an error if a thread cannot be started.
    pub fn listen() -> io::Result<Self> {
        let (sender, inputs) = mpsc::channel(QUEUE_CAPACITY);
        // The terminal is opened here and not in the thread, so that its end is detected even if it comes at once.
        if let Some(terminal) = hangup::terminal() {
            let end = sender.clone();
            thread::Builder::new().name("hangup".into()).spawn(move || {
                if hangup::wait(&terminal) {
                    let _ = end.blocking_send(Input::Closed);
                }
            })?;
        }
        thread::Builder::new().name("keyboard".into()).spawn(move || read(&sender))?;
        Ok(Self(inputs))
    }

    /// Waits for the next input. Cancel safe.
    pub async fn next(&mut self) -> Input {
        self.0.recv().await.unwrap_or(Input::Closed)
    }
}

/// Reads inputs until the terminal or the queue is closed.
fn read(sender: &mpsc::Sender<Input>) {
    loop {
        let input = match event::read() {
            Ok(event) => message(event).map(Input::Message),
            Err(error) if error.kind() == ErrorKind::Interrupted => None,
            Err(_) => Some(Input::Closed),
        };
        let closed = input == Some(Input::Closed);
        let delivered = input.is_none_or(|input| sender.blocking_send(input).is_ok());
        if closed || !delivered {
            return;
        }
    }
}

fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(event) => key(event).map(Message::Key),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(width, height) => Some(Message::Resize(width, height)),
        Event::FocusGained => Some(Message::Focus(true)),
        Event::FocusLost => Some(Message::Focus(false)),
        Event::Mouse(event) => mouse(event).map(Message::Mouse),
    }
}

/// Converts an event of the mouse. Returns `None` for releases and for other buttons.
fn mouse(MouseEvent { kind, column, row, .. }: MouseEvent) -> Option<Mouse> {
    let action = match kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Click,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        _ => return None,
    };
    Some(Mouse { column, row, action })
}

/// Converts a key event. Returns `None` for releases and for keys that no binding can name.
fn key(event: KeyEvent) -> Option<Key> {
    let held = |modifier| event.modifiers.contains(modifier);
    let other = KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META;
    if event.kind == KeyEventKind::Release || event.modifiers.intersects(other) {
        return None;
    }
    let mut key = Key {
        code: Code::Esc,
        ctrl: held(KeyModifiers::CONTROL),
        alt: held(KeyModifiers::ALT),
        shift: held(KeyModifiers::SHIFT),
    };
    key.code = match event.code {
        KeyCode::Char(character) => {
            let shifted = key.shift && !key.ctrl && character.is_lowercase();
            key.shift = false;
            Code::Char(match character {
                _ if key.ctrl => character.to_ascii_lowercase(),
                _ if shifted => character.to_uppercase().next().unwrap_or(character),
                _ => character,
            })
        }
        KeyCode::Null => {
            key.ctrl = true;
            Code::Char(' ')
        }
        KeyCode::BackTab => {
            key.shift = true;
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
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEventState;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, state: KeyEventState::NONE })
            .map(|key| key.to_string())
    }

    #[test]
    fn keys_are_named_as_in_the_configuration() {
        let (none, shift, ctrl, alt) =
            (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL, KeyModifiers::ALT);
        let cases = [
            (KeyCode::Char('a'), none, "a"),
            (KeyCode::Char('D'), shift, "D"),
            (KeyCode::Char('d'), shift, "D"),
            (KeyCode::Char('?'), shift, "?"),
            (KeyCode::Char('C'), ctrl | shift, "Ctrl-c"),
            (KeyCode::Char('x'), alt, "Alt-x"),
            (KeyCode::Char(' '), none, "Space"),
            (KeyCode::Null, none, "Ctrl-Space"),
            (KeyCode::BackTab, shift, "Shift-Tab"),
            (KeyCode::BackTab, none, "Shift-Tab"),
            (KeyCode::F(5), none, "F5"),
            (KeyCode::Enter, none, "Enter"),
            (KeyCode::Esc, none, "Esc"),
            (KeyCode::Tab, none, "Tab"),
            (KeyCode::Backspace, none, "Backspace"),
            (KeyCode::Delete, none, "Delete"),
            (KeyCode::Up, none, "Up"),
            (KeyCode::Down, none, "Down"),
            (KeyCode::Left, ctrl, "Ctrl-Left"),
            (KeyCode::Right, none, "Right"),
            (KeyCode::PageUp, none, "PageUp"),
            (KeyCode::PageDown, none, "PageDown"),
            (KeyCode::Home, none, "Home"),
            (KeyCode::End, none, "End"),
        ];
        for (code, modifiers, name) in cases {
            let text = pressed(code, modifiers);
            assert_eq!(text.as_deref(), Some(name));
            let read: Key = name.parse().unwrap();
            assert_eq!(Some(read.to_string()), text);
        }
    }

    #[test]
    fn releases_and_keys_of_the_window_manager_mean_nothing() {
        let mut event = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(key(event), None);
        assert_eq!(pressed(KeyCode::Char('a'), KeyModifiers::SUPER), None);
        assert_eq!(pressed(KeyCode::CapsLock, KeyModifiers::NONE), None);
        assert_eq!(message(Event::FocusLost), Some(Message::Focus(false)));
    }

    #[test]
    fn the_left_button_and_the_wheel_of_the_mouse_count() {
        for (kind, action) in [
            (MouseEventKind::Down(MouseButton::Left), Some(MouseAction::Click)),
            (MouseEventKind::ScrollUp, Some(MouseAction::WheelUp)),
            (MouseEventKind::ScrollDown, Some(MouseAction::WheelDown)),
            (MouseEventKind::Down(MouseButton::Right), None),
            (MouseEventKind::Up(MouseButton::Left), None),
            (MouseEventKind::Moved, None),
        ] {
            let event = MouseEvent { kind, column: 3, row: 5, modifiers: KeyModifiers::NONE };
            let expected = action.map(|action| Message::Mouse(Mouse { column: 3, row: 5, action }));
            assert_eq!(message(Event::Mouse(event)), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_held_key_repeats() {
        let mut event = KeyEvent::new(KeyCode::Down, KeyModifiers::NONE);
        event.kind = KeyEventKind::Repeat;
        assert_eq!(key(event), Some(Key::plain(Code::Down)));
    }
}
