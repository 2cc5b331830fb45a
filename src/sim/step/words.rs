//! Reading the step that a line of the console orders: `invite` or `call`.

use serde::Deserialize;
use toml::{Table, Value};

use super::{Step, in_words};
use crate::nearest::nearest;
use crate::sim::graph::CallerKind;
use crate::sim::script_checks::parse_duration;
use crate::sim::ucwa::complete_address;

/// The words that stand for a key and its value.
const FLAGS: [(&str, &str, &str); 11] = [
    ("titled", "people", "titled"),
    ("embedded", "people", "embedded"),
    ("urgent", "importance", "Urgent"),
    ("emergency", "importance", "Emergency"),
    ("html", "format", "html"),
    ("private-line", "private_line", ""),
    ("lobby", "lobby", ""),
    ("linked-from", "linked_from", ""),
    ("linked", "linked", ""),
    ("group", "group", ""),
    ("video", "modalities", "audio,video"),
];

/// The keys that are written `KEY=VALUE`, with hyphens.
const KEYS: [&str; 15] = [
    "forwarded-by",
    "transferred-by",
    "on-behalf-of",
    "delegator",
    "to",
    "accepted-by",
    "phone",
    "user",
    "importance",
    "people",
    "subject",
    "then",
    "after",
    "modalities",
    "forwarded-from",
];

impl Step {
    /// Reads the words after `invite` or `call`.
    ///
    /// # Errors
    /// Returns an error that names the wrong word or what is missing; in words.
    pub(in crate::sim) fn from_words(command: &str, words: &[&str]) -> Result<Self, String> {
        let is_call = command == "call";
        let [kind, words @ ..] = words else { return Err(format!("`{command}` needs a kind; see help")) };
        let mut table = Table::from_iter([
            ("at".to_owned(), Value::Integer(0)),
            (command.to_owned(), Value::String((*kind).to_owned())),
        ]);
        let mut words = words;
        match words {
            [sender, rest @ ..] => {
                let name = if is_call { sender.replace(['.', '_'], " ") } else { (*sender).to_owned() };
                table.insert("from".into(), name.into());
                words = rest;
            }
            [] if is_call && *kind == CallerKind::Encrypted.name() => {}
            [] => return Err(format!("`{command}` needs the sender after the kind; see help")),
        }
        while let [word, rest @ ..] = words {
            let Some((key, value)) = option(word, is_call)? else { break };
            table.insert(key, value);
            words = rest;
        }
        if !words.is_empty() {
            let key = if *kind == "im" { "message" } else { "subject" };
            table.insert(key.into(), words.join(" ").into());
        }
        let step = Self::deserialize(table).map_err(|error| in_words(&error))?;
        match step.mistake() {
            None => Ok(step),
            Some(why) => Err(format!("the {} {why}", if is_call { "call" } else { "invitation" })),
        }
    }
}

/// Returns the key and the value that a word sets; `None` if the text begins with it.
fn option(word: &str, is_call: bool) -> Result<Option<(String, Value)>, String> {
    if let Some((_, key, value)) = FLAGS.iter().find(|(flag, ..)| *flag == word) {
        let belongs = is_call == matches!(*key, "group" | "modalities");
        let value = if value.is_empty() { Value::Boolean(true) } else { value_of(key, value)? };
        return Ok(belongs.then(|| ((*key).to_owned(), value)));
    }
    let Some((key, value)) = word.split_once('=') else { return Ok(None) };
    if !KEYS.contains(&key) {
        let is_word = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        return match nearest(key, &KEYS).filter(|_| is_word) {
            Some(known) => Err(format!("`{key}` is not known; did you mean `{known}`?")),
            None => Ok(None),
        };
    }
    let key = if key == "phone" { "phone_number".to_owned() } else { key.replace('-', "_") };
    let value = value_of(&key, value)?;
    Ok(Some((key, value)))
}

