//! Calls to a bot: rejected, redirected and hung up.

use super::*;
use crate::app::{CALLBACK, Purpose, Reject};
use crate::invitation::{CallbackUri, Destination, Fact, Rejection};

const SOMEBODY: &str = "112f7296-5fa4-42ca-bae8-6a692b15d4b8";

fn rejected(reason: Rejection) -> Decision {
    Decision::Reject { reason, callback: None }
}

fn declined() -> Decision {
    Decision::Decline(Reason::Local)
}

fn rejecting(app: &TestApp) -> &Reject {
    match &app.state.mode {
        Mode::Reject(rejecting) => rejecting,
        other => panic!("no choice of rejections: {other:?}"),
    }
}

fn complaint(app: &TestApp) -> Option<&str> {
    match &app.state.mode {
        Mode::Prompt(prompt) => prompt.line.complaint,
        Mode::Reject(Reject { editor: Some(line), .. }) => line.complaint,
        other => panic!("no line is open: {other:?}"),
    }
}

fn is_idle(app: &TestApp) -> bool {
    matches!(app.state.mode, Mode::Lists)
}

#[test]
fn each_kind_is_asked_about_with_its_own_reasons() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone]);
    app.state.settings.default_rejection = Rejection::Forbidden;
    app.press("d");
    let picker = &rejecting(&app).picker;
    assert_eq!(picker.choices, Rejection::ALL);
    assert_eq!(picker.choices[picker.highlighted], Rejection::Forbidden);
    app.press("\u{1b}d");
    app.press("busy\n");
    assert_eq!(app.answers(), [(1, rejected(Rejection::Busy))]);
    app.press("jd");
    assert!(matches!(app.state.mode, Mode::Decline(_)));
}

#[test]
fn declining_at_once_gives_each_kind_its_default() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone]);
    app.press("  D");
    assert_eq!(app.answers(), [(1, rejected(Rejection::Busy)), (2, declined())]);
}

#[test]
fn marks_over_both_kinds_are_asked_about_one_after_the_other() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone, Kind::Call]);
    app.press("   d");
    assert!(app.answers().is_empty());
    app.press("\n");
    assert_eq!(app.answers(), [(2, declined())]);
    assert_eq!(rejecting(&app).targets.ids, [id(1), id(3)]);
    app.press("none\n");
    let none = rejected(Rejection::None);
    assert_eq!(app.answers(), [(2, declined()), (1, none.clone()), (3, none)]);
    assert!(app.state.marked.is_empty());
}

#[test]
fn leaving_one_of_two_choices_leaves_the_rest_alone_and_marked() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone]);
    app.press("  d\u{1b}");
    assert!(is_idle(&app) && app.answers().is_empty());
    app.press("d\n\u{1b}");
    assert!(is_idle(&app));
    assert_eq!(app.answers(), [(2, declined())]);
    assert!(app.state.marked.contains(&id(1)) && !app.state.marked.contains(&id(2)));
    assert_eq!(app.entry(1).phase, Phase::Ringing);
}

#[test]
fn calls_that_wait_for_their_turn_are_never_answered_by_keys_that_were_meant_for_others() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone, Kind::Call]);
    app.press("   d");
    app.over(3, Outcome::CallerGaveUp);
    let Mode::Decline(declining) = &app.state.mode else { panic!("no choice of reasons") };
    assert_eq!(declining.calls.ids, [id(1)]);
    app.over(2, Outcome::CallerGaveUp);
    assert!(is_idle(&app));
    app.press("\n");
    assert!(app.answers().is_empty());
}

#[test]
fn a_choice_closes_when_all_its_calls_are_over() {
    for open in ["d", "dt"] {
        let mut app = TestApp::ringing(&[Kind::Call, Kind::Call]);
        app.press("  d");
        if open == "dt" {
            app.key(CALLBACK);
        }
        app.over(1, Outcome::CallerGaveUp);
        assert!(!is_idle(&app), "{open}: one is left");
        app.over(2, Outcome::Expired);
        assert!(is_idle(&app), "{open}");
        assert!(app.notice().contains("before you chose"), "{}", app.notice());
    }
}

