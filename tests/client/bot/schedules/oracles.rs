//! Checks of what is shown when no request is in flight.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rsvp::app::{Effect, Entry, Phase};
use rsvp::invitation::PastInvitation;
use rsvp::invitation::{
    Certainty, Conversation, HangUp, Importance, InvitationId, Moment, Offers, Outcome, Stage,
};
use rsvp::provider::{Event, Status};
use rsvp::sim::{Answerer, CallOutcome};
use tokio::time::Instant;

use super::cases::{Case, INQUIRY, RING, SOON, key};
use super::{ASLEEP, Run};

/// The longest time between two keep-alives of an answered call: 15 minutes, and a few more while there is no
/// token. The service ends the call after 45.
const KEEP_ALIVE: Duration = Duration::from_secs(20 * 60);

impl Run {
    /// Checks the screen, the notices and the requests.
    pub fn check(&self) {
        let cases = self.cases();
        self.the_header_is_right();
        self.rows_are_right(&cases);
        self.lines_are_right(&cases);
        self.history_is_right(&cases);
        self.notices_are_right(&cases);
        self.requests_are_right(&cases);
    }

    fn the_header_is_right(&self) {
        let status = &self.client.state.accounts[0].status;
        assert!(matches!(status, Status::Online { since } if *since <= self.client.now()), "{status:?}");
    }

    /// Checks that the rows are the calls that were announced in the last 15 s and whose end was not
    /// reported.
    fn rows_are_right(&self, cases: &[Case]) {
        let (now, asleep, start) = (Instant::now(), ASLEEP.get(), self.start_time());
        let rows: BTreeMap<String, &Entry> = self
            .client
            .state
            .incoming
            .iter()
            .filter(|entry| entry.is_pending())
            .map(|entry| (key(&entry.invitation), entry))
            .collect();
        let rings = |case: &&Case| {
            case.announced.is_some()
                && case.established.is_none()
                && case.over().is_none()
                && !case.decisions().any(super::tap::BotRequest::succeeded)
        };
        let ringing: Vec<&Case> = cases.iter().filter(rings).collect();
        for case in &ringing {
            let (rang, who) = (case.rang_for(now, asleep), case.key());
            let Some(entry) = rows.get(&who) else {
                assert!(rang >= RING, "{who} rings, and is not shown after {rang:?}");
                continue;
            };
            assert!(rang < RING + INQUIRY, "{who} is shown after {rang:?}");
            let shown = &entry.invitation;
            assert_eq!((&entry.phase, shown.stage), (&Phase::Ringing, Stage::Ringing), "{who}");
            let offers = Offers { accept: true, reject: true, redirect: true, ..Offers::default() };
            assert_eq!((shown.offers, shown.conversation), (offers, None), "{who}");
            assert_eq!((shown.importance, shown.certainty), (Importance::Normal, Certainty::Exact), "{who}");
            let left = shown.deadline.left(self.client.now());
            assert!(
                left.abs_diff(RING.saturating_sub(rang)) < SOON,
                "{who} rang for {rang:?}, {left:?} are left"
            );
            case.is_shown_as_it_is(shown, start);
        }
        let known: BTreeSet<String> = ringing.iter().map(|case| case.key()).collect();
        assert!(rows.keys().all(|row| known.contains(row)), "{:?} against {known:?}", rows.keys());
        let over = self.client.state.incoming.iter().filter(|entry| !entry.is_pending());
        for entry in over {
            let Phase::Over { outcome, until } = &entry.phase else { continue };
            assert!(*until > self.client.now(), "{} stays", key(&entry.invitation));
            let kept = self.past(&key(&entry.invitation));
            assert_eq!(kept.map(|past| &past.outcome), Some(outcome));
        }
        assert_eq!(self.client.state.outgoing.len(), 0);
        let rings =
            |id: &InvitationId| self.client.state.entry(*id).is_some_and(|it| it.phase == Phase::Ringing);
        assert!(self.client.state.marked.iter().all(rings), "only what rings is marked");
    }

    fn past(&self, key: &str) -> Option<&PastInvitation> {
        self.client.state.history.iter().find(|past| super::cases::key(&past.invitation) == key)
    }

