//! The session's end of the interface between the program and a source of invitations: events go out, commands come
//! in.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::clock::Clock;
use super::command::{Command, Ticket};
use super::event::Event;
use super::problem::Problem;
use super::status::Status;
use crate::invitation::{AccountId, Moment};
use crate::text::DisplayText;

/// The capacity of the channel of events and of the channel of commands.
pub const QUEUE_CAPACITY: usize = 1_024;

/// The program's end of the interface to a running session.
#[derive(Debug)]
pub struct Handle {
    /// The account that the session serves.
    pub account: AccountId,
    /// The sender of commands to the session.
    pub commands: mpsc::Sender<Command>,
    /// The receiver of the session's events, which ends with the session.
    pub events: mpsc::Receiver<Event>,
}

/// The session's end of the interface to the program.
///
/// Both channels are bounded: a session whose events are not received waits, and so the server keeps the rest.
#[derive(Debug)]
pub struct Port {
    events: mpsc::Sender<Event>,
    commands: mpsc::Receiver<Command>,
    clock: Clock,
    /// The refusal of the latest command received offline, until the channel has room for it.
    refusal: Option<Event>,
    is_user_active: bool,
    /// The latest time that [`Port::stamp`] returned.
    last_stamp: Moment,
}

/// A command that ends what a session without a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// [`Command::SignOut`], or the program has dropped its [`Handle`].
    SignOut,
    /// [`Command::Wake`].
    Wake,
    /// [`Command::Reconnect`].
    Reconnect,
}

impl Port {
    /// Creates both ends of the interface for an account's session. The user counts as active at first.
    #[must_use]
    pub fn open(account: AccountId, clock: Clock) -> (Self, Handle) {
        let (events, events_out) = mpsc::channel(QUEUE_CAPACITY);
        let (commands_in, commands) = mpsc::channel(QUEUE_CAPACITY);
        let port = Self {
            events,
            commands,
            clock,
            refusal: None,
            is_user_active: true,
            last_stamp: Moment::default(),
        };
        (port, Handle { account, commands: commands_in, events: events_out })
    }

    /// Returns the clock that events are stamped with.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the current time, or a nanosecond after the previous stamp if that is later, so that stamps are in the
    /// order in which they were taken.
    pub fn stamp(&mut self) -> Moment {
        self.last_stamp = self.now().max(self.last_stamp.after(Duration::from_nanos(1)));
        self.last_stamp
    }

    /// Returns a sender of events, for a session that reserves capacity before it emits.
    #[must_use]
    pub fn event_sender(&self) -> mpsc::Sender<Event> {
        self.events.clone()
    }

    /// Notes that the user is active.
    pub fn note_user_activity(&mut self) {
        self.is_user_active = true;
    }

    /// Returns whether the user was active since the last call.
    pub fn take_user_activity(&mut self) -> bool {
        std::mem::take(&mut self.is_user_active)
    }

    /// Emits an event once the channel has room. After the program has dropped its receiver, the event is dropped
    /// too: the channel of commands is closed then, which ends the session.
    pub async fn emit(&mut self, event: Event) {
        self.send_refusal().await;
        let _ = self.events.send(event).await;
    }

    /// Emits a status.
    pub async fn set_status(&mut self, status: Status) {
        self.emit(Event::Status(status)).await;
    }

    /// Emits a message to the user.
    pub async fn notify(&mut self, text: &str) {
        self.emit(Event::Notice(DisplayText::new(text))).await;
    }

    /// Emits the refusal of a request.
    pub async fn refuse(&mut self, ticket: Ticket, problem: Problem) {
        self.emit(Event::Refused { ticket, problem }).await;
    }

    /// Receives the next command. A closed channel reads as [`Command::SignOut`]. Cancel safe.
    pub async fn next_command(&mut self) -> Command {
        self.commands.recv().await.unwrap_or(Command::SignOut)
    }

    /// Receives commands until one is an interruption, and refuses the requests among the others, which need a
    /// connection. Cancel safe.
    pub async fn interruption(&mut self) -> Interruption {
        loop {
            self.send_refusal().await;
            match self.next_command().await {
                Command::SignOut => return Interruption::SignOut,
                Command::Wake => return Interruption::Wake,
                Command::Reconnect => return Interruption::Reconnect,
                Command::Active => self.note_user_activity(),
                command => self.refusal = command.ticket().map(refusal_without_connection),
            }
        }
    }

    /// Awaits a future without a connection.
    ///
    /// # Errors
    /// Returns an error if a command interrupts first; the future is dropped then.
    pub async fn while_offline<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Interruption> {
        tokio::select! {
            biased;
            interruption = self.interruption() => Err(interruption),
            output = future => Ok(output),
        }
    }

    /// Emits [`Status::Retrying`] and waits for `delay`.
    ///
    /// # Errors
    /// Returns an error if a command interrupts first.
    pub async fn wait_to_retry(&mut self, delay: Duration, problem: Problem) -> Result<(), Interruption> {
        let at = self.announce_retry(delay, problem).await;
        self.while_offline(sleep_until(at)).await
    }

    /// Emits [`Status::Retrying`] and returns the time of the next attempt.
    pub async fn announce_retry(&mut self, delay: Duration, problem: Problem) -> Instant {
        let at = self.now().after(delay);
        self.set_status(Status::Retrying { at, problem }).await;
        self.clock.instant(at)
    }

    /// Emits a status and waits until the user interrupts.
    pub async fn wait_for_user(&mut self, status: Status) -> Interruption {
        self.set_status(status).await;
        loop {
            match self.interruption().await {
                // Waking up corrects no password and takes no event channel back.
                Interruption::Wake => {}
                interruption => return interruption,
            }
        }
    }

    async fn send_refusal(&mut self) {
        if self.refusal.is_none() {
            return;
        }
        // The refusal is taken only once it can be sent: this future may be dropped while it waits.
        let permit = self.events.reserve().await;
        if let (Ok(permit), Some(refusal)) = (permit, self.refusal.take()) {
            permit.send(refusal);
        }
    }
}

fn refusal_without_connection(ticket: Ticket) -> Event {
    let problem = Problem::new("not connected; nothing was sent", "try again once connected");
    Event::Refused { ticket, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_two_stamps_of_one_moment_the_second_is_later() {
        let (mut port, _handle) = Port::open(AccountId(0), Clock::start());
        let first = port.stamp();
        assert!(port.stamp() > first);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(port.stamp(), port.now());
    }
}