#[test]
fn a_rejection_can_name_an_address_for_what_is_still_said_of_the_call() {
    let mut app = TestApp::ringing(&[Kind::Call]);
    app.press("dforb");
    app.key(CALLBACK);
    app.press("http://bot.example\n");
    assert!(complaint(&app).unwrap().contains("https://"));
    app.key(Key::ctrl('u'));
    assert_eq!(complaint(&app), None);
    app.press("https://bot.example/calls\n");
    let address = CallbackUri::parse("https://bot.example/calls");
    assert_eq!(rejecting(&app).callback, address);
    assert_eq!(rejecting(&app).picker.input.value(), "forb", "the choice goes on where it was left");
    app.key(CALLBACK);
    app.press("x\u{1b}");
    assert!(rejecting(&app).editor.is_none(), "Escape closes the line");
    assert_eq!(rejecting(&app).callback, address, "what was not confirmed changes nothing");
    app.key(CALLBACK);
    app.key(Key::ctrl('u'));
    app.press("\n");
    assert_eq!(rejecting(&app).callback, None);
    app.key(CALLBACK);
    app.take(Message::Paste("https://bot.example/calls".into()));
    app.press("\n\n");
    let decision = Decision::Reject { reason: Rejection::Forbidden, callback: address };
    assert_eq!(app.answers(), [(1, decision)]);
    app.refused(0);
    app.press("D");
    assert_eq!(app.answers()[1], (1, rejected(Rejection::Busy)), "it was for that call only");
}

#[test]
fn past_its_time_a_call_takes_no_answer_and_says_so() {
    for keys in ["a", "d", "D", "f"] {
        let mut app = TestApp::ringing(&[Kind::Call]);
        app.pass(Duration::from_secs(29));
        assert!(available(&app.state).is_empty());
        app.press(keys);
        assert!(is_idle(&app) && app.answers().is_empty());
        assert_eq!(app.notice(), "Too late: the call can no longer be answered", "{keys}");
    }
    for keys in ["d", "f+14255550100"] {
        let mut app = TestApp::ringing(&[Kind::Call]);
        app.press(keys);
        app.pass(Duration::from_secs(29));
        app.press("\n");
        assert!(is_idle(&app) && app.answers().is_empty());
        assert_eq!(app.notice(), "Caller 1: too late: the call can no longer be answered", "{keys}");
    }
    let mut app = TestApp::ringing(&[Kind::Phone]);
    app.pass(Duration::from_secs(29));
    app.press("D");
    assert_eq!(app.answers().len(), 1, "of all others the server has the last word");
}

#[test]
fn a_call_is_redirected_to_somebody_who_can_be_called() {
    for (wrong, hint) in [
        ("", "press Esc"),
        ("dana@contoso.com", "GUID"),
        ("4255550100", "starts with +"),
        ("dana", "112f7296"),
    ] {
        let mut app = TestApp::ringing(&[Kind::Call]);
        app.press("f");
        app.press(wrong);
        app.press("\n");
        assert!(complaint(&app).unwrap().contains(hint), "{wrong}: {:?}", complaint(&app));
        assert!(app.answers().is_empty());
    }
    for right in [SOMEBODY, "+1 (425) 555-0100", "user:112f7296-5fa4-42ca-bae8-6a692b15d4b8"] {
        let mut app = TestApp::ringing(&[Kind::Phone, Kind::Call, Kind::Call]);
        app.press("  f");
        app.press(right);
        app.press("\n");
        let to = Destination::parse(right).unwrap();
        assert_eq!(app.answers(), [(3, Decision::Redirect(to))], "the selected one, whatever is marked");
        app.over(3, Outcome::Forwarded);
        assert_eq!(app.notice(), "", "that was what was asked for");
    }
}

#[test]
fn only_calls_are_redirected_and_the_line_closes_when_the_call_is_over() {
    let mut app = TestApp::ringing(&[Kind::Phone, Kind::Call]);
    app.press("f");
    assert!(app.notice().contains("Only a call"), "{}", app.notice());
    app.press("jf+142");
    assert!(
        matches!(&app.state.mode, Mode::Prompt(prompt) if matches!(prompt.purpose, Purpose::Redirect(_)))
    );
    app.over(1, Outcome::Missed);
    assert!(!is_idle(&app), "that was another one");
    app.over(2, Outcome::CallerGaveUp);
    assert!(is_idle(&app));
    assert_eq!(app.notice(), "Caller 2: the caller gave up before you chose where to redirect it");
}

