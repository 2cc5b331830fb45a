//! Lines that make things happen in a running simulator.

use super::graph::console as graph;
use super::{Answers, Ended, Fault, FaultKind, Invite, Kind, Person, Shown, SimId, Simulator};

/// What the lines mean.
pub const HELP: &str = "\
invite im|phone|meeting|av ADDRESS [KEY=ADDRESS…] [FLAG…] [TEXT]
                                            somebody invites you; TEXT is the subject, for im the message;
                                            KEY is forwarded-by, transferred-by, on-behalf-of, delegator, to,
                                            accepted-by, or phone (your phone that rings); FLAG is titled or
                                            embedded (how all these are told of; else links alone), private-line,
                                            linked-from, linked
gives-up N                                  the caller of invitation N gives up
elsewhere N [ADDRESS]                       you, or somebody else, answer invitation N on another device
joins N | declines N                        somebody you invited answers
call KIND NAME [group] [video] [TEXT]       somebody calls the bot; KIND is user, phone, application, guest or
                                            encrypted, NAME is Lene.Aaling or a phone's number
call-gives-up N | call-elsewhere N          the caller of call N gives up; another instance of the bot answers
hangs-up N | call-fails N [CODE SUBCODE]    the other party of an answered call hangs up; the service ends a call
forge KIND|all                              the webhook is told of a call with a bad token: no-token, expired …
odd KIND|all                                the webhook is told something odd with a good one: not-json, deep …
rotate | graph-tokens                       notifications are signed with a new key; the bot's tokens are worthless
person ADDRESS joins|declines|ignores       what somebody does when you invite them
refuse ACTION STATUS [SUBCODE]              the next accept, decline, addParticipant, events, reject … is refused
expire                                      the application is forgotten
resync | resume                             the event channel starts over
tokens                                      no token is worth anything any more
drop                                        the connections of held polls break
repeat-poll                                 a proxy repeats the poll that is held: 409 PGetReplaced for the client
fault TOML                                  any fault of the scenarios: { of = 'events', kind = { cut = 9 } }
heal                                        nothing goes wrong any more
pending                                     what is pending
record                                      the requests so far (the latest 5,000), and what was wrong with them
help | quit";

/// What is said to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This, on as many lines as it has.
    Say(String),
    /// The simulator ends.
    Quit,
}

/// Does what a line says.
///
/// # Errors
/// When the line makes no sense, or what it names is not there; in words.
pub fn obey(sim: &Simulator, line: &str) -> Result<Answer, String> {
    let mut words = line.split_whitespace();
    let command = words.next().unwrap_or_default();
    let mut word = |name: &str| words.next().ok_or_else(|| format!("`{command}` needs {name}; see help"));
    let done = |text: &str| Ok(Answer::Say(text.to_owned()));
    match command {
        "" => done(""),
        "help" => done(HELP),
        "quit" | "exit" => Ok(Answer::Quit),
        "invite" => {
            let kind = kind(word("a kind")?)?;
            let from = person(word("an address")?);
            let id = sim.invite(invitation(Invite { kind, from, ..Invite::default() }, words));
            Ok(Answer::Say(format!("invitation {id}")))
        }
        "gives-up" => end(sim, word("a number")?, Ended::CallerGivesUp),
        "elsewhere" => {
            let id = word("a number")?;
            match words.next() {
                None => end(sim, id, Ended::AnsweredElsewhere),
                Some(by) => {
                    sim.accepted_by(number(id)?, person(by))?;
                    done("done")
                }
            }
        }
        "joins" => end(sim, word("a number")?, Ended::Joins),
        "declines" => end(sim, word("a number")?, Ended::Declines),
        "person" => {
            let known = person(word("an address")?);
            let answers = answers(word("joins, declines or ignores")?)?;
            sim.know(Person { answers, ..known });
            done("known")
        }
        "refuse" => {
            let action = word("an action")?.to_owned();
            let status = word("a status")?;
            let status: u16 = status
                .parse()
                .ok()
                .filter(|status| (400..600).contains(status))
                .ok_or_else(|| format!("`{status}` is no status of an error (400 to 599)"))?;
            let subcode = words.next().unwrap_or_default().to_owned();
            sim.fault(Fault::next(&action, FaultKind::error(status, &subcode)));
            done("the next one will be refused")
        }
        "fault" => {
            let text = words.collect::<Vec<_>>().join(" ");
            let fault: Fault =
                toml::from_str::<std::collections::BTreeMap<String, Fault>>(&format!("fault = {text}"))
                    .ok()
                    .and_then(|mut one| one.remove("fault"))
                    .ok_or(
                        "that is no fault; an example is fault { of = \"accept\", kind = \"lost-reply\" }",
                    )?;
            sim.fault(fault);
            done("it will go wrong")
        }
        "call" | "call-gives-up" | "call-elsewhere" | "hangs-up" | "call-fails" | "forge" | "odd"
        | "rotate" | "graph-tokens" => graph::obey(sim, command, &words.collect::<Vec<_>>()).map(Answer::Say),
        "pending" => {
            let invitations = sim.truth();
            let invitations = invitations
                .iter()
                .map(|truth| format!("{} {} {}", truth.id, truth.invite.kind.rel(), truth.invite.from.uri));
            let lines: Vec<String> = invitations.chain(graph::pending(sim)).collect();
            Ok(Answer::Say(if lines.is_empty() { "nothing is pending".into() } else { lines.join("\n") }))
        }
        "record" => {
            let gone = sim.forgotten();
            let first = (gone > 0).then(|| format!("({gone} requests before these are not kept)"));
            let record = sim.record();
            let lines: Vec<String> =
                first.into_iter().chain(record.iter().map(ToString::to_string)).collect();
            Ok(Answer::Say(lines.join("\n")))
        }
        other => match trouble(sim, other) {
            Some(text) => done(text),
            None => Err(format!("`{other}` means nothing here; see help")),
        },
    }
}

