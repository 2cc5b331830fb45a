//! The search for people: which text is searched for when, and whose presence is requested. Pure: it leaves the
//! requests to [`super::people_search_requests`].

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::provider::Ticket;

/// The pause after the latest command before its text is searched for: somebody who types on replaces it.
const PAUSE: Duration = Duration::from_millis(300);

/// The maximum number of requests for presence in progress.
const MAX_PRESENCE_REQUESTS: usize = 4;

/// The latest search and the request that it waits for. At most one search is in progress.
#[derive(Debug, Default)]
pub(super) struct PeopleSearch {
    /// The latest search, while its answer is wanted.
    latest: Option<Ticket>,
    /// The latest search, while it is not sent.
    unsent: Option<Unsent>,
    is_sent: bool,
    /// The indices and the hrefs of the presence to request, of people whom the latest search has found.
    presence: VecDeque<(usize, String)>,
    presence_requests: usize,
}

#[derive(Debug)]
struct Unsent {
    ticket: Ticket,
    text: String,
    at: Instant,
}

impl PeopleSearch {
    /// Begins a search, which replaces the latest one.
    pub fn begin(&mut self, ticket: Ticket, text: String, now: Instant) {
        self.end();
        self.latest = Some(ticket);
        self.unsent = Some(Unsent { ticket, text, at: now + PAUSE });
    }

    /// Ends the search, whose answer is no longer wanted.
    pub fn end(&mut self) {
        self.latest = None;
        self.unsent = None;
        self.presence.clear();
    }

    /// Ends the search because the session ends. Returns it if its answer is outstanding.
    pub fn abandon(&mut self) -> Option<Ticket> {
        let outstanding = self.latest.filter(|_| self.unsent.is_some() || self.is_sent);
        self.end();
        outstanding
    }

    /// Returns when the latest search is to be sent, if that depends on the time alone.
    pub fn next_at(&self) -> Option<Instant> {
        self.unsent.as_ref().filter(|_| !self.is_sent).map(|unsent| unsent.at)
    }

    /// Returns the search to send now, which is then in progress.
    pub fn take_due(&mut self, now: Instant) -> Option<(Ticket, String)> {
        self.next_at().filter(|at| *at <= now)?;
        let Unsent { ticket, text, .. } = self.unsent.take()?;
        self.is_sent = true;
        Some((ticket, text))
    }

    /// Notes that the search in progress was answered. Returns whether the answer is wanted.
    pub fn complete(&mut self, ticket: Ticket) -> bool {
        self.is_sent = false;
        self.latest == Some(ticket)
    }

    /// Adds the presence of people to request, with their indices among those who were found.
    pub fn add_presence(&mut self, hrefs: impl Iterator<Item = (usize, String)>) {
        self.presence.extend(hrefs);
    }

    /// Returns whether a presence can be requested now.
    pub fn has_presence_to_request(&self) -> bool {
        !self.presence.is_empty() && self.presence_requests < MAX_PRESENCE_REQUESTS
    }

    /// Returns the next presence to request, which is then in progress: the search, the index and the href.
    pub fn take_presence(&mut self) -> Option<(Ticket, usize, String)> {
        let ticket = self.latest.filter(|_| self.has_presence_to_request())?;
        let (index, href) = self.presence.pop_front()?;
        self.presence_requests += 1;
        Some((ticket, index, href))
    }

    /// Notes that a request for presence was answered. Returns whether the answer is wanted.
    pub fn complete_presence(&mut self, ticket: Ticket) -> bool {
        self.presence_requests = self.presence_requests.saturating_sub(1);
        self.latest == Some(ticket)
    }

    /// Requests no more presence: the server does not tell it.
    pub fn drop_presence(&mut self) {
        self.presence.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(search: &mut PeopleSearch, number: u64, text: &str, now: Instant) {
        search.begin(Ticket(number), text.into(), now);
    }

    #[test]
    fn only_the_latest_text_is_searched_for_after_a_pause_and_one_search_at_a_time() {
        let (mut search, start) = (PeopleSearch::default(), Instant::now());
        begin(&mut search, 1, "d", start);
        begin(&mut search, 2, "da", start + PAUSE / 2);
        assert_eq!(search.take_due(start + PAUSE), None, "somebody types on");
        assert_eq!(search.take_due(start + PAUSE * 2), Some((Ticket(2), "da".into())));
        begin(&mut search, 3, "dan", start + PAUSE * 2);
        assert_eq!(search.next_at(), None, "the other one is in progress");
        assert_eq!(search.take_due(start + PAUSE * 9), None);
        assert!(!search.complete(Ticket(2)), "it is not the latest");
        assert_eq!(search.take_due(start + PAUSE * 9), Some((Ticket(3), "dan".into())));
        assert!(search.complete(Ticket(3)));
        assert_eq!(search.abandon(), None, "nothing is outstanding");
    }

    #[test]
    fn a_search_that_was_ended_sends_nothing_and_its_answer_is_not_wanted() {
        let (mut search, start) = (PeopleSearch::default(), Instant::now());
        begin(&mut search, 1, "d", start);
        search.end();
        assert_eq!(search.take_due(start + PAUSE), None);
        begin(&mut search, 2, "d", start);
        assert!(search.take_due(start + PAUSE).is_some());
        search.end();
        assert!(!search.complete(Ticket(2)));
        begin(&mut search, 3, "d", start);
        assert_eq!(search.abandon(), Some(Ticket(3)));
    }

    #[test]
    fn presence_is_requested_a_few_at_a_time_and_only_for_the_latest_search() {
        let (mut search, start) = (PeopleSearch::default(), Instant::now());
        begin(&mut search, 1, "d", start);
        search.take_due(start + PAUSE);
        search.complete(Ticket(1));
        search.add_presence((0..10).map(|index| (index, index.to_string())));
        for index in 0..MAX_PRESENCE_REQUESTS {
            assert_eq!(search.take_presence(), Some((Ticket(1), index, index.to_string())));
        }
        assert_eq!(search.take_presence(), None);
        assert!(search.complete_presence(Ticket(1)));
        assert!(search.take_presence().is_some());
        begin(&mut search, 2, "da", start);
        assert!(!search.complete_presence(Ticket(1)));
        assert_eq!(search.take_presence(), None, "those people are no longer shown");
    }
}
