//! States for the tests of the view.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::look::Look;
use super::screen::draw;
use crate::app::{Account, Entry, Now, Phase, Progress, Settings, State};
use crate::invitation::PastInvitation;
use crate::invitation::{
    AccountId, Conversation, ConversationId, Decision, Direction, Fact, HangUp, Importance, Invitation,
    InvitationId, Kind, Moment, Offers, Outcome, Party, Reason,
};
use crate::provider::{Status, Ticket};

/// The current time, long after the start.
pub const NOW: Moment = Moment(Duration::from_secs(1_000));

pub fn in_seconds(seconds: u64) -> Moment {
    NOW.after(Duration::from_secs(seconds))
}

pub fn party(name: &str, uri: &str) -> Party {
    Party { name: name.into(), uri: uri.into(), origin: "your organization".into() }
}

pub fn id(number: u64) -> InvitationId {
    InvitationId { account: AccountId(0), number }
}

pub fn conversation_id(number: u64) -> ConversationId {
    ConversationId { account: AccountId(0), number }
}

pub fn invitation(number: u64, kind: Kind, from: Party) -> Invitation {
    let arrived = Moment(Duration::from_secs(900 + number));
    Invitation {
        from,
        offers: Offers { accept: true, decline: true, ..Offers::default() },
        ..Invitation::new(id(number), kind, Direction::Incoming, arrived, in_seconds(10 + number * 3))
    }
}

pub fn entry(invitation: Invitation, phase: Phase) -> Entry {
    Entry { invitation: invitation.into(), phase }
}

pub fn answering(decision: Decision, progress: Progress) -> Phase {
    Phase::Answering { decision, ticket: Ticket(1), progress }
}

pub fn over(outcome: Outcome) -> Phase {
    Phase::Over { outcome, until: in_seconds(2) }
}

pub fn account(status: Status) -> Account {
    let me = Some(party("Tosh Meston", "sip:tosh@contoso.com"));
    Account { label: "contoso.com".into(), me, status, ..Account::default() }
}

pub fn online() -> Status {
    Status::Online { since: Moment::default() }
}

/// Returns a state that is online, with empty lists.
pub fn quiet() -> State {
    let wall = jiff::civil::date(2026, 11, 21).at(14, 2, 10, 0);
    State::new(Settings::default(), vec![account(online())], Now { moment: NOW, wall }, (80, 24))
}

