//! `rsvp rules explain`.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Context;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::output::print_line;
use crate::app::address;
use crate::cli::{Explain, Global};
use crate::config;
use crate::history::{self, Record, open};
use crate::invitation::{Direction, Importance, Kind, Party};
use crate::rules::{Action, Answer, Condition, Explanation, Facts, Rules, Truth, Verdict};
use crate::runtime::wall;
use crate::text::DisplayText;

/// Prints which rule decides about an invitation, and why each one before it does not.
pub(super) fn explain(arguments: &Explain, global: &Global) -> anyhow::Result<()> {
    let config = config::load_rules(global.config.as_deref(), global.profile.as_deref())?;
    let rules = config.settings.rules;
    if rules.is_empty() {
        return print_line("There are no rules, so every invitation rings. docs/rules.md describes them.");
    }
    print_line(&text(&rules, &facts(arguments)?))
}

/// Returns the facts that the arguments give, or those of the latest invitation.
fn facts(arguments: &Explain) -> anyhow::Result<Facts> {
    let is_described = arguments.who.is_some()
        || arguments.kind.is_some()
        || arguments.at.is_some()
        || arguments.importance.is_some()
        || arguments.network.is_some();
    let mut facts = if is_described { described(arguments)? } else { latest()? };
    if let Some(in_contacts) = arguments.in_contacts {
        facts.in_contacts = Some(in_contacts);
    }
    if let Some(tenant) = &arguments.tenant {
        facts.tenant = Some(DisplayText::new(tenant.trim()));
    }
    Ok(facts)
}

fn described(arguments: &Explain) -> anyhow::Result<Facts> {
    let kind = arguments.kind.as_deref().and_then(Kind::parse);
    let from = arguments.who.as_deref().map(party).transpose()?.unwrap_or_default();
    let importance = arguments.importance.as_deref().and_then(Importance::parse);
    Ok(Facts {
        is_from_partial: from.name.is_empty() || from.uri.is_empty(),
        from,
        kind,
        importance: Some(importance.unwrap_or_default()),
        network: arguments.network.as_deref().map(DisplayText::new),
        at: arguments.at.unwrap_or_else(wall),
        in_contacts: (kind == Some(Kind::Call)).then_some(false),
        tenant: kind.filter(|kind| *kind != Kind::Call).map(|_| DisplayText::default()),
    })
}

/// Returns the party that a text names: by a name, an address, or both.
fn party(text: &str) -> anyhow::Result<Party> {
    let text = text.trim();
    let bracketed = text.strip_suffix('>').and_then(|rest| rest.split_once('<'));
    let (name, address) = match bracketed {
        Some((name, address)) => (name.trim(), address.trim()),
        None if text.contains(['@', ':']) || text.starts_with('+') => ("", text),
        None => (text, ""),
    };
    let uri = if address.is_empty() { String::new() } else { uri(address)? };
    Ok(Party { name: DisplayText::new(name), uri: DisplayText::new(&uri), ..Party::default() })
}

/// Returns the URI of an address, as an invitation has it. Callers of a bot have schemes of their own, like `user:`.
fn uri(address: &str) -> anyhow::Result<String> {
    let is_of_bot = address
        .split_once(':')
        .is_some_and(|(scheme, _)| !["sip", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known)));
    if is_of_bot {
        return Ok(address.to_owned());
    }
    address::person(address).map_err(|complaint| anyhow::anyhow!("--who “{address}”: {complaint}"))
}

/// Returns the facts of the latest incoming invitation in the history.
fn latest() -> anyhow::Result<Facts> {
    let path = history::default_path().context("there is no directory for the history on this system")?;
    let nothing = "the history has no incoming invitation; describe one with --who, --kind and --at";
    anyhow::ensure!(path.exists(), nothing);
    let opened = open(&path).with_context(|| format!("can't read the history in {}", path.display()))?;
    let records = opened.database.find(None, 1, |record| record.direction == Direction::Incoming)?;
    Ok(of_record(records.first().context(nothing)?))
}

