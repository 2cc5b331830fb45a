use std::rc::Rc;

use jiff::civil::DateTime;

use super::inputs::Inputs;
use super::line_writer::LineWriter;
use super::options::Options;
use super::progress::{Ending, Progress};
use super::surface::WatchSurface;

/// Why a run was not a success.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Commands failed, or nobody knows their outcome.
    #[error("{}", if *.0 == 1 { "a command failed".to_owned() } else { format!("{} commands failed", .0) })]
    Commands(usize),
    /// The time was up before an invitation came.
    #[error("no invitation came")]
    NoInvitation,
    /// No account can be signed in; the lines tell why.
    #[error("no account is connected any more; the last lines tell why")]
    NoAccount,
}

/// Tells the outcome of a run once it is over.
#[derive(Debug)]
pub struct RunOutcome(Rc<Progress>);

impl RunOutcome {
    /// Returns whether all went well.
    ///
    /// # Errors
    /// Returns an error if a command failed, or if what was waited for did not happen.
    pub fn result(&self) -> Result<(), WatchError> {
        match (self.0.ending(), self.0.failures()) {
            (Some(Ending::NoAccount), _) => Err(WatchError::NoAccount),
            (_, failures) if failures > 0 => Err(WatchError::Commands(failures)),
            (Some(Ending::NoInvitation), _) => Err(WatchError::NoInvitation),
            (Some(Ending::Complete) | None, _) => Ok(()),
        }
    }
}

/// Starts a run for that number of accounts: the surface that prints, the source of commands, and the outcome.
///
/// # Errors
/// Returns an error if a thread cannot be started.
pub fn start(
    options: Options,
    accounts: usize,
    wall: fn() -> DateTime,
) -> std::io::Result<(WatchSurface, Inputs, RunOutcome)> {
    let progress = Rc::new(Progress::default());
    let (writer, output_closed) = LineWriter::start()?;
    let surface = WatchSurface::new(options, accounts, wall, writer, progress.clone());
    let inputs = Inputs::new(options, output_closed, surface.refusals(), progress.clone());
    Ok((surface, inputs, RunOutcome(progress)))
}
