//! Tests of the commands and scenarios that concern calls.

use super::*;
use crate::sim::console::{Output, execute};
use crate::sim::scenario::Scenario;

fn run(bot: &TestBot, line: &str) -> Result<String, String> {
    match execute(&bot.sim, line)? {
        Output::Text(text) => Ok(text),
        Output::Wait(_) | Output::Expect(_) | Output::Quit => Err("it ended".into()),
    }
}

#[tokio::test(start_paused = true)]
async fn lines_make_calls_happen() {
    let bot = TestBot::new().await;
    assert_eq!(run(&bot, "call user Lene.Aaling group video The build").unwrap(), "call 1");
    assert_eq!(run(&bot, "call phone +14255550100").unwrap(), "call 2");
    assert_eq!(run(&bot, "call encrypted").unwrap(), "call 3");
    let pending =
        "call 1 incoming Lene Aaling\ncall 2 incoming +14255550100\ncall 3 incoming encrypted caller";
    assert_eq!(run(&bot, "pending").unwrap(), pending);
    run(&bot, "call-gives-up 1").unwrap();
    run(&bot, "call-elsewhere 2").unwrap();
    run(&bot, "hangs-up 2").unwrap();
    run(&bot, "call-fails 3 480 10037").unwrap();
    let how: Vec<CallOutcome> = bot.sim.graph.ended().into_iter().map(|ending| ending.outcome).collect();
    let failed = CallOutcome::Failed { code: 480, subcode: 10_037 };
    assert_eq!(how, [CallOutcome::CallerGaveUp, CallOutcome::OtherPartyHungUp, failed]);
    for wrong in ["call", "call user", "call robot x", "hangs-up 9", "forge nothing", "odd", "call-fails 1 2"]
    {
        assert!(run(&bot, wrong).is_err(), "{wrong}");
    }
    sleep(SOON).await;
    let created = bot.received()[0].value()["resourceData"].clone();
    assert_eq!(created["subject"], "The build");
    assert_eq!(created["requestedModalities"], json!(["audio", "video"]));
    assert!(created["meetingInfo"].is_object());

    bot.webhook.received.lock().unwrap().clear();
    run(&bot, "forge all").unwrap();
    run(&bot, "odd evil-id").unwrap();
    sleep(SOON).await;
    assert!(bot.received().len() > InvalidToken::ALL.len());
    assert!(bot.sim.record().iter().any(|recorded| recorded.summary == "invalid token: stolen-kid"));
}

#[tokio::test(start_paused = true)]
async fn scenarios_call_the_bot_where_there_is_one() {
    let bot = TestBot::new().await;
    let story = tokio::spawn(Scenario::load("quiet-morning").unwrap().play(bot.sim.clone()));
    sleep(Duration::from_secs(100)).await;
    story.abort();
    let ended: Vec<(String, CallOutcome)> =
        bot.sim.graph.ended().into_iter().map(|ending| (ending.caller, ending.outcome)).collect();
    assert_eq!(
        ended,
        [
            ("Ivan Petrov".into(), CallOutcome::TimedOut),
            ("+14255550100".into(), CallOutcome::TimedOut),
            ("encrypted caller".into(), CallOutcome::TimedOut),
            ("Survey bot".into(), CallOutcome::CallerGaveUp),
        ]
    );
    let route = &bot.received()[2].value()["resourceData"]["callRoutes"][0];
    assert_eq!(
        (&route["routingType"], &route["original"]["user"]["displayName"]),
        (&json!("forwarded"), &json!("Dana Birkby"))
    );
}
