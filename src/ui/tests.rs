use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};
use tui_input::Input;

use super::fixtures::*;
use super::{Charset, Look, Theme, viewport};
use crate::app::key::Key;
use crate::app::{
    Account, Action, Answer, Condition, Confirm, Decline, Details, Help, KeyMap, Line, Mode, Notice, Palette,
    Phase, Picker, Progress, Prompt, Purpose, Reject, Sort, State, Tab, Targets, Tone,
};
use crate::invitation::PastInvitation;
use crate::invitation::{
    AccountId, CallbackUri, Certainty, Conversation, Decision, Destination, Direction, Invitation,
    InvitationId, Kind, Offers, Outcome, Party, Reason, Rejection, Stage,
};
use crate::provider::{Problem, Status};

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (160, 50)];

fn plain() -> Look {
    Look { theme: Theme::NONE, charset: Charset::Unicode }
}

/// Compares the screen at each size with what a person has looked at.
fn snapshot(name: &str, state: &State) {
    for size in SIZES {
        insta::assert_snapshot!(format!("{name}-{}x{}", size.0, size.1), screen(state, &plain(), size));
    }
}

fn picker<T>(choices: Vec<T>, typed: &str) -> Picker<T> {
    Picker { input: Input::new(typed.into()), choices, highlighted: 0 }
}

fn decline(choices: Vec<Reason>, typed: &str) -> Decline {
    Decline { picker: picker(choices, typed), targets: vec![id(1)].into(), calls: Targets::default() }
}

fn palette(state: &State) -> Mode {
    Mode::Palette(Palette { picker: picker(Action::all().collect(), ""), focus: state.focus() })
}

fn prompt(purpose: Purpose, typed: &str, complaint: Option<&'static str>) -> Mode {
    let line = Line { input: Input::new(typed.into()), complaint };
    Mode::Prompt(Prompt { purpose, line, former: String::new() })
}

/// The line for the callback address of a rejection.
fn callback(typed: &str) -> Mode {
    Mode::Reject(Reject { editor: Some(Line::new(typed.into())), ..reject("", None) })
}

fn with_status(status: Status) -> State {
    let mut state = busy();
    state.accounts = vec![account(status)];
    state
}

fn on(tab: Tab) -> State {
    let mut state = busy();
    state.tab = tab;
    state
}

fn retrying() -> Status {
    let problem = Problem::new("connection refused by pool.contoso.com", "check the network");
    Status::Retrying { at: in_seconds(4), problem }
}

fn stopped() -> Status {
    Status::Stopped(Problem::new("the token was refused", "get a new one with `rsvp login`"))
}

#[test]
fn several_ring() {
    snapshot("ringing", &busy());
}

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
fn an_empty_list_explains_itself() {
    snapshot("empty", &quiet());
    let mut state = quiet();
    state.accounts = vec![account(Status::Connecting("discovering"))];
    insta::assert_snapshot!("empty-connecting-80x24", screen(&state, &plain(), (80, 24)));
    for tab in Tab::ALL {
        state.tab = tab;
        assert!(screen(&state, &plain(), (80, 24)).contains('.'), "{tab:?} has nothing to say");
    }
}

#[test]
fn each_list_has_its_columns() {
    snapshot("outgoing", &on(Tab::Outgoing));
    snapshot("conversations", &on(Tab::Conversations));
    snapshot("history", &on(Tab::History));
}

#[test]
fn details_can_fill_the_body() {
    let mut state = busy();
    state.details = Details::FULL;
    snapshot("details", &state);
    let mut state = on(Tab::Conversations);
    state.details = Details::FULL;
    insta::assert_snapshot!("details-conversation-80x24", screen(&state, &plain(), (80, 24)));
}

