//! A program without a terminal: the real loop, and everything around it as tests need it.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use rsvp::app::key::{Code, Key};
use rsvp::app::{Account, Message, Now, Settings, State};
use rsvp::history::{Archive, HistoryEvent, HistoryWriter, Record};
use rsvp::invitation::{
    AccountId, Direction, Invitation, InvitationId, Kind, Moment, Offers, Outcome, Party,
};
use rsvp::provider::{Clock, Command, Event, Handle, QUEUE_CAPACITY, Status};
use rsvp::runtime::{self, Surroundings};
use rsvp::terminal::{Input, Signal, Surface};
use rsvp::ui::Look;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// How long a test waits for something, by the paused clock.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a test under a clock that moves on as soon as everybody waits.
pub fn paused<T>(test: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(test)
}

/// What became of the headless screen.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a state of the terminal that has nothing to do with the others"
)]
pub struct Shown {
    /// Every frame that was drawn.
    pub frames: Vec<Frame>,
    pub bells: usize,
    pub copied: Vec<String>,
    pub suspended: bool,
    /// How often the terminal was given back to a shell, and taken again.
    pub suspends: usize,
    pub resumes: usize,
    /// Columns and rows, whatever the program knows of them.
    pub size: (u16, u16),
    /// Whether the terminal is gone.
    pub gone: bool,
    /// Whether it has not taken the latest frame for long.
    pub behind: bool,
    /// Whether the next frame is drawn in full.
    forgotten: bool,
}

/// A frame that was drawn.
pub struct Frame {
    pub text: String,
    /// Whether all of it was written, and not only what differs from the one before.
    pub full: bool,
    pub at: Instant,
}

/// A screen that keeps its frames as text.
#[derive(Clone)]
struct Headless {
    shown: Rc<RefCell<Shown>>,
    changed: Rc<Notify>,
}

impl Headless {
    fn change<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> io::Result<T> {
        let mut shown = self.shown.borrow_mut();
        if shown.gone {
            return Err(io::Error::other("the terminal is gone"));
        }
        self.changed.notify_one();
        Ok(change(&mut shown))
    }
}

impl Surface for Headless {
    fn draw(&mut self, render: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()> {
        let (suspended, (width, height)) = self.change(|shown| (shown.suspended, shown.size))?;
        if suspended {
            return Ok(());
        }
        let mut cells = Buffer::empty(Rect { width, height, ..Rect::ZERO });
        render(&mut cells);
        self.change(|shown| {
            let full = std::mem::take(&mut shown.forgotten);
            shown.frames.push(Frame { text: text(&cells), full, at: Instant::now() });
        })
    }

    fn bell(&mut self) -> io::Result<()> {
        self.change(|shown| shown.bells += 1)
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.copied.push(text.to_owned()))
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.change(|shown| {
            shown.suspended = true;
            shown.suspends += 1;
        })
    }

    fn resume(&mut self) -> io::Result<()> {
        self.change(|shown| {
            shown.suspended = false;
            shown.resumes += 1;
        })?;
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.shown.borrow_mut().forgotten = true;
    }

    fn is_behind(&self) -> bool {
        self.shown.borrow().behind
    }
}

fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width.max(1))) {
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            text.push_str(cell.symbol());
            covered = cell.cell_width().saturating_sub(1);
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// The test's end of a scripted provider.
pub struct Script {
    pub account: AccountId,
    /// None once the provider has ended.
    ends: Option<(mpsc::Sender<Event>, mpsc::Receiver<Command>)>,
}

impl Script {
    /// Says something to the program, which has room for it.
    pub fn say(&self, event: Event) {
        self.ends.as_ref().unwrap().0.try_send(event).unwrap();
    }

    pub fn rings(&self, number: u64) {
        self.say(Event::Invitation(Box::new(invitation(self.account, number))));
    }

    pub fn over(&self, number: u64, outcome: Outcome) {
        self.say(Event::Ended { id: id(self.account, number), outcome });
    }

    /// What the provider was told and did not take in yet.
    pub fn told(&mut self) -> Vec<Command> {
        let Some((_, commands)) = &mut self.ends else { return Vec::new() };
        std::iter::from_fn(|| commands.try_recv().ok()).collect()
    }

    /// Whether nothing more will come from the program.
    pub fn is_let_go(&self) -> bool {
        self.ends.as_ref().is_none_or(|(_, commands)| commands.is_closed())
    }

    /// The way to say things, for a task.
    pub fn mouth(&self) -> mpsc::Sender<Event> {
        self.ends.as_ref().unwrap().0.clone()
    }

    pub fn end(&mut self) {
        self.ends = None;
    }
}

pub fn id(account: AccountId, number: u64) -> InvitationId {
    InvitationId { account, number }
}

/// An instant message of the caller of that number, which rings for half a minute from the start.
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

/// What the disk has, and whether it is one that works.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<Vec<Record>>>);

impl Disk {
    pub fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap().clone()
    }
}

type Run = Pin<Box<dyn Future<Output = io::Result<Vec<String>>>>>;

/// The program at work. It goes on while the test waits for something.
pub struct Program {
    run: Run,
    ended: Option<io::Result<Vec<String>>>,
    headless: Headless,
    inputs: mpsc::UnboundedSender<Input>,
    signals: mpsc::UnboundedSender<Signal>,
    shocks: mpsc::UnboundedSender<()>,
    events: mpsc::WeakSender<HistoryEvent>,
    pub disk: Disk,
    pub started: Instant,
}

