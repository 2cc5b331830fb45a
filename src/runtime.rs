//! The event loop: it passes keys, signals, provider events and ticks to the reducer, carries out the reducer's
//! effects, and draws the screen when something has changed and no event is waiting.

mod environment;
mod event_queues;
mod stored_history;

use std::io;
use std::time::Duration;

use jiff::civil::DateTime;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

pub use self::environment::{Environment, wall};
use self::event_queues::EventQueues;
use self::stored_history::StoredHistory;
use crate::app::{Effect, Message, Notification, NotificationChoice, Now, State, update};
use crate::desktop::Desktop;
use crate::hooks::Hooks;
use crate::invitation::{AccountId, InvitationId};
use crate::provider::{Clock, Command, Event, Handle, Problem};
use crate::terminal::{Cursor, Input, Signal, Surface};
use crate::timer;
use crate::ui::{self, Look};

/// The time that the providers have to finish their requests and sign out. Requests in flight get three seconds of it.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(4);

/// The minimum interval between two reports to the providers that the user is active.
const ACTIVITY_INTERVAL: Duration = Duration::from_secs(60);

/// The maximum number of events that are handled before the screen is drawn again.
const BURST: usize = 4_096;

/// Draws a frame and returns the cursor: where text is typed, or else on what is selected.
pub fn render(buffer: &mut Buffer, state: &State, look: &Look) -> Cursor {
    match ui::draw(buffer, state, look) {
        Some(position) => Cursor::Visible(position),
        None => ui::selection(buffer.area, state, look).map_or(Cursor::Anywhere, Cursor::Hidden),
    }
}

/// Runs the client until the user quits, the terminal closes or a signal ends it.
///
/// Returns the lines to print afterwards: the outcome of requests that were pending, and the calls that continue.
///
/// # Errors
///
/// Returns an error if the terminal cannot be read or written.
pub async fn run<S, G, I, M>(
    Environment { surface, signals, inputs, wakes, wall, desktop, history, hooks }: Environment<S, G, I, M>,
    state: State,
    look: Look,
    clock: Clock,
    providers: Vec<Handle>,
) -> io::Result<Vec<String>>
where
    S: Surface,
    G: AsyncFnMut() -> Signal,
    I: AsyncFnMut() -> Input,
    M: AsyncFnMut(),
{
    let (commands, events) = providers.into_iter().map(|it| (it.commands, (it.account, it.events))).unzip();
    let mut events = EventQueues(events);
    let mut runtime = Runtime {
        surface,
        signals,
        inputs: Some(inputs),
        wakes,
        state,
        look,
        clock,
        wall,
        commands,
        has_sent: false,
        active_at: None,
        changed: true,
        title: String::new(),
        desktop,
        lifecycle: Lifecycle::Running,
        history: StoredHistory::new(history),
        hooks,
    };
    let result = runtime.run_until_quit(&mut events).await;
    let underway = runtime.state.pending_requests.clone();
    let mut lines = runtime.sign_out(&mut events).await;
    let history_error = runtime.history.finish().await;
    runtime.surface.close();
    runtime.hooks.finish().await;
    result?;
    lines.extend(ui::farewell(&runtime.state, &underway));
    lines.extend(history_error.map(|why| format!("The history can't be saved: {why}")));
    Ok(lines)
}

/// The progress of quitting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifecycle {
    Running,
    /// The providers are signing out, because the terminal or the reader of the output is gone.
    Leaving,
    /// The providers are signing out, because the user has quit.
    Quitting,
    /// The user has quit a second time, without waiting for the providers.
    Finished,
}

/// The state of the loop: the terminal, the state of the program, and the channels to everything else.
struct Runtime<S, G, I, M> {
    surface: S,
    signals: G,
    /// `None` after the terminal was closed.
    inputs: Option<I>,
    wakes: M,
    state: State,
    look: Look,
    clock: Clock,
    wall: fn() -> DateTime,
    commands: Vec<mpsc::Sender<Command>>,
    /// Whether a command was sent since the last frame.
    has_sent: bool,
    /// The time of the last activity report.
    active_at: Option<Instant>,
    /// Whether the screen has to be drawn.
    changed: bool,
    /// The title of the terminal's window.
    title: String,
    desktop: Option<Desktop>,
    lifecycle: Lifecycle,
    history: StoredHistory,
    hooks: Hooks,
}

