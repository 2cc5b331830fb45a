use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use crate::app::{Account, Now, Settings, State};
use crate::cli::Global;
use crate::config::{Config, Reader, Source, ThemeName};
use crate::history::{self, HistoryWriter};
use crate::invitation::AccountId;
use crate::machine::Machine;
use crate::provider::graph::Socket;
use crate::provider::network::{HttpExchange, Network};
use crate::provider::{Clock, Handle, Problem, Reloaded, SettingsSource, graph, ucwa};
use crate::runtime::{self, Surroundings, wall};
use crate::terminal::{Keyboard, Screen, Signals, Surface, print};
use crate::text::DisplayText;
use crate::ui::{self, Charset, Look, Theme};

/// Signs in as the configuration says, and shows what comes.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let (config, reader) = Reader::load(global.config.as_deref(), global.profile.as_deref())?;
    let history = if config.history { history::usual_path() } else { None };
    let look = look(config.theme, config.ascii);
    let sources = Sources { ucwa: config.ucwa, graph: config.graph, reader: Some(Arc::new(reader)) };
    show(sources, config.settings, look, history).await
}

/// Where invitations come from.
pub(super) struct Sources {
    pub ucwa: Option<Source<ucwa::Settings>>,
    pub graph: Option<Source<graph::Settings>>,
    /// Reads them again from where they came from, if that is a file.
    pub reader: Option<Arc<Reader>>,
}

impl Sources {
    /// An account for each, in the order in which they are shown.
    fn accounts(&self) -> Vec<Account> {
        let labels = [self.ucwa.as_ref().map(|it| &it.label), self.graph.as_ref().map(|it| &it.label)];
        let account = |label: &DisplayText| Account { label: label.clone(), ..Account::default() };
        labels.into_iter().flatten().map(account).collect()
    }

    /// Starts a task for each, in the same order.
    fn start(self, clock: Clock) -> anyhow::Result<Vec<Handle>> {
        let mut handles = Vec::new();
        let reader = self.reader.as_ref();
        if let Some(Source { settings, network, .. }) = self.ucwa {
            let exchange = exchange(network, "ucwa")?;
            let settings = rereadable(settings, reader, &exchange, UCWA, |config| config.ucwa);
            handles.push(ucwa::spawn(settings, exchange, AccountId(0), clock));
        }
        if let Some(Source { settings, network, .. }) = self.graph {
            let account = AccountId(u8::try_from(handles.len())?);
            let exchange = exchange(network, "graph")?;
            let settings = rereadable(settings, reader, &exchange, GRAPH, |config| config.graph);
            handles.push(graph::spawn(settings, exchange, Arc::new(Socket), account, clock));
        }
        Ok(handles)
    }
}

/// The sections of the file and what they are about.
const UCWA: (&str, &str) = ("ucwa", "an account of Skype for Business");
const GRAPH: (&str, &str) = ("graph", "a bot");

/// A connection of its own for each source: what one lets go of does not disturb the other.
pub(super) fn exchange(network: Network, section: &str) -> anyhow::Result<Arc<HttpExchange>> {
    Ok(Arc::new(HttpExchange::new(network).with_context(|| no_network(section))?))
}

fn no_network(section: &str) -> String {
    format!("the network can't be used (certificates, or ca_file or proxy under [{section}])")
}

/// The settings of a section of the file, to be read again from there. How the network is reached stands in the
/// same section and changes with them.
fn rereadable<T: Send + 'static>(
    settings: T,
    reader: Option<&Arc<Reader>>,
    exchange: &Arc<HttpExchange>,
    (section, account): (&'static str, &'static str),
    of: fn(Config) -> Option<Source<T>>,
) -> SettingsSource<T> {
    let Some(reader) = reader.cloned() else { return settings.into() };
    let exchange = exchange.clone();
    SettingsSource::new(settings, move || {
        let (config, left_out) = reader.read().map_err(|error| Problem::new(&format!("{error:#}"), ""))?;
        let Some(Source { settings, network, .. }) = of(config) else {
            let what = format!("{} no longer has {account}", reader.path().display());
            return Err(Problem::new(&what, "restart rsvp to go on without it"));
        };
        exchange
            .set_network(network)
            .map_err(|error| Problem::new(&format!("{}: {error}", no_network(section)), ""))?;
        let left_out = match left_out.join(", ") {
            nothing if nothing.is_empty() => None,
            parts => {
                Some(DisplayText::new(&format!("Changed, but used only after a restart of rsvp: {parts}")))
            }
        };
        Ok(Reloaded { settings, left_out })
    })
}

/// Runs the client on the screen.
pub(super) async fn show(
    sources: Sources,
    settings: Settings,
    look: Look,
    history: Option<PathBuf>,
) -> anyhow::Result<()> {
    let clock = Clock::start();
    // Before the terminal is taken: from then on a signal must find somebody who gives it back.
    let mut signals = Signals::listen()?;
    let mut screen = Screen::enter().context("rsvp needs a terminal")?;
    let now = Now { moment: clock.now(), wall: wall() };
    let state = State::new(settings, sources.accounts(), now, screen.size()?);
    // The first frame waits for nothing, and a client for the network takes a moment to build.
    screen.draw(|buffer| ui::draw(buffer, &state, &look))?;
    let mut keyboard = Keyboard::listen()?;
    let mut machine = Machine::watch();
    let providers = sources.start(clock)?;
    let surroundings = Surroundings {
        surface: screen,
        signals: async || signals.next().await,
        inputs: async || keyboard.next().await,
        shocks: async || machine.changed().await,
        wall,
        history: history.map(|path| HistoryWriter::start(path, state.settings.history_limit)),
    };
    // It gives the terminal back when it ends.
    let lines = runtime::run(surroundings, state, look, clock, providers).await?;
    if !lines.is_empty() {
        // The terminal may be gone, or take nothing: it must not keep the program from ending.
        let _ = print(std::io::stdout(), lines.join("\n") + "\n");
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
