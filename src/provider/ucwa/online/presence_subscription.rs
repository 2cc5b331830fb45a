//! The subscription to the presence of callers and participants: one for each application, without which the server sends
//! no events of people. Pure: it decides on the next request.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::provider::ucwa::store::Href;

/// The maximum number of people in a subscription.
pub(super) const MAX_PEOPLE: usize = 100;

/// The duration of a subscription in minutes: the maximum that the UCWA reference allows.
pub(super) const MINUTES: u32 = 30;

/// The time after which a subscription that is no longer of interest ends.
const LINGER: Duration = Duration::from_secs(60);

/// The wait after a request that failed.
const TRY_AGAIN: Duration = Duration::from_secs(300);

/// The subscription of an application.
#[derive(Debug, Default)]
pub(super) struct Subscription {
    state: State,
    /// When the subscription ends, unless somebody is of interest by then.
    ends_at: Option<Instant>,
}

#[derive(Debug, Default)]
enum State {
    /// There is no subscription.
    #[default]
    None,
    /// A request is in progress: to create a subscription, or to change the one at the href.
    Underway { people: BTreeSet<String>, links: Option<SubscriptionLinks> },
    /// A request is in progress, and the subscription that it was to change has ended meanwhile.
    Overtaken,
    /// There is a subscription to these people.
    Active { people: BTreeSet<String>, links: SubscriptionLinks },
    /// A request failed; the next one waits until then. A subscription to which nobody could be added is replaced.
    Failed { until: Instant, replaced: Option<SubscriptionLinks> },
}

/// The links of a `presenceSubscription`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SubscriptionLinks {
    /// The subscription itself.
    pub own: Href,
    /// `addToPresenceSubscription`
    pub add: Option<Href>,
}

/// A request for a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SubscriptionRequest {
    /// Subscribe to people.
    Create(Vec<String>),
    /// Add people, by the link for that.
    Add(Href, Vec<String>),
    /// Extend the subscription.
    Extend(Href),
    /// End the subscription.
    End(Href),
}

impl Subscription {
    /// Returns the next request that the people now of interest require, and when to ask again if that depends on the time.
    pub fn next_request(
        &mut self,
        wanted: BTreeSet<String>,
        now: Instant,
    ) -> (Option<SubscriptionRequest>, Option<Instant>) {
        if !wanted.is_empty() {
            self.ends_at = None;
        }
        match std::mem::take(&mut self.state) {
            State::Failed { until, replaced } if until > now => {
                let again_at = (replaced.is_some() || !wanted.is_empty()).then_some(until);
                self.state = State::Failed { until, replaced };
                (None, again_at)
            }
            State::Failed { replaced: Some(links), .. } => {
                (Some(SubscriptionRequest::End(links.own)), Some(now))
            }
            State::None | State::Failed { .. } if wanted.is_empty() => (None, None),
            State::None | State::Failed { .. } => {
                let request = SubscriptionRequest::Create(wanted.iter().cloned().collect());
                self.state = State::Underway { people: wanted, links: None };
                (Some(request), None)
            }
            State::Active { people, links } if wanted.is_empty() => {
                let ends_at = *self.ends_at.get_or_insert(now + LINGER);
                if ends_at > now {
                    self.state = State::Active { people, links };
                    return (None, Some(ends_at));
                }
                self.ends_at = None;
                (Some(SubscriptionRequest::End(links.own)), None)
            }
            State::Active { people, links } => self.add(people, links, &wanted, now),
            underway @ (State::Underway { .. } | State::Overtaken) => {
                self.state = underway;
                (None, None)
            }
        }
    }

    fn add(
        &mut self,
        mut people: BTreeSet<String>,
        links: SubscriptionLinks,
        wanted: &BTreeSet<String>,
        now: Instant,
    ) -> (Option<SubscriptionRequest>, Option<Instant>) {
        let new: Vec<String> = wanted.difference(&people).cloned().collect();
        if new.is_empty() {
            self.state = State::Active { people, links };
            return (None, None);
        }
        match &links.add {
            Some(add) if people.len() + new.len() <= MAX_PEOPLE => {
                let request = SubscriptionRequest::Add(add.clone(), new.clone());
                people.extend(new);
                self.state = State::Underway { people, links: Some(links) };
                (Some(request), None)
            }
            // It is full of people who are no longer of interest: another one takes its place.
            _ => (Some(SubscriptionRequest::End(links.own)), Some(now)),
        }
    }

