//! The program as a whole, in a pseudo-terminal and with a server on loopback, compared with the smallest client that
//! does the same.

use std::net::SocketAddr;
use std::time::Duration;

use rsvp::sim::{EndCause, Invite, Options, Person, Simulator, serve};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::limit::LIMIT;
use crate::program::Program;
use crate::report::{Row, bytes, megabytes, seconds, times};
use crate::statistics::{median, percentile};
use crate::wire_tap::{WireTap, contains};

const NAME: &str = "a loop of reqwest";
const ROUNDS: usize = 60;
/// The time after which the keys that answer are no longer ignored, and nothing is drawn any more.
const GUARD: Duration = Duration::from_millis(450);
const IDLE: Duration = Duration::from_secs(20);
/// With 5.4 kB for each invitation and its conversation, more would exceed [`rsvp::provider::exchange::BODY_LIMIT`].
const FLOOD: usize = 2_500;
const RINGING: usize = 10;
/// The time between two calls of others.
const OTHERS: Duration = Duration::from_millis(8);

/// A client with a server of its own.
struct Rig {
    sim: Simulator,
    server: Handle,
    tap: WireTap,
    program: Program,
    _home: TempDir,
}

impl Rig {
    fn ours() -> Self {
        Self::start(|url, home| {
            let config = home.path().join("rsvp.toml");
            let text =
                format!("token = \"cwt=demo\"\n[ucwa]\nurl = \"{url}\"\nmodalities = [\"Messaging\"]\n");
            std::fs::write(&config, text).unwrap();
            private(&config);
            let program = env!("CARGO_BIN_EXE_rsvp");
            let mut program = Program::start(program, &["--config", config.to_str().unwrap()], home.path());
            program.wait("the connection", |screen| {
                screen.contains('●') && screen.contains("No one is calling")
            });
            program
        })
    }

    fn limit() -> Self {
        Self::start(|url, home| {
            let own = std::env::current_exe().unwrap();
            let mut program = Program::start(own.to_str().unwrap(), &[LIMIT, url], home.path());
            program.wait_for("online");
            program
        })
    }

    fn start(program: impl FnOnce(&str, &TempDir) -> Program) -> Self {
        let (home, (sim, server, address)) = (tempfile::tempdir().unwrap(), simulator());
        let tap = WireTap::start(address);
        let program = program(&tap.url, &home);
        Self { sim, server, tap, program, _home: home }
    }

    /// Changes the simulator between two of its requests, so that everything goes out in one response.
    fn at_once(&self, change: impl FnOnce(&Simulator) + Send + 'static) {
        let sim = self.sim.clone();
        let (sender, done) = std::sync::mpsc::channel();
        self.server.spawn(async move {
            change(&sim);
            let _ = sender.send(());
        });
        done.recv().unwrap();
    }

    /// Lets somebody call. Returns the number of the invitation.
    fn invite(&self, name: &str) -> u32 {
        // The simulator's timers belong to its runtime.
        let _server = self.server.enter();
        let from = Person::new(name, &format!("sip:{}@contoso.example", name.replace(' ', "")));
        self.sim.ucwa.invite(Invite { from, ..Invite::default() })
    }

    /// Lets somebody call and declines the call. Returns the times from the event to the screen, and from the key to
    /// the request.
    fn round(&mut self, round: usize) -> (Duration, Duration) {
        let name = caller(round);
        self.tap.clear();
        let number = self.invite(&name);
        let sent = self.tap.wait_for(false, &name);
        let shown = self.program.wait_for(&name) - sent;
        self.program.settle(GUARD);
        self.program.press("!");
        self.program.settle(GUARD);
        self.tap.clear();
        let pressed = self.program.press("D");
        let answered = self.tap.wait_for(true, "POST ") - pressed;
        self.program.settle(GUARD / 4);
        let _server = self.server.enter();
        let _ = self.sim.ucwa.end(number, EndCause::CallerGivesUp);
        self.program.settle(GUARD / 4);
        (shown, answered)
    }

    /// Lets somebody call and give up. Returns the time from the event to the screen.
    fn shown(&mut self, round: usize) -> Duration {
        let name = caller(round);
        self.tap.clear();
        let number = self.invite(&name);
        let sent = self.tap.wait_for(false, &name);
        let shown = self.program.wait_for(&name) - sent;
        let _server = self.server.enter();
        let _ = self.sim.ucwa.end(number, EndCause::CallerGivesUp);
        self.program.settle(GUARD / 4);
        shown
    }

    /// Lets other people call, one after the other, until the task is aborted.
    fn others(&self) -> JoinHandle<()> {
        let sim = self.sim.clone();
        self.server.spawn(async move {
            let mut interval = tokio::time::interval(OTHERS);
            let mut ringing = None;
            loop {
                interval.tick().await;
                let number = sim.ucwa.invite(Invite::default());
                if let Some(before) = ringing.replace(number) {
                    let _ = sim.ucwa.end(before, EndCause::CallerGivesUp);
                }
            }
        })
    }

    /// Lets many people call at once. Returns the time, in seconds, from the response to the poll that acknowledges it.
    fn flood(&mut self) -> f64 {
        self.tap.clear();
        self.at_once(|sim| {
            for number in 0..FLOOD {
                let from =
                    Person::new(&format!("Caller {number}"), &format!("sip:f{number}@contoso.example"));
                sim.ucwa.invite(Invite { from, message: "How about lunch?".into(), ..Invite::default() });
            }
        });
        let sent = self.tap.wait(false, |bytes| bytes.starts_with(b"HTTP/1.1 200"));
        let polled = self.tap.wait(true, |bytes| bytes.starts_with(b"GET ") && contains(bytes, b"/events?"));
        (polled - sent).as_secs_f64()
    }
}