#[test]
fn the_reasons_are_explained() {
    let mut state = busy();
    state.mode = Mode::Decline(decline(Reason::ALL.to_vec(), ""));
    snapshot("reasons", &state);
    state.mode = Mode::Decline(decline(vec![], "zebra"));
    insta::assert_snapshot!("reasons-none-40x12", screen(&state, &plain(), (40, 12)));
    let mut last = decline(Reason::ALL.to_vec(), "");
    last.picker.highlighted = Reason::ALL.len() - 1;
    last.targets = vec![id(1), id(3)].into();
    state.mode = Mode::Decline(last);
    insta::assert_snapshot!("reasons-last-40x12", screen(&state, &plain(), (40, 12)));
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
    state.mode =
        prompt(Purpose::Invite(conversation_id(1)), "dana", Some("an address needs an @ and a host"));
    snapshot("prompt-invite", &state);
    state.mode = prompt(Purpose::Message(conversation_id(1)), "日本語 on my way", None);
    insta::assert_snapshot!("prompt-message-80x24", screen(&state, &plain(), (80, 24)));
    let mut state = busy();
    state.incoming.set_filter("joe");
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
    state.mode = Mode::Help(Help { scrolled: u16::MAX });
    insta::assert_snapshot!("help-end-80x24", screen(&state, &plain(), (80, 24)));
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
    let other = |label: &str, status| Account { label: label.into(), me: None, status };
    state.accounts.extend([other("fabrikam", retrying()), other("northwind", Status::Replaced)]);
    state.settings.demo = true;
    snapshot("accounts", &state);
}

/// The id of the call that the fixture's bot is asked to take.
fn call_id(number: u64) -> InvitationId {
    InvitationId { account: AccountId(1), number }
}

fn reject(typed: &str, callback: Option<&str>) -> Reject {
    let callback = callback.and_then(CallbackUri::parse);
    Reject {
        picker: picker(Rejection::ALL.to_vec(), typed),
        targets: vec![call_id(1)].into(),
        callback,
        editor: None,
    }
}

#[test]
fn a_call_to_a_bot_tells_who_answers_and_how_long_it_rings() {
    let mut state = with_bot();
    snapshot("call", &state);
    state.incoming.select_at(2);
    insta::assert_snapshot!("call-past-80x24", screen(&state, &plain(), (80, 24)));
    state.incoming.select_at(0);
    state.details = Details::FULL;
    snapshot("call-details", &state);
    let to = Destination::parse("+14255550100").unwrap();
    state.incoming.change(call_id(1), |it| it.phase = answering(Decision::Redirect(to), Progress::Sending));
    assert!(screen(&state, &plain(), (80, 24)).contains("redirecting… (redirect to +14255550100)"));
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
    insta::assert_snapshot!("prompt-redirect-wrong-40x12", screen(&state, &plain(), (40, 12)));
    state.mode = callback("https://bot");
    snapshot("prompt-callback", &state);
}

#[test]
fn a_call_that_the_bot_took_is_a_conversation_that_can_be_hung_up() {
    let mut state = with_bot();
    state.tab = Tab::Conversations;
    state.conversations.select_at(1);
    snapshot("on-the-line", &state);
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
            insta::assert_snapshot!(format!("two-{name}-{}x{}", size.0, size.1), header.join("\n"));
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
                let header = text.lines().take_while(|line| !line.starts_with('─')).count();
                assert!(width < 8 || height < 5 || header <= usize::from(height / 3).max(1), "{text}");
            }
        }
    }
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
    state.incoming.select_at(2);
    state.incoming.set_sort(Sort::Deadline);
    state.notice = Some(Notice {
        text: "the reply was lost; its outcome will show".into(),
        tone: Tone::Problem,
        until: in_seconds(5),
        valid_while: Condition::Always,
    });
    snapshot("phases", &state);
}

fn strange_names() -> State {
    let mut state = quiet();
    let names = [
        (
            "A name that goes on and on and on and on and on",
            "sip:a.name.that.goes.on.and.on@contoso.com.example",
        ),
        ("山田太郎と申しますどうぞよろしくお願いいたします", "sip:yamada@contoso.com"),
        ("🎉🎉🎉 Party 🎉🎉🎉 planning 🎉🎉🎉", "sip:party@contoso.com"),
        ("p\u{0430}ypal", "sip:paypal@evil.example"),
        ("Zoe\u{308}\u{301}", ""),
        ("", ""),
    ];
    for (number, (name, uri)) in (1..).zip(names) {
        let mut invitation = invitation(number, Kind::Meeting, party(name, uri));
        invitation.subject = "會議 about everything 🎉 that there is to talk about".into();
        state.incoming.upsert(entry(invitation, Phase::Ringing));
    }
    state.incoming.select_at(3);
    state
}

