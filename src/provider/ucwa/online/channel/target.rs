//! The addresses that the event channel polls.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use crate::provider::origin::UrlRefusal;
use crate::provider::ucwa::wire::events::ChannelLinks;

/// The address of the next poll.
#[derive(Clone, Debug)]
pub struct Target {
    pub url: Url,
    /// Whether the poll must carry the channel's parameters.
    needs_parameters: bool,
    pub freshness: Freshness,
}

/// The age of the response before a poll. It bounds the time for which the next events may have waited at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// No response yet from a channel that began with this session. No earlier response can be repeated.
    NewChannel,
    /// No valid response: the channel is older than the session, or a request failed, or the server asked for a resync.
    Unknown,
    /// A response that may have been repeated from before a failure.
    PossiblyRepeated,
    /// A response that had all events up to this time.
    Current(Instant),
}

/// The continuation of the channel after a batch, with its resolved address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuation {
    Next(Url),
    Resync(Url),
    Resume(Url),
    None,
}

impl Target {
    /// Creates the first target of a channel.
    pub fn first(url: Url, freshness: Freshness) -> Self {
        Self { url, needs_parameters: true, freshness }
    }

    /// Creates a target that the server has given.
    fn next(url: Url) -> Self {
        Self { url, needs_parameters: false, freshness: Freshness::Unknown }
    }

    pub fn with_freshness(self, freshness: Freshness) -> Self {
        Self { freshness, ..self }
    }

    /// Returns the server's address, with the parameters that it lacks if the server needs them.
    pub fn url(&self, timeout: Duration) -> Url {
        let mut url = self.url.clone();
        if self.needs_parameters {
            let timeout = timeout.as_secs().to_string();
            for (name, value) in [("low", "5"), ("medium", "5"), ("timeout", &timeout)] {
                if !self.url.query_pairs().any(|(other, _)| other == name) {
                    let query = url.query().map(|query| format!("{query}&")).unwrap_or_default();
                    url.set_query(Some(&format!("{query}{name}={value}")));
                }
            }
        }
        url
    }
}

impl Continuation {
    /// Resolves the links of a batch.
    ///
    /// # Errors
    /// Returns an error if the address is not allowed.
    pub fn resolve(
        links: &ChannelLinks<'_>,
        resolve: impl Fn(&str) -> Result<Url, UrlRefusal>,
    ) -> Result<Self, UrlRefusal> {
        Ok(match links {
            ChannelLinks { resync: Some(href), .. } => Self::Resync(resolve(href)?),
            ChannelLinks { resume: Some(href), .. } => Self::Resume(resolve(href)?),
            ChannelLinks { next: Some(href), .. } => Self::Next(resolve(href)?),
            _ => Self::None,
        })
    }

    /// Returns whether everything has to be read again, because events may have been lost.
    pub fn requires_full_reload(&self) -> bool {
        matches!(self, Self::Resync(_) | Self::Resume(_))
    }

    /// Returns the next target, if there is one.
    pub fn into_target(self) -> Option<Target> {
        match self {
            Self::Next(url) | Self::Resync(url) => Some(Target::next(url)),
            Self::Resume(url) => Some(Target::first(url, Freshness::Unknown)),
            Self::None => None,
        }
    }
}
