//! The invitations that the user missed before signing in (`missedItems`, `conversationLogs`). Each application reads them
//! once, when nothing more urgent waits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use url::Url;

use super::application_links::ApplicationLinks;
use super::decode;
use super::effects::{Effects, Fetch};
use super::href::{Href, normalize};
use crate::invitation::MissedLog;
use crate::provider::Event;
use crate::provider::ucwa::wire::resource::Resource;

/// The maximum number of logs that are read: the latest ones.
const MAX_LOGS: usize = 100;

/// The logs of missed conversations of one application.
pub(super) struct Missed {
    base: Url,
    counts: Option<Href>,
    logs: Option<Href>,
    state: State,
    /// The links that mark logs as read (`markAsRead`), by the numbers of the logs.
    marks: BTreeMap<u64, Href>,
    /// The number of the next log. Numbers are not used again by later applications.
    next_number: u64,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing was read.
    #[default]
    Unread,
    /// The number of unread logs is to be read, or being read.
    Counting,
    /// The list of logs is to be read, or being read.
    Listing,
    /// The logs are being read.
    Reading {
        /// The logs that were not asked for.
        waiting: VecDeque<Href>,
        /// The logs that are being read.
        underway: BTreeSet<Href>,
        /// The missed ones.
        found: Vec<MissedLog>,
    },
    /// Everything was read.
    Done,
}

impl Missed {
    /// Creates the state for the application at `base`.
    pub fn new(base: Url) -> Self {
        Self { base, counts: None, logs: None, state: State::Unread, marks: BTreeMap::new(), next_number: 0 }
    }

    /// Creates the state for the next application, at `base`.
    pub fn next_generation(&self, base: Url) -> Self {
        Self { next_number: self.next_number, ..Self::new(base) }
    }

    /// Sets the links that the application names.
    pub fn set_links(&mut self, links: &ApplicationLinks) {
        self.counts.clone_from(&links.missed_items);
        self.logs.clone_from(&links.conversation_logs);
    }

    /// Begins to read, or begins again if reading was interrupted.
    pub fn start(&mut self) -> Option<Fetch> {
        if matches!(self.state, State::Done) {
            return None;
        }
        match (&self.counts, &self.logs) {
            (Some(counts), Some(_)) => {
                self.state = State::Counting;
                Some(Fetch::MissedItems(normalize(&self.base, counts).into()))
            }
            _ => self.list(),
        }
    }

    /// Returns whether [`Missed::next`] will return a fetch.
    pub fn has_waiting(&self) -> bool {
        matches!(&self.state, State::Reading { waiting, .. } if !waiting.is_empty())
    }

    /// Removes and returns the next log to read.
    pub fn next(&mut self) -> Option<Fetch> {
        let State::Reading { waiting, underway, .. } = &mut self.state else { return None };
        let href = waiting.pop_front()?;
        underway.insert(href.clone());
        Some(Fetch::Log(href))
    }

    /// Returns the link that marks a log as read.
    pub fn mark(&mut self, number: u64) -> Option<Href> {
        self.marks.remove(&number)
    }

    /// Applies a fetched resource; `None` if the server does not return it.
    pub fn apply_fetched(&mut self, fetch: &Fetch, resource: Option<&Resource<'_>>, effects: &mut Effects) {
        match (fetch, &mut self.state) {
            (Fetch::MissedItems(_), State::Counting) => {
                let unread = resource.and_then(|it| it.number("unreadMissedConversationsCount"));
                if unread.is_some_and(|unread| unread < 1.0) {
                    self.state = State::Done;
                } else {
                    effects.fetches.extend(self.list());
                }
            }
            (Fetch::Logs(_), State::Listing) => {
                let links = resource.map(|it| it.links.as_slice()).unwrap_or_default();
                let logs = links.iter().filter(|link| link.rel == "conversationLog").take(MAX_LOGS);
                let waiting = logs.map(|link| normalize(&self.base, &link.href).into()).collect();
                self.state = State::Reading { waiting, underway: BTreeSet::new(), found: Vec::new() };
                self.finish(effects);
            }
            (Fetch::Log(href), State::Reading { underway, found, .. }) => {
                if !underway.remove(href) {
                    return;
                }
                let number = self.next_number;
                if let Some((resource, log)) =
                    resource.and_then(|it| Some((it, decode::missed_log(it, number)?)))
                {
                    let mark = resource.href("markAsRead").map(Href::from).unwrap_or_default();
                    self.marks.insert(number, mark);
                    self.next_number = number.saturating_add(1);
                    found.push(log);
                }
                self.finish(effects);
            }
            _ => {}
        }
    }

    fn list(&mut self) -> Option<Fetch> {
        let logs = self.logs.as_deref().and_then(|href| self.base.join(href).ok());
        let Some(mut url) = logs else {
            self.state = State::Done;
            return None;
        };
        url.query_pairs_mut().append_pair("limit", &MAX_LOGS.to_string());
        self.state = State::Listing;
        Some(Fetch::Logs(normalize(&self.base, url.as_str()).into()))
    }

    /// Emits what was found once everything was read.
    fn finish(&mut self, effects: &mut Effects) {
        let State::Reading { waiting, underway, found } = &mut self.state else { return };
        if !waiting.is_empty() || !underway.is_empty() {
            return;
        }
        let mut found = std::mem::take(found);
        self.state = State::Done;
        found.sort_by_key(|log| log.at);
        if !found.is_empty() {
            effects.events.push(Event::MissedWhileAway(found));
        }
    }
}
