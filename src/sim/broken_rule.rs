//! The documented rules that a request breaks, and the mark that it gets in the record.

use std::fmt;

use super::reply::Reply;
use super::request::Handled;

/// A rule that a request broke.
pub(super) struct BrokenRule {
    /// The documented name of the resource.
    resource: String,
    /// The rule in words.
    rule: String,
}

impl BrokenRule {
    /// Creates the rule of a resource that a request broke.
    pub fn new(resource: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { resource: resource.into(), rule: rule.into() }
    }
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.resource, self.rule)
    }
}

impl Handled {
    /// Creates the result of a request that breaks a documented rule of a resource.
    pub fn marked(reply: Reply, summary: impl Into<String>, broken: &BrokenRule) -> Self {
        Self { complaint: Some(broken.to_string()), ..Self::new(reply, summary) }
    }

    /// Creates the result of a request that no client should send.
    pub fn with_complaint(reply: Reply, summary: impl Into<String>, complaint: &str) -> Self {
        Self { complaint: Some(complaint.to_owned()), ..Self::new(reply, summary) }
    }
}
