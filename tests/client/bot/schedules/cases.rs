//! Everything that is known of each call: its state at the service, its notifications, and the requests of
//! the bot.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use rsvp::invitation::{Direction, Fact, Invitation, Kind, Moment, Party};
use rsvp::sim::{Answerer, Call, CallOutcome, CallState, CallerKind, GraphOptions};
use tokio::time::Instant;

use super::tap::{AcceptedNotification, BotRequest, Traffic};
use super::{OTHER_TENANT, Run};

/// The time for which a call can be answered after its notification arrived.
pub const RING: Duration = Duration::from_secs(15);

/// The longest time for which a call is shown after it can no longer be answered, until a notification or a lookup tells
/// how it ended.
pub const INQUIRY: Duration = Duration::from_secs(16);

/// The tolerance of comparisons between times.
pub const SOON: Duration = Duration::from_millis(60);

/// A call.
pub struct Case {
    pub id: String,
    pub call: Call,
    pub tenant: String,
    /// The state at the service; `None` if the call has ended there.
    pub state: Option<CallState>,
    pub answered: Option<Answerer>,
    /// The outcome at the service; `None` if the call has not ended there.
    pub outcome: Option<CallOutcome>,
    /// When the bot accepted the first notification, and how long the machine had slept until then.
    pub announced: Option<(Instant, Duration)>,
    /// When the bot learned that the call was answered, and how long the machine had slept until then.
    pub established: Option<(Instant, Duration)>,
    /// Whether the screen showed that the bot is in the call.
    was_shown_open: bool,
    /// When the bot accepted the last notification, and the result in it: code and subcode.
    pub ended: Option<(Instant, Option<(u32, u32)>)>,
    /// When the bot was first answered that there is no such call.
    pub not_found: Option<Instant>,
    /// The requests of the bot for the call.
    pub requests: Vec<BotRequest>,
    /// When the bot was refused a token for the tenant of the call.
    refused_tokens: Vec<Instant>,
}

/// Returns what distinguishes a call from all others wherever it is shown.
pub fn key(invitation: &Invitation) -> String {
    format!("{}|{}|{}", invitation.from.name, invitation.from.uri, invitation.subject)
}

impl Case {
    fn new(id: String, call: Call, answered: Option<Answerer>, traffic: &Traffic) -> Self {
        let about = |taken: &&AcceptedNotification| taken.call == id;
        let announced = traffic.notifications.iter().filter(about).find(|it| it.change == "created");
        let announced = announced.map(|it| (it.at, it.asleep));
        // An earlier notification takes effect when the call is announced.
        let later = |at: Instant| announced.map_or(at, |(announced, _)| at.max(announced));
        let requests: Vec<BotRequest> = traffic
            .requests
            .iter()
            .filter(|request| request.call().is_some_and(|(of, _)| of == id))
            .cloned()
            .collect();
        // The last notification may overtake the one of the connection, which then has no effect.
        let until_its_end =
            traffic.notifications.iter().filter(about).take_while(|it| it.change != "deleted");
        let told = until_its_end.into_iter().find(|it| it.state == "established");
        let told = told.map(|it| (later(it.at), it.asleep));
        let seen = requests.iter().filter_map(|it| Some((it.state()?, it.asleep)));
        let seen =
            seen.filter(|((_, state), _)| state == "established").map(|((at, _), asleep)| (at, asleep));
        let ended = traffic.notifications.iter().filter(about).find(|it| it.change == "deleted");
        let tenant = call.tenant.clone().unwrap_or_else(|| GraphOptions::default().tenant);
        let path = format!("/{tenant}/oauth2/v2.0/token");
        let is_refused = |it: &&BotRequest| it.url.path() == path && matches!(it.status(), Some(400..=403));
        Self {
            established: told.into_iter().chain(seen).min(),
            ended: ended.map(|it| (later(it.at), it.info)),
            // A 404 to an answer may mean that the call no longer rings; one to another request means that it
            // has ended.
            not_found: requests.iter().filter(|it| !it.decides()).filter_map(BotRequest::not_found).min(),
            refused_tokens: traffic.requests.iter().filter(is_refused).map(|it| it.at).collect(),
            tenant,
            id,
            call,
            state: None,
            was_shown_open: false,
            answered,
            outcome: None,
            announced,
            requests,
        }
    }

    /// Returns when the bot learned that the call has ended.
    pub fn over(&self) -> Option<Instant> {
        self.ended.map(|(at, _)| at).into_iter().chain(self.not_found).min()
    }

    /// Returns whether the bot is in the call, as far as it was told.
    pub fn is_open(&self) -> bool {
        self.was_open() && self.over().is_none()
    }

