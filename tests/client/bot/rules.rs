//! The user's rules for the calls of a bot.

use std::time::Duration;

use rsvp::invitation::{Kind, Outcome, Reason, Rejection};
use rsvp::rules::{Action, Answer, Condition, Rule, Rules};

use super::{john, quick};
use crate::support::{TestClient, outcome_of};

const FORBID: Answer = Answer::Decline { reason: Reason::Local, rejection: Rejection::Forbidden };

async fn with(conditions: Vec<Condition>, answer: Answer, seconds: u64) -> TestClient {
    let mut client = TestClient::bot().await;
    let action = Action::Answer { answer, delay: Duration::from_secs(seconds) };
    let rule = Rule { name: "calls".into(), conditions, action };
    client.state.settings.rules = Rules::new(vec![rule]);
    client
}

#[test]
fn a_rule_for_a_tenant_rejects_its_calls() {
    quick(async {
        let tenant = Condition::Tenant(vec!["1cd119ab-b444-4c16-84b9-8538585d1987".into()]);
        let mut client = with(vec![Condition::Kind(vec![Kind::Call]), tenant], FORBID, 0).await;
        client.called(john()).await;
        client.until(|state| outcome_of(state) == Some(&Outcome::Rejected(Rejection::Forbidden))).await;
        assert_eq!(client.kept[0].rule.as_str(), "calls");
        client.end().await;
    });
}

#[test]
fn a_rule_accepts_a_call_within_its_time_and_not_after() {
    quick(async {
        let mut client = with(Vec::new(), Answer::Accept, 5).await;
        client.called(john()).await;
        client.until(|state| outcome_of(state) == Some(&Outcome::Accepted)).await;
        client.end().await;
        let mut late = with(Vec::new(), Answer::Accept, 20).await;
        late.called(john()).await;
        late.until(|state| !state.history.is_empty()).await;
        late.wait(10).await;
        assert_eq!(late.decisions, []);
        late.end().await;
    });
}
