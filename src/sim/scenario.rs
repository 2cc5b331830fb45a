//! Scenarios: who invites whom when, as TOML.

use serde::Deserialize;

use super::fault::{Fault, Mishap};
use super::world::{Ended, Invite, Kind, Person};
use super::{Options, Simulator, seconds};

/// What happens, and when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One line about it.
    pub title: String,
    /// The simulated user; the default is Tosh Meston.
    #[serde(default)]
    pub user: Option<Person>,
    /// The others, by a short name each.
    #[serde(default)]
    pub people: std::collections::BTreeMap<String, Person>,
    /// What happens.
    #[serde(default)]
    pub step: Vec<Step>,
    /// When it all happens again, in seconds after the user came online; without it, once.
    #[serde(default)]
    pub repeat_after: Option<f64>,
}

/// One thing that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Seconds after the user came online.
    at: f64,
    /// Somebody invites the user.
    #[serde(default)]
    invite: Option<Kind>,
    /// Who, by the short name.
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    importance: String,
    #[serde(default)]
    forwarded_by: String,
    #[serde(default)]
    linked: bool,
    /// How the invitation ends by itself, and after how many seconds.
    #[serde(default)]
    then: Option<Ended>,
    #[serde(default)]
    after: f64,
    /// The server or the network misbehaves.
    #[serde(default)]
    trouble: Option<Trouble>,
    /// Some request goes wrong.
    #[serde(default)]
    fault: Option<Fault>,
}

/// How the server or the network misbehaves.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Trouble {
    /// The next poll is answered 503.
    Unavailable,
    /// The acknowledgement is called wrong.
    Resync,
    /// The silence is called too long.
    Resume,
    /// The application is forgotten.
    Expire,
    /// Tokens are no longer taken; the configured one is taken again at once.
    Tokens,
    /// The next answer to an invitation is refused.
    Refuse,
    /// Connections break.
    Drop,
}

/// The scenarios that come with the program.
pub const BUILT_IN: [(&str, &str); 3] = [
    ("quiet-morning", include_str!("../../assets/scenarios/quiet-morning.toml")),
    ("help-desk", include_str!("../../assets/scenarios/help-desk.toml")),
    ("bad-network", include_str!("../../assets/scenarios/bad-network.toml")),
];

/// Why there is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Neither built in nor a file.
    #[error("there is no scenario `{name}`: {source}; built in are {}", built_in_names())]
    Unknown {
        /// What was asked for.
        name: String,
        /// Why it could not be read as a file.
        source: std::io::Error,
    },
    /// The file makes no sense.
    #[error("the scenario {name} makes no sense: {why}")]
    Nonsense {
        /// Which.
        name: String,
        /// What is wrong, and where.
        why: String,
    },
}

fn built_in_names() -> String {
    BUILT_IN.map(|(name, _)| name).join(", ")
}

impl Scenario {
    /// The built-in scenario of that name, or the one in that file.
    ///
    /// # Errors
    /// When there is none, or it makes no sense.
    pub fn load(name: &str) -> Result<Self, ScenarioError> {
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let text = match built_in {
            Some((_, text)) => (*text).to_owned(),
            None => std::fs::read_to_string(name)
                .map_err(|source| ScenarioError::Unknown { name: name.to_owned(), source })?,
        };
        let nonsense = |why: String| ScenarioError::Nonsense { name: name.to_owned(), why };
        let scenario: Self = toml::from_str(&text).map_err(|error| nonsense(error.to_string()))?;
        for step in &scenario.step {
            let happens = [step.invite.is_some(), step.trouble.is_some(), step.fault.is_some()];
            if happens.into_iter().filter(|it| *it).count() != 1 {
                return Err(nonsense(format!("the step at {} needs one of invite, trouble, fault", step.at)));
            }
            if step.invite.is_some() && scenario.caller(step).is_none() {
                return Err(nonsense(format!("nobody under people is who the step at {} is from", step.at)));
            }
        }
        Ok(scenario)
    }

    fn caller(&self, step: &Step) -> Option<&Person> {
        self.people.get(step.from.as_deref()?)
    }

    /// The simulator that this scenario wants.
    #[must_use]
    pub fn options(&self) -> Options {
        let options = Options::default();
        Options { user: self.user.clone().unwrap_or(options.user.clone()), ..options }
    }

    /// Plays it, from the moment the user is online; ends when it is over.
    pub async fn play(self, sim: Simulator) {
        for person in self.people.values() {
            sim.know(person.clone());
        }
        sim.until(Simulator::is_available).await;
        let mut steps: Vec<&Step> = self.step.iter().collect();
        steps.sort_by(|a, b| a.at.total_cmp(&b.at));
        loop {
            let start = tokio::time::Instant::now();
            for step in &steps {
                tokio::time::sleep_until(start + seconds(step.at)).await;
                self.take(step, &sim);
            }
            let Some(repeat) = self.repeat_after else { return };
            tokio::time::sleep_until(start + seconds(repeat)).await;
        }
    }

    fn take(&self, step: &Step, sim: &Simulator) {
        if let (Some(kind), Some(from)) = (step.invite, self.caller(step)) {
            let id = sim.invite(Invite {
                kind,
                from: from.clone(),
                subject: step.subject.clone(),
                message: step.message.clone(),
                importance: step.importance.clone(),
                forwarded_by: step.forwarded_by.clone(),
                linked: step.linked,
            });
            if let Some(how) = step.then {
                sim.later(seconds(step.after), move |world| world.end(id, how));
            }
        }
        if let Some(fault) = &step.fault {
            sim.fault(fault.clone());
        }
        match step.trouble {
            Some(Trouble::Unavailable) => {
                sim.fault(Fault::next("events", Mishap::error(503, "")));
                sim.interrupt_polls();
            }
            Some(Trouble::Resync) => sim.force_resync(),
            Some(Trouble::Resume) => sim.force_resume(),
            Some(Trouble::Expire) => sim.expire_application(),
            Some(Trouble::Tokens) => {
                sim.expire_tokens();
                sim.interrupt_polls();
            }
            Some(Trouble::Refuse) => {
                sim.fault(Fault::next("accept", Mishap::error(500, "CallbackChannelError")));
            }
            Some(Trouble::Drop) => sim.drop_connections(),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_scenarios_make_sense() {
        for (name, _) in BUILT_IN {
            let scenario = Scenario::load(name).unwrap();
            assert!(scenario.step.iter().any(|step| step.at <= 2.0), "{name} keeps the user waiting");
            let kinds = [Kind::Im, Kind::Phone, Kind::Meeting, Kind::Av];
            for kind in kinds {
                assert!(scenario.step.iter().any(|step| step.invite == Some(kind)), "{name} lacks {kind:?}");
            }
        }
    }

    #[test]
    fn a_mistake_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mine.toml");
        std::fs::write(&file, "title = \"x\"\n[[step]]\nat = 1\ninvite = \"im\"\nfrom = \"nobody\"\n")
            .unwrap();
        let error = Scenario::load(file.to_str().unwrap()).unwrap_err();
        assert!(error.to_string().contains("nobody under people"), "{error}");
        let error = Scenario::load("no-such-thing").unwrap_err();
        assert!(error.to_string().contains("quiet-morning"), "{error}");
    }
}
