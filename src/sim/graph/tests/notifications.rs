//! Notifications: whether they can be trusted, how odd they are, and how they get there.

use super::*;

/// Reads a token as a careful webhook does.
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
    let bench = Bench::new().await;
    let keys = bench.keys().await;
    bench.sim.call(caller());
    sleep(SOON).await;
    let got = bench.got().remove(0);
    let claims = verify(got.headers.get(AUTHORIZATION), &keys).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
    for invalid_token in InvalidToken::ALL {
        bench.hook.got.lock().unwrap().clear();
        assert_eq!(bench.sim.forge(invalid_token).await, Ok(202));
        let forged = bench.got();
        assert!(!forged.is_empty());
        for got in forged {
            assert_eq!(got.change(), "created incoming");
            let verified = verify(got.headers.get(AUTHORIZATION), &keys);
            assert!(verified.is_err(), "{invalid_token:?}: {verified:?}");
        }
    }
    assert_eq!(bench.sim.calls().len(), 1, "Mallory does not call");
    // After a rotation, what is signed verifies with the new keys only.
    bench.sim.rotate_keys();
    bench.hook.got.lock().unwrap().clear();
    bench.sim.call(caller());
    sleep(SOON).await;
    let got = bench.got().remove(0);
    assert_eq!(verify(got.headers.get(AUTHORIZATION), &keys), Err("unknown kid".into()));
    verify(got.headers.get(AUTHORIZATION), &bench.keys().await).unwrap();
    assert!(!got.token().is_empty());
}

#[tokio::test(start_paused = true)]
async fn oddities_are_what_they_say() {
    let bench = Bench::new().await;
    for malformed in Malformed::ALL {
        let before = bench.sim.calls().len();
        bench.hook.got.lock().unwrap().clear();
        assert_eq!(bench.sim.malformed(malformed).await, Ok(202));
        assert_eq!(bench.sim.calls().len() - before, malformed.calls(), "{malformed:?}");
        let got = bench.got().remove(0);
        let parsed = serde_json::from_slice::<Value>(&got.body);
        let unreadable = matches!(malformed, Malformed::NotJson | Malformed::Truncated | Malformed::Deep);
        assert_eq!(parsed.is_err(), unreadable, "{malformed:?}");
        match malformed {
            Malformed::Huge => assert!(got.body.len() > 300 * 1024),
            Malformed::Deep => assert!(got.body.len() > 20_000),
            Malformed::ManyInOne => assert_eq!(parsed.unwrap()["value"].as_array().unwrap().len(), 4),
            Malformed::HostileText => assert!(String::from_utf8(got.body).unwrap().contains("\\u001b")),
            _ => {}
        }
    }
    assert!(bench.sim.record().iter().all(|recorded| recorded.body.len() < 5_000));
}

#[tokio::test(start_paused = true)]
async fn notifications_meet_faults() {
    let bench = Bench::new().await;
    bench.sim.fault(Fault::next("notify", FaultKind::LostReply));
    let number = bench.sim.call(caller());
    sleep(Duration::from_secs(2)).await;
    let got = bench.got();
    assert_eq!(got.len(), 2, "told again");
    assert_eq!(got[0].message(), got[1].message());
    assert_eq!(got[1].at.duration_since(got[0].at), Duration::from_secs(1));
    bench.act(number, "reject", json!({"reason": "none"})).await;
    sleep(SOON).await;

    bench.hook.got.lock().unwrap().clear();
    bench.sim.fault(Fault::next("notify", FaultKind::Refused).times(2));
    let number = bench.sim.call(caller());
    sleep(Duration::from_secs(3)).await;
    assert_eq!(bench.got().len(), 0, "given up");
    bench.sim.end_call(number, CallEnd::GivesUp).unwrap();
    sleep(SOON).await;
    assert_eq!(bench.changes(), ["deleted nothing"]);

    bench.hook.got.lock().unwrap().clear();
    bench.sim.fault(Fault::next("notify", FaultKind::Reversed));
    bench.sim.fault(Fault::next("notify", FaultKind::Twice));
    let number = bench.sim.call(caller());
    sleep(SOON).await;
    assert_eq!(bench.got().len(), 0);
    bench.act(number, "answer", answer()).await;
    sleep(Duration::from_secs(1)).await;
    let expected =
        ["updated establishing", "updated establishing", "created incoming", "updated established"];
    assert_eq!(bench.changes(), expected);

    let record = bench.sim.record();
    let given_up = record.iter().filter(|recorded| recorded.method == "NOTIFY" && recorded.status == 0);
    assert_eq!(
        given_up.map(|recorded| recorded.what.contains("not delivered")).collect::<Vec<_>>(),
        [true; 2]
    );
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_fails_is_told_once_more() {
    let bench = Bench::with(GraphOptions::default(), 503).await;
    bench.sim.call(caller());
    sleep(Duration::from_secs(5)).await;
    assert_eq!(bench.got().len(), 2);
    let last = bench.sim.record().last().unwrap().clone();
    assert!(last.what.ends_with("again; given up"), "{}", last.what);
}

#[tokio::test(start_paused = true)]
async fn the_webhook_can_be_checked() {
    let bench = Bench::new().await;
    let check = async |url: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        bench.send(Method::POST, "/simulator/notify", headers, json!({ "url": url }).to_string()).await
    };
    let response = check("https://bot.example/through/the/tunnel").await;
    let answer = body(&response);
    let got = bench.got().remove(0);
    assert_eq!((got.path.as_str(), answer["status"].as_u64()), ("/through/the/tunnel", Some(202)));
    assert!(got.value()["resourceUrl"].as_str().unwrap().ends_with(answer["call"].as_str().unwrap()));
    verify(got.headers.get(AUTHORIZATION), &bench.keys().await).unwrap();
    assert_eq!(check("http://bot.example/").await.status, 400);
}
