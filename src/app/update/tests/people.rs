//! Finding people, inviting them, and starting conversations with them.

use std::sync::Arc;

use super::*;
use crate::app::{Condition, PendingRequest, PostKind, Search};
use crate::invitation::{Availability, FoundPerson};

fn found(name: &str) -> FoundPerson {
    FoundPerson { party: somebody(name), ..FoundPerson::default() }
}

fn answer(app: &mut TestApp, ticket: u64, names: &[&str]) {
    let people = names.iter().map(|name| found(name)).collect();
    app.event(Event::Found { ticket: Ticket(ticket), people, is_complete: true });
}

/// Creates an app in front of a conversation with Caller 1, in which the user chooses whom to invite.
fn inviting() -> TestApp {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3i");
    app
}

/// Returns the texts that were searched for.
fn searches(app: &TestApp) -> Vec<&str> {
    let commands = app.effects.iter().filter_map(|effect| match effect {
        Effect::Provider(_, Command::Search { text, .. }) => Some(text.as_str()),
        _ => None,
    });
    commands.collect()
}

/// Returns the commands that invite somebody or start a conversation.
fn sent(app: &TestApp) -> Vec<String> {
    let words = |effect: &Effect| match effect {
        Effect::Provider(_, Command::Invite { uri, .. }) => Some(format!("invite {uri}")),
        Effect::Provider(_, Command::Start { to, subject, message, .. }) => {
            Some(format!("start {to} {subject:?} {message:?}"))
        }
        _ => None,
    };
    app.effects.iter().filter_map(words).collect()
}

fn complaint(app: &TestApp) -> &'static str {
    match &app.state.mode {
        Mode::FindPerson(dialog) => dialog.line.complaint.unwrap_or_default(),
        _ => panic!("the dialog is closed"),
    }
}

fn search(app: &TestApp) -> &Search {
    match &app.state.mode {
        Mode::FindPerson(dialog) => &dialog.search,
        _ => panic!("the dialog is closed"),
    }
}

const MOMENT: Duration = Duration::from_secs(1);

#[test]
fn each_change_of_the_text_is_searched_for_and_only_the_answer_for_the_latest_is_shown() {
    let mut app = inviting();
    app.press("da");
    assert_eq!(searches(&app), ["d", "da"]);
    answer(&mut app, 0, &["Dora"]);
    assert_eq!(*search(&app), Search::Waiting(Ticket(1)), "that was for another text");
    answer(&mut app, 1, &["Dana", "Daniel"]);
    assert_eq!(search(&app).people().len(), 2);
    let presence =
        |ticket| Event::PresenceFound { ticket: Ticket(ticket), index: 1, availability: Availability::Busy };
    app.event(presence(0));
    assert_eq!(search(&app).people()[1].availability, None);
    app.event(presence(1));
    assert_eq!(search(&app).people()[1].availability, Some(Availability::Busy));
    app.press("n");
    assert!(search(&app).people().is_empty(), "nobody knows yet who is meant now");
    app.key(Key::plain(Code::Left));
    app.press(" ");
    assert_eq!(searches(&app).len(), 4, "a cursor does not change the text");
}

#[test]
fn the_chosen_person_is_invited_to_the_conversation_of_the_dialog() {
    let mut app = inviting();
    app.press("da");
    answer(&mut app, 1, &["Dana", "Daniel"]);
    app.press("\n");
    assert_eq!(complaint(&app), "The list has just changed; press Enter again");
    app.key(Key::plain(Code::Down));
    app.event(Event::Conversation(Box::new(conversation(3))));
    app.press("\n");
    assert_eq!(sent(&app), ["invite sip:daniel@x.example"]);
    assert!(app.is_idle());
    app.event(Event::Completed(Ticket(2)));
    assert_eq!(app.notice(), "Daniel was invited");
}