impl<S, G, I, M> Runtime<S, G, I, M>
where
    S: Surface,
    G: AsyncFnMut() -> Signal,
    I: AsyncFnMut() -> Input,
    M: AsyncFnMut(),
{
    /// Runs the loop until the user quits.
    async fn run_until_quit(&mut self, events: &mut EventQueues) -> io::Result<()> {
        // The first frame is drawn before anything is awaited.
        self.draw()?;
        let mut tick_at: Option<Instant> = None;
        while self.lifecycle == Lifecycle::Running {
            if self.state.needs_tick() {
                tick_at.get_or_insert_with(|| Instant::now() + Duration::from_secs(1));
            } else {
                tick_at = None;
            }
            let stored = self.history.until_may_draw();
            let due = self.state.rulings.due(self.state.now.moment).map(|at| self.clock.instant(at));
            tokio::select! {
                biased;
                signal = (self.signals)() => self.handle_signal(signal)?,
                input = next_input(&mut self.inputs) => self.handle_input(input)?,
                Some((account, event)) = events.next() => {
                    self.handle(Message::Provider(account, event))?;
                    for _ in 0..BURST {
                        let Some((account, event)) = events.try_next() else { break };
                        self.handle(Message::Provider(account, event))?;
                    }
                }
                (id, choice) = next_choice(&mut self.desktop) => {
                    self.report_activity();
                    self.handle(Message::Chosen(id, choice))?;
                }
                event = self.history.next_event() => self.handle(Message::History(event))?,
                failure = self.hooks.next_failure() => self.handle(Message::Problem(failure))?,
                () = (self.wakes)() => self.wake(),
                () = stored => {}
                () = timer::sleep_until(due) => self.handle(Message::Tick)?,
                () = timer::sleep_until(tick_at) => {
                    tick_at = None;
                    self.handle(Message::Tick)?;
                }
            }
            if std::mem::take(&mut self.has_sent) {
                // The providers send the user's requests before a frame is drawn.
                yield_now().await;
            }
            self.draw()?;
        }
        Ok(())
    }

    /// Makes the providers sign out, and handles their events until all of them have ended, the time is up, or the
    /// user quits once more. Returns the notices of these events.
    ///
    /// Errors of the terminal are ignored: it may be closed.
    async fn sign_out(&mut self, events: &mut EventQueues) -> Vec<String> {
        for commands in self.commands.drain(..) {
            let _ = commands.try_send(Command::SignOut);
        }
        self.begin_sign_out();
        let until = Instant::now() + SIGN_OUT_TIMEOUT;
        let mut notices = Vec::new();
        while matches!(self.lifecycle, Lifecycle::Leaving | Lifecycle::Quitting) {
            let _ = self.draw();
            let stored = self.history.until_may_draw();
            tokio::select! {
                biased;
                signal = (self.signals)() => {
                    let _ = self.handle_signal(signal);
                }
                input = next_input(&mut self.inputs) => {
                    let _ = self.handle_input(input);
                }
                event = events.next() => {
                    let Some((account, event)) = event else { break };
                    self.state.notice = None;
                    let _ = self.handle(Message::Provider(account, event));
                    notices.extend(self.state.notice.as_ref().map(|notice| notice.text.to_string()));
                }
                () = stored => {}
                () = sleep_until(until) => break,
            }
        }
        notices
    }

    /// Handles a signal.
    fn handle_signal(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Terminate => self.quit(),
            Signal::HangUp => self.begin_sign_out(),
            Signal::Suspend => return self.surface.suspend(),
            Signal::Continue => {
                self.changed = true;
                self.surface.resume()?;
            }
        }
        Ok(())
    }

    /// Handles an input of the terminal.
    fn handle_input(&mut self, input: Input) -> io::Result<()> {
        match input {
            Input::Closed => {
                self.begin_sign_out();
                Ok(())
            }
            Input::Message(message) => {
                match message {
                    Message::Resize(..) => self.surface.invalidate(),
                    // Commands of `rsvp watch`, ticks and changes of the focus are no sign that the user is active.
                    Message::Instruct { .. } | Message::Tick | Message::Focus(_) => {}
                    _ => self.report_activity(),
                }
                // A frame may also wait for the history.
                self.state.viewport.is_stale = self.surface.is_behind() || self.changed;
                self.handle(message)
            }
        }
    }

    /// Quits; the second time without waiting for the providers.
    fn quit(&mut self) {
        self.lifecycle = match self.lifecycle {
            // The signal that ends a pipeline may come after the end of its reader.
            Lifecycle::Running | Lifecycle::Leaving => Lifecycle::Quitting,
            Lifecycle::Quitting | Lifecycle::Finished => Lifecycle::Finished,
        };
        self.begin_sign_out();
    }

    /// Starts to sign out, unless the program is doing so already.
    fn begin_sign_out(&mut self) {
        if self.lifecycle == Lifecycle::Running {
            self.lifecycle = Lifecycle::Leaving;
        }
        self.state.quit();
        self.changed = true;
    }

    fn now(&self) -> Now {
        Now { moment: self.clock.now(), wall: (self.wall)() }
    }

    /// Applies a message to the state and carries out the effects.
    fn handle(&mut self, message: Message) -> io::Result<()> {
        let now = self.now();
        self.changed = true;
        for effect in update(&mut self.state, now, message) {
            match effect {
                Effect::Provider(account, command) => self.send(account, command)?,
                Effect::StoreHistoryEntry(past) => self.history.store(&past),
                Effect::ReadOlderHistory(before) => {
                    self.history.request(|history| history.read_older(before));
                }
                Effect::SearchHistory { text, before } => {
                    self.history.request(|history| history.search(text, before));
                }
                Effect::AddMissed { account, label, logs } => {
                    self.history.request(|history| history.add_missed(account, &label, &logs));
                }
                Effect::MarkHistorySeen(numbers) => {
                    self.history.request(|history| history.mark_seen(&numbers));
                }
                Effect::Announce(announcement) => {
                    self.hooks.announce(&announcement);
                    self.surface.announce(&announcement);
                }
                Effect::Reply { number, reply } => self.surface.reply(number, &reply),
                Effect::Notice(text) => self.surface.notice(&text),
                // The user cannot answer any more.
                Effect::Bell | Effect::Notify(_) if self.lifecycle != Lifecycle::Running => {}
                Effect::Notify(notification) => self.notify(*notification)?,
                Effect::Bell => self.surface.bell()?,
                Effect::Copy(text) => self.surface.copy(&text)?,
                Effect::Suspend => self.surface.suspend()?,
                Effect::Quit => self.quit(),
            }
        }
        Ok(())
    }

    /// Shows a notification in the ways that the user has configured.
    fn notify(&mut self, notification: Notification) -> io::Result<()> {
        if self.state.settings.alerts.osc {
            self.surface.notify(&notification)?;
        }
        if let Some(desktop) = &self.desktop {
            desktop.show(notification);
        }
        Ok(())
    }

    /// Sends a command to a provider. If the queue is full, the request is refused instead of delaying the keys.
    fn send(&mut self, account: AccountId, command: Command) -> io::Result<()> {
        let Some(sender) = self.commands.get(usize::from(account.0)) else { return Ok(()) };
        self.has_sent = true;
        let Err(error) = sender.try_send(command) else { return Ok(()) };
        let problem = match &error {
            TrySendError::Full(_) => {
                Problem::new("the connection is too busy, nothing was sent", "try again")
            }
            TrySendError::Closed(_) => {
                Problem::new("the connection was closed, nothing was sent", "restart rsvp")
            }
        };
        let Some(ticket) = error.into_inner().ticket() else { return Ok(()) };
        self.handle(Message::Provider(account, Event::Refused { ticket, problem }))
    }

    /// Reports to the providers that the user is active, at most once per interval.
    fn report_activity(&mut self) {
        if self.active_at.is_none_or(|last| last.elapsed() >= ACTIVITY_INTERVAL) {
            self.active_at = Some(Instant::now());
            for commands in &self.commands {
                let _ = commands.try_send(Command::Active);
            }
        }
    }

    /// Tells the providers that their connections are dead.
    fn wake(&self) {
        tracing::info!("the machine was asleep, or its network changed");
        for commands in &self.commands {
            let _ = commands.try_send(Command::Wake);
        }
    }

    /// Draws a frame if the state has changed and the history has stored all outcomes in it. If the frame shows unread messages,
    /// marks them as read and draws again.
    fn draw(&mut self) -> io::Result<()> {
        while self.history.may_draw() && std::mem::take(&mut self.changed) {
            let (state, look) = (&self.state, &self.look);
            let mut drawn = None;
            self.surface.draw(|buffer| {
                drawn = Some((buffer.area.width, buffer.area.height));
                render(buffer, state, look)
            })?;
            let title = ui::title(state);
            if self.title != title {
                self.surface.title(&title)?;
                self.title = title;
            }
            if let Some(size) = drawn {
                // The message about a new size may still wait behind keys.
                self.state.size = size;
                self.state.viewport = ui::viewport(&self.state, &self.look);
            }
            if self.state.shows_unread() {
                self.handle(Message::Seen)?;
            }
        }
        Ok(())
    }
}

/// Waits for the user's next choice in a notification; never returns without a desktop that shows them.
async fn next_choice(desktop: &mut Option<Desktop>) -> (InvitationId, NotificationChoice) {
    match desktop {
        Some(desktop) => desktop.next_choice().await,
        None => std::future::pending().await,
    }
}

/// Waits for the next input; never returns after the terminal was closed.
async fn next_input(inputs: &mut Option<impl AsyncFnMut() -> Input>) -> Input {
    let Some(open) = inputs else { return std::future::pending().await };
    let input = open().await;
    if input == Input::Closed {
        *inputs = None;
    }
    input
}
