//! The lists: their contents and order, their selections, and the actions on a selected entry.

use std::sync::Arc;

use super::*;
use crate::app::{Item, Sort};
use crate::invitation::{Importance, Rejection};

fn selected(app: &TestApp) -> u64 {
    app.state.selected_entry().unwrap().invitation.id.number
}

#[test]
fn the_cursor_stays_in_its_place_when_a_row_in_the_middle_goes() {
    let mut app = TestApp::ringing(&[Kind::Message; 5]);
    app.press("j");
    app.press("a");
    app.over(3, Outcome::Missed);
    app.pass(Duration::from_secs(5));
    assert_eq!(selected(&app), 4, "the one that came into its place");
    assert_eq!(app.state.incoming.position(), Some(2));
    app.over(2, Outcome::Accepted);
    app.pass(Duration::from_secs(5));
    assert_eq!(selected(&app), 4, "it stays on its entry, whatever goes above it");
    app.over(4, Outcome::Missed);
    app.pass(Duration::from_secs(5));
    app.over(5, Outcome::Missed);
    app.pass(Duration::from_secs(5));
    assert_eq!(selected(&app), 1, "the last one has none after it");
}

#[test]
fn the_cursor_stays_in_its_place_when_a_conversation_in_the_middle_goes() {
    for resync in [false, true] {
        let mut app = TestApp::new();
        for number in 1..=5 {
            app.event(Event::Conversation(Box::new(conversation(number))));
        }
        app.press("3jj");
        if resync {
            let conversations = [1, 2, 4, 5].map(conversation).to_vec();
            app.event(Event::Snapshot { invitations: Vec::new(), conversations });
        } else {
            app.event(Event::ConversationEnded(conversation_id(3)));
        }
        assert_eq!(app.state.conversations.selected().unwrap().id, conversation_id(4), "{resync}");
    }
}

#[test]
fn a_key_answers_at_once_after_the_user_moved_the_cursor() {
    for keys in ["k", "g", "s", "/caller\n"] {
        let mut app = TestApp::ringing(&[Kind::Message; 3]);
        app.over(1, Outcome::Missed);
        app.pass(Duration::from_secs(5));
        app.press("a");
        assert!(app.notice().contains("just moved"), "{}", app.notice());
        app.press(keys);
        app.press("a");
        assert_eq!(app.answers().len(), 1, "{keys:?}");
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
        let mut app = TestApp::new();
        app.event(Event::Conversation(Box::new(Conversation { can_invite, can_send, ..conversation(1) })));
        app.press("3");
        let actions = available(&app.state);
        assert_eq!([Action::Invite, Action::Message].map(|action| actions.contains(&action)), offered);
        app.press(keys);
        let opened = (keys == "3i" && can_invite) || (keys == "3m" && can_send);
        assert_eq!(!app.is_idle(), opened, "{keys}");
        assert_eq!(app.notice().is_empty(), opened, "{keys}: {}", app.notice());
    }
}

#[test]
fn a_choice_is_moved_through_by_arrows_tab_and_ctrl_and_stops_at_its_ends() {
    let mut app = TestApp::ringing(&[Kind::Phone]);
    app.press("d");
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
        app.key(key);
        let Mode::Decline(Decline { picker, .. }) = &app.state.mode else { panic!("no picker") };
        assert_eq!(picker.highlighted, place, "{key}");
    }
}

#[test]
fn declining_at_once_gives_the_reasons_that_are_configured() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Phone]);
    app.state.settings.default_rejection = Rejection::Forbidden;
    app.state.settings.default_reason = Reason::Global;
    app.press("DjD");
    let forbidden = Decision::Reject { reason: Rejection::Forbidden, callback: None };
    assert_eq!(app.answers(), [(1, forbidden), (2, Decision::Decline(Reason::Global))]);
}

#[test]
fn each_order_is_what_it_is_called_after_emergencies_and_the_cursor_stays_on_its_entry() {
    let mut app = TestApp::new();
    let moment = |seconds| Moment(Duration::from_secs(seconds));
    for (number, name, importance, seconds) in [
        (1, "dana", Importance::Normal, 40),
        (2, "Ane", Importance::Urgent, 60),
        (3, "Carl", Importance::Emergency, 50),
    ] {
        let deadline = moment(seconds);
        app.see(Invitation {
            from: somebody(name),
            importance,
            deadline,
            ..invitation(number, Kind::Message)
        });
    }
    let order =
        |app: &TestApp| app.state.incoming.page(0).map(|it| it.invitation.id.number).collect::<Vec<_>>();
    for (sort, expected) in [
        (Sort::Arrival, [3, 1, 2]),
        (Sort::Importance, [3, 2, 1]),
        (Sort::Name, [3, 2, 1]),
        (Sort::Deadline, [3, 1, 2]),
    ] {
        app.press("s");
        assert_eq!(app.state.incoming.sort(), sort);
        assert_eq!(app.notice(), format!("Sorted by {}", sort.name()));
        assert_eq!(order(&app), expected, "{sort:?}");
        assert_eq!(selected(&app), 1);
    }
}

