//! The event channel: each event once, whatever becomes of the answers.

use std::future::IntoFuture;

use super::*;

/// A poll that has reached the server and is held there.
async fn held(hands: &Hands) -> tokio::task::JoinHandle<Response> {
    let (copy, before) = (hands.clone(), hands.sim.record().len());
    let poll = tokio::spawn(async move { copy.ask(&copy.next).await });
    hands.sim.until(|sim| sim.record().len() > before).await;
    poll
}

fn polls(sim: &Simulator) -> usize {
    sim.record().iter().filter(|recorded| recorded.target.contains("/events")).count()
}

fn told(events: &[Value]) -> usize {
    events.iter().filter(|event| is_invitation(event)).count()
}

#[tokio::test(start_paused = true)]
async fn a_repeated_poll_is_answered_that_it_was_replaced_and_the_next_one_goes_on() {
    let mut hands = Hands::online().await;
    let poll = held(&hands).await;
    hands.sim.repeat_poll();
    let replaced = poll.into_future().await.unwrap();
    assert_eq!(replaced.status, 409);
    assert_eq!(document(&replaced)["subcode"], "PGetReplaced");
    // The copy is still held: the client's next poll takes its place, and gets what there is to tell.
    let copy = held(&hands).await;
    hands.sim.until(|sim| sim.record().iter().filter(|it| it.status == 409).count() == 2).await;
    hands.sim.invite(of(Kind::Im));
    let batch = document(&copy.into_future().await.unwrap());
    assert_eq!(told(&events(&batch)), 1);
    hands.next = href(&batch, "next");
    hands.sim.interrupt_polls();
    assert_eq!(told(&hands.poll().await), 0, "each event once");
    assert_eq!(polls(&hands.sim), 4);
    assert_eq!(hands.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_was_told_to_a_copy_that_was_thrown_away_is_told_again() {
    let mut hands = Hands::online().await;
    let poll = held(&hands).await;
    hands.sim.repeat_poll();
    assert_eq!(poll.into_future().await.unwrap().status, 409);
    hands.sim.until(|sim| polls(sim) == 2).await;
    hands.sim.invite(of(Kind::Im));
    hands.sim.until(|sim| sim.record().iter().all(|it| it.status != 0)).await;
    // The copy had it, and nobody read that.
    let before = hands.next.clone();
    assert_eq!(told(&hands.poll().await), 1);
    assert_ne!(hands.next, before);
    hands.sim.interrupt_polls();
    assert_eq!(told(&hands.poll().await), 0, "each event once");
    assert_eq!(hands.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_resume_that_was_told_to_a_copy_is_told_again() {
    let hands = Hands::online().await;
    let poll = held(&hands).await;
    hands.sim.repeat_poll();
    assert_eq!(poll.into_future().await.unwrap().status, 409);
    hands.sim.until(|sim| polls(sim) == 2).await;
    hands.sim.force_resume();
    hands.sim.until(|sim| sim.record().iter().all(|it| it.status != 0)).await;
    let batch = hands.get(&hands.next).await;
    assert_eq!(batch["_links"]["next"], Value::Null);
    assert!(href(&batch, "resume").ends_with("ack=2"));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_not_there_yet_is_repeated_when_it_comes() {
    let mut hands = Hands::online().await;
    hands.sim.repeat_poll();
    assert_eq!(hands.ask(&hands.next).await.status, 409);
    // With something to tell, the first copy is answered at once, and the second one changes nothing.
    console::obey(&hands.sim, "fault { of = 'events', kind = 'repeated' }").unwrap();
    hands.sim.invite(of(Kind::Im));
    assert_eq!(told(&hands.poll().await), 1);
    hands.sim.interrupt_polls();
    assert_eq!(told(&hands.poll().await), 0);
    assert_eq!(hands.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_an_invitation_that_arrives_twice_is_carried_out_once() {
    let mut hands = Hands::online().await;
    hands.sim.invite(of(Kind::Im));
    let decline = href(&hands.told("started").await, "decline");
    hands.sim.fault(Fault::next("decline", FaultKind::Repeated));
    assert_eq!(hands.post(&decline, "").await.status, 204);
    hands.sim.until(|sim| sim.record().iter().filter(|it| it.method == "POST").count() == 4).await;
    assert_eq!(hands.sim.record().last().unwrap().status, 404);
    assert_eq!(hands.sim.endings().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn events_that_an_empty_answer_swallowed_come_with_the_same_acknowledgement() {
    let mut hands = Hands::online().await;
    hands.sim.invite(of(Kind::Im));
    hands.sim.fault(Fault::next("events", FaultKind::Empty));
    // Nothing at all, and nothing that was even looked at.
    hands.sim.fault(Fault::next("events", FaultKind::error(200, "")));
    for _ in 0..2 {
        let empty = hands.ask(&hands.next).await;
        assert_eq!((empty.status.as_u16(), empty.body.len()), (200, 0));
        assert_eq!(empty.headers.get(CONTENT_TYPE), None);
    }
    let before = hands.next.clone();
    assert_eq!(told(&hands.poll().await), 1);
    assert!(before.ends_with("ack=1") && hands.next.ends_with("ack=2"), "{before} {}", hands.next);
    hands.sim.interrupt_polls();
    assert_eq!(told(&hands.poll().await), 0, "each event once");
    assert_eq!(hands.sim.complaints(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_of_what_was_never_sent_is_wrong() {
    let hands = Hands::online().await;
    let batch = hands.get(&hands.next.replace("ack=1", "ack=0")).await;
    assert!(href(&batch, "resync").ends_with("ack=1"));
    assert_eq!(hands.sim.complaints().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_invitation_alone_can_be_refused_again_and_again() {
    let mut hands = Hands::online().await;
    let refused = hands.sim.invite(Invite { linked: true, ..of(Kind::Phone) });
    let other = hands.sim.invite(Invite { linked: true, ..of(Kind::Phone) });
    let links: Vec<String> = hands
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
        hands.sim.fault(Fault::next(&of, FaultKind::error(status, subcode)).times(u32::MAX));
        for _ in 0..3 {
            let answer = hands.ask(&links[0]).await;
            assert_eq!(answer.status, status);
            assert_eq!(document(&answer)["subcode"].as_str().unwrap_or_default(), subcode);
            assert_eq!(hands.ask(&links[1]).await.status, 200);
        }
        hands.sim.heal();
        assert_eq!(hands.ask(&links[0]).await.status, 200);
    }
    let decline = href(&hands.get(&links[1]).await, "decline");
    let line = format!("fault {{ of = 'decline {other}', kind = {{ answer = {{ status = 409 }} }} }}");
    console::obey(&hands.sim, &line).unwrap();
    assert_eq!(hands.post(&decline, "").await.status, 409);
}
