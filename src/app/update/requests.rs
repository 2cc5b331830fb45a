//! The user's requests: from an answer, a message or an invitation to the command for the provider.

use std::borrow::Cow;

use super::messages;
use crate::app::available;
use crate::app::offers::{accept_decision, check_offered};
use crate::app::{
    Action, Batch, Condition, Effect, Focus, NotificationChoice, PendingRequest, Phase, Progress, State,
    Targets, Thread, Tone,
};
use crate::invitation::{
    AccountId, CallbackUri, Conversation, ConversationId, Decision, Destination, Invitation, InvitationId,
    Kind, Party, Reason, Rejection,
};
use crate::provider::{Command, Ticket};
use crate::rules;

/// Accepts invitations, each in the way that it offers.
pub(super) fn accept(state: &mut State, effects: &mut Vec<Effect>, targets: &Targets) {
    let now = state.now.moment;
    answer_each(state, effects, targets, "Accepted", |invitation| accept_decision(invitation, now));
}

/// Cancels the selected invitation of the user.
pub(super) fn cancel(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) {
    let Some(targets) = targets(state, focus, Action::Cancel) else { return };
    answer_if_offered(state, effects, &targets.into(), "Cancelled", |_| Decision::Cancel);
}

/// Declines invitations with a reason.
pub(super) fn decline(state: &mut State, effects: &mut Vec<Effect>, targets: &Targets, reason: Reason) {
    answer_if_offered(state, effects, targets, "Declined", |_| Decision::Decline(reason));
}

/// Rejects calls to a bot with a reason; their later notifications go to `callback`, if given.
pub(super) fn reject(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &Targets,
    reason: Rejection,
    callback: Option<&CallbackUri>,
) {
    let decision = |_: &Invitation| Decision::Reject { reason, callback: callback.cloned() };
    answer_if_offered(state, effects, targets, "Rejected", decision);
}

/// Declines or rejects each invitation with the default reason of its kind.
pub(super) fn decline_now(state: &mut State, effects: &mut Vec<Effect>, targets: &Targets) {
    let (decline, reject) = (state.settings.default_reason, state.settings.default_rejection);
    answer_if_offered(state, effects, targets, "Declined", |invitation| match invitation.kind {
        Kind::Call => Decision::Reject { reason: reject, callback: None },
        _ => Decision::Decline(decline),
    });
}

/// Redirects a call to a bot.
pub(super) fn redirect(state: &mut State, effects: &mut Vec<Effect>, id: InvitationId, to: &Destination) {
    answer_if_offered(state, effects, &vec![id].into(), "Redirected", |_| Decision::Redirect(to.clone()));
}

/// Answers each target with `decision`, if the invitation offers it; `verb` is the answer as a participle.
fn answer_if_offered(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &Targets,
    verb: &'static str,
    decision: impl Fn(&Invitation) -> Decision,
) {
    let now = state.now.moment;
    answer_each(state, effects, targets, verb, |invitation| {
        check_offered(invitation, now, decision(invitation))
    });
}

/// Answers each target with the decision that `decision` returns for it, or notes why it cannot be answered.
///
/// The outcome of one target is reported when it is known, that of several in one sentence when all are settled.
fn answer_each(
    state: &mut State,
    effects: &mut Vec<Effect>,
    targets: &Targets,
    verb: &'static str,
    decision: impl Fn(&Invitation) -> Result<Decision, Cow<'static, str>>,
) {
    let mut batch = (targets.total() > 1).then(|| Batch::new(verb, targets.total(), targets.ended));
    for id in &targets.ids {
        let Some(entry) = state.entry(*id) else { continue };
        let decided =
            decision(&entry.invitation).and_then(|decision| send_decision(state, effects, *id, decision));
        match (decided, &mut batch) {
            (Ok(_), Some(batch)) => batch.wait_for(*id),
            (Err(why), Some(batch)) => batch.fail(complaint(state, *id, &why)),
            (Ok(_), None) => {}
            (Err(why), None) => state.notify(&complaint(state, *id, &why), Tone::Info),
        }
        state.marked.remove(id);
    }
    let selected = state.incoming.selected().filter(|entry| entry.phase != Phase::Ringing);
    if selected.is_some_and(|entry| targets.ids.contains(&entry.invitation.id)) {
        state.incoming.set_answered(true);
    }
    if let Some(batch) = batch {
        if let Some(why) = batch.failure() {
            state.notify(why, Tone::Info);
        }
        state.start_batch(batch);
    }
}

