//! The reducer as data: what comes in, what is then so, and what is to be done.

mod calls;
mod lists;
mod notices;
mod promises;
mod scrolling;
mod targets;

use std::time::Duration;

use crate::app::key::{Code, Key};
use crate::app::{
    Account, Action, Decline, Effect, Entry, Message, Mode, Now, Phase, Progress, Settings, State, Tab, Tone,
    available, update,
};
use crate::invitation::{
    AccountId, Conversation, ConversationId, Decision, Direction, HangUp, Invitation, InvitationId, Kind,
    Moment, Offers, Outcome, Party, Reason,
};
use crate::provider::{Command, Event, Problem, Status, Ticket};

const ACCOUNT: AccountId = AccountId(0);

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

/// Every other one is a call that the bot has answered.
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

/// A reducer at work: takes messages, keeps what it wanted done.
struct Desk {
    state: State,
    moment: Moment,
    effects: Vec<Effect>,
}

impl Desk {
    fn new() -> Self {
        let settings = Settings { history_limit: 3, bell: true, ..Settings::default() };
        let account = Account { status: Status::Online { since: Moment::default() }, ..Account::default() };
        let moment = Moment(Duration::from_secs(1));
        Self {
            state: State::new(settings, vec![account], now(moment), (80, 24)),
            moment,
            effects: Vec::new(),
        }
    }

    fn ringing(kinds: &[Kind]) -> Self {
        let mut desk = Self::new();
        for (number, kind) in (1..).zip(kinds) {
            desk.see(invitation(number, *kind));
        }
        desk.effects.clear();
        desk
    }

    fn take(&mut self, message: Message) {
        self.effects.extend(update(&mut self.state, now(self.moment), message));
        self.state.viewport = crate::ui::viewport(&self.state, &crate::ui::Look::default());
    }

    fn event(&mut self, event: Event) {
        self.take(Message::Provider(ACCOUNT, event));
    }

    fn see(&mut self, invitation: Invitation) {
        self.event(Event::Invitation(Box::new(invitation)));
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

    /// Whatever is open is closed.
    fn is_idle(&self) -> bool {
        matches!(self.state.mode, Mode::Lists)
    }

    /// Something else is said of what an invitation is about.
    fn retitle(&mut self, number: u64, kind: Kind, subject: &str) {
        self.see(Invitation { subject: subject.into(), ..invitation(number, kind) });
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.take(Message::Resize(columns, rows));
    }

    fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.to_string()).unwrap_or_default()
    }

    /// What was sent, in order.
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

#[test]
fn a_new_invitation_rings_the_bell_once_and_leaves_the_selection() {
    let mut desk = Desk::new();
    desk.see(invitation(1, Kind::Message));
    desk.see(invitation(2, Kind::Phone));
    desk.see(invitation(2, Kind::Phone));
    assert_eq!(desk.effects, [Effect::Bell, Effect::Bell]);
    assert_eq!(desk.state.incoming.selected().unwrap().invitation.id, id(1));
}

#[test]
fn each_kind_is_accepted_as_the_server_offers_it_or_says_why_not() {
    for (kind, decision) in [
        (Kind::Message, Some(Decision::Accept)),
        (Kind::Meeting, Some(Decision::Accept)),
        (Kind::AudioVideo, Some(Decision::AcceptWithPhone)),
        (Kind::Phone, None),
    ] {
        let mut desk = Desk::ringing(&[kind]);
        assert_eq!(available(&desk.state).contains(&Action::Accept), decision.is_some(), "{kind:?}");
        desk.press("a");
        assert_eq!(desk.answers(), decision.map(|decision| (1, decision)).into_iter().collect::<Vec<_>>());
        if kind == Kind::Phone {
            assert!(desk.notice().contains("answered on the phone"));
        }
    }
}

#[test]
fn only_evidence_ends_an_invitation() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.event(Event::Completed(Ticket(0)));
    let sent = Phase::Answering { decision: Decision::Accept, ticket: Ticket(0), progress: Progress::Sent };
    assert_eq!(desk.entry(1).phase, sent);
    desk.pass(Duration::from_secs(120));
    assert_eq!(desk.entry(1).phase, sent, "a deadline alone ends nothing");
    desk.over(1, Outcome::Accepted);
    assert!(!desk.entry(1).is_pending());
    assert_eq!(desk.outcomes(), [Outcome::Accepted]);
}