#[test]
fn by_name_means_the_name_that_is_shown() {
    let mut app = TestApp::new();
    for (number, name) in [(1, "Joe"), (2, "dana"), (3, "Ane")] {
        let to = Some(somebody(name));
        app.see(Invitation { from: somebody("Me"), to, ..invitation(number, Kind::Participant) });
        let of = if number == 2 { "Budget" } else { "" };
        let alone = vec![somebody(name)];
        let talk = Conversation { subject: of.into(), participants: alone, ..conversation(number) };
        app.event(Event::Conversation(Box::new(talk)));
    }
    app.press("2sss3sss");
    let outgoing: Vec<u64> = app.state.outgoing.page(0).map(|it| it.invitation.id.number).collect();
    assert_eq!(outgoing, [3, 2, 1]);
    let conversations: Vec<u64> = app.state.conversations.page(0).map(|it| it.id.number).collect();
    assert_eq!(conversations, [3, 2, 1], "Ane, Budget, Joe");
}

#[test]
fn the_filter_finds_what_is_shown_in_each_list() {
    let mut app = TestApp::new();
    let routed = Invitation {
        from: somebody("Lene"),
        routes: vec!["forwarded by Dana Birkby".into()],
        subject: "Printer".into(),
        message: "Hello".into(),
        ..invitation(1, Kind::Message)
    };
    app.see(routed);
    app.see(Invitation {
        from: somebody("Me"),
        to: Some(somebody("Joe")),
        ..invitation(2, Kind::Participant)
    });
    let people = vec![somebody("Lene"), somebody("Kim")];
    app.event(Event::Conversation(Box::new(Conversation { participants: people, ..conversation(1) })));
    let found = |app: &mut TestApp, needle: &str| {
        app.press("/");
        app.key(Key::ctrl('u'));
        app.press(needle);
        app.press("\n");
        match app.state.tab {
            Tab::Incoming => app.state.incoming.shown(),
            Tab::Outgoing => app.state.outgoing.shown(),
            Tab::Conversations => app.state.conversations.shown(),
            Tab::History => app.state.history.shown(),
        }
    };
    for needle in ["LENE", "sip:lene", "birkby", "printer", "hello"] {
        assert_eq!(found(&mut app, needle), 1, "{needle}");
    }
    assert_eq!(found(&mut app, "joe"), 0);
    app.press("2");
    assert_eq!(
        (found(&mut app, "joe"), found(&mut app, "sip:me")),
        (1, 0),
        "the user's own name is not shown"
    );
    app.press("3");
    assert_eq!((found(&mut app, "kim"), found(&mut app, "talk"), found(&mut app, "joe")), (1, 1, 0));
    app.over(1, Outcome::CallerGaveUp);
    app.over(2, Outcome::NoAnswer);
    app.press("4");
    for needle in ["lene", "birkby", "printer", "hello", "gave up", "joe", "no answer"] {
        assert_eq!(found(&mut app, needle), 1, "{needle}");
    }
}

#[test]
fn reconnecting_is_asked_of_those_that_are_not_online_and_of_all_when_all_are() {
    let mut app = TestApp::new();
    let online = app.state.accounts[0].clone();
    app.state.accounts.push(online);
    let asked = |app: &mut TestApp| {
        app.effects.clear();
        app.press("r");
        let account = |effect: &Effect| match effect {
            Effect::Provider(account, Command::Reconnect) => account.0,
            other => panic!("{other:?}"),
        };
        app.effects.iter().map(account).collect::<Vec<_>>()
    };
    assert_eq!(asked(&mut app), [0, 1]);
    app.take(Message::Provider(AccountId(1), Event::Status(Status::Replaced)));
    assert_eq!(asked(&mut app), [1]);
}