/// Gives the answer that the user chose in the notification of an invitation.
pub(super) fn choose(
    state: &mut State,
    id: InvitationId,
    choice: NotificationChoice,
    effects: &mut Vec<Effect>,
) {
    let Some(entry) = state.entry(id).filter(|_| !state.quitting) else {
        return state.notify("The invitation that you answered is over", Tone::Info);
    };
    if let Phase::Over { outcome, .. } = &entry.phase {
        let text = format!("{}: already over: {}", entry.invitation.other_side().label(), outcome.words());
        return state.notify(&text, Tone::Info);
    }
    let targets = Targets::from(vec![id]);
    match choice {
        NotificationChoice::Accept => accept(state, effects, &targets),
        NotificationChoice::Decline => decline_now(state, effects, &targets),
    }
}

/// Gives the answer of a rule to an incoming invitation, or returns why that is not possible.
pub(super) fn answer_by_rule(
    state: &mut State,
    effects: &mut Vec<Effect>,
    id: InvitationId,
    answer: rules::Answer,
) -> Result<(), Cow<'static, str>> {
    let now = state.now.moment;
    let Some(entry) = state.incoming.get(id) else { return Err("it is over".into()) };
    let decision = match (answer, entry.invitation.kind) {
        (rules::Answer::Accept, _) => accept_decision(&entry.invitation, now)?,
        (rules::Answer::Decline { rejection: reason, .. }, Kind::Call) => {
            check_offered(&entry.invitation, now, Decision::Reject { reason, callback: None })?
        }
        (rules::Answer::Decline { reason, .. }, _) => {
            check_offered(&entry.invitation, now, Decision::Decline(reason))?
        }
    };
    send_decision(state, effects, id, decision).map(drop)
}

/// Returns the invitations that an action answers, or notifies the user why the action is not available.
pub(super) fn targets(state: &mut State, focus: &Focus, action: Action) -> Option<Vec<InvitationId>> {
    if !matches!(action, Action::Cancel | Action::Redirect) && !focus.marked.is_empty() {
        return Some(focus.marked.clone());
    }
    if !available::is_available(state, focus, action) {
        let why = available::why_not(state, focus, action);
        match focus.invitation().and_then(|id| state.entry(id)) {
            Some(entry) => {
                let valid_while = Condition::Phase(entry.invitation.id, entry.phase.clone());
                state.notify_while(&why, Tone::Info, valid_while);
            }
            None => state.notify(&why, Tone::Info),
        }
        return None;
    }
    focus.invitation().map(|id| vec![id])
}

/// Sends a decision on an invitation, and returns the ticket of the request, or returns why it is not sent.
pub(super) fn send_decision(
    state: &mut State,
    effects: &mut Vec<Effect>,
    id: InvitationId,
    decision: Decision,
) -> Result<Ticket, Cow<'static, str>> {
    // An invitation has at most one answer in flight.
    if state.entry(id).is_none_or(|entry| entry.phase != Phase::Ringing) {
        return Err("already answered".into());
    }
    let ticket = request(state, effects, id.account, PendingRequest::Answer(id), |ticket| Command::Answer {
        ticket,
        invitation: id,
        decision: decision.clone(),
    });
    let answering = Phase::Answering { decision, ticket, progress: Progress::Sending };
    state.change_entry(id, |entry| entry.phase = answering);
    Ok(ticket)
}

/// Invites a person into a conversation. Returns the ticket of the request.
pub(super) fn invite(
    state: &mut State,
    effects: &mut Vec<Effect>,
    conversation: ConversationId,
    to: Party,
) -> Ticket {
    let uri = to.uri.to_string();
    let pending = PendingRequest::Invite { to, conversation, is_lost: false };
    request(state, effects, conversation.account, pending, |ticket| Command::Invite {
        ticket,
        conversation,
        uri,
    })
}

/// Transfers a call that a bot has answered. Returns the ticket of the request.
pub(super) fn transfer(
    state: &mut State,
    effects: &mut Vec<Effect>,
    conversation: ConversationId,
    to: Destination,
) -> Ticket {
    let title = state.conversations.get(conversation).map(Conversation::title).unwrap_or_default().to_owned();
    let pending = PendingRequest::Transfer { conversation, title, to: to.clone() };
    request(state, effects, conversation.account, pending, |ticket| Command::Transfer {
        ticket,
        conversation,
        to,
    })
}

