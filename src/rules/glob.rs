use crate::invitation::Party;

/// A pattern for names and addresses, in which `*` stands for any text and `?` for any character. Case is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Box<str>);

impl Glob {
    /// Creates a pattern; `None` if the text is blank.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        (!text.is_empty()).then(|| Self(text.into()))
    }

    /// Returns the pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the pattern matches every text.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        self.0.chars().all(|character| character == '*')
    }

    /// Returns whether the pattern matches only addresses: a name has neither `@` nor a scheme.
    #[must_use]
    pub fn is_of_address(&self) -> bool {
        self.0.contains(['@', ':'])
    }

    /// Returns whether the pattern matches the address of a party with or without its scheme, the domain of the address, or
    /// the name. A pattern for addresses never matches a name, which the caller chooses; parameters of the address, which
    /// the caller chooses as well, are left out.
    #[must_use]
    pub fn matches_party(&self, party: &Party) -> bool {
        let uri = party.uri.as_str().split(';').next().unwrap_or_default();
        let address = uri.split_once(':').map_or(uri, |(_, rest)| rest);
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let name = if self.is_of_address() { "" } else { party.name.as_str() };
        [name, uri, address, domain].into_iter().any(|text| !text.is_empty() && self.matches(text))
    }

    /// Returns whether the pattern matches the whole of a text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let pattern: Vec<char> = self.0.chars().collect();
        let (mut at, mut read) = (0, 0);
        // The latest `*`, and how much of the text it has taken.
        let mut star: Option<(usize, usize)> = None;
        while let Some(character) = text.get(read) {
            match pattern.get(at) {
                Some('*') => {
                    star = Some((at, read));
                    at += 1;
                }
                Some(wanted) if *wanted == '?' || wanted == character => {
                    at += 1;
                    read += 1;
                }
                _ => {
                    let Some((position, taken)) = star else { return false };
                    star = Some((position, taken + 1));
                    at = position + 1;
                    read = taken + 1;
                }
            }
        }
        pattern.iter().skip(at).all(|rest| *rest == '*')
    }
}
