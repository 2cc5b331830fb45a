//! Tests of the notifications: their tokens, malformed ones, and their delivery.

use super::*;

/// Verifies a token as a careful webhook does and returns its claims.
fn verify(authorization: Option<&HeaderValue>, keys: &Value) -> Result<Value, String> {
    let token = authorization.ok_or("no token")?.to_str().unwrap();
    let token = token.strip_prefix("Bearer ").ok_or("no bearer token")?;
    let known: Vec<&Value> =
        keys["keys"].as_array().unwrap().iter().filter(|key| key["kty"] == "RSA").collect();
    let keys: JwkSet = serde_json::from_value(json!({ "keys": known })).unwrap();
    let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
    let key = keys.find(&header.kid.ok_or("no kid")?).ok_or("unknown kid")?;
    let options = GraphOptions::default();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[options.client_id]);
    validation.set_issuer(&["https://api.botframework.com"]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    validation.validate_nbf = true;
    validation.leeway = 300;
    let claims = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation)
        .map_err(|error| error.to_string())?
        .claims;
    if claims["tid"] == options.tenant { Ok(claims) } else { Err("the tenant".into()) }
}

#[tokio::test(start_paused = true)]
async fn genuine_notifications_verify_and_no_forgery_does() {
    let bot = TestBot::new().await;
    let keys = bot.keys().await;
    bot.sim.graph.call(caller());
    sleep(SOON).await;
    let received = bot.received().remove(0);
    let claims = verify(received.headers.get(AUTHORIZATION), &keys).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
    for invalid_token in InvalidToken::ALL {
        bot.webhook.received.lock().unwrap().clear();
        assert_eq!(bot.sim.graph.send_invalid_token(invalid_token).await, Ok(202));
        let forged = bot.received();
        assert!(!forged.is_empty());
        for received in forged {
            assert_eq!(received.change(), "created incoming");
            let verified = verify(received.headers.get(AUTHORIZATION), &keys);
            assert!(verified.is_err(), "{invalid_token:?}: {verified:?}");
        }
    }
    assert_eq!(bot.sim.graph.calls().len(), 1, "Mallory does not call");
    // After a rotation, a token verifies with the new keys only.
    bot.sim.graph.rotate_keys();
    bot.webhook.received.lock().unwrap().clear();
    bot.sim.graph.call(caller());
    sleep(SOON).await;
    let received = bot.received().remove(0);
    assert_eq!(verify(received.headers.get(AUTHORIZATION), &keys), Err("unknown kid".into()));
    verify(received.headers.get(AUTHORIZATION), &bot.keys().await).unwrap();
    assert!(!received.token().is_empty());
}

#[tokio::test(start_paused = true)]
async fn oddities_are_what_they_say() {
    let bot = TestBot::new().await;
    for malformed in Malformed::ALL {
        let before = bot.sim.graph.calls().len();
        bot.webhook.received.lock().unwrap().clear();
        assert_eq!(bot.sim.graph.send_malformed(malformed).await, Ok(202));
        assert_eq!(bot.sim.graph.calls().len() - before, malformed.calls(), "{malformed:?}");
        let received = bot.received().remove(0);
        let parsed = serde_json::from_slice::<Value>(&received.body);
        let unreadable = matches!(malformed, Malformed::NotJson | Malformed::Truncated | Malformed::Deep);
        assert_eq!(parsed.is_err(), unreadable, "{malformed:?}");
        match malformed {
            Malformed::Huge => assert!(received.body.len() > 300 * 1024),
            Malformed::Deep => assert!(received.body.len() > 20_000),
            Malformed::ManyInOne => assert_eq!(parsed.unwrap()["value"].as_array().unwrap().len(), 4),
            Malformed::HostileText => assert!(String::from_utf8(received.body).unwrap().contains("\\u001b")),
            _ => {}
        }
    }
    assert!(bot.sim.record().iter().all(|recorded| recorded.body.len() < 5_000));
}

#[tokio::test(start_paused = true)]
async fn notifications_meet_faults() {
    let bot = TestBot::new().await;
    bot.sim.fault(Fault::next("notify", FaultKind::LostReply));
    let number = bot.sim.graph.call(caller());
    sleep(Duration::from_secs(2)).await;
    let received = bot.received();
    assert_eq!(received.len(), 2, "told again");
    assert_eq!(received[0].message(), received[1].message());
    assert_eq!(received[1].at.duration_since(received[0].at), Duration::from_secs(1));
    bot.operate(number, "reject", json!({"reason": "none"})).await;
    sleep(SOON).await;

    bot.webhook.received.lock().unwrap().clear();
    bot.sim.fault(Fault::next("notify", FaultKind::Refused).times(2));
    let number = bot.sim.graph.call(caller());
    sleep(Duration::from_secs(3)).await;
    assert_eq!(bot.received().len(), 0, "given up");
    bot.sim.graph.trigger(number, CallEvent::CallerGivesUp).unwrap();
    sleep(SOON).await;
    assert_eq!(bot.changes(), ["deleted nothing"]);

    bot.webhook.received.lock().unwrap().clear();
    bot.sim.fault(Fault::next("notify", FaultKind::Reversed));
    bot.sim.fault(Fault::next("notify", FaultKind::Twice));
    let number = bot.sim.graph.call(caller());
    sleep(SOON).await;
    assert_eq!(bot.received().len(), 0);
    bot.operate(number, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    let expected =
        ["updated establishing", "updated establishing", "created incoming", "updated established"];
    assert_eq!(bot.changes(), expected);

    let record = bot.sim.record();
    let given_up = record.iter().filter(|recorded| recorded.method == "NOTIFY" && recorded.status == 0);
    assert_eq!(
        given_up.map(|recorded| recorded.summary.contains("not delivered")).collect::<Vec<_>>(),
        [true; 2]
    );
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_fails_is_told_once_more() {
    let bot = TestBot::with(GraphOptions::default(), 503).await;
    bot.sim.graph.call(caller());
    sleep(Duration::from_secs(5)).await;
    assert_eq!(bot.received().len(), 2);
    let last = bot.sim.record().last().unwrap().clone();
    assert!(last.summary.ends_with("again; given up"), "{}", last.summary);
}

#[tokio::test(start_paused = true)]
async fn the_webhook_can_be_checked() {
    let bot = TestBot::new().await;
    let check = async |url: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        bot.send(Method::POST, "/simulator/notify", headers, json!({ "url": url }).to_string()).await
    };
    let response = check("https://bot.example/through/the/tunnel").await;
    let answer = body(&response);
    let received = bot.received().remove(0);
    assert_eq!((received.path.as_str(), answer["status"].as_u64()), ("/through/the/tunnel", Some(202)));
    assert!(received.value()["resourceUrl"].as_str().unwrap().ends_with(answer["call"].as_str().unwrap()));
    verify(received.headers.get(AUTHORIZATION), &bot.keys().await).unwrap();
    assert_eq!(check("http://bot.example/").await.status, 400);
}
