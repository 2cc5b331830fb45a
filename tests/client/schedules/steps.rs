//! The steps of a schedule: events at the server and in the network, and actions of the user.

use rsvp::app::Mode;
use rsvp::invitation::{Conversation, Invitation};
use rsvp::provider::Command;
use rsvp::sim::{EndCause, Fault, FaultKind, Invite, InviteKind, PeopleFormat, Person};

use super::Statistics;
use crate::support::{TestClient, from};

pub fn pick<T: Clone>(rng: &mut fastrand::Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())].clone()
}

/// Creates an invitation from a person who sends no other, often with other people and properties.
pub fn invitation(rng: &mut fastrand::Rng, caller: &str) -> Invite {
    let mut sometimes = |name: &str| match rng.u32(..6) {
        0 => Person::new(name, &format!("sip:{}@contoso.example", name.to_ascii_lowercase())),
        _ => Person::default(),
    };
    let (forwarded_by, transferred_by) = (sometimes("Lena"), sometimes("Kim"));
    let (on_behalf_of, delegator, to) = (sometimes("Dana"), sometimes("Alex"), sometimes("Robin"));
    Invite {
        kind: pick(
            rng,
            &[InviteKind::Im, InviteKind::Im, InviteKind::Phone, InviteKind::Meeting, InviteKind::Av],
        ),
        importance: pick(rng, &["", "", "Normal", "Urgent", "Emergency"]).into(),
        people: pick(rng, &[PeopleFormat::Linked, PeopleFormat::Titled, PeopleFormat::Embedded]),
        phone_number: pick(rng, &["", "tel:+14255552222"]).into(),
        private_line: rng.bool(),
        linked: rng.u32(..6) == 0,
        linked_from: rng.u32(..6) == 0,
        forwarded_by,
        transferred_by,
        on_behalf_of,
        delegator,
        to,
        ..from(caller)
    }
}

/// Returns a random fault for a request of that name.
pub fn random_kind(rng: &mut fastrand::Rng, of: &str) -> FaultKind {
    let seconds = f64::from(rng.u32(1..18)) / 10.0;
    let any = [
        FaultKind::Refused,
        FaultKind::Reset,
        FaultKind::LostReply,
        FaultKind::Delay(seconds),
        FaultKind::Late(seconds),
        FaultKind::Cut(rng.usize(..600)),
        FaultKind::Short(rng.usize(..600)),
        FaultKind::error(500, ""),
        FaultKind::error(503, ""),
        FaultKind::error(503, "").with("retry-after", "2"),
        FaultKind::error(429, "").with("retry-after", "soon"),
        FaultKind::page(200),
        FaultKind::page(404),
        FaultKind::page(502),
        FaultKind::Garbage { content_type: "application/json".into(), body: "{\"_links\":".into() },
        FaultKind::Noise,
    ];
    let links = |links: &[(&str, &str)]| {
        FaultKind::Links(links.iter().map(|(rel, href)| ((*rel).into(), (*href).into())).collect())
    };
    let of_events = [
        FaultKind::Twice,
        FaultKind::Empty,
        FaultKind::Repeated,
        FaultKind::Strange,
        links(&[]),
        links(&[("resync", "next")]),
        links(&[("resume", "next")]),
        links(&[("next", "next"), ("resync", "next")]),
        links(&[("next", "self")]),
        FaultKind::error(403, ""),
        FaultKind::error(401, ""),
        FaultKind::error(409, "PGetReplaced"),
    ];
    let of_actions = [
        FaultKind::BlackHole,
        FaultKind::error(409, "AlreadyExists"),
        FaultKind::error(409, ""),
        FaultKind::error(410, "CannotRedirect"),
        FaultKind::error(500, "CallbackChannelError"),
        FaultKind::error(403, ""),
    ];
    match of {
        "events" if rng.bool() => pick(rng, &of_events),
        "accept" | "decline" | "cancel" | "addParticipant" if rng.bool() => pick(rng, &of_actions),
        _ => pick(rng, &any),
    }
}

/// The requests that faults hit, some of them more often.
const REQUESTS: [&str; 18] = [
    "events",
    "events",
    "events",
    "accept",
    "accept",
    "decline",
    "cancel",
    "addParticipant",
    "sendMessage",
    "invitation",
    "from",
    "contact",
    "participant",
    "application",
    "applications",
    "ticket",
    "conversation",
    "any",
];

