//! The one loop: keys, signals, provider events and time go into the reducer; its effects go out; the
//! screen is drawn when something changed and nothing more is waiting.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use jiff::civil::DateTime;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, sleep_until, timeout};

use crate::app::{Effect, Message, Now, State, update};
use crate::history::{HistoryEvent, HistoryWriter};
use crate::invitation::AccountId;
use crate::invitation::PastInvitation;
use crate::provider::{Clock, Command, Event, Handle, Problem};
use crate::terminal::{Input, Signal, Surface};
use crate::timer;
use crate::ui::{self, Look};

/// How long the providers may take to finish and sign out; what is in flight gets three seconds of it.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(4);

/// How long the disk may take for the last of the history.
const WRITING: Duration = Duration::from_millis(500);

/// A key tells the provider at most this often that the user is there.
const ACTIVE: Duration = Duration::from_secs(60);

/// At most this many events are taken in before the screen is drawn again.
const BURST: usize = 4_096;

/// Everything around the loop but the providers: the terminal, the machine, the wall clock and the disk. The loop
/// runs in the same way where none of them is real.
///
/// Each of the three sources is called for one thing at a time. Dropping its future loses nothing.
#[derive(Debug)]
pub struct Surroundings<S, G, I, M> {
    /// The surface that frames are drawn on.
    pub surface: S,
    /// The source of signals.
    pub signals: G,
    /// The source of keys, pastes and sizes. It is not called again after [`Input::Closed`].
    pub inputs: I,
    /// The source of shocks, after each of which connections from before have to be taken for dead.
    pub shocks: M,
    /// Returns what the wall clock shows.
    pub wall: fn() -> DateTime,
    /// The history; none where nothing is kept.
    pub history: Option<HistoryWriter>,
}

/// Returns what the wall clock of this machine shows.
#[must_use]
pub fn wall() -> DateTime {
    jiff::Zoned::now().datetime()
}

/// Runs the client on the screen until the user leaves, the terminal closes or a signal ends it.
///
/// Gives what the user has to be told after that: what goes on without them, and what became of the requests
/// that were on their way.
///
/// # Errors
/// When the terminal can't be read or written.
pub async fn run<S, G, I, M>(
    Surroundings { surface, signals, inputs, shocks, wall, history }: Surroundings<S, G, I, M>,
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
    let mut inbox = Inbox(events);
    let mut runtime = Runtime {
        surface,
        signals,
        inputs: Some(inputs),
        shocks,
        state,
        look,
        clock,
        wall,
        commands,
        active: None,
        changed: true,
        stage: Stage::Running,
        history,
    };
    let result = runtime.turn(&mut inbox).await;
    let underway = runtime.state.flights.clone();
    let mut lines = runtime.sign_out(&mut inbox).await;
    let lost = match runtime.history.take() {
        Some(history) => timeout(WRITING, history.finish()).await.ok().flatten(),
        None => None,
    };
    result?;
    lines.extend(ui::farewell(&runtime.state, &underway));
    lines.extend(lost.map(|why| format!("The history can't be written: {why}")));
    Ok(lines)
}

/// What the providers say. It waits in their own queues, so that one that says too much has to wait itself.
struct Inbox(Vec<(AccountId, mpsc::Receiver<Event>)>);

impl Inbox {
    /// The next event of any; none once all providers have ended. Dropping the future loses nothing.
    async fn next(&mut self) -> Option<(AccountId, Event)> {
        poll_fn(|context| {
            let mut open = false;
            for (account, events) in &mut self.0 {
                match events.poll_recv(context) {
                    Poll::Ready(Some(event)) => return Poll::Ready(Some((*account, event))),
                    Poll::Ready(None) => {}
                    Poll::Pending => open = true,
                }
            }
            if open { Poll::Pending } else { Poll::Ready(None) }
        })
        .await
    }

    /// One that is there already.
    fn waiting(&mut self) -> Option<(AccountId, Event)> {
        self.0.iter_mut().find_map(|(account, events)| Some((*account, events.try_recv().ok()?)))
    }
}

/// How far the program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Running,
    /// The user leaves, and the providers sign out.
    Leaving,
    /// The user does not want to wait for them.
    Left,
}

struct Runtime<S, G, I, M> {
    surface: S,
    signals: G,
    /// None once the terminal is gone.
    inputs: Option<I>,
    shocks: M,
    state: State,
    look: Look,
    clock: Clock,
    wall: fn() -> DateTime,
    commands: Vec<mpsc::Sender<Command>>,
    active: Option<Instant>,
    changed: bool,
    stage: Stage,
    /// None where nothing is kept.
    history: Option<HistoryWriter>,
}

