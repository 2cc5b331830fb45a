//! The commands that `rsvp watch --commands` reads, one a line.

use crate::app::{Instruction, Place, PresenceChoice};
use crate::invitation::{Destination, InvitationId, PreferredAvailability, Reason, Rejection};
use crate::nearest::nearest;
use crate::report::Id;

/// The commands and how each is written.
pub(super) const USAGE: [(&str, &str); 10] = [
    ("accept", "accept ID"),
    ("decline", "decline ID [REASON]"),
    ("cancel", "cancel ID"),
    ("reject", "reject ID [busy|none|forbidden]"),
    ("redirect", "redirect ID USER-OR-NUMBER"),
    ("transfer", "transfer ID USER-OR-NUMBER"),
    ("send", "send ID TEXT"),
    ("invite", "invite ID ADDRESS"),
    ("leave", "leave ID"),
    ("presence", "presence AVAILABILITY [ACCOUNT]"),
];

/// Parses a line. Returns `None` for an empty line or a comment.
///
/// # Errors
/// Returns what is wrong and what would be right.
pub(super) fn parse(line: &str) -> Option<Result<Instruction, String>> {
    let line = line.trim();
    let (name, rest) = split(line);
    (!name.is_empty() && !name.starts_with('#')).then(|| command(name, rest))
}

/// Returns the part of a line that names the command in its reply: the word and the id, without the text of a message.
pub(super) fn name(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn command(name: &str, rest: &str) -> Result<Instruction, String> {
    let (first, second) = split(rest);
    let id = || invitation(name, first);
    let place = || place(name, first);
    match name {
        "accept" => alone(name, second).and_then(|()| Ok(Instruction::Accept(id()?))),
        "cancel" => alone(name, second).and_then(|()| Ok(Instruction::Cancel(id()?))),
        "leave" => alone(name, second).and_then(|()| Ok(Instruction::Leave(place()?))),
        "decline" => Ok(Instruction::Decline(id()?, optional(second, reason)?)),
        "reject" => Ok(Instruction::Reject(id()?, optional(second, rejection)?)),
        "redirect" => Ok(Instruction::Redirect(id()?, destination(second)?)),
        "transfer" => Ok(Instruction::Transfer(place()?, destination(second)?)),
        "send" if second.is_empty() => Err(format!("missing text; usage: {}", usage(name))),
        "send" => Ok(Instruction::Send(place()?, second.to_owned())),
        "invite" if second.is_empty() => Err(format!("missing address; usage: {}", usage(name))),
        "invite" => Ok(Instruction::Invite(place()?, second.to_owned())),
        "presence" => presence(first, second),
        _ => Err(unknown(name)),
    }
}

fn split(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (first, rest.trim())
}

fn usage(name: &str) -> &'static str {
    USAGE.iter().find(|(known, _)| *known == name).map_or("", |(_, usage)| usage)
}

fn unknown(name: &str) -> String {
    let names = USAGE.map(|(name, _)| name);
    match nearest(name, &names) {
        Some(known) => format!("unknown command `{name}`; did you mean: {}", usage(known)),
        None => format!("unknown command `{name}`; use one of {}", names.join(", ")),
    }
}

fn alone(name: &str, rest: &str) -> Result<(), String> {
    if rest.is_empty() { Ok(()) } else { Err(format!("unexpected `{rest}`; usage: {}", usage(name))) }
}

fn optional<T>(text: &str, parse: fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn invitation(name: &str, text: &str) -> Result<InvitationId, String> {
    match Id::parse(text) {
        Some(Id::Invitation(id)) => Ok(id),
        Some(Id::Conversation(_)) => {
            Err(format!("`{text}` is a conversation; {name} takes the id of an invitation, like i1.3"))
        }
        None => Err(no_id(name, text)),
    }
}

fn place(name: &str, text: &str) -> Result<Place, String> {
    match Id::parse(text) {
        Some(Id::Invitation(id)) => Ok(Place::Invitation(id)),
        Some(Id::Conversation(id)) => Ok(Place::Conversation(id)),
        None => Err(no_id(name, text)),
    }
}

fn no_id(name: &str, text: &str) -> String {
    match text {
        "" => format!("missing id; usage: {}", usage(name)),
        _ => format!("`{text}` is not an id; usage: {}, with the `id` of an event, like i1.3", usage(name)),
    }
}

fn reason(text: &str) -> Result<Reason, String> {
    let names = Reason::ALL.map(Reason::name);
    Reason::parse(text).ok_or_else(|| one_of("reason to decline", text, &names))
}

fn rejection(text: &str) -> Result<Rejection, String> {
    let names = Rejection::ALL.map(Rejection::name);
    Rejection::parse(text).ok_or_else(|| one_of("reason to reject", text, &names))
}

fn destination(text: &str) -> Result<Destination, String> {
    Destination::parse(text).ok_or_else(|| {
        "a call is passed on to a user’s id in the directory (a GUID) or a number like +14255550100"
            .to_owned()
    })
}

fn presence(text: &str, account: &str) -> Result<Instruction, String> {
    let choices: Vec<PresenceChoice> = PresenceChoice::all().collect();
    let names: Vec<&str> = choices.iter().map(|choice| choice_name(*choice)).collect();
    let found = choices.iter().find(|choice| choice_name(**choice).eq_ignore_ascii_case(text));
    let choice = *found.ok_or_else(|| one_of("presence", text, &names))?;
    let account = Some(account.to_owned()).filter(|account| !account.is_empty());
    Ok(Instruction::Presence { choice, account })
}

fn choice_name(choice: PresenceChoice) -> &'static str {
    match choice {
        PresenceChoice::Set(availability) => PreferredAvailability::name(availability),
        PresenceChoice::Reset => "Reset",
    }
}

