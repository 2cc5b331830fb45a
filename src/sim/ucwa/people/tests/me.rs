//! Tests of the user's own resources.

use crate::sim::ucwa::tests::*;

/// The types and the relations of events.
fn kinds(events: &[Value]) -> Vec<String> {
    let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    events.iter().map(|event| format!("{} {}", part(&event["type"]), part(&event["link"]["rel"]))).collect()
}

async fn me(client: &TestClient) -> Value {
    client.get(&href(&client.application["_embedded"]["me"], "self")).await
}

#[tokio::test(start_paused = true)]
async fn an_application_embeds_its_hubs_and_says_how_it_was_registered() {
    let client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    let application = client.get(&href(&client.application, "self")).await;
    for (name, value) in
        [("culture", "en-US"), ("userAgent", "test"), ("endpointId", "one"), ("type", "Browser")]
    {
        assert_eq!(application[name], value);
    }
    for rel in ["batch", "events", "policies", "reportMyNetwork"] {
        href(&application, rel);
    }
    for rel in ["communication", "me", "onlineMeetings", "people"] {
        let embedded = &application["_embedded"][rel];
        assert_eq!(client.get(&href(embedded, "self")).await["rel"], rel);
    }
    assert_eq!(client.get(&href(&application, "policies")).await["photos"], "Enabled");
}

