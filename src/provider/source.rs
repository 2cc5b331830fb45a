//! Settings that can be reloaded while a session uses them.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use super::problem::Problem;
use crate::text::DisplayText;

/// The maximum time that reloading may take.
const RELOAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Settings that were read again.
#[derive(Clone, Debug)]
pub struct Reloaded<T> {
    /// The account's current settings.
    pub settings: T,
    /// A message that names the other settings that changed and take effect only after a restart.
    pub left_out: Option<DisplayText>,
}

type Reload<T> = Arc<dyn Fn() -> Result<Reloaded<T>, Problem> + Send + Sync>;

/// The settings of one account: the values in use and a way to reload them.
///
/// Dereferences to the values in use.
pub struct SettingsSource<T> {
    current: T,
    reload: Option<Reload<T>>,
}

impl<T: Send + 'static> SettingsSource<T> {
    /// Creates a source whose values are reloaded by a closure, which may block.
    #[must_use]
    pub fn new(
        current: T,
        reload: impl Fn() -> Result<Reloaded<T>, Problem> + Send + Sync + 'static,
    ) -> Self {
        Self { current, reload: Some(Arc::new(reload)) }
    }

    /// Reads the settings again, for [`SettingsSource::apply`]. Gives up after five seconds, because the file may be
    /// on a disk that does not respond. Returns `None` if the settings cannot be reloaded.
    pub fn reload(&self) -> impl Future<Output = Option<Result<Reloaded<T>, Problem>>> + Send + 'static {
        let reload = self.reload.clone();
        async move {
            let reload = reload?;
            let reloading = tokio::task::spawn_blocking(move || reload());
            match tokio::time::timeout(RELOAD_TIMEOUT, reloading).await {
                Ok(Ok(result)) => Some(result),
                Ok(Err(error)) => {
                    tracing::error!(%error, "the settings could not be read again");
                    None
                }
                Err(_) => Some(Err(Problem::new("reading the configuration took too long", ""))),
            }
        }
    }

    /// Replaces the values by the result of [`SettingsSource::reload`], or keeps them if it failed. Returns a message
    /// to the user, if one is needed.
    pub fn apply(&mut self, result: Option<Result<Reloaded<T>, Problem>>) -> Option<DisplayText> {
        match result? {
            Ok(reloaded) => {
                self.current = reloaded.settings;
                reloaded.left_out
            }
            Err(problem) => {
                tracing::warn!(%problem, "the settings could not be read again");
                Some(DisplayText::new(&format!("Keeping the old settings: {problem}")))
            }
        }
    }
}

/// Settings that cannot be reloaded.
impl<T> From<T> for SettingsSource<T> {
    fn from(current: T) -> Self {
        Self { current, reload: None }
    }
}

impl<T> Deref for SettingsSource<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.current
    }
}
