//! The work of the user's rules: they keep an invitation quiet, or answer it once, unless the user was faster.

use std::time::Duration;

use super::alerts::alert_of_invitation;
use super::requests;
use crate::app::{Action, Effect, Phase, Ruling, State, Tone};
use crate::invitation::{AccountId, Certainty, Invitation, InvitationId, Moment, Offers, Stage};
use crate::provider::{Command, Status};
use crate::rules::{self, Facts, Verdict};
use crate::text::DisplayText;

/// The maximum wait for a fact, or for the answers that an invitation offers, before it rings as without rules.
const MAX_WAIT_FOR_FACTS: Duration = Duration::from_secs(3);

/// Has the rules decide about a new incoming invitation, and announces it unless they keep it quiet.
///
/// A rule answers only an invitation known to have just started ringing. One that was ringing before it was seen may be
/// about to end, or the user may be answering it elsewhere.
pub(super) fn arrive(state: &mut State, id: InvitationId, effects: &mut Vec<Effect>) {
    if state.settings.rules.is_empty() {
        return alert_of_invitation(state, id, effects);
    }
    let Some(invitation) = state.incoming.get(id).map(|entry| &entry.invitation) else { return };
    let may_answer = invitation.certainty == Certainty::Exact && invitation.stage != Stage::Connecting;
    let until = state.now.moment.after(MAX_WAIT_FOR_FACTS);
    decide(state, id, may_answer, until, effects);
}

/// Decides about an invitation, or puts the decision off until a fact is known, but no longer than `until`.
fn decide(state: &mut State, id: InvitationId, may_answer: bool, until: Moment, effects: &mut Vec<Effect>) {
    let now = state.now.moment;
    let Some(invitation) = state.incoming.get(id).map(|entry| &entry.invitation) else { return };
    let offers_unknown = invitation.offers == Offers::default();
    let ruling = match state.settings.rules.decide(&facts(state, invitation)) {
        Verdict::None => None,
        Verdict::Unknown(_) => Some(Ruling::Undecided { may_answer, until }),
        Verdict::Match(rule) => match &rule.action {
            rules::Action::Ring => None,
            rules::Action::Silence => Some(Ruling::Silenced { rule: rule.name.clone() }),
            rules::Action::Answer { .. } if !may_answer || state.rulings.are_off => None,
            rules::Action::Answer { .. } if offers_unknown => Some(Ruling::Undecided { may_answer, until }),
            rules::Action::Answer { answer, delay } => {
                let announce_at = delay.is_zero().then_some(until);
                Some(Ruling::waiting(rule, *answer, now.after(*delay), announce_at))
            }
        },
    };
    match ruling {
        Some(Ruling::Undecided { .. }) if until <= now => let_ring(state, id, effects),
        None => let_ring(state, id, effects),
        Some(ruling) => {
            let is_announced = matches!(ruling, Ruling::Waiting { announce_at: None, .. });
            state.rulings.set(id, ruling);
            if is_announced {
                alert_of_invitation(state, id, effects);
            }
        }
    }
}

/// Returns what is known of an invitation.
fn facts(state: &State, invitation: &Invitation) -> Facts {
    let (account, uri) = (invitation.id.account, invitation.from.uri.as_str());
    let mut facts = Facts::of(invitation, state.now.wall);
    if facts.network.is_none() {
        let contact = state.contacts.get(account, uri).filter(|contact| !contact.origin.is_empty());
        facts.network = contact.map(|contact| contact.origin.clone());
    }
    if facts.in_contacts.is_none() && !uri.is_empty() {
        facts.in_contacts = state.contact_lists.contain(account, uri);
    }
    facts
}

/// Leaves an invitation to the user and announces it.
fn let_ring(state: &mut State, id: InvitationId, effects: &mut Vec<Effect>) {
    state.rulings.remove(id);
    alert_of_invitation(state, id, effects);
}

/// Leaves an invitation that a rule can't answer to the user, and announces it if that was not done before.
fn give_up(state: &mut State, id: InvitationId, announce_at: Option<Moment>, effects: &mut Vec<Effect>) {
    state.rulings.remove(id);
    if announce_at.is_some() {
        alert_of_invitation(state, id, effects);
    }
}

/// Tells the user that a rule, which was to answer at the time `at`, has let the deadline pass. An invitation that ended
/// before its deadline needs no word.
fn report_late(state: &mut State, id: InvitationId, rule: &DisplayText, at: Moment) {
    let Some(invitation) = state.incoming.get(id).map(|entry| &entry.invitation) else { return };
    if invitation.deadline > state.now.moment {
        return;
    }
    let why = if at >= invitation.deadline {
        "came too late; give it a shorter delay"
    } else {
        "could not answer in time"
    };
    let who = invitation.other_side().label();
    state.notify(&format!("{who}: rule “{rule}” {why}"), Tone::Problem);
}

/// Confirms that an invitation rings: the current session has just reported it.
pub(super) fn confirm(state: &mut State, id: InvitationId) {
    state.rulings.confirm(true, |other| other == id);
}

