//! Scenarios: who invites or calls whom when, as TOML.

use serde::Deserialize;

use super::fault::{Fault, FaultKind};
use super::graph::{Call, CallEnd, CallModality, Caller, CallerKind};
use super::world::{Ended, Invite, Kind, Person, Shown};
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
#[expect(clippy::struct_excessive_bools, reason = "a step says of many things whether they are so")]
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
    /// The people that had to do with an invitation: a short name each, or what they are called.
    #[serde(default)]
    forwarded_by: Option<String>,
    #[serde(default)]
    transferred_by: Option<String>,
    #[serde(default)]
    on_behalf_of: Option<String>,
    #[serde(default)]
    delegator: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    accepted_by: Option<String>,
    /// How it tells of them: `linked`, `titled`, or `embedded`.
    #[serde(default)]
    people: Shown,
    /// The number of the user's phone that rings.
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    private_line: bool,
    #[serde(default)]
    linked_from: bool,
    #[serde(default)]
    linked: bool,
    /// Somebody of this kind calls the bot; nobody does where there is none.
    #[serde(default)]
    call: Option<CallerKind>,
    /// Whether the bot is called into a group.
    #[serde(default)]
    group: bool,
    /// What the call is for; without anything, sound.
    #[serde(default)]
    modalities: Vec<CallModality>,
    /// Who forwarded the call: a name, or a phone's number.
    #[serde(default)]
    forwarded_from: Option<String>,
    /// How the invitation or the call ends by itself, and after how many seconds.
    #[serde(default)]
    then: Option<Then>,
    #[serde(default)]
    after: f64,
    /// The server or the network misbehaves.
    #[serde(default)]
    trouble: Option<Trouble>,
    /// Some request goes wrong.
    #[serde(default)]
    fault: Option<Fault>,
}

impl Step {
    /// The first key that the reference does not know for invitations of this kind.
    fn not_of_its_kind(&self) -> Option<&'static str> {
        let call = matches!(self.invite, Some(Kind::Phone | Kind::Av));
        let any = self.invite.is_some();
        [
            ("forwarded_by", self.forwarded_by.is_some(), call),
            ("transferred_by", self.transferred_by.is_some(), call),
            ("delegator", self.delegator.is_some(), call),
            ("private_line", self.private_line, call),
            ("phone_number", !self.phone_number.is_empty(), self.invite == Some(Kind::Phone)),
            ("on_behalf_of", self.on_behalf_of.is_some(), any),
            ("to", self.to.is_some(), any),
            ("accepted_by", self.accepted_by.is_some(), any),
            ("people", self.people != Shown::default(), any),
            ("linked_from", self.linked_from, any),
            ("linked", self.linked, any),
        ]
        .into_iter()
        .find_map(|(key, given, known)| (given && !known).then_some(key))
    }
}

/// How an invitation or a call ends by itself.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Then {
    CallerGivesUp,
    AnsweredElsewhere,
    TimedOut,
    Joins,
    Declines,
    /// The other party of a call that was answered hangs up.
    OtherPartyEnds,
}

impl Then {
    /// What it means for an invitation, if anything.
    fn of_invitation(self) -> Option<Ended> {
        match self {
            Self::CallerGivesUp => Some(Ended::CallerGivesUp),
            Self::AnsweredElsewhere => Some(Ended::AnsweredElsewhere),
            Self::TimedOut => Some(Ended::TimedOut),
            Self::Joins => Some(Ended::Joins),
            Self::Declines => Some(Ended::Declines),
            Self::OtherPartyEnds => None,
        }
    }

