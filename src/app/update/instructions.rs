//! The instructions of programs that use the client without its screen, and their outcomes.

use std::borrow::Cow;

use super::{presence, requests};
use crate::app::offers::{accept_decision, allows, check_offered};
use crate::app::{
    Action, Effect, Focus, Instruction, Phase, PickPurpose, Place, PresenceChoice, Reply, State, Subject,
    Tab, Underway, address, obstacle,
};
use crate::invitation::{
    AccountId, Conversation, ConversationId, Decision, Invitation, InvitationId, Kind, Outcome, Party,
    PastInvitation,
};
use crate::provider::{Problem, Ticket};
use crate::text::DisplayText;

/// The reason why an instruction is not carried out.
type Refusal = Cow<'static, str>;

/// The request of an instruction, and the invitation that it answers, if it does, with the decision.
struct Begun {
    ticket: Ticket,
    answers: Option<(InvitationId, Decision)>,
}

impl From<Ticket> for Begun {
    fn from(ticket: Ticket) -> Self {
        Self { ticket, answers: None }
    }
}

/// Carries out an instruction, whose outcome is reported under a number as soon as it is known.
pub(super) fn carry_out(state: &mut State, number: u64, instruction: Instruction, effects: &mut Vec<Effect>) {
    match begin(state, instruction, effects) {
        Ok(Begun { ticket, answers }) => {
            state.instructions.insert(ticket, Underway { number, answers });
        }
        Err(why) => reply(effects, number, Reply::Failed(DisplayText::new(&why))),
    }
}

/// Sends the request for an instruction.
fn begin(state: &mut State, instruction: Instruction, effects: &mut Vec<Effect>) -> Result<Begun, Refusal> {
    let now = state.now.moment;
    let (decline, reject) = (state.settings.default_reason, state.settings.default_rejection);
    let rejecting = |reason| Decision::Reject { reason, callback: None };
    match instruction {
        Instruction::Accept(id) => answer(state, effects, id, |it| accept_decision(it, now)),
        Instruction::Decline(id, reason) => answer(state, effects, id, |it| match (it.kind, reason) {
            (Kind::Call, None) => check_offered(it, now, rejecting(reject)),
            (Kind::Call, Some(_)) => Err("a call to a bot is rejected, with busy, none or forbidden".into()),
            _ => check_offered(it, now, Decision::Decline(reason.unwrap_or(decline))),
        }),
        Instruction::Cancel(id) => answer(state, effects, id, |it| check_offered(it, now, Decision::Cancel)),
        Instruction::Reject(id, reason) => {
            answer(state, effects, id, |it| check_offered(it, now, rejecting(reason.unwrap_or(reject))))
        }
        Instruction::Redirect(id, to) => {
            answer(state, effects, id, |it| check_offered(it, now, Decision::Redirect(to.clone())))
        }
        Instruction::Send(place, text) => {
            let id = conversation(state, place, Action::Message)?;
            Ok(requests::send(state, effects, id, &text).into())
        }
        Instruction::Invite(place, to) => {
            let id = conversation(state, place, Action::Invite)?;
            let is_call = state.conversations.get(id).is_some_and(Conversation::can_hang_up);
            let uri =
                if is_call { address::destination(to.trim())?.uri() } else { address::person(to.trim())? };
            if let Some(obstacle) = obstacle(&state.involved(id.account), PickPurpose::Invite(id), &uri) {
                return Err(obstacle.complaint().into());
            }
            let to = Party { uri: DisplayText::new(&uri), ..Party::default() };
            Ok(requests::invite(state, effects, id, to).into())
        }
        Instruction::Transfer(place, to) => {
            let id = conversation(state, place, Action::Redirect)?;
            Ok(requests::transfer(state, effects, id, to).into())
        }
        Instruction::Leave(place) => leave(state, effects, place),
        Instruction::Presence { choice, account } => set_presence(state, effects, choice, account.as_deref()),
    }
}

/// Answers an invitation with the decision that `decision` returns for it.
fn answer(
    state: &mut State,
    effects: &mut Vec<Effect>,
    id: InvitationId,
    decision: impl Fn(&Invitation) -> Result<Decision, Refusal>,
) -> Result<Begun, Refusal> {
    let Some(entry) = state.entry(id) else {
        return Err("there is no such invitation, or it ended a while ago".into());
    };
    if let Phase::Over { outcome, .. } = &entry.phase {
        return Err(format!("already over: {}", outcome.words()).into());
    }
    let decision = decision(&entry.invitation)?;
    let ticket = requests::send_decision(state, effects, id, decision.clone())?;
    Ok(Begun { ticket, answers: Some((id, decision)) })
}

