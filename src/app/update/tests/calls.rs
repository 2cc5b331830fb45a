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

fn rejecting(desk: &Desk) -> &Reject {
    match &desk.state.mode {
        Mode::Reject(rejecting) => rejecting,
        other => panic!("no choice of rejections: {other:?}"),
    }
}

fn complaint(desk: &Desk) -> Option<&str> {
    match &desk.state.mode {
        Mode::Prompt(prompt) => prompt.complaint.as_deref(),
        other => panic!("no line is open: {other:?}"),
    }
}

fn is_idle(desk: &Desk) -> bool {
    matches!(desk.state.mode, Mode::Lists)
}

#[test]
fn each_kind_is_asked_about_with_its_own_reasons() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone]);
    desk.state.settings.default_rejection = Rejection::Forbidden;
    desk.press("d");
    let picker = &rejecting(&desk).picker;
    assert_eq!(picker.choices, Rejection::ALL);
    assert_eq!(picker.choices[picker.highlighted], Rejection::Forbidden);
    desk.press("\u{1b}d");
    desk.press("busy\n");
    assert_eq!(desk.answers(), [(1, rejected(Rejection::Busy))]);
    desk.press("jd");
    assert!(matches!(desk.state.mode, Mode::Decline(_)));
}

#[test]
fn declining_at_once_gives_each_kind_its_default() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone]);
    desk.press("  D");
    assert_eq!(desk.answers(), [(1, rejected(Rejection::Busy)), (2, declined())]);
}

#[test]
fn marks_over_both_kinds_are_asked_about_one_after_the_other() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone, Kind::Call]);
    desk.press("   d");
    assert!(desk.answers().is_empty());
    desk.press("\n");
    assert_eq!(desk.answers(), [(2, declined())]);
    assert_eq!(rejecting(&desk).targets.ids, [id(1), id(3)]);
    desk.press("none\n");
    let none = rejected(Rejection::None);
    assert_eq!(desk.answers(), [(2, declined()), (1, none.clone()), (3, none)]);
    assert!(desk.state.marked.is_empty());
}

#[test]
fn leaving_one_of_two_choices_leaves_the_rest_alone_and_marked() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone]);
    desk.press("  d\u{1b}");
    assert!(is_idle(&desk) && desk.answers().is_empty());
    desk.press("d\n\u{1b}");
    assert!(is_idle(&desk));
    assert_eq!(desk.answers(), [(2, declined())]);
    assert!(desk.state.marked.contains(&id(1)) && !desk.state.marked.contains(&id(2)));
    assert_eq!(desk.entry(1).phase, Phase::Ringing);
}

#[test]
fn calls_that_wait_for_their_turn_are_never_answered_by_keys_that_were_meant_for_others() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone, Kind::Call]);
    desk.press("   d");
    desk.over(3, Outcome::CallerGaveUp);
    let Mode::Decline(declining) = &desk.state.mode else { panic!("no choice of reasons") };
    assert_eq!(declining.calls.ids, [id(1)]);
    desk.over(2, Outcome::CallerGaveUp);
    assert!(is_idle(&desk));
    desk.press("\n");
    assert!(desk.answers().is_empty());
}

#[test]
fn a_choice_closes_when_all_its_calls_are_over() {
    for open in ["d", "dt"] {
        let mut desk = Desk::ringing(&[Kind::Call, Kind::Call]);
        desk.press("  d");
        if open == "dt" {
            desk.key(CALLBACK);
        }
        desk.over(1, Outcome::CallerGaveUp);
        assert!(!is_idle(&desk), "{open}: one is left");
        desk.over(2, Outcome::Expired);
        assert!(is_idle(&desk), "{open}");
        assert!(desk.notice().contains("before you chose"), "{}", desk.notice());
    }
}

