//! The steps of a configuration check.

use super::problem::Problem;
use crate::text::DisplayText;

/// A step of a configuration check with its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckStep {
    /// The name of the step.
    pub name: &'static str,
    /// What was found, or what went wrong.
    pub result: Result<DisplayText, Problem>,
}

impl CheckStep {
    /// Creates a step that succeeded.
    #[must_use]
    pub fn passed(name: &'static str, finding: &str) -> Self {
        Self { name, result: Ok(DisplayText::new(finding)) }
    }

    /// Creates a step that failed.
    #[must_use]
    pub fn failed(name: &'static str, problem: Problem) -> Self {
        Self { name, result: Err(problem) }
    }
}