/// Returns the conversation that an instruction names, if it offers the action.
fn conversation(state: &State, place: Place, action: Action) -> Result<ConversationId, Refusal> {
    let id = match place {
        Place::Conversation(id) => id,
        Place::Invitation(id) => {
            let past = || state.history.iter().find(|past| past.invitation.id == id);
            let invitation = state.entry(id).map(|entry| &entry.invitation);
            let invitation = invitation.or_else(|| past().map(|past| &past.invitation));
            let found = invitation.ok_or("there is no such invitation")?.conversation;
            found.ok_or("the invitation has led to no conversation")?
        }
    };
    let Some(found) = state.conversations.get(id) else {
        return Err("there is no such conversation, or it has ended".into());
    };
    if allows(found, action) { Ok(id) } else { Err("the conversation does not allow that now".into()) }
}

fn leave(state: &mut State, effects: &mut Vec<Effect>, place: Place) -> Result<Begun, Refusal> {
    let id = conversation(state, place, Action::HangUp)?;
    let selected = Some(Subject::Conversation(id));
    let focus = Focus { tab: Tab::Conversations, selected, marked: Vec::new() };
    let ticket = requests::leave(state, &focus, effects).ok_or("already being left, or hung up")?;
    Ok(ticket.into())
}

fn set_presence(
    state: &mut State,
    effects: &mut Vec<Effect>,
    choice: PresenceChoice,
    name: Option<&str>,
) -> Result<Begun, Refusal> {
    let meant: Vec<AccountId> = state
        .user_accounts()
        .filter(|(_, account)| name.is_none_or(|name| account.label.is_named(name)))
        .map(|(id, _)| id)
        .collect();
    match (meant.as_slice(), name) {
        ([account], _) => Ok(presence::set(state, effects, *account, choice).into()),
        ([], Some(name)) => Err(format!("no account with a presence is named {name}").into()),
        ([], None) => Err("a bot’s account has no presence".into()),
        _ => Err("several accounts have a presence; add the name of one".into()),
    }
}

/// Reports that the server has accepted a request, unless only a later event tells its outcome.
pub(super) fn completed(state: &mut State, ticket: Ticket, effects: &mut Vec<Effect>) {
    if state.instructions.get(&ticket).is_some_and(|underway| underway.answers.is_none()) {
        finish(state, ticket, Reply::Done(DisplayText::new("accepted by the server")), effects);
    }
}

/// Reports that a request was refused.
pub(super) fn refused(state: &mut State, ticket: Ticket, problem: &Problem, effects: &mut Vec<Effect>) {
    finish(state, ticket, Reply::Failed(DisplayText::new(&problem.to_string())), effects);
}

/// Reports that the response to a request was lost, unless a later event tells the outcome.
pub(super) fn uncertain(state: &mut State, ticket: Ticket, problem: &Problem, effects: &mut Vec<Effect>) {
    if state.instructions.get(&ticket).is_some_and(|underway| underway.answers.is_none()) {
        finish(state, ticket, Reply::Unknown(problem.message.clone()), effects);
    }
}

/// Reports that an invitation that was answered has ended; `is_asked_for` tells whether a decision asks for that end.
pub(super) fn ended(
    state: &mut State,
    past: &PastInvitation,
    is_asked_for: impl Fn(&Decision) -> bool,
    effects: &mut Vec<Effect>,
) {
    let (id, outcome) = (past.invitation.id, &past.outcome);
    let answers = |underway: &Underway| underway.answers.as_ref().filter(|(other, _)| *other == id).cloned();
    let over: Vec<(Ticket, Decision)> = state
        .instructions
        .iter()
        .filter_map(|(ticket, underway)| Some((*ticket, answers(underway)?.1)))
        .collect();
    for (ticket, decision) in over {
        let words = DisplayText::new(&outcome.words());
        let reply = match outcome {
            Outcome::Lost => Reply::Unknown(words),
            _ if is_asked_for(&decision) => Reply::Done(words),
            _ => Reply::Failed(words),
        };
        finish(state, ticket, reply, effects);
    }
}

fn finish(state: &mut State, ticket: Ticket, outcome: Reply, effects: &mut Vec<Effect>) {
    if let Some(underway) = state.instructions.remove(&ticket) {
        reply(effects, underway.number, outcome);
    }
}

fn reply(effects: &mut Vec<Effect>, number: u64, reply: Reply) {
    effects.push(Effect::Reply { number, reply });
}