    /// Notes the reply to a request to create a subscription, or to add people. `created` are the links of a new
    /// subscription.
    pub fn on_reply(&mut self, created: Result<Option<SubscriptionLinks>, ()>, now: Instant) {
        // The result of a request that was overtaken is ignored: there is no subscription.
        let State::Underway { people, links } = std::mem::take(&mut self.state) else { return };
        self.state = match (created, links) {
            (Ok(Some(links)), _) | (Ok(None), Some(links)) => State::Active { people, links },
            (Ok(None), None) => State::Failed { until: now + TRY_AGAIN, replaced: None },
            (Err(()), replaced) => State::Failed { until: now + TRY_AGAIN, replaced },
        };
    }

    /// Notes that the server is about to end a subscription. Returns the request that extends it.
    pub fn on_expiring(&self, href: &str, is_wanted: bool) -> Option<SubscriptionRequest> {
        match &self.state {
            State::Active { links, .. } if links.own.as_ref() == href && is_wanted => {
                Some(SubscriptionRequest::Extend(links.own.clone()))
            }
            _ => None,
        }
    }

    /// Notes that a subscription has ended.
    pub fn on_end(&mut self, href: &str) {
        if self.links().is_some_and(|links| links.own.as_ref() == href) {
            self.forget();
        }
    }

    /// Notes that the server has dropped all subscriptions.
    pub fn forget(&mut self) {
        self.state = match std::mem::take(&mut self.state) {
            State::Active { .. } => State::None,
            State::Underway { links: Some(_), .. } => State::Overtaken,
            other => other,
        };
    }

