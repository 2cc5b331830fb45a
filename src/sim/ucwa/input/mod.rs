//! The input of a POST or a PUT: the properties of its body in either format, and the parameters of its query.
//! The case of names does not matter.

pub mod enumerations;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::sim::broken_rule::BrokenRule;
use crate::sim::reply::Reply;
use crate::sim::request::{Handled, ParsedRequest};
use crate::sim::wire::Wire;

/// The input of a request, and what is wrong with it.
///
/// Each method that reads a property notes a value that is ill-typed, out of range or missing;
/// [`check`](Self::check) refuses the request if there was any. A property whose value is null is absent.
pub struct Input {
    /// The relation of the resource that the request is for.
    resource: &'static str,
    /// The properties by their names in lower case.
    properties: HashMap<String, Given>,
    /// The reasons for which properties are invalid, by their documented names.
    invalid: Map<String, Value>,
}

/// A value as it was given.
#[derive(Clone)]
enum Given {
    /// A value of JSON, which has a type.
    Typed(Value),
    /// A value of XML or of the query: text, or a list of texts.
    Untyped(Value),
}

impl Input {
    /// Reads the input of a request for a resource of the relation `resource`.
    ///
    /// A property of the body takes precedence over a parameter of the query.
    ///
    /// # Errors
    /// Returns the refusal if the media type is not supported (415) or the body cannot be decoded (400).
    pub fn read(resource: &'static str, request: &ParsedRequest) -> Result<Self, Handled> {
        let mut properties: HashMap<String, Given> = HashMap::new();
        for (name, value) in request.parameters() {
            properties.insert(name.trim().to_lowercase(), Given::Untyped(value.into()));
        }
        if !request.body.is_empty() {
            let Some(wire) = Wire::of_input(request.headers.get(CONTENT_TYPE)) else {
                let rule = "the media type of the body is neither JSON nor XML";
                return Err(refusal(resource, Reply::error(415, ""), rule.into()));
            };
            let Value::Object(body) = &request.input else {
                let reply = Reply::error(400, "DeserializationFailure");
                return Err(refusal(resource, reply, "the body cannot be decoded".into()));
            };
            let given = if wire == Wire::Json { Given::Typed } else { Given::Untyped };
            properties.extend(body.iter().map(|(name, value)| (name.to_lowercase(), given(value.clone()))));
        }
        Ok(Self { resource, properties, invalid: Map::new() })
    }