#[test]
fn a_call_is_answered_by_the_bot_and_hung_up_by_us() {
    let mut app = TestApp::ringing(&[Kind::Call]);
    app.press("ax");
    assert_eq!(app.answers(), [(1, Decision::Accept)]);
    assert!(app.notice().contains("that the bot has answered"), "{}", app.notice());
    app.event(Event::Conversation(Box::new(conversation(1_000))));
    app.over(1, Outcome::Accepted);
    app.effects.clear();
    for keys in ["x", "3x", "4x"] {
        app.press(keys);
    }
    let command = Command::HangUp { ticket: Ticket(1), conversation: conversation_id(1_000) };
    assert_eq!(app.effects, [Effect::Provider(ACCOUNT, command)], "once, from wherever");
    assert!(app.notice().contains("already hanging up"), "{}", app.notice());
    app.event(Event::ConversationEnded(conversation_id(1_000)));
    app.event(Event::Completed(Ticket(1)));
    assert_eq!(app.notice(), "Hung up on Caller 1000");
    assert!(app.state.pending_requests.is_empty());
}

/// The only conversation is a call, which is being hung up.
fn hanging_up() -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(2))));
    app.press("3x");
    app
}

fn lost(app: &mut TestApp) {
    app.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
}

#[test]
fn a_hang_up_that_is_refused_says_that_the_call_goes_on_unless_it_is_over() {
    let mut app = hanging_up();
    app.refused(0);
    assert_eq!(app.notice(), "The call with Caller 2 continues: no");
    app.press("x");
    app.event(Event::ConversationEnded(conversation_id(2)));
    app.refused(1);
    assert_eq!(app.notice(), "The call with Caller 2 had already ended");
}

#[test]
fn a_call_can_be_hung_up_again_when_the_reply_was_lost() {
    let mut app = hanging_up();
    lost(&mut app);
    assert!(app.notice().contains("not confirmed yet (the line broke)"), "{}", app.notice());
    app.effects.clear();
    app.press("xx");
    assert_eq!(app.effects.len(), 1);
    let mut app = hanging_up();
    lost(&mut app);
    app.event(Event::Snapshot { invitations: Vec::new(), conversations: Vec::new() });
    assert!(app.state.pending_requests.is_empty());
}

#[test]
fn what_was_said_of_the_end_of_a_call_stays_though_the_reply_to_hanging_up_is_lost() {
    let end = "The call with Caller 2 is over: the bot ended it (200/7000)";
    for lost_first in [true, false] {
        let mut app = hanging_up();
        if lost_first {
            lost(&mut app);
        }
        app.event(Event::Notice(end.into()));
        app.event(Event::ConversationEnded(conversation_id(2)));
        if !lost_first {
            lost(&mut app);
        }
        assert_eq!(app.notice(), end);
        assert!(app.state.pending_requests.is_empty());
    }
}

#[test]
fn a_key_that_hangs_up_rests_for_a_blink_after_the_selection_moved() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(2))));
    app.event(Event::Conversation(Box::new(conversation(4))));
    app.press("3");
    app.event(Event::ConversationEnded(conversation_id(2)));
    app.press("x");
    assert!(app.state.pending_requests.is_empty(), "that key was meant for the one before");
    app.pass(Duration::from_millis(400));
    app.press("x");
    assert_eq!(app.state.pending_requests.len(), 1);
}

#[test]
fn what_became_of_a_hang_up_is_said_to_those_who_left_meanwhile() {
    let mut app = hanging_up();
    let underway = app.state.pending_requests.clone();
    let words = "Hanging up on Caller 2 was not confirmed; the call may continue";
    assert_eq!(crate::ui::farewell(&app.state, &underway), [words]);
    lost(&mut app);
    assert_eq!(crate::ui::farewell(&app.state, &underway), [words]);
    app.event(Event::ConversationEnded(conversation_id(2)));
    assert!(crate::ui::farewell(&app.state, &underway).is_empty());
}

#[test]
fn what_is_known_of_a_call_is_found_by_the_filter() {
    let mut app = TestApp::ringing(&[Kind::Phone]);
    let facts = vec![Fact { label: "group", value: "chat 19:meeting".into() }];
    app.see(Invitation { facts, ..invitation(2, Kind::Call) });
    app.press("/19:meet\n");
    assert_eq!(app.state.incoming.shown(), 1);
    app.over(2, Outcome::Expired);
    app.press("4/19:meet\n");
    assert_eq!(app.state.history.shown(), 1);
}

#[test]
fn a_digit_or_the_first_letters_choose_a_rejection() {
    let cases = [
        ("1", Rejection::Busy),
        ("2", Rejection::None),
        ("3", Rejection::Forbidden),
        ("not\n", Rejection::Forbidden),
        ("forbidden\n", Rejection::Forbidden),
    ];
    for (keys, reason) in cases {
        let mut app = TestApp::ringing(&[Kind::Call]);
        app.press("d");
        app.press(keys);
        assert_eq!(app.answers(), [(1, rejected(reason))], "{keys:?}");
    }
}
