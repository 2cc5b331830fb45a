use std::fmt::{self, Write};

use tokio::time::Instant;

use super::world::World;

/// How much of a body is shown (characters): what it means is said after it.
const SHOWN: usize = 400;
/// How much of each text is kept (bytes).
const KEPT: usize = 4_000;

/// A request that the simulator got, and what it said; or one that it sent to a webhook, and what that said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The verb; `NOTIFY` for what the simulator sent to a webhook itself.
    pub method: String,
    /// Where it was sent, as `https://pool.contoso.example`.
    pub origin: String,
    /// Path and query, without secrets.
    pub target: String,
    /// Whether an `Authorization` came with it; what was in that is not kept.
    pub authorized: bool,
    /// The body, without secrets.
    pub body: String,
    /// The status it was answered with; 0 while a poll is being held.
    pub status: u16,
    /// What it means: “accept of messagingInvitation 1 from Lene Aaling”.
    pub what: String,
    /// What the client should not have done.
    pub complaint: Option<String>,
    /// When it came.
    pub at: Instant,
}

/// Cuts what is too long to be kept.
fn shortened(mut text: String) -> String {
    if text.len() > KEPT {
        let length = text.len();
        let end = (0..=KEPT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        // Writing to a string does not fail.
        let _ = write!(text, "… ({length} bytes)");
        text.shrink_to_fit();
    }
    text
}

impl World {
    /// Notes a request that is not answered yet; gives its number.
    pub fn note(&mut self, recorded: Recorded) -> usize {
        self.record.push(Recorded {
            target: shortened(recorded.target),
            body: shortened(recorded.body),
            what: shortened(recorded.what),
            ..recorded
        });
        self.record.end() - 1
    }

    /// Notes how the request of that number was answered.
    pub fn noted(&mut self, number: usize, status: u16, what: String, complaint: Option<String>) {
        if let Some(recorded) = self.record.get_mut(number) {
            recorded.status = status;
            recorded.what = shortened(what);
            recorded.complaint = complaint;
            self.answered.push(number);
        }
    }

    /// The answered requests from the one of that number on, and the number of the next one.
    pub fn answered_from(&self, number: usize) -> (Vec<Recorded>, usize) {
        let news = self.answered.from(number).filter_map(|number| self.record.get(*number));
        (news.cloned().collect(), self.answered.end())
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.status, self.method, self.target)?;
        if !self.body.is_empty() {
            // What comes from elsewhere is not to spoil a terminal.
            let spoils = |c: char| {
                c.is_control()
                    || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            };
            formatter.write_char(' ')?;
            for c in self.body.chars().take(SHOWN) {
                if spoils(c) {
                    write!(formatter, "{}", c.escape_unicode())?;
                } else {
                    formatter.write_char(c)?;
                }
            }
            if self.body.chars().nth(SHOWN).is_some() {
                formatter.write_char('…')?;
            }
        }
        write!(formatter, "  # {}", self.what)?;
        if let Some(complaint) = &self.complaint {
            write!(formatter, "  ! {complaint}")?;
        }
        Ok(())
    }
}
