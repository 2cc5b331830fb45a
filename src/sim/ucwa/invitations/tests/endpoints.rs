//! Two applications of one user behave as two endpoints.

use crate::sim::ucwa::tests::*;

/// Creates a server and two clients of its user that are online.
async fn two_endpoints() -> (TestClient, TestClient) {
    let sim = Simulator::new(Options::default());
    (TestClient::online_at(&sim, "one").await, TestClient::online_at(&sim, "two").await)
}

#[tokio::test(start_paused = true)]
async fn the_other_endpoint_is_told_that_an_invitation_was_answered_elsewhere() {
    let (mut one, mut two) = two_endpoints().await;
    one.sim.ucwa.invite(of(InviteKind::Im));
    let accept = href(&one.next_invitation("started").await, "accept");
    let started = two.next_invitation("started").await;
    assert_eq!(one.post(&accept, "").await.status, 204);

    let events = two.poll().await;
    let completed = events.iter().find(|event| event["type"] == "completed").unwrap();
    assert_eq!(
        (&completed["status"], &completed["reason"]["subcode"]),
        (&json!("Failure"), &json!("ConnectedElsewhere"))
    );
    let gone = events.iter().find(|event| event["type"] == "deleted").unwrap();
    assert_eq!(gone["link"]["href"], href(&started, "conversation"));
    assert_eq!(two.post(&href(&started, "accept"), "").await.status, 404);

    let completed = one.next_event("completed", "messagingInvitation").await;
    assert_eq!(completed["status"], "Success");
    assert_eq!(one.sim.ucwa.conversations().len(), 1);
    two.sim.ucwa.interrupt_polls();
    assert_eq!(two.poll().await, Vec::<Value>::new(), "the conversation is none of the other's business");
}

#[tokio::test(start_paused = true)]
async fn a_local_decline_ends_an_invitation_only_there_and_a_global_one_everywhere() {
    let (mut one, mut two) = two_endpoints().await;
    one.sim.ucwa.invite(of(InviteKind::Im));
    let decline = href(&one.next_invitation("started").await, "decline");
    let started = two.next_invitation("started").await;
    assert_eq!(one.post(&decline, r#"{"reason":"Local"}"#).await.status, 204);
    assert_eq!(one.next_event("completed", "messagingInvitation").await["reason"]["subcode"], "Declined");
    assert_eq!(one.sim.ucwa.pending().len(), 1, "it rings at the other endpoint");
    assert_eq!(one.post(&decline, r#"{"reason":"Local"}"#).await.status, 404);

    assert_eq!(two.post(&href(&started, "decline"), r#"{"reason":"Local"}"#).await.status, 204);
    assert_eq!(one.sim.ucwa.pending().len(), 0, "it rang nowhere else");

    one.sim.ucwa.invite(of(InviteKind::Im));
    let decline = href(&one.next_invitation("started").await, "decline");
    assert_eq!(one.post(&decline, r#"{"reason":"Global"}"#).await.status, 204);
    for client in [&mut one, &mut two] {
        assert_eq!(
            client.next_event("completed", "messagingInvitation").await["reason"]["subcode"],
            "Declined"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_rings_where_its_modality_is_supported() {
    let sim = Simulator::new(Options::default());
    let mut messages = TestClient::signed_in(&sim, "messages").await;
    messages.make_available_for(&json!({"supportedModalities": ["Messaging"]})).await;
    let mut calls = TestClient::signed_in(&sim, "calls").await;
    calls.make_available_for(&json!({"supportedModalities": ["PhoneAudio"]})).await;
    sim.ucwa.invite(of(InviteKind::Phone));
    sim.ucwa.invite(of(InviteKind::Im));
    assert_eq!(messages.next_invitation("started").await["rel"], "messagingInvitation");
    assert_eq!(calls.next_invitation("started").await["rel"], "phoneAudioInvitation");
    sim.ucwa.interrupt_polls();
    for client in [&mut messages, &mut calls] {
        assert_eq!(client.poll().await, Vec::<Value>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_ends_leaves_its_own_conversations_alone() {
    let (mut one, mut two) = two_endpoints().await;
    for client in [&mut one, &mut two] {
        client.sim.ucwa.invite(of(InviteKind::Im));
        let events = client.poll().await;
        let latest = events.iter().rfind(|event| event["type"] == "started").unwrap();
        let accept = href(&latest["_embedded"]["messagingInvitation"], "accept");
        assert_eq!(client.post(&accept, "").await.status, 204);
        client.next_event("completed", "messagingInvitation").await;
    }
    assert_eq!(one.sim.ucwa.conversations().len(), 2);
    let signed_out = one.send(Method::DELETE, &href(&one.application, "self"), "").await.unwrap();
    assert_eq!(signed_out.status, 204);
    assert_eq!(two.sim.ucwa.conversations().len(), 1);
}
