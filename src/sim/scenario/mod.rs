//! Scenarios: TOML files that tell who invites the user or calls the bot, and when.

mod parse;
mod plan;
mod play;

use super::options::Options;
pub use super::step::Step;
use super::ucwa::UcwaOptions;
pub use plan::Scenario;

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
    #[error("the scenario {name} is not valid:\n  {why}")]
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
        Self::from_text(name, &text)
    }

    /// Parses the text of the scenario of that name.
    ///
    /// # Errors
    /// Returns an error that lists every mistake with its line.
    pub fn from_text(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let invalid =
            |why: Vec<String>| ScenarioError::Invalid { name: name.to_owned(), why: why.join("\n  ") };
        let (scenario, mut mistakes) = parse::parse(text);
        for (line, step) in &scenario.lines {
            mistakes.extend(scenario.scenario.mistake(step).map(|why| (*line, why)));
        }
        mistakes.sort();
        if mistakes.is_empty() {
            return Ok(scenario.scenario);
        }
        Err(invalid(mistakes.iter().map(|(line, why)| format!("line {line}: {why}")).collect()))
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
