//! Tests of the event channel: every event is delivered once, even if responses are lost.

use std::future::IntoFuture;

use crate::sim::ucwa::tests::*;

/// Sends a poll and waits until the server holds it.
async fn held(client: &TestClient) -> tokio::task::JoinHandle<Response> {
    let (copy, before) = (client.clone(), client.sim.record().len());
    let poll = tokio::spawn(async move { copy.get_response(&copy.next).await });
    client.sim.until(|sim| sim.record().len() > before).await;
    poll
}

fn polls(sim: &Simulator) -> usize {
    sim.record().iter().filter(|recorded| recorded.target.contains("/events")).count()
}

fn started_invitations(events: &[Value]) -> usize {
    events.iter().filter(|event| is_invitation(event) && event["type"] == "started").count()
}

#[tokio::test(start_paused = true)]
async fn a_repeated_poll_is_answered_that_it_was_replaced_and_the_next_one_goes_on() {
    let mut client = TestClient::online().await;
    let poll = held(&client).await;
    client.sim.repeat_poll();
    let replaced = poll.into_future().await.unwrap();
    assert_eq!(replaced.status, 409);
    assert_eq!(document(&replaced)["subcode"], "PGetReplaced");
    // The copy is still held: the client's next poll replaces it and gets the events.
    let copy = held(&client).await;
    client.sim.until(|sim| sim.record().iter().filter(|it| it.status == 409).count() == 2).await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let batch = document(&copy.into_future().await.unwrap());
    assert_eq!(started_invitations(&events(&batch)), 1);
    client.next = href(&batch, "next");
    client.sim.ucwa.interrupt_polls();
    assert_eq!(started_invitations(&client.poll().await), 0, "each event once");
    assert_eq!(polls(&client.sim), 4);
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_was_told_to_a_copy_that_was_thrown_away_is_told_again() {
    let mut client = TestClient::online().await;
    let poll = held(&client).await;
    client.sim.repeat_poll();
    assert_eq!(poll.into_future().await.unwrap().status, 409);
    client.sim.until(|sim| polls(sim) == 2).await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    client.sim.until(|sim| sim.record().iter().all(|it| it.status != 0)).await;
    // The response to the copy had the event, but was discarded.
    let before = client.next.clone();
    assert_eq!(started_invitations(&client.poll().await), 1);
    assert_ne!(client.next, before);
    client.sim.ucwa.interrupt_polls();
    assert_eq!(started_invitations(&client.poll().await), 0, "each event once");
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_resume_that_was_told_to_a_copy_is_told_again() {
    let client = TestClient::online().await;
    let poll = held(&client).await;
    client.sim.repeat_poll();
    assert_eq!(poll.into_future().await.unwrap().status, 409);
    client.sim.until(|sim| polls(sim) == 2).await;
    client.sim.ucwa.force_resume();
    client.sim.until(|sim| sim.record().iter().all(|it| it.status != 0)).await;
    let batch = client.get(&client.next).await;
    assert_eq!(batch["_links"]["next"], Value::Null);
    assert!(href(&batch, "resume").ends_with("ack=2"));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_not_there_yet_is_repeated_when_it_comes() {
    let mut client = TestClient::online().await;
    client.sim.repeat_poll();
    assert_eq!(client.get_response(&client.next).await.status, 409);
    // With an event in the queue, the first copy is answered at once, and the second one changes nothing.
    console::execute(&client.sim, "fault { of = 'events', kind = 'repeated' }").unwrap();
    client.sim.ucwa.invite(of(InviteKind::Im));
    assert_eq!(started_invitations(&client.poll().await), 1);
    client.sim.ucwa.interrupt_polls();
    assert_eq!(started_invitations(&client.poll().await), 0);
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_an_invitation_that_arrives_twice_is_carried_out_once() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    let decline = href(&client.next_invitation("started").await, "decline");
    client.sim.fault(Fault::next("decline", FaultKind::Repeated));
    assert_eq!(client.post(&decline, "").await.status, 204);
    client.sim.until(|sim| sim.record().iter().filter(|it| it.method == "POST").count() == 4).await;
    assert_eq!(client.sim.record().last().unwrap().status, 404);
    assert_eq!(client.sim.ucwa.ended().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn events_that_an_empty_answer_swallowed_come_with_the_same_acknowledgement() {
    let mut client = TestClient::online().await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    client.sim.fault(Fault::next("events", FaultKind::Empty));
    // One response loses its body; the other request never reaches the channel.
    client.sim.fault(Fault::next("events", FaultKind::error(200, "")));
    for _ in 0..2 {
        let empty = client.get_response(&client.next).await;
        assert_eq!((empty.status.as_u16(), empty.body.len()), (200, 0));
        assert_eq!(empty.headers.get(CONTENT_TYPE), None);
    }
    let before = client.next.clone();
    assert_eq!(started_invitations(&client.poll().await), 1);
    assert!(before.ends_with("ack=1") && client.next.ends_with("ack=2"), "{before} {}", client.next);
    client.sim.ucwa.interrupt_polls();
    assert_eq!(started_invitations(&client.poll().await), 0, "each event once");
    assert_eq!(client.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_of_what_was_never_sent_is_wrong() {
    let client = TestClient::online().await;
    let batch = client.get(&client.next.replace("ack=1", "ack=0")).await;
    assert!(href(&batch, "resync").ends_with("ack=1"));
    assert_eq!(client.sim.complaints().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_invitation_alone_can_be_refused_again_and_again() {
    let mut client = TestClient::online().await;
    let refused = client.sim.ucwa.invite(Invite { linked: true, ..of(InviteKind::Phone) });
    let other = client.sim.ucwa.invite(Invite { linked: true, ..of(InviteKind::Phone) });
    let links: Vec<String> = client
        .poll()
        .await
        .iter()
        .filter(|event| is_invitation(event))
        .map(|event| event["link"]["href"].as_str().unwrap().to_owned())
        .collect();
    for (status, subcode) in [
        (400, "ParameterValidationFailure"),
        (403, ""),
        (409, "AlreadyExists"),
        (410, "CannotRedirect"),
        (500, "InvalidExchangeServerVersion"),
    ] {
        let of = format!("invitation {refused}");
        client.sim.fault(Fault::next(&of, FaultKind::error(status, subcode)).times(u32::MAX));
        for _ in 0..3 {
            let answer = client.get_response(&links[0]).await;
            assert_eq!(answer.status, status);
            assert_eq!(document(&answer)["subcode"].as_str().unwrap_or_default(), subcode);
            assert_eq!(client.get_response(&links[1]).await.status, 200);
        }
        client.sim.heal();
        assert_eq!(client.get_response(&links[0]).await.status, 200);
    }
    let decline = href(&client.get(&links[1]).await, "decline");
    let line = format!("fault {{ of = 'decline {other}', kind = {{ answer = {{ status = 409 }} }} }}");
    console::execute(&client.sim, &line).unwrap();
    assert_eq!(client.post(&decline, "").await.status, 409);
}

#[tokio::test(start_paused = true)]
async fn of_polls_with_the_same_acknowledgement_the_one_with_the_higher_priority_wins() {
    let client = TestClient::online().await;
    let with_priority =
        |priority: u32| TestClient { next: format!("{}&priority={priority}", client.next), ..client.clone() };
    let late = held(&with_priority(2)).await;
    let early = held(&with_priority(1)).await;
    assert_eq!(early.await.unwrap().status, 409, "it arrived late, but was sent first");
    let latest = held(&with_priority(2)).await;
    assert_eq!(late.await.unwrap().status, 409, "the later one of the same priority wins");
    client.sim.ucwa.invite(of(InviteKind::Im));
    assert_eq!(started_invitations(&events(&document(&latest.await.unwrap()))), 1);
    // A poll whose client has gone outranks nothing.
    let gone = TestClient {
        next: format!("{}&priority=9", client.next.replace("ack=1", "ack=2")),
        ..client.clone()
    };
    held(&gone).await.abort();
    tokio::task::yield_now().await;
    let next = TestClient { next: client.next.replace("ack=1", "ack=2"), ..client.clone() };
    let poll = held(&next).await;
    client.sim.ucwa.invite(of(InviteKind::Im));
    assert_eq!(started_invitations(&events(&document(&poll.await.unwrap()))), 1);
}