#[test]
fn one_flight_for_each_invitation() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("aDad\n");
    assert_eq!(desk.answers(), [(1, Decision::Accept)]);
    assert!(desk.notice().contains("being answered"), "{}", desk.notice());
}

#[test]
fn a_refused_answer_can_be_given_again() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.refused(0);
    assert_eq!(desk.entry(1).phase, Phase::Ringing);
    assert_eq!(desk.state.notice.as_ref().unwrap().tone, Tone::Problem);
    desk.press("D");
    assert_eq!(desk.answers(), [(1, Decision::Accept), (1, Decision::Decline(Reason::Local))]);
}

#[test]
fn what_is_said_of_an_older_request_changes_nothing() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.refused(0);
    desk.press("a");
    for stale in [
        Event::Refused { ticket: Ticket(0), problem: Problem::new("late", "") },
        Event::Completed(Ticket(0)),
        Event::Uncertain { ticket: Ticket(0), problem: Problem::new("late", "") },
    ] {
        desk.event(stale);
        let sending =
            Phase::Answering { decision: Decision::Accept, ticket: Ticket(1), progress: Progress::Sending };
        assert_eq!(desk.entry(1).phase, sending);
    }
}

#[test]
fn a_lost_reply_blocks_a_second_answer_until_it_is_known_what_became_of_it() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.event(Event::Uncertain { ticket: Ticket(0), problem: Problem::new("the connection broke", "") });
    assert!(desk.notice().contains("not known yet"), "{}", desk.notice());
    desk.press("a");
    assert_eq!(desk.answers().len(), 1);
    desk.refused(0);
    desk.press("a");
    assert_eq!(desk.answers().len(), 2);
}

#[test]
fn the_callers_end_beats_our_accept_and_is_said() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("a");
    desk.over(1, Outcome::CallerGaveUp);
    assert!(desk.notice().contains("the caller gave up, before"), "{}", desk.notice());
    desk.event(Event::Completed(Ticket(0)));
    desk.over(1, Outcome::Accepted);
    assert_eq!(desk.outcomes(), [Outcome::CallerGaveUp], "a final state is final");
}

#[test]
fn a_late_word_brings_nothing_back() {
    let mut desk = Desk::new();
    desk.over(1, Outcome::Missed);
    desk.see(invitation(1, Kind::Message));
    assert!(desk.state.incoming.is_empty(), "over before it was seen");
    desk.see(invitation(2, Kind::Message));
    desk.over(2, Outcome::Missed);
    desk.see(invitation(2, Kind::Message));
    assert!(!desk.entry(2).is_pending());
    desk.pass(Duration::from_secs(6));
    desk.see(invitation(2, Kind::Message));
    assert!(desk.state.incoming.is_empty());
    assert_eq!(desk.outcomes(), [Outcome::Missed]);
}

#[test]
fn what_is_over_stays_for_a_moment_and_keys_rest_for_a_blink_after_it_left() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    desk.over(1, Outcome::Missed);
    desk.pass(Duration::from_secs(4));
    assert_eq!(desk.state.incoming.len(), 2);
    desk.press("a");
    assert!(desk.notice().contains("It is over: missed"), "{}", desk.notice());
    desk.pass(Duration::from_secs(1));
    assert_eq!(desk.state.incoming.len(), 1);
    desk.press("a");
    assert!(desk.answers().is_empty(), "that key was meant for the one before");
    desk.pass(Duration::from_millis(400));
    desk.press("a");
    assert_eq!(desk.answers(), [(2, Decision::Accept)]);
}

