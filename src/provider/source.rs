//! Settings that can be read again while the session that uses them runs.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use super::Problem;
use crate::text::DisplayText;

/// Settings that were read again.
#[derive(Clone, Debug)]
pub struct Reread<T> {
    /// The account's settings as they are now.
    pub settings: T,
    /// What the running program can't take up, if anything of that changed as well.
    pub left_out: Option<DisplayText>,
}

/// The longest that reading the settings again may take.
const READ_DEADLINE: Duration = Duration::from_secs(5);

type Read<T> = Arc<dyn Fn() -> Result<Reread<T>, Problem> + Send + Sync>;

/// The settings of one account: the values in use, and a way to read them again.
///
/// It dereferences to the values in use.
pub struct SettingsSource<T> {
    current: T,
    read: Option<Read<T>>,
}

impl<T: Send + 'static> SettingsSource<T> {
    /// A source whose values `read` brings up to date. The closure may block: it runs on a thread of its own.
    #[must_use]
    pub fn new(current: T, read: impl Fn() -> Result<Reread<T>, Problem> + Send + Sync + 'static) -> Self {
        Self { current, read: Some(Arc::new(read)) }
    }

    /// Reads the settings again, for [`SettingsSource::take`]. Gives up after five seconds: a file may be on
    /// a disk that is gone.
    pub fn read(&self) -> impl Future<Output = Option<Result<Reread<T>, Problem>>> + Send + 'static {
        let read = self.read.clone();
        async move {
            let read = read?;
            let reading = tokio::task::spawn_blocking(move || read());
            match tokio::time::timeout(READ_DEADLINE, reading).await {
                Ok(Ok(result)) => Some(result),
                Ok(Err(error)) => {
                    tracing::error!(%error, "the settings could not be read again");
                    None
                }
                Err(_) => Some(Err(Problem::new("reading the configuration takes too long", ""))),
            }
        }
    }

    /// Takes up what was read. Returns what the user is to be told of it; if the settings can't be used, that is
    /// why, and the old ones stay in use.
    pub fn take(&mut self, read: Option<Result<Reread<T>, Problem>>) -> Option<DisplayText> {
        match read? {
            Ok(reread) => {
                self.current = reread.settings;
                reread.left_out
            }
            Err(problem) => {
                tracing::warn!(%problem, "the settings could not be read again");
                Some(DisplayText::new(&format!("The old settings stay in use: {problem}")))
            }
        }
    }
}

/// Settings that stay as they are.
impl<T> From<T> for SettingsSource<T> {
    fn from(current: T) -> Self {
        Self { current, read: None }
    }
}

impl<T> Deref for SettingsSource<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.current
    }
}
