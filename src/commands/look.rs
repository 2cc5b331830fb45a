//! The colours and characters of the screen.

use std::env;

use crate::theme::{ColorDepth, NamedTheme};
use crate::ui::{Charset, Look};

/// Returns the look for a theme, as far as the terminal can show it. `NO_COLOR` and a locale without UTF-8 take
/// precedence.
pub(super) fn look(theme: &NamedTheme, ascii: bool) -> Look {
    let depth = ColorDepth::of_environment(|name| env::var(name).ok());
    let theme = theme.theme.with_depth(depth);
    let charset = match ascii {
        _ if !locale_is_utf8(|name| env::var(name).ok()) => Charset::Ascii,
        true => Charset::AsciiSigns,
        false => Charset::Unicode,
    };
    Look { theme, charset }
}

/// Returns whether the locale's character set is UTF-8, according to the first variable that is set. Without any, it is
/// assumed to be: ssh often drops the variables, and terminals without UTF-8 are rare.
fn locale_is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::locale_is_utf8;

    #[test]
    fn the_first_variable_that_is_set_tells_the_character_set() {
        let with = |variables: &'static [(&str, &str)]| {
            locale_is_utf8(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(with(&[]));
        assert!(with(&[("LANG", "en_US.UTF-8")]));
        assert!(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        assert!(!with(&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")]));
        assert!(!with(&[("LANG", "de_DE.ISO-8859-1")]));
    }
}
