use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use super::http_client::{exchange, unusable};
use super::look::look;
use super::output::print_error;
use crate::app::{Account, Now, Settings, State};
use crate::cli::Global;
use crate::config::{AccountConfig, AccountSection, Reloader, Service};
use crate::desktop;
use crate::history::{self, HistoryWriter, Retention};
use crate::hooks::{self, Hooks};
use crate::invitation::AccountId;
use crate::machine::Machine;
use crate::provider::graph::HttpListener;
use crate::provider::network::HttpExchange;
use crate::provider::{Clock, Handle, Problem, Reloaded, SettingsSource, graph, ucwa};
use crate::runtime::{self, Environment, wall};
use crate::terminal::{Input, Keyboard, Reports, Screen, Signals, Surface, print};
use crate::text::DisplayText;
use crate::ui::Look;
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
            accounts: Accounts { accounts: config.accounts, reloader },
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
        let mut screen = Screen::enter(Reports {
            focus: self.settings.alerts.only_unfocused,
            mouse: self.settings.mouse,
        })?;
        let now = Now { moment: clock.now(), wall: wall() };
        let state = State::new(self.settings, self.accounts.shown(), now, screen.size()?);
        // Building the network clients takes a while, so the first frame comes before.
        screen.draw(|buffer| runtime::render(buffer, &state, &self.look))?;
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
        let (surface, mut inputs, run) = watch::start(options, shown.len(), wall)?;
        let state = State::new(self.settings, shown, now, NO_SCREEN);
        let inputs = async || inputs.next().await;
        let outside =
            Outside { accounts: self.accounts, look: self.look, hooks: self.hooks, history: self.history };
        let lines = outside.run(surface, inputs, signals, state, clock).await?;
        for line in lines {
            print_error(&line);
        }
        Ok(run.result()?)
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
    /// The accounts in the order in which they are shown.
    pub accounts: Vec<AccountConfig>,
    /// Reads the settings of the accounts again, if they come from a file.
    pub reloader: Option<Arc<Reloader>>,
}

impl Accounts {
    /// Returns the accounts as the screen shows them.
    fn shown(&self) -> Vec<Account> {
        let account = |account: &AccountConfig| Account {
            label: account.label.clone(),
            is_named: matches!(account.section, AccountSection::Named(_)),
            is_bot: account.graph().is_some(),
            ..Account::default()
        };
        self.accounts.iter().map(account).collect()
    }

    /// Starts a provider for each account.
    fn start(self, clock: Clock) -> anyhow::Result<Vec<Handle>> {
        let reloader = self.reloader.as_ref();
        let start = |(number, account): (usize, AccountConfig)| {
            let AccountConfig { section, service, network, .. } = account;
            let account = AccountId(u8::try_from(number)?);
            let exchange = exchange(network, &section)?;
            Ok(match service {
                Service::Ucwa(settings) => {
                    let settings = reloadable(*settings, section, reloader, &exchange, AccountConfig::ucwa);
                    ucwa::spawn(settings, exchange, account, clock)
                }
                Service::Graph(settings) => {
                    let settings = reloadable(*settings, section, reloader, &exchange, AccountConfig::graph);
                    graph::spawn(settings, exchange, Arc::new(HttpListener), account, clock)
                }
            })
        };
        self.accounts.into_iter().enumerate().map(start).collect()
    }
}

/// Makes settings reloadable from the section of their account. Reloading also applies the network settings of the
/// account to `exchange`.
fn reloadable<T: Clone + Send + 'static>(
    settings: T,
    section: AccountSection,
    reloader: Option<&Arc<Reloader>>,
    exchange: &Arc<HttpExchange>,
    select: fn(&AccountConfig) -> Option<&T>,
) -> SettingsSource<T> {
    let Some(reloader) = reloader.cloned() else { return settings.into() };
    let exchange = exchange.clone();
    SettingsSource::new(settings, move || {
        let (config, restart_required) =
            reloader.reload().map_err(|error| Problem::new(&format!("{error:#}"), ""))?;
        let account = config.accounts.into_iter().find(|account| account.section == section);
        let settings = account.as_ref().and_then(select).cloned();
        let Some((settings, network)) = settings.zip(account.map(|account| account.network)) else {
            let what = format!("{} no longer has {}", reloader.path().display(), section.contents());
            return Err(Problem::new(&what, "restart rsvp to continue without it"));
        };
        exchange
            .set_network(network)
            .map_err(|error| Problem::new(&format!("{}: {error}", unusable(&section)), ""))?;
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
