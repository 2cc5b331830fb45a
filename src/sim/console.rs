//! The console of the sandbox: commands, one a line, that make things happen in a running simulator.

use std::collections::BTreeMap;
use std::time::Duration;

use super::fault::{Fault, FaultKind};
use super::graph::console as graph;
use super::script_checks::{self, Assertion, Expectation};
use super::simulator::Simulator;
use super::step::Step;
use super::ucwa::{Person, console as ucwa};
use crate::nearest::nearest;

/// The commands that concern both halves, and the others.
const SHARED_HELP: &str = "\
refuse ACTION STATUS [SUBCODE]              refuses the next accept, decline, addParticipant, events, reject …
repeat-poll                                 a proxy repeats the held poll: 409 PGetReplaced for the client
fault TOML                                  adds a fault as in scenarios: { of = 'events', kind = { cut = 9 } }
heal                                        removes all faults
pending                                     lists the pending invitations and calls
unavailable                                 the held poll is answered, and the next one gets the status 503
record                                      lists the requests so far
wait TIME                                   waits: 500ms, 2s, 1m
expect ACTION [N] [PART] within TIME        waits until a client has sent this request: accept, decline, answer …; N is
                                            the invitation, conversation or call, PART a part of the body or the query
expect online|offline within TIME           waits until a client can be reached by invitations, or none can
assert no-marks | assert pending N          fails if a request broke a rule; if not N invitations and calls are pending
assert online | assert offline              fails if no client, or one, can be reached by invitations
help | quit";

/// The result of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text to print, which may have several lines or be empty.
    Text(String),
    /// The next line is to be read after this time.
    Wait(Duration),
    /// The next line is to be read after this event.
    Expect(Expectation),
    /// The simulator ends.
    Quit,
}

const SHARED_COMMANDS: [&str; 15] = [
    "invite",
    "call",
    "refuse",
    "repeat-poll",
    "fault",
    "heal",
    "pending",
    "unavailable",
    "record",
    "wait",
    "expect",
    "assert",
    "help",
    "quit",
    "exit",
];

/// Returns the names of all commands.
#[must_use]
pub fn commands() -> Vec<&'static str> {
    [&SHARED_COMMANDS[..], &ucwa::COMMANDS, &graph::COMMANDS].concat()
}

/// A command with its arguments.
enum Command {
    /// An empty line, or a comment.
    Nothing,
    Quit,
    Help,
    Wait(Duration),
    Expect(Expectation),
    Assert(Assertion),
    Order(Box<Step>),
    Fault(Box<Fault>, String),
    RepeatPoll,
    Heal,
    ListPending,
    Unavailable,
    ListRecord,
    Ucwa(ucwa::Command),
    Graph(graph::Command),
}

/// Checks a line without executing it: the name of the command and its arguments. An empty line and one that begins with `#`
/// are valid.
///
/// # Errors
/// Returns an error in words.
pub fn check(line: &str) -> Result<(), String> {
    parse(line).map(drop)
}

/// Parses a line.
///
/// # Errors
/// Returns an error if there is no such command, or an argument is missing or wrong; in words.
fn parse(line: &str) -> Result<Command, String> {
    let words = words(line);
    let [command, arguments @ ..] = words.as_slice() else { return Ok(Command::Nothing) };
    parse_shared(command, arguments)
        .or_else(|| Some(ucwa::Command::parse(command, arguments)?.map(Command::Ucwa)))
        .or_else(|| Some(graph::Command::parse(command, arguments)?.map(Command::Graph)))
        .unwrap_or_else(|| Err(unknown(command)))
}

/// Returns the words of a line; none for a comment.
fn words(line: &str) -> Vec<&str> {
    if line.trim_start().starts_with('#') { Vec::new() } else { line.split_whitespace().collect() }
}

fn unknown(command: &str) -> String {
    match nearest(command, &commands()) {
        Some(name) => format!("unknown command `{command}`; did you mean `{name}`?"),
        None => format!("unknown command `{command}`; see help"),
    }
}