#[test]
fn a_reason_is_chosen_by_moving_or_typing() {
    let mut desk = Desk::ringing(&[Kind::Phone]);
    desk.press("d");
    let Mode::Decline(Decline { picker, .. }) = &desk.state.mode else { panic!("no picker") };
    assert_eq!(picker.choices.len(), 12);
    assert_eq!(picker.choices[picker.highlighted], Reason::Local);
    desk.key(Key::plain(Code::Down));
    desk.press("\n");
    assert_eq!(desk.answers(), [(1, Decision::Decline(Reason::Global))]);
    desk.refused(0);
    desk.press("dcodec\n");
    assert_eq!(desk.answers()[1], (1, Decision::Decline(Reason::CodecMismatch)));
    desk.refused(1);
    desk.press("dxyzzy\n\u{1b}");
    assert_eq!(desk.answers().len(), 2, "nothing matches, nothing is sent");
    assert!(matches!(desk.state.mode, Mode::Lists));
}

#[test]
fn the_picker_closes_when_what_it_is_for_is_over() {
    let mut desk = Desk::ringing(&[Kind::Phone, Kind::Phone]);
    desk.press("d");
    desk.event(Event::Snapshot { invitations: vec![invitation(2, Kind::Phone)], conversations: Vec::new() });
    assert!(matches!(desk.state.mode, Mode::Lists));
    assert_eq!(desk.outcomes(), [Outcome::Lost]);
    assert!(desk.entry(2).is_pending());
}

#[test]
fn a_snapshot_is_swapped_in_and_leaves_other_accounts_alone() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message]);
    let other =
        Invitation { id: InvitationId { account: AccountId(1), number: 7 }, ..invitation(7, Kind::Message) };
    desk.take(Message::Provider(AccountId(1), Event::Invitation(Box::new(other))));
    desk.event(Event::Conversation(Box::new(conversation(1))));
    let others = ConversationId { account: AccountId(1), number: 9 };
    let other = Event::Conversation(Box::new(Conversation::new(others)));
    desk.take(Message::Provider(AccountId(1), other));
    desk.event(Event::Snapshot {
        invitations: vec![invitation(2, Kind::Message), invitation(3, Kind::Message)],
        conversations: vec![conversation(2)],
    });
    let mut pending: Vec<u64> = desk
        .state
        .incoming
        .iter()
        .filter(|entry| entry.is_pending())
        .map(|entry| entry.invitation.id.number)
        .collect();
    pending.sort_unstable();
    assert_eq!(pending, [2, 3, 7]);
    assert_eq!(desk.state.conversations.page(0).map(|it| it.id.number).collect::<Vec<_>>(), [2, 9]);
}

#[test]
fn accept_and_decline_act_on_all_that_are_marked() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Phone, Kind::Message, Kind::Message]);
    desk.press("   a");
    assert_eq!(desk.answers(), [(1, Decision::Accept), (3, Decision::Accept)]);
    assert!(desk.notice().contains("Caller 2: a phone call"), "{}", desk.notice());
    assert!(desk.state.marked.is_empty());
}

#[test]
fn our_own_invitation_is_cancelled_and_an_incoming_one_is_not() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Participant]);
    desk.press("c");
    assert!(desk.notice().contains("decline this one"), "{}", desk.notice());
    desk.press("2c");
    assert_eq!(desk.answers(), [(2, Decision::Cancel)]);
    desk.over(2, Outcome::Cancelled);
    assert_eq!(desk.outcomes(), [Outcome::Cancelled]);
}

#[test]
fn somebody_is_invited_by_an_address_that_makes_sense() {
    let mut desk = Desk::new();
    desk.press("i");
    assert!(matches!(desk.state.mode, Mode::Lists), "there is no conversation");
    desk.event(Event::Conversation(Box::new(conversation(5))));
    desk.press("3ijoe\n");
    let Mode::Prompt(prompt) = &desk.state.mode else { panic!("the prompt is gone") };
    assert!(prompt.complaint.is_some());
    desk.take(Message::Paste("@x.exam\u{7}ple\n".into()));
    desk.press("\n");
    let invite = Command::Invite {
        ticket: Ticket(0),
        conversation: conversation_id(5),
        uri: "sip:joe@x.example".into(),
    };
    assert_eq!(desk.effects.last(), Some(&Effect::Provider(ACCOUNT, invite)), "{:?}", desk.state.mode);
}