    /// Returns whether the bot learned that it is in the call before it learned the end.
    pub fn was_open(&self) -> bool {
        let Some((established, asleep)) = self.established else { return false };
        if self.announced.is_none() || self.over().is_some_and(|over| over < established) {
            return false;
        }
        let rang = self.rang_for(established, asleep);
        // A connection that is reported when the time is up comes before or after the end, which a sleep that was
        // not noticed yet and an answer that is being repeated delay.
        let in_time = rang + SOON < RING || self.was_shown_open;
        in_time || self.may_have_been_decided()
    }

    /// Returns whether an answer took effect or may have: the client then waits for longer than the call
    /// rings.
    fn may_have_been_decided(&self) -> bool {
        self.decisions().any(|it| it.succeeded() || it.is_uncertain())
    }

    /// Returns how much of the 15 s was over at a time.
    pub fn rang_for(&self, at: Instant, asleep: Duration) -> Duration {
        let (announced, slept) = self.announced.unwrap();
        at.saturating_duration_since(announced) + asleep.saturating_sub(slept)
    }

    /// Returns the requests that answer, reject or redirect the call.
    pub fn decisions(&self) -> impl Iterator<Item = &BotRequest> {
        self.requests.iter().filter(|it| it.decides())
    }

    /// Returns whether the bot read the state of the call, or tried to. Without a token it can't even ask.
    pub fn was_looked_up(&self, until: Instant) -> bool {
        let since = self.announced.map(|(at, _)| at);
        let is_refused = |at: &Instant| since.is_some_and(|since| since <= *at) && *at <= until;
        self.requests.iter().any(|it| it.method == Method::GET && it.at <= until)
            || self.refused_tokens.iter().any(is_refused)
    }

    /// Returns whether the bot was answered that an operation succeeded.
    pub fn did(&self, action: &str) -> bool {
        self.decisions().any(|it| it.succeeded() && it.call().is_some_and(|(_, of)| of == action))
    }

    /// Returns the caller as the screen shows it.
    pub fn caller(&self) -> Party {
        let caller = &self.call.caller;
        let (scheme, origin) = match caller.kind {
            CallerKind::User => ("user", "user"),
            CallerKind::Phone => ("tel", "phone"),
            CallerKind::Application => ("app", "application"),
            CallerKind::Guest => ("guest", "guest"),
            CallerKind::Encrypted => ("", "encrypted: the bot needs a Calls permission to see who it is"),
        };
        let uri = if scheme.is_empty() { String::new() } else { format!("{scheme}:{}", caller.id) };
        Party { name: caller.name.as_str().into(), uri: uri.as_str().into(), origin: origin.into() }
    }

    /// Returns the name of the caller in a notice.
    pub fn who(&self) -> String {
        let caller = &self.call.caller;
        match caller.kind {
            CallerKind::Encrypted => "unknown".into(),
            CallerKind::Phone => format!("tel:{}", caller.id),
            _ => caller.name.clone(),
        }
    }

    /// Returns the subject of the conversation that the call becomes.
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

    /// Checks everything that is shown of a call, whether it rings or has ended.
    pub fn is_shown_as_it_is(&self, shown: &Invitation, start: Instant) {
        let who = self.key();
        let (announced, _) = self.announced.expect("what is shown was told of");
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
        let arrived = announced.duration_since(start);
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
        let (chat, meeting) = (begins("group", "chat 19:meeting_"), begins("meeting", "organized by user:"));
        assert_eq!((chat, meeting), (self.call.group, self.call.group), "{}: {shown:?}", self.key());
        assert_eq!(shown.len(), if self.call.group { 4 } else { 2 }, "{}: {shown:?}", self.key());
    }
}

impl Run {
    /// Returns all calls.
    pub fn cases(&self) -> Vec<Case> {
        let traffic = self.tap.traffic();
        let live =
            self.sim.graph.calls().into_iter().map(|it| Case {
                state: Some(it.state),
                ..Case::new(it.id, it.call, it.answered_by, &traffic)
            });
        let over = self.sim.graph.ended().into_iter().map(|it| Case {
            outcome: Some(it.outcome),
            ..Case::new(it.id, it.call, it.answered_by, &traffic)
        });
        let history = &self.client.state.history;
        let shown_open: BTreeSet<String> = history
            .iter()
            .filter(|past| past.invitation.conversation.is_some())
            .map(|past| key(&past.invitation))
            .collect();
        let with_shown = |case: Case| Case { was_shown_open: shown_open.contains(&case.key()), ..case };
        live.chain(over).map(with_shown).collect()
    }

    pub fn start_time(&self) -> Instant {
        self.client.instant(Moment::default())
    }

    /// Returns whether the bot serves that tenant.
    pub fn serves(tenant: &str) -> bool {
        tenant == OTHER_TENANT || tenant == GraphOptions::default().tenant
    }
}
