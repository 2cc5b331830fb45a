//! Runs the client in a pseudo-terminal against `rsvp simulate`, each in a process of its own, for an hour of real time.
//! Somebody calls every second; the user answers some of the calls; requests fail, connections break, and sessions end. Every
//! minute the memory, the open files, the threads and the tasks of both processes are printed. Fails if one of them grew.
//!
//! `cargo run --release --example soak -- --minutes 60`; Linux only.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss
)]

mod disturbances;
#[path = "../growth/mod.rs"]
mod growth;
#[allow(dead_code)]
#[path = "../../benches/performance/program.rs"]
mod program;
mod samples;
mod simulation;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use rsvp::cli::Cli;

use crate::program::Program;
use crate::samples::{Process, Samples};
use crate::simulation::Simulation;

/// The argument that turns this program into the client; a file for the number of its tasks and the client's arguments follow.
const CLIENT: &str = "--client";
/// The argument that turns this program into the simulator; the simulator's arguments follow.
const SIMULATOR: &str = "--simulator";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some(CLIENT) => run_client(Path::new(&arguments[2]), &arguments[3..]),
        Some(SIMULATOR) => rsvp::commands::run(parse(&arguments[2..])),
        Some("--minutes") => soak(arguments[2].parse().unwrap()),
        None => soak(60),
        Some(other) => panic!("{other} is unknown; the only option is --minutes"),
    }
}

fn parse(arguments: &[String]) -> Cli {
    Cli::parse_from(std::iter::once("rsvp").chain(arguments.iter().map(String::as_str)))
}

/// Runs the client as `rsvp` does, beside a thread that writes the number of the runtime's tasks every second.
fn run_client(tasks: &Path, arguments: &[String]) -> ExitCode {
    let cli = parse(arguments);
    rsvp::logging::start(cli.global.log_level);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (metrics, tasks) = (runtime.metrics(), tasks.to_owned());
    std::thread::spawn(move || {
        loop {
            std::fs::write(&tasks, metrics.num_alive_tasks().to_string()).unwrap();
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    runtime.block_on(rsvp::commands::run_on_screen(&cli.global)).unwrap();
    runtime.shutdown_background();
    ExitCode::SUCCESS
}

fn soak(minutes: u64) -> ExitCode {
    let home = tempfile::tempdir().unwrap();
    let own = std::env::current_exe().unwrap();
    let mut simulation = Simulation::start(&own);
    let tasks = home.path().join("tasks");
    let mut program = start_client(&own, home.path(), &tasks, &simulation.url);
    let mut samples = Samples::new([
        Process { name: "client", id: program.process_id().unwrap(), growth: 0.03, tasks: Some(tasks) },
        // The 5,000 calls that it remembers take more than an hour.
        Process { name: "simulator", id: simulation.process_id(), growth: 0.1, tasks: None },
    ]);
    let start = Instant::now();
    for second in 1..=60 * minutes {
        disturbances::disturb(&simulation, second);
        simulation.invite(second);
        if let Some(keys) = disturbances::keys(second) {
            program.press(keys);
        }
        program.settle((start + Duration::from_secs(second)).saturating_duration_since(Instant::now()));
        if second.is_multiple_of(60) {
            samples.take(second / 60);
        }
    }
    // What still rings ends by itself.
    simulation.tell("heal");
    program.settle(Duration::from_secs(60));
    program.press("q");
    program.settle(Duration::from_secs(5));
    let is_whole = simulation.finish(60 * minutes);
    if samples.judge() && is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts the client with a history that is soon full.
fn start_client(own: &Path, home: &Path, tasks: &Path, url: &str) -> Program {
    let (config, password) = (home.join("rsvp.toml"), home.join("password"));
    let text = format!(
        "username = \"soak\"\npassword_file = \"{}\"\n[ucwa]\nurl = \"{url}\"\n[history]\nkeep = 300\n",
        password.display()
    );
    for (file, text) in [(&config, text.as_str()), (&password, "demo\n")] {
        std::fs::write(file, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    let (tasks, config) = (tasks.to_str().unwrap(), config.to_str().unwrap());
    let mut program = Program::start(own.to_str().unwrap(), &[CLIENT, tasks, "--config", config], home);
    program.wait_for("No one is calling");
    program
}
