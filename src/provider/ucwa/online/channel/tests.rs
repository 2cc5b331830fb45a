use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, advance};
use url::Url;

use super::*;
use crate::provider::exchange::{Delivery, TransportError};
use crate::provider::origin::UrlRefusal;
use crate::provider::ucwa::http::error_response::{ErrorResponse, Operation};
use crate::provider::ucwa::http::token::TokenError;
use crate::provider::ucwa::wire::events::Reason;

const TIMEOUT: Duration = Duration::from_secs(180);

fn url(ack: u32) -> Url {
    Url::parse(&format!("https://pool.example/ucwa/v1/applications/1/events?ack={ack}")).unwrap()
}

/// Returns the current time; the session's clock started with the test.
fn now(start: Instant) -> Now {
    Now { instant: Instant::now(), moment: Moment(start.elapsed()) }
}

fn refused(status: u16, code: &str, subcode: &str) -> RequestError {
    let status = StatusCode::from_u16(status).unwrap();
    let reason =
        Reason { code: code.to_owned().into(), subcode: subcode.to_owned().into(), ..Reason::default() };
    RequestError::Refused(ErrorResponse { status, reason, retry_after: None, operation: Operation::Read })
}

fn undecodable() -> RequestError {
    DecodeError("not JSON".into()).into()
}

fn too_large() -> RequestError {
    let delivery = Delivery::ResponseTooLarge;
    RequestError::Transport(TransportError { host: None, delivery, message: "too large".into() })
}

/// A channel, its start, and the poll in progress.
struct Polling {
    start: Instant,
    channel: EventChannel,
    request: InFlight,
}

impl Polling {
    /// Creates a channel whose first poll is with the server, and which is shown as online.
    fn first() -> Self {
        Self::first_of(Freshness::Unknown)
    }

    fn first_of(freshness: Freshness) -> Self {
        let (start, mut channel) = (Instant::now(), EventChannel::new(url(1), freshness));
        channel.go_online(Moment::default());
        let mut polling = Self { start, channel, request: InFlight::default() };
        polling.poll();
        polling
    }

    /// Sends the next poll and returns its address.
    fn poll(&mut self) -> Url {
        let (url, request) = self.channel.start_poll(TIMEOUT, now(self.start)).expect("the channel is ready");
        request.start();
        self.request = request;
        url
    }

    async fn batch(&mut self, after: Duration, continuation: Continuation) -> (Certainty, Transition) {
        self.respond(after).await;
        let now = now(self.start);
        let certainty = self.channel.certainty(Duration::from_millis(20), now.instant);
        (certainty, self.channel.on_batch(continuation, certainty, now))
    }

    async fn error(&mut self, error: RequestError) -> Transition {
        self.respond(Duration::from_millis(20)).await;
        self.channel.on_error(&error, now(self.start))
    }

    /// Fails the poll, reads the application and polls again.
    async fn error_then_poll(&mut self, error: RequestError) -> Transition {
        let transition = self.error(error).await;
        assert!(matches!(transition.step, Step::Probe(_)), "{transition:?}");
        assert_eq!(self.channel.on_application(&url(0)), Step::Poll);
        self.poll();
        transition
    }