#[test]
fn what_is_said_of_an_account_is_shown_of_that_one() {
    let mut app = TestApp::new();
    app.state.accounts.push(Account::default());
    let told = |app: &mut TestApp, event| app.take(Message::Provider(AccountId(1), event));
    told(&mut app, Event::SignedIn { me: somebody("Tosh") });
    told(&mut app, Event::Status(Status::Connecting("signing in")));
    let [first, second] = app.state.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!((&first.me, first.status.is_online()), (&None, true));
    assert_eq!(second.me, Some(somebody("Tosh")));
    assert_eq!(second.status, Status::Connecting("signing in"));
    app.take(Message::Provider(AccountId(7), Event::SignedIn { me: somebody("Nobody") }));
    assert_eq!(app.state.accounts.len(), 2, "there is no such account");
}

#[test]
fn the_same_key_opens_and_closes_the_details() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("\n");
    assert!(app.state.details.is_full());
    app.press("\n");
    assert!(!app.state.details.is_full());
}

#[test]
fn escape_takes_back_one_thing_at_a_time() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("/caller\n l\u{1b}");
    assert!(!app.state.details.is_full() && app.state.marked.len() == 1);
    app.press("\u{1b}");
    assert!(app.state.marked.is_empty());
    assert_eq!(app.state.incoming.filter(), "caller");
    app.press("\u{1b}");
    assert_eq!(app.state.incoming.filter(), "");
}

#[test]
fn a_problem_is_told_for_longer_than_good_news() {
    for (event, seconds) in [
        (Event::Notice("hello".into()), 4),
        (Event::Refused { ticket: Ticket(0), problem: Problem::new("no", "") }, 8),
    ] {
        let mut app = TestApp::new();
        app.event(Event::Conversation(Box::new(conversation(1))));
        app.press("3mhello\n");
        app.event(event);
        app.pass(Duration::from_secs(seconds - 1));
        assert_ne!(app.notice(), "");
        app.pass(Duration::from_secs(1));
        assert_eq!(app.notice(), "");
    }
}

#[test]
fn a_mark_is_taken_back_by_the_same_key_and_goes_with_its_invitation() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press(" k ");
    assert!(app.state.marked.is_empty());
    app.press("k ");
    app.over(1, Outcome::Missed);
    assert!(app.state.marked.is_empty());
    app.press("k ");
    assert!(app.state.marked.is_empty(), "what is over can't be marked");
}

#[test]
fn the_lists_are_walked_in_a_circle() {
    let mut app = TestApp::new();
    for tab in [Tab::Outgoing, Tab::Conversations, Tab::History, Tab::Incoming] {
        app.key(Key::plain(Code::Tab));
        assert_eq!(app.state.tab, tab);
    }
    app.key(Key::plain(Code::Left));
    assert_eq!(app.state.tab, Tab::History);
}

#[test]
fn a_message_is_sent_as_it_was_written_and_an_empty_one_is_not() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.press("3m  \n");
    assert!(!app.is_idle());
    app.effects.clear();
    app.press("Hello, D!\n");
    let text = "Hello, D!".to_owned();
    let send = Command::Send { ticket: Ticket(0), conversation: conversation_id(1), text };
    assert_eq!(app.effects, [Effect::Provider(ACCOUNT, send)]);
    app.event(Event::Completed(Ticket(0)));
    assert_eq!(app.notice(), "The message was sent");
}

#[test]
fn a_key_selects_the_most_urgent_invitation_from_any_list() {
    let mut app = TestApp::new();
    let moment = |seconds| Moment(Duration::from_secs(seconds));
    for (number, importance, seconds) in [
        (1, Importance::Normal, 20),
        (2, Importance::Urgent, 15),
        (3, Importance::Emergency, 25),
        (4, Importance::Emergency, 10),
    ] {
        let deadline = moment(seconds);
        app.see(Invitation { importance, deadline, ..invitation(number, Kind::Message) });
    }
    for expected in [4, 3, 2, 1] {
        app.press("4!");
        assert_eq!((app.state.tab, selected(&app)), (Tab::Incoming, expected));
        app.over(expected, Outcome::Missed);
    }
    app.press("!");
    assert_eq!(app.notice(), "Nothing is ringing");
}

#[test]
fn an_invitation_whose_time_is_up_is_the_least_urgent_one() {
    let mut app = TestApp::new();
    for (number, seconds) in [(1, 5), (2, 20)] {
        let deadline = Moment(Duration::from_secs(seconds));
        app.see(Invitation { deadline, ..invitation(number, Kind::Message) });
    }
    app.pass(Duration::from_secs(6));
    app.press("!");
    assert_eq!(selected(&app), 2);
}