fn of_record(record: &Record) -> Facts {
    let rang = SignedDuration::try_from(record.rang.unwrap_or_default()).unwrap_or_default();
    let at = record.at.with_time_zone(TimeZone::system()).datetime();
    let is_call = record.kind == Kind::Call;
    Facts {
        from: record.from.clone(),
        is_from_partial: false,
        kind: Some(record.kind),
        importance: Some(record.importance),
        network: (!record.from.origin.is_empty()).then(|| record.from.origin.clone()),
        at: at.checked_sub(rang).unwrap_or(at),
        in_contacts: is_call.then_some(false),
        tenant: (!is_call).then(DisplayText::default),
    }
}

/// Returns the invitation, each rule up to the one that decides, and what comes of it.
fn text(rules: &Rules, facts: &Facts) -> String {
    let kind = facts.kind.map_or("Invitation", Kind::word);
    let who = if facts.from.is_empty() { "somebody".into() } else { facts.from.full() };
    let mut text = format!("{kind} from {who}, {}\n", facts.at.strftime("%a %Y-%m-%d %H:%M"));
    for explanation in rules.explain(facts) {
        let _ = write!(text, "\n{}", line(&explanation));
    }
    let _ = write!(text, "\n\n{}", result(rules, facts));
    text
}

fn line(Explanation { rule, applies, against }: &Explanation<'_>) -> String {
    let sign = match applies {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "?",
    };
    let reasons: Vec<String> = against
        .iter()
        // What is not known does not matter for a rule that is ruled out anyway.
        .filter(|(_, truth, _)| truth == applies)
        .map(|(condition, _, fact)| format!("{} (is {fact})", condition.described()))
        .collect();
    let words = match applies {
        Truth::Yes => rule.action.name().to_owned(),
        Truth::No => format!("not {}", reasons.join(", not ")),
        Truth::Unknown => reasons.join(", "),
    };
    format!("  {sign:<4}  {:<16}  {words}", rule.name)
}

fn result(rules: &Rules, facts: &Facts) -> String {
    match rules.decide(facts) {
        Verdict::None => "No rule applies, so it rings.".into(),
        Verdict::Unknown(rule) => {
            let unknown = rule.conditions.iter().filter(|it| it.holds(facts) == Truth::Unknown);
            let options: Vec<&str> = unknown.map(option).collect();
            format!(
                "That depends on the rule “{}”: what it asks for is not known, and then the invitation rings. Give {}.",
                rule.name,
                options.join(" and ")
            )
        }
        Verdict::Match(rule) => format!("Rule “{}”: {}.", rule.name, outcome(&rule.action, facts.kind)),
    }
}

/// Returns the option that gives the fact of a condition.
fn option(condition: &Condition) -> &'static str {
    match condition {
        Condition::From(_) => "--who \"Name <address>\"",
        Condition::Kind(_) => "--kind",
        Condition::Network(_) => "--network",
        Condition::Importance(_) => "--importance",
        Condition::Time(_) => "--at",
        Condition::InContacts(_) => "--in-contacts",
        Condition::Tenant(_) => "--tenant",
    }
}

