//! The most urgent invitations on screens of all sizes.

use super::*;

/// Returns the row of the selected item.
fn selected_row(text: &str) -> &str {
    text.lines().find(|line| line.starts_with('▸')).unwrap_or_else(|| panic!("nothing is selected\n{text}"))
}

#[test]
fn a_busy_desk_fits_every_screen() {
    let mut state = desk(30);
    state.marked.insert(id(1));
    state.incoming.select(id(4));
    for size in [(20, 5), (40, 12), (80, 3), (80, 24), (120, 40), (160, 50)] {
        assert_snapshot(format!("desk-{}x{}", size.0, size.1), screen(&state, &plain(), size));
    }
}

#[test]
fn nothing_is_cut_beside_blank_columns() {
    let mut state = desk(5);
    state.incoming.select(id(0));
    for width in 93..=220 {
        let text = screen(&state, &plain(), (width, 40));
        for whole in ["Magnus Moreau", "Access to the share", "Headset is dead · Hello, is anybody there?"] {
            assert!(text.contains(whole), "{whole} at {width}\n{text}");
        }
        let has_addresses = (118..150).contains(&width) || width >= 196;
        assert!(!has_addresses || text.contains("  front.desk@contoso.com"), "{width}\n{text}");
        assert!(!text.contains("  sip:"), "{text}");
    }
}

#[test]
fn the_details_are_below_the_list_up_to_150_columns() {
    let state = desk(3);
    for (width, beside) in [(120, false), (149, false), (150, true)] {
        assert_eq!(screen(&state, &plain(), (width, 40)).contains("│── "), beside, "{width}");
    }
}

#[test]
fn what_presses_has_a_sign_and_comes_first_whatever_is_selected() {
    let mut state = desk(30);
    for size in [(40, 12), (80, 24), (120, 40)] {
        state.incoming.select(id(2));
        let text = screen(&state, &plain(), size);
        assert!(selected_row(&text).starts_with("▸! "), "{text}");
        assert!(text.contains(" EMERGENCY · Headset"), "{text}");
        state.marked.insert(id(2));
        assert!(selected_row(&screen(&state, &plain(), size)).starts_with("▸✓!"));
        state.marked.clear();
        state.incoming.select(id(0));
        let text = screen(&state, &plain(), size);
        let row = text.lines().position(|line| line.starts_with("!  0:06* ")).unwrap();
        let first = text.lines().position(|line| line.starts_with('▸')).unwrap();
        assert!(row < first, "{text}");
        assert!(selected_row(&text).contains(" 0:04! "), "{text}");
        state.incoming.select(id(6));
        let text = screen(&state, &plain(), size);
        assert!(selected_row(&text).starts_with("▸! 0:10* "), "{text}");
        assert!(text.contains(" urgent · "), "{text}");
    }
}

#[test]
fn the_last_line_sums_up_what_is_not_on_the_screen() {
    let mut state = desk(30);
    state.incoming.select(id(0));
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains(" ▼ 20 more · 3 urgent · next 0:14"), "{text}");
    state.incoming.select_at(29);
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains(" ▲ 20 more · 1 emergency · 2 urgent · next 0:04"), "{text}");
    state.incoming.select_at(15);
    let text = screen(&state, &plain(), (40, 12));
    assert!(text.contains(" ▲ 13 ▼ 13 more · 1 emergency"), "{text}");
    let scrollbars = |size| screen(&state, &plain(), size).matches('┃').count();
    assert_eq!((scrollbars((80, 24)) > 0, scrollbars((40, 12))), (true, 0));
}

#[test]
fn a_small_screen_is_for_the_list() {
    for (count, rows, summary) in [(5, 5, false), (6, 4, true)] {
        let state = desk(count);
        let text = screen(&state, &plain(), (40, 12));
        let is_row = |line: &&str| line.contains(" 0:0") && !line.contains('▼');
        assert_eq!(text.lines().filter(is_row).count(), rows, "{text}");
        assert_eq!(text.contains(" ▼ 2 more"), summary, "{text}");
        for key in ["a accept", "d decline", "D now", "? help"] {
            assert!(text.contains(key), "{key}\n{text}");
        }
    }
    let mut state = desk(30);
    state.incoming.select(id(2));
    for size in [(20, 5), (80, 3)] {
        let text = screen(&state, &plain(), size);
        assert!(selected_row(&text).starts_with("▸! 0:06* ") && text.contains("a accept"), "{text}");
    }
}

#[test]
fn a_notice_on_a_small_screen_covers_no_row_that_can_be_answered() {
    let mut state = desk(5);
    state.incoming.select_at(4);
    let text = "Magnus Moreau hung up".into();
    let valid_while = Condition::Always;
    state.notice = Some(Notice { text, tone: Tone::Info, until: in_seconds(4), valid_while });
    let text = screen(&state, &plain(), (40, 12));
    assert!(text.contains("Magnus Moreau hung up") && text.contains('▸'), "{text}");
    state.size = (40, 12);
    assert!(
        viewport(&state, &plain()).invitations.contains(&state.incoming.selected().unwrap().invitation.id)
    );
}

#[test]
fn a_bar_shows_how_much_of_the_time_is_left() {
    let mut state = quiet();
    let mut one = invitation(1, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.com"));
    one.arrived = NOW;
    one.deadline = in_seconds(16);
    state.incoming.upsert(entry(one, Phase::Ringing));
    for (seconds, bar) in
        [(0, "0:16 ▮▮▮▮▮▮▮▮"), (8, "0:08 ▮▮▮▮▯▯▯▯"), (15, "0:01 ▮▯▯▯▯▯▯▯"), (16, "due ▯▯▯▯▯▯▯▯")]
    {
        state.now.moment = in_seconds(seconds);
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains(&format!(" {bar} ─|")), "{bar}\n{text}");
    }
}

#[test]
fn the_history_tells_what_it_was_about_and_how_long_it_rang() {
    let mut state = quiet();
    state.tab = Tab::History;
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    one.subject = "The printer is on fire".into();
    let rang = Some(std::time::Duration::from_millis(27_600));
    let past = PastInvitation::new(1, one, Outcome::Missed, state.now.wall);
    state.history.upsert(PastInvitation { rang, ..past });
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("! missed after 0:28 · The printer is on fire"), "{text}");
}

#[test]
fn where_one_row_fits_the_most_urgent_invitation_is_shown_with_its_time_beside_the_selected_one() {
    let mut state = desk(30);
    for size in [(20, 5), (20, 4), (80, 3), (80, 4)] {
        state.incoming.select(id(2));
        let text = screen(&state, &plain(), size);
        assert!(selected_row(&text).contains(" 0:06* "), "{text}");
        assert_eq!(text.matches("0:06").count(), 1, "it is selected: {text}");
        assert!(text.lines().last().unwrap().contains("a accept"), "{text}");
        state.incoming.select(id(4));
        let text = screen(&state, &plain(), size);
        assert!(selected_row(&text).contains(" 0:08* "), "what a key acts on: {text}");
        assert!(text.contains("! 0:06"), "what presses most: {text}");
        assert!(text.lines().last().unwrap().contains("a accept"), "{text}");
    }
    let text = screen(&state, &plain(), (80, 24));
    assert!(!text.contains("! 0:06 "), "there it has a row: {text}");
}

#[test]
fn a_still_screen_has_no_bar() {
    let mut state = desk(1);
    assert!(screen(&state, &plain(), (80, 24)).contains('▮'));
    state.settings.still = true;
    let text = screen(&state, &plain(), (80, 24));
    assert!(!text.contains('▮') && !text.contains('▯') && text.contains("0:04"), "{text}");
}
