//! Finding people by name, and inviting them.

use std::time::Duration;

use rsvp::app::{Mode, Search, State};
use rsvp::invitation::{Availability, FoundPerson, Outcome};
use rsvp::provider::Event;
use rsvp::provider::ucwa::Wire;
use rsvp::sim::{Fault, FaultKind, InviteeBehavior, Person, Simulator, UcwaOptions};

use crate::conversations::{converse, in_conversation};
use crate::support::{TestClient, both, is_online, outcome_of, simulator, simulator_with, wire};

fn search(state: &State) -> Option<&Search> {
    match &state.mode {
        Mode::FindPerson(dialog) => Some(&dialog.search),
        _ => None,
    }
}

pub fn people(state: &State) -> &[FoundPerson] {
    search(state).map_or(&[], Search::people)
}

fn names(state: &State) -> Vec<&str> {
    people(state).iter().map(|person| person.party.label()).collect()
}

pub fn is_answered(state: &State) -> bool {
    matches!(search(state), Some(Search::Found(_) | Search::Failed(_)))
}

fn why(state: &State) -> String {
    match search(state) {
        Some(Search::Failed(why)) => format!("Failed({why})"),
        other => format!("{other:?}"),
    }
}

/// Returns the targets of the searches that were sent.
fn searched(sim: &Simulator) -> Vec<String> {
    let record = sim.record();
    record.iter().map(|it| it.target.clone()).filter(|it| it.contains("/search?")).collect()
}

fn with_directory() -> Simulator {
    let sim = simulator();
    for (name, address) in [("Dana Birkby", "dana"), ("Daniel Roth", "daniel"), ("Joe Smith", "joe")] {
        let person = Person::new(name, &format!("sip:{address}@contoso.example"));
        sim.ucwa.add_person(Person { answers: InviteeBehavior::Joins, ..person });
    }
    sim
}

/// Creates a client that is in a conversation with Lene and chooses whom to invite.
pub async fn inviting(sim: &Simulator) -> TestClient {
    let mut client = TestClient::online_at(sim).await;
    converse(&mut client).await;
    client.press("3i");
    client
}