/// Makes the trouble of that name, or ends all trouble; what is said to it.
fn trouble(sim: &Simulator, name: &str) -> Option<&'static str> {
    Some(match name {
        "expire" => {
            sim.expire_application();
            "forgotten"
        }
        "resync" => {
            sim.force_resync();
            "the next answer says resync"
        }
        "resume" => {
            sim.force_resume();
            "the next answer says resume"
        }
        "tokens" => {
            sim.expire_tokens();
            sim.interrupt_polls();
            "no token is worth anything any more"
        }
        "drop" => {
            sim.drop_connections();
            "dropped"
        }
        "repeat-poll" => {
            sim.repeat_poll();
            "repeated"
        }
        "heal" => {
            sim.heal();
            "all is well"
        }
        _ => return None,
    })
}

fn end(sim: &Simulator, id: &str, how: Ended) -> Result<Answer, String> {
    sim.end(number(id)?, how)?;
    Ok(Answer::Say("done".into()))
}

fn number(word: &str) -> Result<SimId, String> {
    word.parse().map_err(|_| format!("`{word}` is no number of an invitation"))
}

/// The invitation with all that the words say of it: keys and flags, and then its text.
fn invitation<'a>(mut invite: Invite, words: impl Iterator<Item = &'a str>) -> Invite {
    let mut words = words.peekable();
    while words.next_if(|word| describes(&mut invite, word)).is_some() {}
    let text = words.collect::<Vec<_>>().join(" ");
    if invite.kind == Kind::Im {
        invite.message = text;
    } else {
        invite.subject = text;
    }
    invite
}

/// Whether the word is a key with its value or a flag; the invitation is like that then.
fn describes(invite: &mut Invite, word: &str) -> bool {
    match word {
        "titled" => invite.people = Shown::Titled,
        "embedded" => invite.people = Shown::Embedded,
        "private-line" => invite.private_line = true,
        "linked-from" => invite.linked_from = true,
        "linked" => invite.linked = true,
        _ => {
            let Some((key, value)) = word.split_once('=') else { return false };
            let who = match key {
                "forwarded-by" => &mut invite.forwarded_by,
                "transferred-by" => &mut invite.transferred_by,
                "on-behalf-of" => &mut invite.on_behalf_of,
                "delegator" => &mut invite.delegator,
                "to" => &mut invite.to,
                "accepted-by" => &mut invite.accepted_by,
                "phone" => {
                    invite.phone_number = address(value);
                    return true;
                }
                _ => return false,
            };
            *who = person(value);
        }
    }
    true
}

fn person(word: &str) -> Person {
    let uri = address(word);
    Person::new(&name_of(&uri), &uri)
}

fn answers(word: &str) -> Result<Answers, String> {
    Ok(match word {
        "joins" => Answers::Joins,
        "declines" => Answers::Declines,
        "ignores" => Answers::Ignores,
        other => return Err(format!("`{other}` is none of joins, declines, ignores")),
    })
}

fn kind(word: &str) -> Result<Kind, String> {
    Ok(match word {
        "im" => Kind::Im,
        "phone" => Kind::Phone,
        "meeting" => Kind::Meeting,
        "av" => Kind::Av,
        other => return Err(format!("`{other}` is none of im, phone, meeting, av")),
    })
}

fn address(word: &str) -> String {
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

/// A name out of an address, so that the sandbox needs none: `sip:lene.aaling@…` is Lene Aaling.
fn name_of(address: &str) -> String {
    let Some(user) = address.strip_prefix("sip:").and_then(|rest| rest.split('@').next()) else {
        return String::new();
    };
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    user.split(['.', '-', '_']).map(capital).collect::<Vec<_>>().join(" ")
}
