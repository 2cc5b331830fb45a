//! The effects of the bot's operations on a call that it has answered or made.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::call::{CallNumber, CallOutcome, CallState, CallTimer, LiveCall};
use super::calls::{CONNECT_DELAY, NOTIFICATION_DELAY};
use super::documents::{notification, updated};
use super::leg::{BotLeg, CommsOperation, OperationKind, OperationStatus};
use super::operation_bodies::NewCall;
use super::state::GraphState;

/// The duration of each prompt.
const PROMPT: Duration = Duration::from_secs(1);

impl GraphState {
    /// Makes a call at the bot's request, and notifies the bot of its state.
    pub fn create(&mut self, tenant: &str, new: NewCall) -> CallNumber {
        let mut live = self.next_call(new.call);
        let number = live.number;
        tenant.clone_into(&mut live.tenant);
        live.state = CallState::Establishing;
        live.accepted.clone_from(&live.call.modalities);
        live.callback = Some(new.callback);
        live.leg = Some(BotLeg::new(new.media, Vec::new()));
        live.outgoing = Some(new.outgoing);
        self.live.insert(number, live);
        self.notify_state(number, "establishing", NOTIFICATION_DELAY);
        self.timers.push((CONNECT_DELAY, CallTimer::Connect(number)));
        number
    }

    /// Adds an operation to a call, and completes it when its time has come. Returns its number, or `None` if
    /// the bot has no part in the call.
    pub fn start_operation(
        &mut self,
        number: CallNumber,
        kind: OperationKind,
        client_context: Option<String>,
        duration: Duration,
    ) -> Option<usize> {
        let id = self.seeded_guid();
        let leg = self.live.get_mut(&number)?.leg.as_mut()?;
        let status = if duration.is_zero() { OperationStatus::Completed } else { OperationStatus::Running };
        leg.operations.push(CommsOperation { id, kind, status, client_context });
        let operation = leg.operations.end() - 1;
        if !duration.is_zero() {
            self.timers.push((duration, CallTimer::Operation(number, operation)));
        }
        Some(operation)
    }

    /// Plays prompts after those that are in the queue. Returns the number of the operation.
    pub fn play(&mut self, number: CallNumber, prompts: usize, context: Option<String>) -> Option<usize> {
        let leg = self.live.get_mut(&number)?.leg.as_mut()?;
        let now = Instant::now();
        let start = leg.prompts_end.max(now);
        leg.prompts_end = start + PROMPT * u32::try_from(prompts).unwrap_or_default();
        let duration = leg.prompts_end - now;
        let operation = self.start_operation(number, OperationKind::PlayPrompt, context, duration)?;
        if start > now {
            self.set_status(number, operation, OperationStatus::NotStarted);
        }
        Some(operation)
    }

    /// Lets the bot hear the tones of a call.
    pub fn subscribe_to_tones(&mut self, number: CallNumber) {
        if let Some(leg) = self.live.get_mut(&number).and_then(|live| live.leg.as_mut()) {
            leg.tones.get_or_insert(0);
        }
    }

    /// Cancels the prompts of a call that are being played or wait.
    pub fn cancel_prompts(&mut self, number: CallNumber) {
        let Some(leg) = self.live.get_mut(&number).and_then(|live| live.leg.as_mut()) else { return };
        leg.prompts_end = Instant::now();
        let numbers = leg.operations.dropped()..leg.operations.end();
        for operation in numbers {
            if self.is_pending_prompt(number, operation) {
                self.end_operation(number, operation, OperationStatus::Failed);
            }
        }
    }

    fn is_pending_prompt(&self, number: CallNumber, operation: usize) -> bool {
        self.operation(number, operation).is_some_and(|operation| {
            operation.status.is_pending() && matches!(operation.kind, OperationKind::PlayPrompt)
        })
    }

    /// Completes an operation whose time has come, unless it was canceled.
    pub fn complete_operation(&mut self, number: CallNumber, operation: usize) {
        if !self.operation(number, operation).is_some_and(|operation| operation.status.is_pending()) {
            return;
        }
        let joined = self.join_invited(number, operation);
        self.end_operation(number, operation, OperationStatus::Completed);
        if joined {
            self.notify_roster(number);
        }
        let end = self.leg(number).map_or(0, |leg| leg.operations.end());
        if let Some(next) = (operation + 1..end).find(|next| self.is_pending_prompt(number, *next))
            && !(0..next).any(|earlier| self.is_pending_prompt(number, earlier))
        {
            self.set_status(number, next, OperationStatus::Running);
        }
    }

    /// Adds the participants that an operation invites to the call; returns whether there are any.
    fn join_invited(&mut self, number: CallNumber, operation: usize) -> bool {
        let Some(leg) = self.live.get_mut(&number).and_then(|live| live.leg.as_mut()) else { return false };
        let Some(OperationKind::Invite(invited)) = leg.operations.get(operation).map(|it| &it.kind) else {
            return false;
        };
        let others = &mut leg.others;
        for participant in invited {
            if !others.iter().any(|other| other.id == participant.id) {
                others.push(participant.clone());
            }
        }
        !invited.is_empty()
    }

    fn set_status(&mut self, number: CallNumber, operation: usize, status: OperationStatus) {
        let leg = self.live.get_mut(&number).and_then(|live| live.leg.as_mut());
        if let Some(operation) = leg.and_then(|leg| leg.operations.get_mut(operation)) {
            operation.status = status;
        }
    }

