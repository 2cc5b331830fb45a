//! Tests of what the user's rules do.

use super::*;
use crate::app::Ruling;
use crate::invitation::{Certainty, Rejection, Stage};
use crate::rules::{self, Answer, Condition, Glob, Rule, Rules};

pub(super) const DECLINE: Answer =
    Answer::Decline { reason: Reason::Global, rejection: Rejection::Forbidden };

pub(super) fn rule(name: &str, conditions: Vec<Condition>, action: rules::Action) -> Rule {
    Rule { name: name.into(), conditions, action }
}

pub(super) fn answering(answer: Answer, seconds: u64) -> rules::Action {
    rules::Action::Answer { answer, delay: Duration::from_secs(seconds) }
}

fn named(pattern: &str) -> Vec<Condition> {
    vec![Condition::From(vec![Glob::new(pattern).unwrap()])]
}

pub(super) fn with(rules: Vec<Rule>) -> TestApp {
    let mut app = TestApp::new();
    app.state.settings.rules = Rules::new(rules);
    app
}

/// A state with one rule for everybody, which answers after that many seconds.
fn with_answer(answer: Answer, seconds: u64) -> TestApp {
    with(vec![rule("night", Vec::new(), answering(answer, seconds))])
}

impl TestApp {
    fn bells(&self) -> usize {
        self.effects.iter().filter(|effect| **effect == Effect::Bell).count()
    }

    /// Waits until the time at which the rules ask to be woken.
    fn wait_for_rules(&mut self) {
        let due = self.state.rulings.due(self.moment).expect("nothing is due");
        self.pass(due.left(self.moment));
    }

    fn notice_contains(&self, words: &str) -> bool {
        self.notice().contains(words)
    }
}

#[test]
fn a_rule_answers_each_kind_in_its_own_way_at_once_and_without_a_sound() {
    let rejected = Decision::Reject { reason: Rejection::Forbidden, callback: None };
    for (kind, answer, decision) in [
        (Kind::Message, DECLINE, Decision::Decline(Reason::Global)),
        (Kind::Phone, DECLINE, Decision::Decline(Reason::Global)),
        (Kind::Call, DECLINE, rejected),
        (Kind::Message, Answer::Accept, Decision::Accept),
        (Kind::AudioVideo, Answer::Accept, Decision::AcceptWithPhone),
        (Kind::Call, Answer::Accept, Decision::Accept),
    ] {
        let mut app = with_answer(answer, 0);
        app.see(invitation(1, kind));
        assert_eq!(app.answers(), [(1, decision)], "{kind:?}");
        assert_eq!(app.bells(), 0, "{kind:?}");
        assert!(app.state.newcomers.is_empty());
        assert_eq!(app.state.rulings.due(app.moment), None);
    }
}

#[test]
fn an_answer_of_a_rule_is_told_with_its_name_and_kept_so() {
    let mut app = with_answer(DECLINE, 0);
    app.see(invitation(1, Kind::Message));
    app.event(Event::Completed(Ticket(0)));
    app.over(1, Outcome::Declined(Reason::Global));
    assert_eq!(app.notice(), "Caller 1: declined by rule “night”");
    let past = app.state.history.page(0).next().unwrap();
    assert_eq!((past.decision.as_str(), past.rule.as_str()), ("decline", "night"));
    app.see(invitation(2, Kind::Message));
    app.over(2, Outcome::CallerGaveUp);
    assert!(app.notice_contains("before your answer took effect"), "{}", app.notice());
}

#[test]
fn the_users_own_answer_is_not_a_rules() {
    let mut app = with_answer(DECLINE, 5);
    app.see(invitation(1, Kind::Message));
    app.press("a");
    app.over(1, Outcome::Accepted);
    assert!(app.state.history.page(0).next().unwrap().rule.is_empty());
}

