use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::console;
use super::super::graph::CallerKind;
use super::super::step::Step;
use super::super::ucwa::Person;

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
        let at = step.at;
        let mistake = step.mistake().map(|why| format!("the step at {at} {why}"));
        let of_command = || {
            let why = step.run.as_deref().map(check_command)?.err()?;
            Some(format!("`run` of the step at {at}: {why}"))
        };
        mistake.or_else(of_command).or_else(|| {
            (needs_person && self.sender(step).is_none())
                .then(|| format!("`from` of the step at {at} is not a key of people"))
        })
    }

    /// Returns the sender or the caller of a step.
    pub(super) fn sender(&self, step: &Step) -> Option<&Person> {
        self.people.get(step.from.as_deref()?)
    }

    /// Returns the person of that short name, or a person with that name.
    pub(super) fn person(&self, name: &str) -> Person {
        self.people.get(name).cloned().unwrap_or_else(|| Person::from(name))
    }
}

/// Checks a command that a step can run: one that is executed at once.
fn check_command(command: &str) -> Result<(), String> {
    match command.split_whitespace().next() {
        Some(name @ ("wait" | "expect" | "assert" | "quit" | "exit")) => {
            Err(format!("`{name}` belongs into a file of commands"))
        }
        Some(_) => console::check(command),
        None => Err("the command is missing".into()),
    }
}