#[test]
fn somebody_can_be_invited_where_no_messages_can_be_sent() {
    let mut desk = Desk::new();
    let silent = Conversation { can_send: false, can_invite: true, ..conversation(5) };
    desk.event(Event::Conversation(Box::new(silent)));
    desk.press("3ijoe@x.example\n");
    assert!(
        matches!(desk.effects.last(), Some(Effect::Provider(_, Command::Invite { .. }))),
        "{:?}",
        desk.effects
    );
}

#[test]
fn a_filter_follows_each_key_and_escape_brings_the_former_one_back() {
    let mut desk = Desk::ringing(&[Kind::Message, Kind::Message, Kind::Message]);
    desk.press("/caller 2");
    assert_eq!(desk.state.incoming.shown(), 1);
    desk.see(invitation(4, Kind::Message));
    assert_eq!(desk.state.incoming.shown(), 1, "what arrives is filtered, too");
    desk.press("\n/x\u{1b}");
    assert_eq!(desk.state.incoming.shown(), 1);
    desk.press("\u{1b}");
    assert_eq!(desk.state.incoming.shown(), 4);
}

#[test]
fn the_history_is_bounded_and_the_latest_comes_first() {
    let mut desk = Desk::ringing(&[Kind::Message; 5]);
    for (number, outcome) in [
        (1, Outcome::Missed),
        (2, Outcome::Forwarded),
        (3, Outcome::Lost),
        (4, Outcome::Joined),
        (5, Outcome::Accepted),
    ] {
        desk.over(number, outcome);
    }
    assert_eq!(desk.outcomes(), [Outcome::Accepted, Outcome::Joined, Outcome::Lost]);
}

#[test]
fn a_tick_is_wanted_only_while_something_depends_on_it() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    assert!(desk.state.needs_tick());
    desk.press("4");
    assert!(!desk.state.needs_tick());
    desk.over(1, Outcome::Missed);
    assert!(desk.state.needs_tick(), "a row has to leave");
    desk.pass(Duration::from_secs(6));
    assert!(!desk.state.needs_tick());
    let problem = Problem::new("the line broke", "");
    desk.event(Event::Status(Status::Retrying { at: desk.moment.after(Duration::from_secs(9)), problem }));
    assert!(desk.state.needs_tick(), "the header counts down");
    desk.event(Event::Status(Status::Replaced));
    assert!(!desk.state.needs_tick());
    desk.see(invitation(2, Kind::Participant));
    assert!(!desk.state.needs_tick(), "it counts down in another list");
    desk.press("2");
    assert!(desk.state.needs_tick());
}

#[test]
fn ctrl_c_quits_whatever_is_open() {
    for open in ["", "d", "/", "?", ":"] {
        let mut desk = Desk::ringing(&[Kind::Message]);
        desk.press(open);
        desk.key(Key::ctrl('c'));
        assert_eq!(desk.effects, [Effect::Quit], "{open}");
    }
}

#[test]
fn every_action_can_be_chosen_by_its_name() {
    for action in Action::all().filter(|action| *action != Action::Palette) {
        let mut desk = Desk::ringing(&[Kind::Message]);
        desk.press(":");
        desk.press(action.name());
        let Mode::Palette(crate::app::Palette { picker, .. }) = &desk.state.mode else {
            panic!("no palette")
        };
        assert_eq!(picker.choices.first(), Some(&action), "{}", action.name());
        desk.press("\n");
        assert!(!matches!(desk.state.mode, Mode::Palette(_)));
    }
}

#[test]
fn who_leaves_can_only_hurry() {
    let mut desk = Desk::ringing(&[Kind::Message]);
    desk.press("q");
    assert_eq!(desk.effects, [Effect::Quit]);
    desk.press("ad1?:/");
    assert_eq!(desk.effects, [Effect::Quit], "nothing is answered any more");
    assert!(matches!(desk.state.mode, Mode::Lists));
    desk.press("q");
    desk.key(Key::ctrl('c'));
    desk.key(Key::ctrl('z'));
    assert_eq!(desk.effects, [Effect::Quit, Effect::Quit, Effect::Quit, Effect::Suspend]);
}
