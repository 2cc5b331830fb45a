//! The commands of the console that concern invitations and the Skype for Business server.

mod conversation;

use super::server::UcwaServer;
use crate::sim::request::ParsedRequest;
use crate::sim::ucwa::state::people::person::{InviteeBehavior, Person};
use crate::sim::ucwa::state::talk::invitation::{EndCause, InvitationNumber};
use crate::sim::ucwa::state::talk::invite::{Invite, InviteKind, PeopleFormat};
use crate::sim::ucwa::state::talk::message::MessageFormat;

/// The lines of the help.
pub(in crate::sim) const HELP: &str = "\
invite im|phone|meeting|av ADDRESS [KEY=ADDRESS…] [FLAG…] [TEXT]
                                            sends you an invitation; TEXT is the message for im, else the subject;
                                            KEY is forwarded-by, transferred-by, on-behalf-of, delegator, to,
                                            accepted-by, or phone (your phone that rings); FLAG is titled or
                                            embedded (how it refers to these people; otherwise by links without
                                            titles), urgent, emergency, private-line, lobby, html, linked-from,
                                            linked, or user=2 (whom it reaches, the first user by default)
gives-up N                                  the caller of invitation N gives up
elsewhere N [ADDRESS]                       you, or the person at ADDRESS, answer invitation N on another device
times-out N                                 nobody answers invitation N in time
answers N                                   you answer call N on the phone that rings
admits N | denies N                         a leader admits you to the meeting of invitation N, or does not
joins N | declines N                        a person you invited answers
person ADDRESS joins|declines|ignores       sets how a person answers your invitations
expire                                      ends the application
resync | resume                             restarts the event channel
tokens                                      makes all tokens of the server invalid
conversations                               lists the conversations
says N [from=ADDRESS] TEXT | says-html …    a participant of conversation N sends a message
types N [ADDRESS] | leaves N [ADDRESS]      a participant of conversation N types for a while; leaves it
stops-messaging N                           the other side ends the messaging of conversation N
meets USER [SUBJECT]                        the user of that number starts a meeting
knocks N ADDRESS                            a person waits in the lobby of the meeting of conversation N
loses COUNT                                 your next messages do not arrive
routes USER ring | forward USER | team USER… | delegates USER…
                                            sets where calls to the user of that number ring
drop                                        breaks the connections of held polls";

/// The names of the commands.
pub(in crate::sim) const COMMANDS: [&str; 25] = [
    "invite",
    "gives-up",
    "elsewhere",
    "times-out",
    "answers",
    "admits",
    "denies",
    "says",
    "says-html",
    "meets",
    "knocks",
    "loses",
    "routes",
    "joins",
    "declines",
    "person",
    "expire",
    "resync",
    "resume",
    "tokens",
    "conversations",
    "types",
    "leaves",
    "stops-messaging",
    "drop",
];

/// Returns the name of the application that sent a request, after that of its user if there are several, and the number of the invitation or the conversation that the
/// request concerns.
pub(in crate::sim) fn sender_and_number(
    server: &UcwaServer,
    request: &ParsedRequest,
) -> (String, Option<u32>) {
    let world = server.lock();
    let Some((application, resource)) = world.resource_of(request) else { return (String::new(), None) };
    let number = resource.conversation().or_else(|| resource.invitation());
    let user = world.person(world.user_of(application));
    let client =
        if world.users.len() > 1 { format!("{} {application}", user.label()) } else { application.clone() };
    (client, number)
}

/// Executes a command.
///
/// Returns what to print, or `None` if there is no command of that name.
///
/// # Errors
/// Returns an error if an argument is missing or wrong, or the invitation is not pending; in words.
pub(in crate::sim) fn execute(
    server: &UcwaServer,
    command: &str,
    words: &[&str],
) -> Option<Result<String, String>> {
    Some(match (command, words) {
        ("invite", [kind, address, rest @ ..]) => invite(server, kind, address, rest),
        ("gives-up", [number, ..]) => end(server, number, EndCause::CallerGivesUp),
        ("elsewhere", [number]) => end(server, number, EndCause::AnsweredElsewhere),
        ("elsewhere", [number, address, ..]) => accept_elsewhere(server, number, address),
        ("times-out", [number]) => end(server, number, EndCause::TimedOut),
        ("answers", [number]) => end(server, number, EndCause::AnsweredOnPhone),
        ("admits", [number]) => end(server, number, EndCause::Admitted),
        ("denies", [number]) => end(server, number, EndCause::Denied),
        ("conversations", _) => Ok(conversation::list(server)),
        ("says" | "says-html" | "types" | "leaves" | "stops-messaging" | "knocks", [number, words @ ..]) => {
            conversation::execute(server, command, number, words, parse_person)
        }
        ("meets", [user, words @ ..]) => conversation::meet(server, user, words),
        ("routes", [user, words @ ..]) => conversation::route(server, user, words),
        ("loses", [count]) => match count.parse() {
            Ok(count) => {
                server.lose_next_messages(count);
                Ok("Done.".into())
            }
            Err(_) => Err(format!("`{count}` is not a number of messages")),
        },
        ("joins", [number, ..]) => end(server, number, EndCause::Joins),
        ("declines", [number, ..]) => end(server, number, EndCause::Declines),
        ("person", [address, behavior, ..]) => add_person(server, address, behavior),
        ("expire", _) => {
            server.expire_applications();
            Ok("The application has ended.".into())
        }
        ("resync", _) => {
            server.force_resync();
            Ok("The next poll is answered with resync.".into())
        }
        ("resume", _) => {
            server.force_resume();
            Ok("The next poll is answered with resume.".into())
        }
        ("tokens", _) => {
            server.expire_tokens();
            server.interrupt_polls();
            Ok("No token is valid any more.".into())
        }
        ("drop", _) => {
            server.drop_connections();
            Ok("The connections of held polls are broken.".into())
        }
        (
            "invite" | "gives-up" | "elsewhere" | "times-out" | "joins" | "declines" | "person" | "types"
            | "leaves" | "stops-messaging" | "answers" | "admits" | "denies" | "says" | "says-html" | "meets"
            | "knocks" | "loses" | "routes",
            _,
        ) => Err(format!("`{command}` needs more arguments; see help")),
        _ => return None,
    })
}

