//! Tests of discovery, tokens and the redaction of secrets.

use crate::sim::ucwa::tests::*;

const USER: &str = "/Autodiscover/AutodiscoverService.svc/root/oauth/user";

#[tokio::test(start_paused = true)]
async fn the_record_says_which_request_carried_a_token_to_which_server_and_never_the_token() {
    let client = TestClient::new(&Simulator::new(Options::default()));
    let nobody = TestClient { token: None, ..client.clone() };
    client.get_response("https://lyncdiscover.contoso.example/").await;
    nobody.get_response("http://pool.contoso.example:8080/").await;
    nobody.get_response(USER).await;
    client.get_response(USER).await;
    let record = client.sim.record();
    let seen: Vec<(&str, bool, u16)> =
        record.iter().map(|it| (it.origin.as_str(), it.authorized, it.status)).collect();
    assert_eq!(
        seen,
        [
            ("https://lyncdiscover.contoso.example", true, 200),
            ("http://pool.contoso.example:8080", false, 200),
            ("https://pool.contoso.example", false, 401),
            ("https://pool.contoso.example", true, 200),
        ]
    );
    assert!(!format!("{record:?}").contains("cwt=demo"));
    assert!(record.iter().all(|recorded| !recorded.to_string().contains("cwt=demo")));
}