    /// What it means for a call, if anything.
    fn of_call(self) -> Option<CallEnd> {
        match self {
            Self::CallerGivesUp => Some(CallEnd::GivesUp),
            Self::AnsweredElsewhere => Some(CallEnd::AnsweredElsewhere),
            Self::OtherPartyEnds => Some(CallEnd::OtherPartyEnds),
            Self::TimedOut | Self::Joins | Self::Declines => None,
        }
    }
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
    #[error("there is no scenario `{name}`: {why}; built in are {}", built_in_names())]
    Unknown {
        /// What was asked for.
        name: String,
        /// Why it could not be read as a file.
        why: String,
    },
    /// The file makes no sense.
    #[error("the scenario {name} makes no sense: {why}")]
    DecodeError {
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
                .map_err(|error| ScenarioError::Unknown { name: name.to_owned(), why: error.to_string() })?,
        };
        let nonsense = |why: String| ScenarioError::DecodeError { name: name.to_owned(), why };
        let scenario: Self = toml::from_str(&text).map_err(|error| nonsense(error.to_string()))?;
        for step in &scenario.step {
            if let Some(why) = scenario.mistake(step) {
                return Err(nonsense(why));
            }
        }
        Ok(scenario)
    }

    /// What is wrong with a step.
    fn mistake(&self, step: &Step) -> Option<String> {
        let at = step.at;
        let happens =
            [step.invite.is_some(), step.call.is_some(), step.trouble.is_some(), step.fault.is_some()];
        if happens.into_iter().filter(|it| *it).count() != 1 {
            return Some(format!("the step at {at} needs one of invite, call, trouble, fault"));
        }
        let nameless = step.call == Some(CallerKind::Encrypted) && step.from.is_none();
        if (step.invite.is_some() || step.call.is_some()) && !nameless && self.caller(step).is_none() {
            return Some(format!("nobody under people is who the step at {at} is from"));
        }
        let of_call = step.group || !step.modalities.is_empty() || step.forwarded_from.is_some();
        if of_call && step.call.is_none() {
            return Some(format!("the step at {at} has group, modalities or forwarded_from, and is no call"));
        }
        if let Some(key) = step.not_of_its_kind() {
            return Some(format!("the step at {at} has {key}, which no such invitation has"));
        }
        let means = |then: Then| {
            (step.invite.is_some() && then.of_invitation().is_some())
                || (step.call.is_some() && then.of_call().is_some())
        };
        (!step.then.is_none_or(means)).then(|| format!("what comes of the step at {at} can't come of it"))
    }

    fn caller(&self, step: &Step) -> Option<&Person> {
        self.people.get(step.from.as_deref()?)
    }

    /// The one of that short name, else somebody who is called that.
    fn somebody(&self, name: Option<&str>) -> Person {
        let name = name.unwrap_or_default();
        self.people.get(name).cloned().unwrap_or_else(|| Person::from(name))
    }

    /// The simulator that this scenario wants.
    #[must_use]
    pub fn options(&self) -> Options {
        let options = Options::default();
        Options { user: self.user.clone().unwrap_or(options.user.clone()), ..options }
    }

    /// Plays it, from the moment the user is online, or the bot asks for something; ends when it is over.
    pub async fn play(self, sim: Simulator) {
        for person in self.people.values() {
            sim.know(person.clone());
        }
        sim.until(|sim| sim.is_available() || (sim.has_webhook() && sim.has_bot())).await;
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
                forwarded_by: self.somebody(step.forwarded_by.as_deref()),
                transferred_by: self.somebody(step.transferred_by.as_deref()),
                on_behalf_of: self.somebody(step.on_behalf_of.as_deref()),
                delegator: self.somebody(step.delegator.as_deref()),
                to: self.somebody(step.to.as_deref()),
                accepted_by: self.somebody(step.accepted_by.as_deref()),
                phone_number: step.phone_number.clone(),
                private_line: step.private_line,
                people: step.people,
                linked_from: step.linked_from,
                linked: step.linked,
            });
            if let Some(how) = step.then.and_then(Then::of_invitation) {
                sim.later(seconds(step.after), move |world| world.end(id, how));
            }
        }
        if let Some(kind) = step.call.filter(|_| sim.has_webhook()) {
            self.call(kind, step, sim);
        }
        if let Some(fault) = &step.fault {
            sim.fault(fault.clone());
        }
        match step.trouble {
            Some(Trouble::Unavailable) => {
                sim.fault(Fault::next("events", FaultKind::error(503, "")));
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
                sim.fault(Fault::next("accept", FaultKind::error(500, "CallbackChannelError")));
            }
            Some(Trouble::Drop) => sim.drop_connections(),
            None => {}
        }
    }
}

impl Scenario {
    fn call(&self, kind: CallerKind, step: &Step, sim: &Simulator) {
        let person = self.caller(step).cloned().unwrap_or_default();
        let name = match person.uri.strip_prefix("tel:") {
            Some(number) if kind == CallerKind::Phone => number,
            _ => &person.name,
        };
        let mut call = Call::from(Caller::new(kind, name));
        if !step.modalities.is_empty() {
            call.modalities.clone_from(&step.modalities);
        }
        call.group = step.group;
        call.forwarded_from.clone_from(&step.forwarded_from);
        call.subject.clone_from(&step.subject);
        let number = sim.call(call);
        if let Some(end) = step.then.and_then(Then::of_call) {
            let (sim, after) = (sim.clone(), seconds(step.after));
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                // The bot may have been quicker.
                let _ = sim.end_call(number, end);
            });
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
            let calls = scenario.step.iter().filter(|step| step.call.is_some()).count();
            assert!(calls >= 3, "{name} has but {calls} calls");
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
        for (step, why) in [
            ("call = \"user\"", "nobody under people"),
            ("call = \"encrypted\"\ninvite = \"im\"", "needs one of"),
            ("call = \"encrypted\"\nthen = \"joins\"", "can't come of it"),
            ("trouble = \"drop\"\ngroup = true", "is no call"),
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
