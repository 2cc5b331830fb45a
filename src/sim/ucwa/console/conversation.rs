//! The commands of the console that concern conversations and the routes of calls.

use crate::sim::ucwa::server::UcwaServer;
use crate::sim::ucwa::state::people::person::Person;
use crate::sim::ucwa::state::people::user::Routing;
use crate::sim::ucwa::state::talk::conversation::{ConversationNumber, ConversationSnapshot};
use crate::sim::ucwa::state::talk::message::{MessageBody, MessageFormat};

/// A command that concerns a conversation. An address is that of a participant; without it, it is the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationCommand {
    Say { from: Option<String>, body: MessageBody },
    Type(Option<String>),
    Leave(Option<String>),
    StopMessaging,
    Knock(Person),
}

impl ConversationCommand {
    /// Parses the words after the number of the conversation; returns `None` if there is no command of that name
    /// with such arguments.
    pub fn parse(command: &str, words: &[&str]) -> Option<Result<Self, String>> {
        let uri = |word: &str| Person::at(word).uri;
        Some(match (command, words) {
            ("says" | "says-html", words) => {
                let from = words.first().and_then(|first| first.strip_prefix("from="));
                let text = words.get(usize::from(from.is_some())..).unwrap_or_default().join(" ");
                let format = if command == "says" { MessageFormat::Plain } else { MessageFormat::Html };
                if text.is_empty() {
                    return Some(Err(format!("`{command}` needs a text; see help")));
                }
                Ok(Self::Say { from: from.map(uri), body: MessageBody { text, format } })
            }
            ("types", []) => Ok(Self::Type(None)),
            ("types", [address]) => Ok(Self::Type(Some(uri(address)))),
            ("leaves", []) => Ok(Self::Leave(None)),
            ("leaves", [address]) => Ok(Self::Leave(Some(uri(address)))),
            ("stops-messaging", []) => Ok(Self::StopMessaging),
            ("knocks", [address]) => Ok(Self::Knock(Person::at(address))),
            ("knocks", _) => Err("`knocks` needs the address of a person; see help".into()),
            _ => return None,
        })
    }

    /// Executes the command.
    ///
    /// # Errors
    /// Returns an error if the conversation or the participant does not exist; in words.
    pub fn execute(self, server: &UcwaServer, number: ConversationNumber) -> Result<(), String> {
        let known = server.conversations().into_iter().find(|known| known.number == number);
        let known = known.ok_or_else(|| format!("there is no conversation {number}; see conversations"))?;
        let participant = |address: Option<String>| {
            let is_meant = |person: &&Person| address.as_ref().is_none_or(|address| *address == person.uri);
            let person = known.people.iter().find(is_meant);
            let uri = person.map(|person| person.uri.clone());
            uri.ok_or_else(|| format!("that person is not in conversation {number}"))
        };
        match self {
            Self::Say { from, body } => server.say(number, &participant(from)?, body)?,
            Self::Type(address) => server.type_in(number, &participant(address)?),
            Self::Leave(address) => server.leave(number, &participant(address)?),
            Self::StopMessaging => server.stop_messaging(number),
            Self::Knock(person) => server.knock(number, person),
        }
        Ok(())
    }
}

/// Returns a line for each conversation.
pub fn list(server: &UcwaServer) -> String {
    let line = |conversation: &ConversationSnapshot| {
        let people: Vec<&str> = conversation.people.iter().map(Person::label).collect();
        format!("{} of {} with {}", conversation.number, server.label(conversation.user), people.join(", "))
    };
    let lines: Vec<String> = server.conversations().iter().map(line).collect();
    if lines.is_empty() { "Nobody is in a conversation.".into() } else { lines.join("\n") }
}

pub fn parse_number(word: &str) -> Result<ConversationNumber, String> {
    word.parse().map_err(|_| format!("`{word}` is not the number of a conversation"))
}

/// Parses the number of a user, from 1, and returns it from 0.
pub fn parse_user(word: &str) -> Result<usize, String> {
    let number = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.ok_or_else(|| format!("`{word}` is not the number of a user"))
}

/// Parses where the calls to a user ring.
pub fn parse_routing(words: &[&str]) -> Result<Routing, String> {
    let users = |words: &[&str]| words.iter().map(|word| parse_user(word)).collect::<Result<Vec<_>, _>>();
    Ok(match words {
        ["ring"] => Routing::Ring,
        ["forward", to] => Routing::Forward(parse_user(to)?),
        ["team", members @ ..] if !members.is_empty() => Routing::Team(users(members)?),
        ["delegates", delegates @ ..] if !delegates.is_empty() => Routing::Delegates(users(delegates)?),
        _ => return Err("`routes` needs ring, forward USER, team USER… or delegates USER…; see help".into()),
    })
}

/// Sets the rule by which calls to a user are routed.
///
/// # Errors
/// Returns an error if one of the users does not exist; in words.
pub fn route(server: &UcwaServer, user: usize, routing: Routing) -> Result<(), String> {
    let others = match &routing {
        Routing::Ring => &[],
        Routing::Forward(to) => std::slice::from_ref(to),
        Routing::Team(users) | Routing::Delegates(users) => users.as_slice(),
    };
    others.iter().chain([&user]).try_for_each(|user| require_user(server, *user))?;
    server.set_routing(user, routing);
    Ok(())
}

/// Returns an error, in words, if there is no user of that number.
pub fn require_user(server: &UcwaServer, user: usize) -> Result<(), String> {
    let exists = user < server.user_count();
    exists.then_some(()).ok_or_else(|| format!("there is no user {}; see --users", user + 1))
}
