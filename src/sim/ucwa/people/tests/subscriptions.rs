//! Tests of presence subscriptions.

use crate::sim::ucwa::tests::*;

async fn people(client: &TestClient) -> Value {
    client.get(&href(&client.application["_embedded"]["people"], "self")).await
}

fn kinds(events: &[Value]) -> Vec<String> {
    let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events.iter().map(|event| format!("{} {}", part(&event["type"]), part(&event["link"]["rel"]))).collect()
}

/// Subscribes to Lene for ten minutes, and returns the subscription.
async fn subscribed(client: &mut TestClient) -> Value {
    let link = href(&people(client).await, "presenceSubscriptions");
    let created = client.post(&link, &json!({"duration": 10, "Uris": [lene().uri]}).to_string()).await;
    assert_eq!(created.status, 201);
    document(&created)
}

#[tokio::test(start_paused = true)]
async fn a_subscription_tells_of_the_people_in_it() {
    let mut client = TestClient::online().await;
    let subscription = subscribed(&mut client).await;
    assert_eq!(client.get(&href(&subscription, "self")).await, subscription);
    let events = client.poll().await;
    let expected = [
        "added presenceSubscription",
        "added contact",
        "updated contactPresence",
        "updated contactNote",
        "updated contactLocation",
    ];
    assert_eq!(kinds(&events), expected);
    assert_eq!(events[1]["in"]["rel"], "subscribedContacts");
    assert_eq!(events[2]["in"], json!({"rel": "contact", "href": events[1]["link"]["href"]}));
    let contacts = client.get(&href(&people(&client).await, "subscribedContacts")).await;
    assert_eq!(contacts["_links"]["contact"][0]["href"], events[1]["link"]["href"]);
}

#[tokio::test(start_paused = true)]
async fn people_are_added_to_and_removed_from_a_subscription() {
    let mut client = TestClient::online().await;
    let subscription = subscribed(&mut client).await;
    let body = json!({"contactUris": [dana().uri, lene().uri]}).to_string();
    let added = client.post(&href(&subscription, "addToPresenceSubscription"), &body).await;
    assert_eq!(added.status, 201);
    let memberships = document(&added)["_embedded"]["presenceSubscriptionMembership"].clone();
    assert_eq!(memberships.as_array().unwrap().len(), 1, "Lene is in it already");
    let link = href(&people(&client).await, "presenceSubscriptionMemberships");
    assert_eq!(
        client.get(&link).await["_embedded"]["presenceSubscriptionMembership"].as_array().unwrap().len(),
        2
    );
    client.poll().await;
    let deleted = client.send(Method::DELETE, &href(&memberships[0], "self"), "").await.unwrap();
    assert_eq!(deleted.status, 204);
    assert_eq!(kinds(&client.poll().await), ["deleted contact"]);
    let refused = client.post(&href(&subscription, "addToPresenceSubscription"), "{}").await;
    assert_eq!(document(&refused)["parameters"]["contactUris"], "required");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_expires_after_a_notice_unless_it_is_extended() {
    let mut client = TestClient::online().await;
    let link = href(&subscribed(&mut client).await, "self");
    client.poll().await;
    let begun = tokio::time::Instant::now();
    let notice = poll_for_events(&mut client).await;
    assert_eq!(kinds(&notice), ["updated presenceSubscription"]);
    assert_eq!(href(&notice[0]["_embedded"]["presenceSubscription"], "self"), link);
    assert_eq!(begun.elapsed().as_secs(), 540);
    assert_eq!(client.post(&format!("{link}?duration=11"), "").await.status, 200);
    poll_for_events(&mut client).await;
    assert_eq!(
        kinds(&poll_for_events(&mut client).await),
        ["deleted presenceSubscription", "deleted contact"]
    );
    assert_eq!(begun.elapsed().as_secs(), 600 + 660);
    for answer in [client.get_response(&link).await, client.post(&format!("{link}?duration=11"), "").await] {
        assert_eq!(
            (answer.status.as_u16(), &document(&answer)["subcode"]),
            (404, &json!("ApplicationNotFound"))
        );
    }
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

/// Polls until there is an event.
async fn poll_for_events(client: &mut TestClient) -> Vec<Value> {
    loop {
        let events = client.poll().await;
        if !events.is_empty() {
            return events;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deleted_subscription_is_gone() {
    let mut client = TestClient::online().await;
    let link = href(&subscribed(&mut client).await, "self");
    client.poll().await;
    for status in [204, 404] {
        assert_eq!(client.send(Method::DELETE, &link, "").await.unwrap().status, status);
    }
    assert_eq!(kinds(&client.poll().await), ["deleted presenceSubscription", "deleted contact"]);
}

#[tokio::test(start_paused = true)]
async fn the_duration_and_the_addresses_are_checked() {
    let client = TestClient::online().await;
    let link = href(&people(&client).await, "presenceSubscriptions");
    for (duration, uris, parameter) in [
        (json!(9), json!(["sip:a@contoso.example"]), "duration"),
        (json!(31), json!(["sip:a@contoso.example"]), "duration"),
        (json!("15"), json!(["sip:a@contoso.example"]), "duration"),
        (json!(15), json!([]), "uris"),
        (json!(15), json!(["lene"]), "uris"),
        (json!(15), json!("sip:a@contoso.example"), "uris"),
    ] {
        let refused = client.post(&link, &json!({"duration": duration, "uris": uris}).to_string()).await;
        assert_eq!(refused.status, 400);
        let parameters = &document(&refused)["parameters"];
        assert_eq!(parameters.as_object().unwrap().keys().collect::<Vec<_>>(), [parameter]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_colleague_who_becomes_available_is_seen() {
    let sim = Simulator::new(options(UcwaOptions { colleagues: vec![lene()], ..UcwaOptions::default() }));
    let mut client = TestClient::online_at(&sim, "one").await;
    subscribed(&mut client).await;
    client.poll().await;
    let mut lene = TestClient { token: Some("cwt=demo-2".into()), ..TestClient::new(&sim) };
    lene.create_application("two").await;
    lene.make_available().await;
    let events = client.poll().await;
    assert_eq!(kinds(&events), ["updated contactPresence"]);
    assert_eq!(client.get(events[0]["link"]["href"].as_str().unwrap()).await["availability"], "Online");
}

#[tokio::test(start_paused = true)]
async fn the_contacts_of_a_group_are_subscribed_to_at_once() {
    let sim = Simulator::new(options(UcwaOptions { colleagues: vec![lene()], ..UcwaOptions::default() }));
    let client = TestClient::online_at(&sim, "one").await;
    let groups = client.get(&href(&people(&client).await, "myGroups")).await;
    let link = href(&groups["_embedded"]["defaultGroup"], "subscribeToGroupPresence");
    let created = client.post(&format!("{link}&duration=30"), "").await;
    assert_eq!(created.status, 201);
    let memberships = client.get(&href(&document(&created), "memberships")).await;
    assert_eq!(memberships["_embedded"]["presenceSubscriptionMembership"].as_array().unwrap().len(), 1);
}
