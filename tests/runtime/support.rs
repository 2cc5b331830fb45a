//! The real event loop in an environment under the test's control, without a terminal.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rsvp::app::key::{Code, Key};
use rsvp::app::{Account, Message, Now, Settings, State};
use rsvp::desktop::{Desktop, DesktopBackend};
use rsvp::history::{
    EntryId, HistoryBackend, HistoryEvent, HistoryRequest, HistoryWriter, Record, Retention,
};
use rsvp::hooks::Hooks;
use rsvp::invitation::{
    AccountId, Direction, Invitation, InvitationId, Kind, Moment, Offers, Outcome, Party,
};
use rsvp::provider::{Clock, Command, Event, Handle, QUEUE_CAPACITY, Status};
use rsvp::runtime::{self, Environment};
use rsvp::terminal::{Input, Signal};
use rsvp::ui::Look;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::screen::{Headless, Shown};

/// The time on the paused clock after which a test fails.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a test under a paused clock, which advances as soon as all tasks wait.
pub fn paused<T>(test: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(test)
}

/// The test's side of a scripted provider.
pub struct Script {
    pub account: AccountId,
    /// `None` after the provider has ended.
    ends: Option<(mpsc::Sender<Event>, mpsc::Receiver<Command>)>,
}

impl Script {
    /// Emits an event. Panics if the queue is full.
    pub fn emit(&self, event: Event) {
        self.ends.as_ref().unwrap().0.try_send(event).unwrap();
    }

    pub fn rings(&self, number: u64) {
        self.emit(Event::Invitation(Arc::new(invitation(self.account, number))));
    }

    pub fn over(&self, number: u64, outcome: Outcome) {
        self.emit(Event::Ended { id: id(self.account, number), outcome });
    }

    /// Removes and returns the commands that were sent since the last call, except those that tell whom the user looks at.
    pub fn drain(&mut self) -> Vec<Command> {
        let Some((_, commands)) = &mut self.ends else { return Vec::new() };
        let sent = std::iter::from_fn(|| commands.try_recv().ok());
        sent.filter(|command| !matches!(command, Command::Describe(_))).collect()
    }

    /// Waits for the next command.
    pub async fn next_command(&mut self) -> Option<Command> {
        self.ends.as_mut()?.1.recv().await
    }

    /// Returns whether the program has closed the command queue.
    pub fn is_closed(&self) -> bool {
        self.ends.as_ref().is_none_or(|(_, commands)| commands.is_closed())
    }

    /// Returns the sender of events, for a task.
    pub fn sender(&self) -> mpsc::Sender<Event> {
        self.ends.as_ref().unwrap().0.clone()
    }

    pub fn end(&mut self) {
        self.ends = None;
    }
}

pub fn id(account: AccountId, number: u64) -> InvitationId {
    InvitationId { account, number }
}

/// Returns an instant message from the caller with this number, which rings until half a minute after the start.
pub fn invitation(account: AccountId, number: u64) -> Invitation {
    let deadline = Moment(Duration::from_secs(30));
    Invitation {
        from: Party {
            name: format!("Caller {number}").as_str().into(),
            uri: format!("sip:caller{number}@contoso.example").as_str().into(),
            ..Party::default()
        },
        offers: Offers { accept: true, decline: true, ..Offers::default() },
        ..Invitation::new(
            id(account, number),
            Kind::Message,
            Direction::Incoming,
            Moment(Duration::from_millis(number)),
            deadline,
        )
    }
}

/// The records on the disk.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<Vec<Record>>>);

impl Disk {
    pub fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap().clone()
    }

    fn mark_seen(&self, ids: &[EntryId]) {
        let mut records = self.0.lock().unwrap();
        records.iter_mut().filter(|record| ids.contains(&record.id)).for_each(|record| record.seen = true);
    }
}

type Run = Pin<Box<dyn Future<Output = io::Result<Vec<String>>>>>;

/// The running program. It makes progress only while the test waits.
pub struct Program {
    run: Run,
    ended: Option<io::Result<Vec<String>>>,
    headless: Headless,
    inputs: mpsc::UnboundedSender<Input>,
    signals: mpsc::UnboundedSender<Signal>,
    wakes: mpsc::UnboundedSender<()>,
    events: mpsc::WeakSender<HistoryEvent>,
    pub disk: Disk,
    /// The desktop's end of the notifications.
    pub desktop: DesktopBackend,
    pub started: Instant,
}

