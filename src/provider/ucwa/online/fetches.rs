//! The queue of the resources to fetch. Pure: it decides which one is next, and leaves the requests to
//! [`super::jobs`].

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::provider::ucwa::store::Fetch;

/// The maximum number of attempts of a fetch that fails transiently. Fetches for conversations, which may last for
/// hours, have no maximum.
const MAX_ATTEMPTS: u32 = 5;

/// The delay before the second attempt. It doubles with each further one, up to [`MAX_DOUBLINGS`] times.
const MIN_DELAY: Duration = Duration::from_millis(500);

/// The maximum number of times that the delay doubles.
const MAX_DOUBLINGS: u32 = 5;

/// The maximum number of fetches in progress for each lane. Slow fetches of one lane do not delay another.
const MAX_IN_FLIGHT: [usize; 4] = [64, 32, 8, 4];

/// The maximum number of people who wait to be fetched. Further people, whom only a malicious server would name, are not
/// fetched.
const MAX_PEOPLE: usize = 2_000;

/// The fetches of one session that are queued or in progress, each resource at most once.
#[derive(Debug, Default)]
pub(super) struct FetchQueue {
    /// The lanes by priority: invitations, conversations, people, and what is only shown in the details.
    lanes: [Lane; 4],
    states: HashMap<Fetch, FetchState>,
    /// The number of fetches that were ever queued, which orders those that are due at the same time.
    count: u64,
    /// The number of restarts. Responses to requests from before the latest one are ignored.
    epoch: u64,
}

/// A fetch in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SentFetch {
    pub fetch: Fetch,
    epoch: u64,
}

#[derive(Debug, Default)]
struct Lane {
    due: VecDeque<Fetch>,
    /// The fetches that are due later, by their times and the order of queueing.
    later: BTreeMap<(Instant, u64), Fetch>,
    in_flight: usize,
}

#[derive(Clone, Copy, Debug)]
enum FetchState {
    /// The fetch is queued after a number of failed attempts.
    Queued { attempts: u32 },
    /// The fetch is in progress. It is queued again at a time if its response will be too old.
    Sent { attempts: u32, again: Option<Instant> },
}

/// The consequence of a transient failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// The fetch is repeated.
    Later,
    /// The fetch is given up.
    Never,
}

/// The index of the lane of what is only shown in the details.
const DETAILS: usize = 3;

/// The index of the lane of conversations and their contents.
const CONVERSATIONS: usize = 1;

fn lane_of(fetch: &Fetch) -> usize {
    match fetch {
        Fetch::Invitation(_) => 0,
        Fetch::Conversation(_)
        | Fetch::Messaging(_)
        | Fetch::Message(..)
        | Fetch::Participant(..)
        | Fetch::Part(..) => CONVERSATIONS,
        Fetch::Person(_) | Fetch::OwnPresence(_) | Fetch::ContactList(_) => 2,
        Fetch::Contact(_)
        | Fetch::ContactPart(..)
        | Fetch::MissedItems(_)
        | Fetch::Logs(_)
        | Fetch::Log(_) => DETAILS,
    }
}

impl FetchQueue {
    /// Queues a fetch, unless it is queued or in progress already.
    pub fn enqueue(&mut self, fetch: Fetch, now: Instant) {
        if !self.states.contains_key(&fetch) && !self.is_full(&fetch) {
            self.queue(fetch, now, now, 0);
        }
    }

    fn is_full(&self, fetch: &Fetch) -> bool {
        let waiting = self.lanes.get(lane_of(fetch)).map_or(0, |lane| lane.due.len());
        matches!(fetch, Fetch::Person(_)) && waiting >= MAX_PEOPLE
    }

    /// Queues a fetch, even if one is in progress, because the earlier response would be out of date.
    pub fn enqueue_fresh(&mut self, fetch: Fetch, now: Instant) {
        match self.states.get_mut(&fetch) {
            Some(FetchState::Sent { again, .. }) => *again = again.or(Some(now)),
            Some(FetchState::Queued { .. }) => {}
            None => self.queue(fetch, now, now, 0),
        }
    }

    /// Queues a fetch that the user waits for: its request is sent at `at` or later, before all others of its lane.
    pub fn enqueue_first(&mut self, fetch: &Fetch, at: Instant, now: Instant) {
        match self.states.get_mut(fetch) {
            Some(FetchState::Sent { again, .. }) => {
                *again = Some(again.map_or(at, |other| other.max(at)));
                return;
            }
            Some(FetchState::Queued { .. }) => self.unqueue(fetch),
            None => {}
        }
        self.queue(fetch.clone(), at, now, 0);
        if at <= now
            && let Some(lane) = self.lanes.get_mut(lane_of(fetch))
        {
            lane.due.rotate_right(1);
        }
    }

    /// Returns whether the lane of details has nothing left to send and can take more.
    pub fn wants_details(&self) -> bool {
        let max = MAX_IN_FLIGHT.get(DETAILS).copied().unwrap_or_default();
        self.lanes.get(DETAILS).is_some_and(|lane| lane.due.is_empty() && lane.in_flight < max)
    }

