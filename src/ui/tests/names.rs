//! Names and addresses from elsewhere.

use super::*;

/// Returns a person whose name has a Cyrillic letter among Latin ones.
fn mixed() -> Party {
    party("p\u{0430}ypal", "sip:paypal@evil.example")
}

#[test]
fn strange_names_keep_the_columns() {
    snapshot("names", &strange_names());
}

#[test]
fn a_name_of_mixed_scripts_is_flagged_whatever_part_somebody_has() {
    type Change = fn(&mut Invitation);
    let parts: [(&str, Change); 6] = [
        ("from", |it| it.from = mixed()),
        ("address", |it| it.from.uri = "sip:p\u{0430}ypal@contoso.com".into()),
        ("to", |it| it.to = Some(mixed())),
        ("way", |it| it.routes = vec![format!("forwarded by {}", mixed().full()).as_str().into()]),
        ("accepted by", |it| it.accepted_by = Some(mixed())),
        ("invited", |it| {
            it.direction = Direction::Outgoing;
            it.to = Some(mixed());
        }),
    ];
    for (part, change) in parts {
        for mut state in ringing_and_past(change, Outcome::AnsweredElsewhere) {
            for size in SIZES {
                let row = screen(&state, &plain(), size);
                assert!(row.contains("mixed"), "{part} at {size:?}\n{row}");
            }
            state.details = Details::FULL;
            let details = screen(&state, &plain(), (160, 50));
            assert_eq!(details.matches("warning").count(), 1, "{part}\n{details}");
        }
    }
    let [ringing, past] = ringing_and_past(|_| {}, Outcome::Missed);
    for state in [ringing, past] {
        assert!(!screen(&state, &plain(), (160, 50)).contains("mixed"));
    }
}

#[test]
fn the_warning_stands_below_whom_it_is_about() {
    for mut state in ringing_and_past(|it| it.from = mixed(), Outcome::Missed) {
        state.details = Details::FULL;
        let text = screen(&state, &plain(), (120, 24));
        let line = |label: &str| text.lines().position(|line| line.trim_start().starts_with(label));
        assert_eq!(line("warning"), line("from").map(|from| from + 1), "{text}");
    }
}

#[test]
fn the_users_own_name_is_not_warned_of() {
    let change = |it: &mut Invitation| {
        it.direction = Direction::Outgoing;
        it.to = Some(std::mem::replace(&mut it.from, mixed()));
    };
    for state in ringing_and_past(change, Outcome::Joined) {
        assert!(!screen(&state, &plain(), (160, 50)).contains("mixed"));
    }
}

#[test]
fn everybody_in_a_conversation_is_looked_at_for_mixed_scripts() {
    let mut state = quiet();
    state.tab = Tab::Conversations;
    let participants = vec![party("Lene Aaling", "sip:lenea@contoso.com"), mixed()];
    state.conversations.upsert(Conversation { participants, ..Conversation::new(conversation_id(1)) });
    for size in SIZES {
        let row = screen(&state, &plain(), size);
        assert!(row.contains("mixed scripts"), "{size:?}\n{row}");
    }
    state.details = Details::FULL;
    let text = screen(&state, &plain(), (80, 24));
    assert_eq!(text.matches("warning").count(), 1, "{text}");
    assert!(text.find("warning") > text.find("p\u{0430}ypal"), "{text}");
}

#[test]
fn a_name_that_looks_blank_is_no_name() {
    let blank = party("\u{2800}\u{3164} \u{200B}\u{1D159}", "sip:somebody@contoso.com");
    for state in ringing_and_past(|it| it.from = blank.clone(), Outcome::Missed) {
        let text = screen(&state, &plain(), (120, 24));
        assert!(text.contains("somebody@contoso.com") && text.contains("no name"), "{text}");
        assert!(text.contains("Phone call from sip:somebody@contoso.com"), "{text}");
    }
}

#[test]
fn text_from_elsewhere_stays_out_of_the_last_column() {
    let mut states = vec![strange_names(), on(Tab::Conversations), on(Tab::History), on(Tab::Outgoing)];
    states.extend([with_status(retrying()), with_bot()]);
    for state in states {
        for width in 20..130_u16 {
            let terminal = terminal(&state, &plain(), (width, 24));
            let buffer = terminal.backend().buffer();
            for y in 0..24 {
                let symbol = buffer[(width - 1, y)].symbol();
                assert!(
                    matches!(symbol, " " | "─" | "├" | "t" | "p" | "┃"),
                    "{symbol:?} at the end of row {y} of {width}"
                );
            }
        }
    }
}

#[test]
fn a_shortened_address_does_not_look_like_a_real_one_in_ascii() {
    let mut state = quiet();
    let who = party("", "sip:somebody.with.a.long.name@contoso.com.example");
    state.incoming.upsert(entry(invitation(1, Kind::Message, who), Phase::Ringing));
    let look = Look { theme: Theme::NONE, charset: Charset::Ascii };
    let text = screen(&state, &look, (40, 12));
    assert!(text.contains("somebody.with~o.com.example"), "{text}");
}
