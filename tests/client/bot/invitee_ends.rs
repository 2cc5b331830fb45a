//! How invitations to a call end, whatever tells of the end and in whatever order.

use rsvp::invitation::{ConversationId, Destination, InvitationId, Outcome};
use rsvp::provider::exchange::TransportError;
use rsvp::provider::graph::calls::Calls;
use rsvp::provider::graph::error::GraphError;
use rsvp::provider::graph::notification::CallId;
use rsvp::provider::{Event, Ticket};
use serde_json::{Value, json};

use super::posting::{about, calls, read};
use super::quick;

const SOMEBODY: &str = "112f7296-5fa4-42ca-bae8-6a692b15d4b8";

/// The invitation that a [`Line`] sends first.
const TICKET: Ticket = Ticket(1);

/// A call that the bot is connected to.
struct Line {
    calls: Calls,
    call: CallId,
    conversation: ConversationId,
}

impl Line {
    fn new() -> Self {
        let mut calls = calls();
        let created = read(&about("1", "created", &json!({ "state": "incoming" })));
        let call = created.call.clone();
        calls.apply(created);
        calls.apply(read(&about("1", "updated", &json!({ "state": "established" }))));
        let conversation = calls.take_events().into_iter().find_map(|event| match event {
            Event::Conversation(conversation) => Some(conversation.id),
            _ => None,
        });
        Self { calls, call, conversation: conversation.expect("the bot is connected") }
    }

    fn invite(&mut self, ticket: Ticket, user: &str) -> Result<Value, &'static str> {
        let to = Destination::parse(user).unwrap();
        self.calls.invite(self.conversation, ticket, &to).map(|job| job.body)
    }

    /// Invites somebody. Returns the id that they have as a participant, and the context of the operation.
    fn invite_somebody(&mut self) -> (Value, Value) {
        let body = self.invite(TICKET, SOMEBODY).unwrap();
        (body["participants"][0]["participantId"].clone(), body["clientContext"].clone())
    }

    /// Invites somebody, with a response that promises an operation.
    fn invited(&mut self) -> (InvitationId, Value, Value) {
        let (participant, context) = self.invite_somebody();
        self.calls.invited(&self.call, TICKET, &Ok(json!({ "status": "running" })));
        let id = self.calls.take_events().into_iter().find_map(|event| match event {
            Event::Invitation(invitation) => Some(invitation.id),
            _ => None,
        });
        (id.expect("it is shown"), participant, context)
    }

    fn operation(&mut self, context: &Value, status: &str, more: (&str, Value)) {
        let mut data = json!({
            "@odata.type": "#microsoft.graph.inviteParticipantsOperation", "status": status,
            "clientContext": context,
        });
        data[more.0] = more.1;
        self.calls.apply(read(&about("1/operations/1", "updated", &data)));
    }

    fn roster(&mut self, id: &Value, user: &str) {
        let entry = json!([{ "id": id, "info": { "identity": { "user": { "id": user } } } }]);
        self.calls.apply(read(&about("1/participants", "updated", &entry)));
    }

    /// Returns what was told of invitations and of requests since the last call.
    fn told(&mut self) -> Vec<String> {
        let words = |event: Event| match event {
            Event::Invitation(_) => Some("shown".to_owned()),
            Event::Completed(_) => Some("completed".to_owned()),
            Event::Uncertain { .. } => Some("uncertain".to_owned()),
            Event::Refused { .. } => Some("refused".to_owned()),
            Event::Unsettled(_) => Some("unsettled".to_owned()),
            Event::Ended { outcome: Outcome::Failed(why), .. } => Some(format!("failed: {why}")),
            Event::Ended { outcome, .. } => Some(format!("{outcome:?}")),
            _ => None,
        };
        self.calls.take_events().into_iter().filter_map(words).collect()
    }
}

fn nobody() -> (&'static str, Value) {
    ("participants", json!([]))
}

fn reason() -> (&'static str, Value) {
    ("resultInfo", json!({ "code": 480, "subcode": 10_037 }))
}

fn lost() -> Result<Value, GraphError> {
    Err(GraphError::Transport(TransportError::uncertain("reset")))
}

