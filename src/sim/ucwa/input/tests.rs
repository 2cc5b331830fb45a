//! Tests of the input of requests.

use crate::sim::ucwa::tests::*;

const XML: &str = "application/vnd.microsoft.com.ucwa+xml; charset=utf-8";

/// Posts a body of a media type, and returns the status and the error.
async fn post_as(client: &TestClient, url: &str, kind: &str, body: &str) -> (u16, Value) {
    let answer = client.post_as(url, kind, body).await;
    (answer.status.as_u16(), serde_json::from_slice(&answer.body).unwrap_or_default())
}

async fn make_me_available(body: &str) -> (u16, Value) {
    let client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    let link = href(&client.application["_embedded"]["me"], "makeMeAvailable");
    post_as(&client, &link, "application/json", body).await
}

#[tokio::test(start_paused = true)]
async fn the_case_of_names_does_not_matter() {
    let client = TestClient::new(&Simulator::new(Options::default()));
    let body = r#"{"UserAgent": "UCWA Samples", "ENDPOINTID": "a917", "culture": "en-US"}"#;
    for kind in
        ["application/json", "Application/JSON; charset=UTF-8", "application/vnd.microsoft.com.ucwa+json"]
    {
        let (status, application) = post_as(&client, APPLICATIONS, kind, body).await;
        assert!(matches!(status, 200 | 201), "{kind}");
        assert_eq!(application["rel"], "application");
    }
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn xml_is_input_too() {
    let client = TestClient::signed_in(&Simulator::new(Options::default()), "one").await;
    let link = href(&client.application["_embedded"]["me"], "makeMeAvailable");
    let body = "<input xmlns=\"http://schemas.microsoft.com/rtc/2012/03/ucwa\">\
                <property name=\"SignInAs\">Busy</property>\
                <propertyList name=\"supportedModalities\"><item>Messaging</item></propertyList></input>";
    assert_eq!(post_as(&client, &link, XML, &body.replace("Busy", "Free")).await.0, 400);
    assert_eq!(
        post_as(&client, &link, XML, &body.replace("</input>", "")).await.1["subcode"],
        "DeserializationFailure"
    );
    assert_eq!(post_as(&client, &link, XML, body).await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn another_media_type_is_not_supported() {
    let client = TestClient::new(&Simulator::new(Options::default()));
    let body = r#"{"userAgent": "test", "endpointId": "one", "culture": "en-US"}"#;
    for kind in ["text/plain", "application/jsonp", "application/x-www-form-urlencoded", ""] {
        let (status, error) = post_as(&client, APPLICATIONS, kind, body).await;
        assert_eq!((status, &error["code"]), (415, &json!("UnsupportedMediaType")), "{kind}");
    }
    assert!(client.sim.complaints()[0].starts_with("applications: "), "{:?}", client.sim.complaints());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_object_cannot_be_deserialized() {
    for body in ["{", "[]", "\"Messaging\"", "7"] {
        let (status, error) = make_me_available(body).await;
        assert_eq!((status, &error["subcode"]), (400, &json!("DeserializationFailure")), "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_invalid_property_is_listed_with_the_reason() {
    let body = json!({
        "signInAs": "Free", "supportedModalities": ["Nonsense"], "supportedMessageFormats": "Plain",
        "phoneNumber": 5, "audioPreference": null, "inactiveTimeout": "soon",
    });
    let (status, error) = make_me_available(&body.to_string()).await;
    assert_eq!((status, &error["subcode"]), (400, &json!("ParameterValidationFailure")));
    let expected = json!({
        "signInAs": "not a member of PreferredAvailability",
        "supportedModalities": "has an item that is not a member of ModalityType",
        "supportedMessageFormats": "not an array", "phoneNumber": "not a string",
        "inactiveTimeout": "not a time span",
    });
    assert_eq!(error["parameters"], expected);
}

#[tokio::test(start_paused = true)]
async fn the_invalid_properties_are_listed_in_xml() {
    let client =
        TestClient { accept: "application/xml", ..TestClient::new(&Simulator::new(Options::default())) };
    let answer = client.post(APPLICATIONS, r#"{"userAgent": "<a>", "endpointId": ""}"#).await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let parameters = "<parameters><property name=\"culture\">required</property>\
                      <property name=\"endpointId\">required</property></parameters></reason>";
    assert!(text.ends_with(parameters), "{text}");
}

#[tokio::test(start_paused = true)]
async fn every_documented_property_of_make_me_available_is_accepted() {
    for timeout in [json!(5), json!("00:05:00"), json!("1.00:05:00"), json!("PT5M")] {
        let body = json!({
            "audioPreference": "PhoneAudio", "inactiveTimeout": timeout, "phoneNumber": "4255552222",
            "signInAs": "Offwork", "supportedMessageFormats": ["Plain", "Html"],
            "supportedModalities": ["PhoneAudio", "Messaging"], "voipFallbackToPhoneAudioTimeOut": timeout,
        });
        assert_eq!(make_me_available(&body.to_string()).await.0, 204, "{timeout}");
    }
    assert_eq!(make_me_available("").await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn a_parameter_of_the_query_is_checked_as_the_body_is() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let decline = href(&client.next_invitation("started").await, "decline");
    let refused = client.post(&format!("{decline}?reason=Bogus"), "").await;
    assert_eq!(document(&refused)["parameters"]["reason"], "not a member of CallDeclineReason");
    assert_eq!(client.sim.complaints(), ["decline: reason is not a member of CallDeclineReason"]);
    assert_eq!(client.post(&format!("{decline}?Reason=Global"), "").await.status, 204);
}

#[tokio::test(start_paused = true)]
async fn add_participant_needs_no_operation_id() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let started = client.next_invitation("started").await;
    assert_eq!(client.post(&href(&started, "accept"), "").await.status, 204);
    let conversation = client.get(&href(&started, "conversation")).await;
    let add = href(&conversation, "addParticipant");
    let long = json!({"operationId": "x".repeat(51), "to": "dana"}).to_string();
    let refused = document(&client.post(&add, &long).await);
    let expected = json!({"operationId": "longer than 50 characters", "to": "not a URI"});
    assert_eq!(refused["parameters"], expected);
    let complaints = client.sim.complaints().len();
    assert_eq!(client.post(&add, &json!({"to": dana().uri}).to_string()).await.status, 201);
    assert_eq!(client.sim.complaints().len(), complaints);
}