    /// Ends an operation and notifies the bot.
    fn end_operation(&mut self, number: CallNumber, operation: usize, status: OperationStatus) {
        self.set_status(number, operation, status);
        let Some(live) = self.live.get(&number) else { return };
        let Some(operation) = self.operation(number, operation) else { return };
        let path = format!("{}/operations/{}", live.id, operation.id);
        let mut ended = notification("deleted", &path, &operation.ended(&live.id));
        if let Some(ended) = ended.as_object_mut() {
            ended.insert("resource".into(), format!("/app/calls/{path}").into());
        }
        let summary = format!("{} of call {number} is {}", operation.kind.name(), status.name());
        self.notify(number, &ended, NOTIFICATION_DELAY, summary);
    }

    /// Mutes or unmutes the bot, and notifies it.
    pub fn set_muted(&mut self, number: CallNumber, is_muted: bool) {
        if let Some(leg) = self.live.get_mut(&number).and_then(|live| live.leg.as_mut()) {
            leg.is_muted = is_muted;
            self.notify_roster(number);
        }
    }

    /// Mutes another participant, and notifies the bot; returns whether there is such a participant.
    pub fn mute_participant(&mut self, number: CallNumber, id: &str) -> bool {
        let leg = self.live.get_mut(&number).and_then(|live| live.leg.as_mut());
        let others = leg.map(|leg| leg.others.as_mut_slice()).unwrap_or_default();
        let Some(participant) = others.iter_mut().find(|other| other.id.eq_ignore_ascii_case(id)) else {
            return false;
        };
        participant.is_muted = true;
        self.notify_roster(number);
        true
    }

    /// Removes a participant, or withdraws its invitation; returns whether there is such a participant.
    pub fn remove_participant(&mut self, number: CallNumber, id: &str) -> bool {
        let Some(live) = self.live.get_mut(&number) else { return false };
        let Some(leg) = live.leg.as_mut() else { return false };
        let count = leg.others.len();
        leg.others.retain(|other| !other.id.eq_ignore_ascii_case(id));
        if leg.others.len() < count {
            let is_alone = leg.others.is_empty() && !live.call.group;
            self.notify_roster(number);
            if is_alone {
                let result = Some((200, 5_002, "The other participants left."));
                self.finish(number, CallOutcome::OtherPartyHungUp, result);
            }
            return true;
        }
        let mut is_withdrawn = false;
        for operation in leg.operations.dropped()..leg.operations.end() {
            if let Some(CommsOperation { kind: OperationKind::Invite(invited), status, .. }) =
                leg.operations.get_mut(operation)
                && status.is_pending()
            {
                let count = invited.len();
                invited.retain(|other| !other.id.eq_ignore_ascii_case(id));
                is_withdrawn |= invited.len() < count;
            }
        }
        is_withdrawn
    }

    /// Notifies the bot that the other party pressed a key of the dial pad.
    ///
    /// # Errors
    /// Returns an error if there is no such call or key, or the bot has not subscribed to the call's tones.
    pub fn press(&mut self, number: CallNumber, key: char) -> Result<(), String> {
        let tone = tone(key).ok_or_else(|| format!("`{key}` is not a key of a dial pad"))?;
        let live = self.live.get_mut(&number).ok_or_else(|| format!("there is no call {number}"))?;
        let tones = live.leg.as_mut().and_then(|leg| leg.tones.as_mut());
        let tones =
            tones.ok_or_else(|| format!("the bot has not subscribed to the tones of call {number}"))?;
        *tones += 1;
        let info = json!({"@odata.type": "#microsoft.graph.toneInfo", "sequenceId": *tones, "tone": tone});
        let pressed = updated(&live.id, &json!({"state": live.state.name(), "toneInfo": info}));
        self.notify(number, &pressed, NOTIFICATION_DELAY, format!("call {number} has {tone}"));
        Ok(())
    }

    /// Notifies the bot of the participants of a group call.
    pub fn notify_group(&mut self, number: CallNumber) {
        let Some(live) = self.live.get_mut(&number) else { return };
        let called = live.called();
        if let Some(leg) = live.leg.as_mut() {
            leg.others.extend(called);
            if live.call.group {
                self.notify_roster(number);
            }
        }
    }

    /// Notifies the bot of the participants of a call.
    fn notify_roster(&mut self, number: CallNumber) {
        let Some(live) = self.live.get(&number) else { return };
        let path = format!("{}/participants", live.id);
        let roster = notification("updated", &path, &Value::from(live.roster(&self.options.client_id)));
        self.notify(
            number,
            &roster,
            NOTIFICATION_DELAY,
            format!("the participants of call {number} changed"),
        );
    }

    fn leg(&self, number: CallNumber) -> Option<&BotLeg> {
        self.live.get(&number)?.leg.as_ref()
    }

    /// Returns the operation of that number.
    pub fn operation(&self, number: CallNumber, operation: usize) -> Option<&CommsOperation> {
        self.leg(number)?.operations.get(operation)
    }
}

/// Returns the `tone` of a key of the dial pad.
fn tone(key: char) -> Option<String> {
    match key.to_ascii_lowercase() {
        digit @ '0'..='9' => Some(format!("tone{digit}")),
        letter @ 'a'..='d' => Some(letter.into()),
        '*' => Some("star".into()),
        '#' => Some("pound".into()),
        _ => None,
    }
}

impl LiveCall {
    /// Returns the operation with that id.
    pub fn operation(&self, id: &str) -> Option<&CommsOperation> {
        self.leg.as_ref()?.operations.iter().find(|operation| operation.id.eq_ignore_ascii_case(id))
    }
}
