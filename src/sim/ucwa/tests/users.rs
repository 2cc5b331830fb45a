//! Users who call each other.

use super::super::Routing;
use super::*;
use crate::sim::{MessageBody, MessageFormat};

/// Creates a server with three users, Tosh, Lene and Dana, and a client of each.
async fn three_users() -> [TestClient; 3] {
    let users = UcwaOptions { colleagues: vec![lene(), dana()], ..UcwaOptions::default() };
    let sim = Simulator::new(options(users));
    [
        TestClient::of_user(&sim, 0).await,
        TestClient::of_user(&sim, 1).await,
        TestClient::of_user(&sim, 2).await,
    ]
}

/// Makes Tosh start a conversation with Lene and Lene accept it; returns the hrefs of their conversations.
async fn connect(tosh: &mut TestClient, lene: &mut TestClient) -> (String, String) {
    let to = json!({"to": "sip:lenea@contoso.example", "operationId": "op1", "subject": "Lunch",
                    "_links": {"message": {"href": "data:text/plain,Hi+Lene%2C+1%2B1%3F"}}});
    tosh.start("startMessaging", to).await;
    let outgoing = tosh.next_invitation("started").await;
    assert_eq!((&outgoing["direction"], &outgoing["operationId"]), (&json!("Outgoing"), &json!("op1")));
    let incoming = lene.next_invitation("started").await;
    assert_eq!(incoming["_embedded"]["from"]["name"], "Tosh Meston");
    assert_eq!(incoming["subject"], "Lunch");
    assert_eq!(lene.post(&href(&incoming, "accept"), "").await.status, 204);
    let completed = tosh.next_event("completed", "messagingInvitation").await;
    assert_eq!(completed["status"], "Success");
    let by = &completed["_embedded"]["messagingInvitation"]["_embedded"]["acceptedByParticipant"][0];
    assert_eq!(by["name"], "Lene Aaling");
    (href(&outgoing, "conversation"), href(&incoming, "conversation"))
}

/// Returns a link of the messaging of a conversation.
async fn messaging(client: &TestClient, conversation: &str, rel: &str) -> String {
    let conversation = client.get(conversation).await;
    href(&client.get(&href(&conversation, "messaging")).await, rel)
}

/// Polls until a message arrives and returns it.
async fn next_message(client: &mut TestClient) -> Value {
    client.next_event("completed", "message").await["_embedded"]["message"].clone()
}

#[tokio::test(start_paused = true)]
async fn two_users_talk_and_the_first_message_is_delivered_after_the_accept() {
    let [mut tosh, mut lene, _] = three_users().await;
    let (of_tosh, of_lene) = connect(&mut tosh, &mut lene).await;
    let first = next_message(&mut lene).await;
    assert_eq!(first["direction"], "Incoming");
    assert_eq!(href(&first, "plainMessage"), "data:text/plain;charset=utf-8,Hi+Lene%2C+1%2B1%3F");
    assert_eq!(lene.get(&href(&first, "participant")).await["name"], "Tosh Meston");

    let send = messaging(&lene, &of_lene, "sendMessage").await;
    let answer = lene.post(&format!("{send}&operationId=op2"), "Yes & no").await;
    assert_eq!(answer.status, 201);
    let location = answer.headers["location"].to_str().unwrap();
    assert_eq!(lene.get(location).await["status"], "Pending", "it has not been fetched yet");
    assert_eq!(
        href(&next_message(&mut tosh).await, "plainMessage"),
        "data:text/plain;charset=utf-8,Yes+%26+no"
    );
    let told = lene.next_event("completed", "message").await;
    assert_eq!((&told["status"], &told["link"]["href"]), (&json!("Success"), &json!(location)));
    assert_eq!(told["_embedded"]["message"]["operationId"], "op2");

    let unnamed = tosh.post(&messaging(&tosh, &of_tosh, "sendMessage").await, "No name").await;
    assert_eq!(unnamed.status, 201, "Microsoft's own samples omit the operationId");
    assert!(tosh.sim.complaints().last().unwrap().contains("operationId"));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_not_fetched_in_time_is_lost_and_its_sender_told() {
    let [mut tosh, mut lene, _] = three_users().await;
    let (of_tosh, _) = connect(&mut tosh, &mut lene).await;
    next_message(&mut lene).await;
    tosh.post(&messaging(&tosh, &of_tosh, "sendMessage").await, "Hello?").await;
    let told = tosh.next_event("completed", "message").await;
    assert_eq!(told["status"], "Failure");
    let message = &told["_embedded"]["message"];
    assert_eq!(message["status"], "Failed");
    let failed = message["_links"]["failedDeliveryParticipant"][0]["href"].as_str().unwrap();
    assert_eq!(tosh.get(failed).await["name"], "Lene Aaling");
    lene.sim.ucwa.interrupt_polls();
    assert!(lene.poll().await.iter().all(|event| event["link"]["rel"] != "message"));
}

#[tokio::test(start_paused = true)]
async fn typing_is_seen_by_the_others_until_a_message_or_for_a_while() {
    let [mut tosh, mut lene, _] = three_users().await;
    let (of_tosh, of_lene) = connect(&mut tosh, &mut lene).await;
    next_message(&mut lene).await;
    let typing = messaging(&tosh, &of_tosh, "setIsTyping").await;
    for _ in 0..2 {
        assert_eq!(tosh.post(&typing, "").await.status, 204);
    }
    let events = lene.poll().await;
    assert_eq!(events.len(), 1, "once, however often it is repeated");
    assert_eq!(
        (&events[0]["type"], &events[0]["in"]["rel"]),
        (&json!("added"), &json!("typingParticipants"))
    );
    let typing_now = lene.get(&messaging(&lene, &of_lene, "typingParticipants").await).await;
    assert_eq!(typing_now["_links"]["participant"][0]["title"], "Tosh Meston");
    let events = lene.poll().await;
    assert_eq!(
        (&events[0]["type"], &events[0]["in"]["rel"]),
        (&json!("deleted"), &json!("typingParticipants"))
    );

    tosh.post(&typing, "").await;
    tosh.post(&messaging(&tosh, &of_tosh, "sendMessage").await, "There").await;
    let kinds: Vec<_> = lene.poll().await.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["added", "deleted", "completed"]);
}

