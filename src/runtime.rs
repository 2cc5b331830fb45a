//! The one loop: keys, signals, provider events and time go into the reducer; its effects go out; the
//! screen is drawn when something changed and nothing more is waiting.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::app::{Effect, Message, Now, Past, State, update};
use crate::history::{Keeper, News};
use crate::invitation::AccountId;
use crate::machine::Machine;
use crate::provider::{Clock, Command, Event, Handle};
use crate::terminal::{Input, Keyboard, Screen, Signal, Signals};
use crate::ui::{self, Look};

/// How long the providers may take to finish and sign out; what is in flight gets three seconds of it.
const FAREWELL: Duration = Duration::from_secs(4);

/// How long the disk may take for the last of the history.
const WRITING: Duration = Duration::from_millis(500);

/// A key tells the provider at most this often that the user is there.
const ACTIVE: Duration = Duration::from_secs(60);

/// At most this many events are taken in before the screen is drawn again.
const BURST: usize = 4_096;

/// Runs the client on the screen until the user leaves, the terminal closes or a signal ends it.
///
/// Gives what the user has to be told after that: what became of the requests that were on their way.
///
/// # Errors
/// When the terminal can't be read or written.
pub async fn run(
    screen: &mut Screen,
    signals: Signals,
    state: State,
    look: Look,
    clock: Clock,
    providers: Vec<Handle>,
    history: Option<Keeper>,
) -> std::io::Result<Vec<String>> {
    let (events, mut inbox) = mpsc::channel(crate::provider::QUEUE);
    let mut commands = Vec::new();
    let mut tasks = JoinSet::new();
    for handle in providers {
        commands.push(handle.commands);
        tasks.spawn(forward(handle.account, handle.events, events.clone()));
    }
    drop(events);
    let mut runtime = Runtime {
        screen,
        state,
        look,
        clock,
        commands,
        active: None,
        changed: true,
        leaving: false,
        history,
    };
    let result = runtime.turn(signals, &mut inbox).await;
    for commands in &runtime.commands {
        let _ = commands.try_send(Command::SignOut);
    }
    runtime.commands.clear();
    let underway = runtime.state.flights.clone();
    let mut lines = Vec::new();
    let _ = timeout(FAREWELL, runtime.hear_out(&mut inbox, &mut lines)).await;
    if let Some(history) = runtime.history.take() {
        let _ = timeout(WRITING, history.finish()).await;
    }
    result?;
    if underway.is_empty() {
        return Ok(Vec::new());
    }
    lines.extend(ui::farewell(&runtime.state, &underway));
    Ok(lines)
}

/// Puts the account's number on its events; waits, and so lets the provider wait, when the inbox is full.
async fn forward(account: AccountId, mut from: mpsc::Receiver<Event>, to: mpsc::Sender<(AccountId, Event)>) {
    while let Some(event) = from.recv().await {
        if to.send((account, event)).await.is_err() {
            return;
        }
    }
}

struct Runtime<'a> {
    screen: &'a mut Screen,
    state: State,
    look: Look,
    clock: Clock,
    commands: Vec<mpsc::Sender<Command>>,
    active: Option<Instant>,
    changed: bool,
    leaving: bool,
    /// None where nothing is kept.
    history: Option<Keeper>,
}