#[test]
fn strange_names_keep_the_columns() {
    snapshot("names", &strange_names());
}

/// Somebody whose name has a Cyrillic letter among Latin ones.
fn mixed() -> Party {
    party("p\u{0430}ypal", "sip:paypal@evil.example")
}

/// A state with one incoming invitation, selected, that is as `change` makes it; and the same when it is over.
fn ringing_and_past(change: impl Fn(&mut Invitation), outcome: Outcome) -> [State; 2] {
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    change(&mut one);
    let (mut ringing, mut past) = (quiet(), quiet());
    past.tab = Tab::History;
    let at = past.now.wall;
    past.history.upsert(PastInvitation { number: 1, invitation: one.clone(), outcome: outcome.clone(), at });
    let phase = if one.accepted_by.is_some() { over(outcome) } else { Phase::Ringing };
    ringing.incoming.upsert(entry(one, phase));
    [ringing, past]
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
    for (number, at) in [(1, today), (2, today.date().yesterday().unwrap().at(23, 59, 0, 0))] {
        let invitation = invitation(number, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
        state.history.upsert(PastInvitation { number, invitation, outcome: Outcome::Missed, at });
    }
    let text = screen(&state, &plain(), (80, 24));
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("! missed")).collect();
    assert!(rows[0].contains("Nov 20") && !rows[0].contains("23:59"), "the latest first: {text}");
    assert!(rows[1].contains("14:02") && !rows[1].contains("Nov"), "{text}");
}

#[test]
fn a_time_that_is_not_known_exactly_is_shown_as_the_latest_possible_one() {
    let mut state = quiet();
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    one.certainty = Certainty::AtMost;
    state.incoming.upsert(entry(one, Phase::Ringing));
    let text = screen(&state, &plain(), (120, 24));
    assert!(text.contains("≤0:13") && text.contains("at the latest"), "{text}");
    state.accounts = vec![account(retrying())];
    let text = screen(&state, &plain(), (120, 24));
    assert!(text.contains("~0:13") && !text.contains('≤'), "{text}");
}

#[test]
fn no_time_is_up_before_it_is() {
    let mut state = quiet();
    let mut one = invitation(1, Kind::Phone, party("Lene Aaling", "sip:lenea@contoso.com"));
    for (milliseconds, shown) in [(60_001, " 1:01 "), (1_000, " 0:01 "), (1, " 0:01 "), (0, " due ")] {
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
        state.incoming.set_filter("nobody");
        state.outgoing.set_filter("nobody");
        state.conversations.set_filter("nobody");
        state.history.set_filter("nobody");
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains("No matches for “nobody”. Esc clears the filter."), "{text}");
    }
}

#[test]
fn ascii_is_ascii() {
    let mut state = with_status(retrying());
    state.marked.insert(id(3));
    let look = Look { theme: Theme::NONE, charset: Charset::AsciiSigns };
    for mode in
        [Mode::Lists, Mode::Decline(decline(Reason::ALL.to_vec(), "")), Mode::Help(Help { scrolled: 60 })]
    {
        state.mode = mode;
        state.incoming.remove(id(4));
        let text = screen(&state, &look, (80, 24));
        assert!(text.is_ascii(), "{text}");
    }
    state.mode = Mode::Lists;
    insta::assert_snapshot!("ascii-80x24", screen(&state, &look, (80, 24)));
}

#[test]
fn the_footer_offers_what_the_links_allow_and_always_help_and_quit() {
    let mut state = busy();
    for (number, offers) in [(1, "accept"), (2, "decline")] {
        state.incoming.select_at(number - 1);
        for size in SIZES {
            let text = screen(&state, &plain(), size);
            let footer = text.lines().last().unwrap();
            assert!(footer.contains("? help") && footer.contains("q quit"), "{footer}");
            assert!(footer.contains(offers), "{footer}");
            assert_eq!(footer.contains("accept"), number == 1, "{footer}");
        }
    }
    state.incoming.change(id(2), |entry| entry.invitation.offers = Offers::default());
    assert!(!screen(&state, &plain(), (160, 50)).lines().last().unwrap().contains("decline"));
}

