//! The resources that are to be fetched: which of them next, and which not twice. Pure: the time comes in, and
//! the requests are sent elsewhere.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::provider::ucwa::store::Fetch;

/// The number of tries of a fetch that fails in a way that may pass. Fetches for conversations, which may last for
/// hours, have no such limit.
const TRIES: u32 = 5;

/// The pause before the second try; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// The most fetches of each lane that are with the server at the same time: slow people do not hold up what
/// rings.
const IN_FLIGHT: [usize; 3] = [64, 32, 8];

/// The most people who wait to be fetched. More are named by a server that means harm; they go without a name.
const PEOPLE: usize = 2_000;

/// The fetches of one session, from the moment that they are wanted to the moment that they are answered.
#[derive(Debug, Default)]
pub(super) struct Fetches {
    /// What rings, then conversations, then people.
    lanes: [Lane; 3],
    known: HashMap<Fetch, Progress>,
    /// Counts all that were ever wanted, so that those of a lane go in that order.
    count: u64,
    /// Counts how often all was sent again: what was sent before that is no longer waited for.
    epoch: u64,
}

/// A fetch that is with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub fetch: Fetch,
    epoch: u64,
}

#[derive(Debug, Default)]
struct Lane {
    due: VecDeque<Fetch>,
    later: BTreeMap<(Instant, u64), Fetch>,
    in_flight: usize,
}

#[derive(Clone, Copy, Debug)]
enum Progress {
    /// It waits for its turn, after so many tries.
    Waiting { tries: u32 },
    /// It is with the server for the time of that number; afterwards it may be wanted once more, at that moment.
    Sent { tries: u32, again: Option<Instant> },
}

/// What follows when a fetch failed in a way that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// It will be tried again.
    Later,
    /// It was tried often enough.
    Never,
}

/// The lane of conversations and of what is in them.
const CONVERSATIONS: usize = 1;

fn lane_of(fetch: &Fetch) -> usize {
    match fetch {
        Fetch::Invitation(_) => 0,
        Fetch::Conversation(_) | Fetch::Messaging(_) | Fetch::Participant(..) => CONVERSATIONS,
        Fetch::Person(_) => 2,
    }
}

impl Fetches {
    /// Wants a fetch, unless it is on its way or waits already.
    pub fn want(&mut self, fetch: Fetch, now: Instant) {
        if !self.known.contains_key(&fetch) && !self.is_full(&fetch) {
            self.queue(fetch, now, now, 0);
        }
    }

    fn is_full(&self, fetch: &Fetch) -> bool {
        let waiting = self.lanes.get(lane_of(fetch)).map_or(0, |lane| lane.due.len());
        matches!(fetch, Fetch::Person(_)) && waiting >= PEOPLE
    }

    /// Wants a fetch that is sent from now on: an answer to an earlier request would be too old.
    pub fn want_anew(&mut self, fetch: Fetch, now: Instant) {
        match self.known.get_mut(&fetch) {
            Some(Progress::Sent { again, .. }) => *again = again.or(Some(now)),
            Some(Progress::Waiting { .. }) => {}
            None => self.queue(fetch, now, now, 0),
        }
    }

    /// Wants a fetch that is sent at `at` or later, and before all others of its lane: somebody waits for it.
    pub fn want_first(&mut self, fetch: &Fetch, at: Instant, now: Instant) {
        match self.known.get_mut(fetch) {
            Some(Progress::Sent { again, .. }) => {
                *again = Some(again.map_or(at, |other| other.max(at)));
                return;
            }
            Some(Progress::Waiting { .. }) => self.forget(fetch),
            None => {}
        }
        self.queue(fetch.clone(), at, now, 0);
        if at <= now
            && let Some(lane) = self.lanes.get_mut(lane_of(fetch))
        {
            lane.due.rotate_right(1);
        }
    }

