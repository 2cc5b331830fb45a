//! A server that runs for long remembers the latest.

use super::*;

const KEPT: usize = 20;

fn forgetful() -> Simulator {
    Simulator::new(Options { kept: KEPT, ..Options::default() })
}

fn from(number: usize) -> Invite {
    let from = Person::new(&format!("Caller {number}"), &format!("sip:c{number}@contoso.example"));
    Invite { from, ..of(Kind::Im) }
}

#[tokio::test(start_paused = true)]
async fn the_record_keeps_the_latest_requests_and_says_how_many_it_lost() {
    let hands = Hands::of(&forgetful());
    for number in 0..50 {
        hands.ask(&format!("/nowhere/{number}")).await;
    }
    let record = hands.sim.record();
    assert_eq!((record.len(), hands.sim.forgotten()), (KEPT, 30));
    assert_eq!((record[0].target.as_str(), record[19].target.as_str()), ("/nowhere/30", "/nowhere/49"));
    let (all, next) = hands.sim.answered_from(0).await;
    assert_eq!((all.len(), all[0].target.as_str(), next), (KEPT, "/nowhere/30", 50));
    let (some, next) = hands.sim.answered_from(48).await;
    assert_eq!((some.len(), next), (2, 50));
    hands.ask("/nowhere/50").await;
    let (new, next) = hands.sim.answered_from(next).await;
    assert_eq!((new[0].target.as_str(), next), ("/nowhere/50", 51));
    let said = console::obey(&hands.sim, "record").unwrap();
    let begins = "(31 requests before these are not kept)\n404 GET /nowhere/31";
    assert!(matches!(&said, console::Answer::Say(text) if text.starts_with(begins)), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_outlived_its_record_is_answered_all_the_same() {
    let mut hands = Hands::online_at(&forgetful(), "one").await;
    let copy = hands.clone();
    let poll = tokio::spawn(async move { copy.ask(&copy.next).await });
    hands.sim.until(|sim| sim.record().iter().any(|recorded| recorded.status == 0)).await;
    for _ in 0..KEPT {
        hands.ask("/nowhere").await;
    }
    hands.sim.invite(of(Kind::Im));
    hands.application = document(&poll.await.unwrap());
    assert!(events(&hands.application).iter().any(is_invitation));
    assert_eq!(hands.sim.answered_from(0).await.1, KEPT + 2);
}

#[tokio::test(start_paused = true)]
async fn long_texts_are_recorded_in_part() {
    let hands = Hands::of(&Simulator::new(Options::default()));
    hands.post(&format!("/{}", "x".repeat(5_000)), &"é".repeat(50_000)).await;
    let recorded = hands.sim.record().pop().unwrap();
    assert!(recorded.target.len() < 4_100 && recorded.target.ends_with("… (5001 bytes)"));
    assert!(recorded.body.len() < 4_100 && recorded.body.ends_with("… (100000 bytes)"));
}

#[tokio::test(start_paused = true)]
async fn hrefs_tell_that_it_is_over_and_lead_nowhere_in_the_end() {
    let mut hands = Hands::online_at(&forgetful(), "one").await;
    let mut accepts = Vec::new();
    for number in 0..3 * KEPT {
        let id = hands.sim.invite(from(number));
        accepts.push(href(&hands.told("started").await, "accept"));
        hands.sim.end(id, Ended::CallerGivesUp).unwrap();
        hands.told("completed").await;
    }
    let complaints = hands.sim.complaints().len();
    assert_eq!(hands.post(accepts.last().unwrap(), "").await.status, 404);
    assert_eq!(hands.sim.complaints().len(), complaints, "nobody can know yet");
    assert!(hands.sim.record().last().unwrap().what.ends_with("which is over"));
    assert_eq!(hands.post(&accepts[0], "").await.status, 404);
    assert_eq!(hands.sim.complaints().len(), complaints + 1);
    assert_eq!(hands.sim.endings().len(), KEPT);
    let world = hands.sim.lock();
    assert!(world.hrefs.len() < 20 * KEPT, "{}", world.hrefs.len());
    let hrefs: usize = world.applications.values().map(|application| application.hrefs.len()).sum();
    assert_eq!(world.hrefs.len(), hrefs);
}

#[tokio::test(start_paused = true)]
async fn of_too_many_conversations_the_oldest_ends() {
    let mut hands = Hands::online_at(&forgetful(), "one").await;
    let mut conversations = Vec::new();
    for number in 0..2 * KEPT {
        hands.sim.invite(from(number));
        let started = hands.told("started").await;
        conversations.push(href(&started, "conversation"));
        assert_eq!(hands.post(&href(&started, "accept"), "").await.status, 204);
        hands.told("completed").await;
    }
    assert_eq!(hands.sim.lock().conversations.len(), KEPT);
    assert_eq!(hands.ask(&conversations[0]).await.status, 404);
    assert_eq!(hands.ask(conversations.last().unwrap()).await.status, 200);
    hands.sim.invite(from(99));
    let events = hands.poll().await;
    let deleted = events.iter().find(|event| event["type"] == "deleted").unwrap();
    assert_eq!(deleted["link"]["href"], conversations[KEPT]);
}

#[tokio::test(start_paused = true)]
async fn hrefs_die_with_their_application() {
    let mut hands = Hands::online_at(&forgetful(), "one").await;
    hands.sim.invite(of(Kind::Im));
    let accept = href(&hands.told("started").await, "accept");
    hands.sim.expire_application();
    assert_eq!(hands.sim.lock().hrefs.len(), 0);
    for url in [&accept, &hands.next] {
        let answer = hands.ask(url).await;
        assert_eq!(answer.status, 404);
        assert_eq!(document(&answer)["subcode"], "ApplicationNotFound");
    }
    assert_eq!(hands.sim.complaints(), Vec::<String>::new());
    hands.ask("/ucwa/oauth/v1/applications/never/events").await;
    assert_eq!(hands.sim.complaints().len(), 1);
    assert_eq!(hands.sim.lock().hrefs.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_held_poll_brings_nothing_of_a_dead_application_back() {
    let hands = Hands::online_at(&forgetful(), "one").await;
    let copy = hands.clone();
    let poll = tokio::spawn(async move { copy.ask(&copy.next).await });
    hands.sim.until(|sim| sim.record().iter().any(|recorded| recorded.status == 0)).await;
    hands.sim.expire_application();
    assert_eq!(poll.await.unwrap().status, 404);
    assert_eq!(hands.sim.lock().hrefs.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_fetches_no_events_is_given_up() {
    let hands = Hands::online_at(&forgetful(), "one").await;
    for number in 0..KEPT {
        hands.sim.invite(from(number));
    }
    assert!(!hands.sim.is_available());
    assert_eq!(hands.ask(&hands.next).await.status, 404);
    assert_eq!(hands.sim.lock().hrefs.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_happens_does_not_pile_up_for_a_client_that_is_gone() {
    let hands = Hands::online().await;
    assert!(hands.sim.is_available());
    tokio::time::sleep(Duration::from_secs(20 * 60)).await;
    hands.sim.invite(of(Kind::Im));
    assert!(!hands.sim.is_available());
}

#[tokio::test(start_paused = true)]
async fn people_tokens_and_faults_are_kept_as_the_rest_is() {
    let mut hands = Hands::online_at(&forgetful(), "one").await;
    let mut first = None;
    for number in 0..2 * KEPT {
        let id = hands.sim.invite(from(number));
        let started = hands.told("started").await;
        first.get_or_insert_with(|| href(&started["_embedded"]["from"], "contact"));
        hands.sim.end(id, Ended::CallerGivesUp).unwrap();
        hands.told("completed").await;
    }
    assert_eq!(hands.ask(&first.unwrap()).await.status, 404);
    let mut tokens = Vec::new();
    for _ in 0..=KEPT {
        let given = hands.post("/WebTicket/oauthtoken", "grant_type=password&username=a&password=demo").await;
        tokens.push(document(&given)["access_token"].as_str().unwrap().to_owned());
    }
    let user = "/Autodiscover/AutodiscoverService.svc/root/oauth/user";
    for (token, status) in [(&tokens[0], 401), (&tokens[KEPT], 200)] {
        let hands = Hands { token: Some(token.clone()), ..hands.clone() };
        assert_eq!(hands.ask(user).await.status, status);
    }
    for number in 0..1_001 {
        let status = if number == 0 { 403 } else { 500 };
        hands
            .sim
            .fault(Fault::next(if number < 2 { "user" } else { "cancel" }, FaultKind::error(status, "")));
    }
    assert_eq!(hands.ask(user).await.status, 500, "the oldest fault is forgotten");
    assert_eq!(hands.ask(user).await.status, 200);
}
