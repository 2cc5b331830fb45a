//! The sandbox's lines and the scenarios, as far as they are about calls.

use super::*;
use crate::sim::console::{Answer, obey};
use crate::sim::scenario::Scenario;

fn say(bench: &Bench, line: &str) -> Result<String, String> {
    match obey(&bench.sim, line)? {
        Answer::Say(text) => Ok(text),
        Answer::Quit => Err("it ended".into()),
    }
}

#[tokio::test(start_paused = true)]
async fn lines_make_calls_happen() {
    let bench = Bench::new().await;
    assert_eq!(say(&bench, "call user Lene.Aaling group video The build").unwrap(), "call 1");
    assert_eq!(say(&bench, "call phone +14255550100").unwrap(), "call 2");
    assert_eq!(say(&bench, "call encrypted").unwrap(), "call 3");
    let pending =
        "call 1 incoming Lene Aaling\ncall 2 incoming +14255550100\ncall 3 incoming somebody encrypted";
    assert_eq!(say(&bench, "pending").unwrap(), pending);
    say(&bench, "call-gives-up 1").unwrap();
    say(&bench, "call-elsewhere 2").unwrap();
    say(&bench, "hangs-up 2").unwrap();
    say(&bench, "call-fails 3 480 10037").unwrap();
    let how: Vec<CallOutcome> = bench.sim.call_endings().into_iter().map(|ending| ending.how).collect();
    let failed = CallOutcome::Failed { code: 480, subcode: 10_037 };
    assert_eq!(how, [CallOutcome::GivenUp, CallOutcome::OtherParty, failed]);
    for wrong in ["call", "call user", "call robot x", "hangs-up 9", "forge nothing", "odd", "call-fails 1 2"]
    {
        assert!(say(&bench, wrong).is_err(), "{wrong}");
    }
    sleep(SOON).await;
    let created = bench.got()[0].value()["resourceData"].clone();
    assert_eq!(created["subject"], "The build");
    assert_eq!(created["requestedModalities"], json!(["audio", "video"]));
    assert!(created["meetingInfo"].is_object());

    bench.hook.got.lock().unwrap().clear();
    say(&bench, "forge all").unwrap();
    say(&bench, "odd evil-id").unwrap();
    sleep(SOON).await;
    assert!(bench.got().len() > InvalidToken::ALL.len());
    assert!(bench.sim.record().iter().any(|recorded| recorded.what == "a invalid_token: stolen-kid"));
}

#[tokio::test(start_paused = true)]
async fn scenarios_call_the_bot_where_there_is_one() {
    let bench = Bench::new().await;
    let story = tokio::spawn(Scenario::load("quiet-morning").unwrap().play(bench.sim.clone()));
    sleep(Duration::from_secs(100)).await;
    story.abort();
    let ended: Vec<(String, CallOutcome)> =
        bench.sim.call_endings().into_iter().map(|ending| (ending.who, ending.how)).collect();
    assert_eq!(
        ended,
        [
            ("Ivan Petrov".into(), CallOutcome::TimedOut),
            ("+14255550100".into(), CallOutcome::TimedOut),
            ("somebody encrypted".into(), CallOutcome::TimedOut),
            ("Survey bot".into(), CallOutcome::GivenUp),
        ]
    );
    let route = &bench.got()[2].value()["resourceData"]["callRoutes"][0];
    assert_eq!(
        (&route["routingType"], &route["original"]["user"]["displayName"]),
        (&json!("forwarded"), &json!("Dana Birkby"))
    );
}
