//! Checks of the notices: the user learns the outcome of every answer once, and no notice is wrong.

use std::collections::BTreeMap;

use rsvp::app::{Effect, Entry, Notice, Phase, Progress};
use rsvp::invitation::{Conversation, Decision, InvitationId, Moment, Outcome};
use rsvp::provider::{Command, Event, Ticket};
use rsvp::sim::CallOutcome;

use super::Run;
use super::cases::{Case, key};

/// An answer of the user, and when it was given.
struct Answer<'a> {
    at: Moment,
    ticket: Ticket,
    id: InvitationId,
    decision: &'a Decision,
}

/// Returns whether an outcome is what the user wanted.
fn is_as_wanted(decision: &Decision, outcome: &Outcome) -> bool {
    match decision {
        Decision::Accept => *outcome == Outcome::Accepted,
        Decision::Reject { reason, .. } => *outcome == Outcome::Rejected(*reason),
        Decision::Redirect(_) => *outcome == Outcome::Forwarded,
        _ => false,
    }
}

impl Run {
    fn answers(&self) -> Vec<Answer<'_>> {
        self.client
            .effects
            .iter()
            .filter_map(|(at, effect)| match effect {
                Effect::Provider(_, Command::Answer { ticket, invitation, decision }) => {
                    Some(Answer { at: *at, ticket: *ticket, id: *invitation, decision })
                }
                _ => None,
            })
            .collect()
    }

    pub fn notices_are_right(&self, cases: &[Case]) {
        let now = self.client.now();
        if let Some(notice) = &self.client.state.notice {
            assert!(notice.until > now && self.client.state.holds(&notice.valid_while), "{notice:?} stays");
            assert!(
                !notice.text.as_str().contains("your answer is not confirmed yet"),
                "{notice:?}, and nothing is under way"
            );
        }
        let cases: BTreeMap<String, &Case> = cases.iter().map(|case| (case.key(), case)).collect();
        self.each_answer_is_told_of(&cases);
        self.each_sentence_is_true(&cases);
        self.several_are_counted();
        self.lines_are_told_of(&cases);
        self.refusals_are_told_seldom();
    }

    /// Checks that a notice of an unknown outcome is on the screen only while the outcome is unknown.
    pub fn notice_is_current(&self) {
        let state = &self.client.state;
        let Some(text) = state.notice.as_ref().map(|notice| notice.text.as_str()) else { return };
        let unknown = |entry: &Entry| {
            let about = text.starts_with(&format!("{}: ", entry.invitation.from.label()));
            about && matches!(entry.phase, Phase::Answering { progress: Progress::Unknown, .. })
        };
        let hung_up = |line: &Conversation| {
            line.participants.iter().any(|party| text.contains(party.label())) && line.can_hang_up()
        };
        let holds = if text.contains("your answer is not confirmed yet") {
            state.incoming.iter().any(unknown)
        } else if text.starts_with("Hanging up on ") || text.contains(" continues: ") {
            state.conversations.iter().any(hung_up)
        } else {
            true
        };
        assert!(holds, "{text:?} is not so any more");
    }

    /// Checks that each answer that failed is reported once; for one that succeeded, the row is enough.
    fn each_answer_is_told_of(&self, cases: &BTreeMap<String, &Case>) {
        let answers = self.answers();
        for (place, answer) in answers.iter().enumerate() {
            if self.client.bulk_tickets.iter().any(|tickets| tickets.contains(&answer.ticket)) {
                continue;
            }
            let next = answers[place + 1..].iter().find(|other| other.id == answer.id).map(|other| other.at);
            let past = self.client.state.history.iter().find(|past| past.invitation.id == answer.id);
            let entry = self.client.state.entry(answer.id).map(|entry| &entry.invitation);
            let invitation = entry.or(past.map(|past| &past.invitation)).expect("it is shown or kept");
            let case = cases[&key(invitation)];
            if case.who() == "unknown" {
                continue;
            }
            let about = format!("{}: ", case.who());
            let said: Vec<&Notice> = self
                .client
                .timed_notices
                .iter()
                .filter(|(at, notice)| {
                    *at >= answer.at
                        && next.is_none_or(|next| *at < next)
                        && notice.text.as_str().starts_with(&about)
                })
                .map(|(_, notice)| notice)
                .filter(|notice| !is_about_keys(notice.text.as_str()))
                .collect();
            let doubts =
                said.iter().filter(|notice| notice.text.as_str().contains("is not confirmed yet")).count();
            // Once the end is reported, uncertainty before it needs no notice.
            let until_over = self
                .client
                .events()
                .take_while(|event| !matches!(event, Event::Ended { id, .. } if *id == answer.id));
            let uncertain = until_over
                .filter(|event| matches!(event, Event::Uncertain { ticket, .. } if *ticket == answer.ticket));
            assert_eq!(doubts, uncertain.count(), "{about}{said:?}");
            let outcome = past.filter(|_| next.is_none()).map(|past| &past.outcome);
            let ends = said.len() - doubts;
            let wanted = outcome.is_some_and(|outcome| is_as_wanted(answer.decision, outcome));
            let refused = self
                .client
                .events()
                .any(|it| matches!(it, Event::Refused { ticket, .. } if *ticket == answer.ticket));
            match (wanted, outcome) {
                (true, _) => assert_eq!(ends, 0, "{about}announced about: {said:?}"),
                (false, _) if refused => assert_eq!(ends, 1, "{about}was refused: {said:?}"),
                (false, Some(outcome)) => {
                    assert_eq!(ends, 1, "{about}{:?}, then {outcome:?}: {said:?}", answer.decision);
                }
                (false, None) => assert_eq!(ends, 0, "{about}{said:?}"),
            }
        }
    }

    fn each_sentence_is_true(&self, cases: &BTreeMap<String, &Case>) {
        let answers = self.answers();
        for (at, notice) in &self.client.timed_notices {
            let text = notice.text.as_str();
            let Some((case, rest)) = cases.values().find_map(|case| {
                Some((case, text.strip_prefix(&case.who())?.strip_prefix(": ")?))
                    .filter(|_| case.who() != "unknown")
            }) else {
                continue;
            };
            let past = self.client.state.history.iter().find(|past| key(&past.invitation) == case.key());
            if rest.contains("is not confirmed yet") {
                assert!(case.decisions().any(super::tap::BotRequest::is_uncertain), "{text}");
            } else if let Some(words) = rest.strip_suffix(" before your answer took effect") {
                assert_eq!(past.map(|past| past.outcome.words()).as_deref(), Some(words));
            } else if !is_about_keys(rest) {
                // The notice tells that an answer failed, so it did, unless there was a later answer.
                let last = answers.iter().rfind(|answer| {
                    answer.at <= *at && past.is_some_and(|past| past.invitation.id == answer.id)
                });
                let later = answers.iter().any(|answer| {
                    answer.at > *at && past.is_some_and(|past| past.invitation.id == answer.id)
                });
                if let (Some(answer), Some(past), false) = (last, past, later) {
                    assert!(!is_as_wanted(answer.decision, &past.outcome), "{text}, and {:?}", past.outcome);
                    let done = match answer.decision {
                        Decision::Reject { .. } => case.did("reject"),
                        Decision::Redirect(_) => case.did("redirect"),
                        _ => case.did("answer") && case.established.is_some(),
                    };
                    assert!(!done, "{text}, and it was done");
                }
            }
        }
    }

    /// Checks that the notices of answers to several invitations count those that succeeded.
    fn several_are_counted(&self) {
        let summary = |text: &str| {
            let rest =
                ["Accepted ", "Declined ", "Rejected "].iter().find_map(|done| text.strip_prefix(done))?;
            if let Some(all) = rest.strip_prefix("all ") {
                return all.parse::<usize>().ok();
            }
            let (count, _) = rest.split_once(" of ")?;
            if count == "none" { Some(0) } else { count.parse().ok() }
        };
        let told: Vec<usize> = self.client.notices.iter().filter_map(|text| summary(text)).collect();
        let answers = self.answers();
        let came_about = answers.iter().filter(|answer| {
            let past = self.client.state.history.iter().find(|past| past.invitation.id == answer.id);
            let last = answers.iter().rfind(|other| other.id == answer.id).map(|other| other.ticket);
            self.client.bulk_tickets.iter().any(|tickets| tickets.contains(&answer.ticket))
                && last == Some(answer.ticket)
                && past.is_some_and(|past| is_as_wanted(answer.decision, &past.outcome))
        });
        assert_eq!(told.iter().sum::<usize>(), came_about.count(), "{:?}", self.client.notices);
        assert!(told.len() >= self.client.bulk_tickets.len(), "{:?}", self.client.notices);
    }

    /// Checks that the end of each conversation is reported once, with who hung up.
    fn lines_are_told_of(&self, cases: &BTreeMap<String, &Case>) {
        let count = |start: &str| {
            let told = self.client.notices.iter();
            let whole = |text: &&String| {
                text.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            };
            told.filter(whole).count()
        };
        for case in cases.values().filter(|case| case.announced.is_some() && case.who() != "unknown") {
            let titles = [case.title(), case.who(), case.call.caller.label().to_owned()];
            let mut sentences: Vec<String> =
                titles.iter().map(|title| format!("The call with {title} is over")).collect();
            sentences.sort();
            sentences.dedup();
            let ends: usize = sentences.iter().map(|sentence| count(sentence)).sum();
            let over = case.was_open() && !case.is_open();
            let already = count(&format!("The call with {} had already ended", case.who()));
            let told = ends == usize::from(over) || (over && already > 0);
            assert!(told && ends <= 1, "{}: {:?}", case.key(), self.client.notices);
            let hung_up = count(&format!("Hung up on {}", case.who()));
            assert!(
                hung_up == 0 || case.outcome == Some(CallOutcome::HungUp),
                "{}, {:?}",
                case.key(),
                case.outcome
            );
            assert!(hung_up <= 1, "{}", case.key());
        }
    }

    /// Checks that refused notifications are reported at most once a minute, and only if there were any.
    fn refusals_are_told_seldom(&self) {
        let refused: Vec<Moment> = self
            .client
            .timed_events()
            .filter(|(_, event)| matches!(event, Event::Notice(text) if text.as_str().starts_with("A notification was")))
            .map(|(at, _)| at)
            .collect();
        assert!(refused.windows(2).all(|two| two[1] >= two[0].after(std::time::Duration::from_secs(60))));
        let turned_away =
            self.sim.record().iter().any(|it| it.method == "NOTIFY" && matches!(it.status, 401 | 503));
        assert!(refused.is_empty() || turned_away);
    }
}

/// Returns whether a notice only tells why a key does nothing.
fn is_about_keys(text: &str) -> bool {
    ["already answered", "already hanging up", "can't be", "can no longer be answered"]
        .iter()
        .any(|words| text.contains(words))
}
