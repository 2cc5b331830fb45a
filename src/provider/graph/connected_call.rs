//! A call that the bot is connected to: its conversation, its keep-alive, and its transfer. Performs no I/O.
//!
//! | Transfer | Input | Next | Emitted |
//! |---|---|---|---|
//! | `None` | the user transfers the call | `Own(Sending)` | `Conversation` |
//! | `Own(Sending)` | a notification | `Own(Sending)`, which keeps what was told | |
//! | `Own(Sending)` | the response: accepted, or lost | `Own(Waiting)`, or what was told meanwhile | `Completed` or `Uncertain` |
//! | `Own(Sending)` | the response: refused | `None` | `Refused`, `Conversation` |
//! | `Own(Waiting)` | the call is being transferred | `Own(Underway)` | `Conversation` |
//! | `Own(Waiting)`, `Own(Underway)` | the call is connected again, with a failure | `None` | `Notice`, `Conversation` |
//! | `Own(Waiting)` | no lookup tells of it | `None` | `Notice`, `Conversation` |
//! | `None` | another program transfers the call | `Other` | `Conversation` |

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::call_resource::RosterEntry;
use super::ending::{CallEnd, ResultInfo};
use super::error::GraphError;
use super::invitees::{self, Invitees};
use super::lookup::{EFFECT_TIMEOUT, ScheduledLookup, UNCERTAIN_LOOKUP_DELAY};
use super::notification::CallState;
use crate::invitation::{
    Certainty, Conversation, ConversationId, Destination, Direction, HangUp, Invitation, InvitationId, Kind,
    Offers, Party,
};
use crate::provider::{Clock, Event, Ticket};
use crate::text::DisplayText;

/// The interval between requests that keep a connected call alive. Microsoft Graph ends a call after 45 minutes
/// without one.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15 * 60);

/// The delay before a failed request to keep a call alive is repeated.
const KEEP_ALIVE_RETRY_DELAY: Duration = Duration::from_secs(60);

/// The delay before a call that is being transferred is looked up. The new party may let it ring for a while.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(60);

/// The remark about a call that the bot is connected to.
const NOTE: &str = "the bot is on the line, not you; rsvp plays nothing to the caller";

/// A call that the bot is connected to.
pub struct ConnectedCall {
    conversation: Conversation,
    keep_alive_at: Instant,
    transfer: Transfer,
    is_hanging_up: bool,
    clock: Clock,
    /// The address of the bot, which is a participant itself.
    bot: DisplayText,
    /// The people whom the user has invited.
    pub invitees: Invitees,
}

/// The transfer of a call.
enum Transfer {
    /// Nobody transfers the call, as far as is known.
    None,
    /// The user transfers the call.
    Own { ticket: Ticket, to: Destination, stage: Stage },
    /// Another program of the bot transfers the call.
    Other,
}

/// The stage of the user's transfer.
enum Stage {
    /// The request has received no response yet. Holds what a notification told meanwhile.
    Sending(Told),
    /// The request was accepted, or its response was lost, and its effect is not known yet.
    Waiting,
    /// The call is being transferred.
    Underway,
}

/// The last news of a transfer.
enum Told {
    Nothing,
    Underway,
    Failed(Option<ResultInfo>),
}

impl ConnectedCall {
    /// Creates the conversation of a call from its invitation.
    #[must_use]
    pub fn new(invitation: &Invitation, clock: Clock) -> Self {
        let from = &invitation.from;
        let title = [&invitation.subject, &from.name].into_iter().find(|text| !text.is_empty());
        // A caller without a name is shown by number: `tel:+14255550100`.
        let number = || from.uri.as_str().split_once(':').map_or("somebody", |(_, number)| number);
        let id = ConversationId { account: invitation.id.account, number: invitation.id.number };
        let conversation = Conversation {
            subject: DisplayText::new(title.map_or_else(number, DisplayText::as_str)),
            participants: vec![from.clone()],
            hang_up: HangUp::Possible,
            can_invite: true,
            can_transfer: true,
            note: NOTE.into(),
            ..Conversation::new(id)
        };
        let keep_alive_at = Instant::now() + KEEP_ALIVE_INTERVAL;
        Self {
            conversation,
            keep_alive_at,
            transfer: Transfer::None,
            is_hanging_up: false,
            clock,
            bot: invitation.to.as_ref().map(|bot| bot.uri.clone()).unwrap_or_default(),
            invitees: Invitees::default(),
        }
    }

    /// Returns the conversation.
    #[must_use]
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Returns when a request about the call is due.
    #[must_use]
    pub fn due_at(&self) -> Instant {
        self.invitees.due_at().map_or(self.keep_alive_at, |at| at.min(self.keep_alive_at))
    }

