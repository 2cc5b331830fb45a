use std::collections::{BTreeMap, BTreeSet};

use super::key::Key;

/// What a key can mean in the lists.
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
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// The next list.
    NextTab,
    /// The previous list.
    PreviousTab,
    /// The list of incoming invitations.
    Incoming,
    /// The list of outgoing invitations.
    Outgoing,
    /// The list of conversations.
    Conversations,
    /// The list of what is over.
    History,
    /// More or less of the details.
    Details,
    /// Accept.
    Accept,
    /// Decline, choosing a reason.
    Decline,
    /// Decline with the default reason.
    DeclineNow,
    /// Redirect a call to somebody else.
    Redirect,
    /// Cancel an outgoing invitation.
    Cancel,
    /// Invite somebody into the conversation.
    Invite,
    /// Write a message into the conversation.
    Message,
    /// Hang up a call that the bot has answered.
    HangUp,
    /// Mark, so that accept and decline act on all marked.
    Mark,
    /// Show only what matches.
    Filter,
    /// Sort by something else.
    Sort,
    /// Copy the address.
    Copy,
    /// Reconnect.
    Reconnect,
    /// Show the help.
    Help,
    /// Choose an action by its name.
    Palette,
    /// Go to the background.
    Suspend,
    /// Quit.
    Quit,
}

/// The name in the configuration, the description and the default keys of each action.
const ACTIONS: &[(Action, &str, &str, &[&str])] = &[
    (Action::Accept, "accept", "accept", &["a"]),
    (Action::Decline, "decline", "decline, choosing a reason", &["d"]),
    (Action::DeclineNow, "decline_now", "decline with the default reason", &["D"]),
    (Action::Redirect, "redirect", "redirect a call to somebody else", &["f"]),
    (Action::Cancel, "cancel", "cancel what you sent", &["c"]),
    (Action::Invite, "invite", "invite somebody into the conversation", &["i"]),
    (Action::Message, "message", "write a message", &["m"]),
    (Action::HangUp, "hang_up", "hang up a call that the bot has answered", &["x"]),
    (Action::Mark, "mark", "mark; accept and decline act on all marked", &["Space"]),
    (Action::Down, "down", "next entry", &["j", "Down"]),
    (Action::Up, "up", "previous entry", &["k", "Up"]),
    (Action::First, "first", "first entry", &["g", "Home"]),
    (Action::Last, "last", "last entry", &["G", "End"]),
    (Action::PageDown, "page_down", "a page down", &["PageDown", "Ctrl-d"]),
    (Action::PageUp, "page_up", "a page up", &["PageUp", "Ctrl-u"]),
    (Action::NextTab, "next_list", "next list", &["Tab", "Right"]),
    (Action::PreviousTab, "previous_list", "previous list", &["Shift-Tab", "Left"]),
    (Action::Incoming, "incoming", "incoming invitations", &["1"]),
    (Action::Outgoing, "outgoing", "invitations you sent", &["2"]),
    (Action::Conversations, "conversations", "conversations", &["3"]),
    (Action::History, "history", "what is over, and how it ended", &["4"]),
    (Action::Details, "details", "more or less of the details", &["Enter", "l"]),
    (Action::Filter, "filter", "show only what matches", &["/"]),
    (Action::Sort, "sort", "sort by something else", &["s"]),
    (Action::Copy, "copy", "copy the address", &["y"]),
    (Action::Reconnect, "reconnect", "reconnect now", &["r"]),
    (Action::Help, "help", "help", &["?", "F1"]),
    (Action::Palette, "palette", "choose an action by its name", &[":", "Ctrl-p"]),
    (Action::Suspend, "suspend", "go to the background", &["Ctrl-z"]),
    (Action::Quit, "quit", "quit", &["q", "Ctrl-c"]),
];

impl Action {
    /// All of them, in the order of the help.
    pub fn all() -> impl Iterator<Item = Self> {
        ACTIONS.iter().map(|(action, ..)| *action)
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// What it does, in a few words.
    #[must_use]
    pub fn description(self) -> &'static str {
        self.row().map_or("", |row| row.2)
    }

    /// The action of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    fn row(self) -> Option<&'static (Self, &'static str, &'static str, &'static [&'static str])> {
        ACTIONS.iter().find(|row| row.0 == self)
    }
}

/// A key that is given to an action and is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct Clash {
    /// The key.
    pub key: Key,
    /// The action that it is given to.
    pub action: Action,
    /// Who has it already.
    pub owner: Owner,
}

/// Who has a key already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An action that it is given to, too.
    Given(Action),
    /// An action that has it by default.
    Default(Action),
}

impl Clash {
    fn words(&self) -> String {
        let (key, name) = (self.key, self.action.name());
        match self.owner {
            Owner::Given(other) => {
                let other = other.name();
                format!("the key `{key}` is given to both `{other}` and `{name}`; give one of them another")
            }
            Owner::Default(other) => {
                let other = other.name();
                format!(
                    "`{name}` takes the key `{key}`, which `{other}` has by default; give `{other}` another, or none: {other} = []"
                )
            }
        }
    }
}

