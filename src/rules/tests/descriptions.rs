//! Conditions and the facts about an invitation in words, which `rsvp rules` prints.

use super::{Condition, Facts, facts, from, importance, lene, network, party, tenant, time};
use crate::invitation::{Importance, Kind, Party};

#[test]
fn a_condition_is_described_by_its_key_and_its_values() {
    for (condition, described) in [
        (from(&["Lene", "*@contoso.com"]), "from lene, *@contoso.com"),
        (Condition::Kind(vec![Kind::Message, Kind::Phone]), "kind message, phone"),
        (network(&["Federated", "public-cloud"]), "network federated, public-cloud"),
        (importance(&[Importance::Urgent]), "importance urgent"),
        (Condition::InContacts(false), "in_contacts false"),
        (tenant("4a1fd02f"), "tenant 4a1fd02f"),
        (time(&["09:05-17:30", "18:00-24:00"], "Mon-Sun"), "time 09:05-17:30, 18:00-24:00"),
        (time(&[], "Sat-Sun"), "time Sat, Sun"),
        (time(&["09:00-17:00"], "Mon-Tue"), "time Mon, Tue 09:00-17:00"),
    ] {
        assert_eq!(condition.described(), described);
    }
}

#[test]
fn a_fact_that_is_missing_is_told_from_one_that_is_not_known() {
    let message = |from| facts(Kind::Message, from);
    let hidden = message(party("", "", "anonymous"));
    let unknown = Facts { tenant: None, network: None, ..message(Party::default()) };
    for (condition, facts, fact) in [
        (from(&["x"]), &message(lene()), "Lene Aaling <sip:lenea@contoso.com>"),
        (from(&["x"]), &hidden, "not given"),
        (from(&["x"]), &unknown, "unknown"),
        (network(&["user"]), &hidden, "anonymous"),
        (network(&["user"]), &unknown, "unknown"),
        (network(&["user"]), &facts(Kind::Call, Party::default()), "none"),
        (tenant("a"), &Facts { tenant: Some("b".into()), ..hidden.clone() }, "b"),
        (tenant("a"), &hidden, "none"),
        (tenant("a"), &unknown, "unknown"),
        (Condition::InContacts(true), &unknown, "unknown"),
        (Condition::InContacts(true), &Facts { in_contacts: Some(false), ..unknown.clone() }, "false"),
        (importance(&[Importance::Urgent]), &hidden, "normal"),
        (time(&[], "Mon-Sun"), &hidden, "Mon 09:00"),
    ] {
        assert_eq!(condition.fact(facts), fact, "{}", condition.described());
    }
}