/// Returns a name. The first letters differ, because an unchanged cell is not drawn again.
fn caller(round: usize) -> String {
    format!("{}{round:03} Caller", ["Anna", "Bert", "Carl", "Dora"][round % 4])
}

pub fn bench(rows: &mut Vec<Row>) {
    let (mut ours, mut limit) = (Rig::ours(), Rig::limit());
    idle(rows, &mut ours, &mut limit);
    let mut samples: [Vec<Duration>; 4] = Default::default();
    for round in 0..=ROUNDS {
        let (shown, answered) = ours.round(round);
        let (limit_shown, limit_answered) = limit.round(round);
        // The first round warms up.
        if round > 0 {
            for (sample, time) in samples.iter_mut().zip([shown, limit_shown, answered, limit_answered]) {
                sample.push(time);
            }
        }
    }
    let [shown, limit_shown, answered, limit_answered] = &mut samples;
    for (what, ours, limit) in
        [("event to the screen", shown, limit_shown), ("key to the request", answered, limit_answered)]
    {
        rows.push(Row::ratio(&format!("{what}, median"), (median(ours), median(limit)), NAME, 1.3, seconds));
        let p99 = (percentile(ours, 0.99), percentile(limit, 0.99));
        rows.push(Row::ratio(&format!("{what}, 99 %"), p99, NAME, 1.3, seconds));
    }
    busy(rows, &mut ours, median(&mut samples[0]));
    ringing(rows, &mut ours);
    flood(rows, &mut ours, &mut limit);
}

/// Measures the memory and the wake-ups of programs that nobody uses.
fn idle(rows: &mut Vec<Row>, ours: &mut Rig, limit: &mut Rig) {
    for rig in [&mut *ours, &mut *limit] {
        rig.program.settle(Duration::from_secs(3));
    }
    if let (Some(ours), Some(limit)) = (ours.program.resident(), limit.program.resident()) {
        rows.push(Row::ratio("memory, online and idle", (ours, limit), NAME, 1.5, megabytes));
    }
    let before = (ours.program.wake_ups(), limit.program.wake_ups());
    let written = ours.program.settle(IDLE);
    let after = (ours.program.wake_ups(), limit.program.wake_ups());
    if let ((Some(before), Some(limit_before)), (Some(after), Some(limit_after))) = (before, after) {
        rows.push(Row::limit(
            &format!("wake-ups in {} idle seconds ({NAME}: {})", IDLE.as_secs(), limit_after - limit_before),
            after - before,
            limit_after - limit_before,
            times,
        ));
    }
    #[allow(clippy::cast_precision_loss)]
    rows.push(Row::limit("written to the terminal in these", written as f64, 0.0, bytes));
}

/// Measures how late an event is on the screen while many others come.
fn busy(rows: &mut Vec<Row>, rig: &mut Rig, quiet: f64) {
    let others = rig.others();
    let mut shown: Vec<Duration> = (0..ROUNDS).map(|round| rig.shown(round)).collect();
    others.abort();
    rig.program.settle(Duration::from_secs(1));
    let what =
        format!("event to the screen beside {} other calls a second, 99 %", 1_000 / OTHERS.as_millis());
    rows.push(Row::limit(&what, percentile(&mut shown, 0.99), 3.0 * quiet, seconds));
}

/// Measures what the countdowns of ringing invitations cost a slow line.
fn ringing(rows: &mut Vec<Row>, rig: &mut Rig) {
    let numbers: Vec<u32> = (0..RINGING).map(|number| rig.invite(&format!("Ringing {number}"))).collect();
    rig.program.wait_for(&format!("Ringing {}", RINGING - 1));
    rig.program.settle(Duration::from_secs(1));
    let time = Duration::from_secs(8);
    #[allow(clippy::cast_precision_loss)]
    let each_second = rig.program.settle(time) as f64 / time.as_secs_f64();
    let what = format!("written to the terminal in a second with {RINGING} ringing");
    rows.push(Row::limit(&what, each_second, 960.0, bytes));
    let _server = rig.server.enter();
    for number in numbers {
        let _ = rig.sim.ucwa.end(number, EndCause::CallerGivesUp);
    }
    rig.program.settle(Duration::from_secs(1));
}

/// Measures many new invitations in one response: the time until the next poll, and the memory of each.
fn flood(rows: &mut Vec<Row>, ours: &mut Rig, limit: &mut Rig) {
    let before = ours.program.resident();
    let times = (ours.flood(), limit.flood());
    let what = format!("{FLOOD} invitations in one response, until the next poll");
    rows.push(Row::ratio(&what, times, NAME, 1.3, seconds));
    ours.program.wait("the invitations", |screen| screen.contains(&format!("Incoming {FLOOD} ")));
    ours.program.settle(Duration::from_secs(3));
    if let (Some(before), Some(after)) = (before, ours.program.resident()) {
        #[allow(clippy::cast_precision_loss)]
        rows.push(Row::limit("memory for each of them", (after - before) / FLOOD as f64, 2_000.0, bytes));
    }
}

/// Starts a simulator on a thread of its own.
fn simulator() -> (Simulator, Handle, SocketAddr) {
    let sim = Simulator::new(Options::default());
    let served = sim.clone();
    let (sender, started) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send((Handle::current(), listener.local_addr().unwrap())).unwrap();
            serve(served, listener).await.unwrap();
        });
    });
    let (handle, address) = started.recv().unwrap();
    (sim, handle, address)
}

#[cfg(unix)]
fn private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &std::path::Path) {}
