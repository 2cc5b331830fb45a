//! Properties that hold for every sequence of messages.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::app::{Confirm, Palette, Purpose, Reject};

#[derive(Clone, Debug)]
enum Step {
    Key(Key),
    /// Keys that make sense together.
    Keys(&'static str),
    Paste(String),
    See(u64),
    /// Something else is said of what it is about.
    Retitle(u64, &'static str),
    Resize(u16, u16),
    Over(u64),
    Done(u64),
    Refused(u64),
    Uncertain(u64),
    Snapshot(Vec<u64>),
    Conversation(u64),
    Left(u64),
    Pass(u64),
}

const SENTENCES: [&str; 14] = [
    "d\n",
    "d\n\n",
    "f+14255550100\n",
    "dbusy\n",
    "3x",
    "1 j j d\n\n",
    "1/printer\n",
    "/\n",
    "  G",
    ":accept\n",
    ":decline_now",
    "3mhello",
    "3ijoe@x.example\n",
    "njoe@x.example\nHi\n",
];

const SUBJECTS: [&str; 3] = ["printer", "scanner", ""];

fn step() -> impl Strategy<Value = Step> {
    let number = 0..8_u64;
    let code = prop_oneof![
        10 => prop::char::range(' ', '~').prop_map(Code::Char),
        2 => Just(Code::Enter),
        1 => Just(Code::Esc),
        1 => prop_oneof![Just(Code::Up), Just(Code::Down), Just(Code::Tab), Just(Code::Backspace), Just(Code::End)],
    ];
    prop_oneof![
        8 => (code, any::<bool>()).prop_map(|(code, ctrl)| Step::Key(Key { ctrl, ..Key::plain(code) })),
        8 => prop::sample::select("aadDDccffxx 1234jkGgis:/?".chars().collect::<Vec<_>>()).prop_map(|key| Step::Key(key.into())),
        3 => prop::sample::select(SENTENCES.to_vec()).prop_map(Step::Keys),
        1 => "\\PC{0,8}".prop_map(Step::Paste),
        5 => number.clone().prop_map(Step::See),
        3 => (number.clone(), prop::sample::select(SUBJECTS.to_vec())).prop_map(|(number, subject)| Step::Retitle(number, subject)),
        1 => (0..130_u16, 0..40_u16).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        3 => number.clone().prop_map(Step::Over),
        2 => number.clone().prop_map(Step::Done),
        2 => number.clone().prop_map(Step::Refused),
        1 => number.clone().prop_map(Step::Uncertain),
        1 => prop::collection::vec(number.clone(), 0..4).prop_map(Step::Snapshot),
        1 => number.clone().prop_map(Step::Conversation),
        1 => number.prop_map(Step::Left),
        2 => (0..7_000_u64).prop_map(Step::Pass),
    ]
}

fn kind_of(number: u64) -> Kind {
    // An invitation never changes its kind, and so never its list.
    [Kind::Message, Kind::Phone, Kind::AudioVideo, Kind::Meeting, Kind::Participant, Kind::Call]
        [usize::try_from(number).unwrap() % 6]
}

/// The invitations that the next key may answer: what is in sight, or what the open dialog is for.
fn answerable(app: &TestApp) -> Vec<InvitationId> {
    let state = &app.state;
    match &state.mode {
        Mode::Lists => {
            let selected = state.selected_entry().map(|entry| entry.invitation.id);
            let seen = state.viewport.invitations.iter().copied().chain(selected);
            seen.filter(|id| state.incoming.is_shown(*id) || state.outgoing.is_shown(*id)).collect()
        }
        Mode::Decline(Decline { targets, .. })
        | Mode::Reject(Reject { targets, .. })
        | Mode::Confirm(Confirm { targets, .. }) => targets.ids.clone(),
        // Of what is not in sight it asks first.
        Mode::Palette(Palette { focus, .. }) => {
            focus.marked.iter().copied().chain(focus.invitation()).collect()
        }
        Mode::Prompt(prompt) => match prompt.purpose {
            Purpose::Redirect(id) => vec![id],
            _ => Vec::new(),
        },
        Mode::Presence(_) | Mode::Help(_) | Mode::Menu(_) | Mode::FindPerson(_) | Mode::Compose(_) => {
            Vec::new()
        }
    }
}

/// The items on which the open dialog was opened.
fn bound(app: &TestApp) -> Vec<InvitationId> {
    if app.is_idle() { Vec::new() } else { answerable(app) }
}

/// Presses a key, and checks that it answered nothing else than what it was pressed for.
fn press(app: &mut TestApp, key: Key) -> Result<(), TestCaseError> {
    let (before, allowed) = (app.effects.len(), answerable(app));
    app.key(key);
    for effect in &app.effects[before..] {
        if let Effect::Provider(_, Command::Answer { invitation, .. }) = effect {
            prop_assert!(allowed.contains(invitation), "answered what was not in sight");
        }
    }
    Ok(())
}

fn key(character: char) -> Key {
    if character == '\n' { Key::plain(Code::Enter) } else { character.into() }
}

proptest! {
    #[test]
    fn any_sequence_keeps_the_promises(steps in prop::collection::vec(step(), 1..200)) {
        let mut app = TestApp::new();
        let mut over = std::collections::HashSet::new();
        let mut flights: std::collections::HashMap<u64, Vec<Ticket>> = std::collections::HashMap::new();
        let mut ending: std::collections::HashMap<u64, Vec<Ticket>> = std::collections::HashMap::new();
        for step in steps {
            app.effects.clear();
            if let Step::Done(ticket) | Step::Refused(ticket) | Step::Uncertain(ticket) = &step {
                for open in ending.values_mut() { open.retain(|it| it.0 != *ticket); }
            }
            match step {
                Step::Key(key) => press(&mut app, key)?,
                Step::Keys(keys) => {
                    for character in keys.chars() {
                        press(&mut app, key(character))?;
                    }
                }
                Step::Retitle(number, subject) => {
                    let opened_on = bound(&app);
                    app.retitle(number, kind_of(number), subject);
                    prop_assert_eq!(bound(&app), opened_on, "a dialog took on another target");
                }
                Step::Resize(columns, rows) => app.resize(columns, rows),
                Step::Paste(text) => app.take(Message::Paste(text)),
                Step::See(number) => app.see(invitation(number, kind_of(number))),
                Step::Over(number) => {
                    app.over(number, Outcome::Missed);
                    over.insert(number);
                }
                Step::Done(ticket) => app.event(Event::Completed(Ticket(ticket))),
                Step::Refused(ticket) => {
                    app.refused(ticket);
                    for open in flights.values_mut() {
                        open.retain(|it| *it != Ticket(ticket));
                    }
                }
                Step::Uncertain(ticket) => {
                    app.event(Event::Uncertain { ticket: Ticket(ticket), problem: Problem::new("lost", "") });
                }
                Step::Snapshot(numbers) => {
                    let gone: Vec<u64> = app.state.incoming.iter().chain(app.state.outgoing.iter())
                        .map(|entry| entry.invitation.id.number).filter(|number| !numbers.contains(number)).collect();
                    over.extend(gone);
                    let invitations = numbers.iter().map(|number| invitation(*number, kind_of(*number)).into()).collect();
                    app.event(Event::Snapshot { invitations, conversations: Vec::new() });
                }
                Step::Conversation(number) => app.event(Event::Conversation(Box::new(conversation(number)))),
                Step::Left(number) => app.event(Event::ConversationEnded(conversation_id(number))),
                Step::Pass(time) => app.pass(Duration::from_millis(time)),
            }
            for effect in &app.effects {
                match effect {
                    Effect::Provider(_, Command::Answer { ticket, invitation, decision }) => {
                        prop_assert!(!over.contains(&invitation.number), "answered what is over");
                        let open = flights.entry(invitation.number).or_default();
                        open.push(*ticket);
                        prop_assert_eq!(open.len(), 1, "two flights for one invitation");
                        let call = kind_of(invitation.number) == Kind::Call;
                        let for_calls = matches!(decision, Decision::Reject { .. } | Decision::Redirect(_));
                        let either = *decision == Decision::Accept;
                        prop_assert!(either || call == for_calls, "an answer that it does not know");
                        prop_assert!(!call || app.moment < DEADLINE, "a call was answered past its time");
                    }
                    Effect::Provider(_, Command::HangUp { ticket, conversation }) => {
                        prop_assert_eq!(conversation.number % 2, 0, "hung up what is no call");
                        let open = ending.entry(conversation.number).or_default();
                        open.push(*ticket);
                        prop_assert_eq!(open.len(), 1, "hung up twice at once");
                    }
                    _ => {}
                }
            }
            if let Mode::Decline(Decline { targets, calls, .. }) = &app.state.mode {
                prop_assert!(!targets.ids.is_empty());
                prop_assert!(targets.ids.iter().chain(&calls.ids).all(|id| !over.contains(&id.number)));
            }
            // A palette can be opened on what is over; it then says so.
            let palette = matches!(app.state.mode, Mode::Palette(_));
            let bound = bound(&app);
            prop_assert!(palette || bound.iter().all(|id| !over.contains(&id.number)), "a dialog for what is over");
            prop_assert!(app.state.marked.iter().all(|id| !over.contains(&id.number)));
            let waiting = app.state.incoming.iter().filter(|entry| matches!(entry.phase, Phase::Answering { .. })).count();
            prop_assert!(waiting > 0 || app.state.batches.is_empty(), "a bulk answer is never told of");
            if let Mode::Reject(Reject { targets, .. }) = &app.state.mode {
                prop_assert!(!targets.ids.is_empty() && targets.ids.iter().all(|id| !over.contains(&id.number)));
            }
            for list in [&app.state.incoming, &app.state.outgoing] {
                prop_assert_eq!(list.selected().is_some(), list.shown() > 0);
                prop_assert_eq!(list.position().is_some(), list.shown() > 0);
                prop_assert!(list.selected().is_none_or(|entry| list.is_shown(entry.invitation.id)), "hidden and selected");
                for entry in list.iter() {
                    prop_assert_eq!(entry.is_pending(), !over.contains(&entry.invitation.id.number), "a final state is final");
                }
            }
            prop_assert!(app.state.history.len() <= 3);
            let _ = (app.state.needs_tick(), available(&app.state), app.state.tab == Tab::Incoming);
        }
    }
}
