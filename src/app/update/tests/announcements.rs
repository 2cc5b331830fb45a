use std::sync::Arc;

use super::*;
use crate::app::News;
use crate::invitation::{Actor, ChatMessage, MessageText};

impl TestApp {
    /// Returns the news since the last call.
    fn news(&mut self) -> Vec<News> {
        self.announcements.drain(..).map(|announcement| announcement.news).collect()
    }
}

#[test]
fn an_invitation_is_announced_when_it_arrives_and_when_more_becomes_known() {
    let mut app = TestApp::new();
    let unnamed = Invitation { from: somebody(""), ..invitation(1, Kind::Message) };
    app.see(unnamed.clone());
    assert_eq!(app.announcements[0].account, ACCOUNT);
    assert_eq!(app.news(), [News::Invitation(Arc::new(unnamed.clone()))]);
    app.see(Invitation { deadline: Moment(Duration::from_secs(29)), ..unnamed });
    assert_eq!(app.news(), [], "nothing that one would say");
    app.see(invitation(1, Kind::Message));
    assert_eq!(app.news(), [News::InvitationChanged(Arc::new(invitation(1, Kind::Message)))]);
}

#[test]
fn each_end_is_announced_once_as_the_history_has_it() {
    let mut app = TestApp::ringing(&[Kind::Message, Kind::Message, Kind::Message]);
    app.news();
    app.over(1, Outcome::CallerGaveUp);
    app.over(1, Outcome::Missed);
    // Everything was read anew, and the second is gone.
    let rest = vec![invitation(3, Kind::Message).into()];
    app.event(Event::Snapshot { invitations: rest, conversations: Vec::new() });
    app.over(9, Outcome::Missed);
    let mut history: Vec<_> = app.state.history.page(0).cloned().collect();
    history.reverse();
    let announced = app.news();
    let announced: Vec<_> = announced
        .iter()
        .map(|news| if let News::Outcome(past) = news { (**past).clone() } else { panic!("{news:?}") })
        .collect();
    assert_eq!(announced, history);
    let doing: Vec<_> = announced.iter().map(Actor::of).collect();
    assert_eq!(doing, [Actor::OtherSide, Actor::Unknown]);
}

#[test]
fn who_accepted_is_announced_when_that_becomes_known() {
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.over(1, Outcome::AnsweredElsewhere);
    app.news();
    let party = somebody("Dana");
    for _ in 0..2 {
        app.event(Event::AcceptedBy { id: id(1), party: Box::new(party.clone()) });
    }
    assert_eq!(app.news(), [News::AcceptedBy { invitation: id(1), who: party }]);
}

#[test]
fn the_connection_is_announced_without_its_steps_and_repetitions() {
    let mut app = TestApp::new();
    let retrying = |second, why| Status::Retrying {
        at: Moment(Duration::from_secs(second)),
        problem: Problem::new(why, ""),
    };
    let online = Status::Online { since: Moment::default() };
    for status in [
        Status::Connecting("discovering"),
        Status::Connecting("signing in"),
        online.clone(),
        retrying(1, "no route"),
        Status::Connecting("discovering"),
        retrying(2, "no route"),
        retrying(3, "refused"),
        Status::Connecting("discovering"),
        online.clone(),
        Status::SignedOut,
    ] {
        app.event(Event::Status(status));
    }
    let expected = [
        Status::Connecting("discovering"),
        online.clone(),
        retrying(1, "no route"),
        retrying(3, "refused"),
        online,
        Status::SignedOut,
    ];
    assert_eq!(app.news(), expected.map(News::Connection));
}

#[test]
fn conversations_are_announced_as_they_begin_and_end() {
    let mut app = TestApp::new();
    for _ in 0..2 {
        app.event(Event::Conversation(Box::new(conversation(1))));
    }
    assert_eq!(app.news(), [News::Conversation(Box::new(conversation(1)))]);
    app.event(Event::Snapshot { invitations: Vec::new(), conversations: vec![conversation(3)] });
    let changes =
        [News::Conversation(Box::new(conversation(3))), News::ConversationEnded(Box::new(conversation(1)))];
    assert_eq!(app.news(), changes);
    app.event(Event::ConversationEnded(conversation_id(3)));
    app.event(Event::ConversationEnded(conversation_id(3)));
    assert_eq!(app.news(), [News::ConversationEnded(Box::new(conversation(3)))]);
}

#[test]
fn a_message_is_announced_with_its_conversation() {
    let mut app = TestApp::new();
    app.event(Event::Conversation(Box::new(conversation(1))));
    app.news();
    let (from, text) = (somebody("Ivan"), MessageText::new("Hello"));
    let message = ChatMessage { conversation: conversation_id(1), from, text };
    app.event(Event::Message(Box::new(message.clone())));
    let title = "“Talk”".to_owned();
    assert_eq!(app.news(), [News::Message { message: Box::new(message), title, is_visible: false }]);
}

#[test]
fn what_only_a_screen_shows_of_an_invitation_is_not_announced() {
    use crate::invitation::{Certainty, Fact};
    let mut app = TestApp::ringing(&[Kind::Message]);
    app.news();
    let first = invitation(1, Kind::Message);
    let details = Fact { label: "media", value: "audio".into() };
    for changed in [
        Invitation { certainty: Certainty::AtMost, ..first.clone() },
        Invitation { facts: vec![details], ..first.clone() },
        Invitation { conversation: None, ..first.clone() },
        Invitation { arrived: Moment(Duration::from_secs(1)), ..first.clone() },
        first.clone(),
    ] {
        app.see(changed.clone());
        assert_eq!(app.news(), [], "{changed:?}");
    }
    app.see(Invitation { subject: "Lunch".into(), ..first });
    assert_eq!(app.news().len(), 1);
}

#[test]
fn an_account_that_does_not_connect_is_not_announced_as_that() {
    let mut app = TestApp::new();
    app.event(Event::Status(Status::SignedOut));
    app.news();
    app.event(Event::Status(Status::Idle));
    assert_eq!(app.news(), []);
    app.event(Event::Status(Status::SignedOut));
    assert_eq!(app.news(), [], "it was announced before");
}
