//! Tests of the rules, as tables.

mod descriptions;
mod schedules;

use std::time::Duration;

use jiff::civil::{DateTime, date};

use super::{Action, Answer, Condition, Facts, Glob, Network, Rule, Rules, Schedule, Truth, Verdict};
use crate::invitation::{
    AccountId, Direction, Fact, Importance, Invitation, InvitationId, Kind, Moment, Party, Reason, Rejection,
};

/// A Monday morning.
fn monday() -> DateTime {
    date(2026, 1, 5).at(9, 0, 0, 0)
}

fn party(name: &str, uri: &str, origin: &str) -> Party {
    Party { name: name.into(), uri: uri.into(), origin: origin.into() }
}

fn lene() -> Party {
    party("Lene Aaling", "sip:lenea@contoso.com", "your organization")
}

fn facts(kind: Kind, from: Party) -> Facts {
    let id = InvitationId { account: AccountId(0), number: 1 };
    let start = Moment::default();
    let invitation = Invitation::new(id, kind, Direction::Incoming, start, start);
    Facts::of(&Invitation { from, ..invitation }, monday())
}

fn from(patterns: &[&str]) -> Condition {
    Condition::From(patterns.iter().filter_map(|pattern| Glob::new(pattern)).collect())
}

fn rule(name: &str, conditions: Vec<Condition>, action: Action) -> Rule {
    Rule { name: name.into(), conditions, action }
}

fn time(hours: &[&str], days: &str) -> Condition {
    let hours = hours.iter().map(|it| it.parse().unwrap()).collect();
    Condition::Time(Schedule { hours, days: days.parse().unwrap() })
}

fn network(names: &[&str]) -> Condition {
    Condition::Network(names.iter().filter_map(|name| Network::parse(name)).collect())
}

fn importance(some: &[Importance]) -> Condition {
    Condition::Importance(some.to_vec())
}

fn tenant(id: &str) -> Condition {
    Condition::Tenant(vec![id.to_owned()])
}

const DECLINE: Action = Action::Answer {
    answer: Answer::Decline { reason: Reason::Global, rejection: Rejection::Busy },
    delay: Duration::ZERO,
};

const ACCEPT: Action = Action::Answer { answer: Answer::Accept, delay: Duration::ZERO };

#[test]
fn a_pattern_matches_the_whole_of_a_name_an_address_or_a_domain_in_any_case() {
    for (pattern, name, uri, matches) in [
        ("*", "", "", false),
        ("*", "", "tel:+1", true),
        ("lene aaling", "Lene Aaling", "", true),
        ("lene", "Lene Aaling", "", false),
        ("lene*", "Lene Aaling", "", true),
        ("*aal?ng", "Lene Aaling", "", true),
        ("ÅSE*", "åse Bø", "", true),
        ("*@contoso.com", "", "sip:lenea@contoso.com", true),
        ("*@contoso.com", "", "sip:lenea@contoso.com.example", false),
        ("contoso.com", "", "sip:lenea@contoso.com", true),
        ("*.contoso.com", "", "sip:lenea@emea.contoso.com", true),
        ("*.contoso.com", "", "sip:lenea@contoso.com", false),
        ("sip:lenea@*", "", "SIP:LENEA@contoso.com", true),
        ("+1425*", "", "tel:+14255550111", true),
        ("+1425*", "", "tel:+44255550111", false),
        ("+14255550111", "", "sip:+14255550111@contoso.com;user=phone", false),
        ("+14255550111@contoso.com", "", "sip:+14255550111@contoso.com;user=phone", true),
        ("*@contoso.com", "boss@contoso.com", "sip:eve@evil.example", false),
        ("sip:*", "sip:boss", "tel:+1", false),
        ("*@contoso.com", "", "sip:eve@evil.example;x=@contoso.com", false),
        ("a*b*c", "aXbYbZc", "", true),
        ("a*b*c", "aXbYbZ", "", false),
        ("***", "x", "", true),
    ] {
        let glob = Glob::new(pattern).unwrap();
        assert_eq!(glob.matches_party(&party(name, uri, "")), matches, "{pattern} and {name} <{uri}>");
    }
    assert_eq!(Glob::new("  "), None);
}

