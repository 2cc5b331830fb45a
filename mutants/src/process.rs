//! Runs of programs with tests, with limits: a mutant may loop forever, fill the memory, or write anywhere below its home.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::project::Project;

/// The limit for the memory of a process, in KiB.
const MEMORY: &str = "6000000";

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All tests passed.
    Passed,
    /// A test failed, whose name is known unless the program ended by a signal.
    Failed(Option<String>),
    /// A test took too long.
    TimedOut,
}

/// What the active mutant is.
pub enum Switch<'a> {
    /// No mutant is active; those that are reached are written to the file.
    Trace(&'a Path),
    /// The mutant of this number is active, and so many schedules of each kind are tried.
    Active { number: u32, schedules: u32 },
}

/// Runs the named tests of a program one after the other, until one fails. `limit` holds for each of them.
pub fn run(
    project: &Project,
    program: &Path,
    tests: &[&str],
    switch: &Switch,
    limit: Duration,
) -> Result<Ending> {
    let home = Home::create(project)?;
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"])
        .arg(program)
        .args(["--exact", "--test-threads=1"])
        .args(tests)
        .current_dir(&project.copy)
        .env("HOME", &home.0)
        .env("TMPDIR", &home.0)
        .env("INSTA_UPDATE", "no")
        .env("INSTA_WORKSPACE_ROOT", &project.copy)
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true")
        .env("PROPTEST_CASES", "64")
        .env("RUST_BACKTRACE", "0")
        .env("CARGO_MANIFEST_DIR", &project.copy)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    for variable in
        ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"]
    {
        command.env_remove(variable);
    }
    match switch {
        Switch::Trace(file) => {
            command.env("RSVP_SCHEDULES", "2").env("MUTANT_TRACE", file).env_remove("MUTANT")
        }
        Switch::Active { number, schedules } => command
            .env("RSVP_SCHEDULES", schedules.to_string())
            .env("MUTANT", number.to_string())
            .env_remove("MUTANT_TRACE"),
    };
    let mut child = command.spawn().with_context(|| program.display().to_string())?;
    let ending = wait(&mut child, limit)?;
    // A child that has not been waited for keeps its number, and with it that of its group.
    if child.try_wait()?.is_none() {
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        child.wait()?;
    }
    Ok(ending)
}

fn wait(child: &mut Child, limit: Duration) -> Result<Ending> {
    let (sender, results) = channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                let Some(result) = line.strip_prefix("test ") else { continue };
                if sender.send(result.strip_suffix(" ... FAILED").map(str::to_owned)).is_err() {
                    break;
                }
            }
        });
    }
    let mut deadline = Instant::now() + limit;
    loop {
        match results.recv_timeout(Duration::from_millis(20)) {
            Ok(Some(failed)) => return Ok(Ending::Failed(Some(failed))),
            Ok(None) => deadline = Instant::now() + limit,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(Ending::Passed);
            }
            let last = Duration::from_secs(1);
            let failed = std::iter::from_fn(|| results.recv_timeout(last).ok()).flatten().next();
            return Ok(Ending::Failed(failed));
        }
        if Instant::now() > deadline {
            return Ok(Ending::TimedOut);
        }
    }
}

/// A folder for the files of one run, removed afterwards.
struct Home(PathBuf);

impl Home {
    fn create(project: &Project) -> Result<Self> {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = project.folder.join(format!("home/{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
