//! Keys, prompts and the palette.

use super::*;

#[test]
fn somebody_is_invited_by_an_address_that_makes_sense() {
    let mut desk = Desk::new();
    desk.press("i");
    assert!(matches!(desk.state.mode, Mode::Lists), "there is no conversation");
    desk.event(Event::Conversation(Box::new(conversation(5))));
    desk.press("3ijoe\n");
    let Mode::Prompt(prompt) = &desk.state.mode else { panic!("the prompt is gone") };
    assert!(prompt.line.complaint.is_some());
    desk.take(Message::Paste("@x.exam\u{7}ple\n".into()));
    desk.press("\n");
    let invite = Command::Invite {
        ticket: Ticket(0),
        conversation: conversation_id(5),
        uri: "sip:joe@x.example".into(),
    };
    assert_eq!(desk.effects.last(), Some(&Effect::Provider(ACCOUNT, invite)), "{:?}", desk.state.mode);
}

#[test]
fn somebody_can_be_invited_where_no_messages_can_be_sent() {
    let mut desk = Desk::new();
    let silent = Conversation { can_send: false, can_invite: true, ..conversation(5) };
    desk.event(Event::Conversation(Box::new(silent)));
    desk.press("3ijoe@x.example\n");
    assert!(
        matches!(desk.effects.last(), Some(Effect::Provider(_, Command::Invite { .. }))),
        "{:?}",
        desk.effects
    );
}

#[test]
fn a_filter_follows_each_key_and_escape_brings_the_former_one_back() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message, Kind::Message]);
    desk.press("/caller 2");
    assert_eq!(desk.state.incoming.shown(), 1);
    desk.see(invitation(4, Kind::Message));
    assert_eq!(desk.state.incoming.shown(), 1, "what arrives is filtered, too");
    desk.press("\n/x\u{1b}");
    assert_eq!(desk.state.incoming.shown(), 1);
    desk.press("\u{1b}");
    assert_eq!(desk.state.incoming.shown(), 4);
}

#[test]
fn ctrl_c_quits_whatever_is_open() {
    for open in ["", "d", "/", "?", ":"] {
        let mut desk = Desk::ringing(&[Kind::Message]);
        desk.press(open);
        desk.key(Key::ctrl('c'));
        assert_eq!(desk.effects, [Effect::Quit], "{open}");
    }
}

#[test]
fn every_action_can_be_chosen_by_its_name() {
    for action in Action::all().filter(|action| *action != Action::Palette) {
        let mut desk = Desk::ringing(&[Kind::Message]);
        desk.press(":");
        desk.press(action.name());
        let Mode::Palette(crate::app::Palette { picker, .. }) = &desk.state.mode else {
            panic!("no palette")
        };
        assert_eq!(picker.choices.first(), Some(&action), "{}", action.name());
        desk.press("\n");
        assert!(!matches!(desk.state.mode, Mode::Palette(_)));
    }
}

#[test]
fn who_leaves_can_only_hurry() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("q");
    assert_eq!(desk.effects, [Effect::Quit]);
    desk.press("ad1?:/");
    assert_eq!(desk.effects, [Effect::Quit], "nothing is answered any more");
    assert!(matches!(desk.state.mode, Mode::Lists));
    desk.press("q");
    desk.key(Key::ctrl('c'));
    desk.key(Key::ctrl('z'));
    assert_eq!(desk.effects, [Effect::Quit, Effect::Quit, Effect::Quit, Effect::Suspend]);
}

/// Presses keys and returns the text that they copied.
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
fn where_there_is_no_address_none_is_copied_and_never_the_users_own() {
    for keys in ["1y", "2y", "3y", "4y"] {
        let mut desk = Desk::new();
        assert_eq!(copied(&mut desk, keys), None);
        assert_eq!(desk.notice(), "No address to copy");
    }
    let mut desk = Desk::new();
    desk.see(Invitation { from: somebody("Me"), to: None, ..invitation(1, Kind::Participant) });
    assert_eq!(copied(&mut desk, "2y"), None);
    desk.over(1, Outcome::Joined);
    assert_eq!(copied(&mut desk, "4y"), None);
}
