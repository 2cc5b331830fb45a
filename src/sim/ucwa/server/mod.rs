//! The handle to the server, and the requests that it handles.

mod control;
mod polls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use http::header::CACHE_CONTROL;

use super::access::Access;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::shared::Shared;
use crate::sim::ucwa::state::options::UcwaOptions;
use crate::sim::ucwa::state::resource::Resource;
use crate::sim::ucwa::state::talk::invitation::InvitationNumber;
use crate::sim::ucwa::state::timer::TimedAction;
use crate::sim::ucwa::state::world::World;

/// A handle to the simulated Skype for Business server; clones refer to the same one.
#[derive(Clone)]
pub struct UcwaServer {
    world: Arc<Mutex<World>>,
    shared: Shared,
}

impl UcwaServer {
    pub(in crate::sim) fn new(options: UcwaOptions, kept: usize, seed: u64, shared: Shared) -> Self {
        Self { world: Arc::new(Mutex::new(World::new(options, kept, seed))), shared }
    }

    /// Handles a request, and holds it if it is a poll.
    pub(in crate::sim) async fn handle(&self, request: &Arc<ParsedRequest>) -> Handled {
        let Handled { reply, summary, complaint } = self.answer(request).await;
        Handled { reply: reply.with_default(CACHE_CONTROL, "no-cache"), summary, complaint }
    }

    async fn answer(&self, request: &Arc<ParsedRequest>) -> Handled {
        match self.with(|world| world.access(request)) {
            Access::Granted(application, Resource::Events) if request.method == Method::GET => {
                self.poll(&application, request).await
            }
            Access::Granted(application, resource) => {
                self.with(|world| world.handle(&application, resource, request))
            }
            Access::Answered(handled) => handled,
        }
    }

    /// Returns the name of the request for faults, and the invitation to which it belongs.
    pub(in crate::sim) fn fault_target(
        &self,
        request: &ParsedRequest,
    ) -> (&'static str, Option<InvitationNumber>) {
        self.lock().fault_target(request)
    }

    /// Ends the applications whose clients have been silent for too long.
    pub(in crate::sim) fn expire_idle_applications(&self) {
        self.with(World::end_idle_applications);
    }

    /// Takes the requests of the polls that are held.
    pub(in crate::sim) fn take_held_polls(&self) -> Vec<Arc<ParsedRequest>> {
        self.with(|world| world.applications.values_mut().filter_map(|it| it.channel.take_held()).collect())
    }

    pub(in crate::sim::ucwa) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `action` with the state, wakes every task that waits for a change, and starts the timers that
    /// were set.
    fn with<T>(&self, action: impl FnOnce(&mut World) -> T) -> T {
        let (result, timers) = {
            let mut world = self.lock();
            (action(&mut world), std::mem::take(&mut world.timers))
        };
        self.shared.notify();
        self.start(timers);
        result
    }

    fn start(&self, timers: Vec<(Duration, TimedAction)>) {
        for (wait, action) in timers {
            let server = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                server.with(|world| world.perform(action));
            });
        }
    }
}

impl World {
    /// Performs an action whose time has come.
    pub fn perform(&mut self, action: TimedAction) {
        match action {
            TimedAction::End(number, cause) => self.end(number, cause),
            TimedAction::LoseMessage(number) => self.lose_message(number),
            TimedAction::StopTyping(number, index) => self.stop_typing(number, index),
            TimedAction::CheckSubscriptions => self.check_subscriptions(),
        }
    }
}