    async fn respond(&mut self, after: Duration) {
        advance(after).await;
        self.request.complete();
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_poll_has_the_parameters_and_the_next_ones_are_sent_as_the_server_says() {
    let (start, mut channel) = (Instant::now(), EventChannel::new(url(1), Freshness::Unknown));
    assert!(channel.is_ready());
    let (first, request) = channel.start_poll(TIMEOUT, now(start)).unwrap();
    assert_eq!(first.query(), Some("ack=1&low=5&medium=5&timeout=180"));
    assert!(!channel.is_ready());
    assert!(channel.start_poll(TIMEOUT, now(start)).is_none(), "one poll at a time");
    let mut polling = Polling { start, channel, request };
    polling.request.start();
    let (_, transition) = polling.batch(Duration::from_secs(1), Continuation::Next(url(2))).await;
    assert_eq!(transition.step, Step::Poll);
    assert_eq!(polling.poll(), url(2));
    let (_, transition) = polling.batch(Duration::from_secs(1), Continuation::Resume(url(3))).await;
    assert_eq!(transition.step, Step::Poll);
    assert_eq!(
        polling.poll().query(),
        Some("ack=3&low=5&medium=5&timeout=180"),
        "the server has forgotten them"
    );
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_leads_nowhere_is_followed_by_a_probe() {
    for continuation in [Continuation::Next(url(1)), Continuation::None] {
        let mut polling = Polling::first();
        let (_, transition) = polling.batch(Duration::from_secs(1), continuation.clone()).await;
        assert!(matches!(transition.step, Step::Probe(delay) if delay > Duration::ZERO), "{continuation:?}");
        assert_eq!(polling.channel.on_application(&url(7)), Step::Poll);
        let expected =
            if continuation == Continuation::None { "ack=7&low=5&medium=5&timeout=180" } else { "ack=1" };
        assert_eq!(polling.poll().query(), Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn one_resync_polls_at_once_the_next_ones_after_a_delay_and_the_fifth_ends_the_session() {
    let mut polling = Polling::first();
    for number in 1..=5 {
        let (_, transition) =
            polling.batch(Duration::from_secs(1), Continuation::Resync(url(number + 1))).await;
        match number {
            1 => assert_eq!(transition.step, Step::Poll),
            2..5 => {
                assert!(matches!(transition.step, Step::Probe(_)), "{number}: {transition:?}");
                assert_eq!(polling.channel.on_application(&url(0)), Step::Poll);
            }
            _ => {
                assert!(matches!(transition.step, Step::End(SessionEnd::Unusable(_))), "{transition:?}");
                return;
            }
        }
        polling.poll();
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_response_polls_again_if_the_poll_was_held() {
    let mut polling = Polling::first();
    for held in [Duration::from_secs(180), DELIVERED_AFTER] {
        polling.respond(held).await;
        let transition = polling.channel.on_empty_response(now(polling.start));
        assert_eq!(transition.step, Step::Poll);
        polling.poll();
    }
    polling.respond(Duration::from_millis(20)).await;
    let transition = polling.channel.on_empty_response(now(polling.start));
    assert!(matches!(transition.step, Step::Probe(_)), "{transition:?}");
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_replaced_twice_within_a_minute_before_this_client_yields() {
    let replaced = || refused(409, "Conflict", "PGetReplaced");
    let mut polling = Polling::first();
    for _ in 0..2 {
        let transition = polling.error(replaced()).await;
        let Step::PollAt(at) = transition.step else { panic!("{transition:?}") };
        let delay = at.duration_since(Instant::now());
        assert!((Duration::from_millis(300)..Duration::from_secs(1)).contains(&delay), "{delay:?}");
        polling.poll();
    }
    let end = polling.error(replaced()).await.step;
    assert_eq!(end, Step::End(SessionEnd::Replaced));
    let mut polling = Polling::first();
    for _ in 0..6 {
        assert!(matches!(polling.error(replaced()).await.step, Step::PollAt(_)));
        polling.poll();
        advance(Duration::from_secs(31)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_session_only_if_it_says_so() {
    let cases = [
        (refused(404, "NotFound", "ApplicationNotFound"), Some("Forgotten")),
        (refused(410, "Gone", ""), Some("Stopped")),
        (refused(409, "Conflict", "TooManyApplications"), Some("Stopped")),
        (RequestError::Token(TokenError::PasswordRefused), Some("Stopped")),
        (RequestError::Forbidden(UrlRefusal::InvalidUrl), Some("Stopped")),
        (RequestError::UnexpectedServer(404), None),
        (refused(404, "", ""), None),
        (refused(503, "", ""), None),
        (RequestError::Transport(TransportError::uncertain("reset")), None),
    ];
    for (error, expected) in cases {
        let transition = Polling::first().error(error.clone()).await;
        match (transition.step, expected) {
            (Step::End(SessionEnd::Forgotten), Some("Forgotten"))
            | (Step::End(SessionEnd::Stopped(_)), Some("Stopped"))
            | (Step::Probe(_), None) => {}
            (step, _) => panic!("{error:?}: {step:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_third_misdirected_poll_in_a_row_leads_to_discovery() {
    let mut polling = Polling::first();
    polling.error_then_poll(RequestError::UnexpectedServer(403)).await;
    polling.error_then_poll(refused(404, "", "")).await;
    let (_, transition) = polling.batch(Duration::from_secs(1), Continuation::Next(url(2))).await;
    assert_eq!(transition.step, Step::Poll, "what went wrong before is forgotten");
    polling.poll();
    polling.error_then_poll(RequestError::UnexpectedServer(502)).await;
    polling.error_then_poll(RequestError::UnexpectedServer(502)).await;
    let transition = polling.error(RequestError::UnexpectedServer(502)).await;
    assert!(matches!(transition.step, Step::End(SessionEnd::Moved(_))), "{transition:?}");
}

#[tokio::test(start_paused = true)]
async fn undecodable_responses_start_the_channel_over_and_then_the_session() {
    let mut polling = Polling::first();
    for number in 1..6 {
        let error = if number % 2 == 0 { too_large() } else { undecodable() };
        let transition = polling.error_then_poll(error).await;
        let notices = transition.events.iter().filter(|event| matches!(event, Event::Notice(_))).count();
        assert_eq!(notices, usize::from(number == 3), "{number}");
        let State::Polling { target, .. } = &polling.channel.state else { panic!() };
        assert_eq!(target.url, url(u32::from(number < 3)), "{number}");
    }
    let transition = polling.error(undecodable()).await;
    assert!(matches!(transition.step, Step::End(SessionEnd::Unusable(_))), "{transition:?}");
}

#[tokio::test(start_paused = true)]
async fn an_account_is_online_again_once_a_poll_was_held_or_answered() {
    let mut polling = Polling::first();
    let transition = polling.error_then_poll(refused(503, "", "")).await;
    assert!(
        matches!(transition.events.as_slice(), [Event::Status(Status::Retrying { .. })]),
        "{transition:?}"
    );
    let at = polling.channel.confirm_at().expect("the poll may be held");
    assert_eq!(polling.channel.confirm(now(polling.start)), None, "too early");
    advance(at.duration_since(Instant::now())).await;
    let event = polling.channel.confirm(now(polling.start));
    assert!(matches!(event, Some(Event::Status(Status::Online { .. }))), "{event:?}");
    assert_eq!(polling.channel.confirm_at(), None);
    polling.error_then_poll(refused(503, "", "")).await;
    let (_, transition) = polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
    assert!(matches!(transition.events.as_slice(), [Event::Status(Status::Online { .. })]), "{transition:?}");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_still_to_be_sent_shows_nothing_as_online() {
    let mut polling = Polling::first();
    polling.error(refused(503, "", "")).await;
    polling.channel.on_application(&url(0));
    let (_, request) = polling.channel.start_poll(TIMEOUT, now(polling.start)).unwrap();
    advance(HELD_AFTER).await;
    assert_eq!(polling.channel.confirm(now(polling.start)), None, "it waits for its turn");
    request.start();
    advance(HELD_AFTER / 2).await;
    assert_eq!(polling.channel.confirm(now(polling.start)), None, "it has only just been sent");
    assert_eq!(polling.channel.confirm_at(), Some(Instant::now() + HELD_AFTER / 2));
    advance(HELD_AFTER / 2).await;
    assert!(polling.channel.confirm(now(polling.start)).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_doubted_application_is_probed_at_once_and_the_abandoned_poll_tells_nothing() {
    let mut polling = Polling::first();
    advance(Duration::from_secs(60)).await;
    assert!(polling.channel.known_up_to(now(polling.start)) > Moment::default());
    assert_eq!(polling.channel.verify_application(), Step::Probe(Duration::ZERO));
    assert_eq!(polling.channel.known_up_to(now(polling.start)), Moment::default());
    assert_eq!(polling.channel.on_application(&url(0)), Step::Poll);
    assert_eq!(polling.poll().query(), Some("ack=1&low=5&medium=5&timeout=180"));
}

#[tokio::test(start_paused = true)]
async fn dead_connections_repeat_the_poll_or_without_an_address_the_probe() {
    let mut polling = Polling::first();
    assert_eq!(polling.channel.abandon_request(), Step::Poll);
    polling.poll();
    polling.batch(Duration::from_secs(1), Continuation::None).await;
    assert!(matches!(polling.channel.abandon_request(), Step::Probe(_)));
}

#[tokio::test(start_paused = true)]
async fn events_are_news_if_the_poll_was_held_or_followed_a_current_response() {
    let mut polling = Polling::first();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
    assert_eq!(certainty, Certainty::AtMost, "they may have waited since before signing in");
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(3))).await;
    assert_eq!(certainty, Certainty::AtMost, "the first response may have been repeated");
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(4))).await;
    assert_eq!(certainty, Certainty::Exact, "the poll followed at once");
    advance(Duration::from_secs(10)).await;
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(5))).await;
    assert_eq!(certainty, Certainty::AtMost, "the program was slow to poll again");
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_secs(5), Continuation::Next(url(6))).await;
    assert_eq!(certainty, Certainty::Exact, "the poll was held");
}

#[tokio::test(start_paused = true)]
async fn what_follows_the_first_response_of_a_new_channel_is_news() {
    let mut polling = Polling::first_of(Freshness::NewChannel);
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
    assert_eq!(certainty, Certainty::AtMost, "the call may have been ringing when the user signed in");
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(3))).await;
    assert_eq!(certainty, Certainty::Exact, "nothing from before can be repeated");
}

#[tokio::test(start_paused = true)]
async fn events_are_known_up_to_the_first_poll_of_the_latest_address() {
    let mut polling = Polling::first();
    advance(Duration::from_millis(100)).await;
    polling.error_then_poll(refused(503, "", "")).await;
    polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
    assert_eq!(
        polling.channel.known_up_to(now(polling.start)),
        Moment::default(),
        "it was polled at the start"
    );
    let polled_at = now(polling.start).moment;
    polling.poll();
    polling.batch(Duration::from_millis(20), Continuation::Next(url(3))).await;
    assert_eq!(polling.channel.known_up_to(now(polling.start)), polled_at);
    polling.poll();
    assert_eq!(polling.channel.known_up_to(now(polling.start)), polled_at, "an event may be on its way");
    advance(Duration::from_secs(30)).await;
    let moment = now(polling.start).moment;
    assert_eq!(
        polling.channel.known_up_to(now(polling.start)),
        Moment(moment.0.saturating_sub(DELIVERED_AFTER))
    );
}

#[tokio::test(start_paused = true)]
async fn what_follows_a_batch_with_its_own_address_may_be_repeated_even_on_a_new_channel() {
    let mut polling = Polling::first_of(Freshness::NewChannel);
    let (_, transition) = polling.batch(Duration::from_millis(20), Continuation::Next(url(1))).await;
    assert!(matches!(transition.step, Step::Probe(_)), "{transition:?}");
    polling.channel.on_application(&url(0));
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
    assert_eq!(certainty, Certainty::AtMost, "it is the same batch once more");
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(3))).await;
    assert_eq!(certainty, Certainty::AtMost, "the response before may have been repeated");
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(4))).await;
    assert_eq!(certainty, Certainty::Exact);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_certainly_new_after_a_resync_a_replacement_or_an_error() {
    for disturbance in ["resync", "replaced", "error"] {
        let mut polling = Polling::first_of(Freshness::NewChannel);
        polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
        polling.poll();
        match disturbance {
            "resync" => {
                polling.batch(Duration::from_millis(20), Continuation::Resync(url(3))).await;
                polling.poll();
            }
            "replaced" => {
                polling.error(refused(409, "Conflict", "PGetReplaced")).await;
                polling.poll();
            }
            _ => drop(polling.error_then_poll(refused(503, "", "")).await),
        }
        let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(4))).await;
        assert_eq!(certainty, Certainty::AtMost, "{disturbance}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_follows_an_empty_response_at_once_is_news() {
    let mut polling = Polling::first();
    polling.respond(Duration::from_secs(180)).await;
    polling.channel.on_empty_response(now(polling.start));
    polling.poll();
    let (certainty, _) = polling.batch(Duration::from_millis(20), Continuation::Next(url(2))).await;
    assert_eq!(certainty, Certainty::Exact);
}
