//! Invitations: the effects of each action on both sides.

mod answering;
mod documents;
pub mod outgoing;
mod ringing;
mod routing;
#[cfg(test)]
mod tests;
mod transfers;
