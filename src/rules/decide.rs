use super::condition::{Condition, Truth};
use super::facts::Facts;
use super::rule::Rule;

/// The user's rules in order. The first one that applies decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

/// The decision of the rules about an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// The rule applies.
    Match(&'a Rule),
    /// The rule is the first one that is not ruled out, but a fact that it asks for is not known. Later rules do not apply
    /// in its place, because the rule may be there to except somebody from them.
    Unknown(&'a Rule),
    /// No rule applies.
    None,
}

/// Why a rule applies or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Whether it applies.
    pub applies: Truth,
    /// The conditions that do not hold or may not hold, each with the fact in words.
    pub against: Vec<(&'a Condition, Truth, String)>,
}

impl Rules {
    /// Creates a list of rules.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Returns whether there are no rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the rules in order.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    /// Returns whether a rule asks for the user's contact list.
    #[must_use]
    pub fn need_contacts(&self) -> bool {
        let needs = |condition: &Condition| matches!(condition, Condition::InContacts(_));
        self.iter().any(|rule| rule.conditions.iter().any(needs))
    }

    /// Returns the rule that decides about an invitation.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Verdict<'_> {
        for rule in &self.0 {
            match rule.applies(facts) {
                Truth::Yes => return Verdict::Match(rule),
                Truth::Unknown => return Verdict::Unknown(rule),
                Truth::No => {}
            }
        }
        Verdict::None
    }

    /// Returns why each rule applies or not, up to the first one that applies.
    #[must_use]
    pub fn explain(&self, facts: &Facts) -> Vec<Explanation<'_>> {
        let mut explanations = Vec::new();
        for rule in &self.0 {
            let applies = rule.applies(facts);
            let against = rule.conditions.iter().filter_map(|condition| match condition.holds(facts) {
                Truth::Yes => None,
                other => Some((condition, other, condition.fact(facts))),
            });
            explanations.push(Explanation { rule, applies, against: against.collect() });
            if applies == Truth::Yes {
                break;
            }
        }
        explanations
    }

    /// Returns the rule before the one at `index` because of which that one never applies.
    #[must_use]
    pub fn covering(&self, index: usize) -> Option<&Rule> {
        let rule = self.0.get(index)?;
        self.0.iter().take(index).find(|earlier| earlier.covers(rule))
    }
}
