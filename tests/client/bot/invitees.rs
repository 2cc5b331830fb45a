//! People are invited to a call that the bot has answered, and invitations to it are withdrawn.

use std::time::Duration;

use rsvp::app::{Entry, Phase};
use rsvp::invitation::{Kind, Outcome};
use rsvp::sim::{CallEvent, Fault, FaultKind, Options, Simulator};
use serde_json::{Value, json};

use super::posting::{about, notification_body, post, with_webhook};
use super::{john, quick};
use crate::support::TestClient;

const SOMEBODY: &str = "112f7296-5fa4-42ca-bae8-6a692b15d4b8";

/// The keys that invite somebody to the only call.
const INVITE: &str = "3i112f7296-5fa4-42ca-bae8-6a692b15d4b8\n";

impl TestClient {
    /// Returns the latest invitation to a call, which may have ended.
    fn invited(&self) -> Option<&Entry> {
        self.state.outgoing.iter().last()
    }

    async fn joined(&mut self) -> Outcome {
        let is_over = |entry: &Entry| matches!(entry.phase, Phase::Over { .. });
        self.until(|state| state.outgoing.iter().any(is_over)).await;
        match &self.invited().unwrap().phase {
            Phase::Over { outcome, .. } => outcome.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn requests(&self, part: &str) -> Vec<String> {
        self.sent().into_iter().filter(|sent| sent.contains(part)).collect()
    }

    fn people(&self) -> Vec<String> {
        let line = self.state.conversations.iter().next().expect("a call is on the line");
        line.participants.iter().map(|party| party.uri.to_string()).collect()
    }
}

async fn bot_on_the_line() -> (TestClient, u32) {
    let mut client = TestClient::bot().await;
    let number = client.called(john()).await;
    client.press("a");
    client.until(|state| !state.conversations.is_empty()).await;
    (client, number)
}

fn body(sent: &str) -> Value {
    serde_json::from_str(sent.split_once("/invite ").unwrap().1).unwrap()
}

#[test]
fn somebody_who_is_invited_is_shown_until_they_join() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.press(INVITE);
        client.wait(1).await;
        let uri = format!("user:{SOMEBODY}");
        assert!(client.was_notified(&format!("{uri} was invited")), "{:?}", client.notices);
        let entry = client.invited().expect("it is listed");
        assert_eq!((entry.invitation.kind, &entry.phase), (Kind::Participant, &Phase::Ringing));
        assert!(entry.invitation.offers.cancel);
        assert_eq!(entry.invitation.to.as_ref().unwrap().uri.as_str(), uri);
        assert_eq!(client.joined().await, Outcome::Joined);
        client.wait(1).await;
        assert_eq!(client.people().len(), 2, "the bot itself is not listed: {:?}", client.people());
        assert!(client.people().contains(&uri));
        let sent = client.requests("/invite ");
        assert_eq!(sent.len(), 1);
        let body = body(&sent[0]);
        assert_eq!(body["participants"][0]["identity"]["user"]["id"], SOMEBODY);
        assert!(body["clientContext"].is_string());
        client.press(INVITE);
        client.wait(1).await;
        assert_eq!(client.requests("/invite ").len(), 1, "they are in the call");
        client.press("\u{1b}");
        client.end().await;
    });
}

#[test]
fn an_invitation_is_withdrawn_while_it_is_under_way() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.press(INVITE);
        client.wait(1).await;
        client.press("2c");
        assert_eq!(client.joined().await, Outcome::Cancelled);
        let participant = body(&client.requests("/invite ")[0])["participants"][0]["participantId"].clone();
        let withdrawn = client.requests("DELETE ");
        assert_eq!(withdrawn.len(), 1);
        assert!(withdrawn[0].contains(participant.as_str().unwrap()), "{withdrawn:?}");
        client.wait(10).await;
        assert_eq!(client.people().len(), 1);
        client.end().await;
    });
}

#[test]
fn an_invitation_without_the_permission_says_which_one_is_missing() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("invite", FaultKind::error(403, "7504")));
        client.press(INVITE);
        client.wait(1).await;
        let notice = client.notice();
        assert!(notice.contains("the bot lacks the permission to invite people to calls (7504)"), "{notice}");
        assert!(notice.contains("Calls.InitiateGroupCall.All"), "{notice}");
        assert!(client.invited().is_none());
        client.end().await;
    });
}

#[test]
fn a_busy_service_is_asked_again_to_invite_and_to_withdraw() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        let busy = FaultKind::error(503, "ServiceUnavailable").with("retry-after", "1");
        client.sim.fault(Fault::next("invite", busy.clone()));
        client.sim.fault(Fault::next("removeParticipant", busy));
        client.press(INVITE);
        client.until(|state| !state.outgoing.is_empty()).await;
        client.press("2c");
        assert_eq!(client.joined().await, Outcome::Cancelled);
        assert_eq!((client.requests("/invite ").len(), client.requests("DELETE ").len()), (2, 2));
        client.end().await;
    });
}

#[test]
fn an_invitation_whose_reply_was_lost_is_shown_by_what_becomes_of_it() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("invite", FaultKind::LostReply));
        client.press(INVITE);
        client.wait(1).await;
        assert!(client.was_notified("is not confirmed yet"), "{:?}", client.notices);
        assert_eq!(client.joined().await, Outcome::Joined);
        assert_eq!(client.requests("/invite ").len(), 1, "it is not sent twice");
        assert!(client.state.pending_requests.is_empty());
        client.end().await;
    });
}

