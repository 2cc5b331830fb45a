//! A check of objects against `docs/watch.schema.json`, as far as that uses JSON Schema.

use serde_json::Value;

const SCHEMA: &str = include_str!("../../../docs/watch.schema.json");

/// Returns what is wrong with an object.
pub fn complaint(object: &Value) -> Option<String> {
    thread_local! {
        static PARSED: Value = serde_json::from_str(SCHEMA).unwrap();
    }
    PARSED.with(|schema| {
        let event = object["event"].as_str().unwrap_or_default();
        let definition = schema["$defs"].get(event);
        let Some(definition) = definition else { return Some(format!("no event: {object}")) };
        let reference = format!("#/$defs/{event}");
        let is_listed = schema["oneOf"].as_array().unwrap().iter().any(|it| it["$ref"] == *reference);
        assert!(is_listed, "{event} is not listed");
        wrong_object(definition, object)
    })
}

fn wrong_object(definition: &Value, object: &Value) -> Option<String> {
    let known = definition["properties"].as_object().unwrap();
    let properties = object.as_object()?;
    for required in definition["required"].as_array().unwrap() {
        if !properties.contains_key(required.as_str().unwrap()) {
            return Some(format!("no {required}: {object}"));
        }
    }
    let wrong =
        properties.iter().find(|(name, value)| !known.get(*name).is_some_and(|it| is_valid(it, value)));
    wrong.map(|(name, value)| format!("{name}: {value} in {object}"))
}

fn is_valid(definition: &Value, value: &Value) -> bool {
    if let Some(only) = definition.get("const") {
        return value == only;
    }
    if let Some(members) = definition.get("enum") {
        return members.as_array().unwrap().contains(value);
    }
    let is_of_type = match definition["type"].as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => {
            value.as_array().is_some_and(|items| items.iter().all(|it| is_valid(&definition["items"], it)))
        }
        other => panic!("{other}"),
    };
    let text = value.as_str().unwrap_or_default();
    is_of_type
        && (definition.get("format").is_none() || text.parse::<jiff::Timestamp>().is_ok())
        && definition.get("pattern").is_none_or(|pattern| {
            // `^i[0-9]+\.[0-9]+$`, or the same with c.
            let sign = pattern.as_str().unwrap().chars().nth(1).unwrap();
            let numbers = text.strip_prefix(sign).and_then(|rest| rest.split_once('.'));
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
            numbers.is_some_and(|(account, number)| is_number(account) && is_number(number))
        })
}
