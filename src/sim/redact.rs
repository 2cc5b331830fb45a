//! The redaction of secrets in recorded requests, by the names of the fields that hold them.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// The replacement of a secret.
const LEFT_OUT: &str = "[left out]";
/// The replacement of a text of unknown format that seems to hold a secret.
const ALL_LEFT_OUT: &str = "[left out: it seems to hold a secret]";

/// The names of fields that hold secrets, in lower case and without `_` and `-`.
const SECRET: [&str; 13] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "clientsecret",
    "assertion",
    "clientassertion",
    "token",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "webticket",
    "authorization",
];
/// The beginning of the names of fields that only requests for web tickets have, spelled as above.
const OF_TICKETS: &str = "msrtc";

/// Returns whether a field of that name holds a secret.
fn is_secret(name: &str) -> bool {
    let letters = name.trim().chars().filter(|c| !matches!(c, '_' | '-' | '\0'));
    let name: String = letters.flat_map(char::to_lowercase).collect();
    SECRET.contains(&name.as_str()) || name.starts_with(OF_TICKETS)
}

/// Returns the body of a request without secrets. It may be JSON, XML, a form, or anything else.
pub(super) fn body(text: &str) -> Cow<'_, str> {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    if let Ok(mut document) = serde_json::from_str::<Value>(start) {
        return if json(&mut document) { document.to_string().into() } else { text.into() };
    }
    if start.starts_with('<')
        && let Some(redacted) = xml(text)
    {
        return redacted;
    }
    form(text)
}

/// Returns a form, or the query of an address, without secrets.
pub(super) fn form(text: &str) -> Cow<'_, str> {
    let decoded = |part: &str| -> String {
        url::form_urlencoded::parse(part.as_bytes())
            .next()
            .map(|(name, _)| name.into_owned())
            .unwrap_or_default()
    };
    let is_secret_field = |field: &str| field.contains('=') && is_secret(&decoded(field));
    if text.split('&').any(is_secret_field) {
        let fields = text.split('&').map(|field| match field.split_once('=') {
            Some((name, _)) if is_secret_field(field) => format!("{name}={LEFT_OUT}"),
            _ => field.to_owned(),
        });
        return fields.collect::<Vec<_>>().join("&").into();
    }
    if names_a_secret(text) { ALL_LEFT_OUT.into() } else { text.into() }
}

/// Replaces the secrets in a document and returns whether there were any.
fn json(document: &mut Value) -> bool {
    let mut found = false;
    match document {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_secret(name) {
                    *value = LEFT_OUT.into();
                    found = true;
                } else {
                    found |= json(value);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                found |= json(item);
            }
        }
        _ => {}
    }
    found
}

/// Returns a document without the content of elements and properties that hold secrets; `None` if it is not
/// well-formed, or an attribute holds a secret.
fn xml(text: &str) -> Option<Cow<'_, str>> {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut redacted, mut since, mut within) = (String::new(), 0, None::<usize>);
    let mut found = false;
    loop {
        let before = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let after = usize::try_from(reader.buffer_position()).ok()?;
        match (&event, &mut within) {
            (Event::Start(_), Some(depth)) => *depth += 1,
            (Event::End(_), Some(0)) => {
                within = None;
                since = before;
            }
            (Event::End(_), Some(depth)) => *depth -= 1,
            (Event::Start(tag), None) if holds_a_secret(tag)? => {
                redacted.push_str(text.get(since..after)?);
                redacted.push_str(LEFT_OUT);
                (within, found) = (Some(0), true);
            }
            (Event::Empty(tag), None) => {
                holds_a_secret(tag)?;
            }
            (Event::Eof, None) => break,
            (Event::Eof, Some(_)) => return None,
            _ => {}
        }
    }
    if !found {
        return Some(text.into());
    }
    redacted.push_str(text.get(since..)?);
    Some(redacted.into())
}

/// Returns whether the content of an element is a secret; `None` if an attribute is one.
fn holds_a_secret(tag: &BytesStart<'_>) -> Option<bool> {
    let mut named = false;
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        if is_secret(attribute.key.local_name().as_ref()) {
            return None;
        }
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
        named |= attribute.key.local_name().as_ref() == "name" && is_secret(&value);
    }
    Some(named || is_secret(tag.local_name().as_ref()))
}

