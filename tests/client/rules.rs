//! The user's rules against a server: what is sent, what the screen says, and what faults do to that.

use std::sync::Arc;
use std::time::Duration;

use rsvp::app::{Effect, Phase, State};
use rsvp::invitation::{Decision, Kind, Outcome, Reason, Rejection};
use rsvp::rules::{Action, Answer, Condition, Glob, Rule, Rules};
use rsvp::sim::{EndCause, Fault, FaultKind, InProcess, InviteKind, Person, UcwaOptions};

use crate::support::{
    TestClient, both, from, im, of, outcome_of, settings, simulator, simulator_with, token,
};

const DECLINE: Answer = Answer::Decline { reason: Reason::Global, rejection: Rejection::Busy };

fn rule(name: &str, conditions: Vec<Condition>, action: Action) -> Rule {
    Rule { name: name.into(), conditions, action }
}

fn answering(answer: Answer, seconds: u64) -> Action {
    Action::Answer { answer, delay: Duration::from_secs(seconds) }
}

/// Creates a client with one rule for everybody.
async fn with(action: Action) -> TestClient {
    let mut client = TestClient::online().await;
    // What the first response tells of may have rung before.
    client.wait(20).await;
    client.state.settings.bell = true;
    client.state.settings.rules = Rules::new(vec![rule("night", Vec::new(), action)]);
    client
}

fn bells(client: &TestClient) -> usize {
    client.effects.iter().filter(|(_, effect)| *effect == Effect::Bell).count()
}

fn rules_of(client: &TestClient) -> Vec<&str> {
    client.kept.iter().map(|past| past.rule.as_str()).collect()
}

