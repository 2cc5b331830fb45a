//! Tests of the reducer: messages in, state and effects out.

mod alerts;
mod announcements;
mod answers;
mod approaches;
mod batches;
mod call_invitees;
mod callers;
mod calls;
mod dialog_targets;
mod editing;
mod history;
mod instructions;
mod invariants;
mod invitations;
mod keys;
mod limits;
mod lists;
mod meetings;
mod messages;
mod missed;
mod mouse;
mod newcomers;
mod notices;
mod people;
mod presence;
mod queue;
mod reasons;
mod rule_facts;
mod rules;
mod scrolling;
mod started_conversations;
mod targets;
mod tasks;
mod threads;
mod transfers;
mod walkthrough;

use std::sync::Arc;
use std::time::Duration;

use crate::app::key::{Code, Key};
use crate::app::{
    Account, Action, Announcement, Decline, Effect, Entry, Message, Mode, Now, Phase, Progress, Settings,
    State, Tab, Tone, available, update,
};
use crate::invitation::{
    AccountId, Conversation, ConversationId, Decision, Direction, HangUp, Invitation, InvitationId, Kind,
    Moment, Offers, Outcome, Party, Reason,
};
use crate::provider::{Command, Event, Problem, Status, Ticket};

const ACCOUNT: AccountId = AccountId(0);

/// Returns the keys that move the highlight of a menu, each with the index that it leads to from the first item or back.
fn down_and_up() -> [(Key, usize); 6] {
    let shift_tab = Key { shift: true, ..Key::plain(Code::Tab) };
    [
        (Key::plain(Code::Down), 1),
        (Key::plain(Code::Up), 0),
        (Key::from('j'), 1),
        (Key::from('k'), 0),
        (Key::plain(Code::Tab), 1),
        (shift_tab, 0),
    ]
}

fn id(number: u64) -> InvitationId {
    InvitationId { account: ACCOUNT, number }
}

fn conversation_id(number: u64) -> ConversationId {
    ConversationId { account: ACCOUNT, number }
}

const DEADLINE: Moment = Moment(Duration::from_secs(30));

fn invitation(number: u64, kind: Kind) -> Invitation {
    let outgoing = kind == Kind::Participant;
    let direction = if outgoing { Direction::Outgoing } else { Direction::Incoming };
    let (arrived, deadline) = (Moment(Duration::from_millis(number)), DEADLINE);
    Invitation {
        from: Party {
            name: format!("Caller {number}").as_str().into(),
            uri: "sip:c@x.example".into(),
            ..Party::default()
        },
        to: outgoing.then(|| Party { uri: "sip:to@x.example".into(), ..Party::default() }),
        subject: "Subject".into(),
        message: "Message".into(),
        offers: Offers {
            accept: matches!(kind, Kind::Message | Kind::Meeting | Kind::Call),
            accept_with_phone: kind == Kind::AudioVideo,
            decline: !outgoing && kind != Kind::Call,
            cancel: outgoing,
            reject: kind == Kind::Call,
            redirect: kind == Kind::Call,
        },
        conversation: Some(conversation_id(1_000)),
        ..Invitation::new(id(number), kind, direction, arrived, deadline)
    }
}

/// Returns a person with that name and an address made of it.
fn somebody(name: &str) -> Party {
    let uri = format!("sip:{}@x.example", name.to_lowercase());
    Party { name: name.into(), uri: uri.as_str().into(), ..Party::default() }
}

/// Returns a conversation; those with an even number are calls that the bot has answered.
fn conversation(number: u64) -> Conversation {
    let call = number.is_multiple_of(2);
    Conversation {
        subject: "Talk".into(),
        participants: vec![Party { name: format!("Caller {number}").as_str().into(), ..Party::default() }],
        can_invite: !call,
        can_send: !call,
        hang_up: if call { HangUp::Possible } else { HangUp::Impossible },
        ..Conversation::new(conversation_id(number))
    }
}