#[test]
fn the_response_may_tell_the_end_of_an_invitation_already() {
    quick(async {
        for (status, (name, value), expected) in [
            ("running", nobody(), None),
            ("completed", ("participants", json!([{}])), Some("Joined")),
            ("Completed", nobody(), Some("Cancelled")),
            ("failed", reason(), Some("failed: there was no one to reach (480/10037)")),
        ] {
            let mut line = Line::new();
            line.invite_somebody();
            line.calls.invited(&line.call, TICKET, &Ok(json!({ "status": status, name: value })));
            let told: Vec<&str> = ["shown", "completed"].into_iter().chain(expected).collect();
            assert_eq!(line.told(), told, "{status}");
        }
    });
}

#[test]
fn what_was_told_of_an_invitation_before_its_response_was_lost_counts() {
    quick(async {
        let mut line = Line::new();
        line.invite_somebody();
        line.roster(&json!("another"), SOMEBODY);
        assert_eq!(line.told(), Vec::<String>::new(), "the response is awaited");
        line.calls.invited(&line.call, TICKET, &lost());
        assert_eq!(line.told(), ["shown", "completed", "Joined"]);
        let mut line = Line::new();
        let (_, context) = line.invite_somebody();
        line.calls.invited(&line.call, TICKET, &lost());
        assert_eq!(line.told(), ["uncertain"]);
        line.operation(&context, "failed", reason());
        assert_eq!(line.told(), ["shown", "completed", "failed: there was no one to reach (480/10037)"]);
    });
}

#[test]
fn somebody_who_was_invited_is_known_by_their_address_or_by_the_id_that_the_bot_gave() {
    quick(async {
        const OTHER: &str = "98e1c7d4-5c94-4b41-8a4f-2b8b34a3e8a1";
        for (is_own_id, user, has_joined) in [
            (true, OTHER.to_owned(), true),
            (false, SOMEBODY.to_owned(), true),
            (false, SOMEBODY.to_uppercase(), true),
            (false, OTHER.to_owned(), false),
        ] {
            let mut line = Line::new();
            let (_, participant, _) = line.invited();
            let upper = participant.as_str().unwrap().to_uppercase();
            line.roster(&if is_own_id { json!(upper) } else { json!(OTHER) }, &user);
            assert_eq!(line.told() == ["Joined"], has_joined, "{is_own_id} {user}");
        }
    });
}

#[test]
fn an_invitation_that_is_being_withdrawn_ends_once_by_whatever_is_told_first() {
    quick(async {
        for (status, more, expected) in [
            ("failed", reason(), "Cancelled"),
            ("completed", nobody(), "Cancelled"),
            ("completed", ("participants", json!([{}])), "Joined"),
        ] {
            let mut line = Line::new();
            let (id, _, context) = line.invited();
            line.calls.withdraw(id, Ticket(2)).unwrap();
            assert!(line.calls.withdraw(id, Ticket(3)).is_err(), "it is being withdrawn already");
            line.operation(&context, status, more);
            assert_eq!(line.told(), [expected]);
            line.calls.withdrawn(&line.call, Ticket(2), &Ok(()));
            assert_eq!(line.told(), ["completed"], "{expected}");
            assert!(line.calls.withdraw(id, Ticket(3)).is_err(), "it is over");
        }
    });
}

#[test]
fn so_many_invitations_to_one_call_are_under_way_and_no_more() {
    quick(async {
        let mut line = Line::new();
        let somebody = |number: u64| format!("112f7296-5fa4-42ca-bae8-{number:012}");
        for number in 1..=32 {
            line.invite(Ticket(number), &somebody(number)).unwrap();
        }
        let why = line.invite(Ticket(33), &somebody(33)).unwrap_err();
        assert!(why.contains("too many invitations"), "{why}");
        line.roster(&json!("1"), &somebody(1));
        line.calls.invited(&line.call, TICKET, &Ok(json!({})));
        assert_eq!(line.told(), ["shown", "completed", "Joined"]);
        line.invite(Ticket(33), &somebody(33)).unwrap();
    });
}

#[test]
fn an_invitation_that_was_not_withdrawn_says_whether_that_is_certain() {
    quick(async {
        for (error, words) in [
            (GraphError::Transport(TransportError::uncertain("reset")), "uncertain"),
            (GraphError::UnexpectedServer(403), "refused"),
        ] {
            let mut line = Line::new();
            let (id, _, _) = line.invited();
            line.calls.withdraw(id, Ticket(2)).unwrap();
            line.calls.withdrawn(&line.call, Ticket(2), &Err(error));
            assert_eq!(line.told(), [words]);
            line.calls.withdraw(id, Ticket(3)).unwrap();
        }
    });
}