/// Returns a state with items in all lists.
pub fn busy() -> State {
    let mut state = quiet();
    let mut im = invitation(1, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.com"));
    im.message =
        "Hi Tosh, have you got a minute? The printer on the third floor eats the contracts again.".into();
    im.conversation = Some(conversation_id(1));
    let mut phone = invitation(2, Kind::Phone, party("", "tel:+14255550100"));
    phone.routes = vec!["forwarded by Dana Birkby".into()];
    phone.importance = Importance::Urgent;
    phone.offers.accept = false;
    phone.deadline = in_seconds(4);
    let mut meeting = invitation(3, Kind::Meeting, party("Joe Smith", "sip:joe@contoso.com"));
    meeting.subject = "Strategy for next quarter".into();
    let mut video = invitation(4, Kind::AudioVideo, party("Анна Карелина", "sip:anna@fabrikam.example"));
    video.subject = "Démo".into();
    video.offers = Offers { accept_with_phone: true, decline: true, ..Offers::default() };
    video.from.origin = "external".into();
    for invitation in [im, phone, meeting, video] {
        state.incoming.upsert(entry(invitation, Phase::Ringing));
    }
    let people =
        vec![party("Lene Aaling", "sip:lenea@contoso.com"), party("Joe Smith", "sip:joe@contoso.com")];
    let conversation = |number, subject: &str, participants, can_invite| Conversation {
        subject: subject.into(),
        participants,
        can_invite,
        can_send: true,
        ..Conversation::new(conversation_id(number))
    };
    state.conversations.upsert(conversation(1, "Third floor printer", people, true));
    let alone = vec![party("Dana Birkby", "sip:dana@contoso.com")];
    state.conversations.upsert(conversation(2, "", alone, false));
    state.outgoing.upsert(entry(outgoing(10, "Joe Smith", "sip:joe@contoso.com"), Phase::Ringing));
    let cancelled = outgoing(11, "Dana Birkby", "sip:dana@contoso.com");
    state.outgoing.upsert(entry(cancelled, answering(Decision::Cancel, Progress::Sending)));
    let outcomes =
        [Outcome::Accepted, Outcome::Missed, Outcome::Declined(Reason::Global), Outcome::AnsweredElsewhere];
    for (number, outcome) in (20..).zip(outcomes) {
        let invitation = invitation(number, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.com"));
        let at = jiff::civil::date(2026, 11, if number == 20 { 20 } else { 21 }).at(13, 50, 0, 0);
        state.history.upsert(PastInvitation::new(number, invitation, outcome, at));
    }
    state
}

/// Returns a list with `count` invitations. The third is an emergency, and every seventh is urgent.
pub fn desk(count: u64) -> State {
    let mut state = quiet();
    let callers = ["Elif Haddad", "Magnus Moreau", "Front desk", "Olga Haddad", "Lene Aaling"];
    let subjects = ["The printer is on fire", "Access to the share", "Headset is dead", "VPN down for all"];
    for (number, (caller, subject)) in (0..count).zip(callers.iter().cycle().zip(subjects.iter().cycle())) {
        let kind = if number % 2 == 0 { Kind::Message } else { Kind::Phone };
        let name = caller.to_lowercase().replace(' ', ".");
        let mut invitation = invitation(number, kind, party(caller, &format!("sip:{name}@contoso.com")));
        invitation.subject = (*subject).into();
        if kind == Kind::Message {
            invitation.message = "Hello, is anybody there?".into();
        }
        invitation.deadline = in_seconds(4 + number);
        invitation.importance = match number {
            2 => Importance::Emergency,
            _ if number % 7 == 6 => Importance::Urgent,
            _ => Importance::Normal,
        };
        state.incoming.upsert(entry(invitation, Phase::Ringing));
    }
    state
}

/// Returns a ringing call to a bot.
pub fn call(number: u64, from: Party) -> Invitation {
    let mut call = invitation(number, Kind::Call, from);
    call.to = Some(Party {
        name: "Help desk bot".into(),
        uri: "app:2891555a-92ff-42e6-80fa-6e1300c6b5c6".into(),
        ..Party::default()
    });
    call.offers = Offers { accept: true, reject: true, redirect: true, ..Offers::default() };
    let fact = |label, value: &str| Fact { label, value: value.into() };
    call.facts = vec![
        fact("media", "audio, video"),
        fact("group", "chat 19:meeting_Win6Ydo4wsMijFjZS00ZGVjLTk5MGUtOTRjNWY2NmNkYTFm@thread.v2"),
        fact("tenant", "9d2b1c7e-0b61-4a4a-9a0e-3f0f0b1a7c11"),
    ];
    call
}

/// Returns a state with two accounts, a user and a bot: the bot has ringing calls and one that it answered.
pub fn with_bot() -> State {
    let mut state = quiet();
    state.accounts.push(Account {
        label: "bot 2891555a".into(),
        me: None,
        status: online(),
        is_bot: true,
        ..Account::default()
    });
    let mut direct = call(
        1,
        Party {
            origin: "your organization".into(),
            ..party("John Doe", "user:112f7296-5fa4-42ca-bae8-6a692b15d4b8")
        },
    );
    direct.deadline = in_seconds(9);
    let mut forwarded = call(2, party("", "tel:+14255550100"));
    forwarded.routes = vec!["forwarded from +14255550199".into()];
    let hidden = Party { origin: "encrypted: the bot has no Calls permission".into(), ..Party::default() };
    let mut past = call(3, hidden);
    past.deadline = NOW;
    for mut call in [direct, forwarded, past] {
        call.id.account = AccountId(1);
        state.incoming.upsert(entry(call, Phase::Ringing));
    }
    let mut im = invitation(4, Kind::Message, party("Lene Aaling", "sip:lenea@contoso.com"));
    im.message = "Hi Tosh".into();
    state.incoming.upsert(entry(im, Phase::Ringing));
    state.conversations.upsert(Conversation {
        participants: vec![party("John Doe", "user:112f7296-5fa4-42ca-bae8-6a692b15d4b8")],
        hang_up: HangUp::Possible,
        note: "the bot is on the line, not you".into(),
        ..Conversation::new(ConversationId { account: AccountId(1), number: 1 })
    });
    let alone = vec![party("Dana Birkby", "sip:dana@contoso.com")];
    let talk = Conversation {
        participants: alone,
        can_invite: true,
        can_send: true,
        ..Conversation::new(conversation_id(2))
    };
    state.conversations.upsert(talk);
    state
}

fn outgoing(number: u64, name: &str, uri: &str) -> Invitation {
    let mut invitation = invitation(number, Kind::Participant, party("Tosh Meston", "sip:tosh@contoso.com"));
    invitation.direction = Direction::Outgoing;
    invitation.to = Some(party(name, uri));
    invitation.offers = Offers { cancel: true, ..Offers::default() };
    invitation.conversation = Some(conversation_id(1));
    invitation
}

/// Draws a state on a terminal of this size.
pub fn terminal(state: &State, look: &Look, (width, height): (u16, u16)) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| {
            if let Some(cursor) = draw(frame.buffer_mut(), state, look) {
                frame.set_cursor_position(cursor);
            }
        })
        .unwrap();
    terminal
}

/// Returns the screen as text. Each line ends with a bar, so that trailing blanks are visible.
pub fn screen(state: &State, look: &Look, size: (u16, u16)) -> String {
    let terminal = terminal(state, look, size);
    let mut text = String::new();
    let buffer = terminal.backend().buffer();
    for row in buffer.content.chunks(usize::from(size.0.max(1))) {
        let mut hidden = 0_u16;
        for cell in row {
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            text.push_str(cell.symbol());
            hidden = ratatui::buffer::CellWidth::cell_width(cell).saturating_sub(1);
        }
        text.push_str("|\n");
    }
    text
}
