//! What there is to know of each call: what the service did with it, what the bot was told, and what it sent.

use std::collections::BTreeSet;
use std::time::Duration;

use rsvp::invitation::{Direction, Fact, Invitation, Kind, Moment, Party};
use rsvp::sim::{Answerer, Call, CallOutcome, CallState, CallerKind, GraphOptions};
use tokio::time::Instant;

use super::tap::{Asked, Taken, Traffic};
use super::{BRANCH, Run};

/// How long a call waits for an answer, from when it is heard of.
pub const RING: Duration = Duration::from_secs(15);

/// The machine's clock is finer than what is compared.
pub const SOON: Duration = Duration::from_millis(60);

/// One call.
pub struct Case {
    pub id: String,
    pub call: Call,
    pub tenant: String,
    /// How far it is at the service, unless it is over there.
    pub state: Option<CallState>,
    pub answered: Option<Answerer>,
    /// How it ended at the service.
    pub how: Option<CallOutcome>,
    /// When the bot was told that it comes, and how long the machine had slept then.
    pub came: Option<(Instant, Duration)>,
    /// When the bot was told that somebody answered it, and how long the machine had slept then.
    pub established: Option<(Instant, Duration)>,
    /// Whether the screen showed that the bot is on the line.
    was_shown_open: bool,
    /// When the bot was told that it is over, and how.
    pub ended: Option<(Instant, Option<(u32, u32)>)>,
    /// When the bot was answered that there is no such call.
    pub gone: Option<Instant>,
    /// What the bot sent about it.
    pub asked: Vec<Asked>,
}

/// What tells the calls apart wherever they are shown.
pub fn key(invitation: &Invitation) -> String {
    format!("{}|{}|{}", invitation.from.name, invitation.from.uri, invitation.subject)
}

impl Case {
    fn new(id: String, call: Call, answered: Option<Answerer>, traffic: &Traffic) -> Self {
        let about = |taken: &&Taken| taken.call == id;
        let came = traffic.taken.iter().filter(about).find(|it| it.change == "created");
        let came = came.map(|it| (it.at, it.asleep));
        // What was told before is taken in when the call comes.
        let later = |at: Instant| came.map_or(at, |(came, _)| at.max(came));
        let asked: Vec<Asked> = traffic
            .asked
            .iter()
            .filter(|asked| asked.call().is_some_and(|(of, _)| of == id))
            .cloned()
            .collect();
        // The end of a call may overtake its connection, which is no news then.
        let until_its_end = traffic.taken.iter().filter(about).take_while(|it| it.change != "deleted");
        let told = until_its_end.into_iter().find(|it| it.state == "established");
        let told = told.map(|it| (later(it.at), it.asleep));
        let seen = asked.iter().filter_map(|it| Some((it.state()?, it.asleep)));
        let seen =
            seen.filter(|((_, state), _)| state == "established").map(|((at, _), asleep)| (at, asleep));
        let ended = traffic.taken.iter().filter(about).find(|it| it.change == "deleted");
        Self {
            established: told.into_iter().chain(seen).min(),
            ended: ended.map(|it| (later(it.at), it.info)),
            // What is not found for an answer may be that; what is asked itself, or kept alive, is not there.
            gone: asked.iter().filter(|it| !it.decides()).filter_map(Asked::gone).min(),
            tenant: call.tenant.clone().unwrap_or_else(|| GraphOptions::default().tenant),
            id,
            call,
            state: None,
            was_shown_open: false,
            answered,
            how: None,
            came,
            asked,
        }
    }

    /// When the bot learned that it is over.
    pub fn over(&self) -> Option<Instant> {
        self.ended.map(|(at, _)| at).into_iter().chain(self.gone).min()
    }

    /// Whether the bot is on the line, by all that it was told.
    pub fn is_open(&self) -> bool {
        self.was_open() && self.over().is_none()
    }

    /// Whether the bot was told that it is on the line before it was told the end.
    pub fn was_open(&self) -> bool {
        let Some((established, asleep)) = self.established else { return false };
        if self.came.is_none() || self.over().is_some_and(|over| over < established) {
            return false;
        }
        let rang = self.rang_for(established, asleep);
        // A connection that is told at the very end of the ringing may come before or after the end, which waits for an
        // answer that is being repeated.
        let is_close = rang.abs_diff(RING) < SOON || (rang > RING && self.decisions().next().is_some());
        let in_time = if is_close { self.was_shown_open } else { rang < RING };
        in_time || self.may_have_been_decided()
    }

    /// Whether an answer had an effect, or may have had one: it is waited for longer than the call rings.
    fn may_have_been_decided(&self) -> bool {
        self.decisions().any(|it| it.succeeded() || it.is_uncertain())
    }

    /// How much of the 15 s was over at that time.
    pub fn rang_for(&self, at: Instant, asleep: Duration) -> Duration {
        let (came, slept) = self.came.unwrap();
        at.saturating_duration_since(came) + asleep.saturating_sub(slept)
    }

    /// The requests that decide about it.
    pub fn decisions(&self) -> impl Iterator<Item = &Asked> {
        self.asked.iter().filter(|it| it.decides())
    }

