//! Notifications of the terminal: the escape sequence that it understands, as far as its environment tells.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::app::Notification;
use crate::invitation::{AccountId, InvitationId};

/// The escape sequence of a terminal's notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OscKind {
    /// OSC 9, which has only a text (iTerm2).
    Text,
    /// OSC 777, which has a title and a text (rxvt-unicode).
    TitleAndText,
    /// OSC 99, whose parts are encoded in Base64 (kitty).
    Encoded,
}

/// The way to show notifications of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Osc {
    /// The escape sequence.
    pub kind: OscKind,
    /// Whether the sequence has to pass through tmux, which allows that only with `allow-passthrough`.
    pub passes_tmux: bool,
}

/// The values of `TERM_PROGRAM` or `LC_TERMINAL`, or the beginnings of `TERM`, of terminals with OSC 777.
const WITH_TITLES: [&str; 8] =
    ["wezterm", "ghostty", "foot", "rxvt", "contour", "rio", "xterm-ghostty", "warp"];

impl Osc {
    /// Returns the way for the terminal that environment variables describe. OSC 9 is the most common one, and terminals
    /// without notifications ignore it.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| variable(name).unwrap_or_default().to_lowercase();
        let has = |name: &str| !value(name).is_empty();
        let names = [value("TERM_PROGRAM"), value("LC_TERMINAL"), value("TERM")];
        let has_titles = |name: &String| WITH_TITLES.iter().any(|known| name.starts_with(known));
        let kind = if has("KITTY_WINDOW_ID") || names.iter().any(|name| name == "xterm-kitty") {
            OscKind::Encoded
        } else if names.iter().any(has_titles) || has("VTE_VERSION") || has("WEZTERM_PANE") {
            OscKind::TitleAndText
        } else {
            OscKind::Text
        };
        Self { kind, passes_tmux: has("TMUX") }
    }

    /// Returns the name of the escape sequence for the user.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.kind {
            OscKind::Text => "OSC 9",
            OscKind::TitleAndText => "OSC 777",
            OscKind::Encoded => "OSC 99",
        }
    }

    /// Returns the bytes that show a notification. Its texts, which have no control characters, can't end or divide the
    /// sequence: semicolons become commas, or the texts are encoded.
    #[must_use]
    pub fn encode(self, notification: &Notification) -> String {
        let plain = |text: &str| text.replace(';', ",");
        let (title, text) = (notification.title.as_str(), notification.text.as_str());
        match self.kind {
            OscKind::Text if text.is_empty() => self.sequence(&format!("9;{}", plain(title))),
            OscKind::Text => self.sequence(&format!("9;{} · {}", plain(title), plain(text))),
            OscKind::TitleAndText => self.sequence(&format!("777;notify;{};{}", plain(title), plain(text))),
            OscKind::Encoded => {
                let [title, text] = [title, text].map(|text| STANDARD.encode(text));
                let id = id_of(notification);
                let urgency = if notification.is_urgent { ":u=2" } else { "" };
                let title = self.sequence(&format!("99;i={id}:d=0:e=1:p=title{urgency};{title}"));
                let text = self.sequence(&format!("99;i={id}:d=1:e=1:p=body;{text}"));
                title + &text
            }
        }
    }

    fn sequence(self, contents: &str) -> String {
        let sequence = format!("\x1b]{contents}\x1b\\");
        if self.passes_tmux {
            format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
        } else {
            sequence
        }
    }
}

