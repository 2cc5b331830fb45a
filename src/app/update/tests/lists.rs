//! The lists: their contents and order, their cursors, and the actions on a selected entry.

use super::*;
use crate::app::Sort;
use crate::history::{HistoryEvent, Record};
use crate::invitation::PastInvitation;
use crate::invitation::{Importance, Rejection};

fn somebody(name: &str) -> Party {
    let uri = format!("sip:{}@x.example", name.to_lowercase());
    Party { name: name.into(), uri: uri.as_str().into(), ..Party::default() }
}

/// An entry that an earlier run has left.
fn kept(name: &str, outcome: Outcome) -> Record {
    let invitation = Invitation { from: somebody(name), to: None, ..invitation(1, Kind::Message) };
    let at = jiff::civil::date(2026, 1, 4).at(9, 0, 0, 0);
    let id = crate::history::EntryId::new(uuid::Uuid::nil(), 1);
    Record::of(&PastInvitation { number: 1, invitation, outcome, at }, id)
}

fn selected(desk: &Desk) -> u64 {
    desk.state.selected_entry().unwrap().invitation.id.number
}

fn callers(desk: &Desk) -> Vec<&str> {
    desk.state.history.page(0).map(|past| past.other_side().label()).collect()
}

fn copied(desk: &mut Desk, keys: &str) -> Option<String> {
    desk.effects.clear();
    desk.press(keys);
    match desk.effects.as_slice() {
        [Effect::Copy(text)] => Some(text.clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_cursor_stays_in_its_place_when_a_row_in_the_middle_goes() {
    let mut desk = Desk::ringing(&[Kind::Message; 5]);
    desk.press("jj");
    desk.over(3, Outcome::Missed);
    desk.pass(Duration::from_secs(5));
    assert_eq!(selected(&desk), 4, "the one that came into its place");
    assert_eq!(desk.state.incoming.position(), Some(2));
    desk.over(2, Outcome::Missed);
    desk.pass(Duration::from_secs(5));
    assert_eq!(selected(&desk), 4, "it stays on its entry, whatever goes above it");
    desk.press("j");
    desk.over(5, Outcome::Missed);
    desk.pass(Duration::from_secs(5));
    assert_eq!(selected(&desk), 4, "the last one has none after it");
}

#[test]
fn the_cursor_stays_in_its_place_when_a_conversation_in_the_middle_goes() {
    for resync in [false, true] {
        let mut desk = Desk::new();
        for number in 1..=5 {
            desk.event(Event::Conversation(Box::new(conversation(number))));
        }
        desk.press("3jj");
        if resync {
            let conversations = [1, 2, 4, 5].map(conversation).to_vec();
            desk.event(Event::Snapshot { invitations: Vec::new(), conversations });
        } else {
            desk.event(Event::ConversationEnded(conversation_id(3)));
        }
        assert_eq!(desk.state.conversations.selected().unwrap().id, conversation_id(4), "{resync}");
    }
}

#[test]
fn what_earlier_runs_have_left_is_shown_latest_first_and_after_what_ended_in_this_one() {
    let mut desk = Desk::ringing(&[Kind::Message; 2]);
    desk.state.settings.history_limit = 4;
    desk.over(1, Outcome::Missed);
    let loaded = ["Oldest", "Older", "Latest"].map(|name| kept(name, Outcome::Missed)).to_vec();
    desk.take(Message::History(HistoryEvent::Loaded(loaded)));
    assert_eq!(callers(&desk), ["Caller 1", "Latest", "Older", "Oldest"]);
    desk.over(2, Outcome::Missed);
    assert_eq!(callers(&desk), ["Caller 2", "Caller 1", "Latest", "Older"], "the oldest goes first");
}

#[test]
fn no_more_of_earlier_runs_is_shown_than_the_history_keeps() {
    let mut desk = Desk::new();
    let loaded = ["A", "B", "C", "D", "E"].map(|name| kept(name, Outcome::Missed)).to_vec();
    desk.take(Message::History(HistoryEvent::Loaded(loaded)));
    assert_eq!(callers(&desk), ["E", "D", "C"]);
}

#[test]
fn an_end_is_kept_with_the_time_that_the_wall_clock_shows() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.over(1, Outcome::Missed);
    assert_eq!(desk.state.history.selected().unwrap().at, now(desk.moment).wall);
}

#[test]
fn a_key_answers_at_once_after_the_user_moved_the_cursor() {
    for keys in ["k", "g", "s", "/caller\n"] {
        let mut desk = Desk::ringing(&[Kind::Message; 3]);
        desk.over(1, Outcome::Missed);
        desk.pass(Duration::from_secs(5));
        desk.press("a");
        assert!(desk.notice().contains("just moved"), "{}", desk.notice());
        desk.press(keys);
        desk.press("a");
        assert_eq!(desk.answers().len(), 1, "{keys:?}");
    }
}

#[test]
fn a_conversation_takes_what_the_server_lets_it_take_and_nothing_else() {
    for (can_invite, can_send, keys, offered) in [
        (true, false, "3i", [true, false]),
        (false, true, "3m", [false, true]),
        (true, false, "3m", [true, false]),
        (false, true, "3i", [false, true]),
    ] {
        let mut desk = Desk::new();
        desk.event(Event::Conversation(Box::new(Conversation { can_invite, can_send, ..conversation(1) })));
        desk.press("3");
        let actions = available(&desk.state);
        assert_eq!([Action::Invite, Action::Message].map(|action| actions.contains(&action)), offered);
        desk.press(keys);
        let opened = (keys == "3i" && can_invite) || (keys == "3m" && can_send);
        assert_eq!(!desk.is_idle(), opened, "{keys}");
        assert_eq!(desk.notice().is_empty(), opened, "{keys}: {}", desk.notice());
    }
}

#[test]
fn that_the_history_can_not_be_written_is_told_with_the_reason() {
    let mut desk = Desk::new();
    desk.take(Message::History(HistoryEvent::Lost("the disk is full".into())));
    assert!(desk.notice().contains("only until you quit"), "{}", desk.notice());
    assert!(desk.notice().contains("the disk is full"), "{}", desk.notice());
    assert_eq!(desk.state.notice.as_ref().unwrap().tone, Tone::Problem);
}

#[test]
fn what_ends_while_the_user_leaves_is_kept() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("aq");
    desk.effects.clear();
    desk.over(1, Outcome::Accepted);
    let [Effect::Keep(past)] = desk.effects.as_slice() else { panic!("{:?}", desk.effects) };
    assert_eq!(past.outcome, Outcome::Accepted);
    assert_eq!(past.other_side().name.as_str(), "Caller 1");
}

#[test]
fn who_accepted_it_is_kept_with_its_end_or_amends_what_was_kept_once() {
    let accepted = |desk: &mut Desk, name: &str| {
        desk.effects.clear();
        desk.event(Event::AcceptedBy { id: id(1), party: Box::new(somebody(name)) });
    };
    let kept = |desk: &Desk| match desk.effects.as_slice() {
        [Effect::Keep(past)] => (past.number, past.invitation.accepted_by.clone()),
        other => panic!("{other:?}"),
    };
    let mut desk = Desk::ringing(&[Kind::Phone]);
    accepted(&mut desk, "Kim");
    assert!(desk.effects.is_empty(), "it is not over");
    desk.over(1, Outcome::AnsweredElsewhere);
    assert_eq!(kept(&desk).1, Some(somebody("Kim")));
    let mut desk = Desk::ringing(&[Kind::Phone]);
    desk.over(1, Outcome::AnsweredElsewhere);
    let (number, unknown) = kept(&desk);
    assert_eq!(unknown, None);
    accepted(&mut desk, "Kim");
    assert_eq!(kept(&desk), (number, Some(somebody("Kim"))), "the same entry");
    assert_eq!(desk.state.history.len(), 1);
    let shown = desk.state.history.selected().unwrap();
    assert_eq!(shown.invitation.accepted_by, Some(somebody("Kim")));
    accepted(&mut desk, "Kim");
    assert!(desk.effects.is_empty(), "that was known");
    desk.press("4/kim\n");
    assert_eq!(desk.state.history.shown(), 1, "what is shown is found");
}

#[test]
fn the_address_at_the_other_end_is_copied_from_each_list() {
    let caller = somebody("Dana");
    let mut desk = Desk::new();
    desk.see(Invitation { from: caller.clone(), to: Some(somebody("Bot")), ..invitation(1, Kind::Call) });
    let own =
        Invitation { from: somebody("Me"), to: Some(somebody("Joe")), ..invitation(2, Kind::Participant) };
    desk.see(own);
    let others = vec![somebody("Lene"), somebody("Kim")];
    desk.event(Event::Conversation(Box::new(Conversation { participants: others, ..conversation(1) })));
    assert_eq!(copied(&mut desk, "1y").as_deref(), Some("sip:dana@x.example"));
    assert_eq!(desk.notice(), "Copied sip:dana@x.example");
    assert_eq!(copied(&mut desk, "2y").as_deref(), Some("sip:joe@x.example"));
    assert_eq!(copied(&mut desk, "3y").as_deref(), Some("sip:lene@x.example"));
    desk.over(1, Outcome::CallerGaveUp);
    assert_eq!(copied(&mut desk, "4y").as_deref(), Some("sip:dana@x.example"));
    desk.over(2, Outcome::Joined);
    assert_eq!(copied(&mut desk, "4gy").as_deref(), Some("sip:joe@x.example"), "the latest is the first");
}

#[test]
fn an_address_is_copied_as_it_is_written() {
    let mut desk = Desk::new();
    let uri = "sip:Dana.Birkby@X.example;user=Phone";
    let from = Party { uri: uri.into(), ..Party::default() };
    desk.see(Invitation { from, ..invitation(1, Kind::Phone) });
    assert_eq!(copied(&mut desk, "y").as_deref(), Some(uri));
}

#[test]
fn a_choice_is_moved_through_by_arrows_tab_and_ctrl_and_stops_at_its_ends() {
    let mut desk = Desk::ringing(&[Kind::Phone]);
    desk.press("d");
    let last = Reason::ALL.len() - 1;
    let back = Key { shift: true, ..Key::plain(Code::Tab) };
    for (key, place) in [
        (Key::plain(Code::Up), 0),
        (Key::plain(Code::Down), 1),
        (Key::plain(Code::Tab), 2),
        (Key::ctrl('n'), 3),
        (back, 2),
        (Key::ctrl('p'), 1),
        (Key::plain(Code::Up), 0),
        (back, 0),
        (Key::plain(Code::PageDown), last),
        (Key::plain(Code::Down), last),
        (Key::plain(Code::PageUp), 0),
    ] {
        desk.key(key);
        let Mode::Decline(Decline { picker, .. }) = &desk.state.mode else { panic!("no picker") };
        assert_eq!(picker.highlighted, place, "{key}");
    }
}

#[test]
fn where_there_is_no_address_none_is_copied_and_never_the_users_own() {
    for keys in ["1y", "2y", "3y", "4y"] {
        let mut desk = Desk::new();
        assert_eq!(copied(&mut desk, keys), None);
        assert_eq!(desk.notice(), "There is no address to copy");
    }
    let mut desk = Desk::new();
    desk.see(Invitation { from: somebody("Me"), to: None, ..invitation(1, Kind::Participant) });
    assert_eq!(copied(&mut desk, "2y"), None);
    desk.over(1, Outcome::Joined);
    assert_eq!(copied(&mut desk, "4y"), None);
}

#[test]
fn declining_at_once_gives_the_reasons_that_are_configured() {
    let mut desk = Desk::ringing(&[Kind::Call, Kind::Phone]);
    desk.state.settings.default_rejection = Rejection::Forbidden;
    desk.state.settings.default_reason = Reason::Global;
    desk.press("DjD");
    let forbidden = Decision::Reject { reason: Rejection::Forbidden, callback: None };
    assert_eq!(desk.answers(), [(1, forbidden), (2, Decision::Decline(Reason::Global))]);
}

#[test]
fn each_order_is_what_it_is_called_and_the_cursor_stays_on_its_entry() {
    let mut desk = Desk::new();
    let moment = |seconds| Moment(Duration::from_secs(seconds));
    for (number, name, importance, seconds) in [
        (1, "dana", Importance::Normal, 40),
        (2, "Ane", Importance::Urgent, 60),
        (3, "Carl", Importance::Emergency, 50),
    ] {
        let deadline = moment(seconds);
        desk.see(Invitation {
            from: somebody(name),
            importance,
            deadline,
            ..invitation(number, Kind::Message)
        });
    }
    let order =
        |desk: &Desk| desk.state.incoming.page(0).map(|it| it.invitation.id.number).collect::<Vec<_>>();
    for (sort, expected) in [
        (Sort::Deadline, [1, 3, 2]),
        (Sort::Importance, [3, 2, 1]),
        (Sort::Name, [2, 3, 1]),
        (Sort::Arrival, [1, 2, 3]),
    ] {
        desk.press("s");
        assert_eq!(desk.state.incoming.sort(), sort);
        assert_eq!(desk.notice(), format!("Sorted by {}", sort.name()));
        assert_eq!(order(&desk), expected, "{sort:?}");
        assert_eq!(selected(&desk), 1);
    }
}

#[test]
fn by_name_means_the_name_that_is_shown() {
    let mut desk = Desk::new();
    for (number, name) in [(1, "Joe"), (2, "dana"), (3, "Ane")] {
        let to = Some(somebody(name));
        desk.see(Invitation { from: somebody("Me"), to, ..invitation(number, Kind::Participant) });
        let of = if number == 2 { "Budget" } else { "" };
        let alone = vec![somebody(name)];
        let talk = Conversation { subject: of.into(), participants: alone, ..conversation(number) };
        desk.event(Event::Conversation(Box::new(talk)));
    }
    desk.press("2sss3sss");
    let outgoing: Vec<u64> = desk.state.outgoing.page(0).map(|it| it.invitation.id.number).collect();
    assert_eq!(outgoing, [3, 2, 1]);
    let conversations: Vec<u64> = desk.state.conversations.page(0).map(|it| it.id.number).collect();
    assert_eq!(conversations, [3, 2, 1], "Ane, Budget, Joe");
}

#[test]
fn the_filter_finds_what_is_shown_in_each_list() {
    let mut desk = Desk::new();
    let routed = Invitation {
        from: somebody("Lene"),
        routes: vec!["forwarded by Dana Birkby".into()],
        subject: "Printer".into(),
        message: "Hello".into(),
        ..invitation(1, Kind::Message)
    };
    desk.see(routed);
    desk.see(Invitation {
        from: somebody("Me"),
        to: Some(somebody("Joe")),
        ..invitation(2, Kind::Participant)
    });
    let people = vec![somebody("Lene"), somebody("Kim")];
    desk.event(Event::Conversation(Box::new(Conversation { participants: people, ..conversation(1) })));
    let found = |desk: &mut Desk, needle: &str| {
        desk.press("/");
        desk.key(Key::ctrl('u'));
        desk.press(needle);
        desk.press("\n");
        match desk.state.tab {
            Tab::Incoming => desk.state.incoming.shown(),
            Tab::Outgoing => desk.state.outgoing.shown(),
            Tab::Conversations => desk.state.conversations.shown(),
            Tab::History => desk.state.history.shown(),
        }
    };
    for needle in ["LENE", "sip:lene", "birkby", "printer", "hello"] {
        assert_eq!(found(&mut desk, needle), 1, "{needle}");
    }
    assert_eq!(found(&mut desk, "joe"), 0);
    desk.press("2");
    assert_eq!(
        (found(&mut desk, "joe"), found(&mut desk, "sip:me")),
        (1, 0),
        "the user's own name is not shown"
    );
    desk.press("3");
    assert_eq!((found(&mut desk, "kim"), found(&mut desk, "talk"), found(&mut desk, "joe")), (1, 1, 0));
    desk.over(1, Outcome::CallerGaveUp);
    desk.over(2, Outcome::NoAnswer);
    desk.press("4");
    for needle in ["lene", "birkby", "printer", "hello", "gave up", "joe", "no answer"] {
        assert_eq!(found(&mut desk, needle), 1, "{needle}");
    }
}

#[test]
fn reconnecting_is_asked_of_those_that_are_not_online_and_of_all_when_all_are() {
    let mut desk = Desk::new();
    let online = desk.state.accounts[0].clone();
    desk.state.accounts.push(online);
    let asked = |desk: &mut Desk| {
        desk.effects.clear();
        desk.press("r");
        let account = |effect: &Effect| match effect {
            Effect::Provider(account, Command::Reconnect) => account.0,
            other => panic!("{other:?}"),
        };
        desk.effects.iter().map(account).collect::<Vec<_>>()
    };
    assert_eq!(asked(&mut desk), [0, 1]);
    desk.take(Message::Provider(AccountId(1), Event::Status(Status::Replaced)));
    assert_eq!(asked(&mut desk), [1]);
}

#[test]
fn what_is_said_of_an_account_is_shown_of_that_one() {
    let mut desk = Desk::new();
    desk.state.accounts.push(Account::default());
    let told = |desk: &mut Desk, event| desk.take(Message::Provider(AccountId(1), event));
    told(&mut desk, Event::SignedIn { me: somebody("Tosh") });
    told(&mut desk, Event::Status(Status::Connecting("signing in")));
    let [first, second] = desk.state.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!((&first.me, first.status.is_online()), (&None, true));
    assert_eq!(second.me, Some(somebody("Tosh")));
    assert_eq!(second.status, Status::Connecting("signing in"));
    desk.take(Message::Provider(AccountId(7), Event::SignedIn { me: somebody("Nobody") }));
    assert_eq!(desk.state.accounts.len(), 2, "there is no such account");
}

#[test]
fn the_same_key_opens_and_closes_the_details() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("\n");
    assert!(desk.state.details.is_full());
    desk.press("\n");
    assert!(!desk.state.details.is_full());
}

