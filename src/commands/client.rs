use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::look::look;
use super::network::{exchange, unusable};
use crate::app::{Account, Now, Settings, State};
use crate::cli::Global;
use crate::config::{AccountConfig, Config, Reloader};
use crate::history::{self, HistoryWriter, Retention};
use crate::invitation::AccountId;
use crate::machine::Machine;
use crate::provider::graph::HttpListener;
use crate::provider::network::HttpExchange;
use crate::provider::{Clock, Handle, Problem, Reloaded, SettingsSource, graph, ucwa};
use crate::runtime::{self, Environment, wall};
use crate::terminal::{Keyboard, Screen, Signals, Surface, print};
use crate::text::DisplayText;
use crate::ui::{self, Look};

/// Runs the client with the configured accounts.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    let (config, reloader) = Reloader::load(global.config.as_deref(), global.profile.as_deref())?;
    let retention = Retention { keep: config.settings.history_limit, messages: config.history_messages };
    let path = if config.history { history::default_path() } else { None };
    let history = path.map(|path| (path, retention));
    let look = look(&config.theme, config.ascii);
    let accounts = Accounts { ucwa: config.ucwa, graph: config.graph, reloader: Some(Arc::new(reloader)) };
    run_on_screen(accounts, config.settings, look, history).await
}

/// The accounts of the client.
pub(super) struct Accounts {
    pub ucwa: Option<AccountConfig<ucwa::Settings>>,
    pub graph: Option<AccountConfig<graph::Settings>>,
    /// Reads the settings of the accounts again, if they come from a file.
    pub reloader: Option<Arc<Reloader>>,
}

impl Accounts {
    /// Returns the accounts in the order in which they are shown.
    fn shown(&self) -> Vec<Account> {
        let labels = [
            self.ucwa.as_ref().map(|account| (&account.label, false)),
            self.graph.as_ref().map(|account| (&account.label, true)),
        ];
        let account = |(label, is_bot): (&DisplayText, bool)| Account {
            label: label.clone(),
            is_bot,
            ..Account::default()
        };
        labels.into_iter().flatten().map(account).collect()
    }

    /// Starts a provider for each account, in the order in which they are shown.
    fn start(self, clock: Clock) -> anyhow::Result<Vec<Handle>> {
        let mut handles = Vec::new();
        let reloader = self.reloader.as_ref();
        if let Some(AccountConfig { settings, network, .. }) = self.ucwa {
            let exchange = exchange(network, "ucwa")?;
            let settings = reloadable(settings, reloader, &exchange, UCWA, |config| config.ucwa);
            handles.push(ucwa::spawn(settings, exchange, AccountId(0), clock));
        }
        if let Some(AccountConfig { settings, network, .. }) = self.graph {
            let account = AccountId(u8::try_from(handles.len())?);
            let exchange = exchange(network, "graph")?;
            let settings = reloadable(settings, reloader, &exchange, GRAPH, |config| config.graph);
            handles.push(graph::spawn(settings, exchange, Arc::new(HttpListener), account, clock));
        }
        Ok(handles)
    }
}

/// The sections of the accounts, and the words for what each of them configures.
const UCWA: (&str, &str) = ("ucwa", "an account of Skype for Business");
const GRAPH: (&str, &str) = ("graph", "a bot");

/// Makes settings reloadable. Reloading also applies the network settings of the same section to `exchange`.
fn reloadable<T: Send + 'static>(
    settings: T,
    reloader: Option<&Arc<Reloader>>,
    exchange: &Arc<HttpExchange>,
    (section, account): (&'static str, &'static str),
    select: fn(Config) -> Option<AccountConfig<T>>,
) -> SettingsSource<T> {
    let Some(reloader) = reloader.cloned() else { return settings.into() };
    let exchange = exchange.clone();
    SettingsSource::new(settings, move || {
        let (config, restart_required) =
            reloader.reload().map_err(|error| Problem::new(&format!("{error:#}"), ""))?;
        let Some(AccountConfig { settings, network, .. }) = select(config) else {
            let what = format!("{} no longer has {account}", reloader.path().display());
            return Err(Problem::new(&what, "restart rsvp to continue without it"));
        };
        exchange
            .set_network(network)
            .map_err(|error| Problem::new(&format!("{}: {error}", unusable(section)), ""))?;
        let left_out = (!restart_required.is_empty()).then(|| {
            let parts = restart_required.join(", ");
            DisplayText::new(&format!("Restart rsvp to apply the changes to: {parts}"))
        });
        Ok(Reloaded { settings, left_out })
    })
}

/// Runs the client on the screen until the user quits.
pub(super) async fn run_on_screen(
    accounts: Accounts,
    settings: Settings,
    look: Look,
    history: Option<(PathBuf, Retention)>,
) -> anyhow::Result<()> {
    let clock = Clock::start();
    // Signals are handled before the screen is entered, so that every signal after that restores it.
    let mut signals = Signals::listen()?;
    let mut screen = Screen::enter().context("rsvp needs a terminal")?;
    let now = Now { moment: clock.now(), wall: wall() };
    let state = State::new(settings, accounts.shown(), now, screen.size()?);
    // Building the network clients takes a while, so the first frame comes before.
    screen.draw(|buffer| ui::draw(buffer, &state, &look))?;
    let mut keyboard = Keyboard::listen()?;
    let mut machine = Machine::watch();
    let providers = accounts.start(clock)?;
    let environment = Environment {
        surface: screen,
        signals: async || signals.next().await,
        inputs: async || keyboard.next().await,
        wakes: async || machine.connections_lost().await,
        wall,
        history: history.map(|(path, retention)| HistoryWriter::start(path, retention)),
    };
    // The loop owns the screen and restores the terminal when it ends.
    let lines = runtime::run(environment, state, look, clock, providers).await?;
    if !lines.is_empty() {
        // The terminal may be gone or accept no output, which must not delay the exit.
        let _ = print(std::io::stdout(), lines.join("\n") + "\n");
    }
    Ok(())
}
