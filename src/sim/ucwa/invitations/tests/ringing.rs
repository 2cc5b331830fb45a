//! Tests of invitations and conversations.

use crate::sim::ucwa::tests::*;

#[tokio::test(start_paused = true)]
async fn what_rings_at_the_sign_in_is_told_as_started_and_not_since_when() {
    let sim = Simulator::new(Options::default());
    sim.ucwa.invite(of(InviteKind::Phone));
    tokio::time::sleep(Duration::from_secs(20)).await;
    let mut client = TestClient::online_at(&sim, "one").await;
    let late = client.next_invitation("started").await;
    sim.ucwa.invite(of(InviteKind::Phone));
    let fresh = client.next_invitation("started").await;
    let properties =
        |invitation: &Value| -> Vec<String> { invitation.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(properties(&late), properties(&fresh), "nothing tells them apart");
    for property in properties(&late) {
        assert!(!property.to_ascii_lowercase().contains("time"), "{property}");
    }
    // It rings only for the rest of its time.
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(client.next_invitation("completed").await["_links"]["self"], late["_links"]["self"]);
    assert_eq!(sim.ucwa.pending().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_was_told_of_an_invitation_hears_nothing_of_it_when_another_client_signs_in() {
    let sim = Simulator::new(Options::default());
    let mut first = TestClient::online_at(&sim, "one").await;
    sim.ucwa.invite(of(InviteKind::Im));
    first.next_invitation("started").await;
    let mut second = TestClient::online_at(&sim, "two").await;
    second.next_invitation("started").await;
    sim.ucwa.interrupt_polls();
    assert_eq!(first.poll().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn the_other_of_two_can_be_linked_to_with_an_empty_title() {
    for (empty_titles, title) in [(false, "Lene Aaling"), (true, "")] {
        let sim = Simulator::new(options(UcwaOptions { empty_titles, ..UcwaOptions::default() }));
        let mut client = TestClient::online_at(&sim, "one").await;
        sim.ucwa.invite(of(InviteKind::Im));
        let events = client.poll().await;
        let added = events.iter().find(|event| event["link"]["rel"] == "participant").unwrap();
        assert_eq!(added["link"]["title"], title);
        let participant = client.get(added["link"]["href"].as_str().unwrap()).await;
        assert_eq!(participant["name"], "Lene Aaling");
    }
}

#[tokio::test(start_paused = true)]
async fn joining_a_modality_can_be_refused() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Meeting));
    let accept = href(&client.next_invitation("started").await, "accept");
    assert_eq!(client.post(&accept, "").await.status, 204);
    let events = client.poll().await;
    let joined = events.iter().find(|event| event["link"]["rel"] == "conversation").unwrap();
    let messaging = href(&joined["_embedded"]["conversation"], "messaging");
    let add = href(&client.get(&messaging).await, "addMessaging");
    let refusals = [(403, ""), (409, "AlreadyExists"), (500, "CallbackChannelError")];
    for (status, subcode) in refusals {
        console::execute(&client.sim, &format!("refuse addMessaging {status} {subcode}")).unwrap();
        assert_eq!(client.post(&add, r#"{"operationId":"one"}"#).await.status, status);
        assert_eq!(client.get(&messaging).await["state"], "Disconnected");
    }
    assert_eq!(client.post(&add, r#"{"operationId":"two"}"#).await.status, 201);
    assert_eq!(client.get(&messaging).await["state"], "Connected");
}
