//! The rows of the lists.

use super::*;

#[test]
fn several_ring() {
    snapshot("ringing", &busy());
}

#[test]
fn an_empty_list_explains_itself() {
    snapshot("empty", &quiet());
    let mut state = quiet();
    state.accounts = vec![account(Status::Connecting("discovering"))];
    assert_snapshot("empty-connecting-80x24", screen(&state, &plain(), (80, 24)));
    for tab in Tab::ALL {
        state.tab = tab;
        assert!(screen(&state, &plain(), (80, 24)).contains('.'), "{tab:?} has nothing to say");
    }
}

#[test]
fn an_empty_list_says_what_is_wrong_with_the_connection_and_what_to_do_next() {
    // The status, and what the body says besides the problem.
    let cases = [
        ("offline-retrying", retrying(), ["check the network", "r retries now, or wait 4 s"]),
        ("offline-stopped", stopped(), ["get a new one with `rsvp login`", "r retries"]),
        ("offline-replaced", Status::Replaced, ["another client", "r takes over"]),
    ];
    for (name, status, words) in cases {
        let mut state = quiet();
        state.accounts = vec![account(status)];
        for size in [(80, 24), (40, 12)] {
            let text = screen(&state, &plain(), size);
            if size.0 == 80 {
                assert!(words.iter().all(|words| text.contains(words)), "{text}");
            }
            assert_snapshot(format!("{name}-{}x{}", size.0, size.1), text);
        }
        state.tab = Tab::History;
        assert!(!screen(&state, &plain(), (80, 24)).contains("retries now"), "the history needs no server");
    }
    let mut one_of_two = with_bot();
    one_of_two.incoming = crate::app::List::default();
    one_of_two.accounts[1].status = retrying();
    let text = screen(&one_of_two, &plain(), (80, 24));
    assert!(text.contains("No one is calling") && text.contains("bot 2891555a is offline"), "{text}");
}

#[test]
fn each_list_has_its_columns() {
    snapshot("outgoing", &on(Tab::Outgoing));
    snapshot("conversations", &on(Tab::Conversations));
    snapshot("history", &on(Tab::History));
}

#[test]
fn a_call_that_the_bot_took_is_a_conversation_that_can_be_hung_up() {
    let mut state = with_bot();
    state.tab = Tab::Conversations;
    state.conversations.select_at(1);
    snapshot("on-the-line", &state);
}

