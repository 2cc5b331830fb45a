//! The loop of an online session, in which everything happens in one order.

use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::end::SessionEnd;
use super::jobs::Completion;
use super::session::{ChannelRequest, ChannelResponse, OnlineSession};
use crate::provider::{Command, Event};

/// The next input of the loop.
enum Input<'a> {
    /// A command arrived.
    Command(Command),
    /// The program can receive an event; `None` if the program is gone.
    OutboxCapacity(Option<mpsc::Permit<'a, Event>>),
    /// A request of the event channel completed.
    ChannelResponse(Box<ChannelResponse>),
    /// Another request completed.
    Completion(Box<Completion>),
    /// A timer is due.
    Timer,
}

impl OnlineSession<'_> {
    /// Runs the session until it ends.
    pub async fn run(&mut self) -> SessionEnd {
        let events = self.context.port.event_sender();
        let now = self.now();
        self.outbox.extend(self.channel.go_online(now.moment));
        self.jobs.renew_token(false);
        self.fetch_all();
        let end = loop {
            self.poll_if_ready();
            self.send_fetches();
            let timer_at = self.next_timer();
            let input = tokio::select! {
                biased;
                command = self.context.port.next_command() => Input::Command(command),
                permit = events.reserve(), if !self.outbox.is_empty() => Input::OutboxCapacity(permit.ok()),
                // Before the other requests, so that the next poll gets the idle connection.
                response = next_response(&mut self.channel_request) => Input::ChannelResponse(Box::new(response)),
                Some(completion) = self.jobs.next() => Input::Completion(Box::new(completion)),
                () = sleep_until(timer_at) => Input::Timer,
            };
            if let Err(end) = self.handle(input).await {
                break end;
            }
        };
        self.abandon_requests();
        self.flush().await;
        if let SessionEnd::Unusable(_) = end {
            self.application.delete(&self.client).await;
        }
        end
    }

    async fn handle(&mut self, input: Input<'_>) -> Result<(), SessionEnd> {
        match input {
            Input::Command(Command::SignOut) => {
                self.sign_out().await;
                Err(SessionEnd::SignOut)
            }
            Input::Command(command) => self.handle_command(command),
            Input::OutboxCapacity(None) => Err(SessionEnd::SignOut),
            Input::OutboxCapacity(Some(permit)) => {
                if let Some(event) = self.outbox.pop_front() {
                    permit.send(event);
                }
                Ok(())
            }
            Input::ChannelResponse(response) => self.handle_channel_response(*response),
            Input::Completion(completion) => self.handle_completion(*completion),
            Input::Timer => {
                self.handle_timers();
                Ok(())
            }
        }
    }
}

async fn next_response(request: &mut Option<ChannelRequest>) -> ChannelResponse {
    match request {
        Some(request) => request.await,
        None => std::future::pending().await,
    }
}
