//! Tests of the bounds of everything that would grow in a server that runs for long.

use super::*;

const KEPT: usize = 20;

fn small_simulator() -> Simulator {
    Simulator::new(Options { kept: KEPT, ..Options::default() })
}

fn from(number: usize) -> Invite {
    let from = Person::new(&format!("Caller {number}"), &format!("sip:c{number}@contoso.example"));
    Invite { from, ..of(InviteKind::Im) }
}

#[tokio::test(start_paused = true)]
async fn the_record_keeps_the_latest_requests_and_says_how_many_it_lost() {
    let client = TestClient::new(&small_simulator());
    for number in 0..50 {
        client.get_response(&format!("/nowhere/{number}")).await;
    }
    let record = client.sim.record();
    assert_eq!((record.len(), client.sim.dropped_requests()), (KEPT, 30));
    assert_eq!((record[0].target.as_str(), record[19].target.as_str()), ("/nowhere/30", "/nowhere/49"));
    let (all, next) = client.sim.answered_from(0).await;
    assert_eq!((all.len(), all[0].target.as_str(), next), (KEPT, "/nowhere/30", 50));
    let (some, next) = client.sim.answered_from(48).await;
    assert_eq!((some.len(), next), (2, 50));
    client.get_response("/nowhere/50").await;
    let (new, next) = client.sim.answered_from(next).await;
    assert_eq!((new[0].target.as_str(), next), ("/nowhere/50", 51));
    let said = console::execute(&client.sim, "record").unwrap();
    let begins = "(31 earlier requests are no longer kept)\n404 GET /nowhere/31";
    assert!(matches!(&said, console::Output::Text(text) if text.starts_with(begins)), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_outlived_its_record_is_answered_all_the_same() {
    let mut client = TestClient::online_at(&small_simulator(), "one").await;
    let copy = client.clone();
    let poll = tokio::spawn(async move { copy.get_response(&copy.next).await });
    client.sim.until(|sim| sim.record().iter().any(|recorded| recorded.status == 0)).await;
    for _ in 0..KEPT {
        client.get_response("/nowhere").await;
    }
    client.sim.ucwa.invite(of(InviteKind::Im));
    client.application = document(&poll.await.unwrap());
    assert!(events(&client.application).iter().any(is_invitation));
    assert_eq!(client.sim.answered_from(0).await.1, KEPT + 2);
}

#[tokio::test(start_paused = true)]
async fn long_texts_are_recorded_in_part() {
    let client = TestClient::new(&Simulator::new(Options::default()));
    client.post(&format!("/{}", "x".repeat(5_000)), &"é".repeat(50_000)).await;
    let recorded = client.sim.record().pop().unwrap();
    assert!(recorded.target.len() < 4_100 && recorded.target.ends_with("… (5001 bytes)"));
    assert!(recorded.body.len() < 4_100 && recorded.body.ends_with("… (100000 bytes)"));
}

#[tokio::test(start_paused = true)]
async fn hrefs_tell_that_it_is_over_and_lead_nowhere_in_the_end() {
    let mut client = TestClient::online_at(&small_simulator(), "one").await;
    let mut accepts = Vec::new();
    for number in 0..3 * KEPT {
        let id = client.sim.ucwa.invite(from(number));
        accepts.push(href(&client.next_invitation("started").await, "accept"));
        client.sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        client.next_invitation("completed").await;
    }
    let complaints = client.sim.complaints().len();
    assert_eq!(client.post(accepts.last().unwrap(), "").await.status, 404);
    assert_eq!(client.sim.complaints().len(), complaints, "nobody can know yet");
    assert!(client.sim.record().last().unwrap().summary.ends_with("which has ended"));
    assert_eq!(client.post(&accepts[0], "").await.status, 404);
    assert_eq!(client.sim.complaints().len(), complaints + 1);
    assert_eq!(client.sim.ucwa.ended().len(), KEPT);
    let world = client.sim.ucwa.lock();
    assert!(world.hrefs.len() < 20 * KEPT, "{}", world.hrefs.len());
    let hrefs: usize = world.applications.values().map(|application| application.hrefs.len()).sum();
    assert_eq!(world.hrefs.len(), hrefs);
}

#[tokio::test(start_paused = true)]
async fn of_too_many_conversations_the_oldest_ends() {
    let mut client = TestClient::online_at(&small_simulator(), "one").await;
    let mut conversations = Vec::new();
    for number in 0..2 * KEPT {
        client.sim.ucwa.invite(from(number));
        let started = client.next_invitation("started").await;
        conversations.push(href(&started, "conversation"));
        assert_eq!(client.post(&href(&started, "accept"), "").await.status, 204);
        client.next_invitation("completed").await;
    }
    assert_eq!(client.sim.ucwa.lock().conversations.len(), KEPT);
    assert_eq!(client.get_response(&conversations[0]).await.status, 404);
    assert_eq!(client.get_response(conversations.last().unwrap()).await.status, 200);
    client.sim.ucwa.invite(from(99));
    let events = client.poll().await;
    let deleted = events.iter().find(|event| event["type"] == "deleted").unwrap();
    assert_eq!(deleted["link"]["href"], conversations[KEPT]);
}

#[tokio::test(start_paused = true)]
async fn hrefs_die_with_their_application() {
    let mut client = TestClient::online_at(&small_simulator(), "one").await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let accept = href(&client.next_invitation("started").await, "accept");
    client.sim.ucwa.expire_applications();
    assert_eq!(client.sim.ucwa.lock().hrefs.len(), 0);
    for url in [&accept, &client.next] {
        let answer = client.get_response(url).await;
        assert_eq!(answer.status, 404);
        assert_eq!(document(&answer)["subcode"], "ApplicationNotFound");
    }
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
    client.get_response("/ucwa/oauth/v1/applications/never/events").await;
    assert_eq!(client.sim.complaints().len(), 1);
    assert_eq!(client.sim.ucwa.lock().hrefs.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_held_poll_brings_nothing_of_a_dead_application_back() {
    let client = TestClient::online_at(&small_simulator(), "one").await;
    let copy = client.clone();
    let poll = tokio::spawn(async move { copy.get_response(&copy.next).await });
    client.sim.until(|sim| sim.record().iter().any(|recorded| recorded.status == 0)).await;
    client.sim.ucwa.expire_applications();
    assert_eq!(poll.await.unwrap().status, 404);
    assert_eq!(client.sim.ucwa.lock().hrefs.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_fetches_no_events_is_given_up() {
    let client = TestClient::online_at(&small_simulator(), "one").await;
    for number in 0..KEPT {
        client.sim.ucwa.invite(from(number));
    }
    assert!(!client.sim.ucwa.is_available());
    assert_eq!(client.get_response(&client.next).await.status, 404);
    assert_eq!(client.sim.ucwa.lock().hrefs.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_happens_does_not_pile_up_for_a_client_that_is_gone() {
    let client = TestClient::online().await;
    assert!(client.sim.ucwa.is_available());
    tokio::time::sleep(Duration::from_secs(20 * 60)).await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    assert!(!client.sim.ucwa.is_available());
}

#[tokio::test(start_paused = true)]
async fn people_tokens_and_faults_are_kept_as_the_rest_is() {
    let mut client = TestClient::online_at(&small_simulator(), "one").await;
    let mut first = None;
    for number in 0..2 * KEPT {
        let id = client.sim.ucwa.invite(from(number));
        let started = client.next_invitation("started").await;
        first.get_or_insert_with(|| href(&started["_embedded"]["from"], "contact"));
        client.sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        client.next_invitation("completed").await;
    }
    assert_eq!(client.get_response(&first.unwrap()).await.status, 404);
    let mut tokens = Vec::new();
    for _ in 0..=KEPT {
        let given =
            client.post("/WebTicket/oauthtoken", "grant_type=password&username=a&password=demo").await;
        tokens.push(document(&given)["access_token"].as_str().unwrap().to_owned());
    }
    let user = "/Autodiscover/AutodiscoverService.svc/root/oauth/user";
    for (token, status) in [(&tokens[0], 401), (&tokens[KEPT], 200)] {
        let client = TestClient { token: Some(token.clone()), ..client.clone() };
        assert_eq!(client.get_response(user).await.status, status);
    }
    for number in 0..1_001 {
        let status = if number == 0 { 403 } else { 500 };
        client
            .sim
            .fault(Fault::next(if number < 2 { "user" } else { "cancel" }, FaultKind::error(status, "")));
    }
    assert_eq!(client.get_response(user).await.status, 500, "the oldest fault is forgotten");
    assert_eq!(client.get_response(user).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn the_hrefs_of_what_is_over_are_bounded_over_all_applications() {
    let sim = small_simulator();
    let mut clients = Vec::new();
    for number in 0..20 {
        clients.push(TestClient::online_at(&sim, &format!("endpoint {number}")).await);
    }
    for number in 0..KEPT {
        let id = sim.ucwa.invite(from(number));
        sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
        for client in &mut clients {
            client.next_invitation("completed").await;
        }
    }
    let client = &mut clients[0];
    let id = sim.ucwa.invite(from(KEPT));
    let accept = href(&client.next_invitation("started").await, "accept");
    sim.ucwa.end(id, EndCause::CallerGivesUp).unwrap();
    assert_eq!(client.post(&accept, "").await.status, 404, "what has just ended is known");
    assert_eq!(sim.complaints(), Vec::<String>::new());
    let world = sim.ucwa.lock();
    assert!(world.finished.iter().count() < KEPT / 2, "with twenty applications there is room for fewer");
    let hrefs: usize = world.applications.values().map(|application| application.hrefs.len()).sum();
    assert_eq!((world.hrefs.len(), world.applications.len()), (hrefs, 20));
}
