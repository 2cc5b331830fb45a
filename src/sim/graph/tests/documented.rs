//! Tests of requests that the documentation shows, and of the responses that it promises.

use super::*;

impl TestBot {
    /// Sends a request with the bot's token and nothing else.
    async fn bare(&self, method: Method, path: &str, body: &str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", self.token).parse().unwrap());
        self.send(method, path, headers, body.to_owned()).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_callback_uses_the_webhook() {
    let (bot, number) = answered(caller(), service_hosted()).await;
    assert!(bot.received().iter().all(|received| received.path == "/api/calls"));
    let call = body(&bot.get(&format!("/{}", bot.id(number))).await);
    assert_eq!(call["callbackUri"], "http://127.0.0.1:3978/api/calls");
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_call_is_read_with_its_id_its_context_its_media_and_its_current_callback() {
    let (bot, number) = answered(caller(), answer()).await;
    let id = bot.id(number);
    let call = body(&bot.get(&format!("/{id}")).await);
    assert_eq!(call["id"], id);
    assert_eq!(call["@odata.context"], format!("{BASE}/v1.0/$metadata#communications/calls/$entity"));
    assert_eq!(call["mediaConfig"], answer()["mediaConfig"]);
    assert_eq!(call["callbackUri"], "https://bot.example/api/one");
    assert!(call.as_object().unwrap().contains_key("toneInfo"));

    let selected = body(&bot.get(&format!("/{id}?$select=id,%20state")).await);
    let mut names: Vec<&String> = selected.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["@odata.context", "@odata.etag", "@odata.id", "@odata.type", "id", "state"]);
    assert_eq!(
        selected["@odata.context"],
        format!("{BASE}/v1.0/$metadata#communications/calls(id,state)/$entity")
    );
    assert_eq!(code(&bot.get(&format!("/{id}?$select=colour")).await), (400, "BadRequest".into()));
    let complaints = bot.sim.complaints();
    assert!(complaints[0].contains("'colour'") && complaints[0].ends_with("(Get call)"), "{complaints:?}");
}

#[tokio::test(start_paused = true)]
async fn notifications_go_to_no_other_host_than_the_webhook_and_this_machine() {
    for (callback, expected) in [
        ("https://bot.example/api/one?tag=1", "http://127.0.0.1:3978/api/one?tag=1"),
        ("http://127.0.0.1:3978/other", "http://127.0.0.1:3978/other"),
        ("http://localhost:4000/other", "http://localhost:4000/other"),
    ] {
        let bot = TestBot::new().await;
        let number = bot.sim.graph.call(caller());
        sleep(SOON).await;
        let mut answer = service_hosted();
        answer["callbackUri"] = callback.into();
        assert_eq!(bot.operate(number, "answer", answer).await.status, 202);
        sleep(SOON).await;
        let record = bot.sim.record();
        let sent = record.iter().rfind(|recorded| recorded.method == "NOTIFY").unwrap();
        assert_eq!(bot.received()[1].url, expected);
        assert_eq!(sent.summary.contains("instead of https://bot.example"), callback.starts_with("https"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reason_is_in_any_case() {
    let bot = TestBot::new().await;
    for reason in ["None", "busy", "Busy", "FORBIDDEN"] {
        let number = bot.sim.graph.call(caller());
        assert_eq!(bot.operate(number, "reject", json!({ "reason": reason })).await.status, 202);
        assert_eq!(bot.outcome(), CallOutcome::Rejected { reason: reason.to_ascii_lowercase() });
    }
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_call_is_redirected_to_an_application_and_with_routing_policies() {
    let bot = TestBot::new().await;
    let id = "22bfd41f-550e-477d-8789-f6f7bd2a5e8b";
    let target = json!({"@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": {
        "@odata.type": "#microsoft.graph.identitySet", "user": null,
        "application": {"@odata.type": "#microsoft.graph.identity", "displayName": "test bot 2", "id": id},
    }});
    let number = bot.sim.graph.call(caller());
    let wrong = json!({"targets": [target], "routingPolicies": ["always"]});
    assert_eq!(code(&bot.operate(number, "redirect", wrong).await), (400, "2203".into()));
    let right = json!({
        "targets": [target], "routingPolicies": ["disableForwarding"],
        "callbackUri": "https://bot.contoso.example/api/calls",
    });
    assert_eq!(bot.operate(number, "redirect", right).await.status, 202);
    assert_eq!(bot.outcome(), CallOutcome::Redirected);
    assert_eq!(bot.sim.complaints(), ["routingPolicies is not a list of routing policies (call: redirect)"]);
}

#[tokio::test(start_paused = true)]
async fn a_keep_alive_needs_neither_a_body_nor_a_type_nor_an_id() {
    let (bot, number) = answered(caller(), answer()).await;
    let path = format!("/v1.0/communications/calls/{}/keepAlive", bot.id(number));
    assert_eq!(bot.bare(Method::POST, &path, "").await.status, 200);
    assert_eq!(bot.bare(Method::POST, &path, "{}").await.status, 200);
    assert_eq!(bot.bare(Method::GET, &path.replace("/keepAlive", ""), "").await.status, 200);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_client_request_id_is_echoed() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    for (id, status) in [(bot.id(number), 200), ("unknown".into(), 404)] {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", bot.token).parse().unwrap());
        let mine = format!("mine-{status}");
        headers.insert("client-request-id", mine.parse().unwrap());
        let path = format!("/beta/communications/calls/{id}");
        let response = bot.send(Method::GET, &path, headers, String::new()).await;
        assert_eq!(response.status, status);
        assert_eq!(response.headers["client-request-id"], *mine);
        assert_eq!(response.headers.get_all("request-id").iter().count(), 1);
        if status == 404 {
            assert_eq!(body(&response)["error"]["innerError"]["client-request-id"], *mine);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_simulated_answers_as_graph_does() {
    let (bot, number) = answered(caller(), answer()).await;
    assert_eq!(code(&bot.operate(number, "recordResponse", json!({})).await), (501, "NotImplemented".into()));
    let user = bot.request(Method::GET, "/v1.0/users/lene@contoso.example", Value::Null).await;
    assert_eq!(code(&user), (501, "NotImplemented".into()));
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
    assert_eq!(code(&bot.operate(number, "dance", json!({})).await), (400, "BadRequest".into()));
    assert_eq!(
        code(&bot.get(&format!("/{}/mute", bot.id(number))).await),
        (405, "Request_BadRequest".into())
    );
    assert_eq!(
        bot.sim.complaints(),
        [
            "Resource not found for the segment 'dance'.",
            "The method is not allowed for this resource. (call: mute)"
        ]
    );
    // The qualified names of the operations are as good as the others.
    assert_eq!(bot.operate(number, "microsoft.graph.mute", json!({})).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn an_address_with_two_question_marks_is_marked() {
    let (bot, number) = answered(caller(), answer()).await;
    assert_eq!(bot.get(&format!("/{}?$select=id?x=1", bot.id(number))).await.status, 400);
    assert!(bot.sim.complaints()[0].starts_with("the address has two question marks (call)"));
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_accepts_a_forged_notification_is_marked() {
    for (status, marks) in [(202, InvalidToken::ALL.len() - 1), (401, 0)] {
        let bot = TestBot::with(GraphOptions::default(), status).await;
        for kind in InvalidToken::ALL {
            bot.sim.graph.send_invalid_token(kind).await.unwrap();
        }
        let mut complaints = bot.sim.complaints();
        complaints.dedup();
        assert_eq!(complaints.len(), marks, "{complaints:?}");
        assert!(complaints.iter().all(|it| it.starts_with("the webhook accepted an invalid token: ")));
    }
}
