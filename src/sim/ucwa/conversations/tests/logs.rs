//! Tests of conversation logs and missed items.

use crate::sim::ucwa::tests::*;

async fn communication(client: &TestClient) -> Value {
    client.get(&href(&client.application["_embedded"]["communication"], "self")).await
}

async fn missed(client: &TestClient) -> (Value, Value, Value) {
    let items = client.get(&href(&communication(client).await, "missedItems")).await;
    let part = |name: &str| items[name].clone();
    (part("conversationLogsCount"), part("missedConversationsCount"), part("unreadMissedConversationsCount"))
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_stays_until_it_is_read_or_deleted() {
    let mut client = TestClient::online().await;
    let invite = Invite { message: "Are you there?".into(), ..of(InviteKind::Im) };
    let id = client.sim.ucwa.invite(invite);
    client.sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
    let events = client.poll().await;
    assert!(events.iter().any(|event| event["link"]["rel"] == "missedItems" && event["type"] == "updated"));
    assert_eq!(missed(&client).await, (json!(1), json!(1), json!(1)));
    let logs = client.get(&href(&communication(&client).await, "conversationLogs")).await;
    let link = logs["_links"]["conversationLog"][0]["href"].as_str().unwrap();
    let log = client.get(link).await;
    for (name, value) in [
        ("status", "Missed"),
        ("direction", "Incoming"),
        ("type", "MessageLog"),
        ("previewMessage", "Are you there?"),
    ] {
        assert_eq!(log[name], value);
    }
    let recipient = &log["_embedded"]["conversationLogRecipient"][0];
    assert_eq!(recipient["sipUri"], lene().uri);
    assert_eq!(client.get(&href(recipient, "self")).await, *recipient);
    assert_eq!(client.get(&href(recipient, "contact")).await["name"], lene().name);
    assert_eq!(client.post(&href(&log, "markAsRead"), "").await.status, 204);
    assert_eq!(missed(&client).await, (json!(1), json!(1), json!(0)));
    assert_eq!(client.send(Method::DELETE, link, "").await.unwrap().status, 204);
    assert_eq!(missed(&client).await, (json!(0), json!(0), json!(0)));
    assert_eq!(client.get_response(link).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_ended_is_archived_and_what_was_declined_is_not_logged() {
    let mut client = TestClient::online().await;
    for action in ["accept", "decline"] {
        client.sim.ucwa.invite(of(InviteKind::Im));
        let started = client.next_invitation("started").await;
        assert_eq!(client.post(&href(&started, action), "").await.status, 204);
        client.next_invitation("completed").await;
    }
    assert_eq!(missed(&client).await.0, 0);
    let conversation = client.sim.ucwa.conversations()[0].number;
    client.sim.ucwa.leave(conversation, &lene().uri);
    assert_eq!(missed(&client).await, (json!(1), json!(0), json!(0)));
    let link = href(&communication(&client).await, "conversationLogs");
    let logs = client.get(&format!("{link}?limit=1")).await;
    let log = client.get(logs["_links"]["conversationLog"][0]["href"].as_str().unwrap()).await;
    assert_eq!((&log["status"], &log["type"]), (&json!("Archived"), &json!("MessageLog")));
    assert_eq!(client.get_response(&format!("{link}?limit=none")).await.status, 400);
}