#[tokio::test(start_paused = true)]
async fn what_needs_make_me_available_is_linked_to_afterwards() {
    let mut client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    let before = me(&client).await;
    for rel in ["callForwardingSettings", "phones", "photo", "makeMeAvailable"] {
        href(&before, rel);
    }
    for rel in ["presence", "note", "location", "reportMyActivity"] {
        assert_eq!(before["_links"][rel], Value::Null);
    }
    client.make_available().await;
    let after = me(&client).await;
    for rel in ["presence", "note", "location", "reportMyActivity"] {
        href(&after, rel);
    }
    assert_eq!(after["_links"]["makeMeAvailable"], Value::Null);
    assert_eq!(after["emailAddresses"], json!(["tosh@contoso.example"]));
    for name in ["company", "department", "title", "officeLocation", "endpointUri", "workPhoneNumber"] {
        assert!(after[name].is_string(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn becoming_available_is_told_as_in_the_documented_trace() {
    let mut client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    client.make_available().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let batch = client.get(&client.next).await;
    let expected = [
        "updated me",
        "added presence",
        "added note",
        "added location",
        "updated communication",
        "started messagingInvitation",
    ];
    assert_eq!(kinds(&events(&batch))[..expected.len()], expected);
    assert_eq!(batch["sender"][0]["rel"], "me");
    let communication = &batch["sender"][1]["events"][0]["_embedded"]["communication"];
    assert_eq!(communication["supportedMessageFormats"], json!(["Plain"]));
    client.next = href(&batch, "next");
}

#[tokio::test(start_paused = true)]
async fn presence_note_and_location_are_set_and_reset_and_every_application_is_told() {
    let mut client = TestClient::online().await;
    let mut other = TestClient::online_at(&client.sim, "two").await;
    let me = me(&client).await;
    for (rel, property, value, initial) in [
        ("presence", "availability", "Busy", "Online"),
        ("note", "message", "Heads down", ""),
        ("location", "location", "By the beach", ""),
    ] {
        let link = href(&me, rel);
        assert_eq!(client.get(&link).await[property], initial);
        assert_eq!(client.post(&link, &json!({ property: value }).to_string()).await.status, 204);
        assert_eq!(client.get(&link).await[property], value);
        assert_eq!(client.post(&link, "").await.status, 204);
        assert_eq!(client.get(&link).await[property], initial);
        for client in [&mut client, &mut other] {
            assert_eq!(kinds(&client.poll().await), [format!("updated {rel}")], "the later of the two");
        }
    }
    assert_eq!(client.post(&format!("{}?Message=Away%20today", href(&me, "note")), "").await.status, 204);
    assert_eq!(client.get(&href(&me, "note")).await["message"], "Away today");
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
    let long = json!({"location": "x".repeat(61)}).to_string();
    assert_eq!(client.post(&href(&me, "location"), &long).await.status, 400);
    assert_eq!(client.post(&href(&me, "presence"), r#"{"availability": "Offline"}"#).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn signing_in_as_off_work_is_seen_as_an_activity() {
    let client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    let link = href(&client.application["_embedded"]["me"], "makeMeAvailable");
    assert_eq!(client.post(&link, r#"{"signInAs": "Offwork"}"#).await.status, 204);
    let presence = client.get(&href(&me(&client).await, "presence")).await;
    assert_eq!((&presence["availability"], &presence["activity"]), (&json!("Away"), &json!("Off Work")));
    let again = client.post(&link, "{}").await;
    assert_eq!((again.status.as_u16(), &document(&again)["subcode"]), (409, &json!("AlreadyExists")));
}

#[tokio::test(start_paused = true)]
async fn phone_numbers_can_be_changed_but_the_one_at_work() {
    let client = TestClient::online().await;
    let phones = client.get(&href(&me(&client).await, "phones")).await;
    let phone = |kind: &str| {
        let all = phones["_embedded"]["phone"].as_array().unwrap();
        all.iter().find(|phone| phone["type"] == kind).unwrap().clone()
    };
    assert_eq!(phone("work")["_links"]["changeNumber"], Value::Null);
    let mobile = phone("mobile");
    let change = href(&mobile, "changeNumber");
    assert_eq!(
        document(&client.post(&change, r#"{"number": "abc"}"#).await)["subcode"],
        "NormalizationFailed"
    );
    let body = r#"{"number": "+12065550199", "includeInContactCard": false}"#;
    assert_eq!(client.post(&change, body).await.status, 204);
    let changed = client.get(&href(&mobile, "self")).await;
    assert_eq!(
        (&changed["number"], &changed["includeInContactCard"]),
        (&json!("tel:+12065550199"), &json!(false))
    );
    let visibility = format!("{}?includeInContactCard=maybe", href(&mobile, "changeVisibility"));
    assert_eq!(client.post(&visibility, "").await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn changing_call_forwarding_needs_the_current_entity_tag() {
    let client = TestClient::online().await;
    let link = href(&me(&client).await, "callForwardingSettings");
    let response = client.get_response(&link).await;
    let tag = response.headers.get("etag").unwrap().to_str().unwrap().to_owned();
    let body = r#"{"activePeriod": "Workhours"}"#;
    let put = async |condition: Option<&str>| client.put(&link, body, condition).await.status.as_u16();
    assert_eq!([put(None).await, put(Some("\"1\"")).await, put(Some(&tag)).await], [428, 412, 200]);
    assert_eq!(client.get(&link).await["activePeriod"], "Workhours");
    assert_eq!(put(Some(&tag)).await, 412, "the tag has changed");
    assert_eq!(client.post(&href(&client.get(&link).await, "turnOffCallForwarding"), "").await.status, 204);
    assert_eq!(client.get(&link).await["activePeriod"], "Always");
}

#[tokio::test(start_paused = true)]
async fn a_document_that_the_client_has_is_not_sent_again() {
    let client = TestClient::online().await;
    let link = href(&client.application, "self");
    let first = client.get_response(&link).await;
    assert_eq!(first.headers.get("cache-control").unwrap(), "no-cache");
    let tag = first.headers.get("etag").unwrap().to_str().unwrap();
    for tag in [tag, tag.trim_matches('"')] {
        let again = client.get_if_changed(&link, tag).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }
    assert_eq!(client.get_if_changed(&link, "\"other\"").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_photo_is_a_jpeg_image_of_the_size_that_was_asked_for() {
    let client = TestClient::online().await;
    let link = href(&me(&client).await, "photo");
    for (query, side) in [("", 48), ("?size=HR64X64", 64)] {
        let photo = client.get_response(&format!("{link}{query}")).await;
        assert_eq!(photo.headers.get(CONTENT_TYPE).unwrap(), "image/jpeg");
        assert_eq!(photo.headers.get("cache-control").unwrap(), "private");
        assert!(photo.body.starts_with(&[0xff, 0xd8]) && photo.body.ends_with(&[0xff, 0xd9]));
        let frame = photo.body.windows(4).position(|it| it == [0xff, 0xc0, 0, 11]).unwrap();
        assert_eq!(photo.body[frame + 5..frame + 9], [0, side, 0, side]);
    }
    assert_eq!(client.get_response(&format!("{link}?size=large")).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn an_action_link_cannot_be_read() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let accept = href(&client.next_invitation("started").await, "accept");
    let refused = client.get_response(&accept).await;
    assert_eq!(refused.status, 405);
    assert_eq!(refused.headers.get("allow").unwrap(), "POST");
    assert_eq!(document(&refused)["code"], "MethodNotAllowed");
    assert_eq!(client.post(&href(&me(&client).await, "self"), "{}").await.status, 405);
    assert_eq!(client.sim.complaints()[0], "accept: GET is not supported, but POST");
}

#[tokio::test(start_paused = true)]
async fn the_network_is_reported_with_its_type() {
    let client = TestClient::online().await;
    let link = href(&client.application, "reportMyNetwork");
    assert_eq!(
        client.post(&link, r#"{"clientNetworkType": "Internal", "ip": "10.0.0.7"}"#).await.status,
        201
    );
    assert_eq!(document(&client.post(&link, "{}").await)["parameters"]["clientNetworkType"], "required");
}

#[tokio::test(start_paused = true)]
async fn the_settings_of_communication_are_changed_by_a_put_that_keeps_the_rest() {
    let mut client = TestClient::online().await;
    let link = client.communication("self");
    let before = client.get(&link).await;
    let tag = before["etag"].as_str().unwrap();
    let body = r#"{"audioPreference": "PhoneAudio", "supportedModalities": ["Messaging"]}"#;
    assert_eq!(client.put(&link, body, None).await.status, 428);
    assert_eq!(client.put(&link, r#"{"conversationHistory": "Maybe"}"#, Some(tag)).await.status, 400);
    assert_eq!(client.put(&link, body, Some(tag)).await.status, 200);
    let told = client.next_event("updated", "communication").await["_embedded"]["communication"].clone();
    assert_eq!(
        (&told["audioPreference"], &told["supportedModalities"]),
        (&json!("PhoneAudio"), &json!(["Messaging"]))
    );
    assert_eq!(told["supportedMessageFormats"], before["supportedMessageFormats"]);
    assert_eq!(client.put(&link, body, Some(tag)).await.status, 412, "it has changed since");
    client.sim.ucwa.invite(of(InviteKind::Phone));
    client.sim.ucwa.invite(of(InviteKind::Im));
    assert_eq!(client.next_invitation("started").await["rel"], "messagingInvitation", "calls ring no more");
}
