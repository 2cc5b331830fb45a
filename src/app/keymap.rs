use std::collections::{BTreeMap, BTreeSet};

use super::Action;
use super::key::Key;

/// An error for a key that is bound to two actions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct KeyConflict {
    /// The key.
    pub key: Key,
    /// The action that the key was to be bound to.
    pub action: Action,
    /// The action that the key is bound to already.
    pub owner: Owner,
}

/// The action that a key is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An action that the configuration binds the key to.
    Configured(Action),
    /// An action that has the key by default.
    Default(Action),
}

impl KeyConflict {
    fn message(&self) -> String {
        let (key, name) = (self.key, self.action.name());
        match self.owner {
            Owner::Configured(other) => {
                let other = other.name();
                format!("`{key}` is bound to both `{other}` and `{name}`; bind one of them to another key")
            }
            Owner::Default(other) => {
                let other = other.name();
                format!(
                    "`{name}` uses `{key}`, the default key of `{other}`; bind `{other}` to another key, or to none: {other} = []"
                )
            }
        }
    }
}

/// The key bindings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap {
    by_key: BTreeMap<Key, Action>,
    by_action: BTreeMap<Action, Vec<Key>>,
}

impl Default for KeyMap {
    fn default() -> Self {
        let mut map = Self { by_key: BTreeMap::new(), by_action: BTreeMap::new() };
        for action in Action::all() {
            let keys: Vec<Key> = action.default_keys().iter().filter_map(|key| key.parse().ok()).collect();
            map.by_key.extend(keys.iter().map(|key| (*key, action)));
            map.by_action.insert(action, keys);
        }
        map
    }
}

impl KeyMap {
    /// Returns the default key bindings with the keys of some actions replaced.
    ///
    /// A default key can be bound to another action only if `changes` also lists the action that has it, with other
    /// keys or with none. A key that is listed twice for one action counts once.
    ///
    /// # Errors
    ///
    /// Returns all keys that would be bound to two actions.
    pub fn with_overrides(changes: &[(Action, Vec<Key>)]) -> Result<Self, Vec<KeyConflict>> {
        let mut map = Self { by_key: BTreeMap::new(), by_action: Self::default().by_action };
        map.by_action.extend(changes.iter().map(|(action, keys)| (*action, deduplicated(keys))));
        let is_given = |action: &Action| changes.iter().any(|(changed, _)| changed == action);
        // The defaults come first because they clash only with changes.
        let (given, default): (Vec<_>, Vec<_>) =
            map.by_action.iter().partition(|(action, _)| is_given(action));
        let mut clashes = Vec::new();
        for (action, keys) in default.into_iter().chain(given) {
            for key in keys {
                let owner = match map.by_key.insert(*key, *action) {
                    None => continue,
                    Some(other) if is_given(&other) => Owner::Configured(other),
                    Some(other) => Owner::Default(other),
                };
                clashes.push(KeyConflict { key: *key, action: *action, owner });
            }
        }
        if clashes.is_empty() { Ok(map) } else { Err(clashes) }
    }

    /// Returns the action that a key is bound to.
    #[must_use]
    pub fn action(&self, key: Key) -> Option<Action> {
        self.by_key.get(&key).copied()
    }

    /// Returns the keys of an action, the preferred one first.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        self.by_action.get(&action).map_or(&[], Vec::as_slice)
    }

    /// Returns the preferred key of an action.
    #[must_use]
    pub fn preferred(&self, action: Action) -> Option<Key> {
        self.keys(action).first().copied()
    }
}

/// Returns `keys` in order, without repetitions.
fn deduplicated(keys: &[Key]) -> Vec<Key> {
    let mut seen = BTreeSet::new();
    keys.iter().copied().filter(|key| seen.insert(*key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_do_not_clash() {
        let map = KeyMap::default();
        let keys: usize = Action::all().map(|action| action.default_keys().len()).sum();
        assert_eq!(map.by_key.len(), keys, "a default key is bound twice or can't be parsed");
    }

    fn keys(texts: &[&str]) -> Vec<Key> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn clashes(changes: &[(Action, Vec<Key>)]) -> Vec<String> {
        KeyMap::with_overrides(changes).unwrap_err().iter().map(KeyConflict::to_string).collect()
    }

    #[test]
    fn a_key_is_not_taken_from_the_action_that_has_it_by_default() {
        let said = clashes(&[(Action::Accept, keys(&["d"])), (Action::Last, keys(&["F5", "k"]))]);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[1].starts_with("`accept` uses `d`, the default key of `decline`"), "{said:?}");
        assert!(said[0].contains("`last` uses `k`, the default key of `up`"), "{said:?}");
    }

    #[test]
    fn an_empty_list_frees_the_keys_of_an_action() {
        let map =
            KeyMap::with_overrides(&[(Action::Accept, keys(&["d"])), (Action::Decline, Vec::new())]).unwrap();
        assert_eq!(map.action('d'.into()), Some(Action::Accept));
        assert_eq!(map.action('a'.into()), None);
        assert!(map.keys(Action::Decline).is_empty());
    }

    #[test]
    fn two_actions_can_exchange_their_keys() {
        let changes = [(Action::Accept, keys(&["d"])), (Action::Decline, keys(&["a"]))];
        let map = KeyMap::with_overrides(&changes).unwrap();
        assert_eq!(map.action('d'.into()), Some(Action::Accept));
        assert_eq!(map.action('a'.into()), Some(Action::Decline));
    }

    #[test]
    fn one_key_for_two_actions_is_refused() {
        let said = clashes(&[(Action::Accept, keys(&["F5"])), (Action::Decline, keys(&["F5", "F6"]))]);
        assert_eq!(said, ["`F5` is bound to both `accept` and `decline`; bind one of them to another key"]);
    }

    #[test]
    fn a_key_that_is_named_twice_for_one_action_is_no_clash() {
        let changes = [(Action::Accept, keys(&["a", "F5", "a", "f5"]))];
        let map = KeyMap::with_overrides(&changes).unwrap();
        assert_eq!(map.action('a'.into()), Some(Action::Accept));
        assert_eq!(map.keys(Action::Accept), keys(&["a", "F5"]), "the help names it once");
    }
}