impl Runtime<'_> {
    async fn turn(
        &mut self,
        mut signals: Signals,
        inbox: &mut mpsc::Receiver<(AccountId, Event)>,
    ) -> std::io::Result<()> {
        // The first frame waits for nothing.
        self.draw()?;
        let mut keyboard = Keyboard::listen()?;
        let mut machine = Machine::watch();
        let mut tick_at: Option<Instant> = None;
        while !self.leaving {
            if self.state.needs_tick() {
                tick_at.get_or_insert_with(|| Instant::now() + Duration::from_secs(1));
            } else {
                tick_at = None;
            }
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::Terminate | Signal::HangUp => return Ok(()),
                    Signal::Suspend => self.screen.suspend()?,
                    Signal::Continue => {
                        self.changed = true;
                        self.screen.resume()?;
                    }
                },
                input = keyboard.next() => match input {
                    Input::Closed => return Ok(()),
                    Input::Message(message) => {
                        if matches!(message, Message::Resize(..)) {
                            self.screen.forget()?;
                        }
                        self.active();
                        self.handle(message)?;
                    }
                },
                Some((account, event)) = inbox.recv() => {
                    self.handle(Message::Provider(account, event))?;
                    for _ in 0..BURST {
                        let Ok((account, event)) = inbox.try_recv() else { break };
                        self.handle(Message::Provider(account, event))?;
                    }
                }
                news = said(&mut self.history) => self.handle(Message::History(news))?,
                () = machine.shaken() => self.wake(),
                () = tick(tick_at) => {
                    tick_at = None;
                    self.handle(Message::Tick)?;
                }
            }
            self.draw()?;
        }
        Ok(())
    }

    /// Takes in what the providers have to say until all of them have ended; notes what the user is told.
    async fn hear_out(&mut self, inbox: &mut mpsc::Receiver<(AccountId, Event)>, told: &mut Vec<String>) {
        while let Some((account, event)) = inbox.recv().await {
            self.state.notice = None;
            let now = self.now();
            for effect in update(&mut self.state, now, Message::Provider(account, event)) {
                if let Effect::Keep(past) = effect {
                    self.keep(&past);
                }
            }
            told.extend(self.state.notice.take().map(|notice| notice.text.to_string()));
        }
    }

    fn now(&self) -> Now {
        Now { moment: self.clock.now(), wall: jiff::Zoned::now().datetime() }
    }

    fn handle(&mut self, message: Message) -> std::io::Result<()> {
        let now = self.now();
        self.changed = true;
        for effect in update(&mut self.state, now, message) {
            match effect {
                Effect::Provider(account, command) => self.tell(account, command),
                Effect::Keep(past) => self.keep(&past),
                Effect::Bell => self.screen.bell()?,
                Effect::Copy(text) => self.screen.copy(&text)?,
                Effect::Suspend => self.screen.suspend()?,
                Effect::Quit => self.leaving = true,
            }
        }
        Ok(())
    }

    /// The provider's ear holds more than anybody can press; if it is full all the same, the request is
    /// refused here rather than kept waiting in front of the keys.
    fn tell(&mut self, account: AccountId, command: Command) {
        let Some(sender) = self.commands.get(usize::from(account.0)) else { return };
        let Err(error) = sender.try_send(command) else { return };
        let Some(ticket) = error.into_inner().ticket() else { return };
        let problem =
            crate::provider::Problem::new("the connection is too busy, nothing was sent", "try again");
        let now = self.state.now;
        update(&mut self.state, now, Message::Provider(account, Event::Refused { ticket, problem }));
    }

    fn active(&mut self) {
        if self.active.is_none_or(|last| last.elapsed() >= ACTIVE) {
            self.active = Some(Instant::now());
            for commands in &self.commands {
                let _ = commands.try_send(Command::Active);
            }
        }
    }

    fn keep(&self, past: &Past) {
        if let Some(history) = &self.history {
            history.keep(past);
        }
    }

    fn wake(&self) {
        tracing::info!("the machine slept or is on another network");
        for commands in &self.commands {
            let _ = commands.try_send(Command::Wake);
        }
    }

    fn draw(&mut self) -> std::io::Result<()> {
        if std::mem::take(&mut self.changed) {
            let (state, look) = (&self.state, &self.look);
            self.screen.draw(|frame| ui::draw(frame, state, look))?;
            self.state.viewport = ui::viewport(&self.state, &self.look);
        }
        Ok(())
    }
}

/// What the history has to say, if there is one that ever will.
async fn said(history: &mut Option<Keeper>) -> News {
    if let Some(keeper) = history
        && let Some(news) = keeper.news().await
    {
        return news;
    }
    std::future::pending().await
}

async fn tick(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