#[tokio::test(start_paused = true)]
async fn discovery_can_lead_to_another_server() {
    let target = "https://hybrid.contoso.example/Autodiscover/AutodiscoverService.svc/root";
    let options = options(UcwaOptions { redirect_to: Some(target.into()), ..UcwaOptions::default() });
    let client = TestClient { token: None, ..TestClient::new(&Simulator::new(options)) };
    let root = client.get("/").await;
    assert_eq!(root, json!({"_links": {"redirect": {"href": target}}}));
    let there = client.get(&href(&root, "redirect")).await;
    assert_eq!(href(&there, "user"), format!("https://hybrid.contoso.example{USER}"));
    let xml = client.get_as_xml("/").await;
    assert!(xml.contains(&format!("<link rel=\"redirect\" href=\"{target}\"/>")), "{xml}");
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_at_home_elsewhere_needs_a_token_from_there() {
    let home = format!("https://home.contoso.example{USER}");
    let options = options(UcwaOptions { homed_at: Some(home.clone()), ..UcwaOptions::default() });
    let sim = Simulator::new(options);
    let nobody = TestClient { token: None, ..TestClient::new(&sim) };
    let ticket = async |pool: &str| {
        let url = format!("{pool}/WebTicket/oauthtoken");
        let given = nobody.post(&url, "grant_type=password&username=tosh&password=demo").await;
        document(&given)["access_token"].as_str().map(str::to_owned)
    };
    let first = TestClient { token: ticket("https://pool.contoso.example").await, ..nobody.clone() };
    assert_eq!(href(&first.get(USER).await, "redirect"), home);
    assert_eq!(nobody.get_response(&home).await.status, 401);
    let foreign = first.get_response(&home).await;
    assert_eq!(foreign.status, 500);
    assert!(foreign.headers["x-ms-diagnostics"].to_str().unwrap().starts_with("28032;"));
    let second = TestClient { token: ticket("https://home.contoso.example").await, ..nobody.clone() };
    let applications = href(&second.get(&home).await, "applications");
    assert_eq!(applications, "https://home.contoso.example/ucwa/oauth/v1/applications");
    assert_eq!(sim.complaints(), Vec::<String>::new());
    sim.ucwa.expire_tokens();
    assert_eq!(second.get_response(&home).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_recorded_wherever_it_is_sent() {
    let client = TestClient::new(&Simulator::new(Options::default()));
    client.post("/WebTicket/oauthtoken", "grant_type=password&username=tosh&Password=hunter2").await;
    client.post("/WebTicket/OAuthToken?password=hunter2", r#"{"password":"hunter2"}"#).await;
    client.post("/elsewhere", "<input><property name=\"access_token\">hunter2</property></input>").await;
    client.sim.fault(Fault::next("ticket", FaultKind::Reset));
    assert!(client.send(Method::POST, "/WebTicket/oauthtoken", "password=hunter2").await.is_err());
    let record = client.sim.record();
    assert_eq!(record.len(), 4);
    for recorded in &record {
        assert!(!format!("{recorded:?} {recorded}").contains("hunter2"), "{recorded:?}");
    }
    assert_eq!(record[0].body, "grant_type=password&username=tosh&Password=[left out]");
    assert_eq!(record[1].target, "/WebTicket/OAuthToken?password=[left out]");
}

#[tokio::test(start_paused = true)]
async fn each_user_has_a_token_and_applications_of_their_own() {
    let sim = Simulator::new(options(UcwaOptions { colleagues: vec![lene()], ..UcwaOptions::default() }));
    let tosh = TestClient::signed_in(&sim, "one").await;
    let mut lene = TestClient { token: Some("cwt=demo-2".into()), ..TestClient::new(&sim) };
    let creation = json!({"userAgent": "test", "endpointId": "one", "culture": "en-US"}).to_string();
    let created = lene.post(APPLICATIONS, &creation).await;
    assert_eq!(created.status, 201);
    assert_eq!(document(&created)["_embedded"]["me"]["name"], "Lene Aaling");

    for username in ["lenea@contoso.example", r"CONTOSO\lenea"] {
        let form = format!("grant_type=password&username={username}&password=demo");
        let ticket = document(&lene.post("/WebTicket/oauthtoken", &form).await);
        lene.token = Some(ticket["access_token"].as_str().unwrap().into());
        let created = lene.post(APPLICATIONS, &creation).await;
        assert_eq!(
            (created.status.as_u16(), &document(&created)["_embedded"]["me"]["name"]),
            (200, &json!("Lene Aaling"))
        );
    }
    let form = "grant_type=password&username=nobody@contoso.example&password=demo";
    assert_eq!(lene.post("/WebTicket/oauthtoken", form).await.status, 400, "nobody of that name");
    assert_eq!(
        lene.get_response(&href(&tosh.application, "self")).await.status,
        403,
        "another user's application"
    );
}

#[tokio::test(start_paused = true)]
async fn the_challenge_is_a_page_that_names_the_grants_that_work() {
    let nobody = TestClient { token: None, ..TestClient::new(&Simulator::new(Options::default())) };
    let refused = nobody.get_response(USER).await;
    assert_eq!(
        (refused.status.as_u16(), refused.headers.get(CONTENT_TYPE).unwrap()),
        (401, &HeaderValue::from_static("text/html"))
    );
    let mut challenges = refused.headers.get_all("www-authenticate").iter();
    let challenge = challenges.next_back().unwrap().to_str().unwrap();
    assert!(challenge.ends_with(r#"grant_type="password""#), "{challenge}");
    let form = "application/x-www-form-urlencoded;charset=UTF-8";
    for (body, error) in [
        ("grant_type=urn:microsoft.rtc:windows", "unsupported_grant_type"),
        ("grant_type=password&username=tosh&password=wrong", "invalid_grant"),
        ("grant_type=password&username=tosh", "invalid_request"),
        ("username=tosh", "invalid_request"),
    ] {
        let refused = nobody.post_as("/WebTicket/oauthtoken", form, body).await;
        assert_eq!((refused.status.as_u16(), &document(&refused)["error"]), (400, &json!(error)));
        assert_eq!(refused.headers.get("cache-control").unwrap(), "no-store");
        let diagnostics = refused.headers.get("x-ms-diagnostics").unwrap().to_str().unwrap();
        assert!(diagnostics.contains(r#"source="pool.contoso.example";reason="#), "{diagnostics}");
    }
    assert_eq!(nobody.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_cross_domain_frame_is_a_page_that_needs_no_token() {
    let nobody = TestClient { token: None, ..TestClient::new(&Simulator::new(Options::default())) };
    let page = nobody.get_response(&href(&nobody.get("/").await, "xframe")).await;
    assert_eq!(page.headers.get(CONTENT_TYPE).unwrap(), "text/html");
    assert!(page.body.starts_with(b"<!DOCTYPE html>"));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_was_never_given_is_marked_with_its_last_part() {
    let client = TestClient::online().await;
    let made_up = format!("{}/people/dana@contoso.example", href(&client.application, "self"));
    assert_eq!(client.get_response(&made_up).await.status, 404);
    let expected = "dana@contoso.example: this href was never given, or is no longer known";
    assert_eq!(client.sim.complaints(), [expected]);
}

#[tokio::test(start_paused = true)]
async fn the_options_of_applications_name_the_parameters() {
    let client = TestClient::new(&Simulator::new(Options::default()));
    let metadata = document(&client.send(Method::OPTIONS, APPLICATIONS, "").await.unwrap());
    assert_eq!(metadata["metadata"][0]["httpMethod"], "POST");
    assert_eq!(metadata["metadata"][0]["parameters"][1]["name"], "endpointId");
    let client = TestClient { accept: "application/xml", ..client };
    let body = client.send(Method::OPTIONS, APPLICATIONS, "").await.unwrap().body;
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(
        text.contains("<httpMethod>POST</httpMethod><parameters><parameter><name>culture</name>"),
        "{text}"
    );
}
