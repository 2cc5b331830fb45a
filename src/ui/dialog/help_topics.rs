//! The contents of the help, by task.

use crate::app::{Action, Tab};

/// A group of topics with a heading.
pub(super) struct Task {
    /// The heading.
    pub(super) heading: &'static str,
    /// The topics.
    pub(super) topics: &'static [Topic],
}

/// Actions that are explained together.
pub(super) struct Topic {
    /// The actions.
    pub(super) actions: &'static [Action],
    /// The explanation, which fits into a column of the help.
    pub(super) text: &'static str,
}

const fn topic(actions: &'static [Action], text: &'static str) -> Topic {
    Topic { actions, text }
}

const ANSWERING: Task = Task {
    heading: "Answering",
    topics: &[
        topic(&[Action::MostUrgent], "go to the most urgent"),
        topic(&[Action::Accept], "accept; admit from a lobby"),
        topic(&[Action::Decline], "decline with a reason"),
        topic(&[Action::DeclineNow], "decline with the default"),
        topic(&[Action::Redirect], "redirect a call to the bot"),
        topic(&[Action::Mark], "mark, to answer several"),
        topic(&[Action::Copy], "copy address, link or all"),
    ],
};

const CONVERSATIONS: Task = Task {
    heading: "Conversations",
    topics: &[
        topic(&[Action::NewConversation], "start a conversation"),
        topic(&[Action::Message], "write a message"),
        topic(&[Action::Invite], "invite someone to it"),
        topic(&[Action::Redirect], "transfer a call"),
        topic(&[Action::HangUp], "leave it, or hang up the call"),
        topic(&[Action::Cancel], "cancel an invitation you sent"),
    ],
};

const LISTS: Task = Task {
    heading: "Lists",
    topics: &[
        topic(&[Action::Down, Action::Up], "next, previous"),
        topic(&[Action::First, Action::Last], "first, last"),
        topic(&[Action::PageDown, Action::PageUp], "a page"),
        topic(&[Action::NextTab, Action::PreviousTab], "other lists"),
        topic(
            &[Action::Incoming, Action::Outgoing, Action::Conversations, Action::History],
            "one of the lists",
        ),
        topic(&[Action::Details], "all details"),
        topic(&[Action::Filter], "filter"),
        topic(&[Action::Sort], "sort"),
    ],
};

/// The actions that no other group has, present and future, are added here.
const PROGRAM: Task = Task {
    heading: "Program",
    topics: &[
        topic(&[Action::Presence], "set your presence"),
        topic(&[Action::Rules], "automatic answers off, on"),
        topic(&[Action::Reconnect], "reconnect, or repeat"),
        topic(&[Action::Palette], "any action by its name"),
        topic(&[Action::Help], "this help"),
        topic(&[Action::Suspend], "suspend rsvp"),
        topic(&[Action::Quit], "quit"),
    ],
};

/// Returns the groups, first what matters most on a tab.
pub(super) fn tasks(tab: Tab) -> [Task; 4] {
    match tab {
        Tab::Incoming => [ANSWERING, LISTS, CONVERSATIONS, PROGRAM],
        Tab::Outgoing | Tab::Conversations => [CONVERSATIONS, LISTS, ANSWERING, PROGRAM],
        Tab::History => [LISTS, ANSWERING, CONVERSATIONS, PROGRAM],
    }
}

/// Returns the actions that no group has.
pub(super) fn others() -> impl Iterator<Item = Action> {
    let has = |task: &Task, action| task.topics.iter().any(|topic| topic.actions.contains(&action));
    Action::all().filter(move |action| !tasks(Tab::Incoming).iter().any(|task| has(task, *action)))
}

/// The paragraphs after the keys and the signs, with their headings.
pub(super) const NOTES: [(&str, &str); 7] = [
    (
        "No “accept”",
        "The server decides what you can do with each invitation; the last line shows exactly that. \
      A phone call is answered on the phone. You can take an audio or video call on your phone if the server offers it.",
    ),
    (
        "A call to the bot",
        "If you accept it, the bot answers, not you: you don't hear the caller, and the caller hears only what the bot's \
      other programs play. You can then transfer the call, or hang it up, in the list of conversations. A call rings for a few seconds; \
      after that it can no longer be answered. Declining a call is called rejecting and has three reasons of its own.",
    ),
    (
        "“here only” or “everywhere”",
        "Declining with the reason Local stops the ringing here, while your other devices keep \
      ringing. Global declines on all of them.",
    ),
    (
        "“sent, waiting”",
        "The server has received your answer. The outcome is shown as soon as the server reports it, never before.",
    ),
    (
        "“not confirmed yet”",
        "The server's response was lost. Your answer is not sent again, except for the rejection of a call, where that \
      does no harm; the next event of the server shows what happened.",
    ),
    (
        "“due” and “~”",
        "due: the time is up, but the server has not ended the invitation yet. A ~ before a time: the connection is \
      lost, and this is the last known value.",
    ),
    (
        "“mixed scripts”",
        "A name or address mixes look-alike letters from different alphabets, a common trick of impostors. Check the full address in the details.",
    ),
];

/// The signs with their meanings.
pub(super) const SIGNS: [(&str, &str); 10] = [
    ("▸", "selected"),
    ("✓", "marked; accept and decline act on all marked"),
    ("!", "first column: urgent or an emergency"),
    ("0:10*", "ten seconds left, or less"),
    ("0:05!", "five seconds left, or less"),
    ("≤0:30", "this time at most"),
    ("+", "accepted, joined"),
    ("-", "declined, rejected, cancelled"),
    (">", "answered elsewhere, forwarded"),
    ("!", "before words: missed, failed, or outcome unknown"),
];