/// The behavior of the disk.
#[derive(Clone, Copy, PartialEq)]
pub enum Storage {
    Works,
    /// Each write takes a while.
    Slow(Duration),
    /// The disk is full.
    Full,
    /// Writes never return.
    Hangs,
}

impl Storage {
    /// Stores records in memory, as the disk behaves.
    async fn work(self, disk: Disk, backend: HistoryBackend) {
        let HistoryBackend { mut requests, handled, events } = backend;
        if self == Storage::Hangs {
            std::future::pending::<()>().await;
        }
        let mut is_told = false;
        while let Some(request) = requests.recv().await {
            let record = match request {
                HistoryRequest::Store(record) => record,
                HistoryRequest::Seen { ids, .. } => {
                    disk.mark_seen(&ids);
                    continue;
                }
                _ => continue,
            };
            if let Storage::Slow(time) = self {
                tokio::time::sleep(time).await;
            }
            if self != Storage::Full {
                disk.0.lock().unwrap().push(*record);
            } else if !std::mem::replace(&mut is_told, true) {
                let _ = events.try_send(HistoryEvent::Failed("disk full".into()));
            }
            handled.send_modify(|count| *count += 1);
        }
        drop(events);
    }
}

/// The setup of a program.
pub struct Setup {
    pub settings: Settings,
    pub size: (u16, u16),
    pub storage: Storage,
    /// The database on a real disk; without one, records are kept in memory.
    pub database: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        let settings = Settings { history_limit: 100, bell: true, ..Settings::default() };
        Self { settings, size: (80, 24), storage: Storage::Works, database: None }
    }
}

/// Returns a fixed wall-clock time.
fn wall() -> jiff::civil::DateTime {
    jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0)
}

impl Setup {
    /// Starts a program with this number of scripted providers, all online and without invitations.
    pub fn scripted(self, accounts: u8) -> (Program, Vec<Script>) {
        let (mut handles, mut scripts) = (Vec::new(), Vec::new());
        for account in (0..accounts).map(AccountId) {
            let (events_in, events) = mpsc::channel(QUEUE_CAPACITY);
            let (commands, commands_out) = mpsc::channel(QUEUE_CAPACITY);
            handles.push(Handle { account, commands, events });
            scripts.push(Script { account, ends: Some((events_in, commands_out)) });
        }
        let program = self.start(|_| handles);
        for script in &scripts {
            script.emit(Event::Status(Status::Online { since: Moment::default() }));
        }
        (program, scripts)
    }

    /// Starts a program with these providers.
    pub fn start(self, providers: impl FnOnce(Clock) -> Vec<Handle>) -> Program {
        let clock = Clock::start();
        let providers = providers(clock);
        let shown = Shown { size: self.size, ..Shown::default() };
        let headless = Headless { shown: Rc::new(RefCell::new(shown)), changed: Rc::default() };
        let (inputs, mut inputs_out) = mpsc::unbounded_channel();
        let (signals, mut signals_out) = mpsc::unbounded_channel();
        let (wakes, mut wakes_out) = mpsc::unbounded_channel();
        let (desktop, notifications) = Desktop::new();
        let (mut writer, backend) = HistoryWriter::new();
        let disk = Disk::default();
        let said = backend.events.downgrade();
        tokio::spawn(self.storage.work(disk.clone(), backend));
        if let Some(path) = self.database {
            let retention = Retention { keep: self.settings.history_limit, messages: false };
            writer = HistoryWriter::start(path, retention);
        }
        let accounts = 1..=providers.len();
        let account =
            |number| Account { label: format!("account {number}").as_str().into(), ..Account::default() };
        let now = Now { moment: clock.now(), wall: wall() };
        let state = State::new(self.settings, accounts.map(account).collect(), now, self.size);
        let surface = headless.clone();
        let run = async move {
            let environment = Environment {
                surface,
                signals: async || next(&mut signals_out).await,
                inputs: async || next(&mut inputs_out).await,
                wakes: async || next(&mut wakes_out).await,
                wall,
                desktop: Some(desktop),
                history: Some(writer),
                hooks: Hooks::none(),
            };
            runtime::run(environment, state, Look::default(), clock, providers).await
        };
        Program {
            run: Box::pin(run),
            ended: None,
            headless,
            inputs,
            signals,
            wakes,
            events: said,
            disk,
            desktop: notifications,
            started: Instant::now(),
        }
    }
}