#[test]
fn what_is_answered_or_over_says_how() {
    let mut state = quiet();
    let phases = [
        answering(Decision::Accept, Progress::Sending),
        answering(Decision::Decline(Reason::Local), Progress::Sent),
        answering(Decision::Accept, Progress::Unknown),
        over(Outcome::CallerGaveUp),
        over(Outcome::Accepted),
        over(Outcome::Failed("the server is busy".into())),
        Phase::Ringing,
    ];
    for (number, phase) in (1..).zip(phases) {
        let mut invitation = invitation(number, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.com"));
        invitation.message = "Hi Tosh".into();
        if phase == Phase::Ringing {
            invitation.deadline = NOW;
        }
        state.incoming.upsert(entry(invitation, phase));
    }
    state.marked.insert(id(7));
    state.incoming.select(id(3));
    state.incoming.set_sort(Sort::Deadline);
    state.notice = Some(Notice {
        text: "the reply was lost; its outcome will show".into(),
        tone: Tone::Problem,
        until: in_seconds(5),
        valid_while: Condition::Always,
    });
    snapshot("phases", &state);
}

#[test]
fn who_answered_in_somebodys_stead_is_shown_with_the_end() {
    let kim = |it: &mut Invitation| it.accepted_by = Some(party("Kim Akers", "sip:kim@contoso.com"));
    for mut state in ringing_and_past(kim, Outcome::AnsweredElsewhere) {
        assert!(screen(&state, &plain(), (120, 24)).contains("> answered by Kim Akers"));
        state.details = Details::FULL;
        assert!(screen(&state, &plain(), (80, 24)).contains("> answered by Kim Akers"));
    }
    for state in ringing_and_past(kim, Outcome::Missed) {
        assert!(!screen(&state, &plain(), (160, 50)).contains("Kim"), "nobody answered it");
    }
}

#[test]
fn what_ended_on_another_day_has_its_date_and_what_ended_today_its_time() {
    let mut state = quiet();
    state.tab = Tab::History;
    let today = state.now.wall;
    let month_ago = today.checked_sub(jiff::Span::new().months(1)).unwrap();
    for (number, at) in [(1, today), (2, today.date().yesterday().unwrap().at(23, 59, 0, 0)), (3, month_ago)]
    {
        let invitation = invitation(number, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
        state.history.upsert(PastInvitation::new(number, invitation, Outcome::Missed, at));
    }
    let text = screen(&state, &plain(), (80, 24));
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("! missed")).collect();
    assert!(rows[0].contains("Oct 21"), "the latest entry first: {text}");
    assert!(rows[1].contains("Nov 20") && !rows[1].contains("23:59"), "{text}");
    assert!(rows[2].contains("14:02") && !rows[2].contains("Nov"), "{text}");
}

#[test]
fn a_time_that_is_not_known_exactly_is_shown_as_the_latest_possible_one() {
    let mut state = quiet();
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    one.certainty = Certainty::AtMost;
    state.incoming.upsert(entry(one, Phase::Ringing));
    let text = screen(&state, &plain(), (120, 24));
    assert!(text.contains("≤0:13 left, until 14:02:23 at the latest (start time unknown)"), "{text}");
    state.accounts = vec![account(retrying())];
    let text = screen(&state, &plain(), (120, 24));
    assert!(text.contains("~0:13 left, until") && !text.contains('≤'), "{text}");
}

#[test]
fn no_time_is_up_before_it_is() {
    let mut state = quiet();
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    for (milliseconds, shown) in [(60_001, " 1:01 "), (1_000, " 0:01!"), (1, " 0:01!"), (0, " due!")] {
        one.deadline = NOW.after(std::time::Duration::from_millis(milliseconds));
        state.incoming.upsert(entry(one.clone(), Phase::Ringing));
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.lines().any(|line| line.starts_with('▸') && line.contains(shown)), "{shown}\n{text}");
    }
}

#[test]
fn a_list_that_the_filter_empties_says_so() {
    for tab in Tab::ALL {
        let mut state = on(tab);
        state.incoming.set_filter("nobody", &[]);
        state.outgoing.set_filter("nobody", &[]);
        state.conversations.set_filter("nobody", &[]);
        state.history.set_filter("nobody", &[]);
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains("No matches for “nobody”. Esc clears the filter."), "{text}");
    }
}

#[test]
fn the_selected_entry_of_a_long_list_is_in_sight() {
    let mut state = quiet();
    for number in 0..1_000 {
        state.incoming.upsert(entry(
            invitation(number, Kind::Message, party(&format!("N{number}."), "sip:n@x")),
            Phase::Ringing,
        ));
    }
    for place in [0, 1, 500, 998, 999] {
        state.incoming.select_at(place);
        for size in SIZES {
            let text = screen(&state, &plain(), size);
            assert!(text.contains(&format!("N{place}.")), "{place} at {size:?}\n{text}");
        }
    }
}

