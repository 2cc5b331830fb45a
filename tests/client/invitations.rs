//! The row of an invitation: its text, its sender and its end, also when events are incomplete or unreadable.

use std::time::Duration;

use rsvp::app::State;
use rsvp::invitation::Outcome;
use rsvp::sim::{EndCause, Fault, FaultKind, Invite, InviteKind, Person};
use rsvp::text::DisplayText;

use crate::support::{TestClient, both, found, from, im, is_online, of, outcome_of, paused};

#[test]
fn text_that_has_to_be_escaped_is_shown_as_it_was_written() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite {
            from: Person::new("Lene <R&D>", "sip:lenea@contoso.example"),
            subject: "R&D: 1 < 2 & \"3\" > '2'; &amp; stays".into(),
            message: "Q&A?".into(),
            forwarded_by: Person::new("\"Kim\" & <Lena>", "sip:kim@contoso.example"),
            people: rsvp::sim::PeopleFormat::Titled,
            ..im()
        });
        let entry = client.ringing().await;
        assert_eq!(entry.from.name.as_str(), "Lene <R&D>");
        assert_eq!(entry.subject.as_str(), "R&D: 1 < 2 & \"3\" > '2'; &amp; stays");
        assert_eq!(entry.message.as_str(), "Q&A?");
        client
            .until(|state| routes(state) == ["forwarded by \"Kim\" & <Lena> <sip:kim@contoso.example>"])
            .await;
        client.end().await;
    });
}

fn routes(state: &State) -> Vec<&str> {
    state.incoming.iter().flat_map(|entry| entry.invitation.routes.iter().map(DisplayText::as_str)).collect()
}

#[test]
fn an_update_that_names_nobody_keeps_who_forwarded_the_call() {
    both(|| async {
        let forwarded = ["forwarded by Lena Berg <sip:lena@contoso.example>"];
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite {
            forwarded_by: Person::new("Lena Berg", "sip:lena@contoso.example"),
            ..of(InviteKind::Phone)
        });
        client.until(|state| routes(state) == forwarded).await;
        client.sim.fault(Fault::next("invitation", found("phoneAudioInvitation", "Connecting")));
        client.sim.ucwa.force_resync();
        client.wait(2).await;
        assert!(
            client.sim.record().iter().any(|it| it.summary.starts_with("invitation ")),
            "it was read again"
        );
        assert_eq!(routes(&client.state), forwarded);
        // A new session that cannot read the person keeps the name as well.
        client.sim.fault(Fault::next("contact", FaultKind::error(403, "")).times(100));
        client.sim.ucwa.expire_applications();
        client.until(|state| !is_online(state)).await;
        client.until_online().await;
        client.wait(5).await;
        assert_eq!(routes(&client.state), forwarded);
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn a_merely_linked_invitation_is_fetched_with_its_sender() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite { linked: true, ..im() });
        client
            .until(|state| state.incoming.iter().any(|entry| entry.invitation.from.label() == "Lene Aaling"))
            .await;
        client.until(|state| state.incoming.iter().any(|entry| entry.invitation.offers.accept)).await;
        client.end().await;
    });
}

#[test]
fn a_linked_invitation_in_a_new_session_has_a_row_although_it_cannot_be_read() {
    for kind in [FaultKind::Late(19.0), FaultKind::BlackHole, FaultKind::page(200), FaultKind::page(403)] {
        paused().block_on(async {
            let mut client = TestClient::online().await;
            let first = client.sim.ucwa.invite(from("first"));
            client.ringing().await;
            client.wait(3).await;
            client.sim.fault(Fault::next("invitation", kind.clone()).times(50));
            client.sim.ucwa.expire_applications();
            client.sim.ucwa.end(first, EndCause::CallerGivesUp).unwrap();
            client.sim.ucwa.invite(Invite { linked: true, ..from("second") });
            let new = |state: &State| {
                state.incoming.iter().any(|it| it.is_pending() && it.invitation.id.number > 0)
            };
            assert!(client.within(Duration::from_secs(10), new).await, "{kind:?}");
        });
    }
}

