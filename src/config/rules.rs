//! Checks of the sections `[[rules]]`.

use std::time::Duration;

use toml::Spanned;

use super::error::{Diagnostic, Diagnostics, Invalid};
use super::file::File;
use super::schema::{HumanDuration, Rule as Keys, RuleSection};
use super::value::{one_of, unknown};
use crate::invitation::{Importance, Kind, Reason, Rejection};
use crate::rules::{Action, Answer, Condition, Days, Glob, Network, Rule, Rules, Schedule};
use crate::text::DisplayText;

/// The names of the actions.
const ACTIONS: [&str; 4] = ["ring", "silence", "decline", "accept"];

/// The maximum length of a rule's name, which is shown beside the invitation.
const MAX_NAME: usize = 24;

/// The longest delay. Invitations ring for half a minute or so, and calls to a bot for fifteen seconds.
const MAX_DELAY: Duration = Duration::from_secs(60);

impl File {
    /// Checks the rules. A rule with a mistake is left out.
    pub(super) fn rules(&self, diagnostics: &mut Diagnostics, defaults: (Reason, Rejection)) -> Rules {
        let mut rules: Vec<Rule> = Vec::new();
        for section in &self.root.rules {
            let Some(rule) = self.rule(section, diagnostics, defaults) else { continue };
            let at = |message: String| Diagnostic::at(&self.text, section.start, message);
            if rules.iter().any(|other| other.name == rule.name) {
                let message =
                    format!("another rule is called “{}”; give each rule a name of its own", rule.name);
                diagnostics.push(at(message));
            }
            if let Some(why) = rule.contradiction() {
                diagnostics.push(at(format!("the rule “{}” does nothing: {why}", rule.name)));
            }
            diagnostics.ok(self.check_in_time(section, &rule));
            rules.push(rule);
        }
        let rules = Rules::new(rules);
        self.check_order(&rules, diagnostics);
        rules
    }

    /// Checks that a rule for calls to a bot answers while they ring.
    fn check_in_time(&self, section: &RuleSection, rule: &Rule) -> Result<(), Invalid> {
        let Some(delay) = section.rule.delay.as_ref().filter(|_| rule.is_for_calls()) else { return Ok(()) };
        let ringing_time = self.longest_ringing_time();
        if delay.get_ref().0 < ringing_time {
            return Ok(());
        }
        let seconds = ringing_time.as_secs();
        let message = format!(
            "`delay`: a call to the bot rings for {seconds} s only, so the rule “{}” would never answer; \
             write less than \"{seconds}s\"",
            rule.name
        );
        Err(self.invalid(delay, message))
    }

    /// Reports the rules that never apply because of one before them.
    fn check_order(&self, rules: &Rules, diagnostics: &mut Diagnostics) {
        for (index, rule) in rules.iter().enumerate() {
            let Some(earlier) = rules.covering(index) else { continue };
            let has_name = |section: &&RuleSection| {
                section.rule.name.as_ref().is_some_and(|name| name.get_ref().trim() == rule.name.as_str())
            };
            let start = self.root.rules.iter().rfind(has_name).map_or(0, |section| section.start);
            let message = format!(
                "the rule “{}” is never reached: the rule “{}” before it applies to the same invitations; \
                 move it up, or narrow the other",
                rule.name, earlier.name
            );
            diagnostics.push(Diagnostic::at(&self.text, start, message));
        }
    }

    fn rule(
        &self,
        section: &RuleSection,
        diagnostics: &mut Diagnostics,
        defaults: (Reason, Rejection),
    ) -> Option<Rule> {
        let keys = &section.rule;
        let name = diagnostics.ok(self.rule_name(section));
        let conditions = self.conditions(keys, diagnostics);
        let kinds = conditions.as_ref().and_then(|conditions| {
            conditions.iter().find_map(|condition| match condition {
                Condition::Kind(kinds) => Some(kinds.clone()),
                _ => None,
            })
        });
        let action = diagnostics.ok(self.action_of(section, kinds.as_deref(), defaults));
        if !section.is_whole {
            return None;
        }
        Some(Rule { name: name?, conditions: conditions?, action: action? })
    }

    fn rule_name(&self, section: &RuleSection) -> Result<DisplayText, Invalid> {
        let Some(name) = &section.rule.name else {
            return Err(self.lacking(section, "the rule has no `name`; add one like name = \"night\""));
        };
        let text = name.get_ref().trim();
        if text.is_empty() || text.chars().count() > MAX_NAME {
            return Err(self.invalid(name, format!("`name` must have 1 to {MAX_NAME} characters")));
        }
        Ok(DisplayText::new(text))
    }

    /// Returns the error for a key that a rule lacks.
    fn lacking(&self, section: &RuleSection, message: &str) -> Invalid {
        if section.is_whole {
            Invalid::Diagnostic(Diagnostic::at(&self.text, section.start, message))
        } else {
            Invalid::AlreadyReported
        }
    }