/// Which key means what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap {
    by_key: BTreeMap<Key, Action>,
    by_action: BTreeMap<Action, Vec<Key>>,
}

impl Default for KeyMap {
    fn default() -> Self {
        let mut map = Self { by_key: BTreeMap::new(), by_action: BTreeMap::new() };
        for (action, _, _, keys) in ACTIONS {
            let keys: Vec<Key> = keys.iter().filter_map(|key| key.parse().ok()).collect();
            map.by_key.extend(keys.iter().map(|key| (*key, *action)));
            map.by_action.insert(*action, keys);
        }
        map
    }
}

impl KeyMap {
    /// Returns the defaults with some actions' keys replaced. No key can mean two things, and no action loses one
    /// unseen: one whose default is wanted for another is to be given other keys, or an empty list. A key that is
    /// named twice for one action counts once.
    ///
    /// # Errors
    /// All keys that are given and taken.
    pub fn patched(changes: &[(Action, Vec<Key>)]) -> Result<Self, Vec<Clash>> {
        let mut map = Self { by_key: BTreeMap::new(), by_action: Self::default().by_action };
        map.by_action.extend(changes.iter().map(|(action, keys)| (*action, each_once(keys))));
        let is_given = |action: &Action| changes.iter().any(|(changed, _)| changed == action);
        // Defaults first: those clash with nothing but what is given.
        let (given, default): (Vec<_>, Vec<_>) =
            map.by_action.iter().partition(|(action, _)| is_given(action));
        let mut clashes = Vec::new();
        for (action, keys) in default.into_iter().chain(given) {
            for key in keys {
                let owner = match map.by_key.insert(*key, *action) {
                    None => continue,
                    Some(other) if is_given(&other) => Owner::Given(other),
                    Some(other) => Owner::Default(other),
                };
                clashes.push(Clash { key: *key, action: *action, owner });
            }
        }
        if clashes.is_empty() { Ok(map) } else { Err(clashes) }
    }

    /// What a key means, if anything.
    #[must_use]
    pub fn action(&self, key: Key) -> Option<Action> {
        self.by_key.get(&key).copied()
    }

    /// The keys of an action, the preferred one first.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.by_action.get(&action).map_or(&[], Vec::as_slice)
    }
}

fn each_once(keys: &[Key]) -> Vec<Key> {
    let mut seen = BTreeSet::new();
    keys.iter().copied().filter(|key| seen.insert(*key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_do_not_clash() {
        let map = KeyMap::default();
        let keys: usize = ACTIONS.iter().map(|row| row.3.len()).sum();
        assert_eq!(map.by_key.len(), keys, "a default key is given twice or can't be read");
    }

    fn keys(texts: &[&str]) -> Vec<Key> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn clashes(changes: &[(Action, Vec<Key>)]) -> Vec<String> {
        KeyMap::patched(changes).unwrap_err().iter().map(Clash::to_string).collect()
    }

    #[test]
    fn a_key_is_not_taken_from_the_action_that_has_it_by_default() {
        let said = clashes(&[(Action::Accept, keys(&["d"])), (Action::Last, keys(&["F5", "k"]))]);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said[1].starts_with("`accept` takes the key `d`, which `decline` has by default"),
            "{said:?}"
        );
        assert!(said[0].contains("`last` takes the key `k`, which `up` has"), "{said:?}");
    }

    #[test]
    fn an_empty_list_frees_the_keys_of_an_action() {
        let map = KeyMap::patched(&[(Action::Accept, keys(&["d"])), (Action::Decline, Vec::new())]).unwrap();
        assert_eq!(map.action('d'.into()), Some(Action::Accept));
        assert_eq!(map.action('a'.into()), None);
        assert!(map.keys(Action::Decline).is_empty());
    }

    #[test]
    fn two_actions_can_exchange_their_keys() {
        let changes = [(Action::Accept, keys(&["d"])), (Action::Decline, keys(&["a"]))];
        let map = KeyMap::patched(&changes).unwrap();
        assert_eq!(map.action('d'.into()), Some(Action::Accept));
        assert_eq!(map.action('a'.into()), Some(Action::Decline));
    }

    #[test]
    fn one_key_for_two_actions_is_refused() {
        let said = clashes(&[(Action::Accept, keys(&["F5"])), (Action::Decline, keys(&["F5", "F6"]))]);
        assert_eq!(said, ["the key `F5` is given to both `accept` and `decline`; give one of them another"]);
    }

    #[test]
    fn a_key_that_is_named_twice_for_one_action_is_no_clash() {
        let changes = [(Action::Accept, keys(&["a", "F5", "a", "f5"]))];
        let map = KeyMap::patched(&changes).unwrap();
        assert_eq!(map.action('a'.into()), Some(Action::Accept));
        assert_eq!(map.keys(Action::Accept), keys(&["a", "F5"]), "the help names it once");
    }
}
