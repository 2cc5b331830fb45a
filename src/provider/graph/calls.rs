//! The calls that are known, and how far each is: notifications, replies and time go in; events, and what is to
//! be asked, come out. Knows no network.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::Instant;

use super::call;
use super::client::{Action, Answered, Deadline, Target};
use super::ending::{Asked, End, Progress, ResultInfo, outcome};
use super::error::{CallError, NOT_EVERYWHERE};
use super::notification::{CallId, CallState, Change, Notification, text};
use crate::invitation::{
    AccountId, Conversation, ConversationId, Decision, Direction, HangUp, Invitation, InvitationId, Kind,
    Moment, Offers, Outcome, Stage,
};
use crate::provider::{Clock, Event, Problem, Ticket};
use crate::text::DisplayText;

/// How long a call waits for an answer.
pub const RING: Duration = Duration::from_secs(15);

/// What is told of a call before its `created` is kept so long.
const EARLY: Duration = Duration::from_secs(60);

/// The unknown calls of which something is kept, at most.
const MOST_EARLY: usize = 1_024;
/// So much is kept of each, at most.
const MOST_OF_EACH: usize = 8;
/// Of what takes more memory than this (bytes) only the state is kept.
const LARGE: usize = 16 * 1_024;

/// The calls that are over and remembered.
const MOST: usize = 4_096;

/// The effect of an answer shows within this time, or else Graph is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// After a lost reply Graph gets this long to carry out the request before it is asked what came of it.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// How often Graph is asked before a call is given up.
const LOOKS: u8 = 6;

/// How often an answered call is kept alive; Graph ends one that is silent for 45 minutes.
const KEEP_ALIVE: Duration = Duration::from_secs(15 * 60);
/// How soon that is tried again.
const KEEP_ALIVE_AGAIN: Duration = Duration::from_secs(60);

/// Something to ask Graph.
#[derive(Clone, Debug)]
pub enum Question {
    /// How a call is.
    Look(Target),
    /// To keep a call alive.
    KeepAlive(Target),
}

/// The calls of one bot.
pub struct Calls {
    account: AccountId,
    clock: Clock,
    /// The bot's own tenant, for calls that don't say theirs.
    tenant: String,
    known: BTreeMap<CallId, Known>,
    /// What was told of calls whose `created` has not come.
    early: HashMap<CallId, (Instant, Vec<Notification>)>,
    finished: HashSet<CallId>,
    finished_in_order: VecDeque<CallId>,
    numbers: u64,
    /// Notifications of calls that nobody knows.
    unknown: u64,
    events: Vec<Event>,
    tenants: BTreeSet<String>,
}

struct Known {
    invitation: Invitation,
    target: Target,
    deadline: Deadline,
    /// Closes the deadline when the call takes no answer any more.
    close: watch::Sender<bool>,
    phase: Phase,
    /// When Graph is to be asked how the call is, and how often it still is.
    look: Option<(Instant, u8)>,
}

enum Phase {
    /// The call waits for an answer; `ended` is what followed, if that was told while an answer was on its way.
    Ringing { asked: Option<Asked>, ended: Option<Ended> },
    /// The bot is on the line.
    Open { conversation: Conversation, keep_alive_at: Instant },
}

/// The state of a call after its ringing.
#[derive(Clone, Copy)]
enum Ended {
    /// The call is connected.
    Connected,
    /// The call was connected and is over; holds what the notification of its end says.
    Disconnected(Option<ResultInfo>),
    /// The call is over without having been connected.
    Over(End),
}

impl Phase {
    /// Whether it waits for an answer of which none can have had an effect.
    fn is_unanswered(&self) -> bool {
        match self {
            Self::Ringing { asked, ended: None } => {
                asked.as_ref().is_none_or(|asked| asked.progress == Progress::NotFound)
            }
            Self::Ringing { .. } | Self::Open { .. } => false,
        }
    }
}

impl Calls {
    /// No calls yet.
    #[must_use]
    pub fn new(account: AccountId, clock: Clock, tenant: String) -> Self {
        Self {
            account,
            clock,
            tenant,
            known: BTreeMap::new(),
            early: HashMap::new(),
            finished: HashSet::new(),
            finished_in_order: VecDeque::new(),
            numbers: 0,
            unknown: 0,
            events: Vec::new(),
            tenants: BTreeSet::new(),
        }
    }

    /// Changes the bot's own tenant, for the calls to come.
    pub fn belong_to(&mut self, tenant: &str) {
        tenant.clone_into(&mut self.tenant);
    }