#[test]
fn escape_takes_back_one_thing_at_a_time() {
    let mut desk = Desk::ringing(&[Kind::Message; 2]);
    desk.press("/caller\n l\u{1b}");
    assert!(!desk.state.details.is_full() && desk.state.marked.len() == 1);
    desk.press("\u{1b}");
    assert!(desk.state.marked.is_empty());
    assert_eq!(desk.state.incoming.filter(), "caller");
    desk.press("\u{1b}");
    assert_eq!(desk.state.incoming.filter(), "");
}

#[test]
fn a_problem_is_told_for_longer_than_good_news() {
    for (event, seconds) in [
        (Event::Notice("hello".into()), 4),
        (Event::Refused { ticket: Ticket(0), problem: Problem::new("no", "") }, 8),
    ] {
        let mut desk = Desk::new();
        desk.event(Event::Conversation(Box::new(conversation(1))));
        desk.press("3mhello\n");
        desk.event(event);
        desk.pass(Duration::from_secs(seconds - 1));
        assert_ne!(desk.notice(), "");
        desk.pass(Duration::from_secs(1));
        assert_eq!(desk.notice(), "");
    }
}

#[test]
fn a_mark_is_taken_back_by_the_same_key_and_goes_with_its_invitation() {
    let mut desk = Desk::ringing(&[Kind::Message; 2]);
    desk.press(" k ");
    assert!(desk.state.marked.is_empty());
    desk.press("k ");
    desk.over(1, Outcome::Missed);
    assert!(desk.state.marked.is_empty());
    desk.press("k ");
    assert!(desk.state.marked.is_empty(), "what is over can't be marked");
}

#[test]
fn the_lists_are_walked_in_a_circle() {
    let mut desk = Desk::new();
    for tab in [Tab::Outgoing, Tab::Conversations, Tab::History, Tab::Incoming] {
        desk.key(Key::plain(Code::Tab));
        assert_eq!(desk.state.tab, tab);
    }
    desk.key(Key::plain(Code::Left));
    assert_eq!(desk.state.tab, Tab::History);
}

#[test]
fn a_message_is_sent_as_it_was_written_and_an_empty_one_is_not() {
    let mut desk = Desk::new();
    desk.event(Event::Conversation(Box::new(conversation(1))));
    desk.press("3m  \n");
    assert!(desk.effects.is_empty() && !desk.is_idle());
    desk.press("Hello, D!\n");
    let text = "Hello, D!".to_owned();
    let send = Command::Send { ticket: Ticket(0), conversation: conversation_id(1), text };
    assert_eq!(desk.effects, [Effect::Provider(ACCOUNT, send)]);
    desk.event(Event::Completed(Ticket(0)));
    assert_eq!(desk.notice(), "The message was sent");
}