fn outcome(action: &Action, kind: Option<Kind>) -> String {
    let (answer, delay) = match action {
        Action::Ring => return "it rings".into(),
        Action::Silence => return "it is listed without bell and banner".into(),
        Action::Answer { answer, delay } => (answer, delay),
    };
    let when = if *delay == Duration::ZERO {
        "at once".to_owned()
    } else {
        format!("after {} s, unless you do something before", delay.as_secs_f32())
    };
    let words = match answer {
        Answer::Accept => "accepted".to_owned(),
        Answer::Decline { rejection, .. } if kind == Some(Kind::Call) => {
            format!("rejected ({})", rejection.name())
        }
        Answer::Decline { reason, .. } => format!("declined ({}: {})", reason.name(), reason.effect()),
    };
    format!("it is {words} {when}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{Reason, Rejection};
    use crate::rules::{Glob, Rule};

    fn rules() -> Rules {
        let rule = |name: &str, conditions, action| Rule { name: DisplayText::new(name), conditions, action };
        let decline = Answer::Decline { reason: Reason::Global, rejection: Rejection::Busy };
        let boss = Condition::From(vec![Glob::new("boss@*").unwrap()]);
        let night = Condition::Time(crate::rules::Schedule {
            hours: vec!["18:00-08:00".parse().unwrap()],
            days: crate::rules::Days::ALL,
        });
        Rules::new(vec![
            rule("boss", vec![boss, Condition::Kind(vec![Kind::Message])], Action::Ring),
            rule("friends", vec![Condition::InContacts(true)], Action::Ring),
            rule("night", vec![night], Action::Answer { answer: decline, delay: Duration::from_secs(5) }),
        ])
    }

    fn arguments(who: &str, at: i8, in_contacts: Option<bool>) -> Explain {
        Explain {
            last: None,
            who: Some(who.into()),
            kind: Some("message".into()),
            at: Some(jiff::civil::date(2026, 1, 5).at(at, 30, 0, 0)),
            importance: None,
            network: None,
            in_contacts,
            tenant: None,
        }
    }

    #[test]
    fn the_rule_that_decides_is_told_with_what_speaks_against_those_before_it() {
        let facts = facts(&arguments("Lene <lene@contoso.com>", 22, Some(false))).unwrap();
        assert_eq!(
            text(&rules(), &facts),
            "IM from Lene <sip:lene@contoso.com>, Mon 2026-01-05 22:30\n\n  \
             no    boss              not from boss@* (is Lene <sip:lene@contoso.com>)\n  \
             no    friends           not in_contacts true (is false)\n  \
             yes   night             decline\n\n\
             Rule “night”: it is declined (Global: all your devices stop ringing) after 5 s, unless you do something before."
        );
    }

    #[test]
    fn what_is_not_known_is_asked_for() {
        let facts = facts(&arguments("Lene <lene@contoso.com>", 22, None)).unwrap();
        let text = text(&rules(), &facts);
        assert!(text.contains("?     friends           in_contacts true (is unknown)"), "{text}");
        assert!(text.ends_with("the invitation rings. Give --in-contacts."), "{text}");
    }

    #[test]
    fn without_a_rule_that_applies_it_rings() {
        let facts = facts(&arguments("+14255550111", 12, Some(false))).unwrap();
        assert!(text(&rules(), &facts).ends_with("No rule applies, so it rings."));
    }

    #[test]
    fn a_caller_is_given_by_name_by_address_or_by_both() {
        for (text, full) in [
            ("Lene Aaling", "Lene Aaling"),
            ("lene@contoso.com", "sip:lene@contoso.com"),
            ("sip:lene@contoso.com", "sip:lene@contoso.com"),
            ("+1425", "tel:+1425"),
            ("Lene <+1425>", "Lene <tel:+1425>"),
            ("+14255550100", "tel:+14255550100"),
            ("+1 425 555 0100", "tel:+14255550100"),
            ("TEL:+1 425 555 0100", "tel:+14255550100"),
            ("Lene <SIP:lene@contoso.com>", "Lene <sip:lene@contoso.com>"),
            ("user:112f7296-5fa4-42ca-bae8-6a692b15d4b8", "user:112f7296-5fa4-42ca-bae8-6a692b15d4b8"),
        ] {
            assert_eq!(party(text).unwrap().full(), full, "{text}");
        }
        for text in ["lene@", "+1", "Lene <lene>", "sip:lene"] {
            let complaint = party(text).unwrap_err().to_string();
            assert!(complaint.contains("like joe@contoso.com"), "{text}: {complaint}");
        }
    }
}
