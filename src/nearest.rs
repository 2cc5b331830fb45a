//! Suggestions for misspelled names.

/// Returns the known name that is most similar to `text`, if any is similar enough to suggest.
#[must_use]
pub fn nearest<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let similarity = |name: &&str| strsim::jaro_winkler(&text.to_lowercase(), &name.to_lowercase());
    let ranked = known.iter().map(|name| (similarity(name), *name)).filter(|(score, _)| *score > 0.8);
    ranked.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