#[test]
fn the_footer_follows_the_key_map() {
    let mut state = busy();
    let key: Key = "F5".parse().unwrap();
    state.settings.keys = KeyMap::patched(&[(Action::Accept, vec![key])]).unwrap();
    assert!(screen(&state, &plain(), (80, 24)).contains("F5 accept"));
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
                    matches!(symbol, " " | "─" | "├" | "t"),
                    "{symbol:?} at the end of row {y} of {width}"
                );
            }
        }
    }
}

fn confirm(answer: Answer, targets: &[u64], unseen: &[u64]) -> Confirm {
    let ids = |numbers: &[u64]| numbers.iter().map(|number| id(*number)).collect::<Vec<_>>();
    Confirm { answer, targets: ids(targets).into(), unseen: ids(unseen), scrolled: 0 }
}

/// Many ring: N0, N1 and so on.
fn many() -> State {
    let mut state = quiet();
    for number in 0..100 {
        let who = party(&format!("N{number}."), &format!("sip:n{number}@contoso.com"));
        state.incoming.upsert(entry(invitation(number, Kind::Message, who), Phase::Ringing));
    }
    state
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
        (vec![1, 2], vec![], "All that are left are visible."),
    ] {
        state.mode = Mode::Confirm(confirm(Answer::Accept, &targets, &unseen));
        let text = screen(&state, &plain(), (80, 24));
        assert!(text.contains(words), "{words}\n{text}");
    }
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
            assert!(footer.contains("q quit"), "{footer}");
        }
    }
    state.tab = Tab::Incoming;
    state.incoming.set_filter("lene");
    assert!(screen(&state, &plain(), (80, 24)).contains("2 marked, 1 hidden"));
    assert!(screen(&state, &plain(), (40, 12)).contains("2✓ 1 hidden"));
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
fn details_over_the_whole_screen_are_scrolled_and_say_how() {
    let mut state = with_bot();
    state.details = Details::Full { of: state.selected(), scrolled: u16::MAX };
    insta::assert_snapshot!("call-details-end-40x12", screen(&state, &plain(), (40, 12)));
    state.size = (80, 12);
    let fits = viewport(&state, &plain()).scrollable;
    assert!(fits > 0);
    state.details = Details::FULL;
    assert!(screen(&state, &plain(), state.size).contains(&format!("PageDown: {fits} more below")));
}

#[test]
fn the_selected_row_keeps_what_presses_with_colours_and_without() {
    let mut state = busy();
    state.incoming.select_at(1);
    for (theme, urgent) in [
        (Theme::TERMINAL, Style::new().fg(Color::Red)),
        (Theme::DARK, Style::new().fg(Color::Indexed(209))),
        (Theme::LIGHT, Style::new().fg(Color::Indexed(124))),
        (Theme::NONE, Style::new().add_modifier(Modifier::UNDERLINED)),
    ] {
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
fn a_shortened_address_does_not_look_like_a_real_one_in_ascii() {
    let mut state = quiet();
    let who = party("", "sip:somebody.with.a.long.name@contoso.com.example");
    state.incoming.upsert(entry(invitation(1, Kind::Message, who), Phase::Ringing));
    let look = Look { theme: Theme::NONE, charset: Charset::Ascii };
    let text = screen(&state, &look, (80, 24));
    assert!(text.contains("somebo~example"), "{text}");
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

fn modes() -> Vec<Mode> {
    let mut end = decline(Reason::ALL.to_vec(), "long text that was typed");
    end.picker.highlighted = 11;
    vec![
        Mode::Lists,
        Mode::Decline(end),
        Mode::Decline(decline(vec![], "日本語日本語日本語")),
        palette(&busy()),
        prompt(Purpose::Filter, "日本語日本語日本語", None),
        prompt(Purpose::Invite(conversation_id(1)), "日本語", Some("no")),
        prompt(Purpose::Message(conversation_id(99)), "x", None),
        prompt(Purpose::Redirect(call_id(1)), "日本語", Some("no")),
        callback("日本語"),
        Mode::Reject(reject("日本語", Some("https://bot.contoso.com/calls"))),
        Mode::Decline(Decline { calls: vec![call_id(1)].into(), ..decline(vec![], "") }),
        Mode::Help(Help { scrolled: 7 }),
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
