//! Answers to invitations, and what becomes of them.

use super::*;

#[test]
fn each_kind_is_accepted_as_the_server_offers_it_or_says_why_not() {
    for (kind, decision) in [
        (Kind::Message, Some(Decision::Accept)),
        (Kind::Meeting, Some(Decision::Accept)),
        (Kind::AudioVideo, Some(Decision::AcceptWithPhone)),
        (Kind::Phone, None),
    ] {
        let mut desk = Desk::ringing(&[kind]);
        assert_eq!(available(&desk.state).contains(&Action::Accept), decision.is_some(), "{kind:?}");
        desk.press("a");
        assert_eq!(desk.answers(), decision.map(|decision| (1, decision)).into_iter().collect::<Vec<_>>());
        if kind == Kind::Phone {
            assert!(desk.notice().contains("answered on the phone"));
        }
    }
}

#[test]
fn only_evidence_ends_an_invitation() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.event(Event::Completed(Ticket(0)));
    let sent = Phase::Answering { decision: Decision::Accept, ticket: Ticket(0), progress: Progress::Sent };
    assert_eq!(desk.entry(1).phase, sent);
    desk.pass(Duration::from_secs(120));
    assert_eq!(desk.entry(1).phase, sent, "a deadline alone ends nothing");
    desk.over(1, Outcome::Accepted);
    assert!(!desk.entry(1).is_pending());
    assert_eq!(desk.outcomes(), [Outcome::Accepted]);
}

#[test]
fn one_flight_for_each_invitation() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("aDad\n");
    assert_eq!(desk.answers(), [(1, Decision::Accept)]);
    assert!(desk.notice().contains("Already answered"), "{}", desk.notice());
}

#[test]
fn a_refused_answer_can_be_given_again() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.refused(0);
    assert_eq!(desk.entry(1).phase, Phase::Ringing);
    assert_eq!(desk.state.notice.as_ref().unwrap().tone, Tone::Problem);
    desk.press("D");
    assert_eq!(desk.answers(), [(1, Decision::Accept), (1, Decision::Decline(Reason::Local))]);
}

#[test]
fn what_is_said_of_an_older_request_changes_nothing() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.refused(0);
    desk.press("a");
    for stale in [
        Event::Refused { ticket: Ticket(0), problem: Problem::new("late", "") },
        Event::Completed(Ticket(0)),
        Event::Uncertain { ticket: Ticket(0), problem: Problem::new("late", "") },
    ] {
        desk.event(stale);
        let sending =
            Phase::Answering { decision: Decision::Accept, ticket: Ticket(1), progress: Progress::Sending };
        assert_eq!(desk.entry(1).phase, sending);
    }
}

#[test]
fn a_lost_reply_blocks_a_second_answer_until_it_is_known_what_became_of_it() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the connection broke", "") });
    assert!(desk.notice().contains("not confirmed yet"), "{}", desk.notice());
    desk.press("a");
    assert_eq!(desk.answers().len(), 1);
    desk.refused(0);
    desk.press("a");
    assert_eq!(desk.answers().len(), 2);
}

#[test]
fn the_callers_end_beats_our_accept_and_is_said() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.over(1, Outcome::CallerGaveUp);
    assert!(desk.notice().contains("the caller gave up before"), "{}", desk.notice());
    desk.event(Event::Completed(Ticket(0)));
    desk.over(1, Outcome::Accepted);
    assert_eq!(desk.outcomes(), [Outcome::CallerGaveUp], "a final state is final");
}

#[test]
fn a_reason_is_chosen_by_moving_or_typing() {
    let mut desk = Desk::ringing(&[Kind::Phone]);
    desk.press("d");
    let Mode::Decline(Decline { picker, .. }) = &desk.state.mode else { panic!("no picker") };
    assert_eq!(picker.choices.len(), 12);
    assert_eq!(picker.choices[picker.highlighted], Reason::Local);
    desk.key(Key::plain(Code::Down));
    desk.press("\n");
    assert_eq!(desk.answers(), [(1, Decision::Decline(Reason::Global))]);
    desk.refused(0);
    desk.press("dcodec\n");
    assert_eq!(desk.answers()[1], (1, Decision::Decline(Reason::CodecMismatch)));
    desk.refused(1);
    desk.press("dxyzzy\n\u{1b}");
    assert_eq!(desk.answers().len(), 2, "nothing matches, nothing is sent");
    assert!(matches!(desk.state.mode, Mode::Lists));
}

#[test]
fn the_picker_closes_when_what_it_is_for_is_over() {
    let mut desk = Desk::ringing(&[Kind::Phone, Kind::Phone]);
    desk.press("d");
    desk.event(Event::Snapshot { invitations: vec![invitation(2, Kind::Phone)], conversations: Vec::new() });
    assert!(matches!(desk.state.mode, Mode::Lists));
    assert_eq!(desk.outcomes(), [Outcome::Lost]);
    assert!(desk.entry(2).is_pending());
}

#[test]
fn accept_and_decline_act_on_all_that_are_marked() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Phone, Kind::Message, Kind::Message]);
    desk.press("   a");
    assert_eq!(desk.answers(), [(1, Decision::Accept), (3, Decision::Accept)]);
    assert!(desk.notice().contains("Caller 2: a phone call"), "{}", desk.notice());
    assert!(desk.state.marked.is_empty());
}

#[test]
fn our_own_invitation_is_cancelled_and_an_incoming_one_is_not() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Participant]);
    desk.press("c");
    assert!(desk.notice().contains("decline this one"), "{}", desk.notice());
    desk.press("2c");
    assert_eq!(desk.answers(), [(2, Decision::Cancel)]);
    desk.over(2, Outcome::Cancelled);
    assert_eq!(desk.outcomes(), [Outcome::Cancelled]);
}