#[test]
fn an_invitation_that_was_never_read_leaves_whatever_answers_for_it() {
    for kind in [
        FaultKind::error(403, ""),
        FaultKind::page(403),
        FaultKind::page(200),
        FaultKind::page(404),
        FaultKind::Empty,
    ] {
        paused().block_on(async {
            let mut client = TestClient::online().await;
            client.sim.fault(Fault::next("invitation", kind.clone()).times(1_000_000));
            let id = client.sim.ucwa.invite(Invite { linked: true, ..im() });
            client.wait(5).await;
            client.sim.ucwa.forget(id);
            client.wait(3_600).await;
            assert!(client.state.incoming.is_empty(), "{kind:?}");
            let requests = client.sim.record().len();
            assert!(requests <= 80, "{kind:?}: {requests} requests");
        });
    }
}

#[test]
fn an_invitation_that_is_found_connected_is_over_though_its_end_was_not_told() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("invitation", found("messagingInvitation", "Connected")));
        client.sim.ucwa.force_resync();
        let over = client.within(Duration::from_secs(2), |state| state.history.len() == 1).await;
        assert!(over, "{:?}", client.state.incoming.iter().map(|it| &it.phase).collect::<Vec<_>>());
        assert_eq!(outcome_of(&client.state), Some(&Outcome::Accepted));
        client.sim.ucwa.forget(id);
        client.wait(40).await;
        assert_eq!(client.end_counts.values().copied().collect::<Vec<_>>(), [1]);
        client.end().await;
    });
}

#[test]
fn an_invitation_that_was_seen_again_is_not_missed_since_long_ago() {
    both(|| async {
        let mut client = TestClient::online().await;
        let id = client.sim.ucwa.invite(im());
        client.ringing().await;
        client.sim.fault(Fault::next("invitation", FaultKind::error(404, "")));
        client.sim.ucwa.force_resync();
        client.wait(5).await;
        let read = client.sim.record().iter().filter(|it| it.summary.starts_with("invitation ")).count();
        assert_eq!((read, client.state.incoming.len()), (1, 1), "it was found at the second look");
        client.wait(5).await;
        // The event of its end arrives a little after the client finds the invitation gone.
        client.sim.fault(Fault::next("events", FaultKind::Late(1.5)));
        client.sim.ucwa.interrupt_polls();
        client.wait(1).await;
        client.sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        client.press("D");
        client.until(|state| state.history.len() == 1).await;
        assert_eq!(outcome_of(&client.state), Some(&Outcome::CallerGaveUp));
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn that_the_session_is_gone_does_not_end_what_rings() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(im());
        let row = client.ringing().await.id;
        client.wait(5).await;
        client.sim.fault(Fault::next("invitation", FaultKind::error(404, "ApplicationNotFound")).times(100));
        client.sim.ucwa.force_resync();
        client.wait(15).await;
        assert!(client.sim.record().iter().any(|it| it.status == 404), "it was asked for");
        assert!(client.state.incoming.get(row).is_some_and(rsvp::app::Entry::is_pending));
        client.nothing_is_lost().await;
        client.end().await;
    });
}

#[test]
fn an_invitation_keeps_its_row_over_two_sessions_that_end_one_after_the_other() {
    both(|| async {
        let mut client = TestClient::online().await;
        client.sim.ucwa.invite(Invite { linked: true, ..from("caller") });
        let before = client.ringing().await;
        // The second session ends before it can tell which one rings.
        client.sim.fault(Fault::next("invitation", FaultKind::BlackHole));
        client.sim.ucwa.expire_applications();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.until_online().await;
        client.wait(1).await;
        client.sim.heal();
        client.sim.ucwa.expire_applications();
        client.until(|state| !state.accounts[0].status.is_online()).await;
        client.until_online().await;
        client.wait(2).await;
        let rows: Vec<_> = client.state.incoming.iter().filter(|entry| entry.is_pending()).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].invitation.id, before.id);
        client.nothing_is_lost().await;
    });
}