/// What the disk does with what it is given.
#[derive(Clone, Copy, PartialEq)]
pub enum Storage {
    Works,
    /// It has no room any more.
    Full,
    /// It takes nothing, and says nothing.
    Hangs,
}

/// How a program is started.
pub struct Setup {
    pub settings: Settings,
    pub size: (u16, u16),
    pub storage: Storage,
    /// The file on a real disk; without one, what is kept is in memory.
    pub journal: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        let settings = Settings { history_limit: 100, bell: true, ..Settings::default() };
        Self { settings, size: (80, 24), storage: Storage::Works, journal: None }
    }
}

/// A wall clock that stands still.
fn wall() -> jiff::civil::DateTime {
    jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0)
}

impl Setup {
    /// A program with so many scripted providers, all of them online and without anything that rings.
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
            script.say(Event::Status(Status::Online { since: Moment::default() }));
        }
        (program, scripts)
    }

    /// A program with these providers.
    pub fn start(self, providers: impl FnOnce(Clock) -> Vec<Handle>) -> Program {
        let clock = Clock::start();
        let providers = providers(clock);
        let shown = Shown { size: self.size, ..Shown::default() };
        let headless = Headless { shown: Rc::new(RefCell::new(shown)), changed: Rc::default() };
        let (inputs, mut inputs_out) = mpsc::unbounded_channel();
        let (signals, mut signals_out) = mpsc::unbounded_channel();
        let (shocks, mut shocks_out) = mpsc::unbounded_channel();
        let (mut writer, Archive { mut entries, events }) = HistoryWriter::new();
        let disk = Disk::default();
        let (kept, said) = (disk.clone(), events.downgrade());
        tokio::spawn(async move {
            if self.storage == Storage::Hangs {
                std::future::pending::<()>().await;
            }
            while let Some(record) = entries.recv().await {
                if self.storage == Storage::Full {
                    let _ = events.try_send(HistoryEvent::Lost("disk full".into()));
                    break;
                }
                kept.0.lock().unwrap().push(record);
            }
            while entries.recv().await.is_some() {}
            drop(events);
        });
        if let Some(path) = self.journal {
            writer = HistoryWriter::start(path, self.settings.history_limit);
        }
        let accounts = 1..=providers.len();
        let account =
            |number| Account { label: format!("account {number}").as_str().into(), ..Account::default() };
        let now = Now { moment: clock.now(), wall: wall() };
        let state = State::new(self.settings, accounts.map(account).collect(), now, self.size);
        let surface = headless.clone();
        let run = async move {
            let surroundings = Surroundings {
                surface,
                signals: async || next(&mut signals_out).await,
                inputs: async || next(&mut inputs_out).await,
                shocks: async || next(&mut shocks_out).await,
                wall,
                history: Some(writer),
            };
            runtime::run(surroundings, state, Look::default(), clock, providers).await
        };
        Program {
            run: Box::pin(run),
            ended: None,
            headless,
            inputs,
            signals,
            shocks,
            events: said,
            disk,
            started: Instant::now(),
        }
    }
}

/// The next of what a test sends; there may be none any more.
async fn next<T>(from: &mut mpsc::UnboundedReceiver<T>) -> T {
    match from.recv().await {
        Some(next) => next,
        None => std::future::pending().await,
    }
}

impl Program {
    /// Presses the keys that these characters stand for.
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

    /// The history has something to say.
    pub fn history_says(&self, events: HistoryEvent) {
        self.events.upgrade().unwrap().try_send(events).unwrap();
    }

    /// Changes the size, and tells of it.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.headless.shown.borrow_mut().size = (columns, rows);
        self.input(Input::Message(Message::Resize(columns, rows)));
    }

    pub fn signal(&self, signal: Signal) {
        self.signals.send(signal).unwrap();
    }

    /// The machine slept, or is on another network.
    pub fn shake(&self) {
        self.shocks.send(()).unwrap();
    }

    /// Looks at what became of the screen.
    pub fn shown<T>(&self, look: impl FnOnce(&Shown) -> T) -> T {
        look(&self.headless.shown.borrow())
    }

    /// Changes what the screen is.
    pub fn screen_is(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.headless.shown.borrow_mut());
    }

    /// The latest frame.
    pub fn screen(&self) -> String {
        self.shown(|shown| shown.frames.last().map(|frame| frame.text.clone()).unwrap_or_default())
    }

    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// How many frames were drawn.
    pub fn drawn(&self) -> usize {
        self.shown(|shown| shown.frames.len())
    }

    /// Backoff for a text on the screen.
    pub async fn wait_for(&mut self, text: &str) {
        self.until(text, |program| program.shows(text)).await;
    }

    /// Backoff until a text is no longer on the screen.
    pub async fn wait_until_gone(&mut self, text: &str) {
        self.until(text, |program| !program.shows(text)).await;
    }

    /// Lets the program go on until something is so after a frame, or another change of the screen.
    pub async fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let patience = tokio::time::sleep(PATIENCE);
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

    /// Lets so much time pass; the program may end meanwhile.
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

    /// Lets everybody do what there is to do now.
    pub async fn settle(&mut self) {
        self.pass(Duration::from_millis(1)).await;
    }

    pub fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Backoff for the end; gives what the user is told afterwards.
    pub async fn end(mut self) -> io::Result<Vec<String>> {
        if let Some(result) = self.ended.take() {
            return result;
        }
        let Self { run, headless, .. } = self;
        let result = tokio::time::timeout(PATIENCE, run).await;
        result.unwrap_or_else(|_| {
            let shown = headless.shown.borrow();
            panic!("it never ended; the screen:\n{}", shown.frames.last().map_or("", |frame| &frame.text))
        })
    }
}