fn one_of(what: &str, text: &str, names: &[&str]) -> String {
    match nearest(text, names) {
        Some(name) => format!("`{text}` is not a {what}; did you mean {name}?"),
        None => format!("`{text}` is not a {what}; use one of {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::{AccountId, ConversationId};

    fn complaint(line: &str) -> String {
        parse(line).unwrap().unwrap_err()
    }

    #[test]
    fn a_line_is_an_instruction() {
        let id = InvitationId { account: AccountId(0), number: 3 };
        let conversation = ConversationId { account: AccountId(1), number: 4 };
        for (line, instruction) in [
            ("accept i1.3", Instruction::Accept(id)),
            ("  decline\ti1.3 ", Instruction::Decline(id, None)),
            ("decline i1.3 global", Instruction::Decline(id, Some(Reason::Global))),
            ("reject i1.3 busy", Instruction::Reject(id, Some(Rejection::Busy))),
            (
                "transfer c2.4 +1 425 555 0100",
                Instruction::Transfer(
                    Place::Conversation(conversation),
                    Destination::Phone("+14255550100".into()),
                ),
            ),
            (
                "send c2.4  two  words ",
                Instruction::Send(Place::Conversation(conversation), "two  words".into()),
            ),
            ("invite i1.3 joe@x.example", Instruction::Invite(Place::Invitation(id), "joe@x.example".into())),
            (
                "presence busy",
                Instruction::Presence {
                    choice: PresenceChoice::Set(PreferredAvailability::Busy),
                    account: None,
                },
            ),
            (
                "presence Reset My account",
                Instruction::Presence { choice: PresenceChoice::Reset, account: Some("My account".into()) },
            ),
        ] {
            assert_eq!(parse(line), Some(Ok(instruction)), "{line}");
        }
        assert_eq!((parse(" "), parse("# accept i1.3")), (None, None));
        assert_eq!(name("send c1.4 a secret"), "send c1.4");
    }

    #[test]
    fn a_mistake_is_answered_with_what_would_be_right() {
        for (line, answer) in [
            ("acept i1.3", "unknown command `acept`; did you mean: accept ID"),
            ("frobnicate", "unknown command `frobnicate`; use one of accept, decline, cancel"),
            ("accept", "missing id; usage: accept ID"),
            ("accept 3", "`3` is not an id; usage: accept ID, with the `id` of an event, like i1.3"),
            ("accept c1.3", "`c1.3` is a conversation; accept takes the id of an invitation"),
            ("accept i1.3 now", "unexpected `now`; usage: accept ID"),
            ("decline i1.3 Globl", "`Globl` is not a reason to decline; did you mean Global?"),
            ("reject i1.3 x", "`x` is not a reason to reject; use one of busy, none, forbidden"),
            ("redirect i1.3 joe@x.example", "a call is passed on to a user’s id"),
            ("transfer c1.3 joe@x.example", "a call is passed on to a user’s id"),
            ("transfer", "missing id; usage: transfer ID USER-OR-NUMBER"),
            ("send c1.3", "missing text; usage: send ID TEXT"),
            ("invite c1.3", "missing address; usage: invite ID ADDRESS"),
            ("presence sleepy", "`sleepy` is not a presence; use one of Online, Busy"),
        ] {
            let complaint = complaint(line);
            assert!(complaint.starts_with(answer), "{line}: {complaint}");
        }
    }
}
