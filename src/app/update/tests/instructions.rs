use super::*;
use crate::app::{Instruction, Place, PresenceChoice, Reply};
use crate::invitation::{Destination, PreferredAvailability, Rejection};

impl TestApp {
    fn instruct(&mut self, number: u64, instruction: Instruction) {
        self.take(Message::Instruct { number, instruction });
    }

    /// Returns the replies since the last call.
    fn replies(&mut self) -> Vec<(u64, Reply)> {
        let effects = std::mem::take(&mut self.effects);
        let reply = |effect| match effect {
            Effect::Reply { number, reply } => Some((number, reply)),
            _ => None,
        };
        effects.into_iter().filter_map(reply).collect()
    }
}

fn lost() -> Problem {
    Problem::new("the response was lost", "")
}

#[test]
fn an_answer_is_done_when_the_invitation_has_ended_so_and_not_before() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message, Kind::Message]);
    for number in 1..=3 {
        app.instruct(number, Instruction::Accept(id(number)));
    }
    assert_eq!(app.answers().len(), 3);
    let ticket = app.request();
    app.event(Event::Completed(ticket));
    app.event(Event::Uncertain { ticket, problem: lost() });
    assert_eq!(app.replies(), [], "nobody knows yet");
    app.over(1, Outcome::Accepted);
    app.over(2, Outcome::CallerGaveUp);
    app.over(3, Outcome::Lost);
    let replies = [
        (1, Reply::Done("accepted".into())),
        (2, Reply::Failed("the caller gave up".into())),
        (3, Reply::Unknown("ended; outcome unknown (connection lost)".into())),
    ];
    assert_eq!(app.replies(), replies);
}

#[test]
fn a_refused_answer_has_failed_and_can_be_given_again() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.instruct(1, Instruction::Decline(id(1), None));
    app.instruct(2, Instruction::Accept(id(1)));
    assert_eq!(app.replies(), [(2, Reply::Failed("already answered".into()))]);
    app.refused(0);
    assert_eq!(app.replies(), [(1, Reply::Failed("no".into()))]);
    app.instruct(3, Instruction::Accept(id(1)));
    assert_eq!(app.answers(), [(1, Decision::Accept)]);
}

#[test]
fn a_request_is_done_when_the_server_accepts_it_and_unknown_when_its_response_is_lost() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    let place = Place::Conversation(conversation_id(1));
    app.instruct(1, Instruction::Send(place, "Hello".into()));
    app.event(Event::Completed(app.request()));
    app.instruct(2, Instruction::Send(place, "Hello?".into()));
    app.event(Event::Uncertain { ticket: app.request(), problem: lost() });
    app.instruct(3, Instruction::Leave(Place::Conversation(conversation_id(1))));
    app.instruct(4, Instruction::Invite(place, "nobody".into()));
    let why = "Enter an address like joe@contoso.com or a number like +14255550100";
    let replies = [
        (1, Reply::Done("accepted by the server".into())),
        (2, Reply::Unknown("the response was lost".into())),
        (3, Reply::Failed("the conversation does not allow that now".into())),
        (4, Reply::Failed(why.into())),
    ];
    assert_eq!(app.replies(), replies);
    assert!(app.state.instructions.is_empty());
}

#[test]
fn an_invitation_of_the_history_still_names_its_conversation() {
    let mut app = TestApp::new();
    for number in [1, 3] {
        let conversation_id = Some(conversation_id(number));
        app.see(Invitation { conversation: conversation_id, ..invitation(number, Kind::Message) });
        app.event(Event::Conversation(Box::new(conversation(number))));
        app.over(number, Outcome::Accepted);
    }
    app.pass(Duration::from_secs(60));
    assert!(app.state.entry(id(1)).is_none(), "its row is gone");
    for number in [1, 3, 5] {
        app.instruct(number, Instruction::Send(Place::Invitation(id(number)), number.to_string()));
    }
    let sent = app.effects.iter().filter_map(|effect| match effect {
        Effect::Provider(_, Command::Send { conversation, text, .. }) => Some((*conversation, text.as_str())),
        _ => None,
    });
    assert_eq!(sent.collect::<Vec<_>>(), [(conversation_id(1), "1"), (conversation_id(3), "3")]);
    assert_eq!(app.replies(), [(5, Reply::Failed("there is no such invitation".into()))]);
}

#[test]
fn a_call_to_a_bot_is_rejected_and_redirected() {
    let mut app = TestApp::ringing(&[Kind::Call, Kind::Call, Kind::Call]);
    let to = Destination::parse("+14255550100").unwrap();
    app.instruct(1, Instruction::Decline(id(1), None));
    app.instruct(2, Instruction::Reject(id(2), Some(Rejection::Forbidden)));
    app.instruct(3, Instruction::Redirect(id(3), to.clone()));
    app.instruct(4, Instruction::Decline(id(3), Some(Reason::Global)));
    let rejecting = |reason| Decision::Reject { reason, callback: None };
    let answers =
        [(1, rejecting(Rejection::Busy)), (2, rejecting(Rejection::Forbidden)), (3, Decision::Redirect(to))];
    assert_eq!(app.answers(), answers);
    let why = "a call to a bot is rejected, with busy, none or forbidden";
    assert_eq!(app.replies(), [(4, Reply::Failed(why.into()))]);
}

#[test]
fn a_presence_is_that_of_the_only_account_or_of_the_named_one() {
    let mut app = TestApp::new();
    let busy = |account: Option<&str>| Instruction::Presence {
        choice: PresenceChoice::Set(PreferredAvailability::Busy),
        account: account.map(str::to_owned),
    };
    app.instruct(1, busy(None));
    app.event(Event::Completed(app.request()));
    app.state.accounts.push(Account { label: "home".into(), ..Account::default() });
    app.instruct(2, busy(None));
    app.instruct(3, busy(Some("home")));
    app.instruct(4, busy(Some("HOME")));
    app.instruct(5, busy(Some("hom")));
    let sent = app.effects.iter().filter_map(|effect| match effect {
        Effect::Provider(account, Command::SetPresence { .. }) => Some(*account),
        _ => None,
    });
    assert_eq!(sent.collect::<Vec<_>>(), [ACCOUNT, AccountId(1), AccountId(1)]);
    let replies = [
        (1, Reply::Done("accepted by the server".into())),
        (2, Reply::Failed("several accounts have a presence; add the name of one".into())),
        (5, Reply::Failed("no account with a presence is named hom".into())),
    ];
    assert_eq!(app.replies(), replies);
}

#[test]
fn a_call_whose_time_is_up_is_not_accepted_and_the_reason_says_so() {
    let mut app = TestApp::ringing(&[Kind::Call]);
    app.pass(DEADLINE.left(app.moment));
    app.instruct(1, Instruction::Accept(id(1)));
    let why = "too late: the call can no longer be answered";
    assert_eq!(app.replies(), [(1, Reply::Failed(why.into()))]);
}

#[test]
fn a_bot_alone_has_no_presence_to_set() {
    let mut app = TestApp::new();
    app.state.accounts[0].is_bot = true;
    let choice = PresenceChoice::Set(PreferredAvailability::Busy);
    app.instruct(1, Instruction::Presence { choice, account: None });
    assert_eq!(app.replies(), [(1, Reply::Failed("a bot’s account has no presence".into()))]);
}
