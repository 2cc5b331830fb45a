//! The dialogs.

use super::*;

#[test]
fn the_reasons_are_explained() {
    let mut state = busy();
    state.mode = Mode::Decline(decline(Reason::ALL.to_vec(), ""));
    snapshot("reasons", &state);
    state.mode = Mode::Decline(decline(vec![], "zebra"));
    assert_snapshot("reasons-none-40x12", screen(&state, &plain(), (40, 12)));
    let mut last = decline(Reason::ALL.to_vec(), "");
    last.picker.highlighted = Reason::ALL.len() - 1;
    last.targets = vec![id(1), id(3)].into();
    state.mode = Mode::Decline(last);
    assert_snapshot("reasons-last-40x12", screen(&state, &plain(), (40, 12)));
}

#[test]
fn the_palette_has_every_action_and_its_keys() {
    let mut state = busy();
    state.mode = palette(&state);
    snapshot("palette", &state);
}

#[test]
fn a_prompt_shows_what_is_written_and_what_is_wrong_with_it() {
    let mut state = on(Tab::Conversations);
    state.mode = prompt(Purpose::Message(conversation_id(1)), "日本語 on my way", None);
    assert_snapshot("prompt-message-80x24", screen(&state, &plain(), (80, 24)));
    let mut state = busy();
    state.incoming.set_filter("joe", &[]);
    state.mode = prompt(Purpose::Filter, "joe", None);
    snapshot("prompt-filter", &state);
}

#[test]
fn the_cursor_stands_behind_what_was_typed_however_wide_it_is() {
    let mut state = busy();
    let cases = [("", 9), ("ab", 11), ("日本", 13), ("a\u{202e}b", 12)];
    for (typed, column) in cases {
        state.mode = prompt(Purpose::Filter, typed, None);
        terminal(&state, &plain(), (80, 24)).backend_mut().assert_cursor_position((column, 22));
    }
    state.mode = prompt(Purpose::Filter, &"x".repeat(200), None);
    terminal(&state, &plain(), (80, 24)).backend_mut().assert_cursor_position((78, 22));
}

#[test]
fn the_help_has_every_key() {
    let mut state = busy();
    state.mode = Mode::Help(Help::default());
    snapshot("help", &state);
    state.mode = Mode::Help(Help { scrolled: u16::MAX, ..Help::default() });
    assert_snapshot("help-end-80x24", screen(&state, &plain(), (80, 24)));
}

#[test]
fn every_action_can_be_found_in_the_help_by_its_name_description_and_key() {
    let state = busy();
    for action in Action::all() {
        let keys = crate::ui::words::keys(&state.settings.keys, action);
        let key = keys.split(", ").next().unwrap_or_default();
        for typed in [action.name(), action.description(), key] {
            let mut state = busy();
            state.mode = Mode::Help(Help { input: Input::new(typed.into()), scrolled: 0 });
            let text = screen(&state, &plain(), (80, 24));
            assert!(!text.contains("no matches"), "{typed}\n{text}");
        }
    }
}

#[test]
fn the_help_begins_with_what_matters_on_the_list_in_front_and_is_searched() {
    for (tab, heading) in [
        (Tab::Incoming, "Answering"),
        (Tab::Outgoing, "Conversations"),
        (Tab::Conversations, "Conversations"),
        (Tab::History, "Lists"),
    ] {
        let mut state = on(tab);
        state.mode = Mode::Help(Help::default());
        for size in [(80, 24), (40, 12)] {
            let text = screen(&state, &plain(), size);
            assert!(text.lines().nth(2).unwrap().contains(heading), "{text}");
        }
    }
    let mut state = busy();
    for (typed, found) in [("mark", "mark, to answer several"), ("LOBBY", "admit"), ("zebra", "no matches")] {
        state.mode = Mode::Help(Help { input: Input::new(typed.into()), scrolled: 0 });
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains(found) && !text.contains("suspend"), "{text}");
    }
    assert_snapshot("help-searched-80x24", {
        state.mode = Mode::Help(Help { input: Input::new("decline".into()), scrolled: 0 });
        screen(&state, &plain(), (80, 24))
    });
}

#[test]
fn the_palette_is_as_long_as_what_matches_and_leaves_its_target_in_sight() {
    let mut state = busy();
    for (selected, name) in [(1, "Lene Aaling"), (3, "Анна ")] {
        state.incoming.select_at(selected);
        for size in [(80, 24), (120, 40), (40, 20)] {
            state.mode = palette(&state);
            let text = screen(&state, &plain(), size);
            let row = text.lines().find(|line| line.starts_with('▸'));
            assert!(row.is_some_and(|row| row.contains(name)), "{text}");
        }
    }
    let sorting = Palette { picker: picker(vec![Action::Sort], "sort"), focus: state.focus() };
    state.mode = Mode::Palette(sorting);
    assert_snapshot("palette-one-80x24", screen(&state, &plain(), (80, 24)));
}