/// Sends a message into a conversation. Returns the ticket of the request.
pub(super) fn send(
    state: &mut State,
    effects: &mut Vec<Effect>,
    conversation: ConversationId,
    text: &str,
) -> Ticket {
    let ticket = request(state, effects, conversation.account, PendingRequest::Send, |ticket| {
        Command::Send { ticket, conversation, text: text.to_owned() }
    });
    messages::send(state, conversation, ticket, text);
    ticket
}

/// Sends the latest message that failed in the current conversation again. Returns whether there was one.
pub(super) fn send_again(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(id) = state.with_failed_message() else { return false };
    let Some(text) = state.threads.get_mut(&id).and_then(Thread::take_failed) else { return false };
    let text: Vec<&str> = text.lines().collect();
    send(state, effects, id, &text.join("\n"));
    true
}

/// Leaves the conversation of `focus`, or hangs up its call. Returns the ticket of the request, or notifies the user why none
/// is sent.
pub(super) fn leave(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) -> Option<Ticket> {
    let chosen = available::conversation(state, focus, Action::HangUp);
    let chosen = chosen.and_then(|id| state.conversations.get(id)).filter(|chosen| chosen.can_leave);
    let Some(chosen) = chosen else { return hang_up(state, focus, effects) };
    let (conversation, title, is_meeting) = (chosen.id, chosen.described(), chosen.meeting.is_some());
    let already = format!("Already leaving {title}");
    let is_leaving = |pending: &PendingRequest| match pending {
        PendingRequest::Leave { conversation: other, .. } => *other == conversation,
        _ => false,
    };
    if notify_if_pending(state, conversation, &already, is_leaving) {
        return None;
    }
    let pending = PendingRequest::Leave { conversation, title, is_meeting };
    let command = |ticket| Command::Leave { ticket, conversation };
    Some(request(state, effects, conversation.account, pending, command))
}

/// Hangs up the call of `focus`, unless that is under way.
fn hang_up(state: &mut State, focus: &Focus, effects: &mut Vec<Effect>) -> Option<Ticket> {
    let chosen = available::conversation(state, focus, Action::HangUp);
    let Some(chosen) = chosen.and_then(|id| state.conversations.get(id)) else {
        state.notify(&available::why_not(state, focus, Action::HangUp), Tone::Info);
        return None;
    };
    let conversation = chosen.id;
    let who = chosen.participants.first().map_or(chosen.subject.as_str(), Party::label).to_owned();
    let already = format!("{who}: already hanging up");
    let is_hanging_up = |pending: &PendingRequest| match pending {
        PendingRequest::HangUp { conversation: other, is_lost: false, .. } => *other == conversation,
        _ => false,
    };
    if notify_if_pending(state, conversation, &already, is_hanging_up) {
        return None;
    }
    let pending = PendingRequest::HangUp { conversation, who, is_lost: false };
    let command = |ticket| Command::HangUp { ticket, conversation };
    Some(request(state, effects, conversation.account, pending, command))
}

/// Notifies the user if a request about a conversation is pending already. Returns whether it is.
fn notify_if_pending(
    state: &mut State,
    conversation: ConversationId,
    already: &str,
    is_same: impl Fn(&PendingRequest) -> bool,
) -> bool {
    let is_pending = state.pending_requests.values().any(is_same);
    if is_pending {
        state.notify_while(already, Tone::Info, Condition::Conversation(conversation));
    }
    is_pending
}

/// Sends the command that `command` makes for a new ticket, and remembers it as pending. Returns the ticket.
pub(super) fn request(
    state: &mut State,
    effects: &mut Vec<Effect>,
    account: AccountId,
    pending: PendingRequest,
    command: impl FnOnce(Ticket) -> Command,
) -> Ticket {
    let ticket = state.tickets.take();
    state.pending_requests.insert(ticket, pending);
    effects.push(Effect::Provider(account, command(ticket)));
    ticket
}

/// Returns the reason why an invitation cannot be answered, with the name of the remote party.
fn complaint(state: &State, id: InvitationId, why: &str) -> String {
    let who = state.entry(id).map_or("", |entry| entry.invitation.other_side().label());
    format!("{who}: {why}")
}
