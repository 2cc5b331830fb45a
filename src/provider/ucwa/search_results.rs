//! The results of a search for people (`search` in the UCWA reference).

use std::collections::HashSet;

use super::store::decode;
use super::wire::resource::Resource;
use crate::invitation::FoundPerson;
use crate::text::DisplayText;

/// The maximum number of people who are shown: more are found by a longer text.
pub const MAX_RESULTS: usize = 50;

/// The results of a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SearchResults {
    /// The people with the hrefs of their presence, each address once.
    pub people: Vec<(FoundPerson, Option<String>)>,
    /// Whether the server has no more results.
    pub is_complete: bool,
}

impl SearchResults {
    /// Decodes the resource `search`. People who have no address that can be shown as it is are left out, as nobody
    /// could check whom an invitation goes to.
    #[must_use]
    pub fn of(resource: &Resource<'_>) -> Self {
        let mut people = Vec::new();
        let mut addresses = HashSet::new();
        let mut is_complete = resource.flag("moreResultsAvailable") != Some(true);
        let contacts = resource.embedded.iter().filter(|(rel, _)| rel == "contact");
        for (_, contact) in contacts {
            let Some(person) = person(contact) else { continue };
            if !addresses.insert(person.party.uri.as_str().to_ascii_lowercase()) {
                continue;
            }
            if people.len() == MAX_RESULTS {
                is_complete = false;
                break;
            }
            people.push((person, contact.href("contactPresence").map(str::to_owned)));
        }
        Self { people, is_complete }
    }
}

/// Decodes a `contact`; `None` if nobody can be invited by it.
fn person(contact: &Resource<'_>) -> Option<FoundPerson> {
    let party = decode::party(contact);
    let uri = party.uri.as_str();
    let is_sip = uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("sip:"));
    let is_tel = uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
    let is_exact = ["uri", "workPhoneNumber", "otherPhoneNumber"]
        .into_iter()
        .find_map(|name| contact.text(name))
        .is_some_and(|raw| raw == uri);
    let text = |name| DisplayText::new(contact.text(name).unwrap_or_default());
    ((is_sip || is_tel) && uri.len() > 4 && is_exact).then(|| FoundPerson {
        title: text("title"),
        department: text("department"),
        availability: None,
        party,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ucwa::wire::json;

    fn results(contacts: &str) -> SearchResults {
        let body = format!(r#"{{"rel":"search","_embedded":{{"contact":{contacts}}}}}"#);
        SearchResults::of(&json::resource(&body).unwrap())
    }

    fn addresses(results: &SearchResults) -> Vec<&str> {
        results.people.iter().map(|(person, _)| person.party.uri.as_str()).collect()
    }

    #[test]
    fn a_single_result_may_come_without_an_array_and_none_without_anything() {
        let one = results(
            r#"{"name":"Dana Birkby","uri":"sip:dana@x.example","title":"Engineer","department":"Sales",
                "_links":{"contactPresence":{"href":"/people/1/presence"}}}"#,
        );
        assert_eq!(addresses(&one), ["sip:dana@x.example"]);
        assert_eq!(one.people[0].0.position(), "Engineer, Sales");
        assert_eq!(one.people[0].1.as_deref(), Some("/people/1/presence"));
        assert!(one.is_complete);
        for nothing in [r#"{"rel":"search"}"#, "{}", r#"{"_embedded":{"contact":[]}}"#] {
            let found = SearchResults::of(&json::resource(nothing).unwrap());
            assert_eq!(found, SearchResults { people: Vec::new(), is_complete: true }, "{nothing}");
        }
    }

    #[test]
    fn who_has_no_address_that_can_be_shown_as_it_is_is_left_out() {
        let found = results(
            r#"[{"name":"Nobody"},{"name":"Web","uri":"https://x.example"},{"name":"Short","uri":"sip:"},
                {"name":"Hidden","uri":"sip:a\u202e@x.example"},{"name":"Phone","workPhoneNumber":"tel:+1425"},
                {"name":"Again","uri":"sip:Ann@x.example"},{"name":"Ann","uri":"SIP:ann@x.example"}]"#,
        );
        assert_eq!(addresses(&found), ["tel:+1425", "sip:Ann@x.example"]);
    }

    #[test]
    fn of_ten_thousand_results_the_first_ones_are_taken() {
        let contacts: Vec<String> =
            (0..10_000).map(|number| format!(r#"{{"uri":"sip:n{number}@x.example"}}"#)).collect();
        let found = results(&format!("[{}]", contacts.join(",")));
        assert_eq!(found.people.len(), MAX_RESULTS);
        assert!(!found.is_complete);
    }
}