#[test]
fn a_rule_declines_with_its_reason_and_without_a_sound() {
    both(|| async {
        let mut client = with(answering(DECLINE, 0)).await;
        client.sim.ucwa.invite(of(InviteKind::Phone));
        client.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
        assert!(client.posted(0, "/decline", &["reason", "Global"]), "{:?}", client.posts());
        assert_eq!((bells(&client), rules_of(&client)), (0, vec!["night"]));
        let told = client.effects.iter().filter_map(|(_, effect)| match effect {
            Effect::Announce(announcement) => Some(rsvp::report::announcement(announcement)),
            _ => None,
        });
        let ends = told.filter(|object| object.text("event") == Some("outcome"));
        assert_eq!(
            ends.map(|end| end.text("rule").map(str::to_owned)).collect::<Vec<_>>(),
            [Some("night".into())]
        );
        assert_eq!(client.notice(), "Joe Smith: declined by rule “night”");
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_rule_accepts_after_its_delay() {
    both(|| async {
        let mut client = with(answering(Answer::Accept, 5)).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        assert_eq!(bells(&client), 1);
        let waited = client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!((Duration::from_millis(4_900)..Duration::from_secs(7)).contains(&waited), "{waited:?}");
        assert_eq!(
            (client.decisions.as_slice(), rules_of(&client)),
            (&[Decision::Accept][..], vec!["night"])
        );
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_silenced_invitation_rings_only_on_the_screen_and_can_be_answered() {
    both(|| async {
        let mut client = with(Action::Silence).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        assert_eq!(bells(&client), 0);
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert_eq!(rules_of(&client), [""]);
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_rule_that_lets_ring_excepts_from_later_ones() {
    both(|| async {
        let mut client = with(Action::Ring).await;
        let lene = Condition::From(vec![Glob::new("lenea@*").unwrap()]);
        let rules =
            vec![rule("lene", vec![lene], Action::Ring), rule("rest", Vec::new(), answering(DECLINE, 0))];
        client.state.settings.rules = Rules::new(rules);
        client.sim.ucwa.invite(im());
        client.sim.ucwa.invite(from("spam"));
        client.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
        assert_eq!((bells(&client), client.posts().len()), (1, 1));
        assert_eq!(client.state.incoming.iter().filter(|entry| entry.is_pending()).count(), 1);
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_lost_reply_to_a_rules_answer_is_not_answered_again() {
    both(|| async {
        for fault in [FaultKind::LostReply, FaultKind::Late(3.0)] {
            let mut client = with(answering(DECLINE, 0)).await;
            client.sim.fault(Fault::next("decline", fault));
            client.sim.ucwa.invite(im());
            client.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
            assert_eq!((client.posts().len(), rules_of(&client)), (1, vec!["night"]));
            client.nothing_is_lost().await;
        }
    });
}

#[test]
fn a_refused_answer_of_a_rule_rings_and_is_the_users() {
    both(|| async {
        let mut client = with(answering(DECLINE, 0)).await;
        client.sim.fault(Fault::next("decline", FaultKind::error(409, "")));
        client.sim.ucwa.invite(im());
        client.until(|state| state.notice.is_some()).await;
        client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        assert_eq!(bells(&client), 1);
        client.wait(5).await;
        assert_eq!(client.posts().len(), 1, "{:?}", client.posts());
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert_eq!(rules_of(&client), [""]);
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_reconnection_during_the_delay_answers_once_what_still_rings_and_nothing_else() {
    both(|| async {
        let mut client = with(answering(DECLINE, 4)).await;
        client.sim.ucwa.invite(im());
        let gone = client.sim.ucwa.invite(from("gone"));
        client.until(|state| state.incoming.len() == 2).await;
        client.sim.fault(Fault::next("applications", FaultKind::Late(6.0)));
        client.sim.ucwa.expire_applications();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.sim.ucwa.end(gone, EndCause::CallerGivesUp).unwrap();
        client
            .until(|state| state.history.iter().any(|past| past.outcome == Outcome::Declined(Reason::Global)))
            .await;
        assert_eq!(client.posts().len(), 1, "{:?}", client.posts());
        client.send(rsvp::provider::Command::Reconnect);
        client.wait(10).await;
        assert_eq!(client.posts().len(), 1, "{:?}", client.posts());
        client.nothing_is_lost().await;
    });
}

#[test]
fn what_may_have_rung_before_signing_in_is_left_to_the_user() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.state.settings.bell = true;
        client.state.settings.rules = Rules::new(vec![rule("night", Vec::new(), answering(DECLINE, 0))]);
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.wait(5).await;
        assert_eq!((client.decisions.len(), bells(&client)), (0, 1));
        client.nothing_is_lost().await;
    });
}

#[test]
fn the_contact_list_is_read_where_a_rule_asks_for_it() {
    both(|| async {
        let options = UcwaOptions {
            colleagues: vec![Person::new("Lene Aaling", "sip:lenea@contoso.example")],
            ..UcwaOptions::default()
        };
        let sim = simulator_with(options);
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(token()));
        let strangers = vec![Condition::InContacts(false)];
        client.state.settings.rules = Rules::new(vec![rule("strangers", strangers, answering(DECLINE, 0))]);
        client.until_online().await;
        client.wait(20).await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.invite(from("stranger"));
        client.until(|state| outcome_of(state) == Some(&Outcome::Declined(Reason::Global))).await;
        let is_lene = |state: &State| state.incoming.iter().filter(|entry| entry.is_pending()).count() == 1;
        assert!(is_lene(&client.state));
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.nothing_is_lost().await;
    });
}

#[test]
fn a_contact_list_that_cannot_be_read_is_told_and_nobody_is_taken_for_a_stranger() {
    both(|| async {
        let sim = simulator();
        sim.fault(Fault::next("myContacts", FaultKind::error(403, "")));
        let mut client = TestClient::start(&sim, Arc::new(InProcess::new(&sim)), settings(token()));
        client.state.settings.bell = true;
        let strangers = vec![Condition::InContacts(false)];
        client.state.settings.rules = Rules::new(vec![rule("strangers", strangers, answering(DECLINE, 0))]);
        client.until_online().await;
        client.wait(1).await;
        assert!(client.was_notified("contact list can't be read"), "{:?}", client.notices);
        client.sim.ucwa.invite(from("stranger"));
        client.ringing().await;
        client.wait(4).await;
        assert_eq!((client.decisions.len(), bells(&client)), (0, 1));
        client.nothing_is_lost().await;
    });
}

#[test]
fn an_invitation_that_ends_during_the_delay_is_not_answered() {
    both(|| async {
        let mut client = with(answering(DECLINE, 5)).await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.ucwa.end(id, EndCause::AnsweredElsewhere).unwrap();
        client.wait(10).await;
        assert_eq!(client.posts(), Vec::<String>::new());
        assert_eq!(client.kept[0].invitation.kind, Kind::Message);
        client.nothing_is_lost().await;
    });
}