/// Returns the id of a notification in OSC 99 (`i`), which joins its parts. A notification replaces a former one with the
/// same id, so only those of the same invitation share one.
fn id_of(notification: &Notification) -> String {
    match notification.invitation {
        Some(InvitationId { account: AccountId(account), number }) => format!("rsvp-{account}-{number}"),
        None => format!("rsvp-{}", Uuid::new_v4().simple()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn osc(kind: OscKind) -> Osc {
        Osc { kind, passes_tmux: false }
    }

    #[test]
    fn the_sequence_is_named_by_its_number() {
        let names = [OscKind::Text, OscKind::TitleAndText, OscKind::Encoded].map(|kind| osc(kind).name());
        assert_eq!(names, ["OSC 9", "OSC 777", "OSC 99"]);
    }

    #[test]
    fn the_sequence_is_the_one_of_the_terminal() {
        for (variables, kind, passes_tmux) in [
            (&[("TERM", "xterm-256color")][..], OscKind::Text, false),
            (&[("TERM_PROGRAM", "iTerm.app")], OscKind::Text, false),
            (&[("TERM", "xterm-kitty")], OscKind::Encoded, false),
            (
                &[("TERM", "tmux-256color"), ("TMUX", "/t,1,0"), ("KITTY_WINDOW_ID", "3")],
                OscKind::Encoded,
                true,
            ),
            (&[("TERM_PROGRAM", "WezTerm")], OscKind::TitleAndText, false),
            (&[("TERM_PROGRAM", "ghostty")], OscKind::TitleAndText, false),
            (&[("TERM", "foot-extra")], OscKind::TitleAndText, false),
            (&[("TERM", "rxvt-unicode-256color")], OscKind::TitleAndText, false),
            (&[("VTE_VERSION", "7600")], OscKind::TitleAndText, false),
            (&[("TERM_PROGRAM", "tmux"), ("TMUX", "/t,1,0")], OscKind::Text, true),
            (&[("KITTY_WINDOW_ID", "")], OscKind::Text, false),
            (&[], OscKind::Text, false),
        ] {
            let found = Osc::of_environment(|name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            });
            assert_eq!(found, Osc { kind, passes_tmux }, "{variables:?}");
        }
    }

    #[test]
    fn remote_text_stays_within_its_field() {
        let evil = Notification::new("A;B\x1b]0;x\x07\u{9c}", "c;d\x1b\\e");
        let texts =
            [OscKind::Text, OscKind::TitleAndText, OscKind::Encoded].map(|kind| osc(kind).encode(&evil));
        assert_eq!(texts[0], "\x1b]9;A,B]0,x · c,d\\e\x1b\\");
        assert_eq!(texts[1], "\x1b]777;notify;A,B]0,x;c,d\\e\x1b\\");
        for text in &texts {
            let inner = text.trim_start_matches("\x1b]").trim_end_matches("\x1b\\");
            let inner = inner.replace("\x1b\\\x1b]", "");
            assert!(!inner.contains(char::is_control), "{text:?}");
        }
        assert!(texts[2].contains(":d=0:e=1:p=title;"), "{}", texts[2]);
        let payload = texts[2].split(['\x1b', ';']).nth(3).unwrap();
        assert_eq!(STANDARD.decode(payload).unwrap(), "A;B]0;x".as_bytes());
    }

    /// The ids of the parts of a notification in OSC 99.
    fn ids(notification: &Notification) -> Vec<String> {
        let encoded = osc(OscKind::Encoded).encode(notification);
        let parts = encoded.split("\x1b]99;i=").skip(1);
        parts.filter_map(|part| part.split_once(':')).map(|(id, _)| id.to_owned()).collect()
    }

    #[test]
    fn a_notification_replaces_no_other_one_of_another_account_or_without_an_invitation() {
        let of = |account, number| {
            let invitation = Some(InvitationId { account: AccountId(account), number });
            Notification { invitation, ..Notification::new("A", "b") }
        };
        let lobby = Notification::new("A", "b");
        let shown = [of(0, 0), of(0, 1), of(1, 0), of(1, 10), of(11, 0), lobby.clone(), lobby];
        let mut all = Vec::new();
        for notification in &shown {
            let [title, text] = <[String; 2]>::try_from(ids(notification)).unwrap();
            assert_eq!(title, text, "both parts belong to one notification");
            assert!(title.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{title}");
            assert!(!all.contains(&title), "{title} is another notification");
            all.push(title);
        }
        assert_eq!(ids(&of(1, 10)), ids(&of(1, 10)), "an invitation keeps its notification");
    }

    #[test]
    fn a_long_text_is_cut() {
        let long = Notification::new(&"x".repeat(10_000), &"y".repeat(10_000));
        assert!(osc(OscKind::TitleAndText).encode(&long).chars().count() < 320);
    }

    #[test]
    fn tmux_passes_a_sequence_whose_escapes_are_doubled() {
        let passed = Osc { kind: OscKind::Text, passes_tmux: true }.encode(&Notification::new("Hi", ""));
        assert_eq!(passed, "\x1bPtmux;\x1b\x1b]9;Hi\x1b\x1b\\\x1b\\");
    }
}