#[test]
fn each_condition_holds_for_what_it_names() {
    let call = party("Bo", "user:1", "user");
    let anonymous = party("", "", "federated, anonymous");
    let kinds = |kinds: &[Kind]| Condition::Kind(kinds.to_vec());
    let tenant = tenant("4a1fd02f-0000-4000-8000-000000000001");
    let of_tenant = Facts {
        tenant: Some("4a1fd02f-0000-4000-8000-000000000001".into()),
        ..facts(Kind::Call, call.clone())
    };
    for (condition, facts, holds) in [
        (kinds(&[Kind::Message, Kind::Phone]), facts(Kind::Phone, lene()), Truth::Yes),
        (kinds(&[Kind::Message]), facts(Kind::Phone, lene()), Truth::No),
        (network(&["your-organization"]), facts(Kind::Phone, lene()), Truth::Yes),
        (network(&["federated"]), facts(Kind::Phone, lene()), Truth::No),
        (network(&["anonymous"]), facts(Kind::Phone, anonymous.clone()), Truth::Yes),
        (network(&["federated"]), facts(Kind::Phone, anonymous.clone()), Truth::Yes),
        (network(&["user"]), facts(Kind::Call, call.clone()), Truth::Yes),
        (importance(&[Importance::Urgent]), facts(Kind::Phone, lene()), Truth::No),
        (importance(&[Importance::Normal]), facts(Kind::Phone, lene()), Truth::Yes),
        (Condition::InContacts(false), facts(Kind::Call, call.clone()), Truth::Yes),
        (Condition::InContacts(true), facts(Kind::Call, call), Truth::No),
        (tenant.clone(), of_tenant, Truth::Yes),
        (tenant, facts(Kind::Message, lene()), Truth::No),
        (from(&["*@contoso.com"]), facts(Kind::Message, lene()), Truth::Yes),
        (from(&["Boss", "*.example"]), facts(Kind::Message, lene()), Truth::No),
        (from(&["*"]), facts(Kind::Phone, anonymous.clone()), Truth::Yes),
        (from(&["Boss"]), facts(Kind::Phone, anonymous), Truth::No),
    ] {
        assert_eq!(condition.holds(&facts), holds, "{} and {facts:?}", condition.described());
    }
}

#[test]
fn a_fact_that_is_not_known_yet_is_neither_true_nor_false() {
    let nobody = facts(Kind::Message, Party::default());
    let nameless = facts(Kind::Message, party("", "sip:lenea@contoso.com", ""));
    let phone = facts(Kind::Phone, party("", "tel:+14255550111", ""));
    let titled = facts(Kind::Message, party("Lene Aaling", "", ""));
    let in_contacts = Condition::InContacts(true);
    for (condition, facts, holds) in [
        (from(&["*@contoso.com"]), &nobody, Truth::Unknown),
        (from(&["*@contoso.com"]), &nameless, Truth::Yes),
        (from(&["*@fabrikam.com"]), &nameless, Truth::No),
        (from(&["Boss*"]), &nameless, Truth::Unknown),
        (from(&["Boss*"]), &phone, Truth::No),
        (from(&["*@contoso.com"]), &titled, Truth::Unknown),
        (from(&["Lene*"]), &titled, Truth::Yes),
        (network(&["federated"]), &nameless, Truth::Unknown),
        (in_contacts.clone(), &nameless, Truth::Unknown),
        (in_contacts.clone(), &Facts { in_contacts: Some(true), ..nameless.clone() }, Truth::Yes),
        (in_contacts, &Facts { in_contacts: Some(false), ..nameless.clone() }, Truth::No),
    ] {
        assert_eq!(condition.holds(facts), holds, "{} and {facts:?}", condition.described());
    }
}

#[test]
fn the_tenant_is_the_directory_of_a_call() {
    let id = InvitationId { account: AccountId(0), number: 1 };
    let start = Moment::default();
    let mut call = Invitation::new(id, Kind::Call, Direction::Incoming, start, start);
    call.facts.push(Fact { label: Invitation::TENANT, value: "abc".into() });
    assert_eq!(Facts::of(&call, monday()).tenant, Some("abc".into()));
}

#[test]
fn the_first_rule_that_applies_decides_and_one_that_may_apply_is_not_passed_over() {
    let rules = Rules::new(vec![
        rule("friends", vec![Condition::InContacts(true)], Action::Ring),
        rule("calls", vec![Condition::Kind(vec![Kind::Call])], ACCEPT),
        rule("night", vec![time(&["18:00-08:00"], "Mon-Sun")], Action::Silence),
        rule("rest", vec![], DECLINE),
    ]);
    let named = |facts: &Facts| match rules.decide(facts) {
        Verdict::Match(rule) => rule.name.to_string(),
        Verdict::Unknown(rule) => format!("{}?", rule.name),
        Verdict::None => String::new(),
    };
    let message = facts(Kind::Message, lene());
    let known = |in_contacts| Facts { in_contacts: Some(in_contacts), ..message.clone() };
    assert_eq!(named(&message), "friends?");
    assert_eq!(named(&known(true)), "friends");
    assert_eq!(named(&known(false)), "rest");
    assert_eq!(named(&Facts { at: monday().date().at(3, 0, 0, 0), ..known(false) }), "night");
    assert_eq!(named(&facts(Kind::Call, party("Bo", "user:1", "user"))), "calls");
    assert_eq!(Rules::default().decide(&message), Verdict::None);
}

