use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::graph::CallerKind;
use super::super::ucwa::Person;
use super::step::Step;

/// A scenario.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A description in one line.
    pub title: String,
    /// The simulated user; Tosh Meston by default.
    #[serde(default)]
    pub user: Option<Person>,
    /// The other people, each by a short name.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    /// The steps, in the order of their times.
    #[serde(default)]
    pub step: Vec<Step>,
    /// When the scenario starts again (seconds after the user came online); without it, it is played once.
    #[serde(default)]
    pub repeat_after: Option<f64>,
}

impl Scenario {
    /// Returns what is wrong with a step, if anything.
    pub(super) fn mistake(&self, step: &Step) -> Option<String> {
        let is_nameless = step.call == Some(CallerKind::Encrypted) && step.from.is_none();
        let needs_person = (step.invite.is_some() || step.call.is_some()) && !is_nameless;
        step.mistake().or_else(|| {
            (needs_person && self.sender(step).is_none())
                .then(|| format!("`from` of the step at {} is not a key of people", step.at))
        })
    }

    /// Returns the sender or the caller of a step.
    pub(super) fn sender(&self, step: &Step) -> Option<&Person> {
        self.people.get(step.from.as_deref()?)
    }

    /// Returns the person of that short name, or a person with that name.
    pub(super) fn person(&self, name: Option<&str>) -> Person {
        let name = name.unwrap_or_default();
        self.people.get(name).cloned().unwrap_or_else(|| Person::from(name))
    }
}
