//! Tests of the requests of the bot, and of the complaints about them.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_redirect_needs_a_permission_and_sane_targets() {
    let bot = TestBot::new().await;
    let target = json!({"identity": {"user": {"id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8"}}});
    let number = bot.sim.graph.call(caller());
    for wrong in [
        json!({"targets": []}),
        json!({"targets": vec![target.clone(); 26]}),
        json!({"targets": [{"identity": {"user": {"id": "john"}}}]}),
        json!({"targets": [{"identity": {"phone": {"id": "4255550100"}}}]}),
        json!({"targets": [target], "timeout": 5}),
        json!({"targets": [target], "callbackUri": "http://bot.example/"}),
        json!({"targets": [target], "reason": "busy"}),
    ] {
        assert_eq!(
            code(&bot.operate(number, "redirect", wrong.clone()).await),
            (400, "2203".into()),
            "{wrong}"
        );
    }
    assert_eq!(bot.sim.complaints().len(), 7);
    let right = json!({"targets": [target, {"identity": {"phone": {"id": "+14255550100"}}}], "timeout": 60});
    assert_eq!(bot.operate(number, "redirect", right.clone()).await.status, 202);
    sleep(SOON).await;
    assert_eq!(bot.changes()[1..], ["updated redirecting", "deleted terminated"]);
    assert_eq!(bot.outcome(), CallOutcome::Redirected);

    let bot = TestBot::with(GraphOptions { may_redirect: false, ..GraphOptions::default() }, 202).await;
    let number = bot.sim.graph.call(caller());
    assert_eq!(code(&bot.operate(number, "redirect", right).await), (403, "7504".into()));
}

#[tokio::test(start_paused = true)]
async fn bodies_and_headers_are_looked_at() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    for (action, wrong) in [
        ("reject", json!({"reason": "later"})),
        ("reject", json!({})),
        ("reject", json!({"reason": "busy", "callbackUri": "http://bot.example/"})),
        ("answer", json!({"acceptedModalities": ["audio"]})),
        ("answer", json!({"mediaConfig": answer()["mediaConfig"]})),
        ("answer", json!({"callbackUri": "https://b.example", "acceptedModalities": ["video"]})),
    ] {
        assert_eq!(code(&bot.operate(number, action, wrong.clone()).await), (400, "2203".into()), "{wrong}");
    }
    let before = bot.sim.complaints().len();
    // The deprecated path is accepted with a complaint.
    let path = format!("/v1.0/app/calls/{}/reject", bot.id(number));
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, format!("Bearer {}", bot.token).parse().unwrap());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let response = bot.send(Method::POST, &path, headers.clone(), r#"{"reason":"Busy"}"#.into()).await;
    assert_eq!(response.status, 202);
    assert_eq!(bot.sim.complaints()[before], "/app/calls is deprecated (call: reject)");
    headers.insert("client-request-id", HeaderValue::from_static("the-same"));
    for number in [bot.sim.graph.call(caller()), bot.sim.graph.call(caller())] {
        let path = format!("/v1.0/communications/calls/{}/reject", bot.id(number));
        bot.send(Method::POST, &path, headers.clone(), r#"{"reason":"busy"}"#.into()).await;
    }
    let complaints = bot.sim.complaints();
    assert_eq!(complaints.len(), before + 2);
    assert!(complaints[before + 1].contains("another request"), "{complaints:?}");
}

#[tokio::test(start_paused = true)]
async fn tokens_are_for_one_tenant_and_end() {
    let mut bot = TestBot::new().await;
    let other = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    let number = bot.sim.graph.call(Call { tenant: Some(other.into()), ..caller() });
    assert_eq!(code(&bot.operate(number, "reject", json!({"reason": "busy"})).await), (403, "7505".into()));
    bot.token = bot.token_for(other).await;
    bot.sim.graph.expire_tokens();
    let response = bot.operate(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (401, "InvalidAuthenticationToken".into()));
    bot.token = bot.token_for(other).await;
    assert_eq!(bot.operate(number, "reject", json!({"reason": "busy"})).await.status, 202);
    let secret = GraphOptions::default().client_secret;
    let record = bot.sim.record();
    assert!(record.iter().any(|recorded| recorded.body.contains("client_secret=[left out]&scope=")));
    assert!(record.iter().all(|recorded| !recorded.body.contains(&secret)));

    let options = GraphOptions::default();
    let asked = |tenant: &'static str, secret: &'static str, scope: &'static str| {
        let (bot, id) = (&bot, options.client_id.clone());
        let tenant = if tenant.is_empty() { options.tenant.clone() } else { tenant.to_owned() };
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", &*id),
                ("client_secret", secret),
                ("scope", scope),
            ];
            let response = bot.post_form(&tenant, &form).await;
            let body = body(&response);
            (response.status.as_u16(), body["error"].clone(), body["error_codes"][0].clone())
        }
    };
    let scope = "https://graph.microsoft.com/.default";
    assert_eq!(asked("", "wrong", scope).await, (401, json!("invalid_client"), json!(7_000_215)));
    assert_eq!(asked("elsewhere", "demo", scope).await, (400, json!("invalid_request"), json!(90_002)));
    assert_eq!(asked("", "demo", "openid").await, (400, json!("invalid_scope"), json!(70_011)));
    assert_eq!(asked("", "demo", "http://graph.example/.default").await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_as_good_as_a_secret() {
    let pair = SigningKeys::unpublished().unwrap();
    let options =
        GraphOptions { certificate_public_pem: Some(pair.pem().to_owned()), ..GraphOptions::default() };
    let bot = TestBot::with(options.clone(), 202).await;
    let audience = format!("{BASE}/{}/oauth2/v2.0/token", options.tenant);
    let ask = async |lifetime: i64, audience: &str, jti: &str| {
        let now = keys::now();
        let claims = json!({"iss": options.client_id, "sub": options.client_id, "aud": audience,
            "jti": jti, "nbf": now, "exp": now + lifetime});
        let assertion = pair.assertion(&claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &*options.client_id),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        bot.post_form(&options.tenant, &form).await.status.as_u16()
    };
    assert_eq!(ask(300, &audience, "one").await, 200);
    assert_eq!(ask(300, &audience, "one").await, 401, "used twice");
    assert_eq!(ask(3_600, &audience, "two").await, 401, "for too long");
    assert_eq!(ask(300, "https://login.example/", "three").await, 401, "for somebody else");
}

#[tokio::test(start_paused = true)]
async fn requests_meet_faults() {
    let bot = TestBot::new().await;
    let number = bot.sim.graph.call(caller());
    bot.sim.fault(Fault::next("reject", FaultKind::error(429, "").with("retry-after", "2")));
    let response = bot.operate(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (429, "TooManyRequests".into()));
    assert_eq!(response.headers["retry-after"], "2");
    // A request that was sent in time and was delayed on the way is no fault of the client.
    bot.sim.fault(Fault::next("reject", FaultKind::Delay(20.0)));
    let response = bot.operate(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (404, "8522".into()));
    assert_eq!(bot.sim.complaints(), Vec::<String>::new());
}