    /// Whether the bot was answered that it did this.
    pub fn did(&self, action: &str) -> bool {
        self.decisions().any(|it| it.succeeded() && it.call().is_some_and(|(_, of)| of == action))
    }

    /// The caller, as they are to be shown.
    pub fn caller(&self) -> Party {
        let caller = &self.call.caller;
        let (scheme, origin) = match caller.kind {
            CallerKind::User => ("user", "user"),
            CallerKind::Phone => ("tel", "phone"),
            CallerKind::Application => ("app", "application"),
            CallerKind::Guest => ("guest", "guest"),
            CallerKind::Encrypted => ("", "encrypted: a Calls permission would tell who it is"),
        };
        let uri = if scheme.is_empty() { String::new() } else { format!("{scheme}:{}", caller.id) };
        Party { name: caller.name.as_str().into(), uri: uri.as_str().into(), origin: origin.into() }
    }

    /// The one who calls, in a sentence.
    pub fn who(&self) -> String {
        let caller = &self.call.caller;
        match caller.kind {
            CallerKind::Encrypted => "unknown".into(),
            CallerKind::Phone => format!("tel:{}", caller.id),
            _ => caller.name.clone(),
        }
    }

    /// What its open line is called.
    pub fn title(&self) -> String {
        if self.call.subject.is_empty() {
            self.call.caller.label().to_owned()
        } else {
            self.call.subject.clone()
        }
    }

    pub fn key(&self) -> String {
        let caller = self.caller();
        format!("{}|{}|{}", caller.name, caller.uri, self.call.subject)
    }

    /// Checks all that is shown of a call while it rings and for ever after.
    pub fn is_shown_as_it_is(&self, shown: &Invitation, start: Instant) {
        let who = self.key();
        let (came, _) = self.came.expect("what is shown was told of");
        assert_eq!((shown.kind, shown.direction), (Kind::Call, Direction::Incoming), "{who}");
        assert_eq!(shown.from, self.caller());
        let bot = Party {
            name: "Bot".into(),
            uri: format!("app:{}", GraphOptions::default().client_id).as_str().into(),
            origin: "application".into(),
        };
        assert_eq!(shown.to.as_ref(), Some(&bot), "{who}");
        assert_eq!(shown.subject.as_str(), self.call.subject, "{who}");
        let routes: Vec<String> = shown.routes.iter().map(ToString::to_string).collect();
        let forwarded = self.call.forwarded_from.as_ref().map(|from| {
            if from.starts_with('+') {
                format!("forwarded from tel:{from}")
            } else {
                format!("forwarded from {from} <user:{}>", rsvp::sim::Caller::user(from).id)
            }
        });
        assert_eq!(routes, forwarded.into_iter().collect::<Vec<_>>(), "{who}");
        self.facts_are_right(&shown.facts);
        assert!(shown.message.is_empty() && shown.accepted_by.is_none(), "{who}");
        let arrived = came.duration_since(start);
        let off = shown.arrived.0.abs_diff(arrived);
        assert!(off < SOON, "{who}: arrived {:?}, not {arrived:?}", shown.arrived);
    }

    fn facts_are_right(&self, shown: &[Fact]) {
        let fact = |label: &str| shown.iter().find(|it| it.label == label).map(|it| it.value.to_string());
        let media: Vec<String> = self
            .call
            .modalities
            .iter()
            .map(|it| it.name().to_lowercase().replace("videobasedscreensharing", "screen sharing"))
            .collect();
        assert_eq!(fact("media"), Some(media.join(", ")), "{}", self.key());
        assert_eq!(fact("tenant").as_ref(), Some(&self.tenant), "{}", self.key());
        let begins = |label: &str, with: &str| fact(label).is_some_and(|value| value.starts_with(with));
        let (chat, meeting) = (begins("group", "chat 19:meeting_"), begins("meeting", "organised by user:"));
        assert_eq!((chat, meeting), (self.call.group, self.call.group), "{}: {shown:?}", self.key());
        assert_eq!(shown.len(), if self.call.group { 4 } else { 2 }, "{}: {shown:?}", self.key());
    }
}

impl Run {
    /// All calls that there ever were.
    pub fn cases(&self) -> Vec<Case> {
        let traffic = self.tap.traffic();
        let live = self
            .sim
            .calls()
            .into_iter()
            .map(|it| Case { state: Some(it.state), ..Case::new(it.id, it.call, it.answered, &traffic) });
        let over = self
            .sim
            .call_endings()
            .into_iter()
            .map(|it| Case { how: Some(it.how), ..Case::new(it.id, it.call, it.answered, &traffic) });
        let history = &self.desk.state.history;
        let shown_open: BTreeSet<String> = history
            .iter()
            .filter(|past| past.invitation.conversation.is_some())
            .map(|past| key(&past.invitation))
            .collect();
        let with_shown = |case: Case| Case { was_shown_open: shown_open.contains(&case.key()), ..case };
        live.chain(over).map(with_shown).collect()
    }

    pub fn start_of_time(&self) -> Instant {
        self.desk.instant(Moment::default())
    }

    /// Whether the bot answers for that tenant.
    pub fn is_ours(tenant: &str) -> bool {
        tenant == BRANCH || tenant == GraphOptions::default().tenant
    }
}
