//! The scenes of a working day at each size. The texts are snapshots, one file for each scene; the themes change nothing but
//! styles, and these only to what they define.

use std::fmt::Write as _;

use ratatui::style::Modifier;

use super::*;
use crate::app::{Delivery, Post, PostKind, Thread};
use crate::invitation::{Importance, MessageText};

/// The sizes: a corner of the screen, a phone, a classic terminal, a window, and a whole screen.
const SIZES: [(u16, u16); 5] = [(20, 5), (40, 12), (80, 24), (120, 40), (200, 60)];

/// Returns the scenes with their names.
fn scenes() -> Vec<(&'static str, State)> {
    let mut offline = desk(3);
    offline.accounts = vec![account(retrying())];
    let mut crowded = desk(40);
    crowded.incoming.select(id(24));
    let mut marked = desk(40);
    marked.marked = [id(1), id(6), id(11)].into();
    marked.incoming.set_filter("moreau", &[]);
    let mut declining = desk(5);
    declining.mode = Mode::Decline(decline(Reason::ALL.to_vec(), ""));
    let mut help = desk(5);
    help.mode = Mode::Help(Help::default());
    vec![
        ("empty", quiet()),
        ("offline", offline),
        ("five", desk(5)),
        ("crowded", crowded),
        ("marked", marked),
        ("declining", declining),
        ("help", help),
        ("talk", talk()),
    ]
}

/// Returns a state that shows a conversation.
fn talk() -> State {
    let mut state = quiet();
    state.tab = Tab::Conversations;
    let lene = party("Lene Aaling", "sip:lenea@contoso.com");
    state.conversations.upsert(Conversation {
        participants: vec![lene.clone()],
        can_invite: true,
        can_send: true,
        can_leave: true,
        ..Conversation::new(conversation_id(1))
    });
    let at = state.now.wall;
    let post = |kind| Post { at, kind };
    let delivery = Delivery::Delivered;
    let posts = [
        post(PostKind::Received(lene.clone(), MessageText::new("The printer is on fire"))),
        post(PostKind::Sent { ticket: Ticket(1), text: MessageText::new("Which one?"), delivery }),
        post(PostKind::Received(lene, MessageText::new("See https://contoso.com/printers 日本語 🎉"))),
    ];
    state.threads.insert(conversation_id(1), Thread { posts: posts.into(), ..Thread::default() });
    state
}

#[test]
fn each_scene_at_each_size() {
    for (name, mut state) in scenes() {
        let mut text = String::new();
        for size in SIZES {
            state.size = size;
            let _ = writeln!(text, "{}x{}", size.0, size.1);
            text.push_str(&screen(&state, &plain(), size));
        }
        assert_snapshot(format!("scene-{name}"), text);
    }
}

#[test]
fn an_emergency_that_is_not_on_the_screen_is_told_at_each_size() {
    let mut state = desk(40);
    state.incoming.select(id(24));
    assert_eq!(state.entry(id(2)).unwrap().invitation.importance, Importance::Emergency);
    for size in SIZES {
        let text = screen(&state, &plain(), size);
        let has_row = text.contains("EMERGENCY");
        assert!(has_row || text.contains("1 emergency") || text.contains("! 0:06"), "{size:?}\n{text}");
    }
}

#[test]
fn the_themes_change_styles_only_and_only_to_what_they_define() {
    for (scene, state) in scenes() {
        for size in SIZES {
            let plain = terminal(&state, &plain(), size);
            for name in Theme::names() {
                let theme = Theme::built_in(name).unwrap();
                let themed = terminal(&state, &Look { theme, charset: Charset::Unicode }, size);
                let cells = themed.backend().buffer().content.iter().zip(&plain.backend().buffer().content);
                let styles: Vec<Style> = theme.styles().into_iter().map(|(_, style)| style).collect();
                let modifiers = styles.iter().fold(Modifier::empty(), |all, style| all | style.add_modifier);
                for (cell, plain) in cells {
                    assert_eq!(cell.symbol(), plain.symbol(), "{scene} in {name} at {size:?}");
                    let has = |colour, of: fn(&Style) -> Option<Color>| {
                        colour == Color::Reset || styles.iter().any(|style| of(style) == Some(colour))
                    };
                    assert!(has(cell.fg, |style| style.fg), "{:?} in {scene} in {name}", cell.fg);
                    assert!(has(cell.bg, |style| style.bg), "{:?} in {scene} in {name}", cell.bg);
                    assert!(modifiers.contains(cell.modifier), "{:?} in {scene} in {name}", cell.modifier);
                }
            }
        }
    }
}