#[test]
fn a_delay_rings_and_whatever_the_user_does_in_it_wins() {
    for keys in ["a", "d", "D", " ", ":", "d\u{1b}", "  ", "R"] {
        let mut app = with_answer(DECLINE, 5);
        app.see(invitation(1, Kind::Message));
        assert_eq!(app.bells(), 1);
        app.pass(Duration::from_secs(2));
        app.press(keys);
        app.pass(Duration::from_secs(4));
        let by_rule = Decision::Decline(Reason::Global);
        assert!(app.answers().iter().all(|(_, decision)| *decision != by_rule), "{keys:?}");
    }
    let mut app = with_answer(DECLINE, 5);
    app.see(invitation(1, Kind::Message));
    app.pass(Duration::from_millis(4_999));
    assert_eq!(app.answers(), []);
    app.wait_for_rules();
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
    app.pass(Duration::from_secs(5));
    assert_eq!(app.answers().len(), 1);
}

#[test]
fn a_rule_answers_nothing_that_may_have_rung_before_or_is_being_connected() {
    let old = Invitation { certainty: Certainty::AtMost, ..invitation(1, Kind::Message) };
    let connecting = Invitation { stage: Stage::Connecting, ..invitation(2, Kind::Message) };
    let mut app = with_answer(DECLINE, 0);
    app.event(Event::Snapshot { invitations: vec![old.into()], conversations: Vec::new() });
    app.see(connecting);
    assert_eq!(app.answers(), []);
    assert_eq!(app.bells(), 2);
}

#[test]
fn a_rule_answers_nothing_after_its_time() {
    let mut app = with_answer(DECLINE, 5);
    app.see(Invitation { deadline: Moment(Duration::from_secs(4)), ..invitation(1, Kind::Call) });
    app.pass(Duration::from_secs(5));
    assert_eq!(app.answers(), []);
    assert_eq!(app.state.rulings.get(id(1)), None);
    assert_eq!(app.notice(), "Caller 1: rule “night” came too late; give it a shorter delay");
}

#[test]
fn a_rule_whose_time_comes_after_the_end_is_told_to_be_too_late() {
    let with_call = || {
        let mut app = with_answer(DECLINE, 20);
        app.see(Invitation {
            deadline: app.moment.after(Duration::from_secs(15)),
            ..invitation(1, Kind::Call)
        });
        app
    };
    let mut app = with_call();
    app.pass(Duration::from_secs(15));
    app.over(1, Outcome::Expired);
    assert!(app.notice_contains("rule “night” came too late; give it a shorter delay"), "{}", app.notice());
    let mut app = with_call();
    app.pass(Duration::from_secs(3));
    app.over(1, Outcome::CallerGaveUp);
    assert!(!app.notice_contains("too late"), "the caller was faster: {}", app.notice());
}

#[test]
fn a_rule_that_could_not_answer_in_time_without_a_connection_is_told() {
    let mut app = with_answer(DECLINE, 5);
    app.see(Invitation { deadline: app.moment.after(Duration::from_secs(15)), ..invitation(1, Kind::Call) });
    app.event(Event::Status(Status::Connecting("signing in")));
    app.pass(Duration::from_secs(15));
    assert_eq!(app.notice(), "Caller 1: rule “night” could not answer in time");
}

#[test]
fn a_reconnection_answers_nothing_again_and_what_is_delayed_waits_until_it_is_known_to_ring() {
    let mut app = with_answer(DECLINE, 5);
    app.see(invitation(1, Kind::Message));
    app.see(invitation(2, Kind::Message));
    app.event(Event::Status(Status::Connecting("signing in")));
    app.pass(Duration::from_secs(6));
    app.event(Event::Status(Status::Online { since: app.moment }));
    assert_eq!(app.answers(), [], "it may be over");
    let left = vec![invitation(2, Kind::Message).into()];
    app.event(Event::Snapshot { invitations: left.clone(), conversations: Vec::new() });
    assert_eq!(app.answers(), [(2, Decision::Decline(Reason::Global))]);
    app.event(Event::Status(Status::Connecting("signing in")));
    app.event(Event::Status(Status::Online { since: app.moment }));
    app.event(Event::Snapshot { invitations: left, conversations: Vec::new() });
    app.pass(Duration::from_secs(6));
    assert_eq!(app.answers().len(), 1);
}

#[test]
fn a_refused_answer_leaves_the_invitation_to_the_user_and_rings() {
    let mut app = with_answer(DECLINE, 0);
    app.see(invitation(1, Kind::Message));
    app.refused(0);
    assert_eq!(app.bells(), 1);
    assert!(app.notice_contains("Caller 1: no"), "{}", app.notice());
    app.pass(Duration::from_secs(5));
    assert_eq!(app.answers().len(), 1);
    app.press("a");
    assert_eq!(app.answers().len(), 2);
}