/// Performs a random event at the server or in the network.
pub fn server_event(rng: &mut fastrand::Rng, client: &mut TestClient, run: &mut Statistics, step: u32) {
    let sim = client.sim.clone();
    match rng.u32(..100) {
        0..30 => {
            run.invitations += 1;
            let invitation = invitation(rng, &format!("caller{step}"));
            sim.ucwa.invite(invitation);
        }
        30..40 => say(rng, client, step),
        40..53 => {
            let pending = sim.ucwa.pending();
            if !pending.is_empty() {
                let one = pick(rng, &pending);
                let how = match one.invite.kind {
                    InviteKind::Participant => pick(rng, &[EndCause::Joins, EndCause::Declines]),
                    _ => pick(rng, &[EndCause::CallerGivesUp, EndCause::AnsweredElsewhere]),
                };
                sim.ucwa.end(one.number, how).unwrap();
            }
        }
        53..55 => {
            let conversations = sim.ucwa.conversations();
            if !conversations.is_empty() {
                let one = pick(rng, &conversations);
                match (rng.u32(..3), one.people.last()) {
                    (0, Some(person)) => sim.ucwa.leave(one.number, &person.uri),
                    (1, Some(person)) => sim.ucwa.type_briefly(one.number, &person.uri),
                    _ => sim.ucwa.stop_messaging(one.number),
                }
            }
        }
        55..85 => {
            run.faults += 1;
            let of = pick(rng, &REQUESTS);
            sim.fault(Fault::next(of, random_kind(rng, of)).times(rng.u32(1..3)).after(rng.u32(..2)));
        }
        85..87 => sim.ucwa.force_resync(),
        87..88 => {
            say(rng, client, step);
            sim.ucwa.lose_waiting_messages();
        }
        88..90 => sim.ucwa.force_resume(),
        90..93 => sim.ucwa.drop_connections(),
        93..94 => sim.ucwa.interrupt_polls(),
        94..95 => sim.ucwa.send_participant_updates(),
        95..96 => sim.ucwa.expire_applications(),
        96..98 => {
            let pending = sim.ucwa.pending();
            if let Some(one) = pending.first() {
                sim.ucwa.send_update_without_links(one.number);
            }
        }
        98..99 => client.send(Command::Reconnect),
        _ => client.send(Command::Wake),
    }
}

/// Sends a few messages of a participant of the latest conversation.
fn say(rng: &mut fastrand::Rng, client: &mut TestClient, step: u32) {
    let conversations = client.sim.ucwa.conversations();
    let latest = conversations.last().and_then(|one| Some((one.number, rng.choice(&one.people)?)));
    if let Some((conversation, person)) = latest {
        for number in 0..rng.u32(1..4) {
            client.say(conversation, &person.uri, &format!("Word {step}-{number}"));
        }
    }
}

/// Performs a random action of the user.
pub fn user_action(rng: &mut fastrand::Rng, client: &mut TestClient, run: &mut Statistics, step: u32) {
    let down = "j".repeat(rng.usize(..4));
    match rng.u32(..16) {
        0..5 => client.press(&format!("1g{down}a")),
        5..8 => client.press(&format!("1g{down}D")),
        8 => client.press(&format!("1g{down} j {}", pick(rng, &["a", "D"]))),
        9 => client.press(&format!("3g{down}iguest{step}@contoso.example\n1")),
        10 => client.press(&format!("2g{down}c1")),
        11 => client.press(&format!("3g{down}mMessage {step}.\n1")),
        12 => copy_address(rng, client, &down),
        13 => client.press(&format!("{}s", rng.u32(1..5))),
        14 => client.press("4\u{4}\u{15}G1/caller1\n"),
        _ => client.send(Command::Active),
    }
    // A dialog that did not open leaves its keys to the lists; a filter would hide the following rows.
    client.press("\u{1b}\u{1b}");
    run.answers += 1;
}

/// Copies the first address of the selected row, or else something else that is known of it, and checks the clipboard.
fn copy_address(rng: &mut fastrand::Rng, client: &mut TestClient, down: &str) {
    let list = rng.u32(1..5);
    client.press(&format!("{list}g{down}"));
    let state = &client.state;
    let of = |invitation: &Invitation| {
        vec![invitation.other_side().uri.to_string(), invitation.meeting.to_string()]
    };
    let of_conversation = |conversation: &Conversation| {
        let people = conversation.participants.iter().map(|party| party.uri.to_string());
        let meeting =
            conversation.meeting.iter().flat_map(|it| [it.uri.to_string(), it.join_url.to_string()]);
        people.chain(meeting).collect::<Vec<String>>()
    };
    let addresses = match list {
        1 => state.incoming.selected().map(|entry| of(&entry.invitation)),
        2 => state.outgoing.selected().map(|entry| of(&entry.invitation)),
        3 => state.conversations.selected().map(of_conversation),
        _ => state.history.selected().map(|past| of(&past.invitation)),
    };
    let address = addresses.into_iter().flatten().find(|address| !address.is_empty());
    let before = client.copied.len();
    client.press("y");
    if matches!(client.state.mode, Mode::Menu(_)) {
        client.press("\n");
    }
    let copied = &client.copied[before..];
    match address {
        Some(address) => assert_eq!(copied, [address], "in list {list}"),
        None => assert!(copied.len() <= 1, "in list {list}: {copied:?}"),
    }
    client.press("1");
}
