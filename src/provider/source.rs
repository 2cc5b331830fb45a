//! Settings that can be read again while the session that uses them runs.

use std::ops::Deref;
use std::sync::Arc;

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

    /// Reads the settings again. Returns what the user is to be told of it; if they can't be used, that is why,
    /// and the old ones stay in use.
    pub async fn read_again(&mut self) -> Option<DisplayText> {
        let read = self.read.clone()?;
        match tokio::task::spawn_blocking(move || read()).await {
            Ok(Ok(reread)) => {
                self.current = reread.settings;
                reread.left_out
            }
            Ok(Err(problem)) => {
                tracing::warn!(%problem, "the settings could not be read again");
                Some(DisplayText::new(&format!("The old settings stay in use: {problem}")))
            }
            Err(error) => {
                tracing::error!(%error, "the settings could not be read again");
                None
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
