use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use crate::app::{Account, Now, Settings, State};
use crate::cli::Global;
use crate::config::{self, ThemeName};
use crate::history::{self, Keeper};
use crate::invitation::AccountId;
use crate::provider::exchange::{Exchange, Network, Real};
use crate::provider::{Clock, ucwa};
use crate::runtime;
use crate::terminal::{Screen, Signals};
use crate::ui::{self, Charset, Look, Theme};

/// Signs in as the configuration says, and shows what comes.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let config = config::load(global.config.as_deref(), global.profile.as_deref())?;
    let account = Account { label: config.label, ..Account::default() };
    let history = if config.history { history::usual_path() } else { None };
    show(config.ucwa, config.network, account, config.settings, look(config.theme, config.ascii), history)
        .await
}

/// Runs the client on the screen.
pub(super) async fn show(
    settings: ucwa::Settings,
    network: Network,
    account: Account,
    screen_settings: Settings,
    look: Look,
    history: Option<PathBuf>,
) -> anyhow::Result<()> {
    let clock = Clock::start();
    // Before the terminal is taken: from then on a signal must find somebody who gives it back.
    let signals = Signals::listen()?;
    let mut screen = Screen::enter().context("rsvp needs a terminal")?;
    let now = Now { moment: clock.now(), wall: jiff::Zoned::now().datetime() };
    let state = State::new(screen_settings, vec![account], now, screen.size()?);
    // The first frame waits for nothing, and a client for the network takes a moment to build.
    screen.draw(|frame| ui::draw(frame, &state, &look))?;
    let exchange: Arc<dyn Exchange> = match Real::new(network) {
        Ok(real) => Arc::new(real),
        Err(error) => Err(error).context("the network can't be used (certificates, ca_file or proxy)")?,
    };
    let provider = ucwa::spawn(settings, exchange, AccountId(0), clock);
    let history = history.map(|path| Keeper::start(path, state.settings.history_limit));
    let result = runtime::run(&mut screen, signals, state, look, clock, vec![provider], history).await;
    drop(screen);
    for line in result? {
        super::say(&line)?;
    }
    Ok(())
}

/// The look for a theme; `NO_COLOR` and the locale have the last word.
pub(super) fn look(theme: ThemeName, ascii: bool) -> Look {
    let colourless = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let theme = match theme {
        _ if colourless => Theme::NONE,
        ThemeName::Terminal => Theme::TERMINAL,
        ThemeName::Dark => Theme::DARK,
        ThemeName::Light => Theme::LIGHT,
        ThemeName::None => Theme::NONE,
    };
    let charset = match ascii {
        _ if !speaks_utf8(|name| std::env::var(name).ok()) => Charset::Ascii,
        true => Charset::AsciiSigns,
        false => Charset::Unicode,
    };
    Look { theme, charset }
}

/// Whether the terminal takes UTF-8, by the first of the locale's variables that says something. Without any
/// it does: over ssh the variables are often lost, and terminals without UTF-8 are rare.
fn speaks_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::speaks_utf8;

    #[test]
    fn the_first_variable_that_says_something_tells_the_character_set() {
        let with = |variables: &'static [(&str, &str)]| {
            speaks_utf8(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(with(&[]));
        assert!(with(&[("LANG", "en_US.UTF-8")]));
        assert!(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        assert!(!with(&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")]));
        assert!(!with(&[("LANG", "de_DE.ISO-8859-1")]));
    }
}
