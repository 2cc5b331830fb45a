//! Tests of the operations on calls that the bot has answered or made.

use super::*;

#[tokio::test(start_paused = true)]
async fn participants_join_are_muted_and_leave() {
    let (bot, number) = answered(Call { group: true, ..caller() }, service_hosted()).await;
    let id = bot.id(number);
    let roster = body(&bot.get(&format!("/{id}/participants")).await);
    let of = |roster: &Value| roster["value"].as_array().unwrap().clone();
    assert_eq!(of(&roster).len(), 2);
    let context = format!("{BASE}/v1.0/$metadata#communications/calls('{id}')/participants");
    assert_eq!(roster["@odata.context"], context);
    let user = json!({"user": {"id": "278405a3-f568-4b3e-b684-009193463064", "displayName": "Ann"}});
    let invite = json!({"participants": [{"identity": user}], "clientContext": "one"});
    let response = bot.operate(number, "participants/invite", invite.clone()).await;
    let operation = body(&response);
    assert_eq!((response.status.as_u16(), operation["status"].as_str()), (200, Some("running")));
    assert_eq!(operation["@odata.type"], "#microsoft.graph.inviteParticipantsOperation");
    assert_eq!(operation["clientContext"], "one");
    let location = response.headers["location"].to_str().unwrap().strip_prefix(BASE).unwrap().to_owned();
    sleep(Duration::from_secs(3)).await;
    let operation = body(&bot.request(Method::GET, &location, Value::Null).await);
    assert_eq!(operation["status"], "completed");
    let received = bot.received();
    let ended = received[received.len() - 2].value();
    assert_eq!(format!("/v1.0{}", ended["resourceUrl"].as_str().unwrap()), location);
    assert_eq!(
        (&ended["changeType"], &ended["resourceData"]["status"]),
        (&json!("deleted"), &json!("completed"))
    );
    let joined = received[received.len() - 1].value();
    assert_eq!(joined["resourceUrl"], format!("/communications/calls/{id}/participants"));
    let ann = joined["resourceData"][2].clone();
    assert_eq!(ann["info"]["identity"], user);

    let path = format!("participants/{}", ann["id"].as_str().unwrap());
    assert_eq!(
        bot.operate(number, &format!("{path}/mute"), json!({"clientContext": "two"})).await.status,
        200
    );
    assert_eq!(body(&bot.get(&format!("/{id}/{path}")).await)["isMuted"], true);
    let call = format!("/v1.0/communications/calls/{id}/{path}");
    assert_eq!(bot.request(Method::DELETE, &call, Value::Null).await.status, 204);
    assert_eq!(code(&bot.request(Method::DELETE, &call, Value::Null).await), (404, "NotFound".into()));
    assert_eq!(of(&body(&bot.get(&format!("/{id}/participants")).await)).len(), 2);
    // An invitation that has not been accepted yet is withdrawn.
    bot.operate(number, "participants/invite", invite).await;
    assert_eq!(bot.request(Method::DELETE, &call, Value::Null).await.status, 204);
    sleep(Duration::from_secs(3)).await;
    assert_eq!(of(&body(&bot.get(&format!("/{id}/participants")).await)).len(), 2);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_bot_mutes_itself_in_a_group_call() {
    let (bot, number) = answered(Call { group: true, ..caller() }, answer()).await;
    for (action, kind, is_muted) in
        [("mute", "muteParticipantOperation", true), ("unmute", "unmuteParticipantOperation", false)]
    {
        let operation = body(&bot.operate(number, action, json!({"clientContext": action})).await);
        assert_eq!(operation["@odata.type"], format!("#microsoft.graph.{kind}"));
        assert_eq!(operation["status"], "completed");
        sleep(SOON).await;
        let roster = bot.received().last().unwrap().value();
        assert_eq!(roster["resourceData"][0]["isMuted"], is_muted);
    }
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
    let (bot, number) = answered(caller(), answer()).await;
    assert_eq!(bot.operate(number, "mute", json!({})).await.status, 200);
    assert_eq!(bot.sim.complaints(), ["the operation is for group calls only (call: mute)"]);
}

#[tokio::test(start_paused = true)]
async fn prompts_play_one_after_the_other_and_are_canceled() {
    let (bot, number) = answered(caller(), service_hosted()).await;
    let prompt = json!({"prompts": [{"@odata.type": "#microsoft.graph.mediaPrompt", "mediaInfo": {
        "@odata.type": "#microsoft.graph.mediaInfo", "uri": "https://cdn.contoso.example/beep.wav",
        "resourceId": "1D6DE2D4-CD51-4309-8DAA-70768651088E",
    }}], "clientContext": "play"});
    let status = |response: &Response| body(response)["status"].as_str().unwrap().to_owned();
    assert_eq!(status(&bot.operate(number, "playPrompt", prompt.clone()).await), "running");
    assert_eq!(status(&bot.operate(number, "playPrompt", prompt.clone()).await), "notStarted");
    assert_eq!(status(&bot.operate(number, "playPrompt", prompt).await), "notStarted");
    let before = bot.received().len();
    let statuses = async || {
        let all = body(&bot.get(&format!("/{}/operations", bot.id(number))).await);
        let all = all["value"].as_array().unwrap().clone();
        all.iter().map(|it| it["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    sleep(Duration::from_millis(1_100)).await;
    assert_eq!(statuses().await, ["completed", "running", "notStarted"]);
    assert_eq!(status(&bot.operate(number, "cancelMediaProcessing", json!({})).await), "completed");
    sleep(Duration::from_secs(5)).await;
    assert_eq!(statuses().await, ["completed", "failed", "failed", "completed"]);
    let ended: Vec<Value> = bot.received()[before..]
        .iter()
        .map(|it| it.value()["resourceData"]["resultInfo"]["subcode"].clone())
        .collect();
    assert_eq!(ended, [0, 8_508, 8_508]);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());

    let blob = json!({"@odata.type": "#microsoft.graph.appHostedMediaConfig", "blob": "<blob>"});
    let (bot, number) =
        answered(caller(), json!({"acceptedModalities": ["audio"], "mediaConfig": blob})).await;
    for wrong in [json!({}), json!({"prompts": []}), json!({"prompts": [{"mediaInfo": {}}]})] {
        assert_eq!(code(&bot.operate(number, "playPrompt", wrong).await), (400, "2203".into()));
    }
    assert_eq!(code(&bot.operate(number, "subscribeToTone", json!({})).await), (400, "2203".into()));
    assert!(bot.sim.complaints().iter().all(|it| it.contains("(call: ")));
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_subscribes_to_tones_is_told_the_keys() {
    let (bot, number) = answered(caller(), service_hosted()).await;
    assert!(bot.sim.graph.trigger(number, CallEvent::PressesKey('1')).is_err());
    let operation = body(&bot.operate(number, "subscribeToTone", json!({"clientContext": "keys"})).await);
    assert_eq!(operation["@odata.type"], "#microsoft.graph.subscribeToToneOperation");
    crate::sim::console::execute(&bot.sim, &format!("presses {number} 7#")).unwrap();
    sleep(SOON).await;
    let received = bot.received();
    let tones: Vec<Value> = received[received.len() - 2..]
        .iter()
        .map(|received| received.value()["resourceData"]["toneInfo"].clone())
        .collect();
    assert_eq!((&tones[0]["tone"], &tones[0]["sequenceId"]), (&json!("tone7"), &json!(1)));
    assert_eq!((&tones[1]["tone"], &tones[1]["sequenceId"]), (&json!("pound"), &json!(2)));
    assert!(bot.sim.graph.trigger(number, CallEvent::PressesKey('x')).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_bot_calls_a_user_and_joins_a_meeting() {
    let bot = TestBot::new().await;
    let user =
        json!({"identity": {"user": {"id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8", "displayName": "John"}}});
    let media = service_hosted()["mediaConfig"].clone();
    let call = json!({
        "@odata.type": "#microsoft.graph.call", "callbackUri": "https://bot.example/callback",
        "targets": [user], "requestedModalities": ["audio"], "mediaConfig": media,
    });
    let path = "/beta/communications/calls";
    let response = bot.request(Method::POST, path, call.clone()).await;
    let created = body(&response);
    assert_eq!(response.status, 201);
    assert_eq!((&created["state"], &created["direction"]), (&json!("establishing"), &json!("outgoing")));
    assert_eq!(created["targets"], json!([user]));
    assert_eq!(created["source"]["identity"]["application"]["id"], GraphOptions::default().client_id);
    let id = created["id"].as_str().unwrap();
    assert_eq!(response.headers["location"], format!("{BASE}{path}/{id}"));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bot.changes(), ["updated establishing", "updated established"]);
    assert_eq!(bot.received()[0].path, "/callback");
    let roster = body(&bot.get(&format!("/{id}/participants")).await);
    assert_eq!(roster["value"][1]["info"]["identity"], user["identity"]);
    let other = format!("{path}/{id}/participants/{}", roster["value"][1]["id"].as_str().unwrap());
    assert_eq!(bot.request(Method::DELETE, &other, Value::Null).await.status, 204);
    assert_eq!(bot.outcome(), CallOutcome::OtherPartyHungUp, "a call of two ends with one of them");
    assert_eq!(bot.sim.record().last().unwrap().summary, "removeParticipant of call 1 to John");

    let mut meeting = call.clone();
    meeting.as_object_mut().unwrap().remove("targets");
    assert_eq!(code(&bot.request(Method::POST, path, meeting.clone()).await), (400, "2203".into()));
    meeting["chatInfo"] = json!({"threadId": "19:meeting_x@thread.v2", "messageId": "0"});
    meeting["meetingInfo"] = json!({"@odata.type": "#microsoft.graph.organizerMeetingInfo"});
    let created = body(&bot.request(Method::POST, path, meeting.clone()).await);
    assert_eq!(created["meetingInfo"], meeting["meetingInfo"]);
    assert_eq!(code(&bot.get("").await), (405, "Request_BadRequest".into()));
    assert_eq!(bot.sim.complaints().len(), 2);
    assert!(bot.sim.complaints()[0].ends_with("(Create call)"));

    let bot = TestBot::with(GraphOptions { may_redirect: false, ..GraphOptions::default() }, 202).await;
    assert_eq!(code(&bot.request(Method::POST, path, call).await), (403, "7504".into()));
}