#[test]
fn the_summary_of_what_is_off_the_screen_agrees_with_the_list() {
    let mut app = TestApp::new();
    let importance = |number: u64| match number % 5 {
        0 => Importance::Emergency,
        1 | 2 => Importance::Urgent,
        _ => Importance::Normal,
    };
    for number in 0..40 {
        let deadline = Moment(Duration::from_secs(30 + number * 7 % 11));
        let importance = importance(number);
        app.see(Invitation { importance, deadline, ..invitation(number, Kind::Message) });
    }
    for number in [0, 7, 11, 30] {
        app.over(number, Outcome::Missed);
    }
    let agrees = |app: &TestApp| {
        let (list, now) = (&app.state.incoming, app.state.now.moment);
        for (start, count) in [(0, 0), (0, 10), (5, 12), (35, 10), (0, 100)] {
            let rest = list.page(0).take(start).chain(list.page(start).skip(count));
            let rest: Vec<_> =
                rest.filter(|it| it.phase == Phase::Ringing).map(|it| &it.invitation).collect();
            let of = |importance| rest.iter().filter(|it| it.importance == importance).count();
            let unseen = list.unseen(start, count, now);
            assert_eq!(unseen.emergencies, of(Importance::Emergency), "{start} {count}");
            assert_eq!(unseen.urgent, of(Importance::Urgent), "{start} {count}");
            assert_eq!(unseen.next, rest.iter().map(|it| it.deadline).min(), "{start} {count}");
        }
    };
    agrees(&app);
    app.press("s/caller 1\n");
    agrees(&app);
    app.pass(Duration::from_secs(6));
    agrees(&app);
}

#[test]
fn emergencies_pass_every_filter_and_the_words_of_a_row_can_be_searched() {
    let mut app = TestApp::new();
    for (number, name, kind, importance) in [
        (1, "Ane", Kind::Message, Importance::Normal),
        (2, "Dana", Kind::Phone, Importance::Urgent),
        (3, "Carl", Kind::Message, Importance::Emergency),
    ] {
        app.see(Invitation { from: somebody(name), importance, ..invitation(number, kind) });
    }
    for (filter, expected) in [
        ("ane", vec![3, 1]),
        ("phone", vec![3, 2]),
        ("URGENT", vec![3, 2]),
        ("emergency", vec![3]),
        ("nobody", vec![3]),
    ] {
        app.state.incoming.set_filter(filter, &[]);
        let shown = app.state.incoming.page(0).map(|it| it.invitation.id.number);
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{filter}");
    }
}

#[test]
fn the_name_of_an_account_finds_all_that_is_its_own() {
    let mut app = TestApp::new();
    app.state.accounts[0].label = "work".into();
    app.state.accounts.push(Account { label: "Home".into(), ..Account::default() });
    let other = InvitationId { account: AccountId(1), number: 1 };
    app.see(invitation(1, Kind::Message));
    let at_home = Invitation { id: other, ..invitation(1, Kind::Message) };
    app.take(Message::Provider(AccountId(1), Event::Invitation(Arc::new(at_home))));
    app.state.incoming.set_filter("home", &app.state.accounts_named("home"));
    assert_eq!(app.state.incoming.page(0).map(Item::id).collect::<Vec<_>>(), [other]);
    let later = InvitationId { account: AccountId(1), number: 2 };
    let at_home = Invitation { id: later, ..invitation(2, Kind::Message) };
    app.take(Message::Provider(AccountId(1), Event::Invitation(Arc::new(at_home))));
    assert_eq!(app.state.incoming.shown(), 2, "what arrives later is found, too");
    assert_eq!(app.state.accounts_named(""), []);
    app.state.accounts.pop();
    assert_eq!(app.state.accounts_named("work"), [], "a single account is not told apart by its name");
}