/// A state under test, with the effects that the reducer returned.
struct TestApp {
    state: State,
    moment: Moment,
    effects: Vec<Effect>,
    /// The people whom the provider was told to describe, apart from the other effects.
    described: Vec<(AccountId, String)>,
    /// The announcements, apart from the other effects.
    announcements: Vec<Announcement>,
}

impl TestApp {
    fn new() -> Self {
        let settings = Settings { history_limit: 3, bell: true, ..Settings::default() };
        let account = Account { status: Status::Online { since: Moment::default() }, ..Account::default() };
        let moment = Moment(Duration::from_secs(1));
        Self {
            state: State::new(settings, vec![account], now(moment), (80, 24)),
            moment,
            effects: Vec::new(),
            described: Vec::new(),
            announcements: Vec::new(),
        }
    }

    fn ringing(kinds: &[Kind]) -> Self {
        let mut app = Self::new();
        for (number, kind) in (1..).zip(kinds) {
            app.see(invitation(number, *kind));
        }
        app.effects.clear();
        app
    }

    fn take(&mut self, message: Message) {
        for effect in update(&mut self.state, now(self.moment), message) {
            match effect {
                Effect::Provider(account, Command::Describe(address)) => {
                    self.described.push((account, address.to_string()));
                }
                Effect::Announce(announcement) => self.announcements.push(*announcement),
                other => self.effects.push(other),
            }
        }
        self.state.viewport = crate::ui::viewport(&self.state, &crate::ui::Look::default());
        if self.state.shows_unread() {
            self.effects.extend(update(&mut self.state, now(self.moment), Message::Seen));
        }
    }

    fn event(&mut self, event: Event) {
        self.take(Message::Provider(ACCOUNT, event));
    }

    fn see(&mut self, invitation: Invitation) {
        self.event(Event::Invitation(Arc::new(invitation)));
    }

    fn over(&mut self, number: u64, outcome: Outcome) {
        self.event(Event::Ended { id: id(number), outcome });
    }

    fn refused(&mut self, ticket: u64) {
        self.event(Event::Refused { ticket: Ticket(ticket), problem: Problem::new("no", "") });
    }

    fn press(&mut self, keys: &str) {
        for character in keys.chars() {
            self.key(match character {
                '\n' => Key::plain(Code::Enter),
                '\u{1b}' => Key::plain(Code::Esc),
                other => other.into(),
            });
        }
    }

    fn key(&mut self, key: Key) {
        self.take(Message::Key(key));
    }

    fn pass(&mut self, time: Duration) {
        self.moment = self.moment.after(time);
        self.take(Message::Tick);
    }

    fn entry(&self, number: u64) -> &Entry {
        self.state.incoming.get(id(number)).or_else(|| self.state.outgoing.get(id(number))).unwrap()
    }

    /// Returns whether no dialog is open.
    fn is_idle(&self) -> bool {
        matches!(self.state.mode, Mode::Lists)
    }

    /// Changes the subject of an invitation.
    fn retitle(&mut self, number: u64, kind: Kind, subject: &str) {
        self.see(Invitation { subject: subject.into(), ..invitation(number, kind) });
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.take(Message::Resize(columns, rows));
    }

    /// Returns the ticket of the latest request that has not been answered.
    fn request(&self) -> Ticket {
        *self.state.pending_requests.keys().next_back().unwrap()
    }

    fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// Returns the answers that were sent, in order.
    fn answers(&self) -> Vec<(u64, Decision)> {
        let answer = |effect: &Effect| match effect {
            Effect::Provider(_, Command::Answer { invitation, decision, .. }) => {
                Some((invitation.number, decision.clone()))
            }
            _ => None,
        };
        self.effects.iter().filter_map(answer).collect()
    }

    fn outcomes(&self) -> Vec<Outcome> {
        self.state.history.page(0).map(|past| past.outcome.clone()).collect()
    }
}

fn now(moment: Moment) -> Now {
    Now { moment, wall: jiff::civil::date(2026, 1, 5).at(9, 0, 0, 0) }
}
