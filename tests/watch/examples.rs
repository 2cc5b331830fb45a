//! The scripts in `examples/`, run as they are.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use rsvp::sim::EndCause;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::support::{Watch, World, from, text_of, until};

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).to_string_lossy().into_owned()
}

/// The script about office hours, with the program that it runs.
struct Office(std::process::Child);

impl Office {
    /// Starts the script with these opening hours.
    fn open(world: &World, open: &str, close: &str) -> Self {
        std::fs::write(world.path("allowed"), "sip:dana@contoso.example\n").unwrap();
        let mut command = world.command("sh");
        command.arg(example("office-hours.sh")).args(["--config", "config.toml"]);
        command.env("RSVP", env!("CARGO_BIN_EXE_rsvp")).env("ALLOWED", world.path("allowed"));
        command.env("OPEN", open).env("CLOSE", close).env("TMPDIR", world.home.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let office = Self(command.spawn().unwrap());
        world.until("online", |sim| sim.ucwa.is_available());
        office
    }

    fn close(mut self, world: &World) {
        self.signal(Signal::TERM);
        self.0.wait().unwrap();
        world.until("signed out", |sim| !sim.ucwa.is_available());
    }

    fn signal(&self, signal: Signal) {
        let _ = kill_process_group(Pid::from_child(&self.0), signal);
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.0.wait();
    }
}

#[test]
fn outside_office_hours_everybody_is_declined_but_a_few() {
    let world = World::new();
    let office = Office::open(&world, "0", "0");
    world.invite(from("Dana"));
    world.invite(from("Mallory"));
    world.until("Mallory is declined", |sim| !sim.ucwa.ended().is_empty());
    let ended = world.sim.ucwa.ended();
    assert_eq!((ended[0].uri.as_str(), ended[0].state), ("sip:mallory@contoso.example", "Declined"));
    assert_eq!(world.sim.ucwa.pending().len(), 1, "Dana may call");
    office.close(&world);
}

#[test]
fn in_office_hours_nobody_is_declined() {
    let world = World::new();
    let office = Office::open(&world, "0", "24");
    let first = world.invite(from("Mallory"));
    world.invite(from("Joe"));
    world.end(first, EndCause::CallerGivesUp);
    until("the client knows", || world.rsvp(&["history"]).contains("Mallory"));
    office.close(&world);
    assert_eq!(world.sim.ucwa.ended().len(), 1);
    assert_eq!(world.sim.ucwa.pending().len(), 1, "it still rings");
}

#[test]
fn a_lamp_is_lit_while_anybody_calls() {
    let script = example("lamp.sh");
    let hook = |word: &str| format!("[\"{script}\", \"{word}\", \"lamp\"]");
    let world = World::with(
        "token = \"cwt=demo\"",
        &format!("[hooks]\non_invitation = {}\non_outcome = {}", hook("on"), hook("off")),
    );
    let mut command = world.command(env!("CARGO_BIN_EXE_rsvp"));
    command.args(["watch", "--config", "config.toml"]).env("XDG_RUNTIME_DIR", world.home.path());
    let mut watch = Watch::start(command);
    watch.online();
    let lamp = world.path("lamp");
    let first = world.invite(from("Lene"));
    until("it is lit", || text_of(&lamp) == "1\n");
    let second = world.invite(from("Joe"));
    until("both are known", || world.path("rsvp-lamp/i1.1").exists());
    world.end(first, EndCause::CallerGivesUp);
    until("the first is over", || !world.path("rsvp-lamp/i1.0").exists());
    until("it stays lit", || text_of(&lamp) == "1\n");
    world.end(second, EndCause::CallerGivesUp);
    until("it is dark", || text_of(&lamp) == "0\n");
}
