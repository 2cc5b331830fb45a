//! Scenarios: TOML files that tell who invites the user or calls the bot, and when.

mod play;
mod step;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::graph::CallerKind;
use super::options::Options;
use super::ucwa::{Person, UcwaOptions};
pub use step::Step;

/// A scenario.
#[derive(Clone, Debug, Deserialize)]
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

/// The names and the texts of the scenarios that come with the program.
pub const BUILT_IN: [(&str, &str); 3] = [
    ("quiet-morning", include_str!("../../../assets/scenarios/quiet-morning.toml")),
    ("help-desk", include_str!("../../../assets/scenarios/help-desk.toml")),
    ("bad-network", include_str!("../../../assets/scenarios/bad-network.toml")),
];

/// The reason why a scenario cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The name is neither that of a built-in scenario nor a readable file.
    #[error("there is no scenario `{name}`: {why}; the built-in ones are {}", built_in_names())]
    Unknown {
        /// The name.
        name: String,
        /// The reason why it cannot be read as a file.
        why: String,
    },
    /// The file is not a valid scenario.
    #[error("the scenario {name} is not valid: {why}")]
    Invalid {
        /// The name.
        name: String,
        /// The mistake and its place.
        why: String,
    },
}

fn built_in_names() -> String {
    BUILT_IN.map(|(name, _)| name).join(", ")
}

impl Scenario {
    /// Loads the built-in scenario of that name, or the file at that path.
    ///
    /// # Errors
    /// Returns an error if there is neither, or the file is not a valid scenario.
    pub fn load(name: &str) -> Result<Self, ScenarioError> {
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let text = match built_in {
            Some((_, text)) => (*text).to_owned(),
            None => std::fs::read_to_string(name)
                .map_err(|error| ScenarioError::Unknown { name: name.to_owned(), why: error.to_string() })?,
        };
        let invalid = |why: String| ScenarioError::Invalid { name: name.to_owned(), why };
        let scenario: Self = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        match scenario.step.iter().find_map(|step| scenario.mistake(step)) {
            Some(why) => Err(invalid(why)),
            None => Ok(scenario),
        }
    }

    /// Returns what is wrong with a step, if anything.
    fn mistake(&self, step: &Step) -> Option<String> {
        let is_nameless = step.call == Some(CallerKind::Encrypted) && step.from.is_none();
        let needs_person = (step.invite.is_some() || step.call.is_some()) && !is_nameless;
        step.mistake().or_else(|| {
            (needs_person && self.sender(step).is_none())
                .then(|| format!("`from` of the step at {} is not a key of people", step.at))
        })
    }

    /// Returns the sender or the caller of a step.
    fn sender(&self, step: &Step) -> Option<&Person> {
        self.people.get(step.from.as_deref()?)
    }

    /// Returns the person of that short name, or a person with that name.
    fn person(&self, name: Option<&str>) -> Person {
        let name = name.unwrap_or_default();
        self.people.get(name).cloned().unwrap_or_else(|| Person::from(name))
    }

    /// Returns the options of the simulator that the scenario needs.
    #[must_use]
    pub fn options(&self) -> Options {
        let mut ucwa = UcwaOptions::default();
        ucwa.user = self.user.clone().unwrap_or(ucwa.user);
        Options { ucwa, ..Options::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ucwa::InviteKind;
    use super::*;

    #[test]
    fn the_built_in_scenarios_make_sense() {
        for (name, _) in BUILT_IN {
            let scenario = Scenario::load(name).unwrap();
            assert!(scenario.step.iter().any(|step| step.at <= 2.0), "{name} keeps the user waiting");
            let kinds = [InviteKind::Im, InviteKind::Phone, InviteKind::Meeting, InviteKind::Av];
            for kind in kinds {
                assert!(scenario.step.iter().any(|step| step.invite == Some(kind)), "{name} lacks {kind:?}");
            }
            let calls = scenario.step.iter().filter(|step| step.call.is_some()).count();
            assert!(calls >= 3, "{name} has only {calls} calls");
        }
    }

    #[test]
    fn a_mistake_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mine.toml");
        std::fs::write(&file, "title = \"x\"\n[[step]]\nat = 1\ninvite = \"im\"\nfrom = \"nobody\"\n")
            .unwrap();
        let error = Scenario::load(file.to_str().unwrap()).unwrap_err();
        assert!(error.to_string().contains("not a key of people"), "{error}");
        for (step, why) in [
            ("call = \"user\"", "not a key of people"),
            ("call = \"encrypted\"\ninvite = \"im\"", "needs exactly one of"),
            ("call = \"encrypted\"\nthen = \"joins\"", "can't end by"),
            ("trouble = \"drop\"\ngroup = true", "has group"),
            ("call = \"robot\"", "robot"),
            ("call = \"encrypted\"\nforwarded_by = \"Dana\"", "has forwarded_by"),
            ("invite = \"im\"\nfrom = \"lene\"\nphone_number = \"tel:+1\"", "has phone_number"),
            ("invite = \"meeting\"\nfrom = \"lene\"\nprivate_line = true", "has private_line"),
            ("invite = \"av\"\nfrom = \"lene\"\npeople = \"shy\"", "shy"),
        ] {
            let lene = "[people]\nlene = { name = \"Lene\", uri = \"sip:lene@contoso.example\" }";
            let text = format!("title = \"x\"\n{lene}\n[[step]]\nat = 1\n{step}\n");
            std::fs::write(&file, text).unwrap();
            let error = Scenario::load(file.to_str().unwrap()).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        let error = Scenario::load("no-such-thing").unwrap_err();
        assert!(error.to_string().contains("quiet-morning"), "{error}");
    }
}
