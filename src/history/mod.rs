//! What was answered and missed, kept over runs: a file in the state directory, private to the user, with one
//! JSON object in each line. It is read and written by a thread of its own, so that neither the start nor a
//! slow disk makes anybody wait; when it can't be written, the history goes on in memory, and the user is told
//! once.

mod journal;
mod record;

use std::path::PathBuf;

use tokio::sync::mpsc;

pub use journal::Journal;
pub use record::Record;

use crate::app::Past;
use crate::logging::state_directory;

/// So many entries may wait for a slow disk.
const QUEUE: usize = 4_096;

/// What the history says to the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// What earlier runs have left, the oldest first.
    Loaded(Vec<Record>),
    /// It can't be kept on the disk, and why; said once.
    Lost(String),
}

/// The usual place of the file.
#[must_use]
pub fn usual_path() -> Option<PathBuf> {
    Some(state_directory()?.join("history.jsonl"))
}

/// The way to the thread that keeps the history.
#[derive(Debug)]
pub struct Keeper {
    entries: Option<mpsc::Sender<Record>>,
    news: mpsc::Receiver<News>,
}

impl Keeper {
    /// Starts to keep at most about `keep` entries there.
    #[must_use]
    pub fn start(path: PathBuf, keep: usize) -> Self {
        let (entries, wanted) = mpsc::channel(QUEUE);
        // What was loaded, and one complaint: nobody waits to say them.
        let (said, news) = mpsc::channel(2);
        let thread = std::thread::Builder::new().name("history".into());
        if let Err(error) = thread.spawn(move || run(&path, keep, wanted, &said)) {
            tracing::warn!(%error, "the history can't be kept");
        }
        Self { entries: Some(entries), news }
    }

    /// What it has to say, when it has.
    pub async fn news(&mut self) -> Option<News> {
        self.news.recv().await
    }

    /// Keeps one more.
    pub fn keep(&self, past: &Past) {
        if let Some(entries) = &self.entries
            && entries.try_send(Record::of(past)).is_err()
        {
            tracing::warn!("an entry of the history could not be kept");
        }
    }

    /// Waits until all is written.
    pub async fn finish(mut self) {
        self.entries = None;
        while self.news.recv().await.is_some() {}
    }
}

fn run(path: &std::path::Path, keep: usize, mut wanted: mpsc::Receiver<Record>, said: &mpsc::Sender<News>) {
    let mut journal = match Journal::open(path, keep) {
        Ok((journal, records)) => {
            let _ = said.try_send(News::Loaded(records));
            Some(journal)
        }
        Err(error) => {
            let _ = said.try_send(News::Lost(error.to_string()));
            None
        }
    };
    while let Some(record) = wanted.blocking_recv() {
        if let Some(Err(error)) = journal.as_mut().map(|journal| journal.append(&record)) {
            let _ = said.try_send(News::Lost(error.to_string()));
            journal = None;
        }
    }
}