/// Notes the new state of an account's connection. While offline, an invitation no longer counts as confirmed. Each session
/// reads the user's contact list if a rule depends on it.
pub(super) fn after_connection_change(
    state: &mut State,
    id: AccountId,
    status: &Status,
    effects: &mut Vec<Effect>,
) {
    let Some(account) = state.account(id) else { return };
    if !status.is_online() {
        state.rulings.confirm(false, |other| other.account == id);
    } else if !account.status.is_online() && !account.is_bot && state.settings.rules.need_contacts() {
        effects.push(Effect::Provider(id, Command::ReadContactList));
    }
}

/// Makes the postponed decisions, sends the answers that are due, and drops the ruling on any invitation that the user is
/// about to answer. To be called after each message.
pub(super) fn after_update(state: &mut State, effects: &mut Vec<Effect>) {
    for id in state.rulings.open() {
        let phase = state.incoming.get(id).map(|entry| &entry.phase);
        match (state.rulings.get(id), phase) {
            (Some(Ruling::Answered { .. }), Some(Phase::Ringing)) => let_ring(state, id, effects),
            (None, _) | (Some(Ruling::Answered { .. } | Ruling::Silenced { .. }), Some(_)) => {}
            (Some(Ruling::Waiting { rule, at, .. }), Some(Phase::Over { .. })) => {
                let (rule, at) = (rule.clone(), *at);
                state.rulings.remove(id);
                report_late(state, id, &rule, at);
            }
            (_, None | Some(Phase::Answering { .. } | Phase::Over { .. })) => state.rulings.remove(id),
            (_, Some(Phase::Ringing)) if user_is_answering(state, id) => state.rulings.remove(id),
            (Some(&Ruling::Undecided { may_answer, until }), Some(Phase::Ringing)) => {
                decide(state, id, may_answer, until, effects);
            }
            (Some(Ruling::Waiting { .. }), Some(Phase::Ringing)) => {}
        }
        // A postponed decision may be due at once.
        answer_if_due(state, id, effects);
    }
}

/// Returns whether the user is about to answer an invitation.
fn user_is_answering(state: &State, id: InvitationId) -> bool {
    state.marked.contains(&id) || state.mode.concerns(id)
}

/// Answers an invitation if a rule is to do so now. After its time an invitation is left to the user.
fn answer_if_due(state: &mut State, id: InvitationId, effects: &mut Vec<Effect>) {
    let now = state.now.moment;
    let Some(Ruling::Waiting { at, .. }) = state.rulings.get(id) else { return };
    let deadline = state.incoming.get(id).map_or(now, |entry| entry.invitation.deadline);
    if *at > now && deadline > now {
        return;
    }
    let Some(Ruling::Waiting { rule, answer, at, is_confirmed, announce_at }) =
        state.rulings.get(id).cloned()
    else {
        return;
    };
    let Some(invitation) = state.incoming.get(id).map(|entry| entry.invitation.clone()) else { return };
    let is_online = state.account(id.account).is_some_and(|account| account.status.is_online());
    if invitation.deadline <= now {
        report_late(state, id, &rule, at);
        return give_up(state, id, announce_at, effects);
    }
    if now >= at && is_confirmed && is_online && !state.quitting {
        match requests::answer_by_rule(state, effects, id, answer) {
            Ok(()) => return state.rulings.set(id, Ruling::Answered { rule }),
            // An event or a read brings the links.
            Err(_) if invitation.offers == Offers::default() => {}
            Err(why) => {
                let who = invitation.other_side().label();
                let verb = answer.verb();
                state.notify(&format!("{who}: rule “{rule}” {verb} it, but {why}"), Tone::Problem);
                return give_up(state, id, announce_at, effects);
            }
        }
    }
    if announce_at.is_some_and(|time| time <= now) {
        state.rulings.set(id, Ruling::Waiting { rule, answer, at, is_confirmed, announce_at: None });
        alert_of_invitation(state, id, effects);
    }
}

/// Turns the automatic answers off or on. Those that wait for their time are called off.
pub(super) fn toggle(state: &mut State, effects: &mut Vec<Effect>) {
    if state.settings.rules.is_empty() {
        return state.notify("There are no rules; add [[rules]] to the configuration", Tone::Info);
    }
    state.rulings.are_off = !state.rulings.are_off;
    if !state.rulings.are_off {
        return state.notify("Automatic answers are on for new invitations", Tone::Info);
    }
    for id in state.rulings.open() {
        match state.rulings.get(id) {
            Some(Ruling::Waiting { announce_at: Some(_), .. }) => let_ring(state, id, effects),
            Some(Ruling::Waiting { .. }) => state.rulings.remove(id),
            None | Some(Ruling::Undecided { .. } | Ruling::Answered { .. } | Ruling::Silenced { .. }) => {}
        }
    }
    let key = state.settings.keys.preferred(Action::Rules).map(|key| key.to_string());
    let hint = key.map(|key| format!("; {key} turns them on")).unwrap_or_default();
    state.notify(&format!("Automatic answers are off{hint}"), Tone::Info);
}