    /// Takes the next fetch that is due; it counts as sent until [`Fetches::answered`] or [`Fetches::failed`].
    pub fn next(&mut self, now: Instant) -> Option<Sent> {
        let epoch = self.epoch;
        for (lane, most) in self.lanes.iter_mut().zip(IN_FLIGHT) {
            lane.wake(now);
            if lane.in_flight >= most {
                continue;
            }
            let Some(fetch) = lane.due.pop_front() else { continue };
            lane.in_flight += 1;
            let tries = match self.known.get(&fetch) {
                Some(Progress::Waiting { tries }) => tries + 1,
                _ => 1,
            };
            self.known.insert(fetch.clone(), Progress::Sent { tries, again: None });
            return Some(Sent { fetch, epoch });
        }
        None
    }

    /// Wants all once more that is with the server: the connections are dead.
    pub fn send_again(&mut self, now: Instant) {
        self.epoch += 1;
        for lane in &mut self.lanes {
            lane.in_flight = 0;
        }
        let sent = self.known.iter().filter(|(_, progress)| matches!(progress, Progress::Sent { .. }));
        let mut sent: Vec<Fetch> = sent.map(|(fetch, _)| fetch.clone()).collect();
        sent.sort_unstable();
        for fetch in sent {
            self.queue(fetch, now, now, 0);
        }
    }

    /// Whether the answer to a fetch is still waited for.
    pub fn awaits(&self, sent: &Sent) -> bool {
        sent.epoch == self.epoch
    }

    /// Returns when [`Fetches::next`] has something, if that depends on nothing but time.
    pub fn due_at(&self, now: Instant) -> Option<Instant> {
        let free = self.lanes.iter().zip(IN_FLIGHT).filter(|(lane, most)| lane.in_flight < *most);
        free.filter_map(|(lane, _)| match lane.due.front() {
            Some(_) => Some(now),
            None => lane.later.keys().next().map(|(at, _)| *at),
        })
        .min()
    }

    /// Takes in that a fetch has an answer that is not to be tried again.
    pub fn answered(&mut self, fetch: &Fetch, now: Instant) {
        if let Some(Progress::Sent { again, .. }) = self.land(fetch)
            && let Some(at) = again
        {
            self.queue(fetch.clone(), at, now, 0);
        }
    }

    /// Takes in that a fetch failed in a way that may pass.
    pub fn failed(&mut self, fetch: &Fetch, now: Instant) -> Retry {
        let Some(Progress::Sent { tries, again }) = self.land(fetch) else { return Retry::Never };
        let retry = now + PAUSE * 2_u32.pow(tries.saturating_sub(1).min(TRIES));
        match again {
            Some(at) => self.queue(fetch.clone(), at.max(retry), now, 0),
            None if tries < TRIES || lane_of(fetch) == CONVERSATIONS => {
                self.queue(fetch.clone(), retry, now, tries);
            }
            None => return Retry::Never,
        }
        Retry::Later
    }

    fn land(&mut self, fetch: &Fetch) -> Option<Progress> {
        let progress = self.known.remove(fetch)?;
        if let Some(lane) = self.lanes.get_mut(lane_of(fetch)) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
        Some(progress)
    }

    fn forget(&mut self, fetch: &Fetch) {
        if let Some(lane) = self.lanes.get_mut(lane_of(fetch)) {
            lane.due.retain(|other| other != fetch);
            lane.later.retain(|_, other| other != fetch);
        }
    }

    fn queue(&mut self, fetch: Fetch, at: Instant, now: Instant, tries: u32) {
        self.count += 1;
        self.known.insert(fetch.clone(), Progress::Waiting { tries });
        let Some(lane) = self.lanes.get_mut(lane_of(&fetch)) else { return };
        if at <= now {
            lane.due.push_back(fetch);
        } else {
            lane.later.insert((at, self.count), fetch);
        }
    }
}