    /// Checks that the conversations are the calls that the bot is in, as far as it was told; the keep-alive
    /// finds an end that no notification reported.
    fn lines_are_right(&self, cases: &[Case]) {
        let lines: BTreeMap<String, &Conversation> =
            self.client.state.conversations.iter().map(|line| (line.subject.to_string(), line)).collect();
        assert_eq!(lines.len(), self.client.state.conversations.len());
        let open: BTreeMap<String, &Case> =
            cases.iter().filter(|case| case.is_open()).map(|case| (case.title(), case)).collect();
        assert_eq!(lines.keys().collect::<Vec<_>>(), open.keys().collect::<Vec<_>>(), "the open lines");
        for (line, case) in lines.values().zip(open.values()) {
            let past = self.past(&case.key()).expect("what was answered is in the history");
            assert_eq!(past.invitation.conversation, Some(line.id), "{}", case.key());
            assert_eq!(line.participants, [case.caller()]);
            assert!(line.can_invite && line.can_transfer && !line.can_send);
            assert_eq!(line.hang_up, HangUp::Possible, "{}", case.key());
            assert_eq!(
                line.note.as_str(),
                "the bot is on the line, not you; rsvp plays nothing to the caller"
            );
        }
        for case in cases.iter().filter(|case| case.was_open()) {
            case.is_kept_alive();
        }
        // No call that the bot answered is missing.
        let ours = cases.iter().filter(|case| case.answered == Some(Answerer::Bot) && case.outcome.is_none());
        for case in ours.filter(|case| case.announced.is_some() && case.did("answer")) {
            assert!(open.contains_key(&case.title()), "the bot is on the line with {}", case.key());
        }
    }

    /// Checks that each ended call has one entry, which tells its outcome as far as the bot can know it.
    fn history_is_right(&self, cases: &[Case]) {
        let start = self.start_time();
        let mut entries: BTreeMap<String, Vec<&PastInvitation>> = BTreeMap::new();
        for past in self.client.state.history.iter() {
            entries.entry(key(&past.invitation)).or_default().push(past);
        }
        let kept: Vec<&PastInvitation> = self
            .client
            .effects
            .iter()
            .filter_map(
                |(_, effect)| if let Effect::StoreHistoryEntry(past) = effect { Some(&**past) } else { None },
            )
            .collect();
        assert_eq!(kept.len(), self.client.state.history.len(), "each is kept once");
        self.client.announcements_agree_with_the_history();
        self.client.announcements_agree_with_the_screen();
        for case in cases.iter().filter(|case| case.announced.is_some()) {
            let who = case.key();
            let rings = |entry: &Entry| entry.is_pending() && key(&entry.invitation) == who;
            let pending = self.client.state.incoming.iter().any(rings);
            let past = entries.remove(&who).unwrap_or_default();
            assert_eq!(past.len(), usize::from(!pending), "{who}: {past:?}");
            let Some(past) = past.first() else { continue };
            // The user may have seen it since.
            let is_kept =
                |kept: &&PastInvitation| PastInvitation { seen: past.seen, ..(*kept).clone() } == **past;
            assert!(kept.iter().any(is_kept), "{who}: {past:?}");
            let shown = &past.invitation;
            case.is_shown_as_it_is(shown, start);
            let open = matches!(past.outcome, Outcome::Accepted | Outcome::AnsweredElsewhere);
            assert_eq!(shown.conversation.is_some(), open, "{who}");
            assert!(!open || shown.offers == Offers::default(), "{who} is on the line, and takes no answer");
            let over = self.over_at(shown.id).expect("it was told to be over");
            assert!(
                case.may_have_ended(&past.outcome, over),
                "{who}: {:?} against {}",
                past.outcome,
                case.truth()
            );
        }
        assert_eq!(entries.keys().collect::<Vec<_>>(), Vec::<&String>::new(), "nobody else called");
        assert!(
            self.client.end_counts.values().all(|told| *told == 1),
            "a final state is final: {:?}",
            self.client.end_counts
        );
        assert_eq!(self.client.late_events, Vec::new());
    }

    fn over_at(&self, id: InvitationId) -> Option<Instant> {
        let is_over = |event: &Event| matches!(event, Event::Ended { id: of, .. } if *of == id);
        let at: Option<Moment> =
            self.client.timed_events().find(|(_, event)| is_over(event)).map(|(at, _)| at);
        at.map(|at| self.client.instant(at))
    }
}

