use super::conversation::{ConversationCommand, parse_routing, parse_user};
use super::{COMMANDS, conversation};
use crate::sim::ucwa::server::UcwaServer;
use crate::sim::ucwa::state::device_codes::Decision;
use crate::sim::ucwa::state::people::person::{InviteeBehavior, Person};
use crate::sim::ucwa::state::people::user::Routing;
use crate::sim::ucwa::state::talk::conversation::ConversationNumber;
use crate::sim::ucwa::state::talk::invitation::{EndCause, InvitationNumber};

/// A command of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    End(InvitationNumber, EndCause),
    AcceptElsewhere(InvitationNumber, Person),
    AddPerson(Person),
    ListConversations,
    Conversation(ConversationNumber, ConversationCommand),
    /// A user, by the number from 0, and where calls to the user ring.
    Route(usize, Routing),
    /// A conversation, and the user to whom its call is transferred, by the number from 0.
    Transfer(ConversationNumber, usize),
    /// The user who starts a meeting, by the number from 0, and its subject.
    Meet(usize, String),
    LoseMessages(u32),
    EndApplications,
    Resync,
    Resume,
    ExpireTokens,
    DropConnections,
    /// A decision about the device code with that user code, or about the last one.
    Decide(Option<String>, Decision),
}

impl Command {
    /// Parses a line; returns `None` if there is no command of that name.
    ///
    /// # Errors
    /// Returns an error if an argument is missing or wrong; in words.
    pub fn parse(command: &str, words: &[&str]) -> Option<Result<Self, String>> {
        if !COMMANDS.contains(&command) {
            return None;
        }
        let parsed = match (command, words) {
            ("elsewhere", [number, address]) => {
                parse_number(number).map(|number| Self::AcceptElsewhere(number, Person::at(address)))
            }
            (_, [number]) if cause(command).is_some() => parse_end(command, number),
            ("person", [address, behavior]) => parse_person(address, behavior),
            ("conversations", []) => Ok(Self::ListConversations),
            ("routes", [user, words @ ..]) => {
                parse_user(user).and_then(|user| Ok(Self::Route(user, parse_routing(words)?)))
            }
            ("transfers", [number, user]) => conversation::parse_number(number)
                .and_then(|number| Ok(Self::Transfer(number, parse_user(user)?))),
            ("meets", [user, words @ ..]) => parse_user(user).map(|user| Self::Meet(user, words.join(" "))),
            ("loses", [count]) => {
                let count = count.parse().map(Self::LoseMessages);
                count.map_err(|_| format!("`{}` is not a number of messages", words.join(" ")))
            }
            ("expire", []) => Ok(Self::EndApplications),
            ("resync", []) => Ok(Self::Resync),
            ("resume", []) => Ok(Self::Resume),
            ("tokens", []) => Ok(Self::ExpireTokens),
            ("drop", []) => Ok(Self::DropConnections),
            ("approve", [user]) => parse_user(user).map(|user| Self::Decide(None, Decision::Approved(user))),
            ("approve", [user, code]) => {
                parse_user(user).map(|user| Self::Decide(Some((*code).to_owned()), Decision::Approved(user)))
            }
            ("deny", []) => Ok(Self::Decide(None, Decision::Denied)),
            ("deny", [code]) => Ok(Self::Decide(Some((*code).to_owned()), Decision::Denied)),
            (_, [number, words @ ..]) => match ConversationCommand::parse(command, words) {
                Some(parsed) => parsed
                    .and_then(|parsed| Ok(Self::Conversation(conversation::parse_number(number)?, parsed))),
                None => Err(format!("`{command}` has other arguments; see help")),
            },
            (_, []) => Err(format!("`{command}` needs more arguments; see help")),
        };
        Some(parsed)
    }

    /// Executes the command, and returns what to print.
    ///
    /// # Errors
    /// Returns an error if what it names does not exist; in words.
    pub fn execute(self, server: &UcwaServer) -> Result<String, String> {
        let done = "Done.".to_owned();
        match self {
            Self::End(number, cause) => server.end(number, cause).map(|()| done),
            Self::AcceptElsewhere(number, person) => server.accept_elsewhere(number, person).map(|()| done),
            Self::AddPerson(person) => {
                server.add_person(person);
                Ok("Added to the directory.".into())
            }
            Self::ListConversations => Ok(conversation::list(server)),
            Self::Conversation(number, command) => command.execute(server, number).map(|()| done),
            Self::Route(user, routing) => conversation::route(server, user, routing).map(|()| done),
            Self::Transfer(number, user) => {
                conversation::require_user(server, user)?;
                Ok(format!("invitation {}", server.transfer(number, user)?))
            }
            Self::Meet(user, subject) => {
                conversation::require_user(server, user)?;
                Ok(format!("invitation {}", server.start_meeting(user, &subject)?))
            }
            Self::LoseMessages(count) => {
                server.lose_next_messages(count);
                Ok(done)
            }
            Self::EndApplications => {
                server.expire_applications();
                Ok("The application has ended.".into())
            }
            Self::Resync => {
                server.force_resync();
                Ok("The next poll is answered with resync.".into())
            }
            Self::Resume => {
                server.force_resume();
                Ok("The next poll is answered with resume.".into())
            }
            Self::ExpireTokens => {
                server.expire_tokens();
                server.interrupt_polls();
                Ok("No token is valid any more.".into())
            }
            Self::Decide(code, decision) => {
                if let Decision::Approved(user) = decision {
                    conversation::require_user(server, user)?;
                }
                server.lock().device_codes.decide(code.as_deref(), decision).map(|()| done)
            }
            Self::DropConnections => {
                server.drop_connections();
                Ok("The connections of held polls are broken.".into())
            }
        }
    }
}

fn parse_end(command: &str, number: &str) -> Result<Command, String> {
    let number = parse_number(number)?;
    let cause = cause(command).ok_or_else(|| format!("`{command}` ends no invitation"))?;
    Ok(Command::End(number, cause))
}

/// Returns the cause for which a command ends an invitation, if it does.
fn cause(command: &str) -> Option<EndCause> {
    Some(match command {
        "gives-up" => EndCause::CallerGivesUp,
        "elsewhere" => EndCause::AnsweredElsewhere,
        "times-out" => EndCause::TimedOut,
        "answers" => EndCause::AnsweredOnPhone,
        "admits" => EndCause::Admitted,
        "denies" => EndCause::Denied,
        "joins" => EndCause::Joins,
        "declines" => EndCause::Declines,
        _ => return None,
    })
}

fn parse_number(word: &str) -> Result<InvitationNumber, String> {
    word.parse().map_err(|_| format!("`{word}` is not the number of an invitation"))
}

fn parse_person(address: &str, behavior: &str) -> Result<Command, String> {
    let answers = match behavior {
        "joins" => InviteeBehavior::Joins,
        "declines" => InviteeBehavior::Declines,
        "ignores" => InviteeBehavior::Ignores,
        other => return Err(format!("`{other}` is none of joins, declines, ignores")),
    };
    Ok(Command::AddPerson(Person { answers, ..Person::at(address) }))
}