#[test]
fn an_invitation_that_may_have_been_lost_claims_nothing() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("invite", FaultKind::Reset));
        client.press(INVITE);
        client.wait(130).await;
        assert!(client.was_notified("was never confirmed"), "{:?}", client.notices);
        assert!(client.invited().is_none());
        assert!(client.state.pending_requests.is_empty());
        assert_eq!(client.requests("GET ").len(), 1, "{:?}", client.sent());
        client.end().await;
    });
}

#[test]
fn an_invitation_of_which_no_notification_tells_is_looked_up() {
    for fault in [None, Some(FaultKind::error(503, "ServiceUnavailable"))] {
        quick(async {
            let (mut client, _) = bot_on_the_line().await;
            client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
            client.press(INVITE);
            client.wait(100).await;
            assert!(client.invited().is_some());
            if let Some(fault) = &fault {
                client.sim.fault(Fault::next("participants", fault.clone()));
            }
            let expected = if fault.is_some() { Outcome::Lost } else { Outcome::Joined };
            assert_eq!(client.joined().await, expected);
            assert_eq!(client.requests("/participants ").len(), 1);
            client.sim.heal();
            client.end().await;
        });
    }
}

#[test]
fn what_is_told_before_the_reply_counts() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("invite", FaultKind::Late(5.0)));
        client.press(INVITE);
        client.wait(4).await;
        assert!(client.invited().is_none(), "the reply is awaited");
        assert_eq!(client.people().len(), 2);
        assert_eq!(client.joined().await, Outcome::Joined);
        assert!(client.state.pending_requests.is_empty());
        client.end().await;
    });
}

#[test]
fn an_operation_that_fails_ends_the_invitation_with_its_reason() {
    quick(async {
        let sim = Simulator::new(Options::default());
        let (mut client, webhook) = with_webhook(&sim).await;
        client.called(john()).await;
        client.press("a");
        client.until(|state| !state.conversations.is_empty()).await;
        client.press(INVITE);
        client.wait(1).await;
        let call = &sim.graph.calls()[0].id;
        let context = body(&client.requests("/invite ")[0])["clientContext"].clone();
        let operation = |context: Value| {
            let data = json!({
                "@odata.type": "#microsoft.graph.inviteParticipantsOperation", "status": "failed",
                "clientContext": context, "resultInfo": {"code": 480, "subcode": 10_037},
            });
            notification_body(&[about(&format!("{call}/operations/1"), "deleted", &data)])
        };
        post(&sim, &webhook, operation(json!("somebody else's"))).await;
        client.wait(0).await;
        assert!(client.invited().unwrap().is_pending(), "that was another operation");
        post(&sim, &webhook, operation(context)).await;
        let expected = Outcome::Failed("there was no one to reach (480/10037)".into());
        assert_eq!(client.joined().await, expected);
        client.end().await;
    });
}

#[test]
fn an_invitation_ends_with_its_call() {
    quick(async {
        let (mut client, number) = bot_on_the_line().await;
        client.press(INVITE);
        client.wait(1).await;
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        assert_eq!(client.joined().await, Outcome::Failed("the call is over".into()));
        client.end().await;
    });
}

#[test]
fn an_invitation_whose_reply_is_lost_after_the_end_of_its_call_claims_nothing() {
    quick(async {
        let (mut client, number) = bot_on_the_line().await;
        client.sim.fault(Fault::next("invite", FaultKind::BlackHole));
        client.press(INVITE);
        client.wait(1).await;
        client.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
        client.wait(25).await;
        assert!(client.state.conversations.is_empty());
        assert!(client.was_notified("was never confirmed"), "{:?}", client.notices);
        assert!(client.state.pending_requests.is_empty());
        client.sim.heal();
        client.end().await;
    });
}

#[test]
fn withdrawing_what_the_service_does_not_know_leaves_the_invitation_under_way() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.sim.fault(Fault::next("removeParticipant", FaultKind::error(404, "NotFound")));
        client.press(INVITE);
        client.wait(1).await;
        client.press("2c");
        client.within(Duration::from_millis(500), |_| false).await;
        assert!(client.was_notified("knows nothing of this invitation"), "{:?}", client.notices);
        assert!(client.invited().unwrap().is_pending());
        assert_eq!(client.joined().await, Outcome::Joined);
        client.end().await;
    });
}

#[test]
fn withdrawing_is_repeated_when_its_reply_was_lost() {
    for is_notified in [true, false] {
        quick(async {
            let (mut client, _) = bot_on_the_line().await;
            client.sim.fault(Fault::next("removeParticipant", FaultKind::LostReply));
            client.press(INVITE);
            client.wait(1).await;
            if !is_notified {
                client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
            }
            client.press("2c");
            assert_eq!(client.joined().await, Outcome::Cancelled);
            assert_eq!(client.requests("DELETE ").len(), 2);
            client.wait(10).await;
            assert!(!client.was_notified("knows nothing of this invitation"), "{:?}", client.notices);
            assert_eq!(client.people().len(), 1);
            client.sim.heal();
            client.end().await;
        });
    }
}

#[test]
fn whoever_cannot_be_withdrawn_for_sure_is_looked_for() {
    quick(async {
        let (mut client, _) = bot_on_the_line().await;
        client.press(INVITE);
        client.wait(1).await;
        client.sim.fault(Fault::next("removeParticipant", FaultKind::LostReply).times(1_000));
        client.sim.fault(Fault::next("notify", FaultKind::Refused).times(1_000));
        client.press("2c");
        client.wait(20).await;
        assert_eq!(client.requests("/participants ").len(), 1, "{:?}", client.sent());
        client.sim.heal();
        client.end().await;
    });
}
