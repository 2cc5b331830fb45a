//! The events of an incoming conversation, in the order of the reference's trace.

use crate::sim::ucwa::tests::*;

/// Returns the types and the relations of events.
fn outline(events: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events.iter().map(|event| format!("{} {}", text(&event["link"]["rel"]), text(&event["type"]))).collect()
}

#[tokio::test(start_paused = true)]
async fn an_instant_message_is_told_as_the_trace_shows_it() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(Invite { message: "Hi Tosh".into(), ..of(InviteKind::Im) });
    let events = client.poll().await;
    assert_eq!(
        outline(&events),
        [
            "messagingInvitation started",
            "conversation added",
            "localParticipant added",
            "participant added",
            "messagingInvitation updated"
        ]
    );
    let (started, updated) = (&events[0]["_embedded"], &events[4]["_embedded"]);
    let accept = href(&started["messagingInvitation"], "accept");
    assert_eq!(updated["messagingInvitation"]["_links"]["accept"], Value::Null);
    assert_eq!(events[3]["link"]["href"], href(&started["messagingInvitation"]["_embedded"]["from"], "self"));
    assert_eq!(events[1]["_embedded"]["conversation"]["activeModalities"], json!(["Messaging"]));

    assert_eq!(client.post(&accept, "").await.status, 204);
    let events = client.poll().await;
    assert_eq!(
        outline(&events),
        [
            "messagingInvitation updated",
            "messaging updated",
            "conversation updated",
            "participantMessaging added",
            "participantMessaging added",
            "messagingInvitation completed",
            "message completed",
            "conversation updated"
        ]
    );
    let messaging = &events[1]["_embedded"]["messaging"];
    assert_eq!(
        (&messaging["state"], &messaging["negotiatedMessageFormats"]),
        (&json!("Connected"), &json!(["Plain"]))
    );
    let message = &events[6]["_embedded"]["message"];
    assert_eq!(href(message, "plainMessage"), "data:text/plain;charset=utf-8,Hi+Tosh");
    let active = client.get(&client.communication("conversations")).await;
    assert_eq!(active["_links"]["conversation"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_link_of_a_conversation_leads_to_its_resource() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let accept = href(&client.next_invitation("started").await, "accept");
    client.post(&accept, "").await;
    let conversation =
        client.next_event("updated", "conversation").await["_embedded"]["conversation"].clone();
    let links = conversation["_links"].as_object().unwrap();
    assert!(links.len() >= 9, "{links:?}");
    for (rel, link) in links.iter().filter(|(rel, _)| *rel != "addParticipant") {
        assert!(client.get(link["href"].as_str().unwrap()).await["rel"].is_string(), "{rel}");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_to_somebody_who_is_no_user_arrive_unless_they_are_lost() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let accept = href(&client.next_invitation("started").await, "accept");
    client.post(&accept, "").await;
    let messaging = client.next_event("updated", "messaging").await["_embedded"]["messaging"].clone();
    for status in ["Success", "Failure"] {
        assert_eq!(client.post(&href(&messaging, "sendMessage"), "Hello").await.status, 201);
        assert_eq!(client.next_event("completed", "message").await["status"], status);
        client.sim.ucwa.lose_next_messages(1);
    }
}

#[tokio::test(start_paused = true)]
async fn messaging_is_added_once_and_only_to_a_conversation_that_the_user_is_in() {
    let mut client = TestClient::online().await;
    let number = client.sim.ucwa.invite(Invite { lobby: true, ..of(InviteKind::Meeting) });
    let accept = href(&client.next_invitation("started").await, "accept");
    client.post(&accept, "").await;
    let conversation =
        client.next_event("updated", "conversation").await["_embedded"]["conversation"].clone();
    let messaging = client.get(&href(&conversation, "messaging")).await;
    let add = format!("{}/addMessaging", href(&messaging, "self"));
    assert!(messaging["_links"]["addMessaging"].is_null(), "the user waits in the lobby");
    client.sim.ucwa.end(number, EndCause::Admitted).unwrap();
    let linked = href(&client.get(&href(&conversation, "messaging")).await, "addMessaging");
    assert_eq!(linked.rsplit('/').next(), add.rsplit('/').next());
    assert_eq!(client.post(&linked, "{}").await.status, 201);
    let again = client.post(&linked, "{}").await;
    assert_eq!((again.status.as_u16(), document(&again)["subcode"].as_str()), (409, Some("AlreadyExists")));
    client.send(Method::DELETE, &href(&conversation, "self"), "").await.unwrap();
    assert_eq!(client.post(&linked, "{}").await.status, 404, "it is over");
}
