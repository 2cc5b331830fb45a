//! The header, and the frame as a whole.

use super::*;

#[test]
fn nothing_on_the_screen_stands_still_while_the_clock_goes_on() {
    let mut state = quiet();
    assert!(!state.needs_tick());
    let before = screen(&state, &plain(), (80, 24));
    state.now.wall = state.now.wall.checked_add(jiff::Span::new().minutes(75)).unwrap();
    assert_eq!(screen(&state, &plain(), (80, 24)), before);
}

#[test]
fn who_leaves_is_told_so_and_how_to_hurry() {
    let mut state = busy();
    state.mode = Mode::Help(Help::default());
    state.quit();
    for size in SIZES {
        let screen = screen(&state, &plain(), size);
        let last = screen.lines().last().unwrap_or_default();
        assert!(last.starts_with(" Signing out…  q quit now"), "{screen}");
        assert!(screen.contains("Lene Aaling"), "what was open is put away: {screen}");
    }
}

#[test]
fn the_header_says_what_the_connection_does_and_what_to_do() {
    snapshot("retrying", &with_status(retrying()));
    snapshot("stopped", &with_status(stopped()));
    snapshot("replaced", &with_status(Status::Replaced));
}

#[test]
fn each_of_several_accounts_has_its_line() {
    let mut state = with_status(online());
    let other = |label: &str, status| Account { label: label.into(), status, ..Account::default() };
    state.accounts.extend([other("fabrikam", retrying()), other("northwind", Status::Replaced)]);
    state.settings.demo = true;
    snapshot("accounts", &state);
}

/// Returns accounts with these names and states.
fn named(accounts: &[(&str, Status)]) -> Vec<Account> {
    let account = |(label, status): &(&str, Status)| Account {
        label: (*label).into(),
        is_named: true,
        status: status.clone(),
        me: Some(party("Tosh Meston", "sip:tosh@contoso.com")),
        ..Account::default()
    };
    accounts.iter().map(account).collect()
}

#[test]
fn none_of_four_accounts_is_lost_on_any_screen() {
    let long = ["work", "home", "Northwind Traders Intl", "help desk of Fabrikam"];
    let states = [
        ("online", [online(), online(), online(), online()]),
        ("one-offline", [online(), online(), retrying(), online()]),
        ("all-offline", [retrying(), stopped(), Status::Replaced, Status::Connecting("signing in")]),
    ];
    for (name, states) in states {
        for size in SIZES {
            let accounts: Vec<_> = long.into_iter().zip(states.clone()).collect();
            let mut state = with_status(online());
            state.accounts = named(&accounts);
            let text = screen(&state, &plain(), size);
            let header: Vec<&str> = text.lines().take_while(|line| !line.starts_with(['─', '┌'])).collect();
            let header = header.join("\n");
            for account in long {
                let start: String = account.chars().take(4).collect();
                let is_counted = header.contains("offline: ") || header.contains(" +");
                assert!(header.contains(&start) || is_counted || size.1 <= 12, "{account}\n{text}");
            }
            assert_snapshot(format!("four-{name}-{}x{}", size.0, size.1), header);
        }
    }
}

#[test]
fn two_accounts_are_told_apart_in_few_lines() {
    let mut state = with_bot();
    for (name, status) in [
        ("connecting", Status::Connecting("waiting for the relay")),
        ("retrying", retrying()),
        ("stopped", stopped()),
    ] {
        state.accounts[1].status = status;
        for size in SIZES {
            let text = screen(&state, &plain(), size);
            let header: Vec<&str> = text.lines().take_while(|line| !line.starts_with(['─', '┌'])).collect();
            assert!(header.len() <= 3 && header[0].ends_with(" online |"), "{text}");
            assert!(header.iter().any(|line| line.contains("● tosh@contoso.com")), "{text}");
            assert!(header.iter().any(|line| line.contains(name)), "{text}");
            assert_snapshot(format!("two-{name}-{}x{}", size.0, size.1), header.join("\n"));
        }
    }
}

#[test]
fn the_header_never_takes_more_than_a_third_whatever_the_accounts_do() {
    let states = [online(), retrying(), stopped(), Status::Replaced, Status::Idle];
    for accounts in 0..7 {
        let mut state = quiet();
        state.accounts = states.iter().cycle().take(accounts).cloned().map(account).collect();
        for width in (1..100).step_by(7) {
            for height in 1..30 {
                let text = screen(&state, &plain(), (width, height));
                let is_above = |line: &&str| !line.starts_with('─') && !line.contains('┤');
                let header = text.lines().take_while(is_above).count();
                assert!(width < 8 || height < 5 || header <= usize::from(height / 3).max(1), "{text}");
            }
        }
    }
}

#[test]
fn a_new_invitation_is_announced_while_another_list_is_in_front() {
    let mut state = on(Tab::Conversations);
    state.newcomers = vec![id(1)];
    for (size, words) in [
        ((80, 24), "! New: IM from Lene Aaling, 0:13 · 1 shows it"),
        ((40, 12), "! New: IM from Lene Aaling, 0:13 · 1 "),
    ] {
        state.size = size;
        let text = screen(&state, &plain(), size);
        assert!(text.contains(words), "{text}");
    }
    let look = Look::default();
    let buffer = terminal(&state, &look, (80, 24)).backend().buffer().clone();
    let bold = buffer.content.iter().filter(|cell| cell.modifier.contains(Modifier::BOLD));
    let bold: String = bold.map(ratatui::buffer::Cell::symbol).collect();
    assert!(bold.contains("Incoming 4"), "{bold}");
    // The most urgent one is named, above a notice and beside a dialog.
    state.newcomers = vec![id(1), id(2), id(3)];
    state.notify("Copied sip:lenea@contoso.com", Tone::Info);
    state.mode = prompt(Purpose::Message(conversation_id(1)), "on my way", None);
    for size in [(80, 24), (40, 12)] {
        state.size = size;
        assert_snapshot(format!("newcomers-{}x{}", size.0, size.1), screen(&state, &plain(), size));
    }
    for size in [(20, 5), (80, 7)] {
        state.size = size;
        screen(&state, &plain(), size);
    }
}

#[test]
fn a_filter_stands_in_the_title_with_the_number_of_what_it_shows() {
    let mut state = many();
    state.incoming.set_filter("n1", &[]);
    for (size, title) in
        [((120, 40), "┤ Incoming 11 of 100  /n1 ├"), ((40, 12), "In 11/100 /n1"), ((20, 5), "In 11/100")]
    {
        let text = screen(&state, &plain(), size);
        assert!(text.contains(title), "{text}");
    }
    state.incoming.set_filter(&"日本語".repeat(20), &[]);
    let text = screen(&state, &plain(), (120, 40));
    assert!(text.contains("Incoming 0 of 100  /日本語") && text.contains("… ├"), "{text}");
    state.incoming.set_filter("", &[]);
    let text = screen(&state, &plain(), (120, 40));
    assert!(text.contains("Incoming 100 ├"), "{text}");
}