#[tokio::test(start_paused = true)]
async fn html_reaches_those_who_asked_for_it_and_the_others_as_text() {
    for (formats, rel, uri) in [
        (
            json!(["Plain", "Html"]),
            "htmlMessage",
            "data:text/html;charset=utf-8,%3Cb%3EHi%3C%2Fb%3E%3Cbr%3Ethere+%26amp%3B+then",
        ),
        (json!(["Plain"]), "plainMessage", "data:text/plain;charset=utf-8,Hi%0Athere+%26+then"),
    ] {
        let sim = Simulator::new(Options::default());
        let mut client = TestClient::signed_in(&sim, "one").await;
        client.make_available_for(&json!({"supportedMessageFormats": formats})).await;
        sim.ucwa.invite(of(InviteKind::Im));
        let accept = href(&client.next_invitation("started").await, "accept");
        assert_eq!(client.post(&accept, "").await.status, 204);
        let number = sim.ucwa.conversations().last().unwrap().number;
        let body = MessageBody { text: "<b>Hi</b><br>there &amp; then".into(), format: MessageFormat::Html };
        sim.ucwa.say(number, &lene().uri, body).unwrap();
        assert_eq!(href(&next_message(&mut client).await, rel), uri);
        assert!(sim.ucwa.say(number, "sip:nobody@contoso.example", MessageBody::plain("Hi")).is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_the_messaging_of_two_or_deleting_the_conversation_ends_it_for_both() {
    for by_delete in [false, true] {
        let [mut tosh, mut lene, _] = three_users().await;
        let (of_tosh, of_lene) = connect(&mut tosh, &mut lene).await;
        next_message(&mut lene).await;
        if by_delete {
            assert_eq!(tosh.send(Method::DELETE, &of_tosh, "").await.unwrap().status, 204);
        } else {
            let stop = messaging(&tosh, &of_tosh, "stopMessaging").await;
            assert_eq!(tosh.post(&stop, "").await.status, 204);
        }
        for (client, conversation) in [(&mut tosh, of_tosh), (&mut lene, of_lene)] {
            let events = client.poll().await;
            let told = |kind: &str, rel: &str| {
                events.iter().find(|event| event["type"] == kind && event["link"]["rel"] == rel).unwrap()
            };
            assert_eq!(told("updated", "messaging")["_embedded"]["messaging"]["state"], "Disconnected");
            assert_eq!(told("deleted", "conversation")["link"]["href"], conversation);
            assert_eq!(client.get_response(&conversation).await.status, 404);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_a_conversation_that_rings_ends_the_invitation_on_both_sides() {
    for by_caller in [true, false] {
        let [mut tosh, mut lene, _] = three_users().await;
        tosh.start("startMessaging", json!({"to": "sip:lenea@contoso.example"})).await;
        let outgoing = tosh.next_invitation("started").await;
        let incoming = lene.next_invitation("started").await;
        let (client, invitation) = if by_caller { (&tosh, &outgoing) } else { (&lene, &incoming) };
        let conversation = href(invitation, "conversation");
        assert_eq!(client.send(Method::DELETE, &conversation, "").await.unwrap().status, 204);
        assert!(tosh.sim.ucwa.pending().is_empty());
        let expected = if by_caller { "Canceled" } else { "Declined" };
        for client in [&mut tosh, &mut lene] {
            let told = client.next_event("completed", "messagingInvitation").await;
            assert_eq!(told["reason"]["subcode"], expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_caller_learns_what_became_of_the_invitation() {
    let [mut tosh, mut lene, _] = three_users().await;
    let to = json!({"to": "sip:lenea@contoso.example"});
    // Lene declines.
    tosh.start("startMessaging", to.clone()).await;
    let incoming = lene.next_invitation("started").await;
    lene.post(&href(&incoming, "decline"), "").await;
    let told = tosh.next_event("completed", "messagingInvitation").await;
    assert_eq!(
        (&told["reason"]["code"], &told["reason"]["subcode"]),
        (&json!("RemoteFailure"), &json!("Declined"))
    );
    lene.next_event("completed", "messagingInvitation").await;
    // Tosh cancels.
    tosh.start("startMessaging", to.clone()).await;
    let outgoing = tosh.next_invitation("started").await;
    lene.next_invitation("started").await;
    assert_eq!(tosh.post(&href(&outgoing, "cancel"), "").await.status, 204);
    let told = lene.next_event("completed", "messagingInvitation").await;
    assert_eq!(
        (&told["reason"]["code"], &told["reason"]["subcode"]),
        (&json!("RemoteFailure"), &json!("Canceled"))
    );
    tosh.next_event("completed", "messagingInvitation").await;
    // Nobody answers.
    tosh.start("startMessaging", to.clone()).await;
    assert_eq!(tosh.next_event("completed", "messagingInvitation").await["reason"]["subcode"], "Timeout");
    // Lene is not there.
    lene.send(Method::DELETE, &href(&lene.application, "self"), "").await.unwrap();
    tosh.start("startMessaging", to).await;
    assert_eq!(tosh.next_event("completed", "messagingInvitation").await["reason"]["subcode"], "Unreachable");
    assert_eq!(tosh.sim.ucwa.conversations(), Vec::new());
}

#[tokio::test(start_paused = true)]
async fn calls_are_forwarded_shared_by_a_team_and_answered_by_delegates() {
    for routing in [Routing::Forward(2), Routing::Team(vec![1, 2]), Routing::Delegates(vec![2])] {
        let [mut tosh, mut lene, mut dana] = three_users().await;
        tosh.sim.ucwa.set_routing(1, routing.clone());
        tosh.start("startPhoneAudio", json!({"to": "sip:lenea@contoso.example"})).await;
        let at_dana = dana.next_invitation("started").await;
        assert_eq!(at_dana["_embedded"]["from"]["name"], "Tosh Meston");
        assert_eq!(at_dana["phoneNumber"], "tel:+14255552224", "the phone that rings is Dana's");
        assert_eq!(dana.get(&href(&at_dana, "to")).await["name"], "Lene Aaling");
        if let Routing::Forward(_) = routing {
            assert_eq!(dana.get(&href(&at_dana, "forwardedBy")).await["name"], "Lene Aaling");
            lene.sim.ucwa.interrupt_polls();
            assert!(!lene.poll().await.iter().any(is_invitation), "it rings at Dana only");
        } else {
            let rel = lene.next_invitation("started").await["rel"].clone();
            assert_eq!(rel, "phoneAudioInvitation");
        }
        if let Routing::Delegates(_) = routing {
            assert_eq!(dana.get(&href(&at_dana, "onBehalfOf")).await["name"], "Lene Aaling");
        }
        let number = tosh.sim.ucwa.pending().iter().find(|it| it.invite.user == 2).unwrap().number;
        tosh.sim.ucwa.end(number, EndCause::AnsweredOnPhone).unwrap();
        let completed = tosh.next_event("completed", "phoneAudioInvitation").await;
        let by = &completed["_embedded"]["phoneAudioInvitation"]["_embedded"]["acceptedByParticipant"][0];
        assert_eq!(by["name"], "Dana Birkby");
        assert_eq!(dana.next_event("completed", "phoneAudioInvitation").await["status"], "Success");
        if !matches!(routing, Routing::Forward(_)) {
            let told = lene.next_event("completed", "phoneAudioInvitation").await;
            assert_eq!(told["reason"]["subcode"], "ConnectedElsewhere");
            let by = href(&told["_embedded"]["phoneAudioInvitation"], "acceptedByContact");
            assert_eq!(lene.get(&by).await["name"], "Dana Birkby");
        }
    }
}