fn value_of(key: &str, value: &str) -> Result<Value, String> {
    Ok(match key {
        "user" => {
            value.parse().map(Value::Integer).map_err(|_| format!("`{value}` is not the number of a user"))?
        }
        "after" => Value::Float(parse_duration(value)?.as_secs_f64()),
        "modalities" => Value::Array(value.split(',').map(Value::from).collect()),
        "phone_number" => complete_address(value).into(),
        "forwarded_from" => value.replace(['.', '_'], " ").into(),
        "subject" => value.replace('_', " ").into(),
        _ => value.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_orders_whatever_a_scenario_orders() {
        for (line, step) in [
            (
                "invite im lene urgent html titled linked linked-from user=2 on-behalf-of=joe to=joe accepted-by=joe \
                 subject=Lunch_break then=caller-gives-up after=20s How about = lunch?",
                "invite = 'im'\nfrom = 'lene'\nimportance = 'Urgent'\nformat = 'html'\npeople = 'titled'\n\
                 linked = true\nlinked_from = true\nuser = 2\non_behalf_of = 'joe'\nto = 'joe'\naccepted_by = 'joe'\n\
                 subject = 'Lunch break'\nthen = 'caller-gives-up'\nafter = 20.0\nmessage = 'How about = lunch?'",
            ),
            (
                "invite phone +14255550100 forwarded-by=lene transferred-by=joe delegator=joe private-line \
                 phone=+14255552222 emergency embedded Budget",
                "invite = 'phone'\nfrom = '+14255550100'\nforwarded_by = 'lene'\ntransferred_by = 'joe'\n\
                 delegator = 'joe'\nprivate_line = true\nphone_number = 'tel:+14255552222'\n\
                 importance = 'Emergency'\npeople = 'embedded'\nsubject = 'Budget'",
            ),
            (
                "invite meeting lene lobby importance=Normal group Planning",
                "invite = 'meeting'\nfrom = 'lene'\nlobby = true\nimportance = 'Normal'\nsubject = 'group Planning'",
            ),
            (
                "call user Lene.Aaling group video forwarded-from=Joe.Smith then=other-party-ends after=500ms Budget",
                "call = 'user'\nfrom = 'Lene Aaling'\ngroup = true\nmodalities = ['audio', 'video']\n\
                 forwarded_from = 'Joe Smith'\nthen = 'other-party-ends'\nafter = 0.5\nsubject = 'Budget'",
            ),
            ("call encrypted", "call = 'encrypted'"),
        ] {
            let words: Vec<&str> = line.split_whitespace().collect();
            let ordered = Step::from_words(words[0], &words[1..]).unwrap();
            let expected: Step = toml::from_str(&format!("at = 0\n{step}")).unwrap();
            assert_eq!(format!("{ordered:#?}"), format!("{expected:#?}"));
        }
    }

    #[test]
    fn a_wrong_word_of_a_line_is_named() {
        for (line, why) in [
            ("invite", "`invite` needs a kind; see help"),
            ("invite im", "`invite` needs the sender after the kind; see help"),
            ("invite imm lene", "`imm` is not known; did you mean `im`?"),
            (
                "invite im lene forwarded-bye=joe",
                "`forwarded-bye` is not known; did you mean `forwarded-by`?",
            ),
            ("invite im lene private-line", "the invitation has private_line, which does not belong to it"),
            ("invite im lene user=two", "`two` is not the number of a user"),
            ("invite im lene user=0", "the invitation has the user 0; users are numbered from 1"),
            ("invite im lene after=soon", "`soon` is not a duration, such as 500ms, 2s or 1m"),
            ("invite im lene then=other-party-ends", "the invitation can't end by its `then`"),
            (
                "call robot x",
                "`robot` is not known; use one of `user`, `phone`, `application`, `guest`, `encrypted`",
            ),
            ("call user", "`call` needs the sender after the kind; see help"),
        ] {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(Step::from_words(words[0], &words[1..]).unwrap_err(), why, "{line}");
        }
    }
}
