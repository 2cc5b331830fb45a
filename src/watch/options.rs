use std::time::Duration;

/// The form of the lines of a run, and its end.
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