    /// Removes and returns the next fetch that is due, except those for details. It is in progress until
    /// [`FetchQueue::complete`] or [`FetchQueue::retry`].
    pub fn pop(&mut self, now: Instant) -> Option<SentFetch> {
        (0..DETAILS).find_map(|lane| self.pop_from(lane, now))
    }

    /// Removes and returns the next fetch for details that is due; see [`FetchQueue::pop`].
    pub fn pop_details(&mut self, now: Instant) -> Option<SentFetch> {
        self.pop_from(DETAILS, now)
    }

    fn pop_from(&mut self, lane: usize, now: Instant) -> Option<SentFetch> {
        let (lane, max) = (self.lanes.get_mut(lane)?, *MAX_IN_FLIGHT.get(lane)?);
        lane.promote(now);
        if lane.in_flight >= max {
            return None;
        }
        let fetch = lane.due.pop_front()?;
        lane.in_flight += 1;
        let attempts = match self.states.get(&fetch) {
            Some(FetchState::Queued { attempts }) => attempts + 1,
            _ => 1,
        };
        self.states.insert(fetch.clone(), FetchState::Sent { attempts, again: None });
        Some(SentFetch { fetch, epoch: self.epoch })
    }

    /// Requeues all fetches in progress, because their connections are dead.
    pub fn restart(&mut self, now: Instant) {
        self.epoch += 1;
        for lane in &mut self.lanes {
            lane.in_flight = 0;
        }
        let sent = self.states.iter().filter(|(_, state)| matches!(state, FetchState::Sent { .. }));
        let mut sent: Vec<Fetch> = sent.map(|(fetch, _)| fetch.clone()).collect();
        sent.sort_unstable();
        for fetch in sent {
            self.queue(fetch, now, now, 0);
        }
    }

    /// Returns whether a fetch was sent since the last restart.
    pub fn is_current(&self, sent: &SentFetch) -> bool {
        sent.epoch == self.epoch
    }

    /// Returns when [`FetchQueue::pop`] will return a fetch, if that depends on the time alone.
    pub fn next_at(&self, now: Instant) -> Option<Instant> {
        (0..DETAILS).filter_map(|lane| self.next_of(lane, now)).min()
    }

    /// Returns when [`FetchQueue::pop_details`] will return a fetch, if that depends on the time alone.
    pub fn next_details_at(&self, now: Instant) -> Option<Instant> {
        self.next_of(DETAILS, now)
    }

    fn next_of(&self, lane: usize, now: Instant) -> Option<Instant> {
        let (lane, max) = (self.lanes.get(lane)?, *MAX_IN_FLIGHT.get(lane)?);
        if lane.in_flight >= max {
            return None;
        }
        match lane.due.front() {
            Some(_) => Some(now),
            None => lane.later.keys().next().map(|(at, _)| *at),
        }
    }

    /// Removes a fetch that is not repeated.
    pub fn complete(&mut self, fetch: &Fetch, now: Instant) {
        if let Some(FetchState::Sent { again, .. }) = self.remove(fetch)
            && let Some(at) = again
        {
            self.queue(fetch.clone(), at, now, 0);
        }
    }

    /// Queues a fetch that failed transiently again, unless it was attempted too often.
    pub fn retry(&mut self, fetch: &Fetch, now: Instant) -> Retry {
        let Some(FetchState::Sent { attempts, again }) = self.remove(fetch) else { return Retry::Never };
        let retry_at = now + MIN_DELAY * 2_u32.pow(attempts.saturating_sub(1).min(MAX_DOUBLINGS));
        match again {
            Some(at) => self.queue(fetch.clone(), at.max(retry_at), now, 0),
            None if attempts < MAX_ATTEMPTS || lane_of(fetch) == CONVERSATIONS => {
                self.queue(fetch.clone(), retry_at, now, attempts);
            }
            None => return Retry::Never,
        }
        Retry::Later
    }

    fn remove(&mut self, fetch: &Fetch) -> Option<FetchState> {
        let state = self.states.remove(fetch)?;
        if let Some(lane) = self.lanes.get_mut(lane_of(fetch)) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
        Some(state)
    }

    fn unqueue(&mut self, fetch: &Fetch) {
        if let Some(lane) = self.lanes.get_mut(lane_of(fetch)) {
            lane.due.retain(|other| other != fetch);
            lane.later.retain(|_, other| other != fetch);
        }
    }

    fn queue(&mut self, fetch: Fetch, at: Instant, now: Instant, attempts: u32) {
        self.count += 1;
        self.states.insert(fetch.clone(), FetchState::Queued { attempts });
        let Some(lane) = self.lanes.get_mut(lane_of(&fetch)) else { return };
        if at <= now {
            lane.due.push_back(fetch);
        } else {
            lane.later.insert((at, self.count), fetch);
        }
    }
}

impl Lane {
    /// Moves the fetches whose time has come to the front of those that are due, in the order of their times.
    fn promote(&mut self, now: Instant) {
        let mut promoted = Vec::new();
        while let Some(first) = self.later.first_entry().filter(|first| first.key().0 <= now) {
            promoted.push(first.remove());
        }
        for fetch in promoted.into_iter().rev() {
            self.due.push_front(fetch);
        }
    }
}

#[cfg(test)]
mod tests;
