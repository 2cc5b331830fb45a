//! `rsvp theme`: a sample of the screen in each theme.

use std::fmt::Write as _;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::output::print_line;
use crate::app::{Account, Message, Now, Settings, State, update};
use crate::cli::{Global, Theme as Arguments};
use crate::config::{self, ConfigError};
use crate::invitation::{
    AccountId, Direction, Importance, Invitation, InvitationId, Kind, Moment, Offers, Outcome, Party,
};
use crate::provider::{Event, Status};
use crate::terminal::styled_line;
use crate::theme::{ColorDepth, Theme};
use crate::ui::{Look, draw, viewport};

/// The size of a sample.
const SIZE: (u16, u16) = (80, 16);

/// Prints the sample of one theme or of all, or the file of one.
pub(super) fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<()> {
    let own = own_themes(global)?;
    if let (Some(name), true) = (&arguments.name, arguments.toml) {
        return print_line(source(name, &own)?.trim_end());
    }
    let is_styled = stdout().is_terminal();
    let depth = ColorDepth::of_environment(|name| std::env::var(name).ok().filter(|_| is_styled));
    let names = match &arguments.name {
        Some(name) => vec![name.clone()],
        None => names(&own),
    };
    for name in names {
        let theme = Theme::load(&name, &own)?.with_depth(depth);
        print_line(&format!("\n{name}\n{}", sample(theme, is_styled)))?;
    }
    print_line(&format!(
        "\nSet one with `theme = \"…\"` under [ui]. Your own themes are files in {}.",
        own.display()
    ))
}

/// Returns the directory of the user's own themes.
fn own_themes(global: &Global) -> Result<PathBuf, ConfigError> {
    let file = config::file_path(global.config.as_deref(), global.profile.as_deref())?;
    Ok(config::themes_directory(&file))
}

/// Returns the names of all themes, the user's own ones last.
fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = Theme::names().map(str::to_owned).collect();
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_theme = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let mut own: Vec<String> = files
        .filter(is_theme)
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| !names.contains(name))
        .collect();
    own.sort_unstable();
    names.append(&mut own);
    names
}

/// Returns the file that defines a theme.
fn source(name: &str, directory: &Path) -> anyhow::Result<String> {
    // The name is checked before it becomes part of a path.
    Theme::load(name, directory)?;
    let path = directory.join(format!("{name}.toml"));
    match Theme::source(name) {
        Some(text) if !path.is_file() => Ok(text.to_owned()),
        None if !path.is_file() => Ok("# A theme without colours has no file.\n".to_owned()),
        _ => std::fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display())),
    }
}

/// Returns the lines of a screen with examples of everything that has a style.
fn sample(theme: Theme, is_styled: bool) -> String {
    let look = Look { theme, ..Look::default() };
    let mut state = sample_state();
    state.viewport = viewport(&state, &look);
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    draw(&mut buffer, &state, &look);
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(SIZE.0)) {
        let line = if is_styled { styled_line(row) } else { row.iter().map(Cell::symbol).collect() };
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.truncate(text.trim_end().len());
    text
}

/// Returns the state of a busy moment, as the reducer makes it of events.
fn sample_state() -> State {
    let account = AccountId(0);
    let wall = jiff::civil::date(2026, 11, 21).at(14, 2, 10, 0);
    let mut now = Now { moment: Moment::default(), wall };
    let accounts = vec![Account { label: "contoso.example".into(), ..Account::default() }];
    let mut state = State::new(Settings::default(), accounts, now, SIZE);
    let me = party("Tosh Meston", "sip:tosh@contoso.example");
    let mut events = vec![Event::Status(Status::Online { since: now.moment }), Event::SignedIn { me }];
    events.extend(invitations().into_iter().map(|invitation| Event::Invitation(Arc::new(invitation))));
    for event in events {
        update(&mut state, now, Message::Provider(account, event));
    }
    now.moment = now.moment.after(Duration::from_secs(2));
    for event in [
        Event::Ended { id: id(5), outcome: Outcome::AnsweredElsewhere },
        Event::Ended { id: id(6), outcome: Outcome::Accepted },
    ] {
        update(&mut state, now, Message::Provider(account, event));
    }
    now.moment = now.moment.after(Duration::from_millis(900));
    update(&mut state, now, Message::Tick);
    state.incoming.select_at(3);
    state.size = SIZE;
    state
}

fn id(number: u64) -> InvitationId {
    InvitationId { account: AccountId(0), number }
}

fn party(name: &str, uri: &str) -> Party {
    Party { name: name.into(), uri: uri.into(), origin: "your organization".into() }
}

fn invitations() -> Vec<Invitation> {
    let of = |number, kind, from, seconds, subject: &str| Invitation {
        from,
        subject: subject.into(),
        offers: Offers { accept: true, decline: true, ..Offers::default() },
        ..Invitation::new(
            id(number),
            kind,
            Direction::Incoming,
            Moment::default(),
            Moment::default().after(Duration::from_secs(seconds)),
        )
    };
    let mut emergency =
        of(1, Kind::Message, party("Olga Haddad", "sip:olga@contoso.example"), 25, "VPN down for all");
    emergency.importance = Importance::Emergency;
    let fire = of(2, Kind::Phone, party("", "tel:+14255550111"), 7, "The printer is on fire");
    let mut share = of(
        3,
        Kind::AudioVideo,
        party("Magnus Moreau", "sip:magnus@contoso.example"),
        12,
        "Access to the share",
    );
    share.importance = Importance::Urgent;
    let desk = of(4, Kind::Message, party("Front desk", "sip:desk@contoso.example"), 20, "Headset is dead");
    let meeting = of(5, Kind::Meeting, party("Elif Haddad", "sip:elif@contoso.example"), 22, "Weekly review");
    let accepted = of(6, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.example"), 24, "Strategy");
    vec![emergency, fire, share, desk, meeting, accepted]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_shows_each_meaning_and_without_styles_only_text() {
        let text = sample(Theme::built_in("dark").unwrap(), false);
        for words in ["EMERGENCY", "Magnus Moreau", "0:05", "accept", "answered elsewhere"] {
            assert!(text.contains(words), "{words} is not in\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
        assert!(sample(Theme::built_in("dark").unwrap(), true).contains("\u{1b}[38;2;"));
    }
}