#[test]
fn somebody_is_found_by_name_shown_with_their_presence_and_invited() {
    both(|| async {
        let sim = with_directory();
        let mut client = inviting(&sim).await;
        client.press("dan");
        client.until(is_answered).await;
        assert_eq!(names(&client.state), ["Dana Birkby", "Daniel Roth"]);
        assert!(people(&client.state).iter().all(|person| !person.position().is_empty()));
        client.until(|state| people(state).iter().all(|person| person.availability.is_some())).await;
        assert_eq!(searched(&sim).len(), 1, "{:?}", searched(&sim));
        assert!(searched(&sim)[0].contains("query=dan&limit=50"), "{:?}", searched(&sim));
        client.wait(1).await;
        client.press("\n");
        client.until(|state| outcome_of(state) == Some(&Outcome::Joined)).await;
        assert!(
            client.posted(1, "conversation=", &["to", "sip:dana@contoso.example"]),
            "{:?}",
            client.posts()
        );
        assert!(client.was_notified("Dana Birkby joined"), "{:?}", client.notices);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn only_a_pause_sends_a_search_and_only_one_is_under_way() {
    both(|| async {
        let sim = with_directory();
        let mut client = inviting(&sim).await;
        for key in ["d", "a", "n"] {
            client.press(key);
            client.within(Duration::from_millis(100), |_| false).await;
        }
        client.until(is_answered).await;
        assert_eq!(searched(&sim).len(), 1);
        sim.fault(Fault::next("search", FaultKind::Late(2.0)));
        client.press("i");
        client.within(Duration::from_secs(1), |_| false).await;
        client.press("\u{15}joe");
        client.within(Duration::from_millis(900), |_| false).await;
        assert_eq!(searched(&sim).len(), 2, "the second one is still under way");
        client.until(is_answered).await;
        assert_eq!(names(&client.state), ["Joe Smith"]);
        assert_eq!(searched(&sim).len(), 3);
        let found = client.events().filter(|event| matches!(event, Event::Found { .. })).count();
        assert_eq!(found, 2, "nobody wants to know the answer to the second one");
        client.end().await;
    });
}

#[test]
fn what_was_typed_before_the_dialog_closed_is_not_searched_for() {
    both(|| async {
        let sim = with_directory();
        let mut client = inviting(&sim).await;
        client.press("joe@contoso.example\n");
        client.until(|state| outcome_of(state) == Some(&Outcome::Joined)).await;
        assert_eq!(searched(&sim), Vec::<String>::new());
        client.end().await;
    });
}

#[test]
fn a_search_that_fails_says_why_and_the_address_can_be_typed() {
    both(|| async {
        for (fault, words) in [
            (FaultKind::error(403, ""), "Contacts.ReadWrite"),
            (FaultKind::error(500, "InvalidExchangeServerVersion"), "unsupported server version"),
            (FaultKind::error(429, ""), "slow down"),
            (FaultKind::Reset, ""),
            (FaultKind::Refused, ""),
            (FaultKind::Garbage { content_type: "text/html".into(), body: "<p>Hi".into() }, "proxy"),
            (FaultKind::Garbage { content_type: "application/json".into(), body: "[".into() }, ""),
        ] {
            let sim = with_directory();
            let mut client = inviting(&sim).await;
            sim.fault(Fault::next("search", fault.clone()));
            client.press("dana");
            client.until(is_answered).await;
            assert!(why(&client.state).contains(words), "{fault:?}: {}", why(&client.state));
            assert!(matches!(search(&client.state), Some(Search::Failed(_))), "{fault:?}");
            // Enter searches again.
            client.press("\n");
            client.until(is_answered).await;
            assert_eq!(names(&client.state), ["Dana Birkby"], "{fault:?}");
            client.press("@contoso.example\n");
            client.until(|state| outcome_of(state) == Some(&Outcome::Joined)).await;
            client.end().await;
        }
    });
}

#[test]
fn an_empty_or_senseless_answer_finds_nobody() {
    both(|| async {
        let sim = with_directory();
        let mut client = inviting(&sim).await;
        client.press("nobody at all");
        client.until(is_answered).await;
        assert_eq!(names(&client.state), Vec::<&str>::new());
        assert!(searched(&sim)[0].contains("query=nobody+at+all"), "{:?}", searched(&sim));
        sim.fault(Fault::next("search", crate::support::found("search", "strange")));
        client.press("\u{15}dana");
        client.until(is_answered).await;
        assert_eq!(names(&client.state), Vec::<&str>::new());
        client.end().await;
    });
}

#[test]
fn ten_thousand_results_are_bounded_and_their_presence_is_asked_for_a_few_at_a_time() {
    both(|| async {
        let sim = simulator();
        let mut client = inviting(&sim).await;
        let link = |number: usize| format!("/ucwa/v1/applications/x/people/{number}/contactPresence");
        let contacts = (0..10_000).map(|number| match wire() {
            Wire::Json => format!(
                r#"{{"name":"N{number}","uri":"sip:n{number}@x.example","_links":{{"contactPresence":{{"href":"{}"}}}}}}"#,
                link(number)
            ),
            Wire::Xml => format!(
                r#"<resource rel="contact" href="/{number}"><link rel="contactPresence" href="{}"/><property name="uri">sip:n{number}@x.example</property></resource>"#,
                link(number)
            ),
        });
        let contacts: Vec<String> = contacts.collect();
        let fault = match wire() {
            Wire::Json => FaultKind::Garbage {
                content_type: "application/json".into(),
                body: format!(r#"{{"rel":"search","_embedded":{{"contact":[{}]}}}}"#, contacts.join(",")),
            },
            Wire::Xml => FaultKind::Garbage {
                content_type: "application/xml".into(),
                body: format!(
                    r#"<resource rel="search" href="/s" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">{}</resource>"#,
                    contacts.concat()
                ),
            },
        };
        sim.fault(Fault::next("search", fault));
        client.press("n");
        client.until(is_answered).await;
        assert_eq!(people(&client.state).len(), 50);
        assert!(matches!(search(&client.state), Some(Search::Found(found)) if !found.is_complete));
        client.wait(30).await;
        let asked = sim.record().iter().filter(|it| it.target.contains("contactPresence")).count();
        assert_eq!(asked, 50);
        client.press("\u{1b}");
        client.nothing_is_lost().await;
    });
}

#[test]
fn presence_that_is_slow_or_refused_does_not_delay_the_list() {
    both(|| async {
        let sim = with_directory();
        let mut client = inviting(&sim).await;
        sim.fault(Fault::next("contactPresence", FaultKind::Late(5.0)));
        sim.fault(Fault::next("contactPresence", FaultKind::error(404, "")));
        client.press("dan");
        let took = client.until(is_answered).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        let known =
            |state: &State| people(state).iter().filter(|person| person.availability.is_some()).count();
        client.until(|state| known(state) == 1).await;
        assert!(people(&client.state)[0].availability.is_some_and(|it| Availability::ALL.contains(&it)));
        client.end().await;
    });
}

#[test]
fn a_search_whose_session_ends_says_so_and_offline_nothing_is_searched_for() {
    both(|| async {
        let sim = with_directory();
        let mut client = TestClient::online_at(&sim).await;
        client.press("n");
        sim.fault(Fault::next("search", FaultKind::BlackHole));
        client.press("dana");
        client.wait(1).await;
        sim.ucwa.expire_applications();
        client.until(|state| !is_online(state)).await;
        assert_eq!(why(&client.state), "Failed(the session ended before the answer)");
        sim.heal();
        client.press("\n");
        assert_eq!(why(&client.state), "Failed(not connected)");
        client.until_online().await;
        client.press("\n");
        client.until(is_answered).await;
        assert_eq!(names(&client.state), ["Dana Birkby"]);
        client.end().await;
    });
}

#[test]
fn another_user_is_invited_sees_it_and_declines_or_joins() {
    both(|| async {
        for (key, outcome, words) in [
            ("a", Outcome::Joined, "Dana Birkby joined"),
            ("D", Outcome::DeclinedByThem, "Dana Birkby declined your invitation"),
        ] {
            let dana = Person::new("Dana Birkby", "sip:dana@contoso.example");
            let options = UcwaOptions { colleagues: vec![dana], ..UcwaOptions::default() };
            let sim = simulator_with(options);
            let mut tosh = TestClient::of_user(&sim, 0).await;
            let mut dana = TestClient::of_user(&sim, 1).await;
            converse(&mut tosh).await;
            tosh.press("3ibirkby");
            tosh.until(is_answered).await;
            tosh.wait(1).await;
            tosh.press("\n1");
            dana.ringing().await;
            dana.press(key);
            let ended = |state: &State| outcome_of(state) == Some(&outcome);
            tosh.until(ended).await;
            assert!(tosh.was_notified(words), "{:?}", tosh.notices);
            tosh.wait(10).await;
            let told = tosh.notices.iter().filter(|notice| notice.contains(words)).count();
            assert_eq!(told, 1, "{:?}", tosh.notices);
            assert_eq!(sim.complaints(), Vec::<String>::new());
        }
    });
}

#[test]
fn a_user_who_is_not_signed_in_can_not_be_reached() {
    both(|| async {
        let dana = Person::new("Dana Birkby", "sip:dana@contoso.example");
        let options = UcwaOptions { colleagues: vec![dana], ..UcwaOptions::default() };
        let sim = simulator_with(options);
        let mut client = TestClient::online_at(&sim).await;
        converse(&mut client).await;
        client.press("3idana@contoso.example\n1");
        client.until(|state| matches!(outcome_of(state), Some(Outcome::Failed(_)))).await;
        let words = "Your invitation to Dana Birkby failed: can't be reached";
        assert!(client.was_notified(words), "{:?}", client.notices);
        client.end().await;
    });
}

#[test]
fn who_is_in_the_conversation_is_marked() {
    both(|| async {
        let mut client = in_conversation().await;
        client.press("3ilene");
        client.until(is_answered).await;
        client.wait(1).await;
        client.press("\n");
        assert!(search(&client.state).is_some(), "the dialog is still open");
        assert!(client.posts().iter().all(|post| !post.contains("addParticipant")), "{:?}", client.posts());
        client.end().await;
    });
}

#[test]
fn an_account_that_can_neither_search_nor_start_conversations_says_so() {
    both(|| async {
        let sim = with_directory();
        let mut client = TestClient::online_at(&sim).await;
        let record = sim.record();
        let events = record.iter().map(|it| &it.target).find(|it| it.contains("/events?")).unwrap();
        let (application, _) = events.split_once("/events").unwrap();
        let (content_type, body) = match wire() {
            Wire::Json => (
                "application/json",
                format!(
                    r#"{{"rel":"application","_links":{{"self":{{"href":"{application}"}},"events":{{"href":"{events}"}}}}}}"#
                ),
            ),
            Wire::Xml => (
                "application/xml",
                format!(
                    r#"<resource rel="application" href="{application}" xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><link rel="events" href="{}"/></resource>"#,
                    events.replace('&', "&amp;")
                ),
            ),
        };
        // The application is read again after a failed poll.
        sim.fault(Fault::next("events", FaultKind::error(500, "")));
        let kind = FaultKind::Garbage { content_type: content_type.into(), body };
        sim.fault(Fault::next("application", kind).times(9));
        sim.ucwa.interrupt_polls();
        client.wait(30).await;
        client.press("ndana");
        client.until(is_answered).await;
        assert_eq!(why(&client.state), "Failed(this account can't search for people)");
        client.press("@contoso.example\n");
        client.wait(1).await;
        client.press("Hi\n");
        client.until(|state| state.notice.is_some()).await;
        let words = "was started: this account can't start conversations";
        assert!(client.was_notified(words), "{:?}", client.notices);
    });
}
