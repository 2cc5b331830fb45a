use super::*;

fn person(number: usize) -> Fetch {
    Fetch::Person(format!("/people/{number}").into())
}

fn invitation(name: &str) -> Fetch {
    Fetch::Invitation(name.into())
}

fn next(fetches: &mut FetchQueue, now: Instant) -> Option<Fetch> {
    fetches.pop(now).map(|sent| sent.fetch)
}

#[test]
fn what_rings_goes_before_a_thousand_people_and_slow_people_do_not_hold_it_up() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    for number in 0..1_000 {
        fetches.enqueue(person(number), now);
    }
    while fetches.pop(now).is_some() {}
    assert_eq!(fetches.next_at(now), None, "as many people as may be are being fetched");
    fetches.enqueue(invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
}

#[test]
fn nothing_is_fetched_while_it_is_being_fetched() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    fetches.enqueue(invitation("/1"), now);
    fetches.enqueue(invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    fetches.enqueue(invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), None);
    fetches.complete(&invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), None);
    fetches.enqueue(invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
}

#[test]
fn what_has_to_be_read_anew_is_fetched_again_after_the_answer_on_its_way() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    fetches.enqueue(invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    fetches.enqueue_fresh(invitation("/1"), now);
    fetches.complete(&invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    fetches.complete(&invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), None);
}

#[test]
fn what_somebody_waits_for_is_fetched_first_but_not_before_its_time() {
    let now = Instant::now();
    let at = now + Duration::from_secs(1);
    let mut fetches = FetchQueue::default();
    for name in ["/1", "/2", "/3"] {
        fetches.enqueue(invitation(name), now);
    }
    fetches.enqueue_first(&invitation("/3"), now, now);
    fetches.enqueue_first(&invitation("/2"), at, now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/3")));
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    assert_eq!(next(&mut fetches, now), None);
    assert_eq!(fetches.next_at(now), Some(at));
    fetches.enqueue(invitation("/4"), now);
    assert_eq!(next(&mut fetches, at), Some(invitation("/2")));
}

#[test]
fn a_fetch_that_fails_is_tried_five_times_with_growing_pauses() {
    let mut now = Instant::now();
    let mut fetches = FetchQueue::default();
    fetches.enqueue(invitation("/1"), now);
    for pause in [500, 1_000, 2_000, 4_000] {
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
        assert_eq!(fetches.retry(&invitation("/1"), now), Retry::Later);
        assert_eq!(fetches.next_at(now), Some(now + Duration::from_millis(pause)));
        now += Duration::from_millis(pause);
    }
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    assert_eq!(fetches.retry(&invitation("/1"), now), Retry::Never);
    assert_eq!(fetches.next_at(now), None);
}

#[test]
fn a_flood_of_people_takes_no_more_room_than_there_is() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    for number in 0..10 * MAX_PEOPLE {
        fetches.enqueue(person(number), now);
    }
    assert_eq!(fetches.states.len(), MAX_PEOPLE);
    fetches.enqueue(invitation("/1"), now);
    assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
}

#[test]
fn dead_connections_hold_nothing_up() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    for number in 0..8 {
        fetches.enqueue(person(number), now);
    }
    let dead: Vec<SentFetch> = std::iter::from_fn(|| fetches.pop(now)).collect();
    assert_eq!(dead.len(), 8);
    fetches.restart(now);
    assert!(!fetches.is_current(&dead[0]));
    let alive: Vec<SentFetch> = std::iter::from_fn(|| fetches.pop(now)).collect();
    assert_eq!(alive.len(), 8);
    assert!(fetches.is_current(&alive[0]));
}

#[test]
fn what_is_only_shown_in_the_details_is_fetched_apart_from_the_rest_and_a_few_at_once() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    for number in 0..10 {
        assert!(number > 0 || fetches.wants_details());
        fetches.enqueue(Fetch::Contact(format!("/contacts/{number}").into()), now);
    }
    assert!(!fetches.wants_details(), "there is enough to send");
    assert_eq!((fetches.next_at(now), next(&mut fetches, now)), (None, None));
    assert_eq!(fetches.next_details_at(now), Some(now));
    let sent: Vec<SentFetch> = std::iter::from_fn(|| fetches.pop_details(now)).collect();
    assert_eq!(sent.len(), 4);
    assert_eq!(fetches.next_details_at(now), None);
    fetches.complete(&sent[0].fetch, now);
    assert!(fetches.pop_details(now).is_some());
}

#[test]
fn no_more_details_are_taken_while_as_many_as_may_be_are_in_progress() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    let mut sent = Vec::new();
    while fetches.wants_details() {
        fetches.enqueue(Fetch::Contact(format!("/contacts/{}", sent.len()).into()), now);
        sent.extend(fetches.pop_details(now));
    }
    assert_eq!(sent.len(), 4, "whoever the user looks at next is not behind them");
    fetches.complete(&sent[0].fetch, now);
    assert!(fetches.wants_details());
}

#[test]
fn what_becomes_due_is_fetched_in_the_order_of_its_times_and_of_queueing_before_what_was_due() {
    let now = Instant::now();
    let mut fetches = FetchQueue::default();
    fetches.enqueue(invitation("/4"), now);
    for (name, seconds) in [("/2", 2), ("/3", 2), ("/1", 1)] {
        fetches.enqueue_first(&invitation(name), now + Duration::from_secs(seconds), now);
    }
    let later = now + Duration::from_secs(3);
    let order: Vec<Fetch> = std::iter::from_fn(|| next(&mut fetches, later)).collect();
    assert_eq!(order, ["/1", "/2", "/3", "/4"].map(invitation));
}
