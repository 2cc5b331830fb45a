//! Keys, prompts and the palette.

use super::*;

#[test]
fn somebody_is_invited_by_an_address_that_makes_sense() {
    let mut app = TestApp::new();
    app.press("i");
    assert!(matches!(app.state.mode, Mode::Lists), "there is no conversation");
    app.event(Event::Conversation(Box::new(conversation(5))));
    app.press("3ijoe\n");
    let Mode::FindPerson(dialog) = &app.state.mode else { panic!("the dialog is gone") };
    assert!(dialog.line.complaint.is_some());
    app.take(Message::Paste("@x.exam\u{7}ple\n".into()));
    app.press("\n");
    let invite = Command::Invite {
        ticket: app.request(),
        conversation: conversation_id(5),
        uri: "sip:joe@x.example".into(),
    };
    assert!(app.effects.contains(&Effect::Provider(ACCOUNT, invite)), "{:?}", app.state.mode);
}

#[test]
fn somebody_can_be_invited_where_no_messages_can_be_sent() {
    let mut app = TestApp::new();
    let silent = Conversation { can_send: false, can_invite: true, ..conversation(5) };
    app.event(Event::Conversation(Box::new(silent)));
    app.press("3ijoe@x.example\n");
    let is_invite = |effect: &Effect| matches!(effect, Effect::Provider(_, Command::Invite { .. }));
    assert!(app.effects.iter().any(is_invite), "{:?}", app.effects);
}

#[test]
fn a_filter_follows_each_key_and_escape_brings_the_former_one_back() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message, Kind::Message]);
    app.press("/caller 2");
    assert_eq!(app.state.incoming.shown(), 1);
    app.see(invitation(4, Kind::Message));
    assert_eq!(app.state.incoming.shown(), 1, "what arrives is filtered, too");
    app.press("\n/x\u{1b}");
    assert_eq!(app.state.incoming.shown(), 1);
    app.press("\u{1b}");
    assert_eq!(app.state.incoming.shown(), 4);
}

#[test]
fn ctrl_c_quits_whatever_is_open() {
    for open in ["", "d", "/", "?", ":"] {
        let mut app = TestApp::ringing(&[Kind::Message]);
        app.press(open);
        app.key(Key::ctrl('c'));
        assert_eq!(app.effects, [Effect::Quit], "{open}");
    }
}

#[test]
fn every_action_can_be_chosen_by_its_name() {
    for action in Action::all().filter(|action| *action != Action::Palette) {
        let mut app = TestApp::ringing(&[Kind::Message]);
        app.press(":");
        app.press(action.name());
        let Mode::Palette(crate::app::Palette { picker, .. }) = &app.state.mode else { panic!("no palette") };
        assert_eq!(picker.choices.first(), Some(&action), "{}", action.name());
        app.press("\n");
        assert!(!matches!(app.state.mode, Mode::Palette(_)));
    }
}

#[test]
fn who_leaves_can_only_hurry() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.press("q");
    assert_eq!(app.effects, [Effect::Quit]);
    app.press("ad1?:/");
    assert_eq!(app.effects, [Effect::Quit], "nothing is answered any more");
    assert!(matches!(app.state.mode, Mode::Lists));
    app.press("q");
    app.key(Key::ctrl('c'));
    app.key(Key::ctrl('z'));
    assert_eq!(app.effects, [Effect::Quit, Effect::Quit, Effect::Quit, Effect::Suspend]);
}

