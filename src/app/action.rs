/// An action of the user, to which keys are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Select the next entry.
    Down,
    /// Select the previous entry.
    Up,
    /// Select the first entry.
    First,
    /// Select the last entry.
    Last,
    /// Select the most urgent incoming invitation.
    MostUrgent,
    /// Move a page down.
    PageDown,
    /// Move a page up.
    PageUp,
    /// Show the next list.
    NextTab,
    /// Show the previous list.
    PreviousTab,
    /// Show the incoming invitations.
    Incoming,
    /// Show the invitations that the user sent.
    Outgoing,
    /// Show the conversations.
    Conversations,
    /// Show the invitations that have ended.
    History,
    /// Toggle full-screen details.
    Details,
    /// Accept.
    Accept,
    /// Decline after choosing a reason.
    Decline,
    /// Decline with the default reason.
    DeclineNow,
    /// Redirect a call to a bot, or transfer one that the bot has answered.
    Redirect,
    /// Cancel an invitation that the user sent.
    Cancel,
    /// Invite a person to the conversation.
    Invite,
    /// Start a conversation with a person.
    NewConversation,
    /// Write a message into the conversation.
    Message,
    /// Leave a conversation, or hang up a call that the bot has answered.
    HangUp,
    /// Set the user's own presence.
    Presence,
    /// Mark or unmark an invitation; accepting and declining act on all marked ones.
    Mark,
    /// Filter the list.
    Filter,
    /// Change the sort order of the list.
    Sort,
    /// Copy the address of the remote party.
    Copy,
    /// Turn the answers of the user's rules off or on.
    Rules,
    /// Reconnect.
    Reconnect,
    /// Show the help.
    Help,
    /// Choose an action by its name.
    Palette,
    /// Suspend the program.
    Suspend,
    /// Quit.
    Quit,
}

/// The properties of an action.
struct Row {
    action: Action,
    /// The name in the configuration.
    name: &'static str,
    /// The description for the help and the palette.
    description: &'static str,
    /// The default keys, as in the configuration.
    keys: &'static [&'static str],
}

const fn row(
    action: Action,
    name: &'static str,
    description: &'static str,
    keys: &'static [&'static str],
) -> Row {
    Row { action, name, description, keys }
}

/// All actions in the order of the help.
const ROWS: [Row; 34] = [
    row(Action::Accept, "accept", "accept; admit from a lobby", &["a"]),
    row(Action::Decline, "decline", "decline with a reason; reject from a lobby", &["d"]),
    row(Action::DeclineNow, "decline_now", "decline with the default reason", &["D"]),
    row(Action::Redirect, "redirect", "redirect or transfer a call to someone else", &["f"]),
    row(Action::Cancel, "cancel", "cancel an invitation you sent", &["c"]),
    row(Action::Invite, "invite", "invite someone to the conversation", &["i"]),
    row(Action::NewConversation, "new_conversation", "start a conversation", &["n"]),
    row(Action::Message, "message", "write a message", &["m"]),
    row(Action::HangUp, "hang_up", "leave the conversation, or hang up the call", &["x"]),
    row(Action::Mark, "mark", "mark; accept and decline act on all marked", &["Space"]),
    row(Action::Down, "down", "next entry", &["j", "Down"]),
    row(Action::Up, "up", "previous entry", &["k", "Up"]),
    row(Action::First, "first", "first entry", &["g", "Home"]),
    row(Action::Last, "last", "last entry", &["G", "End"]),
    row(Action::MostUrgent, "most_urgent", "the most urgent incoming invitation", &["!"]),
    row(Action::PageDown, "page_down", "page down", &["PageDown", "Ctrl-d"]),
    row(Action::PageUp, "page_up", "page up", &["PageUp", "Ctrl-u"]),
    row(Action::NextTab, "next_list", "next list", &["Tab", "Right"]),
    row(Action::PreviousTab, "previous_list", "previous list", &["Shift-Tab", "Left"]),
    row(Action::Incoming, "incoming", "incoming invitations", &["1"]),
    row(Action::Outgoing, "outgoing", "invitations you sent", &["2"]),
    row(Action::Conversations, "conversations", "conversations", &["3"]),
    row(Action::History, "history", "past invitations and how they ended", &["4"]),
    row(Action::Details, "details", "show or hide all details", &["Enter", "l"]),
    row(Action::Filter, "filter", "filter the list", &["/"]),
    row(Action::Sort, "sort", "change the sort order", &["s"]),
    row(Action::Copy, "copy", "copy an address, a number, a link or the whole entry", &["y"]),
    row(Action::Presence, "presence", "set your presence", &["p"]),
    row(Action::Rules, "rules", "turn automatic answers off or on", &["R"]),
    row(Action::Reconnect, "reconnect", "reconnect now, or repeat what failed", &["r"]),
    row(Action::Help, "help", "help", &["?", "F1"]),
    row(Action::Palette, "palette", "choose an action by name", &[":", "Ctrl-p"]),
    row(Action::Suspend, "suspend", "suspend rsvp", &["Ctrl-z"]),
    row(Action::Quit, "quit", "quit", &["q", "Ctrl-c"]),
];

impl Action {
    /// Iterates over all actions in the order of the help.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.action)
    }

    /// Returns the name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// Returns what the action does, in a few words.
    #[must_use]
    pub fn description(self) -> &'static str {
        self.row().map_or("", |row| row.description)
    }

    /// Returns the default keys as the configuration writes them.
    pub(super) fn default_keys(self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.keys)
    }

    /// Returns the action with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.action)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.action == self)
    }
}
