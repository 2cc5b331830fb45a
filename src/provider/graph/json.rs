//! Access to the members of JSON objects, whose names Microsoft Graph writes in varying case.

use serde_json::{Map, Value};

/// Returns the member of an object with a name, ignoring ASCII case.
#[must_use]
pub fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Returns the member of an object with a name, if it is a string that is not empty.
#[must_use]
pub fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    member(object, name)?.as_str().filter(|text| !text.is_empty())
}