#[test]
fn a_typed_address_needs_no_search_and_is_what_enter_means() {
    for (typed, uri) in [("dana@x.example", "sip:dana@x.example"), ("tel:+1 425 555", "tel:+1425555")] {
        let mut app = inviting();
        app.press(typed);
        app.press("\n");
        assert_eq!(sent(&app), [format!("invite {uri}")]);
        assert_eq!(app.effects.last(), Some(&Effect::Provider(ACCOUNT, Command::EndSearch)));
    }
    let mut app = inviting();
    app.press("dana@x.example");
    answer(&mut app, 13, &["Joe", "Dana"]);
    app.pass(MOMENT);
    app.press("\n");
    assert_eq!(sent(&app), ["invite sip:dana@x.example"], "the one with that address is highlighted");
}

#[test]
fn who_is_in_the_conversation_or_already_invited_is_not_invited_twice() {
    let mut app = TestApp::new();
    let mut talk = conversation(1);
    talk.participants = vec![somebody("Dana")];
    app.event(Event::Conversation(Box::new(talk)));
    app.state.accounts[0].me = Some(somebody("Tosh"));
    app.press("3iDANA@x.example\n");
    assert_eq!(complaint(&app), "This person is already in the conversation");
    app.key(Key::ctrl('u'));
    app.press("tosh@x.example\n");
    assert_eq!(complaint(&app), "This is you; choose somebody else");
    app.key(Key::ctrl('u'));
    app.press("joe@x.example\n");
    app.press("ijoe@x.example\n");
    assert!(complaint(&app).starts_with("This person is already invited"));
    app.press("\u{1b}");
    let request = app.request();
    app.event(Event::Uncertain { ticket: request, problem: Problem::new("lost", "") });
    app.press("ijoe@x.example\n");
    assert_eq!(sent(&app).len(), 2, "the user may decide to try again");
    let ringing = Invitation {
        to: Some(somebody("Lene")),
        conversation: Some(conversation_id(1)),
        ..invitation(9, Kind::Participant)
    };
    app.see(ringing);
    app.press("ilene@x.example\n");
    assert!(complaint(&app).starts_with("This person is already invited"));
}

#[test]
fn a_search_without_a_result_or_that_fails_leaves_the_typed_address() {
    let mut app = inviting();
    app.press("\n");
    assert!(complaint(&app).starts_with("Enter a name, an address"));
    app.press("x\n");
    assert_eq!(complaint(&app), "Still searching; wait, or enter a whole address");
    answer(&mut app, 0, &[]);
    app.press("\n");
    assert!(complaint(&app).starts_with("Enter another name"));
    app.press("y");
    app.event(Event::Refused { ticket: Ticket(1), problem: Problem::new("no", "ask someone") });
    assert_eq!(*search(&app), Search::Failed("no; ask someone".into()));
    assert_eq!(app.notice(), "", "the dialog says it");
    app.press("\n");
    assert_eq!(searches(&app), ["x", "xy", "xy"], "Enter searches again");
    app.state.accounts[0].status = Status::Idle;
    app.press("@z");
    assert_eq!(*search(&app), Search::Failed("not connected".into()));
    assert_eq!(app.state.searching, None);
    app.press("\n");
    assert_eq!(sent(&app), ["invite sip:xy@z"]);
    let mut app = inviting();
    app.take(Message::Paste("x".repeat(300)));
    assert_eq!(*search(&app), Search::Failed("the text is too long to search for".into()));
}

#[test]
fn the_search_ends_with_its_dialog_however_that_closes() {
    let ends = |app: &TestApp| {
        app.effects.iter().filter(|it| **it == Effect::Provider(ACCOUNT, Command::EndSearch)).count()
    };
    let mut app = inviting();
    app.press("da\u{1b}");
    assert_eq!(ends(&app), 1);
    answer(&mut app, 1, &["Dana"]);
    assert!(app.is_idle());
    app.press("ida");
    app.event(Event::ConversationEnded(conversation_id(1)));
    assert_eq!(ends(&app), 2);
    assert!(app.notice().contains("no one was invited"), "{}", app.notice());
    app.press("j");
    assert_eq!(ends(&app), 2, "once");
}

