use super::graph::GraphOptions;
use super::ucwa::UcwaOptions;

/// The configuration of a [`Simulator`](super::Simulator).
#[derive(Clone, Debug)]
pub struct Options {
    /// The Skype for Business server.
    pub ucwa: UcwaOptions,
    /// The calling service of Microsoft Graph.
    pub graph: GraphOptions,
    /// The number of entries kept in each list that would otherwise grow: requests, ended invitations, ended
    /// conversations, tokens and people.
    ///
    /// The same number bounds the open conversations, of which the oldest is ended for a new one, and the
    /// events that an application leaves unread before it is ended.
    pub kept: usize,
    /// The seed of the unguessable parts of hrefs and ids.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { ucwa: UcwaOptions::default(), graph: GraphOptions::default(), kept: 100_000, seed: 1 }
    }
}
