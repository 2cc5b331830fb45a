use std::time::Duration;

/// What a run prints and when it ends.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether events are objects of JSON, not lines for people.
    pub json: bool,
    /// Whether commands are read from standard input.
    pub commands: bool,
    /// Whether the run ends after the first incoming invitation.
    pub once: bool,
    /// The time after which the run ends.
    pub limit: Option<Duration>,
}