/// Returns whether a text of unknown format has the name of a secret in front of what may be its value.
fn names_a_secret(text: &str) -> bool {
    // UTF-16 is read as UTF-8 with a zero byte after each letter.
    let text = percent_decoded(text).replace('\0', "");
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let mut before = "";
    let mut rest = text.as_str();
    while let Some(start) = rest.find(is_word) {
        let (gap, word_on) = rest.split_at(start);
        let end = word_on.find(|c| !is_word(c)).unwrap_or(word_on.len());
        let (word, after) = word_on.split_at(end);
        let follows = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\'));
        let named = before.eq_ignore_ascii_case("name") && gap.trim_start().starts_with('=');
        if is_secret(word) && (named || follows.starts_with(['=', ':', '>'])) {
            return true;
        }
        (before, rest) = (word, after);
    }
    false
}

/// Decodes percent-encoding; an incomplete sequence stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digits = others.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = others.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_hold_secrets_are_left_out_in_every_form() {
        for (text, rest) in [
            ("grant_type=password&username=tosh&password=hunter2", "grant_type=password&username=tosh&"),
            ("PassWord=hunter2&username=tosh", "username=tosh"),
            ("pass%77ord=hunter2&username=tosh", "username=tosh"),
            ("client_secret=hunter2&scope=x", "scope=x"),
            ("client_assertion_type=y&client_assertion=hunter2", "client_assertion_type=y"),
            ("grant_type=refresh_token&refresh_token=hunter2", "grant_type=refresh_token&"),
            ("ms_rtc_conferenceuri=hunter2&grant_type=urn:microsoft.rtc:anonmeeting", "anonmeeting"),
            (r#"{"username":"tosh","password":"hunter2"}"#, r#""username":"tosh""#),
            (r#"{"password":"one","password":"hunter2","a":1}"#, r#""a":1"#),
            (r#"{"a":[{"Access_Token":{"value":"hunter2"}}],"b":2}"#, r#""b":2"#),
            (r#"{"pass\u0077ord":"hunter2","a":1}"#, r#""a":1"#),
            (r#"{"accessToken":"hunter2","a":1}"#, r#""a":1"#),
            (
                "<input><property name=\"password\">hunter2</property><property name=\"a\">1</property></input>",
                "1</property>",
            ),
            ("<x:input xmlns:x='y'><x:Token><b>hunter2</b>hunter2</x:Token><a>1</a></x:input>", "<a>1</a>"),
            ("<input><password><![CDATA[hunter2]]></password></input>", "</password></input>"),
            // A body that cannot be parsed is left out as a whole.
            (r#"{"password":"hunter2""#, "[left out"),
            (r#"{"password": "hunter2", }"#, "[left out"),
            ("<input><property name=\"password\">hunter2</input>", "[left out"),
            ("<input password=\"hunter2\"/>", "[left out"),
            ("username=tosh;password=hunter2", "[left out"),
            ("Authorization: Bearer hunter2", "[left out"),
            ("--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2\r\n--b--", "[left out"),
            ("{\0\"\0p\0a\0s\0s\0w\0o\0r\0d\0\"\0:\0\"hunter2\"\0}\0", "[left out"),
        ] {
            let redacted = body(text);
            assert!(!redacted.contains("hunter2"), "{text}: {redacted}");
            assert!(
                redacted.contains(rest) && redacted.contains(LEFT_OUT.trim_end_matches(']')),
                "{redacted}"
            );
        }
    }

    #[test]
    fn everything_else_is_left_as_it_is() {
        for text in [
            "",
            r#"{"reason":"Local"}"#,
            r#"{ "operationId" : "one", "to": "sip:token@contoso.example" }"#,
            r#"{"text":"the password is: x"}"#,
            "<input><property name=\"reason\">Local</property></input>",
            "I forgot my password, and the token too",
            "grant_type=password",
            "a=b&tokens=5",
            "100%",
        ] {
            assert_eq!(body(text), text);
        }
        assert_eq!(form("ack=1&timeout=180&key=abc"), "ack=1&timeout=180&key=abc");
        assert_eq!(form("ack=1&access_token=hunter2"), "ack=1&access_token=[left out]");
    }
}
