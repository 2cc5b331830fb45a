//! Changes of a source text that keep its line numbers.

use std::collections::BTreeMap;
use std::ops::Range;

/// A replacement of a range of the text, which may be empty.
pub struct Edit {
    /// The bytes of the original text that are replaced.
    pub range: Range<usize>,
    /// The text in their place.
    pub text: String,
    /// The mutants whose generated text begins with this edit.
    pub opens: Vec<u32>,
    /// The mutants whose generated text ends with this edit.
    pub closes: Vec<u32>,
}

/// A text after its edits.
pub struct Spliced {
    /// The generated text.
    pub text: String,
    /// The bytes of the generated text that belong to each mutant.
    pub places: BTreeMap<u32, Range<usize>>,
}

/// Applies edits, which are in the order of their places. Line breaks that an edit replaces are put after its text.
pub fn splice(original: &str, edits: &[Edit]) -> Spliced {
    let (mut text, mut places, mut at) = (String::new(), BTreeMap::new(), 0);
    for edit in edits {
        text.push_str(&original[at..edit.range.start]);
        for number in &edit.opens {
            places.insert(*number, text.len()..text.len());
        }
        text.push_str(&edit.text);
        let lines = original[edit.range.clone()].matches('\n').count();
        text.extend(std::iter::repeat_n('\n', lines));
        for number in &edit.closes {
            if let Some(place) = places.get_mut(number) {
                place.end = text.len();
            }
        }
        at = edit.range.end;
    }
    text.push_str(&original[at..]);
    Spliced { text, places }
}