    fn conditions(&self, keys: &Keys, diagnostics: &mut Diagnostics) -> Option<Vec<Condition>> {
        let glob = |text: &str| Glob::new(text).ok_or_else(|| "write a name, an address or a domain".into());
        let from = self.list("from", keys.from.as_ref(), glob);
        let kind = self.list("kind", keys.kind.as_ref(), |text| one_of(text, &Kind::NAMES, Kind::parse));
        let network =
            self.list("network", keys.network.as_ref(), |text| one_of(text, &Network::NAMES, Network::parse));
        let importance = self.list("importance", keys.importance.as_ref(), |text| {
            one_of(text, &Importance::ALL.map(Importance::name), Importance::parse)
        });
        let tenant = self.list("tenant", keys.tenant.as_ref(), |text| {
            let id = uuid::Uuid::parse_str(text.trim()).map(|id| id.to_string());
            id.map_err(|_| {
                "write the id of a directory, like \"72f988bf-86f1-41af-91ab-2d7cd011db47\"".into()
            })
        });
        let time = self.schedule(keys, diagnostics);
        let is_valid =
            from.is_ok() && kind.is_ok() && network.is_ok() && importance.is_ok() && tenant.is_ok();
        let is_valid = is_valid && time.is_ok();
        let conditions = [
            diagnostics.ok(from).flatten().map(Condition::From),
            diagnostics.ok(kind).flatten().map(Condition::Kind),
            diagnostics.ok(network).flatten().map(Condition::Network),
            diagnostics.ok(importance).flatten().map(Condition::Importance),
            diagnostics.ok(time).flatten().map(Condition::Time),
            diagnostics.ok(tenant).flatten().map(Condition::Tenant),
            keys.in_contacts.map(Condition::InContacts),
        ];
        is_valid.then(|| conditions.into_iter().flatten().collect())
    }

    /// Checks the hours and the days, and reports the mistakes of both.
    fn schedule(&self, keys: &Keys, diagnostics: &mut Diagnostics) -> Result<Option<Schedule>, Invalid> {
        let hours = self.list("hours", keys.hours.as_ref(), |text| text.parse().map_err(str::to_owned));
        let days = self.list("days", keys.days.as_ref(), |text| text.parse::<Days>().map_err(str::to_owned));
        let (hours, days) = (diagnostics.ok(hours), diagnostics.ok(days));
        let (Some(hours), Some(days)) = (hours, days) else { return Err(Invalid::AlreadyReported) };
        if hours.is_none() && days.is_none() {
            return Ok(None);
        }
        let days = days.and_then(|days| days.into_iter().reduce(Days::with)).unwrap_or(Days::ALL);
        Ok(Some(Schedule { hours: hours.unwrap_or_default(), days }))
    }

    fn action_of(
        &self,
        section: &RuleSection,
        kinds: Option<&[Kind]>,
        (reason, rejection): (Reason, Rejection),
    ) -> Result<Action, Invalid> {
        let Keys { action, reason: given, delay, .. } = &section.rule;
        let Some(action) = action else {
            return Err(
                self.lacking(section, "the rule has no `action`; use ring, silence, decline or accept")
            );
        };
        let name =
            one_of(action.get_ref(), &ACTIONS, |name| ACTIONS.into_iter().find(|known| *known == name))
                .map_err(|why| self.invalid(action, format!("`action`: {why}")))?;
        if let Some(given) = given.as_ref().filter(|_| name != "decline") {
            return Err(self.invalid(given, format!("`reason` belongs to the action decline, not to {name}")));
        }
        let answer = match name {
            "ring" | "silence" => {
                if let Some(delay) = delay {
                    let message = format!("`delay` belongs to the actions decline and accept, not to {name}");
                    return Err(self.invalid(delay, message));
                }
                return Ok(if name == "ring" { Action::Ring } else { Action::Silence });
            }
            "accept" => Answer::Accept,
            _ => match given {
                Some(given) => self.reason(given, kinds, (reason, rejection))?,
                None => Answer::Decline { reason, rejection },
            },
        };
        Ok(Action::Answer { answer, delay: self.delay(delay.as_ref())? })
    }

    fn delay(&self, delay: Option<&Spanned<HumanDuration>>) -> Result<Duration, Invalid> {
        match delay {
            None => Ok(Duration::ZERO),
            Some(delay) if delay.get_ref().0 <= MAX_DELAY => Ok(delay.get_ref().0),
            Some(delay) => Err(self.invalid(
                delay,
                format!("`delay` must be at most {} s; nothing rings for longer", MAX_DELAY.as_secs()),
            )),
        }
    }

    /// Reads the reason for declining invitations or for rejecting calls. The other kind gets its default.
    fn reason(
        &self,
        given: &Spanned<String>,
        kinds: Option<&[Kind]>,
        (reason, rejection): (Reason, Rejection),
    ) -> Result<Answer, Invalid> {
        let name = given.get_ref().trim();
        let of_calls = Rejection::parse(name);
        let has_calls = kinds.is_none_or(|kinds| kinds.contains(&Kind::Call));
        let has_others = kinds.is_none_or(|kinds| kinds.iter().any(|kind| *kind != Kind::Call));
        match (Reason::parse(name), of_calls) {
            (Some(reason), _) if has_others => Ok(Answer::Decline { reason, rejection }),
            (_, Some(rejection)) if has_calls => Ok(Answer::Decline { reason, rejection }),
            (Some(_), _) => {
                Err(self
                    .invalid(given, "`reason`: a call to the bot is rejected with busy, none or forbidden"))
            }
            (None, Some(_)) => Err(self
                .invalid(given, "`reason`: this is one for calls to the bot; use Local, Global or Unknown")),
            (None, None) => {
                let names: Vec<&str> = Reason::ALL.into_iter().map(Reason::name).collect();
                let names = [names, Rejection::ALL.map(Rejection::name).to_vec()].concat();
                Err(self.invalid(given, format!("`reason`: {}", unknown(name, &names))))
            }
        }
    }
}