#[test]
fn the_palette_says_why_something_is_not_possible_before_it_is_chosen() {
    let mut state = on(Tab::History);
    state.mode = palette(&state);
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("× This works on invitations only; press 1 for the incoming ones"), "{text}");
    assert_snapshot("palette-history-80x24", text);
}

#[test]
fn a_rejection_is_explained_and_shows_where_later_notifications_go() {
    let mut state = with_bot();
    state.mode = Mode::Reject(reject("", None));
    snapshot("rejections", &state);
    let mut many = reject("", Some("https://bot.contoso.com/a/path/that/goes/on/and/on/calls"));
    many.targets.ids.push(call_id(2));
    state.mode = Mode::Reject(many);
    snapshot("rejections-callback", &state);
    let declining = decline(Reason::ALL.to_vec(), "");
    state.mode =
        Mode::Decline(Decline { targets: vec![id(4)].into(), calls: vec![call_id(1)].into(), ..declining });
    snapshot("reasons-then-calls", &state);
}

#[test]
fn a_call_is_redirected_and_its_address_named_in_a_line() {
    let mut state = with_bot();
    state.mode = prompt(Purpose::Redirect(call_id(1)), "", None);
    snapshot("prompt-redirect", &state);
    state.mode = prompt(Purpose::Redirect(call_id(1)), "425", Some("A phone number starts with +"));
    assert_snapshot("prompt-redirect-wrong-40x12", screen(&state, &plain(), (40, 12)));
    state.mode = callback("https://bot");
    snapshot("prompt-callback", &state);
}

#[test]
fn a_confirmation_names_those_that_are_not_in_sight() {
    let mut state = busy();
    state.mode = Mode::Confirm(confirm(Answer::Accept, &[1, 2, 3], &[2, 3]));
    snapshot("confirm", &state);
    let mut state = many();
    state.mode = Mode::Confirm(confirm(Answer::DeclineNow, &[0, 50, 51], &[50]));
    assert!(screen(&state, &plain(), (40, 12)).contains("N50."));
    let all: Vec<u64> = (0..50).collect();
    let mut long = confirm(Answer::Decline, &all, &all);
    state.mode = Mode::Confirm(long.clone());
    assert!(screen(&state, &plain(), (80, 24)).contains("30 more below"));
    long.scrolled = u16::MAX;
    state.mode = Mode::Confirm(long);
    assert!(screen(&state, &plain(), (80, 24)).contains("N49."));
}

#[test]
fn a_confirmation_counts_what_is_not_in_sight() {
    let mut state = many();
    for (targets, unseen, words) in [
        (vec![1], vec![1], "Not visible on the screen:"),
        (vec![1, 2], vec![1, 2], "None of them is visible on the screen:"),
        (vec![1, 2], vec![2], "1 of them is not visible on the screen:"),
        (vec![1, 2, 3], vec![2, 3], "2 of them are not visible on the screen:"),
        (vec![1, 2], vec![], "All remaining invitations are visible."),
    ] {
        state.mode = Mode::Confirm(confirm(Answer::Accept, &targets, &unseen));
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn the_text_in_a_dialog_has_the_colour_of_text_and_not_of_its_border() {
    let theme = Theme::built_in("dark").unwrap();
    let mut state = quiet();
    state.mode = Mode::Help(Help::default());
    let terminal = terminal(&state, &Look { theme, charset: Charset::Unicode }, (80, 24));
    let buffer = terminal.backend().buffer();
    let colour = |text: &str| {
        let symbols: Vec<&str> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        let letters: Vec<String> = text.chars().map(String::from).collect();
        let place = symbols.windows(letters.len()).position(|part| part == letters).unwrap();
        Some(buffer.content[place].fg)
    };
    assert_eq!(colour("reconnect"), theme.text.fg);
    assert_eq!(colour("┌─"), theme.accent.fg);
    assert_ne!(theme.text.fg, theme.accent.fg);
}

#[test]
fn typing_takes_the_headings_and_the_digits_from_a_list_of_reasons() {
    for (typed, has_headings) in [("", true), ("o", false)] {
        let mut state = busy();
        state.mode = Mode::Decline(decline(Reason::ALL.to_vec(), typed));
        let text = screen(&state, &plain(), (120, 40));
        assert_eq!(text.contains("Technical reasons"), has_headings, "{text}");
        let digit = format!("1 {}", Reason::ALL[0].label());
        assert_eq!(text.contains(&digit), has_headings, "{text}");
    }
}
