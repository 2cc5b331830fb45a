//! The commands of the console that concern conversations and the routes of calls.

use crate::sim::ucwa::server::UcwaServer;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::user::Routing;
use crate::sim::ucwa::state::talk::conversation::ConversationSnapshot;
use crate::sim::ucwa::state::talk::message::{MessageBody, MessageFormat};

/// Returns a line for each conversation.
pub fn list(server: &UcwaServer) -> String {
    let line = |conversation: &ConversationSnapshot| {
        let people: Vec<&str> = conversation.people.iter().map(Person::label).collect();
        format!("{} of {} with {}", conversation.number, server.label(conversation.user), people.join(", "))
    };
    let lines: Vec<String> = server.conversations().iter().map(line).collect();
    if lines.is_empty() { "Nobody is in a conversation.".into() } else { lines.join("\n") }
}

/// Executes a command that concerns a conversation and, unless the address is left out, one of its participants.
pub fn execute(
    server: &UcwaServer,
    command: &str,
    number: &str,
    words: &[&str],
    parse_person: fn(&str) -> Person,
) -> Result<String, String> {
    let number = number.parse().map_err(|_| format!("`{number}` is not the number of a conversation"))?;
    let known = server.conversations().into_iter().find(|known| known.number == number);
    let known = known.ok_or_else(|| format!("there is no conversation {number}; see conversations"))?;
    if command == "knocks" {
        let [address] = words else { return Err("`knocks` needs the address of a person; see help".into()) };
        server.knock(number, parse_person(address));
        return Ok("Done.".into());
    }
    let named = match (command, words) {
        ("says" | "says-html", [first, ..]) => first.strip_prefix("from="),
        (_, [address, ..]) => Some(*address),
        (_, []) => None,
    };
    let address = named.map(|address| parse_person(address).uri);
    let is_meant = |person: &&Person| address.as_ref().is_none_or(|address| *address == person.uri);
    let person = known.people.iter().find(is_meant);
    let person = person.ok_or_else(|| format!("that person is not in conversation {number}"))?;
    match command {
        "says" | "says-html" => {
            let text = words.get(usize::from(named.is_some())..).unwrap_or_default().join(" ");
            let format = if command == "says" { MessageFormat::Plain } else { MessageFormat::Html };
            server.say(number, &person.uri, MessageBody { text, format })?;
        }
        "types" => server.type_in(number, &person.uri),
        "leaves" => server.leave(number, &person.uri),
        _ => server.stop_messaging(number),
    }
    Ok("Done.".into())
}

/// Makes a user start a meeting.
pub(super) fn meet(server: &UcwaServer, user: &str, words: &[&str]) -> Result<String, String> {
    let number = server.start_meeting(user_number(server, user)?, &words.join(" "))?;
    Ok(format!("invitation {number}"))
}

/// Parses the number of a user, which is counted from 1.
fn user_number(server: &UcwaServer, word: &str) -> Result<usize, String> {
    let number = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let number = number.filter(|number| *number < server.user_count());
    number.ok_or_else(|| format!("`{word}` is not the number of a user"))
}

/// Sets the rule by which calls to a user are routed.
pub fn route(server: &UcwaServer, user: &str, words: &[&str]) -> Result<String, String> {
    let user_of = |word: &str| user_number(server, word);
    let users = |words: &[&str]| words.iter().map(|word| user_of(word)).collect::<Result<Vec<_>, _>>();
    let routing = match words {
        ["ring"] => Routing::Ring,
        ["forward", to] => Routing::Forward(user_of(to)?),
        ["team", members @ ..] if !members.is_empty() => Routing::Team(users(members)?),
        ["delegates", delegates @ ..] if !delegates.is_empty() => Routing::Delegates(users(delegates)?),
        _ => return Err("`routes` needs ring, forward USER, team USER… or delegates USER…; see help".into()),
    };
    server.set_routing(user_of(user)?, routing);
    Ok("Done.".into())
}
