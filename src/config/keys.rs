//! The checks of the section `[keys]`.

use toml::Spanned;

use super::error::{Diagnostic, Diagnostics, Invalid};
use super::file::File;
use super::schema::KeyList;
use crate::app::key::Key;
use crate::app::{Action, KeyMap};
use crate::nearest::nearest;

impl File {
    /// Returns the map of the keys, and notes each unknown action, each key that can't be read and each clash.
    pub(super) fn key_map(&self, diagnostics: &mut Diagnostics) -> KeyMap {
        let mut changes = Vec::new();
        for (name, value) in &self.root.keys {
            let Some(action) = diagnostics.ok(self.action(name, value)) else { continue };
            let texts = match value.get_ref() {
                KeyList::One(text) => std::slice::from_ref(text),
                KeyList::Several(texts) => texts,
            };
            let keys: Result<Vec<Key>, _> = texts.iter().map(|text| text.parse()).collect();
            match keys {
                Ok(keys) => changes.push((action, keys)),
                Err(error) => {
                    diagnostics.ok::<()>(Err(self.invalid(value, format!("`{name}`: {error}"))));
                }
            }
        }
        KeyMap::with_overrides(&changes).unwrap_or_else(|clashes| {
            for clash in clashes {
                let offset = self.root.keys.get(clash.action.name()).map_or(0, |value| value.span().start);
                diagnostics.push(Diagnostic::at(&self.text, offset, clash.to_string()));
            }
            KeyMap::default()
        })
    }

    fn action(&self, name: &str, value: &Spanned<KeyList>) -> Result<Action, Invalid> {
        Action::parse(name).ok_or_else(|| {
            let names: Vec<&str> = Action::all().map(Action::name).collect();
            let hint = nearest(name, &names).map_or_else(
                || format!("use one of {}", names.join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            self.invalid(value, format!("unknown action `{name}`; {hint}"))
        })
    }
}