    /// Returns the links of the subscription that there is.
    fn links(&self) -> Option<&SubscriptionLinks> {
        match &self.state {
            State::Active { links, .. } | State::Underway { links: Some(links), .. } => Some(links),
            State::None | State::Underway { links: None, .. } | State::Overtaken | State::Failed { .. } => {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| format!("sip:{name}@contoso.example")).collect()
    }

    fn many(range: std::ops::Range<usize>) -> BTreeSet<String> {
        range.map(|number| format!("sip:{number}@contoso.example")).collect()
    }

    fn links() -> SubscriptionLinks {
        SubscriptionLinks { own: "/s/1".into(), add: Some("/s/1/add".into()) }
    }

    fn active(wanted: BTreeSet<String>, now: Instant) -> Subscription {
        let mut subscription = Subscription::default();
        assert!(matches!(subscription.next_request(wanted, now).0, Some(SubscriptionRequest::Create(_))));
        subscription.on_reply(Ok(Some(links())), now);
        subscription
    }

    #[test]
    fn people_are_added_to_the_one_subscription_and_one_request_is_underway_at_a_time() {
        let now = Instant::now();
        let mut subscription = Subscription::default();
        assert_eq!(subscription.next_request(people(&[]), now), (None, None));
        let (request, _) = subscription.next_request(people(&["lene"]), now);
        assert_eq!(request, Some(SubscriptionRequest::Create(vec!["sip:lene@contoso.example".into()])));
        assert_eq!(subscription.next_request(people(&["lene", "joe"]), now), (None, None));
        subscription.on_reply(Ok(Some(links())), now);
        let (request, _) = subscription.next_request(people(&["lene", "joe"]), now);
        let add = SubscriptionRequest::Add("/s/1/add".into(), vec!["sip:joe@contoso.example".into()]);
        assert_eq!(request, Some(add));
        subscription.on_reply(Ok(None), now);
        assert_eq!(subscription.next_request(people(&["lene", "joe"]), now), (None, None));
        assert_eq!(
            subscription.next_request(people(&["joe"]), now),
            (None, None),
            "nobody is removed one by one"
        );
    }

    #[test]
    fn a_subscription_that_nobody_needs_ends_after_a_while() {
        let now = Instant::now();
        let mut subscription = active(people(&["lene"]), now);
        assert_eq!(subscription.next_request(people(&[]), now), (None, Some(now + LINGER)));
        assert_eq!(subscription.next_request(people(&["lene"]), now), (None, None));
        let later = now + LINGER;
        assert_eq!(subscription.next_request(people(&[]), later), (None, Some(later + LINGER)));
        let end = Some(SubscriptionRequest::End("/s/1".into()));
        assert_eq!(subscription.next_request(people(&[]), later + LINGER), (end, None));
        assert_eq!(subscription.next_request(people(&[]), later + LINGER), (None, None));
    }

    #[test]
    fn a_full_subscription_makes_room_by_another_one() {
        let now = Instant::now();
        let mut subscription = active(many(0..MAX_PEOPLE), now);
        let (request, again) = subscription.next_request(many(1..MAX_PEOPLE + 1), now);
        assert_eq!((request, again), (Some(SubscriptionRequest::End("/s/1".into())), Some(now)));
        assert!(matches!(
            subscription.next_request(many(1..MAX_PEOPLE + 1), now).0,
            Some(SubscriptionRequest::Create(_))
        ));
    }

    #[test]
    fn the_last_place_in_a_subscription_is_taken() {
        let now = Instant::now();
        let mut subscription = active(many(1..MAX_PEOPLE), now);
        let (request, _) = subscription.next_request(many(0..MAX_PEOPLE), now);
        let add = SubscriptionRequest::Add("/s/1/add".into(), vec!["sip:0@contoso.example".into()]);
        assert_eq!(request, Some(add));
    }

    #[test]
    fn a_refusal_is_not_tried_again_at_once() {
        let now = Instant::now();
        let mut subscription = Subscription::default();
        let _ = subscription.next_request(people(&["lene"]), now);
        subscription.on_reply(Err(()), now);
        let soon = now + TRY_AGAIN / 2;
        assert_eq!(subscription.next_request(people(&["lene"]), soon), (None, Some(now + TRY_AGAIN)));
        assert_eq!(subscription.next_request(people(&[]), soon), (None, None));
        assert!(subscription.next_request(people(&["lene"]), now + TRY_AGAIN).0.is_some());
        subscription.on_reply(Ok(None), now + TRY_AGAIN);
        let again_at = Some(now + TRY_AGAIN * 2);
        assert_eq!(
            subscription.next_request(people(&["lene"]), now + TRY_AGAIN),
            (None, again_at),
            "it has no link"
        );
    }

    #[test]
    fn a_subscription_to_which_nobody_can_be_added_is_replaced() {
        let now = Instant::now();
        let mut subscription = active(people(&["lene"]), now);
        assert!(subscription.next_request(people(&["lene", "joe"]), now).0.is_some());
        subscription.on_reply(Err(()), now);
        let later = now + TRY_AGAIN;
        assert_eq!(subscription.next_request(people(&["lene", "joe"]), now), (None, Some(later)));
        let end = SubscriptionRequest::End("/s/1".into());
        assert_eq!(subscription.next_request(people(&["lene", "joe"]), later), (Some(end), Some(later)));
        let (request, _) = subscription.next_request(people(&["lene", "joe"]), later);
        assert!(matches!(request, Some(SubscriptionRequest::Create(people)) if people.len() == 2));
    }

    #[test]
    fn a_subscription_is_extended_while_somebody_needs_it_and_made_anew_once_it_has_ended() {
        let now = Instant::now();
        let mut subscription = active(people(&["lene"]), now);
        assert_eq!(subscription.on_expiring("/s/1", false), None);
        assert_eq!(subscription.on_expiring("/s/2", true), None);
        assert_eq!(subscription.on_expiring("/s/1", true), Some(SubscriptionRequest::Extend("/s/1".into())));
        subscription.on_end("/s/2");
        assert_eq!(subscription.next_request(people(&["lene"]), now), (None, None));
        subscription.on_end("/s/1");
        assert!(matches!(
            subscription.next_request(people(&["lene"]), now).0,
            Some(SubscriptionRequest::Create(_))
        ));
        let mut subscription = active(people(&["lene"]), now);
        subscription.forget();
        assert!(matches!(
            subscription.next_request(people(&["lene"]), now).0,
            Some(SubscriptionRequest::Create(_))
        ));
    }

    #[test]
    fn a_subscription_that_ends_while_people_are_added_is_made_anew() {
        let now = Instant::now();
        let ways: [fn(&mut Subscription); 2] = [|it| it.on_end("/s/1"), Subscription::forget];
        for end in ways {
            for reply in [Ok(None), Err(())] {
                let mut subscription = active(people(&["lene"]), now);
                assert!(subscription.next_request(people(&["lene", "joe"]), now).0.is_some());
                end(&mut subscription);
                assert_eq!(subscription.next_request(people(&["lene", "joe"]), now), (None, None));
                subscription.on_reply(reply, now);
                let (request, _) = subscription.next_request(people(&["lene", "joe"]), now);
                assert!(matches!(request, Some(SubscriptionRequest::Create(people)) if people.len() == 2));
            }
        }
    }
}