    /// Invites somebody to the call, from the bot. Returns the body of the request.
    ///
    /// # Errors
    /// Returns an error if nobody can be invited now, with the reason.
    pub fn invite(
        &mut self,
        ticket: Ticket,
        id: InvitationId,
        bot: Party,
        to: &Destination,
    ) -> Result<Value, &'static str> {
        if !self.conversation.can_invite {
            return Err("nobody can be invited to this call now; nothing was sent");
        }
        let now = self.clock.now();
        let mut invitation =
            Invitation::new(id, Kind::Participant, Direction::Outgoing, now, now.after(invitees::PATIENCE));
        invitation.from = bot;
        invitation.to = Some(Party { uri: DisplayText::new(&to.uri()), ..Party::default() });
        invitation.subject = self.conversation.subject.clone();
        invitation.conversation = Some(self.conversation.id);
        invitation.certainty = Certainty::AtMost;
        invitation.offers = Offers { cancel: true, ..Offers::default() };
        self.invitees.invite(ticket, invitation, to)
    }

    /// Applies the participants of the call: all but the bot are shown.
    pub fn update_roster(&mut self, roster: &[RosterEntry], events: &mut Vec<Event>) {
        let is_other = |entry: &&RosterEntry| self.bot.is_empty() || entry.party.uri != self.bot;
        let participants: Vec<Party> =
            roster.iter().filter(is_other).map(|entry| entry.party.clone()).collect();
        if participants != self.conversation.participants {
            self.conversation.participants = participants;
            events.push(Event::Conversation(Box::new(self.conversation.clone())));
        }
        self.invitees.joined(roster, events);
    }

    /// Returns whether the call is to be kept alive now, and schedules the next time.
    pub fn take_keep_alive(&mut self, now: Instant) -> bool {
        let is_due = self.keep_alive_at <= now;
        if is_due {
            self.keep_alive_at = now + KEEP_ALIVE_INTERVAL;
        }
        is_due
    }

    /// Repeats a request to keep the call alive that failed.
    pub fn repeat_keep_alive(&mut self) {
        self.keep_alive_at = Instant::now() + KEEP_ALIVE_RETRY_DELAY;
    }

    /// Notes that a request to hang up is sent.
    pub fn hang_up(&mut self) {
        self.is_hanging_up = true;
    }

    /// Notes that a request to hang up was refused.
    pub fn hang_up_refused(&mut self) {
        self.is_hanging_up = false;
    }

    /// Returns whether a request was sent whose effect is not known yet.
    #[must_use]
    pub fn awaits_effect(&self) -> bool {
        self.is_hanging_up || matches!(self.transfer, Transfer::Own { .. })
    }

    /// Notes that the request to hang up was accepted.
    pub fn hung_up(&mut self, events: &mut Vec<Event>) {
        self.conversation.hang_up = HangUp::Requested;
        self.show(events);
    }

    /// Emits the events of the call's end. Its reason may be unknown.
    pub fn end(&mut self, end: Option<CallEnd>, events: &mut Vec<Event>) {
        self.invitees.end_all(events);
        let subject = &self.conversation.subject;
        let text = match (&self.transfer, end) {
            (Transfer::Own { to, .. }, Some(end)) if end.is_transfer => {
                format!("The call with {subject} was transferred to {to}")
            }
            (Transfer::Own { to, .. }, None) => {
                format!("The call with {subject} is over; nothing tells whether it was transferred to {to}")
            }
            (_, end) => {
                let reason = end.and_then(|end| end.words()).map_or_else(String::new, |it| format!(": {it}"));
                format!("The call with {subject} is over{reason}")
            }
        };
        events
            .extend([Event::Notice(DisplayText::new(&text)), Event::ConversationEnded(self.conversation.id)]);
    }

    /// Begins to transfer the call.
    ///
    /// # Errors
    /// Returns an error if the call can't be transferred now, with the reason.
    pub fn transfer(
        &mut self,
        ticket: Ticket,
        to: Destination,
        events: &mut Vec<Event>,
    ) -> Result<(), &'static str> {
        if !self.conversation.can_transfer {
            return Err("the call is already being transferred or hung up; nothing was sent");
        }
        self.transfer = Transfer::Own { ticket, to, stage: Stage::Sending(Told::Nothing) };
        self.show(events);
        Ok(())
    }

    /// Applies the result of the request to transfer the call. Returns the lookup of its effect.
    pub fn transfer_answered(
        &mut self,
        of: Ticket,
        result: &Result<(), GraphError>,
        events: &mut Vec<Event>,
    ) -> Option<ScheduledLookup> {
        let Transfer::Own { ticket, stage, .. } = &mut self.transfer else { return None };
        if *ticket != of {
            return None;
        }
        let is_lost = match result {
            Ok(()) => false,
            Err(error) if error.is_uncertain() => true,
            Err(error) => {
                self.transfer = Transfer::None;
                self.show(events);
                // The call is over, or the cloud lacks the operation.
                return error.is_gone().then(|| ScheduledLookup::of_effect(Duration::ZERO));
            }
        };
        let told = match std::mem::replace(stage, Stage::Waiting) {
            Stage::Sending(told) => told,
            Stage::Waiting | Stage::Underway => return None,
        };
        match told {
            Told::Nothing if is_lost => Some(ScheduledLookup::of_effect(UNCERTAIN_LOOKUP_DELAY)),
            Told::Nothing => Some(ScheduledLookup::of_effect(EFFECT_TIMEOUT)),
            Told::Underway => {
                *stage = Stage::Underway;
                Some(ScheduledLookup::of_effect(TRANSFER_TIMEOUT))
            }
            Told::Failed(info) => {
                self.transfer_failed(info, events);
                None
            }
        }
    }

    /// Applies a change of the call that does not end it. Returns the lookup to make unless another
    /// notification arrives first.
    pub fn update(
        &mut self,
        data: &Map<String, Value>,
        state: Option<CallState>,
        events: &mut Vec<Event>,
    ) -> Option<ScheduledLookup> {
        match state {
            Some(CallState::Transferring | CallState::TransferAccepted) => self.note_transferring(events),
            Some(CallState::Established) => {
                self.note_connected(ResultInfo::of(data).filter(ResultInfo::is_failure), events);
                None
            }
            _ => None,
        }
    }

    fn note_transferring(&mut self, events: &mut Vec<Event>) -> Option<ScheduledLookup> {
        match &mut self.transfer {
            Transfer::Own { stage: Stage::Sending(told), .. } => *told = Told::Underway,
            Transfer::Own { stage: stage @ Stage::Waiting, .. } => *stage = Stage::Underway,
            Transfer::None => self.transfer = Transfer::Other,
            Transfer::Own { stage: Stage::Underway, .. } | Transfer::Other => return None,
        }
        self.show(events);
        Some(ScheduledLookup::of_effect(TRANSFER_TIMEOUT))
    }

    /// Notes that the call is connected. After a transfer began, that means that it has failed; before, it may be old news.
    fn note_connected(&mut self, failure: Option<ResultInfo>, events: &mut Vec<Event>) {
        match &mut self.transfer {
            Transfer::Own { stage: Stage::Sending(told), .. } => {
                if failure.is_some() || matches!(told, Told::Underway) {
                    *told = Told::Failed(failure);
                }
            }
            Transfer::Own { stage: Stage::Waiting, .. } if failure.is_none() => {}
            Transfer::Own { .. } => self.transfer_failed(failure, events),
            Transfer::Other => {
                self.transfer = Transfer::None;
                self.show(events);
            }
            Transfer::None => {}
        }
    }

    fn transfer_failed(&mut self, info: Option<ResultInfo>, events: &mut Vec<Event>) {
        let codes = info.map_or_else(String::new, |info| format!(" ({})", info.codes()));
        self.end_transfer(
            |subject, to| format!("The call with {subject} was not transferred to {to}{codes}; it goes on"),
            events,
        );
    }

    /// Gives up a transfer of whose effect no lookup told.
    pub fn give_up_transfer(&mut self, events: &mut Vec<Event>) {
        if matches!(self.transfer, Transfer::Own { stage: Stage::Waiting, .. }) {
            self.end_transfer(
                |subject, to| {
                    format!(
                        "The call with {subject} is still connected; nothing tells of its transfer to {to}"
                    )
                },
                events,
            );
        }
    }

    fn end_transfer(
        &mut self,
        words: impl Fn(&DisplayText, &Destination) -> String,
        events: &mut Vec<Event>,
    ) {
        if let Transfer::Own { to, .. } = std::mem::replace(&mut self.transfer, Transfer::None) {
            events.push(Event::Notice(DisplayText::new(&words(&self.conversation.subject, &to))));
            self.show(events);
        }
    }

    /// Emits the conversation with what its transfer allows and the remark about it.
    fn show(&mut self, events: &mut Vec<Event>) {
        let is_free = matches!(self.transfer, Transfer::None);
        let is_open = is_free && self.conversation.hang_up == HangUp::Possible;
        (self.conversation.can_transfer, self.conversation.can_invite) = (is_open, is_open);
        self.conversation.note = match &self.transfer {
            Transfer::None => NOTE.into(),
            Transfer::Own { to, stage: Stage::Underway | Stage::Sending(Told::Underway), .. } => {
                DisplayText::new(&format!("the call is being transferred to {to}"))
            }
            Transfer::Own { to, .. } => {
                DisplayText::new(&format!("a transfer to {to} was requested; it is not confirmed yet"))
            }
            Transfer::Other => "another program of the bot is transferring the call".into(),
        };
        events.push(Event::Conversation(Box::new(self.conversation.clone())));
    }
}