#[test]
fn the_network_the_stage_and_the_account_can_be_searched() {
    let mut app = TestApp::new();
    app.state.accounts[0].label = "contoso.com".into();
    let second = Account { label: "helpdesk bot".into(), ..app.state.accounts[0].clone() };
    app.state.accounts.push(second);
    let from = Party { origin: "federated".into(), ..somebody("Ane") };
    app.see(Invitation { from, ..invitation(1, Kind::Message) });
    app.see(Invitation { stage: crate::invitation::Stage::TeamRing, ..invitation(2, Kind::Phone) });
    let others = InvitationId { account: AccountId(1), number: 3 };
    let call = Invitation { id: others, ..invitation(3, Kind::Call) };
    app.take(Message::Provider(AccountId(1), Event::Invitation(Arc::new(call))));
    for (filter, expected) in
        [("federated", vec![1]), ("team", vec![2]), ("helpdesk", vec![3]), ("contoso", vec![1, 2])]
    {
        let accounts = app.state.accounts_named(filter);
        app.state.incoming.set_filter(filter, &accounts);
        let shown = app.state.incoming.page(0).map(|it| it.invitation.id.number);
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{filter}");
    }
    for number in [1, 2] {
        app.over(number, Outcome::Missed);
    }
    app.take(Message::Provider(AccountId(1), Event::Ended { id: others, outcome: Outcome::Missed }));
    for (filter, expected) in [("federated", 1), ("helpdesk", 1), ("phone", 1), ("contoso", 2), ("missed", 3)]
    {
        app.state.history.set_filter(filter, &[]);
        assert_eq!(app.state.history.shown(), expected, "{filter}");
    }
}

#[test]
fn the_kind_the_network_and_the_remark_of_a_conversation_can_be_searched() {
    let mut app = TestApp::new();
    let guest = Party { origin: "federated".into(), ..somebody("Ane") };
    app.event(Event::Conversation(Box::new(Conversation { participants: vec![guest], ..conversation(1) })));
    app.event(Event::Conversation(Box::new(Conversation { note: "on hold".into(), ..conversation(2) })));
    for (filter, expected) in [("federated", 1), ("im", 1), ("call", 2), ("hold", 2)] {
        app.state.conversations.set_filter(filter, &[]);
        let shown = app.state.conversations.page(0).map(|it| it.id.number);
        assert_eq!(shown.collect::<Vec<_>>().last(), Some(&expected), "{filter}");
    }
}

#[test]
fn a_filter_selects_what_contains_it_and_not_the_emergency_that_passes_it() {
    let mut app = TestApp::new();
    for (number, name, importance) in
        [(1, "Ane", Importance::Normal), (2, "Carl", Importance::Emergency), (3, "Kaya", Importance::Normal)]
    {
        app.see(Invitation { from: somebody(name), importance, ..invitation(number, Kind::Message) });
    }
    app.press("/kaya\n");
    assert_eq!((app.state.incoming.shown(), selected(&app)), (2, 3));
    app.state.incoming.set_filter("kay", &[]);
    assert_eq!(selected(&app), 3, "it stays on its entry");
    app.state.incoming.set_filter("nobody", &[]);
    assert_eq!(selected(&app), 2, "there is nothing else");
}

#[test]
fn the_name_of_an_account_finds_its_conversations_and_its_past_invitations() {
    let mut app = TestApp::new();
    app.state.accounts[0].label = "work".into();
    app.state.accounts.push(Account { label: "home".into(), ..app.state.accounts[0].clone() });
    for account in [ACCOUNT, AccountId(1)] {
        let conversation = Conversation::new(ConversationId { account, number: 1 });
        let id = InvitationId { account, number: 1 };
        for event in [
            Event::Conversation(Box::new(conversation)),
            Event::Invitation(std::sync::Arc::new(Invitation { id, ..invitation(1, Kind::Message) })),
            Event::Ended { id, outcome: Outcome::Missed },
        ] {
            app.take(Message::Provider(account, event));
        }
    }
    for (name, account) in [("work", ACCOUNT), ("home", AccountId(1))] {
        app.press(&format!("3/{name}\n4/{name}\n"));
        let conversations = app.state.conversations.page(0).map(|it| it.id.account);
        assert_eq!(conversations.collect::<Vec<_>>(), [account], "{name}");
        let past = app.state.history.page(0).map(|it| it.invitation.id.account);
        assert_eq!(past.collect::<Vec<_>>(), [account], "{name}");
        app.press("3\u{1b}4\u{1b}");
    }
}

#[test]
fn an_invitation_that_the_filter_hides_moves_no_selection() {
    let mut app = TestApp::new();
    for number in [1, 2] {
        app.retitle(number, Kind::Message, "Lunch");
    }
    app.press("/lunch\nj");
    app.retitle(3, Kind::Message, "Dinner");
    assert_eq!((app.state.incoming.shown(), selected(&app)), (2, 2));
}

#[test]
fn the_most_urgent_invitation_is_not_looked_for_among_rows_that_are_folded() {
    let mut app = TestApp::ringing(&[Kind::Message; 6]);
    for number in 1..=6 {
        app.over(number, Outcome::Missed);
    }
    assert!(app.state.incoming.shown() < app.state.incoming.len());
    app.press("!");
    assert_eq!(app.notice(), "Nothing is ringing");
}