    /// Returns a text of at most `longest` characters.
    pub fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let (Given::Typed(value) | Given::Untyped(value)) = self.given(name)?;
        match value {
            Value::String(text) if text.chars().count() <= longest => Some(text),
            Value::String(_) => self.refuse(name, format!("longer than {longest} characters")),
            _ => self.refuse(name, "not a string"),
        }
    }

    /// Returns a text of at most `longest` characters that must be there and not be empty.
    pub fn required_text(&mut self, name: &str, longest: usize) -> String {
        let text = self.text(name, longest);
        if text.as_deref().is_none_or(str::is_empty) {
            self.require(name);
        }
        text.unwrap_or_default()
    }

    /// Returns the member of an enumeration.
    pub fn member(&mut self, name: &str, enumeration: &Enumeration) -> Option<&'static str> {
        let (Given::Typed(value) | Given::Untyped(value)) = self.given(name)?;
        let member = value.as_str().and_then(|text| enumeration.member(text));
        member.or_else(|| self.refuse(name, format!("not a member of {}", enumeration.name)))
    }

    /// Returns a list of members of an enumeration.
    pub fn members(&mut self, name: &str, enumeration: &Enumeration) -> Option<Vec<&'static str>> {
        let texts = self.texts(name)?;
        let unknown = texts.iter().find(|text| enumeration.member(text).is_none());
        if unknown.is_some() {
            return self.refuse(name, format!("has an item that is not a member of {}", enumeration.name));
        }
        Some(texts.iter().filter_map(|text| enumeration.member(text)).collect())
    }

    /// Returns a list of texts. A single text of XML or of the query is a list of one.
    pub fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let items = match self.given(name)? {
            Given::Typed(Value::Array(items)) | Given::Untyped(Value::Array(items)) => items,
            Given::Untyped(value @ Value::String(_)) => vec![value],
            Given::Typed(_) | Given::Untyped(_) => return self.refuse(name, "not an array"),
        };
        let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        texts.or_else(|| self.refuse(name, "has an item that is not a string"))
    }

    /// Returns a list of texts that must be there and have an item.
    pub fn required_texts(&mut self, name: &str) -> Vec<String> {
        let texts = self.texts(name);
        if texts.as_deref().is_none_or(<[String]>::is_empty) {
            self.require(name);
        }
        texts.unwrap_or_default()
    }

    /// Returns a whole number in a range.
    pub fn number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let number = match self.given(name)? {
            Given::Typed(Value::Number(number)) => Some(number.to_string()),
            Given::Untyped(Value::String(text)) => Some(text.trim().to_owned()),
            Given::Typed(_) | Given::Untyped(_) => None,
        };
        let Some(number) = number.filter(|text| text.parse::<f64>().is_ok()) else {
            return self.refuse(name, "not a number");
        };
        let within = number.parse().ok().filter(|number| range.contains(number));
        within.or_else(|| {
            self.refuse(name, format!("not a whole number from {} to {}", range.start(), range.end()))
        })
    }

    /// Returns a whole number in a range that must be there.
    pub fn required_number(&mut self, name: &str, range: RangeInclusive<u64>) -> u64 {
        let number = self.number(name, range);
        if number.is_none() {
            self.require(name);
        }
        number.unwrap_or_default()
    }

    /// Returns a truth value.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.given(name)? {
            Given::Typed(Value::Bool(flag)) => Some(flag),
            Given::Untyped(Value::String(text)) if text.eq_ignore_ascii_case("true") => Some(true),
            Given::Untyped(Value::String(text)) if text.eq_ignore_ascii_case("false") => Some(false),
            Given::Typed(_) | Given::Untyped(_) => self.refuse(name, "not a truth value"),
        }
    }

    /// Returns a time span: a number of minutes, `[d.]hh:mm:ss`, or a duration of ISO 8601 such as `PT5M`.
    pub fn time_span(&mut self, name: &str) -> Option<String> {
        let (Given::Typed(value) | Given::Untyped(value)) = self.given(name)?;
        let span = match value {
            Value::Number(minutes) => minutes.to_string(),
            Value::String(text) => text,
            _ => return self.refuse(name, "not a time span"),
        };
        if is_time_span(&span) { Some(span) } else { self.refuse(name, "not a time span") }
    }

    /// Notes that a property is invalid, for a reason in words.
    pub fn refuse<T>(&mut self, name: &str, reason: impl Into<String>) -> Option<T> {
        self.invalid.insert(name.to_owned(), Value::String(reason.into()));
        None
    }

    /// Returns the refusal if a property is invalid.
    ///
    /// # Errors
    /// Returns 400 `ParameterValidationFailure` with every invalid property.
    pub fn check(self) -> Result<(), Handled> {
        if self.invalid.is_empty() {
            return Ok(());
        }
        let reasons =
            self.invalid.iter().map(|(name, why)| format!("{name} is {}", why.as_str().unwrap_or_default()));
        let rule = reasons.collect::<Vec<_>>().join("; ");
        Err(refusal(self.resource, Reply::invalid_parameters(&self.invalid), rule))
    }

    /// Returns a property unless it is absent.
    fn given(&self, name: &str) -> Option<Given> {
        let given = self.properties.get(&name.to_lowercase())?;
        (!matches!(given, Given::Typed(Value::Null))).then(|| given.clone())
    }

    /// Notes that a property is required, unless it is invalid for another reason.
    pub fn require(&mut self, name: &str) {
        self.invalid.entry(name).or_insert_with(|| "required".into());
    }
}

/// An enumeration of the reference.
pub struct Enumeration {
    pub name: &'static str,
    pub members: &'static [&'static str],
}

impl Enumeration {
    fn member(&self, text: &str) -> Option<&'static str> {
        self.members.iter().find(|member| **member == text).copied()
    }
}

fn is_time_span(text: &str) -> bool {
    if let Ok(minutes) = text.parse::<f64>() {
        return minutes.is_finite() && minutes >= 0.0;
    }
    if text.starts_with('P') {
        return text.parse::<jiff::Span>().is_ok();
    }
    let (days, time) = text.split_once('.').filter(|(days, _)| !days.contains(':')).unwrap_or(("0", text));
    let parts: Vec<&str> = time.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else { return false };
    let below = |text: &str, limit: f64| text.parse::<f64>().is_ok_and(|it| (0.0..limit).contains(&it));
    days.parse::<u32>().is_ok() && below(hours, 24.0) && below(minutes, 60.0) && below(seconds, 60.0)
}

fn refusal(resource: &'static str, reply: Reply, rule: String) -> Handled {
    Handled::breaking_rule(reply, resource, BrokenRule::new(resource, rule))
}
