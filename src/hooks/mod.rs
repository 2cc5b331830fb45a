//! Hooks: programs of the user that are run for events, a few at a time, and never waited for.

mod environment;
mod process;
mod settings;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

pub use settings::Settings;

use crate::app::Announcement;
use crate::report::{self, Object};
use crate::text::DisplayText;

/// The maximum number of programs that run at the same time.
const MAX_RUNNING: usize = 4;

/// The maximum number of events whose programs wait for others to end. Further events have none.
const QUEUE_CAPACITY: usize = 64;

/// The time that programs have when rsvp ends.
const FINISH_TIMEOUT: Duration = Duration::from_secs(1);

/// A program to run.
struct Job {
    /// The name of the hook.
    name: &'static str,
    command: Vec<String>,
    object: Object,
}

/// The hooks of a run of the program.
#[derive(Debug)]
pub struct Hooks(Option<Running>);

#[derive(Debug)]
struct Running {
    settings: Settings,
    /// `None` once no more programs are started.
    jobs: Option<mpsc::Sender<Job>>,
    failures: mpsc::UnboundedReceiver<(&'static str, String)>,
    worker: JoinHandle<()>,
    /// The hooks whose failure was reported.
    reported: BTreeSet<&'static str>,
    /// The reports that nobody has taken yet.
    reports: VecDeque<DisplayText>,
}

impl Hooks {
    /// Returns the hooks of a program without any.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Starts to run programs as tasks of the current runtime.
    #[must_use]
    pub fn start(settings: Settings) -> Self {
        if settings.is_empty() {
            return Self::none();
        }
        let (jobs, queue) = mpsc::channel(QUEUE_CAPACITY);
        let (failed, failures) = mpsc::unbounded_channel();
        let worker = tokio::spawn(work(queue, failed, settings.timeout));
        let (reported, reports) = (BTreeSet::new(), VecDeque::new());
        Self(Some(Running { settings, jobs: Some(jobs), failures, worker, reported, reports }))
    }

    /// Runs the program for an announcement, if there is one.
    pub fn announce(&mut self, announcement: &Announcement) {
        let Self(Some(running)) = self else { return };
        let Some((name, command)) = running.settings.hook(announcement) else { return };
        let job = Job { name, command: command.to_vec(), object: report::announcement(announcement) };
        let Some(jobs) = &running.jobs else { return };
        if jobs.try_send(job).is_err() {
            let why = "too many programs run already; an event was left out";
            tracing::warn!("{name}: {why}");
            running.report(name, why);
        }
    }

    /// Waits for the first failure of a hook and returns it in words; further failures of the same hook are only logged.
    /// Never returns if there will be none. Cancel safe.
    pub async fn next_failure(&mut self) -> DisplayText {
        let Self(Some(running)) = self else { return std::future::pending().await };
        loop {
            if let Some(report) = running.reports.pop_front() {
                return report;
            }
            match running.failures.recv().await {
                Some((name, why)) => running.report(name, &why),
                None => std::future::pending().await,
            }
        }
    }

    /// Waits until all programs have ended, but at most for a second, and kills the others.
    pub async fn finish(&mut self) {
        let Self(Some(running)) = self else { return };
        running.jobs = None;
        if timeout(FINISH_TIMEOUT, &mut running.worker).await.is_err() {
            running.worker.abort();
            let _ = (&mut running.worker).await;
        }
    }
}

impl Running {
    /// Adds a report of a failure if it is the first of its hook.
    fn report(&mut self, name: &'static str, why: &str) {
        if self.reported.insert(name) {
            let text = format!("The hook {name} failed: {why} (told once; the log has the rest)");
            self.reports.push_back(DisplayText::new(&text));
        }
    }
}

/// Runs programs in the order of the queue, a few at a time, until the queue is closed and empty.
async fn work(
    mut queue: mpsc::Receiver<Job>,
    failed: mpsc::UnboundedSender<(&'static str, String)>,
    limit: Duration,
) {
    let mut running = JoinSet::new();
    while let Some(job) = queue.recv().await {
        let failed = failed.clone();
        running.spawn(async move {
            if let Err(why) = process::run(job.name, &job.command, &job.object, limit).await {
                let program = job.command.first().map_or("", String::as_str);
                let why = format!("{program} {why}");
                tracing::warn!("{}: {}", job.name, DisplayText::new(&why));
                let _ = failed.send((job.name, why));
            }
        });
        while running.len() >= MAX_RUNNING {
            running.join_next().await;
        }
    }
    while running.join_next().await.is_some() {}
}
