//! Online meetings between users: joining, the lobby, roles and leaving.

use crate::sim::ucwa::tests::*;

/// Creates a server with three users whose meetings have a lobby, and a client of each.
async fn three_users(lobby: bool) -> [TestClient; 3] {
    let users = UcwaOptions { colleagues: vec![lene(), dana()], lobby, ..UcwaOptions::default() };
    let sim = Simulator::new(options(users));
    [
        TestClient::of_user(&sim, 0).await,
        TestClient::of_user(&sim, 1).await,
        TestClient::of_user(&sim, 2).await,
    ]
}

/// Starts a meeting and returns its conversation and its URI.
async fn start_meeting(client: &mut TestClient) -> (Value, String) {
    client.start("startOnlineMeeting", json!({"subject": "Plans", "operationId": "m1"})).await;
    let events = client.poll().await;
    let completed = events.iter().find(|event| event["type"] == "completed").unwrap();
    let invitation = &completed["_embedded"]["onlineMeetingInvitation"];
    let conversation = client.get(&href(invitation, "conversation")).await;
    assert_eq!(conversation["state"], "Conferenced");
    (conversation, invitation["onlineMeetingUri"].as_str().unwrap().to_owned())
}

fn within<'a>(events: &'a [Value], kind: &str, part: &str) -> &'a Value {
    let is_meant = |event: &&Value| event["type"] == kind && event["in"]["rel"] == part;
    events.iter().find(is_meant).unwrap_or_else(|| panic!("nobody was {kind} in {part}: {events:?}"))
}

#[tokio::test(start_paused = true)]
async fn whoever_joins_waits_in_the_lobby_until_the_leader_admits_them() {
    let [mut tosh, mut lene, _] = three_users(true).await;
    let (_, uri) = start_meeting(&mut tosh).await;
    lene.start("joinOnlineMeeting", json!({"onlineMeetingUri": uri})).await;
    let events = lene.poll().await;
    let waiting = events.iter().rfind(|event| event["link"]["rel"] == "conversation").unwrap();
    assert_eq!(waiting["_embedded"]["conversation"]["state"], "InLobby");
    let events = tosh.poll().await;
    let participant = tosh.get(within(&events, "added", "lobby")["link"]["href"].as_str().unwrap()).await;
    assert_eq!((&participant["name"], &participant["inLobby"]), (&json!("Lene Aaling"), &json!(true)));

    assert_eq!(tosh.post(&href(&participant, "admit"), "").await.status, 204);
    let events = tosh.poll().await;
    within(&events, "deleted", "lobby");
    within(&events, "added", "attendees");
    let participant = tosh.get(&href(&participant, "self")).await;
    assert_eq!((&participant["inLobby"], &participant["_links"]["admit"]), (&json!(false), &Value::Null));
    assert_eq!(lene.next_event("completed", "onlineMeetingInvitation").await["status"], "Success");
    assert_eq!(tosh.sim.ucwa.conversations().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_rejected_or_ejected_learns_of_it() {
    let [mut tosh, mut lene, mut dana] = three_users(true).await;
    let (conversation, uri) = start_meeting(&mut tosh).await;
    for client in [&lene, &dana] {
        client.start("joinOnlineMeeting", json!({"onlineMeetingUri": uri})).await;
    }
    let lobby = tosh.get(&href(&conversation, "lobby")).await;
    let waiting = lobby["_embedded"]["participant"].as_array().unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(tosh.post(&href(&waiting[0], "reject"), "").await.status, 204);
    let told = lene.next_event("completed", "onlineMeetingInvitation").await;
    assert_eq!(told["reason"]["subcode"], "Denied");
    assert_eq!(tosh.post(&href(&waiting[1], "admit"), "").await.status, 204);
    assert_eq!(dana.next_event("completed", "onlineMeetingInvitation").await["status"], "Success");
    let participant = tosh.get(&href(&waiting[1], "self")).await;
    assert_eq!(tosh.post(&href(&participant, "promote"), "").await.status, 204);
    assert_eq!(tosh.get(&href(&participant, "self")).await["role"], "Leader");
    assert_eq!(tosh.post(&href(&participant, "eject"), "").await.status, 204);
    dana.next_event("deleted", "conversation").await;
    assert_eq!(tosh.sim.ucwa.conversations().len(), 1, "its leader stays in the meeting");
}

#[tokio::test(start_paused = true)]
async fn an_invited_user_joins_the_talk_and_all_see_each_other() {
    let [mut tosh, mut lene, mut dana] = three_users(false).await;
    tosh.start("startMessaging", json!({"to": "sip:lenea@contoso.example"})).await;
    let incoming = lene.next_invitation("started").await;
    lene.post(&href(&incoming, "accept"), "").await;
    tosh.next_event("completed", "messagingInvitation").await;
    let of_lene = lene.next_event("updated", "conversation").await["_embedded"]["conversation"].clone();

    let add = json!({"operationId": "add1", "to": "sip:dana@contoso.example"}).to_string();
    assert_eq!(lene.post(&href(&of_lene, "addParticipant"), &add).await.status, 201);
    let incoming = dana.next_invitation("started").await;
    assert_eq!(
        (&incoming["rel"], &incoming["_embedded"]["from"]["name"]),
        (&json!("onlineMeetingInvitation"), &json!("Lene Aaling"))
    );
    assert_eq!(dana.post(&href(&incoming, "accept"), "").await.status, 204);
    assert_eq!(lene.next_event("completed", "participantInvitation").await["status"], "Success");
    let mut people: Vec<Vec<String>> = Vec::new();
    for conversation in tosh.sim.ucwa.conversations() {
        let mut names: Vec<String> = conversation.people.iter().map(|person| person.name.clone()).collect();
        names.sort();
        people.push(names);
    }
    assert_eq!(
        people,
        [["Dana Birkby", "Lene Aaling"], ["Dana Birkby", "Tosh Meston"], ["Lene Aaling", "Tosh Meston"]]
    );

    // Dana joins the messaging and is heard by both.
    let conversation = dana.get(&href(&incoming, "conversation")).await;
    let messaging = dana.get(&href(&conversation, "messaging")).await;
    assert_eq!(dana.post(&href(&messaging, "addMessaging"), r#"{"operationId":"add2"}"#).await.status, 201);
    let messaging = dana.get(&href(&messaging, "self")).await;
    dana.post(&href(&messaging, "sendMessage"), "Hello all").await;
    for client in [&mut tosh, &mut lene] {
        let message = client.next_event("completed", "message").await["_embedded"]["message"].clone();
        assert_eq!(href(&message, "plainMessage"), "data:text/plain;charset=utf-8,Hello+all");
    }
    assert_eq!(dana.send(Method::DELETE, &href(&conversation, "self"), "").await.unwrap().status, 204);
    tosh.next_event("deleted", "participant").await;
    assert_eq!(tosh.sim.ucwa.conversations().len(), 2, "the others go on");
}

#[tokio::test(start_paused = true)]
async fn a_meeting_that_does_not_exist_cannot_be_joined() {
    let [tosh, ..] = three_users(false).await;
    let body = json!({"onlineMeetingUri": "sip:nobody@contoso.example;gruu;opaque=app:conf:focus:id:X"});
    let response = tosh.post(&tosh.communication("joinOnlineMeeting"), &body.to_string()).await;
    assert_eq!(
        (response.status.as_u16(), &document(&response)["subcode"]),
        (404, &json!("DestinationNotFound"))
    );
}
