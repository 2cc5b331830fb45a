use std::fmt;

use tokio::time::Instant;

/// A request that the simulator got, and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The verb.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The body; passwords are left out.
    pub body: String,
    /// The status it was answered with; 0 while a poll is being held.
    pub status: u16,
    /// What it means: “accept of messagingInvitation 1 from Lene Aaling”.
    pub what: String,
    /// What the client should not have done.
    pub complaint: Option<String>,
    /// When it came.
    pub at: Instant,
}

impl fmt::Display for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.status, self.method, self.target)?;
        if !self.body.is_empty() {
            write!(formatter, " {}", self.body)?;
        }
        write!(formatter, "  # {}", self.what)?;
        if let Some(complaint) = &self.complaint {
            write!(formatter, "  ! {complaint}")?;
        }
        Ok(())
    }
}