impl<S, G, I, M> Runtime<S, G, I, M>
where
    S: Surface,
    G: AsyncFnMut() -> Signal,
    I: AsyncFnMut() -> Input,
    M: AsyncFnMut(),
{
    async fn turn(&mut self, inbox: &mut Inbox) -> io::Result<()> {
        // The first frame waits for nothing.
        self.draw()?;
        let mut tick_at: Option<Instant> = None;
        while self.stage == Stage::Running {
            if self.state.needs_tick() {
                tick_at.get_or_insert_with(|| Instant::now() + Duration::from_secs(1));
            } else {
                tick_at = None;
            }
            tokio::select! {
                biased;
                signal = (self.signals)() => self.signal(signal)?,
                input = typed(&mut self.inputs) => self.input(input)?,
                Some((account, event)) = inbox.next() => {
                    self.handle(Message::Provider(account, event))?;
                    for _ in 0..BURST {
                        let Some((account, event)) = inbox.waiting() else { break };
                        self.handle(Message::Provider(account, event))?;
                    }
                }
                news = next_history_event(&mut self.history) => self.handle(Message::History(news))?,
                () = (self.shocks)() => self.wake(),
                () = timer::sleep_until(tick_at) => {
                    tick_at = None;
                    self.handle(Message::Tick)?;
                }
            }
            self.draw()?;
        }
        Ok(())
    }

    /// Has the providers sign out, and takes in what they have to say until all of them have ended, their time
    /// is up, or the user leaves once more. Gives what the user is to be told of it.
    ///
    /// What goes wrong with the terminal keeps nobody from that: it may be gone.
    async fn sign_out(&mut self, inbox: &mut Inbox) -> Vec<String> {
        for commands in self.commands.drain(..) {
            let _ = commands.try_send(Command::SignOut);
        }
        self.leave();
        let until = Instant::now() + SIGN_OUT_TIMEOUT;
        let mut told = Vec::new();
        while self.stage == Stage::Leaving {
            let _ = self.draw();
            tokio::select! {
                biased;
                signal = (self.signals)() => {
                    let _ = self.signal(signal);
                }
                input = typed(&mut self.inputs) => {
                    let _ = self.input(input);
                }
                event = inbox.next() => {
                    let Some((account, event)) = event else { break };
                    self.state.notice = None;
                    let _ = self.handle(Message::Provider(account, event));
                    told.extend(self.state.notice.as_ref().map(|notice| notice.text.to_string()));
                }
                () = sleep_until(until) => break,
            }
        }
        told
    }

    fn signal(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Terminate => self.quit(),
            Signal::HangUp => self.leave(),
            Signal::Suspend => return self.surface.suspend(),
            Signal::Continue => {
                self.changed = true;
                self.surface.resume()?;
            }
        }
        Ok(())
    }

    fn input(&mut self, input: Input) -> io::Result<()> {
        match input {
            Input::Closed => {
                self.leave();
                Ok(())
            }
            Input::Message(message) => {
                match message {
                    Message::Resize(..) => self.surface.forget(),
                    _ => self.active(),
                }
                self.state.viewport.behind = self.surface.is_behind();
                self.handle(message)
            }
        }
    }

    /// Leaves; a second time, without waiting for the providers.
    fn quit(&mut self) {
        match self.stage {
            Stage::Running => self.leave(),
            Stage::Leaving | Stage::Left => self.stage = Stage::Left,
        }
    }

    /// Leaves, unless that is so already.
    fn leave(&mut self) {
        if self.stage == Stage::Running {
            self.stage = Stage::Leaving;
        }
        self.state.leave();
        self.changed = true;
    }

    fn now(&self) -> Now {
        Now { moment: self.clock.now(), wall: (self.wall)() }
    }

    fn handle(&mut self, message: Message) -> io::Result<()> {
        let now = self.now();
        self.changed = true;
        for effect in update(&mut self.state, now, message) {
            match effect {
                Effect::Provider(account, command) => self.tell(account, command),
                Effect::Keep(past) => self.keep(&past),
                // Who leaves does not answer any more.
                Effect::Bell if self.stage != Stage::Running => {}
                Effect::Bell => self.surface.bell()?,
                Effect::Copy(text) => self.surface.copy(&text)?,
                Effect::Suspend => self.surface.suspend()?,
                Effect::Quit => self.quit(),
            }
        }
        Ok(())
    }

    /// The provider's ear holds more than anybody can press; if it is full all the same, the request is
    /// refused here rather than kept waiting in front of the keys.
    fn tell(&mut self, account: AccountId, command: Command) {
        let Some(sender) = self.commands.get(usize::from(account.0)) else { return };
        let Err(error) = sender.try_send(command) else { return };
        let problem = match &error {
            TrySendError::Full(_) => {
                Problem::new("the connection is too busy, nothing was sent", "try again")
            }
            TrySendError::Closed(_) => {
                Problem::new("the connection has ended, nothing was sent", "restart rsvp")
            }
        };
        let Some(ticket) = error.into_inner().ticket() else { return };
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

    fn keep(&self, past: &PastInvitation) {
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

    fn draw(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.changed) {
            let (state, look) = (&self.state, &self.look);
            let mut drawn = None;
            self.surface.draw(|buffer| {
                drawn = Some((buffer.area.width, buffer.area.height));
                ui::draw(buffer, state, look)
            })?;
            if let Some(size) = drawn {
                // The word of a new size comes with the keys, and so perhaps later.
                self.state.size = size;
                self.state.viewport = ui::viewport(&self.state, &self.look);
            }
        }
        Ok(())
    }
}

/// What comes from the terminal, as long as there is one.
async fn typed(inputs: &mut Option<impl AsyncFnMut() -> Input>) -> Input {
    let Some(open) = inputs else { return std::future::pending().await };
    let input = open().await;
    if input == Input::Closed {
        *inputs = None;
    }
    input
}

/// What the history has to say, if there is one that ever will.
async fn next_history_event(history: &mut Option<HistoryWriter>) -> HistoryEvent {
    if let Some(writer) = history
        && let Some(event) = writer.next_event().await
    {
        return event;
    }
    std::future::pending().await
}
