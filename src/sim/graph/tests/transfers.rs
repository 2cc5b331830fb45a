//! Tests of transfers.

use super::*;

fn to_a_phone() -> Value {
    json!({"transferTarget": {
        "@odata.type": "#microsoft.graph.invitationParticipantInfo", "endpointType": "default",
        "identity": {"phone": {"@odata.type": "#microsoft.graph.identity", "id": "+12345678901"}},
        "languageId": "en-us", "region": "amer",
    }, "clientContext": "9e90d1c1-f61e-43e7-9f75-d420159aae08"})
}

#[tokio::test(start_paused = true)]
async fn a_call_is_transferred_step_by_step() {
    let (bot, number) = answered(caller(), service_hosted()).await;
    let before = bot.changes().len();
    let response = bot.operate(number, "transfer", to_a_phone()).await;
    assert_eq!((response.status.as_u16(), response.body.len()), (202, 0));
    assert_eq!(body(&bot.get(&format!("/{}", bot.id(number))).await)["state"], "transferring");
    sleep(Duration::from_secs(3)).await;
    let told = ["updated transferring", "updated transferAccepted", "deleted terminated"];
    assert_eq!(bot.changes()[before..], told);
    let end = bot.received().last().unwrap().value()["resourceData"]["resultInfo"].clone();
    let code = end["code"].as_str().map_or_else(|| end["code"].to_string(), str::to_owned);
    assert_eq!((code.as_str(), &end["message"]), ("0", &json!("GracefulTransferCompleted")));
    assert_eq!(bot.outcome(), CallOutcome::Transferred);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_transfer_fails_and_the_call_is_connected_again() {
    let (bot, number) = answered(caller(), service_hosted()).await;
    let fail = |line: &str| crate::sim::console::execute(&bot.sim, line).map(drop);
    assert!(fail(&format!("transfer-fails {number}")).is_err(), "nothing is transferred");
    bot.operate(number, "transfer", to_a_phone()).await;
    sleep(SOON).await;
    fail(&format!("transfer-fails {number} 500 7700")).unwrap();
    sleep(Duration::from_secs(5)).await;
    let failed = bot.received().last().unwrap().value()["resourceData"].clone();
    assert_eq!((&failed["state"], &failed["resultInfo"]["subcode"]), (&json!("established"), &json!(7_700)));
    // The time of the first transfer does not complete the second.
    bot.operate(number, "transfer", to_a_phone()).await;
    sleep(SOON).await;
    fail(&format!("transfer-fails {number}")).unwrap();
    bot.operate(number, "transfer", to_a_phone()).await;
    sleep(Duration::from_millis(1_950)).await;
    assert_eq!(bot.sim.graph.calls()[0].state, CallState::Transferring);
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_transfer_names_a_target_and_from_a_group_call_whom_it_transfers() {
    let (bot, number) = answered(Call { group: true, ..caller() }, answer()).await;
    let user = json!({"user": {"id": "751f6800-3180-414d-bd94-333364659951"}});
    let mut transfer = json!({"transferTarget": {"identity": user}});
    for wrong in [json!({}), json!({"transferTarget": {"identity": {}}}), transfer.clone()] {
        assert_eq!(code(&bot.operate(number, "transfer", wrong).await), (400, "2203".into()));
    }
    transfer["transferee"] =
        json!({"identity": user, "participantId": "909c6581-5130-43e9-88f3-fcb3582cde37"});
    assert_eq!(bot.operate(number, "transfer", transfer.clone()).await.status, 202);
    assert_eq!(code(&bot.operate(number, "transfer", transfer).await), (400, "2203".into()));
    assert!(bot.sim.complaints().iter().all(|it| it.ends_with("(call: transfer)")));
}

#[tokio::test(start_paused = true)]
async fn a_transfer_needs_a_permission_and_a_connected_call() {
    let bot = TestBot::with(GraphOptions { may_redirect: false, ..GraphOptions::default() }, 202).await;
    let number = bot.sim.graph.call(caller());
    assert_eq!(code(&bot.operate(number, "transfer", to_a_phone()).await), (403, "7504".into()));
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    assert_eq!(code(&bot.operate(number, "transfer", to_a_phone()).await), (400, "2203".into()));
}
