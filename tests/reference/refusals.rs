//! Inputs that the reference does not allow, derived from one that it allows.

use serde_json::{Value, json};

use super::facts::{Operation, Parameter, Type};
use super::wire::Wire;

/// Returns the inputs that differ from `right` in one property which is missing, too long, of another type, or
/// no member of its enumeration; and in words what is wrong.
pub fn wrong_inputs(operation: &Operation, right: &Value, wire: Wire) -> Vec<(String, Value)> {
    let mut wrong = Vec::new();
    for (name, parameter) in &operation.input {
        if parameter.required && !parameter.optional_in_practice {
            let mut input = right.clone();
            input.as_object_mut().unwrap().remove(name);
            wrong.push((format!("an input without {name}"), input));
        }
        for (why, value) in wrong_values(parameter, wire) {
            let mut input = right.clone();
            input[name] = value;
            wrong.push((format!("{name} {why}"), input));
        }
    }
    wrong
}

fn wrong_values(parameter: &Parameter, wire: Wire) -> Vec<(&'static str, Value)> {
    let mut values = Vec::new();
    if let Some(maximum) = parameter.maximum {
        values.push(("of more than the maximum length", "x".repeat(maximum + 1).into()));
    }
    let is_typed = wire == Wire::Json;
    match &parameter.of {
        Type::Enumeration(_) => values.push(("that is no member", "Nonsense".into())),
        Type::List(item) => {
            if matches!(**item, Type::Enumeration(_)) {
                values.push(("with an item that is no member", json!(["Plain", "Nonsense"])));
            }
            if is_typed {
                values.push(("that is no list", json!({"a": 1})));
            }
        }
        Type::Bool | Type::Number => values.push(("of another type", "nonsense".into())),
        Type::String if is_typed => values.push(("of another type", json!({"a": 1}))),
        Type::String | Type::Date | Type::Data => {}
    }
    values
}