/// Creates an app in which Dana was chosen and sent the message “Hi” by request 1.
fn started() -> TestApp {
    let mut app = TestApp::new();
    app.press("ndana@x.example\n");
    app.pass(MOMENT);
    app.press("Hi\n");
    app
}

fn ringing_start(number: u64) -> Invitation {
    Invitation {
        direction: Direction::Outgoing,
        to: Some(somebody("Dana")),
        conversation: Some(conversation_id(5)),
        ..invitation(number, Kind::Message)
    }
}

fn posts(app: &TestApp) -> Vec<String> {
    let words = |kind: &PostKind| match kind {
        PostKind::Sent { text, delivery, .. } => format!("{} {delivery:?}", text.one_line()),
        other => format!("{other:?}"),
    };
    app.state.threads.values().flat_map(|thread| &thread.posts).map(|post| words(&post.kind)).collect()
}

#[test]
fn a_conversation_is_started_with_a_name_a_message_and_two_enters() {
    let mut app = TestApp::new();
    app.press("nda");
    answer(&mut app, 1, &["Dana"]);
    app.pass(MOMENT);
    app.press("\n\n");
    assert!(matches!(app.state.mode, Mode::Compose(_)), "a key that is held down sends nothing");
    app.press("Are you there?");
    app.key(Key { alt: true, ..Key::plain(Code::Enter) });
    app.press("Lunch is.");
    app.key(Key::plain(Code::Tab));
    app.press("Lunch\n");
    assert_eq!(sent(&app), [r#"start sip:dana@x.example "Lunch" "Are you there?\nLunch is.""#]);
    assert_eq!(app.state.tab, Tab::Outgoing);
}

#[test]
fn the_conversation_opens_once_it_is_joined_and_shows_the_first_message() {
    for conversation_comes_first in [true, false] {
        let mut app = started();
        let request = app.request();
        app.see(ringing_start(7));
        app.event(Event::Started { ticket: request, invitation: id(7) });
        app.event(Event::Completed(request));
        app.event(Event::Completed(request));
        let talk = Event::Conversation(Box::new(conversation(5)));
        if conversation_comes_first {
            app.event(talk.clone());
        }
        app.over(7, Outcome::Joined);
        assert_eq!(app.notice(), "Dana accepted your message");
        app.event(talk);
        assert_eq!(app.state.tab, Tab::Conversations);
        assert_eq!(posts(&app), ["Hi Delivered"]);
        assert!(app.state.started.unanswered.is_empty());
    }
}

#[test]
fn whoever_has_turned_to_something_else_is_not_disturbed() {
    for keys in ["1", "?"] {
        let mut app = started();
        let request = app.request();
        app.see(ringing_start(7));
        app.event(Event::Started { ticket: request, invitation: id(7) });
        app.press(keys);
        app.over(7, Outcome::Joined);
        app.event(Event::Conversation(Box::new(conversation(5))));
        assert_ne!(app.state.tab, Tab::Conversations, "{keys}");
        assert_eq!(posts(&app), ["Hi Delivered"]);
        app.press("\u{1b}2");
        assert_eq!(app.state.tab, Tab::Outgoing, "it does not open later either");
    }
}

#[test]
fn the_end_may_come_before_anybody_knows_whose_it_is() {
    let mut app = started();
    let request = app.request();
    app.see(ringing_start(7));
    app.over(7, Outcome::Joined);
    app.event(Event::Started { ticket: request, invitation: id(7) });
    app.event(Event::Conversation(Box::new(conversation(5))));
    assert_eq!(posts(&app), ["Hi Delivered"]);
    assert_eq!(app.state.tab, Tab::Conversations);
}

#[test]
fn every_end_of_an_outgoing_message_is_told_once_and_kept() {
    for (outcome, words) in [
        (Outcome::DeclinedByThem, "Dana declined your invitation"),
        (Outcome::NoAnswer, "Dana did not answer your invitation"),
        (Outcome::Cancelled, "The invitation to Dana was cancelled"),
        (Outcome::Failed("can't be reached".into()), "Your invitation to Dana failed: can't be reached"),
        (Outcome::Failed("busy".into()), "Your invitation to Dana failed: busy"),
    ] {
        let mut app = started();
        let request = app.request();
        app.see(ringing_start(7));
        app.event(Event::Started { ticket: request, invitation: id(7) });
        app.press("1");
        app.over(7, outcome.clone());
        assert_eq!(app.notice(), words);
        app.over(7, outcome.clone());
        assert_eq!(app.outcomes(), [outcome]);
        assert!(app.state.started.unanswered.is_empty());
    }
}

#[test]
fn what_was_written_and_not_sent_is_there_the_next_time() {
    let mut app = started();
    app.event(Event::Refused { ticket: app.request(), problem: Problem::new("no", "") });
    assert_eq!(app.notice(), "No conversation with sip:dana@x.example was started: no");
    app.effects.clear();
    app.press("ndana@x.example\n");
    app.press("!\n");
    assert_eq!(sent(&app), [r#"start sip:dana@x.example "" "Hi!""#]);
    let mut app = TestApp::new();
    app.press("ndana@x.example\n");
    app.press("Later\u{1b}njoe@x.example\n");
    let Mode::Compose(compose) = &app.state.mode else { panic!() };
    assert_eq!(compose.message.text(), "", "it was for somebody else");
    app.press("\u{1b}ndana@x.example\n");
    let Mode::Compose(compose) = &app.state.mode else { panic!() };
    assert_eq!(compose.message.text(), "Later");
}

#[test]
fn nobody_is_called_twice_at_once_and_no_phone_is_sent_a_message() {
    let mut app = started();
    app.press("ndana@x.example\n");
    assert!(complaint(&app).starts_with("This person is already invited"));
    app.press("\u{1b}ntel:+14255550100\n");
    assert!(complaint(&app).starts_with("A phone number takes no instant messages"));
    let subject = "x".repeat(251);
    app.key(Key::ctrl('u'));
    app.press("joe@x.example\n");
    app.key(Key::plain(Code::Tab));
    app.take(Message::Paste(subject));
    app.pass(MOMENT);
    app.press("\n");
    let Mode::Compose(compose) = &app.state.mode else { panic!() };
    assert_eq!(compose.subject.complaint, Some("A subject has at most 250 characters"));
}

#[test]
fn the_account_is_that_of_the_selected_entry_or_the_only_one_that_is_connected() {
    let account = |is_bot, is_online| Account {
        is_bot,
        status: if is_online { Status::Online { since: Moment::default() } } else { Status::Idle },
        ..Account::default()
    };
    let of = |accounts: Vec<Account>, selected: Option<u8>| {
        let mut app = TestApp::new();
        app.state.accounts = accounts;
        if let Some(account) = selected {
            let account = AccountId(account);
            let mine = Invitation { id: InvitationId { account, number: 1 }, ..invitation(1, Kind::Message) };
            app.take(Message::Provider(account, Event::Invitation(Arc::new(mine))));
        }
        app.press("n");
        match &app.state.mode {
            Mode::FindPerson(dialog) => Ok(dialog.purpose.account().0),
            _ => Err(app.notice()),
        }
    };
    let (user, away, bot) = (account(false, true), account(false, false), account(true, true));
    assert_eq!(of(vec![bot.clone(), user.clone()], None), Ok(1));
    assert_eq!(of(vec![user.clone(), user.clone()], Some(1)), Ok(1));
    assert_eq!(of(vec![away.clone(), user.clone()], None), Ok(1));
    assert_eq!(of(vec![user.clone(), bot.clone()], Some(1)), Ok(0), "a bot can't");
    assert_eq!(of(vec![away.clone()], None), Ok(0), "the dialog says that it is not connected");
    assert!(of(vec![bot.clone()], Some(0)).unwrap_err().starts_with("A bot can't start conversations"));
    assert!(of(vec![user.clone(), user], None).unwrap_err().starts_with("Several accounts are connected"));
    assert_eq!(of(vec![away.clone(), away], None), Err("No account is connected".into()));
}

#[test]
fn an_invitation_whose_direction_becomes_known_later_changes_its_list() {
    let mut app = TestApp::new();
    app.see(invitation(7, Kind::Message));
    app.see(ringing_start(7));
    assert!(app.state.incoming.is_empty());
    assert_eq!(app.state.outgoing.len(), 1);
}

#[test]
fn a_lost_reply_is_settled_by_the_event_and_a_lost_session_is_told() {
    let mut app = started();
    let request = app.request();
    app.event(Event::Uncertain { ticket: request, problem: Problem::new("reset", "") });
    assert!(app.notice().contains("is not confirmed yet (reset); see Outgoing"), "{}", app.notice());
    assert!(matches!(
        app.state.notice.as_ref().map(|notice| &notice.valid_while),
        Some(Condition::InviteUnseen { .. })
    ));
    app.see(Invitation { message: "".into(), ..ringing_start(7) });
    app.event(Event::Started { ticket: request, invitation: id(7) });
    app.event(Event::Completed(request));
    assert!(app.state.pending_requests.is_empty());
    for _ in 0..2 {
        assert_eq!(app.entry(7).invitation.message.as_str(), "Hi", "also if the server does not repeat it");
        app.see(Invitation { message: "".into(), ..ringing_start(7) });
    }
    app.over(7, Outcome::Lost);
    assert_eq!(posts(&app), ["Hi Unknown"]);
    let mut app = started();
    let request = app.request();
    app.event(Event::Unsettled(request));
    assert!(app.notice().contains("was never confirmed"), "{}", app.notice());
    assert!(app.state.started.unanswered.is_empty());
    assert_eq!(app.state.started.unsent.as_ref().map(|draft| draft.message.as_str()), Some("Hi"));
    assert!(!app.state.pending_requests.values().any(|it| matches!(it, PendingRequest::Start { .. })));
}

#[test]
fn what_was_written_is_kept_if_no_conversation_is_started() {
    let mut app = started();
    app.event(Event::Refused { ticket: app.request(), problem: Problem::new("not allowed", "") });
    assert!(app.notice().contains("was started: not allowed"), "{}", app.notice());
    assert!(app.state.started.unanswered.is_empty());
    assert_eq!(app.state.started.unsent.as_ref().map(|draft| draft.message.as_str()), Some("Hi"));
}

#[test]
fn whom_the_user_has_just_invited_is_selected_to_be_cancelled() {
    let mut app = inviting();
    app.see(invitation(6, Kind::Participant));
    app.over(6, Outcome::NoAnswer);
    app.press("dana@x.example\n");
    app.see(invitation(7, Kind::Participant));
    app.event(Event::Started { ticket: app.request(), invitation: id(7) });
    app.pass(MOMENT);
    app.press("2c");
    assert_eq!(app.answers(), [(7, Decision::Cancel)]);
}

#[test]
fn what_was_written_from_one_account_is_not_sent_from_another() {
    let mut app = TestApp::new();
    let online = app.state.accounts[0].clone();
    app.state.accounts.push(Account { is_bot: true, ..online.clone() });
    app.press("ndana@x.example\n");
    app.press("Secret\u{1b}");
    app.state.accounts[0].is_bot = true;
    app.state.accounts[1].is_bot = false;
    app.press("ndana@x.example\n");
    let Mode::Compose(compose) = &app.state.mode else { panic!("{}", app.notice()) };
    assert_eq!((compose.account, compose.message.text()), (AccountId(1), ""));
}

#[test]
fn nobody_is_invited_to_a_conversation_that_no_longer_takes_anybody() {
    let mut app = inviting();
    app.event(Event::Conversation(Box::new(Conversation { can_invite: false, ..conversation(1) })));
    app.press("joe@x.example\n");
    assert_eq!(complaint(&app), "This conversation accepts no one else right now; wait, or press Esc");
    assert!(sent(&app).is_empty());
}
