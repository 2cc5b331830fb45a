//! Requests whose reply is lost or late: their outcome is unknown until the server tells it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rsvp::app::Phase;
use rsvp::invitation::{Outcome, Stage};
use rsvp::provider::Event;
use rsvp::provider::exchange::{Exchange, Request, StreamedResponse, TransportError};
use rsvp::sim::{Fault, FaultKind, InProcess, Invite, Simulator};

use crate::conversations::in_conversation;
use crate::support::{TestClient, both, from, im, is_online, outcome_of, settings, simulator, token};

#[test]
fn an_answer_that_was_not_carried_out_leaves_the_row_ringing() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("accept", FaultKind::Reset));
        client.press("a");
        client.until(|state| state.notice.is_some()).await;
        client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        let stages: Vec<_> = client.state.incoming.iter().map(|entry| entry.invitation.stage).collect();
        assert_eq!(stages, [Stage::Ringing], "nothing is being connected");
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.end().await;
    });
}

/// Returns how often an invitation was read.
fn times_asked(sim: &Simulator) -> usize {
    sim.record().iter().filter(|it| it.summary.starts_with("invitation ")).count()
}

#[test]
fn a_request_that_is_carried_out_after_its_reply_was_lost_is_not_called_lost() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(Invite { linked: true, ..im() });
        client.ringing().await;
        // The invitation is being asked for already when the answer goes wrong.
        client.sim.fault(Fault::next("invitation", FaultKind::Late(0.4)));
        client.sim.ucwa.send_update_without_links(id);
        let before = times_asked(&client.sim);
        client.within(Duration::from_millis(100), |_| false).await;
        assert_eq!(times_asked(&client.sim), before + 1, "it is on its way");
        client.sim.fault(Fault::next("accept", FaultKind::error(504, "")));
        client.press("a");
        client.wait(1).await;
        assert!(!client.was_notified("did not reach the server"), "{:?}", client.notices);
        client.until(|state| state.incoming.iter().all(|entry| entry.phase == Phase::Ringing)).await;
        assert!(client.was_notified("did not reach the server"), "{:?}", client.notices);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

/// An exchange that loses the reply to an acceptance at once, which the server carries out half a second later.
struct Tardy(InProcess);

impl Exchange for Tardy {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<StreamedResponse, TransportError>> {
        let accepts = request.url.path().ends_with("/accept");
        let answer = self.0.send(request);
        if !accepts {
            return answer;
        }
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            answer.await.map(drop)
        });
        async { Err(TransportError::uncertain("the connection was reset")) }.boxed()
    }
}

#[test]
fn an_answer_that_is_carried_out_half_a_second_after_its_reply_was_lost_is_not_called_lost() {
    both(|| async {
        let sim = simulator();
        let mut client = TestClient::start(&sim, Arc::new(Tardy(InProcess::new(&sim))), settings(token()));
        client.until_online().await;
        let id = sim.ucwa.invite(Invite { linked: true, ..im() });
        client.ringing().await;
        // The invitation is being asked for when the reply is lost, and is told as it was until then.
        sim.fault(Fault::next("invitation", FaultKind::Late(0.2)));
        sim.ucwa.send_update_without_links(id);
        let before = times_asked(&sim);
        client.within(Duration::from_millis(100), |_| false).await;
        assert_eq!(times_asked(&sim), before + 1, "it is on its way");
        client.press("a");
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        assert!(client.was_notified("not confirmed yet"), "{:?}", client.notices);
        assert!(!client.was_notified("did not reach the server"), "{:?}", client.notices);
        assert_eq!(client.posts().len(), 1, "{:?}", client.posts());
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn what_is_in_flight_when_the_session_ends_is_said_to_be_uncertain() {
    both(|| async {
        for (of, keys, words) in [
            ("sendMessage", "3mHello\n", "The message may not have been sent"),
            (
                "addParticipant",
                "3ijohn@contoso.example\n",
                "The invitation to sip:john@contoso.example is not confirmed yet",
            ),
            ("decline", "D", "your answer is not confirmed yet"),
        ] {
            let mut client = in_conversation().await;
            // The row of the ended invitation goes, and then the blink after it.
            client.wait(6).await;
            client.wait(1).await;
            client.sim.ucwa.invite(from("second"));
            client.until(|state| state.incoming.iter().any(|entry| entry.invitation.offers.decline)).await;
            client.sim.fault(Fault::next(of, FaultKind::BlackHole));
            client.press(keys);
            assert_eq!(client.state.pending_requests.len(), 1, "{of}: it is on its way");
            client.wait(1).await;
            client.sim.ucwa.expire_applications();
            client.until(|state| !is_online(state)).await;
            assert!(client.was_notified(words), "{of}: {:?}", client.notices);
            let uncertain = client.events().filter(|event| matches!(event, Event::Uncertain { .. })).count();
            assert_eq!(uncertain, 1, "{of}");
            client.until_online().await;
            client.wait(30).await;
            assert!(client.state.pending_requests.is_empty(), "{of}: {:?}", client.state.pending_requests);
        }
    });
}

#[test]
fn what_became_of_our_invitation_is_settled_when_its_session_ends() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        client.ringing().await;
        client.press("a");
        client.until(|state| state.conversations.iter().any(|conversation| conversation.can_invite)).await;
        client.sim.fault(Fault::next("addParticipant", FaultKind::Reset));
        client.press("3ijohn@contoso.example\n");
        client.until(|state| state.notice.is_some()).await;
        assert_eq!(client.state.pending_requests.len(), 1, "it may have been sent");
        client.sim.ucwa.expire_applications();
        client.until(|state| state.pending_requests.is_empty()).await;
        assert!(client.was_notified("was never confirmed"), "{:?}", client.notices);
        client.nothing_is_lost().await;
        client.end().await;
    });
}
