//! Asking for a secret without showing it.

use std::io::{self, IsTerminal, Write, stderr, stdin};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use secrecy::SecretString;
use secrecy::zeroize::Zeroize;

/// The maximum number of bytes of a secret that is typed or piped.
const MAX_LENGTH: usize = 4_096;

/// Restores the terminal however reading ends.
struct RawMode;

impl Drop for RawMode {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
        let _ = writeln!(stderr());
    }
}

/// Asks for a secret and reads it without showing it. If standard input is not a terminal, its next line is the secret.
///
/// # Errors
/// Returns an error if nothing can be read, or if the user presses `Ctrl-C` or `Esc`.
pub fn read_password(question: &str) -> io::Result<SecretString> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        let secret = SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned());
        line.zeroize();
        return Ok(secret);
    }
    // Whoever sees the question can type: nothing is echoed any more.
    enable_raw_mode()?;
    let _raw_mode = RawMode;
    write!(stderr(), "{question}: ")?;
    stderr().flush()?;
    let mut typed = String::with_capacity(MAX_LENGTH);
    loop {
        let Event::Key(KeyEvent { code, modifiers, kind, .. }) = read()? else { continue };
        if kind == KeyEventKind::Release {
            continue;
        }
        let is_control = modifiers.contains(KeyModifiers::CONTROL);
        match code {
            KeyCode::Enter => return Ok(typed.into()),
            KeyCode::Char('c' | 'd') if is_control => break,
            KeyCode::Esc => break,
            KeyCode::Char('u') if is_control => typed.zeroize(),
            KeyCode::Char(character) if !is_control && typed.len() + 4 <= MAX_LENGTH => typed.push(character),
            KeyCode::Backspace => {
                typed.pop();
            }
            _ => {}
        }
    }
    typed.zeroize();
    Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"))
}
