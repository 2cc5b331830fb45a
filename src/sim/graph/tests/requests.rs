//! What the bot may ask for, and what is wrong with how it asks.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_redirect_needs_a_permission_and_sane_targets() {
    let bench = Bench::new().await;
    let target = json!({"identity": {"user": {"id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8"}}});
    let number = bench.sim.call(caller());
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
            code(&bench.act(number, "redirect", wrong.clone()).await),
            (400, "2203".into()),
            "{wrong}"
        );
    }
    assert_eq!(bench.sim.complaints().len(), 7);
    let right = json!({"targets": [target, {"identity": {"phone": {"id": "+14255550100"}}}], "timeout": 60});
    assert_eq!(bench.act(number, "redirect", right.clone()).await.status, 202);
    sleep(SOON).await;
    assert_eq!(bench.changes()[1..], ["updated redirecting", "deleted terminated"]);
    assert_eq!(bench.outcome(), CallOutcome::Redirected);

    let bench = Bench::with(GraphOptions { may_redirect: false, ..GraphOptions::default() }, 202).await;
    let number = bench.sim.call(caller());
    assert_eq!(code(&bench.act(number, "redirect", right).await), (403, "7504".into()));
}

#[tokio::test(start_paused = true)]
async fn bodies_and_headers_are_looked_at() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    for (action, wrong) in [
        ("reject", json!({"reason": "later"})),
        ("reject", json!({})),
        ("reject", json!({"reason": "busy", "callbackUri": "http://bot.example/"})),
        ("answer", json!({"acceptedModalities": ["audio"]})),
        ("answer", json!({"callbackUri": "https://b.example", "acceptedModalities": ["video"]})),
    ] {
        assert_eq!(code(&bench.act(number, action, wrong.clone()).await), (400, "2203".into()), "{wrong}");
    }
    let before = bench.sim.complaints().len();
    // All of this is taken, and noted.
    let path = format!("/v1.0/app/calls/{}/reject", bench.id(number));
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, format!("Bearer {}", bench.token).parse().unwrap());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let response = bench.send(Method::POST, &path, headers.clone(), r#"{"reason":"Busy"}"#.into()).await;
    assert_eq!(response.status, 202);
    let complaint = &bench.sim.complaints()[before];
    for part in ["lower case", "/app/calls", "client-request-id"] {
        assert!(complaint.contains(part), "{complaint}");
    }
    headers.insert("client-request-id", HeaderValue::from_static("the-same"));
    for number in [bench.sim.call(caller()), bench.sim.call(caller())] {
        let path = format!("/v1.0/communications/calls/{}/reject", bench.id(number));
        bench.send(Method::POST, &path, headers.clone(), r#"{"reason":"busy"}"#.into()).await;
    }
    let complaints = bench.sim.complaints();
    assert_eq!(complaints.len(), before + 2);
    assert!(complaints[before + 1].contains("another request"), "{complaints:?}");
}

#[tokio::test(start_paused = true)]
async fn tokens_are_for_one_tenant_and_end() {
    let mut bench = Bench::new().await;
    let other = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    let number = bench.sim.call(Call { tenant: Some(other.into()), ..caller() });
    assert_eq!(code(&bench.act(number, "reject", json!({"reason": "busy"})).await), (403, "7505".into()));
    bench.token = bench.token_for(other).await;
    bench.sim.tokens_of_graph_expire();
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (401, "InvalidAuthenticationToken".into()));
    bench.token = bench.token_for(other).await;
    assert_eq!(bench.act(number, "reject", json!({"reason": "busy"})).await.status, 202);
    let secret = GraphOptions::default().client_secret;
    let record = bench.sim.record();
    assert!(record.iter().any(|recorded| recorded.body.contains("client_secret=[left out]&scope=")));
    assert!(record.iter().all(|recorded| !recorded.body.contains(&secret)));

    let options = GraphOptions::default();
    let asked = |tenant: &'static str, secret: &'static str, scope: &'static str| {
        let (bench, id) = (&bench, options.client_id.clone());
        let tenant = if tenant.is_empty() { options.tenant.clone() } else { tenant.to_owned() };
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", &*id),
                ("client_secret", secret),
                ("scope", scope),
            ];
            let response = bench.form(&tenant, &form).await;
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
    let pair = Keys::unpublished().unwrap();
    let options =
        GraphOptions { certificate_public_pem: Some(pair.pem().to_owned()), ..GraphOptions::default() };
    let bench = Bench::with(options.clone(), 202).await;
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
        bench.form(&options.tenant, &form).await.status.as_u16()
    };
    assert_eq!(ask(300, &audience, "one").await, 200);
    assert_eq!(ask(300, &audience, "one").await, 401, "used twice");
    assert_eq!(ask(3_600, &audience, "two").await, 401, "for too long");
    assert_eq!(ask(300, "https://login.example/", "three").await, 401, "for somebody else");
}

#[tokio::test(start_paused = true)]
async fn requests_meet_faults() {
    let bench = Bench::new().await;
    let number = bench.sim.call(caller());
    bench.sim.fault(Fault::next("reject", FaultKind::error(429, "").with("retry-after", "2")));
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (429, "TooManyRequests".into()));
    assert_eq!(response.headers["retry-after"], "2");
    // A request that was in time and did not get through in time is nobody's fault.
    bench.sim.fault(Fault::next("reject", FaultKind::Delay(20.0)));
    let response = bench.act(number, "reject", json!({"reason": "busy"})).await;
    assert_eq!(code(&response), (404, "8522".into()));
    assert_eq!(bench.sim.complaints(), Vec::<String>::new());
}
