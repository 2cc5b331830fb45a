//! The documented rules that a request breaks. The checks of UCWA call [`Handled::breaking_rule`], which marks the request in
//! the record.

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
    /// Creates the result of a request that breaks a rule, which the record shows.
    pub fn breaking_rule(reply: Reply, summary: impl Into<String>, rule: impl fmt::Display) -> Self {
        Self { complaint: Some(rule.to_string()), ..Self::new(reply, summary) }
    }
}