#[test]
fn an_explanation_ends_with_the_rule_that_applies_and_gives_the_facts_against_the_others() {
    let rules = Rules::new(vec![
        rule("calls", vec![Condition::Kind(vec![Kind::Call]), from(&["Bo"])], ACCEPT),
        rule("friends", vec![Condition::InContacts(true)], Action::Ring),
        rule("day", vec![time(&["08:00-18:00"], "Mon-Fri")], DECLINE),
        rule("rest", vec![], DECLINE),
    ]);
    let told: Vec<String> = rules
        .explain(&facts(Kind::Message, lene()))
        .iter()
        .map(|it| {
            let against =
                it.against.iter().map(|(condition, _, fact)| format!("{}: {fact}", condition.described()));
            format!("{} {:?} {}", it.rule.name, it.applies, against.collect::<Vec<_>>().join("; "))
        })
        .collect();
    let expected = [
        "calls No kind call: message; from bo: Lene Aaling <sip:lenea@contoso.com>",
        "friends Unknown in_contacts true: unknown",
        "day Yes ",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_rule_after_one_that_covers_it_never_applies() {
    let message = || Condition::Kind(vec![Kind::Message]);
    let many = || Condition::Kind(vec![Kind::Message, Kind::Phone]);
    for (earlier, later, covers) in [
        (vec![], vec![message()], true),
        (vec![from(&["*"])], vec![message()], true),
        (vec![many()], vec![message()], true),
        (vec![message()], vec![many()], false),
        (vec![message()], vec![message(), from(&["Lene"])], true),
        (vec![message(), from(&["Lene"])], vec![message()], false),
        (vec![from(&["a", "b"])], vec![from(&["b"])], true),
        (vec![time(&[], "Mon-Fri")], vec![time(&["09:00-10:00"], "Tue")], true),
        (vec![time(&[], "Tue")], vec![time(&["22:00-06:00"], "Tue")], false),
        (vec![time(&["09:00-10:00"], "Mon-Sun")], vec![time(&["09:00-10:00"], "Tue")], true),
        (vec![time(&["09:00-10:00"], "Mon-Sun")], vec![time(&[], "Tue")], false),
        (vec![Condition::InContacts(true)], vec![Condition::InContacts(false)], false),
        (vec![Condition::InContacts(true)], vec![Condition::InContacts(true)], true),
        (vec![network(&["external", "user"])], vec![network(&["user"])], true),
        (vec![network(&["user"])], vec![network(&["external", "user"])], false),
        (vec![importance(&[Importance::Urgent])], vec![importance(&[Importance::Urgent])], true),
        (vec![importance(&[Importance::Urgent])], vec![importance(&[Importance::Normal])], false),
        (vec![tenant("a")], vec![tenant("a")], true),
        (vec![tenant("a")], vec![tenant("b")], false),
    ] {
        let rules = Rules::new(vec![
            rule("earlier", earlier.clone(), Action::Ring),
            rule("later", later.clone(), DECLINE),
        ]);
        assert_eq!(rules.covering(1).is_some(), covers, "{earlier:?} and {later:?}");
        assert_eq!(rules.covering(0), None);
    }
}

#[test]
fn a_rule_that_contradicts_itself_is_found() {
    let kind = |kind| Condition::Kind(vec![kind]);
    for (conditions, action, contradicts) in [
        (vec![kind(Kind::Participant)], DECLINE, true),
        (vec![kind(Kind::Phone)], ACCEPT, true),
        (vec![kind(Kind::Phone)], DECLINE, false),
        (vec![Condition::Kind(vec![Kind::Phone, Kind::Message])], ACCEPT, false),
        (vec![kind(Kind::Message), Condition::Tenant(vec!["x".into()])], DECLINE, true),
        (vec![Condition::Tenant(vec!["x".into()])], DECLINE, false),
        (vec![kind(Kind::Call), Condition::InContacts(true)], DECLINE, true),
        (vec![kind(Kind::Call), Condition::InContacts(false)], DECLINE, false),
        (vec![], ACCEPT, false),
    ] {
        let rule = rule("x", conditions, action);
        assert_eq!(rule.contradiction().is_some(), contradicts, "{rule:?}");
    }
}

#[test]
fn the_contact_list_is_needed_wherever_a_condition_asks_for_it() {
    let rule = |conditions: Vec<Condition>| Rule { name: "rule".into(), conditions, action: Action::Ring };
    let others = || vec![from(&["*@contoso.com"])];
    let contacts = || vec![Condition::InContacts(false)];
    let last = [others(), contacts()].concat();
    assert!(!Rules::new(vec![rule(others()), rule(Vec::new())]).need_contacts());
    assert!(Rules::new(vec![rule(contacts())]).need_contacts());
    assert!(Rules::new(vec![rule(last.clone())]).need_contacts(), "as the last condition");
    assert!(Rules::new(vec![rule(others()), rule(last)]).need_contacts(), "of the last rule");
}
