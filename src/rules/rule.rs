use super::action::{Action, Answer};
use super::condition::{Condition, Truth};
use super::facts::Facts;
use crate::invitation::Kind;
use crate::text::DisplayText;

/// A rule of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name, by which the screen and the history refer to the rule.
    pub name: DisplayText,
    /// The conditions; none for a rule that applies to every invitation.
    pub conditions: Vec<Condition>,
    /// The action on an invitation that meets the conditions.
    pub action: Action,
}

impl Rule {
    /// Returns whether the rule applies: all conditions hold. It is unknown only if no condition is known to be false.
    #[must_use]
    pub fn applies(&self, facts: &Facts) -> Truth {
        let mut whole = Truth::Yes;
        for condition in &self.conditions {
            match condition.holds(facts) {
                Truth::No => return Truth::No,
                Truth::Unknown => whole = Truth::Unknown,
                Truth::Yes => {}
            }
        }
        whole
    }

    /// Returns whether the rule applies whenever `other` does, as far as that is plain.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let is_covered = |mine: &Condition| other.conditions.iter().any(|theirs| mine.covers(theirs));
        self.conditions.iter().all(|mine| mine.is_everybody() || is_covered(mine))
    }

    /// Returns the kinds that the rule is limited to, if it is.
    fn kinds(&self) -> Option<&[Kind]> {
        self.conditions.iter().find_map(|condition| match condition {
            Condition::Kind(kinds) => Some(kinds.as_slice()),
            _ => None,
        })
    }

    /// Returns whether the rule can only apply to calls to a bot.
    #[must_use]
    pub fn is_for_calls(&self) -> bool {
        let is_call = |kinds: &[Kind]| kinds.iter().all(|kind| *kind == Kind::Call);
        self.kinds().is_some_and(is_call)
            || self.conditions.iter().any(|it| matches!(it, Condition::Tenant(_)))
    }

    /// Returns why the rule can never do anything, whatever the other rules are, and what to do about it.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        let all = |is: fn(&Kind) -> bool| self.kinds().is_some_and(|kinds| kinds.iter().all(is));
        let asks = |is: fn(&Condition) -> bool| self.conditions.iter().any(is);
        let accepts = matches!(self.action, Action::Answer { answer: Answer::Accept, .. });
        if all(|kind| *kind == Kind::Participant) {
            return Some("an invitation of the kind participant is one that you sent; remove the kind");
        }
        if accepts && all(|kind| *kind == Kind::Phone) {
            return Some(
                "a phone call is answered on the phone and can't be accepted here; use another action",
            );
        }
        if asks(|it| matches!(it, Condition::Tenant(_))) && all(|kind| *kind != Kind::Call) {
            return Some("only a call to the bot has a tenant; remove `tenant`, or add the kind call");
        }
        if asks(|it| matches!(it, Condition::InContacts(true))) && all(|kind| *kind == Kind::Call) {
            return Some("a bot has no contacts; remove `in_contacts`, or add another kind");
        }
        None
    }
}
