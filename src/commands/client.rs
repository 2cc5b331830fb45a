use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use super::look::look;
use super::network::{exchange, unusable};
use super::output::print_error;
use crate::app::{Account, Now, Settings, State};
use crate::cli::Global;
use crate::config::{AccountConfig, Config, Reloader};
use crate::desktop;
use crate::history::{self, HistoryWriter, Retention};
use crate::hooks::{self, Hooks};
use crate::invitation::AccountId;
use crate::machine::Machine;
use crate::provider::graph::HttpListener;
use crate::provider::network::HttpExchange;
use crate::provider::{Clock, Handle, Problem, Reloaded, SettingsSource, graph, ucwa};
use crate::runtime::{self, Environment, wall};
use crate::terminal::{Input, Keyboard, Screen, Signals, Surface, print};
use crate::text::DisplayText;
use crate::ui::{self, Look};
use crate::watch;

/// The error of a screen without a terminal.
#[derive(Debug, thiserror::Error)]
#[error("the screen needs a terminal; `rsvp watch` prints the events as lines, for scripts, logs and pipes")]
pub(super) struct NeedsTerminal;

/// Everything that the client is started with, whether or not it has a screen.
pub(super) struct Client {
    pub accounts: Accounts,
    pub settings: Settings,
    pub look: Look,
    pub hooks: hooks::Settings,
    /// The history's place on the disk; `None` if none is kept.
    pub history: Option<(PathBuf, Retention)>,
}

impl Client {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Returns an error if the configuration is missing or has a mistake.
    pub fn load(global: &Global) -> anyhow::Result<Self> {
        let (config, reloader) = Reloader::load(global.config.as_deref(), global.profile.as_deref())?;
        let retention = Retention { keep: config.settings.history_limit, messages: config.history_messages };
        let path = if config.history { history::default_path() } else { None };
        let reloader = Some(Arc::new(reloader));
        Ok(Self {
            accounts: Accounts { ucwa: config.ucwa, graph: config.graph, reloader },
            settings: config.settings,
            look: look(&config.theme, config.ascii),
            hooks: config.hooks,
            history: path.map(|path| (path, retention)),
        })
    }

    /// Runs the client on the screen until the user quits.
    pub async fn run_on_screen(self) -> anyhow::Result<()> {
        check_terminal()?;
        let clock = Clock::start();
        // Signals are handled before the screen is entered, so that every signal after that restores it.
        let signals = Signals::listen()?;
        let mut screen = Screen::enter(self.settings.alerts.only_unfocused)?;
        let now = Now { moment: clock.now(), wall: wall() };
        let state = State::new(self.settings, self.accounts.shown(), now, screen.size()?);
        // Building the network clients takes a while, so the first frame comes before.
        screen.draw(|buffer| ui::draw(buffer, &state, &self.look))?;
        let mut keyboard = Keyboard::listen()?;
        let inputs = async || keyboard.next().await;
        let outside =
            Outside { accounts: self.accounts, look: self.look, hooks: self.hooks, history: self.history };
        let lines = outside.run(screen, inputs, signals, state, clock).await?;
        if !lines.is_empty() {
            // The terminal may be gone or accept no output, which must not delay the exit.
            let _ = print(std::io::stdout(), lines.join("\n") + "\n");
        }
        Ok(())
    }

    /// Runs the client without a screen until something ends it.
    pub async fn watch(self, options: watch::Options) -> anyhow::Result<()> {
        let clock = Clock::start();
        let signals = Signals::listen()?;
        let now = Now { moment: clock.now(), wall: wall() };
        let shown = self.accounts.shown();
        let (front, mut inputs, run) = watch::start(options, shown.len(), wall)?;
        let state = State::new(self.settings, shown, now, NO_SCREEN);
        let inputs = async || inputs.next().await;
        let outside =
            Outside { accounts: self.accounts, look: self.look, hooks: self.hooks, history: self.history };
        let lines = outside.run(front, inputs, signals, state, clock).await?;
        for line in lines {
            print_error(&line);
        }
        Ok(run.outcome()?)
    }
}

/// The size of the screen where there is none.
const NO_SCREEN: (u16, u16) = (0, 0);

/// Checks that both ends of a terminal are there: one shows the screen, the other takes the keys.
fn check_terminal() -> Result<(), NeedsTerminal> {
    let is_terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    if is_terminal { Ok(()) } else { Err(NeedsTerminal) }
}

/// Runs the client with the configured accounts.
pub(super) async fn run(global: &Global) -> anyhow::Result<()> {
    Client::load(global)?.run_on_screen().await
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

/// The parts of the client that are the same with and without a screen.
struct Outside {
    accounts: Accounts,
    look: Look,
    hooks: hooks::Settings,
    history: Option<(PathBuf, Retention)>,
}

impl Outside {
    /// Runs the event loop. Returns the lines to print afterwards.
    async fn run(
        self,
        surface: impl Surface,
        inputs: impl AsyncFnMut() -> Input,
        mut signals: Signals,
        state: State,
        clock: Clock,
    ) -> anyhow::Result<Vec<String>> {
        let mut machine = Machine::watch();
        let providers = self.accounts.start(clock)?;
        let environment = Environment {
            surface,
            signals: async || signals.next().await,
            inputs,
            wakes: async || machine.connections_lost().await,
            wall,
            desktop: if state.settings.alerts.desktop { desktop::start() } else { None },
            history: self.history.map(|(path, retention)| HistoryWriter::start(path, retention)),
            hooks: Hooks::start(self.hooks),
        };
        // The loop owns the screen and restores the terminal when it ends.
        Ok(Box::pin(runtime::run(environment, state, self.look, clock, providers)).await?)
    }
}