#[test]
fn a_rejection_can_name_an_address_for_what_is_still_said_of_the_call() {
    let mut desk = Desk::ringing(&[Kind::Call]);
    desk.press("dforb");
    desk.key(CALLBACK);
    desk.press("http://bot.example\n");
    assert!(complaint(&desk).unwrap().contains("https://"));
    desk.key(Key::ctrl('u'));
    assert_eq!(complaint(&desk), None);
    desk.press("https://bot.example/calls\n");
    let address = CallbackUri::parse("https://bot.example/calls");
    assert_eq!(rejecting(&desk).callback, address);
    assert_eq!(rejecting(&desk).picker.input.value(), "forb", "the choice goes on where it was left");
    desk.key(CALLBACK);
    desk.press("x\u{1b}");
    assert_eq!(rejecting(&desk).callback, address, "what was not confirmed changes nothing");
    desk.key(CALLBACK);
    desk.key(Key::ctrl('u'));
    desk.press("\n");
    assert_eq!(rejecting(&desk).callback, None);
    desk.key(CALLBACK);
    desk.take(Message::Paste("https://bot.example/calls".into()));
    desk.press("\n\n");
    let decision = Decision::Reject { reason: Rejection::Forbidden, callback: address };
    assert_eq!(desk.answers(), [(1, decision)]);
    desk.refused(0);
    desk.press("D");
    assert_eq!(desk.answers()[1], (1, rejected(Rejection::Busy)), "it was for that call only");
}

#[test]
fn past_its_time_a_call_takes_no_answer_and_says_so() {
    for keys in ["a", "d", "D", "f"] {
        let mut desk = Desk::ringing(&[Kind::Call]);
        desk.pass(Duration::from_secs(29));
        assert!(available(&desk.state).is_empty());
        desk.press(keys);
        assert!(is_idle(&desk) && desk.answers().is_empty());
        assert_eq!(desk.notice(), "Its time is up: nothing is sent any more", "{keys}");
    }
    for keys in ["d", "f+14255550100"] {
        let mut desk = Desk::ringing(&[Kind::Call]);
        desk.press(keys);
        desk.pass(Duration::from_secs(29));
        desk.press("\n");
        assert!(is_idle(&desk) && desk.answers().is_empty());
        assert_eq!(desk.notice(), "Caller 1: its time is up: nothing is sent any more", "{keys}");
    }
    let mut desk = Desk::ringing(&[Kind::Phone]);
    desk.pass(Duration::from_secs(29));
    desk.press("D");
    assert_eq!(desk.answers().len(), 1, "of all others the server has the last word");
}

#[test]
fn a_call_is_redirected_to_somebody_who_can_be_called() {
    for (wrong, hint) in [
        ("", "press Esc"),
        ("dana@contoso.com", "GUID"),
        ("4255550100", "starts with +"),
        ("dana", "112f7296"),
    ] {
        let mut desk = Desk::ringing(&[Kind::Call]);
        desk.press("f");
        desk.press(wrong);
        desk.press("\n");
        assert!(complaint(&desk).unwrap().contains(hint), "{wrong}: {:?}", complaint(&desk));
        assert!(desk.answers().is_empty());
    }
    for right in [SOMEBODY, "+1 (425) 555-0100", "user:112f7296-5fa4-42ca-bae8-6a692b15d4b8"] {
        let mut desk = Desk::ringing(&[Kind::Phone, Kind::Call, Kind::Call]);
        desk.press("  f");
        desk.press(right);
        desk.press("\n");
        let to = Destination::parse(right).unwrap();
        assert_eq!(desk.answers(), [(3, Decision::Redirect(to))], "the selected one, whatever is marked");
        desk.over(3, Outcome::Forwarded);
        assert_eq!(desk.notice(), "", "that was what was asked for");
    }
}

#[test]
fn only_calls_are_redirected_and_the_line_closes_when_the_call_is_over() {
    let mut desk = Desk::ringing(&[Kind::Phone, Kind::Call]);
    desk.press("f");
    assert!(desk.notice().contains("Only a call"), "{}", desk.notice());
    desk.press("jf+142");
    assert!(
        matches!(&desk.state.mode, Mode::Prompt(prompt) if matches!(prompt.purpose, Purpose::Redirect(_)))
    );
    desk.over(1, Outcome::Missed);
    assert!(!is_idle(&desk), "that was another one");
    desk.over(2, Outcome::CallerGaveUp);
    assert!(is_idle(&desk));
    assert_eq!(desk.notice(), "Caller 2: the caller gave up, before you said who gets the call");
}

