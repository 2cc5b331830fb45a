//! Tests of the gathering of events that are not urgent.

use tokio::time::Instant;

use crate::sim::ucwa::tests::*;

async fn set_note(client: &TestClient, text: &str) {
    let me = client.get(&href(&client.application["_embedded"]["me"], "self")).await;
    let body = json!({ "message": text }).to_string();
    assert_eq!(client.post(&href(&me, "note"), &body).await.status, 204);
}

/// Polls once and returns the relations of the events and the seconds after which they came.
async fn poll(client: &mut TestClient) -> (Vec<String>, u64) {
    let began = Instant::now();
    let events = client.poll().await;
    let rels = events.iter().map(|event| event["link"]["rel"].as_str().unwrap().to_owned());
    (rels.collect(), began.elapsed().as_secs())
}

fn add_to_next(client: &mut TestClient, parameters: &str) {
    client.next = format!("{}&{parameters}", client.next);
}

#[tokio::test(start_paused = true)]
async fn an_event_of_medium_urgency_waits_for_others() {
    let mut client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    client.make_available().await;
    let available = ["me", "presence", "note", "location", "communication"].map(str::to_owned).to_vec();
    assert_eq!(poll(&mut client).await, (available, 5));
    set_note(&client, "Away").await;
    tokio::time::advance(Duration::from_secs(3)).await;
    assert_eq!(poll(&mut client).await, (vec!["note".to_owned()], 2), "it has waited already");
}

#[tokio::test(start_paused = true)]
async fn an_invitation_goes_at_once_after_what_was_gathered() {
    let mut client = TestClient::online().await;
    set_note(&client, "Away").await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let (rels, waited) = poll(&mut client).await;
    assert_eq!(rels[..2], ["note", "messagingInvitation"]);
    assert_eq!(waited, 0);
}

#[tokio::test(start_paused = true)]
async fn the_client_chooses_how_long_events_are_gathered_until_the_channel_is_created_anew() {
    let mut client = TestClient::online().await;
    for (parameters, expected) in [("medium=60&low=90", 60), ("", 60), ("medium=1", 5), ("medium=170", 170)] {
        add_to_next(&mut client, parameters);
        set_note(&client, parameters).await;
        assert_eq!(poll(&mut client).await.1, expected, "{parameters}");
    }
    add_to_next(&mut client, "medium=1000");
    set_note(&client, "Away").await;
    assert_eq!(poll(&mut client).await, (vec!["note".to_owned()], 180), "no poll is held for longer");
    client.sim.ucwa.force_resume();
    let resumed = client.get(&client.next).await;
    client.next = href(&resumed, "resume");
    set_note(&client, "Back").await;
    assert_eq!(poll(&mut client).await.1, 5);
}

#[tokio::test(start_paused = true)]
async fn of_two_updates_of_the_same_resource_the_later_one_is_told() {
    let mut client = TestClient::online().await;
    set_note(&client, "Away").await;
    tokio::time::advance(Duration::from_secs(4)).await;
    set_note(&client, "Back").await;
    assert_eq!(poll(&mut client).await, (vec!["note".to_owned()], 1));
}