/// Waits for the next item that the test sends; never returns once there can be none.
async fn next<T>(from: &mut mpsc::UnboundedReceiver<T>) -> T {
    match from.recv().await {
        Some(next) => next,
        None => std::future::pending().await,
    }
}

impl Program {
    /// Presses the keys for these characters.
    pub fn press(&self, keys: &str) {
        for character in keys.chars() {
            self.key(match character {
                '\n' => Key::plain(Code::Enter),
                '\u{1b}' => Key::plain(Code::Esc),
                character => Key::from(character),
            });
        }
    }

    pub fn key(&self, key: Key) {
        self.input(Input::Message(Message::Key(key)));
    }

    pub fn input(&self, input: Input) {
        self.inputs.send(input).unwrap();
    }

    /// Emits an event of the history.
    pub fn history_says(&self, events: HistoryEvent) {
        self.events.upgrade().unwrap().try_send(events).unwrap();
    }

    /// Changes the size and tells the program.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.headless.shown.borrow_mut().size = (columns, rows);
        self.input(Input::Message(Message::Resize(columns, rows)));
    }

    pub fn signal(&self, signal: Signal) {
        self.signals.send(signal).unwrap();
    }

    /// Reports that the machine was asleep, or that its network changed.
    pub fn shake(&self) {
        self.wakes.send(()).unwrap();
    }

    /// Reads the record of the screen.
    pub fn shown<T>(&self, look: impl FnOnce(&Shown) -> T) -> T {
        look(&self.headless.shown.borrow())
    }

    /// Changes the screen.
    pub fn screen_is(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.headless.shown.borrow_mut());
    }

    /// Returns the latest frame.
    pub fn screen(&self) -> String {
        self.shown(|shown| shown.frames.last().map(|frame| frame.text.clone()).unwrap_or_default())
    }

    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// Returns the number of frames that were drawn.
    pub fn drawn(&self) -> usize {
        self.drawn_so_far()()
    }

    /// Returns a function that returns the number of frames that were drawn, for a task.
    pub fn drawn_so_far(&self) -> impl Fn() -> usize + use<> {
        let shown = self.headless.shown.clone();
        move || shown.borrow().frames.len()
    }

    /// Waits for a text on the screen.
    pub async fn wait_for(&mut self, text: &str) {
        self.until(text, |program| program.shows(text)).await;
    }

    /// Waits until a text is no longer on the screen.
    pub async fn wait_until_gone(&mut self, text: &str) {
        self.until(text, |program| !program.shows(text)).await;
    }

    /// Runs the program until a condition holds after a change of the screen.
    pub async fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let patience = tokio::time::sleep(TIMEOUT);
        tokio::pin!(patience);
        let changed = self.headless.changed.clone();
        while !is_so(self) {
            assert!(self.ended.is_none(), "{what:?} never came; it ended; the screen:\n{}", self.screen());
            tokio::select! {
                biased;
                result = &mut self.run => self.ended = Some(result),
                () = changed.notified() => {}
                () = &mut patience => panic!("{what:?} never came; the screen:\n{}", self.screen()),
            }
        }
    }

    /// Advances the clock; the program may end meanwhile.
    pub async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        if self.ended.is_none() {
            tokio::select! {
                biased;
                result = &mut self.run => self.ended = Some(result),
                () = tokio::time::sleep_until(until) => {}
            }
        }
        tokio::time::sleep_until(until).await;
    }

    /// Runs all tasks until they wait.
    pub async fn settle(&mut self) {
        self.pass(Duration::from_millis(1)).await;
    }

    pub fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Waits for the end and returns the lines that are printed afterwards.
    pub async fn end(mut self) -> io::Result<Vec<String>> {
        if let Some(result) = self.ended.take() {
            return result;
        }
        let Self { run, headless, .. } = self;
        let result = tokio::time::timeout(TIMEOUT, run).await;
        result.unwrap_or_else(|_| {
            let shown = headless.shown.borrow();
            panic!("it never ended; the screen:\n{}", shown.frames.last().map_or("", |frame| &frame.text))
        })
    }
}
