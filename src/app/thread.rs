use std::collections::VecDeque;
use std::time::Duration;

use jiff::civil::DateTime;

use crate::invitation::{MessageText, Moment, Party};
use crate::provider::Ticket;
use crate::text::DisplayText;

/// The maximum number of posts of a conversation that are kept.
const MAX_POSTS: usize = 500;

/// The maximum number of participants who are shown to type at once.
const MAX_TYPING: usize = 16;

/// The time after which a participant no longer counts as typing if the server does not say so.
const TYPING_LIMIT: Duration = Duration::from_secs(20);

/// The messages of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The messages and the gaps between them, the oldest first.
    pub posts: VecDeque<Post>,
    /// The number of the latest messages that the user has not seen.
    pub unread: usize,
    /// The number of the latest entries that came after the user had looked away; a line sets them apart.
    pub new: usize,
    /// The participants who type, each with the time until which that is assumed.
    pub typing: Vec<(Party, Moment)>,
    /// The message that the user has begun to write.
    pub draft: String,
}

/// An entry of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The local time at which it arrived or was sent.
    pub at: DateTime,
    /// The content.
    pub kind: PostKind,
}

/// The kind of an entry of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostKind {
    /// The message that came with the invitation, until the server sends it as a message of the conversation.
    Preview(Party, MessageText),
    /// A message of another participant.
    Received(Party, MessageText),
    /// A message of the user.
    Sent {
        /// The request by which it was sent.
        ticket: Ticket,
        /// The text.
        text: MessageText,
        /// The progress of its delivery.
        delivery: Delivery,
    },
    /// A place at which messages may be missing.
    Gap,
}

/// The progress of the delivery of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The request has not been answered yet.
    Sending,
    /// The server has accepted the message.
    Accepted,
    /// The message has reached everyone.
    Delivered,
    /// The message was refused, or did not reach everyone; in words.
    Failed(DisplayText),
    /// The reply was lost: the message may have been sent.
    Unknown,
}

impl Thread {
    /// Adds an entry at the end, but no second gap in a row; of more than [`MAX_POSTS`], the oldest is dropped.
    pub(super) fn push(&mut self, at: DateTime, kind: PostKind) {
        if kind == PostKind::Gap && self.posts.back().is_some_and(|post| post.kind == PostKind::Gap) {
            return;
        }
        self.posts.push_back(Post { at, kind });
        self.new += usize::from(self.new > 0);
        if self.posts.len() > MAX_POSTS {
            self.posts.pop_front();
        }
    }

    /// Adds a message of another participant, who thereby stops typing. Returns whether it is news: the text of the
    /// invitation, which comes again as the first message, is not.
    pub(super) fn receive(&mut self, at: DateTime, from: Party, text: MessageText, is_visible: bool) -> bool {
        self.typing.retain(|(who, _)| *who != from);
        let before = self.posts.len();
        self.posts.retain(|post| !matches!(&post.kind, PostKind::Preview(_, preview) if *preview == text));
        let is_news = self.posts.len() == before;
        self.push(at, PostKind::Received(from, text));
        if is_news && !is_visible {
            self.unread += 1;
            self.new = self.new.max(1);
        }
        is_news
    }

    /// Sets the progress of the message that a request sent. Returns whether there is such a message.
    pub(super) fn set_delivery(&mut self, ticket: Ticket, to: Delivery) -> bool {
        for post in self.posts.iter_mut().rev() {
            if let PostKind::Sent { ticket: other, delivery, .. } = &mut post.kind
                && *other == ticket
            {
                *delivery = to;
                return true;
            }
        }
        false
    }

    /// Notes that a participant began or stopped to type.
    pub(super) fn set_typing(&mut self, who: Party, is_typing: bool, now: Moment) {
        self.typing.retain(|(other, _)| *other != who);
        if is_typing && self.typing.len() < MAX_TYPING {
            self.typing.push((who, now.after(TYPING_LIMIT)));
        }
    }

    /// Removes the participants whose typing was not confirmed for a while.
    pub(super) fn expire(&mut self, now: Moment) {
        self.typing.retain(|(_, until)| *until > now);
    }

    /// Removes and returns the text of the latest message if it failed, so that it can be sent again.
    pub(super) fn take_failed(&mut self) -> Option<MessageText> {
        let is_failed = |post: &Post| {
            matches!(&post.kind, PostKind::Sent { delivery: Delivery::Failed(_) | Delivery::Unknown, .. })
        };
        let index = self.posts.iter().rposition(is_failed)?;
        match self.posts.remove(index)?.kind {
            PostKind::Sent { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns whether a message of the user failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.posts.iter().any(|post| {
            matches!(&post.kind, PostKind::Sent { delivery: Delivery::Failed(_) | Delivery::Unknown, .. })
        })
    }

    /// Returns the author, `None` for the user, and the text of the latest message.
    #[must_use]
    pub fn last_words(&self) -> Option<(Option<&Party>, String)> {
        self.posts.iter().rev().find_map(|post| match &post.kind {
            PostKind::Preview(from, text) | PostKind::Received(from, text) => {
                Some((Some(from), text.one_line()))
            }
            PostKind::Sent { text, .. } => Some((None, text.one_line())),
            PostKind::Gap => None,
        })
    }
}
