//! The commands of the console that concern invitations and the Skype for Business server.

mod command;
mod conversation;

pub(in crate::sim) use self::command::Command;
use super::server::UcwaServer;
use crate::sim::request::ParsedRequest;

/// The lines of the help.
pub(in crate::sim) const HELP: &str = "\
invite im|phone|meeting|av ADDRESS [KEY=VALUE…] [FLAG…] [TEXT]
                                            sends you an invitation; TEXT is the message for im, else the subject;
                                            KEY is forwarded-by, transferred-by, on-behalf-of, delegator, to,
                                            accepted-by, phone (your phone that rings), user=2 (whom it reaches, the
                                            first user by default), subject=Two_words, then=caller-gives-up
                                            (or answered-elsewhere, timed-out) and after=20s; FLAG is titled or
                                            embedded (how it refers to these people; otherwise by links without
                                            titles), urgent, emergency, private-line, lobby, html, linked-from or
                                            linked
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
transfers N USER                            the user of conversation N transfers its call to the user of that number
approve USER [CODE] | deny [CODE]           the user of that number signs in with a device code (see --device-login), or
                                            somebody declines
drop                                        breaks the connections of held polls";

/// The names of the commands.
pub(in crate::sim) const COMMANDS: [&str; 27] = [
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
    "transfers",
    "drop",
    "approve",
    "deny",
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
