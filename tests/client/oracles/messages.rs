//! Checks of the messages on the screen against what was said.

use rsvp::app::{Delivery, Post, PostKind, State};
use rsvp::sim::{ConversationSnapshot, MessageBody, Simulator};

use crate::support::{Said, TestClient};

impl TestClient {
    /// Sends a message of a participant of the user's conversation.
    pub fn say(&mut self, conversation: u32, uri: &str, text: &str) {
        if self.sim.ucwa.say(conversation, uri, MessageBody::plain(text)).is_ok() {
            self.said.entry(conversation).or_default().push(text.to_owned());
        }
    }

    /// Checks that each message of the user was sent once, and that what became of it is shown.
    pub fn messages_of_the_user_are_true(&self) {
        let record = self.sim.record();
        let accepted = |text: &str| {
            let is_it = |it: &&rsvp::sim::RecordedRequest| it.resource == "sendMessage" && it.body == text;
            record.iter().filter(is_it).filter(|it| it.status == 201).count()
        };
        for post in self.state.threads.values().flat_map(|thread| &thread.posts) {
            let PostKind::Sent { text, delivery, .. } = &post.kind else { continue };
            let times = accepted(&text.one_line());
            let is_true = match delivery {
                Delivery::Sending => false,
                Delivery::Accepted | Delivery::Delivered => times == 1,
                Delivery::Failed(_) | Delivery::Unknown => times <= 1,
            };
            assert!(is_true, "“{}” is shown as {delivery:?} and was accepted {times} times", text.one_line());
        }
    }
}

/// Returns what is wrong with the messages of others on the screen.
pub fn wrong_messages(state: &State, sim: &Simulator, said: &Said) -> Option<String> {
    sim.ucwa.conversations().iter().find_map(|conversation| {
        let expected = said.get(&conversation.number)?;
        let posts = posts_of(state, conversation);
        let problem = compare(&posts, expected)?;
        Some(format!("{problem}: {posts:?} instead of {expected:?}"))
    })
}

/// Returns the messages and gaps that the screen shows of a conversation.
fn posts_of<'a>(state: &'a State, conversation: &ConversationSnapshot) -> Vec<&'a Post> {
    let is_in = |uri: &str| conversation.people.iter().any(|person| person.uri == uri);
    let shown = state.conversations.iter().find(|it| it.participants.iter().any(|it| is_in(it.uri.as_str())));
    let thread = shown.and_then(|shown| state.threads.get(&shown.id));
    thread.map(|thread| thread.posts.iter().collect()).unwrap_or_default()
}

/// Each message is shown once and in order; where one is missing, there is a gap.
fn compare(posts: &[&Post], expected: &[String]) -> Option<String> {
    let (mut next, mut has_gap) = (0, false);
    for post in posts {
        match &post.kind {
            PostKind::Gap => has_gap = true,
            PostKind::Received(_, text) => {
                let text = text.one_line();
                // The message of the invitation comes as the first one of the conversation.
                let Some(place) = expected.iter().position(|other| *other == text) else { continue };
                if place < next {
                    return Some(format!("“{text}” is shown twice, or too late"));
                }
                if place > next && !has_gap {
                    return Some(format!("messages are missing before “{text}” without a remark"));
                }
                (next, has_gap) = (place + 1, false);
            }
            PostKind::Preview(..) | PostKind::Sent { .. } => {}
        }
    }
    (next < expected.len() && !has_gap).then(|| "the last messages are missing without a remark".to_owned())
}
