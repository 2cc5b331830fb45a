//! The record of what a client has shown, received and sent.

use rsvp::invitation::Moment;
use rsvp::provider::ucwa::Wire;
use rsvp::provider::{Event, Status};

use super::{TestClient, wire};

impl TestClient {
    /// Returns the time of the client.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns every event of the provider, and when it was received.
    pub fn timed_events(&self) -> impl Iterator<Item = (Moment, &Event)> {
        let start = self.clock.instant(Moment::default());
        self.events.iter().map(move |(at, event)| (Moment(at.duration_since(start)), event))
    }

    /// Returns every event of the provider.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().map(|(_, event)| event)
    }

    /// Returns every status of the connection, and when it was received.
    pub fn timed_statuses(&self) -> impl Iterator<Item = (tokio::time::Instant, &Status)> {
        self.events.iter().filter_map(|(at, event)| match event {
            Event::Status(status) => Some((*at, status)),
            _ => None,
        })
    }

    /// Converts a time of the client to one of the test.
    pub fn instant(&self, moment: Moment) -> tokio::time::Instant {
        self.clock.instant(moment)
    }

    pub fn status(&self) -> &Status {
        &self.state.accounts[0].status
    }

    pub fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// Returns whether a notice to the user contained these words.
    pub fn was_notified(&self, words: &str) -> bool {
        self.notices.iter().any(|notice| notice.contains(words))
    }

    /// Returns the number of requests whose target contains `what`.
    pub fn count(&self, what: &str) -> usize {
        self.sim.record().iter().filter(|request| request.target.contains(what)).count()
    }

    /// Returns the requests that were posted to links of invitations and conversations: the target and the
    /// body.
    pub fn posts(&self) -> Vec<String> {
        self.sim
            .record()
            .into_iter()
            .filter(|request| request.method == "POST" && request.target.contains("/communication/"))
            .map(|request| format!("{} {}", request.target, request.body))
            .collect()
    }

    /// Returns whether the POST of that number went to such a target and has these words in its body.
    pub fn posted(&self, number: usize, target: &str, words: &[&str]) -> bool {
        let posts = self.posts();
        let (to, body) = posts[number].split_once(' ').unwrap();
        to.contains(target) && words.iter().all(|word| body.contains(&word_in(word)))
    }

    /// Returns the requests and the events in the order of time.
    pub fn transcript(&self) -> String {
        let requests = self.sim.record();
        let requests = requests.iter().map(|request| (request.at, request.to_string()));
        let events = self.events.iter().map(|(at, event)| (*at, format!("    {event:?}")));
        let mut transcript: Vec<(tokio::time::Instant, String)> = requests.chain(events).collect();
        transcript.sort_by_key(|(at, _)| *at);
        let start = self.clock.instant(Moment::default());
        let line = |(at, line): (tokio::time::Instant, String)| {
            format!("{:>10.3} {line}\n", at.duration_since(start).as_secs_f64())
        };
        transcript.into_iter().map(line).collect()
    }
}

/// Prints the transcript of a test that fails.
impl Drop for TestClient {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.transcript());
        }
    }
}

/// Returns a word as it stands in a body: in quotes or between tags.
fn word_in(word: &str) -> String {
    match wire() {
        Wire::Json => format!("\"{word}\""),
        Wire::Xml => word.to_owned(),
    }
}