/// Executes a line.
///
/// # Errors
/// Returns an error if there is no such command, an argument is missing or wrong, or what it names does not exist; in
/// words.
pub fn execute(sim: &Simulator, line: &str) -> Result<Output, String> {
    let text = match parse(line)? {
        Command::Nothing => String::new(),
        Command::Quit => return Ok(Output::Quit),
        Command::Wait(time) => return Ok(Output::Wait(time)),
        Command::Expect(expectation) => return Ok(Output::Expect(expectation)),
        Command::Help => [ucwa::HELP, graph::HELP, SHARED_HELP].join("\n"),
        Command::Assert(assertion) => assertion.check(sim).map(|()| "It holds.".to_owned())?,
        Command::Order(step) => order(sim, &step)?,
        Command::Fault(fault, done) => {
            sim.fault(*fault);
            done
        }
        Command::RepeatPoll => {
            sim.repeat_poll();
            "The poll is repeated.".into()
        }
        Command::Heal => {
            sim.heal();
            "All faults are removed.".into()
        }
        Command::ListPending => {
            let lines: Vec<String> =
                ucwa::pending(&sim.ucwa).into_iter().chain(graph::pending(&sim.graph)).collect();
            if lines.is_empty() { "Nothing is pending.".into() } else { lines.join("\n") }
        }
        Command::Unavailable => {
            sim.fault(Fault::next("events", FaultKind::error(503, "")));
            sim.ucwa.interrupt_polls();
            "The next poll gets the status 503.".into()
        }
        Command::ListRecord => record(sim),
        Command::Ucwa(command) => command.execute(&sim.ucwa)?,
        Command::Graph(command) => command.execute(&sim.graph)?,
    };
    Ok(Output::Text(text))
}

fn parse_shared(command: &str, arguments: &[&str]) -> Option<Result<Command, String>> {
    Some(match (command, arguments) {
        ("quit" | "exit", []) => Ok(Command::Quit),
        ("help", _) => Ok(Command::Help),
        ("wait", [time]) => script_checks::parse_duration(time).map(Command::Wait),
        ("wait", _) => Err("`wait` needs a duration, such as 500ms, 2s or 1m".into()),
        ("expect", _) => Expectation::parse(arguments).map(Command::Expect),
        ("assert", _) => Assertion::parse(arguments).map(Command::Assert),
        ("invite" | "call", _) => {
            Step::from_words(command, arguments).map(|step| Command::Order(Box::new(step)))
        }
        ("refuse", [action, status, subcode @ ..]) if subcode.len() < 2 => {
            parse_refusal(action, status, subcode.first().copied().unwrap_or_default())
        }
        ("refuse", _) => Err("`refuse` needs an action and a status; see help".into()),
        ("fault", _) => parse_fault(&arguments.join(" ")),
        ("repeat-poll", []) => Ok(Command::RepeatPoll),
        ("heal", []) => Ok(Command::Heal),
        ("pending", []) => Ok(Command::ListPending),
        ("unavailable", []) => Ok(Command::Unavailable),
        ("record", []) => Ok(Command::ListRecord),
        ("quit" | "exit" | "repeat-poll" | "heal" | "pending" | "unavailable" | "record", _) => {
            Err(format!("`{command}` has no arguments"))
        }
        _ => return None,
    })
}

/// Sends the invitation or makes the call of a step whose people are given by their addresses or names.
fn order(sim: &Simulator, step: &Step) -> Result<String, String> {
    if let Some(kind) = step.invite {
        return Ok(format!("invitation {}", step.invite(kind, sim, Person::at)?));
    }
    let named = |name: &str| {
        let uri = if name.starts_with('+') { format!("tel:{name}") } else { String::new() };
        Person::new(name, &uri)
    };
    match step.call {
        Some(kind) => Ok(format!("call {}", step.call(kind, sim, named)?)),
        None => Ok(String::new()),
    }
}

fn parse_refusal(action: &str, status: &str, subcode: &str) -> Result<Command, String> {
    let status = status.parse().ok().filter(|code: &u16| (400..600).contains(code));
    let status = status.ok_or("the status of an error is a number from 400 to 599")?;
    let fault = Fault::next(action, FaultKind::error(status, subcode));
    Ok(Command::Fault(Box::new(fault), format!("The next {action} is refused.")))
}

fn parse_fault(text: &str) -> Result<Command, String> {
    let fault = toml::from_str::<BTreeMap<String, Fault>>(&format!("fault = {text}"))
        .ok()
        .and_then(|mut table| table.remove("fault"))
        .ok_or("that is not a fault; an example is fault { of = \"accept\", kind = \"lost-reply\" }")?;
    Ok(Command::Fault(Box::new(fault), "The fault is added.".into()))
}

fn record(sim: &Simulator) -> String {
    let dropped = sim.dropped_requests();
    let note = (dropped > 0).then(|| format!("({dropped} earlier requests are no longer kept)"));
    let record = sim.record();
    let lines = note.into_iter().chain(record.iter().map(ToString::to_string));
    lines.collect::<Vec<_>>().join("\n")
}
