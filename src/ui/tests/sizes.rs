//! Every size and character set.

use super::*;

#[test]
fn ascii_is_ascii() {
    let mut state = with_status(retrying());
    state.marked.insert(id(3));
    let look = Look { theme: Theme::NONE, charset: Charset::AsciiSigns };
    for mode in [
        Mode::Lists,
        Mode::Decline(decline(Reason::ALL.to_vec(), "")),
        Mode::Help(Help { scrolled: 60, ..Help::default() }),
    ] {
        state.mode = mode;
        state.incoming.remove(id(4));
        let text = screen(&state, &look, (80, 24));
        assert!(text.is_ascii(), "{text}");
    }
    state.mode = Mode::Lists;
    assert_snapshot("ascii-80x24", screen(&state, &look, (80, 24)));
}

fn modes() -> Vec<Mode> {
    let mut end = decline(Reason::ALL.to_vec(), "long text that was typed");
    end.picker.highlighted = 11;
    vec![
        Mode::Lists,
        Mode::Decline(end),
        Mode::Decline(decline(vec![], "日本語日本語日本語")),
        palette(&busy()),
        prompt(Purpose::Filter, "日本語日本語日本語", None),
        finding(PickPurpose::Invite(conversation_id(1)), "日本語", Some("no")),
        finding(PickPurpose::Start(AccountId(0)), "sip:a@b", None),
        composing(Field::Subject),
        prompt(Purpose::Message(conversation_id(99)), "x", None),
        prompt(Purpose::Redirect(call_id(1)), "日本語", Some("no")),
        callback("日本語"),
        Mode::Reject(reject("日本語", Some("https://bot.contoso.com/calls"))),
        Mode::Decline(Decline { calls: vec![call_id(1)].into(), ..decline(vec![], "") }),
        Mode::Help(Help { scrolled: 7, ..Help::default() }),
        Mode::Confirm(confirm(Answer::Accept, &[1, 2, 99], &[2, 99])),
    ]
}

#[test]
fn every_size_can_be_drawn() {
    let everywhere = |state: &State, step: usize| {
        for width in (0..=60).step_by(step) {
            for height in 0..=30 {
                terminal(
                    state,
                    &Look {
                        charset: if height % 2 == 0 { Charset::Ascii } else { Charset::Unicode },
                        ..plain()
                    },
                    (width, height),
                );
            }
        }
    };
    let mut states = vec![strange_names(), with_status(stopped()), quiet(), with_bot()];
    states.extend(Tab::ALL.map(on));
    for state in &states {
        everywhere(state, 5);
    }
    for mut state in [busy(), with_bot()] {
        for mode in modes() {
            state.mode = mode;
            everywhere(&state, 6);
        }
    }
}

proptest! {
    #[test]
    fn any_names_at_any_size_can_be_drawn(
        name in "\\PC{0,60}", uri in "\\PC{0,60}", typed in "\\PC{0,30}",
        width in 0_u16..=170, height in 0_u16..=40, details: bool,
    ) {
        let mut state = busy();
        state.details = if details { Details::FULL } else { Details::Beside };
        let mut hostile = invitation(1, Kind::Message, party(&name, &uri));
        hostile.subject = name.as_str().into();
        hostile.message = uri.as_str().into();
        state.incoming.upsert(entry(hostile, Phase::Ringing));
        state.mode = prompt(Purpose::Filter, &typed, None);
        terminal(&state, &plain(), (width, height));
        state.mode = Mode::Decline(decline(Reason::ALL.to_vec(), &typed));
        terminal(&state, &Look::default(), (width, height));
    }
}

#[test]
fn a_theme_with_a_background_fills_the_whole_screen_and_its_dialogs() {
    let look = Look { theme: Theme::built_in("light").unwrap(), charset: Charset::Unicode };
    let mut state = busy();
    for mode in [Mode::Lists, Mode::Help(Help::default())] {
        state.mode = mode;
        let terminal = terminal(&state, &look, (80, 24));
        for cell in &terminal.backend().buffer().content {
            assert!(cell.fg != Color::Reset && cell.bg != Color::Reset, "{cell:?}");
        }
    }
}
