//! The links in a text.

/// The beginnings of what counts as a link.
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Returns the links in a text, in order. Punctuation after a link is no part of it, nor is a bracket that was opened
/// before the link.
pub(super) fn links(text: &str) -> Vec<&str> {
    let is_end = |character: char| character.is_whitespace() || "<>\"“”«»".contains(character);
    text.split(is_end).filter_map(link).collect()
}

/// Returns the link in a word.
fn link(word: &str) -> Option<&str> {
    let start = SCHEMES.iter().filter_map(|scheme| word.find(scheme)).min()?;
    let mut link = word.get(start..)?;
    while let Some(last) = link.chars().next_back() {
        let is_stray = match last {
            ')' => link.matches(')').count() > link.matches('(').count(),
            ']' => link.matches(']').count() > link.matches('[').count(),
            _ => ".,;:!?'…*_".contains(last),
        };
        if !is_stray {
            break;
        }
        link = link.get(..link.len() - last.len_utf8())?;
    }
    (!SCHEMES.contains(&link)).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_are_found_without_the_punctuation_around_them() {
        for (text, expected) in [
            ("no link, not even www.contoso.com", vec![]),
            ("see https://contoso.com/a?b=c#d.", vec!["https://contoso.com/a?b=c#d"]),
            (
                "(https://contoso.com/a_(b)), or <http://x.example>!",
                vec!["https://contoso.com/a_(b)", "http://x.example"],
            ),
            ("[plan](https://contoso.com/plan)", vec!["https://contoso.com/plan"]),
            ("[1]: https://contoso.com/日本…", vec!["https://contoso.com/日本"]),
            ("“https://contoso.com/”", vec!["https://contoso.com/"]),
            ("[see https://contoso.com/plan]", vec!["https://contoso.com/plan"]),
            (
                "https://[2001:db8::1] https://x.example/[a]",
                vec!["https://[2001:db8::1]", "https://x.example/[a]"],
            ),
            ("https:// http://. ", vec![]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }
}
