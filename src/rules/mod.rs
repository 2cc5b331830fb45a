//! The user's rules: which of them applies to an invitation, and why the others do not.
//!
//! Nothing in this module does I/O or reads a clock: the time of an invitation is one of the [`Facts`].

mod action;
mod condition;
mod decide;
mod facts;
mod glob;
mod network;
mod rule;
mod schedule;
#[cfg(test)]
mod tests;

pub use action::{Action, Answer};
pub use condition::{Condition, Truth};
pub use decide::{Explanation, Rules, Verdict};
pub use facts::Facts;
pub use glob::Glob;
pub use network::Network;
pub use rule::Rule;
pub use schedule::{Days, Hours, Schedule};
