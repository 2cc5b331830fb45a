//! Tests of the calls and their notifications.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_call_rings_and_nobody_answers() {
    let bot = TestBot::new().await;
    let start = Instant::now();
    let number = bot.sim.graph.call(caller());
    sleep(Duration::from_secs(14)).await;
    assert_eq!(bot.sim.graph.calls()[0].state, CallState::Incoming);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(bot.changes(), ["created incoming", "deleted nothing"]);
    assert_eq!(bot.outcome(), CallOutcome::TimedOut);
    let received = bot.received();
    assert_eq!(received[1].at.duration_since(start), Duration::from_millis(15_020));
    assert_ne!(received[0].message(), received[1].message());
    let value = received[0].value();
    assert_eq!(value["resourceUrl"], format!("/communications/calls/{}", bot.id(number)));
    assert_eq!(value["resourceData"]["source"]["identity"]["user"]["displayName"], "Lene Aaling");
    let deleted =
        received[1].value()["resourceData"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(deleted, ["@odata.id", "@odata.type"]);

    // An answer after that is too late, and a complaint is recorded.
    let response = bot.operate(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (404, "8522".into()));
    assert!(bot.sim.complaints()[0].contains("time to answer"), "{:?}", bot.sim.complaints());
}

#[tokio::test(start_paused = true)]
async fn a_call_is_rejected() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    sleep(SOON).await;
    let response = bot.operate(number, "reject", json!({"reason": "forbidden"})).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (202, 0));
    assert_eq!(bot.outcome(), CallOutcome::Rejected { reason: "forbidden".into() });
    sleep(SOON).await;
    assert_eq!(bot.changes(), ["created incoming", "deleted nothing"]);
    // A call that has ended stays so.
    let again = bot.operate(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&again), (404, "8522".into()));
    sleep(Duration::from_secs(20)).await;
    assert_eq!(bot.received().len(), 2);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
    let what = &bot.sim.record()[2].summary;
    assert_eq!(what, "reject of call 1 from Lene Aaling");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_answered_and_hung_up_or_ended() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    assert_eq!(bot.operate(number, "answer", answer()).await.status, 202);
    assert_eq!(bot.sim.graph.calls()[0].state, CallState::Establishing);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bot.sim.graph.calls()[0].state, CallState::Established);
    let received = bot.operate(number, "keepAlive", json!({})).await;
    assert_eq!(received.status, 200);
    let path = format!("/beta/communications/calls/{}", bot.id(number));
    assert_eq!(body(&bot.request(Method::GET, &path, Value::Null).await)["state"], "established");
    assert_eq!(bot.operate(number, "reject", json!({"reason": "busy"})).await.status, 404);
    assert_eq!(bot.request(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(bot.outcome(), CallOutcome::HungUp);
    sleep(SOON).await;
    let expected = [
        "created incoming",
        "updated establishing",
        "updated established",
        "updated terminating",
        "deleted terminated",
    ];
    assert_eq!(bot.changes(), expected);
    let received = bot.received();
    assert!(
        received[1..].iter().all(|received| received.path == "/api/one"),
        "told where the answer asked for it"
    );
    let info = &received[4].value()["resourceData"]["resultInfo"];
    assert_eq!((info["code"].as_u64(), info["subcode"].as_u64()), (Some(200), Some(7_000)));

    let number = bot.sim.graph.call(caller());
    assert!(bot.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).is_err());
    bot.operate(number, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    bot.sim.graph.trigger(number, CallEvent::OtherPartyHangsUp).unwrap();
    sleep(SOON).await;
    let received = bot.received();
    let info = &received.last().unwrap().value()["resourceData"]["resultInfo"];
    assert_eq!((&info["code"], &info["subcode"]), (&json!("200"), &json!("4521")));
    assert_eq!(bot.outcome(), CallOutcome::OtherPartyHungUp);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn calls_end_without_the_bot_too() {
    let bot = TestBot::new().await;
    let first = bot.sim.graph.call(caller());
    bot.sim.graph.trigger(first, CallEvent::CallerGivesUp).unwrap();
    assert_eq!(bot.outcome(), CallOutcome::CallerGaveUp);
    let second = bot.sim.graph.call(caller());
    bot.sim.graph.trigger(second, CallEvent::AnsweredElsewhere).unwrap();
    assert_eq!(bot.sim.graph.calls()[0].state, CallState::Established);
    assert!(bot.sim.graph.trigger(second, CallEvent::CallerGivesUp).is_err());
    bot.sim.graph.trigger(second, CallEvent::Fails { code: 500, subcode: 1_005 }).unwrap();
    assert_eq!(bot.outcome(), CallOutcome::Failed { code: 500, subcode: 1_005 });
    assert!(bot.sim.graph.trigger(second, CallEvent::CallerGivesUp).is_err());
    let third = bot.sim.graph.call(caller());
    bot.operate(third, "answer", answer()).await;
    sleep(Duration::from_secs(44 * 60)).await;
    assert_eq!(bot.sim.graph.calls().len(), 1);
    sleep(Duration::from_secs(2 * 60)).await;
    assert_eq!(bot.outcome(), CallOutcome::Failed { code: 408, subcode: 8_537 });
}

#[tokio::test(start_paused = true)]
async fn calls_keep_out_of_each_others_way() {
    let bot = TestBot::new().await;
    // A late notification of one call does not delay those of another.
    bot.sim.fault(Fault::next("notify", FaultKind::Delay(5.0)));
    let first = bot.sim.graph.call(caller());
    let second = bot.sim.graph.call(caller());
    sleep(SOON).await;
    bot.operate(first, "answer", answer()).await;
    bot.operate(second, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    let of = |number| {
        let url = format!("/communications/calls/{}", bot.id(number));
        let received =
            bot.received().into_iter().filter(move |received| received.value()["resourceUrl"] == url);
        received.map(|received| received.change()).collect::<Vec<_>>()
    };
    let all = ["created incoming", "updated establishing", "updated established"];
    assert_eq!((of(first), of(second)), (vec![], all.map(str::to_owned).to_vec()));
    sleep(Duration::from_secs(10)).await;
    assert_eq!(of(first), all, "in order all the same");
    let named: Vec<bool> = bot
        .received()
        .iter()
        .filter(|received| received.change() == "created incoming")
        .map(|received| received.value()["resourceData"]["id"].is_string())
        .collect();
    assert_eq!(named, [true, false], "half of them name no id but in the address");
}

#[tokio::test(start_paused = true)]
async fn another_instance_may_answer() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    sleep(SOON).await;
    bot.sim.graph.trigger(number, CallEvent::AnsweredElsewhere).unwrap();
    assert_eq!(bot.operate(number, "answer", answer()).await.status, 404);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bot.changes(), ["created incoming", "updated established"]);
    assert_eq!(bot.sim.graph.calls().len(), 1, "it goes on");
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_hung_up_at_once_is_never_established() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    sleep(SOON).await;
    bot.operate(number, "answer", answer()).await;
    let path = format!("/v1.0/communications/calls/{}", bot.id(number));
    assert_eq!(bot.request(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(code(&bot.request(Method::GET, &path, Value::Null).await), (404, "8522".into()));
    sleep(Duration::from_secs(60)).await;
    let expected = ["created incoming", "updated establishing", "updated terminating", "deleted terminated"];
    assert_eq!(bot.changes(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_call_stays_while_it_is_kept_alive() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    bot.operate(number, "answer", answer()).await;
    for _ in 0..4 {
        sleep(Duration::from_secs(40 * 60)).await;
        // The bot's token is valid for an hour only.
        let token = bot.token_for(&GraphOptions::default().tenant).await;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        let path = format!("/v1.0/communications/calls/{}/keepAlive", bot.id(number));
        assert_eq!(bot.send(Method::POST, &path, headers, "{}".into()).await.status, 200);
    }
    sleep(Duration::from_secs(44 * 60)).await;
    assert_eq!(bot.sim.graph.calls().len(), 1);
    sleep(Duration::from_secs(2 * 60)).await;
    assert_eq!(bot.outcome(), CallOutcome::Failed { code: 408, subcode: 8_537 });
}

#[test]
fn identities_look_as_the_service_writes_them() {
    let identity = |kind, name| Caller::new(kind, name).identity("t");
    let user = identity(CallerKind::User, "John");
    assert_eq!(user["user"]["displayName"], "John");
    assert_eq!(user, identity(CallerKind::User, "John"), "the same name is the same person");
    assert_eq!(identity(CallerKind::Phone, "+14255550100")["phone"]["id"], "+14255550100");
    assert_eq!(identity(CallerKind::Guest, "Ann")["guest"]["displayName"], "Ann");
    let encrypted = identity(CallerKind::Encrypted, "Ann");
    assert_eq!(encrypted["encrypted"].as_object().unwrap().len(), 1);
    assert!(!format!("{:?}", GraphOptions::default()).contains("demo"));
}