#[test]
fn a_lost_reply_is_not_answered_again() {
    let mut app = with_answer(DECLINE, 0);
    app.see(invitation(1, Kind::Message));
    app.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("lost", "") });
    app.see(invitation(1, Kind::Message));
    app.pass(Duration::from_secs(5));
    assert_eq!(app.answers().len(), 1);
}

#[test]
fn what_a_rule_can_not_do_is_told_and_rings() {
    let mut app = with_answer(Answer::Accept, 0);
    app.see(invitation(1, Kind::Phone));
    assert_eq!(app.answers(), []);
    assert_eq!(app.bells(), 1);
    assert!(app.notice_contains("rule “night” accepts it, but a phone call"), "{}", app.notice());
}

#[test]
fn a_silenced_invitation_is_listed_without_bell_and_banner() {
    let mut app = with(vec![rule("quiet", named("Caller 1"), rules::Action::Silence)]);
    app.press("4");
    app.see(invitation(1, Kind::Message));
    assert_eq!(app.bells(), 0);
    assert!(app.state.newcomers.is_empty());
    assert_eq!(app.state.rulings.get(id(1)), Some(&Ruling::Silenced { rule: "quiet".into() }));
    assert_eq!(app.entry(1).phase, Phase::Ringing);
    app.see(invitation(2, Kind::Message));
    assert_eq!(app.bells(), 1);
    assert_eq!(app.state.newcomers, [id(2)]);
}

#[test]
fn a_rule_for_others_lets_ring_and_the_first_that_applies_wins() {
    let mut app = with(vec![
        rule("boss", named("Caller 1"), rules::Action::Ring),
        rule("rest", Vec::new(), answering(DECLINE, 0)),
    ]);
    app.see(invitation(1, Kind::Message));
    app.see(invitation(2, Kind::Message));
    assert_eq!(app.bells(), 1);
    assert_eq!(app.answers(), [(2, Decision::Decline(Reason::Global))]);
}

#[test]
fn a_fact_that_is_not_known_yet_is_awaited_for_a_moment_in_silence() {
    let unnamed = || Invitation { from: Party::default(), ..invitation(1, Kind::Message) };
    let mut app = with(vec![rule("spam", named("Caller*"), answering(DECLINE, 0))]);
    app.see(unnamed());
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 0));
    app.pass(Duration::from_secs(1));
    app.see(invitation(1, Kind::Message));
    assert_eq!(app.answers().len(), 1, "now it is known");

    let mut app = with(vec![rule("spam", named("Caller*"), answering(DECLINE, 0))]);
    app.see(unnamed());
    app.wait_for_rules();
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 1), "it rings");
    app.see(invitation(1, Kind::Message));
    assert_eq!(app.answers(), [], "and is the user's from then on");
}

#[test]
fn an_exception_that_is_not_known_to_hold_keeps_later_rules_from_answering() {
    let mut app = with(vec![
        rule("contacts", vec![Condition::InContacts(true)], rules::Action::Ring),
        rule("rest", Vec::new(), answering(DECLINE, 0)),
    ]);
    app.see(invitation(1, Kind::Message));
    app.wait_for_rules();
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 1));
    app.event(Event::ContactList(vec!["sip:Friend@x.example".into()]));
    app.see(invitation(2, Kind::Message));
    assert_eq!(app.answers(), [(2, Decision::Decline(Reason::Global))]);
    let friend = Party { uri: "sip:friend@X.example".into(), name: "Friend".into(), ..Party::default() };
    app.see(Invitation { from: friend, ..invitation(3, Kind::Message) });
    assert_eq!(app.bells(), 2);
    assert_eq!(app.answers().len(), 1);
    app.see(invitation(4, Kind::Call));
    assert_eq!(app.answers().len(), 2, "a bot has no contacts");
}

#[test]
fn an_invitation_without_links_is_answered_when_they_are_known() {
    let mut app = with_answer(DECLINE, 0);
    app.see(Invitation { offers: Offers::default(), ..invitation(1, Kind::Message) });
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 0));
    app.see(invitation(1, Kind::Message));
    assert_eq!((app.answers().len(), app.bells()), (1, 0));
}