/// Returns a line for each pending invitation.
pub(in crate::sim) fn pending(server: &UcwaServer) -> Vec<String> {
    let pending = server.pending();
    pending
        .iter()
        .map(|it| {
            let preposition = if it.is_outgoing { "to" } else { "from" };
            let user = server.label(it.invite.user);
            format!("{} {} {preposition} {} ({user})", it.number, it.invite.kind.rel(), it.invite.from.uri)
        })
        .collect()
}

fn invite(server: &UcwaServer, kind: &str, address: &str, words: &[&str]) -> Result<String, String> {
    let kind = match kind {
        "im" => InviteKind::Im,
        "phone" => InviteKind::Phone,
        "meeting" => InviteKind::Meeting,
        "av" => InviteKind::Av,
        other => return Err(format!("`{other}` is none of im, phone, meeting, av")),
    };
    let mut invite = Invite { kind, from: parse_person(address), ..Invite::default() };
    let options = words.iter().take_while(|word| set_option(&mut invite, word)).count();
    let text = words.iter().skip(options).copied().collect::<Vec<_>>().join(" ");
    if kind == InviteKind::Im {
        invite.message = text;
    } else {
        invite.subject = text;
    }
    if invite.user >= server.user_count() {
        return Err(format!("there is no user {}; see --users", invite.user + 1));
    }
    Ok(format!("invitation {}", server.invite(invite)))
}

/// Sets the property that a word names; returns whether the word is such an option.
fn set_option(invite: &mut Invite, word: &str) -> bool {
    match word {
        "titled" => invite.people = PeopleFormat::Titled,
        "embedded" => invite.people = PeopleFormat::Embedded,
        "urgent" => "Urgent".clone_into(&mut invite.importance),
        "emergency" => "Emergency".clone_into(&mut invite.importance),
        "private-line" => invite.private_line = true,
        "lobby" => invite.lobby = true,
        "html" => invite.format = MessageFormat::Html,
        "linked-from" => invite.linked_from = true,
        "linked" => invite.linked = true,
        _ => {
            let Some((key, value)) = word.split_once('=') else { return false };
            let person = match key {
                "forwarded-by" => &mut invite.forwarded_by,
                "transferred-by" => &mut invite.transferred_by,
                "on-behalf-of" => &mut invite.on_behalf_of,
                "delegator" => &mut invite.delegator,
                "to" => &mut invite.to,
                "accepted-by" => &mut invite.accepted_by,
                "user" => {
                    let number = value.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                    invite.user = number.unwrap_or(invite.user);
                    return number.is_some();
                }
                "phone" => {
                    invite.phone_number = parse_address(value);
                    return true;
                }
                _ => return false,
            };
            *person = parse_person(value);
        }
    }
    true
}

fn end(server: &UcwaServer, number: &str, cause: EndCause) -> Result<String, String> {
    server.end(parse_number(number)?, cause)?;
    Ok("Done.".into())
}

fn accept_elsewhere(server: &UcwaServer, number: &str, address: &str) -> Result<String, String> {
    server.accept_elsewhere(parse_number(number)?, parse_person(address))?;
    Ok("Done.".into())
}

fn add_person(server: &UcwaServer, address: &str, behavior: &str) -> Result<String, String> {
    let answers = match behavior {
        "joins" => InviteeBehavior::Joins,
        "declines" => InviteeBehavior::Declines,
        "ignores" => InviteeBehavior::Ignores,
        other => return Err(format!("`{other}` is none of joins, declines, ignores")),
    };
    server.add_person(Person { answers, ..parse_person(address) });
    Ok("Added to the directory.".into())
}

fn parse_number(word: &str) -> Result<InvitationNumber, String> {
    word.parse().map_err(|_| format!("`{word}` is not the number of an invitation"))
}

fn parse_person(word: &str) -> Person {
    let uri = parse_address(word);
    Person::new(&name_of(&uri), &uri)
}

/// Completes a user name, a mail address or a phone number to a URI.
fn parse_address(word: &str) -> String {
    if word.contains(':') {
        word.to_owned()
    } else if word.starts_with('+') {
        format!("tel:{word}")
    } else if word.contains('@') {
        format!("sip:{word}")
    } else {
        format!("sip:{word}@contoso.example")
    }
}

/// Derives a display name from an address: `sip:lene.aaling@…` becomes `Lene Aaling`.
fn name_of(address: &str) -> String {
    let Some(user) = address.strip_prefix("sip:").and_then(|rest| rest.split('@').next()) else {
        return String::new();
    };
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    user.split(['.', '-', '_']).map(capitalized).collect::<Vec<_>>().join(" ")
}