/// Presses keys and returns the text that they copied.
fn copied(app: &mut TestApp, keys: &str) -> Option<String> {
    app.effects.clear();
    app.press(keys);
    match app.effects.as_slice() {
        [Effect::Copy(text)] | [Effect::MarkHistorySeen(_), Effect::Copy(text)] => Some(text.clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_address_at_the_other_end_is_copied_from_each_list() {
    let caller = somebody("Dana");
    let mut app = TestApp::new();
    app.see(Invitation { from: caller.clone(), to: Some(somebody("Bot")), ..invitation(1, Kind::Call) });
    let own =
        Invitation { from: somebody("Me"), to: Some(somebody("Joe")), ..invitation(2, Kind::Participant) };
    app.see(own);
    let others = vec![somebody("Lene"), somebody("Kim")];
    app.event(Event::Conversation(Box::new(Conversation { participants: others, ..conversation(1) })));
    assert_eq!(copied(&mut app, "1y\n").as_deref(), Some("sip:dana@x.example"));
    assert_eq!(app.notice(), "Copied sip:dana@x.example");
    assert_eq!(copied(&mut app, "2y\n").as_deref(), Some("sip:joe@x.example"));
    assert_eq!(copied(&mut app, "3y\n").as_deref(), Some("sip:lene@x.example"));
    app.over(1, Outcome::CallerGaveUp);
    assert_eq!(copied(&mut app, "4y\n").as_deref(), Some("sip:dana@x.example"));
    app.over(2, Outcome::Joined);
    assert_eq!(copied(&mut app, "4gy\n").as_deref(), Some("sip:joe@x.example"), "the latest is the first");
}

#[test]
fn an_address_is_copied_as_it_is_written() {
    let mut app = TestApp::new();
    let uri = "sip:Dana.Birkby@X.example;user=Phone";
    let from = Party { uri: uri.into(), ..Party::default() };
    app.see(Invitation { from, ..invitation(1, Kind::Phone) });
    assert_eq!(copied(&mut app, "y\n").as_deref(), Some(uri));
}

#[test]
fn where_there_is_no_address_none_is_copied_and_never_the_users_own() {
    for keys in ["1y", "2y", "3y", "4y"] {
        let mut app = TestApp::new();
        assert_eq!(copied(&mut app, keys), None);
        assert_eq!(app.notice(), "Nothing is selected");
    }
    let mut app = TestApp::new();
    app.see(Invitation { from: somebody("Me"), to: None, ..invitation(1, Kind::Participant) });
    let whole = "Kind: Invite\nSubject: Subject\nMessage: Message";
    assert_eq!(copied(&mut app, "2y").as_deref(), Some(whole), "there is nothing to choose");
    assert_eq!(app.notice(), "Copied 3 lines");
    app.over(1, Outcome::Joined);
    let past = copied(&mut app, "4y").unwrap();
    assert!(past.starts_with(whole) && !past.contains("sip:"), "{past}");
}

/// Returns what can be copied of the selected item: the names, and the texts as the menu shows them.
fn offered(app: &mut TestApp) -> Vec<(String, String)> {
    app.press("y");
    let Mode::Menu(menu) = &app.state.mode else { panic!("no menu: {:?}", app.state.mode) };
    let offered = menu.items.iter().map(|item| (item.name.clone(), item.text.clone())).collect();
    app.press("\u{1b}");
    offered
}

#[test]
fn the_number_the_meeting_and_the_whole_entry_can_be_copied() {
    let mut app = TestApp::new();
    let from =
        Party { name: "Ann".into(), uri: "tel:+14255550100;phone-context=x".into(), ..Party::default() };
    app.see(Invitation { from, meeting: "sip:meet@x.example".into(), ..invitation(1, Kind::Phone) });
    let expected = [
        ("address", "tel:+14255550100;phone-context=x"),
        ("number", "+14255550100"),
        ("meeting address", "sip:meet@x.example"),
        ("whole entry", "5 lines"),
    ];
    assert_eq!(offered(&mut app), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let whole = "Kind: Phone\nFrom: Ann <tel:+14255550100;phone-context=x>\nSubject: Subject\nMessage: Message\nMeeting: sip:meet@x.example";
    assert_eq!(copied(&mut app, "y4").as_deref(), Some(whole));
    assert_eq!(copied(&mut app, "y2").as_deref(), Some("+14255550100"));
}

#[test]
fn each_link_of_the_messages_can_be_copied_the_latest_first_and_once() {
    use crate::app::{Post, PostKind, Thread};
    use crate::invitation::MessageText;
    let mut app = TestApp::new();
    let lene = somebody("Lene");
    app.event(Event::Conversation(Box::new(Conversation {
        participants: vec![lene.clone()],
        ..conversation(1)
    })));
    let at = jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0);
    let post = |kind| Post { at, kind };
    let text = |text: &str| MessageText::new(text);
    let posts = [
        post(PostKind::Received(
            lene.clone(),
            text("Look at https://x.example/a,\nand at https://x.example/b."),
        )),
        post(PostKind::Gap),
        post(PostKind::Sent {
            ticket: Ticket(9),
            text: text("https://x.example/c"),
            delivery: crate::app::Delivery::Delivered,
        }),
        post(PostKind::Received(lene, text("https://x.example/a again"))),
    ];
    app.state.threads.insert(conversation_id(1), Thread { posts: posts.into(), ..Thread::default() });
    app.press("3");
    let expected = [
        ("Lene", "sip:lene@x.example"),
        ("link from Lene", "https://x.example/a"),
        ("link from you", "https://x.example/c"),
        ("link from Lene", "https://x.example/b"),
        ("whole conversation", "7 lines"),
    ];
    assert_eq!(offered(&mut app), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    assert_eq!(copied(&mut app, "y3").as_deref(), Some("https://x.example/c"));
    let whole = copied(&mut app, "y5").unwrap();
    assert!(
        whole.ends_with("09:00:00 you: https://x.example/c\n09:00:00 Lene: https://x.example/a again"),
        "{whole}"
    );
}

#[test]
fn pasted_text_goes_into_each_input_and_is_nowhere_taken_for_keys() {
    for open in ["", "/", ":", "d", "f", "?", "p", "3m", "3i", "n", "na@x.example\n"] {
        let mut app = TestApp::ringing(&[Kind::Call, Kind::Message]);
        app.event(Event::Conversation(Box::new(conversation(1))));
        app.press(open);
        app.effects.clear();
        let before = format!("{:?}", app.state.mode);
        app.take(Message::Paste("aD\u{7}x\ny".into()));
        assert!(app.answers().is_empty(), "{open}");
        let after = format!("{:?}", app.state.mode);
        if open.is_empty() {
            assert_eq!(before, after);
        } else {
            assert!(after.contains("aDx y"), "{open}: {after}");
        }
    }
}

#[test]
fn a_key_that_is_bound_to_nothing_does_nothing() {
    let mut app = TestApp::ringing(&[Kind::Message; 2]);
    app.press("/caller\n z");
    assert_eq!((app.state.marked.len(), app.state.incoming.filter()), (1, "caller"));
    app.press("\u{1b}\u{1b}");
    assert_eq!((app.state.marked.len(), app.state.incoming.filter()), (0, ""));
}

#[test]
fn the_palette_finds_each_action_by_its_description_and_by_nothing_else() {
    let found = |text: &str| {
        let mut app = TestApp::new();
        app.press(":");
        app.take(Message::Paste(text.to_owned()));
        match &app.state.mode {
            Mode::Palette(palette) => palette.picker.choices.first().copied(),
            other => panic!("no palette: {other:?}"),
        }
    };
    for action in Action::all().filter(|action| *action != Action::Palette) {
        assert_eq!(found(action.description()), Some(action));
    }
    assert_eq!(found("xyzzy"), None);
}

#[test]
fn what_acts_on_invitations_says_so_among_the_conversations() {
    let mut app = TestApp::new();
    app.press("3c");
    assert_eq!(app.notice(), "This works on invitations only; press 1 for the incoming ones");
}

#[test]
fn the_phone_that_rings_can_be_copied() {
    let fact = |label, value: &str| crate::invitation::Fact { label, value: value.into() };
    let facts = vec![fact("team", "Sales"), fact(Invitation::PHONE, "tel:+14255552222")];
    let mut app = TestApp::new();
    app.see(Invitation { facts, ..invitation(1, Kind::Phone) });
    let phone = ("phone that rings".to_owned(), "tel:+14255552222".to_owned());
    assert!(offered(&mut app).contains(&phone));
}
