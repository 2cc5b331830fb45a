//! Tests of `people` and of contacts.

use crate::sim::ucwa::tests::*;

async fn people(client: &TestClient) -> Value {
    client.get(&href(&client.application["_embedded"]["people"], "self")).await
}

async fn search(client: &TestClient, query: &str) -> Value {
    let mut url = Url::parse(POOL).unwrap().join(&href(&people(client).await, "search")).unwrap();
    url.set_query(Some(query));
    client.get(url.as_str()).await
}

fn names(document: &Value) -> Vec<&str> {
    let contacts = document["_embedded"]["contact"].as_array().map(Vec::as_slice).unwrap_or_default();
    contacts.iter().map(|contact| contact["name"].as_str().unwrap()).collect()
}

async fn online_with_colleagues() -> TestClient {
    let sim = Simulator::new(options(UcwaOptions { colleagues: vec![lene()], ..UcwaOptions::default() }));
    sim.ucwa.add_person(dana());
    TestClient::online_at(&sim, "one").await
}

#[tokio::test(start_paused = true)]
async fn people_are_found_by_name_address_and_number() {
    let client = online_with_colleagues().await;
    for query in ["query=aal", "query=LENEA%40contoso", "query=sip%3Alenea", "Query=lene+aaling&limit=1"] {
        assert_eq!(names(&search(&client, query).await), ["Lene Aaling"], "{query}");
    }
    let all = search(&client, "query=contoso&limit=2").await;
    assert_eq!((names(&all).len(), &all["moreResultsAvailable"]), (2, &json!(true)));
    let all = search(&client, "query=contoso&limit=3").await;
    assert_eq!((names(&all).len(), &all["moreResultsAvailable"]), (3, &json!(false)));
    let number = all["_embedded"]["contact"][2]["mobilePhoneNumber"].as_str().unwrap().to_owned();
    let by_number = search(&client, &format!("query={}", number.trim_start_matches("tel:+"))).await;
    assert!(names(&by_number).contains(&"Dana Birkby"));
    let nobody = search(&client, "query=nobody").await;
    assert_eq!(nobody["_embedded"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_search_needs_a_query_and_a_possible_limit() {
    let client = TestClient::online().await;
    let link = href(&people(&client).await, "search");
    for (query, parameter) in [("", "query"), ("?query=a&limit=0", "limit"), ("?query=a&limit=ten", "limit")]
    {
        let refused = client.get_response(&format!("{link}{query}")).await;
        assert_eq!(refused.status, 400);
        assert!(document(&refused)["parameters"][parameter].is_string(), "{query}");
    }
}

#[tokio::test(start_paused = true)]
async fn contacts_come_embedded_or_as_links() {
    let client = online_with_colleagues().await;
    let people = people(&client).await;
    let link = href(&people, "myContacts");
    assert_eq!(names(&client.get(&link).await), ["Lene Aaling", "Dana Birkby"]);
    let links = client.get(&format!("{link}?expand=false")).await;
    assert_eq!(links["_links"]["contact"].as_array().unwrap().len(), 2);
    let groups = client.get(&href(&people, "myGroups")).await;
    let group = &groups["_embedded"]["defaultGroup"];
    assert_eq!(names(&client.get(&href(group, "groupContacts")).await).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_contact_says_the_same_of_a_person_each_time() {
    let client = online_with_colleagues().await;
    let found = search(&client, "query=dana").await;
    let link = href(&found["_embedded"]["contact"][0], "self");
    let contact = client.get(&link).await;
    for name in ["company", "department", "title", "office", "workPhoneNumber", "mobilePhoneNumber"] {
        assert!(contact[name].is_string(), "{name}");
    }
    let twin = online_with_colleagues().await;
    let same = search(&twin, "query=dana").await;
    assert_eq!(same["_embedded"]["contact"][0]["workPhoneNumber"], contact["workPhoneNumber"]);
    let tag = client.get_response(&link).await.headers.get("etag").unwrap().to_str().unwrap().to_owned();
    assert_eq!(client.get_if_changed(&link, &tag).await.status, 304);
}

#[tokio::test(start_paused = true)]
async fn a_colleague_is_seen_as_the_colleague_wants_to_be() {
    let client = online_with_colleagues().await;
    let found = search(&client, "query=lene").await;
    let contact = &found["_embedded"]["contact"][0];
    let presence = href(contact, "contactPresence");
    let seen = client.get(&presence).await;
    assert_eq!((&seen["availability"], &seen["deviceType"]), (&json!("Offline"), &json!("Unknown")));
    let mut lene = TestClient { token: Some("cwt=demo-2".into()), ..TestClient::new(&client.sim) };
    lene.create_application("two").await;
    lene.make_available().await;
    let me = lene.get(&href(&lene.application["_embedded"]["me"], "self")).await;
    lene.post(&href(&me, "presence"), r#"{"availability": "DoNotDisturb"}"#).await;
    lene.post(&href(&me, "note"), r#"{"message": "Heads down"}"#).await;
    lene.post(&href(&me, "location"), r#"{"location": "Home"}"#).await;
    assert_eq!(client.get(&presence).await["availability"], "DoNotDisturb");
    assert_eq!(client.get(&href(contact, "contactNote")).await["message"], "Heads down");
    assert_eq!(client.get(&href(contact, "contactLocation")).await["location"], "Home");
    assert_eq!(client.get(&href(contact, "contactSupportedModalities")).await["modalities"], json!([]));
    assert_eq!(client.get_response(&href(contact, "contactPhoto")).await.status, 200);
    assert!(client.get(&presence).await["lastActive"].as_str().unwrap().starts_with("/Date("));
    let xml = client.get_as_xml(&presence).await;
    let property = xml.split("<property name=\"lastActive\">").nth(1).unwrap();
    assert!(property.split('<').next().unwrap().ends_with('Z'), "{xml}");
}
