//! The state of an online session.

use std::collections::VecDeque;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::channel::{EventChannel, Freshness, Now};
use super::fetches::FetchQueue;
use super::jobs::Jobs;
use super::pending::PendingRequests;
use super::people_search::PeopleSearch;
use super::presence_subscription::Subscription;
use super::snapshot::SnapshotSchedule;
use super::timers::Timers;
use crate::provider::exchange::Response;
use crate::provider::ucwa::application::Application;
use crate::provider::ucwa::context::SessionContext;
use crate::provider::ucwa::http::client::Client;
use crate::provider::ucwa::http::error::RequestError;
use crate::provider::ucwa::store::{Effects, Store};
use crate::provider::{Event, Problem};

/// A session with one application, from signing in to its [`SessionEnd`](super::end::SessionEnd).
pub struct OnlineSession<'a> {
    pub(super) context: &'a mut SessionContext,
    pub(super) client: Client,
    pub(super) application: Application,
    pub(super) store: Store,
    /// The events that the program has not received yet.
    pub(super) outbox: VecDeque<Event>,
    pub(super) channel: EventChannel,
    /// The request that the channel awaits; none while the channel is ready for the next poll.
    pub(super) channel_request: Option<ChannelRequest>,
    pub(super) snapshot: SnapshotSchedule,
    pub(super) jobs: Jobs,
    pub(super) pending: PendingRequests,
    pub(super) search: PeopleSearch,
    pub(super) fetches: FetchQueue,
    pub(super) timers: Timers,
    pub(super) subscription: Subscription,
}

/// A request of the event channel.
pub(super) type ChannelRequest = BoxFuture<'static, ChannelResponse>;

/// The response to a request of the event channel.
pub(super) enum ChannelResponse {
    /// The response to a poll.
    Poll(Result<Response, RequestError>),
    /// The application, which was read after a failure.
    Application(Result<Box<Application>, RequestError>),
}

impl<'a> OnlineSession<'a> {
    /// Creates the session with an application.
    pub fn new(
        context: &'a mut SessionContext,
        client: Client,
        application: Application,
        mut store: Store,
    ) -> Self {
        store.set_user(&application.me);
        store.set_links(&application.links);
        let freshness = if application.became_available { Freshness::NewChannel } else { Freshness::Unknown };
        Self {
            context,
            store,
            outbox: VecDeque::new(),
            channel: EventChannel::new(application.events.clone(), freshness),
            channel_request: None,
            snapshot: SnapshotSchedule::NoBatch(None),
            jobs: Jobs::new(client.clone(), application.url.clone()),
            pending: PendingRequests::default(),
            search: PeopleSearch::default(),
            fetches: FetchQueue::default(),
            timers: Timers::new(Instant::now()),
            subscription: Subscription::default(),
            client,
            application,
        }
    }

    /// Returns the store, for the next session.
    pub fn into_store(self) -> Store {
        self.store
    }

    pub(super) fn now(&self) -> Now {
        Now { instant: Instant::now(), moment: self.context.port.now() }
    }

    /// Emits the events and starts the requests that follow from changes to the store.
    pub(super) fn perform(&mut self, effects: Effects) {
        if !effects.events.is_empty() || !effects.changed_conversations.is_empty() {
            self.update_subscription_soon();
        }
        self.outbox.extend(effects.events);
        let changed = effects.changed_conversations.iter();
        self.outbox.extend(changed.filter_map(|href| self.store.conversation_event(href)));
        for (ticket, invitation) in effects.carried_out {
            self.pending.settle(ticket);
            self.outbox.push_back(Event::Started { ticket, invitation });
            self.outbox.push_back(Event::Completed(ticket));
        }
        for ticket in effects.not_carried_out {
            let problem =
                Problem::new("the answer did not reach the server", "it is still ringing: answer again");
            self.outbox.push_back(Event::Refused { ticket, problem });
        }
        let now = Instant::now();
        for fetch in effects.fetches {
            self.fetches.enqueue(fetch, now);
        }
        for fetch in effects.fresh_fetches {
            self.fetches.enqueue_fresh(fetch, now);
        }
        if !effects.expiring_subscriptions.is_empty() || !effects.ended_subscriptions.is_empty() {
            let (expiring, ended) = (effects.expiring_subscriptions, effects.ended_subscriptions);
            self.handle_subscription_changes(&expiring, &ended);
        }
        for conversation in effects.joins {
            self.join_messaging(conversation, None);
        }
    }

    /// Reports that messages may be missing in each conversation, because events may have been lost.
    pub(super) fn report_missing_messages(&mut self) {
        self.outbox.extend(self.store.note_loss());
    }

    /// Emits all events that the program has not received yet.
    pub(super) async fn flush(&mut self) {
        for event in std::mem::take(&mut self.outbox) {
            self.context.port.emit(event).await;
        }
    }
}