#[test]
fn a_call_is_answered_by_the_bot_and_hung_up_by_us() {
    let mut desk = Desk::ringing(&[Kind::Call]);
    desk.press("ax");
    assert_eq!(desk.answers(), [(1, Decision::Accept)]);
    assert!(desk.notice().contains("that the bot has answered"), "{}", desk.notice());
    desk.event(Event::Conversation(Box::new(conversation(1_000))));
    desk.over(1, Outcome::Accepted);
    desk.effects.clear();
    for keys in ["x", "3x", "4x"] {
        desk.press(keys);
    }
    let command = Command::HangUp { ticket: Ticket(1), conversation: conversation_id(1_000) };
    assert_eq!(desk.effects, [Effect::Provider(ACCOUNT, command)], "once, from wherever");
    assert!(desk.notice().contains("being hung up already"), "{}", desk.notice());
    desk.event(Event::ConversationEnded(conversation_id(1_000)));
    desk.event(Event::Completed(Ticket(1)));
    assert_eq!(desk.notice(), "Hung up on Caller 1000");
    assert!(desk.state.flights.is_empty());
}

/// The only conversation is a call, which is being hung up.
fn hanging_up() -> Desk {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(2))));
    desk.press("3x");
    desk
}

fn lost(desk: &mut Desk) {
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the line broke", "") });
}

#[test]
fn a_hang_up_that_is_refused_says_that_the_call_goes_on_unless_it_is_over() {
    let mut desk = hanging_up();
    desk.refused(0);
    assert_eq!(desk.notice(), "The call with Caller 2 goes on: no");
    desk.press("x");
    desk.event(Event::ConversationEnded(conversation_id(2)));
    desk.refused(1);
    assert_eq!(desk.notice(), "The call with Caller 2 was over already");
}

#[test]
fn a_call_can_be_hung_up_again_when_the_reply_was_lost() {
    let mut desk = hanging_up();
    lost(&mut desk);
    assert!(desk.notice().contains("is not known (the line broke)"), "{}", desk.notice());
    desk.effects.clear();
    desk.press("xx");
    assert_eq!(desk.effects.len(), 1);
    let mut desk = hanging_up();
    lost(&mut desk);
    desk.event(Event::Snapshot { invitations: Vec::new(), conversations: Vec::new() });
    assert!(desk.state.flights.is_empty());
}

#[test]
fn what_was_said_of_the_end_of_a_call_stays_though_the_reply_to_hanging_up_is_lost() {
    let end = "The call with Caller 2 is over: the bot ended it (200/7000)";
    for lost_first in [true, false] {
        let mut desk = hanging_up();
        if lost_first {
            lost(&mut desk);
        }
        desk.event(Event::Notice(end.into()));
        desk.event(Event::ConversationEnded(conversation_id(2)));
        if !lost_first {
            lost(&mut desk);
        }
        assert_eq!(desk.notice(), end);
        assert!(desk.state.flights.is_empty());
    }
}

#[test]
fn a_key_that_hangs_up_rests_for_a_blink_after_the_selection_moved() {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(2))));
    desk.event(Event::Conversation(Box::new(conversation(4))));
    desk.press("3");
    desk.event(Event::ConversationEnded(conversation_id(2)));
    desk.press("x");
    assert!(desk.state.flights.is_empty(), "that key was meant for the one before");
    desk.pass(Duration::from_millis(400));
    desk.press("x");
    assert_eq!(desk.state.flights.len(), 1);
}

#[test]
fn what_became_of_a_hang_up_is_said_to_those_who_left_meanwhile() {
    let mut desk = hanging_up();
    let underway = desk.state.flights.clone();
    let words = "Whether the call with Caller 2 was hung up is not known";
    assert_eq!(crate::ui::farewell(&desk.state, &underway), [words]);
    lost(&mut desk);
    assert_eq!(crate::ui::farewell(&desk.state, &underway), [words]);
    desk.event(Event::ConversationEnded(conversation_id(2)));
    assert!(crate::ui::farewell(&desk.state, &underway).is_empty());
}

#[test]
fn what_is_known_of_a_call_is_found_by_the_filter() {
    let mut desk = Desk::ringing(&[Kind::Phone]);
    let facts = vec![Fact { label: "group", value: "chat 19:meeting".into() }];
    desk.see(Invitation { facts, ..invitation(2, Kind::Call) });
    desk.press("/19:meet\n");
    assert_eq!(desk.state.incoming.shown(), 1);
    desk.over(2, Outcome::Expired);
    desk.press("4/19:meet\n");
    assert_eq!(desk.state.history.shown(), 1);
}