    /// The tenants of the calls that have begun since: a token for each is wanted before it is needed.
    pub fn tenants(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.tenants)
    }

    /// What is to be told to the program.
    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Takes in a notification, whenever and however often it comes.
    pub fn take(&mut self, notification: Notification) {
        let call = notification.call.clone();
        if self.finished.contains(&call) {
            return;
        }
        if self.known.contains_key(&call) {
            return self.change(&call, notification.change, &notification.data, notification.state());
        }
        let rings = matches!(notification.state(), None | Some(CallState::Incoming));
        if notification.change != Change::Created || !rings || !call::is_incoming(&notification.data) {
            return self.keep_early(notification);
        }
        self.begin(&call, &notification.data);
        for early in self.early.remove(&call).map(|(_, early)| early).unwrap_or_default() {
            self.take(early);
        }
    }

    fn keep_early(&mut self, notification: Notification) {
        self.unknown += 1;
        tracing::info!(unknown = self.unknown, "a notification of a call that is not known");
        let now = Instant::now();
        if self.early.len() >= MOST_EARLY {
            self.early.retain(|_, (at, _)| at.elapsed() < EARLY);
        }
        if self.early.len() < MOST_EARLY || self.early.contains_key(&notification.call) {
            let (_, early) = self.early.entry(notification.call.clone()).or_insert((now, Vec::new()));
            // One more of the same says nothing new.
            let same = |other: &Notification| {
                other.change == notification.change && other.state() == notification.state()
            };
            if early.len() < MOST_OF_EACH && !early.iter().any(same) {
                early.push(small(notification));
            }
        }
    }

    fn begin(&mut self, call: &CallId, data: &Map<String, Value>) {
        self.numbers += 1;
        let id = InvitationId { account: self.account, number: self.numbers };
        let now = self.clock.now();
        let mut invitation = Invitation::new(id, Kind::Call, Direction::Incoming, now, now.after(RING));
        invitation.offers = Offers { accept: true, reject: true, redirect: true, ..Offers::default() };
        call::merge(&mut invitation, data);
        self.events.push(Event::Invitation(Box::new(invitation.clone())));
        let tenant = call::tenant(data).unwrap_or_else(|| self.tenant.clone());
        self.tenants.insert(tenant.clone());
        let (deadline, close) = Deadline::within(RING, self.clock);
        let known = Known {
            invitation,
            target: Target { call: call.clone(), tenant },
            deadline,
            close,
            phase: Phase::Ringing { asked: None, ended: None },
            look: None,
        };
        self.known.insert(call.clone(), known);
    }

    fn change(&mut self, call: &CallId, change: Change, data: &Map<String, Value>, state: Option<CallState>) {
        let Some(known) = self.known.get_mut(call) else { return };
        let over = change == Change::Deleted || state == Some(CallState::Terminated);
        match &mut known.phase {
            Phase::Ringing { ended: ended @ Some(Ended::Connected), .. } if over => {
                *ended = Some(Ended::Disconnected(ResultInfo::of(data)));
                self.settle(call);
            }
            // The end was told: what comes now was overtaken by it.
            Phase::Ringing { ended: Some(Ended::Disconnected(_) | Ended::Over(End::Told(_))), .. } => {}
            Phase::Ringing { ended, .. } if over => {
                known.close.send_replace(true);
                *ended = Some(Ended::Over(End::Told(ResultInfo::of(data))));
                self.settle(call);
            }
            Phase::Ringing { ended: Some(Ended::Over(End::NotFound)), .. } => {}
            Phase::Ringing { ended, .. } => {
                let before = known.invitation.clone();
                call::merge(&mut known.invitation, data);
                match state {
                    Some(CallState::Established) => {
                        known.close.send_replace(true);
                        *ended = Some(Ended::Connected);
                        return self.settle(call);
                    }
                    Some(CallState::Establishing | CallState::Redirecting) => {
                        known.invitation.stage = Stage::Connecting;
                        known.invitation.offers = Offers::default();
                        // It is out of our hands; if nothing more is told, Graph is asked.
                        known.look.get_or_insert((Instant::now() + PATIENCE, LOOKS));
                    }
                    _ => {}
                }
                if known.invitation != before {
                    self.events.push(Event::Invitation(Box::new(known.invitation.clone())));
                }
            }
            Phase::Open { .. } if over => {
                let how = ResultInfo::of(data);
                self.close(call, how);
            }
            Phase::Open { .. } => {}
        }
    }

    /// Says what became of a call that rang, unless the reply to our answer is needed to tell: it may be that of
    /// another program of the bot which had an effect.
    fn settle(&mut self, call: &CallId) {
        let Some(Known { invitation, phase: Phase::Ringing { asked, ended: Some(how) }, deadline, .. }) =
            self.known.get(call)
        else {
            return;
        };
        if asked.as_ref().is_some_and(|asked| asked.progress == Progress::Sending) {
            return;
        }
        let ours = asked
            .as_ref()
            .is_some_and(|asked| asked.action == Action::Answer && asked.progress != Progress::NotFound);
        match *how {
            Ended::Connected => self.open(call, ours),
            Ended::Disconnected(end) => {
                self.open(call, ours);
                self.close(call, end);
            }
            Ended::Over(how) => {
                let outcome = outcome(asked.as_ref(), how, deadline.is_past());
                let id = invitation.id;
                self.over(call, id, outcome);
            }
        }
    }

    fn over(&mut self, call: &CallId, id: InvitationId, outcome: Outcome) {
        self.known.remove(call);
        self.finish(call);
        self.events.push(Event::Ended { id, outcome });
    }

    fn finish(&mut self, call: &CallId) {
        if self.finished.insert(call.clone()) {
            self.finished_in_order.push_back(call.clone());
            if self.finished_in_order.len() > MOST
                && let Some(oldest) = self.finished_in_order.pop_front()
            {
                self.finished.remove(&oldest);
            }
        }
    }

    /// The bot is on the line: by our answer, or by another program of the same bot.
    fn open(&mut self, call: &CallId, ours: bool) {
        let Some(known) = self.known.get_mut(call) else { return };
        let id = known.invitation.id;
        let conversation = ConversationId { account: self.account, number: id.number };
        let from = &known.invitation.from;
        let named = [&known.invitation.subject, &from.name].into_iter().find(|text| !text.is_empty());
        // Who has no name is known by the number: `tel:+14255550100`.
        let number = || from.uri.as_str().split_once(':').map_or("somebody", |(_, number)| number);
        let subject = named.map_or_else(number, DisplayText::as_str);
        let conversation = Conversation {
            subject: DisplayText::new(subject),
            participants: vec![known.invitation.from.clone()],
            hang_up: HangUp::Possible,
            note: "the bot is on the line, not you; rsvp plays nothing to the caller".into(),
            ..Conversation::new(conversation)
        };
        known.invitation.conversation = Some(conversation.id);
        known.invitation.offers = Offers::default();
        known.look = None;
        let invitation = known.invitation.clone();
        known.phase =
            Phase::Open { conversation: conversation.clone(), keep_alive_at: Instant::now() + KEEP_ALIVE };
        let outcome = if ours { Outcome::Accepted } else { Outcome::AnsweredElsewhere };
        self.events.extend([
            Event::Conversation(Box::new(conversation)),
            Event::Invitation(Box::new(invitation)),
            Event::Ended { id, outcome },
        ]);
    }

    fn close(&mut self, call: &CallId, how: Option<ResultInfo>) {
        let Some(conversation) = self.drop_line(call) else { return };
        let how = how.map_or_else(String::new, |how| format!(": {}", how.words()));
        let text = format!("The call with {} is over{how}", conversation.subject);
        self.events
            .extend([Event::Notice(DisplayText::new(&text)), Event::ConversationEnded(conversation.id)]);
    }

    /// Forgets an open line; gives what it was.
    fn drop_line(&mut self, call: &CallId) -> Option<Conversation> {
        if !matches!(self.known.get(call)?.phase, Phase::Open { .. }) {
            return None;
        }
        let Phase::Open { conversation, .. } = self.known.remove(call)?.phase else { return None };
        self.finish(call);
        Some(conversation)
    }

    /// Notes that the user has decided; says what the request is about.
    ///
    /// # Errors
    /// When nothing can be sent for it, and why.
    pub fn ask(
        &mut self,
        id: InvitationId,
        decision: &Decision,
        ticket: Ticket,
    ) -> Result<(Target, Deadline, Action), &'static str> {
        self.expire();
        let known = self.known.values_mut().find(|known| known.invitation.id == id);
        let Some(Known {
            invitation, target, deadline, phase: Phase::Ringing { asked, ended: None }, ..
        }) = known
        else {
            return Err("it is over already, nothing was sent");
        };
        let offers = invitation.offers;
        let offered = |action: &Action| match action {
            Action::Answer => offers.accept,
            Action::Reject { .. } => offers.reject,
            Action::Redirect(_) => offers.redirect,
        };
        let Some(action) = Action::of(decision).filter(|action| asked.is_none() && offered(action)) else {
            return Err("that can't be done with this call now, nothing was sent");
        };
        if deadline.is_past() {
            return Err("its 15 s are up, nothing was sent");
        }
        *asked = Some(Asked { ticket, action: action.clone(), progress: Progress::Sending });
        Ok((target.clone(), deadline.clone(), action))
    }

    /// Takes in what became of an answer.
    pub fn answered(&mut self, call: &CallId, ticket: Ticket, answered: Answered) {
        let Answered { result, repeated } = answered;
        let gone = result.as_ref().is_err_and(CallError::is_gone);
        // How far the answer is, if it may have been carried out, and when Graph is to be asked about it.
        let (progress, look, event) = match &result {
            Ok(()) => (Some(Progress::Taken), Some(PATIENCE), Some(Event::Completed(ticket))),
            // It is over, or was answered in another way, or this cloud has no such request: what Graph says of
            // the call tells. A rejection that was sent twice may have been carried out the first time.
            Err(_) if gone => {
                let progress = if repeated { Progress::Unknown } else { Progress::NotFound };
                (Some(progress), Some(Duration::ZERO), None)
            }
            Err(error) if repeated || error.is_uncertain() => {
                let event = Event::Uncertain { ticket, problem: error.problem() };
                (Some(Progress::Unknown), Some(SECOND_LOOK), Some(event))
            }
            Err(error) => (None, None, Some(Event::Refused { ticket, problem: error.problem() })),
        };
        self.events.extend(event);
        let Some(known) = self.known.get_mut(call) else { return };
        let Phase::Ringing { asked, .. } = &mut known.phase else { return };
        let Some(of) = asked.as_mut().filter(|asked| asked.ticket == ticket) else { return };
        match progress {
            Some(progress) => of.progress = progress,
            None => *asked = None,
        }
        match look {
            Some(wait) => known.look = Some((Instant::now() + wait, LOOKS)),
            // What connects by another's doing has no end of its own: it is still to be asked about.
            None if known.invitation.stage == Stage::Connecting => {}
            None => known.look = None,
        }
        self.settle(call);
        self.expire();
    }

    /// Takes in what Graph says of a call that it was asked about.
    pub fn looked(&mut self, call: &CallId, result: Result<Value, CallError>) {
        match result {
            Ok(Value::Object(data)) => {
                let state = text(&data, "state").map(CallState::parse);
                self.change(call, Change::Updated, &data, state);
                self.not_carried_out(call, state);
            }
            Err(error) if error.is_gone() => match self.known.get_mut(call).map(|known| &mut known.phase) {
                Some(Phase::Ringing { ended, .. }) => {
                    ended.get_or_insert(Ended::Over(End::NotFound));
                    self.settle(call);
                }
                Some(Phase::Open { .. }) => self.close(call, None),
                None => {}
            },
            Ok(_) | Err(_) => {}
        }
    }

    /// A request that left no trace, and whose user was not told of it yet, may be made again.
    fn not_carried_out(&mut self, call: &CallId, state: Option<CallState>) {
        let Some(known) = self.known.get_mut(call) else { return };
        let Phase::Ringing { asked, ended: None } = &mut known.phase else { return };
        let (Some(of), Some(CallState::Incoming)) = (asked.as_ref(), state) else { return };
        let problem = match of.progress {
            Progress::Unknown if !known.deadline.is_past() => {
                Problem::new("it was not carried out", "try again")
            }
            Progress::NotFound => {
                Problem::new("it was not carried out: Microsoft Graph did not find it", NOT_EVERYWHERE)
            }
            Progress::Sending | Progress::Taken | Progress::Unknown => return,
        };
        self.events.push(Event::Refused { ticket: of.ticket, problem });
        *asked = None;
        if known.invitation.stage != Stage::Connecting {
            known.look = None;
        }
    }

    /// Whether the effect of an answer is still to be seen.
    #[must_use]
    pub fn are_being_answered(&self) -> bool {
        self.known.values().any(|known| matches!(known.phase, Phase::Ringing { asked: Some(_), .. }))
    }

    /// The call of an open conversation, which is to be hung up.
    pub fn hang_up(&mut self, id: ConversationId) -> Option<Target> {
        let open = |known: &&mut Known| matches!(&known.phase, Phase::Open { conversation, .. } if conversation.id == id);
        let known = self.known.values_mut().find(open)?;
        known.look = Some((Instant::now() + PATIENCE, LOOKS));
        Some(known.target.clone())
    }

    /// Takes in what became of hanging up.
    pub fn hung_up(&mut self, call: &CallId, ticket: Ticket, result: Result<(), CallError>) {
        let event = match result {
            // Whoever ended it: it was not this request.
            Err(error) if error.is_gone() => {
                if let Some(conversation) = self.drop_line(call) {
                    self.events.push(Event::ConversationEnded(conversation.id));
                }
                Event::Refused { ticket, problem: error.problem() }
            }
            Err(error) if error.is_uncertain() => Event::Uncertain { ticket, problem: error.problem() },
            Err(error) => Event::Refused { ticket, problem: error.problem() },
            Ok(()) => {
                if let Some(Known { phase: Phase::Open { conversation, .. }, .. }) = self.known.get_mut(call)
                {
                    conversation.hang_up = HangUp::Done;
                    self.events.push(Event::Conversation(Box::new(conversation.clone())));
                }
                Event::Completed(ticket)
            }
        };
        self.events.push(event);
    }

    /// Takes in what became of keeping a call alive.
    pub fn kept_alive(&mut self, call: &CallId, result: &Result<(), CallError>) {
        let (Err(error), Some(known)) = (result, self.known.get_mut(call)) else { return };
        let Phase::Open { keep_alive_at, .. } = &mut known.phase else { return };
        *keep_alive_at = Instant::now() + KEEP_ALIVE_AGAIN;
        // Of a call that is just being hung up, its last notification will tell more.
        if error.is_gone() && known.look.is_none() {
            self.close(call, None);
        }
    }

    /// Counts the time that the machine slept: what was to end meanwhile ends, and all else so much sooner.
    pub fn wake(&mut self) {
        for known in self.known.values_mut() {
            let slept = known.deadline.wake();
            if !slept.is_zero() && matches!(known.phase, Phase::Ringing { .. }) {
                let deadline = known.invitation.deadline;
                known.invitation.deadline = Moment(deadline.0.saturating_sub(slept));
                self.events.push(Event::Invitation(Box::new(known.invitation.clone())));
            }
        }
        self.expire();
    }

    /// Ends the calls whose time is up and for which nothing was sent.
    pub fn expire(&mut self) {
        let expired: Vec<(CallId, InvitationId)> = self
            .known
            .iter()
            .filter(|(_, known)| {
                known.phase.is_unanswered()
                    // What connects may take longer, as long as it is asked about.
                    && (known.invitation.stage != Stage::Connecting || known.look.is_none())
                    && known.deadline.is_past()
            })
            .map(|(call, known)| (call.clone(), known.invitation.id))
            .collect();
        for (call, id) in expired {
            self.over(&call, id, Outcome::Expired);
        }
    }

    /// When something is to be done next.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        let due = |known: &Known| {
            let own = match &known.phase {
                Phase::Ringing { asked: None, .. } if known.look.is_none() => Some(known.deadline.instant()),
                Phase::Ringing { .. } => None,
                Phase::Open { keep_alive_at, .. } => Some(*keep_alive_at),
            };
            own.into_iter().chain(known.look.map(|(at, _)| at)).min()
        };
        self.known.values().filter_map(due).min()
    }

    /// What is to be asked now. A call of which Graph never told how it is was lost.
    pub fn questions(&mut self) -> Vec<Question> {
        let now = Instant::now();
        let (mut questions, mut lost) = (Vec::new(), Vec::new());
        for known in self.known.values_mut() {
            if let Phase::Open { keep_alive_at, .. } = &mut known.phase
                && *keep_alive_at <= now
            {
                *keep_alive_at = now + KEEP_ALIVE;
                questions.push(Question::KeepAlive(known.target.clone()));
            }
            match known.look {
                Some((at, 0)) if at <= now => {
                    known.look = None;
                    if matches!(known.phase, Phase::Ringing { .. }) {
                        lost.push((known.target.call.clone(), known.invitation.id));
                    }
                }
                Some((at, left)) if at <= now => {
                    known.look = Some((now + PATIENCE, left - 1));
                    questions.push(Question::Look(known.target.clone()));
                }
                _ => {}
            }
        }
        for (call, id) in lost {
            self.over(&call, id, Outcome::Lost);
        }
        questions
    }
}

/// The same, with all but the state left out if it is large.
fn small(mut notification: Notification) -> Notification {
    if notification.size() > LARGE {
        let state = text(&notification.data, "state").filter(|state| state.len() < LARGE);
        notification.data = state.map(|state| ("state".to_owned(), state.into())).into_iter().collect();
    }
    notification
}