#[test]
fn one_key_turns_the_automatic_answers_off_and_on() {
    let mut app = with_answer(DECLINE, 5);
    app.see(invitation(1, Kind::Message));
    app.press("R");
    assert_eq!(app.notice(), "Automatic answers are off; R turns them on");
    app.see(invitation(2, Kind::Message));
    app.pass(Duration::from_secs(6));
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 2));
    app.press("R");
    assert_eq!(app.notice(), "Automatic answers are on for new invitations");
    app.pass(Duration::from_secs(6));
    assert_eq!(app.answers(), [], "what rang before is the user's");
    app.see(invitation(3, Kind::Message));
    app.pass(Duration::from_secs(5));
    assert_eq!(app.answers().len(), 1);
    let mut app = TestApp::new();
    app.press("R");
    assert!(app.notice_contains("[[rules]]"), "{}", app.notice());
    assert!(!app.state.rulings.are_off);
}

#[test]
fn nothing_is_answered_while_signing_out() {
    let mut app = with_answer(DECLINE, 5);
    app.see(invitation(1, Kind::Message));
    app.press("q");
    app.pass(Duration::from_secs(6));
    assert_eq!(app.answers(), []);
}

#[test]
fn a_ruling_goes_with_its_row() {
    let mut app = with_answer(DECLINE, 0);
    app.see(invitation(1, Kind::Message));
    app.over(1, Outcome::Declined(Reason::Global));
    assert!(app.state.rulings.answered_by(id(1)).is_some(), "the row tells");
    app.pass(Duration::from_secs(6));
    assert_eq!(app.state.rulings.get(id(1)), None);
}

#[test]
fn what_a_rule_kept_quiet_rings_when_the_automatic_answers_are_turned_off() {
    let mut app = with_answer(DECLINE, 0);
    app.event(Event::Status(Status::Connecting("signing in")));
    app.see(invitation(1, Kind::Message));
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 0), "it waits for the connection in silence");
    app.press("R");
    assert_eq!(app.bells(), 1, "it is the user's now");
    app.event(Event::Status(Status::Online { since: app.moment }));
    app.pass(Duration::from_secs(6));
    assert_eq!((app.answers(), app.bells()), (Vec::new(), 1));
}

#[test]
fn what_a_delayed_rule_can_not_do_has_rung_already() {
    let mut app = with_answer(Answer::Accept, 2);
    app.see(invitation(1, Kind::Phone));
    assert_eq!(app.bells(), 1);
    app.pass(Duration::from_secs(2));
    assert!(app.notice_contains("rule “night” accepts it, but a phone call"), "{}", app.notice());
    assert_eq!((app.answers().len(), app.bells()), (0, 1));
}

#[test]
fn an_account_that_loses_its_connection_keeps_no_rule_of_another_account_from_answering() {
    let mut app = with_answer(DECLINE, 5);
    let second = app.state.accounts[0].clone();
    app.state.accounts.push(second);
    app.see(invitation(1, Kind::Message));
    app.take(Message::Provider(AccountId(1), Event::Status(Status::Connecting("signing in"))));
    app.pass(Duration::from_secs(5));
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
}

#[test]
fn an_invitation_whose_links_come_too_late_is_the_users() {
    let mut app = with_answer(DECLINE, 5);
    app.see(Invitation { offers: Offers::default(), ..invitation(1, Kind::Message) });
    assert_eq!(app.bells(), 0);
    app.wait_for_rules();
    assert_eq!(app.bells(), 1, "it rings");
    app.see(invitation(1, Kind::Message));
    app.pass(Duration::from_secs(10));
    assert_eq!(app.answers(), []);
}

#[test]
fn an_invitation_whose_links_are_gone_for_a_moment_is_answered_when_they_come_back() {
    let mut app = with_answer(DECLINE, 5);
    app.see(invitation(1, Kind::Message));
    app.see(Invitation { offers: Offers::default(), ..invitation(1, Kind::Message) });
    app.pass(Duration::from_secs(5));
    assert_eq!((app.answers(), app.notice()), (Vec::new(), String::new()));
    app.see(invitation(1, Kind::Message));
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
}
