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
        let mut app = TestApp::ringing(&[kind]);
        assert_eq!(available(&app.state).contains(&Action::Accept), decision.is_some(), "{kind:?}");
        app.press("a");
        assert_eq!(app.answers(), decision.map(|decision| (1, decision)).into_iter().collect::<Vec<_>>());
        if kind == Kind::Phone {
            assert!(app.notice().contains("answered on the phone"));
        }
    }
}

#[test]
fn only_evidence_ends_an_invitation() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.event(Event::Completed(Ticket(0)));
    let sent = Phase::Answering { decision: Decision::Accept, ticket: Ticket(0), progress: Progress::Sent };
    assert_eq!(app.entry(1).phase, sent);
    app.pass(Duration::from_secs(120));
    assert_eq!(app.entry(1).phase, sent, "a deadline alone ends nothing");
    app.over(1, Outcome::Accepted);
    assert!(!app.entry(1).is_pending());
    assert_eq!(app.outcomes(), [Outcome::Accepted]);
}

#[test]
fn one_flight_for_each_invitation() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("aDad\n");
    assert_eq!(app.answers(), [(1, Decision::Accept)]);
    assert!(app.notice().contains("Already answered"), "{}", app.notice());
}

#[test]
fn a_refused_answer_can_be_given_again() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.refused(0);
    assert_eq!(app.entry(1).phase, Phase::Ringing);
    assert_eq!(app.state.notice.as_ref().unwrap().tone, Tone::Problem);
    app.press("D");
    assert_eq!(app.answers(), [(1, Decision::Accept), (1, Decision::Decline(Reason::Local))]);
}

#[test]
fn what_is_said_of_an_older_request_changes_nothing() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.refused(0);
    app.press("a");
    for stale in [
        Event::Refused { ticket: Ticket(0), problem: Problem::new("late", "") },
        Event::Completed(Ticket(0)),
        Event::Uncertain { ticket: Ticket(0), problem: Problem::new("late", "") },
    ] {
        app.event(stale);
        let sending =
            Phase::Answering { decision: Decision::Accept, ticket: Ticket(1), progress: Progress::Sending };
        assert_eq!(app.entry(1).phase, sending);
    }
}

#[test]
fn a_lost_reply_blocks_a_second_answer_until_it_is_known_what_became_of_it() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the connection broke", "") });
    assert!(app.notice().contains("not confirmed yet"), "{}", app.notice());
    app.press("a");
    assert_eq!(app.answers().len(), 1);
    app.refused(0);
    app.press("a");
    assert_eq!(app.answers().len(), 2);
}

#[test]
fn the_callers_end_beats_our_accept_and_is_said() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("a");
    app.over(1, Outcome::CallerGaveUp);
    assert!(app.notice().contains("the caller gave up before"), "{}", app.notice());
    app.event(Event::Completed(Ticket(0)));
    app.over(1, Outcome::Accepted);
    assert_eq!(app.outcomes(), [Outcome::CallerGaveUp], "a final state is final");
}

#[test]
fn a_reason_is_chosen_by_moving_or_typing() {
    let mut app = TestApp::ringing(&[Kind::Phone]);
    app.press("d");
    let Mode::Decline(Decline { picker, .. }) = &app.state.mode else { panic!("no picker") };
    assert_eq!(picker.choices.len(), 12);
    assert_eq!(picker.choices[picker.highlighted], Reason::Local);
    app.key(Key::plain(Code::Down));
    app.press("\n");
    assert_eq!(app.answers(), [(1, Decision::Decline(Reason::Global))]);
    app.refused(0);
    app.press("dcodec\n");
    assert_eq!(app.answers()[1], (1, Decision::Decline(Reason::CodecMismatch)));
    app.refused(1);
    app.press("dxyzzy\n\u{1b}");
    assert_eq!(app.answers().len(), 2, "nothing matches, nothing is sent");
    assert!(matches!(app.state.mode, Mode::Lists));
}

#[test]
fn the_picker_closes_when_what_it_is_for_is_over() {
    let mut app = TestApp::ringing(&[Kind::Phone, Kind::Phone]);
    app.press("d");
    app.event(Event::Snapshot {
        invitations: vec![invitation(2, Kind::Phone).into()],
        conversations: Vec::new(),
    });
    assert!(matches!(app.state.mode, Mode::Lists));
    assert_eq!(app.outcomes(), [Outcome::Lost]);
    assert!(app.entry(2).is_pending());
}

#[test]
fn accept_and_decline_act_on_all_that_are_marked() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Phone, Kind::Message, Kind::Message]);
    app.press("   a");
    assert_eq!(app.answers(), [(1, Decision::Accept), (3, Decision::Accept)]);
    assert!(app.notice().contains("Caller 2: a phone call"), "{}", app.notice());
    assert!(app.state.marked.is_empty());
}

#[test]
fn our_own_invitation_is_cancelled_and_an_incoming_one_is_not() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Participant]);
    app.press("c");
    assert!(app.notice().contains("decline this one"), "{}", app.notice());
    app.press("2c");
    assert_eq!(app.answers(), [(2, Decision::Cancel)]);
    app.over(2, Outcome::Cancelled);
    assert_eq!(app.outcomes(), [Outcome::Cancelled]);
}

#[test]
fn a_digit_or_the_first_letters_choose_a_reason() {
    // The keys after “d”, and the reason that is given.
    let cases = [
        ("1", Some(Reason::Local)),
        ("2", Some(Reason::Global)),
        ("3", Some(Reason::Unknown)),
        ("h\n", Some(Reason::Local)),
        ("e\n", Some(Reason::Global)),
        ("n\n", Some(Reason::Unknown)),
        ("codec\n", Some(Reason::CodecMismatch)),
        ("global\n", Some(Reason::Global)),
        // A technical reason is never given by a single wrong key.
        ("4", None),
        ("9", None),
        // A digit behind other text is text.
        ("ipv6", None),
        ("ipv6\n", Some(Reason::IPv6NotSupported)),
        ("x1", None),
    ];
    for (keys, reason) in cases {
        let mut app = TestApp::ringing(&[Kind::Message]);
        app.press("d");
        app.press(keys);
        let given: Vec<_> = reason.into_iter().map(|reason| (1, Decision::Decline(reason))).collect();
        assert_eq!(app.answers(), given, "{keys:?}");
        assert_eq!(matches!(app.state.mode, Mode::Decline(_)), reason.is_none(), "{keys:?}");
    }
}

#[test]
fn pasted_digits_choose_no_reason() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("d");
    app.take(Message::Paste("2".into()));
    assert_eq!(app.answers(), []);
}
