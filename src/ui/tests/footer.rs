//! The footer.

use super::*;

#[test]
fn the_footer_offers_what_the_links_allow_and_always_help_and_quit() {
    let mut state = busy();
    for (number, offers) in [(1, "accept"), (2, "decline")] {
        state.incoming.select(id(number));
        for size in SIZES {
            let text = screen(&state, &plain(), size);
            let footer = text.lines().last().unwrap();
            assert!(footer.contains("? help"), "{footer}");
            assert!(footer.contains("q quit") || size.0 < 60, "{footer}");
            assert!(footer.contains(offers), "{footer}");
            assert_eq!(footer.contains("accept"), number == 1, "{footer}");
        }
    }
    state
        .incoming
        .change(id(2), |entry| std::sync::Arc::make_mut(&mut entry.invitation).offers = Offers::default());
    assert!(!screen(&state, &plain(), (160, 50)).lines().last().unwrap().contains("decline"));
}

#[test]
fn the_footer_follows_the_key_map() {
    let mut state = busy();
    let key: Key = "F5".parse().unwrap();
    state.settings.keys = KeyMap::with_overrides(&[(Action::Accept, vec![key])]).unwrap();
    assert!(screen(&state, &plain(), (80, 24)).contains("F5 accept"));
}

#[test]
fn how_many_are_marked_is_in_sight_on_every_list_at_every_size() {
    let mut state = busy();
    state.marked = [id(1), id(3)].into();
    for size in [(20, 5), (40, 12), (80, 24), (160, 50)] {
        for tab in Tab::ALL {
            state.tab = tab;
            let footer = screen(&state, &plain(), size).lines().last().unwrap().to_owned();
            assert!(footer.contains("2 marked") || footer.contains("2✓"), "{footer}");
            assert!(footer.contains("q quit") || size.0 < 60, "{footer}");
        }
    }
    state.tab = Tab::Incoming;
    state.incoming.set_filter("lene", &[]);
    assert!(screen(&state, &plain(), (80, 24)).contains("2 marked, 1 hidden"));
    assert!(screen(&state, &plain(), (40, 12)).contains("2✓ 1 hidden"));
}

#[test]
fn the_keys_that_answer_the_marked_say_how_many_of_them_they_answer_and_escape_unmarks() {
    let mut state = busy();
    state.marked = [id(1), id(2), id(3)].into();
    let footer = |state: &State, size| screen(state, &plain(), size).lines().last().unwrap().to_owned();
    let text = footer(&state, (120, 40));
    let words = " 3 marked  a accept 2  d decline 3…  D decline 3 here only  Esc unmark  ";
    assert!(text.starts_with(words), "the phone call can't be accepted: {text}");
    let text = footer(&state, (80, 24));
    assert!(text.starts_with(" 3 marked  a accept 2  d decline 3…  D decline 3  Esc unmark "), "{text}");
    let text = footer(&state, (40, 12));
    assert!(text.starts_with(" 3✓  a accept  d decline  D now "), "{text}");
    state.details = Details::FULL;
    assert!(!footer(&state, (120, 40)).contains("unmark"), "there it leaves the details");
    state.details = Details::Beside;
    state.tab = Tab::History;
    let text = footer(&state, (120, 40));
    assert!(text.contains("3 marked") && !text.contains("accept") && !text.contains("unmark"), "{text}");
}