impl Lane {
    /// Lets those stand in line whose time has come: in front, as they have waited already.
    fn wake(&mut self, now: Instant) {
        while let Some(first) = self.later.first_entry().filter(|first| first.key().0 <= now) {
            self.due.push_front(first.remove());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: usize) -> Fetch {
        Fetch::Person(format!("/people/{number}").into())
    }

    fn invitation(name: &str) -> Fetch {
        Fetch::Invitation(name.into())
    }

    fn next(fetches: &mut Fetches, now: Instant) -> Option<Fetch> {
        fetches.next(now).map(|sent| sent.fetch)
    }

    #[test]
    fn what_rings_goes_before_a_thousand_people_and_slow_people_do_not_hold_it_up() {
        let now = Instant::now();
        let mut fetches = Fetches::default();
        for number in 0..1_000 {
            fetches.want(person(number), now);
        }
        while fetches.next(now).is_some() {}
        assert_eq!(fetches.due_at(now), None, "as many people as may be are being fetched");
        fetches.want(invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    }

    #[test]
    fn nothing_is_fetched_while_it_is_being_fetched() {
        let now = Instant::now();
        let mut fetches = Fetches::default();
        fetches.want(invitation("/1"), now);
        fetches.want(invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
        fetches.want(invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), None);
        fetches.answered(&invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), None);
        fetches.want(invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    }

    #[test]
    fn what_has_to_be_read_anew_is_fetched_again_after_the_answer_on_its_way() {
        let now = Instant::now();
        let mut fetches = Fetches::default();
        fetches.want(invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
        fetches.want_anew(invitation("/1"), now);
        fetches.answered(&invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
        fetches.answered(&invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), None);
    }

    #[test]
    fn what_somebody_waits_for_is_fetched_first_but_not_before_its_time() {
        let now = Instant::now();
        let at = now + Duration::from_secs(1);
        let mut fetches = Fetches::default();
        for name in ["/1", "/2", "/3"] {
            fetches.want(invitation(name), now);
        }
        fetches.want_first(&invitation("/3"), now, now);
        fetches.want_first(&invitation("/2"), at, now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/3")));
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
        assert_eq!(next(&mut fetches, now), None);
        assert_eq!(fetches.due_at(now), Some(at));
        fetches.want(invitation("/4"), now);
        assert_eq!(next(&mut fetches, at), Some(invitation("/2")));
    }

    #[test]
    fn a_fetch_that_fails_is_tried_five_times_with_growing_pauses() {
        let mut now = Instant::now();
        let mut fetches = Fetches::default();
        fetches.want(invitation("/1"), now);
        for pause in [500, 1_000, 2_000, 4_000] {
            assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
            assert_eq!(fetches.failed(&invitation("/1"), now), Retry::Later);
            assert_eq!(fetches.due_at(now), Some(now + Duration::from_millis(pause)));
            now += Duration::from_millis(pause);
        }
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
        assert_eq!(fetches.failed(&invitation("/1"), now), Retry::Never);
        assert_eq!(fetches.due_at(now), None);
    }

    #[test]
    fn a_flood_of_people_takes_no_more_room_than_there_is() {
        let now = Instant::now();
        let mut fetches = Fetches::default();
        for number in 0..10 * PEOPLE {
            fetches.want(person(number), now);
        }
        assert_eq!(fetches.known.len(), PEOPLE);
        fetches.want(invitation("/1"), now);
        assert_eq!(next(&mut fetches, now), Some(invitation("/1")));
    }

    #[test]
    fn dead_connections_hold_nothing_up() {
        let now = Instant::now();
        let mut fetches = Fetches::default();
        for number in 0..8 {
            fetches.want(person(number), now);
        }
        let dead: Vec<Sent> = std::iter::from_fn(|| fetches.next(now)).collect();
        assert_eq!(dead.len(), 8);
        fetches.send_again(now);
        assert!(!fetches.awaits(&dead[0]));
        let alive: Vec<Sent> = std::iter::from_fn(|| fetches.next(now)).collect();
        assert_eq!(alive.len(), 8);
        assert!(fetches.awaits(&alive[0]));
    }
}