#[test]
fn what_is_said_to_be_in_sight_is_drawn_and_nothing_else_is_left_out() {
    let mut state = many();
    let long = "many words that are told and need more than one line ".repeat(4);
    let told = |text: &str| Notice {
        text: text.into(),
        tone: Tone::Problem,
        until: in_seconds(5),
        valid_while: Condition::Always,
    };
    for status in [online(), retrying(), stopped()] {
        state.accounts = vec![account(status)];
        for notice in [None, Some(told("short")), Some(told(&long))] {
            state.notice = notice;
            for details in [Details::Beside, Details::FULL] {
                state.details = details;
                for place in [0, 7, 50, 99] {
                    state.incoming.select_at(place);
                    for size in [(40, 12), (80, 24), (160, 50), (80, 9), (30, 7), (20, 5), (130, 14)] {
                        state.size = size;
                        let text = screen(&state, &plain(), size);
                        let seen = viewport(&state, &plain()).invitations;
                        assert!(
                            size.1 < 7 || seen.contains(&id(place as u64)),
                            "{place} at {size:?}\n{text}"
                        );
                        for number in 0..100 {
                            let name = format!(" N{number}.");
                            if seen.contains(&id(number)) {
                                assert!(
                                    text.contains(&name) || size.0 < 30 && text.contains("▸"),
                                    "N{number} of {seen:?} at {size:?}\n{text}"
                                );
                            } else if !state.details.is_full() && size.1 >= 12 && size.0 >= 60 {
                                // In the list, not in the details of the selected one.
                                let row = |line: &str| line.get(..30).is_some_and(|row| row.contains(&name));
                                assert!(!text.lines().any(row), "N{number} at {size:?}\n{text}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_selected_row_keeps_what_presses_with_colours_and_without() {
    let mut state = busy();
    state.incoming.select(id(2));
    for (theme, urgent) in [
        ("terminal", Style::new().fg(Color::Red)),
        ("dark", Style::new().fg(Color::Rgb(0xff, 0x9a, 0x76))),
        ("light", Style::new().fg(Color::Rgb(0xa8, 0x18, 0x0f))),
        ("none", Style::new().add_modifier(Modifier::UNDERLINED)),
    ] {
        let theme = Theme::built_in(theme).unwrap();
        let look = Look { theme, charset: Charset::Unicode };
        for size in SIZES {
            let terminal = terminal(&state, &look, size);
            let buffer = terminal.backend().buffer();
            let row = (0..size.1).find(|y| buffer[(0, *y)].symbol() == "▸").unwrap();
            let due = (0..size.0 - 1).find(|x| {
                let text: String = (*x..size.0).take(4).map(|x| buffer[(x, row)].symbol()).collect();
                text == "0:04"
            });
            let style = buffer[(due.unwrap(), row)].style();
            assert!(style.patch(urgent) == style, "{style:?} tells nothing of the last seconds");
            let plain = buffer[(0, row)].style();
            assert!(plain.patch(theme.selected) == plain && plain != style, "{plain:?} is not selected");
        }
    }
}

#[test]
fn connecting_is_not_said_of_an_answer_of_which_nothing_is_known() {
    let mut state = quiet();
    let mut one = invitation(1, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.com"));
    one.stage = Stage::Connecting;
    for (phase, said) in [
        (answering(Decision::Accept, Progress::Unknown), false),
        (answering(Decision::Decline(Reason::Local), Progress::Sent), false),
        (answering(Decision::Accept, Progress::Sent), true),
    ] {
        state.incoming.upsert(entry(one.clone(), phase));
        assert_eq!(screen(&state, &plain(), (119, 24)).contains("connecting"), said);
    }
}

#[test]
fn a_conversation_shows_its_last_words_new_messages_and_gaps() {
    use crate::app::{Delivery, Post, PostKind, Thread};
    use crate::invitation::MessageText;
    use crate::provider::Ticket;
    let mut state = quiet();
    state.tab = Tab::Conversations;
    let lene = party("Lene Aaling", "sip:lene@contoso.example");
    for number in [1, 2] {
        state.conversations.upsert(Conversation {
            participants: vec![lene.clone()],
            can_invite: true,
            can_send: true,
            can_leave: true,
            ..Conversation::new(conversation_id(number))
        });
    }
    let at = state.now.wall;
    let post = |kind| Post { at, kind };
    let own = |ticket, text, delivery| {
        post(PostKind::Sent { ticket: Ticket(ticket), text: MessageText::new(text), delivery })
    };
    let hers = |text| post(PostKind::Received(lene.clone(), MessageText::new(text)));
    let posts = [
        hers("Hello\nIs anybody there?"),
        own(1, "Yes", Delivery::Delivered),
        post(PostKind::Gap),
        own(2, "What is it?", Delivery::Failed("it did not reach everyone".into())),
    ];
    state.threads.insert(conversation_id(1), Thread { posts: posts.into(), ..Thread::default() });
    let news = [hers("One"), hers("Two 日本語")];
    state.threads.insert(conversation_id(2), Thread { posts: news.into(), unread: 2, ..Thread::default() });
    snapshot("messages", &state);
}

#[test]
fn missed_invitations_are_counted_beside_the_tab_and_marked_in_the_list() {
    let mut state = quiet();
    for number in (1..=3).rev() {
        let invitation = invitation(number, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
        state.history.upsert(PastInvitation::new(number, invitation, Outcome::Missed, state.now.wall));
    }
    state.unseen = [2, 3].into();
    for (size, words) in [((160, 50), "History !2"), ((40, 12), "Hist !2")] {
        let text = screen(&state, &plain(), size);
        assert!(text.contains(words), "{text}");
    }
    state.tab = Tab::History;
    let text = screen(&state, &plain(), (80, 24));
    assert!(text.contains("History ├") && !text.contains("!2"), "{text}");
    let marked = |sign: &str| text.lines().filter(|line| line.starts_with(sign)).count();
    assert_eq!((marked("▸!"), marked("! "), marked("   1")), (1, 1, 1), "{text}");
}

#[test]
fn a_row_has_the_sign_of_its_account_only_where_there_are_several() {
    let mut state = with_bot();
    let rows = |state: &State| screen(state, &plain(), (80, 24));
    let text = rows(&state);
    let john = text.lines().find(|line| line.contains("John Doe")).unwrap();
    assert!(john.contains(" bot"), "{text}");
    let lene = text.lines().find(|line| line.contains("Lene Aaling")).unwrap();
    assert!(lene.contains("contoso · "), "{text}");
    // Names that begin with the same word are told apart by what follows.
    state.accounts[0].label = "bot of Tosh".into();
    let text = rows(&state);
    assert!(text.contains("bot of To… · "), "{text}");
    state.accounts.pop();
    assert!(!rows(&state).contains("bot of T"), "a single account needs no sign");
}

#[test]
fn an_empty_list_says_what_to_check_where_no_notification_has_ever_reached_a_bot() {
    let mut state = quiet();
    state.accounts.push(Account {
        label: "desk".into(),
        is_named: true,
        is_bot: true,
        status: online(),
        ..Account::default()
    });
    assert!(!screen(&state, &plain(), (80, 24)).contains("notification"));
    let problem = Problem::new(
        "no notification of a call has arrived yet",
        "if somebody has called: check the webhook",
    );
    state.accounts[1].unheard = Some(problem);
    for size in [(80, 24), (40, 12)] {
        let text = screen(&state, &plain(), size);
        assert!(text.contains("desk: no notification of a call"), "{text}");
    }
    assert!(screen(&state, &plain(), (80, 24)).contains("hint      if somebody has called"));
}

#[test]
fn the_times_of_an_account_that_is_offline_are_estimates_and_the_list_may_be_out_of_date() {
    for offline in [None, Some(0), Some(1)] {
        let mut state = with_bot();
        if let Some(account) = offline {
            state.accounts[account].status = retrying();
        }
        let text = screen(&state, &plain(), (120, 30));
        for (name, account) in [("Lene Aaling", 0), ("John Doe", 1)] {
            let row = text.lines().find(|line| line.contains(name)).unwrap();
            assert_eq!(row.contains('~'), offline == Some(account), "{row}");
        }
        assert_eq!(text.contains(crate::ui::words::STALE), offline.is_some(), "{text}");
    }
}
