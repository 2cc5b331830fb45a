//! What becomes of a call, and what is told of it.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_call_rings_and_nobody_answers() {
    let bench = Bench::new().await;
    let start = Instant::now();
    let number = bench.sim.call(caller());
    sleep(Duration::from_secs(14)).await;
    assert_eq!(bench.sim.calls()[0].state, CallState::Incoming);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(bench.changes(), ["created incoming", "deleted nothing"]);
    assert_eq!(bench.outcome(), CallOutcome::TimedOut);
    let got = bench.got();
    assert_eq!(got[1].at.duration_since(start), Duration::from_millis(15_020));
    assert_ne!(got[0].message(), got[1].message());
    let value = got[0].value();
    assert_eq!(value["resourceUrl"], format!("/communications/calls/{}", bench.id(number)));
    assert_eq!(value["resourceData"]["source"]["identity"]["user"]["displayName"], "Lene Aaling");
    let deleted = got[1].value()["resourceData"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(deleted, ["@odata.id", "@odata.type"]);

    // Who answers after that was too late, and the record says so.
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (404, "8522".into()));
    assert!(bench.sim.complaints()[0].contains("time for an answer"), "{:?}", bench.sim.complaints());
}

#[tokio::test(start_paused = true)]
async fn a_call_is_rejected() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    sleep(SOON).await;
    let response = bench.act(number, "reject", json!({"reason": "forbidden"})).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (202, 0));
    assert_eq!(bench.outcome(), CallOutcome::Rejected { reason: "forbidden".into() });
    sleep(SOON).await;
    assert_eq!(bench.changes(), ["created incoming", "deleted nothing"]);
    // Once over, it is over.
    let again = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&again), (404, "8522".into()));
    sleep(Duration::from_secs(20)).await;
    assert_eq!(bench.got().len(), 2);
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
    let what = &bench.sim.record()[2].what;
    assert_eq!(what, "reject of call 1 from Lene Aaling");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_answered_and_hung_up_or_ended() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    assert_eq!(bench.act(number, "answer", answer()).await.status, 202);
    assert_eq!(bench.sim.calls()[0].state, CallState::Establishing);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.sim.calls()[0].state, CallState::Established);
    let got = bench.act(number, "keepAlive", json!({})).await;
    assert_eq!(got.status, 200);
    let path = format!("/beta/communications/calls/{}", bench.id(number));
    assert_eq!(body(&bench.ask(Method::GET, &path, Value::Null).await)["state"], "established");
    assert_eq!(bench.act(number, "reject", json!({"reason": "busy"})).await.status, 404);
    assert_eq!(bench.ask(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(bench.outcome(), CallOutcome::HungUp);
    sleep(SOON).await;
    let expected = [
        "created incoming",
        "updated establishing",
        "updated established",
        "updated terminating",
        "deleted terminated",
    ];
    assert_eq!(bench.changes(), expected);
    let got = bench.got();
    assert!(got[1..].iter().all(|got| got.path == "/api/one"), "told where the answer asked for it");
    let info = &got[4].value()["resourceData"]["resultInfo"];
    assert_eq!((info["code"].as_u64(), info["subcode"].as_u64()), (Some(200), Some(7_000)));

    let number = bench.sim.call(caller());
    assert!(bench.sim.end_call(number, CallEnd::OtherPartyEnds).is_err());
    bench.act(number, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    bench.sim.end_call(number, CallEnd::OtherPartyEnds).unwrap();
    sleep(SOON).await;
    let got = bench.got();
    let info = &got.last().unwrap().value()["resourceData"]["resultInfo"];
    assert_eq!((&info["code"], &info["subcode"]), (&json!("200"), &json!("4521")));
    assert_eq!(bench.outcome(), CallOutcome::OtherParty);
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn calls_end_without_the_bot_too() {
    let bench = Bench::new().await;
    let first = bench.sim.call(caller());
    bench.sim.end_call(first, CallEnd::GivesUp).unwrap();
    assert_eq!(bench.outcome(), CallOutcome::GivenUp);
    let second = bench.sim.call(caller());
    bench.sim.end_call(second, CallEnd::AnsweredElsewhere).unwrap();
    assert_eq!(bench.sim.calls()[0].state, CallState::Established);
    assert!(bench.sim.end_call(second, CallEnd::GivesUp).is_err());
    bench.sim.end_call(second, CallEnd::Fails { code: 500, subcode: 1_005 }).unwrap();
    assert_eq!(bench.outcome(), CallOutcome::Failed { code: 500, subcode: 1_005 });
    assert!(bench.sim.end_call(second, CallEnd::GivesUp).is_err());
    let third = bench.sim.call(caller());
    bench.act(third, "answer", answer()).await;
    sleep(Duration::from_secs(44 * 60)).await;
    assert_eq!(bench.sim.calls().len(), 1);
    sleep(Duration::from_secs(2 * 60)).await;
    assert_eq!(bench.outcome(), CallOutcome::Failed { code: 408, subcode: 8_537 });
}

#[tokio::test(start_paused = true)]
async fn calls_keep_out_of_each_others_way() {
    let bench = Bench::new().await;
    // What is delivered of one call late holds up nothing of another.
    bench.sim.fault(Fault::next("notify", FaultKind::Delay(5.0)));
    let first = bench.sim.call(caller());
    let second = bench.sim.call(caller());
    sleep(SOON).await;
    bench.act(first, "answer", answer()).await;
    bench.act(second, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    let of = |number| {
        let url = format!("/communications/calls/{}", bench.id(number));
        let got = bench.got().into_iter().filter(move |got| got.value()["resourceUrl"] == url);
        got.map(|got| got.change()).collect::<Vec<_>>()
    };
    let all = ["created incoming", "updated establishing", "updated established"];
    assert_eq!((of(first), of(second)), (vec![], all.map(str::to_owned).to_vec()));
    sleep(Duration::from_secs(10)).await;
    assert_eq!(of(first), all, "in order all the same");
    let named: Vec<bool> = bench
        .got()
        .iter()
        .filter(|got| got.change() == "created incoming")
        .map(|got| got.value()["resourceData"]["id"].is_string())
        .collect();
    assert_eq!(named, [true, false], "half of them name no id but in the address");
}

#[tokio::test(start_paused = true)]
async fn another_instance_may_answer() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    sleep(SOON).await;
    bench.sim.end_call(number, CallEnd::AnsweredElsewhere).unwrap();
    assert_eq!(bench.act(number, "answer", answer()).await.status, 404);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.changes(), ["created incoming", "updated established"]);
    assert_eq!(bench.sim.calls().len(), 1, "it goes on");
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_hung_up_at_once_is_never_established() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    sleep(SOON).await;
    bench.act(number, "answer", answer()).await;
    let path = format!("/v1.0/communications/calls/{}", bench.id(number));
    assert_eq!(bench.ask(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(code(&bench.ask(Method::GET, &path, Value::Null).await), (404, "8522".into()));
    sleep(Duration::from_secs(60)).await;
    let expected = ["created incoming", "updated establishing", "updated terminating", "deleted terminated"];
    assert_eq!(bench.changes(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_call_stays_while_it_is_kept_alive() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    bench.act(number, "answer", answer()).await;
    for _ in 0..4 {
        sleep(Duration::from_secs(40 * 60)).await;
        // The bot's token lasts for an hour only.
        let token = bench.token_for(&GraphOptions::default().tenant).await;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        let path = format!("/v1.0/communications/calls/{}/keepAlive", bench.id(number));
        assert_eq!(bench.send(Method::POST, &path, headers, "{}".into()).await.status, 200);
    }
    sleep(Duration::from_secs(44 * 60)).await;
    assert_eq!(bench.sim.calls().len(), 1);
    sleep(Duration::from_secs(2 * 60)).await;
    assert_eq!(bench.outcome(), CallOutcome::Failed { code: 408, subcode: 8_537 });
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