impl Case {
    pub fn truth(&self) -> String {
        format!(
            "{:?}, {:?}, answered by {:?}; told {:?}, gone {:?}, open {:?}; {:?}",
            self.state,
            self.outcome,
            self.answered,
            self.ended,
            self.not_found,
            self.established,
            self.requests.iter().map(|it| (it.call().unwrap().1, &it.reply)).collect::<Vec<_>>()
        )
    }

    /// Returns whether an outcome is true, and the bot could know it when it was reported.
    pub fn may_have_ended(&self, outcome: &Outcome, over: Instant) -> bool {
        let unsure = self.decisions().any(super::tap::BotRequest::is_uncertain);
        let refused = self.decisions().any(|it| it.not_found().is_some());
        let told = self.ended.filter(|(at, _)| *at <= over);
        let open = self.established.is_some_and(|(at, _)| at <= over);
        // Two events at the same time may come in either order.
        let must_be_open = self.established.is_some_and(|(at, _)| at < over);
        let silent = matches!(told, Some((_, None)));
        match (outcome, &self.outcome) {
            (Outcome::Rejected(reason), Some(CallOutcome::Rejected { reason: given })) => {
                self.did("reject") && reason.name() == given
            }
            (Outcome::Forwarded, Some(CallOutcome::Redirected)) => {
                self.did("redirect") || matches!(told, Some((_, Some((_, 7_015)))))
            }
            (Outcome::Accepted, _) => open && (self.answered == Some(Answerer::Bot) || unsure),
            (Outcome::AnsweredElsewhere, _) => open && self.answered == Some(Answerer::OtherInstance),
            (Outcome::CallerGaveUp, Some(CallOutcome::CallerGaveUp | CallOutcome::TimedOut)) => silent,
            // The bot cannot know that the call was answered.
            (Outcome::CallerGaveUp, Some(CallOutcome::OtherPartyHungUp)) => told.is_some() && !must_be_open,
            (Outcome::Failed(words), Some(CallOutcome::Failed { code, subcode })) => {
                told.is_some_and(|(_, info)| info == Some((*code, *subcode)))
                    && words.as_str().ends_with(&format!("({code}/{subcode})"))
            }
            // The outcome was not reported, or only after the 15 s.
            (Outcome::Expired, how) => {
                let late = self.rang_for(over, ASLEEP.get()) + SOON >= RING;
                let ours = matches!(how, Some(CallOutcome::Rejected { .. } | CallOutcome::Redirected));
                late && !ours
                    && !must_be_open
                    && self.answered != Some(Answerer::Bot)
                    && (told.is_none() || silent)
            }
            // A response was lost, no notification reported what announced of an answer, or no lookup told the end.
            (Outcome::Lost, _) => {
                let latest = self.decisions().filter(|it| it.at <= over).last();
                let goes_on = latest.is_some_and(|it| matches!(it.status(), Some(401 | 429 | 500..=599)));
                let untold = (self.did("answer") || goes_on) && (told.is_none() || silent);
                let asked = told.is_none() && self.was_looked_up(over);
                !must_be_open && (unsure || refused || untold || asked)
            }
            _ => false,
        }
    }

    /// Checks that an answered call is kept alive in time, and not too often.
    fn is_kept_alive(&self) {
        let until = self.over().unwrap_or_else(Instant::now);
        let times = self.requests.iter().filter(|it| it.call().is_some_and(|(_, what)| what == "keepAlive"));
        let mut since = self.established.unwrap().0;
        // A keep-alive that was refused for its token is repeated at once.
        let mut again = true;
        for request in times {
            let gap = request.at.saturating_duration_since(since);
            assert!(gap <= KEEP_ALIVE, "{} was silent for {gap:?}", self.key());
            assert!(again || gap >= Duration::from_secs(59), "{} was kept alive after {gap:?}", self.key());
            (since, again) = (request.at, request.status() == Some(401));
        }
        let gap = until.saturating_duration_since(since);
        assert!(gap <= KEEP_ALIVE, "{} was silent for {gap:?}", self.key());
    }
}
